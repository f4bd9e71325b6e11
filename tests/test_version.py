"""The next number of the data: bases, numbers, reasons, and the files that carry it."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_revisions import commit, git

from copydesk.errors import UserError
from copydesk.releases import Number, number_of, releases_of
from copydesk.revisions import repository
from copydesk.testing import make_package, run_cmd
from copydesk.versioning import Proposal, proposed
from copydesk.versioning.kinds import KINDS
from copydesk.versioning.words import proposal_json

SCHEMA: dict[str, Any] = {
    "fields": [{"name": "id"}, {"name": "name"}, {"name": "n", "type": "integer"}],
    "primaryKey": "id",
}
BEGUN = "id,name,n\na,Ann,1\nb,Bob,2\nc,Cid,3\n"


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A repository whose first commit is released as 1.2.0."""
    write(tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, {}, "begin")
    git(tmp_path, "tag", "v1.2.0")
    return tmp_path


def write(root: Path, text: str = BEGUN, schema: Any = SCHEMA, **properties: Any) -> None:
    properties = {"version": "1.2.0", **properties}
    make_package(root, {"t": text}, schemas={"t": schema}, **properties)


def kinds(found: Proposal) -> list[str]:
    return [r.kind for r in found.reasons]


def field(number: int, **properties: Any) -> dict[str, Any]:
    fields = [dict(f) for f in SCHEMA["fields"]]
    fields[number] |= properties
    return {**SCHEMA, "fields": fields}


# numbers


@pytest.mark.parametrize(
    ("text", "cls", "expected"),
    [
        ("1.4.2", "major", "2.0.0"), ("1.4.2", "minor", "1.5.0"), ("1.4.2", "patch", "1.4.3"),
        ("1.4.2", "none", "1.4.2"), ("0.4.2", "major", "0.5.0"), ("0.4.2", "minor", "0.5.0"),
        ("0.4.2", "patch", "0.4.3"), ("2.0.0-rc.1", "major", "2.0.0"),
        ("2.0.0-rc.1", "patch", "2.0.0"), ("1.5.0-rc.1", "major", "2.0.0"),
        ("1.5.1-rc.1", "minor", "1.6.0"), ("0.5.0-rc.1", "major", "0.5.0"),
    ],
)  # fmt: skip
def test_a_number_rises_by_the_class_of_the_change(text: str, cls: Any, expected: str) -> None:
    number = number_of(text)
    assert number is not None
    assert str(number.raised(cls)) == expected


@pytest.mark.parametrize("text", ["1.2", "1.2.3.4", "01.2.3", "v1.2.3", "1.2.3-", "١.2.3", ""])
def test_what_is_no_semantic_version_is_no_number(text: str) -> None:
    assert number_of(text) is None


def test_numbers_are_ordered_as_semantic_versioning_orders_them() -> None:
    listed = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11",
              "1.0.0-rc.1", "1.0.0", "1.0.1", "1.10.0", "2.0.0"]  # fmt: skip
    numbers = [n for text in reversed(listed) if (n := number_of(text))]
    assert [str(n) for n in sorted(numbers)] == listed
    assert number_of("1.0.0+a") == number_of("1.0.0+b")


@given(st.tuples(*[st.integers(0, 30)] * 3), st.sampled_from(["major", "minor", "patch"]))
def test_a_raised_number_is_higher_and_no_pre_release(parts: Any, cls: Any) -> None:
    number = Number(*parts)
    assert number.raised(cls) > number
    assert number_of(str(number.raised(cls))) == number.raised(cls)


# tags


def test_tags_of_the_data_go_before_those_of_anything(dataset: Path) -> None:
    for tag in ("v2.0.0", "1.9.0", "words", "other-3.0.0", "v2.1.0-rc.1"):
        git(dataset, "tag", tag)
    found = repository(dataset)
    assert [r.tag for r in releases_of(found, "test")] == ["v1.2.0", "1.9.0", "v2.0.0"]
    for tag in ("data-0.9.0", "test-v1.10.0", "test/1.9.0", "data@1.0.0"):
        git(dataset, "tag", tag)
    assert [r.tag for r in releases_of(found, "test")] == [
        "data-0.9.0", "data@1.0.0", "test/1.9.0", "test-v1.10.0",
    ]  # fmt: skip
    assert [r.tag for r in releases_of(found, "test", "other-")] == ["other-3.0.0"]
    assert [r.tag for r in releases_of(found, "test", "")] == ["1.9.0"]


