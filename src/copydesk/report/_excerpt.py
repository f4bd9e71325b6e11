"""The line that a finding points into, cut to the terminal, with carets under the cell."""

from __future__ import annotations

import unicodedata
from functools import cache

from copydesk.findings import Excerpt

_ELLIPSIS = "…"
_LEAST = 20

Glyph = tuple[str, int]


def cells(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    return sum(_width(c) for c in text)


def pointed(excerpt: Excerpt, column: int | None, room: int) -> tuple[str, str]:
    """Return the line as shown and the carets under its cell, at most `room` columns wide.

    An excerpt that begins after the first character of its line, as `column` tells, is shown as
    cut.
    """
    text = excerpt.text.rstrip("\r\n")
    start = min(excerpt.start, len(text))
    end = min(start + max(excerpt.width, 0), len(text))
    glyphs = [_glyph(c, start <= i < end) for i, c in enumerate(text)]
    headless = column is not None and column - 1 > excerpt.start
    low, high = _window(glyphs, start, end, max(room, _LEAST), headless)
    left = _ELLIPSIS if low or headless else ""
    right = _ELLIPSIS if high < len(glyphs) else ""
    line = left + "".join(shown for shown, _ in glyphs[low:high]) + right
    before = len(left) + sum(width for _, width in glyphs[low:start])
    carets = max(1, sum(width for _, width in glyphs[start : min(end, high)]))
    return line.rstrip(), " " * before + "^" * carets


def _window(
    glyphs: list[Glyph], start: int, end: int, room: int, headless: bool
) -> tuple[int, int]:
    """Return the part of the line that is shown: the cell, then as much as fits on both sides."""
    # One column is for the caret behind the last character, where a cell is missing.
    if sum(width for _, width in glyphs) + headless + (start == len(glyphs)) <= room:
        return 0, len(glyphs)
    room -= 2 * len(_ELLIPSIS)
    low = high = start
    while high < end and glyphs[high][1] <= room:
        room -= glyphs[high][1]
        high += 1
    grown = True
    while grown and room > 0:
        grown = False
        if low > 0 and glyphs[low - 1][1] <= room:
            low, room, grown = low - 1, room - glyphs[low - 1][1], True
        if end <= high < len(glyphs) and glyphs[high][1] <= room:
            high, room, grown = high + 1, room - glyphs[high][1], True
    while low < start and not glyphs[low][1]:
        low += 1
    while high < len(glyphs) and not glyphs[high][1]:
        high += 1
    return low, high


@cache
def _glyph(c: str, marked: bool) -> Glyph:
    """Return a character as shown and its width; what cannot be seen is named in the cell."""
    if c == "\t":
        return " ", 1
    if c.isprintable():
        return c, _width(c)
    shown = f"<U+{ord(c):04X}>" if marked else "·"
    return shown, len(shown)


def _width(c: str) -> int:
    # The vowels and finals of decomposed Hangul join the consonant before them.
    if unicodedata.category(c) in ("Mn", "Me") or "\u1160" <= c <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1
