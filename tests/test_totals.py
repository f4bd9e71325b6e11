"""Exact totals, all findings, and memory that does not grow with their number."""

from __future__ import annotations

import gc
import json
import random
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from copydesk import pile
from copydesk.engine import BadRow, Settings
from copydesk.findings import Excerpt, Finding, Report
from copydesk.model import Severity
from copydesk.pile import Pile, by_kind, place
from copydesk.report import FORMATS, parts, render
from copydesk.run import check
from copydesk.scan import Place
from copydesk.testing import make_package, run_cmd

ALL = Settings(shown=None)


def finding(line: int, code: str = "AA001", column: int = 1, **rest: object) -> Finding:
    values = {"message": "odd", "table": "t", "path": "t.csv", "line": line, "column": column}
    return Finding(code, "a-name", Severity.ERROR, **values | rest)  # type: ignore[arg-type]


def broken(tmp_path: Path, rows: int = 60) -> Path:
    """A table whose rows break a type, an enumeration, a key and a reference, and some a shape."""
    lines = ["id,n,kind,parent"]
    for i in range(rows):
        ragged = ",," if i % 7 == 3 else ""
        lines.append(f'r{i // 2},x{i},"lo\n{i}",nobody{i}{ragged}')
    schema = {
        "fields": [
            {"name": "id"},
            {"name": "n", "type": "integer"},
            {"name": "kind", "constraints": {"enum": ["a", "b"]}},
            {"name": "parent"},
        ],
        "primaryKey": ["id"],
        "foreignKeys": [
            {"fields": ["parent"], "reference": {"resource": "", "fields": ["id"]}},
        ],
    }
    return make_package(tmp_path, {"t": "\n".join(lines) + "\n"}, schemas={"t": schema})


@pytest.fixture
def spilling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pile, "HELD", 10)
    monkeypatch.setattr(pile, "BLOCK", 3)


def test_findings_that_lie_in_a_file_are_those_of_memory_in_the_same_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    some = [
        finding(n % 37, f"AA00{n % 3}", n % 2 + 1, field="ab"[n % 2], message=str(n))
        for n in range(500)
    ]
    random.Random(4).shuffle(some)
    held = Pile()
    held.add(some)
    monkeypatch.setattr(pile, "HELD", 10)
    monkeypatch.setattr(pile, "BLOCK", 3)
    spilled = Pile()
    spilled.add(some)
    one, other = held.in_order(), spilled.in_order()
    assert isinstance(one, tuple)
    assert list(one) == sorted(some, key=place)
    assert list(other) == list(one) == list(other)
    assert (len(other), other[0], other[-1]) == (500, one[0], one[-1])
    assert (other[3:9], tuple(other[9:3:-2]), other[:0]) == (one[3:9], one[9:3:-2], ())
    kinds = [(key, list(value)) for key, value in by_kind(other).items()]
    assert kinds == [(key, list(value)) for key, value in by_kind(one).items()]
    with pytest.raises(IndexError):
        other[500]


@pytest.mark.usefixtures("spilling")
def test_two_readers_of_a_file_of_findings_do_not_disturb_each_other() -> None:
    made = Pile()
    made.add(finding(n) for n in range(100))
    found = made.in_order()
    assert [(a.line, b.line) for a, b in zip(found, found, strict=True)] == [
        (n, n) for n in range(100)
    ]


def made(report: Report) -> dict[str, str]:
    timeless = {"seconds": 0.0, "path": "p"}
    fixed = Report(**{**report.__dict__, **timeless})
    return {name: render(fixed, name) for name in FORMATS}


def test_every_form_is_the_same_whether_findings_lie_in_memory_or_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = broken(tmp_path)
    held = made(check(root, settings=ALL))
    monkeypatch.setattr(pile, "HELD", 10)
    spilled = check(root, settings=ALL)
    assert not isinstance(spilled.findings, tuple)
    assert made(spilled) == held


def test_totals_are_the_same_however_many_are_shown(tmp_path: Path) -> None:
    root = broken(tmp_path)
    few, every = check(root), check(root, settings=ALL)
    counts = [{(t.code, t.field): t.count for t in r.totals} for r in (few, every)]
    assert counts[0] == counts[1]
    assert counts[0]["FD001", "n"] == counts[0]["RF001", "parent"] == 60
    assert (counts[0]["KY001", "id"], counts[0]["TB007", ""]) == (30, 18)
    for report in (few, every):
        for total in report.totals:
            shown = [
                f
                for f in report.findings
                if (f.code, f.table, f.field) == (total.code, total.table, total.field)
            ]
            assert total.shown == len(shown)
    assert all(t.shown == t.count for t in every.totals)
    assert len(every.findings) == every.errors + every.warnings


