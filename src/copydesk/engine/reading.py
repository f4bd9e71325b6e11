"""Shape → reading: how a file becomes a table, and large files that are read ahead of time."""

from __future__ import annotations

from collections.abc import Sequence, Set
from threading import Event, Thread

from copydesk.checks.column import Column
from copydesk.checks.reference import sources
from copydesk.checks.sql import ROW
from copydesk.engine.duckdb import Database, Interrupted, Reading, load, read_csv
from copydesk.engine.header import foreseen
from copydesk.engine.shape import GATED_SIZE, Copy, Shape
from copydesk.model import (
    AnyCheck,
    CellCheck,
    ForeignCheck,
    QueryCheck,
    ReferenceCheck,
    ShapeCheck,
)
from copydesk.plan import Plan, TablePlan
from copydesk.scan import read_csv_options

LARGE = 16_000_000
"""Bytes from which on a file is worth being read ahead, and all threads are left to DuckDB."""


def size_of(one: TablePlan) -> int:
    """Return the bytes of a table's file."""
    return one.table.file.stat().st_size if one.table.file.is_file() else 0


def reading_of(plan: Plan, number: int, shape: Shape, whole: bool = False) -> Reading:
    """Return how the file of a table of a plan, or its clean copy, is read.

    `whole` says that all values are wanted, whatever the checks ask for.
    """
    one = plan.tables[number]
    assert shape.survey is not None
    width = shape.survey.width if shape.copy is None else shape.width
    present = tuple(
        (c, i) for c, i in zip(one.columns, shape.matching.columns, strict=True) if i is not None
    )
    if shape.copy is None:
        options = read_csv_options(shape.survey, shape.dialect)
        source, row = read_csv(one.table.file, options, width), _row_number(shape)
    else:
        source, row = read_csv(shape.copy.path, _options(shape.copy), width, (ROW, "_cells")), ROW
    key = one.table.schema.primary_key if one.table.schema else None
    texts = {c.field for c in one.checks if c.code.startswith("TX")} - _echoing(plan, one)
    large = shape.survey.size > GATED_SIZE
    marked = tuple(c for c, _ in present if large and c.field.name in texts)
    sifted = _sifted(one, present, {c.field.name for c in marked}) if large else ()
    return Reading(
        name=one.table.name,
        number=number,
        columns=present,
        source=source,
        row=row,
        key=key.fields if key else (),
        marked=marked,
        large=large,
        ragged=shape.copy is not None,
        sifted=sifted,
        kept=_kept(plan, one, sifted, whole) if large else None,
    )


def _echoing(plan: Plan, one: TablePlan) -> set[str]:
    """Return the fields whose texts stand in another table too: only there they are looked at."""
    plain = {(t.table.name, c.field.name) for t in plan.tables for c in t.columns if c.is_text}
    name = one.table.name
    return {
        field
        for field, (target, other) in sources(one.checks, name).items()
        if {(name, field), (target, other)} <= plain
    }


def _sifted(
    one: TablePlan, present: Sequence[tuple[Column, int]], marked: Set[str]
) -> tuple[CellCheck, ...]:
    """Return the checks of which a row alone tells whether it breaks them."""
    plain = {"", *(c.field.name for c, _ in present if c.type.left != "true")}
    cells = (c for c in one.checks if isinstance(c, CellCheck))
    return tuple(c for c in cells if _is_of_row(c, plain, marked))


def _is_of_row(check: CellCheck, plain: Set[str], marked: Set[str]) -> bool:
    if check.code.startswith("TX") and check.field not in marked:
        return False
    alone = not (check.predicate or check.across or _given(check)) and check.mostly == 1
    return alone and plain >= {check.field, *check.fields}


def _given(check: AnyCheck) -> bool:
    """Return whether a check asks for other columns besides its own, which rows it is about."""
    return check.counts is not None and check.counts.given != "true"


