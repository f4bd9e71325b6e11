"""Three orders of the same things → one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, TypeVar

K = TypeVar("K")

_INTEGER = re.compile(r"-?\d+")


def merged_order(base: Sequence[K], ours: Sequence[K], theirs: Sequence[K]) -> list[K]:
    """Return what either side has, in the order of the side that has changed it.

    What only the other side has follows what it follows there, behind what this side has added
    at the same place.
    """
    moved = _common(ours, base) != _common(base, ours)
    one, other = (ours, theirs) if moved or _common(theirs, base) == _common(base, theirs) else (
        theirs, ours,
    )  # fmt: skip
    known, original = set(one), set(base)
    behind: dict[K | None, list[K]] = {}
    last: K | None = None
    for item in other:
        if item in known:
            last = item
        else:
            behind.setdefault(last, []).append(item)
    found, waiting = [], behind.pop(None, [])
    for item in one:
        if waiting and item in original:
            found += waiting
            waiting = []
        found.append(item)
        waiting += behind.pop(item, [])
    return found + waiting


def _common(items: Iterable[K], others: Iterable[K]) -> list[K]:
    known = set(others)
    return [item for item in items if item in known]


def sorting(keys: Sequence[tuple[str, ...]]) -> Callable[[tuple[str, ...]], Any] | None:
    """Return by what keys are in ascending order, as numbers or as texts; None if they are not."""
    whole = all(_INTEGER.fullmatch(part) for key in keys for part in key)
    for by in [_numbers, _texts] if whole else [_texts]:
        ranks = [by(key) for key in keys]
        if all(rank <= following for rank, following in pairwise(ranks)):
            return by
    return None


def _numbers(key: tuple[str, ...]) -> Any:
    return tuple(map(int, key))


def _texts(key: tuple[str, ...]) -> Any:
    return key
