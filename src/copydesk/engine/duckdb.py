"""The native engine: every table is scanned once into DuckDB, then asked.

The only module that talks to DuckDB. Loaded tables live in the schema `_copydesk` under numbers
(`t0`, `t1`, …), their columns too (`c0`, …, see checks/types.py); rules see views by name.
"""

from __future__ import annotations

import contextlib
import copy
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from copydesk.checks.expectation import tolerated
from copydesk.checks.sql import ROW, literal, literals, quoted
from copydesk.checks.text import suspicious
from copydesk.checks.types import Column
from copydesk.engine import BadRow, Failure
from copydesk.errors import UserError
from copydesk.functions import functions_called
from copydesk.model import (
    AggregateCheck,
    AnyCheck,
    CellCheck,
    KeyCheck,
    QueryCheck,
    ReferenceCheck,
    Severity,
)

RULE_SECONDS = 60.0
NEAREST_ROWS = 200_000
MANY_ROWS = 20_000


class QueryFailed(Exception):
    """Say that a query of the dataset cannot be run, and why."""


class Inexact(Exception):
    """Say that a column holds values which this engine cannot compare exactly."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A table in the database: its columns, how to write its row number, its key."""

    name: str
    id: str
    columns: tuple[Column, ...]
    row: str
    rows: int
    key: tuple[str, ...] = ()
    by_name: Mapping[str, Column] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)

    def sql(self, name: str, alias: str = "") -> str:
        """Return the column of a field as SQL."""
        return f"{alias}.{self.by_name[name].sql}" if alias else self.by_name[name].sql


