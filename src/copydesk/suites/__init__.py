"""*.expectations.json → Suite: the suites of Great Expectations, read without it.

`expectations.json` beside this module lists what Great Expectations 1.24 knows: its expectations
and their arguments, as its own schemas state them (a test compares the two).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from copydesk.document import Document, Problem
from copydesk.model import Expectation, Origin, Severity, Suite
from copydesk.suites.condition import condition_fault

SEVERITIES = {"critical": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.INFO}
RUNTIME = ("batch_id", "catch_exceptions", "rendered_content", "result_format", "windows")
"""Arguments that tell Great Expectations how to run; they change no verdict."""

DEEPEST = 100
"""Levels of lists and objects that an expectation may have; few have more than ten."""

CONDITIONS = ("row_condition", "condition_parser")
AS_TEXT = "string"
"""The one type that `meta.copydesk.type` can force upon cells."""

_OLD_NAMES = {
    "expect_column_pair_values_A_to_be_greater_than_B": (
        "expect_column_pair_values_a_to_be_greater_than_b"
    ),
}
_NUMERAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[T ].+)?")


@cache
def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """Return what is known of every expectation, by its type."""
    known: Mapping[str, Mapping[str, Any]] = _known()["expectations"]
    return known


def catalogue_version() -> str:
    """Return the version of Great Expectations of which the catalogue tells."""
    return str(_known()["great_expectations"])


@cache
def _known() -> Mapping[str, Any]:
    text = Path(__file__).with_name("expectations.json").read_text(encoding="utf-8")
    known: Mapping[str, Any] = json.loads(text)
    return known


def read_suite(document: Document, table: str) -> tuple[Suite, tuple[Problem, ...]]:
    """Return the suite that a document holds, without the expectations that have a problem."""
    data = document.data
    listed = data.get("expectations") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        reason = "is no object" if not isinstance(data, dict) else "lacks a list `expectations`"
        problem = Problem("GX006", document, "", {"reason": f"it {reason}"})
        return Suite("", table, (), Origin(document.path)), (problem,)
    name = data.get("name", data.get("expectation_suite_name"))
    found: list[Expectation] = []
    problems = list(_wrong_type(document, "", data))
    as_text = _forced(data) == AS_TEXT
    for index, one in enumerate(listed):
        pointer = f"/expectations/{index}"
        wrong = list(_wrong(document, pointer, one))
        problems += wrong
        if not wrong:
            made = _expectation(document, pointer, one)
            found.append(replace(made, as_text=as_text or _forced(one) == AS_TEXT))
    suite = Suite(str(name or table), table, tuple(found), Origin(document.path))
    return suite, tuple(problems)


def _forced(data: Mapping[str, Any]) -> Any:
    """Return the type that `meta.copydesk.type` forces upon all cells, None if it is not given."""
    meta = data.get("meta")
    own = meta.get("copydesk") if isinstance(meta, dict) else None
    return own.get("type") if isinstance(own, dict) else None


def _wrong_type(document: Document, pointer: str, data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the type that is forced upon cells, if it is not the one that can be."""
    forced = _forced(data)
    if forced not in (None, AS_TEXT):
        params = {"field": "type", "found": _shown(forced), "expected": f'`"{AS_TEXT}"`'}
        yield Problem("GX003", document, f"{pointer}/meta/copydesk/type", params)


def type_of(data: Mapping[str, Any]) -> Any:
    """Return the type of an expectation, as this version of Great Expectations spells it."""
    given = data.get("type", data.get("expectation_type"))
    return _OLD_NAMES.get(given, given) if isinstance(given, str) else given


def _expectation(document: Document, pointer: str, data: Mapping[str, Any]) -> Expectation:
    kind = type_of(data)
    arguments = catalogue()[kind]["arguments"]
    kwargs = {
        name: _plain(value, arguments.get(name, {}).get("types", ()))
        for name, value in (data.get("kwargs") or {}).items()
        if name not in RUNTIME and value is not None
    }
    severity = SEVERITIES[data.get("severity") or "critical"]
    origin = Origin(document.path, pointer)
    return Expectation(kind, kwargs, severity, _notes(data), origin, data)


