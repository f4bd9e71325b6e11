"""Packages as a consumer sees them: verified, typed, in the form that was asked for."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from copydesk.archive import unpack
from copydesk.errors import MissingDependency, UserError
from copydesk.loading import frames, load
from copydesk.loading.values import Duration, GeoPoint, YearMonth

ROOT = Path(__file__).parent.parent
LOADED = "id,name\n1,ä\n2,\n".encode()
FIELDS: list[dict[str, Any]] = [
    {"name": "id", "type": "string"},
    {"name": "count", "type": "integer"},
    {"name": "share", "type": "number"},
    {"name": "sure", "type": "boolean"},
    {"name": "day", "type": "date"},
    {"name": "at", "type": "datetime"},
    {"name": "utc", "type": "datetime"},
    {"name": "hour", "type": "time"},
    {"name": "year", "type": "year"},
    {"name": "month", "type": "yearmonth"},
    {"name": "length", "type": "duration"},
    {"name": "where", "type": "geopoint"},
    {"name": "shape", "type": "geojson"},
    {"name": "facts", "type": "object"},
    {"name": "pair", "type": "array"},
    {"name": "tags", "type": "list", "delimiter": "|"},
    {"name": "sizes", "type": "list", "delimiter": "|", "itemType": "integer"},
    {"name": "free"},
]
FULL = (
    '"a ""b""\nc",-5,0.10,true,2020-01-11,2020-01-11T10:00:00.25,2020-01-11T10:00:00+02:00,'
    '10:00:00,2020,2020-01,-P1Y2M3DT0.5S,"90.50, 45.5",'
    '"{""type"":""Point"",""coordinates"":[1,2]}","{""a"": 1}",'
    '"[1, null]",x|y,1|2, 7'
)
VALUES = {
    "id": 'a "b"\nc',
    "count": -5,
    "share": Decimal("0.10"),
    "sure": True,
    "day": date(2020, 1, 11),
    "at": datetime(2020, 1, 11, 10, 0, 0, 250000),
    "utc": datetime(2020, 1, 11, 10, tzinfo=timezone(timedelta(hours=2))),
    "hour": time(10),
    "year": 2020,
    "month": YearMonth(2020, 1),
    "length": Duration(-14, Decimal("-259200.5")),
    "where": GeoPoint(Decimal("90.50"), Decimal("45.5")),
    "shape": {"type": "Point", "coordinates": [1, 2]},
    "facts": {"a": 1},
    "pair": [1, None],
    "tags": ["x", "y"],
    "sizes": [1, 2],
    "free": " 7",
}
FLAT = VALUES | {
    "share": 0.1,
    "utc": datetime(2020, 1, 11, 8, tzinfo=UTC),
    "month": "2020-01",
    "length": "-P1Y2M3DT0.5S",
    "where": {"lon": 90.5, "lat": 45.5},
    "shape": '{"type":"Point","coordinates":[1,2]}',
    "facts": '{"a": 1}',
    "pair": "[1, null]",
}
NOTHING = dict.fromkeys(VALUES)


def make(folder: Path, tables: dict[str, tuple[list[dict[str, Any]], str]], **more: Any) -> Path:
    resources = []
    for name, (fields, text) in tables.items():
        (folder / f"{name}.csv").write_bytes(text.encode())
        schema = {"fields": fields, **more.pop(f"{name}_schema", {})}
        resource = {"name": name, "path": f"{name}.csv", "schema": schema}
        resources.append(resource | more.pop(f"{name}_resource", {}))
    descriptor = {"name": "sample", "version": "1.2.0", "resources": resources, **more}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return folder


def table(folder: Path, fields: list[dict[str, Any]], text: str, **resource: Any) -> Path:
    return make(folder, {"t": (fields, text)}, t_resource=resource)


def zipped(folder: Path, to: Path, top: str = "") -> Path:
    with zipfile.ZipFile(to, "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, top + file.name)
    return to


def rows_of(field: dict[str, Any], *cells: str, folder: Path) -> list[Any]:
    text = "x,n\n" + "".join(f'"{cell.replace(chr(34), chr(34) * 2)}",1\n' for cell in cells)
    fields = [{"name": "x", **field}, {"name": "n"}]
    return [row["x"] for row in load(table(folder, fields, text))["t"].rows()]


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    header = ",".join(f["name"] for f in FIELDS)
    nothing = "," * (len(FIELDS) - 1)
    tables = {
        "typed": (FIELDS, f"{header}\n{FULL}\n{nothing}\n"),
        "empty": (FIELDS, f"{header}\n"),
    }
    return make(tmp_path, tables)


def test_rows_hold_the_values_that_were_written(sample: Path) -> None:
    package = load(sample)
    assert (package.name, package.version, package.tables) == (
        "sample",
        "1.2.0",
        ("typed", "empty"),
    )
    assert list(package["typed"].rows()) == [VALUES, NOTHING]
    assert str(next(package["typed"].rows())["share"]) == "0.10"
    assert (len(package["typed"]), len(package["empty"])) == (2, 0)
    assert package["typed"].fields == tuple(VALUES)


def test_the_schema_is_the_table_schema_as_written(sample: Path) -> None:
    assert load(sample)["typed"].schema == {"fields": FIELDS}


@pytest.mark.parametrize("name", ["datapackage.json", ""])
def test_a_package_is_loaded_from_its_folder_or_its_descriptor(sample: Path, name: str) -> None:
    assert next(load(sample / name)["typed"].rows()) == VALUES
    assert next(load(str(sample / name))["typed"].rows()) == VALUES


@pytest.mark.parametrize("top", ["", "sample-1.2.0/"])
def test_a_package_is_loaded_from_a_zip_with_or_without_a_top_folder(
    sample: Path, tmp_path_factory: pytest.TempPathFactory, top: str
) -> None:
    archive = zipped(sample, tmp_path_factory.mktemp("zip") / "s.zip", top)
    found = load(archive)["typed"]
    archive.unlink()
    assert list(found.rows()) == [VALUES, NOTHING]


def test_the_files_of_a_zip_are_gone_with_the_last_table(sample: Path) -> None:
    program = (
        "import sys, tempfile, pathlib; from copydesk.loading import load\n"
        "parent = pathlib.Path(tempfile.gettempdir())\n"
        "table = load(sys.argv[1])['typed']; assert len(table) == 2\n"
        "print(len(list(parent.glob('copydesk-*'))))\n"
        "del table; print(len(list(parent.glob('copydesk-*'))))"
    )
    archive = zipped(sample, sample.parent / "s.zip")
    folder = sample.parent / "tmp"
    folder.mkdir()
    done = python(program, archive, TMPDIR=str(folder))
    assert done.split() == ["1", "0"]


def python(program: str, *arguments: object, **environment: str) -> str:
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": path} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_heavy_library_is_imported_to_load_and_read(sample: Path) -> None:
    program = (
        "import sys, copydesk; package = copydesk.load(sys.argv[1])\n"
        "assert len(list(package['typed'].rows())) == 2; package.cite()\n"
        "heavy = {'duckdb', 'pandas', 'polars', 'pyarrow', 'numpy', 'frictionless', 'click',\n"
        "         'great_expectations'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    archive = zipped(sample, sample.parent / "s.zip")
    assert python(program, archive).strip() == "[]"


@pytest.mark.parametrize("before", ["copydesk", "copydesk.loading", "copydesk.loading.table"])
def test_the_public_name_is_the_function_whatever_was_imported(sample: Path, before: str) -> None:
    program = (
        f"import sys, {before}, copydesk\n"
        "print([copydesk.load(sys.argv[1]).name for _ in range(2)])"
    )
    assert python(program, sample).strip() == "['sample', 'sample']"


def test_importing_the_loader_imports_nothing_else_of_the_tool() -> None:
    program = (
        "import sys; before = set(sys.modules); import copydesk.loading\n"
        "print(sorted(n for n in set(sys.modules) - before if n.startswith('copydesk.')))"
    )
    assert python(program).strip() == "['copydesk.loading']"


def test_polars_has_the_exact_types(sample: Path) -> None:
    pl = pytest.importorskip("polars")
    package = load(sample)
    frame = package["typed"].polars()
    point = pl.Struct({"lon": pl.Float64, "lat": pl.Float64})
    assert frame.schema == {
        "id": pl.String,
        "count": pl.Int64,
        "share": pl.Float64,
        "sure": pl.Boolean,
        "day": pl.Date,
        "at": pl.Datetime("us"),
        "utc": pl.Datetime("us", "UTC"),
        "hour": pl.Time,
        "year": pl.Int64,
        "month": pl.String,
        "length": pl.String,
        "where": point,
        "shape": pl.String,
        "facts": pl.String,
        "pair": pl.String,
        "tags": pl.List(pl.String),
        "sizes": pl.List(pl.Int64),
        "free": pl.String,
    }
    assert frame.to_dicts() == [FLAT, NOTHING]
    empty = package["empty"].polars().schema
    assert {n: t for n, t in empty.items() if n != "utc"} == {
        n: t for n, t in frame.schema.items() if n != "utc"
    }


def test_arrow_has_the_exact_types(sample: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    package = load(sample)
    frame = package["typed"].arrow()
    types = dict(zip(frame.schema.names, frame.schema.types, strict=True))
    assert types["day"] == pa.date32()
    assert types["count"] == pa.int64()
    assert types["hour"] == pa.time64("us")
    assert types["utc"] == pa.timestamp("us", "UTC")
    assert types["sizes"] == pa.list_(pa.int64())
    assert frame.to_pylist() == [FLAT, NOTHING]
    empty = package["empty"].arrow().schema
    assert empty.field("sizes").type == pa.list_(pa.int64())
    assert empty.field("share").type == pa.float64()


def test_pandas_keeps_missing_as_missing(sample: Path) -> None:
    pd = pytest.importorskip("pandas")
    package = load(sample)
    frame = package["typed"].pandas()
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    expected = {"id": "string", "count": "Int64", "share": "Float64", "sure": "boolean"}
    expected |= {"day": "datetime64[us]", "at": "datetime64[us]", "utc": "datetime64[us, UTC]"}
    expected |= {"hour": "object", "year": "Int64", "month": "string", "tags": "object"}
    assert {name: kinds[name] for name in expected} == expected
    assert frame["id"].dtype.storage == "python"
    assert bool(frame.iloc[1].isna().all())
    assert frame.loc[0, "day"] == pd.Timestamp("2020-01-11")
    assert frame.loc[0, "utc"] == pd.Timestamp("2020-01-11T08:00:00Z")
    assert frame.loc[0, "sizes"] == [1, 2]
    empty = {n: str(k) for n, k in package["empty"].pandas().dtypes.items() if n != "utc"}
    assert empty == {n: k for n, k in kinds.items() if n != "utc"}


def test_duckdb_has_typed_columns(sample: Path) -> None:
    pytest.importorskip("duckdb")
    package = load(sample)
    relation = package["typed"].duckdb()
    kinds = dict(zip(relation.columns, map(str, relation.types), strict=True))
    assert kinds["count"] == "BIGINT"
    assert kinds["day"] == "DATE"
    assert kinds["hour"] == "TIME"
    assert kinds["tags"] == "VARCHAR[]"
    assert kinds["sizes"] == "BIGINT[]"
    assert kinds["where"] == "STRUCT(lon DOUBLE, lat DOUBLE)"
    expected = FLAT | {"utc": datetime(2020, 1, 11, 8)}
    assert relation.fetchall() == [tuple(expected.values()), tuple(NOTHING.values())]
    empty = package["empty"].duckdb()
    assert list(map(str, empty.types)) == list(map(str, relation.types))
    assert empty.fetchall() == []


def test_one_duckdb_connection_holds_every_table(sample: Path) -> None:
    pytest.importorskip("duckdb")
    with load(sample).duckdb() as connection:
        query = "SELECT count(*) FROM typed LEFT JOIN empty USING (id)"
        assert connection.sql(query).fetchall() == [(2,)]


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow", "duckdb"])
def test_a_library_that_is_not_installed_is_named_with_the_cure(
    sample: Path, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(frames, "import_module", missing)
    call = {"pyarrow": "arrow"}.get(library, library)
    with pytest.raises(MissingDependency) as caught:
        getattr(load(sample)["typed"], call)()
    assert f"`{library}`" in caught.value.message
    assert "pip install" in caught.value.hint


def test_datetimes_with_and_without_a_zone_are_no_column(tmp_path: Path) -> None:
    pytest.importorskip("polars")
    text = "a,b\n2020-01-01T00:00:00,1\n2020-01-01T00:00:00Z,2\n"
    found = load(table(tmp_path, [{"name": "a", "type": "datetime"}, {"name": "b"}], text))["t"]
    assert len(list(found.rows())) == 2
    with pytest.raises(UserError, match="with a zone and without"):
        found.polars()


def test_an_integer_beyond_64_bits_is_read_but_fits_no_frame(tmp_path: Path) -> None:
    found = load(table(tmp_path, [{"name": "a", "type": "integer"}], f"a\n{2**63}\n"))["t"]
    assert next(found.rows()) == {"a": 2**63}
    with pytest.raises(UserError, match=str(2**63)) as caught:
        found.polars()
    assert caught.value.place.endswith("t.csv:2")


ODD: list[tuple[dict[str, Any], str, Any]] = [
    ({"type": "integer", "groupChar": ","}, "1,234", 1234),
    ({"type": "integer", "bareNumber": False}, "$ -12 %", -12),
    ({"type": "number", "decimalChar": ",", "groupChar": "."}, "1.234,5", Decimal("1234.5")),
    ({"type": "number", "bareNumber": False}, ".5%", Decimal("0.5")),
    ({"type": "number"}, "-inf", Decimal("-Infinity")),
    ({"type": "number"}, "1E+2", Decimal(100)),
    ({"type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]}, "nein", False),
    ({"type": "date", "format": "%d.%m.%Y"}, "11.01.2020", date(2020, 1, 11)),
    ({"type": "date", "format": "fmt:%Y/%m/%d"}, "2020/01/11", date(2020, 1, 11)),
    ({"type": "datetime"}, "2020-12-31T24:00:00", datetime(2021, 1, 1)),
    ({"type": "datetime", "format": "%Y%m%d %H"}, "20200111 07", datetime(2020, 1, 11, 7)),
    ({"type": "time", "format": "%H.%M"}, "07.30", time(7, 30)),
    ({"type": "year"}, "-0044", -44),
    ({"type": "yearmonth"}, "12020-12", YearMonth(12020, 12)),
    ({"type": "duration"}, "PT1H", Duration(0, Decimal(3600))),
    ({"type": "geopoint", "format": "array"}, "[1, 2.5]", GeoPoint(Decimal(1), Decimal("2.5"))),
    (
        {"type": "geopoint", "format": "object"},
        '{"lat": 2, "lon": 1}',
        GeoPoint(Decimal(1), Decimal(2)),
    ),
    ({"type": "list", "itemType": "date"}, "2020-01-11", [date(2020, 1, 11)]),
    ({"type": "string", "missingValues": ["-"]}, "", ""),
    ({"type": "string", "missingValues": [{"value": "-", "label": "none"}]}, "-", None),
]


@pytest.mark.parametrize(("field", "cell", "value"), ODD)
def test_a_cell_is_read_by_the_options_of_its_field(
    field: dict[str, Any], cell: str, value: Any, tmp_path: Path
) -> None:
    assert rows_of(field, cell, folder=tmp_path) == [value]


WRONG = [
    ("integer", "1.0"),
    ("decimal comma", "1.5"),
    ("integer", "٣"),
    ("number", "1_000"),
    ("number", "Infinity"),
    ("number", "1 1"),
    ("boolean", "yes"),
    ("date", "2020-1-11"),
    ("date", "2020-02-30"),
    ("datetime", "2020-01-11 10:00:00"),
    ("time", "10:00"),
    ("year", "24"),
    ("yearmonth", "2020-13"),
    ("duration", "P1YT"),
    ("geopoint", "181,0"),
    ("geopoint", "1"),
    ("object", "[1]"),
    ("object", '{"a": NaN}'),
    ("array", "[" * 100_000),
    ("list", "a|b"),
]


@pytest.mark.parametrize(("kind", "cell"), WRONG)
def test_a_cell_of_another_type_is_refused_with_its_line(
    kind: str, cell: str, tmp_path: Path
) -> None:
    options = {
        "list": {"type": "list", "itemType": "integer"},
        "decimal comma": {"type": "number", "decimalChar": ","},
    }
    field = options.get(kind, {"type": kind})
    with pytest.raises(UserError) as caught:
        rows_of(field, cell, folder=tmp_path)
    assert "`x`" in caught.value.message
    assert caught.value.place == f"{tmp_path / 't.csv'}:2"
    assert caught.value.hint == "copydesk check"


def test_the_line_of_a_wrong_cell_is_the_physical_one(tmp_path: Path) -> None:
    text = 'a,b\n"one\ntwo",1\nthree,x\n'
    path = table(tmp_path, [{"name": "a"}, {"name": "b", "type": "integer"}], text)
    with pytest.raises(UserError) as caught:
        list(load(path)["t"].rows())
    assert caught.value.place.endswith(":4")


@pytest.mark.parametrize("text", ["a,b\n1\n", "a,b\n1,2,3\n", "a,b\n\n1,2\n", 'a,b\n1,"2\n'])
def test_a_row_of_another_shape_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"t\.csv"):
        list(load(table(tmp_path, [{"name": "a"}, {"name": "b"}], text))["t"].rows())


DATA = "a\n1\n"
MATCHES: list[tuple[str, str, list[str] | None]] = [
    ("exact", "a,b", ["a", "b"]),
    ("exact", "b,a", None),
    ("equal", "b,a", ["a", "b"]),
    ("equal", "b,a,c", None),
    ("subset", "c,b,a", ["a", "b", "c"]),
    ("subset", "c,b", None),
    ("superset", "b", ["a", "b"]),
    ("superset", "b,c", None),
    ("partial", "b,c", ["a", "b", "c"]),
    ("partial", "c", None),
]


@pytest.mark.parametrize(("match", "labels", "names"), MATCHES)
def test_columns_are_mapped_as_the_schema_says(
    match: str, labels: str, names: list[str] | None, tmp_path: Path
) -> None:
    fields = [{"name": "a", "type": "string"}, {"name": "b", "type": "integer"}]
    cells = {"a": "x", "b": "2", "c": "z"}
    text = labels + "\n" + ",".join(cells[n] for n in labels.split(",")) + "\n"
    path = make(tmp_path, {"t": (fields, text)}, t_schema={"fieldsMatch": match})
    if names is None:
        with pytest.raises(UserError, match="columns"):
            load(path)["t"].rows()
        return
    values = {"a": "x", "b": 2, "c": "z"}
    expected = {n: values[n] if n in labels.split(",") else None for n in names}
    assert list(load(path)["t"].rows()) == [expected]


def test_the_dialect_is_obeyed(tmp_path: Path) -> None:
    dialect = {"delimiter": ";", "quoteChar": "'", "commentChar": "#", "nullSequence": "NA"}
    text = "# a note\na;b\n'x;y';NA\n"
    path = table(tmp_path, [{"name": "a"}, {"name": "b", "type": "date"}], text, dialect=dialect)
    assert list(load(path)["t"].rows()) == [{"a": "x;y", "b": None}]


def test_a_table_without_a_schema_is_text(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,\n", encoding="utf-8")
    found = load(tmp_path)["t"]
    assert found.schema is None
    assert list(found.rows()) == [{"a": "1", "b": None}]


def test_an_unknown_encoding_is_named(tmp_path: Path) -> None:
    found = load(table(tmp_path, [{"name": "a"}], DATA, encoding="klingon"))["t"]
    with pytest.raises(UserError, match="`klingon`"):
        found.rows()


def test_a_delimiter_of_several_characters_is_read(tmp_path: Path) -> None:
    fields = [{"name": "a", "type": "integer"}, {"name": "b"}]
    text = 'a||b\n1||"x||y"\n'
    found = load(table(tmp_path, fields, text, dialect={"delimiter": "||"}))["t"]
    assert list(found.rows()) == [{"a": 1, "b": "x||y"}]


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,a\n1,2\n", encoding="utf-8")
    with pytest.raises(UserError, match="two columns of one name"):
        load(tmp_path)["t"].rows()


HASHES = {
    "md5 without a prefix": hashlib.md5(DATA.encode()).hexdigest(),
    "sha1": "sha1:" + hashlib.sha1(DATA.encode()).hexdigest(),
    "sha256": "sha256:" + hashlib.sha256(DATA.encode()).hexdigest(),
    "sha512": "sha512:" + hashlib.sha512(DATA.encode()).hexdigest().upper(),
}


@pytest.mark.parametrize("stated", HASHES.values(), ids=HASHES.keys())
def test_a_hash_is_verified(stated: str, tmp_path: Path) -> None:
    path = table(tmp_path, [{"name": "a"}], DATA, hash=stated, bytes=len(DATA))
    assert list(load(path)["t"].rows()) == [{"a": "1"}]
    (path / "t.csv").write_text("a\n2\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load(path)["t"].rows()
    assert "`t.csv`" in caught.value.message
    assert stated.rpartition(":")[2] in caught.value.message
    archive = zipped(path, tmp_path / "s.zip")
    with pytest.raises(UserError, match=r"t\.csv"):
        load(archive)


def test_a_wrong_size_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path, [{"name": "a"}], DATA, bytes=5)
    with pytest.raises(UserError, match="size `4`, its descriptor says `5`"):
        len(load(path)["t"])


def test_a_hash_that_cannot_be_verified_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path, [{"name": "a"}], DATA, hash="crc32:00000000")
    with pytest.raises(UserError, match="unknown kind `crc32`"):
        load(path)["t"].rows()


@pytest.mark.parametrize("path", ["../t.csv", "/etc/hostname", "link.csv"])
def test_no_file_outside_the_package_is_read(path: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n", encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.csv").symlink_to(tmp_path / "t.csv")
    found = load(table(inside, [{"name": "a"}], DATA, path=path))["t"]
    with pytest.raises(UserError, match="no file of the package"):
        found.rows()


@pytest.mark.parametrize(
    ("resource", "why"),
    [
        ({"path": ["t.csv", "u.csv"]}, "could not be read"),
        ({"path": "https://example.org/t.csv"}, "remote"),
        ({"path": "t.xlsx", "format": "xlsx"}, "xlsx"),
    ],
)
def test_what_cannot_be_had_is_refused_by_name(
    resource: dict[str, Any], why: str, tmp_path: Path
) -> None:
    found = load(table(tmp_path, [{"name": "a"}], DATA, **resource))["t"]
    with pytest.raises(UserError, match=why):
        found.rows()


def test_a_table_that_is_not_there_is_answered_with_the_nearest(sample: Path) -> None:
    with pytest.raises(KeyError, match="did you mean 'typed'"):
        load(sample)["type"]


# Zips that a stranger made


def member(name: str, mode: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("placeholder")
    info.filename = info.orig_filename = name
    info.external_attr = mode << 16
    return info


def hostile(tmp_path: Path, *members: tuple[zipfile.ZipInfo, str]) -> Path:
    file = tmp_path / "h.zip"
    descriptor = {"name": "h", "resources": [{"name": "t", "path": "t.csv"}]}
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("datapackage.json", json.dumps(descriptor))
        for info, text in members:
            archive.writestr(info, text)
    return file


HOSTILE = {
    "absolute": (member("/tmp/evil"), "not relative"),
    "parent": (member("../evil"), "leaves the archive"),
    "inner parent": (member("a/../../evil"), "leaves the archive"),
    "drive": (member("C:evil"), "not relative"),
    "backslash": (member("..\\evil"), "not relative"),
    "link": (member("evil", stat.S_IFLNK | 0o777), "link"),
    "device": (member("evil", stat.S_IFIFO | 0o644), "ordinary"),
    "control": (member("ev\x1bil"), "cannot be seen"),
}


@pytest.mark.parametrize(("info", "why"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_member_is_refused(info: zipfile.ZipInfo, why: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=why):
        load(hostile(tmp_path, (info, "a\n1\n")))
    assert not (tmp_path / "evil").exists()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    archive = hostile(tmp_path, (member("t.csv"), "a\n1\n"), (member("t.csv"), "a\n2\n"))
    with pytest.raises(UserError, match=r"`t\.csv` 2 times"):
        load(archive)


def test_a_member_that_is_file_and_folder_is_refused(tmp_path: Path) -> None:
    archive = hostile(tmp_path, (member("t.csv"), "a\n1\n"), (member("t.csv/x"), "a\n2\n"))
    with pytest.raises(UserError, match="cannot be read"):
        load(archive)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datapackage.json", '{"resources": []}')
        with archive.open("t.csv", "w") as target:
            for _ in range(128):
                target.write(bytes(2**20))
    into = tmp_path / "into"
    with pytest.raises(UserError, match="would swell to 134,217,745 bytes"):
        unpack(file, into)
    assert not into.exists()


def patched(file: Path, old: int, new: int) -> None:
    """Make the archive declare another size of a member than it has, in both its headers."""
    data = file.read_bytes()
    old_bytes, new_bytes = old.to_bytes(4, "little"), new.to_bytes(4, "little")
    assert data.count(old_bytes) >= 2
    file.write_bytes(data.replace(old_bytes, new_bytes))


@pytest.mark.parametrize("declared", [1000, 2_000_000])
def test_a_member_of_another_size_than_it_declares_is_refused(
    declared: int, tmp_path: Path
) -> None:
    file = tmp_path / "h.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datapackage.json", '{"resources": []}')
        archive.writestr("t.csv", "x" * 1_234_567)
    patched(file, 1_234_567, declared)
    with pytest.raises(UserError, match=r"cannot be read|of 1,234,567 bytes"):
        unpack(file, tmp_path / "into")


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    file = hostile(tmp_path, (member("t.csv"), "a\n1\n"))
    data = bytearray(file.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(data)
    with pytest.raises(UserError, match="encrypted"):
        load(file)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_uncommon_compression_is_refused(method: int, tmp_path: Path) -> None:
    file = tmp_path / "h.zip"
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("datapackage.json", '{"resources": []}')
    with pytest.raises(UserError, match="uncommon"):
        load(file)


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "h.zip").write_bytes(b"PK nothing")
    with pytest.raises(UserError, match="cannot be read"):
        load(tmp_path / "h.zip")


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["t.csv"], r"no `datapackage\.json`"),
        (["a/datapackage.json", "b/datapackage.json"], "2 packages"),
    ],
)
def test_a_zip_has_one_descriptor_nearest_to_its_top(
    names: list[str], why: str, tmp_path: Path
) -> None:
    file = tmp_path / "h.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "{}")
    with pytest.raises(UserError, match=why):
        load(file)


# What goes beyond one table


def related(tmp_path: Path) -> Path:
    quotes = [{"name": n} for n in ("quote_id", "speaker_id", "about_id")]
    people = [{"name": "person_id"}, {"name": "born", "type": "date"}]
    keys = [
        {"fields": [f], "reference": {"resource": "people", "fields": ["person_id"]}}
        for f in ("speaker_id", "about_id")
    ]
    tables = {
        "quotes": (quotes, "quote_id,speaker_id,about_id\nq1,a,b\nq2,b,\n"),
        "people": (people, "person_id,born\na,1950-01-01\nb,\n"),
    }
    return make(tmp_path, tables, quotes_schema={"foreignKeys": keys})


def test_join_follows_a_foreign_key(tmp_path: Path) -> None:
    package = load(related(tmp_path))
    assert list(package.join("quotes", "people", on="about_id")) == [
        {"quote_id": "q1", "speaker_id": "a", "about_id": "b",
         "people.person_id": "b", "people.born": None},
        {"quote_id": "q2", "speaker_id": "b", "about_id": None,
         "people.person_id": None, "people.born": None},
    ]  # fmt: skip
    first = next(package.join("quotes", "people", on="speaker_id"))
    assert first["people.born"] == date(1950, 1, 1)


def test_join_asks_which_key_is_meant(tmp_path: Path) -> None:
    package = load(related(tmp_path))
    with pytest.raises(UserError, match="2 foreign keys") as caught:
        package.join("quotes", "people")
    assert "`speaker_id`, `about_id`" in caught.value.hint
    with pytest.raises(UserError, match="no foreign key"):
        package.join("people", "quotes")


def test_cite_takes_the_descriptor(tmp_path: Path) -> None:
    contributors = [
        {"title": "Desk One", "roles": ["creator"]},
        {"title": "A Reader", "roles": ["wrangler"]},
    ]
    make(
        tmp_path,
        {"t": ([{"name": "a"}], DATA)},
        title="Sample",
        created="2024-05-06T00:00:00Z",
        contributors=contributors,
        homepage="https://example.org/s",
    )
    cited = "Desk One (2024). Sample (version 1.2.0) [Data set]. https://example.org/s"
    assert load(tmp_path).cite() == cited


def test_cite_takes_from_the_descriptor_what_the_citation_file_leaves_out(tmp_path: Path) -> None:
    pytest.importorskip("yaml")
    make(tmp_path, {"t": ([{"name": "a"}], DATA)}, title="Other", created="2024-05-06")
    (tmp_path / "CITATION.cff").write_text(
        "title: Tool\nauthors:\n  - name: Desk One\n"
        "preferred-citation:\n  title: Sample\n  authors:\n    - name: Desk Two\n",
        encoding="utf-8",
    )
    assert load(tmp_path).cite() == "Desk Two (2024). Sample (version 1.2.0) [Data set]."


def test_cite_prefers_the_citation_file(tmp_path: Path) -> None:
    pytest.importorskip("yaml")
    make(tmp_path, {"t": ([{"name": "a"}], DATA)})
    (tmp_path / "CITATION.cff").write_text(
        "cff-version: 1.2.0\nauthors:\n  - name: Desk One\n"
        "  - family-names: Berg\n    name-particle: van\n    given-names: Ann\n"
        "title: Sample\ndoi: 10.5281/zenodo.1\ndate-released: 2024-05-06\n",
        encoding="utf-8",
    )
    cited = "Desk One & van Berg, Ann (2024). Sample (version 1.2.0) [Data set]."
    assert load(tmp_path).cite() == f"{cited} https://doi.org/10.5281/zenodo.1"


# Against the standard

TYPED = ("boolean-", "date-", "datetime-", "duration-", "geopoint-", "integer-", "json-",
         "list-int", "number-", "time-", "year-", "yearmonth-")  # fmt: skip
# Of these the standard leaves the cell open or judges something else than the type; the last
# is an integer of more digits than Python turns into a number.
APART = {"duration-minimum", "boolean-overlap", "integer-07"}


@pytest.fixture
def probes() -> Path:
    folder = ROOT.parent / "shared" / "conformance"
    if not folder.is_dir():
        pytest.skip("the conformance packages are not at hand")
    return folder


def readable(path: Path) -> bool:
    try:
        for name in (package := load(path)).tables:
            list(package[name].rows())
    except UserError:
        return False
    return True


def test_cells_are_read_as_the_standard_says(probes: Path) -> None:
    verdicts = json.loads((probes / "probes.json").read_text(encoding="utf-8"))
    asked = {
        name: verdict["valid"]
        for name, verdict in verdicts.items()
        if name.startswith(TYPED) and verdict["valid"] is not None and name not in APART
    }
    assert len(asked) >= 78
    read: Callable[[str], bool] = lambda name: readable(probes / "probes" / name)  # noqa: E731
    assert {name: read(name) for name in asked} == asked


def _described(root: Path, **resource: Any) -> Path:
    fields = [{"name": "id", "type": "integer"}, {"name": "name"}]
    one = {"name": "t", "schema": {"fields": fields}, **resource}
    (root / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [one]}), "utf-8")
    return root


@pytest.mark.parametrize(
    "resource",
    [
        {"path": "t.csv.gz", "hash": hashlib.md5(gzip.compress(LOADED, mtime=0)).hexdigest()},
        {"path": ["a.csv", "b.csv"], "bytes": len(LOADED) + len("id,name\n")},
        {"path": "t.json"},
        {"data": [["id", "name"], [1, "ä"], [2, None]]},
        {"data": [{"id": 1, "name": "ä"}, {"id": 2, "name": None}]},
    ],
    ids=lambda resource: " ".join(map(str, resource.values()))[:24],
)
def test_a_table_is_loaded_however_its_data_are_given(
    tmp_path: Path, resource: dict[str, Any]
) -> None:
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(LOADED, mtime=0))
    (tmp_path / "a.csv").write_text("id,name\n1,ä\n", "utf-8")
    (tmp_path / "b.csv").write_text("id,name\n2,\n", "utf-8")
    (tmp_path / "t.json").write_text('[{"id": 1, "name": "ä"}, {"id": 2, "name": null}]', "utf-8")
    table = load(_described(tmp_path, **resource))["t"]
    assert list(table.rows()) == [{"id": 1, "name": "ä"}, {"id": 2, "name": None}]
    assert len(table) == 2


def test_a_compressed_table_is_held_against_its_hash(tmp_path: Path) -> None:
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(LOADED))
    table = load(_described(tmp_path, path="t.csv.gz", hash="0" * 32))["t"]
    with pytest.raises(UserError, match="md5 hash"):
        table.rows()


def test_a_table_that_cannot_be_unpacked_says_so(tmp_path: Path) -> None:
    (tmp_path / "t.csv.gz").write_bytes(b"id,name\n")
    table = load(_described(tmp_path, path="t.csv.gz"))["t"]
    with pytest.raises(UserError, match="cannot be loaded: it could not be read"):
        table.rows()
