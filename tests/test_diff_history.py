"""Every kind of change in a real history: what is told of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from changes import CHANGES, make

from copydesk.testing import run_cmd

Told = dict[str, Any]

# By change and table: rows removed, renamed, changed and added, then columns and promises.
EXPECTED: dict[str, dict[str, tuple[list[int], list[str]]]] = {
    "sorted": {},
    "quoted": {},
    "readme": {},
    "replaced": {"quotes": ([1, 0, 0, 1], [])},
    "corrected": {"quotes": ([0, 0, 2, 0], [])},
    "column": {"people": ([0, 0, 0, 0], ["+born", "field `born` is described, of the type year"])},
    "column-renamed": {"people": ([0, 0, 0, 0], ["name>full_name"])},
    "key-renamed": {
        "quotes": ([0, 0, 3, 0], []), "people": ([0, 1, 0, 0], []),
        "redirects": ([0, 0, 0, 1], []),
    },
    "key-renamed-silently": {"quotes": ([0, 0, 3, 0], []), "people": ([1, 0, 0, 1], [])},
    "tightened": {"quotes": ([0, 0, 0, 0], ["maxLength `200` became `100`"])},
    "enum-extended": {"quotes": ([0, 0, 0, 0], ["enum gained `headline`"])},
    "enum-cut": {"quotes": ([0, 0, 4, 0], ["enum lost `mixed`"])},
    "file-renamed": {
        "quotes": ([0, 0, 0, 0], ["path `data/quotes.csv` became `data/said.csv`"])
    },
    "table-added": {"places": ([0, 0, 0, 1], ["added"])},
    "merged": {"quotes": ([0, 0, 2, 0], [])},
}  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("history") / "repository")


def told(table: Told) -> tuple[list[int], list[str]]:
    columns = table["columns"]
    words = [table["state"]] * (table["state"] != "changed")
    words += [f"+{c['name']}" for c in columns["added"]]
    words += [f"-{c['name']}" for c in columns["removed"]]
    words += [f"{c['from']}>{c['to']}" for c in columns["renamed"]]
    words += [p["what"] for p in table["constraints"]]
    return list(table["totals"].values()), words


def difference(root: Path, base: str, head: str) -> Told:
    result = run_cmd("diff", base, head, "--format", "json", cwd=root)
    assert result.code == 0, result.err
    made: Told = json.loads(result.out)
    return made


@pytest.mark.parametrize("name", EXPECTED)
def test_every_kind_of_change_is_told_as_what_it_is(root: Path, name: str) -> None:
    before = dict(zip(EXPECTED, ["start", *EXPECTED], strict=False))[name]
    made = difference(root, before, name)
    assert {t["name"]: told(t) for t in made["tables"]} == EXPECTED[name]
    assert made["promises"] == []


def test_the_history_holds_every_change_that_is_expected() -> None:
    assert list(EXPECTED) == [*CHANGES, "merged"]


def test_a_renamed_key_is_told_with_what_follows_it(root: Path) -> None:
    text = run_cmd("diff", "column-renamed", "key-renamed", cwd=root).out
    assert "> kim is now kim-kye-gwan" in text
    assert "speaker 3 (3 follow a key)" in text


def test_the_whole_history_is_one_difference(root: Path) -> None:
    made = difference(root, "start", "merged")
    assert [t["name"] for t in made["tables"]] == ["quotes", "people", "redirects", "places"]
    people = made["tables"][1]
    assert people["totals"] == {"removed": 1, "renamed": 1, "changed": 0, "added": 1}


def test_the_example_in_the_docs_is_what_is_printed(root: Path, project: Path) -> None:
    page = (project / "docs" / "diff.md").read_text("utf-8")
    example = page.partition("<!-- example -->\n")[2].partition("<!-- /example -->")[0]
    said = run_cmd("diff", "start", "merged", cwd=root).out
    assert example == f"```text\n$ copydesk diff start merged\n{said}```\n"