def _plain(value: Any, types: tuple[str, ...]) -> Any:
    """Return a value as Great Expectations reads it: a numeral is a number where one is due."""
    if isinstance(value, str) and _is_numeral(value, types):
        value = float(value)
    if isinstance(value, float) and "integer" in types and math.isfinite(value):
        return int(value)
    return value


def _is_numeral(value: str, types: tuple[str, ...]) -> bool:
    wants = "string" not in types and ("number" in types or "integer" in types)
    return wants and _NUMERAL.fullmatch(value.strip()) is not None


def _notes(data: Mapping[str, Any]) -> str:
    """Return the notes of an expectation; earlier versions keep them in `meta`."""
    meta = data.get("meta")
    notes = data.get("notes") or (meta.get("notes") if isinstance(meta, dict) else None)
    if isinstance(notes, dict):
        notes = notes.get("content")
    parts = notes if isinstance(notes, list) else [notes] if notes else []
    return " ".join(str(part).strip() for part in parts)


def _is_deep(data: Any) -> bool:
    """Return whether lists and objects lie so deep in each other that nobody can have meant it."""
    level = [data]
    for _ in range(DEEPEST):
        inner = [one.values() if isinstance(one, dict) else one for one in level]
        level = [child for one in inner for child in one if isinstance(child, dict | list)]
    return bool(level)


def _wrong(document: Document, pointer: str, data: Any) -> Iterator[Problem]:
    """Yield what is wrong with one expectation."""
    if not isinstance(data, dict) or not isinstance(type_of(data), str):
        yield Problem("GX006", document, pointer, {"reason": "an expectation lacks its `type`"})
        return
    if _is_deep(data):
        yield Problem("GX006", document, pointer, {"reason": "an expectation is nested too deeply"})
        return
    key = "type" if "type" in data else "expectation_type"
    kind = type_of(data)
    if kind not in catalogue():
        params = {"value": kind, "known": list(catalogue())}
        yield Problem("GX001", document, f"{pointer}/{key}", params)
        return
    severity = data.get("severity")
    if severity is not None and (not isinstance(severity, str) or severity not in SEVERITIES):
        params = {"value": str(severity), "known": list(SEVERITIES)}
        yield Problem("GX009", document, f"{pointer}/severity", params)
    yield from _wrong_type(document, pointer, data)
    kwargs = data.get("kwargs")
    if kwargs is not None and not isinstance(kwargs, dict):
        yield _unusable(document, f"{pointer}/kwargs", kwargs, ["object"])
        return
    yield from _wrong_arguments(document, pointer, kind, kwargs or {})


def _wrong_arguments(
    document: Document, pointer: str, kind: str, kwargs: Mapping[str, Any]
) -> Iterator[Problem]:
    entry = catalogue()[kind]
    known = [*entry["arguments"], *(CONDITIONS if entry.get("row_condition") else ())]
    for name, value in kwargs.items():
        at = f"{pointer}/kwargs/{_step(name)}"
        if name in RUNTIME:
            continue
        if name not in known:
            params = {"value": name, "type": kind, "known": known}
            yield Problem("GX002", document, at, params, key=True)
        elif name not in CONDITIONS:
            yield from _wrong_value(document, at, value, entry["arguments"][name])
    for name in _missing(entry, kwargs):
        params = {"field": name, "type": kind}
        yield Problem("GX007", document, f"{pointer}/kwargs", params)
    if reason := condition_fault(kwargs.get("row_condition"), kwargs.get("condition_parser")):
        at = f"{pointer}/kwargs/row_condition"
        yield Problem("GX008", document, at, {"reason": reason})


def _missing(entry: Mapping[str, Any], kwargs: Mapping[str, Any]) -> Iterator[str]:
    for name, argument in entry["arguments"].items():
        if argument.get("required") and kwargs.get(name) is None:
            yield name
    any_of = entry.get("any_of", [])
    if any_of and all(kwargs.get(name) is None for name in any_of):
        yield "` or `".join(any_of)


