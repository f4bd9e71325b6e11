"""PK: what a field promises about its values, held against its type."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from copydesk.checks import check
from copydesk.checks.column import Column
from copydesk.checks.standard import CONSTRAINTS, TYPES
from copydesk.checks.types import column_of
from copydesk.document import Document, Problem, step
from copydesk.model import Field as TypedField
from copydesk.model import Origin, Severity

Field = Mapping[str, Any]

NOWHERE = Origin("")
_LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_TRUE, _FALSE = ("true", "True", "TRUE", "1"), ("false", "False", "FALSE", "0")


def kind_of(field: Field, version: int) -> str:
    """Return the type of a field; one that is not said is a string in version 1, else any."""
    kind = field.get("type")
    if isinstance(kind, str):
        return kind
    return "string" if version == 1 else "any"


def format_of(field: Field) -> str:
    """Return the format of a field, without the mark that old descriptors put before patterns."""
    form = field.get("format")
    return form.removeprefix("fmt:") if isinstance(form, str) else "default"


def _column(field: Field, kind: str) -> Column:
    options = {**field, "type": kind}
    constraints = _constraints(field)
    return column_of(TypedField("", kind, format_of(field), constraints, (), options, NOWHERE), 0)


def _is_read(column: Column, value: Any) -> bool:
    """Return whether a value of the schema is one of a column."""
    if column.field.type == "string":
        return isinstance(value, str)
    return not column.type.words or column.constant(value) is not None


@check("PK012", message="`{value}` in `{field}` is not {expected}", equivalent="field-error")
def unusable_constraint(
    document: Document, pointer: str, field: Field, version: int
) -> Iterator[Problem]:
    """Tell the limits and lists of values that are not of the type of their field.

    What: `enum`, `minimum`, `maximum`, an exclusive limit or `categories` of a field holds a value
        that no cell of the field can have, or `jsonSchema` is no JSON Schema.
    Why: Nothing can be compared with it: the promise is not kept by anybody.
    Example: `"minimum": "2020-13-01"` on a field of type `date`.
    Fix: Write the value in the form of the field's type.
    """
    kind = kind_of(field, version)
    column = _column(field, kind)
    for name, steps, value in _values(field, kind, version):
        if value is not None and not _is_read(column, value):
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            words = "a text" if kind == "string" else column.type.words
            params = {"value": shown, "field": name, "expected": words}
            yield Problem("PK012", document, pointer + steps, params)
    given = _constraints(field).get("jsonSchema")
    if isinstance(given, dict) and (reason := _not_a_json_schema(given)):
        params = {"value": reason, "field": "jsonSchema", "expected": "what a JSON Schema says"}
        yield Problem("PK012", document, f"{pointer}/constraints/jsonSchema", params)


def _values(field: Field, kind: str, version: int) -> Iterator[tuple[str, str, Any]]:
    """Yield the values that are compared with cells: name of the promise, steps, value."""
    constraints = _constraints(field)
    for name in _LIMITS if "minimum" in _allowed(kind) else ():
        yield name, f"/constraints/{name}", constraints.get(name)
    enum = constraints.get("enum")
    for index, one in enumerate(enum if isinstance(enum, list) else []):
        yield "enum", f"/constraints/enum/{index}", one
    categorical = kind in ("string", "integer") and version > 1
    for index, one in enumerate(_categories(field) if categorical else []):
        inner = isinstance(one, dict)
        yield (
            "categories", f"/categories/{index}" + "/value" * inner,
            one.get("value") if isinstance(one, dict) else one,
        )  # fmt: skip


def _allowed(kind: str) -> tuple[str, ...]:
    return TYPES[kind].constraints if kind in TYPES else ()


def _constraints(field: Field) -> Mapping[str, Any]:
    given = field.get("constraints")
    return given if isinstance(given, dict) else {}


def _categories(field: Field) -> list[Any]:
    given = field.get("categories")
    return given if isinstance(given, list) else []


def _not_a_json_schema(given: dict[str, Any]) -> str:
    """Return what is wrong in a JSON Schema, or an empty string."""
    from jsonschema import SchemaError
    from jsonschema.validators import validator_for

    try:
        validator_for(given).check_schema(given)
    except SchemaError as error:
        return error.message[:60]
    except RecursionError:
        return "nested too deeply"
    return ""


@check("PK017", message="{reason}", equivalent="field-error")
def unsupported_constraint(
    document: Document, pointer: str, field: Field, version: int
) -> Iterator[Problem]:
    """Tell the constraints that say nothing about a field.

    What: The standard knows no constraint of that name, does not define it for the type of the
        field (`minimum` for a string; a field without `type` is of type `any`, in version 1 a
        string), or brought it with version 2 while the descriptor follows version 1.
    Why: Nobody checks it: what looks like a promise is none.
    Example: `"pattern": "[0-9]+"` on a field of type `integer`.
    Fix: Delete the constraint, or use one that the type of the field has. For a constraint of
        version 2 state that version in `$schema`.
    """
    kind = kind_of(field, version)
    for name in _constraints(field):
        at = f"{pointer}/constraints{step(name)}"
        known = CONSTRAINTS.properties.get(name)
        if known is None and ":" not in name:
            reason = f"`{name}` is no constraint of the standard"
            params = {"value": name, "reason": reason, "known": tuple(CONSTRAINTS.properties)}
            yield Problem("PK017", document, at, params, key=True)
        elif known and kind in TYPES and name not in _allowed(kind):
            reason = f"`{name}` says nothing about a field of type `{kind}`"
            yield Problem("PK017", document, at, {"value": name, "reason": reason}, key=True)
        elif known and known.since > version and name != "jsonSchema":
            reason = f"`{name}` needs version 2 of the standard, which `$schema` does not state"
            yield Problem("PK017", document, at, {"value": name, "reason": reason}, key=True)


@check("PK025", message="`{value}` is allowed by `enum` and is none of the `categories`",
       equivalent="field-error")  # fmt: skip
def enum_outside_categories(
    document: Document, pointer: str, field: Field, version: int
) -> Iterator[Problem]:
    """Tell the values of `enum` that are no category.

    What: A field has `categories` and `enum`, and `enum` holds a value that is no category.
    Why: No cell can hold the value: the categories do not allow it.
    Example: `"categories": ["x"]` beside `"enum": ["x", "q"]`.
    Fix: Add the category, or delete the value from `enum`.
    """
    listed = _categories(field)
    known = {str(one.get("value") if isinstance(one, dict) else one) for one in listed}
    enum = _constraints(field).get("enum")
    judged = enum if isinstance(enum, list) and listed and version > 1 else []
    for index, one in enumerate(judged):
        if one is not None and str(one) not in known:
            at = f"{pointer}/constraints/enum/{index}"
            yield Problem("PK025", document, at, {"value": str(one), "known": sorted(known)})


@check("PK112", message="{reason}", severity=Severity.WARNING)
def contradictory_constraints(
    document: Document, pointer: str, field: Field, version: int
) -> Iterator[Problem]:
    """Tell the promises about a field that contradict each other.

    What: A lower limit lies above an upper one, a length is negative, a word means both true and
        false, or the decimal sign is also the sign between groups of digits.
    Why: No cell can keep both promises, or nobody knows what the cell means.
    Example: `"minimum": 10, "maximum": 1`.
    Fix: Correct one of the two.
    """
    for name, reason in _contradictions(field, version):
        yield Problem("PK112", document, pointer + name, {"reason": reason})


def _contradictions(field: Field, version: int) -> Iterator[tuple[str, str]]:
    constraints = _constraints(field)
    kind = kind_of(field, version)
    column = _column(field, kind)
    for low in ("minimum", "exclusiveMinimum"):
        for high in ("maximum", "exclusiveMaximum"):
            if _crossed(column, constraints.get(low), constraints.get(high)):
                yield f"/constraints/{high}", f"`{high}` is below `{low}`"
    short, long = (constraints.get(n) for n in ("minLength", "maxLength"))
    for name, length in (("minLength", short), ("maxLength", long)):
        if type(length) is int and length < 0:
            yield f"/constraints/{name}", f"`{name}` is negative"
    if type(short) is int and type(long) is int and short > long:
        yield "/constraints/maxLength", "`maxLength` is below `minLength`"
    true, false = field.get("trueValues", _TRUE), field.get("falseValues", _FALSE)
    if kind == "boolean" and isinstance(true, list | tuple) and isinstance(false, list | tuple):
        name = "/trueValues" if "trueValues" in field else "/falseValues"
        for word in (w for w in true if w in false):
            yield name, f"`{word}` means both true and false"
    if kind == "number" and field.get("groupChar") == field.get("decimalChar", "."):
        name = "/groupChar" if "groupChar" in field else "/decimalChar"
        yield name, "`groupChar` and `decimalChar` are the same"


def _crossed(column: Column, low: Any, high: Any) -> bool:
    """Return whether no value can lie between two limits, as far as their order is certain."""
    if low is None or high is None or "minimum" not in _allowed(column.field.type):
        return False
    first, second = column.constant(low), column.constant(high)
    if first is None or second is None:
        return False
    if column.type.order:
        return (column.type.order(first.value, second.value) or 0) > 0
    if column.type.sql in ("BIGINT", "DOUBLE"):
        return bool(float(first.value) > float(second.value))
    alike = (first.detail is None) is (second.detail is None)
    return alike and first.value[4:5] == second.value[4:5] and first.value > second.value
