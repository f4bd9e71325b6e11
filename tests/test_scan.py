"""The reading of bytes: exact records, exact places, and which files DuckDB may read itself."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, assume, event, example, given, settings
from hypothesis import strategies as st

from copydesk.model import Dialect
from copydesk.scan import (
    Place,
    Record,
    Survey,
    csv_options,
    header,
    locate,
    read_csv_options,
    records,
    survey,
    tally,
    unusual,
)
from copydesk.scan.stretches import Stretch, is_plain, stretches

PLAIN = Dialect()
SLOW = settings(deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scan") / "t.csv"


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        yield connection


def cells_of(file: Path, data: bytes, dialect: Dialect = PLAIN) -> list[list[str]]:
    file.write_bytes(data)
    return [record.cells for record in records(file, dialect)]


def flaws_of(file: Path, data: bytes, dialect: Dialect = PLAIN) -> list[tuple[str, int, int, int]]:
    file.write_bytes(data)
    found = [flaw for record in records(file, dialect) for flaw in record.flaws]
    return [(flaw.kind, flaw.line, flaw.column, flaw.count) for flaw in found]


def survey_of(file: Path, data: bytes, dialect: Dialect = PLAIN) -> Survey:
    file.write_bytes(data)
    return survey(file, dialect)


def literal(value: bool | str) -> str:
    return str(value).lower() if isinstance(value, bool) else "'" + value.replace("'", "''") + "'"


def rows_in_duckdb(
    duck: duckdb.DuckDBPyConnection, file: Path, known: Survey, dialect: Dialect
) -> list[list[str]] | None:
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(known.width))
    options = read_csv_options(known, dialect).items()
    listed = ", ".join(f"{name} = {literal(value)}" for name, value in options)
    try:
        found = duck.execute(f"from read_csv('{file}', columns = {{{columns}}}, {listed})")
    except duckdb.Error:
        return None
    return [[cell or "" for cell in row] for row in found.fetchall()]


# What DuckDB reads is what is there


SIGNS = [
    b",",
    b",,",
    b"\n",
    b"\n\n",
    b"\r\n",
    b"\r",
    b'"',
    b'""',
    b'""""',
    b'",',
    b',"',
    b'"\n',
    b'\n"',
]
ODDS = [b"\0", b"\xff", b"\xef\xbb\xbf", b"\x0b", b"\x7f", b"\t", b";", b"'", b"\\", b"#", b"NULL"]
WORDS = [b"a", b"b", b"1", b" ", "é".encode(), "\U0001f600".encode(), "\u2028".encode()]
SCRAPS = st.sampled_from([*SIGNS, *SIGNS, *ODDS, *WORDS])
INSIDE = st.lists(st.sampled_from([b"a", b",", b'""', b"\n", b"\r\n", b" ", b"\r", "é".encode()]))
CELLS = st.one_of(
    st.sampled_from([b"", b'""', b"a", b" b ", b"x y", b"NULL", b"#c", b"\\", b"'", "é".encode()]),
    INSIDE.map(lambda inside: b'"' + b"".join(inside[:5]) + b'"'),
)
DIALECTS = st.sampled_from(
    [
        PLAIN,
        PLAIN,
        PLAIN,
        Dialect(header_rows=()),
        Dialect(delimiter=";"),
        Dialect(delimiter="\t", header_rows=()),
        Dialect(quote="'"),
        Dialect(quote=None),
        Dialect(comment_char="#"),
        Dialect(skip_initial_space=True),
        Dialect(escape="\\"),
        Dialect(double_quote=False),
        Dialect(encoding="latin-1"),
    ]
)


@st.composite
def nearly_clean(draw: st.DrawFn) -> bytes:
    width, end = draw(st.integers(1, 4)), draw(st.sampled_from([b"\n", b"\r\n"]))
    table = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=6))
    rows = [b",".join(row) for row in table]
    damaged = draw(st.integers(-6, len(rows) - 1))
    if damaged >= 0:
        rows[damaged] += draw(st.sampled_from([b",", b",,", b" ", b'"', b",a", end, b"\r"]))
    bom = draw(st.sampled_from([b"", b"", b"", b"\xef\xbb\xbf"]))
    return bom + end.join(rows) + draw(st.sampled_from([end, end, b""]))


