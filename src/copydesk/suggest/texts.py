"""A table of a package read as texts, so that anything can be asked of its cells."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from copydesk.checks.types import column_of
from copydesk.engine import Settings
from copydesk.engine.duckdb import Database, Loaded, Unreadable, load
from copydesk.engine.header import shape_of
from copydesk.engine.reading import reading_of
from copydesk.engine.rows import recopied
from copydesk.engine.shape import Shape
from copydesk.errors import UserError
from copydesk.model import Field, Package, Table
from copydesk.pile import Pile
from copydesk.plan import Plan, TablePlan
from copydesk.run import plan_of
from copydesk.scan import Place, columns_of, locate


@dataclass(frozen=True)
class Texts:
    """A table in the database: each column holds the texts of a field, NULL where missing."""

    table: Table
    fields: tuple[Field, ...]
    loaded: Loaded
    shape: Shape
    database: Database

    @property
    def rows(self) -> int:
        """Return the number of rows."""
        return self.loaded.rows

    def sql(self, name: str) -> str:
        """Return the column of a field as SQL."""
        return self.loaded.sql(name)

    def numbers(self, words: Sequence[str]) -> list[object]:
        """Return what aggregates over the table come to."""
        return self.database.numbers(words, self.loaded.id) if words else []

    def places(self, name: str, rows: Sequence[int]) -> list[Place]:
        """Return where the cells of a field stand in some rows."""
        index = self.loaded.places[name]
        file, shape = self.table.file, self.shape
        wanted = [(row, index) for row in rows]
        found = locate(file, shape.dialect, wanted, shape.survey)
        return [found[one] for one in wanted if one in found]


def _as_labelled(one: TablePlan) -> TablePlan:
    """Return the plan of a table without checks; fields that nobody described as the header has.

    Labels that cannot be names of fields, empty or twice there, are left to who asks for them.
    """
    table = one.table
    if table.schema is not None or not one.columns or not table.dialect.header_rows:
        return replace(one, checks=())
    labels = columns_of(table.file, table.dialect)
    pairs = zip(one.columns, labels, strict=True)
    named = [replace(c, field=replace(c.field, name=label)) for c, label in pairs]
    return replace(one, columns=tuple(named), checks=())


class Library:
    """The tables of a package, each read when it is asked for."""

    def __init__(self, package: Package, scratch: Path, settings: Settings) -> None:
        plan = plan_of(package, settings)
        self.plan = replace(plan, tables=tuple(_as_labelled(t) for t in plan.tables))
        self.scratch = scratch
        self.database = Database(scratch, settings.memory_limit, settings.threads)
        self._number = 0

    def fields(self, name: str) -> tuple[Field, ...]:
        """Return the fields of a table: those of its schema, or texts named by its header."""
        return tuple(c.field for c in self._plan(name)[1].columns)

    def read(self, name: str, only: Collection[str] = ()) -> Texts:
        """Return a table, with some of its columns or all; raises UserError if it has none."""
        index, one = self._plan(name)
        fields = [c.field for c in one.columns]
        plain = [replace(f, type="any", format="default", constraints={}) for f in fields]
        one = replace(one, columns=tuple(column_of(f, i) for i, f in enumerate(plain)))
        tables = (*self.plan.tables[:index], one, *self.plan.tables[index + 1 :])
        plan = replace(self.plan, tables=tables)
        shape = shape_of(one, self.scratch, 0, Pile())
        if shape.reason or one.foreign:
            reason = shape.reason or one.foreign
            raise UserError(f"`{name}` cannot be read: {reason}", hint="copydesk check")
        loaded = self._load(plan, index, shape, only)
        present = tuple(f for f in fields if f.name in loaded.by_name)
        return Texts(one.table, present, loaded, shape, self.database)

    def _plan(self, name: str) -> tuple[int, TablePlan]:
        return next((i, t) for i, t in enumerate(self.plan.tables) if t.table.name == name)

    def _load(self, plan: Plan, index: int, shape: Shape, only: Collection[str]) -> Loaded:
        self._number += 1
        reading = replace(reading_of(plan, index, shape), kept=None, sifted=(), marked=())
        if only:
            columns = tuple(c for c in reading.columns if c[0].field.name in only)
            reading = replace(reading, columns=columns)
        # A name of its own: a table may be read twice, whole and for its keys.
        reading = replace(reading, name=f"texts{self._number}", number=self._number, key=())
        try:
            return load(self.database, reading)
        except Unreadable:
            self.database.forget(reading.name)
            recopied(shape, self.scratch, 0)
            again = reading_of(plan, index, shape)
            reading = replace(reading, source=again.source, row=again.row, ragged=again.ragged)
            return load(self.database, reading)
