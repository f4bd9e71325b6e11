"""The numbers of every expectation are those of Great Expectations, and its tools can read them."""

from __future__ import annotations

import copy
import importlib.util
import io
import json
import math
import re
import warnings
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from copydesk.engine import Settings
from copydesk.findings import Report
from copydesk.report import render
from copydesk.run import check
from copydesk.testing import make_package

GX = importlib.util.find_spec("great_expectations") is not None
needs_gx = pytest.mark.skipif(not GX, reason="great-expectations is not installed")

FIELDS = {
    "id": "integer", "name": "string", "kind": "string", "x": "number", "n": "integer",
    "whole": "integer", "said": "date", "read": "date", "ok": "boolean", "other": "string",
}  # fmt: skip
ROWS = """\
id,name,kind,x,n,whole,said,read,ok,other
1,ann,a,1.5,3,1,2020-01-01,2020-02-01,true,ann
2,bob,b,2.5,,2,2020-05-05,2020-01-01,false,rob
3,,a,,4,3,,2021-01-01,true,
4,bob,a,4.25,4,4,2019-12-31,,true,bob
4,cleo,c,-1,9,5,2021-06-01,2021-06-01,,cleo
6,cleo,,100,1,6,2022-01-01,2022-01-02,false,cleo
7,dan,c,0.5,,7,2020-01-01,2020-01-01,true,cleo
"""
TABLES = {
    "rows": ROWS,
    "one": "".join(ROWS.splitlines(keepends=True)[:2]),
    "empty": ROWS.splitlines(keepends=True)[0],
    "nulls": ROWS.splitlines(keepends=True)[0] + "".join(f"{n},,,,,{n},,,,\n" for n in range(3)),
}


def one(kind: str, **kwargs: Any) -> dict[str, Any]:
    return {"type": kind, "kwargs": kwargs}


def values() -> Iterator[dict[str, Any]]:
    yield one("expect_column_values_to_not_be_null", column="name")
    yield one("expect_column_values_to_not_be_null", column="x", mostly=0.5)
    yield one("expect_column_values_to_be_null", column="n")
    yield one("expect_column_values_to_be_null", column="ok")
    yield one("expect_column_values_to_be_in_set", column="kind", value_set=["a", "b"])
    yield one("expect_column_values_to_be_in_set", column="kind", value_set=["a"], mostly=0.4)
    yield one("expect_column_values_to_not_be_in_set", column="n", value_set=[4, 9])
    yield one("expect_column_values_to_be_between", column="x", min_value=0, max_value=4.25)
    yield one("expect_column_values_to_be_between", column="whole", max_value=5, strict_max=True)
    yield one("expect_column_value_lengths_to_equal", column="name", value=3)
    yield one("expect_column_values_to_match_regex", column="name", regex="^[a-c]")
    yield one("expect_column_values_to_not_match_regex_list", column="name", regex_list=["b$", "o"])


def conditions() -> Iterator[dict[str, Any]]:
    given = {"row_condition": "kind == 'a'", "condition_parser": "pandas"}
    yield one("expect_column_values_to_not_be_null", column="name", **given)
    yield one("expect_column_values_to_be_between", column="x", min_value=2, **given)
    yield one("expect_column_max_to_be_between", column="x", max_value=2, **given)
    yield one("expect_table_row_count_to_equal", value=3, **given)
    yield one("expect_column_values_to_be_unique", column="n", **given)


def keys() -> Iterator[dict[str, Any]]:
    yield one("expect_column_values_to_be_unique", column="id")
    yield one("expect_column_values_to_be_unique", column="name")
    yield one("expect_column_values_to_be_unique", column="whole")
    yield one("expect_compound_columns_to_be_unique", column_list=["name", "kind"])
    yield one("expect_compound_columns_to_be_unique", column_list=["name", "other"],
              ignore_row_if="any_value_is_missing")  # fmt: skip
    yield one("expect_compound_columns_to_be_unique", column_list=["ok", "kind"])


def pairs() -> Iterator[dict[str, Any]]:
    dates = {"column_A": "said", "column_B": "read"}
    greater = "expect_column_pair_values_a_to_be_greater_than_b"
    for ignored in ("both_values_are_missing", "either_value_is_missing", "neither"):
        yield one(greater, **dates, or_equal=True, ignore_row_if=ignored)
    yield one(greater, column_A="x", column_B="x", or_equal=True)
    names = {"column_A": "name", "column_B": "other"}
    yield one("expect_column_pair_values_to_be_equal", **names)
    yield one("expect_column_pair_values_to_be_equal", **names, mostly=0.5)
    pair = {"column_A": "kind", "column_B": "name"}
    yield one("expect_column_pair_values_to_be_in_set", **pair,
              value_pairs_set=[["a", "ann"], ["b", "bob"]])  # fmt: skip