SOUP = st.one_of(nearly_clean(), nearly_clean(), st.lists(SCRAPS, max_size=25).map(b"".join))


def in_dialect(data: bytes, dialect: Dialect) -> bytes:
    data = data.replace(b",", dialect.delimiter.encode())
    return data.replace(b'"', (dialect.quote or '"').encode())


@SLOW
@given(data=SOUP, dialect=DIALECTS, chunk=st.sampled_from([1, 7, 40, tally.CHUNK]))
def test_duckdb_reads_a_regular_file_exactly(
    file: Path, duck: duckdb.DuckDBPyConnection, data: bytes, dialect: Dialect, chunk: int
) -> None:
    file.write_bytes(in_dialect(data, dialect))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tally, "CHUNK", chunk)
        known = survey(file, dialect)
    event(known.irregular or "regular")
    if known.irregular or not known.width:
        return
    exact = list(records(file, dialect))
    found = rows_in_duckdb(duck, file, known, dialect)
    assert known.records == len(exact)
    assert found in (None, [record.cells for record in exact if record.role == "data"])


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n1,2\n",
        b"a,b\r\n1,2\r\n",
        b"a,b\n1,2",
        b'a,b\n"1","x,y"\n',
        b'a,b\n"say ""no""",2\n',
        b'a,b\n"x\ny",2\n3,4\n',
        b'a,b\n"x\r\ny",2\n3,4\n',
        b"\xef\xbb\xbfa,b\n1,2\n",
        b"a,b\n",
        b"a,b",
        b"a,a\n1,2\n",
        b'a\n1\n""\n2\n',
        "a,b\né,\U0001f600\n".encode(),
        b"a,b\n 1 , 2 \n",
    ],
)
def test_an_ordinary_file_is_regular_and_duckdb_reads_it(
    file: Path, duck: duckdb.DuckDBPyConnection, data: bytes
) -> None:
    known = survey_of(file, data)
    assert known.irregular == ""
    assert rows_in_duckdb(duck, file, known, PLAIN) == cells_of(file, data)[1:]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"a,b\n1,2\n\n3,4\n", "an empty line"),
        (b"a\n1\n\n", "an empty line"),
        (b"\na,b\n1,2\n", "an empty line"),
        (b"a,b\n1,2,\n", "a record with more or fewer cells"),
        (b'a,b\n1,2,""\n', "a record with more or fewer cells"),
        (b"a,b\n1\n", "a record with more or fewer cells"),
        (b'a,b\n "x",2\n', "a quote that is stray or never closed"),
        (b'a,b\n"x" ,2\n', "a quote that is stray or never closed"),
        (b'a,b\n1, "x,y"\n', "a quote that is stray or never closed"),
        (b'a,b\n1,x"y\n', "a quote that is stray or never closed"),
        (b'a,b\n1,"x', "a quote that is stray or never closed"),
        (b"a,b\r\n1,2\n", "line ends of two kinds"),
        (b"a,b\r1,2\r", "a lone carriage return"),
        (b"a,b\n1,2\r", "a lone carriage return"),
        (b"a,b\n1\0,2\n", "a NUL byte"),
        (b"a,b\n\xff,2\n", "bytes that are not text"),
        (b'"a\r\nb",c\n1,2\n', "a line break in the first record"),
        (b'\xef\xbb\xbf"a,b",c\n1,2\n', "a quote after the byte order mark"),
        (b"a,b\n" + b"x" * (2 << 20) + b",2\n", "a record of more than 1 MiB"),
    ],
)
def test_what_duckdb_would_misread_is_irregular(file: Path, data: bytes, why: str) -> None:
    assert survey_of(file, data).irregular == why


