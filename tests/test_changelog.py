"""The changelog of the data: for people with their own notes in it, as JSON, as an Atom feed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from changes import CHANGES, make
from test_revisions import commit, git

from copydesk.testing import make_package, run_cmd

ATOM = "{http://www.w3.org/2005/Atom}"
SCHEMA = {"fields": [{"name": "id"}, {"name": "name"}], "primaryKey": "id"}

# What is told of each change in the history, each change being released by itself.
SAID: dict[str, list[str]] = {
    "sorted": [],
    "quoted": [],
    "readme": [],
    "replaced": ["quotes: 1 removed: q8", "quotes: 1 added: q9"],
    "corrected": [
        "quotes: 2 changed: speaker 1, text 1: q7: speaker: Donald Trump (trump) → "
        "Chung Eui-yong (chung)",
        "quotes: 2 changed: speaker 1, text 1: q6: text: the{+ very+} words of quote number 6",
    ],
    "column": ["people: column born added, filled in 1 row"],
    "column-renamed": [
        "people: column name renamed to full_name, the same in 100% of what was compared"
    ],
    "key-renamed": [
        "people: 1 renamed, as redirects say: kim is now kim-kye-gwan",
        "redirects: 1 added: kim · people",
    ],
    "key-renamed-silently": [
        "people: 1 removed: chung, the same but for its key as chung-eui-yong",
        "people: 1 added: chung-eui-yong, the same but for its key as chung",
    ],
    "tightened": ["quotes: text: maxLength `200` became `100` (tightened)"],
    "enum-extended": ["quotes: kind: enum gained `headline` (loosened)"],
    "enum-cut": ["quotes: kind: enum lost `mixed` (tightened)"],
    "file-renamed": ["quotes: path `data/quotes.csv` became `data/said.csv` (changed)"],
    "table-added": ["places: columns id, name", "places: 1 added: seoul “Seoul”"],
    "merged": [],
}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The history with every kind of change, each of them a release."""
    root = make(tmp_path_factory.mktemp("history") / "repository")
    for number, name in enumerate(["start", *SAID]):
        git(root, "tag", f"v1.{number}.0", name)
    assert run_cmd("changelog", cwd=root).code == 0
    return root


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A repository with two releases, in 2020 and 2021."""
    write(tmp_path, "id,name\na,Ann\n", "1.0.0")
    git(tmp_path, "init", "-q", "-b", "main")
    release(tmp_path, "v1.0.0", "2020-01-02")
    write(tmp_path, "id,name\na,Ann\nb,Bob\n", "1.1.0")
    release(tmp_path, "v1.1.0", "2021-03-04")
    return tmp_path


def write(root: Path, text: str, version: str) -> None:
    make_package(root, {"t": text}, schemas={"t": SCHEMA}, version=version, title="A <set> & more")


def release(root: Path, tag: str, day: str) -> None:
    commit(root, {}, tag)
    git(root, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "--amend",
        "--no-edit", "--date", f"{day}T12:00:00Z")  # fmt: skip
    env = {"GIT_COMMITTER_DATE": f"{day}T12:00:00Z"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in env.items():
            patch.setenv(name, value)
        git(root, "tag", "-a", "-m", "released", tag)


def changes(root: Path) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((root / "data" / "changes.json").read_text("utf-8"))
    return made


def log(root: Path) -> str:
    return (root / "data" / "CHANGELOG.md").read_text("utf-8")


def headings(text: str) -> list[str]:
    return re.findall(r"^## (.*)$", text, re.M)


# the history


@pytest.mark.parametrize("name", SAID)
def test_every_kind_of_change_is_told_in_a_sentence(released: Path, name: str) -> None:
    number = f"1.{[*SAID].index(name) + 1}.0"
    entry = next(r for r in changes(released)["releases"] if r["version"] == number)
    said = entry["says"]
    assert [s for s in SAID[name] if s not in said] == []
    assert bool(said) == (name not in ("sorted", "quoted", "readme"))


def test_the_history_holds_every_change_that_is_expected() -> None:
    assert list(SAID) == [*CHANGES, "merged"]


def test_every_release_has_its_section_the_latest_first(released: Path) -> None:
    numbers = [h.split("]")[0].strip("[") for h in headings(log(released))]
    assert numbers == [f"1.{n}.0" for n in range(len(SAID), -1, -1)]
    assert [r["version"] for r in changes(released)["releases"]] == numbers


def test_said_again_nothing_changes(released: Path) -> None:
    again = run_cmd("changelog", cwd=released)
    assert again.err == "the changelog is up to date\n"
    assert run_cmd("changelog", "--check", cwd=released).code == 0


def test_the_json_is_as_its_schema_says(released: Path) -> None:
    schema = json.loads((resources.files("copydesk.changelog") / "changes.schema.json").read_text())
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(changes(released))) == []


# days and numbers


def test_days_are_those_of_the_tags(dataset: Path) -> None:
    run_cmd("changelog", cwd=dataset)
    assert headings(log(dataset)) == ["[1.1.0] - 2021-03-04", "[1.0.0] - 2020-01-02"]
    assert [(r["date"], r["base"], r["class"]) for r in changes(dataset)["releases"]] == [
        ("2021-03-04", "1.0.0", "minor"), ("2020-01-02", "", "none"),
    ]  # fmt: skip


def test_the_next_release_is_told_before_its_tag_and_the_same_after_it(dataset: Path) -> None:
    write(dataset, "id,name\na,Ann\nb,Rob\n", "1.1.1")
    run_cmd("changelog", "--date", "2022-05-06", cwd=dataset)
    assert headings(log(dataset))[0] == "[1.1.1] - 2022-05-06"
    assert "name: `Bob` → `Rob`" in log(dataset)
    commit(dataset, {}, "release")
    git(dataset, "tag", "v1.1.1")
    assert run_cmd("changelog", "--check", cwd=dataset).code == 0


def test_what_is_not_yet_numbered_is_not_told(dataset: Path) -> None:
    run_cmd("changelog", cwd=dataset)
    write(dataset, "id,name\na,Ann\nb,Rob\n", "1.1.0")
    assert run_cmd("changelog", "--check", cwd=dataset).code == 0


def test_a_release_of_an_older_line_is_compared_with_its_own_past(dataset: Path) -> None:
    git(dataset, "checkout", "-q", "-b", "old", "v1.0.0")
    write(dataset, "id,name\na,Anna\n", "1.0.1")
    commit(dataset, {}, "correct")
    git(dataset, "tag", "v1.0.1")
    git(dataset, "checkout", "-q", "main")
    run_cmd("changelog", cwd=dataset)
    assert [(r["version"], r["base"]) for r in changes(dataset)["releases"]] == [
        ("1.1.0", "1.0.0"), ("1.0.1", "1.0.0"), ("1.0.0", ""),
    ]  # fmt: skip


def test_a_shallow_clone_is_refused(dataset: Path, tmp_path_factory: Any) -> None:
    clone = tmp_path_factory.mktemp("clone") / "shallow"
    git(dataset, "clone", "-q", "--depth", "1", dataset.as_uri(), str(clone))
    said = run_cmd("changelog", cwd=clone)
    assert (said.code, "git fetch --unshallow --tags" in said.err) == (2, True)


# notes of people


HAND = """# Words of our own

