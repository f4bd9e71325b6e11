"""A changelog in Markdown: what is told of each release, among what people wrote themselves.

What is made stands between two comments in the section of its release; all else stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from copydesk.diff.forms.markdown import escaped, listed, sentence

if TYPE_CHECKING:
    from copydesk.changelog import Entry

BEGIN = "<!-- changes: written by `copydesk changelog`; notes of your own go above or below -->"
END = "<!-- /changes -->"

_HEADING = re.compile(r"^## +\[?(?:v(?=\d))?([^\]\s]+)\]?(?: +[-–—] +(\S+))?[^\n]*\n?", re.M)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_BLOCK = re.compile(r"<!-- changes:[^\n]*-->\n.*?^<!-- /changes -->$\n?", re.S | re.M)
_TITLE = """# Changelog of the data

What each release of *{name}* has changed. Versions follow the Data Package recipe: what breaks
programs is major, what is new is minor, corrections are patches.
"""


def dates_of(text: str) -> dict[str, str]:
    """Return the days that the headings of a changelog give its releases, by number."""
    return {m[1]: m[2] for m in _HEADING.finditer(text) if m[2] and _DAY.fullmatch(m[2])}


def merged(text: str, entries: Sequence[Entry], name: str) -> str:
    """Return a changelog with what is told of each release brought up to date.

    A release that has no section gets one at its place; what stands under `Unreleased` goes into
    the section of the latest one.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n") or _TITLE.format(name=escaped(name))
    head, sections = _parted(text)
    known = {number for number, _ in sections}
    if not known.issuperset(str(e.number) for e in entries):
        head = head.rstrip("\n") + "\n\n"
    for entry in reversed(entries):
        number = str(entry.number)
        if number not in known:
            sections = _with_section(sections, entry, latest=entry is entries[0])
    told = {str(e.number): _block(e) for e in entries}
    parts = [head, *(_filled(part, told.get(number, "")) for number, part in sections)]
    return "".join(parts).replace("\n", newline)


def _parted(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Return what stands above the first section, and the sections with their numbers."""
    found = list(_HEADING.finditer(text))
    ends = [*(m.start() for m in found[1:]), len(text)][: len(found)]
    sections = [(m[1], text[m.start() : end]) for m, end in zip(found, ends, strict=True)]
    return text[: found[0].start()] if found else text, sections


def _with_section(
    sections: list[tuple[str, str]], entry: Entry, *, latest: bool
) -> list[tuple[str, str]]:
    """Return sections with that of a release: below the unreleased one, above what is older."""
    from copydesk.releases import number_of

    at, notes, found = 0, "", list(sections)
    while at < len(found):
        number = number_of(found[at][0])
        if number is not None and number < entry.number:
            break
        at += 1
    if latest:
        for i, (name, part) in enumerate(found):
            if name.lower() == "unreleased":
                heading, _, rest = part.partition("\n")
                found[i] = (name, f"{heading}\n\n")
                notes = f"\n{rest.strip()}\n" if rest.strip() else ""
    section = f"## [{entry.number}] - {entry.date}\n{notes}"
    if at == len(found) and found:
        found[-1] = (found[-1][0], found[-1][1].rstrip("\n") + "\n\n")
    after = "\n" if at < len(found) else ""
    return [*found[:at], (str(entry.number), section + after), *found[at:]]


def _filled(section: str, block: str) -> str:
    """Return a section with its block replaced, or added at its end."""
    if _BLOCK.search(section):
        return _BLOCK.sub(lambda _: block, section, count=1)
    if not block:
        return section
    body = section.rstrip("\n")
    return f"{body}\n\n{block}" + "\n" * (len(section) - len(body) - 1)


def _block(entry: Entry) -> str:
    """Return what is told of a release, empty if it is the first."""
    if not entry.base:
        return ""
    return f"{BEGIN}\n{''.join(_told(entry)).rstrip()}\n{END}\n"


def _told(entry: Entry) -> Iterator[str]:
    yield f"{entry.since}\n"
    for section in entry.sections:
        head = f"`{section.name}`" if section.name else escaped(section.title)
        yield f"\n**{head}**: {sentence(section.summary)}\n\n"
        for item in section.items:
            yield from listed(item, 0)