def test_lines_inside_quotes_are_never_read_in_parallel(file: Path) -> None:
    known = survey_of(file, b'a,b\n"x\ny",2\n')
    assert known.multiline
    assert read_csv_options(known, PLAIN)["parallel"] is False
    assert read_csv_options(survey_of(file, b"a,b\n1,2\n"), PLAIN)["parallel"] is True


def test_other_encodings_are_regular_as_long_as_they_hold_ascii_only(file: Path) -> None:
    latin = Dialect(encoding="cp1252")
    assert survey_of(file, b"a\nb\n", latin).regular
    assert survey_of(file, b"a\n\xe9\n", latin).irregular.startswith("characters in another")
    assert survey_of(file, "a\nb\n".encode("utf-16"), Dialect(encoding="utf-16")).irregular


# Records are what the csv module yields


@SLOW
@given(data=SOUP, dialect=DIALECTS)
def test_records_are_those_of_the_csv_module(file: Path, data: bytes, dialect: Dialect) -> None:
    assume(not (dialect.comment_char and b'"' in data))  # in a comment quotes mean nothing
    data = in_dialect(data, dialect)
    encoding = "utf-8-sig" if dialect.encoding == "utf-8" else dialect.encoding
    text = io.TextIOWrapper(io.BytesIO(data), encoding, errors="replace", newline="")
    reader = csv.reader(
        text,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        escapechar=dialect.escape,
        doublequote=dialect.double_quote,
        skipinitialspace=dialect.skip_initial_space,
    )
    assert cells_of(file, data, dialect) == list(reader)


@SLOW
@given(data=SOUP, dialect=DIALECTS, chunk=st.sampled_from([1, 7, 40]))
@example(data=b',,\n,\n#c,"\n\r",\n,,\n', dialect=Dialect(comment_char="#"), chunk=1)
def test_every_cell_is_located_also_in_a_malformed_file(
    file: Path, data: bytes, dialect: Dialect, chunk: int
) -> None:
    file.write_bytes(in_dialect(data, dialect))
    exact = list(records(file, dialect))
    wanted = [(r.number, i) for r in exact for i in [None, *range(len(r.cells) + 1)]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tally, "CHUNK", chunk)
        found = locate(file, dialect, wanted)
    for record in exact:
        places = [found[record.number, i] for i in range(len(record.cells))]
        assert [place.value for place in places] == record.cells
        assert found[record.number, None].line == record.line
        assert found[record.number, len(record.cells)].value is None
        steps = [(place.line, place.column) for place in places]
        assert all(one < other for one, other in pairwise(steps))


@SLOW
@given(
    data=SOUP,
    dialect=DIALECTS.filter(is_plain),
    chunk=st.sampled_from([1, 7, 40]),
    width=st.integers(1, 4),
)
def test_stretches_and_other_records_are_all_records_of_a_file(
    file: Path,
    duck: duckdb.DuckDBPyConnection,
    data: bytes,
    dialect: Dialect,
    chunk: int,
    width: int,
) -> None:
    file.write_bytes(in_dialect(data, dialect))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tally, "CHUNK", chunk)
        found = list(stretches(file, dialect, survey(file, dialect), width))
    exact = {record.number: record for record in records(file, dialect)}
    event("stretches" if any(isinstance(one, Stretch) for one in found) else "records only")
    read = 0
    for one in found:
        if isinstance(one, Record):
            assert one == exact[one.number]
            read += 1
            continue
        members = [exact[one.number + n] for n in range(len(one.lines))]
        assert {(record.role, record.flaws) for record in members} == {("data", ())}
        assert {len(record.cells) for record in members} == {width}
        assert in_duckdb(duck, file, one.lines, dialect, width) == [r.cells for r in members]
        read += len(members)
    assert read == len(exact)


def in_duckdb(
    duck: duckdb.DuckDBPyConnection, file: Path, lines: list[str], dialect: Dialect, width: int
) -> list[list[str]]:
    text = "".join(f"0{dialect.delimiter}{line}\n" for line in lines)
    file.with_name("copy.csv").write_text(text, encoding="utf-8", newline="")
    options = read_csv_options(survey(file, dialect), dialect) | {"header": False}
    listed = ", ".join(f"{name} = {literal(value)}" for name, value in options.items())
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width + 1))
    copy = file.with_name("copy.csv")
    rows = duck.execute(f"from read_csv('{copy}', columns = {{{columns}}}, {listed})").fetchall()
    return [[cell or "" for cell in row[1:]] for row in rows]


