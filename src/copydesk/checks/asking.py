"""What an expectation asks, and the checks that answer it.

The functions of the `expectation_*` modules take an Ask and return checks; they raise NotNative
for a form whose verdict could differ from that of Great Expectations on pandas.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from copydesk.checks import CheckSpec
from copydesk.checks.column import Column
from copydesk.checks.conditions import (
    KINDS,
    Operand,
    condition_sql,
    named,
    operand,
    value_sql,
)
from copydesk.checks.field import NotNative
from copydesk.model import (
    Across,
    AggregateCheck,
    CellCheck,
    Counts,
    Expectation,
    ForeignCheck,
    Predicate,
    Promise,
    QueryCheck,
    ShapeCheck,
    Suite,
)

Answer = tuple[CellCheck | AggregateCheck | ShapeCheck | QueryCheck | ForeignCheck, ...]


class Refused(Exception):
    """Say why Great Expectations raises an error as soon as there is a value to be judged."""


@dataclass(frozen=True)
class Ask:
    """An expectation of a suite with the columns that it is about."""

    spec: CheckSpec
    expectation: Expectation
    suite: Suite
    columns: Mapping[str, Column]

    def get(self, name: str, default: Any = None) -> Any:
        """Return an argument, or the default where it is not given."""
        return self.expectation.kwargs.get(name, default)

    def flag(self, name: str, default: bool = False) -> bool:
        """Return an argument that is true or false."""
        value = self.get(name, default)
        if not isinstance(value, bool):
            raise NotNative(f"`{name}` is {value!r}")
        return value

    @property
    def column(self) -> Operand:
        """Return the column that the expectation is about."""
        return operand(self.columns, self.get("column"))

    @property
    def any_column(self) -> Operand:
        """Return the column that the expectation is about, whatever its values are."""
        column = named(self.columns, self.get("column"))
        return Operand(column, KINDS.get(column.type.sql, "other"))

    @property
    def pair(self) -> tuple[Operand, Operand]:
        """Return the two columns that the expectation is about."""
        first, second = self.get("column_A"), self.get("column_B")
        return operand(self.columns, first), operand(self.columns, second)

    @property
    def list(self) -> tuple[Operand, ...]:
        """Return the columns that the expectation is about, where they are a list."""
        names = self.get("column_list")
        if not names or len(set(names)) < len(names):
            raise NotNative("a list of columns that is empty or names one twice")
        return tuple(operand(self.columns, n) for n in names)

    @property
    def given(self) -> str:
        """Return the row condition as SQL; `true` if there is none."""
        condition = self.get("row_condition")
        if condition is None:
            return "true"
        return condition_sql(condition, self.get("condition_parser"), self.columns)

    @property
    def mostly(self) -> float:
        """Return the share of rows that must be good."""
        value = self.get("mostly", 1)
        if isinstance(value, bool):
            raise NotNative("`mostly` is a truth value")
        return float(value)


def both(*conditions: str) -> str:
    """Return the SQL of all conditions together."""
    needed = [c for c in conditions if c != "true"]
    return " AND ".join(f"({c})" for c in needed) or "true"


def intact(operands: Sequence[Operand]) -> str:
    """Return the SQL condition that none of the cells is broken; those are reported already."""
    broken = [o.column.broken for o in operands if o.column.type.checked]
    return both(*(f"NOT ({b})" for b in broken))


def cells(
    ask: Ask,
    bad: str,
    says: str,
    among: str = "true",
    *,
    operands: Sequence[Operand] = (),
    show: Mapping[str, str] | None = None,
    nearest: Sequence[str] = (),
    **params: Any,
) -> Answer:
    """Return the check that tells the rows for which `bad` is true.

    Among the params may be the `predicate` or `across` of a CellCheck, the `unexpected` of Counts.
    """
    about = operands or (ask.column,)
    missing = "false" if among == "true" else f"NOT ({among})"
    predicate: Predicate | None = params.pop("predicate", None)
    across: Across | None = params.pop("across", None)
    unexpected: str = params.pop("unexpected", "")
    counts = Counts(ask.given, missing, unexpected, tuple(o.sql for o in about))
    return (
        CellCheck(
            **_shared(ask, says, [o.column.field.name for o in about], params),
            bad=bad,
            among=both(ask.given, among),
            mostly=ask.mostly,
            show=dict(show or {}),
            nearest=tuple(nearest),
            predicate=predicate,
            across=across,
            counts=counts,
        ),
    )


def unique(
    ask: Ask, operands: Sequence[Operand], says: str, among: str = "true", **params: Any
) -> Answer:
    """Return the check that tells all rows in which a combination of values repeats.

    Empty cells are equal to each other, as they are in pandas.
    """
    words = ", ".join(o.sql for o in operands)
    given = both(ask.given, among)
    plain = len(operands) == 1 and operands[0].kind != "number"

    def across(table: str) -> str:
        rows = f"SELECT rowid AS n, {_named(operands)} FROM {table} WHERE {given}"
        keys = ", ".join(f"v{i}" for i in range(len(operands)))
        if plain:
            twice = f"SELECT {words} FROM {table} WHERE {given} GROUP BY 1 HAVING count(*) > 1"
            return f"SELECT n, false FROM ({rows}) WHERE v0 IN ({twice})"
        many = f"SELECT n, count(*) OVER (PARTITION BY {keys}) AS times FROM ({rows})"
        return f"SELECT n, false FROM ({many}) WHERE times > 1"

    return cells(ask, "false", says, among, operands=operands, across=across, **params)


def _named(operands: Sequence[Operand]) -> str:
    return ", ".join(f"{o.sql} AS v{i}" for i, o in enumerate(operands))


def measured(
    ask: Ask,
    measure: str,
    holds: str,
    says: str,
    *,
    doubt: str = "",
    across: Across | None = None,
    **params: Any,
) -> Answer:
    """Return the check of one value computed from all rows; none is a failure.

    `doubt` is a condition over `{measure}` under which floating-point arithmetic may decide
    otherwise here than in pandas; the check carries it in its `params`. `across` as in
    AggregateCheck. Among the params may be the query for the `extremes`, the rows that account
    for what is measured, over `{table}` and `{row}`, and how the measure is `told`.
    """
    names = list(column_names(ask.expectation))
    if doubt:
        params["doubt"] = doubt
    shared = _shared(ask, says, names, params)
    counts = Counts(ask.given)
    return (AggregateCheck(**shared, measure=measure, holds=holds, across=across, counts=counts),)


def queried(ask: Ask, sql: str, says: str, **params: Any) -> Answer:
    """Return the check that tells what a query finds.

    Where it finds something else than rows of the table, `found` is the message.
    """
    return (QueryCheck(**_shared(ask, says, [], params), sql=sql),)


def refusal(ask: Ask, spec: CheckSpec, reason: str) -> Answer:
    """Return the check that tells of an expectation which no value of its column can meet."""
    about = ask.any_column
    count = f"count(*) FILTER (WHERE {both(ask.given, about.present)})"
    (found,) = measured(ask, count, "{measure} = 0", "expects what cannot be judged", reason=reason)
    told = replace(found, code=spec.code, name=spec.name, message=spec.message)
    return (replace(told, counts=Counts(ask.given)),)


def shape(ask: Ask, says: str, **params: Any) -> Answer:
    """Return the check of the header that `shape_holds` judges by its `kind`."""
    return (ShapeCheck(**_shared(ask, says, [], params)),)


def foreign(ask: Ask, reason: str) -> ForeignCheck:
    """Return the check that Great Expectations itself judges, and why it does."""
    names = [n for n in column_names(ask.expectation) if n in ask.columns]
    shared = _shared(ask, f"expects {_plain(ask)}", names, {"engine": "gx"})
    return ForeignCheck(**shared, subject=ask.expectation, why_foreign=reason)


def column_names(expectation: Expectation) -> tuple[str, ...]:
    """Return the names of the columns that an expectation is about, without its condition's."""
    kwargs = expectation.kwargs
    if expectation.type.startswith(("expect_table_", "expect_column_to_exist")):
        return ()
    single = [kwargs[k] for k in ("column", "column_A", "column_B") if k in kwargs]
    listed = kwargs.get("column_list") or ()
    return tuple(n for n in [*single, *listed] if isinstance(n, str))


