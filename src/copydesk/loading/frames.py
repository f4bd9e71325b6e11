"""Typed columns → pandas, polars, pyarrow, DuckDB."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from copydesk.errors import MissingDependency, UserError
from copydesk.loading.values import Reader, item_field, reader
from copydesk.model import Field

_EXTRAS = {"pandas": "pandas", "numpy": "pandas", "polars": "polars", "pyarrow": "arrow"}
_KINDS = {
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
    "geopoint": "geopoint",
    "integer": "integer",
    "list": "list",
    "number": "number",
    "time": "time",
    "year": "integer",
}
_LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Series:
    """A column in the plain types that every library takes; `zoned` datetimes are in UTC."""

    name: str
    kind: str
    listed: bool
    values: list[Any]


def library(name: str, purpose: str) -> Any:
    """Return an optional library, or raise MissingDependency."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise MissingDependency(name, _EXTRAS.get(name, name), purpose) from None


def flat_reader(field: Field) -> Reader:
    """Return the function from a cell to its value in plain types."""
    read = reader(field)
    kind = _KINDS.get(field.type)
    if field.type in {"string", "any"}:
        return read
    if kind is None:
        return lambda cell: (read(cell), cell)[1]
    listed = kind == "list"
    flat = _FLAT.get(_KINDS.get(item_field(field).type, "") if listed else kind, _unchanged)
    if flat is _unchanged:
        return read
    return lambda cell: [flat(v) for v in read(cell)] if listed else flat(read(cell))


def _unchanged(value: Any) -> Any:
    return value


def _narrow(value: int) -> int:
    if not -_LARGEST - 1 <= value <= _LARGEST:
        raise OverflowError(value)
    return value


_FLAT: Mapping[str, Callable[[Any], Any]] = {
    "geopoint": lambda point: {"lon": float(point.lon), "lat": float(point.lat)},
    "integer": _narrow,
    "number": float,
}


def series(field: Field, values: list[Any]) -> Series:
    """Return a column; its datetimes have all a zone or none."""
    listed = field.type == "list"
    kind = _KINDS.get(item_field(field).type if listed else field.type, "text")
    if kind == "datetime":
        kind, values = _one_clock(field, values, listed)
    return Series(field.name, kind, listed, values)


def _one_clock(field: Field, values: list[Any], listed: bool) -> tuple[str, list[Any]]:
    every = [v for value in values if value is not None for v in (value if listed else [value])]
    zoned = [v.tzinfo is not None for v in every]
    if not any(zoned):
        return "datetime", values
    if not all(zoned):
        raise UserError(
            f"`{field.name}` has datetimes with a zone and without, which are no one type",
            hint="use `rows()`, or write all with a zone",
        )
    if listed:
        return "zoned", [v and [w.astimezone(UTC) for w in v] for v in values]
    return "zoned", [v and v.astimezone(UTC) for v in values]


def to_arrow(columns: list[Series]) -> Any:
    """Return a pyarrow Table."""
    pa = library("pyarrow", "`arrow()`")
    kinds = {
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "datetime": pa.timestamp("us"),
        "geopoint": pa.struct([("lon", pa.float64()), ("lat", pa.float64())]),
        "integer": pa.int64(),
        "number": pa.float64(),
        "text": pa.string(),
        "time": pa.time64("us"),
        "zoned": pa.timestamp("us", "UTC"),
    }
    types = [pa.list_(kinds[c.kind]) if c.listed else kinds[c.kind] for c in columns]
    arrays = [pa.array(c.values, t) for c, t in zip(columns, types, strict=True)]
    schema = pa.schema([(c.name, t) for c, t in zip(columns, types, strict=True)])
    return pa.Table.from_arrays(arrays, schema=schema)


def to_polars(columns: list[Series]) -> Any:
    """Return a polars DataFrame."""
    pl = library("polars", "`polars()`")
    kinds = {
        "boolean": pl.Boolean,
        "date": pl.Date,
        "datetime": pl.Datetime("us"),
        "geopoint": pl.Struct({"lon": pl.Float64, "lat": pl.Float64}),
        "integer": pl.Int64,
        "number": pl.Float64,
        "text": pl.String,
        "time": pl.Time,
        "zoned": pl.Datetime("us", "UTC"),
    }
    return pl.DataFrame(
        [
            pl.Series(c.name, c.values, pl.List(kinds[c.kind]) if c.listed else kinds[c.kind])
            for c in columns
        ]
    )


def to_pandas(columns: list[Series]) -> Any:
    """Return a pandas DataFrame of types that need no pyarrow."""
    pd = library("pandas", "`pandas()`")
    kinds = {
        "boolean": "boolean",
        "date": "datetime64[us]",
        "datetime": "datetime64[us]",
        "integer": "Int64",
        "number": "Float64",
        "text": pd.StringDtype("python"),
        "zoned": "datetime64[us, UTC]",
    }
    return pd.DataFrame(
        {
            c.name: pd.Series(c.values, dtype="object" if c.listed else kinds.get(c.kind, "object"))
            for c in columns
        }
    )


_SQL = {
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "geopoint": "STRUCT(lon DOUBLE, lat DOUBLE)",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "text": "VARCHAR",
    "time": "TIME",
    "zoned": "TIMESTAMP",
}


def to_duckdb(name: str, columns: list[Series], connection: Any) -> Any:
    """Return a DuckDB relation over a table of this name, made in the connection or a new one."""
    connection = connection or library("duckdb", "`duckdb()`").connect()
    types = {c.name: _SQL[c.kind] + ("[]" if c.listed else "") for c in columns}
    quoted = '"' + name.replace('"', '""') + '"'
    with TemporaryDirectory(prefix="copydesk-") as folder:
        file = Path(folder) / "rows.json"
        longest = _write_lines(file, columns)
        # DuckDB takes neither lists nor Nones fast from Python objects, but JSON of stated types.
        rows = connection.read_json(
            str(file),
            columns=types,
            format="newline_delimited",
            maximum_object_size=max(2**24, longest + 1),
        )
        connection.execute(f"DROP TABLE IF EXISTS {quoted}")
        rows.create(name)
    return connection.table(quoted)


def _write_lines(file: Path, columns: list[Series]) -> int:
    """Write one JSON object for each row and return the size of the largest."""
    names, longest = [c.name for c in columns], 0
    with file.open("wb") as stream:
        for row in zip(*(c.values for c in columns), strict=True):
            line = json.dumps(dict(zip(names, row, strict=True)), default=_as_json).encode() + b"\n"
            longest = max(longest, stream.write(line))
    return longest


def _as_json(value: date | datetime | time) -> str:
    return value.isoformat()
