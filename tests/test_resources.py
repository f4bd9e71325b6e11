"""Every way in which a package, a resource and its data can be given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from copydesk.findings import Finding, Report
from copydesk.run import check

FIELDS = {"fields": [{"name": "id", "type": "integer"}, {"name": "name", "type": "string"}]}
GOOD = "id,name\n1,a\n2,b\n"
BAD = "id,name\n1,a\nx,b\n"


def write(root: Path, files: Mapping[str, str | bytes | dict[str, Any]]) -> Path:
    """Write files below a folder, objects as JSON, and return the folder."""
    for name, content in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            content = json.dumps(content, indent=1, ensure_ascii=False)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def package(*resources: dict[str, Any]) -> dict[str, Any]:
    named = [{"name": f"t{index}", **one} for index, one in enumerate(resources, 1)]
    return {"name": "p", "resources": named}


def errors(report: Report) -> list[tuple[str, str, int | None, int | None]]:
    """Return code, path, line and column of the errors."""
    return [(f.code, f.path, f.line, f.column) for f in findings(report)]


def findings(report: Report) -> list[Finding]:
    return [f for f in report.findings if f.severity == "error"]


@pytest.mark.parametrize("name", ["datapackage.yaml", "datapackage.yml"])
def test_a_folder_with_a_descriptor_in_yaml_is_a_package(tmp_path: Path, name: str) -> None:
    text = (
        "name: p\nresources:\n- name: t\n  path: t.csv\n  schema:\n"
        "    fields:\n    - {name: id, type: integer}\n    - {name: name}\n"
    )
    write(tmp_path, {name: text, "t.csv": BAD})
    assert errors(check(tmp_path)) == [("FD001", "t.csv", 3, 1)]
    assert errors(check(tmp_path / name)) == [("FD001", "t.csv", 3, 1)]


def test_any_descriptor_can_be_named_whatever_it_is_called(tmp_path: Path) -> None:
    write(tmp_path, {"my.package.json": package({"path": "t.csv", "schema": FIELDS}), "t.csv": BAD})
    assert errors(check(tmp_path / "my.package.json")) == [("FD001", "t.csv", 3, 1)]


@pytest.mark.parametrize("name", ["t.resource.json", "t.resource.yaml"])
def test_a_single_resource_is_judged_as_a_package_of_one(tmp_path: Path, name: str) -> None:
    resource = {"name": "t", "path": "t.csv", "schema": FIELDS}
    write(tmp_path, {name: resource, "t.csv": BAD})
    report = check(tmp_path / name)
    assert errors(report) == [("FD001", "t.csv", 3, 1)]
    assert [t.name for t in report.tables] == ["t"]


def test_the_faults_of_a_single_resource_stand_where_it_is_written(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "id", "type": "intger"}]}
    write(tmp_path, {"r.json": {"name": "t", "path": "../t.csv", "schema": schema}})
    found = findings(check(tmp_path / "r.json"))
    assert [(f.code, f.origin) for f in found] == [
        ("PK003", "r.json#/path"),
        ("PK008", "r.json#/schema/fields/0/type"),
    ]


def test_schema_and_dialect_are_read_by_path_also_from_yaml(tmp_path: Path) -> None:
    write(tmp_path, {
        "datapackage.json": package(
            {"path": "t.csv", "schema": "s/schema.yaml", "dialect": "s/dialect.json"}
        ),
        "s/schema.yaml": "fields:\n- name: id\n  type: integer\n- name: name\n",
        "s/dialect.json": {"delimiter": ";"},
        "t.csv": BAD.replace(",", ";"),
    })  # fmt: skip
    found = findings(check(tmp_path))
    assert [(f.code, f.line, f.origin) for f in found] == [
        ("FD001", 3, "s/schema.yaml#/fields/0/type")
    ]


def test_an_archive_may_have_its_descriptor_in_yaml(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "p.zip", "w") as zipped:
        zipped.writestr("p/datapackage.yaml", "resources:\n- {name: t, path: t.csv}\n")
        zipped.writestr("p/t.csv", GOOD)
    report = check(tmp_path / "p.zip")
    assert report.valid
    assert report.rows == 2


@pytest.mark.parametrize(
    ("resource", "rows"),
    [
        ({"path": "t.tsv"}, 2),
        ({"path": "t.dat", "format": "tsv"}, 2),
        ({"path": "t.dat", "schema": FIELDS, "format": "tsv"}, 2),
        ({"path": "t.dat", "type": "table", "dialect": {"delimiter": "\t"}}, 2),
        ({"path": "t.tab", "profile": "tabular-data-resource"}, 2),
    ],
)
def test_a_table_of_tabs_is_known_by_its_name_or_format(
    tmp_path: Path, resource: dict[str, Any], rows: int
) -> None:
    tabs = GOOD.replace(",", "\t")
    write(tmp_path, {"datapackage.json": package(resource), "t.tsv": tabs, "t.dat": tabs,
                     "t.tab": tabs})  # fmt: skip
    report = check(tmp_path)
    assert (report.valid, report.rows) == (True, rows)


@pytest.mark.parametrize("path", ["notes.txt", "map.geojson", "page.pdf", "LICENSE", "d.json"])
def test_of_a_file_that_is_no_table_only_presence_size_and_hash_are_judged(
    tmp_path: Path, path: str
) -> None:
    write(tmp_path, {"datapackage.json": package({"path": path}), path: '"one\n\n\ntwo, three'})
    report = check(tmp_path)
    assert (report.valid, report.rows) == (True, 0)
    assert "no table" in report.skipped[0].reason
    wrong = package({"path": path, "bytes": 3, "hash": "0" * 32})
    write(tmp_path, {"datapackage.json": wrong})
    assert [f.equivalent for f in findings(check(tmp_path))] == ["byte-count", "hash-count"]
    (tmp_path / path).unlink()
    assert [f.code for f in findings(check(tmp_path))] == ["FL011"]


def test_size_and_hash_are_both_told(tmp_path: Path) -> None:
    resource = {"path": "t.csv", "bytes": 1, "hash": "0" * 32}
    write(tmp_path, {"datapackage.json": package(resource), "t.csv": GOOD})
    found = [f.equivalent for f in findings(check(tmp_path))]
    assert found == ["byte-count", "hash-count"]
