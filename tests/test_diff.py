"""What is different between two versions: rows, columns, promises, and how it is told."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_revisions import commit, git

import copydesk.diff
from copydesk.diff import Wishes, compared
from copydesk.diff.changes import TableDifference
from copydesk.diff.forms import parts
from copydesk.diff.forms.json import document
from copydesk.diff.patch import applied
from copydesk.diff.words import pieces
from copydesk.errors import UserError
from copydesk.testing import make_package, run_cmd

SCHEMA = json.loads(
    (Path(copydesk.diff.__file__).parent / "forms" / "diff.schema.json").read_text("utf-8")
)
KEYED = {"fields": [{"name": "id"}, {"name": "name"}, {"name": "n", "type": "number"}],
         "primaryKey": "id"}  # fmt: skip


def told(base: Path, head: Path, **wishes: Any) -> dict[str, Any]:
    """The difference of two folders as JSON, which must fit its schema."""
    with compared(str(base), str(head), wishes=Wishes(**wishes)) as found:
        made = document(found)
    jsonschema.validate(made, SCHEMA)
    return made


def text_of(base: Path, head: Path, *, everything: bool = False) -> str:
    with compared(str(base), str(head)) as found:
        return "".join(parts(found, "text", shown=None if everything else 5))


def pair(
    tmp_path: Path, old: str | bytes, new: str | bytes, schema: Any = KEYED, other: Any = None
) -> tuple[Path, Path]:
    """Two packages of one table `t`."""
    schemas = [{"t": one} if one else {} for one in (schema, schema if other is None else other)]
    return (
        make_package(tmp_path / "old", {"t": old}, schemas=schemas[0]),
        make_package(tmp_path / "new", {"t": new}, schemas=schemas[1]),
    )


def table(made: dict[str, Any], name: str = "t") -> dict[str, Any]:
    found = [t for t in made["tables"] if t["name"] == name]
    assert found, [t["name"] for t in made["tables"]]
    return dict(found[0])


# rows


def test_rows_are_matched_by_their_key_wherever_they_stand(tmp_path: Path) -> None:
    base, head = pair(
        tmp_path,
        "id,name,n\na,Ann,1\nb,Bob,2\nc,Cid,3\n",
        'id,name,n\n"c",Cid,4\nd,Dan,5\na,Ann,1\n',
    )
    found = table(told(base, head))
    assert found["totals"] == {"removed": 1, "renamed": 0, "changed": 1, "added": 1}
    assert found["removed"][0] == {
        "at": 3, "key": {"id": "b"}, "row": {"id": "b", "name": "Bob", "n": "2"},
        "redirect": None, "like": None,
    }  # fmt: skip
    assert found["changed"][0] == {
        "at": [4, 2], "key": {"id": "c"},
        "cells": [{"field": "n", "old": "3", "new": "4", "kind": "value"}],
    }  # fmt: skip
    assert found["added"][0]["key"] == {"id": "d"}
    assert found["matched"] == "primary key"


def test_another_order_quoting_and_line_ends_are_no_difference(tmp_path: Path) -> None:
    base, head = pair(
        tmp_path,
        "id,name,n\na,Ann,1\nb,Bob,2\n",
        b'"id","name","n"\r\n"b","Bob","2"\r\na,Ann,1\r\n',
    )
    assert told(base, head)["tables"] == []
    assert "t: the same cells in another order" in text_of(base, head)
    assert run_cmd("diff", base, head, "--exit-code").code == 0


def test_a_number_written_in_another_way_is_a_change_of_spelling(tmp_path: Path) -> None:
    base, head = pair(tmp_path, "id,name,n\na,Ann,1.0\nb,,2\n", "id,name,n\na,Ann,1.00\nb,,3\n")
    found = table(told(base, head))
    assert [c["cells"][0]["kind"] for c in found["changed"]] == ["spelling", "value"]
    assert found["fields"] == {"n": {"changed": 2, "spelling": 1, "reference": 0}}


def test_two_words_for_a_missing_value_are_one_value(tmp_path: Path) -> None:
    schema = {**KEYED, "missingValues": ["", "NA"]}
    base, head = pair(tmp_path, "id,name,n\na,NA,NA\n", "id,name,n\na,,\n", schema)
    kinds = [c["kind"] for c in table(told(base, head))["changed"][0]["cells"]]
    assert kinds == ["spelling", "spelling"]


def test_rows_of_one_key_are_matched_one_by_one(tmp_path: Path) -> None:
    base, head = pair(
        tmp_path, "id,name,n\na,Ann,1\na,Ann,1\na,Bea,2\nb,Bob,1\n",
        "id,name,n\nb,Bob,1\na,Ann,1\na,Cat,2\n",
    )  # fmt: skip
    found = table(told(base, head))
    assert found["totals"] == {"removed": 1, "renamed": 0, "changed": 1, "added": 0}


def test_a_table_without_a_key_is_matched_by_content_and_says_so(tmp_path: Path) -> None:
    base, head = pair(tmp_path, "x,y,z\n1,2,3\n4,5,6\n4,5,6\n", "x,y,z\n4,5,6\n1,2,9\n", None)
    found = table(told(base, head))
    assert found["matched"] == "content"
    assert found["totals"] == {"removed": 1, "renamed": 0, "changed": 1, "added": 0}
    assert "no key: rows were matched by their content" in text_of(base, head)


def test_another_key_can_be_asked_for(tmp_path: Path) -> None:
    base, head = pair(tmp_path, "id,name,n\n1,Ann,1\n2,Bob,2\n", "id,name,n\n1,Bob,2\n2,Ann,1\n")
    found = table(told(base, head, keys={"t": ("name",)}))
    assert found["matched"] == "key"
    assert [c["cells"][0]["field"] for c in found["changed"]] == ["id", "id"]
    with pytest.raises(UserError, match="`t` has no column `nme`") as error:
        told(base, head, keys={"": ("nme",)})
    assert "name" in error.value.hint


def test_a_renamed_key_is_followed_through_redirects(tmp_path: Path) -> None:
    people = {"fields": [{"name": "id"}, {"name": "name"}], "primaryKey": "id"}
    quotes = {
        "fields": [{"name": "q"}, {"name": "who"}], "primaryKey": "q",
        "foreignKeys": [{"fields": "who", "reference": {"resource": "people", "fields": "id"}}],
    }  # fmt: skip
    posts = {**quotes, "primaryKey": ["who", "q"]}
    schemas = {"people": people, "quotes": quotes, "posts": posts}
    base = make_package(
        tmp_path / "old",
        {"people": "id,name\nkim,Kim\nold,Gone\n", "quotes": "q,who\nq1,kim\nq2,old\n",
         "posts": "q,who\n1,kim\n", "redirects": "old_id,table,new_id,reason\n"},
        schemas=schemas,
    )  # fmt: skip
    head = make_package(
        tmp_path / "new",
        {"people": "id,name\nkim-2,Kim\n", "quotes": "q,who\nq1,kim-2\nq2,\n",
         "posts": "q,who\n1,kim-2\n",
         "redirects": "old_id,table,new_id,reason\nkim,people,kim-1,renamed\n"
                      "kim-1,people,kim-2,renamed\nold,people,,withdrawn\n"},
        schemas=schemas,
    )  # fmt: skip
    made = told(base, head)
    people_now = table(made, "people")
    assert people_now["renamed"][0]["from"] == {"id": "kim"}
    assert people_now["renamed"][0]["to"] == {"id": "kim-2"}
    assert people_now["removed"][0]["redirect"] == {"to": "", "reason": "withdrawn"}
    kinds = [c["cells"][0]["kind"] for c in table(made, "quotes")["changed"]]
    assert kinds == ["reference", "value"]
    assert table(made, "posts")["totals"]["renamed"] == 1


def test_a_key_renamed_without_a_redirect_is_a_loss_that_resembles_a_new_row(
    tmp_path: Path,
) -> None:
    base, head = pair(tmp_path, "id,name,n\na,Ann,1\nb,Bob,2\n", "id,name,n\nx,Ann,1\nb,Bob,2\n")
    found = table(told(base, head))
    assert found["totals"] == {"removed": 1, "renamed": 0, "changed": 0, "added": 1}
    assert found["removed"][0]["like"] == {"id": "x"}
    assert "the same but for its key as x" in text_of(base, head)


# files as they are


def test_dirty_files_are_read_as_check_reads_them(tmp_path: Path) -> None:
    base, head = pair(
        tmp_path, b"\xef\xbb\xbfid,name,n\r\na,Ann\r\n\r\nb,\"B\r\nob\",2\r\n",
        'id,name,n\na,Ann,,extra\nb,"B\r\nob",3\n',
    )  # fmt: skip
    found = table(told(base, head))
    assert found["totals"] == {"removed": 0, "renamed": 0, "changed": 1, "added": 0}
    assert found["changed"][0]["at"] == [4, 3]


def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path) -> None:
    base, head = pair(tmp_path, "id,name,n\na,Ann,1\n", b"id,name,n\na,\xff\xfe,1\n")
    found = table(told(base, head))
    assert "FL001" in found["reason"]
    assert found["totals"]["removed"] == 0
    assert "its rows are not compared" in text_of(base, head)


def test_the_separator_of_digests_in_a_cell_hides_no_change(tmp_path: Path) -> None:
    base, head = pair(tmp_path, "id,name,n\na,x\x1f,1\n", "id,name,n\na,x,\x1f1\n")
    assert table(told(base, head))["totals"]["changed"] == 1


def test_what_an_open_quote_has_swallowed_is_not_taken_for_equal(tmp_path: Path) -> None:
    base, head = pair(
        tmp_path,
        'id,name,n\na,Ann,1\nb,"Bob,2\nc,Cid,3\n',
        'id,name,n\na,Ann,1\nb,"Bob,2\nc,Dan,3\n',
    )
    made = told(base, head)
    assert "FL008" in table(made)["notes"][0]
    assert "is not compared" in text_of(base, head)
    with pytest.raises(UserError, match="not all rows of `t` were compared"):
        applied(made, base)


def test_a_descriptor_that_cannot_be_read_is_told_with_its_revision(tmp_path: Path) -> None:
    base, _ = pair(tmp_path, "id,name,n\n", "id,name,n\n")
    git(base, "init", "-q", "-b", "main")
    good = (base / "datapackage.json").read_text()
    commit(base, {"datapackage.json": "{"})
    (base / "datapackage.json").write_text(good)
    result = run_cmd("diff", cwd=base)
    assert result.code == 2
    assert "--> HEAD: datapackage.json:1:2" in result.err


def test_two_long_words_are_not_shown_as_if_they_were_one(tmp_path: Path) -> None:
    word = "x" * 500
    base, head = pair(tmp_path, f"id,name,n\na,{word},1\n", f"id,name,n\na,{word}y,1\n")
    assert f"name: {word[:60]}" not in text_of(base, head)
    assert f"name: …{word[:60]}{{+y+}}" in text_of(base, head)


# columns


def test_a_renamed_column_is_known_by_what_it_holds(tmp_path: Path) -> None:
    rows = [(f"k{i}", f"name {i}", str(i)) for i in range(20)]
    old = "id,name,n\n" + "".join(f"{','.join(r)}\n" for r in rows)
    new = "n,id,full\n" + "".join(f"{r[2]},{r[0]},{r[1]}\n" for r in rows)
    base, head = pair(tmp_path, old, new, None)
    found = table(told(base, head))["columns"]
    assert found["renamed"] == [{"from": "name", "to": "full", "same": 1.0}]
    assert found["reordered"] is True
    assert (found["added"], found["removed"]) == ([], [])


def test_the_column_of_the_key_may_have_another_name(tmp_path: Path) -> None:
    other = {**KEYED, "fields": [{"name": "key"}, *KEYED["fields"][1:]], "primaryKey": "key"}
    base, head = pair(
        tmp_path, "id,name,n\na,Ann,1\nb,Bob,2\n", "key,name,n\nb,Bob,3\na,Ann,1\n", KEYED, other
    )
    found = table(told(base, head))
    assert found["columns"]["renamed"][0]["to"] == "key"
    assert found["changed"][0]["key"] == {"key": "b"}
    assert [p["property"] for p in found["constraints"]] == []


def test_columns_come_and_go_with_what_was_in_them(tmp_path: Path) -> None:
    base, head = pair(tmp_path, "id,name,n\na,Ann,1\nb,,2\n", "id,n,born\nb,2,1950\na,1,\n", None)
    columns = table(told(base, head, keys={"": ("id",)}))["columns"]
    assert columns["removed"] == [{"name": "name", "filled": 1}]
    assert columns["added"] == [
        {"name": "born", "filled": 1, "values": [{"at": 3, "value": "1950"}]}
    ]
    assert columns["order"] == ["id", "n", "born"]


# tables


def test_tables_are_added_removed_and_renamed(tmp_path: Path) -> None:
    kept = "id,x\n" + "".join(f"{i},{i * i}\n" for i in range(10))
    base = make_package(tmp_path / "old", {"a": "id\n1\n", "numbers": kept})
    head = make_package(tmp_path / "new", {"squares": kept + "10,100\n", "b": "u,v\n1,2\n"})
    made = told(base, head)
    states = {t["name"]: (t["state"], t["old_name"]) for t in made["tables"]}
    assert states == {
        "squares": ("renamed", "numbers"), "b": ("added", "b"), "a": ("removed", "a"),
    }  # fmt: skip
    assert table(made, "squares")["totals"]["added"] == 1
    assert table(made, "a")["removed"][0]["row"] == {"id": "1"}


def test_single_files_are_compared_whatever_they_are_called(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("a,b\n1,2\n")
    (tmp_path / "two.csv").write_text("a,b\n1,3\n")
    made = told(tmp_path / "one.csv", tmp_path / "two.csv", keys={"": ("a",)})
    assert made["tables"][0]["totals"]["changed"] == 1
    assert made["tables"][0]["constraints"] == []


# promises


def field(**constraints: Any) -> dict[str, Any]:
    return {"fields": [{"name": "x", "type": "integer", "constraints": constraints}]}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"required": True}, ("tightened", "required `true` is new")),
        ({"required": True}, {"required": False}, ("loosened", "required `true` became `false`")),
        ({"minimum": 1}, {"minimum": 0}, ("loosened", "minimum `1` became `0`")),
        ({"minimum": 9}, {"minimum": 10}, ("tightened", "minimum `9` became `10`")),
        ({"maximum": 1}, {}, ("loosened", "maximum `1` is gone")),
        ({"maximum": "10"}, {"maximum": 9}, ("tightened", "maximum `10` became `9`")),
        ({"enum": [1, 2]}, {"enum": [2]}, ("tightened", "enum lost `1`")),
        ({"enum": [1]}, {"enum": [1, 2]}, ("loosened", "enum gained `2`")),
        ({"enum": [1]}, {}, ("loosened", "enum `1` is gone")),
        ({"enum": [1, 2]}, {"enum": [2, 1]}, ("described", "enum stands in another order")),
        ({"pattern": "a"}, {"pattern": "b"}, ("changed", "pattern `a` became `b`")),
    ],
)
def test_constraints_are_tightened_or_loosened(
    tmp_path: Path, old: Any, new: Any, expected: tuple[str, str]
) -> None:
    base, head = pair(tmp_path, "x\n1\n", "x\n1\n", field(**old), field(**new))
    found = [(p["change"], p["what"]) for p in table(told(base, head))["constraints"]]
    assert found == [expected]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"type": "integer"}, {"type": "number"}, ("loosened", "type integer became number")),
        ({"type": "string"}, {"type": "date"}, ("tightened", "type string became date")),
        ({"title": "X"}, {"title": "Y"}, ("described", "title `X` became `Y`")),
        ({"type": "boolean", "trueValues": ["1"]}, {"type": "boolean", "trueValues": ["y"]},
         ("changed", 'trueValues `["1"]` became `["y"]`')),
    ],
)  # fmt: skip
def test_fields_are_described_in_another_way(
    tmp_path: Path, old: Any, new: Any, expected: tuple[str, str]
) -> None:
    schemas = [{"fields": [{"name": "x", **one}]} for one in (old, new)]
    base, head = pair(tmp_path, "x\n1\n", "x\n1\n", *schemas)
    found = [(p["change"], p["what"]) for p in table(told(base, head))["constraints"]]
    assert found == [expected]


def test_keys_suites_rules_and_the_descriptor_are_compared(tmp_path: Path) -> None:
    rule = "-- code: {0}\n-- name: {1}\n-- severity: error\n-- table: t\n-- field: id\n" \
           "-- message: `{{id}}` is bad\n-- what: w\n-- why: y\n-- example: e\n-- fix: f\n" \
           "SELECT _row, id FROM t WHERE id = '{1}'\n"  # fmt: skip
    old = {"fields": [{"name": "id"}, {"name": "to"}], "uniqueKeys": [["to"]]}
    new = {
        "fields": old["fields"], "primaryKey": "id",
        "foreignKeys": [{"fields": "to", "reference": {"resource": "", "fields": "id"}}],
    }  # fmt: skip
    expect = {"type": "expect_column_values_to_be_between", "kwargs": {"column": "id"}}
    base = make_package(
        tmp_path / "old", {"t": "id,to\n"}, schemas={"t": old}, title="Old",
        suites={"t": [{**expect, "kwargs": {"column": "id", "min_value": 1}}]},
        rules={"QT001-no-x.sql": rule.format("QT001", "no-x")},
    )  # fmt: skip
    head = make_package(
        tmp_path / "new", {"t": "id,to\n"}, schemas={"t": new}, title="New",
        suites={"t": [{**expect, "kwargs": {"column": "id", "min_value": 2}}]},
        rules={"QT002-no-y.sql": rule.format("QT002", "no-y")},
    )  # fmt: skip
    made = told(base, head)
    assert [(p["subject"], p["change"], p["what"]) for p in table(made)["constraints"]] == [
        ("key", "tightened", 'primaryKey `["id"]` is new'),
        ("key", "loosened", "uniqueKeys lost `to`"),
        ("key", "tightened", "foreignKeys gained `to` → `itself.id`"),
        ("suite", "changed",
         "expect_column_values_to_be_between of `id`: min_value `1` became `2`"),
    ]  # fmt: skip
    assert [(p["subject"], p["change"], p["what"]) for p in made["promises"]] == [
        ("package", "described", "title `Old` became `New`"),
        ("rule", "loosened", "rule QT001 no-x is gone"),
        ("rule", "tightened", "rule QT002 no-y is new"),
    ]


# sources


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A repository whose dataset lies in a folder and was committed twice."""
    root = tmp_path / "repository"
    make_package(root / "set", {"t": "id,name,n\na,Ann,1\n"}, schemas={"t": KEYED})
    git(root, "init", "-q", "-b", "main")
    commit(root, {"README": "one"})
    git(root, "tag", "v1")
    commit(root, {"set/data/t.csv": "id,name,n\na,Ann,2\n"})
    return root


