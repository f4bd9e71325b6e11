"""A new dataset repository: it checks clean, works with git, and never overwrites anything."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
import yaml
from test_revisions import commit, git

import copydesk
from copydesk.merging.driver import ATTRIBUTE
from copydesk.scaffold import slug
from copydesk.testing import run_cmd

FILES = [
    ".gitattributes", ".github/workflows/data.yml", ".gitignore", "README.md", "data/CHANGELOG.md",
    "data/books.csv", "data/redirects.csv", "datapackage.json",
    "schemas/books.expectations.json", "schemas/books.schema.json",
    "schemas/redirects.schema.json",
]  # fmt: skip


def written(root: Path) -> list[str]:
    return sorted(
        p.relative_to(root).as_posix()
        for p in root.rglob("*")
        if p.is_file() and ".git" not in p.relative_to(root).parts[:1]
    )


def test_a_new_dataset_has_no_finding(tmp_path: Path) -> None:
    root = tmp_path / "Größe & Maß"
    said = run_cmd("new", root)
    assert said.code == 0
    assert written(root) == FILES
    assert all(f"  {name}\n" in said.out for name in FILES)
    assert "copydesk merge --install" in said.out
    report = json.loads(run_cmd("check", root, "--format", "json").out)
    assert (report["findings"], report["skipped"], report["valid"]) == ([], [], True)
    assert report["package"]["name"] == "grosse-mass"


def test_the_name_is_that_of_the_folder_in_plain_letters() -> None:
    assert slug("Größe & Maß 2") == "grosse-mass-2"
    assert slug("My_Data.v2") == "my-data-v2"


def test_name_and_title_are_as_they_are_given(tmp_path: Path) -> None:
    root = tmp_path / "x"
    assert run_cmd("new", root, "--name", "my-books", "--title", 'Books "of" \\ mine').code == 0
    made = json.loads((root / "datapackage.json").read_text("utf-8"))
    assert (made["name"], made["title"]) == ("my-books", 'Books "of" \\ mine')
    assert (root / "README.md").read_text("utf-8").startswith('# Books "of" \\ mine\n')


@pytest.mark.parametrize("name", ["My Books", "../x", "a/b"])
def test_what_cannot_be_a_name_is_refused(name: str, tmp_path: Path) -> None:
    said = run_cmd("new", tmp_path / "x", "--name", name)
    assert said.code == 2
    assert "--name my-dataset" in said.err
    assert not (tmp_path / "x").exists()


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    said = run_cmd("new", tmp_path)
    assert (said.code, "`mine.txt`" in said.err) == (2, True)
    assert written(tmp_path) == ["mine.txt"]
    assert run_cmd("new", tmp_path / "mine.txt").code == 2
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_an_empty_repository_is_filled_and_merges_by_key(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    assert run_cmd("new", tmp_path, "--name", "books").code == 0
    assert ATTRIBUTE in (tmp_path / ".gitattributes").read_text().splitlines()
    said = run_cmd("merge", "--install", cwd=tmp_path)
    assert "names it already" in said.out
    commit(tmp_path, {}, "begin")
    assert git(tmp_path, "status", "--short") == ""
    assert "data/books.csv: merge: copydesk" in git(
        tmp_path, "check-attr", "merge", "data/books.csv"
    )


def test_the_first_releases_of_a_new_dataset_go_through(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    run_cmd("new", tmp_path, "--name", "books")
    commit(tmp_path, {}, "begin")
    git(tmp_path, "tag", "v0.1.0")
    text = (tmp_path / "data" / "books.csv").read_text()
    commit(tmp_path, {"data/books.csv": text + "persuasion,Persuasion,Jane Austen,1817\n"}, "add")
    assert run_cmd("check", "--release", cwd=tmp_path).code == 1
    assert run_cmd("version", "--write", cwd=tmp_path).err.startswith("0.2.0 is set")
    assert run_cmd("changelog", cwd=tmp_path).code == 0
    assert "`persuasion` *Persuasion*" in (tmp_path / "data" / "CHANGELOG.md").read_text()
    assert run_cmd("check", "--release", cwd=tmp_path).code == 0
    assert run_cmd("build", cwd=tmp_path).code == 0
    assert (tmp_path / "dist" / "books-0.2.0.zip").is_file()


def test_the_workflow_checks_by_the_action_or_installs_this_version(
    tmp_path: Path, project: Path
) -> None:
    run_cmd("new", tmp_path / "a")
    run_cmd("new", tmp_path / "b", "--action", "me/copydesk@v0.1.0")
    texts = [(tmp_path / n / ".github/workflows/data.yml").read_text() for n in ("a", "b")]
    jobs = [yaml.safe_load(text)["jobs"]["data"]["steps"] for text in texts]
    version = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert (
        jobs[0][1]["run"]
        == f"pipx install copydesk=={version}"
        == (f"pipx install copydesk=={copydesk.__version__}")
    )
    assert jobs[1][1]["uses"] == "me/copydesk@v0.1.0"
    checkout = (project / ".github/workflows/ci.yml").read_text("utf-8")
    assert all(steps[0]["uses"] in checkout for steps in jobs)
    for step in jobs[0][2:]:
        words = step["run"].split()
        assert run_cmd(*words[1:2], "--help").code == 0
    assert run_cmd("new", tmp_path / "c", "--action", "nonsense; rm -rf").code == 2