def lists() -> Iterator[dict[str, Any]]:
    yield one("expect_multicolumn_sum_to_equal", column_list=["id", "whole"], sum_total=2)
    yield one("expect_select_column_values_to_be_unique_within_record",
              column_list=["name", "other", "kind"])  # fmt: skip
    yield one("expect_select_column_values_to_be_unique_within_record",
              column_list=["name", "other"], ignore_row_if="any_value_is_missing")  # fmt: skip


def columns() -> Iterator[dict[str, Any]]:
    for what in ("max", "min", "mean", "median", "sum", "stdev"):
        yield one(f"expect_column_{what}_to_be_between", column="x", min_value=1, max_value=3)
        yield one(f"expect_column_{what}_to_be_between", column="n", min_value=0, max_value=99)
    yield one("expect_column_max_to_be_between", column="said", max_value="2021-01-01")
    yield one("expect_column_unique_value_count_to_be_between", column="kind", max_value=2)
    share = "expect_column_proportion_of_unique_values_to_be_between"
    yield one(share, column="name", min_value=0.6, max_value=0.7)
    filled = "expect_column_proportion_of_non_null_values_to_be_between"
    yield one(filled, column="name", min_value=0.9)
    common = "expect_column_most_common_value_to_be_in_set"
    yield one(common, column="kind", value_set=["a"])
    yield one(common, column="name", value_set=["bob"], ties_okay=True)
    quantiles = {"quantiles": [0.1, 0.5, 0.9], "value_ranges": [[0, 1], [None, 2], [3, None]]}
    yield one("expect_column_quantile_values_to_be_between", column="whole",
              quantile_ranges=quantiles)  # fmt: skip


def sets() -> Iterator[dict[str, Any]]:
    distinct = "expect_column_distinct_values_to"
    yield one(f"{distinct}_be_in_set", column="kind", value_set=["a", "c"])
    yield one(f"{distinct}_be_in_set", column="n", value_set=[1, 3, 4, 9])
    yield one(f"{distinct}_contain_set", column="kind", value_set=["a", "z"])
    yield one(f"{distinct}_equal_set", column="kind", value_set=["a", "b", "d"])
    yield one(f"{distinct}_equal_set", column="kind", value_set=["a", "b", "c"])


def headers() -> Iterator[dict[str, Any]]:
    yield one("expect_column_to_exist", column="name", column_index=1)
    yield one("expect_column_to_exist", column="nope")
    yield one("expect_table_column_count_to_equal", value=9)
    yield one("expect_table_column_count_to_be_between", min_value=10, max_value=10)
    yield one("expect_table_columns_to_match_ordered_list", column_list=["id", "kind"])
    yield one("expect_table_columns_to_match_ordered_list", column_list=list(FIELDS))
    yield one("expect_table_columns_to_match_set", column_set=["id", "nope"])
    yield one("expect_table_columns_to_match_set", column_set=["id"], exact_match=False)
    yield one("expect_table_row_count_to_be_between", min_value=8)
    yield one("expect_table_row_count_to_equal", value=7)


def order() -> Iterator[dict[str, Any]]:
    for column in ("whole", "x", "n", "name", "said"):
        yield one("expect_column_values_to_be_increasing", column=column)
        yield one("expect_column_values_to_be_decreasing", column=column, mostly=0.3)
    yield one("expect_column_values_to_be_increasing", column="whole", strictly=True)


def spread() -> Iterator[dict[str, Any]]:
    scores = "expect_column_value_z_scores_to_be_less_than"
    yield one(scores, column="x", threshold=1, double_sided=True)
    yield one(scores, column="whole", threshold=1, double_sided=False, mostly=0.5)
    yield one("expect_column_values_to_not_be_outliers", column="x", method="iqr", multiplier=1.5)
    yield one("expect_column_values_to_not_be_outliers", column="n", method="std", multiplier=1)
    shares = {"values": ["a", "b"], "weights": [0.5, 0.5]}
    yield one("expect_column_kl_divergence_to_be_less_than", column="kind",
              partition_object=shares, threshold=0.1)  # fmt: skip