An introduction.

## [Unreleased]

### Fixed

- Bob is now spelt as he writes himself.

## [1.1.0] - 2021-03-05

### Added

- Bob, at last.

## 1.0.0 - in spring

The beginning.
"""


def test_what_people_wrote_stays(dataset: Path) -> None:
    (dataset / "data" / "CHANGELOG.md").write_text(HAND)
    run_cmd("changelog", cwd=dataset)
    text = log(dataset)
    begin, end = text.index("<!-- changes:"), text.index("<!-- /changes -->\n") + 18
    assert text[:begin] + text[end + 1 :] == HAND
    assert [r["date"] for r in changes(dataset)["releases"]] == ["2021-03-05", "2020-01-02"]
    edited = text.replace("Bob, at last.", "Bob, with his cat.") + "\nAn end.\n"
    (dataset / "data" / "CHANGELOG.md").write_text(edited)
    assert run_cmd("changelog", cwd=dataset).err == "the changelog is up to date\n"
    assert log(dataset) == edited


def test_notes_on_what_is_unreleased_go_to_the_next_release(dataset: Path) -> None:
    (dataset / "data" / "CHANGELOG.md").write_text(HAND)
    write(dataset, "id,name\na,Ann\nb,Rob\n", "1.1.1")
    run_cmd("changelog", "--date", "2022-05-06", cwd=dataset)
    text = log(dataset)
    assert text.startswith(
        "# Words of our own\n\nAn introduction.\n\n## [Unreleased]\n\n## [1.1.1] - 2022-05-06\n\n"
        "### Fixed\n\n- Bob is now spelt as he writes himself.\n\n<!-- changes:"
    )
    assert run_cmd("changelog", "--check", cwd=dataset).code == 0


def test_what_is_made_is_mended_when_somebody_edits_it(dataset: Path) -> None:
    run_cmd("changelog", cwd=dataset)
    text = log(dataset)
    (dataset / "data" / "CHANGELOG.md").write_text(text.replace("1 added", "2 added"))
    said = run_cmd("changelog", "--check", cwd=dataset)
    assert (said.code, said.err) == (1, "out of date: data/CHANGELOG.md\n")
    assert "2 added" in log(dataset)
    run_cmd("changelog", cwd=dataset)
    assert log(dataset) == text


def test_no_cell_can_end_what_is_made_or_become_markup(dataset: Path) -> None:
    nasty = "<!-- /changes --> <b>@you</b> [x](http://e.org) \x01"
    write(dataset, f"id,name\na,Ann\nb,{nasty}\n", "1.1.1")
    run_cmd("changelog", "--date", "2022-05-06", cwd=dataset)
    first = log(dataset)
    assert run_cmd("changelog", "--check", cwd=dataset).code == 0
    run_cmd("changelog", cwd=dataset)
    assert log(dataset) == first
    assert "\x01" not in (dataset / "data" / "changes.atom").read_text("utf-8")
    ET.fromstring((dataset / "data" / "changes.atom").read_text("utf-8"))


def test_windows_line_ends_stay(dataset: Path) -> None:
    file = dataset / "data" / "CHANGELOG.md"
    file.write_bytes(HAND.replace("\n", "\r\n").encode())
    run_cmd("changelog", cwd=dataset)
    assert b"\n" not in file.read_bytes().replace(b"\r\n", b"")


# the feed


def entries(root: Path) -> Iterator[ET.Element]:
    feed = ET.fromstring((root / "data" / "changes.atom").read_text("utf-8"))
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author"):
        assert len(feed.findall(f"{ATOM}{name}")) == 1
    yield from feed.findall(f"{ATOM}entry")


def test_the_feed_has_what_atom_demands(dataset: Path) -> None:
    run_cmd("changelog", cwd=dataset)
    found = list(entries(dataset))
    told = [[e.findtext(f"{ATOM}{n}") or "" for n in ("id", "title", "updated")] for e in found]
    assert [t[1:] for t in told] == [
        ["test 1.1.0", "2021-03-04T00:00:00Z"], ["test 1.0.0", "2020-01-02T00:00:00Z"],
    ]  # fmt: skip
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", t[0]) for t in told)
    assert len({t[0] for t in told}) == 2
    assert "b “Bob”" in "".join(found[0].itertext())


def test_an_entry_keeps_its_id_for_ever(dataset: Path) -> None:
    run_cmd("changelog", cwd=dataset)
    before = [e.findtext(f"{ATOM}id") for e in entries(dataset)]
    write(dataset, "id,name\na,Ann\nb,Rob\n", "1.1.1")
    run_cmd("changelog", cwd=dataset)
    assert [e.findtext(f"{ATOM}id") for e in entries(dataset)][1:] == before


def test_the_changelog_of_a_tool_beside_the_data_is_left_alone(dataset: Path) -> None:
    (dataset / "CHANGELOG.md").write_text("# Of the tool\n\n## [9.0.0] - 2020-01-01\n")
    run_cmd("changelog", cwd=dataset)
    assert (dataset / "CHANGELOG.md").read_text() == "# Of the tool\n\n## [9.0.0] - 2020-01-01\n"
    assert headings(log(dataset)) == ["[1.1.0] - 2021-03-04", "[1.0.0] - 2020-01-02"]


def test_the_files_go_where_they_are_wanted(dataset: Path) -> None:
    (dataset / "news").mkdir()
    assert run_cmd("changelog", "--out", "news", cwd=dataset).code == 0
    assert sorted(p.name for p in (dataset / "news").iterdir()) == [
        "CHANGELOG.md", "changes.atom", "changes.json",
    ]  # fmt: skip
    assert not (dataset / "data" / "changes.json").exists()