def test_the_package_says_what_its_tags_begin_with(dataset: Path) -> None:
    git(dataset, "tag", "set-1.1.0")
    git(dataset, "tag", "v3.0.0")
    write(dataset, copydesk={"tags": "set-"})
    assert proposed(dataset).named == "set-1.1.0"
    write(dataset, copydesk={"tags": 1})
    assert "PK102" in run_cmd("check", dataset, "--format", "concise").out


def test_the_base_is_the_last_release_on_the_way_here(dataset: Path) -> None:
    git(dataset, "checkout", "-q", "-b", "side")
    commit(dataset, {"data/t.csv": BEGUN + "d,Dan,4\n"}, "on the side")
    git(dataset, "tag", "v1.3.0")
    git(dataset, "checkout", "-q", "main")
    commit(dataset, {"data/t.csv": BEGUN.replace("Bob", "Rob")}, "here")
    assert proposed(dataset).named == "v1.2.0"
    assert proposed(dataset, "v1.3.0").named == "v1.3.0"


def test_without_a_release_there_is_nothing_to_compare_with(dataset: Path) -> None:
    git(dataset, "tag", "-d", "v1.2.0")
    said = run_cmd("version", cwd=dataset)
    assert said.code == 2
    assert "no release is tagged" in said.err
    assert "--base REV" in said.err
    git(dataset, "commit", "-q", "--amend", "-m", "another")
    git(dataset, "tag", "v9.0.0")
    git(dataset, "checkout", "-q", "--orphan", "new")
    git(dataset, "commit", "-q", "-m", "begin again")
    assert "`v9.0.0` is on another branch" in run_cmd("version", cwd=dataset).err


def test_a_shallow_clone_is_refused_with_a_hint(dataset: Path, tmp_path_factory: Any) -> None:
    commit(dataset, {"data/t.csv": BEGUN.replace("Bob", "Rob")}, "later")
    clone = tmp_path_factory.mktemp("clone") / "shallow"
    git(dataset, "clone", "-q", "--depth", "1", dataset.as_uri(), str(clone))
    said = run_cmd("version", cwd=clone)
    assert said.code == 2
    assert "shallow clone" in said.err
    assert "git fetch --unshallow --tags" in said.err


def test_outside_of_a_repository_a_base_can_be_named(tmp_path: Path) -> None:
    write(tmp_path / "old")
    write(tmp_path / "new", BEGUN + "d,Dan,4\n")
    assert str(proposed(tmp_path / "new", str(tmp_path / "old")).next) == "1.3.0"
    with pytest.raises(UserError, match="not in a git repository"):
        proposed(tmp_path / "new")


def test_a_base_without_a_number_is_told(tmp_path: Path) -> None:
    write(tmp_path / "old", version="the first")
    write(tmp_path / "new")
    with pytest.raises(UserError, match="`the first`, which is no number"):
        proposed(tmp_path / "new", str(tmp_path / "old"))


# reasons


@pytest.mark.parametrize(
    ("text", "schema", "expected"),
    [
        (BEGUN, SCHEMA, []),
        (BEGUN.replace("Bob", "Rob"), SCHEMA, ["cell-corrected"]),
        (BEGUN.replace("2", "02"), SCHEMA, ["cell-respelt"]),
        (BEGUN + "d,Dan,4\n", SCHEMA, ["row-added"]),
        (BEGUN.replace("b,Bob,2\n", ""), SCHEMA, ["key-gone"]),
        (BEGUN.replace("b,Bob,2", "b,Xavier,99"), SCHEMA, ["key-reused", "cell-corrected"]),
        (BEGUN.replace("\n", "\r\n"), SCHEMA, ["rewritten"]),
        (BEGUN, field(2, type="number"), ["type-changed"]),
        (BEGUN, field(1, constraints={"required": True}), ["constraint-tightened"]),
        (BEGUN, field(1, constraints={"pattern": ".*"}), ["constraint-tightened"]),
        (BEGUN, field(1, title="Name"), ["described"]),
        (BEGUN, field(2, bareNumber=False), ["reading-changed"]),
        (BEGUN, {**SCHEMA, "missingValues": ["", "-"]}, ["reading-changed"]),
        (BEGUN, {**SCHEMA, "primaryKey": ["id", "n"]}, ["primary-key-changed"]),
        (BEGUN, {**SCHEMA, "uniqueKeys": [["n"]]}, ["constraint-tightened"]),
        ("id,n,name\na,1,Ann\nb,2,Bob\nc,3,Cid\n",
         {**SCHEMA, "fields": [SCHEMA["fields"][i] for i in (0, 2, 1)]}, ["columns-reordered"]),
    ],
)  # fmt: skip
def test_a_change_has_its_kind(dataset: Path, text: str, schema: Any, expected: list[str]) -> None:
    write(dataset, text, schema)
    assert kinds(proposed(dataset)) == expected


