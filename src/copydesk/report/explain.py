"""The long form of a check, and the catalogue of all of them, for the terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from copydesk.checks import FAMILIES, CheckSpec, mended_by
from copydesk.model import Rule
from copydesk.report._colour import painter
from copydesk.report._words import lines, visible

WIDTH = 88
"""Columns that are comfortable to read, where the terminal has more."""

_MARGIN = 10


def explain(check: CheckSpec | Rule, *, width: int = WIDTH, colour: bool = False) -> str:
    """Return what a check finds, why that matters, an example and the cure.

    `check` is one of the catalogue or a rule of the dataset.
    """
    paint = painter(colour)
    room = max(min(width, WIDTH), 40) - _MARGIN
    said = [f"{paint(check.code, check.severity)} {paint(visible(check.name), 'bold')}"]
    said += textwrap.wrap(" · ".join(_facts(check)), max(width, 40))
    parts = (
        ("What", check.what or getattr(check, "summary", "")),
        ("Why", check.why),
        ("Example", check.example),
        ("Fix", check.fix),
    )
    for label, text in parts:
        if text:
            wrapped = list(_wrapped(text, room))
            said += ["", f"{paint(f'{label:<{_MARGIN}}', 'bold')}{wrapped[0]}"]
            said += [f"{' ' * _MARGIN}{line}".rstrip() for line in wrapped[1:]]
    return "\n".join(said) + "\n"


def catalogue(checks: Iterable[CheckSpec | Rule], *, width: int = 100, colour: bool = False) -> str:
    """Return one line for each check, grouped by family in the order of the checks."""
    paint = painter(colour)
    families: dict[str, list[CheckSpec | Rule]] = {}
    for check in checks:
        families.setdefault(_family(check), []).append(check)
    every = [check for group in families.values() for check in group]
    code = max((len(check.code) for check in every), default=0)
    name = max((len(check.name) for check in every), default=0)
    blocks = []
    for letters, group in families.items():
        block = [f"{paint(letters, 'bold')}  {FAMILIES.get(letters, 'rules of this dataset')}"]
        for check in group:
            start = f"  {check.code:<{code}}  {check.name:<{name}}  "
            severity = paint(f"{check.severity:<7}", check.severity)
            room = max(width - len(start) - 9, 20)
            sentence = textwrap.shorten(_sentence(check), room, placeholder="…")
            block.append(f"{start}{severity}  {sentence}".rstrip())
        blocks.append("\n".join(block))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _facts(check: CheckSpec | Rule) -> Iterator[str]:
    yield str(check.severity)
    if isinstance(check, Rule):
        yield "rule of this dataset"
        yield f"table {visible(check.table)}"
        if check.fields or check.field:
            yield "field " + visible(", ".join(check.fields or (check.field,)))
        if check.needs:
            yield "needs " + ", ".join(check.needs)
        yield str(check.origin)
        return
    yield FAMILIES.get(check.family, check.family)
    if check.equivalent:
        engine = "Great Expectations" if check.equivalent.startswith("expect_") else "frictionless"
        yield f"{engine}: {check.equivalent}"
    if command := mended_by(check.code):
        yield f"mended by `{command}`"


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Return the lines of a text filled anew; list items and indented lines stay."""
    paragraph: list[str] = []
    for line in lines(text):
        if line and not line.startswith((" ", "- ", "* ")):
            paragraph.append(line)
        else:
            yield from _fill(" ".join(paragraph), width)
            paragraph = []
            yield from _fill(line, width, "  ") if len(line) > width else [line]
    yield from _fill(" ".join(paragraph), width)


def _fill(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )


def _family(check: CheckSpec | Rule) -> str:
    return check.code.rstrip("0123456789")


def _sentence(check: CheckSpec | Rule) -> str:
    """Return the first sentence about a check, in one line and without its period."""
    text = check.what or getattr(check, "summary", "")
    sentence = re.split(r"(?<=\.)\s|\n\s*\n", text, maxsplit=1)[0]
    return visible(" ".join(sentence.split())).removesuffix(".")
