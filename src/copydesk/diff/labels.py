"""What rows are called in the language of the data: by their labels, and those they hang on.

A resource says under `copydesk` which column names its rows (`label`, one or several of which the
first that is filled counts) and on which other row they hang (`within`, a column that refers).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from copydesk.diff.versions import PackageVersion, TableVersion
from copydesk.engine.duckdb import Database, Unreadable
from copydesk.engine.duckdb.reading_cells import cells_of
from copydesk.model import Field

USUAL = ("label", "name", "title", "headline")
"""The columns that name a row where nothing is said."""

HELD = 200_000
"""Rows up to which the labels of a table are held, instead of being asked for one by one."""


@dataclass
class Labels:
    """The labels of the rows of two versions of a package; the newer one goes first."""

    database: Database
    versions: Sequence[PackageVersion]

    def __post_init__(self) -> None:
        self._held: dict[tuple[int, str], dict[str, str] | None] = {}
        self._asked: dict[tuple[int, str, str], str] = {}

    def of(self, table: str, key: str) -> str:
        """Return the label of the row with a key of one column, empty if it has none."""
        for number, version in enumerate(reversed(self.versions)):
            one = version.tables.get(table)
            if one and not one.reason and (found := self._label(number, one, key)):
                return found
        return ""

    def of_row(self, table: str, cells: Mapping[str, str]) -> str:
        """Return the label of a row by its own cells."""
        for version in reversed(self.versions):
            if one := version.tables.get(table):
                named = (cells.get(n, "") for n in _label_columns(one))
                return next(filter(None, named), "")
        return ""

    def within(self, table: str, cells: Mapping[str, str]) -> tuple[str, str]:
        """Return the table and key of the row on which another one hangs; empty if on none."""
        for version in reversed(self.versions):
            one = version.tables.get(table)
            column = _said(one, "within") if one else []
            if one and column and cells.get(column[0]):
                target = self.target(table, column[0])
                return (target, cells[column[0]]) if target else ("", "")
        return "", ""

    def target(self, table: str, field: str) -> str:
        """Return the table to which a column refers, empty if to none."""
        for version in reversed(self.versions):
            one = version.tables.get(table)
            schema = one.table.schema if one else None
            for key in schema.foreign_keys if schema else ():
                if key.fields == (field,):
                    return key.target or table
        return ""

    def called(self, table: str, field: str) -> str:
        """Return what people call a column: the title of its field, else its name."""
        known = self._field(table, field)
        title = known.options.get("title") if known else ""
        return title if isinstance(title, str) and title else field

    def _field(self, table: str, field: str) -> Field | None:
        for version in reversed(self.versions):
            one = version.tables.get(table)
            schema = one.table.schema if one else None
            if schema and (found := schema.field(field)):
                return found
        return None

    @cached_property
    def titles(self) -> dict[str, str]:
        """Return what people call the tables."""
        found = {}
        for version in self.versions:
            for table in version.package.tables:
                title = table.descriptor.get("title")
                found[table.name] = title if isinstance(title, str) and title else table.name
        return found

    def _label(self, number: int, one: TableVersion, key: str) -> str:
        names, held = _label_columns(one), (number, one.table.name)
        if len(one.key) != 1 or not names:
            return ""
        if held not in self._held:
            self._held[held] = self._all(one, names)
        if (known := self._held[held]) is not None:
            return known.get(key, "")
        asked = (*held, key)
        if asked not in self._asked:
            rows = cells_of(self.database, one.side, names, (one.key[0], key))
            self._asked[asked] = next((t for row in rows for t in row if t), "")
        return self._asked[asked]

    def _all(self, one: TableVersion, names: Sequence[str]) -> dict[str, str] | None:
        """Return the labels of a table by key; None if there are too many to be held."""
        survey = one.shape.survey
        if survey is None or survey.lines > HELD:
            return None
        try:
            rows = list(cells_of(self.database, one.side, [one.key[0], *names]))
        except Unreadable:
            one.read_exactly()
            rows = list(cells_of(self.database, one.side, [one.key[0], *names]))
        return {key: next(filter(None, texts), "") for key, *texts in rows}


def _said(one: TableVersion, name: str) -> list[str]:
    """Return the columns that a resource names under `copydesk`, as far as they are there."""
    own = one.table.descriptor.get("copydesk")
    given = own.get(name) if isinstance(own, Mapping) else None
    listed = given if isinstance(given, list) else [given]
    return [n for n in listed if isinstance(n, str) and n in one.columns]


def _label_columns(one: TableVersion) -> list[str]:
    if one.reason:
        return []
    said = _said(one, "label")
    return said or [n for n in USUAL if n in one.columns and n not in one.key][:1]
