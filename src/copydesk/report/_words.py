"""Wording that the renderers share: numbers with nouns, places, text made safe to print."""

from __future__ import annotations

import posixpath
import re
import unicodedata

from copydesk.findings import Excerpt, Finding, Related

CUT = 60
"""Characters shown of a value, as many as in a message."""


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "no rows", "1 row", "1,234 rows"."""
    return f"{f'{number:,}' if number else 'no'} {noun}{'' if number == 1 else 's'}"


def seconds(duration: float) -> str:
    """Return a duration as people say it."""
    if duration < 0.01:
        return "under 0.01 s"
    if round(duration, 2) < 10:
        return f"{duration:.2f} s"
    if round(duration, 1) < 60:
        return f"{duration:.1f} s"
    minutes, rest = divmod(round(duration), 60)
    return f"{minutes:,} min {rest} s"


def problems(errors: int, warnings: int, infos: int, skipped: int, waived: int = 0) -> list[str]:
    """Return what was found in words, worst first, without what was not found."""
    named = ((errors, "error"), (warnings, "warning"), (infos, "info"))
    said = [counted(number, noun) for number, noun in named if number]
    said += [f"{waived:,} waived"] if waived else []
    return [*said, f"{skipped:,} skipped"] if skipped else said


def visible(text: str) -> str:
    """Return the text with every character that a terminal hides or obeys as `<U+XXXX>`.

    Unusual spaces are left alone in prose and shown between backticks, where values stand.
    """
    if text.isprintable():
        return text
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(_shown(part, spaces=bool(i % 2)) for i, part in enumerate(parts))


def lines(text: str) -> list[str]:
    """Return the lines of a text that may have several, each safe to print."""
    return [visible(line.rstrip()) for line in text.replace("\r\n", "\n").strip("\n").split("\n")]


def value(text: str) -> str:
    """Return a value cut at 60 characters and safe to print."""
    return _shown(text if len(text) <= CUT else text[: CUT - 1] + "…", spaces=True)


def place(path: str, line: int | None, column: int | None, here: str = "") -> str:
    """Return `file`, `file:line` or `file:line:column`.

    `here` is the folder of the package as seen from the current one.
    """
    path = posixpath.join(here, path)
    numbers = [] if line is None else [line] if column is None else [line, column]
    return ":".join([visible(path), *map(str, numbers)])


def width_in(excerpt: Excerpt | None) -> int:
    """Return how many characters of the physical line belong to the cell, at least one."""
    if excerpt is None:
        return 1
    return max(1, min(excerpt.width, len(excerpt.text) - excerpt.start))


def note(related: Related, here: str = "") -> str:
    """Return what another place has to do with a finding, and where it is."""
    at = place(related.path, related.line, related.column, here) if related.path else ""
    return related.message if at in related.message else f"{related.message} at {at}"


def reasons(finding: Finding) -> list[str]:
    """Return why a finding is one and how to mend it, a line for each that is known."""
    said = (("why", finding.why), ("help", finding.help))
    return [f"{label}: {' '.join(lines(text))}" for label, text in said if text]


def path_in(finding: Finding, base: str) -> str:
    """Return a file to which a finding belongs, as seen from the root of the repository.

    `base` is the folder of the package seen from there.
    """
    path = finding.path or finding.origin.partition("#")[0] or "datapackage.json"
    return posixpath.join(base, path)


def _shown(text: str, *, spaces: bool) -> str:
    return "".join(
        c
        if c.isprintable() or (not spaces and unicodedata.category(c) == "Zs")
        else f"<U+{ord(c):04X}>"
        for c in text
    )
