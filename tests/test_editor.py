"""What editors are told: the schemas of suites and rules, the snippets, the task."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from copydesk import editor
from copydesk.model import Rule
from copydesk.rules import OPTIONAL, REQUIRED, read_rule
from copydesk.suites import catalogue
from copydesk.testing import make_package, run_cmd

SUITE = json.loads((editor.FOLDER / editor.SUITE).read_text(encoding="utf-8"))
RULE = json.loads((editor.FOLDER / editor.RULE).read_text(encoding="utf-8"))
SNIPPETS = json.loads((editor.FOLDER / editor.SNIPPETS).read_text(encoding="utf-8"))
BETWEEN = "expect_column_values_to_be_between"


def faults(*expectations: dict[str, Any], **more: Any) -> list[str]:
    """Return where a suite breaks its schema."""
    judge = jsonschema.Draft7Validator(SUITE)
    found = judge.iter_errors({"expectations": list(expectations), **more})
    return ["/".join(map(str, e.absolute_path)) for e in found]


def expect(kind: str, **kwargs: Any) -> dict[str, Any]:
    return {"type": kind, "kwargs": kwargs}


def test_the_schemas_are_schemas() -> None:
    jsonschema.Draft7Validator.check_schema(SUITE)
    jsonschema.Draft7Validator.check_schema(RULE)
    assert SUITE["definitions"].keys() >= catalogue().keys()


def test_every_reference_leads_to_a_definition() -> None:
    named = re.findall(r'"#/definitions/([^"]+)"', json.dumps(SUITE))
    assert set(named) <= SUITE["definitions"].keys()


def test_the_suites_of_the_dataset_keep_the_schema(project: Path) -> None:
    files = sorted((project / "schemas").glob("*.expectations.json"))
    suites = [json.loads(f.read_text(encoding="utf-8")) for f in files]
    assert len(suites) > 10
    assert [faults(*s["expectations"], meta=s["meta"]) for s in suites] == [[]] * len(suites)


def test_the_rules_of_the_dataset_keep_the_schema(project: Path) -> None:
    files = sorted((project / "schemas" / "rules").glob("*.sql"))
    rules = [read_rule(f.read_text(encoding="utf-8"), f.name) for f in files]
    read = [r for r in rules if isinstance(r, Rule)]
    assert len(read) > 50
    for rule in read:
        said = {name: getattr(rule, name) for name in REQUIRED}
        jsonschema.validate({**said, "severity": rule.severity.value}, RULE)


@pytest.mark.parametrize("header", [{"code": "X1"}, {"name": "Bad Name"}, {"severity": "worse"}])
def test_a_bad_header_breaks_the_schema(header: dict[str, str]) -> None:
    good = dict.fromkeys(REQUIRED, "words") | {"code": "XX001", "name": "a-b", "severity": "info"}
    assert jsonschema.Draft7Validator(RULE).is_valid(good)
    assert not jsonschema.Draft7Validator(RULE).is_valid(good | header)


@pytest.mark.parametrize(
    ("expectation", "places"),
    [
        (expect("expect_column_values_to_be_in_sets", column="a"), ["expectations/0/type"]),
        (expect(BETWEEN, column="a", min=1, max_value=2), ["expectations/0/kwargs"]),
        (expect(BETWEEN, column="a", min_value=1, mostly=95), ["expectations/0/kwargs/mostly"]),
        (expect(BETWEEN, min_value=1), ["expectations/0/kwargs"]),
        (expect(BETWEEN, column="a"), ["expectations/0/kwargs"]),
        ({**expect(BETWEEN, column="a", min_value=1), "severity": "error"},
         ["expectations/0/severity"]),
        ({**expect(BETWEEN, column="a", min_value=1), "severty": "info"}, ["expectations/0"]),
        (expect(BETWEEN, column="a", min_value=1, row_condition={"type": "comparison"}),
         ["expectations/0/kwargs/row_condition"]),
        (expect(BETWEEN, column="a", min_value={"$PARAMETER": "p"}), []),
        (expect(BETWEEN, column="a", min_value="2020-01-01", row_condition="b == 1",
                condition_parser="pandas", result_format="BASIC"), []),
        ({**expect(BETWEEN, column="a", min_value=1), "meta": {"copydesk": {"type": "number"}}},
         ["expectations/0/meta/copydesk/type"]),
    ],
)  # fmt: skip
def test_mistakes_are_marked_where_they_stand(
    expectation: dict[str, Any], places: list[str]
) -> None:
    assert faults(expectation) == places


def test_the_schema_and_the_check_know_the_same_arguments() -> None:
    for kind, entry in catalogue().items():
        own = SUITE["definitions"][kind]["properties"]
        conditions = {"row_condition", "condition_parser"} if entry.get("row_condition") else set()
        assert own.keys() == entry["arguments"].keys() | conditions


def test_an_editor_offers_every_expectation_with_what_it_needs() -> None:
    snippets = SUITE["definitions"]["expectation"]["defaultSnippets"]
    assert [s["label"] for s in snippets] == list(catalogue())
    for one in snippets:
        needed = SUITE["definitions"][one["label"]].get("required", [])
        assert set(needed) <= one["body"]["kwargs"].keys()


def filled(lines: list[str]) -> str:
    """Return the text that a snippet makes if nothing is typed into it."""
    text = "\n".join(lines)
    text = re.sub(r"\$\{\d+\|(\w+)[^}]*\}", r"\1", text)
    text = re.sub(r"\$\{\d+:((?:\\\}|[^}])*)\}", r"\1", text).replace("\\}", "}")
    return text.replace("$0", "1").replace("$4", "table")


def test_the_snippet_of_a_rule_is_a_rule() -> None:
    rule = read_rule(filled(SNIPPETS["copydesk rule"]["body"]), "x.sql")
    assert isinstance(rule, Rule)
    assert (rule.code, rule.table, rule.field, rule.sql) == ("XX001", "table", "column",
                                                             "SELECT 1\nFROM table")  # fmt: skip


def test_every_entry_of_a_header_has_a_snippet() -> None:
    prefixes = {s["prefix"] for s in SNIPPETS.values()}
    assert {f"-- {name}" for name in (*REQUIRED, *OPTIONAL)} <= prefixes


def test_the_task_reads_what_the_check_prints(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a", "type": "integer"}]}
    suite = [expect("expect_column_max_to_be_between", column="a", max_value=2)]
    folder = make_package(tmp_path, {"t": "a\nx\n7\n"}, schemas={"t": schema}, suites={"t": suite})
    out = run_cmd("check", folder, "--format", "concise").out.splitlines()
    read = [m.groups() for m in (re.match(editor.MATCHER, line) for line in out) if m]
    places = [(Path(g[0]).name, g[1], g[3], g[4]) for g in read]
    assert places == [("t.csv", "1", "error", "GX030"), ("t.csv", "2", "error", "FD001")]


def test_the_setup_is_written_once_and_leaves_settings_alone(tmp_path: Path) -> None:
    assert "not written yet" in run_cmd("editor", tmp_path).out
    assert not (tmp_path / ".vscode").exists()
    (tmp_path / ".vscode").mkdir()
    (tmp_path / ".vscode" / "settings.json").write_text("{}")
    done = run_cmd("editor", tmp_path, "--write")
    assert (done.code, done.err) == (0, "")
    assert "settings.json: is there already; add to it" in done.out
    assert (tmp_path / ".vscode" / "settings.json").read_text() == "{}"
    schema = (tmp_path / ".vscode" / "copydesk-suite.schema.json").read_text(encoding="utf-8")
    assert json.loads(schema) == SUITE
    assert "tasks.json: as it should be" in run_cmd("editor", tmp_path).out


def test_a_suite_may_name_its_schema_here_but_not_in_great_expectations(tmp_path: Path) -> None:
    suite = {"$schema": "../.vscode/copydesk-suite.schema.json", "name": "t", "expectations": []}
    make_package(tmp_path, {"t": "a\n1\n"})
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "t.expectations.json").write_text(json.dumps(suite))
    assert run_cmd("check", tmp_path).code == 0
    gx = pytest.importorskip("great_expectations")
    with pytest.raises(TypeError, match=r"\$schema"):  # why the setup goes by the name of the file
        gx.ExpectationSuite(**suite)


def test_a_suite_that_great_expectations_writes_keeps_the_schema() -> None:
    gx = pytest.importorskip("great_expectations")
    condition = gx.expectations.row_conditions.Column("b") == 1
    known = gx.expectations
    suite = gx.ExpectationSuite(
        name="t",
        expectations=[
            known.ExpectColumnValuesToBeBetween(
                column="a", min_value=1, max_value=2, mostly=0.9, severity="info", notes="why",
                row_condition=condition,
            ),
            known.ExpectColumnValuesToBeInSet(column="a", value_set=[1, "x"]),
            known.ExpectTableRowCountToEqual(value=3, meta={"notes": "so many"}),
            known.UnexpectedRowsExpectation(unexpected_rows_query="SELECT * FROM {batch}"),
        ],
    ).to_json_dict()  # fmt: skip
    assert faults(*suite.pop("expectations"), **suite) == []


@pytest.mark.parametrize(
    ("bad", "place", "near"),
    [
        (expect("expect_column_values_to_be_betwen", column="a"), "5:15", BETWEEN),
        (expect(BETWEEN, column="a", min_valu=1), "8:9", "min_value"),
    ],
)
def test_a_misspelt_word_of_a_suite_is_told_at_its_line_with_the_nearest_name(
    tmp_path: Path, bad: dict[str, Any], place: str, near: str
) -> None:
    folder = make_package(tmp_path, {"t": "a\n1\n"})
    (folder / "schemas").mkdir()
    text = json.dumps({"name": "t", "expectations": [bad]}, indent=2)
    (folder / "schemas" / "t.expectations.json").write_text(text)
    out = run_cmd("check", folder).out
    assert f"schemas/t.expectations.json:{place}" in out
    assert f"did you mean `{near}`" in out
