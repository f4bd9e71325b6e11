"""GX: expectations of the types that columns have for Great Expectations on pandas.

A column is typed by its schema (see docs/expectations.md): whole numbers are `int64`, or `object`
where a value is missing, truth values `bool` or `object` likewise, numbers `float64`, dates and
datetimes `datetime64[us]`, all else `object`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from copydesk.checks import check
from copydesk.checks.asking import Answer, Ask, both, cells, measured
from copydesk.checks.conditions import Operand
from copydesk.checks.field import NotNative
from copydesk.checks.sql import literal

_STORED = {
    "integer": "int64", "number": "float64", "boolean": "bool", "date": "datetime64[us]",
    "datetime": "datetime64[us]", "text": "object",
}  # fmt: skip
_MAY_BE_OBJECT = ("integer", "boolean")
_DATES = ("date", "datetime")
_COLUMN_MESSAGE = "the column `{field}` has the type {observed}, not {expected}"

_NAMES: Mapping[str, str] = {
    "int64": "int64", "int": "int64", "i8": "int64", "<i8": "int64", "long": "int64",
    "longlong": "int64", "float64": "float64", "float": "float64", "f8": "float64",
    "<f8": "float64", "double": "float64", "bool": "bool", "?": "bool", "object": "object",
    "O": "object", "datetime64[us]": "datetime64[us]", "<M8[us]": "datetime64[us]",
    "datetime64": "datetime64[us]",
}  # fmt: skip
_OTHERS = frozenset(
    {
        "int8", "int16", "int32", "uint8", "uint16", "uint32", "uint64", "float16", "float32",
        "complex64", "complex128", "complex", "str", "bytes", "datetime64[ns]", "datetime64[ms]",
        "datetime64[s]", "timedelta64", "timedelta64[ns]", "Int8", "Int16", "Int32", "Int64",
        "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64", "boolean", "string",
        "category",
    }
)  # fmt: skip
"""Other types that pandas knows by name; no column of a CSV file has one of them here."""

_SCALARS: Mapping[str, tuple[str, ...]] = {
    "int64": ("int64",), "i8": ("int64",), "int": ("int64", "int"), "long": ("int64", "int"),
    "float64": ("float64",), "f8": ("float64",), "double": ("float64",),
    "float": ("float64", "float"), "bool": ("bool_", "bool"), "bool_": ("bool_",),
    "str": ("str_", "str"), "str_": ("str_",), "string_types": ("str",), "object": ("object_",),
    "object_": ("object_",), "O": ("object_",), "datetime64": ("datetime64",),
    "datetime64[ns]": ("datetime64",), "datetime64[us]": ("datetime64",),
    "Timestamp": ("Timestamp",), "list": ("list",), "dict": ("dict",), "bytes": ("bytes",),
    "int8": (), "int16": (), "int32": (), "uint8": (), "uint16": (), "uint32": (), "uint64": (),
    "float16": (), "float32": (), "complex": (), "complex64": (), "complex128": (),
    "Int64Dtype": (), "Float64Dtype": (), "StringDtype": (), "BooleanDtype": (),
    "CategoricalDtype": (),
}  # fmt: skip
"""What a name of a type stands for: the types of columns, and of values in a column of objects."""

_OF_COLUMN = {
    "int64": "int64", "float64": "float64", "bool": "bool_", "datetime64[us]": "datetime64",
    "object": "object_",
}  # fmt: skip
_OF_VALUE = {"integer": {"int"}, "boolean": {"bool", "int"}, "text": {"str"}}
_ANY_VALUE = ("object", "object_", "O")


@check("GX100", message=_COLUMN_MESSAGE,
       equivalent="expect_column_type_to_be")  # fmt: skip
def column_type_differs(ask: Ask) -> Answer:
    """Tell the columns that are not of the type that a suite expects.

    What: The type of the column, as its schema makes it in pandas, is not the expected one.
    Why: Programs compute with values of another type.
    Example: texts in a column that is expected to be `int64`.
    Fix: Declare the type in the Table Schema: a CSV file has no types of its own.
    """
    one, expected = _typed(ask), ask.get("type_")
    if expected not in _NAMES and expected not in _OTHERS:
        raise NotNative(f"the type `{expected}`")
    says, holds = f"expects the type {expected}", _is_one_of([_NAMES.get(expected, "")])
    return measured(ask, _dtype(one, _STORED[one.kind]), holds, says, expected=expected)


@check("GX145", message="`{value}` is of none of the types {expected}",
       equivalent="expect_column_values_to_be_in_type_list")  # fmt: skip
def value_of_unexpected_type(ask: Ask) -> Answer:
    """Tell the values that are of none of the types that a suite lists.

    What: The type of the column, as its schema makes it in pandas, is not in `type_list`; in a
        column of objects each value is asked for its own.
    Why: Programs compute with values of another type.
    Example: a text in a column of `int64` or `float64`.
    Fix: Declare the type in the Table Schema: a CSV file has no types of its own.
    """
    names = ask.get("type_list")
    if not names or any(not isinstance(n, str) for n in names):
        raise NotNative("no list of types")
    one = _typed(ask)
    # Here pandas compares units of time, and takes no object for an `object`.
    stored = _STORED[one.kind]
    fits = _NAMES.get(stored) in [_NAMES.get(n) for n in names if n in _SCALARS]
    fits = stored in names if one.kind in _DATES else fits
    return _of_types(ask, one, names, fits)


@check("GX165", message="`{value}` is not of the type {expected}",
       equivalent="expect_column_values_to_be_of_type")  # fmt: skip
def value_not_of_expected_type(ask: Ask) -> Answer:
    """Tell the values that are not of the type that a suite expects.

    What: The type of the column, as its schema makes it in pandas, is not `type_`; in a column
        of objects each value is asked for its own.
    Why: Programs compute with values of another type.
    Example: a text in a column that is expected to be `int64`.
    Fix: Declare the type in the Table Schema: a CSV file has no types of its own.
    """
    one, name = _typed(ask), ask.get("type_")
    if name in _ANY_VALUE:
        says, holds = f"expects the type {name}", _is_one_of(["object", "object_"])
        seen = _dtype(one, _scalar(one))
        return measured(ask, seen, holds, says, expected=name, message=_COLUMN_MESSAGE)
    fits = _OF_COLUMN[_STORED[one.kind]] in _SCALARS.get(name, ())
    return _of_types(ask, one, [name], fits)


def _typed(ask: Ask) -> Operand:
    one = ask.any_column
    if one.kind not in _STORED:
        raise NotNative(f"the type of a column of {one.column.field.type}")
    return one


def _dtype(one: Operand, stored: str) -> str:
    """Return the aggregate that names the type of a column, `stored` unless it is of objects."""
    name = literal(stored)
    if one.kind not in _MAY_BE_OBJECT:
        return f"coalesce(any_value({name}), {name})"
    return f"CASE WHEN count({one.sql}) = count(*) THEN {name} ELSE 'object' END"


def _scalar(one: Operand) -> str:
    """Return the type of the values of a column that is not of objects, as NumPy names it."""
    return "object_" if one.kind == "text" else _STORED[one.kind].partition("[")[0]


def _is_one_of(names: Sequence[str]) -> str:
    return f"{{measure}} IN ({', '.join(literal(n) for n in names)})"


def _of_types(ask: Ask, one: Operand, names: Sequence[str], fits: bool) -> Answer:
    """Return the checks that a column, or in a column of objects each value, is of a type.

    `fits` says that a column which is not one of objects is.
    """
    if any(n not in _SCALARS for n in names):
        raise NotNative(f"the types {', '.join(names)}")
    expected = " or ".join(names)
    says = f"expects the type {expected}"
    known = {scalar for name in names for scalar in _SCALARS[name]}
    value_fits = bool(_OF_VALUE.get(one.kind, set()) & known)
    if one.kind == "text":
        bad = "false" if value_fits else "true"
        return cells(ask, bad, says, one.present, expected=expected)
    good = ["object"] if one.kind in _MAY_BE_OBJECT else []
    good += [_scalar(one)] if fits else []
    found = measured(
        ask, _dtype(one, _scalar(one)), _is_one_of(good) if good else "false", says,
        expected=expected, message=_COLUMN_MESSAGE,
    )  # fmt: skip
    if one.kind not in _MAY_BE_OBJECT:
        return found
    if value_fits:
        return (*found, *cells(ask, "false", says, one.present, expected=expected))

    def across(table: str) -> str:
        some = f"EXISTS (FROM {table} WHERE {one.sql} IS NULL)"
        given = both(ask.given, one.present)
        return f"SELECT rowid AS n, false FROM {table} WHERE {some} AND {given}"

    return (*found, *cells(ask, "false", says, one.present, across=across, expected=expected))
