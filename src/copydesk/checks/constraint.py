"""PK: the values of constraints, which must be of the type of their field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from copydesk.checks import check
from copydesk.document import Document, Problem

_LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def _parses(parse: Callable[[str], object], form: str) -> Callable[[Any], bool]:
    def accepts(value: Any) -> bool:
        if not isinstance(value, str) or not re.fullmatch(form, value):
            return False
        try:
            parse(value)
        except ValueError:
            return False
        return True

    return accepts


def _is_integer(value: Any) -> bool:
    whole = type(value) is int or (isinstance(value, float) and value.is_integer())
    return whole or (isinstance(value, str) and re.fullmatch(r"[+-]?\d+", value) is not None)


def _is_number(value: Any) -> bool:
    form = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|NaN|-?INF"
    return type(value) in (int, float) or (
        isinstance(value, str) and re.fullmatch(form, value) is not None
    )


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool | str)


def _is_year(value: Any) -> bool:
    return type(value) is int or (
        isinstance(value, str) and re.fullmatch(r"-?\d{4,}(?:Z|[+-]\d\d:\d\d)?", value) is not None
    )


_ACCEPTS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "integer": (_is_integer, "an integer"),
    "number": (_is_number, "a number"),
    "boolean": (_is_boolean, "a boolean"),
    "year": (_is_year, "a year"),
    "date": (_parses(date.fromisoformat, r"\d{4}-\d\d-\d\d"), "a date written YYYY-MM-DD"),
    "time": (_parses(time.fromisoformat, r"\d\d:\d\d:\d\d.*"), "a time written hh:mm:ss"),
    "datetime": (
        _parses(datetime.fromisoformat, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*"),
        "a date and time written YYYY-MM-DDThh:mm:ssZ",
    ),
}


@check("PK012", message="`{value}` in `{field}` is not {expected}", equivalent="field-error")
def unusable_constraint(
    document: Document, pointer: str, field: Mapping[str, Any]
) -> Iterator[Problem]:
    """Tell the limits and lists of values that are not of the type of their field.

    What: `enum`, `minimum`, `maximum` or an exclusive limit of a field holds a value that no cell
        of the field can have.
    Why: Nothing can be compared with it: the promise is not kept by anybody.
    Example: `"minimum": "2020-13-01"` on a field of type `date`.
    Fix: Write the value in the form of the field's type.
    """
    kind, constraints = field.get("type"), field.get("constraints")
    if not isinstance(kind, str) or kind not in _ACCEPTS or not isinstance(constraints, dict):
        return
    if field.get("format", "default") != "default":
        return
    accepts, words = _ACCEPTS[kind]
    for name in (*_LIMITS, "enum"):
        given = constraints.get(name)
        if given is None:
            continue
        listed = isinstance(given, list) and name == "enum"
        for index, value in enumerate(given if listed else [given]):
            if not accepts(value):
                step = f"{name}/{index}" if listed else name
                shown = value if isinstance(value, str) else repr(value)
                params = {"value": shown, "field": name, "expected": words}
                yield Problem("PK012", document, f"{pointer}/constraints/{step}", params)