def test_a_record_has_its_number_and_the_line_on_which_it_starts(file: Path) -> None:
    file.write_bytes(b'a,b\n"x\ny",2\n\n3,4\n')
    assert [(r.number, r.line, r.role) for r in records(file, PLAIN)] == [
        (1, 1, "header"),
        (2, 2, "data"),
        (3, 4, "blank"),
        (4, 5, "data"),
    ]


@pytest.mark.parametrize(
    ("data", "flaws"),
    [
        (b'a,b\n1,"x\n2,3\n', [("unclosed-quote", 2, 3, 1)]),
        (b'a,b\n"x\ny"z,2\n', [("text-after-quote", 3, 3, 1)]),
        (b'a,b\n1,5" disk\n', [("stray-quote", 2, 4, 1)]),
        (b'a,b\n1, "x"\n', [("stray-quote", 2, 4, 1)]),
        (b"a,b\n1,x\0y\0\n", [("nul-byte", 2, 4, 2)]),
        (b"a,b\n1,2\r3,4\n", [("lone-cr", 2, 4, 1)]),
        (b"a,b\r1,2\r3,4\r", []),
        (b"a,b\n\xc3\xa9\xff,\xfe\n", [("undecodable", 2, 2, 2)]),
        (b"a,b\n\n1,2\n", [("blank-line", 2, 1, 1)]),
        (b'a,b\n"say ""no""",","\n', []),
        ("a\n\ufffd\n".encode(), []),
    ],
)
def test_a_flaw_is_reported_where_it_stands(
    file: Path, data: bytes, flaws: list[tuple[str, int, int, int]]
) -> None:
    assert flaws_of(file, data) == flaws


def test_a_quote_escaped_by_itself_is_a_doubled_quote(file: Path) -> None:
    data = b'a,b\n"say ""no""","x"\n'
    assert cells_of(file, data, Dialect(escape='"')) == cells_of(file, data)
    assert survey_of(file, data, Dialect(escape='"')).regular


def test_an_undecodable_sequence_becomes_a_replacement_character(file: Path) -> None:
    assert cells_of(file, b"a\nx\xffy\n") == [["a"], ["x\ufffdy"]]


def test_a_cell_may_be_larger_than_the_csv_module_allows(file: Path) -> None:
    assert cells_of(file, b"a\n" + b"x" * 300_000 + b"\n")[1] == ["x" * 300_000]


def test_a_cell_of_many_lines_is_kept_whole_and_its_lines_are_counted(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["copydesk.scan.records"], "FOLDED", 3)
    for height in range(1, 9):
        cell = "x\n" * height
        file.write_bytes(f'a,b\n1,"{cell}"\n2,3\n'.encode())
        *_, long, after = records(file, PLAIN)
        assert (long.cells, after.line) == (["1", cell], 3 + height)
        assert locate(file, PLAIN, [(3, 1)])[3, 1].line == 3 + height


def test_comments_are_counted_but_skipped(file: Path) -> None:
    file.write_bytes(b"#made by hand\na,b\n#note\n1,2\n")
    dialect = Dialect(comment_char="#")
    roles = ["skipped", "header", "skipped", "data"]
    assert [record.role for record in records(file, dialect)] == roles
    assert [label.name for label in header(file, dialect).labels] == ["a", "b"]
    assert not survey(file, dialect).regular


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"headerRows": [2, 3], "headerJoin": "-"},
        {"commentRows": [3]},
        {"commentChar": "#"},
        {"header": False},
    ],
)
def test_rows_are_numbered_as_frictionless_numbers_them(
    file: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, object]
) -> None:
    frictionless = pytest.importorskip("frictionless")
    file.write_bytes(b'x,y\na,b\na,c\n#n,m\n"1\n2",3\n\n4,5\n')
    rows = options.get("headerRows", [1]) if options.get("header", True) else []
    dialect = Dialect(
        header_rows=tuple(rows),
        header_join=str(options.get("headerJoin", " ")),
        comment_rows=tuple(options.get("commentRows", [])),
        comment_char=options.get("commentChar"),
    )
    monkeypatch.chdir(file.parent)
    described = {"name": "t", "path": file.name, "dialect": {"delimiter": ",", **options}}
    with frictionless.Resource.from_descriptor(described) as resource:
        theirs = [(row.row_number, row.cells) for row in resource.row_stream]
        labels = resource.labels
    ours = [(r.number, r.cells) for r in records(file, dialect) if r.role in {"data", "blank"}]
    assert ours == theirs
    assert [label.name for label in header(file, dialect).labels] == labels


