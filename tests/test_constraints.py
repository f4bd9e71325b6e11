"""Constraints, keys and labels: each promise is judged, on every type, as the standard says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from copydesk.checks.matching import unmatched
from copydesk.engine import Settings
from copydesk.run import check
from copydesk.testing import make_package, run_cmd

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


def test_a_cell_that_is_not_of_its_type_is_no_key(tmp_path: Path) -> None:
    found = judged(tmp_path, "a\n1\nx\n", fields=[NUMBER], primaryKey="a")
    assert found == [("primary-key", 3, "a"), ("type-error", 3, "a")]


def test_a_cell_that_is_not_of_its_type_leaves_a_key_of_several_fields(tmp_path: Path) -> None:
    found = judged(tmp_path, "a,b\n1,x\nx,y\n", fields=[NUMBER, B], primaryKey=["a", "b"])
    assert found == [("type-error", 3, "a")]


def test_only_texts_and_whole_numbers_have_categories(tmp_path: Path) -> None:
    fields = [
        A | {"type": "date", "categories": ["x"]},
        B | {"type": "string", "categories": ["x"]},
    ]
    found = judged(tmp_path, "a,b\n2020-01-01,y\n", fields=fields)
    assert found == [("constraint-error", 2, "b")]


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


def constrained(tmp_path: Path, cells: list[str], type_: str, **constraints: Any) -> list[int]:
    """Return the rows of a column that break its constraints; the header is row 1."""
    field = {"name": "a", "type": type_, "constraints": constraints}
    rows = "".join(f"{i}|{cell}\n" for i, cell in enumerate(cells))
    schema = {"fields": [{"name": "i"}, field]}
    make_package(
        tmp_path, {"t": f"i|a\n{rows}"}, schemas={"t": schema}, resources={"t": {"dialect": PIPED}}
    )
    report = check(tmp_path)
    assert {t.engine for t in report.tables} == {"duckdb"}
    assert not report.skipped
    return [f.row or 0 for f in report.findings if f.equivalent == "constraint-error"]


PIPED = {"delimiter": "|", "quoteChar": "'"}


@pytest.mark.parametrize(
    ("type_", "constraints", "good", "bad"),
    [
        ("string", {"minLength": 2}, "éa", "é"),
        ("string", {"maxLength": 2}, "éa", "éaß"),
        ("array", {"minLength": 2}, "[1, [2, 3]]", "[[1, 2]]"),
        ("array", {"maxLength": 1}, "[[1, 2]]", "[1, 2]"),
        ("object", {"minLength": 1}, '{"a": {}}', "{}"),
        ("object", {"maxLength": 1}, '{"a": [1, 2]}', '{"a": 1, "b": 2}'),
        ("list", {"minLength": 2}, "a,b", "ab"),
        ("list", {"maxLength": 2}, "a,", "a,b,"),
        ("string", {"pattern": "a|bc"}, "bc", "abc"),
        ("string", {"pattern": "[a-z-[aeiou]]+"}, "xyz", "xyza"),
        ("string", {"pattern": r"^(?=^[^./~])(^((?!\.{2}).)*$).*$"}, "a/b.csv", "a/../b.csv"),
        ("string", {"pattern": r"(\d)\1"}, "22", "23"),
        ("string", {"pattern": r"(?!\p{Lu}).*"}, "éA", "É"),
        ("string", {"pattern": "(a+)+$"}, "a" * 40, "a" * 40 + "!"),
        ("string", {"enum": ["a", "b"]}, "b", "B"),
        ("string", {"enum": []}, "", "x"),
        ("integer", {"enum": [1, "+2"]}, "02", "3"),
        ("number", {"enum": [1.5, "NaN"]}, "1.50", "1.51"),
        ("boolean", {"enum": [True]}, "1", "false"),
        ("date", {"enum": ["2020-01-31"]}, "2020-01-31", "2020-01-30"),
        ("array", {"enum": [[1, {"a": 2}]]}, '[1.0,{"a":2}]', '[1, {"a": 3}]'),
        ("object", {"enum": ['{"a": 1, "b": 2}']}, '{"b":2,"a":1}', '{"a": 1}'),
        ("list", {"enum": [["a", "b"]]}, "a,b", "b,a"),
        ("duration", {"enum": ["P1Y"]}, "P12M", "P365D"),
        ("geopoint", {"enum": ["90, 45"]}, "90.0,45", "45, 90"),
        ("yearmonth", {"minimum": "2020-02"}, "2020-02", "2020-01"),
        ("year", {"maximum": 2020}, "2020", "2021"),
        ("number", {"minimum": 1}, "1.0", "NaN"),
        ("number", {"maximum": 1}, "-INF", "NaN"),
        ("integer", {"exclusiveMinimum": 1}, "2", "1"),
        ("time", {"exclusiveMaximum": "12:00:00"}, "11:59:59", "12:00:00"),
        ("duration", {"minimum": "P1M"}, "P32D", "P31D"),
        ("datetime", {"minimum": "2020-01-01T00:00:00Z"}, "2020-01-01T01:00:00+01:00",
         "2020-01-01T00:30:00+01:00"),
        ("object", {"jsonSchema": {"properties": {"value": {"type": "integer"}}}},
         '{"value": 100}', '{"value": "bad"}'),
        ("array", {"jsonSchema": {"items": {"pattern": "^a"}}}, '["ab", 1]', '["b"]'),
        ("any", {"required": True}, "x", ""),
    ],
)  # fmt: skip
def test_each_constraint_is_judged_on_the_types_that_have_it(
    type_: str, constraints: dict[str, Any], good: str, bad: str, tmp_path: Path
) -> None:
    assert constrained(tmp_path, [good, bad], type_, **constraints) == [3]


@pytest.mark.parametrize("type_", ["string", "integer", "number", "boolean", "object", "array",
                                   "list", "date", "time", "datetime", "year", "yearmonth",
                                   "duration", "geopoint", "geojson", "any"])  # fmt: skip
def test_every_type_can_be_unique_a_key_and_required(type_: str, tmp_path: Path) -> None:
    value = {
        "boolean": "true", "object": '{"a": 1}', "array": "[1]", "date": "2020-01-31",
        "time": "12:00:00", "datetime": "2020-01-31T12:00:00Z", "year": "2020",
        "yearmonth": "2020-01", "duration": "P1D", "geopoint": "1, 2",
        "geojson": '{"type": "Point", "coordinates": [1, 2]}',
    }.get(type_, "1")  # fmt: skip
    field = {"name": "a", "type": type_, "constraints": {"unique": True, "required": True}}
    text = f"i|a\n1|{value}\n2|{value}\n3|\n"
    schema = {"fields": [{"name": "i"}, field], "primaryKey": ["a"]}
    make_package(tmp_path, {"t": text}, schemas={"t": schema}, resources={"t": {"dialect": PIPED}})
    report = check(tmp_path)
    assert {t.engine for t in report.tables} == {"duckdb"}
    assert [(f.equivalent, f.row) for f in report.findings] == [
        ("primary-key", 3), ("unique-error", 3), ("constraint-error", 4), ("primary-key", 4),
    ]  # fmt: skip


def test_a_value_stands_in_the_enum_and_in_the_categories(tmp_path: Path) -> None:
    field = {"name": "a", "type": "integer", "constraints": {"enum": [1]},
             "categories": [{"value": 1, "label": "one"}, {"value": 3}]}  # fmt: skip
    assert judged(tmp_path, "a\n1\n2\n3\n", fields=[field]) == [
        ("constraint-error", 3, "a"), ("constraint-error", 4, "a"),
    ]  # fmt: skip


def test_a_value_that_breaks_its_json_schema_is_told_with_the_reason(tmp_path: Path) -> None:
    field = {"name": "a", "type": "array",
             "constraints": {"jsonSchema": {"items": {"type": "integer"}}}}  # fmt: skip
    make_package(tmp_path, {"t": 'a\n[1]\n"[1,""x""]"\n'}, schemas={"t": {"fields": [field]}})
    (finding,) = check(tmp_path).findings
    assert finding.message == (
        "`[1,\"x\"]` breaks the JSON schema of `a`: 'x' is not of type 'integer' ($[1])"
    )


def test_a_check_that_takes_too_long_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.checks.matching.SECONDS", 0.5)
    field = {"name": "a", "type": "string",
             "constraints": {"pattern": r"(?!b)(a+)+$", "maxLength": 3}}  # fmt: skip
    make_package(tmp_path, {"t": f"a\n{'a' * 60}!\n"}, schemas={"t": {"fields": [field]}})
    report = check(tmp_path)
    assert [f.code for f in report.findings] == ["FD007"]
    assert [(s.code, s.table) for s in report.skipped] == [("FD005", "t")]
    assert "takes too long" in report.skipped[0].reason


def test_a_json_schema_is_never_fetched(tmp_path: Path) -> None:
    schema = {"$ref": "http://localhost:1/schema.json"}
    field = {"name": "a", "type": "object", "constraints": {"jsonSchema": schema}}
    make_package(tmp_path, {"t": "a\n{}\n"}, schemas={"t": {"fields": [field]}})
    (skip,) = check(tmp_path).skipped
    assert (skip.code, "cannot be judged" in skip.reason) == ("FD010", True)


def referring(
    tmp_path: Path, child: str, own: dict[str, Any], parent: str, other: dict[str, Any]
) -> list[Any]:
    """Return the findings about a column that refers to another one."""
    key = {"fields": ["a"], "reference": {"resource": "parent", "fields": ["b"]}}
    make_package(
        tmp_path, {"t": child, "parent": parent},
        schemas={"t": {"fields": [{"name": "i"}, {"name": "a", **own}], "foreignKeys": [key]},
                 "parent": {"fields": [{"name": "i"}, {"name": "b", **other}]}},
        resources={name: {"dialect": PIPED} for name in ("t", "parent")},
    )  # fmt: skip
    report = check(tmp_path)
    assert {t.engine for t in report.tables} == {"duckdb"}
    return [f for f in report.findings if f.code == "RF001"]


@pytest.mark.parametrize(
    ("own", "other", "value", "there"),
    [
        ("integer", "integer", "01", "+1"),
        ("integer", "number", "1", "1.0"),
        ("year", "integer", "2020", "2020"),
        ("string", "any", "1", "1"),
        ("object", "object", '{"a":1,"b":2}', '{"b": 2.0, "a": 1}'),
        ("list", "list", "a,b", "a,b"),
        ("datetime", "datetime", "2020-01-01T01:00:00+01:00", "2020-01-01T00:00:00Z"),
        ("duration", "duration", "P1Y", "P12M"),
        ("number", "number", "0.1", "0.10"),
        ("boolean", "boolean", "1", "true"),
    ],
)
def test_a_reference_is_kept_by_an_equal_value(
    own: str, other: str, value: str, there: str, tmp_path: Path
) -> None:
    text, parent = f"i|a\n1|{value}\n2|\n", f"i|b\n1|{there}\n2|\n"
    assert not referring(tmp_path, text, {"type": own}, parent, {"type": other})


@pytest.mark.parametrize(
    ("own", "other"),
    [("integer", "string"), ("string", "integer"), ("boolean", "integer"), ("date", "datetime"),
     ("string", "list"), ("duration", "object")],
)  # fmt: skip
def test_values_of_different_types_are_never_equal(own: str, other: str, tmp_path: Path) -> None:
    value = {"date": "2020-01-01", "duration": "P1D"}.get(own, "1")
    found = referring(tmp_path, f"i|a\n1|{value}\n", {"type": own}, "i|b\n1|1\n", {"type": other})
    (finding,) = found
    assert finding.help.startswith(f"make the types alike: `a` is {own}, `b` of parent is {other}")


def test_a_reference_to_a_row_with_a_broken_key_says_so(tmp_path: Path) -> None:
    whole = {"type": "integer"}
    (finding,) = referring(tmp_path, "i|a\n1|12\n2|3\n", whole, "i|b\n1|12x\n2|3\n", whole)
    assert finding.row == 2
    assert finding.help == (
        "add the row to parent first; 1 row of parent cannot be referred to, the key is not of "
        "its type (FD001)"
    )


@pytest.mark.parametrize(("cells", "broken"), [("1|", False), ("|1", False), ("|", False),
                                               ("1|3", True), ("1|2", False)])  # fmt: skip
def test_a_composite_reference_with_an_empty_part_refers_to_nothing(
    cells: str, broken: bool, tmp_path: Path
) -> None:
    key = {"fields": ["a", "b"], "reference": {"resource": "", "fields": ["c", "d"]}}
    names = [{"name": n} for n in "abcd"]
    make_package(
        tmp_path, {"t": f"a|b|c|d\n{cells}|1|2\n"},
        schemas={"t": {"fields": names, "foreignKeys": [key]}}, resources={"t": {"dialect": PIPED}},
    )  # fmt: skip
    found = [(f.code, f.fields) for f in check(tmp_path).findings if f.severity == "error"]
    assert found == [("RF001", ("a", "b"))] * broken


def test_the_items_of_an_array_keep_the_constraints_of_array_item(tmp_path: Path) -> None:
    item = {"type": "string", "constraints": {"enum": ["a", "b"], "pattern": "a|bc?"}}
    field = {"name": "a", "type": "array", "arrayItem": item,
             "constraints": {"jsonSchema": {"maxItems": 2}}}  # fmt: skip
    text = 'a\n"[""a"", ""b""]"\n"[""c""]"\n[1]\n"[""a"", ""a"", ""a""]"\n'
    assert [row for _, row, _ in judged(tmp_path, text, fields=[field])] == [3, 4, 5]


def test_a_column_that_may_be_left_out_is_no_check_left_out(tmp_path: Path) -> None:
    fields = [A, {"name": "b", "type": "integer", "constraints": {"unique": True}}]
    schema = {"fields": fields, "fieldsMatch": "superset"}
    make_package(tmp_path, {"t": "a\n1\n"}, schemas={"t": schema})
    report = check(tmp_path)
    assert (report.valid, report.skipped) == (True, ())
    make_package(tmp_path, {"t": "a\n1\n"}, schemas={"t": {"fields": fields}})
    assert {s.code for s in check(tmp_path).skipped} >= {"FD001", "KY004"}


def test_texts_that_together_take_long_are_asked_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.checks.matching.SECONDS", 1.0)
    monkeypatch.setattr("copydesk.checks.matching.FEW", 1)
    slow = "a" * 20 + "!"
    assert unmatched(r"(?!b)(a|aa)+b|c", [slow, "c"] * 3) == ["", None] * 3


def test_what_nobody_described_is_what_refers_to_it(tmp_path: Path) -> None:
    key = {"fields": ["a"], "reference": {"resource": "u", "fields": ["k"]}}
    schema = {"fields": [NUMBER], "foreignKeys": [key]}
    make_package(tmp_path, {"t": "a\n1\n2\n3\n", "u": "k\n01\n3\n"}, schemas={"t": schema})
    found = [(f.equivalent, f.row, f.value) for f in check(tmp_path).findings]
    assert found == [("foreign-key", 3, "2")]
    described = {"fields": [{"name": "k", "type": "string"}]}
    make_package(tmp_path, {"t": "a\n1\n", "u": "k\n1\n"}, schemas={"t": schema, "u": described})
    assert [f.equivalent for f in check(tmp_path).findings] == ["foreign-key"]


def test_a_reference_to_no_resource_is_a_fault_of_the_resource(tmp_path: Path) -> None:
    key = {"fields": ["a"], "reference": {"resource": "nowhere", "fields": ["k"]}}
    assert judged(tmp_path, "a\n1\n", fields=[NUMBER], foreignKeys=[key]) == [
        ("resource-error", None, ""),
    ]  # fmt: skip


def test_a_blank_row_lacks_its_primary_key(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "id"}, {"name": "seq"}], "primaryKey": ["id", "seq"]}
    make_package(tmp_path, {"t": "id,seq\n1,1\n\n2,1\n\n"}, schemas={"t": schema})
    for shown, rows in ((None, {3, 5}), (1, {3})):
        report = check(tmp_path, settings=Settings(shown=shown))
        assert {(f.code, f.row, f.line, f.field) for f in report.findings} == {
            (code, row, row, field)
            for row in rows
            for code, field in (("TB008", ""), ("KY002", "id"), ("KY002", "seq"))
        }
        assert {(t.code, t.field, t.count) for t in report.totals} == {
            ("TB008", "", 2), ("KY002", "id", 2), ("KY002", "seq", 2),
        }  # fmt: skip
    assert "KY002: 2 rows in t.id, in rows that are blank (TB008)" in run_cmd("check", tmp_path).out


def test_a_reference_to_a_column_that_an_undescribed_table_lacks_is_wrong_in_every_row(
    tmp_path: Path,
) -> None:
    key = {"fields": ["a", "b"], "reference": {"resource": "people", "fields": ["id", "seq"]}}
    make_package(
        tmp_path,
        {"t": "a,b\n1,x\n,x\n3,y\n", "people": "id,name\n1,x\n"},
        schemas={"t": {"fields": [NUMBER, B], "foreignKeys": [key]}},
    )
    report = check(tmp_path)
    assert [(f.code, f.row, f.fields) for f in report.findings if f.table == "t"] == [
        ("RF001", 2, ("a", "b")),
        ("RF001", 4, ("a", "b")),
    ]
    assert not report.skipped


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_findings_of_a_key_name_its_fields_whichever_engine_judged(
    tmp_path: Path, engine: str
) -> None:
    schema = {
        "fields": [{"name": "b"}, {"name": "a"}, {"name": "p"}, {"name": "q"}],
        "primaryKey": ["a", "b"],
        "foreignKeys": [{"fields": ["q", "p"], "reference": {"fields": ["a", "b"]}}],
    }
    make_package(tmp_path, {"t": "b,a,p,q\n1,1,1,1\n1,1,1,1\n2,1,7,1\n"}, schemas={"t": schema})
    report = check(tmp_path, settings=Settings(engine=engine))
    assert [(f.code, f.row, f.field, f.fields) for f in report.findings] == [
        ("KY001", 3, "a", ("a", "b")),
        ("RF001", 4, "q", ("q", "p")),
    ]
    assert [(t.code, t.field) for t in report.totals] == [("KY001", "a"), ("RF001", "q")]
