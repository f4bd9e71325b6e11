"""Every way in which a package, a resource and its data can be given."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import json
import lzma
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from zipfile import ZipFile

import pytest

from copydesk.engine import Settings
from copydesk.findings import Finding, Report
from copydesk.run import check
from copydesk.testing import run_cmd

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
        ({"path": "t.tab", "schema": FIELDS, "profile": "tabular-data-resource"}, 2),
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


@pytest.mark.parametrize("resource", [{}, {"schema": FIELDS}])
def test_a_format_that_nobody_knows_says_nothing(tmp_path: Path, resource: dict[str, Any]) -> None:
    resource = resource | {"path": "t.csv", "format": "comma separated"}
    write(tmp_path, {"datapackage.json": package(resource), "t.csv": GOOD})
    report = check(tmp_path)
    assert (report.valid, report.rows, report.tables[0].engine) == (True, 2, "duckdb")


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


# ---------------------------------------------------------------------------------------------
# Compressed, in parts, inline


def zipped(name: str, text: str, **more: str) -> bytes:
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        for member, content in {name: text, **more}.items():
            archive.writestr(member, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("path", "content", "more"),
    [
        ("t.csv.gz", gzip.compress(BAD.encode()), {}),
        ("t.csv.bz2", bz2.compress(BAD.encode()), {}),
        ("t.csv.xz", lzma.compress(BAD.encode()), {}),
        ("t.csv.zip", zipped("t.csv", BAD), {}),
        ("t.zip", zipped("a.csv", GOOD, **{"b/t.csv": BAD}), {"innerpath": "b/t.csv"}),
        ("t.bin", gzip.compress(BAD.encode()), {"compression": "gz", "format": "csv"}),
    ],
)
def test_a_compressed_table_is_read_and_its_lines_are_those_inside(
    tmp_path: Path, path: str, content: bytes, more: dict[str, Any]
) -> None:
    resource = {"path": path, "schema": FIELDS, **more}
    write(tmp_path, {"datapackage.json": package(resource), path: content})
    report = check(tmp_path)
    assert errors(report) == [("FD001", path, 3, 1)]
    assert [t.engine for t in report.tables] == ["duckdb"]


@pytest.mark.parametrize(
    ("path", "content", "more", "reason"),
    [
        ("t.csv.gz", b"id,name\n", {}, "not a gzipped file (b'id')"),
        ("t.csv.gz", gzip.compress(GOOD.encode())[:-9], {}, "compressed file ended before"),
        ("t.csv.zip", b"id,name\n", {}, "file is not a zip file"),
        ("t.csv.zip", zipped("t.csv", GOOD), {"innerpath": "u.csv"}, "no `u.csv` is in it"),
        ("t.csv.xz", b"id,name\n", {}, "input format not supported"),
        ("t.csv.gz", gzip.compress(GOOD.encode()), {"compression": "lz9"}, "`lz9` is no"),
    ],
)
def test_a_file_that_cannot_be_unpacked_is_told(
    tmp_path: Path, path: str, content: bytes, more: dict[str, Any], reason: str
) -> None:
    resource = {"path": path, "schema": FIELDS, **more}
    write(tmp_path, {"datapackage.json": package(resource), path: content})
    (found,) = findings(check(tmp_path))
    assert (found.code, found.equivalent, found.table) == ("FL017", "compression-error", "t1")
    assert reason in found.message


def test_a_file_that_swells_out_of_proportion_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.archive.ALWAYS_ALLOWED", 1000)
    bomb = gzip.compress(b"id,name\n" + b"1,a\n" * 1_000_000)
    resource = {"path": "t.csv.gz", "schema": FIELDS}
    write(tmp_path, {"datapackage.json": package(resource), "t.csv.gz": bomb})
    (found,) = findings(check(tmp_path))
    assert found.code == "FL017"
    assert "swells" in found.message


def test_size_and_hash_are_those_of_the_compressed_file(tmp_path: Path) -> None:
    content = gzip.compress(GOOD.encode())
    sha256 = hashlib.sha256(content).hexdigest()
    resource = {"path": "t.csv.gz", "bytes": len(content), "hash": f"sha256:{sha256}"}
    write(tmp_path, {"datapackage.json": package(resource), "t.csv.gz": content})
    assert check(tmp_path).valid
    write(tmp_path, {"datapackage.json": package({**resource, "bytes": len(GOOD)})})
    assert [f.code for f in findings(check(tmp_path))] == ["FL012"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_a_finding_in_a_part_is_told_in_that_part(tmp_path: Path, encoding: str) -> None:
    parts = {
        "a.csv": 'id,name\n1,"é\nb"\n2,c',  # whose last line does not end
        "b.csv": "id,name\n3,d\nx,e\n",
        "c.csv": "4,f\n4,ü\n",  # which repeats no header
    }
    schema = {**FIELDS, "primaryKey": "id"}
    resource = {"path": [*parts], "schema": schema, "encoding": encoding}
    write(tmp_path, {"datapackage.json": package(resource)})
    write(tmp_path, {name: text.encode(encoding) for name, text in parts.items()})
    report = check(tmp_path)
    assert errors(report) == [
        ("FD001", "b.csv", 3, 1), ("KY002", "b.csv", 3, 1), ("KY001", "c.csv", 2, 1),
    ]  # fmt: skip
    assert [f.row for f in findings(report)] == [5, 5, 7]
    (related,) = findings(report)[2].related
    assert (related.path, related.line) == ("c.csv", 1)
    assert report.rows == 6


def test_parts_may_be_compressed_and_one_that_is_missing_is_told(tmp_path: Path) -> None:
    resource = {"path": ["a.csv.gz", "b.csv"], "schema": FIELDS}
    write(tmp_path, {
        "datapackage.json": package(resource),
        "a.csv.gz": gzip.compress(GOOD.encode()),
        "b.csv": BAD.replace("\n", "\r\n"),
    })  # fmt: skip
    assert errors(check(tmp_path)) == [("FD001", "b.csv", 3, 1)]
    (tmp_path / "b.csv").unlink()
    (found,) = findings(check(tmp_path))
    assert (found.code, found.origin) == ("FL011", "datapackage.json#/resources/0/path/1")


def test_the_hash_of_parts_is_that_of_all_their_bytes(tmp_path: Path) -> None:
    digest = hashlib.md5((GOOD + GOOD).encode(), usedforsecurity=False).hexdigest()
    resource = {"path": ["a.csv", "b.csv"], "bytes": 2 * len(GOOD), "hash": digest}
    write(tmp_path, {"datapackage.json": package(resource), "a.csv": GOOD, "b.csv": GOOD})
    assert check(tmp_path).valid
    write(tmp_path, {"b.csv": GOOD.replace("a", "c")})
    assert [f.code for f in findings(check(tmp_path))] == ["FL013"]


ROWS = [["id", "name"], [1, "a"], [2, None]]
KEYED = [{"id": 1, "name": "a"}, {"id": 2}]


@pytest.mark.parametrize("data", [ROWS, KEYED])
@pytest.mark.parametrize("more", [{}, {"format": "inline"}, {"format": "json"}, {"type": "table"}])
@pytest.mark.parametrize("schema", [{}, {"schema": FIELDS}])
def test_rows_inside_of_a_descriptor_are_a_table(
    tmp_path: Path, data: list[Any], more: dict[str, Any], schema: dict[str, Any]
) -> None:
    if more.get("format") == "json" and data is ROWS:
        more = {}
    write(tmp_path, {"datapackage.json": package({"data": data, **more, **schema})})
    report = check(tmp_path)
    assert (report.valid, report.rows, len(report.skipped)) == (True, 2, 0)
    assert [(t.engine, t.path) for t in report.tables] == [
        ("duckdb", "datapackage.json#/resources/0/data")
    ]


def test_a_finding_in_inline_rows_is_told_where_the_value_is_written(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text("""{"resources": [
  {"name": "t", "schema": {"primaryKey": "id", "fields": [
    {"name": "id", "type": "integer"}, {"name": "name"}]},
   "data": [
     ["id", "name"],
     [1, "é\\n\\"b\\""], [1, "c"],
     ["x", "d"], [3],
     [4, "e", "f"]]}]}
