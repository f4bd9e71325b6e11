"""How alike two columns are by what stands in them, told from the beginning of the older one."""

from __future__ import annotations

from collections.abc import Sequence

from copydesk.engine.duckdb.comparing import SAMPLE, Side
from copydesk.engine.duckdb.database import Database

Pair = tuple[str, str]


def overlap(database: Database, base: Side, head: Side, pair: Pair) -> float:
    """Return which share of the values of an older column stand anywhere in a newer one."""
    old, new = base.cell(pair[0]), head.cell(pair[1])
    among = f"SELECT DISTINCT {old} AS x FROM {base.source} WHERE {old} <> '' LIMIT {SAMPLE}"
    known = f"SELECT DISTINCT {new} AS x FROM {head.source}"
    found, count = database.one(f"SELECT count(*) FILTER (x IN ({known})), count(*) FROM ({among})")
    return found / count if count else 0.0


def agreement(
    database: Database, base: Side, head: Side, keys: Sequence[Pair], pairs: Sequence[Pair]
) -> dict[Pair, float]:
    """Return for pairs of columns in which share of the rows of one key they hold the same.

    Rows in which both are empty do not count.
    """
    olds, news = (list(dict.fromkeys(names)) for names in zip(*pairs, strict=True))
    on = [f"{side.cell(pair[i])} AS k{n}" for i, side in enumerate((base, head))
          for n, pair in enumerate(keys)]  # fmt: skip
    half = len(keys)
    b = ", ".join([*on[:half], *(f"{base.cell(n)} AS o{i}" for i, n in enumerate(olds))])
    h = ", ".join([*on[half:], *(f"{head.cell(n)} AS n{i}" for i, n in enumerate(news))])
    joined = (
        f"(SELECT {b} FROM {base.source} LIMIT {SAMPLE}) b JOIN (SELECT {h} FROM {head.source}) h "
        f"USING ({', '.join(f'k{n}' for n in range(half))})"
    )
    words = []
    for old, new in pairs:
        o, n = f"o{olds.index(old)}", f"n{news.index(new)}"
        same = f"count(*) FILTER ({o} = {n} AND {o} <> '')"
        words.append(f"coalesce({same} / nullif(count(*) FILTER (concat({o}, {n}) <> ''), 0), 0)")
    return dict(zip(pairs, map(float, database.numbers(words, joined)), strict=True))
