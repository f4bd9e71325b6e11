"""The tables of a package → columns of values that every format can hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from copydesk.loading.frames import Series
from copydesk.loading.table import LoadedTable
from copydesk.model import Field, Package, Table


@dataclass(frozen=True)
class TypedColumn:
    """A field and how its values are held: `kind` and `listed` as `Series` has them."""

    field: Field
    kind: str
    listed: bool


@dataclass(frozen=True)
class TypedTable:
    """A table whose cells are read: Python values of the kinds of its columns, None if missing."""

    table: Table
    columns: tuple[TypedColumn, ...]
    rows: int
    series: tuple[Series, ...]

    def batches(self, size: int = 50_000) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows as tuples, `size` of them at once, in the order of the file."""
        for start in range(0, self.rows, size):
            parts = (s.values[start : start + size] for s in self.series)
            yield list(zip(*parts, strict=True))


def typed(package: Package, table: Table) -> TypedTable:
    """Return a table of a package with its values. Raises UserError if it cannot be read."""
    loaded = LoadedTable(table, package.root, None, package)
    series = tuple(loaded.series())
    columns = tuple(
        TypedColumn(c.field, s.kind, s.listed) for c, s in zip(loaded.columns, series, strict=True)
    )
    return TypedTable(table, columns, len(series[0].values) if series else 0, series)
