"""The forms in which dates, times and months are written elsewhere, read without guessing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time

from copydesk.model import Field

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_NAME = r"([A-Za-z]{3,9})\.?"
_DAY_FIRST = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th|\.)?[ -]{_NAME},?[ -](\d{{4}})")
_MONTH_FIRST = re.compile(rf"{_NAME} (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})")
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})\.?")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)")
_CLOCK = re.compile(
    r"(\d{1,2}):(\d\d)(?::(\d\d)(\.\d+)?)?(?: ?([AaPp])\.?[Mm]\.?)? ?(Z|[+-]\d\d(?::?\d\d)?)?"
)


def _month(name: str) -> int:
    """Return the number of a month by its English name or the first letters of it, else 0."""
    low = name.lower()
    short = "sept" if low == "sept" else ""
    return next((i for i, m in enumerate(_MONTHS, 1) if low in (m, m[:3]) or m[:4] == short), 0)


def dates_in(text: str) -> set[date]:
    """Return the days that a text may mean; a year of two digits means none."""
    parts: list[tuple[int, int, int]] = []
    if match := _YEAR_FIRST.fullmatch(text):
        parts = [(int(match[1]), int(match[3]), int(match[4]))]
    elif match := _YEAR_LAST.fullmatch(text):
        one, other, year = int(match[1]), int(match[3]), int(match[4])
        parts = [(year, one, other), (year, other, one)]
    elif match := _DAY_FIRST.fullmatch(text):
        parts = [(int(match[3]), _month(match[2]), int(match[1]))]
    elif match := _MONTH_FIRST.fullmatch(text):
        parts = [(int(match[3]), _month(match[1]), int(match[2]))]
    elif match := _DIGITS.fullmatch(text):
        parts = [(int(match[1]), int(match[2]), int(match[3]))]
        parts += [(int(text[4:]), int(text[2:4]), int(text[:2]))]
        parts += [(int(text[4:]), int(text[:2]), int(text[2:4]))]
        parts = [one for one in parts if 1000 <= one[0] < 3000]
    return {found for one in parts if (found := _day(*one))}


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(text: str) -> tuple[time, str] | None:
    """Return a time of day with its zone as it is written after it."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, half, zone = int(match[1]), (match[5] or "").lower(), match[6] or ""
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + 12 * (half == "p")
    if zone not in ("", "Z"):
        zone = f"{zone[:3]}:{zone[3:].removeprefix(':') or '00'}"
    micro = int((match[4] or ".0")[1:7].ljust(6, "0"))
    try:
        return time(hour, int(match[2]), int(match[3] or 0), micro), zone
    except ValueError:
        return None


def _as(field: Field, found: datetime, usual: str) -> str:
    form = field.format
    return usual if form in ("default", "any") else found.strftime(form.removeprefix("fmt:"))


def _dates(field: Field, text: str) -> Iterator[str]:
    midnight = re.fullmatch(r"(.+?)[T ]00:00(?::00(?:\.0+)?)?Z?", text)
    for day in dates_in(midnight[1] if midnight else text):
        yield _as(field, datetime.combine(day, time()), day.isoformat())


def _times(field: Field, text: str) -> Iterator[str]:
    if read := _clock(text):
        clock, zone = read
        yield _as(field, datetime.combine(date(1900, 1, 1), clock), clock.isoformat() + zone)


def _datetimes(field: Field, text: str) -> Iterator[str]:
    match = re.fullmatch(r"(.+?)(?:T|,? )(\d{1,2}:.*)", text)
    read = _clock(match[2]) if match else None
    if match is None or read is None:
        return
    clock, zone = read
    for day in dates_in(match[1]):
        moment = datetime.combine(day, clock)
        if not zone or field.format == "default":
            yield _as(field, moment, moment.isoformat() + zone)


def _yearmonths(_: Field, text: str) -> Iterator[str]:
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})", text):
        yield f"{match[1]}-{int(match[2]):02}"
    elif match := re.fullmatch(r"(\d{1,2})[-/.](\d{4})", text):
        yield f"{match[2]}-{int(match[1]):02}"
    elif match := re.fullmatch(rf"{_NAME},?[ -](\d{{4}})", text):
        yield f"{match[2]}-{_month(match[1]):02}"


DATES: Mapping[str, Callable[[Field, str], Iterator[str]]] = {
    "date": _dates,
    "datetime": _datetimes,
    "time": _times,
    "yearmonth": _yearmonths,
}
"""The readers of each type: what they yield is in its form, but may be out of its bounds."""
