"""A history with every kind of change: the class of each, and what it owes to its releases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from changes import CHANGES, make
from test_revisions import commit, git

from copydesk.diff import compared
from copydesk.history import history
from copydesk.testing import make_package, run_cmd
from copydesk.versioning import proposal_of

# By change: the class, then the kinds of all reasons.
EXPECTED: dict[str, tuple[str, list[str]]] = {
    "sorted": ("none", ["rewritten"]),
    "quoted": ("none", ["rewritten", "rewritten", "rewritten"]),
    "readme": ("none", []),
    "replaced": ("major", ["key-gone", "row-added"]),
    "corrected": ("patch", ["cell-corrected"]),
    "column": ("major", ["column-added"]),
    "column-renamed": ("major", ["column-renamed"]),
    "key-renamed": ("minor", ["reference-follows", "key-redirected", "row-added"]),
    "key-renamed-silently": ("major", ["key-gone", "row-added", "cell-corrected"]),
    "tightened": ("major", ["constraint-tightened"]),
    "enum-extended": ("minor", ["constraint-loosened"]),
    "enum-cut": ("major", ["constraint-tightened", "cell-corrected"]),
    "file-renamed": ("none", ["path-changed"]),
    "table-added": ("minor", ["table-added"]),
    "merged": ("patch", ["cell-corrected"]),
}


# By subject of the commit: what the histories of all rows tell of it.
TOLD: dict[str, list[str]] = {
    "replaced": ["quotes q8 removed", "quotes q9 added"],
    "corrected": ["quotes q6 changed text", "quotes q7 changed speaker"],
    "column": ["people kim-kye-gwan changed born", "people trump changed born",
               "people chung changed born", "people chung-eui-yong changed born"],
    "key-renamed": ["quotes q3 changed speaker", "quotes q6 changed speaker",
                    "quotes q9 changed speaker", "people kim-kye-gwan renamed id",
                    "redirects kim,people added"],
    "key-renamed-silently": ["quotes q2 changed speaker", "quotes q5 changed speaker",
                             "quotes q7 changed speaker", "people chung removed",
                             "people chung-eui-yong renamed id"],
    "enum-cut": [f"quotes q{n} changed kind" for n in (1, 3, 5, 7)],
    "table-added": ["places seoul added"],
    "on the side": ["quotes q5 changed text"],
    "meanwhile": ["quotes q1 changed text"],
}  # fmt: skip

ROWS = {
    "quotes": [f"q{n}" for n in range(1, 10)],
    "people": ["kim-kye-gwan", "trump", "chung", "chung-eui-yong"],
    "redirects": ["kim,people"], "places": ["seoul"],
}  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The history, its first commit released as 1.0.0."""
    made = make(tmp_path_factory.mktemp("history") / "repository")
    git(made, "tag", "v1.0.0", "start")
    return made


@pytest.mark.parametrize("name", EXPECTED)
def test_every_kind_of_change_has_its_class(root: Path, name: str) -> None:
    former = dict(zip(EXPECTED, ["start", *EXPECTED], strict=False))[name]
    with compared(former, name, package=root) as found:
        made = proposal_of(found)
    assert (made.cls, [r.kind for r in made.reasons]) == EXPECTED[name]


def test_the_histories_of_the_rows_tell_of_every_commit_that_changed_them(root: Path) -> None:
    told: dict[str, list[str]] = {}
    for table, keys in ROWS.items():
        for key in keys:
            for event in history(root, table, key).events:
                assert event.commit is not None
                said = f"{table} {key} {event.change}"
                if event.change in ("changed", "renamed"):
                    said += f" {', '.join(cell.field for cell in event.cells)}"
                told.setdefault(event.commit.subject, []).append(said)
    assert len(told.pop("start")) == 12
    assert told == TOLD


def test_the_history_holds_every_change_that_is_expected() -> None:
    assert list(EXPECTED) == [*CHANGES, "merged"]


def test_the_example_in_the_docs_is_what_is_printed(root: Path, project: Path) -> None:
    page = (project / "docs" / "versions.md").read_text("utf-8")
    example = page.partition("<!-- example -->\n")[2].partition("<!-- /example -->")[0]
    assert example == f"```text\n$ copydesk version\n{run_cmd('version', cwd=root).out}```\n"


