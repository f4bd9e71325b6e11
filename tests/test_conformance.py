"""The verdicts against those of the standard and of the reference, and the scorer itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import conformance
import pytest
from conformance import Case, Outcome

from copydesk.testing import make_package, own_environment

REACHED = {**conformance.THRESHOLDS, "cells": 98.3}
"""What is met today; the aim is `conformance.THRESHOLDS`."""

PAGE = Path(__file__).parent.parent / "docs" / "conformance.md"

SAID = {"valid": True, "stopped_at_descriptor": False, "truncated": False}
NUMBERS = {"fields": [{"name": "a", "type": "integer"}]}


def scored(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, conformance.__file__, *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, env=own_environment(), check=False
    )


def write_folder(folder: Path, tables: Mapping[str, str], said: Mapping[str, Any]) -> Path:
    """Write a folder of conformance cases, each a table `t` of one integer field `a`."""
    listed = []
    for name, rows in tables.items():
        make_package(folder / "packages" / name, {"t": rows}, schemas={"t": NUMBERS})
        reference = {**SAID, "errors": [], "other": [], **said[name]}
        one = {"case": name, "from": "made up", "descriptor": "datapackage.json", "flags": []}
        listed.append({**one, "reference": reference})
    (folder / "packages.json").write_text(json.dumps(listed), encoding="utf-8")
    (folder / "probes.json").write_text("{}", encoding="utf-8")
    return folder


def case(valid: bool | None, places: Sequence[tuple[str, int, str]] | None = ()) -> Case:
    known = None if places is None else frozenset(places)
    return Case("c1", "packages", Path("x"), valid, known, "made up")


@pytest.fixture(scope="module")
def of_shared(shared: Path) -> str:
    """Return what the scorer prints of the shared cases."""
    done = scored("--folder", shared / "conformance")
    assert done.stderr == ""
    return done.stdout


def test_the_shared_cases_are_right_as_often_as_said(of_shared: str) -> None:
    found = dict(re.findall(r"^(\w+) +\d+ of \d+ right, ([\d.]+) %", of_shared, re.MULTILINE))
    assert set(found) == set(REACHED)
    assert {n: p for n, p in found.items() if float(p) < REACHED[n]} == {}, of_shared


def test_the_page_tells_the_numbers_and_every_case_that_differs(of_shared: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    numbers = re.findall(r"(\d+ of \d+) right, ([\d.]+ %)", of_shared)
    assert [n for n in numbers if f"| {n[0]} | {n[1]} |" not in page] == []
    differ = set(re.findall(r"^(\S+) (?:verdict|cells|survival): ", of_shared, re.MULTILINE))
    told = set(re.findall(r"\bc[0-9a-f]{10}\b", page))
    assert differ == told


def test_equal_verdicts_and_places_are_right(tmp_path: Path) -> None:
    wrong = {"valid": False, "errors": [["t", "type-error", 2, "a"]]}
    folder = write_folder(tmp_path, {"good": "a\n1\n", "bad": "a\nx\n"}, {"good": {}, "bad": wrong})
    done = scored("--folder", folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "verdict   2 of 2 right, 100.0 %" in done.stdout
    assert "cells     2 of 2 right, 100.0 %" in done.stdout
    assert "survival  2 of 2 right, 100.0 %" in done.stdout


def test_a_wrong_verdict_is_printed_and_fails(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"bad": "a\nx\n"}, {"bad": {}})
    done = scored("--folder", folder)
    assert done.returncode == 1
    assert "bad verdict: valid expected, invalid got (made up) FD001 data/t.csv:2" in done.stdout
    assert "bad cells: missing 0 extra 1: [('type-error', 2, 'a')]" in done.stdout


def test_a_place_that_is_missed_fails_though_the_verdict_is_right(tmp_path: Path) -> None:
    errors = [["t", "type-error", 2, "a"], ["t", "type-error", 3, "a"]]
    folder = write_folder(
        tmp_path, {"bad": "a\n1\nx\n"}, {"bad": {"valid": False, "errors": errors}}
    )
    done = scored("--folder", folder, "--only", "packages")
    assert done.returncode == 1
    assert "verdict   1 of 1 right" in done.stdout
    assert "bad cells: missing 1: [('type-error', 2, 'a')] extra 0" in done.stdout


def test_an_undecided_verdict_is_run_and_not_compared() -> None:
    got = {"c1": Outcome(2, said="error: no")}
    scores = conformance.score([case(None, None)], got)
    assert (scores["verdict"].right, scores["verdict"].wrong) == (0, [])
    assert scores["survival"].right == 1


@pytest.mark.parametrize(
    ("got", "fault"),
    [
        (Outcome(3, said="no reason"), "exit code 3"),
        (Outcome(-9, seconds=20.5), "exit code -9, 20 s"),
        (Outcome(1, said="Traceback (most recent call last)"), "a traceback"),
        (Outcome(0, valid=True, megabytes=1500), "1500 MB"),
    ],
)
def test_a_case_that_does_not_survive_is_named(got: Outcome, fault: str) -> None:
    assert f"c1 survival: {fault}" in conformance.survival(case(None), got)


def test_a_process_that_never_ends_is_ended(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text("{}", encoding="utf-8")
    code = (
        "import pathlib, time, conformance, sys\n"
        "conformance.SECONDS = 0.3\n"
        "conformance._command = lambda *_: time.sleep(60)\n"
        "one = conformance.run(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))\n"
        "print(one.code)"
    )
    (tmp_path / "out").touch()
    (tmp_path / "err").touch()
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "datapackage.json", tmp_path],
        capture_output=True, text=True, check=False,
        env=own_environment() | {"PYTHONPATH": str(Path(conformance.__file__).parent)},
    )  # fmt: skip
    assert done.stdout.strip() == "-9", done.stderr


def test_places_are_written_as_the_reference_writes_them() -> None:
    found = {"severity": "error", "row": 3, "field": "a", "fields": ["a", "b"]}
    report = {
        "findings": [
            {**found, "equivalent": "foreign-key"},
            {**found, "equivalent": "primary-key"},
            {**found, "equivalent": "blank-label", "row": 1},
            {**found, "equivalent": "type-error"},
            {**found, "equivalent": "type-error", "severity": "warning", "row": 4},
            {**found, "equivalent": "hash-count", "row": None, "field": ""},
            {**found, "equivalent": ""},
        ]
    }
    assert list(conformance.report_places(report)) == [
        ("foreign-key", 3, "a+b"),
        ("primary-key", 3, ""),
        ("blank-label", 0, "a"),
        ("type-error", 3, "a"),
        ("hash-count", 0, ""),
    ]


def test_a_share_is_never_rounded_up() -> None:
    one = conformance.Score(right=1999, wrong=["x"] * 11)
    assert one.percent == 99.45
    assert conformance.failed({"verdict": one}) == ["verdict"]


def test_a_folder_without_cases_is_a_mistake_of_the_user(tmp_path: Path) -> None:
    done = scored("--folder", tmp_path)
    assert done.returncode == 2
    assert "has no conformance cases" in done.stderr