def _wrong_value(
    document: Document, at: str, value: Any, argument: Mapping[str, Any]
) -> Iterator[Problem]:
    types: list[str] = argument["types"]
    if value is None:
        if "null" not in types and not argument.get("required"):
            yield _unusable(document, at, value, types)
    elif is_parameter(value):
        return
    elif not any(_is(value, kind) for kind in types) and not (
        isinstance(value, str) and _is_numeral(value, tuple(types))
    ):
        yield _unusable(document, at, value, types)
    elif "one_of" in argument and value not in argument["one_of"]:
        expected = "one of " + ", ".join(f"`{v}`" for v in argument["one_of"])
        params = {"field": _name(at), "found": _shown(value), "expected": expected}
        yield Problem("GX003", document, at, {**params, "known": argument["one_of"]})
    elif isinstance(value, list) and len(value) < argument.get("min_items", 0):
        expected = f"a list of at least {argument['min_items']}"
        params = {"field": _name(at), "found": _shown(value), "expected": expected}
        yield Problem("GX003", document, at, params)
    else:
        yield from _out_of_range(document, at, value, argument)
        yield from _wrong_pattern(document, at, value)
        yield from _wrong_format(document, at, value)
        if _name(at) == "json_schema" and (reference := _outside(value)):
            params = {"field": "json_schema", "found": f"a reference to `{reference}`"}
            yield Problem("GX003", document, at, {**params, "expected": "one within itself"})


def is_parameter(value: object) -> bool:
    """Return whether a value is a suite parameter, which Great Expectations evaluates."""
    return isinstance(value, dict) and "$PARAMETER" in value


def _out_of_range(
    document: Document, at: str, value: Any, argument: Mapping[str, Any]
) -> Iterator[Problem]:
    low, high = argument.get("minimum"), argument.get("maximum")
    if low is None:
        return
    number = float(value)
    if number < low or (high is not None and number > high):
        expected = f"between {low:g} and {high:g}" if high is not None else f"at least {low:g}"
        params = {"field": _name(at), "found": _shown(value), "expected": expected}
        yield Problem("GX003", document, at, params)


def _wrong_pattern(document: Document, at: str, value: Any) -> Iterator[Problem]:
    name = _name(at)
    if name not in ("regex", "regex_list"):
        return
    for pattern in value if isinstance(value, list) else [value]:
        try:
            re.compile(pattern)
        except (re.error, TypeError, OverflowError, RecursionError) as error:
            found = f"{_shown(pattern)}, which fails ({error})"
            params = {"field": name, "found": found, "expected": "a regular expression"}
            yield Problem("GX003", document, at, params)


def _wrong_format(document: Document, at: str, value: Any) -> Iterator[Problem]:
    """Yield a format of dates with which Python could not even read what it has written."""
    if _name(at) != "strftime_format":
        return
    try:
        datetime.strptime(datetime.now(UTC).strftime(value), value)
    except ValueError as error:
        found = f"{_shown(value)}, which fails ({error})"
        params = {"field": _name(at), "found": found, "expected": "a format of dates"}
        yield Problem("GX003", document, at, params)


def _outside(schema: Any) -> str:
    """Return a reference of a JSON Schema to another document, which is not fetched."""
    if isinstance(schema, list):
        return next(filter(None, map(_outside, schema)), "")
    if not isinstance(schema, dict):
        return ""
    for word in ("$ref", "$dynamicRef", "$recursiveRef"):
        if isinstance(schema.get(word), str) and not schema[word].startswith("#"):
            return str(schema[word])
    return next(filter(None, map(_outside, schema.values())), "")


def _is(value: Any, kind: str) -> bool:
    match kind:
        case "string":
            return isinstance(value, str)
        case "date":
            return isinstance(value, str) and _DATE.fullmatch(value) is not None
        case "integer" | "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
    return False


_WORDS = {
    "string": "a text", "date": "a date", "integer": "a whole number", "number": "a number",
    "boolean": "true or false", "array": "a list", "object": "an object",
}  # fmt: skip


def _unusable(document: Document, at: str, value: Any, types: list[str]) -> Problem:
    expected = " or ".join(_WORDS[t] for t in types if t in _WORDS)
    params = {"field": _name(at), "found": _shown(value), "expected": expected}
    return Problem("GX003", document, at, params)


def _name(pointer: str) -> str:
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def _step(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _shown(value: Any) -> str:
    return f"`{json.dumps(value, ensure_ascii=False)}`"
