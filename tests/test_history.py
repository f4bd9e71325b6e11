"""The history of rows and cells, in repositories with every kind of change."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from test_revisions import commit, git

from copydesk.errors import UserError
from copydesk.history import Event, history
from copydesk.history.words import history_json
from copydesk.testing import make_package, run_cmd

SCHEMA = {
    "fields": [{"name": "id"}, {"name": "name"}, {"name": "day"}],
    "primaryKey": ["id"],
}
BEGUN = "id,name,day\na,Ann,1\nb,Bob,2\nc,Cid,3\n"
CSV = "data/t.csv"
REDIRECTS = "old_id,table,new_id,reason,redirected_on\nb,t,bob,renamed,2026-01-01\n"


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A repository with one commit, which adds three rows."""
    make_package(tmp_path, {"t": BEGUN}, schemas={"t": SCHEMA})
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, {}, "add the table")
    return tmp_path


def change(dataset: Path, edit: Callable[[str], str], message: str) -> None:
    commit(dataset, {CSV: edit((dataset / CSV).read_text())}, message)


def told(
    events: tuple[Event, ...],
) -> list[tuple[str, str, list[tuple[str, str | None, str | None]]]]:
    """Return of each event the message, the kind of change, and the cells."""
    return [
        (e.commit.subject if e.commit else "", e.change, [(c.field, c.old, c.new) for c in e.cells])
        for e in events
    ]


def of(dataset: Path, key: str, field: str = "") -> list[tuple[str, str, list[object]]]:
    found = told(history(dataset, "t", key, field).events)
    return [(message, kind, list(cells)) for message, kind, cells in found]


def test_a_cell_is_followed_to_each_commit_that_set_it(dataset: Path) -> None:
    change(dataset, lambda t: t.replace("Bob", "Rob"), "correct b")
    change(dataset, lambda t: t.replace("Ann", "Anna"), "correct a")
    change(dataset, lambda t: t.replace("Rob", "Robert"), "correct b again")
    assert of(dataset, "b", "name") == [
        ("correct b again", "changed", [("name", "Rob", "Robert")]),
        ("correct b", "changed", [("name", "Bob", "Rob")]),
        ("add the table", "added", [("name", None, "Bob")]),
    ]
    assert of(dataset, "b", "day") == [("add the table", "added", [("day", None, "2")])]


def test_the_history_of_a_row_is_that_of_its_cells(dataset: Path) -> None:
    change(dataset, lambda t: t.replace("b,Bob,2", "b,Rob,22"), "correct b")
    assert of(dataset, "b") == [
        ("correct b", "changed", [("name", "Bob", "Rob"), ("day", "2", "22")]),
        ("add the table", "added", [("id", None, "b"), ("name", None, "Bob"), ("day", None, "2")]),
    ]


SAME = {
    "sorted": lambda _: "id,name,day\nc,Cid,3\nb,Bob,2\na,Ann,1\n",
    "quoted": lambda t: t.replace("Bob", '"Bob"'),
    "line ends": lambda t: t.replace("\n", "\r\n"),
    "columns moved": lambda _: "name,id,day\nAnn,a,1\nBob,b,2\nCid,c,3\n",
    "other rows": lambda t: t.replace("Cid", "Sid") + "d,Dee,4\n",
}


@pytest.mark.parametrize("name", SAME)
def test_what_leaves_the_cells_as_they_are_is_no_change(name: str, dataset: Path) -> None:
    change(dataset, SAME[name], name)
    assert [message for message, *_ in of(dataset, "b")] == ["add the table"]


def test_a_file_is_followed_through_its_paths(dataset: Path) -> None:
    text = (dataset / "datapackage.json").read_text()
    commit(
        dataset,
        {CSV: None, "tables/people.csv": BEGUN, "datapackage.json": text.replace(
            CSV, "tables/people.csv")}, "move the file",
    )  # fmt: skip
    commit(dataset, {"tables/people.csv": BEGUN.replace("Bob", "Rob")}, "correct b")
    assert [message for message, *_ in of(dataset, "b", "name")] == ["correct b", "add the table"]


