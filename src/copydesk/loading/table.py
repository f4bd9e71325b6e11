"""A table of a package: its file verified, its cells read by its Table Schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.archive import chunks_of, digest
from copydesk.errors import UserError
from copydesk.loading import frames
from copydesk.loading.values import Reader, reader
from copydesk.model import Field, Table
from copydesk.package import is_encoding, is_safe
from copydesk.scan import Record, header, records

if TYPE_CHECKING:
    import duckdb
    import pandas
    import polars
    import pyarrow

_HASHES = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}
_CHECK = "copydesk check"
# Flaws after which a cell may hold something else than its curator meant.
_DOUBTFUL = {"undecodable", "unclosed-quote", "text-after-quote"}

# Where a column stands in a record, its missing values, and what reads it.
_Step = tuple[int | None, tuple[str, ...], Reader]


@dataclass(frozen=True)
class Column:
    """A field and where it stands in a record; `index` is None if the file leaves it out."""

    field: Field
    index: int | None


class LoadedTable:
    """A table of a package; `schema` is its Table Schema, None if it has none.

    In the forms of the libraries, what has no exact type there is text as written: months of a
    year, durations, objects, arrays and GeoJSON. Points are pairs of `lon` and `lat`, numbers are
    floats of 64 bits, datetimes with a zone are turned to UTC.
    """

    def __init__(
        self, table: Table, root: Path, schema: Mapping[str, Any] | None, keep: object
    ) -> None:
        self.name = table.name
        self.path = table.path
        self.schema = schema
        self.foreign_keys = table.schema.foreign_keys if table.schema else ()
        self.unreadable = table.foreign or table.unmade
        self._table = table
        self._root = root
        self._keep = keep
        self._made = "data" in table.descriptor or bool(table.raw)
        self._verified = False

    def __len__(self) -> int:
        return self._length

    def __repr__(self) -> str:
        return f"<table {self.name}: {self.path}>"

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(c.field.name for c in self.columns)

    def verify(self) -> None:
        """Raise UserError if the file is not of the size and hash that the descriptor states."""
        if self._verified or "data" in self._table.descriptor:
            return
        files = self._table.raw or (self._table.file,)
        if not is_safe(self._root, self.path) or not all(file.is_file() for file in files):
            raise UserError(f"`{self.path}` is no file of the package", hint=_CHECK)
        for what, expected, found in _differences(self._table.descriptor, files):
            raise UserError(
                f"`{self.path}` has the {what} `{found}`, its descriptor says `{expected}`",
                hint="get the package again: the file differs from the one that was released",
                place=str(files[0]),
            )
        self._verified = True

    def rows(self) -> Iterator[dict[str, Any]]:
        """Return the rows as dictionaries of Python values, None for what is missing.

        A number is a Decimal; a month of a year, a duration and a point are named tuples.
        Raises UserError for a row that cannot be read.
        """
        columns = self.columns
        readers = [reader(c.field) for c in columns]
        names = [c.field.name for c in columns]
        return (dict(zip(names, row, strict=True)) for row in self._values(readers))

    def pandas(self) -> pandas.DataFrame:
        """Return a pandas DataFrame of nullable columns.

        They are string, Int64, Float64 and boolean, datetime64[us] for dates and datetimes;
        lists, times and points are objects.
        """
        frame: pandas.DataFrame = frames.to_pandas(self.series())
        return frame

    def polars(self) -> polars.DataFrame:
        """Return a polars DataFrame."""
        frame: polars.DataFrame = frames.to_polars(self.series())
        return frame

    def arrow(self) -> pyarrow.Table:
        """Return a pyarrow Table."""
        return frames.to_arrow(self.series())

    def duckdb(
        self, connection: duckdb.DuckDBPyConnection | None = None
    ) -> duckdb.DuckDBPyRelation:
        """Return a DuckDB relation over a table of this name, in a connection or a new one.

        Datetimes are TIMESTAMP, in UTC if they were written with a zone.
        """
        relation: duckdb.DuckDBPyRelation
        relation = frames.to_duckdb(self.name, self.series(), connection)
        return relation

    def series(self) -> list[frames.Series]:
        """Return the columns with their values."""
        columns = self.columns
        readers = [frames.flat_reader(c.field) for c in columns]
        values: list[list[Any]] = [[] for _ in columns]
        for row in self._values(readers):
            for column, value in zip(values, row, strict=True):
                column.append(value)
        return [frames.series(c.field, v) for c, v in zip(columns, values, strict=True)]

    @cached_property
    def _length(self) -> int:
        self._demand_readable()
        return sum(1 for r in records(self._table.file, self._table.dialect) if r.role == "data")

    @cached_property
    def columns(self) -> list[Column]:
        """Return the fields, and where they stand in the file."""
        self._demand_readable()
        labels = [found.name for found in header(self._table.file, self._table.dialect).labels]
        return self._mapped(labels, bool(self._table.dialect.header_rows))

    def _demand_readable(self) -> None:
        if self.unreadable:
            raise UserError(
                f"`{self.name}` cannot be loaded: {self.unreadable}",
                hint="read it with frictionless",
            )
        self.verify()
        if why := _strange(self._table):
            raise UserError(f"`{self.path}` cannot be read: {why}", hint=_CHECK)

    def _mapped(self, labels: list[str], headed: bool) -> list[Column]:
        """Return the columns: those of the schema, then what the file has beyond it."""
        schema = self._table.schema
        fields = schema.fields if schema else ()
        known = [f.name for f in fields]
        labels = schema.known(labels) if schema else labels
        exact = schema is not None and (not headed or schema.fields_match == "exact")
        if len(set(known)) < len(known) or len(set(labels)) < len(labels):
            raise self._refused("two columns of one name", 1)
        if exact and headed and labels != known:
            raise self._refused("other columns than its schema", 1)
        if exact:
            return [Column(f, i) for i, f in enumerate(fields)]
        index = {label: i for i, label in enumerate(labels)}
        if schema and not _fitting(schema.fields_match, set(labels), set(known)):
            raise self._refused("other columns than its schema", 1)
        beyond = [_text_field(label, self._table) for label in labels if label not in known]
        return [Column(f, index.get(f.name)) for f in (*fields, *beyond)]

    def _values(self, readers: list[Reader]) -> Iterator[list[Any]]:
        """Yield the value of each column, row by row."""
        null = self._table.dialect.null_sequence
        plan = [
            (c.index, c.field.missing if null is None else (*c.field.missing, null), read)
            for c, read in zip(self.columns, readers, strict=True)
        ]
        width = sum(index is not None for index, _, _ in plan)
        for record in records(self._table.file, self._table.dialect):
            if record.role not in {"data", "blank"}:
                continue
            cells = record.cells
            if record.flaws or len(cells) != width:
                self._demand_whole(record, width)
            try:
                yield [
                    None
                    if index is None or (cell := cells[index]) in missing
                    else cell if read is str else read(cell)
                    for index, missing, read in plan
                ]  # fmt: skip
            except (ValueError, ArithmeticError):
                raise self._misread(record, plan) from None

    def _demand_whole(self, record: Record, width: int) -> None:
        for flaw in record.flaws:
            if flaw.kind in _DOUBTFUL:
                raise self._refused(f"a flaw, {flaw.kind.replace('-', ' ')}", flaw.line)
        if len(record.cells) != width:
            raise self._refused(f"{len(record.cells)} cells, not {width}", record.line)

    def _misread(self, record: Record, plan: list[_Step]) -> UserError:
        """Return the error for the first cell of a record that cannot be read."""
        for (index, missing, read), column in zip(plan, self.columns, strict=True):
            if index is None or record.cells[index] in missing:
                continue
            cell = record.cells[index]
            try:
                read(cell)
            except (ValueError, ArithmeticError):
                shown = cell if len(cell) <= 60 else cell[:59] + "…"
                what = f"`{shown}` in the {column.field.type} field `{column.field.name}`"
                return self._refused(what, record.line)
        raise AssertionError("a row that could not be read has no such cell")

    def _refused(self, what: str, line: int) -> UserError:
        return UserError(
            f"`{self.path}` has {what}",
            hint=_CHECK,
            # A file that was made of others has other lines than they have.
            place=str(self._root / self.path) if self._made else f"{self._table.file}:{line}",
        )


def _differences(
    descriptor: Mapping[str, Any], files: Sequence[Path]
) -> Iterator[tuple[str, object, object]]:
    """Yield in what files differ from their descriptor: the property, what it says, what is."""
    stated = descriptor.get("bytes")
    size = sum(file.stat().st_size for file in files)
    if type(stated) is int and stated != size:
        yield "size", stated, size
    text = descriptor.get("hash")
    if not isinstance(text, str) or not text:
        return
    kind, _, expected = text.rpartition(":")
    kind = kind.lower() or "md5"
    if kind not in _HASHES:
        raise UserError(f"`{files[0].name}` has a hash of the unknown kind `{kind}`", hint=_CHECK)
    found = digest(chain.from_iterable(map(chunks_of, files)), kind)[1]
    if found != expected.lower():
        yield f"{kind} hash", expected, found


def _strange(table: Table) -> str:
    """Return the encoding that a table declares and Python does not know, as a reason."""
    declared = table.descriptor.get("encoding", "utf-8")
    known = isinstance(declared, str) and is_encoding(declared)
    return "" if known else f"there is no encoding `{declared}`"


def _fitting(match: str, labels: set[str], known: set[str]) -> bool:
    """Return whether labels fit a schema, by its `fieldsMatch`."""
    tests: Mapping[str, Callable[[], bool]] = {
        "equal": lambda: labels == known,
        "subset": lambda: labels >= known,
        "superset": lambda: labels <= known,
        "partial": lambda: bool(labels & known),
    }
    return match in tests and tests[match]()


def _text_field(name: str, table: Table) -> Field:
    return Field(name, "any", "default", {}, ("",), {}, table.origin)
