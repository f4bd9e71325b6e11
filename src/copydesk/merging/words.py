"""What is said of a merge: which cells are in conflict, and why a file was merged as text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from copydesk.merging import Conflict, Result

_LONGEST = 60


def told(result: Result, path: Path) -> Iterator[str]:
    """Yield what a person should know, line by line; nothing where all went well."""
    if result.reason:
        yield f"{path}: merged line by line, not by cell: {result.reason}"
    if result.lines:
        yield f"{path}: {result.lines} conflict{'s' * (result.lines > 1)}"
    for conflict in result.conflicts:
        named = zip(result.key, conflict.key, strict=True)
        yield f"{path}: conflict in {', '.join(f'{n} = {_shown(v)}' for n, v in named)}"
        yield from (f"  {line}" for line in _cells(conflict))


def _cells(conflict: Conflict) -> Iterator[str]:
    if conflict.ours is None:
        yield "ours removes the row, theirs changes it"
    elif conflict.theirs is None:
        yield "theirs removes the row, ours changes it"
    for label, base, ours, theirs in conflict.cells:
        was = "the cell is new" if base is None else f"it was {_quoted(base)}"
        yield f"{_shown(label)}: ours {_quoted(ours)}, theirs {_quoted(theirs)}; {was}"


def _quoted(text: str) -> str:
    return f"`{_shown(text)}`" if text else "empty"


def _shown(text: str) -> str:
    cut = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in cut)