def test_a_header_of_several_rows_has_the_places_of_its_last_row(file: Path) -> None:
    file.write_bytes(b"group,group\nfirst,second\n1,2\n")
    found = header(file, Dialect(header_rows=(1, 2)))
    assert [(label.name, label.line, label.column) for label in found.labels] == [
        ("group first", 2, 1),
        ("group second", 2, 7),
    ]
    assert found.rows == (1, 2)


# Places


@dataclass(frozen=True)
class Written:
    """A file and, for each cell, what is known about it because it was put there."""

    text: str
    places: dict[tuple[int, int], tuple[int, int, int, str]]
    table: list[list[str]]


def advance(line: int, column: int, text: str) -> tuple[int, int]:
    for before, character in zip(["", *text], text, strict=False):
        if character == "\r" or (character == "\n" and before != "\r"):
            line, column = line + 1, 1
        elif character != "\n":
            column += 1
    return line, column


BARE = st.text(st.sampled_from("ab1 é語😀'\\#"), max_size=4)
FREE = st.lists(st.sampled_from([*'aé😀",;\t\n', "\r\n"]), max_size=5).map("".join)


@st.composite
def written(draw: st.DrawFn, delimiter: str) -> Written:
    text, places, table = "", {}, []
    line, column = 1, 1
    rows = draw(st.lists(st.lists(st.tuples(BARE, st.none() | FREE), min_size=1, max_size=4)))
    for number, row in enumerate(rows, 1):
        values = []
        for index, (bare, free) in enumerate(row):
            value = bare if free is None else free
            raw = bare if free is None else '"' + free.replace('"', '""') + '"'
            first = raw.replace("\r\n", "\n").split("\n")[0]
            places[number, index] = (line, column, len(first), value)
            raw += delimiter if index < len(row) - 1 else draw(st.sampled_from(["\n", "\r\n"]))
            line, column = advance(line, column, raw)
            text += raw
            values.append(value)
        if row == [("", None)]:
            places.pop((number, 0))
            values = []
        table.append(values)
    return Written(text, places, table)


@SLOW
@given(
    data=st.data(),
    delimiter=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"]),
    chunk=st.sampled_from([1, 5, 30, tally.CHUNK]),
    final=st.booleans(),
)
def test_cells_are_found_where_they_were_written(
    file: Path, data: st.DataObject, delimiter: str, encoding: str, chunk: int, final: bool
) -> None:
    made = data.draw(written(delimiter))
    text = made.text if final else made.text.removesuffix("\n").removesuffix("\r")
    # without its end, a last line that is empty is not there
    table = made.table[:-1] if not final and made.table and not made.table[-1] else made.table
    file.write_bytes(text.encode(encoding))
    dialect = Dialect(delimiter=delimiter, encoding="utf-8" if "8" in encoding else encoding)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tally, "CHUNK", chunk)
        found = locate(file, dialect, made.places)
    assert [record.cells for record in records(file, dialect)] == table
    assert {
        wanted: (place.line, place.column, place.width, place.value)
        for wanted, place in found.items()
    } == made.places
    lines = text.replace("\r\n", "\n").split("\n")
    for place in found.values():
        assert place.excerpt == lines[place.line - 1]
        assert place.caret == place.column - 1


