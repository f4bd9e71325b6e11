"""Rows without a counterpart that look like one another."""

from __future__ import annotations

from collections.abc import Sequence
from operator import eq

from copydesk.engine.duckdb.comparing import Comparison

FEW = 300
"""Rows up to which each is compared with each."""

MOST = 5_000_000
"""Pairs of cells that are compared for that."""

MANY = 50_000
"""Rows up to which those are looked for that differ in their key only."""


def like_rows(pairs: Comparison, key: Sequence[int], which: int) -> dict[int, tuple[str, ...]]:
    """Return the key of the one row of the other version that differs in the key only."""
    rest = [f"a{i}" for i in range(len(pairs.names)) if i not in key]
    counts = [pairs.alone_count(w) for w in (0, 1)]
    if not key or not rest or not all(counts) or max(counts) > MANY:
        return {}
    mine, other = pairs.alone(which), pairs.alone(1 - which)
    keys = ", ".join(f"any_value(o.a{i})" for i in key)
    rows = pairs.database.ask(
        f"SELECT any_value(m.r), {keys} FROM {mine} m JOIN {other} o USING ({', '.join(rest)}) "
        f"WHERE concat({', '.join(rest)}) <> '' GROUP BY {', '.join(rest)} HAVING count(*) = 1"
    )
    return {number: tuple(found) for number, *found in rows}


def similar_rows(pairs: Comparison) -> list[tuple[int, int]]:
    """Return rows of both versions that share most of their cells, for a table without a key.

    A row is paired with the one that is most like it, if more than half of their cells are the
    same.
    """
    width = len(pairs.names)
    counts = [pairs.alone_count(w) for w in (0, 1)]
    if width < 2 or max(counts) > FEW or counts[0] * counts[1] * width > MOST:
        return []
    old, new = ([(r, c[:width]) for r, *c in pairs.lone_rows(which)] for which in (0, 1))
    found = []
    for base, before in old:
        for head, after in new:
            same = sum(map(eq, before, after))
            if same * 2 > width:
                found.append((-same, abs(base - head), base, head))
    taken: dict[int, int] = {}
    for _, _, base, head in sorted(found):
        if base not in taken and head not in taken.values():
            taken[base] = head
    return sorted(taken.items())
