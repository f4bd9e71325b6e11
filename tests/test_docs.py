"""What the pages say is so: generated parts are current, commands exist, versions agree."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import copydesk
from copydesk import cli
from copydesk.checks import registry

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").glob("*.md")])
SHELL = {"cd", "git", "pip", "python", "python3", "pipx", "unzip"}
SECTIONS = ["Security", "Removed", "Deprecated", "Added", "Changed", "Fixed"]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands(text: str) -> Iterator[list[str]]:
    """Yield the words of every command in the fenced `sh` and `console` blocks of a page."""
    for language, block in re.findall(r"^```(sh|bash|console)\n(.*?)^```", text, re.S | re.M):
        lines = block.replace("\\\n", " ").splitlines()
        if language == "console":
            lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        for line in lines:
            for part in re.split(r"\s(?:&&|\|\||;|\||>)\s", line):
                words = shlex.split(part, comments=True)
                while words and re.match(r"\w+=", words[0]):
                    words.pop(0)
                if words:
                    yield words


def complaint(words: list[str]) -> str:
    """Return what is wrong with a command; empty if it can be run."""
    name = words[0].removeprefix(".venv/bin/")
    if name == "copydesk":
        return copydesk_complaint(words[1:])
    if name.startswith(("scripts/", ".ci/", "./")):
        return "" if os.access(ROOT / name, os.X_OK) else f"{name} cannot be run"
    if name in ("python", "python3") and len(words) > 1 and words[1].endswith(".py"):
        return "" if (ROOT / words[1]).is_file() else f"{words[1]} does not exist"
    return "" if name in SHELL else f"{name} is neither a script nor a usual command"


def copydesk_complaint(words: list[str]) -> str:
    above = cli.group.make_context("copydesk", [], resilient_parsing=True)
    names = [word for word in words if not word.startswith("-")][:1]
    if names and names[0] not in cli.group.list_commands(above):
        return f"copydesk has no command {names[0]}"
    command = cli.group.get_command(above, names[0]) if names else cli.group
    assert command is not None
    known = {o for p in command.get_params(above) for o in [*p.opts, *p.secondary_opts]}
    given = {word.partition("=")[0] for word in words if re.match(r"--?[a-zA-Z]", word)}
    return "" if given <= known else f"copydesk {' '.join(names)} has no {sorted(given - known)}"


def sections(changelog: str) -> list[tuple[str, list[str]]]:
    """Return the releases of a changelog, each with its sections in order."""
    releases = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]
    heading = re.compile(r"^### (.+)$", re.MULTILINE)
    return [(text.splitlines()[0], heading.findall(text)) for text in releases]


def test_the_generated_pages_are_current() -> None:
    command = [sys.executable, "scripts/gen_docs.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_check_is_documented_and_every_documented_check_exists() -> None:
    documented = re.findall(r"^### (\S+ \S+)$", read("docs/checks.md"), re.MULTILINE)
    assert documented
    assert sorted(documented) == sorted(f"{s.code} {s.name}" for s in registry().values())


def test_every_check_says_what_why_example_and_fix() -> None:
    parts = ("What", "Why", "Example", "Fix")
    silent = [f"{s.code} {p}" for s in registry().values() for p in parts if not s.part(p)]
    assert silent == []


def test_the_readme_shows_how_to_run_it() -> None:
    assert ["scripts/check"] in list(commands(read("README.md")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_on_a_page_can_be_run(page: Path) -> None:
    found = [complaint(words) for words in commands(page.read_text(encoding="utf-8"))]
    assert [text for text in found if text] == []


@pytest.mark.parametrize(
    "line",
    ["copydesk chekc", "copydesk check --no-such-option", "scripts/nothing", "frobnicate data"],
)
def test_a_command_that_does_not_exist_is_noticed(line: str) -> None:
    assert complaint(shlex.split(line)) != ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.S)
    targets = [t.partition("#")[0] for t in re.findall(r"\]\(([^)\s]+)\)", prose)]
    local = [t for t in targets if t and "://" not in t and not t.startswith("mailto:")]
    assert [t for t in local if not (page.parent / t).exists()] == []


@pytest.mark.parametrize("name", ["CHANGELOG.md", "data/CHANGELOG.md"])
def test_a_changelog_keeps_the_order_of_its_sections(name: str) -> None:
    releases = sections(read(name))
    assert releases
    known = [(release, [s for s in SECTIONS if s in found]) for release, found in releases]
    assert releases == known


def test_the_changelogs_tell_of_the_current_versions() -> None:
    tool = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    data = json.loads(read("datapackage.json"))["version"]
    for name, version in (("CHANGELOG.md", tool), ("data/CHANGELOG.md", data)):
        headings = " ".join(heading for heading, _ in sections(read(name)))
        assert version in re.split(r"[][\s]+", headings), name


def test_the_package_says_the_version_that_it_is_built_as() -> None:
    assert copydesk.__version__ == tomllib.loads(read("pyproject.toml"))["project"]["version"]


def test_the_citation_is_complete_and_of_the_current_version() -> None:
    citation = yaml.safe_load(read("CITATION.cff"))
    package = json.loads(read("datapackage.json"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= citation.keys()
    assert all(author["name"] for author in citation["authors"])
    assert citation["type"] == "dataset"
    assert citation["version"] == package["version"]
    assert citation["license"] == package["licenses"][0]["name"]
    assert package["title"].lower().endswith(citation["title"].partition(": ")[2])