def place_of(file: Path, data: bytes, number: int, index: int | None) -> Place:
    file.write_bytes(data)
    return locate(file, PLAIN, [(number, index)])[number, index]


def test_the_place_of_a_missing_cell_is_the_end_of_its_record(file: Path) -> None:
    assert place_of(file, b"a,b\r\n1\r\n", 2, 1) == Place(2, 2, 0, None, "1", 1)


def test_the_place_of_a_record_is_its_first_line(file: Path) -> None:
    assert place_of(file, b'a,b\n"x\ny",2\n', 2, None) == Place(2, 1, 2, None, '"x', 0)


def test_a_byte_order_mark_takes_no_column(file: Path) -> None:
    assert place_of(file, b"\xef\xbb\xbfa,b\n", 1, 1) == Place(1, 3, 1, "b", "a,b", 2)


def test_an_excerpt_of_a_huge_line_is_a_window_around_the_cell(file: Path) -> None:
    data = b"a,b,c\n" + b"x" * 5000 + b",here," + b"y" * 5000 + b"\n"
    place = place_of(file, data, 2, 1)
    assert (place.column, place.width, place.value) == (5002, 4, "here")
    assert len(place.excerpt) == 400
    assert place.excerpt[place.caret : place.caret + place.width] == "here"


def test_what_lies_beyond_the_end_is_left_out(file: Path) -> None:
    file.write_bytes(b"a\n1\n")
    assert list(locate(file, PLAIN, [(2, 0), (3, 0), (0, 0), (9, None)])) == [(2, 0)]


def test_a_survey_at_hand_finds_the_same_places(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "CHUNK", 16)
    file.write_bytes(b"a,b\n" + b'x,"y\nz"\n' * 30 + b"1,2\n" * 30)
    wanted = [(number, 1) for number in range(1, 62, 3)]
    known = survey(file, PLAIN)
    assert len(known.marks) > 10
    assert locate(file, PLAIN, wanted, known) == locate(file, PLAIN, wanted)


# What a survey tells


@SLOW
@given(data=SOUP, chunk=st.sampled_from([1, 7, tally.CHUNK]))
def test_a_survey_counts_what_is_there(file: Path, data: bytes, chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tally, "CHUNK", chunk)
        known = survey_of(file, data)
    assert known.size == len(data)
    assert known.crlf == data.count(b"\r\n")
    assert known.lf == data.count(b"\n") - known.crlf
    assert known.cr == data.count(b"\r") - known.crlf
    lines = io.StringIO(data.decode("utf-8-sig", "replace"), newline="").readlines()
    assert known.lines == len(lines)
    assert known.final_newline == (bool(lines) and lines[-1][-1] in "\r\n")
    assert known.ascii == data.removeprefix(b"\xef\xbb\xbf").isascii()
    assert known.quoted == (b'"' in data)
    assert (known.nul is None) == (b"\0" not in data)
    if known.nul:
        assert known.nul.offset == data.index(b"\0")
    if known.undecodable:
        with pytest.raises(UnicodeDecodeError) as failure:
            data.decode()
        assert known.undecodable.offset == failure.value.start
    else:
        assert data.decode() or not data


def test_places_of_bad_bytes_are_those_of_the_characters(file: Path) -> None:
    known = survey_of(file, "a,b\nüä".encode() + b"\xff\n\xff\0\n")
    assert known.undecodable == (8, 2, 3)
    assert known.undecodable_count == 2
    assert known.nul == (11, 3, 2)


def test_an_empty_file_is_empty_and_nothing_else(file: Path) -> None:
    known = survey_of(file, b"")
    assert (known.size, known.lines, known.records, known.width) == (0, 0, 0, 0)
    assert known.header.labels == ()
    assert list(records(file, PLAIN)) == []


