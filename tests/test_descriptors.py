"""Descriptors: every property of the standard, versions, positions in JSON and YAML files."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copydesk.checks.shapes import judge
from copydesk.checks.standard import ANY, FIELD, THINGS, TYPES, Property, Thing, version_of
from copydesk.document import parse_json, parse_yaml
from copydesk.findings import Finding
from copydesk.run import check

V1, V2 = "https://datapackage.org/profiles/1.0/", "https://datapackage.org/profiles/2.0/"
SAMPLES: tuple[Any, ...] = (None, "", "x", [], {}, 0, 1.5, True)


def rows() -> Iterator[Any]:
    for thing in THINGS.values():
        for name, known in thing.properties.items():
            yield pytest.param(thing, name, known, id=f"{thing.title}-{name}")


def told(thing: Thing, data: dict[str, Any], version: int) -> list[tuple[str, str, str]]:
    document = parse_json(json.dumps({"o": data}), "t.json")
    found = judge(document, "/o", data, thing, version)
    return [(p.code, p.pointer, p.equivalent) for p in found]


def kept(thing: Thing) -> dict[str, Any]:
    """Return an object that has all that it must have, and nothing else."""
    full: dict[str, Any] = {
        "resources": [{}], "name": "a", "title": "a", "path": "a.csv", "value": "a",
        "fields": [{}], "reference": {"fields": ["a"]},
    }  # fmt: skip
    if "reference" in thing.properties or thing.title == "reference":
        full["fields"] = ["a"]
    needed = [n for n, p in thing.properties.items() if p.required != (None, None)]
    return {name: full[name] for name in needed} | ({"name": "a"} if thing.either else {})


@pytest.mark.parametrize(("thing", "name", "known"), list(rows()))
def test_a_property_of_another_kind_is_told_at_its_place(
    thing: Thing, name: str, known: Property
) -> None:
    wrong = [s for s in SAMPLES if type(s) not in known.kinds]
    assert known.kinds == ANY or wrong
    for value in wrong:
        if isinstance(value, float | type(None)) and (int in known.kinds or known.nullable > 1):
            continue
        code = "PK110" if known.kinded[1] != "error" else "PK002"
        expected = [] if known.until == 1 else [(code, f"/o/{name}", thing.equivalent)]
        found = told(thing, kept(thing) | {name: value}, 2)
        assert [f for f in found if f[1] == f"/o/{name}"] == expected


@pytest.mark.parametrize(("thing", "name", "known"), list(rows()))
def test_a_required_property_is_told_where_its_object_begins(
    thing: Thing, name: str, known: Property
) -> None:
    data = {k: v for k, v in kept(thing).items() if k != name} | {"x": 1}
    codes = [code for code, pointer, _ in told(thing, data, 2) if pointer == "/o"]
    level = known.required[1]
    either = name in thing.either[:1]
    assert codes == (["PK001"] if level == "error" or either else ["PK110"] if level else [])


@pytest.mark.parametrize("thing", list(THINGS.values()), ids=lambda thing: thing.title)
@pytest.mark.parametrize("version", [1, 2])
def test_what_must_be_there_is_enough(thing: Thing, version: int) -> None:
    assert told(thing, kept(thing), version) == []


def test_a_property_of_version_2_is_nobodys_in_version_1() -> None:
    data = {"title": "Kim", "roles": "author"}
    assert told(THINGS["contributor"], data, 1) == [("PK110", "/o/roles", "package-error")]
    assert told(THINGS["contributor"], data, 2) == [("PK002", "/o/roles", "package-error")]
    early = {"name": "a", "missingValues": "-"}
    assert told(FIELD, early, 1) == [("PK002", "/o/missingValues", "field-error")]


@pytest.mark.parametrize(
    ("stated", "inherited", "version"),
    [
        (None, 0, 1),
        (None, 2, 2),
        ("", 0, 1),
        (V1 + "datapackage.json", 2, 1),
        (V2 + "tableschema.json", 1, 2),
        ("https://datapackage.org/profiles/2.1/dataresource.json", 0, 2),
        ("https://example.org/profile.json", 0, 2),
        (7, 0, 1),
    ],
)
def test_the_version_is_what_schema_states(stated: object, inherited: int, version: int) -> None:
    data = {} if stated is None else {"$schema": stated}
    assert version_of(data, inherited) == version


def test_every_type_has_a_table_of_constraints_that_the_standard_defines() -> None:
    known = set(THINGS["constraints"].properties)
    assert {name for kind in TYPES.values() for name in kind.constraints} == known
    assert {name for kind in TYPES.values() for name in kind.properties} <= set(FIELD.properties)


def write(root: Path, files: dict[str, str]) -> list[Finding]:
    for name, text in {"t.csv": "a\n1\n", **files}.items():
        (root / name).write_text(text, encoding="utf-8")
    return list(check(root).findings)


def places(found: list[Finding]) -> list[tuple[str, str, int | None, int | None, str]]:
    return [(f.code, f.path, f.line, f.column, f.equivalent) for f in found]


YAML = """\
# Größen
created: 2020-02-30
name: größe
resources:
- name: t
  path: t.csv
  dialect: {headerRows: [0]}
  schema:
    fields:
    - {name: ä, type: integer, constraints: {minimum: x}}
    primaryKey: b
