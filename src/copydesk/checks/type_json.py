"""The types `object`, `array`, `geojson` and `geopoint` as columns.

Their values are texts that are the same for equal values: members in order, no white space that
means nothing, the shortest form of each number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from copydesk.checks.column import ColumnType, Judge, Reading
from copydesk.checks.decimals import normal, sortable
from copydesk.checks.geography import Number, is_geojson, is_topojson
from copydesk.model import Field

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def _refuse(word: str) -> Any:
    raise ValueError(word)


def parsed(text: str) -> Any:
    """Return the value of a JSON text; raises ValueError if it is none."""
    try:
        return json.loads(text, parse_constant=_refuse, parse_int=Number, parse_float=Number)
    except RecursionError:
        raise ValueError(text) from None


def canonical(value: Any) -> str:
    """Return the text that all JSON texts of a value share; raises RecursionError."""
    if isinstance(value, dict):
        inner = (f"{json.dumps(k)}: {canonical(v)}" for k, v in sorted(value.items()))
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(canonical, value)) + "]"
    return normal(value) if isinstance(value, Number) else json.dumps(value)


def _container(accepts: Callable[[Any], bool], text: str) -> Reading | None:
    try:
        value = parsed(text)
        return Reading(canonical(value)) if accepts(value) else None
    except RecursionError:
        return Reading(text)
    except ValueError:
        return None


def _json_type(words: str, accepts: Callable[[Any], bool]) -> ColumnType:
    judge = partial(_container, accepts)
    return ColumnType(
        "VARCHAR", words=words, left="true", judge=judge, given=partial(_given, judge)
    )


def _given(judge: Judge, value: object) -> Reading | None:
    return judge(value if isinstance(value, str) else json.dumps(value))


def json_object(_: Field) -> ColumnType:
    """Return the type `object`."""
    return _json_type("a JSON object such as `{…}`", lambda value: isinstance(value, dict))


def json_array(_: Field) -> ColumnType:
    """Return the type `array`."""
    return _json_type("a JSON array such as `[…]`", lambda value: isinstance(value, list))


def geojson(field: Field) -> ColumnType:
    """Return the type `geojson`."""
    if field.format == "topojson":
        return _json_type("a TopoJSON object", is_topojson)
    return _json_type('a GeoJSON object such as `{"type": "Point", …}`', is_geojson)


def geopoint(field: Field) -> ColumnType:
    """Return the type `geopoint`."""
    examples = {"array": "`[90.5, 45.5]`", "object": '`{"lon": 90.5, "lat": 45.5}`'}
    words = (
        f"a point of longitude and latitude such as {examples.get(field.format, '`90.5, 45.5`')}"
    )

    def judge(text: str) -> Reading | None:
        pair = coordinates(text, field.format)
        if pair is None or not (_within(pair[0], "180") and _within(pair[1], "90")):
            return None
        return Reading(f"{normal(pair[0])}, {normal(pair[1])}")

    given = partial(_given, judge)
    return ColumnType("VARCHAR", words=words, left="true", judge=judge, given=given)


def _within(number: str, limit: str) -> bool:
    return sortable(f"-{limit}") <= sortable(number) <= sortable(limit)


def coordinates(text: str, form: str) -> tuple[str, str] | None:
    """Return longitude and latitude as they are written, or None."""
    if form not in ("array", "object"):
        parts = [p.strip(" \t\r\n") for p in text.split(",")]
        numbers = all(_DECIMAL.fullmatch(p) for p in parts)
        return (parts[0], parts[1]) if numbers and len(parts) == 2 else None
    try:
        value = parsed(text)
    except ValueError:
        return None
    if form == "object":
        known = isinstance(value, dict) and value.keys() == {"lon", "lat"}
        value = [value["lon"], value["lat"]] if known else None
    if isinstance(value, list) and len(value) == 2 and all(isinstance(v, Number) for v in value):
        return value[0], value[1]
    return None