class Database:
    """A DuckDB of its own in memory, shut off from files once the tables are loaded."""

    def __init__(
        self, temporary: Path, memory_limit: str | None = None, threads: int | None = None
    ) -> None:
        config: dict[str, Any] = {
            "temp_directory": str(temporary),
            "python_enable_replacements": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "max_expression_depth": 10000,
        }
        if memory_limit:
            config["memory_limit"] = memory_limit
        if threads:
            config["threads"] = threads
        try:
            self.connection = duckdb.connect(":memory:", config=config)
        except duckdb.ParserException:
            raise UserError(
                f"`{memory_limit}` is not a size of memory", hint="write it like `1GB` or `512MB`"
            ) from None
        self.connection.execute("CREATE SCHEMA _copydesk")
        self.tables: dict[str, Loaded] = {}
        self.number = 0
        self.asked: dict[int, float] = {}
        self.asking = {0: self.connection}

    def twins(self, count: int) -> list[Database]:
        """Return that many views of the same database for as many threads, this one first."""
        found = [self]
        for number in range(1, count):
            twin = copy.copy(self)
            twin.connection = self.connection.cursor()
            twin.number = number
            self.asking[number] = twin.connection
            found.append(twin)
        return found

    def close(self) -> None:
        """Drop everything."""
        self.connection.close()

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        found: list[tuple[Any, ...]] = self.connection.execute(sql, list(values)).fetchall()
        return found

    def one(self, sql: str) -> tuple[Any, ...]:
        """Return the only row of a query."""
        row: tuple[Any, ...] | None = self.connection.execute(sql).fetchone()
        assert row is not None
        return row

    # loading

    def load(
        self,
        name: str,
        columns: Sequence[Column],
        reading: str,
        places: Sequence[int],
        row: str,
        key: Sequence[str] = (),
        *,
        number: int = 0,
    ) -> Loaded:
        """Read a file into a table and return it.

        `reading` is the `read_csv(…)` that gives its cells as texts `v0`, `v1`, …; `places` the
        number of the `v` for each column; `number` names the table; `row` the number of the record in terms of `rowid`
        or of a column that `reading` gives (`_row`, with `_cells`, the number of cells).
        Raises duckdb.Error where the file cannot be read that way, and Inexact.
        """
        table = f"_copydesk.t{number}"
        texts = [
            f"{_present(f'v{v}', c.field.missing)} AS r{c.index}"
            for c, v in zip(columns, places, strict=True)
        ]
        extra = [ROW, "_cells"] if row == ROW else []
        typed = [f"{_value(c)} AS c{c.index}, r{c.index}" for c in columns]
        stored = [*(f"c{c.index}" for c in columns), *_flags(columns), *extra]
        count = self.one(
            f"CREATE TABLE {table} AS SELECT {', '.join(stored) or '1 AS none'} FROM "
            f"(SELECT {', '.join([*typed, *extra]) or '1'} FROM "
            f"(SELECT {', '.join([*texts, *extra]) or '1'} FROM {reading}))"
        )[0]
        by_name = {c.field.name: c for c in columns}
        loaded = Loaded(
            name, table, tuple(columns), row, count,
            tuple(k for k in key if k in by_name), by_name,
            {c.field.name: v for c, v in zip(columns, places, strict=True)},
        )  # fmt: skip
        self.tables[name] = loaded
        self._show(loaded)
        self._require_exact(loaded)
        return loaded

    def _show(self, table: Loaded) -> None:
        """Create the typed view by which rules know a table."""
        names = [f"{c.sql} AS {quoted(c.field.name)}" for c in table.columns]
        with contextlib.suppress(duckdb.Error):  # two names that differ in case: no view
            self.connection.execute(
                f"CREATE VIEW {quoted(table.name)} AS "
                f"SELECT {', '.join([*names, f'{table.row} AS {ROW}'])} FROM {table.id}"
            )

    def _require_exact(self, table: Loaded) -> None:
        guarded = [c for c in table.columns if c.type.exact]
        if not guarded:
            return
        counts = self.one(
            "SELECT "
            + ", ".join(f"count_if(({c.flags} & {c.bit << 1}) <> 0)" for c in guarded)
            + f" FROM {table.id}"
        )
        for column, count in zip(guarded, counts, strict=True):
            if count:
                raise Inexact(f"`{column.field.name}` holds numbers of more digits than fit")

    def forget(self, name: str) -> None:
        """Drop a table that cannot be judged after all."""
        table = self.tables.pop(name, None)
        if table:
            self.connection.execute(f"DROP VIEW IF EXISTS {quoted(name)}")
            self.connection.execute(f"DROP TABLE {table.id}")

    def shut(self) -> None:
        """Shut the database off from files and settings; only queries are possible then."""
        self.connection.execute("SET enable_external_access = false")
        self.connection.execute("SET lock_configuration = true")

    # checks on one table

    def judge(
        self, name: str, checks: Sequence[AnyCheck], limit: int | None
    ) -> tuple[list[Failure], list[AggregateCheck]]:
        """Return the checks of a table that do not hold, with at most `limit` rows each, and
        those that are so near their bound that rounding decides."""
        table = self.tables[name]
        simple = [c for c in checks if isinstance(c, CellCheck | AggregateCheck)]
        if table.rows > MANY_ROWS:
            simple = self._suspected(table, simple)
        doubtful: list[AggregateCheck] = []
        failures = list(self._aggregates(table, simple, limit, doubtful))
        for check, count in self._colliding(table, checks):
            if isinstance(check, KeyCheck):
                failures.append(self._key(table, check, count, limit))
            else:
                failures.append(self._reference(table, check, count, limit))
        return failures, doubtful

    def _colliding(
        self, table: Loaded, checks: Sequence[AnyCheck]
    ) -> Iterator[tuple[KeyCheck | ReferenceCheck, int]]:
        """Yield the keys and references that do not hold, with the exact number of bad rows.

        Those of a small table are asked in one statement: planning takes longer than counting.
        """
        wanted = [c for c in checks if isinstance(c, KeyCheck | ReferenceCheck)]
        together = len(wanted) if table.rows <= MANY_ROWS else 1
        for start in range(0, len(wanted), max(together, 1)):
            some = wanted[start : start + together]
            parts = [f"SELECT {n}, {self._count(table, c)}" for n, c in enumerate(some)]
            for number, count in sorted(self.ask(" UNION ALL ".join(parts))):
                if count:
                    yield some[number], int(count)

    def _count(self, table: Loaded, check: KeyCheck | ReferenceCheck) -> str:
        if isinstance(check, KeyCheck):
            return f"coalesce(sum(n - 1), 0) FROM ({self._twice(table, check)})"
        return f"count(*) {self._dangling(table, check)}"

    def _twice(self, table: Loaded, check: KeyCheck) -> str:
        """Return the query for the values of a key that occur more than once."""
        words = [table.sql(f) for f in check.fields]
        given = " AND ".join([*(f"{w} IS NOT NULL" for w in words), check.among])
        return (
            f"SELECT {', '.join(words)}, min({table.row}) AS first, count(*) AS n "
            f"FROM {table.id} WHERE {given} GROUP BY {', '.join(words)} HAVING count(*) > 1"
        )

    def _dangling(self, table: Loaded, check: ReferenceCheck) -> str:
        """Return the FROM clause of the rows that refer to nothing."""
        target = self.tables[check.target]
        pairs = list(zip(check.fields, check.target_fields, strict=True))
        given = " AND ".join(f"{table.sql(f, 'a')} IS NOT NULL" for f, _ in pairs)
        same = " AND ".join(_equal(table.by_name[f], target.by_name[t]) for f, t in pairs)
        return f"FROM {table.id} a ANTI JOIN {target.id} b ON {same} WHERE {given}"

    def _suspected(
        self, table: Loaded, checks: Sequence[CellCheck | AggregateCheck]
    ) -> list[CellCheck | AggregateCheck]:
        """Return the checks without those of texts in columns that hold nothing suspicious."""
        names = sorted({c.field for c in checks if c.code.startswith("TX")})
        if not names:
            return list(checks)
        words = [f"count(*) FILTER (WHERE {suspicious(table.by_name[n])})" for n in names]
        counts = self.one(f"SELECT {', '.join(words)} FROM {table.id}")
        clean = {n for n, count in zip(names, counts, strict=True) if not count}
        return [c for c in checks if not (c.code.startswith("TX") and c.field in clean)]

    def _aggregates(
        self,
        table: Loaded,
        checks: Sequence[CellCheck | AggregateCheck],
        limit: int | None,
        doubtful: list[AggregateCheck],
    ) -> Iterator[Failure]:
        """Yield the failures among checks that one scan of the table can answer.

        First each field is asked for all its checks at once: a field with nothing bad, as most
        are, needs no more.
        """
        cells = [c for c in checks if isinstance(c, CellCheck)]
        fields: dict[str, list[CellCheck]] = {}
        for check in cells:
            fields.setdefault(check.field, []).append(check)
        words = [
            f"count(*) FILTER (WHERE {' OR '.join(f'({self._is_bad(table, c)})' for c in members)})"
            for members in fields.values()
        ]
        measured = [c for c in checks if isinstance(c, AggregateCheck)]
        for one in measured:
            words += [f"CAST({one.measure} AS VARCHAR)"]
            for condition in (one.holds, one.params.get("doubt", "false")):
                told = condition.replace("{measure}", f"({one.measure})")
                words += [f"coalesce({told}, false)"]
        if not words:
            return
        numbers = iter(self.one(f"SELECT {', '.join(words)} FROM {table.id}"))
        suspects = [c for members in fields.values() if next(numbers) for c in members]
        for one in measured:
            first, holds, doubt = next(numbers), next(numbers), next(numbers)
            if doubt:
                doubtful.append(one)
            elif not holds:
                yield Failure(one, 1, params={"observed": "" if first is None else first})
        yield from self._cells(table, self._counted(table, suspects), limit)

    def _counted(
        self, table: Loaded, suspects: Sequence[CellCheck]
    ) -> list[tuple[CellCheck, int]]:
        """Return the checks that do not hold, with the exact number of their bad rows."""
        if not suspects:
            return []
        words = []
        for check in suspects:
            words += [f"count(*) FILTER (WHERE {self._is_bad(table, check)})"]
            words += [f"count(*) FILTER (WHERE {check.among})" if check.mostly < 1 else "0"]
        numbers = iter(self.one(f"SELECT {', '.join(words)} FROM {table.id}"))
        failing = []
        for check in suspects:
            bad, among = next(numbers), next(numbers)
            if bad and not (check.mostly < 1 and tolerated(bad, among, check.mostly)):
                failing.append((check, bad))
        return failing

    def _is_bad(self, table: Loaded, check: CellCheck) -> str:
        sql = f"({check.bad})" if check.among == "true" else f"({check.among}) AND ({check.bad})"
        if table.row == ROW and check.field:
            sql += f" AND _cells > {table.places[check.field]}"
        return sql

    def _cells(
        self, table: Loaded, failing: list[tuple[CellCheck, int]], limit: int | None
    ) -> Iterator[Failure]:
        """Yield the failing checks, each cell in the first and gravest of its own only."""
        grave = [Severity.ERROR, Severity.WARNING, Severity.INFO]
        failing = sorted(failing, key=lambda pair: grave.index(pair[0].severity))
        taken: dict[str, list[str]] = {}
        for check, count in failing:
            bad = self._is_bad(table, check)
            where = bad
            for earlier in taken.get(check.field, []) if check.field else []:
                where += f" AND NOT coalesce({earlier}, false)"
            taken.setdefault(check.field, []).append(f"({bad})")
            if where != bad:
                count = self.one(f"SELECT count(*) FROM {table.id} WHERE {where}")[0]
            if count:
                yield Failure(check, count, tuple(self._rows(table, check, where, limit)))

    def _rows(
        self, table: Loaded, check: CellCheck, where: str, limit: int | None
    ) -> Iterator[BadRow]:
        shown = list(check.show)
        words = [table.row, *self._key_words(table), *(f"CAST({check.show[s]} AS VARCHAR)" for s in shown)]
        sql = f"SELECT {', '.join(words)} FROM {table.id} WHERE {where} ORDER BY 1"
        for row, *values in self._some(sql, limit):
            key, rest = values[: len(table.key)], values[len(table.key) :]
            yield BadRow(row, _texts(shown, rest), _texts(table.key, key))

    def _some(self, sql: str, limit: int | None) -> Iterator[tuple[Any, ...]]:
        cursor = self.connection.cursor()
        cursor.execute(sql if limit is None else f"{sql} LIMIT {limit}")
        while rows := cursor.fetchmany(1000):
            yield from rows

    def _key_words(self, table: Loaded, alias: str = "") -> list[str]:
        return [f"CAST({table.sql(k, alias)} AS VARCHAR)" for k in table.key]

    def _key(self, table: Loaded, check: KeyCheck, count: int, limit: int | None) -> Failure:
        words = [table.sql(f) for f in check.fields]
        same = " AND ".join(f"a.{w} = b.{w}" for w in words)
        row = table.row.replace("rowid", "a.rowid")
        own = [f"CAST(a.{w} AS VARCHAR)" for w in words]
        given = check.among if check.among == "true" else f"({check.among})"
        inner = f"(SELECT *, rowid FROM {table.id} WHERE {given})"
        sql = (
            f"SELECT {', '.join([row, 'b.first', *self._key_words(table, 'a'), *own])} "
            f"FROM {inner} a JOIN ({self._twice(table, check)}) b ON {same} "
            f"WHERE {row} > b.first ORDER BY 1"
        )
        rows = []
        for number, first, *values in self._some(sql, limit):
            key, value = values[: len(table.key)], values[len(table.key) :]
            shown = {"value": ", ".join(str(v) for v in value)}
            rows.append(BadRow(number, shown, _texts(table.key, key), first))
        return Failure(check, count, tuple(rows))

    def _reference(
        self, table: Loaded, check: ReferenceCheck, count: int, limit: int | None
    ) -> Failure:
        target = self.tables[check.target]
        row = table.row.replace("rowid", "a.rowid")
        own = [f"CAST({table.sql(f, 'a')} AS VARCHAR)" for f in check.fields]
        words = [row, *self._key_words(table, "a"), *own]
        sql = f"SELECT {', '.join(words)} {self._dangling(table, check)} ORDER BY 1"
        rows = []
        for number, *values in self._some(sql, limit):
            key, value = values[: len(table.key)], values[len(table.key) :]
            near = self._nearest(target, check, value[0]) if len(rows) < 20 else ""
            shown = {"value": ", ".join(str(v) for v in value)}
            rows.append(BadRow(number, shown, _texts(table.key, key), None, near))
        return Failure(check, count, tuple(rows))

    def _nearest(self, target: Loaded, check: ReferenceCheck, value: str) -> str:
        """Return the help that names the nearest value of a foreign key's target."""
        if len(check.fields) > 1 or target.rows > NEAREST_ROWS:
            return ""
        column = f"CAST({target.sql(check.target_fields[0])} AS VARCHAR)"
        distance = f"damerau_levenshtein({column}, {literal(value)})"
        found = self.ask(
            f"SELECT DISTINCT {column} AS v, {distance} AS d FROM {target.id} "
            f"WHERE d <= greatest(1, length(v) // 4) ORDER BY d, v LIMIT 3"
        )
        return " or ".join(f"`{v}`" for v, _ in found)

    # rules

    def allow_functions(self, sql: str) -> None:
        """Create the SQL functions of copydesk that queries call."""
        today = os.environ.get("COPYDESK_TODAY") or date.today().isoformat()
        self.connection.execute(f"CREATE MACRO today() AS DATE {literal(today)}")
        for function in functions_called(sql):
            for statement in function.sql:
                self.connection.execute(statement)

    def _select(self, sql: str) -> duckdb.Statement:
        """Return the only statement of a rule; raises QueryFailed if it is not a SELECT."""
        statements = self.connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise QueryFailed("a rule is one SELECT and nothing else")
        return statements[0]

    def query(
        self, check: QueryCheck, broken: Sequence[Failure], limit: int | None
    ) -> Iterator[Failure]:
        """Yield the failure of a rule, if it has rows; rows with a broken cell are left out.

        `broken` are the failures already found in the rule's table. Raises QueryFailed.
        """
        table = self.tables[check.table]
        found = f"_copydesk.found{self.number}"
        try:
            with self._deadline():
                statement = self._select(check.sql)
                if not self.connection.execute(statement).fetchmany(1):
                    return
                sql = check.sql.strip().rstrip(";")
                self.connection.execute(f"CREATE OR REPLACE TABLE {found} AS FROM ({sql}\n)")
                names = [d[0] for d in self.connection.execute(f"FROM {found} LIMIT 0").description]
                source = self._located(table, found, names, broken)
                count = self.one(f"SELECT count(*) {source}")[0]
                texts = ", ".join(f"CAST(r.{quoted(n)} AS VARCHAR)" for n in names)
                row = table.row.replace("rowid", "a.rowid")
                words = ", ".join([row, *self._key_words(table, "a"), texts])
                rows = list(self._some(f"SELECT {words} {source} ORDER BY ALL", limit))
        except duckdb.Error as error:
            raise QueryFailed(_first_line(error)) from None
        bad = []
        for number, *values in rows:
            key, rest = values[: len(table.key)], values[len(table.key) :]
            shown = _texts(names, rest)
            bad.append(BadRow(number, shown, _texts(table.key, key), None, shown.get("help", "")))
        if count:
            yield Failure(check, count, tuple(bad))

    def _located(
        self, table: Loaded, found: str, names: Sequence[str], broken: Sequence[Failure]
    ) -> str:
        """Return the FROM clause that joins what a rule found to the rows of its table."""
        if ROW in names:
            same = f"{table.row.replace('rowid', 'a.rowid')} = r.{ROW}"
        elif table.key and set(table.key) <= set(names):
            same = " AND ".join(
                f"{table.sql(k, 'a')} IS NOT DISTINCT FROM r.{quoted(k)}" for k in table.key
            )
        else:
            wanted = ", ".join(f"`{k}`" for k in table.key) or f"`{ROW}`"
            raise QueryFailed(f"the rule must select the key of `{table.name}`: {wanted}")
        clean = [
            f"NOT coalesce({self._is_bad(table, f.check)}, false)"
            for f in broken
            if isinstance(f.check, CellCheck)
        ]
        inner = f"(SELECT *, rowid FROM {table.id}{' WHERE ' + ' AND '.join(clean) if clean else ''})"
        return f"FROM {found} r JOIN {inner} a ON {same}"

    @contextlib.contextmanager
    def _deadline(self) -> Iterator[None]:
        self.asked[self.number] = time.monotonic()
        try:
            yield
        finally:
            del self.asked[self.number]

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Interrupt the query of a rule that takes longer than RULE_SECONDS, on any twin."""
        done = threading.Event()

        def watch() -> None:
            while not done.wait(0.25):
                for number, since in list(self.asked.items()):
                    if time.monotonic() - since > RULE_SECONDS:
                        self.asking[number].interrupt()

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()

    # for other engines

    def values(self, name: str) -> tuple[list[int], list[list[Any]]]:
        """Return the row numbers of a table and the values of each of its columns."""
        table = self.tables[name]
        words = ", ".join([table.row, *(c.sql for c in table.columns)])
        rows = self.ask(f"SELECT {words} FROM {table.id} ORDER BY 1")
        return [r[0] for r in rows], [[r[i + 1] for r in rows] for i in range(len(table.columns))]

    def keys(self, name: str, rows: Sequence[int]) -> dict[int, dict[str, str]]:
        """Return the keys of some rows by their numbers."""
        table = self.tables[name]
        if not table.key or not rows:
            return {}
        words = ", ".join([table.row, *self._key_words(table)])
        listed = ", ".join(map(str, rows))
        found = self.ask(f"SELECT {words} FROM {table.id} WHERE {table.row} IN ({listed})")
        return {number: _texts(table.key, key) for number, *key in found}

    def unsorted(self, name: str, limit: int | None) -> tuple[int, list[BadRow]]:
        """Return how many rows stand after a row with a larger key, and the first of them."""
        table = self.tables[name]
        if not table.key:
            return 0, []
        words = [table.sql(k) for k in table.key]
        before = [f"lag({w}) OVER (ORDER BY {table.row}) AS p{i}" for i, w in enumerate(words)]
        inner = f"SELECT {', '.join([f'{table.row} AS n', *words, *before])} FROM {table.id}"
        now = f"({', '.join(words)},)"
        then = f"({', '.join(f'p{i}' for i in range(len(words)))},)"
        given = " AND ".join(f"{w} IS NOT NULL AND p{i} IS NOT NULL" for i, w in enumerate(words))
        source = f"FROM ({inner}) WHERE {given} AND row{now} < row{then}"
        count = self.one(f"SELECT count(*) {source}")[0]
        if not count:
            return 0, []
        texts = ", ".join(f"CAST({w} AS VARCHAR)" for w in words)
        rows = self._some(f"SELECT n, {texts} {source} ORDER BY 1", limit)
        return count, [BadRow(n, {}, _texts(table.key, key)) for n, *key in rows]


def _present(text: str, missing: Sequence[str]) -> str:
    """Return the text of a cell, NULL where it is missing; the reader gives NULL for empty."""
    words = [word for word in missing if word]
    if "" not in missing:
        text = f"coalesce({text}, '')"
    return f"CASE WHEN {text} NOT IN ({literals(words)}) THEN {text} END" if words else text


def reading(file: Path, options: Mapping[str, object], width: int, extra: Sequence[str] = ()) -> str:
    """Return the `read_csv(…)` that gives the cells of a file as texts `v0`, `v1`, …"""
    names = [*(f"'{e}': 'BIGINT'" for e in extra), *(f"'v{i}': 'VARCHAR'" for i in range(width))]
    words = [f"{name} = {literal(value)}" for name, value in options.items()]
    return f"read_csv({literal(str(file))}, {', '.join(words)}, columns = {{{', '.join(names)}}})"


def _value(column: Column) -> str:
    text = f"r{column.index}"
    return column.type.parse.replace("{x}", text) if column.type.parse else text


def _flags(columns: Sequence[Column]) -> list[str]:
    """Return the integers whose bits say which cells are broken or inexact."""
    groups: dict[str, list[str]] = {c.flags: [] for c in columns}
    for column in columns:
        if not column.type.parse:
            continue
        raw, value = f"r{column.index}", f"c{column.index}"
        bits = f"CASE WHEN {raw} IS NULL THEN 0 WHEN {value} IS NULL THEN {column.bit}"
        if column.type.exact:
            exact = column.type.exact.replace("{x}", raw)
            bits += f" WHEN NOT ({exact}) THEN {column.bit << 1}"
        groups[column.flags].append(f"{bits} ELSE 0 END")
    return [f"CAST({' | '.join(b) or '0'} AS BIGINT) AS {name}" for name, b in groups.items()]


def _equal(child: Column, parent: Column) -> str:
    if child.type.sql == parent.type.sql:
        return f"b.{parent.sql} = a.{child.sql}"
    return f"CAST(b.{parent.sql} AS VARCHAR) = CAST(a.{child.sql} AS VARCHAR)"


def _texts(names: Sequence[str], values: Sequence[object]) -> dict[str, str]:
    return {n: "" if v is None else str(v) for n, v in zip(names, values, strict=True)}


def _first_line(error: Exception) -> str:
    text = str(error).strip().partition("\n")[0]
    return text[:1].lower() + text[1:]
