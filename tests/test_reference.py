"""The door to frictionless: complete, contained, offline, and mapped to our codes."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from copydesk.checks import registry
from copydesk.engine.reference import Verdict, code_of, validate
from copydesk.package import read_package

FIELDS: list[dict[str, Any]] = [
    {"name": "id", "type": "string"},
    {"name": "kind", "type": "string", "constraints": {"enum": ["x", "y"]}},
    {
        "name": "n",
        "type": "integer",
        "constraints": {"minimum": 2, "maximum": 20, "required": True},
    },
    {"name": "d", "type": "date"},
    {"name": "s", "constraints": {"minLength": 2, "maxLength": 5, "pattern": "[a-z]+"}},
    {"name": "u", "type": "integer", "constraints": {"unique": True}},
]
SCHEMA = {
    "fields": FIELDS,
    "primaryKey": "id",
    "foreignKeys": [{"fields": "kind", "reference": {"resource": "kinds", "fields": "kind"}}],
}
TEXT = """id,kind,n,d,s,u
a,x,5,2020-01-01,abc,1
a,zz,50,2020-13-01,a,1
,x,,,abcdefgh,2
b,x,1,2020-01-01
c,x,9,2020-01-01,Q9,3,extra
"""


def package(folder: Path, *resources: dict[str, Any], **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    descriptor = {"name": "test", "resources": list(resources)}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return folder


def told(folder: Path, *names: str) -> list[Verdict]:
    return validate(read_package(folder).package, names)


def test_each_error_comes_with_its_place_and_our_code(tmp_path: Path) -> None:
    t = {"name": "t", "path": "t.csv", "schema": SCHEMA}
    kinds = {"name": "kinds", "path": "kinds.csv"}
    (verdict,) = told(package(tmp_path, t, kinds, t=TEXT, kinds="kind\nx\n"), "t")
    assert verdict.rows == 5
    assert {(e.code, e.row, e.column, e.value) for e in verdict.errors} == {
        ("FD004", 3, 2, "zz"),
        ("FD009", 3, 3, "50"),
        ("FD001", 3, 4, "2020-13-01"),
        ("FD006", 3, 5, "a"),
        ("KY004", 3, 6, "1"),
        ("KY001", 3, None, None),
        ("RF001", 3, None, None),
        ("FD002", 4, 3, ""),
        ("FD007", 4, 5, "abcdefgh"),
        ("KY002", 4, None, None),
        ("FD008", 5, 3, "1"),
        ("TB006", 5, 5, None),
        ("TB006", 5, 6, None),
        ("FD005", 6, 5, "Q9"),
        ("TB007", 6, 7, "extra"),
    }
    assert {e.field for e in verdict.errors if e.code == "FD001"} == {"d"}


def test_a_table_without_errors_is_valid(tmp_path: Path) -> None:
    (verdict,) = told(package(tmp_path, {"name": "t", "path": "t.csv"}, t="a\n1\n"), "t")
    assert (verdict.valid, verdict.rows) == (True, 1)


def test_more_errors_than_frictionless_shows_by_itself_are_all_there(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "n", "type": "integer"}]}
    text = "n\n" + "x\n" * 1500
    folder = package(tmp_path, {"name": "t", "path": "t.csv", "schema": schema}, t=text)
    (verdict,) = told(folder, "t")
    assert len(verdict.errors) == 1500


def test_one_unusable_resource_does_not_stop_the_others(tmp_path: Path) -> None:
    folder = package(
        tmp_path,
        {"name": "t", "path": "t.csv"},
        {"name": "up", "path": "../t.csv"},
        t="a\n1\n",
    )
    fine, unsafe, absent = told(folder, "t", "up", "nothing")
    assert fine.valid
    assert [e.type for e in unsafe.errors] == ["resource-error"]
    assert "not safe" in unsafe.errors[0].note
    assert not absent.valid
    assert absent.rows is None


def test_the_network_is_never_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("the network is not used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    folder = package(tmp_path, {"name": "web", "path": "http://data.example/x.csv"})
    (verdict,) = told(folder, "web")
    assert verdict.rows is None
    assert [e.note for e in verdict.errors] == ["the network is not used"]


def test_a_file_without_descriptor_is_validated_against_its_schema(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("n\nx\n", encoding="utf-8")
    schema = tmp_path / "n.schema.json"
    schema.write_text(json.dumps({"fields": [{"name": "n", "type": "integer"}]}), encoding="utf-8")
    (verdict,) = validate(read_package(tmp_path / "t.csv", schema).package, ["t"])
    assert [(e.code, e.row) for e in verdict.errors] == [("FD001", 2)]


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = package(tmp_path, {"name": "t", "path": "t.csv", "schema": SCHEMA}, t=TEXT)
    (verdict,) = told(folder, "t")
    assert not verdict.valid
    assert capfd.readouterr() == ("", "")


CONSTRAINTS = {
    "required": "FD002",
    "enum": "FD004",
    "pattern": "FD005",
    "minLength": "FD006",
    "maxLength": "FD007",
    "minimum": "FD008",
    "exclusiveMinimum": "FD008",
    "maximum": "FD009",
    "exclusiveMaximum": "FD009",
}


@pytest.mark.parametrize(("constraint", "code"), CONSTRAINTS.items())
def test_a_constraint_has_the_code_of_its_own_mistake(constraint: str, code: str) -> None:
    assert code_of("constraint-error", f'constraint "{constraint}" is "3"') == code
    assert registry()[code].equivalent == "constraint-error"


def test_what_we_have_no_code_for_has_none() -> None:
    assert code_of("constraint-error", 'constraint "jsonSchema" is "{}"') == ""
    assert code_of("constraint-error", "something else") == ""
    assert code_of("deviated-value", "") == ""
    assert code_of("source-error", "") == ""
    assert code_of("scheme-error", "") == ""


def test_every_other_equivalent_leads_back_to_a_check_of_the_same_kind() -> None:
    kinds = {s.equivalent for s in registry().values() if s.family != "GX" and s.equivalent}
    # What these say is too little to tell which of several mistakes it is.
    kinds -= {"constraint-error", "source-error", "scheme-error", "error", "metadata-error"}
    assert {k for k in kinds if registry()[code_of(k, "")].equivalent != k} == set()
