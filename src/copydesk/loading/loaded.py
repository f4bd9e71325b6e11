"""A folder, a descriptor or a zip → a package whose tables can be read."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.archive import unpack
from copydesk.errors import UserError
from copydesk.loading.citation import citation
from copydesk.loading.frames import library
from copydesk.loading.table import LoadedTable
from copydesk.package import Source, read_package

if TYPE_CHECKING:
    import duckdb

    from copydesk.model import Package


def read(path: Path) -> Loaded:
    """Return the package in a folder, a descriptor or a zip."""
    folder = _Folder()
    if path.suffix.lower() != ".zip" or not path.is_file():
        return Loaded(read_package(path), folder)
    loaded = Loaded(read_package(unpack(path, folder.path / "zip")), folder)
    for name in loaded.tables:
        if not loaded[name].unreadable:
            loaded[name].verify()
    return loaded


class _Folder:
    """A temporary folder, made when it is asked for, that lasts as long as this is referred to."""

    @cached_property
    def path(self) -> Path:
        path = Path(tempfile.mkdtemp(prefix="copydesk-"))
        weakref.finalize(self, shutil.rmtree, path, ignore_errors=True)
        return path


class Loaded:
    """A package whose tables can be read: `package["quotes"].rows()`."""

    def __init__(self, source: Source, folder: _Folder) -> None:
        package = source.package
        if any(t.unmade for t in package.tables):
            package = _made(source, folder)
        self.name = package.name
        self.version = package.version
        self.descriptor = package.descriptor
        self._root = package.root
        self._tables = {
            t.name: LoadedTable(t, package.root, _schema(source, t.name), folder)
            for t in package.tables
        }

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the names of the tables, in the order of the descriptor."""
        return tuple(self._tables)

    def __getitem__(self, name: str) -> LoadedTable:
        if name not in self._tables:
            near = get_close_matches(name, self.tables, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise KeyError(f"no table {name!r} in {self.name}{hint}")
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __repr__(self) -> str:
        return f"<{self.name} {self.version}: {', '.join(self.tables)}>"

    def duckdb(self) -> duckdb.DuckDBPyConnection:
        """Return a new DuckDB connection in which every table of the package is a table."""
        connection: duckdb.DuckDBPyConnection = library("duckdb", "SQL").connect()
        for table in self._tables.values():
            table.duckdb(connection)
        return connection

    def join(self, child: str, parent: str, *, on: str = "") -> Iterator[dict[str, Any]]:
        """Return the rows of a table, each with the row that its foreign key points at.

        The fields of the parent are named `parent.field`, and are None where there is no such
        row. `on` is a field of the foreign key, for a child that has several to the parent.
        """
        keys = [k for k in self[child].foreign_keys if (k.target or child) == parent]
        chosen = [k for k in keys if not on or on in k.fields]
        if len(chosen) == 1:
            return self._joined(child, parent, chosen[0].fields, chosen[0].target_fields)
        several = f"{len(chosen)} foreign keys" if chosen else "no foreign key"
        choice = ", ".join(f"`{k.fields[0]}`" for k in keys)
        raise UserError(
            f"`{child}` has {several} to `{parent}`" + (f" with `{on}`" if on else ""),
            hint=f"name one with `on`: {choice}" if keys
            else f"the schema of `{child}` lists under `foreignKeys` what it points at",
        )  # fmt: skip

    def _joined(
        self, child: str, parent: str, fields: tuple[str, ...], target: tuple[str, ...]
    ) -> Iterator[dict[str, Any]]:
        parents = {tuple(row[f] for f in target): row for row in self[parent].rows()}
        nothing: dict[str, Any] = dict.fromkeys(self[parent].fields)
        for row in self[child].rows():
            found = parents.get(tuple(row[f] for f in fields), nothing)
            yield row | {f"{parent}.{name}": value for name, value in found.items()}

    def cite(self) -> str:
        """Return a reference to this version, from `CITATION.cff` or else the descriptor."""
        return citation(self._root, self.version, {"name": self.name, **self.descriptor})


def _made(source: Source, folder: _Folder) -> Package:
    """Return the package with a plain file for each table that has none; nothing is fetched."""
    from copydesk.files import make

    return make(source.package, source.document, folder.path, None).package


def _schema(source: Source, name: str) -> Mapping[str, Any] | None:
    if name not in source.schemas:
        return None
    document, pointer = source.schemas[name]
    data: Any = document.data
    for step in pointer.split("/")[1:]:
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data if isinstance(data, dict) else None
