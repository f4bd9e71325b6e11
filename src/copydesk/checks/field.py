"""FD: a cell against the type and the constraints of its field (Table Schema).

Each function takes a column and returns the predicate of a bad cell, or None where the field
promises nothing of the kind. Missing values pass everything but `required`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from copydesk.checks import check
from copydesk.checks.column import Column, Reading, word
from copydesk.checks.matching import unconforming, unmatched
from copydesk.checks.regex import compiles, prepared, to_re2
from copydesk.checks.sql import literal
from copydesk.model import Predicate

Gate = Callable[[str], object]
"""A look at all cells of a file, one a line (a line break in a cell is `\\r`): nothing there,
nothing to be found by the predicate."""


@dataclass(frozen=True)
class Bad:
    """A predicate with its words.

    `sql` is true where the cell is bad, `says` what is promised, `step` the constraint that
    promises it, `nearest` the legal values, `show` further expressions for the message, `gate` and
    `absent` and `predicate` as in CellCheck.
    """

    sql: str
    says: str
    step: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    nearest: tuple[str, ...] = ()
    show: Mapping[str, str] = field(default_factory=dict)
    gate: Gate | None = None
    absent: bool = False
    predicate: Predicate | None = None


class NotNative(Exception):
    """Say that a promise has no exact form here."""


def constraint(column: Column, name: str) -> Any:
    """Return the constraint of that name, or None if the field does not state it."""
    return column.field.constraints.get(name)


_FORMING = {"bareNumber", "decimalChar", "falseValues", "groupChar", "trueValues"}
"""Properties of a field that change how its values are written."""


@check("FD001", message="`{value}` is not {words}", equivalent="type-error")
def value_not_of_type(column: Column) -> Bad | None:
    """Tell the cells that are not of the type of their field.

    What: The cell cannot be read as the type that the schema declares for its column.
    Why: A program that loads the table gets a text, or nothing, where it was promised a date or
        a number, and computes something else.
    Example: `2020-13-01` in a field of type `date`: there is no month 13.
    Fix: Write the value in the form of the type, or leave the cell empty if it is not known.
    """
    if not column.type.checked:
        return None
    says = f"declares `{column.field.name}` as {column.field.type}"
    if column.field.format != "default":
        says += f" ({column.field.format})"
    usual = column.field.format == "default" and not _FORMING & column.field.options.keys()
    params = {"words": column.type.words, "usual": usual}
    return Bad(column.broken, says, ("type",), params)


@check("FD002", message="`{field}` is empty but required", equivalent="constraint-error")
def value_missing(column: Column) -> Bad | None:
    """Tell the empty cells of required fields.

    What: The cell is empty, or holds one of the words for a missing value, or the row ends before
        it, in a field that must be filled.
    Why: Whoever uses the table relies on this value being there in every row.
    Example: an empty `headline` in `articles`.
    Fix: Fill in the value. If it cannot be known, the schema is wrong to require it.
    """
    if constraint(column, "required") is not True:
        return None
    says = f"requires `{column.field.name}`"
    return Bad(column.empty, says, ("constraints", "required"), absent=True)


@check(
    "FD004",
    message="`{value}` is not one of the {n} allowed values of `{field}`",
    equivalent="constraint-error",
)
def value_outside_enum(column: Column) -> Bad | None:
    """Tell the cells that hold none of the values that the field lists.

    What: The field lists its legal values (`enum`, `categories`), and this is none of them. If it
        has both lists, a value must stand in both.
    Why: Lists of values are what people group and filter by: a misspelt one makes a group of
        its own, and its rows vanish from the right one.
    Example: `dirct` where the schema allows `direct`, `indirect` and `mixed`.
    Fix: Use one of the listed values. A new value is added to the schema first.
    """
    listed = constraint(column, "enum")
    step: tuple[str, ...] = ("constraints", "enum")
    lists = [listed] if isinstance(listed, list) else []
    categorical = column.field.type in ("string", "integer")
    categories = _categories(column.field.options.get("categories") if categorical else None)
    if categories is not None:
        step = step if lists else ("categories",)
        lists.append(categories)
    if not lists:
        return None
    # A number is no text: what is equal to a text is one.
    lists = [[v for v in one if isinstance(v, str) or not column.is_text] for one in lists]
    words = tuple(word(v) for v in lists[0])
    kept = " AND ".join(column.among(one) for one in lists)
    sql = f"{column.sql} IS NOT NULL AND NOT ({kept})"
    shown = ", ".join(words[:12]) + (f" and {len(words) - 12} more" if len(words) > 12 else "")
    says = f"allows {shown}"
    return Bad(sql, says, step, {"n": len(words)}, words)


def _categories(given: object) -> list[object] | None:
    """Return the values of `categories`: plain ones, or objects with `value` and `label`."""
    if not isinstance(given, list):
        return None
    return [one.get("value") if isinstance(one, dict) else one for one in given]


@check(
    "FD005",
    message="`{value}` does not match the pattern of `{field}`",
    equivalent="constraint-error",
)
def value_not_matching_pattern(column: Column) -> Bad | None:
    """Tell the cells that do not have the form that the field demands.

    What: The field gives a regular expression that the whole cell must match; it does not.
    Why: The form is what other tables and programs rely on, for example in identifiers.
    Example: `Kim_Kye_Gwan` where the pattern is `[a-z0-9]+(-[a-z0-9]+)*`.
    Fix: Write the value in the form that the pattern describes; its field's description and
        example in the schema say it in words.
    """
    pattern = constraint(column, "pattern")
    if not isinstance(pattern, str):
        return None
    if not column.is_text or compiles(pattern):
        return None
    predicate, sql = None, column.sql
    if translated := to_re2(pattern):
        sql = f"NOT regexp_full_match({sql}, {literal(translated)})"
    else:
        predicate = partial(unmatched, prepared(pattern, plain=True))
    example = column.field.options.get("example")
    says = f"demands the pattern `{pattern}`"
    params = {"example": example} if isinstance(example, str) else {}
    return Bad(sql, says, ("constraints", "pattern"), params, predicate=predicate)


def _length(column: Column, name: str, operator: str) -> Bad | None:
    limit = constraint(column, name)
    if type(limit) is not int:
        return None
    if not column.is_text and column.field.type not in _COLLECTIONS:
        return None
    unit = "character" if column.is_text else "item"
    what = f"{limit} {unit}{'s' * (limit != 1)}"
    says = f"allows {'at least' if operator == '<' else 'at most'} {what}"
    sql, predicate = f"length({column.sql}) {operator} {limit}", None
    if column.field.type in ("array", "object"):
        sql, predicate = column.sql, partial(_of_other_size, operator, limit)
    return Bad(sql, says, ("constraints", name), {"limit": what}, predicate=predicate)


_COLLECTIONS = ("array", "list", "object")


def _of_other_size(operator: str, limit: int, texts: Sequence[str]) -> list[str | None]:
    sizes = (len(json.loads(text)) for text in texts)
    return ["" if (n < limit if operator == "<" else n > limit) else None for n in sizes]


@check(
    "FD006",
    message="`{value}` is shorter than {limit}",
    equivalent="constraint-error",
)
def value_too_short(column: Column) -> Bad | None:
    """Tell the cells that are shorter than their field allows.

    What: The cell has fewer characters than the field's `minLength`; a list, an array or an object
        has fewer items.
    Why: A value that short is usually a slip: a cut-off name, a stray letter.
    Example: `B` as a headline that must have 5 characters.
    Fix: Write the value in full.
    """
    return _length(column, "minLength", "<")


@check(
    "FD007",
    message="`{value}` is longer than {limit}",
    equivalent="constraint-error",
)
def value_too_long(column: Column) -> Bad | None:
    """Tell the cells that are longer than their field allows.

    What: The cell has more characters than the field's `maxLength`; a list, an array or an object
        has more items.
    Why: The limit is a promise to whoever stores or prints the value, or it keeps quotations
        within what may be quoted.
    Example: a quotation of 600 characters where 500 are allowed.
    Fix: Shorten the value, or split it over rows where the data allow it.
    """
    return _length(column, "maxLength", ">")


LIMITS = {
    "minimum": ("<", "at least"),
    "maximum": (">", "at most"),
    "exclusiveMinimum": ("<=", "more than"),
    "exclusiveMaximum": (">=", "less than"),
}
_UNORDERED = ("any", "array", "boolean", "geojson", "geopoint", "list", "object", "string")


def _limit(column: Column, inclusive: str, exclusive: str) -> Bad | None:
    """Return the predicate of one or both limits on one side."""
    parts, says, step, tests = [], [], ("constraints", inclusive), []
    for name in (inclusive, exclusive):
        given = constraint(column, name)
        if given is None:
            continue
        if column.field.type in _UNORDERED:
            return None
        operator, wording = LIMITS[name]
        if column.type.order:
            tests.append((column.type.order, operator, column.constant(given)))
        elif sql := column.beyond(operator, given):
            parts.append(sql)
        says.append(f"{wording} {word(given)}")
        step = ("constraints", name)
    if not says:
        return None
    limit = " and ".join(says)
    predicate = _out_of_order(tests) if tests else None
    sql = column.sql if predicate else " OR ".join(parts) or "false"
    return Bad(sql, f"allows {limit}", step, {"limit": limit}, predicate=predicate)


def _out_of_order(
    tests: Sequence[tuple[Callable[[str, str], int | None], str, Reading | None]],
) -> Predicate:
    """Return the predicate of a value that does not certainly keep all limits."""
    kept = {"<": (0, 1), "<=": (1,), ">": (0, -1), ">=": (-1,)}

    def is_bad(text: str) -> bool:
        for order, operator, limit in tests:
            if limit is None:
                continue
            found = order(text, limit.value)
            if found is None or (found > 0) - (found < 0) not in kept[operator]:
                return True
        return False

    return lambda texts: ["" if is_bad(text) else None for text in texts]


@check("FD008", message="`{value}` is not {limit}", equivalent="constraint-error")
def value_too_small(column: Column) -> Bad | None:
    """Tell the numbers and dates that lie below what their field allows.

    What: The value is smaller, or earlier, than the field's `minimum` or `exclusiveMinimum`.
    Why: Beyond the limit a value is impossible, or a slip of the keyboard.
    Example: an offset of `-3`, a publication date of `0202-01-11`.
    Fix: Correct the value.
    """
    return _limit(column, "minimum", "exclusiveMinimum")


@check("FD009", message="`{value}` is not {limit}", equivalent="constraint-error")
def value_too_large(column: Column) -> Bad | None:
    """Tell the numbers and dates that lie above what their field allows.

    What: The value is larger, or later, than the field's `maximum` or `exclusiveMaximum`.
    Why: Beyond the limit a value is impossible, or a slip of the keyboard.
    Example: a latitude of `905`.
    Fix: Correct the value.
    """
    return _limit(column, "maximum", "exclusiveMaximum")


@check("FD010", message="`{value}` breaks the JSON schema of `{field}`: {reason}",
       equivalent="constraint-error")  # fmt: skip
def value_breaking_json_schema(column: Column) -> Bad | None:
    """Tell the arrays and objects that break the JSON Schema of their field.

    What: The field says with a JSON Schema (`jsonSchema`) what its arrays or objects are made of,
        and this one is not. The reason ends with the place in the value, `$` being the whole.
        `arrayItem`, which frictionless knows besides the standard, is read as such a schema.
    Why: A program that takes the value apart looks for members that are not there, or finds
        others than it was promised.
    Example: `{"value": "bad"}` where the schema says that `value` is an integer.
    Fix: Correct the value in the place that the reason names.
    """
    if column.field.type not in ("array", "object"):
        return None
    given, items = constraint(column, "jsonSchema"), column.field.options.get("arrayItem")
    step: tuple[str, ...] = ("constraints", "jsonSchema")
    schemas = [given] if isinstance(given, dict) else []
    if column.field.type == "array" and isinstance(items, dict):
        step = step if schemas else ("arrayItem",)
        schemas.append({"items": _as_json_schema(items)})
    if not schemas:
        return None
    says = f"gives `{column.field.name}` a JSON schema"
    predicate = partial(unconforming, schemas[0] if len(schemas) == 1 else {"allOf": schemas})
    return Bad(column.sql, says, step, predicate=predicate)


_SAME = ("enum", "minLength", "maxLength", *LIMITS)


def _as_json_schema(items: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the reference lets a field say of the items of its arrays as a JSON Schema."""
    given = items.get("constraints")
    constraints = given if isinstance(given, dict) else {}
    found: dict[str, Any] = {n: constraints[n] for n in _SAME if n in constraints}
    if isinstance(pattern := constraints.get("pattern"), str) and not compiles(pattern):
        found["pattern"] = rf"\A(?:{prepared(pattern, plain=True)})\Z"
    if items.get("type") in ("string", "object", "array"):
        found["type"] = [items["type"], *(["null"] * (constraints.get("required") is not True))]
    elif constraints.get("required") is True:
        found["not"] = {"type": "null"}
    return found
