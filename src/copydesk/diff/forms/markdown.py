"""The difference in Markdown, for a pull request or a release.

What stands in cells cannot become a heading, a link, a mention or a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from copydesk.diff import Compared
from copydesk.diff.telling import SHOWN, Item, Part, Section, tell
from copydesk.report._words import visible

_SPECIAL = re.compile(r"([\\`*_\[\]|~])")
_MARKED = ("label", "lost", "new")


def render(found: Compared, *, shown: int | None = SHOWN, **_look: object) -> Iterator[str]:
    """Yield the difference as a heading and nested lists."""
    story = tell(found.difference, found.labels, shown)
    yield f"## {escaped(story.title)}\n"
    for section in story.sections:
        yield from _section(section)
    if story.quiet:
        names = ", ".join(map(_code, story.quiet))
        yield f"\n{names}: the same cells in another order, quoting or with other line ends.\n"
    if not story.sections:
        yield "\nNo differences.\n"


def _section(section: Section) -> Iterator[str]:
    head = _code(section.name) if section.name else escaped(section.title)
    yield f"\n### {head}\n\n{sentence(section.summary)}\n\n"
    for item in section.items:
        yield from listed(item, 0)


def listed(item: Item, depth: int) -> Iterator[str]:
    """Yield an item of a list, and what is below it."""
    said = sentence(item.said)
    note = "⚠️ " if item.sign == "!" else ""
    yield f"{'  ' * depth}- {note}{said}\n"
    for one in item.below:
        yield from listed(one, depth + 1)


def sentence(said: tuple[Part, ...]) -> str:
    """Return a sentence as Markdown."""
    return "".join(map(_part, said))


def _part(part: Part) -> str:
    if part.style in ("code", "was", "is"):
        return _code(part.text)
    if part.style not in _MARKED:
        return _prose(part.text)
    # Emphasis must begin and end with a letter: what is empty around it stays outside.
    inner = part.text.strip()
    lead, _, tail = part.text.partition(inner) if inner else ("", "", part.text)
    if not inner:
        return "<ins>␣</ins>" if part.style == "new" else "<del>␣</del>"
    if part.style == "label":
        return f"{lead}*{escaped(inner)}*{tail}"
    tag = "del" if part.style == "lost" else "ins"
    return f"{lead}<{tag}>{escaped(inner)}</{tag}>{tail}"


def _prose(text: str) -> str:
    """Return our own words, in which values stand between backticks."""
    parts = re.split(r"`([^`]*)`", text)
    return "".join(_code(p) if i % 2 else escaped(p) for i, p in enumerate(parts))


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    text = visible(text).replace("\n", " ")
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    text = _SPECIAL.sub(r"\\\1", text)
    return re.sub(r"(@|#|://|www)(?=[\w.])", r"\1<!-- -->", text)


def _code(text: str) -> str:
    """Return a text as code, fenced by more backticks than it holds."""
    shown = visible(text).replace("\n", " ")
    longest = max(map(len, re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    space = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return f"{fence}{space}{shown}{space}{fence}" if shown else "(empty)"
