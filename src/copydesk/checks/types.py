"""Table Schema types: what a cell must look like, and the value it stands for.

Every type is judged by the lexical forms of the standard (Data Package v2, Table Schema, "Field
Types"), in SQL as far as SQL can, the rest in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from copydesk.checks import type_json, type_number, type_period, type_text, type_time
from copydesk.checks.column import LIMITS, Column, ColumnType
from copydesk.checks.sql import literal
from copydesk.checks.type_list import list_of
from copydesk.model import Field


def column_of(field: Field, index: int, *, compared: bool = True) -> Column:
    """Return the column of a field.

    `compared` says whether its values are compared for being equal, as those of keys are.
    """
    found = type_of(field)
    if found.parse and found.left and not compared:
        found = replace(found, left=_at_limits(field, found))
    return Column(field, found, index)


def type_of(field: Field) -> ColumnType:
    """Return the type of a field; one that nobody knows takes every text."""
    if field.format.startswith("fmt:"):
        field = replace(field, format=field.format.removeprefix("fmt:"))
    if field.type == "list":
        return list_of(field, type_of)
    return _TYPES.get(field.type, type_text.anything)(field)


def _at_limits(field: Field, type_: ColumnType) -> str:
    """Return which cells are left to Python where numbers are compared in order only.

    Rounding keeps the order, so that only a value equal to a limit may have been another one.
    """
    if field.type not in ("integer", "number"):
        return type_.left
    column = Column(field, type_, 0)
    given = [column.constant(v) for k, v in field.constraints.items() if k in LIMITS]
    words = [f"CAST({literal(r.value)} AS {type_.sql})" for r in given if r]
    return f"{{c}} IN ({', '.join(words)}) AND {type_.left}" if words else ""


_TYPES: Mapping[str, Callable[[Field], ColumnType]] = {
    "any": type_text.anything,
    "array": type_json.json_array,
    "boolean": type_number.boolean,
    "date": type_time.date_type,
    "datetime": type_time.datetime_type,
    "duration": type_period.duration,
    "geojson": type_json.geojson,
    "geopoint": type_json.geopoint,
    "integer": type_number.integer,
    "number": type_number.number,
    "object": type_json.json_object,
    "string": type_text.string,
    "time": type_time.time_type,
    "year": type_period.year,
    "yearmonth": type_period.yearmonth,
}