def test_labels_have_places(file: Path) -> None:
    labels = survey_of(file, '\ufeffä,"b,c",d\n1,2,3\n'.encode()).header.labels
    assert [(label.name, label.line, label.column) for label in labels] == [
        ("ä", 1, 1),
        ("b,c", 1, 3),
        ("d", 1, 9),
    ]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"PK\x03\x04.......[Content_Types].xml", "Excel workbook (xlsx)"),
        (b"PK\x03\x04...mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "OpenDocument"),
        (b"PK\x03\x04.......", "zip archive"),
        (b"%PDF-1.7\n", "PDF document"),
        (b"\x1f\x8b\x08\0", "gzip archive"),
        (b"<!DOCTYPE html>\n<html>", "HTML page"),
        (b'[{"a": 1}]', "JSON document"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        (b"\x01\0\0\0\x07\0\0\0\0\0\0\0abc", "binary file"),
        (b"a,b\n1,2\n", ""),
        (b"a\nx\0y\n" + b"1\n" * 20, ""),
    ],
)
def test_a_file_that_is_no_table_is_called_by_its_name(file: Path, data: bytes, name: str) -> None:
    told = survey_of(file, data).foreign
    assert told.startswith(name) if name else told == ""


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (b"a;b\n1;2\n", ";"),
        (b"a\tb\n1\t2\n", "\t"),
        (b"a|b|c\n1|2|3\n", "|"),
        (b'a;b\n"1;2";3\n', ";"),
        (b"a;b\n1;2\n3;4;5\n6;7\n", ""),
        (b"a\n1\n2\n", ""),
        (b"a,b\n1;2,3\n", ""),
    ],
)
def test_another_delimiter_is_named_where_it_fits(file: Path, data: bytes, hint: str) -> None:
    assert survey_of(file, data).delimiter_hint == hint


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        ("a\nnaïve café\n".encode("cp1252"), "cp1252"),
        (b"a\nna\xefve\n\x81\n", "latin-1"),
        ("a\nnaïve café\n".encode("utf-16"), "utf-16"),
        ("a\nnaïve café, much longer\n".encode("utf-16-le"), "utf-16-le"),
        ("naïve café déjà vu\n".encode() + b"\xff\n", ""),
        ("naïve\n".encode(), ""),
    ],
)
def test_another_encoding_is_named_where_it_fits(file: Path, data: bytes, hint: str) -> None:
    assert survey_of(file, data).encoding_hint == hint


def test_an_unknown_encoding_is_a_lookup_error(file: Path) -> None:
    file.write_bytes(b"a\n")
    with pytest.raises(LookupError):
        survey(file, Dialect(encoding="utf-99"))


def test_reading_does_not_depend_on_the_field_limit_of_others(file: Path) -> None:
    limit = csv.field_size_limit(10)
    try:
        assert cells_of(file, b"a\n0123456789ab\n") == [["a"], ["0123456789ab"]]
    finally:
        csv.field_size_limit(max(limit, sys.maxsize))


def test_a_record_without_flaws_has_none(file: Path) -> None:
    file.write_bytes(b"a\n1\n")
    assert list(records(file, PLAIN)) == [
        Record(1, 1, ["a"], "header"),
        Record(2, 2, ["1"], "data"),
    ]


UNUSUAL = st.sampled_from(
    [
        PLAIN,
        Dialect(delimiter=";"),
        Dialect(quote="'"),
        Dialect(quote=None),
        Dialect(skip_initial_space=True),
        Dialect(escape="\\"),
        Dialect(double_quote=False),
        Dialect(escape="\\", double_quote=False),
        Dialect(escape="\\", quote=None),
    ]
)


@SLOW
@given(data=SOUP, dialect=UNUSUAL, block=st.sampled_from([1, 3, 8, unusual.BLOCK]))
def test_unusual_dialects_are_read_by_the_rules_of_the_csv_module(
    data: bytes, dialect: Dialect, block: int
) -> None:
    text = data.decode("utf-8", "replace")
    assume(not text.endswith(dialect.escape or "\n\n"))  # for which it makes up a line break
    lines = list(io.StringIO(text, newline=""))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unusual, "BLOCK", block)
        found = list(unusual.rows(lines, dialect))
    assert [cells for _, cells in found] == list(csv.reader(lines, **csv_options(dialect)))
    assert "".join(raw for raw, _ in found) == text