"""


def test_a_descriptor_in_yaml_is_judged_at_its_lines_and_columns(tmp_path: Path) -> None:
    assert places(write(tmp_path, {"datapackage.yaml": YAML})) == [
        ("PK015", "datapackage.yaml", 2, 10, "package-error"),
        ("PK015", "datapackage.yaml", 3, 7, "package-error"),
        ("PK013", "datapackage.yaml", 7, 25, "dialect-error"),
        ("PK012", "datapackage.yaml", 10, 55, "field-error"),
        ("PK006", "datapackage.yaml", 11, 17, "schema-error"),
    ]


def test_schemas_and_dialects_of_their_own_are_judged_in_their_files(tmp_path: Path) -> None:
    resource = {"name": "t", "path": "t.csv", "schema": "s.yaml", "dialect": "d.json"}
    files = {
        "datapackage.json": json.dumps({"resources": [resource, {**resource, "name": "u"}]}),
        "s.yaml": "fields:\n- name: a\n  type: text\n- name: b\n  name: b\n",
        "d.json": '{"delimiter": 1,\n "header": "yes", "größe": 1, "größe": 2}',
    }
    assert places(write(tmp_path, files)) == [
        ("PK002", "d.json", 1, 15, "dialect-error"),
        ("PK002", "d.json", 2, 12, "dialect-error"),
        ("PK111", "d.json", 2, 31, ""),
        ("PK008", "s.yaml", 3, 9, "field-error"),
        ("PK111", "s.yaml", 5, 3, ""),
    ]


def errors_in(folder: Path, **resource: Any) -> list[tuple[str, str]]:
    """Return code and frictionless error of what is wrong with a package of one resource."""
    full = {"name": "t", "path": "t.csv", **resource}
    descriptor = {"$schema": f"{V2}datapackage.json", "name": "p", "resources": [full]}
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    (folder / "t.csv").write_text("a\n1\n")
    return [(f.code, f.equivalent) for f in check(folder).findings if f.severity == "error"]


def test_a_property_of_another_type_is_not_judged(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a", "type": "string", "delimiter": [], "trueValues": 1}]}
    assert errors_in(tmp_path, schema=schema) == []
    schema["fields"][0]["type"] = "list"
    assert errors_in(tmp_path, schema=schema) == [("PK002", "field-error")]


def test_faults_have_the_names_of_the_reference(tmp_path: Path) -> None:
    assert errors_in(tmp_path, encoding="utf-9") == [("PK013", "encoding-error")]
    foreign = {"fields": ["a"], "reference": {"resource": "u", "fields": ["a"]}}
    schema = {"fields": [{"name": "a"}], "foreignKeys": [foreign]}
    assert errors_in(tmp_path, schema=schema) == [("PK007", "resource-error")]


def test_an_empty_encoding_names_none(tmp_path: Path) -> None:
    assert errors_in(tmp_path, encoding="") == []
    assert "PK110" in [f.code for f in check(tmp_path).findings]


def test_a_digest_of_an_unknown_algorithm_is_valid_and_told(tmp_path: Path) -> None:
    assert errors_in(tmp_path, hash="crc32:00") == []
    assert "PK110" in [f.code for f in check(tmp_path).findings]
    assert errors_in(tmp_path, hash="md5:x") == [("PK014", "resource-error")]


def test_a_table_whose_dialect_is_wrong_is_not_read(tmp_path: Path) -> None:
    resource = {"name": "t", "path": "t.csv", "dialect": "d.json", "schema": {"fields": []}}
    files = {
        "datapackage.json": json.dumps({"resources": [resource]}),
        "d.json": '{"quoteChar": "ab"}',
    }
    assert [f.code for f in write(tmp_path, files)] == ["PK013"]
    assert [s.reason for s in check(tmp_path).skipped] == ["its descriptor has errors (PK013)"]


@pytest.mark.parametrize("own", [True, False])
def test_a_schema_in_a_file_follows_the_version_that_it_states(tmp_path: Path, own: bool) -> None:
    schema = {"fields": [{"name": "a", "type": "integer", "constraints": {"exclusiveMinimum": 0}}]}
    stated = {"$schema": V2 + "tableschema.json"} if own else {}
    files = {
        "datapackage.json": json.dumps(
            {"resources": [{"name": "t", "path": "t.csv", "schema": "s.json"}]}
        ),
        "s.json": json.dumps(stated | schema),
    }
    assert [f.code for f in write(tmp_path, files)] == ([] if own else ["PK017"])
    report = check(tmp_path / "t.csv", schema=tmp_path / "s.json")
    assert [f.code for f in report.findings] == ([] if own else ["PK017"])


def test_an_inlined_schema_follows_the_version_of_its_package(tmp_path: Path) -> None:
    schema = {
        "$schema": V2 + "tableschema.json",
        "fields": [{"name": "a", "type": "integer", "constraints": {"exclusiveMinimum": 0}}],
    }
    descriptor = {"resources": [{"name": "t", "path": "t.csv", "schema": schema}]}
    found = write(tmp_path, {"datapackage.json": json.dumps(descriptor)})
    assert sorted(f.code for f in found) == ["PK017", "PK113"]


def test_a_descriptor_of_one_resource_is_judged_as_one(tmp_path: Path) -> None:
    text = '{"name": "A b", "path": "t.csv",\n "licenses": [{}], "missingValues": []}'
    (tmp_path / "t.csv").write_text("a\n1\n")
    (tmp_path / "r.json").write_text(text)
    found = list(check(tmp_path / "r.json").findings)
    assert places(found) == [
        ("PK015", "r.json", 1, 10, "resource-error"),
        ("PK001", "r.json", 2, 15, "resource-error"),
        ("PK026", "r.json", 2, 20, "resource-error"),
    ]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("1985-04-12T23:20:50.52Z", True),
        ("1985-04-12t23:20:50z", True),
        ("2024-02-29T23:59:60+05:30", True),
        ("2023-02-29T00:00:00Z", False),
        ("2023-02-28T24:00:00Z", False),
        ("2023-02-28T10:00:00", False),
        ("2023-02-28 10:00:00Z", False),
        ("2023-02-28", False),
        ("２０２３-02-28T10:00:00Z", False),
    ],
)
def test_created_is_a_moment_of_rfc_3339(text: str, right: bool) -> None:
    found = told(THINGS["package"], kept(THINGS["package"]) | {"created": text}, 2)
    assert found == ([] if right else [("PK015", "/o/created", "package-error")])


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("img/a.png", True), ("./a.png", True), ("a..b/c", True), ("ftp://example.org/a", True),
        ("HTTPS://example.org", True), ("/a.png", False), ("../a.png", False), ("a/../b", False),
        (".git/a", False), ("a/.b", False), ("~/a", False), ("C:\\a", False), ("a\\b", False),
        ("file:///a", False), ("http://", False), ("", False),
    ],
)  # fmt: skip
def test_an_image_is_an_address_or_a_path_below_the_descriptor(path: str, right: bool) -> None:
    found = told(THINGS["package"], kept(THINGS["package"]) | {"image": path}, 2)
    assert found == ([] if right else [("PK015", "/o/image", "package-error")])


def test_judging_does_not_change_a_descriptor() -> None:
    document = parse_yaml(YAML, "t.yaml")
    before = copy.deepcopy(document.data)
    list(judge(document, "", document.data, THINGS["package"], 1))
    assert document.data == before


def test_a_name_without_a_list_around_it_is_told_where_it_stands(tmp_path: Path) -> None:
    key = '{"fields": "b", "reference": {"fields": "c"}}'
    schema = f'{{"fields": [{{"name": "a"}}], "primaryKey": "d", "foreignKeys": [{key}]}}'
    text = f'{{"resources": [{{"name": "t", "path": "t.csv", "schema": {schema}}}]}}'
    found = [f for f in write(tmp_path, {"datapackage.json": text}) if f.severity == "error"]
    base = "/resources/0/schema"
    assert {(f.value, f.origin.partition("#")[2]) for f in found} == {
        ("b", f"{base}/foreignKeys/0/fields"),
        ("c", f"{base}/foreignKeys/0/reference/fields"),
        ("d", f"{base}/primaryKey"),
    }
