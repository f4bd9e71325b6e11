"""A version of a package, its tables read just as `check` reads them."""

from __future__ import annotations

import mmap
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from copydesk.checks.table import column_names
from copydesk.checks.types import column_of
from copydesk.engine.duckdb.comparing import SEPARATOR, Side
from copydesk.engine.header import shape_of
from copydesk.engine.reading import reading_of
from copydesk.engine.rows import recopied
from copydesk.engine.shape import Shape
from copydesk.files import Made, make
from copydesk.model import Package, Table
from copydesk.package import Source
from copydesk.pile import Pile
from copydesk.plan import Plan, Selection, TablePlan
from copydesk.run import gather


@dataclass
class TableVersion:
    """One table of one version: its columns, and how its cells are read.

    `reason` says why it cannot be read, if so.
    """

    plan: Plan
    number: int
    scratch: Path
    notes: list[str] = field(default_factory=list)

    @property
    def table(self) -> Table:
        """Return the table."""
        return self.plan.tables[self.number].table

    @cached_property
    def shape(self) -> Shape:
        """Return what is known of its file."""
        self.scratch.mkdir(exist_ok=True)
        return shape_of(self.plan.tables[self.number], self.scratch, 0, Pile())

    @property
    def reason(self) -> str:
        """Return why its rows cannot be read, or an empty string."""
        table = self.table
        return table.foreign or table.unmade or self.shape.reason

    @cached_property
    def columns(self) -> dict[str, int]:
        """Return the number of each column by its name: that of its field, else its label."""
        shape = self.shape
        known = {i: n for n, i in shape.columns.items() if i is not None and i < shape.width}
        labels = [label.name for label in shape.labels] or [""] * shape.width
        names = column_names(labels, known)
        if not any(known):
            names = column_names(labels)
        return {n or f"field{i + 1}": i for i, n in enumerate(names)}

    @property
    def side(self) -> Side:
        """Return how its cells are read."""
        reading = reading_of(self.plan, self.number, self.shape)
        return Side(reading.source, reading.row, self.columns)

    def read_exactly(self) -> None:
        """Read the file record by record after all, which the fast reader has refused."""
        recopied(self.shape, self.scratch, 0)

    @property
    def separated(self) -> bool:
        """Return whether the sign that parts cells in a digest occurs in the file."""
        copy = self.shape.copy
        file = copy.path if copy else self.table.file
        if not file.stat().st_size:
            return False
        with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as m:
            return m.find(SEPARATOR.encode()) >= 0

    @property
    def key(self) -> tuple[str, ...]:
        """Return the primary key, if all its columns are there."""
        schema = self.table.schema
        key = schema.primary_key.fields if schema and schema.primary_key else ()
        return key if set(key) <= self.columns.keys() else ()


@dataclass
class PackageVersion:
    """One version of a package, and its tables by name."""

    source: Source
    made: Made
    scratch: Path

    @property
    def package(self) -> Package:
        """Return the package, all of whose tables have a file."""
        return self.made.package

    @cached_property
    def tables(self) -> dict[str, TableVersion]:
        """Return its tables, in reading order."""
        plans = []
        for table in self.package.tables:
            fields = table.schema.fields if table.schema else ()
            columns = tuple(column_of(f, i) for i, f in enumerate(fields))
            plans.append(TablePlan(table, columns, (), table.foreign))
        plan = Plan(self.package, tuple(plans), (), (), Selection())
        return {
            one.table.name: TableVersion(plan, number, self.scratch / str(number))
            for number, one in enumerate(plans)
            if not one.table.opaque
        }


def read_version(path: Path, scratch: Path) -> PackageVersion:
    """Return the version of a package that lies in a folder; raises UserError if there is none."""
    source, _ = gather(path)
    scratch.mkdir(parents=True, exist_ok=True)
    return PackageVersion(source, make(source.package, source.document, scratch, None), scratch)
