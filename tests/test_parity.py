"""The native engine against frictionless and Great Expectations, on the dataset itself.

Clean, and with each of these faults, both engines see the same errors in the same cells.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from copydesk.engine import Settings
from copydesk.findings import Report
from copydesk.run import check

pytest.importorskip("great_expectations", reason="the reference engine needs the extra `gx`")

Rows = list[dict[str, str]]
Edit = Callable[[Rows], None]
Seen = set[tuple[str, str, int | None, str]]

BY_ROW = ("primary-key", "foreign-key")


def put(row: int, field: str, value: str) -> Edit:
    def edit(rows: Rows) -> None:
        rows[row][field] = value

    return edit


def twice(row: int) -> Edit:
    def edit(rows: Rows) -> None:
        rows.insert(row + 1, dict(rows[row]))

    return edit


FAULTS: dict[str, tuple[str, Edit]] = {
    "clean": ("quotes", lambda _: None),
    "a date that is none": ("quotes", put(2, "said_earliest", "2020-13-01")),
    "an offset that is no number": ("quotes", put(1, "start", "12a")),
    "a truth value that is none": ("quotes", put(1, "is_translation", "yes")),
    "a type outside its list": ("quotes", put(0, "quote_type", "dirct")),
    "a required cell that is empty": ("quotes", put(3, "medium", "")),
    "an identifier of another form": ("organizations", put(0, "organization_id", "BBC_News")),
    "a text that is too long": ("quotes", put(4, "paraphrase", "x" * 700)),
    "a number below its minimum": ("quotes", put(5, "start", "-3")),
    "a date before its minimum": ("articles", put(0, "published_date", "1890-01-11")),
    "a speaker who does not exist": ("quotes", put(1, "speaker_id", "kim-kye-gwann")),
    "a place within a place that does not exist": ("places", put(2, "parent_id", "atlantis")),
    "a key that stands twice": ("mentions", twice(3)),
    "an address that is none": ("references", put(4, "url", "not an address")),
    "a mode no suite expects of an event": ("events", put(0, "plover_mode", "visit")),
    "a pair no suite expects": ("quotes", put(0, "location", "body")),
}


def damaged(project: Path, folder: Path, table: str, edit: Edit) -> Path:
    shutil.copytree(project / "data", folder / "data")
    shutil.copytree(project / "schemas", folder / "schemas")
    shutil.copy(project / "datapackage.json", folder)
    file = folder / "data" / f"{table}.csv"
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
    edit(rows)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def seen(report: Report) -> Seen:
    """Return what both engines have a name for: table, kind, row and cell."""
    return {
        (f.table, f.equivalent, f.row, "" if f.equivalent in BY_ROW else f.field)
        for f in report.findings
        if f.severity == "error" and f.equivalent
    }


@pytest.mark.parametrize("name", FAULTS)
def test_both_engines_see_the_same(name: str, project: Path, tmp_path: Path) -> None:
    table, edit = FAULTS[name]
    folder = damaged(project, tmp_path, table, edit)
    tables = () if name == "clean" else (table,)
    ours = check(folder, settings=Settings(shown=None, tables=tables))
    theirs = check(folder, settings=Settings(shown=None, tables=tables, engine="reference"))
    native, reference = seen(ours), seen(theirs)
    # One cause, one finding: where two promises are broken in one cell, we report the first.
    assert native <= reference
    assert {(t, row, f) for t, _, row, f in native} == {(t, row, f) for t, _, row, f in reference}
    assert (ours.valid, ours.rows) == (theirs.valid, theirs.rows)
    assert ours.valid == (name == "clean")
