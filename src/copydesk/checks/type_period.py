"""The types `year`, `yearmonth` and `duration` as columns."""

from __future__ import annotations

import re
from fractions import Fraction

from copydesk.checks.column import ColumnType, Reading
from copydesk.checks.decimals import normal, whole
from copydesk.checks.type_text import matches
from copydesk.checks.type_time import ZONE
from copydesk.model import Field

_YEAR = r"-?(?:[1-9][0-9]{4,}|[0-9]{4})"
_YEAR_ZONE = re.compile(rf"({_YEAR})({ZONE})?")
# White space around a month means nothing (XML Schema, gYearMonth), nor to the reference.
_MONTH = re.compile(rf"[ \t\r\n]*({_YEAR})-(0[1-9]|1[0-2])({ZONE})?[ \t\r\n]*")


def _zoned(zone: str | None) -> str | None:
    return f"Z{'+00:00' if zone == 'Z' else zone}" if zone else None


def year(_: Field) -> ColumnType:
    """Return the type `year`."""
    value = matches(r"-?(?:[1-9][0-9]{4,16}|[0-9]{4})", "CAST({x} AS BIGINT)")
    left = f"{{c}} IS NULL AND regexp_full_match({{x}}, '{_YEAR_ZONE.pattern}')"

    def judge(cell: str) -> Reading | None:
        match = _YEAR_ZONE.fullmatch(cell)
        if match is None:
            return None
        found = whole(match[1])
        return Reading(found.value, found.detail or _zoned(match[2]))

    def given(value: object) -> Reading | None:
        if type(value) is int:
            value = f"{'-' if value < 0 else ''}{abs(value):04}"
        return judge(value) if isinstance(value, str) else None

    return ColumnType("BIGINT", value, "a year such as `2020`", left, judge, given=given)


def yearmonth(_: Field) -> ColumnType:
    """Return the type `yearmonth`."""
    value = matches("[0-9]{4}-(?:0[1-9]|1[0-2])", "{x}")
    left = f"{{c}} IS NULL AND regexp_full_match({{x}}, '{_MONTH.pattern}')"
    words = "a month written YYYY-MM"
    return ColumnType("VARCHAR", value, words, left, _month, order=_order_of_months)


def _month(cell: str) -> Reading | None:
    match = _MONTH.fullmatch(cell)
    if match is None:
        return None
    int(match[1])  # what Python cannot count could not be put in order
    return Reading(f"{match[1]}-{match[2]}", _zoned(match[3]))


def _order_of_months(one: str, other: str) -> int:
    (a, b), (c, d) = (map(int, text.rsplit("-", 1)) for text in (one, other))
    return a - c or b - d


_DURATION = re.compile(
    r"(-?)P(?=.)(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?"
    r"(?:T(?=.)(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
)


def duration(_: Field) -> ColumnType:
    """Return the type `duration`."""
    words = "a duration such as `P1Y2M3DT4H5M6S`"
    return ColumnType(
        "VARCHAR", words=words, left="true", judge=_duration, order=_order_of_durations
    )


def _parts(cell: str) -> tuple[int, Fraction] | None:
    """Return the months and the seconds of a duration, which do not convert."""
    match = _DURATION.fullmatch(cell)
    if match is None:
        return None
    sign = -1 if match[1] else 1
    years, months, days, hours, minutes = (int(match[i] or 0) for i in range(2, 7))
    seconds = ((days * 24 + hours) * 60 + minutes) * 60 + Fraction(match[7] or 0)
    return sign * (years * 12 + months), sign * seconds


def _duration(cell: str) -> Reading | None:
    try:
        parts = _parts(cell)
    except ValueError:
        return None
    return Reading(_written(*parts)) if parts else None


def _written(months: int, seconds: Fraction) -> str:
    """Return the text that all forms of a duration share."""
    sign = "-" if months < 0 or seconds < 0 else ""
    years, months = divmod(abs(months), 12)
    whole_seconds, rest = divmod(abs(seconds), 1)
    minutes, second = divmod(int(whole_seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    shown = normal(f"{second}.{_digits(rest)}")
    clock = _joined((hours, "H"), (minutes, "M")) + (f"{shown}S" if shown != "0" else "")
    text = _joined((years, "Y"), (months, "M"), (days, "D")) + (f"T{clock}" if clock else "")
    return f"{sign}P{text or 'T0S'}"


def _digits(rest: Fraction) -> str:
    """Return the decimal digits of a fraction of a second."""
    length = len(str(rest.denominator)) * 4
    scaled = rest * 10**length
    return f"{int(scaled):0{length}}"


def _joined(*parts: tuple[int, str]) -> str:
    return "".join(f"{number}{letter}" for number, letter in parts if number)


_STARTS = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))
"""Months from which on durations are counted to compare them (XML Schema, duration)."""


def _order_of_durations(one: str, other: str) -> int | None:
    """Return the order of two durations: that which they have from every start on, if any."""
    first, second = _parts(one), _parts(other)
    if first is None or second is None:
        return None
    signs = set()
    for year_, month in _STARTS:
        a, b = _end(year_, month, first), _end(year_, month, second)
        signs.add((a > b) - (a < b))
    return signs.pop() if len(signs) == 1 else None


def _end(year_: int, month: int, parts: tuple[int, Fraction]) -> Fraction:
    """Return the seconds to the end of a duration that starts on the first of a month."""
    years, month = divmod(year_ * 12 + month - 1 + parts[0], 12)
    return _days(years, month + 1) * 86_400 + parts[1]


def _days(year_: int, month: int) -> int:
    """Return the number of the first day of a month, in the calendar without a beginning."""
    shifted = year_ - (month < 3)
    era = shifted * 365 + shifted // 4 - shifted // 100 + shifted // 400
    return era + (153 * ((month + 9) % 12) + 2) // 5