def test_all_findings_begin_with_those_that_are_shown(tmp_path: Path) -> None:
    root = broken(tmp_path)
    few, every = check(root), check(root, settings=ALL)
    assert set(map(repr, few.findings)) <= set(map(repr, every.findings))


def test_a_row_that_repeats_a_key_names_the_first_one_also_among_all(tmp_path: Path) -> None:
    found = [f for f in check(broken(tmp_path), settings=ALL).findings if f.code == "KY001"]
    assert [(f.line, f.related[0].line, f.related[0].column) for f in found] == [
        (4 * n + 4, 4 * n + 2, 1) for n in range(30)
    ]


@pytest.mark.usefixtures("spilling")
def test_all_findings_of_a_rule_are_shown_each_at_its_place(tmp_path: Path) -> None:
    rule = (
        "-- code: {code}\n-- name: odd-{table}\n-- severity: error\n-- table: {table}\n"
        "-- field: n\n-- message: `{{n}}` is odd\n-- what: It is odd.\n-- why: It is.\n"
        "-- example: 1\n-- fix: Add one.\n"
        "SELECT id, n FROM {table} WHERE n % 2 = 1\n"
    )
    fields = {"fields": [{"name": "id"}, {"name": "n", "type": "integer"}], "primaryKey": "id"}
    root = make_package(
        tmp_path,
        {name: "id,n\n" + "".join(f"r{i},{i}\n" for i in range(50)) for name in "ab"},
        schemas={"a": fields, "b": fields},
        rules={
            f"QT00{i}-odd-{name}.sql": rule.format(code=f"QT00{i}", table=name)
            for i, name in enumerate("ab", 1)
        },
    )
    found = [(f.code, f.line) for f in check(root, settings=ALL).findings if f.code[:2] == "QT"]
    assert found == [(code, n + 2) for code in ("QT001", "QT002") for n in range(1, 50, 2)]


@pytest.mark.usefixtures("spilling")
@pytest.mark.parametrize("form", ["json", "concise"])
def test_all_findings_are_written_to_a_file_as_to_the_standard_output(
    tmp_path: Path, form: str
) -> None:
    root = broken(tmp_path)
    out = run_cmd("check", root, "--all", "--format", form).out
    run_cmd("check", root, "--all", "--format", f"{form}={tmp_path / 'report'}")
    written = (tmp_path / "report").read_text(encoding="utf-8")
    timeless: Callable[[str], str] = lambda s: "".join(  # noqa: E731
        line for line in s.splitlines(True) if '"seconds"' not in line
    )
    assert timeless(written) == timeless(out)
    if form == "json":
        stats = json.loads(out)
        assert sum(t["count"] for t in stats["totals"]) == len(stats["findings"])


def test_long_texts_of_a_finding_are_cut() -> None:
    long = "x" * 5000
    made = Pile()
    made.add([
        finding(1, value=long, message=long, why=long, help=long, key={"id": long},
                excerpt=Excerpt("a" * 3000 + "b" * 2000, 3000, 2000)),
        finding(2, value="y" * 1000),
    ])  # fmt: skip
    cut, whole = made.in_order()
    for text in (cut.value, cut.message, cut.why, cut.help, cut.key["id"]):
        assert text == "x" * 999 + "…"
    assert cut.excerpt is not None
    assert len(cut.excerpt.text) == 400
    assert cut.excerpt.text[cut.excerpt.start :].startswith("bbb")
    assert whole.value == "y" * 1000


def test_the_schema_of_the_report_says_where_texts_are_cut() -> None:
    schema = files("copydesk.report").joinpath("report.schema.json").read_text("utf-8")
    assert f"more than {pile.LONGEST:,} characters" in schema


def test_a_row_that_lacks_several_cells_is_one_block_of_the_text(tmp_path: Path) -> None:
    text = "a,b,c\n1\n2,x\n3\n"
    root = make_package(tmp_path, {"t": text})
    written = run_cmd("check", root, "--select", "TB006", cwd=tmp_path).out
    assert written.count("error[TB006] missing-cell: ") == 3
    assert "the row has 1 cell, the header 3: `b` and `c` are missing\n" in written
    assert "the row has 2 cells, the header 3: `c` is missing\n" in written
    assert "\nTB006: 5 missing cells in t · " in written
    found = check(root, settings=Settings(select=("TB006",))).findings
    assert [(f.line, f.field) for f in found] == [
        (2, "b"), (2, "c"), (3, "c"), (4, "b"), (4, "c"),
    ]  # fmt: skip


