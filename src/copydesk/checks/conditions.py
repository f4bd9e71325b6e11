"""Row conditions and values of expectations as SQL, with the meaning that pandas gives them.

Every condition is two-valued, as in pandas: a comparison with a missing value does not hold, `!=`
and `not in` hold. What has no exact form raises NotNative and is left to Great Expectations.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from copydesk.checks.column import Column
from copydesk.checks.field import NotNative
from copydesk.checks.sql import literal
from copydesk.suites.condition import query_fault, query_tree

EXACT = 2**53
"""Whole numbers up to here are the same as floating-point numbers."""

KINDS = {
    "VARCHAR": "text",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?")
_SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_GE_CONDITION = re.compile(r'\s*col\("([^"]+)"\)\s*(.*?)\s*')


class UnknownColumn(Exception):
    """Say that an expectation names a column which its table does not have."""


@dataclass(frozen=True)
class Operand:
    """A column as expectations see it: its kind, and its value, NULL where pandas has none."""

    column: Column
    kind: str

    @property
    def sql(self) -> str:
        """Return the value as SQL; NaN is a missing value, as in pandas."""
        name = self.column.sql
        return f"CASE WHEN NOT isnan({name}) THEN {name} END" if self.kind == "number" else name

    @property
    def present(self) -> str:
        """Return the SQL condition that there is a value."""
        return f"({self.sql}) IS NOT NULL"

    @property
    def missing(self) -> str:
        """Return the SQL condition that the cell is empty; a broken cell is not."""
        empty = f"({self.column.empty})"
        nan = f"coalesce(isnan({self.column.sql}), false)"
        return f"({empty} OR {nan})" if self.kind == "number" else empty


def operand(columns: Mapping[str, Column], name: str) -> Operand:
    """Return a column by its name.

    Raises UnknownColumn, and NotNative for a column whose values have no exact form here.
    """
    column = named(columns, name)
    kind = KINDS.get(column.type.sql)
    if kind is None:
        raise NotNative(f"`{name}` is of type {column.field.type}")
    return Operand(column, kind)


def named(columns: Mapping[str, Column], name: str) -> Column:
    """Return a column by its name; raises UnknownColumn.

    Great Expectations takes the first column whose name is the same without regard to case.
    """
    same = [c for n, c in columns.items() if n.casefold() == name.casefold()]
    if not same:
        raise UnknownColumn(name)
    if len(same) > 1 or same[0].field.name != name:
        raise NotNative(f"`{name}` differs in case from the name of a column")
    return same[0]


def moment(value: object) -> datetime | None:
    """Return the date and time that a text of a suite stands for, or None.

    JSON has no dates: against a column of dates, an ISO 8601 date is one.
    """
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def value_sql(kind: str, value: object) -> str | None:
    """Return a value as SQL of that kind, or None if no value of the kind can equal it.

    Raises NotNative where pandas may see an equality that SQL does not.
    """
    if kind in ("date", "datetime"):
        at = moment(value)
        if at is None:
            raise NotNative(f"`{value}` is no ISO date")
        return f"TIMESTAMP '{at:%H:%M:%S.%f}'".replace("'", f"'{at.date().isoformat()} ", 1)
    if kind == "text":
        return literal(value) if isinstance(value, str) else None
    if kind == "boolean" or isinstance(value, bool):
        if kind == "boolean" and isinstance(value, bool):
            return "true" if value else "false"
        raise NotNative("truth values beside other values")
    return number_sql(value) if isinstance(value, int | float) else None


def number_sql(value: float) -> str:
    """Return a number as SQL; raises NotNative for one that floating point may round."""
    if not abs(value) < EXACT:  # nor is it a number at all
        raise NotNative(f"{value} is too large to be compared exactly")
    whole = isinstance(value, int) or value.is_integer()
    return str(int(value)) if whole else f"CAST('{value!r}' AS DOUBLE)"


def any_of(kind: str, values: Sequence[object]) -> str:
    """Return values as the inside of an SQL list, without those that nothing can equal."""
    words = [value_sql(kind, v) for v in values if v is not None]
    return ", ".join(dict.fromkeys(w for w in words if w is not None))


def comparison(one: Operand, operator: str, value: object) -> str:
    """Return the SQL of a comparison with a value, true or false."""
    if operator in ("IN", "NOT_IN"):
        return _membership(one, operator, value)
    if isinstance(value, list | dict) or value is None:
        raise NotNative("a comparison with no plain value")
    if operator in ("==", "!=") and one.kind in ("date", "datetime"):
        raise NotNative("a date and a text in a row condition, which pandas never equates")
    word = value_sql(one.kind, value)
    if operator in ("==", "!="):
        if word is None:
            return "false" if operator == "==" else "true"
        relation = "IS NOT DISTINCT FROM" if operator == "==" else "IS DISTINCT FROM"
        return f"({one.sql}) {relation} {word}"
    if word is None or one.kind == "boolean":
        raise NotNative(f"`{operator}` between a column and a value of another kind")
    return f"coalesce(({one.sql}) {operator} {word}, false)"


def _membership(one: Operand, operator: str, values: object) -> str:
    if not isinstance(values, list) or not values or one.kind in ("date", "datetime"):
        raise NotNative(f"`{operator}` with these values")
    if any(value_sql(one.kind, v) is None for v in values):
        raise NotNative(f"`{operator}` with values of several kinds")
    found = f"coalesce(({one.sql}) IN ({any_of(one.kind, values)}), false)"
    return found if operator == "IN" else f"NOT {found}"


def nullity(one: Operand, is_null: bool) -> str:
    """Return the SQL of the condition that a value is, or is not, missing."""
    return f"({one.sql}) IS {'' if is_null else 'NOT '}NULL"


def condition_sql(condition: Any, parser: Any, columns: Mapping[str, Column]) -> str:
    """Return a row condition as SQL, true or false for every row.

    Raises NotNative, and UnknownColumn.
    """
    if isinstance(condition, dict):
        return _object_sql(condition, columns)
    if str(parser).startswith("great_expectations"):
        match = _GE_CONDITION.fullmatch(condition)
        if match is None or match[2].startswith("date"):
            raise NotNative("the row condition")
        space = "" if match[2].startswith(".") else " "
        return _query_sql(f"`{match[1]}`{space}{match[2]}", columns)
    if parser == "spark":
        raise NotNative("a row condition for Spark")
    return _query_sql(condition, columns)


def _object_sql(condition: Mapping[str, Any], columns: Mapping[str, Column]) -> str:
    match condition["type"]:
        case "comparison":
            one = operand(columns, condition["column"]["name"])
            return comparison(one, condition["operator"], condition["parameter"])
        case "nullity":
            return nullity(operand(columns, condition["column"]["name"]), condition["is_null"])
        case "pass_through":
            return _query_sql(condition["pass_through_filter"], columns)
        case kind if parts := condition["conditions"]:
            return _joined(kind, [_object_sql(p, columns) for p in parts])
    raise NotNative("an empty row condition")


def _joined(word: str, parts: Sequence[str]) -> str:
    return "(" + f" {word.upper()} ".join(parts) + ")"


def _query_sql(query: str, columns: Mapping[str, Column]) -> str:
    tree = query_tree(query)
    if tree is None or query_fault(query):
        raise NotNative("the row condition")
    return _Query(columns).sql(tree)


_OPERATORS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "IN", ast.NotIn: "NOT_IN",
}  # fmt: skip


@dataclass(frozen=True)
class _Query:
    """The translation of a pandas query over the columns of one table."""

    columns: Mapping[str, Column]

    def sql(self, node: ast.expr) -> str:
        match node:
            case ast.BoolOp(op=operator, values=parts):
                word = "and" if isinstance(operator, ast.And) else "or"
                return _joined(word, [self.sql(p) for p in parts])
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return f"NOT {self.sql(inner)}"
            case ast.UnaryOp(op=ast.Invert(), operand=ast.Compare() | ast.BoolOp() | ast.Call()):
                return f"NOT {self.sql(node.operand)}"
            case ast.Compare(left=left, ops=operators, comparators=rest):
                sides = [left, *rest]
                words = [_OPERATORS.get(type(o), "") for o in operators]
                return _joined("and", [
                    self._compare(a, word, b)
                    for a, word, b in zip(sides, words, sides[1:], strict=False)
                ])  # fmt: skip
            case ast.Call(func=ast.Attribute(value=inner, attr=name), args=[], keywords=[]):
                return self._nullity(inner, name)
        raise NotNative("the row condition")

    def _compare(self, left: ast.expr, operator: str, right: ast.expr) -> str:
        if self._name(left) is None and self._name(right) is not None and operator in _SWAPPED:
            left, operator, right = right, _SWAPPED[operator], left
        name = self._name(left)
        if name is None or not operator:
            raise NotNative("the row condition")
        value = _value(right)
        if isinstance(value, list):
            operator = {"==": "IN", "!=": "NOT_IN"}.get(operator, operator)
        return comparison(operand(self.columns, self._known(name)), operator, value)

    def _nullity(self, inner: ast.expr, word: str) -> str:
        name = self._name(inner)
        if name is None or word not in ("isnull", "isna", "notnull", "notna"):
            raise NotNative("the row condition")
        return nullity(operand(self.columns, self._known(name)), word in ("isnull", "isna"))

    def _known(self, name: str) -> str:
        if name not in self.columns:
            raise UnknownColumn(name)
        return name

    def _name(self, node: ast.expr) -> str | None:
        match node:
            case ast.Name(id=name):
                return name
            case ast.Call(func=ast.Name(id="__column__"), args=[ast.Constant(value=str(name))]):
                return name
        return None


def _value(node: ast.expr) -> object:
    """Return the value that is written in a query."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        raise NotNative("the row condition") from None
    return list(value) if isinstance(value, tuple) else value
