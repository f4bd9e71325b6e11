"""One scan of a file into a typed table."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from copydesk.checks.column import FLAGS, Column
from copydesk.checks.sql import ROW, literal, literals, quoted
from copydesk.checks.text import suspicious
from copydesk.engine.duckdb.database import (
    MANY_ROWS,
    ODD,
    Database,
    Interrupted,
    Loaded,
    OutOfMemory,
    sign,
)
from copydesk.engine.duckdb.driver import duckdb
from copydesk.engine.duckdb.settling import settled
from copydesk.model import CellCheck

WIDE = 1_000
"""Columns from which on a table is computed in parts."""


TEXTS = "_texts"
"""The column that holds the texts of a row in which a check of a cell may fail."""

UNSURE = "_unsure"


class Unreadable(Exception):
    """Say that the fast reader cannot read a file as it is."""


@dataclass(frozen=True)
class Reading:
    """How a file becomes a table.

    `source` is the `read_csv(…)` that gives its cells as texts `v0`, `v1`, …; `columns` pairs
    each column with the number of its `v`; `row` is the number of the record in terms of `rowid`,
    or the column `_row` that the source gives, with `_cells` for a `ragged` one: the number of
    cells, which is below 1 where an open quote has swallowed the rest. `number` names the table;
    `marked` are the columns whose odd texts mark their row; a `large` file is worth a longer
    statement. Where `kept` names fields, the values of the others are stored in those rows only
    that may break a check of `sifted`, or hold an odd text or what is not of its type.
    """

    name: str
    number: int
    columns: tuple[tuple[Column, int], ...]
    source: str
    row: str
    key: tuple[str, ...] = ()
    marked: tuple[Column, ...] = ()
    large: bool = False
    ragged: bool = False
    sifted: tuple[CellCheck, ...] = ()
    kept: frozenset[str] | None = None


def load(database: Database, reading: Reading) -> Loaded:
    """Read a file into a table and return it.

    Raises Unreadable where the file cannot be read that way.
    """
    wide = len(reading.columns) > WIDE
    if wide:
        reading = replace(reading, kept=None, sifted=(), large=False)
    loaded = _empty(reading, f"_copydesk.t{reading.number}")
    try:
        count = _in_parts(database, reading) if wide else _count(database, reading, loaded)
    except (Interrupted, OutOfMemory):
        raise
    except duckdb.Error as error:
        raise Unreadable(str(error)) from None
    suspects = _suspects(database, reading, loaded)
    loaded = _settled(database, replace(loaded, rows=count, suspects=suspects))
    database.tables[reading.name] = loaded
    _show(database, loaded)
    return loaded


def _empty(reading: Reading, name: str) -> Loaded:
    """Return the table that a reading makes, without a row."""
    kept = reading.kept
    columns = tuple(c for c, _ in reading.columns if kept is None or c.field.name in kept)
    by_name = {c.field.name: c for c in columns}
    return Loaded(
        name=reading.name,
        id=name,
        columns=columns,
        row=reading.row,
        rows=0,
        key=reading.key if set(reading.key) <= by_name.keys() else (),
        by_name=by_name,
        places={c.field.name: place for c, place in reading.columns},
        large=reading.large,
        marked={c.field.name for c in reading.marked} if kept is None else frozenset(),
        ragged=reading.ragged,
        sifted=frozenset(map(sign, reading.sifted)),
    )


def _count(database: Database, reading: Reading, table: Loaded) -> int:
    """Read a file and return how many rows it has."""
    return int(database.one(f"CREATE TABLE {table.id} AS {_rows(reading, table)}")[0])


def _suspects(database: Database, reading: Reading, whole: Loaded) -> Loaded | None:
    """Return a table of the rows of another one that hold their texts, if there are any."""
    if reading.kept is None or not database.one(f"SELECT count({TEXTS}) FROM {whole.id}")[0]:
        return None
    words = [f"{reading.row} AS {ROW}", *(["_cells"] if reading.ragged else [])]
    words += [f"{TEXTS}[{n}] AS v{place}" for n, place in enumerate(_places(reading), 1)]
    source = f"(SELECT {', '.join(words)} FROM {whole.id} WHERE {TEXTS} IS NOT NULL)"
    reading = replace(reading, source=source, row=ROW, kept=None, sifted=())
    suspects = _empty(reading, f"_copydesk.s{reading.number}")
    suspects = replace(suspects, rows=_count(database, reading, suspects))
    if whole.columns:  # a table has one column at least
        database.connection.execute(f"ALTER TABLE {whole.id} DROP COLUMN {TEXTS}")
    return _settled(database, suspects)


def _settled(database: Database, table: Loaded) -> Loaded:
    columns = tuple(settled(database, table.id, table.columns))
    return replace(table, columns=columns, by_name={c.field.name: c for c in columns})


def _places(reading: Reading) -> list[int]:
    return sorted({place for _, place in reading.columns})


def _rows(reading: Reading, table: Loaded) -> str:
    """Return the query that scans a file: texts, then typed values, then flags and marks."""
    columns = [c for c, _ in reading.columns]
    texts = [
        f"{_present(f'v{v}', c.field.missing, v if reading.ragged else None)} AS r{c.index}"
        for c, v in reading.columns
    ]
    extra = [*([ROW] if reading.row == ROW else []), *(["_cells"] if reading.ragged else [])]
    cells = [] if reading.kept is None else [f"v{v}" for v in _places(reading)]
    quick = [c for c in columns if c.type.quick and reading.large and not c.kept]
    typed = [f"{_value(c, c in quick)} AS c{c.index}, r{c.index}" for c in columns]
    held = {c.index for c in table.columns}
    detailed = [(c, _detail(c) if c.index in held else _own_detail(c)) for c in columns]
    details = [f"{detail} AS {c.detail}" for c, detail in detailed if c.type.detailed]
    odd = [f"{suspicious(reading.marked)} AS {ODD}"] if reading.marked else []
    stored = [*(c.sql for c in columns), *details, *_flags(columns, table.columns), *odd, *extra]
    stored += [f"r{c.index} AS {c.as_text.sql}" for c in columns if c.kept]
    source = f"(SELECT {', '.join([*texts, *extra, *cells]) or '1'} FROM {reading.source})"
    values = f"(SELECT {', '.join([*typed, *extra, *cells]) or '1'} FROM {_quickly(source, quick)})"
    if reading.kept is None:
        return f"SELECT {', '.join(stored) or '1 AS none'} FROM {values}"
    unsure = f"{_unsure(reading, columns)} AS {UNSURE}"
    rows = f"SELECT {', '.join([*stored, unsure, *cells])} FROM {values}"
    return _sifted(reading, table, extra, rows)


def _in_parts(database: Database, reading: Reading) -> int:
    """Read a file of very many columns, texts, then values in parts; return how many rows it has.

    Planning a statement takes time that grows with the square of the columns it computes.
    """
    whole, run = f"_copydesk.t{reading.number}", database.connection.execute
    run(f"CREATE OR REPLACE TEMP TABLE texts AS SELECT * FROM {reading.source}")
    groups: dict[int, list[tuple[Column, int]]] = {}
    for column, place in reading.columns:
        groups.setdefault(column.index // (8 * FLAGS), []).append((column, place))
    parts, odd = [], []
    for number, columns in enumerate(groups.values()):
        known = {c.index for c, _ in columns}
        marked = tuple(c for c in reading.marked if c.index in known)
        part = replace(reading, columns=tuple(columns), source="texts", marked=marked)
        _count(database, part, _empty(part, f"{whole}_{number}"))
        left = [ODD] if marked else []
        odd += [f"p{number}.{name}" for name in left]
        left += [ROW, "_cells"] if number and reading.ragged else []
        parts.append(f"p{number}.*" + (f" EXCLUDE ({', '.join(left)})" if left else ""))
    run("DROP TABLE texts")
    parts += [f"{' OR '.join(odd)} AS {ODD}"] if odd else []
    joined = " POSITIONAL JOIN ".join(f"{whole}_{n} p{n}" for n in range(len(groups)))
    count = database.one(f"CREATE TABLE {whole} AS SELECT {', '.join(parts)} FROM {joined}")[0]
    for number in range(len(groups)):
        run(f"DROP TABLE {whole}_{number}")
    return int(count)


def _sifted(reading: Reading, table: Loaded, extra: Sequence[str], rows: str) -> str:
    """Return rows with the values that are kept, and all their texts where a check may fail."""
    held = [w for c in table.columns for w in ([c.sql, c.detail] if c.type.detailed else [c.sql])]
    held += dict.fromkeys(c.flags for c in table.columns if c.type.checked)
    held += [c.as_text.sql for c in table.columns if c.kept]
    bad = [UNSURE, *([ODD] if reading.marked else [])]
    plain = (c for c in reading.sifted if not c.code.startswith("TX"))
    bad += dict.fromkeys(f"({table.broken(c)})" for c in plain)
    texts = f"[{', '.join(f'v{v}' for v in _places(reading))}]"
    kept = f"CASE WHEN coalesce({' OR '.join(bad)}, false) THEN {texts} END AS {TEXTS}"
    return f"SELECT {', '.join([*held, *extra, kept])} FROM ({rows})"


def _unsure(reading: Reading, columns: Sequence[Column]) -> str:
    """Return the condition that a cell of a row is not of its type or left to Python."""
    asked = {name for c in reading.sifted for name in (c.field, *c.fields)}
    words = [
        f"(r{c.index} IS NOT NULL AND ({' OR '.join(parts)}))"
        for c in columns
        if c.field.name in asked and (parts := _doubts(c))
    ]
    return " OR ".join(words) or "false"


def _doubts(column: Column) -> list[str]:
    left = [_filled(column, column.type.left)] if column.type.left else []
    return [*left, f"{column.sql} IS NULL"] if column.type.parse else left


def _quickly(source: str, quick: Sequence[Column]) -> str:
    """Return texts with the values `q` of those that are read quickly, which are NULL then."""
    if not quick:
        return source
    casts = [f"try_cast(r{c.index} AS {c.type.sql}) AS q{c.index}" for c in quick]
    sure = [f"CASE WHEN {_asked(c)} THEN q{c.index} END AS q{c.index}" for c in quick]
    rest = [f"CASE WHEN q{c.index} IS NULL THEN r{c.index} END AS r{c.index}" for c in quick]
    source = f"(SELECT *, {', '.join(casts)} FROM {source})"  # or each is cast twice
    source = f"(SELECT * REPLACE ({', '.join(sure)}) FROM {source})"
    return f"(SELECT * REPLACE ({', '.join(rest)}) FROM {source})"


def _asked(column: Column) -> str:
    return column.type.quick.replace("{x}", f"r{column.index}").replace("{q}", f"q{column.index}")


def _show(database: Database, table: Loaded) -> None:
    """Create what rules know the table by: its typed columns under the names of the fields.

    A small table is copied, since views make the planning of every rule longer.
    """
    kind = "TABLE" if table.rows <= MANY_ROWS else "VIEW"
    names = [f"{c.sql} AS {quoted(c.field.name)}" for c in table.columns]
    with contextlib.suppress(duckdb.Error):  # two names that differ in case only: nothing
        database.connection.execute(
            f"CREATE {kind} {quoted(table.name)} AS "
            f"SELECT {', '.join([*names, f'{table.row} AS {ROW}'])} FROM {table.id}"
        )


def _present(text: str, missing: Sequence[str], place: int | None = None) -> str:
    """Return the text of a cell, NULL where it is missing; the reader gives NULL for empty.

    `place` is the number of the column in a file whose rows may end before it.
    """
    words = [word for word in missing if word]
    if "" not in missing:
        empty = "''" if place is None else f"CASE WHEN abs(_cells) > {place} THEN '' END"
        text = f"coalesce({text}, {empty})"
    return f"CASE WHEN {text} NOT IN ({literals(words)}) THEN {text} END" if words else text


def read_csv(
    file: Path, options: Mapping[str, object], width: int, extra: Sequence[str] = ()
) -> str:
    """Return the `read_csv(…)` that gives the cells of a file as texts, named `v` and a number."""
    names = [*(f"'{e}': 'BIGINT'" for e in extra), *(f"'v{i}': 'VARCHAR'" for i in range(width))]
    words = [f"{name} = {literal(value)}" for name, value in options.items()]
    return f"read_csv({literal(str(file))}, {', '.join(words)}, columns = {{{', '.join(names)}}})"


def _value(column: Column, quick: bool) -> str:
    text = f"r{column.index}"
    if column.type.parse:
        value = column.type.parse.replace("{x}", text)
        return f"coalesce(q{column.index}, {value})" if quick else value
    return f"CAST(NULL AS {column.type.sql})" if column.type.left == "true" else text


def _detail(column: Column) -> str:
    """Return the text of a cell that is left to Python, else the detail of its value."""
    own = _own_detail(column)
    if not column.type.left:
        return own
    return f"CASE WHEN {_filled(column, column.type.left)} THEN r{column.index} ELSE {own} END"


def _own_detail(column: Column) -> str:
    return _filled(column, column.type.detail) or "CAST(NULL AS VARCHAR)"


def _filled(column: Column, condition: str) -> str:
    return condition.replace("{x}", f"r{column.index}").replace("{c}", column.sql)


def _flags(columns: Sequence[Column], held: Sequence[Column]) -> list[str]:
    """Return the integers whose bits say which cells that are held are broken or left to Python."""
    groups: dict[str, list[str]] = {c.flags: [] for c in columns}
    for column in held:
        if not column.type.checked:
            continue
        raw, value = f"r{column.index}", f"c{column.index}"
        bits = f"CASE WHEN {raw} IS NULL THEN 0"
        if column.type.left:
            bits += f" WHEN {_filled(column, column.type.left)} THEN {column.bit << 1}"
        if column.type.parse:
            bits += f" WHEN {value} IS NULL THEN {column.bit}"
        groups[column.flags].append(f"{bits} ELSE 0 END")
    return [f"CAST({' | '.join(b) or '0'} AS BIGINT) AS {name}" for name, b in groups.items()]