def test_of_many_missing_cells_the_first_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    text = ",".join(f"c{i}" for i in range(40)) + "\n1\n"
    root = make_package(tmp_path, {"t": text})
    written = run_cmd("check", root, "--select", "TB006").out
    assert re.search("(?:`c[0-9]+`, ){11}`c[0-9]+` and 27 more are missing\n", written)
    assert "TB006: 39 missing cells in t" in written


def test_an_empty_cell_too_many_is_called_so(tmp_path: Path) -> None:
    root = make_package(tmp_path, {"t": "a,b\n1,2,\n1,2,x\n"})
    messages = [f.message for f in check(root).findings if f.code == "TB007"]
    assert messages == [
        "the row has 3 cells, the header 2: an empty cell is one too many",
        "the row has 3 cells, the header 2: `x` is one too many",
    ]


@pytest.mark.parametrize(
    ("inside", "target", "said"),
    [
        (".", "pkg", "pkg/data/t.csv:2:5"),
        (".", "pkg/datapackage.json", "pkg/data/t.csv:2:5"),
        ("pkg", ".", "data/t.csv:2:5"),
        ("pkg/data", "..", "../data/t.csv:2:5"),
    ],
)
def test_people_are_given_paths_that_open_from_where_they_are(
    tmp_path: Path, inside: str, target: str, said: str
) -> None:
    make_package(tmp_path / "pkg", {"t": "a,b\n1,2,\n"})
    for form in ("text", "concise"):
        written = run_cmd("check", target, "--format", form, cwd=tmp_path / inside).out
        assert re.search(rf"(?m)^(?: *--> )?{re.escape(said)}\b", written)
    found = json.loads(run_cmd("check", target, "--format", "json", cwd=tmp_path / inside).out)
    assert {f["path"] for f in found["findings"]} == {"data/t.csv"}


def test_an_absolute_target_within_the_current_folder_is_named_from_there(tmp_path: Path) -> None:
    root = make_package(tmp_path / "pkg", {"t": "a,b\n1,2,\n"})
    assert run_cmd("check", root, "--format", "concise", cwd=tmp_path).out.startswith("pkg/data/")
    far = run_cmd("check", root, "--format", "concise", cwd=root / "data").out
    assert far.startswith(f"{root.as_posix()}/data/t.csv:2:")


def test_a_long_cell_and_a_wide_line_make_a_short_report(tmp_path: Path) -> None:
    wide = ",".join(f"column{i}" for i in range(300))
    row = ",".join(["1"] * 299 + ["y" * 200_000])
    fields = [{"name": f"column{i}", "type": "integer"} for i in range(300)]
    root = make_package(tmp_path, {"t": f"{wide}\n{row}\n"}, schemas={"t": {"fields": fields}})
    report = check(root)
    [finding] = [f for f in report.findings if f.code == "FD001"]
    assert finding.value == "y" * 999 + "…"
    for form in FORMATS:
        assert len(render(report, form)) < 10_000


def alive() -> int:
    """How many findings, bad rows and places the process holds."""
    return sum(isinstance(one, Finding | BadRow | Place) for one in gc.get_objects())


@pytest.mark.parametrize("shape", ["r{0},x{0},y", "r0,1,y", "r{0},1", "r{0},1,y,z", "r{0},x{0}"])
def test_only_a_few_findings_are_held_however_many_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    monkeypatch.setattr(pile, "HELD", 200)
    monkeypatch.setattr(pile, "BLOCK", 10)
    fields = [{"name": "id"}, {"name": "n", "type": "integer"}, {"name": "m"}]
    rows = "".join(shape.format(i) + "\n" for i in range(1200))
    root = make_package(
        tmp_path, {"t": "id,n,m\n" + rows}, schemas={"t": {"fields": fields, "primaryKey": "id"}}
    )
    held: list[int] = []
    spill = Pile._spill

    def watched(one: Pile) -> None:
        held.append(alive())
        spill(one)

    monkeypatch.setattr(Pile, "_spill", watched)
    report = check(root, settings=ALL)
    assert report.errors >= 1199
    for form in FORMATS:
        for n, _ in enumerate(parts(report, form)):
            if n == 600:
                held.append(alive())
    assert len(held) > 4
    assert max(held) < 600
