"""Release archives: complete, true to the check, and the same bytes wherever they are built."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copydesk import building
from copydesk.archive import moment, unpack
from copydesk.building import Built, build, seal
from copydesk.errors import UserError
from copydesk.findings import Finding, Report, TableResult, Total
from copydesk.loading import load
from copydesk.model import Package, Severity
from copydesk.package import read_package

ROOT = Path(__file__).parent.parent
QUOTES = "quote_id,day,words\nq1,2020-01-11,né|b\nq2,,\n"
SCHEMA = {
    "fields": [
        {"name": "quote_id", "type": "string"},
        {"name": "day", "type": "date"},
        {"name": "words", "type": "list", "delimiter": "|"},
    ],
    "primaryKey": ["quote_id"],
}
FILES = {
    "data/quotes.csv": QUOTES,
    "data/people.csv": "person_id\na\n",
    "data/CHANGELOG.md": "# 1.2.0\n",
    "schemas/quotes.schema.json": json.dumps(SCHEMA),
    "schemas/quotes.expectations.json": '{"name": "quotes", "expectations": []}',
    "schemas/rules/QT001-a-rule.sql": "SELECT 1 WHERE false\n",
    "README.md": "# Sample\n",
    "LICENSE": "MIT\n",
    "LICENSE-DATA": "CC-BY-4.0\n",
    "CITATION.cff": "title: Sample\n",
    "docs/codebook.md": "# Codebook\n",
    "notes/draft.md": "not for the public\n",
    ".env": "SECRET=1\n",
}
PRIVATE = {"notes/draft.md", ".env"}
SHIPPED = [*sorted(FILES.keys() - PRIVATE), "datapackage.json", "report.json"]


def descriptor(**more: Any) -> dict[str, Any]:
    quotes = {"name": "quotes", "type": "table", "path": "data/quotes.csv"}
    people = {"name": "people", "type": "table", "path": "data/people.csv"}
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "sample",
        "version": "1.2.0",
        "resources": [
            quotes | {"schema": "schemas/quotes.schema.json"},
            people | {"schema": {"fields": [{"name": "person_id", "type": "string"}]}},
        ],
        **more,
    }


def make(folder: Path, **more: Any) -> Package:
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    (folder / "datapackage.json").write_text(json.dumps(descriptor(**more)), encoding="utf-8")
    return read_package(folder).package


def report_of(package: Package, *findings: Finding) -> Report:
    rows = {"quotes": 2, "people": 1}
    tables = tuple(
        TableResult(t.name, t.path, rows.get(t.name, 0), True, "duckdb", 3) for t in package.tables
    )
    totals = tuple(Total(f.code, f.name, f.severity, f.table, f.field, 1, 1) for f in findings)
    where = str(package.root / "datapackage.json")
    return Report(
        package.name, package.version, where, tables, findings, totals, (), 6, 0.123
    )  # fmt: skip


def built(package: Package, out: Path | None = None) -> Built:
    return build(package, report_of(package), out, sealed=seal(package))


def contents(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as zipped:
        return {m.filename: zipped.read(m) for m in zipped.infolist()}


def sums(lines: bytes) -> dict[str, str]:
    """Return what a checksum file says, read as `sha256sum -c` reads it."""
    parts = [line.split("  ", 1) for line in lines.decode().removesuffix("\n").split("\n")]
    return {path: digest for digest, path in parts}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_the_archive_holds_what_the_release_needs_and_no_more(tmp_path: Path) -> None:
    found = built(make(tmp_path))
    assert found.archive == tmp_path / "dist" / "sample-1.2.0.zip"
    top = {f"sample-1.2.0/{path}" for path in [*SHIPPED, "SHA256SUMS"]}
    assert set(contents(found.archive)) == top
    assert found.files == tuple(sorted([*SHIPPED, "SHA256SUMS"]))


def test_the_files_are_packed_as_they_are(tmp_path: Path) -> None:
    packed = contents(built(make(tmp_path)).archive)
    for path in set(SHIPPED) - {"datapackage.json", "report.json"}:
        assert packed[f"sample-1.2.0/{path}"] == FILES[path].encode()


def test_every_checksum_is_right(tmp_path: Path) -> None:
    found = built(make(tmp_path))
    packed = contents(found.archive)
    inner = sums(packed.pop("sample-1.2.0/SHA256SUMS"))
    assert inner == {p.removeprefix("sample-1.2.0/"): sha256(d) for p, d in packed.items()}
    assert list(inner) == sorted(inner)
    outer = sums(found.checksums.read_bytes())
    assert outer == {"sample-1.2.0.zip": sha256(found.archive.read_bytes())}
    assert found.artifacts[0].sha256 == outer["sample-1.2.0.zip"]
    assert found.artifacts[0].bytes == found.archive.stat().st_size


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="there is no sha256sum here")
def test_coreutils_agrees(tmp_path: Path) -> None:
    found = built(make(tmp_path))
    root = unpack(found.archive, tmp_path / "unpacked").parent
    for folder in (found.archive.parent, root):
        command = ["sha256sum", "--check", "--strict", "--status", "SHA256SUMS"]
        assert subprocess.run(command, cwd=folder, check=False).returncode == 0


def test_the_descriptor_states_size_hash_and_rows_of_each_table(tmp_path: Path) -> None:
    packed = contents(built(make(tmp_path)).archive)
    described = json.loads(packed["sample-1.2.0/datapackage.json"])
    quotes, people = described["resources"]
    data = QUOTES.encode()
    assert quotes["bytes"] == len(data)
    assert quotes["hash"] == f"sha256:{sha256(data)}"
    assert (quotes["rows"], people["rows"]) == (2, 1)
    for resource in described["resources"]:
        for name in ("bytes", "hash", "rows"):
            del resource[name]
    assert described == descriptor()


def test_the_report_in_the_archive_says_nothing_of_the_build(tmp_path: Path) -> None:
    packed = contents(built(make(tmp_path)).archive)
    text = packed["sample-1.2.0/report.json"].decode()
    assert str(tmp_path) not in text
    report = json.loads(text)
    assert report["valid"] is True
    assert report["stats"]["seconds"] == 0
    assert [t["rows"] for t in report["tables"]] == [2, 1]


def test_frictionless_accepts_the_archive(tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    found = unpack(built(make(tmp_path)).archive, tmp_path / "unpacked")
    verdict = frictionless.Package(str(found)).validate()
    assert verdict.valid, verdict.flatten(["type", "note"])
    assert verdict.stats["tasks"] == 2


@pytest.mark.parametrize(("property_", "wrong"), [("rows", 3), ("bytes", 1), ("hash", "sha256:0")])
def test_frictionless_would_see_a_wrong_statement(
    property_: str, wrong: object, tmp_path: Path
) -> None:
    frictionless = pytest.importorskip("frictionless")
    found = unpack(built(make(tmp_path)).archive, tmp_path / "unpacked")
    described = json.loads(found.read_bytes())
    described["resources"][0][property_] = wrong
    found.write_text(json.dumps(described), encoding="utf-8")
    assert not frictionless.Package(str(found)).validate().valid


def test_a_release_can_be_loaded(tmp_path: Path) -> None:
    package = load(built(make(tmp_path)).archive)
    assert (package.name, package.version, package.tables) == (
        "sample",
        "1.2.0",
        ("quotes", "people"),
    )
    assert next(package["quotes"].rows())["words"] == ["né", "b"]
    assert len(package["quotes"]) == 2


# The same bytes everywhere

ELSEWHERE = """
import os, sys, pathlib
os.umask(int(sys.argv[3], 8))
sys.path.insert(0, sys.argv[1])
import time
time.tzset()
import test_release
folder = pathlib.Path(sys.argv[2])
package = test_release.make(folder, created="2024-05-06T23:30:01+02:00")
for file in sorted(folder.rglob("*"), reverse=True):
    os.utime(file, (int(sys.argv[4]), int(sys.argv[4])))
