"""Rows without a counterpart that look like one another."""

from __future__ import annotations

from collections.abc import Sequence

from copydesk.engine.duckdb.comparing import Comparison

FEW = 300
"""Rows up to which each is compared with each."""

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
    count = len(pairs.names)
    counts = [pairs.alone_count(w) for w in (0, 1)]
    if count < 2 or not all(counts) or max(counts) > FEW:
        return []
    same = " + ".join(f"CAST(b.a{i} = h.a{i} AS INTEGER)" for i in range(count))
    rows = pairs.database.ask(
        f"SELECT b.r, h.r, {same} AS same FROM {pairs.alone(0)} b, {pairs.alone(1)} h "
        f"WHERE same * 2 > {count} ORDER BY same DESC, abs(b.r - h.r), b.r, h.r"
    )
    found: dict[int, int] = {}
    taken: set[int] = set()
    for base, head, _ in rows:
        if base not in found and head not in taken:
            found[base] = head
            taken.add(head)
    return sorted(found.items())