def test_a_loosened_constraint_is_minor_and_another_one_major(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for before, after, kind in (
        ({"maxLength": 5}, {"maxLength": 9}, "constraint-loosened"),
        ({"required": True}, {}, "constraint-loosened"),
        ({"pattern": "[A-Z].*"}, {"pattern": "[A-Z].+"}, "constraint-changed"),
        ({"enum": ["Ann", "Bob", "Cid"]}, {"enum": ["Ann", "Bob", "Cid", "Dan"]},
         "constraint-loosened"),
    ):  # fmt: skip
        write(old, schema=field(1, constraints=before))
        write(new, schema=field(1, constraints=after))
        assert kinds(proposed(new, str(old))) == [kind]


def test_the_name_of_the_package_is_major_and_its_number_no_change(dataset: Path) -> None:
    write(dataset, version="1.2.1", created="2026-01-01", title="A title")
    assert sorted(kinds(proposed(dataset))) == ["described", "stamped", "stamped"]
    write(dataset, name="other")
    assert proposed(dataset, "v1.2.0").cls == "major"


def two(root: Path, **tables: str) -> Path:
    """Write a package in which rows of `u` refer to `t`."""
    keys = [{"fields": "t", "reference": {"resource": "t", "fields": "id"}}]
    schemas = {
        "t": SCHEMA,
        "u": {"fields": [{"name": "id"}, {"name": "t"}], "primaryKey": "id", "foreignKeys": keys},
        "redirects": {"fields": [{"name": n} for n in ("old_id", "table", "new_id", "reason")]},
    }
    given = {"t": BEGUN, "u": "id,t\n1,b\n2,a\n", "redirects": "old_id,table,new_id,reason\n"}
    made = given | {n: given["redirects"] + t if n == "redirects" else t for n, t in tables.items()}
    return make_package(root, made, schemas=schemas, version="1.2.0")


@pytest.mark.parametrize(
    ("tables", "cls", "expected"),
    [
        ({"t": BEGUN.replace("\nb,", "\nbob,"), "u": "id,t\n1,bob\n2,a\n",
          "redirects": "b,t,bob,renamed\n"}, "minor", {"key-redirected", "reference-follows"}),
        ({"t": BEGUN.replace("c,Cid,3\n", ""), "redirects": "c,t,b,merged\n"},
         "minor", {"key-redirected"}),
        ({"t": BEGUN.replace("c,Cid,3\n", ""), "redirects": "c,t,,withdrawn\n"},
         "major", {"key-withdrawn-in-use"}),
        ({"u": "id,t\n2,a\n", "redirects": "1,u,,withdrawn\n"}, "minor", {"key-withdrawn"}),
        ({"u": "id,t\n2,a\n"}, "major", {"key-gone"}),
        ({"u": "id,t\n1,c\n2,a\n"}, "patch", {"cell-corrected"}),
    ],
)  # fmt: skip
def test_what_becomes_of_a_key_decides(
    tmp_path: Path, tables: dict[str, str], cls: str, expected: set[str]
) -> None:
    found = proposed(two(tmp_path / "new", **tables), str(two(tmp_path / "old")))
    assert found.cls == cls
    assert set(kinds(found)) - {"row-added"} == expected


def test_a_redirect_that_is_gone_breaks_who_relies_on_it(tmp_path: Path) -> None:
    old = two(tmp_path / "old", redirects="z,t,b,merged\n")
    assert kinds(proposed(two(tmp_path / "new"), str(old))) == ["redirect-removed"]


def test_a_key_whose_row_has_moved_to_another_key_is_reused(tmp_path: Path) -> None:
    old = "id,kind,text\n1,x,the first of all sentences\n2,x,a second one that differs\n"
    new = "id,kind,text\n1,x,an added sentence at the top\n2,x,the first of all sentences\n"
    schema = {"fields": [{"name": "id"}, {"name": "kind"}, {"name": "text"}], "primaryKey": "id"}
    write(tmp_path / "old", old, schema)
    write(tmp_path / "new", new, schema)
    found = proposed(tmp_path / "new", str(tmp_path / "old"))
    assert [r.what for r in found.reasons if r.kind == "key-reused"] == [
        "1 key in use for another row than before: `1`"
    ]


def test_only_keys_that_can_be_redirected_last_where_the_redirects_name_their_tables(
    tmp_path: Path,
) -> None:
    redirects = {"fields": [{"name": "old_id"},
                            {"name": "table", "constraints": {"enum": ["other"]}},
                            {"name": "new_id"}]}  # fmt: skip
    for name, text in (("old", BEGUN), ("new", BEGUN.replace("b,Bob,2\n", ""))):
        make_package(tmp_path / name, {"t": text, "redirects": "old_id,table,new_id\n"},
                     schemas={"t": SCHEMA, "redirects": redirects}, version="1.0.0")  # fmt: skip
    assert kinds(proposed(tmp_path / "new", str(tmp_path / "old"))) == ["row-removed"]


def test_a_row_that_is_withdrawn_by_its_status_is_minor(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "id"}, {"name": "status"}], "primaryKey": "id"}
    write(tmp_path / "old", "id,status\na,active\nb,active\n", schema)
    write(tmp_path / "new", "id,status\na,active\nb,withdrawn\n", schema)
    found = proposed(tmp_path / "new", str(tmp_path / "old"))
    assert [r.what for r in found.reasons] == ["1 row withdrawn by `status`",
                                               "1 cell changed: `status` 1"]  # fmt: skip


