"""Where a column as a whole is not as expected, notes name the rows that account for it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from copydesk.engine import Settings
from copydesk.findings import Finding
from copydesk.run import check
from copydesk.testing import make_package, run_cmd

needs_gx = pytest.mark.skipif(
    importlib.util.find_spec("great_expectations") is None,
    reason="great-expectations is not installed",
)
TABLE = """\
id,n,day,kind
q1,5,2020-01-01,a
q2,900,2203-12-31,b
q3,-3,,b
q4,901,1903-12-31,c
q5,800,2020-01-02,c
q6,,2020-01-03,
q7,902,2020-01-03,b
q8,7,2020-01-03,c
"""
SCHEMA = {
    "fields": [
        {"name": "id"},
        {"name": "n", "type": "integer"},
        {"name": "day", "type": "date"},
        {"name": "kind"},
    ],
    "primaryKey": "id",
}
HIGH, LOW = "expect_column_max_to_be_between", "expect_column_min_to_be_between"
COMMON = "expect_column_most_common_value_to_be_in_set"
Named = tuple[str, int | None, int | None]


def found(folder: Path, engine: str, kind: str, **kwargs: Any) -> Finding:
    suites = {"t": [{"type": kind, "kwargs": kwargs}]}
    make_package(folder, {"t": TABLE}, schemas={"t": SCHEMA}, suites=suites)
    report = check(folder, settings=Settings(engine=engine, select=("GX",)))
    (finding,) = report.findings
    return finding


@pytest.mark.parametrize("engine", ["auto", pytest.param("reference", marks=needs_gx)])
@pytest.mark.parametrize(
    ("kind", "kwargs", "expected"),
    [
        (HIGH, {"column": "n", "max_value": 900}, [
            ("`902` of id = q7", 8, 4), ("`901` of id = q4", 5, 4),
        ]),
        (HIGH, {"column": "n", "max_value": 900, "strict_max": True}, [
            ("`902` of id = q7", 8, 4), ("`901` of id = q4", 5, 4), ("`900` of id = q2", 3, 4),
        ]),
        (HIGH, {"column": "n", "max_value": 0}, [
            ("`902` of id = q7", 8, 4), ("`901` of id = q4", 5, 4), ("`900` of id = q2", 3, 4),
        ]),
        (HIGH, {"column": "n", "min_value": 1000, "max_value": 2000}, [
            ("`902` of id = q7", 8, 4), ("`901` of id = q4", 5, 4), ("`900` of id = q2", 3, 4),
        ]),
        (LOW, {"column": "n", "min_value": 0, "max_value": 850}, [("`-3` of id = q3", 4, 4)]),
        (LOW, {"column": "day", "min_value": "2000-01-01"}, [("`1903-12-31` of id = q4", 5, 8)]),
        (HIGH, {
            "column": "n", "max_value": 900, "row_condition": 'kind == "c"',
            "condition_parser": "pandas",
        }, [("`901` of id = q4", 5, 4)]),
        (COMMON, {"column": "kind", "value_set": ["a"], "ties_okay": True}, [
            ("`b` of id = q2", 3, 19), ("`c` of id = q4", 5, 19),
        ]),
    ],
)  # fmt: skip
def test_an_extreme_that_is_not_expected_names_its_rows_in_both_engines(
    engine: str, kind: str, kwargs: dict[str, Any], expected: list[Named], tmp_path: Path
) -> None:
    finding = found(tmp_path, engine, kind, **kwargs)
    assert [(r.message, r.line, r.column) for r in finding.related] == expected
    assert {r.path for r in finding.related} == {"data/t.csv"}


def test_a_column_without_values_has_no_extreme(tmp_path: Path) -> None:
    nothing = {"row_condition": 'kind == "z"', "condition_parser": "pandas"}
    finding = found(tmp_path, "auto", HIGH, column="n", max_value=9, **nothing)
    assert (finding.code, finding.related) == ("GX030", ())


def test_the_text_report_shows_the_extremes_as_notes(tmp_path: Path) -> None:
    found(tmp_path, "auto", LOW, column="n", min_value=0)
    told = run_cmd("check", ".", cwd=tmp_path).out
    assert "= note: `-3` of id = q3 at data/t.csv:4:4\n" in told


def test_common_values_are_told_without_the_signs_of_a_list(tmp_path: Path) -> None:
    finding = found(tmp_path, "auto", COMMON, column="kind", value_set=["a"])
    assert finding.message == "the most common value of `kind` is b, c, which is not expected"