def test_a_file_that_was_renamed_before_it_was_described_is_followed(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, {"old.csv": BEGUN}, "begin")
    commit(tmp_path, {"old.csv": None, CSV: BEGUN}, "move")
    make_package(tmp_path, {"t": BEGUN}, schemas={"t": SCHEMA})
    commit(tmp_path, {}, "describe")
    assert [message for message, *_ in of(tmp_path, "b")] == ["begin"]


def test_a_column_that_was_added_or_renamed_is_followed(dataset: Path) -> None:
    change(dataset, lambda t: t.replace("day", "date"), "rename a column")
    commit(dataset, {CSV: "id,name,date,more\na,Ann,1,\nb,Bob,2,x\nc,Cid,3,\n"}, "add a column")
    assert of(dataset, "b", "date") == [("add the table", "added", [("date", None, "2")])]
    assert of(dataset, "b", "more") == [("add a column", "changed", [("more", None, "x")])]


def test_a_key_is_followed_through_redirects(dataset: Path) -> None:
    change(dataset, lambda t: t.replace("b,Bob", "bob,Robert"), "rename b")
    make_package(
        dataset, {"t": (dataset / CSV).read_text(), "redirects": REDIRECTS}, schemas={"t": SCHEMA}
    )
    assert of(dataset, "bob") == [
        ("rename b", "renamed", [("id", "b", "bob"), ("name", "Bob", "Robert")]),
        ("add the table", "added", [("id", None, "b"), ("name", None, "Bob"), ("day", None, "2")]),
    ]
    event = history(dataset, "t", "bob").events[0]
    assert event.former == ("b",)


def test_a_key_without_redirect_is_followed_where_all_else_stayed(dataset: Path) -> None:
    change(dataset, lambda t: t.replace("b,Bob", "bob,Bob"), "rename b")
    assert [(m, kind) for m, kind, _ in of(dataset, "bob", "name")] == [
        ("rename b", "renamed"), ("add the table", "added"),
    ]  # fmt: skip


def test_a_row_that_is_gone_tells_who_removed_it(dataset: Path) -> None:
    change(dataset, lambda t: t.replace("b,Bob,2\n", ""), "remove b")
    change(dataset, lambda t: t.replace("Cid", "Sid"), "correct c")
    assert [(m, kind) for m, kind, _ in of(dataset, "b")] == [
        ("remove b", "removed"), ("add the table", "added"),
    ]  # fmt: skip


def test_a_row_that_came_back_was_added_then(dataset: Path) -> None:
    change(dataset, lambda t: t.replace("b,Bob,2\n", ""), "remove b")
    change(dataset, lambda t: t + "b,Bob,2\n", "bring b back")
    assert [message for message, *_ in of(dataset, "b")] == ["bring b back"]


def test_what_is_not_committed_comes_first(dataset: Path) -> None:
    (dataset / CSV).write_text(BEGUN.replace("Bob", "Rob") + "d,Dee,4\n")
    assert of(dataset, "b", "name") == [
        ("", "changed", [("name", "Bob", "Rob")]),
        ("add the table", "added", [("name", None, "Bob")]),
    ]
    assert [(m, kind) for m, kind, _ in of(dataset, "d")] == [("", "added")]
    assert told(history(dataset, "t", "b", "name", "HEAD~0").events)[0][0] == "add the table"


def merged(dataset: Path, ours: str, theirs: str, result: str) -> None:
    git(dataset, "checkout", "-q", "-b", "side")
    change(dataset, lambda _: theirs, "theirs")
    git(dataset, "checkout", "-q", "main")
    change(dataset, lambda _: ours, "ours")
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    git(dataset, *identity, "merge", "-q", "-s", "ours", "--no-commit", "side")
    (dataset / CSV).write_text(result)
    git(dataset, "add", "-A")
    git(dataset, *identity, "commit", "-q", "-m", "merge")