print(test_release.built(package).artifacts[0].sha256)
"""


def build_elsewhere(folder: Path, umask: str, mtime: str, **environment: str) -> Path:
    folder.mkdir(parents=True)
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    subprocess.run(
        [sys.executable, "-c", ELSEWHERE, ROOT / "tests", folder, umask, mtime],
        env=os.environ | {"PYTHONPATH": path} | environment,
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder / "dist" / "sample-1.2.0.zip"


def test_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    one = build_elsewhere(
        tmp_path / "a", "022", "1000000000", TZ="Asia/Tokyo", LC_ALL="C", PYTHONHASHSEED="1"
    )
    other = build_elsewhere(
        tmp_path / "b c" / "é", "077", "1700000000", TZ="America/New_York", LC_ALL="C.UTF-8",
        PYTHONHASHSEED="2", HOME=str(tmp_path), USER="somebody", PYTHONUTF8="1",
    )  # fmt: skip
    assert one.read_bytes() == other.read_bytes()
    sums_of = [file.with_name("SHA256SUMS").read_bytes() for file in (one, other)]
    assert sums_of[0] == sums_of[1]


def test_the_archive_says_nothing_of_the_machine(tmp_path: Path) -> None:
    found = built(make(tmp_path, created="2024-05-06T23:30:00+02:00"))
    with zipfile.ZipFile(found.archive) as zipped:
        members = zipped.infolist()
    assert {m.date_time for m in members} == {(2024, 5, 6, 21, 30, 0)}
    assert {m.external_attr >> 16 for m in members} == {0o100644}
    assert {m.create_system for m in members} == {3}
    assert {m.compress_type for m in members} == {zipfile.ZIP_STORED}
    assert [m.filename for m in members] == sorted(m.filename for m in members)
    assert {m.extra for m in members} == {b""}


@pytest.mark.parametrize("created", [None, 2020, "yesterday", "1969-01-01", "2200-01-01"])
def test_without_a_usable_date_members_are_of_1980(created: object) -> None:
    assert moment(created) == (1980, 1, 1, 0, 0, 0)


# What goes in


def test_the_documents_can_be_listed(tmp_path: Path) -> None:
    package = make(tmp_path, copydesk={"build": {"include": ["notes/draft.md", "README.md"]}})
    documents = set(SHIPPED) - {"data/CHANGELOG.md", "LICENSE", "LICENSE-DATA", "CITATION.cff"}
    documents -= {"docs/codebook.md"}
    assert set(built(package).files) == documents | {"notes/draft.md", "SHA256SUMS"}


REFUSED: list[tuple[list[str], str]] = [
    (["../outside.md"], "no plain path inside the package"),
    (["/etc/hostname"], "no plain path inside the package"),
    (["./README.md"], "no plain path inside the package"),
    (["link.md"], "no plain path inside the package"),
    (["https://example.org/a.md"], "is remote"),
    (["absent.md"], "is missing"),
    (["docs"], "is missing"),
    (["report.json"], "written by the build"),
]


@pytest.mark.parametrize(("include", "why"), REFUSED)
def test_only_files_of_the_package_are_packed(include: list[str], why: str, tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text("secret", encoding="utf-8")
    folder = tmp_path / "inside"
    package = make(folder, copydesk={"build": {"include": include}})
    (folder / "link.md").symlink_to(tmp_path / "outside.md")
    (folder / "report.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match=why) as caught:
        built(package)
    assert f"`{include[0]}`" in caught.value.message
    assert not (folder / "dist").exists()


def test_a_document_found_by_convention_is_not_followed_out(tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text("secret", encoding="utf-8")
    package = make(tmp_path / "inside")
    (tmp_path / "inside" / "docs" / "more.md").symlink_to(tmp_path / "outside.md")
    with pytest.raises(UserError, match=r"`docs/more\.md` is no plain path"):
        built(package)


def test_an_include_of_another_shape_is_refused(tmp_path: Path) -> None:
    package = make(tmp_path, copydesk={"build": {"include": "README.md"}})
    with pytest.raises(UserError, match="no list of paths"):
        built(package)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (["data/quotes.csv", "data/people.csv"], "made of 2 files"),
        ("https://example.org/quotes.csv", "is remote"),
        ("data/absent.csv", "is missing"),
        ("../quotes.csv", "no plain path"),
    ],
)
def test_a_table_that_is_no_single_file_of_the_package_is_refused(
    path: object, why: str, tmp_path: Path
) -> None:
    make(tmp_path)
    described = descriptor()
    described["resources"][0]["path"] = path
    (tmp_path / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    with pytest.raises(UserError, match=why):
        built(read_package(tmp_path).package)


def test_a_resource_with_its_data_inline_stays_as_it_is(tmp_path: Path) -> None:
    inline = {"name": "inline", "data": [["a"], [1]]}
    make(tmp_path)
    described = descriptor()
    described["resources"].append(inline)
    (tmp_path / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    package = read_package(tmp_path).package
    report = report_of(package)
    found = build(package, report, sealed=seal(package))
    packed = json.loads(contents(found.archive)["sample-1.2.0/datapackage.json"])
    assert packed["resources"][2] == inline | {"rows": 0}


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"version": ""}, "there is no version"),
        ({"version": "1.0/2"}, "cannot name an archive"),
        ({"name": "../evil"}, "cannot name an archive"),
        ({"name": None}, "there is no name"),
    ],
)
def test_a_release_has_a_name_and_a_version(more: dict[str, Any], why: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=why):
        built(make(tmp_path, **more))


def test_files_without_a_descriptor_are_no_release(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n", encoding="utf-8")
    package = read_package(tmp_path).package
    with pytest.raises(UserError, match=r"no `datapackage\.json`"):
        built(package)


def test_the_descriptor_is_packed_under_its_common_name(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "datapackage.json").rename(tmp_path / "other.json")
    found = built(read_package(tmp_path / "other.json").package)
    assert found.files == tuple(sorted([*SHIPPED, "SHA256SUMS"]))


# The report and the bytes belong together


def finding(severity: Severity) -> Finding:
    return Finding("FD001", "wrong-type", severity, "`x` is no date", "quotes", "data/quotes.csv")


def test_a_dataset_with_errors_is_not_released(tmp_path: Path) -> None:
    package = make(tmp_path)
    report = report_of(package, finding(Severity.ERROR))
    with pytest.raises(UserError, match=r"^the dataset has 1 error$") as caught:
        build(package, report, sealed=seal(package))
    assert caught.value.hint == "copydesk check"
    assert not (tmp_path / "dist").exists()


def test_warnings_are_released_and_reported(tmp_path: Path) -> None:
    package = make(tmp_path)
    report = report_of(package, finding(Severity.WARNING))
    packed = contents(build(package, report, sealed=seal(package)).archive)
    assert json.loads(packed["sample-1.2.0/report.json"])["stats"]["warnings"] == 1


OTHER: dict[str, tuple[Callable[[Report], Report], str]] = {
    "version": (lambda r: replace(r, version="1.1.0"), "is about sample 1.1.0"),
    "table": (lambda r: replace(r, tables=r.tables[:1]), "leaves out the table `people`"),
}


@pytest.mark.parametrize(("change", "why"), OTHER.values(), ids=OTHER.keys())
def test_a_report_about_something_else_is_refused(
    change: Callable[[Report], Report], why: str, tmp_path: Path
) -> None:
    package = make(tmp_path)
    with pytest.raises(UserError, match=why):
        build(package, change(report_of(package)), sealed=seal(package))


@pytest.mark.parametrize(
    "path",
    [
        "data/quotes.csv",
        "schemas/quotes.schema.json",
        "schemas/rules/QT001-a-rule.sql",
        "README.md",
    ],
)
def test_a_file_that_changed_after_the_check_is_refused(path: str, tmp_path: Path) -> None:
    package = make(tmp_path)
    sealed = seal(package)
    old = built(package).archive.read_bytes()
    text = (tmp_path / path).read_text(encoding="utf-8")
    (tmp_path / path).write_text(text.replace("e", "f", 1), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        build(package, report_of(package), sealed=sealed)
    assert caught.value.message == f"`{path}` changed after the check"
    assert (tmp_path / "dist" / "sample-1.2.0.zip").read_bytes() == old


def test_a_descriptor_that_changed_after_the_check_is_refused(tmp_path: Path) -> None:
    package = make(tmp_path)
    sealed = seal(package)
    make(tmp_path, title="Another")
    with pytest.raises(UserError, match=r"`datapackage\.json` changed"):
        build(package, report_of(package), sealed=sealed)


def test_a_file_that_came_or_went_after_the_check_is_refused(tmp_path: Path) -> None:
    package = make(tmp_path)
    sealed = seal(package)
    (tmp_path / "schemas" / "rules" / "QT002-new.sql").write_text("SELECT 1", encoding="utf-8")
    (tmp_path / "README.md").unlink()
    with pytest.raises(UserError, match=r"`README.md`, `schemas/rules/QT002-new.sql` changed"):
        build(package, report_of(package), sealed=sealed)


# Nothing half-written


def listing(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_a_build_that_fails_half_way_leaves_the_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = make(tmp_path)
    out = built(package).archive.parent
    before = listing(out)
    (tmp_path / "README.md").write_text("# New\n", encoding="utf-8")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "checksums", interrupted)
    with pytest.raises(KeyboardInterrupt):
        built(package)
    assert listing(out) == before


@pytest.mark.parametrize("old", [True, False])
def test_a_build_that_fails_at_the_last_move_leaves_the_old_files(
    old: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = make(tmp_path)
    out = tmp_path / "dist"
    if old:
        built(package)
    before = listing(out) if old else {}
    (tmp_path / "README.md").write_text("# New\n", encoding="utf-8")
    move = Path.replace

    def full(self: Path, target: Path) -> Path:
        if self.name == "SHA256SUMS":
            raise OSError(28, "No space left on device")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UserError, match="No space left"):
        built(package)
    assert listing(out) == before


def test_a_second_build_replaces_the_first(tmp_path: Path) -> None:
    package = make(tmp_path)
    first = built(package)
    (tmp_path / "README.md").write_text("# New\n", encoding="utf-8")
    second = built(package)
    assert second.artifacts[0].sha256 != first.artifacts[0].sha256
    assert set(listing(tmp_path / "dist")) == {"sample-1.2.0.zip", "SHA256SUMS"}
    assert sums(second.checksums.read_bytes()) == {"sample-1.2.0.zip": second.artifacts[0].sha256}


def test_the_archive_goes_where_it_is_wanted(tmp_path: Path) -> None:
    package = make(tmp_path / "package")
    found = built(package, tmp_path / "a" / "b")
    assert found.archive == tmp_path / "a" / "b" / "sample-1.2.0.zip"
    assert not (tmp_path / "package" / "dist").exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    package = make(tmp_path / "package")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="cannot write the release"):
        built(package, tmp_path / "file" / "dist")
