"""What SQL cannot decide: Python is asked once for each text, and its answers are joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from copydesk.checks.column import Column, asked
from copydesk.engine.duckdb.database import Database
from copydesk.model import CellCheck

_CHUNK = 20_000
"""How many texts are held at a time."""

_FETCHED = 200
_LONG = 8_000_000
"""How many characters are held at a time, or little more."""

_NUMBERS = count()


def settled(database: Database, table: str, columns: Sequence[Column]) -> list[Column]:
    """Judge the cells of a table that are left to Python; return its columns as they are now.

    A column of which no value has a detail is one without details from here on.
    """
    doubtful = [c for c in columns if c.type.detailed]
    if not doubtful:
        return list(columns)
    words = [f"count_if({c.left}), count({c.detail})" for c in doubtful]
    counts = iter(database.numbers(words, table))
    found = {c.index: (next(counts), next(counts)) for c in doubtful}
    left = [c for c in doubtful if found[c.index][0]]
    if left:
        _judge(database, table, left)
        words = [f"count({c.detail})" for c in left]
        details = database.numbers(words, table)
        found |= {c.index: (0, n) for c, n in zip(left, details, strict=True)}
    plain = {c.index for c in doubtful if not found[c.index][1]}
    return [_plain(c) if c.index in plain else c for c in columns]


def _plain(column: Column) -> Column:
    parse = column.type.parse or "NULL"  # it remains a type with broken cells
    return replace(column, type=replace(column.type, parse=parse, left="", detail=""))


def _judge(database: Database, table: str, left: Sequence[Column]) -> None:
    """Write the table anew, with the values of the cells that are left.

    The rows keep their order: what is joined is sorted by the number of the row, and set beside
    the columns that stay.
    """
    for column in left:
        _answers(database, table, column)
    changed = {c.sql for c in left} | {c.detail for c in left} | {c.flags for c in left}
    values, joins = [], []
    bits: dict[str, list[str]] = {}
    for column in left:
        answers, text = _name(table, column), f"t.{column.detail}"
        pending = f"(t.{column.flags} & {column.bit << 1}) <> 0"
        joins.append(f"LEFT JOIN {answers} ON {pending} AND {answers}.cell = {text}")
        values += [
            f"CASE WHEN {pending} THEN {answers}.value ELSE t.{column.sql} END AS {column.sql}",
            f"CASE WHEN {pending} THEN {answers}.detail ELSE {text} END AS {column.detail}",
        ]
        bits.setdefault(column.flags, []).append(
            f"CASE WHEN NOT {pending} THEN 0 WHEN {answers}.value IS NULL "
            f"THEN {column.bit - (column.bit << 1)} ELSE {-(column.bit << 1)} END"
        )
    values += [f"t.{flags} + {' + '.join(parts)} AS {flags}" for flags, parts in bits.items()]
    connection = database.connection
    connection.execute(
        f"CREATE TABLE {table}_n AS SELECT a.* EXCLUDE ({', '.join(sorted(changed))}), b.* "
        f"FROM {table} a POSITIONAL JOIN (SELECT {', '.join(values)} FROM {table} t "
        f"{' '.join(joins)} ORDER BY t.rowid) b"
    )
    for name in (table, *(_name(table, c) for c in left)):
        connection.execute(f"DROP TABLE {name}")
    connection.execute(f"ALTER TABLE {table}_n RENAME TO {table.rpartition('.')[2]}")


def _name(table: str, column: Column) -> str:
    return f"{table}_{column.index}"


def _answers(database: Database, table: str, column: Column) -> None:
    """Write what Python reads in each text of a column: the value, NULL if none, and its detail."""
    judge, name = column.type.judge, _name(table, column)
    assert judge is not None
    connection = database.connection
    connection.execute(
        f"CREATE TABLE {name} (cell VARCHAR, value {column.type.sql}, detail VARCHAR)"
    )
    for texts in _distinct(database, f"{column.detail} FROM {table} WHERE {column.left}"):
        readings = [asked(judge, text) for text in texts]
        connection.execute(
            f"INSERT INTO {name} SELECT unnest($1::VARCHAR[]), "
            f"CAST(unnest($2::VARCHAR[]) AS {column.type.sql}), unnest($3::VARCHAR[])",
            [texts, [r and r.value for r in readings], [r and r.detail for r in readings]],
        )


def _distinct(database: Database, what: str) -> Iterator[list[str]]:
    cursor = database.connection.cursor()
    cursor.execute(f"SELECT DISTINCT {what}")
    held: list[str] = []
    length = 0
    while rows := cursor.fetchmany(_FETCHED):
        held += [text for (text,) in rows]
        length += sum(map(len, held[-len(rows) :]))
        if len(held) >= _CHUNK or length >= _LONG:
            yield held
            held, length = [], 0
    if held:
        yield held


class Doubtful(Exception):
    """Say that a row is so near a bound that rounding decides."""


def decided(database: Database, table: str, check: CellCheck) -> CellCheck:
    """Return a check of cells as one about each row, whether it asks Python or the whole table.

    Raises Undecided, and Doubtful.
    """
    if check.across is not None:
        return _across(database, table, check)
    return check if check.predicate is None else _asked(database, table, check)


def _across(database: Database, table: str, check: CellCheck) -> CellCheck:
    """Return a check whose rows have been looked for in the whole table."""
    assert check.across is not None
    name = f"{table}_bad{next(_NUMBERS)}"
    database.connection.execute(f"CREATE TABLE {name} AS FROM ({check.across(table)}) t(n, unsure)")
    count, unsure = database.one(f"SELECT count(*), count_if(unsure) FROM {name}")
    if unsure:
        raise Doubtful
    bad = f"rowid IN (SELECT n FROM {name})" if count else "false"
    return replace(check, bad=bad, across=None)


def _asked(database: Database, table: str, check: CellCheck) -> CellCheck:
    """Return a check whose predicate has been asked once for each value."""
    assert check.predicate is not None
    subject, predicate = f"CAST({check.bad} AS VARCHAR)", check.predicate
    connection = database.connection
    name = f"{table}_bad{next(_NUMBERS)}"
    connection.execute(f"CREATE TABLE {name} (value VARCHAR, reason VARCHAR)")
    for texts in _distinct(database, f"{subject} FROM {table} WHERE {check.bad} IS NOT NULL"):
        reasons = zip(texts, predicate(texts), strict=True)
        if bad := [(text, reason) for text, reason in reasons if reason is not None]:
            insert = f"INSERT INTO {name} SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[])"
            connection.execute(insert, [list(part) for part in zip(*bad, strict=True)])
    reason = f"(SELECT reason FROM {name} WHERE value = {subject})"
    shown = {**check.show, "reason": reason}
    return replace(
        check, bad=f"{subject} IN (SELECT value FROM {name})", predicate=None, show=shown
    )