def texts() -> Iterator[dict[str, Any]]:
    yield one("expect_column_values_to_be_dateutil_parseable", column="name")
    yield one("expect_column_values_to_be_json_parseable", column="other")
    yield one("expect_column_values_to_match_strftime_format", column="name",
              strftime_format="%Y")  # fmt: skip
    yield one("expect_column_values_to_match_json_schema", column="kind",
              json_schema={"type": "object"},
              row_condition="kind == 'z'", condition_parser="pandas")  # fmt: skip
    yield one("expect_column_values_to_match_strftime_format", column="said",
              strftime_format="%Y-%m-%d")  # fmt: skip


def types() -> Iterator[dict[str, Any]]:
    for column in ("whole", "n", "x", "name", "said", "ok"):
        yield one("expect_column_values_to_be_of_type", column=column, type_="int64")
        yield one("expect_column_values_to_be_in_type_list", column=column,
                  type_list=["str", "float64", "bool"])  # fmt: skip
    yield one("expect_column_type_to_be", column="whole", type_="int64")


def unknown() -> Iterator[dict[str, Any]]:
    yield one("expect_column_values_to_be_unique", column="nope")
    yield one("expect_column_mean_to_be_between", column="name", min_value=1)
    yield one("expect_column_values_to_be_between", column="kind", min_value=3)
    yield one("expect_column_values_to_not_be_null", column="nope", row_condition="id > 3",
              condition_parser="pandas")  # fmt: skip
    yield one("expect_column_max_to_be_between", column="nope", max_value=3)


SUITES = {f.__name__: list(f()) for f in (
    values, conditions, keys, pairs, lists, columns, sets, headers, order, spread,
    texts, types, unknown,
)}  # fmt: skip
WANTED = Settings(results=True)
NATIVE = Settings(results=True, engine="duckdb")


def schema() -> dict[str, Any]:
    return {"fields": [{"name": name, "type": kind} for name, kind in FIELDS.items()]}


def package(root: Path, expectations: Sequence[dict[str, Any]], text: str = ROWS) -> Path:
    return make_package(root, {"t": text}, schemas={"t": schema()}, suites={"t": expectations})


def result_of(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render(report, "gx"))["validation_results"][0]
    return found


def by_gx(expectations: Sequence[dict[str, Any]]) -> Any:
    """Return what Great Expectations makes of a suite of the typed columns of the table."""
    import great_expectations as library
    import pandas

    frame = pandas.read_csv(io.StringIO(ROWS), dtype=object, keep_default_na=False, na_values=[""])
    for name, kind in FIELDS.items():
        filled = frame[name].notna().all()
        if kind == "date":
            frame[name] = pandas.to_datetime(frame[name]).astype("datetime64[us]")
        elif kind == "number":
            frame[name] = frame[name].astype("float64")
        elif kind == "integer":
            whole = [None if pandas.isna(v) else int(v) for v in frame[name]]
            frame[name] = pandas.Series(whole, dtype="int64" if filled else "object")
        else:
            texts = [None if pandas.isna(v) else v for v in frame[name]]
            truths = [{"true": True, "false": False}.get(v) for v in texts]
            frame[name] = pandas.Series(truths if kind == "boolean" else texts, dtype="object")
    frame.index = pandas.RangeIndex(2, len(frame) + 2)
    context = library.get_context(mode="ephemeral")
    asset = context.data_sources.add_pandas("test").add_dataframe_asset("t")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return batch.validate(library.ExpectationSuite("t", expectations=list(expectations)))


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float) and isinstance(theirs, int | float):
        return math.isclose(ours, theirs, rel_tol=1e-12)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[k], theirs[k]) for k in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    return bool(ours == theirs)


def told(result: dict[str, Any]) -> tuple[Any, ...]:
    config = result["expectation_config"]
    return config["type"], config["kwargs"], result["success"], result["result"]


@needs_gx
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("name", SUITES)
def test_both_engines_give_the_same_numbers(name: str, table: str, tmp_path: Path) -> None:
    folder = package(tmp_path, SUITES[name], TABLES[table])
    ours = result_of(check(folder, settings=WANTED))
    theirs = result_of(check(folder, settings=Settings(engine="reference", results=True)))
    pairs = zip(map(told, ours["results"]), map(told, theirs["results"]), strict=True)
    assert [(o, t) for o, t in pairs if not same(list(o), list(t))] == []
    assert ours["statistics"] == theirs["statistics"]


