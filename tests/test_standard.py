"""Every property of the standard: a package that keeps to it and one that does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from standard_cases import VERSIONS, Row, errors, pending, rows, write

from copydesk.engine import Settings
from copydesk.errors import UserError
from copydesk.findings import Finding
from copydesk.run import check

ROWS = list(rows())
CASES = [(r, v, s) for r in ROWS for v in r.versions for s in r.sides]
PENDING = pending()
JUDGED = {"native", "frictionless", "not applicable"}
NATIVE = [r for r in ROWS if r.judged == "native"]


def place(found: Finding) -> str:
    if found.code.startswith("PK"):
        return "descriptor"
    field = found.field
    if found.equivalent == "foreign-key":
        field = "+".join(found.fields) or field
    field = "" if found.equivalent in ("primary-key", "extra-cell") else field
    row = 0 if found.equivalent.endswith("-label") else found.row
    return found.equivalent if row is None else f"{found.equivalent} {row} {field}"


def complaint(row: Row, version: str, side: str, root: Path) -> str:
    """Return what is wrong with the verdict on one package of a row."""
    target = write(row, side, version, root)
    try:
        report = check(target, settings=Settings(shown=None))
    except UserError as error:
        return f"it is refused: {error.message}"
    found = [f for f in report.findings if f.severity == "error"]
    places = [place(f) for f in found]
    if side == "valid":
        return "; ".join(f"{p}: {f.message}" for p, f in zip(places, found, strict=True))
    expected = errors(row)
    wrong = not found if expected == "any" else set(expected) != set(places)
    if wrong:
        return f"{expected} expected, {places} found: {[f.message for f in found]}"
    if "at" in row.content:
        pointers = {f.origin.partition("#")[2] for f in found}
        if row.content["at"] not in pointers:
            return f"at {row.content['at']} expected, at {sorted(pointers)} found"
    return ""


@pytest.mark.parametrize(
    ("row", "version", "side"), CASES, ids=[f"{r.id} {v} {s}" for r, v, s in CASES]
)
def test_a_property_is_judged_as_the_standard_says(
    row: Row, version: str, side: str, tmp_path: Path
) -> None:
    wrong = complaint(row, version, side, tmp_path)
    if f"{row.id} {version} {side}" in PENDING:
        assert wrong, "it is right now: take it out of pending.txt"
    else:
        assert wrong == ""


def engines(row: Row, root: Path) -> set[str]:
    """Return who judged the packages of a row."""
    reports = [check(write(row, s, v, root / v / s)) for v in row.versions for s in row.sides]
    return {table.engine for report in reports for table in report.tables[:1]}


@pytest.mark.parametrize("row", NATIVE, ids=lambda r: r.id)
def test_a_property_that_is_judged_natively_is(row: Row, tmp_path: Path) -> None:
    found = engines(row, tmp_path)
    if f"{row.id} engine" in PENDING:
        assert found != {"duckdb"}, "it is right now: take it out of pending.txt"
    else:
        assert found == {"duckdb"}


def test_every_row_has_what_it_needs() -> None:
    assert [r.id for r in ROWS if r.judged not in JUDGED] == []
    assert [r.id for r in ROWS if not r.content["says"]] == []
    assert [r.id for r in ROWS if set(r.versions) - set(VERSIONS)] == []
    assert [r.id for r in ROWS if "valid" not in r.sides] == []
    assert [r.id for r in NATIVE if "invalid" not in r.sides] == []


def test_no_two_rows_are_the_same() -> None:
    named = [f"{r.id} {v}" for r in ROWS for v in r.versions]
    assert len(named) == len(set(named))


def test_every_pending_case_exists() -> None:
    known = {f"{r.id} {v} {s}" for r, v, s in CASES} | {f"{r.id} engine" for r in ROWS}
    assert PENDING - known == set()
