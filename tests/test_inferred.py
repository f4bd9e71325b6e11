"""The types of columns for suites: of the schema, inferred without one, or texts by force."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from copydesk.engine import Settings
from copydesk.engine.duckdb import inferred
from copydesk.findings import Report
from copydesk.model import Dialect
from copydesk.run import check

needs_gx = pytest.mark.skipif(
    importlib.util.find_spec("great_expectations") is None,
    reason="great-expectations is not installed",
)

CSV = """\
n,f,b,d,t,s,e
1,1.5,true,2020-01-02,2020-01-02 10:00:00,007,
-3,2,false,2021-01-01,2020-01-02T11:00:00,x,
"""
FORCED = {"copydesk": {"type": "string"}}


def between(column: str, low: Any, high: Any, **members: Any) -> dict[str, Any]:
    kwargs = {"column": column, "min_value": low, "max_value": high}
    return {"type": "expect_column_values_to_be_between", "kwargs": kwargs, **members}


def of_type(column: str, name: str, **members: Any) -> dict[str, Any]:
    kind = "expect_column_values_to_be_of_type"
    return {"type": kind, "kwargs": {"column": column, "type_": name}, **members}


def judged(folder: Path, *expectations: Any, text: str = CSV, **members: Any) -> Report:
    (folder / "t.csv").write_text(text, encoding="utf-8")
    suite = {"name": "t", "expectations": list(expectations), **members}
    (folder / "t.expectations.json").write_text(json.dumps(suite), encoding="utf-8")
    return check(folder, settings=Settings(select=("GX",)))


def found(report: Report) -> list[tuple[str, str, int | None]]:
    return [(f.code, f.field, f.line) for f in report.findings]


def test_columns_that_nobody_described_have_the_types_that_duckdb_infers(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(CSV, encoding="utf-8")
    types = [t.sql for t in inferred(file, Dialect())]
    assert types == ["BIGINT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "VARCHAR", "VARCHAR"]


def test_types_are_inferred_from_all_rows(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("n\n" + "1\n" * 50_000 + "x\n", encoding="utf-8")
    assert [t.sql for t in inferred(file, Dialect())] == ["VARCHAR"]


def test_a_file_of_uneven_rows_has_texts(tmp_path: Path) -> None:
    report = judged(tmp_path, of_type("a", "str"), text="a,b\n1,2\n1,2,3\n")
    assert found(report) == []


def test_a_suite_beside_a_bare_file_is_judged_on_inferred_types(tmp_path: Path) -> None:
    report = judged(tmp_path, between("n", -3, 0), between("d", "2020-06-01", None))
    assert found(report) == [("GX125", "n", 2), ("GX125", "d", 2)]


def test_dates_of_another_form_are_read_in_the_form_that_is_inferred(tmp_path: Path) -> None:
    text = "d\n31/12/2020\n01/02/2021\n"
    report = judged(tmp_path, between("d", "2021-01-01", None), text=text)
    assert found(report) == [("GX125", "d", 2)]


@pytest.mark.parametrize("engine", ["auto", pytest.param("reference", marks=needs_gx)])
def test_texts_are_forced_upon_one_expectation(tmp_path: Path, engine: str) -> None:
    judged(tmp_path, of_type("n", "str", meta=FORCED), of_type("n", "str"))
    report = check(tmp_path, settings=Settings(select=("GX",), engine=engine))
    assert [(f.code, f.origin.rpartition("/")[2]) for f in report.findings] == [("GX165", "1")]


@pytest.mark.parametrize("engine", ["auto", pytest.param("reference", marks=needs_gx)])
def test_texts_are_forced_upon_a_suite(tmp_path: Path, engine: str) -> None:
    regex = {"type": "expect_column_values_to_match_regex",
             "kwargs": {"column": "f", "regex": r"^\d\.\d$"}}  # fmt: skip
    judged(tmp_path, of_type("n", "str"), regex, meta=FORCED)
    report = check(tmp_path, settings=Settings(select=("GX",), engine=engine))
    assert found(report) == [("GX190", "f", 3)]


def test_texts_are_forced_upon_typed_columns_too(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    fields = [{"name": n, "type": t} for n, t in (("n", "integer"), ("f", "number"))]
    (tmp_path / "schemas/t.schema.json").write_text(json.dumps({"fields": fields}))
    regex = {"type": "expect_column_values_to_match_regex", "meta": FORCED,
             "kwargs": {"column": "f", "regex": r"^\d\.\d$", "row_condition": 'n == "007"',
                        "condition_parser": "pandas"}}  # fmt: skip
    report = judged(tmp_path, regex, between("n", 7, 8), text="n,f\n007,1.50\n8,1.50\n")
    assert found(report) == [("GX190", "f", 2)]


def test_another_type_cannot_be_forced(tmp_path: Path) -> None:
    odd = {"copydesk": {"type": "integer"}}
    report = judged(tmp_path, of_type("n", "int64", meta=odd), meta=odd)
    assert [f.code for f in report.findings] == ["GX003", "GX003"]


def test_of_a_single_file_only_its_own_suite_is_judged(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    suite = {"name": "t", "expectations": [between("n", -3, 0)]}
    (tmp_path / "schemas/t.expectations.json").write_text(json.dumps(suite), encoding="utf-8")
    (tmp_path / "schemas/u.expectations.json").write_text("[]", encoding="utf-8")
    (tmp_path / "t.csv").write_text(CSV, encoding="utf-8")
    assert [f.code for f in check(tmp_path / "t.csv").findings if f.code != "TB"] == ["GX125"]
    assert "PK024" in {f.code for f in check(tmp_path).findings}


def test_what_is_read_in_texts_is_asked_of_the_texts_of_a_bare_file(tmp_path: Path) -> None:
    kind = "expect_column_values_to_match_strftime_format"
    form = {"type": kind, "kwargs": {"column": "d", "strftime_format": "%Y-%m-%d"}}
    dates = {"type": "expect_column_values_to_be_dateutil_parseable", "kwargs": {"column": "d"}}
    assert found(judged(tmp_path, form, dates)) == []
    other = {"type": kind, "kwargs": {"column": "d", "strftime_format": "%d.%m.%Y"}}
    assert found(judged(tmp_path, other)) == [("GX200", "d", 2), ("GX200", "d", 3)]


@needs_gx
def test_a_suite_that_gx_exports_runs_unchanged(tmp_path: Path) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx
        import great_expectations.expectations as gxe
        from great_expectations.expectations.row_conditions import Column
    bins = {"bins": [float("-inf"), 0, float("inf")], "weights": [0.5, 0.5]}
    suite = gx.ExpectationSuite(
        name="exported",
        expectations=[
            gxe.ExpectColumnValuesToBeBetween(column="n", min_value=-3, max_value=0, mostly=0.9),
            gxe.ExpectColumnValuesToNotBeNull(column="s", severity="warning", notes="why not"),
            gxe.ExpectColumnValuesToBeNull(column="e", row_condition=Column("n") > 0),
            gxe.ExpectColumnKLDivergenceToBeLessThan(
                column="f", partition_object=bins, threshold=5
            ),
            gxe.ExpectColumnMedianToBeBetween(column="f", min_value=10),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query="SELECT * FROM {batch} WHERE n < 0"
            ),
        ],
    )
    (tmp_path / "t.csv").write_text(CSV, encoding="utf-8")
    text = json.dumps(suite.to_json_dict())
    (tmp_path / "t.expectations.json").write_text(text, encoding="utf-8")
    report = check(tmp_path, settings=Settings(select=("GX",), results=True))
    assert [j.success for j in report.expectations] == [False, True, True, True, False, False]
    assert found(report) == [("GX040", "f", 1), ("GX125", "n", 2), ("GX300", "", 3)]
