"""The native engine against frictionless, on schemas and tables that nobody thought of.

Where the two differ, either `DEPARTURES` says which sentence of the standard decides against the
reference, or this test fails. CI runs a few hundred examples; AGREEMENT_EXAMPLES asks for more.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from departures import DEPARTURES, Cell
from hypothesis import HealthCheck, given, note, settings
from tables import Example, examples

from copydesk.engine import Settings
from copydesk.run import check
from copydesk.testing import make_package

EXAMPLES = int(os.environ.get("AGREEMENT_EXAMPLES", "300"))
BY_ROW = {"primary-key", "foreign-key"}

Seen = set[tuple[str, int, str]]


@dataclass(frozen=True)
class Verdict:
    """What an engine says of the table `t`: (type, row, field) of each error, or that it failed."""

    seen: frozenset[tuple[str, int, str]]
    failed: str = ""


def native(folder: Path) -> Verdict:
    report = check(folder, settings=Settings(shown=None))
    (table,) = [t for t in report.tables if t.name == "t"]
    assert "frictionless" not in table.engine, [s.reason for s in report.skipped]
    return Verdict(
        frozenset(
            (f.equivalent, f.row or 0, "" if f.equivalent in BY_ROW else f.field)
            for f in report.findings
            if f.severity == "error" and f.table == "t"
        )
    )


def reference(folder: Path) -> Verdict:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import frictionless

        try:
            package = frictionless.Package(str(folder / "datapackage.json"))
            report = package.get_resource("t").validate(limit_errors=10**6)
        except Exception as crash:
            return Verdict(frozenset(), f"{type(crash).__name__}: {crash}")
    errors = [*report.errors, *(e for task in report.tasks for e in task.errors)]
    return Verdict(
        frozenset(
            (e.type, getattr(e, "row_number", 0) or 0,
             "" if e.type in BY_ROW else str(getattr(e, "field_name", "") or ""))
            for e in errors
        )
    )  # fmt: skip


def csv_of(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        if row:
            writer.writerow(row)
        else:
            text.write("\n")
    return text.getvalue()


def written(example: Example, folder: Path) -> Path:
    return make_package(
        folder,
        {"t": csv_of(example.rows), "u": csv_of(example.others)},
        schemas={"t": example.schema, "u": example.other_schema},
    )


def cells_of(example: Example) -> Mapping[tuple[int, str], Cell]:
    """Return every cell that stands under a label of a field, by row and field."""
    fields = {f["name"]: f for f in example.schema["fields"]}
    labels = example.rows[0]
    return {
        (number, label): Cell(fields[label], text, example.schema)
        for number, row in enumerate(example.rows[1:], 2)
        for label, text in zip(labels, row, strict=False)
        if label in fields
    }


def gaps_of(example: Example, ours: Verdict) -> set[int]:
    """Return the rows with a broken or absent cell, or with a null in a key of several fields.

    The reference takes what is broken for null; it lets nulls stand in a primary key, and looks
    for them in the other table.
    """
    schema = example.schema
    keys = [schema.get("primaryKey", []), *(k["fields"] for k in schema.get("foreignKeys", []))]
    missing = schema.get("missingValues", [""])
    short = {n for n, row in enumerate(example.rows, 1) if len(row) < len(example.rows[0])}
    return short | {
        row
        for (row, name), cell in cells_of(example).items()
        if ("type-error", row, name) in ours.seen
        or (cell.text in missing and any(len(key) > 1 and name in key for key in keys))
    }


def unexplained(example: Example, ours: Verdict, theirs: Verdict) -> Seen:
    """Return the errors that one of the two sees and no departure explains."""
    cells = cells_of(example)
    by_row: dict[int, list[Cell]] = {}
    for (row, _), cell in cells.items():
        by_row.setdefault(row, []).append(cell)
    found = set()
    missing = {"", *example.schema.get("missingValues", ())}
    width = len(example.rows[0])
    blank = {n for n, row in enumerate(example.rows, 1) if missing.issuperset(row[:width])}
    partly = gaps_of(example, ours)
    quoted = any('"' in text for row in example.rows for text in row)
    parents = cells_of(Example(example.other_schema, example.others, {}, [])).values()
    for kind, row, field in ours.seen ^ theirs.seen:
        # A row of nulls is a blank row to the reference; a blank row is told once by us.
        if row in blank or (kind in BY_ROW and row in partly):
            continue
        concerned = [cells[row, field]] if (row, field) in cells else by_row.get(row, [])
        if kind in BY_ROW | {"unique-error"}:
            concerned = [*cells.values(), *parents]
        if quoted and any(c.text.startswith(" ") for c in concerned):
            continue  # from quotes the reference guesses that spaces behind delimiters are none
        if not any(d.holds(c) for d in DEPARTURES for c in concerned):
            found.add((kind, row, field))
    return found


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize="AGREEMENT_SEED" not in os.environ,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(examples())
def test_both_engines_see_the_same_errors_in_the_same_rows(example: Example) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = written(example, Path(folder))
        ours, theirs = native(place), reference(place)
    note(f"native:    {sorted(ours.seen)}")
    note(f"reference: {sorted(theirs.seen)} {theirs.failed}")
    if theirs.failed:
        return
    assert not unexplained(example, ours, theirs)


@pytest.mark.parametrize("departure", DEPARTURES, ids=lambda d: d.name)
def test_a_departure_of_the_reference_is_still_one(departure: Any, tmp_path: Path) -> None:
    field, text = departure.field, departure.text
    schema = {"fields": [{"name": "k", "type": "string"}, {"name": "a", **field}]}
    rows = [["k", "a"], *(["x", one] for one in text)]
    place = written(Example(schema, rows, {"fields": [{"name": "k"}]}, [["k"], ["x"]]), tmp_path)
    ours, theirs = native(place), reference(place)
    assert theirs.failed or ours.seen != theirs.seen
    assert bool(ours.seen) is not departure.valid
