"""The cure of a cell that is not of its type: what the text at hand suggests."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")


def mended(kind: str, value: str) -> str:
    """Return the cure of a text that is not of a type in its usual form, or an empty string."""
    cure = _CURES.get(kind)
    return cure(value.strip()) if cure else ""


def _date(value: str) -> str:
    if match := _DATE.fullmatch(value):
        year, month, day = (int(g) for g in match.groups())
        if not 1 <= month <= 12:
            return f"correct the month: there is no month {month}"
        last = calendar.monthrange(max(year, 1), month)[1]
        if not 1 <= day <= last:
            return f"correct the day: {calendar.month_name[month]} {year} has {last} days"
        return f"write it as `{year:04}-{month:02}-{day:02}`"
    if _SLASHED.fullmatch(value):
        return "write the year first, then month and day: `2020-01-31`"
    return "write a date as `2020-01-31`"


def _datetime(value: str) -> str:
    if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S*", value):
        return f"write a `T` between date and time: `{value.replace(' ', 'T')}`"
    if match := re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(Z?)", value):
        return f"write the seconds too: `{match[1]}:00{match[2]}`"
    if match := re.fullmatch(r"(.*T.*[+-]\d\d):?(\d\d)?", value):
        return f"write the zone with hours and minutes: `{match[1]}:{match[2] or '00'}`"
    return "write date and time as `2020-01-31T15:00:00`"


def _time(value: str) -> str:
    if match := re.fullmatch(r"(\d{1,2}):(\d\d)(?::(\d\d))?", value):
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
        if hour < 24 and minute < 60 and second < 60:
            return f"write it as `{hour:02}:{minute:02}:{second:02}`"
    return "write a time as `15:00:00`"


def _yearmonth(value: str) -> str:
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})(?:-\d\d)?", value):
        if 1 <= int(match[2]) <= 12:
            return f"write it as `{match[1]}-{int(match[2]):02}`"
        return f"correct the month: there is no month {int(match[2])}"
    return "write a month as `2020-01`"


def _duration(value: str) -> str:
    if match := re.fullmatch(r"P(\d+)W", value):
        return f"write weeks as days: `P{int(match[1]) * 7}D`"
    if value.endswith("T"):
        return "delete the `T`, after which hours, minutes or seconds must stand"
    if value.startswith("+"):
        return "delete the `+`"
    return "write a duration as `P1Y2M3DT4H5M6S`"


def _boolean(value: str) -> str:
    return f"write `{value.lower()}`" if value.lower() in ("true", "false") else ""


def _integer(value: str) -> str:
    return _digits(value) or "write digits only"


def _number(value: str) -> str:
    bare = re.sub(r"[ \u00a0]", "", value)
    if re.fullmatch(r"[+-]?\d+,\d+", bare) and not re.fullmatch(r"[+-]?\d{1,3},\d{3}", bare):
        return f"write a decimal point: `{bare.replace(',', '.')}`"
    return _digits(value) or "write digits and a decimal point only"


def _digits(value: str) -> str:
    bare = re.sub(r"[ \u00a0]", "", value)
    if re.fullmatch(r"[+-]?\d{1,3}(?:[.,']\d{3})+", bare):
        return f"write it without separators: `{re.sub('[^0-9+-]', '', bare)}`"
    return f"delete what surrounds the digits: `{bare}`" if re.fullmatch(r"[+-]?\d+", bare) else ""


def _json(value: str) -> str:
    if re.search(r"\b(?:NaN|Infinity)\b", value):
        return "write `null`: JSON has no NaN and no Infinity"
    if "'" in value and '"' not in value:
        return "write double quotes: JSON has no others"
    if re.search(r",\s*[\]}]", value):
        return "delete the comma behind the last item"
    return ""


def _geopoint(value: str) -> str:
    numbers = re.findall(r"[+-]?\d+(?:\.\d+)?", value)
    if len(numbers) != 2:
        return "write longitude and latitude as `90.5, 45.5`"
    if abs(float(numbers[1])) > 90 >= abs(float(numbers[0])):
        return f"write the longitude first: `{numbers[1]}, {numbers[0]}`"
    return "a longitude lies between -180 and 180, a latitude between -90 and 90"


_CURES: Mapping[str, Callable[[str], str]] = {
    "array": _json,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "duration": _duration,
    "geojson": _json,
    "geopoint": _geopoint,
    "integer": _integer,
    "number": _number,
    "object": _json,
    "time": _time,
    "yearmonth": _yearmonth,
}
