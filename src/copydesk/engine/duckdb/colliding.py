"""Keys that repeat and references that dangle: how often exactly, and in which rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, partial

from copydesk.checks.advice import did_you_mean
from copydesk.checks.column import Column
from copydesk.checks.reference import comparable, undescribed
from copydesk.checks.sql import literal
from copydesk.engine import Asked, BadRow, Failure, held
from copydesk.engine.duckdb.database import MANY_ROWS, Database, Loaded, texts
from copydesk.model import AnyCheck, KeyCheck, ReferenceCheck

NEAREST_ROWS = 200_000
"""Rows of a table up to which the nearest key is looked for."""


def colliding(
    database: Database, table: Loaded, checks: Sequence[AnyCheck]
) -> Iterator[tuple[KeyCheck | ReferenceCheck, int]]:
    """Yield the keys and references that do not hold, with the exact number of bad rows.

    Those of a small table are asked in one statement: planning takes longer than counting.
    """
    wanted = [c for c in checks if isinstance(c, KeyCheck | ReferenceCheck)]
    together = len(wanted) if table.rows <= MANY_ROWS else 1
    for start in range(0, len(wanted), max(together, 1)):
        some = wanted[start : start + together]
        parts = [f"SELECT {n}, {_count(database, table, c)}" for n, c in enumerate(some)]
        for number, count in sorted(database.ask(" UNION ALL ".join(parts))):
            if count:
                yield some[number], int(count)


def _count(database: Database, table: Loaded, check: KeyCheck | ReferenceCheck) -> str:
    if isinstance(check, ReferenceCheck):
        return f"count(*) {_unmatched(database, table, check)}"
    words, source = _whole(table, check), _given(table, check)
    return f"(SELECT count(*) {source}) - count(*) FROM (SELECT DISTINCT {words} {source})"


def twice(table: Loaded, check: KeyCheck) -> str:
    """Return the query for the values of a key that occur more than once."""
    words = _whole(table, check)
    return (
        f"SELECT {words}, min({table.row}) AS first, count(*) AS n "
        f"{_given(table, check)} GROUP BY {words} HAVING count(*) > 1"
    )


def _whole(table: Loaded, check: KeyCheck) -> str:
    return ", ".join(w for f in check.fields for w in table.whole(f))


def _given(table: Loaded, check: KeyCheck) -> str:
    """Return the FROM clause of the rows that have all values of a key."""
    given = " AND ".join([*(f"{table.sql(f)} IS NOT NULL" for f in check.fields), check.among])
    return f"FROM {table.id} WHERE {given}"


def _unmatched(database: Database, table: Loaded, check: ReferenceCheck) -> str:
    """Return the FROM clause of the rows that refer to nothing."""
    target = database.tables[check.target]
    pairs = list(zip(check.fields, check.target_fields, strict=True))
    given = " AND ".join(f"{table.sql(f, 'a')} IS NOT NULL" for f, _ in pairs)
    same = " AND ".join(_equal(table.by_name[f], target.by_name[t]) for f, t in pairs)
    return f"FROM {table.id} a ANTI JOIN {target.id} b ON {same} WHERE {given}"


def repeated(
    database: Database, table: Loaded, check: KeyCheck, count: int, limit: int | None
) -> Failure:
    """Return the failure of a key: the rows that repeat an earlier one."""
    same = " AND ".join(_equal(table.by_name[f], table.by_name[f]) for f in check.fields)
    row = table.row_of("a")
    own = [f"CAST({table.sql(f, 'a')} AS VARCHAR)" for f in check.fields]
    given = check.among if check.among == "true" else f"({check.among})"
    inner = f"(SELECT *, rowid FROM {table.id} WHERE {given})"
    sql = (
        f"SELECT {', '.join([row, 'b.first', *table.key_words('a'), *own])} "
        f"FROM {inner} a JOIN ({twice(table, check)}) b ON {same} "
        f"WHERE {row} > b.first ORDER BY 1"
    )

    def rows() -> Iterator[BadRow]:
        for number, first, *values in database.some(sql, limit):
            key, value = values[: len(table.key)], values[len(table.key) :]
            shown = {"value": ", ".join(str(v) for v in value)}
            yield BadRow(number, shown, texts(table.key, key), first)

    def earlier() -> Iterator[int]:
        firsts = f"SELECT DISTINCT first FROM ({twice(table, check)}) ORDER BY 1"
        return (first for (first,) in database.some(firsts, None))

    found = held(rows, limit)
    if isinstance(found, tuple):
        return Failure(check, count, found, earlier=sorted({row.other for row in found}))
    return Failure(check, count, found, earlier=Asked(earlier))


def dangling(
    database: Database, table: Loaded, check: ReferenceCheck, count: int, limit: int | None
) -> Failure:
    """Return the failure of a reference: the rows that refer to nothing."""
    target = database.tables[check.target]
    row = table.row_of("a")
    own = [f"CAST({table.sql(f, 'a')} AS VARCHAR)" for f in check.fields]
    words = [row, *table.key_words("a"), *own]
    sql = f"SELECT {', '.join(words)} {_unmatched(database, table, check)} ORDER BY 1"
    nearest = cache(partial(_nearest, database, target, check))
    apart, unread = _types_apart(table, target, check), _unread(database, target, check)

    def rows() -> Iterator[BadRow]:
        for n, (number, *values) in enumerate(database.some(sql, limit)):
            key, value = values[: len(table.key)], values[len(table.key) :]
            near = nearest(value[0]) if n < 20 and not apart else ""
            cure = apart or near or f"add the row to {check.target} first"
            shown = {"value": ", ".join(str(v) for v in value)}
            yield BadRow(number, shown, texts(table.key, key), None, cure + unread)

    return Failure(check, count, held(rows, limit))


def _nearest(database: Database, target: Loaded, check: ReferenceCheck, value: str) -> str:
    """Return the help that names the nearest values of a foreign key's target."""
    if len(check.fields) > 1 or target.rows > NEAREST_ROWS:
        return ""
    column = f"CAST({target.sql(check.target_fields[0])} AS VARCHAR)"
    distance = f"damerau_levenshtein({column}, {literal(value)})"
    found = database.ask(
        f"SELECT DISTINCT {column} AS v, {distance} AS d FROM {target.id} "
        f"WHERE d <= greatest(1, length(v) // 4) ORDER BY d, v LIMIT 3"
    )
    return did_you_mean([v for v, _ in found])


