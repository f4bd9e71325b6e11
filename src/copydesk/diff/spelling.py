"""Whether two texts of a cell stand for one value."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from copydesk.checks.types import type_of
from copydesk.diff.changes import CellKind
from copydesk.errors import UserError
from copydesk.loading.values import Reader, reader
from copydesk.model import Field

Judge = Callable[[str, str], CellKind]


def judge_of(old: Field | None, new: Field | None) -> Judge:
    """Return what tells of which kind the change of a cell is.

    It is one of spelling if both texts are of the type of their field and stand for one value, or
    both stand for a missing one.
    """
    if old is None or new is None or old.type != new.type:
        return lambda _old, _new: "value"
    readers = [None if type_of(f).plain else _reader(f) for f in (old, new)]

    @lru_cache(maxsize=10_000)
    def judge(before: str, after: str) -> CellKind:
        values = [_value(f, read, text) for f, read, text in (
            (old, readers[0], before), (new, readers[1], after),
        )]  # fmt: skip
        return "spelling" if values[0] is not None and values[0] == values[1] else "value"

    return judge


def _reader(field: Field) -> Reader | None:
    try:
        return reader(field)
    except UserError:
        return None


def _value(field: Field, read: Reader | None, text: str) -> object:
    """Return the value of a cell in a tuple, an empty one for a missing value, None if unknown."""
    if text in field.missing:
        return ()
    if read is None:
        return (text,)
    try:
        return (read(text),)
    except (ValueError, ArithmeticError, RecursionError):
        return None


def ordered(old: object, new: object, field: Field | None = None) -> int:
    """Return whether a limit rose (above 0), fell (below) or cannot be told (0).

    Limits of a field are compared as values of its type, others as numbers.
    """
    if field is None:
        numbers = [v for v in (old, new) if isinstance(v, int | float)]
        return (numbers[1] > numbers[0]) - (numbers[1] < numbers[0]) if len(numbers) == 2 else 0
    read = _reader(field)
    values = [_value(field, read, str(v)) for v in (old, new)]
    try:
        before, after = (v[0] for v in values if isinstance(v, tuple) and v)
        return bool(after > before) - bool(after < before)
    except (TypeError, ValueError, ArithmeticError):
        return 0