def test_each_cell_is_followed_to_the_branch_it_came_from(dataset: Path) -> None:
    ours, theirs = BEGUN.replace("Bob", "Rob"), BEGUN.replace("b,Bob,2", "b,Bob,22")
    merged(dataset, ours, theirs, BEGUN.replace("b,Bob,2", "b,Rob,22"))
    assert of(dataset, "b", "name")[0] == ("ours", "changed", [("name", "Bob", "Rob")])
    assert of(dataset, "b", "day")[0] == ("theirs", "changed", [("day", "2", "22")])
    assert {message for message, *_ in of(dataset, "b")} == {"ours", "theirs", "add the table"}


def test_a_merge_that_sets_a_value_of_its_own_is_told(dataset: Path) -> None:
    ours, theirs = BEGUN.replace("Bob", "Rob"), BEGUN.replace("Bob", "Bobby")
    merged(dataset, ours, theirs, BEGUN.replace("Bob", "Robert"))
    assert of(dataset, "b", "name")[0] == ("merge", "changed", [("name", "Rob", "Robert")])


def test_a_key_of_two_fields_is_given_as_a_line_of_csv(dataset: Path) -> None:
    schema = {**SCHEMA, "primaryKey": ["id", "name"]}
    make_package(dataset, {"t": BEGUN.replace("Bob", '"Bob, B."')}, schemas={"t": schema})
    commit(dataset, {}, "two fields")
    assert [message for message, *_ in of(dataset, 'b,"Bob, B."')] == [
        "two fields", "add the table",
    ]  # fmt: skip
    with pytest.raises(UserError, match="has 2 parts, `b` has 1"):
        history(dataset, "t", "b")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("u", "b"), "has no table `u`"),
        (("t", "bb"), "has no row with the key `bb`, and never had"),
        (("t", "b", "nam"), "has no column `nam`"),
        (("t", "b", "--rev", "nowhere"), "no revision is called `nowhere`"),
    ],
)
def test_what_is_not_there_is_told(dataset: Path, asked: tuple[str, ...], said: str) -> None:
    result = run_cmd("history", *asked, cwd=dataset)
    assert result.code == 2
    assert said in result.err


def test_a_table_without_a_key_has_no_history(dataset: Path) -> None:
    make_package(dataset, {"t": BEGUN}, schemas={"t": {"fields": SCHEMA["fields"]}})
    result = run_cmd("history", "t", "b", cwd=dataset)
    assert (result.code, "names no primary key" in result.err) == (2, True)


def test_a_shallow_clone_says_that_it_is(dataset: Path, tmp_path: Path) -> None:
    change(dataset, lambda t: t.replace("Bob", "Rob"), "correct b")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{dataset}", str(clone))
    result = run_cmd("history", "t", "b", "name", cwd=clone)
    assert "This clone is shallow" in result.out


def test_the_text_says_who_when_why_and_where(dataset: Path) -> None:
    change(dataset, lambda t: t.replace("Bob", "Rob"), "Correct b\n\nThe source says so.")
    result = run_cmd("history", "t", "b", "name", cwd=dataset)
    head = git(dataset, "rev-parse", "HEAD")[:10]
    date = git(dataset, "log", "-1", "--format=%as")
    assert result.out.splitlines()[:7] == [
        "t, id = b, field name", "", f"{head}  {date}  A", "    Correct b",
        "    The source says so.", "  name: `Bob` → `Rob`   data/t.csv:3", "",
    ]  # fmt: skip


def test_json_keeps_its_schema(dataset: Path) -> None:
    change(dataset, lambda t: t.replace("b,Bob", "bob,Bob"), "rename b")
    (dataset / CSV).write_text("id,name,day\nbob,Rob,2\n")
    schema = json.loads((resources.files("copydesk.history") / "history.schema.json").read_text())
    document = json.loads(history_json(history(dataset, "t", "bob")))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert [event["change"] for event in document["events"]] == ["changed", "renamed", "added"]
    assert document["events"][1]["former"] == {"id": "b"}
