"""Renderers and the long form of checks, most of them against golden files in snapshots/.

`UPDATE_SNAPSHOTS=1 pytest tests/test_reports.py` writes the golden files anew: read the
difference before it is committed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.checks import CheckSpec, registry
from copydesk.errors import UserError
from copydesk.findings import Excerpt, Finding, Related, Report, Since, TableResult, Total, Waived
from copydesk.model import Origin, Rule, Severity, Skip
from copydesk.report import FORMATS, render
from copydesk.report._excerpt import cells, pointed
from copydesk.report.explain import catalogue, explain
from copydesk.report.json import document

SNAPSHOTS = Path(__file__).parent / "snapshots"
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def make_report(
    findings: Iterable[Finding] = (),
    tables: Iterable[TableResult] = (),
    hidden: Mapping[tuple[str, str], int] | None = None,
    **rest: Any,
) -> Report:
    """`hidden` says how many more there are of a code in a table than the findings given."""
    shown: dict[tuple[str, str, Severity, str, str], int] = Counter(
        (f.code, f.name, f.severity, f.table, f.field) for f in findings
    )
    totals = tuple(
        Total(*key, count=n + (hidden or {}).get((key[0], key[3]), 0), shown=n)
        for key, n in shown.items()
    )
    values = {"name": "structured-news", "version": "0.1.0", "path": "datapackage.json"}
    values |= {"skipped": (), "checks": sum(t.checks for t in tables), "seconds": 0.2871}
    return Report(tables=tuple(tables), findings=tuple(findings), totals=totals, **values | rest)


def table(name: str, rows: int, checks: int, valid: bool = True, engine: str = "duckdb") -> Any:
    return TableResult(name, f"data/{name}.csv", rows, valid, engine, checks)


def enum_finding(row: int = 2, line: str = "q1,dirct,2018-13-01", **rest: Any) -> Finding:
    start = line.index("dirct")
    values: dict[str, Any] = {
        "message": "`dirct` is not one of the 3 allowed values of `kind`",
        "table": "quotes",
        "path": "data/quotes.csv",
        "row": row,
        "line": row + 1,
        "column": start + 1,
        "field": "kind",
        "fields": ("kind",),
        "key": {"quote_id": line.partition(",")[0]},
        "value": "dirct",
        "why": "schemas/quotes.schema.json allows direct, indirect, mixed",
        "help": "did you mean `direct`?",
        "origin": "schemas/quotes.schema.json#/fields/1/constraints/enum",
        "equivalent": "constraint-error",
        "excerpt": Excerpt(line, start, 5),
    }
    return Finding("FD004", "value-outside-enum", ERROR, **values | rest)


def pointed_at(text: str, cell: str, message: str, **rest: Any) -> Finding:
    """A finding about `cell`, the first of that text in the line."""
    start = text.index(cell)
    return enum_finding(
        line="q1,dirct", message=message, column=start + 1, why="", help="",
        excerpt=Excerpt(text, start, len(cell)), **rest,
    )  # fmt: skip


def style_guide() -> Report:
    return make_report([enum_finding()], [table("quotes", 21, 61, valid=False)])


def clean() -> Report:
    tables = [table("articles", 1, 32), table("quotes", 27, 61), table("redirects", 0, 9)]
    return make_report(tables=tables, checks=104)


def mixed() -> Report:
    key = Finding(
        "KY001", "duplicate-primary-key", ERROR, "`q2` is the key of more than one row",
        table="quotes", path="data/quotes.csv", row=9, line=1204, column=1, field="",
        fields=("quote_id", "article_id"), key={"quote_id": "q2", "article_id": "a"}, value="q2",
        why="schemas/quotes.schema.json makes `quote_id` and `article_id` the key",
        help="give this row a key of its own: it is used in\n\n    data/quote_spans.csv\n"
        "    data/annotations.csv",
        origin="schemas/quotes.schema.json#/primaryKey", equivalent="primary-key",
        related=(Related("first seen", "data/quotes.csv", 3, 1), Related("read from data/a", "")),
        excerpt=Excerpt("q2,a,mixed,2019-01-01", 0, 2),
    )  # fmt: skip
    encoding = Finding(
        "FL001", "not-utf-8", ERROR, "byte 0xE9 is not UTF-8", path="data/notes.csv",
        why="datapackage.json declares no other encoding\nand UTF-8 is what it means then",
    )  # fmt: skip
    descriptor = Finding(
        "PK011", "title-missing", INFO, "the package has no `title`", path="datapackage.json",
        line=2, column=3, origin="datapackage.json#/title", help="add one",
    )  # fmt: skip
    spaces = Finding(
        "TX002", "space-around-value", WARNING, "`Seoul ` has a space around it", table="people",
        path="data/people.csv", row=2, line=2, column=4, field="city", fields=("city",),
        value="Seoul ", excerpt=Excerpt("p1,Seoul ,50%", 3, 6), help="`copydesk fix`",
        why="100% of the time: a mistake",
    )  # fmt: skip
    rows = [enum_finding(row, f"q{row},dirct,2018") for row in range(2, 7)]
    missing = "`person_id` is missing from data/people.csv (TB003)"
    return make_report(
        [descriptor, encoding, spaces, *rows, key],
        [
            table("articles", 1, 32),
            table("quotes", 1_234_567, 61, valid=False),
            table("people", 11, 1_048, engine="duckdb, 2 checks by great-expectations"),
            table("places", 0, 4, engine="frictionless"),
            table("codes", 12, 0),
        ],
        hidden={("FD004", "quotes"): 1229},
        skipped=(
            Skip("RF001", "quotes", missing), Skip("RF001", "quotes", missing),
            Skip("SN043", "quotes", missing), Skip("GX015", "", "no table is called `event`"),
        ),
        checks=1150,
        seconds=83.4,
    )  # fmt: skip


def odd_characters() -> Report:
    long = "q7," + "left " * 40 + ",dirct," + "right " * 40
    lines = [
        pointed_at("q1,金正恩,金桂冠,2018", "金桂冠", "wide characters"),
        pointed_at("q2,e\u0301te\u0301,Kim\u0301 Kye", "Kim\u0301 Kye", "combining characters"),
        pointed_at("q3\tdirct\tx", "dirct", "tabs"),
        pointed_at("q\u200b4,\u202edir\x1b[31mct\u00a0,x", "\u202edir\x1b[31mct\u00a0", "hidden"),
        pointed_at("q5,,x", "", "an empty key", key={"id": "a\u00a0b" + "long" * 20}),
        enum_finding(message="an empty cell", excerpt=Excerpt("q6,,x", 3, 0), why="", help=""),
        enum_finding(message="a missing cell", excerpt=Excerpt("q6,a\r\n", 4, 0), column=5),
        pointed_at(long, "dirct", "a long line"),
        pointed_at("q8," + "金" * 200 + ",x", "金" * 200, "a long cell"),
        pointed_at("q9,한국,dirct", "dirct", "Hangul"),
        enum_finding(
            message="the window of a very long line", row=12, line="q1,dirct,x", column=90_001
        ),
        enum_finding(
            message="`a\u00a0b`, \u00ab\u00a0prose\u00a0\u00bb and\r\n\x07bell", row=123_455
        ),
    ]
    return make_report(lines, [table("quotes", 11, 61, valid=False)])


def waived() -> Report:
    """One finding of two is waived for ever, another until a day."""
    known = [
        Waived(enum_finding(row=9, line="q8,dirct"), "as the transcript\nhas it", ""),
        Waived(enum_finding(row=10, line="q9,dirct"), "the `editor` asks", "2026-12-31"),
    ]
    return make_report(
        [enum_finding()], [table("quotes", 21, 61, valid=False)], waived=tuple(known)
    )


def sifted() -> Report:
    """Of three findings one is new; of the mended ones, not all are shown."""
    gone = enum_finding(row=12, line="q11,dirct")
    known = Since(
        "v1.0", "c0ffee", 2, (Total("FD004", "value-outside-enum", ERROR, "quotes", "kind", 7, 1),),
        (gone,), "`v1.0` has no file below `data`",
    )  # fmt: skip
    return make_report([enum_finding()], [table("quotes", 21, 61, valid=False)], since=known)


def many() -> Report:
    tables = [table(f"part{i:02}", i, 1200 + i) for i in range(60)]
    tables[41] = table("part41", 41, 1241, valid=False)
    finding = enum_finding(table="part41", path="data/part41.csv")
    return make_report([finding], tables, skipped=(Skip("RF001", "part07", "no such table"),))


def nothing() -> Report:
    return make_report(name="", version="", path=".", seconds=0.0004)


def flood() -> Report:
    """More findings of each severity than GitHub shows."""
    findings = [
        Finding(
            f"AA00{i}", f"a-{severity}", severity, f"row {row} is 100% wrong: a, b", table="quotes",
            path="data/a,b:c.csv", row=row, line=row, column=1, field="kind",
        )
        for row in range(2, 15)
        for i, severity in enumerate(Severity, 1)
    ]  # fmt: skip
    skipped = (Skip("RF001", "quotes", "reasons"),)
    return make_report(findings, hidden={("AA001", "quotes"): 1229}, skipped=skipped)


def enum_check() -> CheckSpec:
    doc = """Tell the cells that hold none of the values that the field lists.

    What: The field lists its legal values (`enum`), and this is none of them. A second sentence.
    Why: Lists of values are what people group and filter by: a misspelt one makes a group of
        its own, and its rows vanish from the right one.
    Example: `dirct` where the schema allows `direct`, `indirect` and `mixed`.
    Fix: Use one of the listed values:

        - as the schema spells it, and not as a title, a translation or an abbreviation would spell
        - a new value is added to the schema first.
    """
    return CheckSpec(
        "FD004", "value-outside-enum", ERROR, "constraint-error", "{value} is outside",
        documented(doc),
    )  # fmt: skip


def documented(doc: str) -> Callable[[], None]:
    def make() -> None: ...

    make.__doc__ = doc
    return make


def other_checks() -> list[CheckSpec]:
    return [
        CheckSpec(
            "FD030", "a-name-as-long-as-names-get", INFO, "", "m", documented("Tell odd cells.")
        ),
        CheckSpec(
            "GX012", "value-outside-set", WARNING, "expect_column_values_to_be_in_set", "m",
            documented(
                "Tell it.\n\nWhat: " + "A sentence that is too long for a line of a catalogue. " * 3
            ),
        ),
    ]  # fmt: skip


def rule() -> Rule:
    return Rule(
        code="SN043", name="quote-outside-article", severity=WARNING, table="quotes", field="end",
        fields=("start", "end"), needs=("RF001",), message="the quotation ends at `{end}`",
        what="A quotation's offsets reach past the end of the text they point into.",
        why="Nobody can find the quotation.", example="", fix="Count the offsets again.",
        sql="SELECT 1", origin=Origin("schemas/rules/SN043-quote-outside-article.sql"),
    )  # fmt: skip


CASES: Mapping[str, Callable[[], str]] = {
    "style_guide.text.txt": lambda: render(style_guide(), "text"),
    "style_guide.colour.txt": lambda: render(style_guide(), "text", colour=True),
    "style_guide.concise.txt": lambda: render(style_guide(), "concise"),
    "style_guide.json": lambda: render(style_guide(), "json"),
    "style_guide.github.txt": lambda: render(style_guide(), "github"),
    "clean.text.txt": lambda: render(clean(), "text"),
    "clean.json": lambda: render(clean(), "json"),
    "mixed.text.txt": lambda: render(mixed(), "text"),
    "mixed.quiet.txt": lambda: render(mixed(), "text", quiet=True),
    "mixed.concise.txt": lambda: render(mixed(), "concise"),
    "mixed.json": lambda: render(mixed(), "json"),
    "mixed.github.txt": lambda: render(mixed(), "github", base="datasets/news"),
    "odd_characters.text.txt": lambda: render(odd_characters(), "text"),
    "odd_characters.narrow.txt": lambda: render(odd_characters(), "text", width=48),
    "odd_characters.concise.txt": lambda: render(odd_characters(), "concise"),
    "many.text.txt": lambda: render(many(), "text"),
    "nothing.text.txt": lambda: render(nothing(), "text"),
    "flood.github.txt": lambda: render(flood(), "github"),
    "flood.sarif": lambda: render(flood(), "sarif", base="datasets/news"),
    "mixed.sarif": lambda: render(mixed(), "sarif"),
    "mixed.junit.xml": lambda: render(mixed(), "junit"),
    "mixed.gitlab.json": lambda: render(mixed(), "gitlab", base="datasets/news"),
    "mixed.markdown.md": lambda: render(mixed(), "markdown"),
    "odd_characters.markdown.md": lambda: render(odd_characters(), "markdown"),
    "mixed.html": lambda: render(mixed(), "html"),
    "odd_characters.html": lambda: render(odd_characters(), "html"),
    "clean.markdown.md": lambda: render(clean(), "markdown"),
    "waived.text.txt": lambda: render(waived(), "text"),
    "waived.concise.txt": lambda: render(waived(), "concise"),
    "waived.json": lambda: render(waived(), "json"),
    "waived.github.txt": lambda: render(waived(), "github"),
    "waived.sarif": lambda: render(waived(), "sarif"),
    "waived.junit.xml": lambda: render(waived(), "junit"),
    "waived.gitlab.json": lambda: render(waived(), "gitlab"),
    "waived.markdown.md": lambda: render(waived(), "markdown"),
    "waived.html": lambda: render(waived(), "html"),
    "sifted.text.txt": lambda: render(sifted(), "text"),
    "sifted.concise.txt": lambda: render(sifted(), "concise"),
    "sifted.json": lambda: render(sifted(), "json"),
    "sifted.github.txt": lambda: render(sifted(), "github"),
    "sifted.markdown.md": lambda: render(sifted(), "markdown"),
    "sifted.html": lambda: render(sifted(), "html"),
    "check.explain.txt": lambda: explain(enum_check()),
    "check.narrow.explain.txt": lambda: explain(enum_check(), width=50, colour=True),
    "rule.explain.txt": lambda: explain(rule()),
    "catalogue.txt": lambda: catalogue([enum_check(), *other_checks(), rule()]),
}


@pytest.mark.parametrize("name", CASES)
def test_the_output_is_that_of_the_snapshot_byte_for_byte(name: str) -> None:
    written = CASES[name]().encode()
    file = SNAPSHOTS / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.write_bytes(written)
        pytest.skip("the snapshot was written anew")
    assert written.decode() == file.read_bytes().decode()


def test_every_snapshot_belongs_to_a_case() -> None:
    assert {file.name for file in SNAPSHOTS.iterdir()} == set(CASES)


SAMPLES = [style_guide, clean, mixed, odd_characters, waived, sifted, many, nothing, flood]
SCHEMA = json.loads(
    resources.files("copydesk.report").joinpath("report.schema.json").read_text("utf-8")
)


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "")
    return SCHEMA["$defs"][reference.rpartition("/")[2]] if reference else schema


def undescribed(schema: dict[str, Any], value: Any, at: str = "") -> Iterator[str]:
    """The properties of a document that its schema has no description of, and the reverse."""
    schema = resolved(schema)
    if isinstance(value, list):
        for item in value:
            yield from undescribed(schema["items"], item, at + "[]")
    elif isinstance(value, dict) and "properties" in schema:
        yield from (f"{at}.{name}" for name in set(value) ^ set(schema["properties"]))
        yield from (f"{at}.{name}" for name in set(value) ^ set(schema["required"]))
        for name, part in schema["properties"].items():
            if not resolved(part).get("description"):
                yield f"{at}.{name}"
            yield from undescribed(part, value[name], f"{at}.{name}")


@pytest.mark.parametrize("sample", SAMPLES)
def test_json_documents_keep_their_schema(sample: Callable[[], Report]) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    written = json.loads(render(sample(), "json"))
    jsonschema.validate(written, SCHEMA, jsonschema.Draft202012Validator)
    assert written == document(sample())


def test_the_schema_describes_every_property_and_requires_it() -> None:
    for sample in (mixed, waived, sifted):
        assert list(undescribed(SCHEMA, document(sample()))) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("report",), "copydesk/2"),
        (("findings", 0, "severity"), "fatal"),
        (("findings", 0, "line"), 0),
        (("findings", 0, "key"), {"id": 1}),
        (("totals", 0, "count"), -1),
        (("stats", "seconds"), None),
    ],
)
def test_the_schema_refuses_what_is_not_a_report(path: tuple[str | int, ...], value: Any) -> None:
    written: Any = document(style_guide())
    part = written
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written, SCHEMA, jsonschema.Draft202012Validator)


def test_json_counts_what_is_not_shown() -> None:
    stats = document(mixed())["stats"]
    assert (stats["errors"], stats["warnings"], stats["infos"]) == (1236, 1, 1)


def test_json_can_be_written_where_a_value_is_half_a_surrogate_pair() -> None:
    written = render(make_report([enum_finding(value="\ud83d\\ \u2028金")]), "json")
    assert json.loads(written.encode())["findings"][0]["value"] == "\ud83d\\ \u2028金"


def test_formats_are_found_by_the_names_of_their_modules() -> None:
    assert set(FORMATS) == {
        "text", "concise", "json", "github", "sarif", "junit", "gitlab", "markdown", "html", "gx"
    }  # fmt: skip
    assert not {name for name in FORMATS if name.startswith("_") or name == "explain"}
    assert all("".join(FORMATS[name](clean())) == render(clean(), name) for name in FORMATS)


def test_a_misspelt_format_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UserError) as refused:
        render(clean(), "jsn")
    assert refused.value.message == "no report format is called `jsn`"
    assert refused.value.hint == "did you mean `json`?"


def test_a_format_like_no_other_is_refused_with_all_there_are() -> None:
    with pytest.raises(UserError) as refused:
        render(clean(), "spreadsheet")
    assert "`concise`" in refused.value.hint
    assert "`text`" in refused.value.hint


def test_renderers_load_only_what_they_need() -> None:
    code = (
        "import sys, copydesk.report as r; print(*(m for m in sys.modules"
        " if m.partition('.')[0] in ('click', 'rich', 'duckdb', 'frictionless', 'json')"
        " or m.startswith('copydesk.report.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize(
    "form", ["text", "concise", "github", "sarif", "junit", "gitlab", "markdown"]
)
def test_nothing_of_the_data_reaches_the_terminal_that_it_would_obey(
    sample: Callable[[], Report], form: str
) -> None:
    written = render(sample(), form)
    assert {c for c in written if unicodedata.category(c) in ("Cc", "Cf", "Cs")} <= {"\n"}


def test_colours_change_nothing_but_the_colours() -> None:
    coloured = render(mixed(), colour=True)
    assert coloured != render(mixed())
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render(mixed())


def test_a_total_without_any_finding_shown_is_still_told() -> None:
    total = Total("FD004", "value-outside-enum", ERROR, "quotes", "kind", count=7, shown=0)
    written = render(Report("n", "", ".", (), (), (total,), (), 1, 0.1))
    assert "FD004: 0 of 7 findings in quotes.kind shown, --all shows the rest" in written
    assert written.endswith("in 0.10 s: 7 errors, no warnings\n")


def test_a_table_that_is_not_valid_is_never_called_ok() -> None:
    written = render(make_report(tables=[table("quotes", 3, 5, valid=False)]))
    assert re.search(r"quotes +3 rows +5 checks +not valid\n", written)


@pytest.mark.parametrize(
    ("engine", "said"),
    [
        ("duckdb", "ok"),
        ("", "ok"),
        ("frictionless", "ok, by frictionless"),
        ("duckdb,frictionless", "ok, partly by frictionless"),
        ("duckdb, 2 checks by great-expectations", "ok, 2 checks by great-expectations"),
    ],
)
def test_a_table_says_which_other_engine_judged_it(engine: str, said: str) -> None:
    written = render(make_report(tables=[table("quotes", 3, 5, engine=engine)]))
    assert f"   5 checks   {said}\n" in written


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        (0.0, "under 0.01 s"), (0.01, "0.01 s"), (0.294, "0.29 s"), (12.34, "12.3 s"),
        (59.99, "1 min 0 s"), (83.4, "1 min 23 s"), (7384, "123 min 4 s"),
    ],
)  # fmt: skip
def test_durations_are_said_as_people_say_them(duration: float, said: str) -> None:
    assert f" in {said}: " in render(make_report(checks=1, seconds=duration))


def glyph(c: str) -> str:
    return " " if c == "\t" else c if c.isprintable() else f"<U+{ord(c):04X}>"


@given(
    st.text(st.sampled_from('ab ,"é金한\u0301\u200b\u00a0\u3000\t\x1b😀'), max_size=120),
    st.integers(0, 120),
    st.integers(0, 60),
    st.integers(20, 110),
    st.sampled_from([0, 1, 5000]),
)
def test_carets_stand_under_the_cell_and_within_the_terminal(
    text: str, start: int, width: int, room: int, before: int
) -> None:
    start = min(start, len(text))
    line, carets = pointed(Excerpt(text, start, width), start + before + 1, room)
    assert cells(line) <= room
    assert len(carets) <= room
    assert set(carets.lstrip()) == {"^"}
    offset = len(carets) - len(carets.lstrip())
    if start < len(text) and width and cells(text[start]):
        padded = line + " " * room
        under = [padded[i:] for i in range(len(padded)) if cells(padded[:i]) == offset]
        assert any(rest.startswith(glyph(text[start])) for rest in under)
    cell = "".join(glyph(c) for c in text[start : start + width])
    assert len(carets.lstrip()) == max(1, cells(cell)) or cells(cell) > room - 2 - len("…")


def unescaped(text: str) -> str:
    for code, c in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, c)
    return text


def test_github_commands_give_back_what_was_escaped() -> None:
    finding = Finding(
        "QT001", "odd", ERROR, "50%0A, ::a:\nb", path="a,b:50%.csv", line=7, help="%25"
    )
    command = render(make_report([finding]), "github").splitlines()[0]
    matched = re.fullmatch(r"::error file=([^,:]*),line=7,title=([^,:]*)::(.*)", command)
    assert matched is not None
    said = [unescaped(part) for part in matched.groups()]
    assert said == ["a,b:50%.csv", "QT001 odd", "50%0A, ::a:\nb\nhelp: %25"]


def test_github_is_given_no_more_annotations_than_it_shows() -> None:
    commands = Counter(line.split()[0] for line in render(flood(), "github").splitlines())
    assert commands == {"::error": 10, "::warning": 10, "::notice": 10}


def test_every_check_of_the_catalogue_can_be_explained() -> None:
    checks = registry()
    assert checks
    for code, spec in checks.items():
        assert explain(spec).startswith(f"{code} {spec.name}\n{spec.severity} · ")
        assert all(f"\n{part}  " in explain(spec) for part in ("What", "Why", "Fix"))
    listed = re.findall(r"^  (\w+) ", catalogue(checks.values()), re.M)
    assert sorted(listed) == sorted(checks)