def counts(result: Any) -> list[dict[str, int]]:
    assert result.code == 0, result.err
    return [t["totals"] for t in json.loads(result.out)["tables"]]


ONE = [{"removed": 0, "renamed": 0, "changed": 1, "added": 0}]


@pytest.mark.parametrize(
    "named", [["HEAD~1"], ["v1", "HEAD"], ["v1..HEAD"], ["v1.."], ["v1...main"], ["v1", "."],
              ["v1:set", "main:set/"], ["v1:set/datapackage.json"]],
)  # fmt: skip
def test_revisions_are_named_as_git_names_them(history: Path, named: list[str]) -> None:
    assert counts(run_cmd("diff", *named, "--format", "json", cwd=history / "set")) == ONE


def test_a_file_of_a_revision_has_the_schema_that_check_would_find(tmp_path: Path) -> None:
    root = make_package(tmp_path / "r", {"t": "id,name,n\na,Ann,1.0\n"})
    (root / "datapackage.json").unlink()
    git(root, "init", "-q", "-b", "main")
    commit(root, {"schemas/t.schema.json": json.dumps(KEYED)})
    (root / "data/t.csv").write_text("id,name,n\na,Ann,1.00\n")
    result = run_cmd("diff", "HEAD:data/t.csv", "data/t.csv", "--format", "json", cwd=root)
    (found,) = json.loads(result.out)["tables"]
    assert found["matched"] == "primary key"
    assert found["constraints"] == []
    assert found["fields"]["n"]["spelling"] == 1


