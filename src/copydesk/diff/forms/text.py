"""The difference for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.diff import Compared
from copydesk.diff.telling import SHOWN, Item, Part, Section, tell
from copydesk.report._words import visible

_CODES = {"lost": "31", "new": "32", "was": "31", "is": "32", "dim": "2", "label": "3", "bold": "1",
          "-": "31", "+": "32", "~": "33", ">": "36", "!": "1;33", "·": "2"}  # fmt: skip


def render(found: Compared, *, colour: bool = False, shown: int | None = SHOWN) -> Iterator[str]:
    """Yield the difference: its versions, then each table, those that lose something first."""
    story = tell(found.difference, found.labels, shown)
    yield _paint(visible(story.title), "bold", colour) + "\n"
    for section in story.sections:
        yield from _section(section, colour)
    if story.quiet:
        names = ", ".join(story.quiet)
        same = "the same cells in another order, quoting or with other line ends"
        yield f"\n{_paint(f'{names}: {same}', 'dim', colour)}\n"
    if not story.sections:
        yield "no differences\n"


def _section(section: Section, colour: bool) -> Iterator[str]:
    head = _paint(section.name or section.title, "bold", colour)
    yield f"\n{head}  {_sentence(section.summary, colour)}\n"
    for item in section.items:
        yield from _item(item, 1, colour)


def _item(item: Item, depth: int, colour: bool) -> Iterator[str]:
    sign = _paint(item.sign, item.sign, colour) if depth < 3 else " "
    yield f"{'  ' * depth}{sign} {_sentence(item.said, colour)}\n"
    for one in item.below:
        yield from _item(one, depth + 1, colour)


def _sentence(said: tuple[Part, ...], colour: bool) -> str:
    return "".join(_part(part, colour) for part in said)


def _part(part: Part, colour: bool) -> str:
    text = visible(part.text)
    if part.style == "label":
        return f"“{_paint(text, 'label', colour)}”"
    if part.style in ("lost", "new") and not colour:
        return f"[-{text}-]" if part.style == "lost" else f"{{+{text}+}}"
    return _paint(text, part.style, colour)


def _paint(text: str, style: str, colour: bool) -> str:
    code = _CODES.get(style)
    return f"\x1b[{code}m{text}\x1b[0m" if colour and code and text else text