def test_a_release_is_held_against_all_former_ones(root: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(root, "clone", "-q", str(root), str(clone))
    git(clone, "tag", "v1.1.0", "replaced")
    report = json.loads(run_cmd("check", "--release", "--format", "json", cwd=clone).out)
    found = {(f["code"], f["table"], f["value"]) for f in report["findings"]}
    assert found == {
        ("ID001", "quotes", "q8"),
        ("ID001", "people", "chung"),
        ("VN001", "", "1.0.0"),
    }
    gone = next(f for f in report["findings"] if f["value"] == "chung")
    assert gone["message"] == "`chung`, released in `v1.1.0`, is gone"
    assert gone["key"] == {"id": "chung"}
    assert [t["valid"] for t in report["tables"]] == [False, False, True, True]
    assert {t["code"]: t["count"] for t in report["totals"]} == {"ID001": 1, "VN001": 1}


def test_a_release_that_keeps_its_word_passes(root: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(root, "clone", "-q", "-b", "main", str(root), str(clone))
    git(clone, "checkout", "-q", "--detach", "key-renamed")
    git(clone, "tag", "-d", "v1.0.0")
    git(clone, "tag", "v1.0.0", "column-renamed")
    assert run_cmd("check", "--release", cwd=clone).code == 1
    assert run_cmd("version", "--write", cwd=clone).err.startswith("1.1.0 is set")
    assert run_cmd("check", "--release", cwd=clone).code == 0
    commit(clone, {}, "release")
    git(clone, "tag", "v1.1.0")
    assert run_cmd("check", "--release", cwd=clone).code == 0


def test_the_release_that_is_checked_out_is_held_against_the_one_before(
    root: Path, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    git(root, "clone", "-q", str(root), str(clone))
    git(clone, "checkout", "-q", "--detach", "replaced")
    git(clone, "tag", "-d", "v1.0.0")
    git(clone, "tag", "v0.9.0", "readme")
    git(clone, "tag", "v1.0.0", "replaced")
    said = run_cmd("check", "--release", "--format", "concise", cwd=clone)
    assert "`1.0.0` is too low: the changes since `v0.9.0` demand `2.0.0`" in said.out


def test_a_dataset_without_releases_owes_nothing_yet_and_says_so(tmp_path: Path) -> None:
    made = make(tmp_path / "repository")
    said = run_cmd("check", "--release", cwd=made)
    assert said.code == 0
    assert "ID, VN001 not run: no release is tagged yet" in said.out


def test_a_shallow_clone_is_refused_by_check_and_told_by_build(root: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(root, "clone", "-q", "--depth", "1", root.as_uri(), str(clone))
    assert run_cmd("check", cwd=clone).code == 0
    refused = run_cmd("check", "--release", cwd=clone)
    assert (refused.code, "git fetch --unshallow --tags" in refused.err) == (2, True)
    assert (
        "ID, VN001 not run: this shallow clone may lack releases" in run_cmd("build", cwd=clone).out
    )


def test_a_build_between_releases_may_keep_the_number_but_not_lose_a_key(
    root: Path, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    git(root, "clone", "-q", str(root), str(clone))
    git(clone, "checkout", "-q", "--detach", "corrected")
    git(clone, "tag", "v1.0.1", "replaced")
    git(clone, "tag", "-d", "v1.0.0")
    said = run_cmd("build", cwd=clone)
    assert said.code == 0
    assert "VN001 not run: the number is still that of v1.0.1, 1.0.1 will be due" in said.out
    git(clone, "tag", "v1.0.0", "start")
    said = run_cmd("build", cwd=clone)
    assert said.code == 1
    assert "`q8`, released in `v1.0.0`, is gone" in said.out


@pytest.mark.parametrize(
    "text",
    ['id,name\na,"Ann" x\nb,Bob,more\nc\n', "id,name\r\na,Ann\rb,Bob\nc,Cid\n\n",
     'id,name\na,"Ann\nAnn"\nb,"B""ob"\nc,Cid\n'],
)  # fmt: skip
def test_keys_of_untidy_files_are_read_too(text: str, tmp_path: Path) -> None:
    schema = {"fields": [{"name": "id"}, {"name": "name"}], "primaryKey": "id"}
    make_package(tmp_path, {"t": text.encode("latin-1")}, schemas={"t": schema}, version="1.0.0")
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, {}, "begin")
    git(tmp_path, "tag", "v1.0.0")
    (tmp_path / "data" / "t.csv").write_text("id,name\na,Ann\n")
    report = json.loads(run_cmd("check", "--release", "--format", "json", cwd=tmp_path).out)
    assert [f["value"] for f in report["findings"] if f["code"] == "ID001"] == ["b", "c"]


def test_a_released_table_that_cannot_be_read_is_listed(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "id"}, {"name": "name"}], "primaryKey": "id"}
    make_package(tmp_path, {"t": b"id,name\na,\xff\n"}, schemas={"t": schema}, version="1.0.0")
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, {}, "begin")
    git(tmp_path, "tag", "v1.0.0")
    (tmp_path / "data" / "t.csv").write_text("id,name\nb,Bob\n")
    report = json.loads(run_cmd("check", "--release", "--format", "json", cwd=tmp_path).out)
    assert [(s["code"], s["table"]) for s in report["skipped"]] == [("ID001", "t")]
    assert report["skipped"][0]["reason"].startswith("v1.0.0: ")


def test_a_table_that_is_gone_owes_all_its_keys(root: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(root, "clone", "-q", str(root), str(clone))
    data = json.loads((clone / "datapackage.json").read_text())
    data["resources"] = [r for r in data["resources"] if r["name"] != "people"]
    data["resources"][0]["schema"].pop("foreignKeys")
    (clone / "datapackage.json").write_text(json.dumps(data))
    report = json.loads(run_cmd("check", "--release", "--format", "json", cwd=clone).out)
    gone = {
        f["value"] for f in report["findings"] if (f["code"], f["table"]) == ("ID001", "people")
    }
    assert gone == {"chung", "trump"}


def test_what_is_owed_can_be_ignored_and_selected_like_any_check(
    root: Path, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    git(root, "clone", "-q", str(root), str(clone))
    assert run_cmd("check", "--release", "--ignore", "ID,VN", cwd=clone).code == 0
    said = run_cmd("check", "--release", "--select", "VN001", "--format", "json", cwd=clone)
    assert {f["code"] for f in json.loads(said.out)["findings"]} == {"VN001"}
    said = run_cmd("check", "--release", "--table", "people", "--format", "json", cwd=clone)
    assert {f["table"] for f in json.loads(said.out)["findings"]} == {"people", ""}
    file = clone / "datapackage.json"
    data = json.loads(file.read_text())
    data["copydesk"] = {
        "severity": {"ID": "warning"},
        "ignore": {"VN": "numbers are given by hand"},
    }
    file.write_text(json.dumps(data))
    said = run_cmd("check", "--release", cwd=clone)
    assert said.code == 0
    assert "warning[ID001]" in said.out
    assert "VN001 not run: numbers are given by hand" in said.out
