"""Which columns of two versions of a table are the same, also under another name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copydesk.diff.changes import ColumnRename
from copydesk.engine.duckdb.comparing import Side
from copydesk.engine.duckdb.database import Database
from copydesk.engine.duckdb.likeness import Pair, agreement, overlap

ALIKE = 0.8
"""The share of the rows in which a column with a new name must hold what it held."""

MOST = 400
"""How many pairs of columns are compared at most."""


@dataclass(frozen=True)
class Matched:
    """Columns of both versions as each calls them, the key among them, and the new names."""

    names: tuple[Pair, ...]
    key: tuple[Pair, ...]
    renamed: tuple[ColumnRename, ...] = ()


def match_columns(
    database: Database, base: Side, head: Side, keys: tuple[Sequence[str], Sequence[str]]
) -> Matched:
    """Return how the columns of two versions belong together; `keys` are what either promises."""
    names = [(n, n) for n in base.columns if n in head.columns]
    gone = [n for n in base.columns if n not in head.columns]
    new = [n for n in head.columns if n not in base.columns]
    renamed: list[ColumnRename] = []
    if gone and new and len(gone) * len(new) <= MOST:
        renamed = list(_renamed_keys(database, base, head, keys, gone, new))
        names += [(r.old, r.new) for r in renamed]
        key = _key(keys, names)
        left = [n for n in gone if n not in {r.old for r in renamed}]
        fresh = [n for n in new if n not in {r.new for r in renamed}]
        if left and fresh:
            renamed += _renamed(database, (base, head), key, left, fresh)
    names = [(n, n) for n in base.columns if n in head.columns]
    names += [(r.old, r.new) for r in renamed]
    order = list(base.columns)
    names.sort(key=lambda pair: order.index(pair[0]))
    return Matched(tuple(names), _key(keys, names), tuple(renamed))


def _key(keys: tuple[Sequence[str], Sequence[str]], names: Sequence[Pair]) -> tuple[Pair, ...]:
    """Return the key that both versions have: that of the newer one, else that of the older."""
    for which in (1, 0):
        by_name = {pair[which]: pair for pair in names}
        if keys[which] and all(field in by_name for field in keys[which]):
            return tuple(by_name[field] for field in keys[which])
    return ()


def _renamed_keys(
    database: Database,
    base: Side,
    head: Side,
    keys: tuple[Sequence[str], Sequence[str]],
    gone: Sequence[str],
    new: Sequence[str],
) -> Iterator[ColumnRename]:
    """Yield the columns of a key that keep their place in it and their values."""
    if len(keys[0]) != len(keys[1]):
        return
    for pair in zip(*keys, strict=True):
        if pair[0] in gone and pair[1] in new:
            same = overlap(database, base, head, pair)
            if same >= ALIKE:
                yield ColumnRename(*pair, same)


def _renamed(
    database: Database,
    sides: tuple[Side, Side],
    key: Sequence[Pair],
    gone: Sequence[str],
    new: Sequence[str],
) -> list[ColumnRename]:
    """Return columns that hold under a new name what they held, the most alike first."""
    pairs = [(old, fresh) for old in gone for fresh in new]
    if key:
        shares = agreement(database, *sides, key, pairs)
    else:
        shares = {pair: overlap(database, *sides, pair) for pair in pairs}
    found: list[ColumnRename] = []
    for pair, share in sorted(shares.items(), key=lambda item: -item[1]):
        taken = {name for r in found for name in (r.old, r.new)}
        if share >= ALIKE and not taken & set(pair):
            found.append(ColumnRename(*pair, share))
    return found


def is_reordered(names: Sequence[Pair], order: Sequence[str]) -> bool:
    """Return whether the columns that both have stand in another order than before."""
    places = {name: i for i, name in enumerate(order)}
    numbers = [places[head] for _, head in names]
    return numbers != sorted(numbers)
