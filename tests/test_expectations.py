"""Native verdicts on expectations are those of Great Expectations on pandas."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import re
import socket
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from copydesk.checks import family
from copydesk.checks.asking import Answer
from copydesk.checks.column import Column
from copydesk.checks.expectation import checks_of, foreign_checks, shape_holds, tolerated
from copydesk.checks.field import NotNative
from copydesk.checks.searching import found
from copydesk.checks.types import column_of
from copydesk.document import Document
from copydesk.engine import gx
from copydesk.engine.duckdb import Database, judge
from copydesk.engine.duckdb.database import Loaded
from copydesk.errors import MissingDependency
from copydesk.model import (
    CellCheck,
    Expectation,
    Field,
    ForeignCheck,
    Origin,
    Severity,
    ShapeCheck,
    Suite,
)
from copydesk.suites import catalogue, read_suite

needs_gx = pytest.mark.skipif(
    importlib.util.find_spec("great_expectations") is None,
    reason="great-expectations is not installed",
)

Case = tuple[str, dict[str, Any]]
ORIGIN = Origin("schemas/t.expectations.json")


def field(name: str, kind: str, **constraints: Any) -> Field:
    return Field(name, kind, "default", constraints, ("",), {}, ORIGIN)


def columns_of(types: dict[str, str]) -> tuple[Column, ...]:
    made = [column_of(field(n, t), i) for i, (n, t) in enumerate(types.items())]
    return tuple(c for c in made if c)


def expectation(kind: str, kwargs: dict[str, Any], number: int = 0) -> Expectation:
    return Expectation(kind, kwargs, Severity.ERROR, "", ORIGIN.at("expectations", number))


def answer(columns: Sequence[Column], kind: str, **kwargs: Any) -> Answer:
    one = expectation(kind, kwargs)
    suite = Suite("t", "t", (one,), ORIGIN)
    return checks_of(one, suite, {c.field.name: c for c in columns})


@dataclass(frozen=True)
class Table:
    """A typed table, in Python for GX and in DuckDB, laid out as the engine does, for copydesk."""

    columns: tuple[Column, ...]
    values: list[list[Any]]
    database: Database

    @property
    def by_name(self) -> dict[str, Column]:
        return {c.field.name: c for c in self.columns}

    def frame(self) -> Any:
        height = len(self.values[0]) if self.values else 0
        return gx.data_frame(self.columns, self.values, range(2, height + 2))


def table(types: dict[str, str], values: list[list[Any]]) -> Table:
    columns = columns_of(types)
    database = Database(Path(tempfile.gettempdir()))
    layout = ", ".join(f"{c.sql} {c.type.sql}" for c in columns)
    database.connection.execute(f"CREATE TABLE _copydesk.t0 ({layout}, f0 BIGINT)")
    rows = [[*row, 0] for row in zip(*values, strict=True)]
    if rows:
        marks = ", ".join("?" * (len(columns) + 1))
        database.connection.executemany(f"INSERT INTO _copydesk.t0 VALUES ({marks})", rows)
    by_name = {c.field.name: c for c in columns}
    database.tables["t"] = Loaded(
        "t", "_copydesk.t0", columns, "rowid + 2", len(rows), by_name=by_name
    )
    return Table(columns, values, database)


@dataclass(frozen=True)
class Verdict:
    """What copydesk says of an expectation; `rows` are known where each is a bad cell."""

    native: bool
    success: bool = False
    rows: set[int] | None = None


def native(one: Table, kind: str, kwargs: dict[str, Any]) -> Verdict:
    checks = answer(one.columns, kind, **kwargs)
    if any(isinstance(c, ForeignCheck) for c in checks):
        return Verdict(False)
    labels = [c.field.name for c in one.columns]
    if isinstance(checks[0], ShapeCheck):
        return Verdict(True, shape_holds(checks[0], labels) is None)
    found = judge(one.database, "t", checks, None)
    assert found.skipped == []
    if found.doubtful:
        return Verdict(False)
    failed = [f.check for f in found.failures]
    if not failed or not all(isinstance(c, CellCheck) for c in failed):
        return Verdict(True, not failed)
    return Verdict(True, False, {row.row for f in found.failures for row in f.rows})


def judged(one: Table, cases: Sequence[Case]) -> list[gx.Outcome]:
    listed = tuple(expectation(kind, kwargs, i) for i, (kind, kwargs) in enumerate(cases))
    suite = Suite("t", "t", listed, ORIGIN)
    return gx.judge(foreign_checks(suite, one.by_name, "parity"), one.frame)


# parity over small tables

TYPES = {
    "s": "string", "r": "string", "i": "integer", "j": "integer", "k": "integer",
    "f": "number", "g": "number", "b": "boolean", "d": "date", "e": "date", "t": "datetime",
    "end": "integer", "l": "list", "w": "string",
}  # fmt: skip
_T, _A, _B = datetime(2020, 1, 1, 10), date(2020, 1, 1), date(2020, 6, 1)
NULLS: list[Any] = [None] * len(TYPES)
ROWS: list[list[Any]] = [
    ["a", "b", 1, 1, 5, 0.5, 0.5, True, _A, date(2020, 1, 2), _T, 3, ["x"], "2020-01-05"],
    [
        "bb",
        "bb",
        2,
        3,
        None,
        1.5,
        2.5,
        False,
        _B,
        date(2020, 5, 2),
        _T,
        None,
        ["x", "y"],
        "01.02.2020",
    ],
    [None, "c", None, 4, 6, None, 1.0, None, None, date(2021, 1, 1), None, 1, None, None],
    ["a", None, 2, None, 6, 2.0, None, True, _A, None, _T, 2, ["x"], "10:30"],
    NULLS,
    [
        "Zürich\n",
        "ab1",
        10,
        -3,
        0,
        -1.25,
        3.5,
        False,
        date(999, 12, 31),
        _B,
        _T,
        1,
        ["z"],
        '{"a": 1}',
    ],
    ["12", "İı x", 12345, 12345, 7, 1e10, 1e-10, True, _A, _A, _T, 1, ["z"], "12"],
    ["a ", "a ", 2, 2, 2, 2.0, 2.0, True, _B, _B, _T, 1, ["z"], "Jan 5, 2019"],
    ["１x", "12", 3, 2, 1, float("nan"), float("inf"), True, _B, _B, _T, 1, ["z"], "no date"],
]
TABLES: dict[str, list[list[Any]]] = {
    "mixed": ROWS,
    "clean": [ROWS[0], ROWS[1], ROWS[7]],
    "null": [NULLS] * 3,
    "empty": [],
    "single": [ROWS[0]],
    "repeated": [ROWS[0], ROWS[0], ROWS[3], ROWS[3], ROWS[2], ROWS[2]],
}
NUMBERS = ("min", "max", "mean", "median", "sum", "stdev")


def ranges(low: Any, high: Any) -> Iterator[dict[str, Any]]:
    yield {"min_value": low}
    yield {"max_value": high, "strict_max": True}
    yield {"min_value": low, "max_value": high}
    yield {"min_value": low, "max_value": high, "strict_min": True, "strict_max": True}


def value_cases() -> Iterator[Case]:
    name = "expect_column_values_to_"
    for column in ("s", "i", "f", "b", "d", "t", "l"):
        for mostly in ({}, {"mostly": 0.6666666666666666}, {"mostly": 0.0}):
            yield f"{name}be_null", {"column": column, **mostly}
            yield f"{name}not_be_null", {"column": column, **mostly}
    sets = {
        "s": (["a"], ["a", 1, None], [1]),
        "i": ([1, 2.0], ["1", 2, 2.5], [2, True]),
        "f": ([0.5, 2], ["a"]),
        "b": ([True], [1]),
        "d": (["2020-01-01", "2020-06-01"], ["soon"]),
        "t": (["2020-01-01T10:00:00"],),
    }
    for column, several in sets.items():
        for values in several:
            given = {"column": column, "value_set": values}
            for mostly in ({}, {"mostly": 0.5}):
                yield f"{name}be_in_set", {**given, **mostly}
                yield f"{name}not_be_in_set", {**given, **mostly}
            for verb in ("be_in", "contain", "equal"):
                yield f"expect_column_distinct_values_to_{verb}_set", given
            most = "expect_column_most_common_value_to_be_in_set"
            yield most, given
            yield most, {**given, "ties_okay": True}
    bounds = {
        "i": (1, 10), "f": (0.5, 2), "d": ("2020-01-01", "2020-06-01"),
        "t": ("2020-01-01", "2020-01-01T10:00:00"), "s": ("2020-01-01", "2020-06-01"),
    }  # fmt: skip
    for column, (low, high) in bounds.items():
        for limits in ranges(low, high):
            yield f"{name}be_between", {"column": column, **limits}
            yield f"{name}be_between", {"column": column, **limits, "mostly": 0.6}
            for number in NUMBERS:
                yield f"expect_column_{number}_to_be_between", {"column": column, **limits}


def text_cases() -> Iterator[Case]:
    name = "expect_column_values_to_"
    patterns = (
        "^[a-z]+$", "^a$", r"\d", r"\w$", r"\s", "(?i)A", "(?i)^I", r"^a|b$", r"(?=a)", r"\bx",
        r"^\d{4}-\d\d-\d\d$", r"h\n?$", r"h\Z", "[À-ÿ]", r"\S+\s$", r"^[\w ]+$",
    )  # fmt: skip
    for column in ("s", "r", "i", "d", "f"):
        for pattern in patterns if column in ("s", "r") else patterns[2:5]:
            yield f"{name}match_regex", {"column": column, "regex": pattern}
            yield f"{name}not_match_regex", {"column": column, "regex": pattern, "mostly": 0.5}
        for on in ({}, {"match_on": "all"}):
            yield f"{name}match_regex_list", {"column": column, "regex_list": ["a", "1"], **on}
        yield f"{name}not_match_regex_list", {"column": column, "regex_list": ["a", "1"]}
        for limits in ranges(1, 2):
            yield "expect_column_value_lengths_to_be_between", {"column": column, **limits}
        yield "expect_column_value_lengths_to_equal", {"column": column, "value": 2}
        yield f"{name}be_unique", {"column": column}


def row_cases() -> Iterator[Case]:
    pair = "expect_column_pair_values_"
    ignored = ({}, {"ignore_row_if": "either_value_is_missing"}, {"ignore_row_if": "neither"})
    pairs: list[Any] = [["a", "b"], [None, "c"], [1, 1], [2, None], ["2020-06-01", "2020-06-01"]]
    for a, b in (("s", "r"), ("i", "j"), ("i", "k"), ("f", "g"), ("d", "e"), ("b", "b")):
        for ignore in ignored:
            given = {"column_A": a, "column_B": b, **ignore}
            yield f"{pair}a_to_be_greater_than_b", given
            yield f"{pair}a_to_be_greater_than_b", {**given, "or_equal": True, "mostly": 0.5}
            yield f"{pair}to_be_equal", given
            for wanted in (pairs[:2], pairs[2:4], pairs[4:]):
                yield f"{pair}to_be_in_set", {**given, "value_pairs_set": wanted}
    empty = ({}, {"ignore_row_if": "any_value_is_missing"}, {"ignore_row_if": "never"})
    for names in (["s", "r"], ["i", "j", "k"], ["f", "g"], ["d", "e"], ["s", "i"]):
        for ignore in empty:
            given = {"column_list": names, **ignore}
            yield "expect_compound_columns_to_be_unique", given
            yield "expect_multicolumn_values_to_be_equal", given
            yield "expect_select_column_values_to_be_unique_within_record", given
            for total in (2, 5.5):
                yield "expect_multicolumn_sum_to_equal", {**given, "sum_total": total}


def table_cases() -> Iterator[Case]:
    for limits in (*ranges(1, 3), *ranges(0.5, 0.75)):
        for column in ("s", "i", "f", "l"):
            for share in ("unique", "non_null"):
                kind = f"expect_column_proportion_of_{share}_values_to_be_between"
                yield kind, {"column": column, **limits}
    for limits in ranges(1, 3):
        yield "expect_table_row_count_to_be_between", limits
        yield (
            "expect_table_column_count_to_be_between",
            {k: v for k, v in limits.items() if k in ("min_value", "max_value")},
        )
        for column in ("s", "i", "f", "d"):
            kind = "expect_column_unique_value_count_to_be_between"
            yield kind, {"column": column, **limits}
    for count in (0, 3, 13):
        yield "expect_table_row_count_to_equal", {"value": count}
        yield "expect_table_column_count_to_equal", {"value": count}


def header_cases() -> Iterator[Case]:
    labels = list(TYPES)
    for names in (labels, labels[::-1], labels[1:], [*labels, "more"]):
        yield "expect_table_columns_to_match_ordered_list", {"column_list": names}
        for exact in (True, False):
            given = {"column_set": names, "exact_match": exact}
            yield "expect_table_columns_to_match_set", given
    for index in ({}, {"column_index": 0}, {"column_index": 1}, {"column_index": -1}):
        for column in ("s", "S", "r", "l"):
            yield "expect_column_to_exist", {"column": column, **index}


QUERIES = (
    "i > 1", "i >= 2 and i < 10", 'i == 2 or s == "a"', "not i > 1", "~(i > 1)", "i != 2",
    "i in [1, 2]", "i not in [1, 2]", 's != "a"', "s.notnull()", "~s.isnull()",
    'i.notna() & s == "a"', "i > 1 | f < 1", "f != 0.5", "b == True", "b != True",
    'd >= "2020-01-01"', 'd == "2020-01-01"', "`end` > 1", "1 < i < 10", 's > "a"',
    "i == [1, 2]", 's in ("a",)', "i > 1.5", 'i == "1"', '"a" == s', "i > f",
    "s.str.len() > 1", 's != "a" and not (i == 2)',
)  # fmt: skip


def compared(column: str, operator: str, value: Any) -> dict[str, Any]:
    return {
        "type": "comparison", "column": {"name": column}, "operator": operator,
        "parameter": value,
    }  # fmt: skip


OBJECTS: tuple[dict[str, Any], ...] = (
    compared("i", ">", 1),
    compared("s", "IN", ["a", "bb"]),
    compared("f", "NOT_IN", [0.5]),
    compared("end", ">", 1),
    {"type": "nullity", "column": {"name": "s"}, "is_null": False},
    {"type": "and", "conditions": [compared("i", ">", 0), compared("s", "==", "a")]},
    {
        "type": "or",
        "conditions": [
            compared("i", ">", 5),
            {"type": "and", "conditions": [compared("s", "!=", "a"), compared("f", "<", 5)]},
        ],
    },
)


def condition_cases() -> Iterator[Case]:
    conditions: list[dict[str, Any]] = [
        {"row_condition": q, "condition_parser": "pandas"} for q in QUERIES
    ]
    conditions += [{"row_condition": o} for o in OBJECTS]
    conditions += [
        {"row_condition": 'col("i") > 1', "condition_parser": "great_expectations"},
        {"row_condition": 'col("s").notnull()', "condition_parser": "great_expectations"},
    ]
    asked: tuple[Case, ...] = (
        ("expect_column_values_to_be_in_set", {"column": "s", "value_set": ["a"]}),
        ("expect_column_values_to_be_between", {"column": "i", "min_value": 2, "mostly": 0.5}),
        ("expect_column_values_to_be_unique", {"column": "s"}),
        ("expect_table_row_count_to_equal", {"value": 2}),
        ("expect_column_sum_to_be_between", {"column": "i", "min_value": 4}),
        ("expect_column_pair_values_a_to_be_greater_than_b", {"column_A": "i", "column_B": "j"}),
        ("expect_compound_columns_to_be_unique", {"column_list": ["s", "i"]}),
    )
    for condition in conditions:
        for kind, kwargs in asked:
            yield kind, {**kwargs, **condition}


def python_cases() -> Iterator[Case]:
    name = "expect_column_values_to_"
    schema = {"type": "object", "required": ["a"]}
    for column in ("s", "r", "w", "i", "f", "d", "b"):
        for mostly in ({}, {"mostly": 0.4}):
            yield f"{name}be_json_parseable", {"column": column, **mostly}
    for column in ("s", "r", "w"):
        for mostly in ({}, {"mostly": 0.4}):
            yield f"{name}be_dateutil_parseable", {"column": column, **mostly}
            for form in ("%Y-%m-%d", "%d.%m.%Y", "%H:%M", "a"):
                given = {"column": column, "strftime_format": form, **mostly}
                yield f"{name}match_strftime_format", given
    only = {"row_condition": "i == 10", "condition_parser": "pandas"}
    yield f"{name}match_json_schema", {"column": "w", "json_schema": schema, **only}
    for pattern in (r"(?=a)b", r"(.)\1", r"(?<!a)b", r"1\.0$", r"^T"):
        for column in ("s", "r", "i", "f", "b") if pattern[0] in "1^" else ("s", "i"):
            yield f"{name}match_regex", {"column": column, "regex": pattern}
            yield f"{name}not_match_regex", {"column": column, "regex": pattern}
            given = {"column": column, "regex_list": [pattern, "a"], "mostly": 0.5}
            yield f"{name}match_regex_list", given
            yield f"{name}match_regex_list", {**given, "match_on": "all"}
            yield f"{name}not_match_regex_list", given


def order_cases() -> Iterator[Case]:
    name = "expect_column_values_to_be_"
    for column in ("i", "j", "k", "f", "g", "d", "t"):
        for way in ("increasing", "decreasing"):
            for strictly in ({}, {"strictly": True}, {"strictly": False, "mostly": 0.5}):
                yield f"{name}{way}", {"column": column, **strictly}
        yield f"{name}unique", {"column": column, "mostly": 0.5}
    yield f"{name}unique", {"column": "s", "mostly": 0.5}


def spread_cases() -> Iterator[Case]:
    for column in ("i", "j", "k", "f", "g"):
        for threshold in (0.1, 1.5):
            for sides in (True, False):
                kind = "expect_column_value_z_scores_to_be_less_than"
                given = {"column": column, "threshold": threshold, "double_sided": sides}
                yield kind, given
                yield kind, {**given, "mostly": 0.5}
        kind = "expect_column_values_to_not_be_outliers"
        for method in ({}, {"method": "iqr"}, {"method": "std"}):
            for multiplier in ({}, {"multiplier": 0}, {"multiplier": 1}, {"multiplier": 0.7}):
                yield kind, {"column": column, **method, **multiplier}
        yield kind, {"column": column, "multiplier": 0, "mostly": 0.5}
        kind = "expect_column_quantile_values_to_be_between"
        for ranges in ([[0, 2], [1, 7]], [[2, 2], [None, 3]], [[None, None], [4, None]]):
            for method in ({}, *({"allow_relative_error": m} for m in INTERPOLATIONS)):
                for quantiles in ([0.5, 0.75], [0.1, 0.9]) if column in "fk" else ([0, 0.7],):
                    asked = {"quantiles": quantiles, "value_ranges": ranges}
                    yield kind, {"column": column, "quantile_ranges": asked, **method}


INTERPOLATIONS = (False, "linear", "lower", "higher", "midpoint", "nearest")
TYPE_NAMES = (
    "int64", "int", "i8", "float64", "float", "f8", "bool", "str", "object", "O", "datetime64",
    "datetime64[ns]", "datetime64[us]", "Timestamp", "Int64Dtype", "list", "int32", "category",
    "Int64", "string_types",
)  # fmt: skip


def type_cases() -> Iterator[Case]:
    for column in ("s", "i", "j", "f", "b", "d", "t"):
        for name in TYPE_NAMES:
            yield "expect_column_type_to_be", {"column": column, "type_": name}
            for mostly in ({}, {"mostly": 0.5}) if column in "sb" else ({},):
                given = {"column": column, **mostly}
                yield "expect_column_values_to_be_of_type", {**given, "type_": name}
                yield "expect_column_values_to_be_in_type_list", {**given, "type_list": [name]}
        some = {"column": column, "type_list": ["int", "str", "float64", "datetime64[us]"]}
        yield "expect_column_values_to_be_in_type_list", some


CASES: list[Case] = [
    *value_cases(), *text_cases(), *row_cases(), *table_cases(), *header_cases(),
    *python_cases(), *order_cases(), *spread_cases(), *type_cases(),
]  # fmt: skip
CONDITIONED = list(condition_cases())


@needs_gx
@pytest.mark.parametrize("name", TABLES)
def test_native_verdicts_are_those_of_gx(name: str) -> None:
    rows = TABLES[name]
    one = table(TYPES, [list(c) for c in zip(*rows, strict=True)] if rows else [[] for _ in TYPES])
    asked = [*CASES, *CONDITIONED] if len(rows) > 3 else CASES
    verdicts = [(kind, kwargs, native(one, kind, kwargs)) for kind, kwargs in asked]
    ours = [v for v in verdicts if v[2].native]
    wrong = []
    theirs = judged(one, [(kind, kwargs) for kind, kwargs, _ in ours])
    for (kind, kwargs, verdict), outcome in zip(ours, theirs, strict=True):
        same = verdict.success == outcome.success and not outcome.error
        if same and verdict.rows is not None and "distinct" not in kind:
            same = verdict.rows == set(outcome.rows)
        if not same:
            wrong.append((kind, kwargs, verdict, outcome))
    assert wrong == []


NATIVE = {
    "expect_column_distinct_values_to_be_in_set", "expect_column_distinct_values_to_contain_set",
    "expect_column_distinct_values_to_equal_set", "expect_column_max_to_be_between",
    "expect_column_mean_to_be_between", "expect_column_median_to_be_between",
    "expect_column_min_to_be_between", "expect_column_most_common_value_to_be_in_set",
    "expect_column_pair_values_a_to_be_greater_than_b", "expect_column_pair_values_to_be_equal",
    "expect_column_pair_values_to_be_in_set", "expect_column_stdev_to_be_between",
    "expect_column_proportion_of_non_null_values_to_be_between",
    "expect_column_proportion_of_unique_values_to_be_between", "expect_column_sum_to_be_between",
    "expect_column_to_exist", "expect_column_unique_value_count_to_be_between",
    "expect_column_value_lengths_to_be_between", "expect_column_value_lengths_to_equal",
    "expect_column_values_to_be_between", "expect_column_values_to_be_in_set",
    "expect_column_values_to_be_null", "expect_column_values_to_be_unique",
    "expect_column_values_to_match_like_pattern",
    "expect_column_values_to_match_like_pattern_list", "expect_column_values_to_match_regex",
    "expect_column_values_to_match_regex_list", "expect_column_values_to_not_be_in_set",
    "expect_column_values_to_not_be_null", "expect_column_values_to_not_match_like_pattern",
    "expect_column_values_to_not_match_like_pattern_list",
    "expect_column_values_to_not_match_regex", "expect_column_values_to_not_match_regex_list",
    "expect_compound_columns_to_be_unique", "expect_multicolumn_sum_to_equal",
    "expect_multicolumn_values_to_be_equal",
    "expect_select_column_values_to_be_unique_within_record",
    "expect_table_column_count_to_be_between", "expect_table_column_count_to_equal",
    "expect_table_columns_to_match_ordered_list", "expect_table_columns_to_match_set",
    "expect_table_row_count_to_be_between", "expect_table_row_count_to_equal",
    "expect_column_quantile_values_to_be_between", "expect_column_type_to_be",
    "expect_column_value_z_scores_to_be_less_than",
    "expect_column_values_to_be_dateutil_parseable", "expect_column_values_to_be_decreasing",
    "expect_column_values_to_be_in_type_list", "expect_column_values_to_be_increasing",
    "expect_column_values_to_be_json_parseable", "expect_column_values_to_be_of_type",
    "expect_column_values_to_match_json_schema",
    "expect_column_values_to_match_strftime_format", "expect_column_values_to_not_be_outliers",
}  # fmt: skip
LIKE: list[Case] = [
    ("expect_column_values_to_match_like_pattern", {"column": "s", "like_pattern": "a%"}),
    ("expect_column_values_to_not_match_like_pattern", {"column": "s", "like_pattern": "a%"}),
    (
        "expect_column_values_to_match_like_pattern_list",
        {"column": "s", "like_pattern_list": ["a%"]},
    ),
    (
        "expect_column_values_to_not_match_like_pattern_list",
        {"column": "s", "like_pattern_list": ["a%"]},
    ),
]


def test_the_native_types_are_those_that_are_said_to_be() -> None:
    columns = columns_of(TYPES)
    judged_natively = {
        kind
        for kind, kwargs in [*CASES, *LIKE]
        if not any(isinstance(c, ForeignCheck) for c in answer(columns, kind, **kwargs))
    }
    assert judged_natively == NATIVE


def test_every_type_of_expectation_has_a_code_of_its_own() -> None:
    specs = [s for s in family("GX") if s.equivalent]
    assert sorted(s.equivalent for s in specs) == sorted(catalogue())
    assert [s.code for s in sorted(specs, key=lambda s: s.equivalent)] == [s.code for s in specs]


# the corpus of GX's own cases


def kind_of(values: list[Any], hint: str | None) -> str | None:
    """Return the type of a column of the corpus, or None if a CSV file cannot hold it."""
    found = {type(v) for v in values if v is not None}
    if hint and ("datetime" in hint or "timestamp" in hint):
        return "datetime"
    for kinds, name in (
        (set(), "string"), ({bool}, "boolean"), ({int}, "integer"), ({str}, "string"),
        ({int, float}, "number"), ({float}, "number"),
    ):  # fmt: skip
        if found == kinds:
            return name
    return None


def as_typed(value: Any, kind: str | None) -> Any:
    if value is None or kind not in ("datetime", "number"):
        return value
    if kind == "number":
        return float(value)
    known = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%b %d %Y %H:%M:%S", "%Y-%m-%d")
    for form in known:
        with contextlib.suppress(ValueError):
            return datetime.strptime(str(value).removesuffix("Z"), form)
    raise ValueError(value)


def corpus_table(case: dict[str, Any]) -> Table | None:
    """Return the table of a case, without the columns that a CSV file cannot hold."""
    hints = case["schema"] or {}
    kinds = {n: kind_of(v, hints.get(n)) for n, v in case["data"].items()}
    if any(k is None and n in json.dumps(case["kwargs"]) for n, k in kinds.items()):
        return None
    types = {n: k for n, k in kinds.items() if k is not None}
    values = [[as_typed(v, kinds[n]) for v in case["data"][n]] for n in types]
    return table(types, values)


# Pandas has a type of its own for datetimes with a zone; Table Schema and copydesk have one type.
DEPARTS = {"expect_column_values_to_be_of_type:1:3"}


@needs_gx
def test_the_cases_of_gx_itself_come_out_alike(shared: Path) -> None:
    cases = json.loads((shared / "conformance" / "expectations.json").read_text(encoding="utf-8"))
    score: Counter[str] = Counter()
    wrong = []
    for case in cases:
        one = corpus_table(case)
        if one is None:
            score["not a CSV file"] += 1
            continue
        data = {"expectations": [{"type": case["type"], "kwargs": case["kwargs"]}]}
        suite, problems = read_suite(Document("s.json", "", data), "t")
        assert problems == ()
        asked = suite.expectations[0]
        given = dict(asked.kwargs)
        verdict = native(one, asked.type, given)
        success = verdict.success
        if not verdict.native:
            success = judged(one, [(asked.type, given)])[0].success
        expected = case["gx_1_24_pandas"]
        count = (expected["result"] or {}).get("unexpected_count")
        same = success == expected["success"]
        if same and verdict.rows is not None and "distinct" not in asked.type:
            same = len(verdict.rows) == count
        score["native" if verdict.native else "great-expectations"] += same
        if not same:
            wrong.append(case["case"])
    assert set(wrong) == DEPARTS
    assert score["native"] >= 170
    assert sum(score.values()) + len(wrong) == len(cases)


# single rules


@needs_gx
def test_what_is_tolerated_is_what_gx_tolerates() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from great_expectations.expectations.expectation import _mostly_success as theirs
    shares = [0, 0.1, 1 / 3, 0.5, 0.6666666666666666, 2 / 3, 0.9, 0.95, 0.99, 1]
    for among in range(1, 41):
        for bad in range(among + 1):
            for mostly in shares:
                assert tolerated(bad, among, mostly) == theirs(among, bad, mostly)
    assert tolerated(0, 0, 1)


TEXTS = (
    "", "a", "ab", "a\n", "\na", "ab\nc", "1", "٣", "x_1", "É", "é", " ", "\u00a0", "\u2028", "-",
    "a b", "aa", "A", "I", "İ", "ı", "ſ", "K", "\x1c", "\x85", "a\\z", "😀", "ﬀ", "0\n\n",
)  # fmt: skip
PATTERNS = (
    "", "a", "^a", "a$", "^a$", "a|b$", "(a|b)$", "^$", "$", r"\A", r"\n", ".", "^.$", "(.)b",
    "[^a]", "[^a]$", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"[\d_]", r"[^\w]", r"[\s-]", "a{2}",
    "a{0,2}$", "(?:a|ab)(?:c|b)?$", "a+?$", "(?i)a", "(?i)i", "(?i)[h-j]$", "(?i)[^i]", "(?i)s",
    "(?i)k", "é", "\\\\", r"a\\z", r"[\\]", "(?P<n>a)b", "x?", r"\t|\x20", "[☀-🙏]",
)  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_translated_expression_finds_what_python_finds(pattern: str) -> None:
    connection = duckdb.connect()
    condition = found("v", pattern)
    for text in TEXTS:
        row = connection.execute(f"SELECT {condition} FROM (SELECT ? AS v)", [text]).fetchone()
        assert row is not None
        assert (text, row[0]) == (text, re.search(pattern, text) is not None)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?=a)b", r"(a)\1", r"\bword", r"(?<!x)y", "a$b", r"a\Z", "(?x) a", "(?m)^a", "(?i)é",
        r"\w{1,500}", r"(?:[a-z]{100}){20}", "(?i)\\u0130", "a++", "(?>a)",
    ],
)  # fmt: skip
def test_an_expression_that_re2_may_read_otherwise_is_left_to_python(pattern: str) -> None:
    with pytest.raises(NotNative):
        found("v", pattern)


def test_like_follows_sql_with_an_escape_that_is_said() -> None:
    columns = columns_of({"s": "string"})
    kind = "expect_column_values_to_match_like_pattern"
    (check,) = answer(columns, kind, column="s", like_pattern="50!%_", escape="!")
    assert isinstance(check, CellCheck)
    connection = duckdb.connect()
    rows = connection.execute(
        f"SELECT c0 FROM (VALUES ('50%x'), ('50xx'), ('50%')) t(c0) WHERE {check.bad}"
    ).fetchall()
    assert rows == [("50xx",), ("50%",)]
    (other,) = answer(columns, kind, column="s", like_pattern="50\\%")
    assert isinstance(other, ForeignCheck)


def test_a_column_that_is_not_declared_is_told_with_the_nearest() -> None:
    kind = "expect_column_values_to_not_be_null"
    (check,) = answer(columns_of({"speaker_id": "string"}), kind, column="speakerid")
    assert isinstance(check, ShapeCheck)
    assert (check.code, check.params["value"]) == ("GX005", "speakerid")
    assert check.help == "did you mean `speaker_id`?"
    assert shape_holds(check, ["speaker_id", "speakerid"]) == "speakerid"


def test_a_row_condition_on_a_column_that_is_not_declared_is_told_too() -> None:
    given = {"row_condition": "kynd == 'x'", "condition_parser": "pandas"}
    kind = "expect_column_values_to_not_be_null"
    (check,) = answer(columns_of({"kind": "string"}), kind, column="kind", **given)
    assert check.code == "GX005"


def test_a_column_named_in_another_case_is_left_to_gx() -> None:
    kind = "expect_column_values_to_not_be_null"
    (check,) = answer(columns_of({"kind": "string"}), kind, column="Kind")
    assert isinstance(check, ForeignCheck)


def test_the_promise_says_what_is_expected_of_which_rows_and_why() -> None:
    kwargs = {"column": "i", "min_value": 1, "mostly": 0.95, "row_condition": "i > 0"}
    one = Expectation(
        "expect_column_values_to_be_between", kwargs, Severity.WARNING, "as the codebook says",
        ORIGIN.at("expectations", 3),
    )  # fmt: skip
    (check,) = checks_of(
        one, Suite("t", "t", (one,), ORIGIN), {"i": columns_of({"i": "integer"})[0]}
    )
    assert check.severity is Severity.WARNING
    assert check.equivalent == "expect_column_values_to_be_between"
    assert str(check.promise.origin) == "schemas/t.expectations.json#/expectations/3"
    assert check.promise.says == (
        "expects at least 1 in at least 95 % of the rows where i > 0: as the codebook says"
    )


# the door to GX

BROKEN: Case = ("expect_column_values_to_be_in_set", {"column": "nope", "value_set": ["x"]})
DISTRIBUTION: Case = (
    "expect_column_kl_divergence_to_be_less_than",
    {
        "column": "s",
        "partition_object": {"values": ["a", "b"], "weights": [0.5, 0.5]},
        "threshold": 0.1,
    },
)


@needs_gx
def test_gx_runs_quietly_offline_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("the network is not used")

    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TMPDIR", str(home))
    monkeypatch.chdir(home)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    one = table({"s": "string"}, [["a", "b", None]])
    absent, near = judged(one, [BROKEN, DISTRIBUTION])
    assert "nope" in absent.error
    assert (near.success, near.error, near.observed) == (True, "", "0")
    assert capfd.readouterr() == ("", "")
    assert list(home.iterdir()) == []


@needs_gx
def test_a_row_condition_cannot_make_pandas_run_anything(tmp_path: Path) -> None:
    one = table({"s": "string"}, [["a"]])
    target = tmp_path / "written.csv"
    query = f"s.to_csv({str(target)!r}) == 1"
    kwargs = {"column": "s", "row_condition": query, "condition_parser": "pandas"}
    (outcome,) = judged(one, [("expect_column_values_to_not_be_null", kwargs)])
    assert outcome.error == "`to_csv` is not a method that a row condition may use"
    assert not target.exists()


@needs_gx
def test_the_rows_that_gx_finds_are_numbered_as_the_file_has_them() -> None:
    one = table({"s": "string"}, [["{}", "{", None, "]"]])
    (outcome,) = judged(one, [("expect_column_values_to_be_json_parseable", {"column": "s"})])
    assert (outcome.success, outcome.rows, outcome.count) == (False, (3, 5), 2)


@needs_gx
def test_whole_numbers_beside_missing_ones_stay_whole() -> None:
    large = 2**53 + 1
    one = table({"i": "integer"}, [[large, None]])
    assert list(one.frame()["i"]) == [large, None]


def test_without_gx_its_checks_are_refused_with_the_way_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("pandas", "great_expectations"):
        monkeypatch.setitem(sys.modules, name, None)
    one = table({"s": "string"}, [["a"]])
    with pytest.raises(MissingDependency) as raised:
        judged(one, [DISTRIBUTION])
    assert raised.value.hint == "pip install 'copydesk[gx]'"