def test_a_revision_without_a_dataset_is_told_by_its_name(history: Path) -> None:
    result = run_cmd("diff", "HEAD", "HEAD:set/nothing", cwd=history)
    assert (result.code, "no file below `set/nothing`" in result.err) == (2, True)
    commit(history, {"other/README": "nothing to compare"})
    result = run_cmd("diff", "HEAD:set", "HEAD:other", cwd=history)
    assert "no file" in result.err or "`HEAD:other" in result.err
    assert str(history.parent.parent) not in result.err.replace(str(history), "")


def test_nothing_named_is_what_is_not_committed(history: Path) -> None:
    asked = ("diff", "--format", "json")
    assert counts(run_cmd(*asked, cwd=history / "set")) == []
    (history / "set/data/t.csv").write_text("id,name,n\nb,Bob,2\n")
    assert counts(run_cmd(*asked, cwd=history / "set"))[0]["added"] == 1
    assert counts(run_cmd(*asked, "--package", "set", cwd=history))[0]["added"] == 1


def test_three_dots_leave_out_what_the_other_branch_did_meanwhile(history: Path) -> None:
    git(history, "checkout", "-q", "-b", "side", "v1")
    commit(history, {"set/data/t.csv": "id,name,n\na,Ann,1\nb,Bob,1\n"})
    made = counts(run_cmd("diff", "main...", "--format", "json", cwd=history / "set"))
    assert made == [{"removed": 0, "renamed": 0, "changed": 0, "added": 1}]