def _types_apart(table: Loaded, target: Loaded, check: ReferenceCheck) -> str:
    """Return the help for a reference that no value can keep, or an empty string."""
    for own, other in zip(check.fields, check.target_fields, strict=True):
        child, parent = table.by_name[own].field, target.by_name[other].field
        if not comparable(child, parent):
            there = f"`{other}` of {check.target} is {parent.type}"
            return f"make the types alike: `{own}` is {child.type}, {there}"
    return ""


def _unread(database: Database, target: Loaded, check: ReferenceCheck) -> str:
    """Return the note that the missing row may be one whose key is not of its type."""
    columns = [target.by_name[name] for name in check.target_fields]
    broken = " OR ".join(f"({c.broken})" for c in columns)
    count = database.one(f"SELECT count(*) FILTER (WHERE {broken}) FROM {target.id}")[0]
    rows = f"{count:,} row{'s' * (count != 1)} of {check.target}"
    return f"; {rows} cannot be referred to, the key is not of its type (FD001)" if count else ""


def _equal(child: Column, parent: Column) -> str:
    if not comparable(child.field, parent.field):
        return "false"
    if undescribed(parent.field) and child.type.parse:
        return f"{child.type.parse.replace('{x}', f'b.{parent.sql}')} = a.{child.sql}"
    same = f"b.{parent.sql} = a.{child.sql}"
    if not (child.type.detailed or parent.type.detailed):
        return same
    one = f"b.{parent.detail}" if parent.type.detailed else "NULL"
    other = f"a.{child.detail}" if child.type.detailed else "NULL"
    return f"({same} AND {one} IS NOT DISTINCT FROM {other})"