def test_tables_suites_rules_and_references_have_their_kinds(tmp_path: Path) -> None:
    suite = {"t": [{"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "id"}}]}
    old, new = tmp_path / "old", tmp_path / "new"
    write(old)
    make_package(new, {"t": BEGUN, "u": "id\n1\n"}, schemas={"t": SCHEMA}, suites=suite,
                 version="1.2.0")  # fmt: skip
    assert kinds(proposed(new, str(old))) == ["suite-changed", "table-added"]
    assert kinds(proposed(old, str(new))) == ["table-removed", "suite-changed"]
    fields = [{"name": "id"}, {"name": "t"}]
    for place, target in ((old, "t"), (new, "v")):
        keys = [{"fields": "t", "reference": {"resource": target, "fields": "id"}}]
        make_package(place, {"t": BEGUN, "v": BEGUN, "u": "id,t\n1,a\n"}, version="1.2.0",
                     schemas={"u": {"fields": fields, "foreignKeys": keys}})  # fmt: skip
    (new / "schemas" / "t.expectations.json").unlink()
    found = proposed(new, str(old))
    assert [(r.kind, r.what) for r in found.reasons] == [
        ("reference-changed", "`t` refers to `v.id` instead of `t.id`")
    ]


def test_a_table_that_cannot_be_read_is_taken_for_the_worst(dataset: Path) -> None:
    (dataset / "data" / "t.csv").unlink()
    found = proposed(dataset)
    assert (found.cls, kinds(found)) == ("major", ["table-unreadable"])


# what is printed


def test_the_text_gives_every_reason_a_line(dataset: Path) -> None:
    write(dataset, BEGUN.replace("Bob", "Rob") + "d,Dan,4\n")
    assert run_cmd("version", cwd=dataset).out == (
        "1.2.0 → 1.3.0   minor\n\n"
        "  minor  t  1 row added: `d`\n"
        "  patch  t  1 cell changed: `name` 1\n\n"
        "the data carry 1.2.0, which is too low: copydesk version --write\n"
    )


def test_the_json_is_as_its_schema_says(dataset: Path) -> None:
    schema = json.loads(
        (resources.files("copydesk.versioning") / "version.schema.json").read_text()
    )
    write(dataset, BEGUN + "d,Dan,4\n")
    made = json.loads(proposal_json(proposed(dataset)))
    jsonschema.validate(made, schema)
    assert {n: made[n] for n in ("version", "base", "next", "class", "enough")} == {
        "version": "copydesk/1", "base": "1.2.0", "next": "1.3.0", "class": "minor",
        "enough": False,
    }  # fmt: skip
    assert run_cmd("version", "--format", "json", cwd=dataset).out == proposal_json(
        proposed(dataset)
    )


def test_the_docs_list_every_kind_with_its_class(project: Path) -> None:
    page = (project / "docs" / "versions.md").read_text("utf-8")
    table = page.partition("<!-- kinds -->\n")[2].partition("<!-- /kinds -->")[0]
    rows = re.findall(r"^\| (\w+) \| (.+) \| `([\w-]+)` \| (yes|) \|$", table, re.M)
    assert rows == [(k.cls, k.words, k.name, "yes" * k.recipe) for k in KINDS.values()]


# writing


CFF = "cff-version: 1.2.0\nversion: 1.2.0  # of the data\ntitle: 'x'\n"


def test_the_number_is_set_in_every_file_that_carries_it(dataset: Path) -> None:
    write(dataset, BEGUN + "d,Dan,4\n")
    (dataset / "CITATION.cff").write_text(CFF)
    (dataset / "codemeta.json").write_text('{"version" : "1.1.0",\r\n"a":1}')
    (dataset / ".zenodo.json").write_text('{"title": "no version"}')
    before = (dataset / "datapackage.json").read_text()
    said = run_cmd("version", "--write", cwd=dataset)
    assert said.err == "1.3.0 is set in `datapackage.json`, `codemeta.json`, `CITATION.cff`\n"
    assert "the data carry 1.3.0, which is enough" in said.out
    assert (dataset / "datapackage.json").read_text() == before.replace("1.2.0", "1.3.0")
    assert (dataset / "CITATION.cff").read_text() == CFF.replace("n: 1.2.0  ", "n: 1.3.0  ")
    assert (dataset / "codemeta.json").read_bytes() == b'{"version" : "1.3.0",\r\n"a":1}'
    assert (dataset / ".zenodo.json").read_text() == '{"title": "no version"}'
    assert run_cmd("version", "--write", cwd=dataset).err == "1.3.0 is set already\n"


def test_a_number_that_is_no_text_becomes_one(dataset: Path) -> None:
    write(dataset, BEGUN + "d,Dan,4\n", version=1.2)
    (dataset / "CITATION.cff").write_text("version: v1.2.0\ndate: 2020-01-01\n")
    assert run_cmd("version", "--write", cwd=dataset).code == 0
    assert json.loads((dataset / "datapackage.json").read_text())["version"] == "1.3.0"
    assert (dataset / "CITATION.cff").read_text() == "version: v1.3.0\ndate: 2020-01-01\n"
    assert run_cmd("version", "--write", cwd=dataset).err == "1.3.0 is set already\n"


def test_the_descriptor_itself_can_be_named(dataset: Path) -> None:
    write(dataset, BEGUN + "d,Dan,4\n")
    assert proposed(dataset / "datapackage.json") == proposed(dataset)
    assert run_cmd("check", "datapackage.json", "--release", cwd=dataset).code == 1


def test_what_has_no_descriptor_carries_no_number(dataset: Path) -> None:
    for words in (["version", "--write", "--base", "v1.2.0"], ["check", "--release"]):
        said = run_cmd(words[0], "data", *words[1:], cwd=dataset)
        assert said.code == 2
        assert "has no `datapackage.json`" in said.err or "no number to start from" in said.err


def test_a_base_that_states_no_number_has_that_of_its_tag(dataset: Path) -> None:
    data = json.loads((dataset / "datapackage.json").read_text())
    del data["version"]
    commit(dataset, {"datapackage.json": json.dumps(data)}, "without a number")
    git(dataset, "tag", "data-2.0.0")
    assert str(proposed(dataset).next) == "2.0.0"
    assert str(proposed(dataset, "data-2.0.0").base) == "2.0.0"


def test_a_higher_number_stays_and_is_set_where_it_lacks(dataset: Path) -> None:
    write(dataset, BEGUN + "d,Dan,4\n", version="2.0.0")
    (dataset / "CITATION.cff").write_text(CFF)
    assert run_cmd("version", "--write", cwd=dataset).err == "2.0.0 is set in `CITATION.cff`\n"


@pytest.mark.parametrize("text", ['{"name": "test"}', '{\n  "name": "test"\n}\n', "{}"])
def test_a_descriptor_without_a_number_gets_one(text: str, tmp_path: Path) -> None:
    from copydesk.model import Origin, Package
    from copydesk.versioning.carriers import write_number

    (tmp_path / "datapackage.json").write_text(text)
    package = Package(tmp_path, "test", "", "datapackage.json", Origin(""), ())
    assert write_number(package, "0.1.0") == ["datapackage.json"]
    made = json.loads((tmp_path / "datapackage.json").read_text())
    assert made == {"version": "0.1.0", **json.loads(text)}
    assert write_number(package, "0.1.0") == []


def test_the_mode_of_a_file_stays_and_nothing_is_left_beside_it(dataset: Path) -> None:
    write(dataset, BEGUN + "d,Dan,4\n")
    file = dataset / "datapackage.json"
    file.chmod(0o640)
    run_cmd("version", "--write", cwd=dataset)
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in dataset.iterdir()) == [".git", "data", "datapackage.json"]


def test_no_file_is_touched_where_one_cannot_be_read(dataset: Path) -> None:
    write(dataset, BEGUN + "d,Dan,4\n")
    (dataset / "CITATION.cff").write_bytes(b"version: 1.2.0\ntitle: \xff\n")
    before = (dataset / "datapackage.json").read_bytes()
    said = run_cmd("version", "--write", cwd=dataset)
    assert said.code == 2
    assert "CITATION.cff" in said.err
    assert (dataset / "datapackage.json").read_bytes() == before