def test_an_archive_differs_as_its_revision_does(tmp_path: Path) -> None:
    root = tmp_path / "set"
    schema = {**KEYED, "$schema": "https://datapackage.org/profiles/2.0/tableschema.json"}
    make_package(root, {"t": "id,name,n\na,Ann,1\n"}, schemas={"t": schema}, version="1.0.0")
    git(root, "init", "-q", "-b", "main")
    (root / ".gitignore").write_text("dist\n")
    commit(root, {})
    built = run_cmd("build", root)
    assert built.code == 0, built.err + built.out
    (root / "data/t.csv").write_text("id,name,n\na,Ann,2\nb,Bob,3\n")
    (archive,) = (root / "dist").glob("*.zip")
    one = json.loads(run_cmd("diff", archive, ".", "--format", "json", cwd=root).out)
    other = json.loads(run_cmd("diff", "HEAD", ".", "--format", "json", cwd=root).out)
    assert one["tables"]
    assert (one["tables"], one["promises"]) == (other["tables"], other["promises"])


@pytest.mark.parametrize(
    ("named", "message"),
    [
        (["nowhere"], "no revision is called `nowhere`"),
        (["--", "--output=x"], "no revision is called `--output=x`"),
        (["HEAD:other"], "`HEAD:other` has no file below `other`"),
        (["gone.zip"], "no such file or folder: `gone.zip`"),
        (["v1", "v1", "--table", "u"], "no table is called `u`"),
        (["v1", "--format", "jsn"], "no form of a difference is called `jsn`"),
        (["v1", "--memory-limit", "much"], "`much` is not a size of memory"),
    ],
)
def test_mistakes_of_the_user_are_told(history: Path, named: list[str], message: str) -> None:
    result = run_cmd("diff", *named, cwd=history / "set")
    assert result.code == 2
    assert message in result.err
    assert not (history / "set" / "x").exists()


