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


_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WORDS = {"nan": Decimal("NaN"), "inf": Decimal("Infinity"), "-inf": Decimal("-Infinity")}


def _plain(field: Field) -> Callable[[str], str]:
    """Return the function from a number as written to its digits, sign, `.` and exponent."""
    group = str(field.options.get("groupChar") or "")
    point = str(field.options.get("decimalChar") or ".") if field.type == "number" else "."
    around = re.compile(rf"^[^0-9+\-{re.escape(point)}]+|[^0-9{re.escape(point)}]+$")
    bare = field.options.get("bareNumber", True) is not False

    def plain(cell: str) -> str:
        text = cell if bare else around.sub("", cell)
        text = text.replace(group, "") if group else text
        if point == ".":
            return text
        if "." in text:
            raise ValueError(cell)
        return text.replace(point, ".")

    return plain


def _integer(field: Field) -> Reader:
    plain = _plain(field)

    def read(cell: str) -> int:
        text = plain(cell)
        if not _INTEGER.fullmatch(text):
            raise ValueError(cell)
        return int(text)

    return read


def _number(field: Field) -> Reader:
    plain = _plain(field)

    def read(cell: str) -> Decimal:
        word = _WORDS.get(cell.lower())
        if word is not None:
            return word
        text = plain(cell)
        if not _DECIMAL.fullmatch(text):
            raise ValueError(cell)
        try:
            return Decimal(text)
        except InvalidOperation:
            raise ValueError(cell) from None

    return read


def _pattern(field: Field) -> str:
    return field.format.removeprefix("fmt:")


def _loose(cell: str) -> datetime:
    """Return the moment that a cell of the format `any` may mean."""
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        from importlib import import_module

        found: datetime = import_module("dateutil.parser").parse(cell, default=datetime(1, 1, 1))
        return found


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?")
_ZONE = r"(?P<zone>Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_DATETIME = re.compile(rf"(?P<day>{_DATE.pattern})T(?P<time>{_TIME.pattern}){_ZONE}")
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
        return lambda cell: _loose(cell).date()
    pattern = _pattern(field)
    return lambda cell: datetime.strptime(cell, pattern).date()


def _time(field: Field) -> Reader:
    if field.format == "default":
        return lambda cell: time.fromisoformat(_matched(_TIME, cell)[0])
    if field.format == "any":
        return lambda cell: _loose(f"1970-01-01T{cell}" if _TIME.fullmatch(cell) else cell).time()
    pattern = _pattern(field)
    return lambda cell: datetime.strptime(cell, pattern).time()


def _datetime(field: Field) -> Reader:
    if field.format == "default":
        return _xsd_datetime
    if field.format == "any":
        return _loose
    pattern = _pattern(field)
    return lambda cell: datetime.strptime(cell, pattern)


def _xsd_datetime(cell: str) -> datetime:
    """Return an XML Schema dateTime; what is finer than a microsecond is cut off."""
    match = _matched(_DATETIME, cell)
    midnight = re.fullmatch(r"24:00:00(?:\.0+)?", match["time"]) is not None
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
        match = _matched(_YEARMONTH, cell)
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


def _parsed(cell: str, numbers: type[float] | type[Decimal] = float) -> Any:
    try:
        return json.loads(cell, parse_constant=_refuse, parse_float=numbers)
    except RecursionError:
        raise ValueError(cell) from None


def _json(kind: type[dict[str, Any]] | type[list[Any]]) -> Callable[[Field], Reader]:
    def read(cell: str) -> Any:
        value = _parsed(cell)
        if not isinstance(value, kind):
            raise ValueError(cell)
        return value

    return lambda _: read


def _geopoint(field: Field) -> Reader:
    def read(cell: str) -> GeoPoint:
        lon, lat = _coordinates(cell, field.format)
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValueError(cell)
        return GeoPoint(lon, lat)

    return read


def _coordinates(cell: str, form: str) -> tuple[Decimal, Decimal]:
    if form == "default":
        lon, lat = cell.split(",")
        return Decimal(_matched(_DECIMAL, lon.strip())[0]), Decimal(
            _matched(_DECIMAL, lat.strip())[0]
        )
    pair = _parsed(cell, Decimal)
    if form == "object" and isinstance(pair, dict) and pair.keys() == {"lon", "lat"}:
        pair = [pair["lon"], pair["lat"]]
    if not isinstance(pair, list) or [type(n) in (int, Decimal) for n in pair] != [True, True]:
        raise ValueError(cell)
    return Decimal(pair[0]), Decimal(pair[1])


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
    "geojson": _json(dict),
    "geopoint": _geopoint,
    "integer": _integer,
    "list": _list,
    "number": _number,
    "object": _json(dict),
    "string": _as_written,
    "time": _time,
    "year": _year,
    "yearmonth": _yearmonth,
}
