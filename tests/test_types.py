"""Every Table Schema type, by the lexical forms of the standard: which cells are of it."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from copydesk.checks.column import Column
from copydesk.checks.types import column_of
from copydesk.engine import Settings
from copydesk.engine.duckdb.loading import _detail, _filled, _quickly, _value
from copydesk.findings import Report
from copydesk.loading.values import Reader, reader
from copydesk.model import Field, Origin
from copydesk.run import check
from copydesk.testing import make_package

Descriptor = dict[str, Any]


def judged(root: Path, field: Descriptor, cells: list[str], **schema: Any) -> Report:
    """Check a table with one column beside a number of the row."""
    out = io.StringIO()
    csv.writer(out).writerows([["n", "x"], *([i, cell] for i, cell in enumerate(cells))])
    fields = [{"name": "n", "type": "integer"}, {"name": "x", **field}]
    described = {"fields": fields, **schema}
    folder = make_package(root, {"t": out.getvalue()}, schemas={"t": described})
    return check(folder, settings=Settings(engine="duckdb", shown=None))


def wrong(root: Path, field: Descriptor, cells: list[str], **schema: Any) -> list[str]:
    """Return the cells with an error, in their order; nothing may be left to others."""
    report = judged(root, field, cells, **schema)
    assert not report.skipped
    found = [f for f in report.findings if f.severity == "error"]
    assert not [f for f in found if not f.row]
    return [cells[n] for n in sorted({f.row - 2 for f in found if f.row})]


# Type with its options, cells that are of it, cells that are not.
FORMS: list[tuple[Descriptor, list[str], list[str]]] = [
    (
        {"type": "string", "format": "email"},
        ["a.b+c@bbc.co.uk", "jürgen@bücher.de", "a@b.xn--p1ai"],
        ["a@b@c.de", "a@b", "@b.de", "a@-é.de", f"a@{'b' * 64}.de"],
    ),
    (
        {"type": "string", "format": "uri"},
        ["http://x:80/", "http://u:p@[::1]:8/a", "http://[v1.x]/"],
        ["http://x:80a/", "http://[1]/", "http://a:b:c/"],
    ),
    (
        {"type": "string", "format": "uri"},
        ["http://example.com", "urn:isbn:0451450523", "http://[::1]/x", "mailto:a@b.de", "a:"],
        ["//example.com/x", "http://exa mple.com", "http://[::1", "example.com", "http://a/%zz"],
    ),
    (
        {"type": "string", "format": "uuid"},
        ["f47ac10b-58cc-4372-a567-0e02b2c3d479", "F47AC10B-58CC-4372-A567-0E02B2C3D479",
         "urn:uuid:f47ac10b-58cc-4372-a567-0e02b2c3d479", "f47ac10b58cc4372a5670e02b2c3d479"],
        ["f47ac10b-58cc-4372-a5670e02b2c3d479", "g47ac10b58cc4372a5670e02b2c3d479",
         "f47ac10b-58cc-4372-a567-0e02b2c3d47"],
    ),
    (
        {"type": "string", "format": "binary"},
        ["SGVsbG8=", "Zm9v", "Zm9v\nZm9v", "Zg==", "+/+/"],
        ["SGVsbG8", "SGVsbG8===", "SGVsbG8=A", "====", "Zm9*", "Zg"],
    ),
    (
        {"type": "integer"},
        ["+5", "-0", "007", "9223372036854775808", "-" + "9" * 60, " 5 ", "\t5\n"],
        ["1.0", "1e3", "1_000", "٧", "0x1F", "+", "5 5", "1,000", "--5", "NaN"],
    ),
    ({"type": "integer", "groupChar": ","}, ["1,000,000", "-1,000"], ["1.000", "1 000"]),
    (
        {"type": "integer", "bareNumber": False},
        ["95%", "EUR 95", "€95", "95-", "$-5", "No. 7", "12th"],
        ["%", "1.5%", "5 of 6", "€", "-€5", "+-5"],
    ),
    (
        {"type": "integer", "bareNumber": False, "groupChar": ","},
        ["$1,000", "1,000,000 EUR"],
        ["1.5 EUR"],
    ),
    (
        {"type": "number"},
        ["1e5", "1E+05", ".5", "5.", "+7", "nan", "NaN", "inf", "-INF", "0." + "1" * 50, "1e999"],
        ["1_000", "Infinity", "-infinity", "sNaN", "nan123", "1e", "1.2.3", "0x1F", "+INF", ".",
         "1e5.5", "١", "1,5", "e5", "-NaN"],
    ),
    ({"type": "number", "decimalChar": ","}, ["1,5", "-,5"], ["1.5", "1,5,5"]),
    (
        {"type": "number", "decimalChar": ",", "groupChar": "."},
        ["1.000,5", "1000,5", "1,5e3"],
        ["1,000,5"],
    ),
    ({"type": "number", "decimalChar": "::"}, ["1::5"], ["1.5", "1:5"]),
    (
        {"type": "number", "bareNumber": False},
        [".5%", "EUR 1.5", "NaN", "-INF", "1.5e3 km", "Rs. 95"],
        ["%", "1.2.3%", "-€5", "1 to 2"],
    ),
    ({"type": "boolean"}, ["true", "True", "TRUE", "1", "false", "0"], ["tRue", "yes", "2", " 1"]),
    (
        {"type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]},
        ["ja", "nein"],
        ["true", "0", "Ja"],
    ),
    ({"type": "boolean", "trueValues": [], "falseValues": ["x"]}, ["x"], ["true", "1"]),
    (
        {"type": "object"},
        ["{}", '{"a": [1, {"b": null}]}', ' {"a": "ä"} ', '{"a": 1, "a": 2}', '{"a": 1e999999999}'],
        ["", "[1]", "null", '{"a": NaN}', "{'a': 1}", '{"a": 1,}', '{"a": -Infinity}', "{"],
    ),
    (
        {"type": "array"},
        ["[]", '["\\ud800"]', "[1, 2]", '[{"a": 1}]', "[" + "9" * 5000 + "]"],
        ["[Infinity]", "{}", '"a"', "[1, 2", "1", "[01]", "[" * 100_000],
    ),
    ({"type": "list"}, ["a,b", "a", ",", "a,,b"], []),
    ({"type": "list", "itemType": "integer"}, ["1,2", "-7", "1, 2"], ["1,a", "1,,2", "1.5"]),
    (
        {"type": "list", "itemType": "number", "delimiter": "||"},
        ["1.5||NaN", "2"],
        ["1,5", "1|2"],
    ),
    ({"type": "list", "itemType": "boolean"}, ["true,0"], ["true,yes"]),
    ({"type": "list", "itemType": "date"}, ["2020-01-31,2020-02-29"], ["2020-01-31,2021-02-29"]),
    (
        {"type": "list", "itemType": "datetime", "delimiter": ";"},
        ["2020-01-31T10:00:00Z;2020-01-31T10:00:00"],
        ["2020-01-31"],
    ),
    ({"type": "list", "itemType": "time"}, ["10:00:00,11:00:00"], ["10:00"]),
    (
        {"type": "date"},
        ["9999-12-31", "2024-02-29", "0001-01-01"],
        ["2024-1-5", "2024-01-5", "２０２４-01-01", "24-01-01", "2024-02-30", "2024-01-01T00:00:00",
         "0000-01-01", "20240101", "2024-01-01Z"],
    ),
    (
        {"type": "date", "format": "%d/%m/%Y"},
        ["31/01/2020", "1/2/2020"],
        ["2020-01-31", "30/02/2020", "31/01/20"],
    ),
    ({"type": "date", "format": "fmt:%d %B %y"}, ["31 January 20", "1 may 21"], ["31 Januar 20"]),
    ({"type": "date", "format": "%Y-%j"}, ["2020-366", "2020-1"], ["2021-367", "2020-01-01"]),
    ({"type": "date", "format": "any"}, ["2020-01-31", "31 Jan 2020", "1/31/20"], ["soon"]),
    (
        {"type": "datetime"},
        ["2024-01-26T15:00:00", "2024-01-26T15:00:00.300-05:00", "2024-01-26T24:00:00",
         "2024-01-26T15:00:00Z", "2024-01-26T15:00:00.1234567890123Z", "12024-01-26T15:00:00",
         "-0044-03-15T12:00:00", "2024-01-26T15:00:00+14:00", "99999999-01-01T00:00:00"],
        ["2024-01-26 15:00:00", "2024-01-26T15:00:00,5", "2024-01-26T15:00",
         "2024-01-26T15:00:00+05", "20240126T15:00:00Z000", "2024-026T15:00:00",
         "2024-02-30T15:00:00",
         "2024-01-26T25:00:00",
         "2024-01-26T15:60:00", "2024-01-26T15:00:60", "2024-01-26T24:00:01",
         "2024-01-26T15:00:00.",
         "2024-01-26T15:00:00+14:01", "02024-01-26T15:00:00", "2024-01-26t15:00:00z", "2024-01-26"],
    ),
    (
        {"type": "datetime", "format": "%d/%m/%Y %H:%M:%S"},
        ["12/11/2018 09:15:32", "1/1/2018 9:5:2"],
        ["2018-11-12T09:15:32", "12/11/2018 24:00:00", "12/11/2018"],
    ),
    (
        {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S.%f%z"},
        ["2018-11-12T09:15:32.5+0100", "2018-11-12T09:15:32.123456Z"],
        ["2018-11-12T09:15:32.5"],
    ),
    ({"type": "datetime", "format": "any"}, ["2020-01-31 10:00", "Jan 5 2020 3pm"], ["never"]),
    (
        {"type": "time"},
        ["10:00:00", "23:59:59", "10:00:00.5", "10:00:00Z", "24:00:00", "10:00:00+01:00"],
        ["10:00", "10:00:00,5", "25:00:00", "9:30:00", "10:00:60", "100000", "24:00:01"],
    ),
    ({"type": "time", "format": "%H:%M"}, ["10:00", "9:5"], ["24:00", "10:00:00"]),
    ({"type": "time", "format": "%I:%M %p"}, ["10:00 PM", "9:05 am"], ["13:00 PM"]),
    ({"type": "time", "format": "any"}, ["10:00", "3pm"], ["noonish"]),
    (
        {"type": "year"},
        ["2024", "12024", "-0044", "2024Z", "2024-05:00", "0000", "1" * 30],
        ["1_23", "24", "02024", "+2024", "2024.0", "20 24", "2024z", "2024+15:00"],
    ),
    (
        {"type": "yearmonth"},
        ["2024-01", "-0045-03", "12024-12", "2024-01Z", " 2024-01\t"],
        ["2024-1", "2024-13", "24-01", "2024-01-01", "20_4-01", "2024- 1", "2024", "2024/01",
         "2024-00"],
    ),
    (
        {"type": "duration"},
        ["P1Y2M3DT4H5M6.7S", "-P1D", "P0D", "PT36H", "P1Y", "PT0.000000000000000001S",
         "P" + "9" * 200 + "Y"],
        ["PT", "P1YT", "+P1D", "p1d", "P", "P1H", "P1W", "P1D2H", "P-1D", "P1.5D", "PT1.S", "1D",
         "PT.5S", "P1M1Y"],
    ),
    (
        {"type": "geopoint"},
        ["90.50, 45.50", "90.50,45.50", "-180,90", "1e1,1E-1", "\t90 ,\n45 "],
        ["181,0", "0,91", "1_0,0", "1,2,3", "1", "a,b", "NaN,0", "1;2",
         "0,90.00000000000000000001"],
    ),
    (
        {"type": "geopoint", "format": "array"},
        ["[90.5, 45.5]", " [1,2] "],
        ['["90.5", "45.5"]', "[true, false]", "[1,2,3]", "[1]", "90.5,45.5", "[181,0]", "[NaN, 0]"],
    ),
    (
        {"type": "geopoint", "format": "object"},
        ['{"lon": 90.5, "lat": 45.5}', '{"lat": 1, "lon": 2}'],
        ['{"lon": 1, "lat": 2, "z": 3}', '{"lat": 1, "lng": 2}', "[1, 2]", '{"lon": "1", "lat": 2}',
         '{"lon": null, "lat": 2}'],
    ),
    (
        {"type": "geojson"},
        ['{"type":"Point","coordinates":[1,2]}', '{"type":"Point","coordinates":[1,2,3.5]}',
         '{"type":"FeatureCollection","features":[]}',
         '{"type":"Feature","geometry":null,"properties":{"a":1},"id":7,"more":1}',
         '{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[]}]}',
         '{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[0.0,0]]]}',
         '{"type":"LineString","coordinates":[[0,0],[0,1]],"bbox":[0,0,0,1]}'],
        ['{"type":"Point","coordinates":[1]}', '{"type":"Nope"}', "{}", "[1,2]",
         '{"type":"Point"}', '{"type":"point","coordinates":[1,2]}',
         '{"type":"Point","coordinates":["1","2"]}', '{"type":"Feature","geometry":null}',
         '{"type":"LineString","coordinates":[[0,0]]}', '{"type":["Point"],"coordinates":[1,2]}',
         '{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[2,2]]]}',
         '{"type":"Feature","geometry":{"type":"Nope"},"properties":null}',
         '{"type":"FeatureCollection","features":[{"type":"Point","coordinates":[1,2]}]}',
         '{"type":"Point","coordinates":[1,2],"bbox":[1]}', '{"type":"Topology","objects":{}}'],
    ),
    (
        {"type": "geojson", "format": "topojson"},
        ['{"type":"Topology","objects":{},"arcs":[]}',
         '{"type":"Topology","transform":{"scale":[1,1],"translate":[0,0]},"arcs":[[[0,0],[1,1]]],'
         '"objects":{"a":{"type":"LineString","arcs":[0]},"b":{"type":"Polygon","arcs":[[-1]]}}}'],
        ['{"type":"Topology","objects":{}}', '{"type":"Topology","objects":[],"arcs":[]}', "{}",
         '{"type":"Topology","objects":{"a":{"type":"LineString","arcs":["0"]}},"arcs":[]}',
         '{"type":"Topology","objects":{},"arcs":[],"transform":{"scale":[1]}}'],
    ),
    ({"type": "any"}, ["x", "1", " ", "{"], []),
    ({}, ["x"], []),
]  # fmt: skip


@pytest.mark.parametrize(("field", "good", "bad"), FORMS, ids=[str(f[0]) for f in FORMS])
def test_a_type_takes_its_lexical_forms_and_no_other(
    tmp_path: Path, field: Descriptor, good: list[str], bad: list[str]
) -> None:
    assert wrong(tmp_path, field, good + bad, missingValues=["-missing-"]) == bad


QUICK = [form for form in FORMS if form[0].get("type") in {"integer", "date"}]
ODD_DATES = ["infinity", "epoch", "0000-01-01", "-001-01-01", "10000-01-1", "10000-01-01"]


@pytest.mark.parametrize(("field", "good", "bad"), QUICK, ids=[str(f[0]) for f in QUICK])
def test_a_large_table_takes_the_same_forms(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    field: Descriptor,
    good: list[str],
    bad: list[str],
) -> None:
    monkeypatch.setattr("copydesk.engine.reading.GATED_SIZE", 0)
    more = ODD_DATES if field == {"type": "date"} else []
    found = wrong(tmp_path, field, good + bad + more, missingValues=["-missing-"])
    assert found == bad + more


def test_a_large_table_holds_the_same_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = ["7", "+7", "007", " 7", "9" * 18, "9" * 19, "-" + "9" * 40, "9223372036854775807"]
    field = {"type": "integer", "constraints": {"minimum": 8}}
    usual = wrong(tmp_path / "a", field, cells)
    monkeypatch.setattr("copydesk.engine.reading.GATED_SIZE", 0)
    assert wrong(tmp_path / "b", field, cells) == usual == ["7", "+7", "007", " 7", "-" + "9" * 40]


# Type, constraints, cells that keep them, cells that do not.
LIMITED: list[tuple[Descriptor, Descriptor, list[str], list[str]]] = [
    (
        {"type": "integer"},
        {"minimum": 10**30},
        ["1" + "0" * 30, "1" + "0" * 40],
        ["5", "9" * 30, "-" + "9" * 40],
    ),
    ({"type": "integer"}, {"maximum": "-9223372036854775809"}, ["-" + "9" * 20], ["-" + "9" * 18]),
    ({"type": "number"}, {"minimum": 0.1}, ["0.1", "0.10000000000000000000", "INF"],
     ["0.0999999999999999999999", "NaN", "-INF"]),
    ({"type": "number"}, {"maximum": 0.1}, ["0.1", "-INF"],
     ["0.1000000000000000000001", "NaN", "INF", "1e400"]),
    ({"type": "number"}, {"exclusiveMinimum": "1e400"}, ["1e401", "INF"], ["1e400", "1e399", "7"]),
    ({"type": "number", "decimalChar": ","}, {"maximum": 1.5}, ["1,5"], ["1,6"]),
    ({"type": "number", "bareNumber": False}, {"maximum": 1}, [".5%"], ["1.5 %"]),
    ({"type": "date"}, {"minimum": "2020-01-31"}, ["2020-01-31"], ["2020-01-30"]),
    ({"type": "date", "format": "%d.%m.%Y"}, {"maximum": "31.01.2020"}, ["1.1.2020"],
     ["01.02.2020"]),
    (
        {"type": "datetime"},
        {"minimum": "2020-01-01T00:00:00.0000005"},
        ["2020-01-01T00:00:00.0000005", "2020-01-01T00:00:00.000000501", "12020-01-01T00:00:00"],
        ["2020-01-01T00:00:00", "2020-01-01T00:00:00.00000049", "-2020-01-01T00:00:00"],
    ),
    (
        {"type": "datetime"},
        {"maximum": "2020-01-01T12:00:00Z"},
        ["2020-01-01T14:00:00+02:00", "2020-01-01T12:00:00Z", "2019-12-31T21:59:59"],
        ["2020-01-01T12:00:00-01:00", "2020-01-01T12:00:00.5Z", "2019-12-31T22:00:00"],
    ),
    ({"type": "time"}, {"minimum": "10:00:00"}, ["10:00:00.5"], ["09:59:59"]),
    ({"type": "year"}, {"minimum": 2000}, ["2000", "12000", "9" * 30], ["1999", "-0044"]),
    ({"type": "year"}, {"maximum": "2000"}, ["2000", "-" + "9" * 30], ["2001"]),
    (
        {"type": "yearmonth"},
        {"exclusiveMaximum": "2020-02"},
        ["2020-01", "-0044-03", "0999-12"],
        ["2020-02", "10000-01"],
    ),
    (
        {"type": "duration"},
        {"minimum": "P1M"},
        ["P1M", "P32D", "P1Y", "P30DT48H"],
        ["P31D", "P30D", "P28D", "PT1S", "-P1Y"],
    ),
    ({"type": "duration"}, {"maximum": "PT1H"}, ["PT60M", "PT0S", "-P1Y"], ["PT3601S", "P1M"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "limits", "good", "bad"), LIMITED, ids=[f"{f[0]}{f[1]}" for f in LIMITED]
)
def test_a_limit_is_compared_exactly(
    tmp_path: Path, field: Descriptor, limits: Descriptor, good: list[str], bad: list[str]
) -> None:
    assert wrong(tmp_path, field | {"constraints": limits}, good + bad) == bad


# Type, cells that are equal to each other, cells that are equal to nothing else.
EQUAL: list[tuple[Descriptor, list[str], list[str]]] = [
    ({"type": "integer"}, ["1" * 40, "+" + "1" * 40, "0" + "1" * 40], ["1" * 39 + "2", "1" * 41]),
    ({"type": "integer"}, ["7", "007", "+7"], ["-7", "9223372036854775807", "9223372036854775808"]),
    (
        {"type": "number"},
        ["0.1", ".10", "1e-1", "0.1000000000000000000000000"],
        ["0.10000000000000000001", "0.09999999999999999999", "1e400", "1e401", "INF"],
    ),
    ({"type": "number"}, ["nan", "NaN"], ["0", "INF", "-INF"]),
    (
        {"type": "object"},
        ['{"a": 1, "b": [2]}', '{"b":[2.0],"a":1}', '{"a":1e0,"b":[0.2e1]}'],
        ['{"a": 1}', '{"a": "1", "b": [2]}', "{}"],
    ),
    ({"type": "array"}, ['["ä"]', '["\\u00e4"]'], ["[]", '["a"]', "[true]", "[1]"]),
    ({"type": "list", "itemType": "integer"}, ["1,2", "01,+2"], ["1", "2,1", "1,2,0"]),
    ({"type": "list", "itemType": "number"}, ["0.1", ".10"], ["0.10000000000000000000001"]),
    ({"type": "list"}, ["a,b", "a,b"], ["a", "b,a", "a, b"]),
    (
        {"type": "datetime"},
        ["2020-01-01T12:00:00Z", "2020-01-01T14:00:00+02:00", "2020-01-01T11:00:00.000-01:00"],
        ["2020-01-01T12:00:00", "2020-01-01T12:00:00.0000001Z"],
    ),
    (
        {"type": "datetime"},
        ["2020-01-31T24:00:00", "2020-02-01T00:00:00"],
        ["2020-01-31T00:00:00"],
    ),
    ({"type": "year"}, ["2020Z", "2020+00:00"], ["2020", "2020+01:00"]),
    ({"type": "duration"}, ["P1Y", "P12M", "P0Y12M"], ["P365D", "P13M"]),
    ({"type": "duration"}, ["P1D", "PT24H", "PT86400.0S"], ["-P1D", "PT86400.1S", "P0D"]),
    ({"type": "geopoint"}, ["1,2", "1.0, 2.00"], ["2,1", "1,2.0000000000000000001"]),
    ({"type": "geojson"}, ['{"type":"Point","coordinates":[1,2]}',
                          '{"coordinates":[1.0,2],"type":"Point"}'],
     ['{"type":"Point","coordinates":[2,1]}']),
    ({"type": "boolean"}, ["true", "1", "TRUE"], ["0"]),
]  # fmt: skip


@pytest.mark.parametrize(("field", "same", "others"), EQUAL, ids=[str(f[0]) for f in EQUAL])
def test_values_and_not_texts_are_compared(
    tmp_path: Path, field: Descriptor, same: list[str], others: list[str]
) -> None:
    unique = field | {"constraints": {"unique": True}}
    assert wrong(tmp_path / "unique", unique, others + same) == same[1:]
    for cell in same[-1:]:
        listed = field | {"constraints": {"enum": [cell]}}
        assert wrong(tmp_path / "enum", listed, same + others) == others
    report = judged(tmp_path / "key", field, others + same, primaryKey="x")
    repeated = [f.row for f in report.findings if f.code == "KY001"]
    assert repeated == [len(others) + 2 + n for n in range(1, len(same))]


def test_a_reference_holds_if_the_values_are_equal(tmp_path: Path) -> None:
    key = {"fields": "x", "reference": {"resource": "p", "fields": "x"}}
    number = {"fields": [{"name": "n"}, {"name": "x", "type": "number"}]}
    long = "0.1000000000000000000001"
    tables = {"p": f"n,x\n1,0.1\n2,{long}\n", "c": f"n,x\n1,.10\n2,{long}0\n3,{long}1\n"}
    schemas = {"p": number, "c": number | {"foreignKeys": [key]}}
    report = check(make_package(tmp_path, tables, schemas=schemas))
    assert [(f.code, f.row) for f in report.findings] == [("RF001", 4)]


def test_rows_keep_their_order_where_python_is_asked(tmp_path: Path) -> None:
    cells = ["P1D" if n % 7 else f"P{n}X" for n in range(5000)]
    report = judged(tmp_path, {"type": "duration"}, cells)
    assert [f.row for f in report.findings] == [n + 2 for n in range(0, 5000, 7)]


def test_missing_values_and_short_rows_are_not_asked_about(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "n"}, {"name": "x", "type": "object"}], "missingValues": ["-"]}
    folder = make_package(tmp_path, {"t": 'n,x\n1,-\n2\n3,{}\n4,[]\n5,""\n'}, schemas={"t": schema})
    report = check(folder)
    assert [(f.code, f.row) for f in report.findings] == [
        ("TB006", 3), ("FD001", 5), ("FD001", 6),
    ]  # fmt: skip


def described(field: Descriptor) -> Field:
    kind, form = field.get("type", "any"), field.get("format", "default")
    return Field("x", kind, form, {}, (), field, Origin(""))


@pytest.mark.parametrize(("field", "good", "bad"), FORMS, ids=[str(f[0]) for f in FORMS])
def test_a_consumer_reads_what_a_check_accepts(
    field: Descriptor, good: list[str], bad: list[str]
) -> None:
    read = reader(described(field))
    if field.get("type") == "string":  # which is read as it is written, whatever its format
        assert [read(cell) for cell in good + bad] == good + bad
        return
    beyond = [c for c in good if c.startswith(BEYOND_PYTHON)]
    assert [c for c in good + bad if refuses(read, c)] == beyond + bad


BEYOND_PYTHON = ("12024-01-26T", "-0044-03-15T", "99999999-01-01T", "[99999")
"""Dates so late or early, and integers so long, that Python has no value for them."""


def refuses(read: Reader, cell: str) -> bool:
    try:
        read(cell)
    except ValueError:
        return True
    return False


USUAL = "write the value in the form of the type, or leave the cell empty if it is not known"


@pytest.mark.parametrize(
    ("field", "cell", "cure"),
    [
        ({"type": "date"}, "31/01/2020", "write the year first, then month and day: `2020-01-31`"),
        ({"type": "date"}, "2021-02-29", "correct the day: February 2021 has 28 days"),
        ({"type": "date", "format": "%d/%m/%Y"}, "2020-01-31", USUAL),
        (
            {"type": "datetime"},
            "2020-01-31 15:00:00",
            "write a `T` between date and time: `2020-01-31T15:00:00`",
        ),
        (
            {"type": "datetime"},
            "2020-01-31T15:00:00+01",
            "write the zone with hours and minutes: `2020-01-31T15:00:00+01:00`",
        ),
        ({"type": "time"}, "9:30", "write it as `09:30:00`"),
        ({"type": "yearmonth"}, "2020/1", "write it as `2020-01`"),
        ({"type": "duration"}, "P2W", "write weeks as days: `P14D`"),
        ({"type": "duration"}, "P1YT", "delete the `T`, after which hours, minutes or seconds must "
                                       "stand"),
        ({"type": "object"}, "{'a': 1}", "write double quotes: JSON has no others"),
        ({"type": "array"}, "[1, NaN]", "write `null`: JSON has no NaN and no Infinity"),
        ({"type": "geopoint"}, "45.5, 120.5", "write the longitude first: `120.5, 45.5`"),
        ({"type": "number"}, "1,5", "write a decimal point: `1.5`"),
        ({"type": "number", "decimalChar": ","}, "1.5", USUAL),
        ({"type": "integer"}, "1,000", "write it without separators: `1000`"),
        ({"type": "boolean"}, "tRue", "write `true`"),
    ],
)  # fmt: skip
def test_the_cure_is_what_the_cell_suggests(
    tmp_path: Path, field: Descriptor, cell: str, cure: str
) -> None:
    [found] = [f for f in judged(tmp_path, field, [cell]).findings if f.code == "FD001"]
    assert found.help.partition(" (`copydesk fix")[0] == cure


def _mutated(random: Random, seeds: list[str]) -> str:
    """Return a text that is near to the forms of a type."""
    text = random.choice(seeds)
    for _ in range(random.choice([0, 1, 1, 2, 3])):
        at, what = random.randint(0, len(text)), random.random()
        new = random.choice('0123456789+-.,:;eTZPYMDHSWaINFn%/ \t{}[]"_٣é')
        text = text[:at] + (new if what < 0.7 else "") + text[at + (what > 0.3) :]
    return text


ASKED = [form for form in FORMS if column_of(described(form[0]), 0).type.judge]
"""The forms of the types of which Python reads texts too, not SQL alone."""


@pytest.mark.parametrize(("field", "good", "bad"), ASKED, ids=[str(f[0]) for f in ASKED])
def test_sql_and_python_read_a_text_alike(
    field: Descriptor, good: list[str], bad: list[str]
) -> None:
    column = column_of(described(field), 0)
    random = Random(str(field))
    seeds = [cell for cell in good + bad if len(cell) < 200]
    cells = sorted({_mutated(random, seeds) for _ in range(400)})
    for cell, value, detail, expected in _readings(column, cells):
        reading = column.constant(cell)
        assert (value, detail) == ((expected, reading.detail) if reading else (None, None)), cell


def _readings(column: Column, cells: list[str]) -> list[tuple[str, Any, Any, Any]]:
    """Return what SQL alone reads in texts, and its values of what Python reads."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'America/New_York'")
    readings = [column.constant(cell) for cell in cells]
    kind, quick = column.type.sql, [column] if column.type.quick else []
    source = "(SELECT unnest($1::VARCHAR[]) AS cell, unnest($2::VARCHAR[]) AS v)"
    source = _quickly(f"(SELECT cell, cell AS r0, v FROM {source})", quick)
    statement = (
        f"SELECT cell, CAST(c0 AS VARCHAR), {_detail(column)}, CAST(CAST(v AS {kind}) AS VARCHAR) "
        f"FROM (SELECT *, {_value(column, bool(quick))} AS c0 FROM {source})"
    )
    left = _filled(column, column.type.left) or "false"
    found = connection.execute(
        f"{statement} WHERE NOT coalesce({left}, false)", [cells, [r and r.value for r in readings]]
    ).fetchall()
    connection.close()
    return found


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ({"type": "yearmonth", "constraints": {"minimum": "2020-01"}}, "9" * 5000 + "-01"),
        ({"type": "datetime"}, "9" * 5000 + "-01-01T00:00:00"),
        ({"type": "duration"}, f"P{'9' * 5000}Y"),
        ({"type": "number", "constraints": {"unique": True}}, "1e" + "9" * 5000),
        ({"type": "geopoint"}, f"1e{'9' * 5000},0"),
        ({"type": "object"}, '{"a": 1e' + "9" * 5000 + "}"),
        ({"type": "array"}, "[" * 900 + "]" * 900),
    ],
    ids=["yearmonth", "datetime", "duration", "number", "geopoint", "object", "array"],
)
def test_what_python_cannot_count_ends_in_a_verdict(
    tmp_path: Path, field: Descriptor, cell: str
) -> None:
    assert wrong(tmp_path, field, [cell]) == ([] if field["type"] == "array" else [cell])
