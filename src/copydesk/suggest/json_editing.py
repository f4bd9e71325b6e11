"""Members added to a JSON text, written as the rest of it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from copydesk.document import Document
from copydesk.suggest.editing import Insert


@dataclass(frozen=True)
class Style:
    """How a JSON text is written: its indent (empty: all on a line), line end, lists, colon."""

    unit: str
    newline: str
    spread: bool
    colon: str
    ascii: bool


def style_of(text: str) -> Style:
    """Return the style of a JSON text."""
    indent = re.search(r"\n([ \t]+)\S", text)
    inline = len(re.findall(r'\[ ?(?:"[^"\n]*"|[-\d.]+)(?:, ?| ?\])', text))
    spread = len(re.findall(r'\[\s*\n\s*(?:"|[-\d])', text))
    return Style(
        unit=indent[1] if indent else "",
        newline="\r\n" if "\r\n" in text else "\n",
        spread=spread > 0 and spread >= inline,
        colon='": ' if '": ' in text or '":' not in text else '":',
        ascii=text.isascii() and "\\u" in text,
    )


def insert_json(document: Document, inserts: Sequence[Insert]) -> str:
    """Return a JSON text with members and items added at the ends of objects and lists."""
    text, style = document.text, style_of(document.text)
    edits = [_edit(text, document.offsets[one.pointer], one, style) for one in inserts]
    for at, end, words in sorted(edits, reverse=True):
        text = text[:at] + words + text[end:]
    return text


def _edit(text: str, start: int, one: Insert, style: Style) -> tuple[int, int, str]:
    """Return where an insert begins, where what it replaces ends, and its words."""
    end = json.JSONDecoder(strict=False).raw_decode(text, start)[1] - 1
    inner = text[start + 1 : end]
    line = text[text.rfind("\n", 0, start) + 1 : start]
    outer = line[: len(line) - len(line.lstrip(" \t"))]
    if not inner.strip():
        if not style.unit:
            return start + 1, end, _sep(style).join(_words(one, style, None))
        margin = style.newline + outer + style.unit
        words = f",{margin}".join(_words(one, style, outer + style.unit))
        return start + 1, end, f"{margin}{words}{style.newline}{outer}"
    at = start + 1 + len(inner.rstrip())
    first = re.match(r"\s*", inner)
    lead = first[0] if first else ""
    if "\n" in lead:
        indent = lead[lead.rfind("\n") + 1 :]
        margin = f",{style.newline}{indent}"
        return at, at, margin + margin.join(_words(one, style, indent))
    between = _sep(style)
    return at, at, between + between.join(_words(one, style, None))


def _sep(style: Style) -> str:
    return "," if style.colon == '":' else ", "


def _words(one: Insert, style: Style, indent: str | None) -> Iterator[str]:
    for name, value in one.members:
        label = f"{json.dumps(name, ensure_ascii=style.ascii)[:-1]}{style.colon}" if name else ""
        yield label + written(value, style, indent)


def written(value: Any, style: Style, indent: str | None) -> str:
    """Return a value as JSON in a style; on one line without an indent, or where it is short."""
    flat = json.dumps(
        value, ensure_ascii=style.ascii, separators=(_sep(style), style.colon[1:])
    )  # fmt: skip
    if indent is None or not isinstance(value, dict | list) or not value:
        return flat
    scalars = isinstance(value, list) and not any(isinstance(v, dict | list) for v in value)
    if scalars and not style.spread and len(flat) <= 80:
        return flat
    deeper = indent + style.unit
    one = Insert("", tuple(value.items() if isinstance(value, dict) else (("", v) for v in value)))
    margin = style.newline + deeper
    inner = f",{margin}".join(_words(one, style, deeper))
    opens, closes = "{}" if isinstance(value, dict) else "[]"
    return f"{opens}{margin}{inner}{style.newline}{indent}{closes}"


def whole(value: Mapping[str, Any]) -> str:
    """Return a new JSON document."""
    return written(value, Style("  ", "\n", False, '": ', False), "") + "\n"