NUMBERS = (
    "element_count", "unexpected_count", "unexpected_percent", "missing_count", "missing_percent",
    "unexpected_percent_total", "unexpected_percent_nonmissing", "partial_unexpected_index_list",
)  # fmt: skip


@needs_gx
@pytest.mark.parametrize("name", SUITES)
def test_the_document_is_what_gx_itself_writes(name: str, tmp_path: Path) -> None:
    theirs = by_gx(prepared(SUITES[name])).to_json_dict()
    ours = result_of(check(package(tmp_path, prepared(SUITES[name])), settings=WANTED))
    assert ours["statistics"] == theirs["statistics"]
    assert ours["success"] == theirs["success"]
    assert theirs.keys() == ours.keys()
    by_id = {one["expectation_config"]["id"]: one for one in theirs["results"]}
    for found in ours["results"]:
        one = by_id.pop(found["expectation_config"]["id"])
        assert found.keys() == one.keys()
        assert found["expectation_config"].keys() == one["expectation_config"].keys()
        assert found["exception_info"]["raised_exception"] == raised(one["exception_info"])
        assert found["success"] == bool(one["success"])
        numbers = [{k: r["result"].get(k) for k in NUMBERS} for r in (found, one)]
        assert same(*numbers), one
        observed = [r["result"].get("observed_value") for r in (found, one)]
        assert same(*observed), one
    assert not by_id


def raised(info: dict[str, Any]) -> bool:
    """Return whether an exception was raised, as a whole or by one of several metrics."""
    entries = [info] if "raised_exception" in info else info.values()
    return any(entry["raised_exception"] for entry in entries)


