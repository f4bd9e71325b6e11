"""The types `date`, `datetime` and `time` as columns.

A datetime is stored as the moment in UTC. One with a zone has the detail `Z`, for it is never
equal to one without, and is compared with it in order only where no zone would turn the order
around (XML Schema, dateTime); so has a time. What is finer than a microsecond is a detail too.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from importlib import import_module
from typing import TypeVar

from copydesk.checks.column import CANONICAL, ZONED, ColumnType, Reading
from copydesk.checks.decimals import sortable
from copydesk.checks.sql import literal
from copydesk.checks.type_text import matches
from copydesk.model import Field

ZONE = r"(?:Z|[+\-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+\-]14:00)"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_LONG_DAY = r"(-?(?:[1-9][0-9]{4,}|[0-9]{4}))-([0-9]{2}-[0-9]{2})"
_CLOCK = r"[0-9]{2}:[0-5][0-9]:[0-5][0-9]"
_HOURS = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_MOMENT = re.compile(rf"{_LONG_DAY}T({_CLOCK})(?:\.([0-9]+))?({ZONE})?")
_TIME = re.compile(rf"({_CLOCK})(?:\.([0-9]+))?({ZONE})?")
_FARTHEST = 290_000
"""Years that a TIMESTAMP holds."""

_FINER = "N"
_DIRECTIVE = re.compile(r"%(.)|[^%]", re.S)
T = TypeVar("T")
Reader = Callable[[str], datetime]


def _quietly(read: Callable[[str], T], cell: str) -> T | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read(cell)
    except (ValueError, OverflowError, TypeError, AttributeError, re.error):
        return None


def loosely(cell: str) -> datetime:
    """Return the moment that a cell of the format `any` may mean."""
    found: datetime = import_module("dateutil.parser").parse(cell, default=datetime(1, 1, 1))
    return found


def _reader(field: Field) -> Reader:
    if field.format == "any":
        return loosely
    form = field.format
    return lambda cell: datetime.strptime(cell, form)


def _other(field: Field, sql: str, write: Callable[[datetime], Reading], iso: str) -> ColumnType:
    """Return the type of another format: what SQL reads alike it reads, the rest is left."""
    read = _reader(field)

    def judge(cell: str) -> Reading | None:
        return _quietly(lambda text: write(read(text)), cell)

    parse = _strptime(field.format, sql) if field.format != "any" else iso
    known = field.format == "any"
    words = f"a {field.type}" if known else f"a value written `{field.format}`"
    left = "{c} IS NULL" if parse else "true"
    return ColumnType(sql, parse or f"CAST(NULL AS {sql})", words, left, judge)


def _strptime(form: str, sql: str) -> str:
    """Return the expression for a format made of directives that both sides read alike."""
    directives = set(re.findall(r"%(.)", form))
    if not directives or not directives <= set("YmdHMS") or "Y" not in directives or sql == "TIME":
        return ""
    if len(re.findall(r"%(.)", form)) > len(directives):
        return ""
    forms = {"Y": "[0-9]{4}"}
    pattern = "".join(
        forms.get(m[1], "[0-9]{1,2}") if m[1] else re.escape(m[0])
        for m in _DIRECTIVE.finditer(form)
    )
    return matches(pattern, f"CAST(try_strptime({{x}}, {literal(form)}) AS {sql})")


def date_type(field: Field) -> ColumnType:
    """Return the type `date`."""
    value = f"CASE WHEN left({{x}}, 4) <> '0000' THEN {matches(_DAY, 'try_cast({x} AS DATE)')} END"
    if field.format != "default":
        return _other(field, "DATE", lambda found: Reading(found.date().isoformat()), value)

    def judge(cell: str) -> Reading | None:
        if not re.fullmatch(_DAY, cell):
            return None
        return Reading(cell) if _quietly(datetime.fromisoformat, cell) else None

    quick = f"strlen({{x}}) = 10 AND {CANONICAL}"
    return ColumnType("DATE", value, "a date written YYYY-MM-DD", judge=judge, quick=quick)


def datetime_type(field: Field) -> ColumnType:
    """Return the type `datetime`."""
    moved = "make_timestamp(epoch_us(try_cast({x} AS TIMESTAMPTZ)))"
    shifted = "substring({x}, -6, 1) IN ('+', '-')"
    moved = f"CASE WHEN strlen({{x}}) > 19 AND {shifted} THEN {moved} "
    moved += "ELSE try_cast({x} AS TIMESTAMP) END"
    value = matches(rf"{_DAY}T{_HOURS}(?:\.[0-9]{{1,6}})?{ZONE}?", moved)
    value = f"CASE WHEN left({{x}}, 4) <> '0000' THEN {value} END"
    if field.format != "default":
        iso = matches(rf"{_DAY}T{_HOURS}", "try_cast({x} AS TIMESTAMP)")
        return _other(field, "TIMESTAMP", _instant, iso)
    zoned = "CASE WHEN {c} IS NOT NULL AND strlen({x}) > 19 "
    zoned += f"AND (right({{x}}, 1) = 'Z' OR {shifted}) THEN '{ZONED}' END"
    left = f"{{c}} IS NULL AND regexp_full_match({{x}}, '{_MOMENT.pattern}')"
    words = "a date and time written YYYY-MM-DDThh:mm:ssZ"
    return ColumnType("TIMESTAMP", value, words, left, _moment, zoned)


def _instant(found: datetime) -> Reading:
    """Return a moment in UTC; one without a zone as it is written."""
    zone = found.utcoffset()
    plain = found.replace(tzinfo=None)
    if zone is None:
        return Reading(plain.isoformat(" "))
    try:
        return Reading((plain - zone).isoformat(" "), ZONED)
    except OverflowError:
        return Reading(plain.isoformat(" "), ZONED)


def _moment(cell: str) -> Reading | None:
    """Return the moment of an XML Schema dateTime."""
    match = _MOMENT.fullmatch(cell)
    if match is None or match[1] in ("0000", "-0000"):
        return None
    year, clock, fraction = int(match[1]), match[3], (match[4] or "").rstrip("0")
    # The calendar repeats itself every 400 years.
    era = (year - 2000) // 400 * 400
    midnight = clock == "24:00:00" and not fraction
    text = f"{year - era:04}-{match[2]}T{'00:00:00' if midnight else clock}"
    found = _quietly(datetime.fromisoformat, text)
    if found is None:
        return None
    found += timedelta(days=midnight) - _offset(match[5])
    detail = (ZONED if match[5] else _FINER if fraction[6:] else "") + fraction[6:]
    clocked = f"{found:%m-%d %H:%M:%S}" + (f".{fraction[:6]}" if fraction else "")
    return _stored(found.year + era, clocked, detail)


def _stored(year: int, rest: str, detail: str) -> Reading:
    if abs(year) > _FARTHEST:
        side = "Y" if year > 0 else "A"
        far = _FARTHEST + 1 if year > 0 else -_FARTHEST
        return Reading(
            _written(far, "01-01 00:00:00"), f"{side}{sortable(str(year))} {rest}{detail}"
        )
    return Reading(_written(year, rest), detail or None)


def _written(year: int, rest: str) -> str:
    day, _, clock = rest.partition(" ")
    return f"{year:04}-{rest}" if year > 0 else f"{1 - year:04}-{day} (BC) {clock}"


def _offset(zone: str | None) -> timedelta:
    if not zone or zone == "Z":
        return timedelta()
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return timedelta(minutes=-minutes if zone[0] == "-" else minutes)


def time_type(field: Field) -> ColumnType:
    """Return the type `time`."""
    value = matches(rf"{_HOURS}(?:\.[0-9]{{1,6}})?", "try_cast({x} AS TIME)")
    if field.format != "default":
        return _other(field, "TIME", _clock, matches(_HOURS, "try_cast({x} AS TIME)"))
    left = f"{{c}} IS NULL AND regexp_full_match({{x}}, '{_TIME.pattern}')"
    return ColumnType("TIME", value, "a time written hh:mm:ss", left, _time)


def _clock(found: datetime) -> Reading:
    """Return the time of a moment; one with a zone as it is in UTC."""
    zone = found.utcoffset()
    moved = datetime.combine(date(2000, 1, 2), found.time()) - (zone or timedelta())
    return Reading(moved.time().isoformat(), None if zone is None else ZONED)


def _time(cell: str) -> Reading | None:
    match = _TIME.fullmatch(cell)
    if match is None:
        return None
    clock, fraction = match[1], (match[2] or "").rstrip("0")
    if clock == "24:00:00" and not fraction:
        clock = "00:00:00"
    try:
        start = datetime.combine(date(2000, 1, 2), time.fromisoformat(clock))
    except ValueError:
        return None
    moved = f"{start - _offset(match[3]):%H:%M:%S}" + (f".{fraction[:6]}" if fraction else "")
    detail = (ZONED if match[3] else _FINER if fraction[6:] else "") + fraction[6:]
    return Reading(moved, detail or None)