def test_a_name_that_is_both_file_and_revision_is_refused(history: Path) -> None:
    (history / "set" / "v1").mkdir()
    result = run_cmd("diff", "v1", cwd=history / "set")
    assert (result.code, "is a file and a revision" in result.err) == (2, True)


def test_no_repository_is_no_crash(tmp_path: Path) -> None:
    base, _ = pair(tmp_path, "id,name,n\n", "id,name,n\n")
    result = run_cmd("diff", cwd=base)
    assert result.code == 2
    assert "not in a git repository" in result.err


def test_a_link_out_of_the_repository_is_not_followed(history: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("id,name,n\nsecret,secret,1\n")
    (history / "set/data/t.csv").unlink()
    (history / "set/data/t.csv").symlink_to(secret)
    git(history, "commit", "-qam", "a link")
    result = run_cmd("diff", "HEAD~1", "HEAD", "--format", "json", cwd=history / "set")
    assert "secret" not in result.out


def test_the_exit_code_tells_of_differences_where_it_is_asked_for(history: Path) -> None:
    assert run_cmd("diff", "v1", cwd=history / "set").code == 0
    assert run_cmd("diff", "v1", "--exit-code", cwd=history / "set").code == 1


# telling


def test_rows_are_told_by_their_labels_and_losses_first(tmp_path: Path) -> None:
    def made(folder: str, quotes: str, people: str) -> Path:
        refer = [{"fields": f, "reference": {"resource": t, "fields": "id"}}
                 for f, t in (("article", "articles"), ("speaker", "people"))]  # fmt: skip
        names = ("id", "article", "speaker", "text")
        fields = [{"name": n} | ({"title": "Speaker"} if n == "speaker" else {}) for n in names]
        return make_package(
            tmp_path / folder,
            {"articles": "id,headline\nbbc,Kim-Trump relations\n", "people": people,
             "quotes": quotes},
            schemas={"quotes": {"fields": fields, "primaryKey": "id", "foreignKeys": refer},
                     "people": {"fields": [{"name": "id"}, {"name": "name"}], "primaryKey": "id"},
                     "articles": {"fields": [{"name": "id"}, {"name": "headline"}],
                                  "primaryKey": "id"}},
            resources={"quotes": {"copydesk": {"label": "text", "within": "article"}}},
        )  # fmt: skip

    people = "id,name\nkim,Kim Kye Gwan\ntrump,Donald Trump\n"
    base = made(
        "old", "id,article,speaker,text\nbbc-q1,bbc,kim,one\nbbc-q7,bbc,kim,seven\n", people
    )
    head = made(
        "new", "id,article,speaker,text\nbbc-q7,bbc,trump,seven\nbbc-q8,bbc,kim,eight\n"
        "bbc-q9,bbc,kim,nine\n", people + "lee,Lee\n",
    )  # fmt: skip
    assert text_of(base, head) == (
        f"test: {base} → {head}\n"
        "\nquotes  1 removed, 1 changed, 2 added; 2 → 3 rows\n"
        "  - 1 removed in “Kim-Trump relations”\n"
        "    - q1 “one”\n"
        "  ~ 1 changed: Speaker 1\n"
        "    ~ q7 “seven” in “Kim-Trump relations”\n"
        "        Speaker: Kim Kye Gwan (kim) → Donald Trump (trump)\n"
        "  + 2 added in “Kim-Trump relations”\n"
        "    + q8 “eight”\n"
        "    + q9 “nine”\n"
        "\npeople  1 added; 2 → 3 rows\n"
        "  + 1 added\n"
        "    + lee “Lee”\n"
    )


def test_long_texts_are_told_word_by_word(tmp_path: Path) -> None:
    base, head = pair(
        tmp_path, "id,name,n\na,it was not enough to resume talks,1\n",
        "id,name,n\na,it was hardly enough to resume talks,1\n",
    )  # fmt: skip
    assert "name: it was [-not-]{+hardly+} enough to resume talks" in text_of(base, head)


def test_few_changes_are_shown_with_exact_totals(tmp_path: Path) -> None:
    base, head = pair(
        tmp_path, "id,name,n\n" + "".join(f"{i},x,1\n" for i in range(50)),
        "id,name,n\n" + "".join(f"{i},y,1\n" for i in range(50)),
    )  # fmt: skip
    short, full = text_of(base, head), text_of(base, head, everything=True)
    assert short.count("name: x → y") == 5
    assert "50 changed: name 50" in short
    assert "and 45 more" in short
    assert full.count("name: x → y") == 50


def test_what_a_terminal_would_obey_is_shown(tmp_path: Path) -> None:
    base, head = pair(tmp_path, "id,name,n\na,x,1\n", "id,name,n\na,\x1b[31mred,1\n")
    text = text_of(base, head)
    assert "\x1b" not in text
    assert "<U+001B>[31mred" in text


@given(st.text("ab c.é東京\n", max_size=40), st.text("ab c.é東京\n", max_size=40))
def test_the_pieces_of_two_texts_make_up_both(old: str, new: str) -> None:
    found = pieces(old, new)
    assert "".join(p.text for p in found if p.sort != "new") == old
    assert "".join(p.text for p in found if p.sort != "lost") == new


def test_settings_of_resources_are_checked(tmp_path: Path) -> None:
    root = make_package(
        tmp_path, {"t": "id,name,n\n"}, schemas={"t": KEYED},
        resources={"t": {"copydesk": {"label": ["nme"], "within": 1, "lable": "id"}}},
    )  # fmt: skip
    found = [f for f in json.loads(run_cmd("check", root, "--format", "json").out)["findings"]
             if f["code"] == "PK102"]  # fmt: skip
    assert [f["message"] for f in found] == [
        "`copydesk` names no field `nme`",
        "`copydesk` expects the name of a field for `within`",
        "`copydesk` of a resource knows no setting `lable`",
    ]


# the round trip

CELLS = st.one_of(
    st.sampled_from(["", "a", "b", "1", "1.0", "NA", " ", '"', "a,b", "\n", "x\r\ny", "\x1f", "é"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=4),
)
NAMES = ("id", "name", "n", "extra", "more")


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    columns = draw(st.permutations(NAMES).map(lambda names: names[:4]))
    columns = ["id", *(n for n in columns if n != "id")][: draw(st.integers(2, 4))]
    keys = st.one_of(st.sampled_from("abcdef"), CELLS)
    rows = draw(st.lists(st.tuples(keys, *[CELLS] * (len(columns) - 1)), max_size=8))
    order = draw(st.permutations(range(len(columns))))
    return [columns[i] for i in order], [[row[i] for i in order] for row in rows]


def written(columns: Sequence[str], rows: Sequence[Sequence[str]], *, quoted: bool) -> str:
    """The text of a table; a carriage return at the end of a line would be no cell unquoted."""
    returns = any("\r" in cell for row in rows for cell in row)
    stream = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted or returns else csv.QUOTE_MINIMAL
    writer = csv.writer(stream, lineterminator="\n", quoting=quoting)
    writer.writerow(columns)
    writer.writerows(rows)
    return stream.getvalue()


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables(), tables(), st.booleans(), st.booleans())
def test_a_difference_applied_to_the_older_version_gives_the_newer_one(
    old: Any, new: Any, keyed: bool, quoted: bool
) -> None:
    schemas = [
        {"t": {"fields": [{"name": n} for n in columns], **({"primaryKey": "id"} if keyed else {})}}
        for columns, _ in (old, new)
    ]
    with TemporaryDirectory() as folder:
        root = Path(folder)
        texts = [written(*old, quoted=True), written(*new, quoted=quoted)]
        base = make_package(root / "old", {"t": texts[0]}, schemas=schemas[0])
        head = make_package(root / "new", {"t": texts[1]}, schemas=schemas[1])
        made = told(base, head)
        result = applied(made, base)["t"]
        assert result.columns == tuple(new[0])
        assert Counter(result.rows) == Counter(map(tuple, new[1]))


def test_a_difference_is_applied_to_added_removed_and_renamed_tables(tmp_path: Path) -> None:
    kept = "id,x\n" + "".join(f"{i},{i * i}\n" for i in range(10))
    base = make_package(tmp_path / "old", {"a": "id\n1\n", "numbers": kept, "same": "q\n1\n"})
    head = make_package(
        tmp_path / "new", {"squares": kept + "10,100\n", "b": "u,v\n1,2\n", "same": "q\n1\n"}
    )
    result = applied(told(base, head), base)
    assert sorted(result) == ["b", "same", "squares"]
    assert result["b"].rows == (("1", "2"),)
    assert ("10", "100") in result["squares"].rows


def test_a_difference_of_other_rows_is_not_applied(tmp_path: Path) -> None:
    base, head = pair(tmp_path, "id,name,n\na,x,1\nb,x,1\n", "id,name,n\na,x,1\n")
    made = told(base, head)
    with pytest.raises(UserError, match="no row 3 in the older version"):
        applied(made, head)
    with pytest.raises(UserError, match="this is no difference"):
        applied({}, base)


def test_a_small_difference_is_one_value_for_others_to_use(tmp_path: Path) -> None:
    base, head = pair(tmp_path, "id,name,n\na,x,1\n", "id,name,n\n")
    with compared(str(base), str(head)) as found:
        one = found.difference.table("t")
        assert isinstance(one, TableDifference)
        assert (one.loses, [dict(r.key) for r in one.removed]) == (True, [{"id": "a"}])