def _kept(plan: Plan, one: TablePlan, sifted: Sequence[CellCheck], whole: bool) -> frozenset[str]:
    """Return the fields whose values are needed in every row."""
    name, known = one.table.name, set(map(id, sifted))
    others = [c for c in one.checks if not isinstance(c, ShapeCheck) and id(c) not in known]
    asked = plan.rules or any(isinstance(c, QueryCheck) for c in plan.checks)
    if whole or asked or any(isinstance(c, ForeignCheck) or _given(c) for c in others):
        return frozenset(c.field.name for c in one.columns)
    key = one.table.schema.primary_key if one.table.schema else None
    names = set(key.fields) if key else set()
    names.update(f for c in others for f in (c.field, *c.fields) if f)
    for other in plan.tables:
        for check in other.checks:
            if isinstance(check, ReferenceCheck) and check.target == name:
                names |= {*check.target_fields}
    return frozenset(names)


def _row_number(shape: Shape) -> str:
    return f"rowid + {1 + len(shape.dialect.header_rows)}"


def _options(copy: Copy) -> dict[str, object]:
    """Return the options with which DuckDB reads a clean copy."""
    options: dict[str, object] = {
        "auto_detect": False, "header": False, "delim": copy.delimiter, "quote": copy.quote,
        "escape": copy.quote, "nullstr": "", "strict_mode": True, "parallel": not copy.broken,
        "new_line": "\\n",  # or a cell of a carriage return decides it
        "comment": "",
    }  # fmt: skip
    if (needed := 4 * copy.longest + 4096) > 2_000_000:
        options |= {"max_line_size": needed, "buffer_size": 2 * needed}
    return options


class Ahead:
    """Large tables, read as the beginnings of their files suggest while those are surveyed.

    Only a reading that proves to be the right one is taken, so that nothing hangs on the guess
    but time.
    """

    def __init__(self, database: Database, readings: Sequence[Reading]) -> None:
        self.database = database
        self.waiting = {r.name: r for r in readings}
        self.done = {r.name: Event() for r in readings}
        self.failed: dict[str, BaseException] = {}
        self.dropped: set[str] = set()
        self.current = ""
        self.thread = Thread(target=self._load, args=(readings,))
        if readings:
            self.thread.start()

    def _load(self, readings: Sequence[Reading]) -> None:
        for reading in readings:
            self.current = reading.name
            try:
                if reading.name not in self.dropped:
                    load(self.database, reading)
            except BaseException as error:
                self.failed[reading.name] = error
            self.done[reading.name].set()

    def take(self, reading: Reading) -> bool:
        """Return whether a table has been read just so; raises what reading it has raised."""
        name = reading.name
        guess = self.waiting.pop(name, None)
        if guess != reading:
            if guess:
                self._drop(name)
            return False
        self.done[name].wait()
        error = self.failed.get(name)
        if error and not isinstance(error, Interrupted):
            raise error
        return error is None

    def _drop(self, name: str) -> None:
        self.dropped.add(name)
        if self.current == name and not self.done[name].is_set():
            self.database.connection.interrupt()
        self.done[name].wait()
        self.database.forget(name)

    def close(self) -> None:
        """End what still runs, and drop what was not taken."""
        self.dropped |= self.waiting.keys()
        while self.thread.is_alive():
            self.database.connection.interrupt()
            self.thread.join(0.1)
        for name in self.waiting:
            self.database.forget(name)
        self.waiting.clear()


def read_ahead(database: Database, plan: Plan, whole: bool = False) -> Ahead:
    """Start to read the large tables of a plan."""
    readings = []
    for number, one in enumerate(plan.tables):
        file_of_table = not (one.foreign or one.table.opaque or one.table.unmade)
        if file_of_table and size_of(one) >= LARGE and (shape := foreseen(one)):
            readings.append(reading_of(plan, number, shape, whole))
    return Ahead(database.twins(2)[1] if readings else database, readings)
