"""Files as people really have them: told at the right cell, and the rest judged all the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from copydesk import check
from copydesk.checks.table import column_names
from copydesk.engine import Settings
from copydesk.findings import Finding
from copydesk.testing import make_package

NUMBERS = {"fields": [{"name": "id", "type": "integer"}, {"name": "name"}]}


def found_in(
    folder: Path,
    data: str | bytes,
    schema: Mapping[str, Any] | None = None,
    **resource: Any,
) -> list[Finding]:
    """Return what is found in the table `t` of a package, warnings and advice too."""
    schemas = {"t": schema} if schema else None
    make_package(folder, {"t": data}, schemas=schemas, resources={"t": resource})
    report = check(folder, settings=Settings(shown=None))
    assert {table.engine for table in report.tables} == {"duckdb"}
    return list(report.findings)


def errors_of(found: list[Finding]) -> list[tuple[str, int | None, str]]:
    """Return kind, row and field of each error."""
    return [(f.equivalent, f.row, f.field) for f in found if f.severity == "error"]


# Headers


def test_columns_without_a_usable_label_are_named_as_in_the_reference() -> None:
    labels = ["id", "", " id ", "name", "id", "id2"]
    assert column_names(labels) == ("id", "field2", "id2", "name", "id3", "id22")


def test_labels_that_are_blank_or_stand_twice_name_the_column(tmp_path: Path) -> None:
    found = found_in(tmp_path, "id,,id,\n1,2,3\n")
    assert errors_of(found) == [
        ("blank-label", None, "field2"),
        ("duplicate-label", None, "id2"),
        ("blank-label", None, "field4"),
        ("missing-cell", 2, "field4"),
    ]


def test_labels_that_are_blank_or_stand_twice_name_the_field_in_their_place(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}
    found = found_in(tmp_path, "a,,a,a\n1,2,3,4\n", schema)
    assert errors_of(found) == [
        ("blank-label", None, "b"),
        ("duplicate-label", None, "c"),
        ("extra-label", None, "a"),
    ]


def test_fields_that_are_called_alike_are_judged_each_in_its_place(tmp_path: Path) -> None:
    number = {"name": "a", "type": "integer", "constraints": {"unique": True}}
    word = {"name": "a", "type": "string", "constraints": {"minLength": 2}}
    schema = {"fields": [number, word, {"name": "a2"}]}
    found = found_in(tmp_path, "a,a,a2\n1,xy,p\n01,xy,p\nq,z,p\n2,zz\n", schema)
    told = [(f.equivalent, f.field, f.line, f.column) for f in found if f.severity == "error"]
    assert told == [
        ("unique-error", "a", 3, 1),
        ("type-error", "a", 4, 1),
        ("constraint-error", "a3", 4, 3),
        ("missing-cell", "a2", 5, 5),
    ]


def test_a_label_is_shown_as_it_is_written_where_fields_are_called_alike(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a"}, {"name": "b"}, {"name": "a"}, {"name": "a"}]}
    found = found_in(tmp_path, "a,a,b,c\n1,2,3,4\n", schema)
    assert [f.message for f in found if f.severity == "error"] == [
        "the column `a` stands where the schema says `b`",
        "the column `b` stands where the schema says `a`",
        "the column is labelled `c` where the schema says `a`",
    ]


@pytest.mark.parametrize("match", ["exact", "equal", "subset"])
def test_labels_that_stand_as_often_as_their_fields_are_right(tmp_path: Path, match: str) -> None:
    fields = [{"name": "a", "type": "integer"}, {"name": "b"}, {"name": "a", "type": "boolean"}]
    schema = {"fields": fields, "fieldsMatch": match, "primaryKey": ["a"]}
    assert errors_of(found_in(tmp_path, "a,b,a\n1,x,true\n2,x,true\n", schema)) == []
    once_more = errors_of(found_in(tmp_path, "a,b,a,a\n1,x,true,\n", schema))
    assert once_more[0][0] == ("extra-label" if match == "exact" else "error")


def test_a_label_is_told_where_its_field_has_an_empty_name(tmp_path: Path) -> None:
    found = found_in(tmp_path, "id,name\n1,x\n", {"fields": [{"name": ""}, {"name": "name"}]})
    assert errors_of(found) == [("incorrect-label", None, "")]


def test_cells_of_a_column_without_field_and_label_have_no_name(tmp_path: Path) -> None:
    found = found_in(tmp_path, "id,name,\n1,x\n", NUMBERS)
    assert errors_of(found) == [("extra-label", None, ""), ("missing-cell", 2, "")]


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf", b"\n", b"\xef\xbb\xbf\r\n\r\n"])
@pytest.mark.parametrize("schema", [None, NUMBERS])
def test_a_file_without_a_cell_is_empty(
    tmp_path: Path, data: bytes, schema: Mapping[str, Any] | None
) -> None:
    assert errors_of(found_in(tmp_path, data, schema)) == [("source-error", None, "")]


def test_empty_lines_above_the_header_are_stepped_over(tmp_path: Path) -> None:
    found = found_in(tmp_path, "\n\nid,name\n1,x\n\ny,z\n", NUMBERS)
    assert [(f.equivalent, f.row, f.line) for f in found if f.severity == "error"] == [
        ("blank-row", 5, 5),
        ("type-error", 6, 6),
    ]


def test_the_last_label_of_a_short_header_row_spans_the_columns_to_its_right(
    tmp_path: Path,
) -> None:
    schema = {"fields": [{"name": "fruit-id"}, {"name": "fruit-name"}]}
    dialect = {"headerRows": [1, 2], "headerJoin": "-"}
    assert found_in(tmp_path, "fruit\nid,name\n1,apple\n", schema, dialect=dialect) == []


def test_a_missing_cell_names_the_field_or_a_label_that_is_no_field(tmp_path: Path) -> None:
    found = found_in(tmp_path, "id,title,name\n1\n", NUMBERS)
    assert [(f.equivalent, f.field) for f in found if f.row == 2] == [
        ("missing-cell", "name"),
        ("missing-cell", "name2"),
    ]


def test_labels_that_differ_in_case_only_are_one_where_case_means_nothing(tmp_path: Path) -> None:
    resource = {
        "name": "t",
        "data": [["Name", "name"], ["a", "b"]],
        "dialect": {"headerCase": False},
        "schema": {"fields": [{"name": "name"}], "fieldsMatch": "partial"},
    }
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    assert [f.equivalent for f in check(tmp_path).findings if f.severity == "error"] == ["error"]


# Rows


@pytest.mark.parametrize("text", ["1,x,y\n2\n", "1,x,y\n2,x,\n"])
def test_without_a_header_a_row_has_as_many_cells_as_the_schema_has_fields(
    tmp_path: Path, text: str
) -> None:
    found = found_in(tmp_path, text, NUMBERS, dialect={"header": False})
    kinds = {("extra-cell", 1, ""), ("missing-cell", 2, "name"), ("extra-cell", 2, "")}
    second = {("missing-cell", 2, "name")} if "\n2\n" in text else {("extra-cell", 2, "")}
    assert set(errors_of(found)) == {("extra-cell", 1, "")} | second <= kinds


def test_a_row_of_empty_cells_is_a_warning_and_an_empty_line_is_not(tmp_path: Path) -> None:
    found = found_in(tmp_path, "id,name\n,\n\n1,x\n", NUMBERS)
    assert [(f.code, f.severity.value, f.row, f.line) for f in found] == [
        ("TB010", "warning", 2, 2),
        ("TB008", "error", 3, 3),
    ]


def test_a_ragged_row_changes_nothing_for_the_others(tmp_path: Path) -> None:
    text = 'id,name\n1,"x\ny"\n2\nz,w\n3,x,4\n5,"ä"\n6x,é\n'
    found = found_in(tmp_path, text, NUMBERS)
    told = [(f.equivalent, f.row, f.line, f.column) for f in found if f.severity == "error"]
    assert told == [
        ("missing-cell", 3, 4, 2),
        ("type-error", 4, 5, 1),
        ("extra-cell", 5, 6, 5),
        ("type-error", 7, 8, 1),
    ]


def test_rows_above_a_quote_that_never_closes_are_judged(tmp_path: Path) -> None:
    text = 'id,name\n1,x\ny,z\n4x,"open\n5,x\ny,z\n'
    found = found_in(tmp_path, text, NUMBERS)
    told = [(f.code, f.row, f.line, f.column) for f in found if f.severity == "error"]
    assert told == [("FD001", 3, 3, 1), ("FD001", 4, 4, 1), ("FL008", 4, 4, 4)]


@pytest.mark.parametrize(("row", "told"), [('1,"x\n2,y\n', []), ('"1,x\n', []), ('"a"1,"x', [1])])
def test_what_an_open_quote_has_swallowed_is_not_missing(
    tmp_path: Path, row: str, told: list[int]
) -> None:
    required = {"constraints": {"required": True}}
    schema = {
        "fields": [field | required for field in NUMBERS["fields"]] + [{"name": "more"} | required],
        "primaryKey": "more", "missingValues": ["-"],
    }  # fmt: skip
    found = found_in(tmp_path, f"id,name,more\n{row}", schema)
    codes = [f.code for f in found if f.severity == "error"]
    assert codes == ["FD001"] * len(told) + ["FL008"]


def test_no_table_is_held_to_rows_that_an_open_quote_has_swallowed(tmp_path: Path) -> None:
    key = {"fields": "id", "reference": {"resource": "t", "fields": "id"}}
    make_package(
        tmp_path,
        {"t": 'id,name\n1,"open\n2,x\n', "child": "id\n1\n2\n3\n"},
        schemas={
            "t": NUMBERS,
            "child": {"fields": [{"name": "id", "type": "integer"}], "foreignKeys": [key]},
        },
    )
    report = check(tmp_path)
    assert [f.code for f in report.findings if f.severity == "error"] == ["FL008"]
    assert [(s.code, s.table) for s in report.skipped] == [("RF001", "child")]
    assert "never ends (FL008)" in report.skipped[0].reason


# Dialects


PLAIN_ROWS = "id,name\n1,apple\n2x,pear\n"


@pytest.mark.parametrize(
    ("dialect", "text", "place"),
    [
        ({}, PLAIN_ROWS, (3, 1)),
        ({"delimiter": "::"}, "id::name\n1::a:b\n2x::pear\n", (3, 1)),
        ({"delimiter": "||"}, 'id||name\n1||"a||b"\n2x||"a""b"\n', (3, 1)),
        ({"delimiter": "é"}, "idéname\n1éapple\n2xépear\n", (3, 1)),
        ({"lineTerminator": ";"}, "id,name;1,apple;2x,pear", (1, 17)),
        ({"lineTerminator": ";"}, 'id,name;1,"a\nb;";2x,pear;\n', (2, 5)),
        ({"lineTerminator": "|\n"}, "id,name|\n1,ap\nple|\n2x,pear|\n", (4, 1)),
        ({"lineTerminator": "\n"}, PLAIN_ROWS.replace("\n", "\r\n"), (3, 1)),
        ({"lineTerminator": "\r"}, PLAIN_ROWS.replace("\n", "\r"), (3, 1)),
        ({"quoteChar": "'"}, "id,name\n1,'a,\nb'\n2x,'it''s'\n", (4, 1)),
        ({"escapeChar": "|"}, "id,name\n1,a|,b\n2x,a||b\n", (3, 1)),
        ({"escapeChar": "\\", "doubleQuote": False}, 'id,name\n1,"a\\",b"\n2x,x\n', (3, 1)),
        ({"doubleQuote": False}, 'id,name\n1,x\n2x,"x"\n', (3, 1)),
        ({"skipInitialSpace": True}, 'id, name\n1, "a,b"\n 2x, pear\n', (3, 2)),
        ({"commentChar": "#"}, '# it is "so\nid,name\n#,"\n1,x\n2x,#y\n', (5, 1)),
        ({"commentChar": "//"}, "//\nid,name\n1,x\n// 2\n2x,y\n", (5, 1)),
        ({"commentRows": [1, 3]}, "made by hand\nid,name\nnote\n1,x\n2x,y\n", (5, 1)),
        ({"headerRows": [2]}, "title\nid,name\n1,x\n2x,y\n", (4, 1)),
        ({"headerRows": [1, 2], "headerJoin": ""}, "i,na\nd,me\n1,x\n2x,y\n", (4, 1)),
        ({"header": False}, "1,x\n2x,y\n", (2, 1)),
        ({"headerCase": False}, "ID,Name\n1,x\n2x,y\n", (3, 1)),
        ({"caseSensitiveHeader": False}, "ID,Name\n1,x\n2x,y\n", (3, 1)),
        ({"skipBlankRows": True}, "id,name\n1,x\n\n,\n2x,y\n", (5, 1)),
        ({"csv": {"delimiter": ";"}}, "id;name\n1;x\n2x;y\n", (3, 1)),
    ],
)
def test_every_dialect_is_read_natively_and_its_cells_have_places(
    tmp_path: Path, dialect: Mapping[str, Any], text: str, place: tuple[int, int]
) -> None:
    found = found_in(tmp_path, text, NUMBERS, dialect=dialect)
    errors = [f for f in found if f.severity == "error"]
    assert [(f.code, f.value, (f.line, f.column)) for f in errors] == [("FD001", "2x", place)]


def test_a_null_sequence_is_a_missing_value(tmp_path: Path) -> None:
    found = found_in(tmp_path, "id,name\nNA,x\n", NUMBERS, dialect={"nullSequence": "NA"})
    assert found == []


@pytest.mark.parametrize("said", [{"dialect": {"delimiter": ";"}}, {"format": "tsv"}])
def test_a_file_is_judged_by_the_delimiter_that_is_declared(
    tmp_path: Path, said: dict[str, Any]
) -> None:
    found = [f for f in found_in(tmp_path, "id,name\n1,x\n", NUMBERS, **said) if f.code[:2] != "FL"]
    assert errors_of(found) == [
        ("missing-label", None, "name"), ("incorrect-label", None, "id"), ("type-error", 2, "id"),
    ]  # fmt: skip
    assert "divided by `,`" in found[0].help


def test_a_declared_delimiter_that_stands_nowhere_breaks_no_promise(tmp_path: Path) -> None:
    assert errors_of(found_in(tmp_path, "id,name\n1,x\n", dialect={"delimiter": ";"})) == []


def test_a_tab_divides_a_tsv(tmp_path: Path) -> None:
    found = found_in(tmp_path, "id\tname\n1\tx\n2x\ty,z\n", NUMBERS, format="tsv")
    assert errors_of(found) == [("type-error", 3, "id")]


# Encodings


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "latin-1",
        "cp1252", "shift_jis", "iso2022_jp", "gb18030", "big5", "euc_kr", "hz", "cp037", "koi8-r",
    ],
)  # fmt: skip
def test_cells_have_places_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    words = {"latin-1": "é", "cp1252": "€", "cp037": "é", "euc_kr": "한", "hz": "中", "big5": "漢"}
    word = words.get(encoding, "я")
    text = f'id,name\n1,"{word},\n{word}"\n2,{word}\n{word},x\n3,{word},{word}\n'
    found = found_in(tmp_path, text.encode(encoding), NUMBERS, encoding=encoding)
    told = [(f.code, f.value, f.line, f.column) for f in found if f.severity == "error"]
    assert told == [("FD001", word, 5, 1), ("TB007", word, 6, 5)]


@pytest.mark.parametrize("encoding", ["utf-99", "rot13", "hex", "zlib", "idna", "undefined"])
def test_what_is_no_encoding_of_texts_is_told(tmp_path: Path, encoding: str) -> None:
    make_package(tmp_path, {"t": PLAIN_ROWS}, resources={"t": {"encoding": encoding}})
    told = [(f.code, f.path) for f in check(tmp_path).findings if f.severity == "error"]
    assert told == [("PK013", "datapackage.json")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "shift_jis", "iso2022_jp", "utf-7"])
def test_bytes_of_another_encoding_are_told_where_they_stand(tmp_path: Path, encoding: str) -> None:
    data = "id,name\n1,x\n2,".encode(encoding) + {"utf-16": b"\x00\xd8,\x00"}.get(
        encoding, b"\xff\xff"
    )
    found = found_in(tmp_path, data, NUMBERS, encoding=encoding)
    told = [(f.equivalent, f.line, f.column) for f in found if f.severity == "error"]
    assert told == [("encoding-error", 3, 3)]


@pytest.mark.parametrize("written", ["utf-16-le", "utf-16-be", "ascii"])
def test_utf_16_without_a_byte_order_mark_is_not_guessed_about(
    tmp_path: Path, written: str
) -> None:
    data = "id,name\n1,x\n".encode(written)
    found = found_in(tmp_path, data, NUMBERS, encoding="utf-16")
    assert [(f.code, f.line, f.column) for f in found if f.severity == "error"] == [("FL001", 1, 1)]
    other = "utf-8" if written == "ascii" else written
    assert f'"encoding": "{other}"' in found[0].help


@pytest.mark.parametrize(("data", "rows"), [("id,name\n1,x\n", [4]), ("\n\n", [1])])
def test_a_file_that_ends_before_its_header_is_told_once(
    tmp_path: Path, data: str, rows: list[int]
) -> None:
    found = found_in(tmp_path, data, NUMBERS, dialect={"headerRows": rows})
    assert errors_of(found) == [("source-error", None, "")]


# Bytes


def test_a_nul_byte_is_a_part_of_its_cell(tmp_path: Path) -> None:
    found = found_in(tmp_path, "id,name\n1,a\0b\n2x,y\n", NUMBERS)
    assert [(f.code, f.line, f.column) for f in found if f.code[:2] != "TX"] == [
        ("FL010", 2, 4),
        ("FD001", 3, 1),
    ]


def test_a_nul_byte_is_no_part_of_an_address(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a", "type": "string", "format": "email"}]}
    assert errors_of(found_in(tmp_path, "a\nk@x.de\nk@x.de\0\n", schema)) == [
        ("type-error", 3, "a")
    ]


def test_a_line_break_that_is_a_whole_cell_is_kept_in_an_odd_file(tmp_path: Path) -> None:
    found = found_in(tmp_path, 'id,name\n1,"\r"\n2x\n', NUMBERS)
    assert errors_of(found) == [("type-error", 3, "id"), ("missing-cell", 3, "name")]


def test_a_file_in_a_wide_encoding_is_text_whatever_bytes_are_in_it(tmp_path: Path) -> None:
    data = "id,name\n1,語\n2x,語語語\n".encode("utf-16-be")
    assert errors_of(found_in(tmp_path, data, NUMBERS, encoding="utf-16-be")) == [
        ("type-error", 3, "id")
    ]


def test_a_table_of_many_columns_is_asked_about_them_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.engine.duckdb.database.TOGETHER", 2)
    fields = [{"name": f"c{n}", "type": "integer"} for n in range(7)]
    rows = [[f["name"] for f in fields], list("1234567"), list("12x4567"), list("123456y")]
    found = found_in(tmp_path, "".join(",".join(r) + "\n" for r in rows), {"fields": fields})
    assert errors_of(found) == [("type-error", 3, "c2"), ("type-error", 4, "c6")]


@pytest.mark.parametrize("end", ["", "9\n"])
def test_a_table_of_many_columns_is_computed_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    kinds = ["integer", "string", "date", "geojson", "number"]
    fields = [{"name": f"c{n}", "type": kinds[n % 5]} for n in range(300)]
    cells = {"integer": "1", "string": "é", "date": "2020-02-02", "number": "1.5"}
    geojson = '"{""type"": ""Point"", ""coordinates"": [1, 2]}"'
    good = [cells.get(str(f["type"]), geojson) for f in fields]
    bad = list(good)
    bad[0], bad[251], bad[297], bad[298] = "x", "é  é", "2020-02-30", "{}"
    rows = [[str(f["name"]) for f in fields], good, bad]
    schema = {"fields": fields, "primaryKey": "c250"}
    text = "".join(",".join(row) + "\n" for row in rows) + end
    told = []
    for wide in (100, 1_000):
        monkeypatch.setattr("copydesk.engine.duckdb.loading.WIDE", wide)
        found = found_in(tmp_path / str(wide), text, schema)
        told.append([(f.code, f.row, f.line, f.column, f.field, f.message) for f in found])
    assert told[0] == told[1]
    codes = {(code, row, field) for code, row, _, _, field, _ in told[0] if row == 3}
    assert codes == {
        ("FD001", 3, "c0"), ("TX002", 3, "c251"), ("FD001", 3, "c297"), ("FD001", 3, "c298"),
        ("KY001", 3, "c250"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code", "line", "text", "start"),
    [
        (b"a,b\n1,Jos\xe9\n", "FL001", 2, "1,Jos\ufffd", 5),
        (b'a,b\n1,x\n2,"y\n3,z\n', "FL008", 3, '2,"y', 2),
        (b'a,b\n"1"x,y\n', "FL009", 2, '"1"x,y', 3),
        (b'a,b\n"1\n2"x,y\n', "FL009", 3, '2"x,y', 2),
        (b"a,b\n1,x\0y\n", "FL010", 2, "1,x\0y", 3),
        (b'a,b\n1,x"y\n', "FL030", 2, '1,x"y', 3),
        (b"a,b\n" + b"z" * 900 + b',x"y\n', "FL030", 2, "z" * 396 + ',x"y', 398),
    ],
)
def test_what_is_malformed_is_shown_in_its_line(
    tmp_path: Path, data: bytes, code: str, line: int, text: str, start: int
) -> None:
    (found,) = [f for f in found_in(tmp_path, data) if f.code == code]
    assert found.excerpt is not None
    assert (found.line, found.excerpt.text, found.excerpt.start) == (line, text, start)
