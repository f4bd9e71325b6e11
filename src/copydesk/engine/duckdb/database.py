"""A DuckDB of its own in memory, and the tables that are loaded into it."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from copydesk.checks.column import Column
from copydesk.checks.sql import quoted
from copydesk.engine.duckdb.driver import duckdb
from copydesk.errors import UserError
from copydesk.model import CellCheck

MANY_ROWS = 20_000
"""Rows from which on running a statement takes longer than planning it."""

TOGETHER = 200
"""How many aggregates one statement asks for."""

ODD = "_odd"
"""The column that marks the rows in which the text of a cell may be odd (checks/text.py)."""

OutOfMemory = duckdb.OutOfMemoryException
"""Raised by any query where the memory allowed is not enough."""

Interrupted = duckdb.InterruptException
"""Raised by a query that another thread has ended."""


Sign = tuple[str, str, str]
"""What tells a check of cells from others: its field, what is bad, and among which rows."""


def sign(check: CellCheck) -> Sign:
    """Return what tells a check of cells that a row alone decides from others."""
    return check.field, check.bad, check.among


@dataclass(frozen=True)
class Loaded:
    """A table in the database: its columns, how to write its row number, its key.

    Of a `large` one `marked` names the fields whose odd texts the column ODD marks; a text of those
    in `echoes` is odd where the condition holds, or told as something else. Rows of a `ragged` one
    have their numbers of cells. The checks of cells whose `sign` is in `sifted` fail in no row but
    the `suspects`, a table of their own with all columns; this one may have fewer.
    """

    name: str
    id: str
    columns: tuple[Column, ...]
    row: str
    rows: int
    key: tuple[str, ...] = ()
    by_name: Mapping[str, Column] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    large: bool = False
    marked: Set[str] = frozenset()
    echoes: Mapping[str, str] = field(default_factory=dict)
    ragged: bool = False
    sifted: Set[Sign] = frozenset()
    suspects: Loaded | None = None

    def sql(self, name: str, alias: str = "") -> str:
        """Return the column of a field as SQL."""
        return f"{alias}.{self.by_name[name].sql}" if alias else self.by_name[name].sql

    def whole(self, name: str) -> list[str]:
        """Return what is equal in two rows if the values of a field are."""
        column = self.by_name[name]
        return [column.sql, column.detail] if column.type.detailed else [column.sql]

    def key_words(self, alias: str = "") -> list[str]:
        """Return the fields of the key as texts in SQL."""
        return [f"CAST({self.sql(k, alias)} AS VARCHAR)" for k in self.key]

    def mark(self, check: CellCheck) -> str:
        """Return the condition on the rows that may break a check, if one is known."""
        if not check.code.startswith("TX"):
            return ""
        return ODD if check.field in self.marked else self.echoes.get(check.field, "")

    def broken(self, check: CellCheck) -> str:
        """Return the SQL condition under which a row breaks a check, whatever is marked."""
        bad, among = f"({check.bad})", check.among
        sql = bad if among == "true" else f"({among}) AND {bad}"
        if self.ragged and check.fields:
            place = max(self.places[f] for f in check.fields)
            # Missing cells are told as that; what an open quote has swallowed is not told at all.
            short = " OR _cells > 0" if check.absent else ""
            sql += f" AND (abs(_cells) > {place}{short})"
        return sql

    def bad(self, check: CellCheck) -> str:
        """Return the SQL condition under which a row breaks a check."""
        mark = self.mark(check)
        return f"{mark} AND {self.broken(check)}" if mark else self.broken(check)

    def row_of(self, alias: str) -> str:
        """Return the row number of a table under an alias as SQL."""
        return self.row.replace("rowid", f"{alias}.rowid")


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

    def numbers(self, words: Sequence[str], source: str) -> list[Any]:
        """Return what many aggregates over a table come to.

        One statement asks for some of them only: it is planned in time, and with memory, that grow
        with the square of their number.
        """
        found: list[Any] = []
        for start in range(0, len(words), TOGETHER):
            some = words[start : start + TOGETHER]
            # Counted besides, so that there is one row where all words are queries of their own.
            found += self.one(f"SELECT {', '.join(some)}, count(*) FROM {source}")[:-1]
        return found

    def some(self, sql: str, limit: int | None) -> Iterator[tuple[Any, ...]]:
        """Yield the first rows of a query, or all, without holding them."""
        cursor = self.connection.cursor()
        cursor.execute(sql if limit is None else f"{sql} LIMIT {limit}")
        while rows := cursor.fetchmany(1000):
            yield from rows

    def forget(self, name: str) -> None:
        """Drop a table that cannot be judged after all."""
        table = self.tables.pop(name, None)
        if table:
            kind = "TABLE" if table.rows <= MANY_ROWS else "VIEW"
            self.connection.execute(f"DROP {kind} IF EXISTS {quoted(name)}")
            for part in (table, table.suspects):
                if part:
                    self.connection.execute(f"DROP TABLE {part.id}")

    def shut(self) -> None:
        """Shut the database off from files and settings; only queries are possible then."""
        self.connection.execute("SET enable_external_access = false")
        self.connection.execute("SET lock_configuration = true")

    def values(self, name: str, columns: Sequence[Column]) -> tuple[list[int], list[list[Any]]]:
        """Return the row numbers of a table and the values of each of some columns."""
        table = self.tables[name]
        words = ", ".join([table.row, *(c.sql for c in columns)])
        rows = self.ask(f"SELECT {words} FROM {table.id} ORDER BY 1")
        return [r[0] for r in rows], [[r[i + 1] for r in rows] for i in range(len(columns))]

    def keys(self, name: str, rows: Sequence[int]) -> dict[int, dict[str, str]]:
        """Return the keys of some rows by their numbers."""
        table = self.tables[name]
        if not table.key or not rows:
            return {}
        words = ", ".join([table.row, *table.key_words()])
        listed = ", ".join(map(str, rows))
        found = self.ask(f"SELECT {words} FROM {table.id} WHERE {table.row} IN ({listed})")
        return {number: texts(table.key, key) for number, *key in found}


def texts(names: Sequence[str], values: Sequence[object]) -> dict[str, str]:
    """Return values as texts by name; a missing one is empty."""
    return {n: "" if v is None else str(v) for n, v in zip(names, values, strict=True)}


def first_line(error: Exception) -> str:
    """Return the first line of an error of the database, without its kind."""
    text = re.sub(r"^[A-Z]\w+(?: \w+)? Error: ", "", str(error).strip().partition("\n")[0])
    return text[:1].lower() + text[1:]
