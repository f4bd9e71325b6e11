"""GX: expectations of suites → checks, and what is wrong with suites themselves.

One code for each type of expectation; the `expectation_*` modules beside this one hold them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from copydesk.checks import CheckSpec, check, family, registry
from copydesk.checks.advice import did_you_mean, nearest
from copydesk.checks.asking import Answer, Ask, Refused, column_names, foreign, refusal
from copydesk.checks.column import Column
from copydesk.checks.conditions import UnknownColumn, named
from copydesk.checks.field import NotNative
from copydesk.document import Document, Problem
from copydesk.model import (
    CellCheck,
    Check,
    Expectation,
    ForeignCheck,
    Promise,
    Severity,
    ShapeCheck,
    Suite,
)
from copydesk.suites import is_parameter, read_suite

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_OF_ROW = "`{field}` is not as expected in this row"
_OF_HEADER = "the header is not as expected: {observed}"
_OF_COLUMN = "`{field}` is not as expected: {observed}"

REFUSAL = "GX004"
"""The code of what Great Expectations raises an error about."""


@check("GX001", message="`{value}` is not an expectation of Great Expectations")
def unknown_expectation(document: Document, table: str) -> Iterator[Problem]:
    """Tell the expectations whose type Great Expectations 1.24 does not know.

    What: `type` is none of the core expectations.
    Why: Nothing is checked, and nobody would notice.
    Example: `expect_column_values_to_be_in_sets` instead of `…_in_set`.
    Fix: Correct the type.
    """
    return _problems("GX001", document, table)


@check("GX002", message="`{value}` is not an argument of `{type}`")
def unknown_argument(document: Document, table: str) -> Iterator[Problem]:
    """Tell the arguments that an expectation does not take.

    What: `kwargs` has a member that this type of expectation does not know.
    Why: A misspelt argument would be ignored, and the promise would be another one.
    Example: `min` instead of `min_value`.
    Fix: Correct the name of the argument.
    """
    return _problems("GX002", document, table)


@check("GX003", message="`{field}` is {found}, where {expected} is expected")
def unusable_argument(document: Document, table: str) -> Iterator[Problem]:
    """Tell the arguments that have a value which the expectation cannot use.

    What: The value is of another kind than the expectation takes, or out of its range.
    Why: The promise cannot be checked by anybody.
    Example: `"mostly": 95` instead of `0.95`.
    Fix: Write a value of the expected kind.
    """
    return _problems("GX003", document, table)


@check("GX004", message="the expectation cannot be judged: {reason}")
def expectation_not_judged(reason: str) -> str:
    """Tell the expectations that give an error instead of a verdict.

    What: Great Expectations raises an error, as it does where a bound is of another type than the
        column; or a query of the suite is not one SELECT over the tables of the package, fails or
        does not end.
    Why: A promise that nobody can check is not kept.
    Example: `min_value` 3 for a column of texts.
    Fix: Correct the arguments of the expectation, or say the same in a rule.
    """
    return reason


@check("GX005", message="the suite names a column `{value}`, which `{table}` does not have")
def expected_column_missing(check: ShapeCheck) -> str:
    """Tell the expectations of columns that the table does not have.

    What: `column`, another argument or a row condition names a column that the schema of the
        table does not declare.
    Why: Nothing is checked, and nobody would notice.
    Example: `speakerid` where the column is `speaker_id`.
    Fix: Correct the name in the suite, or declare the column in the schema.
    """
    return str(check.params["value"])


@check("GX006", message="this is not a suite of Great Expectations: {reason}")
def not_a_suite(document: Document, table: str) -> Iterator[Problem]:
    """Tell the files that are not a suite of Great Expectations.

    What: The file cannot be read, is not UTF-8 or not JSON, leads out of the package, or is not an
        object with a list `expectations`; or an entry of the list has no `type`.
    Why: Nothing of it is checked; everything else is.
    Example: `[]` in `schemas/quotes.expectations.json`.
    Fix: Write a suite as `ExpectationSuite.to_json_dict()` gives it.
    """
    return _problems("GX006", document, table)


@check("GX007", message="`{type}` lacks its argument `{field}`")
def missing_argument(document: Document, table: str) -> Iterator[Problem]:
    """Tell the expectations without an argument that they need.

    What: A required argument is not given.
    Why: The promise cannot be checked by anybody.
    Example: `expect_column_values_to_be_in_set` without `value_set`.
    Fix: Add the argument.
    """
    return _problems("GX007", document, table)


@check("GX008", message="the row condition cannot be used: {reason}")
def unusable_condition(document: Document, table: str) -> Iterator[Problem]:
    """Tell the row conditions that cannot be read.

    What: `row_condition` is neither a condition object of Great Expectations nor an expression
        that pandas can read.
    Why: The promise cannot be checked by anybody.
    Example: `quote_type = 'direct'` with one equals sign.
    Fix: Mend the condition; `==`, `!=`, `<`, `and`, `or`, `in` and `.notnull()` are known.
    """
    return _problems("GX008", document, table)


@check("GX009", message="`{value}` is not a severity")
def unusable_severity(document: Document, table: str) -> Iterator[Problem]:
    """Tell the severities that Great Expectations does not know.

    What: `severity` is none of `critical`, `warning` and `info`.
    Why: Nobody could tell whether a broken promise stops a release.
    Example: `error` instead of `critical`.
    Fix: Use one of the three.
    """
    return _problems("GX009", document, table)


def _problems(code: str, document: Document, table: str) -> Iterator[Problem]:
    return (p for p in read_suite(document, table)[1] if p.code == code)


@cache
def _by_type() -> Mapping[str, CheckSpec]:
    return {spec.equivalent: spec for spec in family("GX") if spec.equivalent}


def checks_of(expectation: Expectation, suite: Suite, columns: Mapping[str, Column]) -> Answer:
    """Return the checks that judge an expectation; where SQL cannot, the one for GX itself."""
    ask = Ask(_by_type()[expectation.type], expectation, suite, seen(expectation, columns))
    try:
        for name in column_names(expectation):
            named(ask.columns, name)
        if any(is_parameter(v) for v in expectation.kwargs.values()):
            raise NotNative("a suite parameter")
        answer: Answer = ask.spec.make(ask)
        return answer
    except UnknownColumn as unknown:
        return (_unknown(ask, str(unknown)),)
    except Refused as reason:
        return refusal(ask, registry()[REFUSAL], str(reason))
    except NotNative as reason:
        return (foreign(ask, str(reason)),)


def seen(expectation: Expectation, columns: Mapping[str, Column]) -> Mapping[str, Column]:
    """Return the columns as an expectation takes them."""
    return {n: c.as_text for n, c in columns.items()} if expectation.as_text else columns


def foreign_checks(
    suite: Suite, columns: Mapping[str, Column], reason: str
) -> tuple[ForeignCheck, ...]:
    """Return the checks that let Great Expectations judge a whole suite, in the native words."""
    asks = [Ask(_by_type()[e.type], e, suite, columns) for e in suite.expectations]
    return tuple(
        _worded(foreign(ask, reason), checks_of(ask.expectation, suite, columns)[0]) for ask in asks
    )


def _worded(check: ForeignCheck, native: Check) -> ForeignCheck:
    """Return a check for Great Expectations that says what the native one says.

    Where that shows what only the native engine computes, it says no more than what is known.
    """
    if native.code == check.code and not isinstance(native, ForeignCheck):
        params, promise = native.params, native.promise
        check = replace(check, message=native.message, params=params, promise=promise)
    if check.params.get("kind") == "columns-set":
        return replace(check, message=_OF_HEADER)
    if check.equivalent.startswith("expect_column_distinct_values_"):
        return replace(check, message=_OF_COLUMN)
    shown = {"value", "field", "table", "observed", *check.params}
    if {*_PLACEHOLDER.findall(check.message)} <= shown:
        return check
    return replace(check, message=_OF_ROW if isinstance(native, CellCheck) else _OF_COLUMN)


def in_doubt(check: Check, suites: Sequence[Suite], columns: Mapping[str, Column]) -> ForeignCheck:
    """Return the check for Great Expectations that decides a native one in doubt."""
    origin = check.promise.origin
    suite, expectation = next((s, e) for s in suites for e in s.expectations if e.origin == origin)
    ask = Ask(_by_type()[expectation.type], expectation, suite, columns)
    return foreign(ask, "so near the bound that rounding decides")


def _unknown(ask: Ask, name: str) -> ShapeCheck:
    """Return the check that tells of a column which the schema does not declare."""
    spec = registry()["GX005"]
    return ShapeCheck(
        code=spec.code,
        name=spec.name,
        severity=Severity.ERROR,
        equivalent=spec.equivalent,
        table=ask.suite.table,
        field="",
        fields=(),
        message=spec.message,
        help=did_you_mean(nearest(name, list(ask.columns))),
        promise=Promise(f"has an expectation of `{name}`", ask.expectation.origin),
        params={"kind": "column-declared", "value": name},
    )


def tolerated(bad: int, among: int, mostly: float) -> bool:
    """Return whether so many bad rows are tolerated.

    As Great Expectations computes it: the share of good rows, as a floating-point number, is at
    least `mostly`; of no rows every share is good.
    """
    return among == 0 or (float(among) - float(bad)) / float(among) >= mostly


def shape_holds(check: ShapeCheck, labels: Sequence[str]) -> str | None:
    """Return None if the promise about a header holds, else the words for what is there."""
    params = check.params
    match params["kind"]:
        case "column-declared":
            return str(params["value"])
        case "column-exists":
            return _exists(params["column"], params["index"], labels)
        case "column-count":
            low, high = params["low"], params["high"]
            fits = (low is None or len(labels) >= low) and (high is None or len(labels) <= high)
            return None if fits else str(len(labels))
        case "columns-ordered":
            expected = params["expected"]
            fits = expected is None or list(labels) == list(expected)
            return None if fits else ", ".join(labels)
        case "columns-set":
            return _set_differs(set(params["expected"]), set(labels), params["exact"])
    raise ValueError(params["kind"])


def _exists(name: str, index: int, labels: Sequence[str]) -> str | None:
    # As in GX, where index 0 says nothing and a negative one counts from the end.
    if index:
        inside = -len(labels) <= index < len(labels)
        found = inside and labels[index] == name
    else:
        found = name in labels
    return None if found else ", ".join(labels)


def _set_differs(expected: set[Any], labels: set[str], exact: bool) -> str | None:
    missing, extra = sorted(map(str, expected - labels)), sorted(labels - expected)
    parts = [f"lacks {', '.join(missing)}"] if missing else []
    parts += [f"has {', '.join(extra)} besides"] if extra and exact else []
    return " and ".join(parts) or None
