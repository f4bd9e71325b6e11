"""The rules of a dataset: one SELECT each, run where it can do nothing else."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from copydesk.checks.sql import BATCH_ROW, ROW, batch_of, literal, quoted
from copydesk.engine import BadRow, Failure, held
from copydesk.engine.duckdb.colliding import twice
from copydesk.engine.duckdb.database import Database, Loaded, first_line, texts
from copydesk.engine.duckdb.driver import duckdb
from copydesk.functions import functions_called
from copydesk.model import CellCheck, KeyCheck, QueryCheck

CELL = "cell"
"""Column by which a rule may name the field to point at, row by row."""

_PLAIN_SELECT = re.compile(r"\s*SELECT\s[^;]*", re.I)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

RULE_SECONDS = 60.0
"""How long a rule may take."""

MOST = 1_000_000
"""Rows that a query may find before they are asked for again instead of being kept."""


class QueryFailed(Exception):
    """Say that a query of the dataset cannot be run, and why."""


def allow_functions(database: Database, sql: str) -> None:
    """Create the SQL functions of copydesk that queries call."""
    # The latest date that it is anywhere, so that no time zone makes a date a future one.
    latest = datetime.now(UTC) + timedelta(hours=14)
    today = os.environ.get("COPYDESK_TODAY") or latest.date().isoformat()
    database.connection.execute(f"CREATE MACRO today() AS DATE {literal(today)}")
    for function in functions_called(sql):
        for statement in function.sql:
            database.connection.execute(statement)


def make_batches(database: Database, queries: Sequence[QueryCheck]) -> None:
    """Create what the queries of suites know their own tables by, with the numbers of its rows."""
    for name in dict.fromkeys(q.table for q in queries):
        rows = f"SELECT * RENAME ({ROW} AS {BATCH_ROW}) FROM {quoted(name)}"
        with contextlib.suppress(duckdb.Error):  # two names that differ in case only: no view
            database.connection.execute(f"CREATE VIEW {batch_of(name)} AS {rows}")


def _select(database: Database, check: QueryCheck) -> duckdb.Statement | str:
    """Return the only statement of a query; raises QueryFailed if it is not a SELECT."""
    sql = check.sql
    if _PLAIN_SELECT.fullmatch(sql):
        return sql  # one statement for certain, which DuckDB need not parse twice
    statements = database.connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        what = "a query of a suite" if _is_of_suite(check) else "a rule"
        raise QueryFailed(f"{what} is one SELECT and nothing else")
    return statements[0]


def query(
    database: Database, check: QueryCheck, broken: Sequence[Failure], limit: int | None
) -> Iterator[Failure]:
    """Yield the failure of a rule, if it has rows; rows with a broken cell are left out.

    `broken` are the failures already found in the rule's table. Raises QueryFailed.
    """
    table = database.tables[check.table]
    try:
        with _deadline(database):
            asked = database.connection.execute(_select(database, check))
            names = [d[0] for d in asked.description or ()]
            if not _is_of_suite(check):
                _require_usable(table, check, names)
            if asked.fetchmany(1):
                yield from _failures(database, check, names, broken, limit)
    except duckdb.InterruptException:
        raise QueryFailed(f"it takes longer than {RULE_SECONDS:g} seconds") from None
    except duckdb.Error as error:
        raise QueryFailed(first_line(error)) from None


def _failures(
    database: Database,
    check: QueryCheck,
    names: Sequence[str],
    broken: Sequence[Failure],
    limit: int | None,
) -> Iterator[Failure]:
    """Yield what a rule found, for each cell that it points at.

    No more than so many rows are held, but all are counted.
    """
    table, found = database.tables[check.table], _found(check)
    sql = check.sql.strip().rstrip(";")
    kept = f"CREATE OR REPLACE TABLE {found} AS FROM ({sql}\n) LIMIT {MOST}"
    database.connection.execute(kept)
    if database.one(f"SELECT count(*) FROM {found}")[0] == MOST:
        forget(database, check)
        found, limit = f"({sql}\n)", MOST if limit is None else limit
    if not (_row_name(check) in names or (table.key and set(table.key) <= set(names))):
        yield _unlocated(database, check, found, names)
        return
    source = _located(table, check, found, names, broken)
    own = [f"CAST(r.{quoted(n)} AS VARCHAR)" for n in names]
    words = ", ".join([table.row_of("a"), *table.key_words("a"), *own])
    cell = f"r.{CELL}" if CELL in names else "NULL"
    for name, count in database.ask(f"SELECT {cell}, count(*) {source} GROUP BY 1 ORDER BY 1"):
        where = f"WHERE r.{CELL} = {literal(name)}" if name else ""
        asked = f"SELECT {words} {source} {where} ORDER BY ALL"
        about = replace(check, field=name) if name in table.by_name else check
        rows = partial(_rows, database, table, asked, names, limit)
        yield Failure(about, count, held(rows, limit))


def _unlocated(database: Database, check: QueryCheck, found: str, names: Sequence[str]) -> Failure:
    """Return the failure of a query that finds something else than rows of its table."""
    count = database.one(f"SELECT count(*) FROM {found}")[0]
    first = texts(names, database.one(f"FROM {found}"))
    shown = "; ".join(f"{name}: {value}" for name, value in first.items())
    rows = f"{count:,} row{'s' * (count != 1)}"
    told = replace(check, message=str(check.params.get("found", check.message)))
    return Failure(told, 1, params={**first, "rows": rows, "first": shown, "count": str(count)})


def _is_of_suite(check: QueryCheck) -> bool:
    return check.code.startswith("GX")


def _row_name(check: QueryCheck) -> str:
    return BATCH_ROW if _is_of_suite(check) else ROW


def _rows(
    database: Database, table: Loaded, sql: str, names: Sequence[str], limit: int | None
) -> Iterator[BadRow]:
    for number, *values in database.some(sql, limit):
        key, rest = values[: len(table.key)], values[len(table.key) :]
        shown = texts(names, rest)
        yield BadRow(number, shown, texts(table.key, key), help=shown.get("help", ""))


def _found(check: QueryCheck) -> str:
    return f"_copydesk.{quoted(f'found {check.code} {check.promise.origin}')}"


def forget(database: Database, check: QueryCheck) -> None:
    """Drop what a rule has found."""
    database.connection.execute(f"DROP TABLE IF EXISTS {_found(check)}")


def _require_usable(table: Loaded, check: QueryCheck, names: Sequence[str]) -> None:
    """Raise QueryFailed unless the columns of a rule tell its rows and fill its words."""
    if ROW not in names and not (table.key and set(table.key) <= set(names)):
        wanted = ", ".join(f"`{k}`" for k in table.key) or f"`{ROW}`"
        raise QueryFailed(f"the rule must select the key of `{table.name}`: {wanted}")
    absent = [f for f in check.fields if f not in table.by_name]
    if absent:
        raise QueryFailed(f"`{table.name}` has no field `{absent[0]}`, which its header names")
    words = set(_PLACEHOLDER.findall(check.message + check.help)) - {*names, "field", "table"}
    if words - {"value"}:
        raise QueryFailed(f"the rule selects no `{min(words - {'value'})}`, which its words show")


def _located(
    table: Loaded,
    check: QueryCheck,
    found: str,
    names: Sequence[str],
    broken: Sequence[Failure],
) -> str:
    """Return the FROM clause that joins what a rule found to the rows of its table.

    Rows with a broken cell among those that the rule judges are left out.
    """
    same = f"{table.row_of('a')} = r.{_row_name(check)}"
    if _row_name(check) not in names:
        same = " AND ".join(
            f"{table.sql(k, 'a')} IS NOT DISTINCT FROM r.{quoted(k)}" for k in table.key
        )
    clean = [
        f"NOT coalesce({table.bad(f.check)}, false)"
        for f in broken
        if isinstance(f.check, CellCheck)
    ]
    for failure in broken:
        # Rows that share a key cannot be told apart by it; the duplicate is reported already.
        if (
            failure.check.code == "KY001"
            and _row_name(check) not in names
            and isinstance(failure.check, KeyCheck)
        ):
            words = ", ".join(table.sql(k) for k in table.key)
            clean.append(f"({words}) NOT IN (SELECT {words} FROM ({twice(table, failure.check)}))")
    if table.ragged:
        clean += [f"abs(_cells) > {table.places[f]}" for f in check.fields]
    inner = f"(SELECT *, rowid FROM {table.id}{' WHERE ' + ' AND '.join(clean) if clean else ''})"
    return f"FROM {found} r JOIN {inner} a ON {same}"


@contextlib.contextmanager
def _deadline(
    database: Database,
) -> Iterator[None]:
    database.asked[database.number] = time.monotonic()
    try:
        yield
    finally:
        del database.asked[database.number]


@contextlib.contextmanager
def watched(
    database: Database,
) -> Iterator[None]:
    """Interrupt the query of a rule that takes longer than RULE_SECONDS, on any twin."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.25):
            for number, since in list(database.asked.items()):
                if time.monotonic() - since > RULE_SECONDS:
                    database.asking[number].interrupt()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
