"""Cells → typed values, by the lexical forms of Table Schema (Data Package v2, "Field Types").

A number is a Decimal, so that it is the number that was written; a year and month, a duration
and a point are tuples, because no type of the standard library can hold all of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from copydesk.checks.type_json import coordinates
from copydesk.checks.type_number import read_number
from copydesk.checks.type_time import loosely
from copydesk.checks.types import type_of
from copydesk.errors import UserError
from copydesk.model import Field

Reader = Callable[[str], Any]


class YearMonth(NamedTuple):
    """A month of a year."""

    year: int
    month: int


class Duration(NamedTuple):
    """A length of time as XML Schema counts it: months and seconds, which do not convert."""

    months: int
    seconds: Decimal


class GeoPoint(NamedTuple):
    """A point on the earth, longitude first."""

    lon: Decimal
    lat: Decimal


def reader(field: Field) -> Reader:
    """Return the function from a cell that is not missing to its value.

    The function raises ValueError for a cell that is not of the type of the field.
    """
    make = _READERS.get(field.type)
    if make is None:
        raise UserError(
            f"`{field.name}` has the unknown type `{field.type}`",
            hint="copydesk check",
            place=str(field.origin),
        )
    return make(field)


def _as_written(_: Field) -> Reader:
    return str


def _words(value: object, default: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else default


def _boolean(field: Field) -> Reader:
    true = _words(field.options.get("trueValues"), ("true", "True", "TRUE", "1"))
    false = _words(field.options.get("falseValues"), ("false", "False", "FALSE", "0"))
    values = dict.fromkeys(false, False) | dict.fromkeys(true, True)

    def read(cell: str) -> bool:
        if cell not in values:
            raise ValueError(cell)
        return values[cell]

    return read


_WORDS = {"nan": Decimal("NaN"), "inf": Decimal("Infinity"), "-inf": Decimal("-Infinity")}


def _number(field: Field) -> Reader:
    def read(cell: str) -> int | Decimal:
        text = read_number(field, cell)
        if text is None:
            raise ValueError(cell)
        if field.type == "integer":
            return int(text)
        try:
            return _WORDS.get(text.lower()) or Decimal(text)
        except InvalidOperation:
            raise ValueError(cell) from None

    return read


def _pattern(field: Field) -> str:
    return field.format.removeprefix("fmt:")


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?")
_ZONE = r"(?P<zone>Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_DATETIME = re.compile(rf"(?P<day>{_DATE.pattern})T(?P<time>{_TIME.pattern}){_ZONE}")
_ZONED_TIME = re.compile(rf"(?P<time>{_TIME.pattern}){_ZONE}")
_MIDNIGHT = re.compile(r"24:00:00(?:\.0+)?")
_YEAR = re.compile(rf"(-?(?:[1-9][0-9]{{4,}}|[0-9]{{4}})){_ZONE}")
_YEARMONTH = re.compile(rf"(-?(?:[1-9][0-9]{{4,}}|[0-9]{{4}}))-(0[1-9]|1[0-2]){_ZONE}")


def _matched(pattern: re.Pattern[str], cell: str) -> re.Match[str]:
    match = pattern.fullmatch(cell)
    if match is None:
        raise ValueError(cell)
    return match


def _date(field: Field) -> Reader:
    if field.format == "default":
        return lambda cell: date.fromisoformat(_matched(_DATE, cell)[0])
    if field.format == "any":
        return lambda cell: loosely(cell).date()
    pattern = _pattern(field)
    return lambda cell: datetime.strptime(cell, pattern).date()


def _time(field: Field) -> Reader:
    if field.format == "default":
        return _clock
    if field.format == "any":
        return lambda cell: loosely(cell).timetz()
    pattern = _pattern(field)
    return lambda cell: datetime.strptime(cell, pattern).timetz()


def _clock(cell: str) -> time:
    match = _matched(_ZONED_TIME, cell)
    whole = "00:00:00" if _MIDNIGHT.fullmatch(match["time"]) else match["time"]
    return time.fromisoformat(whole).replace(tzinfo=_zone(match["zone"]))


def _datetime(field: Field) -> Reader:
    if field.format == "default":
        return _xsd_datetime
    if field.format == "any":
        return loosely
    pattern = _pattern(field)
    return lambda cell: datetime.strptime(cell, pattern)


def _xsd_datetime(cell: str) -> datetime:
    """Return an XML Schema dateTime; what is finer than a microsecond is cut off."""
    match = _matched(_DATETIME, cell)
    midnight = _MIDNIGHT.fullmatch(match["time"]) is not None
    clock = time() if midnight else time.fromisoformat(match["time"])
    day = date.fromisoformat(match["day"]) + timedelta(days=midnight)
    return datetime.combine(day, clock, _zone(match["zone"]))


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _year(_: Field) -> Reader:
    return lambda cell: int(_matched(_YEAR, cell)[1])


def _yearmonth(_: Field) -> Reader:
    def read(cell: str) -> YearMonth:
        match = _matched(_YEARMONTH, cell.strip(" \t\r\n"))
        return YearMonth(int(match[1]), int(match[2]))

    return read


_DURATION = re.compile(
    r"(?P<sign>-?)P(?=.)(?:(?P<Y>[0-9]+)Y)?(?:(?P<M>[0-9]+)M)?(?:(?P<D>[0-9]+)D)?"
    r"(?:T(?=.)(?:(?P<h>[0-9]+)H)?(?:(?P<m>[0-9]+)M)?(?:(?P<s>[0-9]+(?:\.[0-9]+)?)S)?)?"
)


def _duration(_: Field) -> Reader:
    def read(cell: str) -> Duration:
        part = {k: v or "0" for k, v in _matched(_DURATION, cell).groupdict().items()}
        sign = -1 if part["sign"] == "-" else 1
        months = int(part["Y"]) * 12 + int(part["M"])
        minutes = (int(part["D"]) * 24 + int(part["h"])) * 60 + int(part["m"])
        return Duration(sign * months, sign * (minutes * 60 + Decimal(part["s"])))

    return read


def _refuse(word: str) -> Any:
    raise ValueError(word)


def _parsed(cell: str) -> Any:
    try:
        return json.loads(cell, parse_constant=_refuse)
    except RecursionError:
        raise ValueError(cell) from None


def _json(kind: type[dict[str, Any]] | type[list[Any]]) -> Callable[[Field], Reader]:
    def read(cell: str) -> Any:
        value = _parsed(cell)
        if not isinstance(value, kind):
            raise ValueError(cell)
        return value

    return lambda _: read


def _geojson(field: Field) -> Reader:
    judge = type_of(field).judge
    assert judge is not None

    def read(cell: str) -> Any:
        if judge(cell) is None:
            raise ValueError(cell)
        return _parsed(cell)

    return read


def _geopoint(field: Field) -> Reader:
    def read(cell: str) -> GeoPoint:
        pair = coordinates(cell, field.format)
        if pair is None:
            raise ValueError(cell)
        lon, lat = map(Decimal, pair)
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValueError(cell)
        return GeoPoint(lon, lat)

    return read


def item_field(field: Field) -> Field:
    """Return the items of a list as a field of their own; only default formats are allowed."""
    kind = field.options.get("itemType", "string")
    return Field(field.name, str(kind), "default", {}, (), {}, field.origin)


def _list(field: Field) -> Reader:
    delimiter = str(field.options.get("delimiter") or ",")
    item = item_field(field)
    if item.type == "string":
        return lambda cell: cell.split(delimiter)
    read = reader(item)
    return lambda cell: [read(part) for part in cell.split(delimiter)]


_READERS: Mapping[str, Callable[[Field], Reader]] = {
    "any": _as_written,
    "array": _json(list),
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "duration": _duration,
    "geojson": _geojson,
    "geopoint": _geopoint,
    "integer": _number,
    "list": _list,
    "number": _number,
    "object": _json(dict),
    "string": _as_written,
    "time": _time,
    "year": _year,
    "yearmonth": _yearmonth,
}