def _plain(ask: Ask) -> str:
    """Return the arguments of an expectation as words."""
    about = ("column", "column_A", "column_B", "column_list")
    rest = {k: v for k, v in ask.expectation.kwargs.items() if k not in about}
    words = ask.expectation.type.removeprefix("expect_").replace("_", " ")
    return f"{words} {json.dumps(rest, ensure_ascii=False)}" if rest else words


def _shared(ask: Ask, says: str, names: Sequence[str], params: Mapping[str, Any]) -> dict[str, Any]:
    spec, expectation = ask.spec, ask.expectation
    params = dict(params)
    engine = params.pop("engine", "duckdb")
    message = params.pop("message", spec.message)
    mostly = expectation.kwargs.get("mostly", 1)
    if mostly != 1:
        says += f" in at least {mostly * 100:g} % of the rows"
    if "row_condition" in expectation.kwargs:
        says += f" where {_words_of(expectation.kwargs['row_condition'])}"
    if expectation.notes:
        says += f": {expectation.notes}"
    return {
        "code": spec.code,
        "name": spec.name,
        "severity": expectation.severity,
        "equivalent": spec.equivalent,
        "table": ask.suite.table,
        "field": names[0] if names else "",
        "fields": tuple(names),
        "message": message,
        "help": "",
        "promise": Promise(says, expectation.origin),
        "params": params,
        "engine": engine,
    }


def _words_of(condition: Any) -> str:
    """Return a row condition as it is read out."""
    if isinstance(condition, str):
        return condition
    kind = condition.get("type")
    if kind in ("and", "or"):
        return f" {kind} ".join(_words_of(c) for c in condition["conditions"])
    if kind == "pass_through":
        return str(condition["pass_through_filter"])
    name = condition["column"]["name"]
    if kind == "nullity":
        return f"`{name}` is {'' if condition['is_null'] else 'not '}empty"
    operator = condition["operator"].lower().replace("_", " ")
    return f"`{name}` {operator} {json.dumps(condition['parameter'], ensure_ascii=False)}"


@dataclass(frozen=True)
class Limits:
    """The bounds that an expectation sets, as words and as SQL over `{x}`."""

    words: str
    sql: str
    values: tuple[str, ...]

    def around(self, expression: str) -> str:
        """Return the SQL condition that an expression lies within the bounds."""
        return self.sql.replace("{x}", expression)


def limits(ask: Ask, kind: str) -> Limits:
    """Return `min_value` and `max_value` with their `strict_` flags, for values of a kind."""
    parts, values, words = [], [], []
    for name, strict, operators, wording in (
        ("min_value", "strict_min", (">=", ">"), ("at least", "more than")),
        ("max_value", "strict_max", ("<=", "<"), ("at most", "less than")),
    ):
        value, exclusive = ask.get(name), ask.flag(strict)
        if value is None:
            continue
        word = value_sql(kind, value)
        if word is None or kind in ("text", "boolean"):
            raise NotNative(f"`{name}` for values of type {kind}")
        parts.append(f"{{x}} {operators[exclusive]} {word}")
        values.append(word)
        words.append(f"{wording[exclusive]} {value}")
    return Limits(" and ".join(words) or "any", both(*parts), tuple(values))
