"""Colours of the terminal: a small table of ANSI codes, so that no library is loaded for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

Painter = Callable[[str, str], str]

_CODES: Mapping[str, str] = MappingProxyType(
    {"error": "1;31", "warning": "1;33", "info": "1;34", "ok": "32", "dim": "2", "bold": "1"}
)


def painter(colour: bool) -> Painter:
    """Return a function (text, style) -> text; without colour it changes nothing."""

    def paint(text: str, style: str) -> str:
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if colour and text else text

    return paint
