"""What a commit touches: the tables of its files, those that refer to them, and the two hooks."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
import yaml

from copydesk.testing import Result, make_package, run_cmd
from copydesk.touched import touched

HOOKS = {
    hook["id"]: hook
    for hook in yaml.safe_load(
        (Path(__file__).parent.parent / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    )
}
RULE = """-- code: QT001
-- name: quote-of-nobody
-- severity: error
-- table: notes
-- field: note
-- message: `{note}` is about nobody
-- what: a note without a person
-- why: nobody knows whom it is about
-- example: a note
-- fix: name the person
SELECT note FROM notes WHERE note NOT IN (SELECT person FROM people)
"""


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    people = {"fields": [{"name": "person"}], "primaryKey": "person"}
    reference = {"fields": "speaker", "reference": {"resource": "people", "fields": "person"}}
    quotes = {"fields": [{"name": "id"}, {"name": "speaker"}], "foreignKeys": [reference]}
    root = make_package(
        tmp_path,
        {"people": "person\nkim\n", "quotes": "id,speaker\nq1,kim\n", "notes": "note\nkim\n",
         "places": "place\nseoul\n"},
        schemas={"people": people, "notes": {"fields": [{"name": "note"}], "primaryKey": "note"},
                 "places": {"fields": [{"name": "place"}]}},
        suites={"places": [{"type": "expect_column_to_exist", "kwargs": {"column": "place"}}]},
        rules={"QT001-quote-of-nobody.sql": RULE},
        resources={"quotes": {"schema": "schemas/quotes.schema.json"}},
    )  # fmt: skip
    file = root / "schemas" / "quotes.schema.json"
    file.write_text(json.dumps(quotes), encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("files", "own", "referring"),
    [
        (["data/people.csv"], ["people"], ["people", "quotes", "notes"]),
        (["data/quotes.csv"], ["quotes"], ["quotes"]),
        (["schemas/quotes.schema.json"], ["quotes"], ["quotes"]),
        (["schemas/places.expectations.json"], ["places"], ["places"]),
        (["schemas/rules/QT001-quote-of-nobody.sql"], [], ["notes"]),
        (["README.md", "data/gone.csv"], [], []),
    ],
)
def test_files_touch_their_tables_and_those_that_refer_to_them(
    dataset: Path, files: list[str], own: list[str], referring: list[str]
) -> None:
    paths = [dataset / file for file in files]
    assert list(touched(dataset, paths)) == own
    assert list(touched(dataset, paths, referring=True)) == referring


def test_the_descriptor_touches_every_table(dataset: Path) -> None:
    found = touched(dataset, [dataset / "datapackage.json"])
    assert found == ("people", "quotes", "notes", "places")


def run_hook(name: str, root: Path, *files: str) -> Result:
    hook = HOOKS[name]
    program, *words = shlex.split(hook["entry"])
    assert (program, hook["language"]) == ("copydesk", "python")
    return run_cmd(*words, *hook["args"], *files, cwd=root)


def test_the_hook_that_checks_sees_what_the_commit_breaks_elsewhere(dataset: Path) -> None:
    assert run_hook("copydesk-check", dataset, "data/people.csv").code == 0
    (dataset / "data" / "places.csv").write_text("place,x\nseoul\n", encoding="utf-8")
    (dataset / "data" / "people.csv").write_text("person\npark\n", encoding="utf-8")
    result = run_hook("copydesk-check", dataset, "data/people.csv", "README.md")
    assert result.code == 1
    assert "RF001" in result.out
    assert "QT001" in result.out
    assert "places.csv" not in result.out
    assert run_hook("copydesk-check", dataset, "README.md").code == 0
    assert run_hook("copydesk-check", dataset).code == 1


def test_the_hook_that_mends_writes_the_tables_of_the_commit_only(dataset: Path) -> None:
    for name in ("people", "places"):
        file = dataset / "data" / f"{name}.csv"
        file.write_text(file.read_text(encoding="utf-8").replace("\n", " \n"), encoding="utf-8")
    run_hook("copydesk-fix", dataset, "data/places.csv")
    assert (dataset / "data" / "places.csv").read_text(encoding="utf-8").endswith("seoul\n")
    assert (dataset / "data" / "people.csv").read_text(encoding="utf-8").endswith("kim \n")


def test_one_file_of_a_package_is_checked_as_what_it_is_there(project: Path) -> None:
    alone = run_cmd("check", "data/people.csv", "--format", "json", cwd=project)
    named = run_cmd("check", ".", "data/people.csv", "--format", "json", cwd=project)
    assert alone.code == named.code == 0
    tables = [json.loads(result.out)["tables"] for result in (alone, named)]
    assert tables[0] == tables[1] != []