""")
    assert [(f.code, f.row, f.line, f.column) for f in findings(check(tmp_path))] == [
        ("KY001", 3, 6, 24),
        ("FD001", 4, 7, 7),
        ("KY002", 4, 7, 7),
        ("TB006", 5, 7, 19),
        ("TB007", 6, 8, 15),
    ]


def test_a_finding_in_inline_objects_is_told_where_the_value_is_written(tmp_path: Path) -> None:
    (tmp_path / "datapackage.yaml").write_text("""
resources:
- name: t
  schema: {fields: [{name: id, type: integer}, {name: "n/~", constraints: {required: true}}]}
  data:
  - {id: 1, n/~: a}
  - n/~: b
    id: x
  - id: 3
""")
    assert [(f.code, f.row, f.line, f.column) for f in findings(check(tmp_path))] == [
        ("FD001", 3, 8, 9),
        ("FD002", 4, 9, 5),
    ]


@pytest.mark.parametrize(
    ("kind", "value", "valid"),
    [
        ("string", "5", True), ("string", 5, False), ("string", True, False),
        ("string", [1], False), ("integer", 5, True), ("integer", 5.0, True),
        ("integer", 5.5, False), ("integer", True, False), ("number", 5.5, True),
        ("number", False, False), ("boolean", True, True), ("boolean", 1, False),
        ("date", "2020-01-01", True), ("date", 20200101, False), ("year", 2020, True),
        ("object", {"a": 1}, True), ("object", [1], False), ("array", [1], True),
        ("list", ["a", "b"], True), ("list", 5, False), ("any", {"a": 1}, True),
        ("any", 5, True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("keyed", [False, True])
def test_a_json_value_is_of_the_type_of_its_field_or_told(
    tmp_path: Path, kind: str, value: object, valid: bool, keyed: bool
) -> None:
    schema = {"fields": [{"name": "v", "type": kind}]}
    data: list[Any] = [{"v": value}] if keyed else [["v"], [value]]
    write(tmp_path, {"datapackage.json": package({"data": data, "schema": schema})})
    found = [(f.code, f.row, f.field) for f in findings(check(tmp_path))]
    assert found == ([] if valid else [("FD001", 2, "v")])


def test_null_is_missing_even_where_an_empty_text_is_not(tmp_path: Path) -> None:
    field = {"name": "v", "type": "string", "constraints": {"required": True}}
    schema = {"fields": [field], "missingValues": []}
    data = [["v"], [""], [None]]
    write(tmp_path, {"datapackage.json": package({"data": data, "schema": schema})})
    assert [(f.code, f.row) for f in findings(check(tmp_path))] == [("FD002", 3)]


def test_a_boolean_and_a_number_in_json_need_not_look_as_they_would_in_text(tmp_path: Path) -> None:
    schema = {"fields": [
        {"name": "b", "type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
        {"name": "n", "type": "number", "decimalChar": ","},
    ]}  # fmt: skip
    data = [["b", "n"], [True, 1.5], [False, -2]]
    write(tmp_path, {"datapackage.json": package({"data": data, "schema": schema})})
    assert check(tmp_path).valid


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ([["id"], [1], "bad"], "/2"),
        ([{"id": 1}, [1]], "/1"),
        (["a"], "/0"),
        ({"id": [1]}, ""),
    ],
)
def test_data_that_are_no_rows_are_told_at_the_first_of_them(
    tmp_path: Path, data: object, pointer: str
) -> None:
    write(tmp_path, {"datapackage.json": package({"data": data, "type": "table"})})
    (found,) = [f for f in findings(check(tmp_path)) if f.code != "PK002"]
    assert (found.code, found.equivalent) == ("FL019", "source-error")
    assert found.origin == f"datapackage.json#/resources/0/data{pointer}"


def test_csv_inside_of_a_descriptor_is_a_table(tmp_path: Path) -> None:
    resource = {"data": BAD, "format": "csv", "schema": FIELDS}
    write(tmp_path, {"datapackage.json": package(resource)})
    (found,) = findings(check(tmp_path))
    assert (found.code, found.row, found.path) == ("FD001", 3, "datapackage.json")


def test_a_foreign_key_may_refer_to_inline_rows(tmp_path: Path) -> None:
    key = {"fields": "id", "reference": {"resource": "t1", "fields": "id"}}
    child = {"path": "t.csv", "schema": {**FIELDS, "foreignKeys": [key]}}
    parent = {"data": ROWS, "schema": FIELDS}
    write(tmp_path, {"datapackage.json": package(parent, child), "t.csv": "id,name\n1,a\n7,b\n"})
    assert errors(check(tmp_path)) == [("RF001", "t.csv", 3, 1)]


# ---------------------------------------------------------------------------------------------
# Counts


@pytest.mark.parametrize(
    ("stated", "equivalents"),
    [
        ({"rows": 2, "fields": 2}, []),
        ({"rows": 3, "fields": 3}, ["field-count", "row-count"]),
        ({"stats": {"rows": 3, "fields": 2, "bytes": 16}}, ["row-count"]),
        ({"stats": {"rows": 2, "bytes": 17}}, ["byte-count"]),
        ({"stats": {"md5": "0" * 32}}, ["hash-count"]),
        ({"hashing": "sha1", "stats": {"hash": "0" * 40}}, ["hash-count"]),
    ],
)
def test_the_counts_that_a_resource_states_are_held_to_it(
    tmp_path: Path, stated: dict[str, Any], equivalents: list[str]
) -> None:
    resource = {"path": "t.csv", "schema": FIELDS, **stated}
    write(tmp_path, {"datapackage.json": package(resource), "t.csv": GOOD})
    assert sorted(f.equivalent for f in findings(check(tmp_path))) == equivalents


# ---------------------------------------------------------------------------------------------
# On the network


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Serve the folder `www` to this machine alone."""
    (tmp_path / "www").mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = partial(Quiet, directory=str(tmp_path / "www"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as serving:
        thread = Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()
        thread.join()


REMOTE = Settings(remote=True)


def test_nothing_is_fetched_unless_that_is_allowed(tmp_path: Path, server: str) -> None:
    table = {"path": f"{server}/t.csv", "schema": FIELDS}
    more = {"path": "t.csv", "schema": f"{server}/s.json", "dialect": f"{server}/d.json"}
    write(tmp_path, {"datapackage.json": package(table, more), "t.csv": GOOD, "www/t.csv": GOOD})
    report = check(tmp_path)
    assert [(f.code, f.table, f.origin.rpartition("#")[2]) for f in findings(report)] == [
        ("FL018", "t1", "/resources/0/path"),
        ("FL018", "t2", "/resources/1/schema"),
        ("FL018", "t2", "/resources/1/dialect"),
    ]
    assert {s.table for s in report.skipped} == {"t1", "t2"}


def test_what_is_on_the_network_is_read_where_that_is_allowed(tmp_path: Path, server: str) -> None:
    size = len(BAD)
    write(tmp_path, {
        "datapackage.json": package(
            {"path": f"{server}/t.csv", "schema": f"{server}/s.yaml", "bytes": size + 1},
            {"path": [f"{server}/t.csv.gz", f"{server}/u.csv"], "schema": FIELDS},
            {"path": f"{server}/page.pdf", "hash": "0" * 32},
        ),
        "www/t.csv": BAD,
        "www/s.yaml": "fields: [{name: id, type: integer}, {name: name}]",
        "www/t.csv.gz": gzip.compress(GOOD.encode()),
        "www/u.csv": BAD,
        "www/page.pdf": "%PDF",
    })  # fmt: skip
    report = check(tmp_path, settings=REMOTE)
    assert sorted((f.code, f.path, f.line) for f in findings(report)) == [
        ("FD001", f"{server}/t.csv", 3),
        ("FD001", f"{server}/u.csv", 3),
        ("FL012", f"{server}/t.csv", None),
        ("FL013", f"{server}/page.pdf", None),
    ]


def test_what_a_server_does_not_send_is_told_with_its_words(tmp_path: Path, server: str) -> None:
    write(tmp_path, {"datapackage.json": package({"path": f"{server}/t.csv"})})
    (found,) = findings(check(tmp_path, settings=REMOTE))
    assert (found.code, found.equivalent) == ("FL018", "scheme-error")
    assert "404" in found.message


def test_no_more_is_fetched_than_is_good(
    tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.files.remote.MOST", 10)
    write(tmp_path, {
        "datapackage.json": package({"path": f"{server}/t.csv"}), "www/t.csv": GOOD
    })  # fmt: skip
    (found,) = findings(check(tmp_path, settings=REMOTE))
    assert "larger than 10 bytes" in found.message


def test_the_command_fetches_with_its_option_only(tmp_path: Path, server: str) -> None:
    write(tmp_path, {
        "datapackage.json": package({"path": f"{server}/t.csv"}), "www/t.csv": GOOD
    })  # fmt: skip
    assert run_cmd("check", ".", cwd=tmp_path).code == 1
    assert run_cmd("check", ".", "--allow-remote", cwd=tmp_path).code == 0


# ---------------------------------------------------------------------------------------------
# Rows in files of JSON and YAML


JSON = '[\n {"id": 1, "name": "é"},\n {"id": "x", "name": "b"}]\n'


@pytest.mark.parametrize(
    ("path", "content", "dialect", "line", "column"),
    [
        ("t.json", JSON.encode(), {}, 3, 9),
        ("t.json", f'{{"a/b": {JSON}}}'.encode(), {"property": "a/b"}, 3, 9),
        ("t.json", f'{{"a": {{"b": {JSON}}}}}'.encode(), {"property": "a.b"}, 3, 9),
        ("t.json", JSON.encode(), {"delimiter": ";", "itemType": "object"}, 3, 9),
        ("t.json", JSON.encode(), {"itemKeys": ["id", "name"]}, 3, 9),
        ("t.json", b'[["id", "name"],\n [1, ""],\n  ["x", "b"]]', {}, 3, 4),
        ("t.json", b'[[1, ""], ["x", "b"]]', {"header": False}, 1, 12),
        ("t.json.gz", gzip.compress(JSON.encode()), {}, 3, 9),
        ("t.yaml", "- id: 1\n  name: é\n- {id: x, name: b}\n".encode(), {}, 3, 8),
    ],
)
def test_rows_in_a_document_are_a_table_whose_cells_stand_in_it(
    path: str, content: bytes, dialect: dict[str, Any], line: int, column: int, tmp_path: Path
) -> None:
    resource = {"path": path, "schema": FIELDS, "dialect": dialect}
    write(tmp_path, {"datapackage.json": package(resource), path: content})
    report = check(tmp_path)
    row = 2 if dialect.get("header") is False else 3
    (found,) = findings(report)
    assert (found.code, found.row, found.field) == ("FD001", row, "id")
    assert (found.path, found.line, found.column) == (path, line, column)
    assert [table.engine for table in report.tables] == ["duckdb"]


@pytest.mark.parametrize(
    ("content", "dialect", "line", "column", "reason"),
    [
        (b"[\n {]", {}, 2, 3, "is not JSON"),
        (b"", {}, 1, 1, "is not JSON"),
        (b'[{"name": "\xe9"}]', {}, 1, 1, "not utf-8"),
        (b' {"id": 1}', {}, 1, 2, "they are an object"),
        (b' {"id": 1}', {"property": "rows"}, 1, 2, "has no `rows`"),
        (b'[{"id": 1},\n [2]]', {}, 2, 2, "row 2 of them is a list"),
        (b'[{"id": 1}]', {"itemType": "array"}, 1, 2, "row 1 of them is an object"),
    ],
)
def test_a_document_without_rows_is_told_where_it_breaks(
    content: bytes, dialect: dict[str, Any], line: int, column: int, reason: str, tmp_path: Path
) -> None:
    resource = {"path": "t.json", "schema": FIELDS, "dialect": dialect}
    write(tmp_path, {"datapackage.json": package(resource), "t.json": content})
    assert errors(check(tmp_path)) == [("FL019", "t.json", line, column)]
    assert reason in findings(check(tmp_path))[0].message


def test_a_document_that_nobody_calls_a_table_is_none(tmp_path: Path) -> None:
    write(tmp_path, {"datapackage.json": package({"path": "t.json"}), "t.json": "{"})
    assert check(tmp_path).valid


def test_size_and_hash_of_a_document_are_its_own(tmp_path: Path) -> None:
    content = b'[{"id": 1, "name": "a"}]'
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    resource = {"path": "t.json", "schema": FIELDS, "bytes": len(content), "hash": digest}
    write(tmp_path, {"datapackage.json": package(resource), "t.json": content})
    assert check(tmp_path).valid
    write(tmp_path, {"t.json": content + b" "})
    assert [f.code for f in findings(check(tmp_path))] == ["FL012", "FL013"]


# ---------------------------------------------------------------------------------------------
# Unsafe


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../t.csv", "a/../../t.csv", "~/t.csv", "C:\\t.csv", "file:///etc/passwd",
     "link.csv", ".git/config"],
)  # fmt: skip
@pytest.mark.parametrize("shape", ["one", "parts", "extra", "url", "gz"])
def test_no_path_is_followed_out_of_the_package(tmp_path: Path, path: str, shape: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("id,name\n1,secret\n")
    root = tmp_path / "p"
    write(root, {"t.csv": GOOD})
    (root / "link.csv").symlink_to(secret)
    resource = {
        "one": {"path": path},
        "parts": {"path": ["t.csv", path]},
        "extra": {"path": "t.csv", "extrapaths": [path]},
        "url": {"url": path},
        "gz": {"path": path, "compression": "gz"},
    }[shape]
    write(root, {"datapackage.json": package({**resource, "type": "table"})})
    report = check(root)
    assert not report.valid
    assert report.rows == 0


@pytest.mark.parametrize(
    ("match", "told"), [("exact", True), ("superset", True), ("subset", False), ("partial", False)]
)
def test_a_key_that_names_no_field_is_told_once(tmp_path: Path, match: str, told: bool) -> None:
    data = [{"id": 1, "name": "a"}, {"id": 2, "nmae": "b"}, {"id": 3, "nmae": "c"}]
    resource = {"data": data, "schema": {**FIELDS, "fieldsMatch": match}}
    write(tmp_path, {"datapackage.json": package(resource)})
    found = [(f.code, f.equivalent, f.field, f.origin) for f in findings(check(tmp_path))]
    at = "datapackage.json#/resources/0/data/1/nmae"
    assert found == ([("TB002", "extra-label", "nmae", at)] if told else [])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_a_part_that_is_not_of_the_encoding_is_no_crash(tmp_path: Path, encoding: str) -> None:
    resource = {"path": ["a.csv", "b.csv"], "schema": FIELDS, "encoding": encoding}
    second = GOOD.encode("utf-16-le" if encoding == "utf-16" else "latin-1") + b"\xe9,\xff\n\xd8"
    files = {"a.csv": GOOD.encode(encoding), "b.csv": second}
    write(tmp_path, {"datapackage.json": package(resource), **files})
    assert not check(tmp_path).valid


def test_of_many_values_of_another_kind_the_first_are_shown_and_all_counted(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "v", "type": "string"}]}
    data = [["v"], *([number] for number in range(50))]
    write(tmp_path, {"datapackage.json": package({"data": data, "schema": schema})})
    report = check(tmp_path)
    assert (len(findings(report)), report.errors) == (5, 50)
    assert len(findings(check(tmp_path, settings=Settings(shown=None)))) == 50


def test_a_compressed_table_without_a_descriptor_is_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(BAD.encode(), mtime=9)  # in which tabs seem to divide cells
    write(tmp_path, {"t.csv.gz": packed, "schemas/t.schema.json": FIELDS})
    report = check(tmp_path / "t.csv.gz")
    assert [(t.name, t.rows) for t in report.tables] == [("t", 2)]
    [found] = [f for f in report.findings if f.severity == "error"]
    assert (found.code, found.path, found.line, found.column) == ("FD001", "t.csv.gz", 3, 1)
