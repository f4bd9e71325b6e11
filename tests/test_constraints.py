"""Constraints, keys and labels: each promise is judged, on every type, as the standard says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from copydesk.run import check
from copydesk.testing import make_package

Found = list[tuple[str, int | None, str]]


def judged(tmp_path: Path, text: str, **schema: Any) -> Found:
    """Return what is found in a table: the reference's word for it, the row, the field."""
    make_package(tmp_path, {"t": text}, schemas={"t": schema})
    report = check(tmp_path)
    assert {t.engine for t in report.tables} == {"duckdb"}
    errors = [f for f in report.findings if f.severity == "error"]
    return sorted((f.equivalent, f.row, f.field) for f in errors)


A, B, C = {"name": "a"}, {"name": "b"}, {"name": "c"}
NUMBER = {"name": "a", "type": "integer"}


@pytest.mark.parametrize(
    ("match", "header", "expected"),
    [
        ("exact", "a,b,c", []),
        ("exact", "a,c,b", [("incorrect-label", "b"), ("incorrect-label", "c")]),
        ("exact", "a,x,c", [("incorrect-label", "b")]),
        ("exact", "a,b", [("missing-label", "c")]),
        ("exact", "b,c", [("incorrect-label", "a"), ("incorrect-label", "b"),
                          ("missing-label", "c")]),
        ("exact", "a,B,c", [("incorrect-label", "b")]),
        ("equal", "c,a,b", []),
        ("equal", "c,a", [("missing-label", "b")]),
        ("subset", "x,c,a,b", []),
        ("subset", "x,a,b", [("missing-label", "c")]),
        ("superset", "c,a", []),
        ("partial", "x,c", []),
        ("partial", "x,y", [("unmatched-header", "")]),
    ],
)  # fmt: skip
def test_labels_meet_fields_as_fields_match_says(
    match: str, header: str, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    row = ",".join("1" for _ in header.split(","))
    found = judged(tmp_path, f"{header}\n{row}\n", fields=[A, B, C], fieldsMatch=match)
    assert [(kind, name) for kind, _, name in found] == expected


def test_columns_are_read_in_the_order_of_the_fields_unless_said_otherwise(tmp_path: Path) -> None:
    text = "b,a\nx,1\n"
    found = judged(tmp_path, text, fields=[NUMBER, B])
    assert ("type-error", 2, "a") in found
    assert judged(tmp_path, text, fields=[NUMBER, B], fieldsMatch="equal") == []


@pytest.mark.parametrize("match", ["superset", "partial"])
def test_what_must_be_filled_cannot_be_left_out(match: str, tmp_path: Path) -> None:
    required = {"name": "b", "constraints": {"required": True}}
    fields = [A, required, C, {"name": "d"}]
    found = judged(tmp_path, "d\n1\n", fields=fields, fieldsMatch=match, primaryKey=["a"])
    assert [(kind, name) for kind, _, name in found] == [("missing-label", "a"),
                                                         ("missing-label", "b")]  # fmt: skip


def test_a_row_that_ends_early_lacks_what_is_required(tmp_path: Path) -> None:
    required = {"name": "b", "constraints": {"required": True}}
    found = judged(tmp_path, "a,b,c\n1,2,3\n1\n", fields=[A, required, C])
    assert found == [("constraint-error", 3, "b"), ("missing-cell", 3, "b"),
                     ("missing-cell", 3, "c")]  # fmt: skip


def test_a_row_that_ends_before_its_key_has_none(tmp_path: Path) -> None:
    found = judged(tmp_path, "a,b\n1,2\n1\n", fields=[A, B], primaryKey=["b"])
    assert found == [("missing-cell", 3, "b"), ("primary-key", 3, "b")]


def test_an_empty_cell_of_a_required_key_breaks_both_promises(tmp_path: Path) -> None:
    required = {"name": "a", "constraints": {"required": True}}
    found = judged(tmp_path, "a,b\n1,2\n,3\n", fields=[required, B], primaryKey=["a"])
    assert found == [("constraint-error", 3, "a"), ("primary-key", 3, "a")]


def test_a_unique_field_and_the_primary_key_are_judged_separately(tmp_path: Path) -> None:
    unique = {"name": "a", "constraints": {"unique": True}}
    found = judged(tmp_path, "a,b\n1,2\n1,3\n", fields=[unique, B], primaryKey=["a"])
    assert found == [("primary-key", 3, "a"), ("unique-error", 3, "a")]
    found = judged(tmp_path, "a,b\n1,2\n1,3\n", fields=[unique, B], uniqueKeys=[["a"]])
    assert found == [("unique-error", 3, "a")]