def prepared(expectations: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return expectations with identifiers, and with the bounds of dates as pandas takes them."""
    found = copy.deepcopy(list(expectations))
    for number, entry in enumerate(found):
        entry["id"] = f"00000000-0000-4000-8000-{number:012}"
        for name, value in entry["kwargs"].items():
            if name in ("min_value", "max_value") and isinstance(value, str):
                entry["kwargs"][name] = f"{value}T00:00:00"
    return found


def mixed(root: Path) -> Path:
    """Return a package with suites in which not everything can be judged."""
    between = one("expect_column_values_to_be_between", column="x", min_value=0)
    under = one("expect_column_values_to_be_between", column="whole", max_value=6)
    return make_package(
        root,
        {"t": ROWS, "u": "id\n1\n"},
        schemas={"t": schema(), "u": {"fields": [{"name": "id", "type": "integer"}]}},
        suites={
            "t": [
                between | {"severity": "warning", "meta": {"notes": "A debt is no price."}},
                one("expect_column_values_to_be_grand", column="x"),
                under | {"severity": "info", "notes": "Look at it.", "id": "not-a-uuid"},
                between | {"severity": "grave"},
                one("expect_column_values_to_be_in_set", column="kind"),
                one("expect_column_values_to_be_unique", column="nope"),
                one("expect_column_values_to_be_in_set", column="kind", values=["a"]),
            ],
            "u": [one("expect_column_values_to_be_unique", column="id")],
        },
    )


def test_what_cannot_be_judged_has_failed_and_says_why(tmp_path: Path) -> None:
    found = result_of(check(mixed(tmp_path), settings=WANTED))
    told = [(r["success"], r["exception_info"]["exception_message"]) for r in found["results"]]
    assert told == [
        (False, None),
        (False, "`expect_column_values_to_be_grand` is not an expectation of Great Expectations"),
        (False, None),
        (False, "`grave` is not a severity"),
        (False, "`expect_column_values_to_be_in_set` lacks its argument `value_set`"),
        (False, "the suite names a column `nope`, which `t` does not have"),
        (False, "`values` is not an argument of `expect_column_values_to_be_in_set`"),
    ]
    assert found["statistics"]["evaluated_expectations"] == 7


def test_a_table_that_cannot_be_read_has_failed_its_suite(tmp_path: Path) -> None:
    folder = mixed(tmp_path)
    (folder / "data" / "t.csv").unlink()
    document = json.loads(render(check(folder, settings=WANTED), "gx"))
    lost, kept = document["validation_results"]
    assert (lost["success"], kept["success"]) == (False, True)
    first = lost["results"][0]
    assert first["result"] == {}
    assert "data/t.csv" in first["exception_info"]["exception_message"]


def test_only_what_is_selected_is_told(tmp_path: Path) -> None:
    folder = mixed(tmp_path)
    chosen = Settings(select=("GX125",), tables=("t",), results=True)
    found = check(folder, settings=chosen).expectations
    assert [(j.table, j.index) for j in found] == [("t", 0), ("t", 2)]
    assert [j.unexpected_count for j in found] == [1, 1]
    assert [list(j.unexpected) for j in found] == [[-1.0], [7]]
    assert (found[0].element_count, found[0].missing_count, found[0].observed) == (7, 1, None)


def test_numbers_are_computed_only_where_they_are_asked_for(tmp_path: Path) -> None:
    assert check(mixed(tmp_path)).expectations == ()


def test_severities_and_notes_reach_the_findings(tmp_path: Path) -> None:
    folder = mixed(tmp_path)
    for engine in ("auto", "reference") if GX else ("auto",):
        report = check(folder, settings=Settings(select=("GX125",), engine=engine))
        told = [(f.severity.value, f.why, f.line) for f in report.findings]
        assert [(severity, line) for severity, _, line in told] == [("warning", 6), ("info", 8)]
        assert told[0][1].endswith(": A debt is no price.")
        assert told[1][1].endswith(": Look at it.")
        assert report.valid


@needs_gx
def test_the_tools_of_gx_read_the_document(tmp_path: Path) -> None:
    from great_expectations.core.expectation_validation_result import (
        ExpectationSuiteValidationResultSchema,
    )
    from great_expectations.expectations.metadata_types import FailureSeverity

    text = render(check(mixed(tmp_path), settings=WANTED), "gx")
    for written in json.loads(text)["validation_results"]:
        loaded = ExpectationSuiteValidationResultSchema().load(written)
        assert loaded.to_json_dict() == written
        assert loaded.asset_name == written["meta"]["active_batch_definition"]["data_asset_name"]
        worst = None if written["success"] else FailureSeverity.CRITICAL
        assert loaded.get_max_severity_failure() == worst
        assert json.loads(loaded.describe())["statistics"] == written["statistics"]


def test_the_document_keeps_its_schema(tmp_path: Path) -> None:
    described = resources.files("copydesk.report").joinpath("gx.schema.json").read_text("utf-8")
    validator = jsonschema.Draft202012Validator(json.loads(described))
    validator.check_schema(validator.schema)
    for number, name in enumerate(SUITES):
        folder = package(tmp_path / str(number), SUITES[name])
        validator.validate(json.loads(render(check(folder, settings=NATIVE), "gx")))
    document = json.loads(render(check(mixed(tmp_path / "mixed"), settings=NATIVE), "gx"))
    validator.validate(document)
    document["validation_results"][0]["results"][0]["success"] = "yes"
    assert not validator.is_valid(document)


def test_numbers_are_exact_where_a_large_file_keeps_few_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expectations = [*values(), *pairs(), *lists(), *sets(), *keys(), *conditions()]
    folder = package(tmp_path, expectations)
    plain = check(folder, settings=NATIVE).expectations
    monkeypatch.setattr("copydesk.engine.reading.GATED_SIZE", 0)
    assert check(folder, settings=NATIVE).expectations == plain
    assert any(j.result.get("unexpected_count") for j in plain)


def test_rows_of_another_length_are_counted_with_the_others(tmp_path: Path) -> None:
    expectations = [
        one("expect_column_values_to_not_be_null", column="other"),
        one("expect_column_values_to_be_unique", column="whole"),
    ]
    folder = package(tmp_path, expectations, ROWS + "8,eve\n")
    absent, unique = check(folder, settings=NATIVE).expectations
    assert (absent.element_count, absent.unexpected_count) == (8, 2)
    assert absent.result["partial_unexpected_index_list"] == [4, 9]
    assert (unique.element_count, unique.missing_count, unique.success) == (8, 1, True)


@needs_gx
@pytest.mark.parametrize("name", SUITES)
def test_findings_of_the_reference_are_told_in_words(name: str, tmp_path: Path) -> None:
    report = check(package(tmp_path, SUITES[name]), settings=Settings(engine="reference"))
    assert report.findings
    for finding in report.findings:
        assert not re.search(r"\{\w+\}|``|: $|  ", finding.message), finding.message
        assert finding.code == "GX004" or finding.why.startswith("schemas/t.expectations.json ")
