"""The native engine: what it costs, what it leaves alone, and one cause, one finding."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from copydesk.engine import Settings
from copydesk.engine.duckdb import Database, Loaded, Reading, load, querying
from copydesk.errors import UserError
from copydesk.run import check
from copydesk.testing import make_package, run_cmd

ID = {"name": "id"}
RULE = """-- code: QT001
-- name: odd-row
-- severity: error
-- table: t
-- field: n
-- message: `{{n}}` is odd
-- what: A number is odd.
-- why: Numbers are even here.
-- example: 3
-- fix: Write an even number.
{sql}
"""


def codes(target: Path, **settings: object) -> list[str]:
    return [f.code for f in check(target, settings=Settings(**settings)).findings]  # type: ignore[arg-type]


def test_checking_the_dataset_imports_nothing_heavy(project: Path) -> None:
    script = (
        "import sys\nfrom copydesk.cli import main\n"
        "try:\n    main(['check', '--quiet'])\n"
        "except SystemExit as stopped:\n    assert not stopped.code, stopped.code\n"
        "print(sorted({'great_expectations', 'pandas', 'frictionless', 'numpy', 'pyarrow',"
        " 'polars', 'jsonschema', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_importing_copydesk_imports_no_library() -> None:
    script = "import sys, copydesk\nprint(sorted({'duckdb', 'click', 'pandas'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_cell_that_breaks_several_promises_is_reported_once(tmp_path: Path) -> None:
    constraints = {"enum": ["ab", "cd"], "pattern": "[a-z]{2}", "maxLength": 2}
    schema = {"fields": [ID, {"name": "kind", "type": "string", "constraints": constraints}]}
    make_package(tmp_path, {"t": "id,kind\n1,ABC \n2,ab\n"}, schemas={"t": schema})
    assert codes(tmp_path) == ["FD004"]


def test_a_cell_of_the_wrong_type_is_not_judged_further(tmp_path: Path) -> None:
    number = {"name": "n", "type": "integer", "constraints": {"minimum": 5, "unique": True}}
    make_package(tmp_path, {"t": "n\nx\nx\n7\n"}, schemas={"t": {"fields": [number]}})
    assert codes(tmp_path) == ["FD001", "FD001"]


def test_a_unique_key_that_is_the_primary_key_is_told_as_that_only(tmp_path: Path) -> None:
    schema = {"fields": [ID], "primaryKey": "id", "uniqueKeys": [["id"]]}
    make_package(tmp_path, {"t": "id\na\na\n"}, schemas={"t": schema})
    assert codes(tmp_path) == ["KY001"]


def test_totals_are_exact_however_few_findings_are_shown(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "n", "type": "integer"}]}
    make_package(tmp_path, {"t": "n\n" + "x\n" * 123}, schemas={"t": schema})
    report = check(tmp_path)
    assert (len(report.findings), report.totals[0].count, report.errors) == (5, 123, 123)
    assert len(check(tmp_path, settings=Settings(shown=None)).findings) == 123


def test_a_ragged_row_changes_neither_verdict_nor_place_of_the_rest(tmp_path: Path) -> None:
    schema = {"fields": [ID, {"name": "n", "type": "integer"}]}
    make_package(tmp_path, {"t": 'id,n\n"a\nb",1\nb,2,3\nc,x\n'}, schemas={"t": schema})
    found = [(f.code, f.row, f.line, f.column) for f in check(tmp_path).findings]
    assert [f for f in found if f[0] != "TX005"] == [("TB007", 3, 4, 5), ("FD001", 4, 5, 3)]


def test_a_rule_is_not_asked_about_a_cell_that_is_already_wrong(tmp_path: Path) -> None:
    schema = {
        "fields": [ID, {"name": "n", "type": "integer", "constraints": {"maximum": 9}}],
        "primaryKey": "id",
    }
    rule = RULE.format(sql="SELECT id, n FROM t WHERE n % 2 = 1")
    make_package(tmp_path, {"t": "id,n\na,3\nb,11\nc,4\n"}, schemas={"t": schema},
                 rules={"QT001-odd-row.sql": rule})  # fmt: skip
    found = [(f.code, f.line, f.column, f.message) for f in check(tmp_path).findings]
    assert found == [("QT001", 2, 3, "`3` is odd"), ("FD009", 3, 3, "`11` is not at most 9")]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id, 1 AS n FROM t, read_text('/etc/hostname')",
        "SELECT id, 1 AS n FROM '/etc/hostname', t",
        "COPY t TO 'stolen.csv'",
        "ATTACH 'stolen.db'",
        "CREATE TABLE x AS FROM t",
        "DROP TABLE _copydesk.t0",
        "SELECT id, n FROM t; DELETE FROM _copydesk.t0",
        "SELECT id, n FROM report",
        "SELECT n FROM t",
        "SELEC id FROM t",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ],
)
def test_a_rule_cannot_do_anything_but_select(tmp_path: Path, sql: str) -> None:
    report = "a python variable of this name is not a table"
    schema = {"fields": [ID, {"name": "n", "type": "integer"}], "primaryKey": "id"}
    make_package(tmp_path, {"t": "id,n\na,3\n"}, schemas={"t": schema},
                 rules={"QT001-odd-row.sql": RULE.format(sql=sql)})  # fmt: skip
    before = sorted(p for p in tmp_path.rglob("*"))
    assert codes(tmp_path) == ["PK022"], report
    assert sorted(p for p in tmp_path.rglob("*")) == before


def test_a_rule_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(querying, "RULE_SECONDS", 0.2)
    schema = {"fields": [ID, {"name": "n", "type": "integer"}], "primaryKey": "id"}
    pairs = "range(10000000) a(i), range(10000000) b(i)"
    endless = f"SELECT id, n FROM t WHERE (SELECT sum(a.i * b.i) FROM {pairs}) < 0"
    rules = {
        "QT001-odd-row.sql": RULE.format(sql=endless),
        "QT002-odder-row.sql": RULE.replace("QT001", "QT002").replace("odd-row", "odder-row")
        .format(sql="SELECT id, n FROM t"),
    }  # fmt: skip
    make_package(tmp_path, {"t": "id,n\na,3\n"}, schemas={"t": schema}, rules=rules)
    assert sorted(codes(tmp_path)) == ["PK022", "QT002"]


def test_tables_and_columns_may_have_any_name(tmp_path: Path) -> None:
    names = ["select", "Ä b", 'qu"ote', "A", "a", "_row", "rowid", "c0"]
    schema = {"fields": [{"name": n, "type": "integer"} for n in names], "primaryKey": ["select"]}
    header = ",".join('"' + n.replace('"', '""') + '"' for n in names)
    text = header + "\n" + ",".join("12345678") + "\n" + ",".join("1234567x") + "\n"
    make_package(
        tmp_path, {"order": text, "T0": "a\n1\n", "t0": "a\n1\n"}, schemas={"order": schema}
    )
    found = [(f.code, f.field) for f in check(tmp_path).findings]
    assert found == [("KY001", "select"), ("FD001", "c0"), ("PK110", "")]


def test_a_missing_column_skips_its_checks_with_the_reason(tmp_path: Path) -> None:
    schema = {"fields": [ID, {"name": "n", "constraints": {"required": True}}], "primaryKey": "id"}
    make_package(tmp_path, {"t": "id\na\n"}, schemas={"t": schema})
    report = check(tmp_path)
    assert [f.code for f in report.findings] == ["TB001"]
    assert ("FD002", "t", "`n` is missing from data/t.csv (TB001)") in [
        (s.code, s.table, s.reason) for s in report.skipped
    ]


def test_severities_and_exemptions_of_a_package_are_obeyed_and_shown(tmp_path: Path) -> None:
    make_package(
        tmp_path, {"t": "id\na \nb  c\n"},
        copydesk={
            "severity": {"TX": "error", "double-space": "info"},
            "ignore": {"TX001": "on purpose"},
        },
    )  # fmt: skip
    report = check(tmp_path)
    assert [(f.code, str(f.severity)) for f in report.findings] == [("TX002", "info")]
    assert [(s.code, s.reason) for s in report.skipped] == [("TX001", "on purpose")]


def test_the_same_input_gives_the_same_json_but_for_the_seconds(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "n", "type": "integer"}]}
    make_package(tmp_path, {"t": "n\nx\ny\n"}, schemas={"t": schema})
    first, second = (run_cmd("check", tmp_path, "--format", "json") for _ in range(2))
    one, two = json.loads(first.out), json.loads(second.out)
    assert one["stats"].pop("seconds") >= 0
    assert two["stats"].pop("seconds") >= 0
    assert one == two
    assert first.code == 1


def test_a_small_memory_limit_is_enough_for_a_table_that_is_larger(tmp_path: Path) -> None:
    rows = "".join(f"{i},{'some text of a row ' * 6}{i}\n" for i in range(400_000))
    schema = {"fields": [{"name": "n", "type": "integer"}, {"name": "text"}], "primaryKey": "n"}
    make_package(tmp_path, {"t": "n,text\n" + rows}, schemas={"t": schema})
    report = check(tmp_path, settings=Settings(memory_limit="64MB"))
    assert (report.valid, report.rows) == (True, 400_000)


def test_an_unusable_memory_limit_is_the_users_mistake(tmp_path: Path) -> None:
    make_package(tmp_path, {"t": "n\n1\n"})
    with pytest.raises(UserError, match="lots"):
        check(tmp_path, settings=Settings(memory_limit="lots"))


def test_rows_that_share_a_key_are_not_judged_by_rules_that_know_them_by_it(tmp_path: Path) -> None:
    schema = {"fields": [ID, {"name": "n", "type": "integer"}], "primaryKey": "id"}
    rule = RULE.format(sql="SELECT id, n FROM t WHERE n % 2 = 1")
    make_package(tmp_path, {"t": "id,n\na,1\na,2\nb,3\n"}, schemas={"t": schema},
                 rules={"QT001-odd-row.sql": rule})  # fmt: skip
    found = [(f.code, f.line) for f in check(tmp_path).findings]
    assert found == [("KY001", 3), ("QT001", 4)]


def test_a_row_pasted_twice_breaks_every_key_that_it_repeats(tmp_path: Path) -> None:
    schema = {"fields": [ID, {"name": "n"}, {"name": "url", "constraints": {"unique": True}}],
              "primaryKey": "id", "uniqueKeys": [["n"]]}  # fmt: skip
    make_package(tmp_path, {"t": "id,n,url\na,1,x\na,1,x\nb,1,y\n"}, schemas={"t": schema})
    found = [(f.code, f.line) for f in check(tmp_path).findings]
    assert found == [("KY001", 3), ("KY003", 3), ("KY004", 3), ("KY003", 4)]


def test_a_cell_that_a_row_lacks_is_null_whatever_stands_for_missing_values(
    tmp_path: Path,
) -> None:
    schema = {"fields": [ID, {"name": "n"}], "primaryKey": "n", "missingValues": ["-"]}
    make_package(tmp_path, {"t": 'id,n\na\nb,""\n'}, schemas={"t": schema})
    assert [(f.code, f.line) for f in check(tmp_path).findings] == [("KY002", 2), ("TB006", 2)]


def test_a_reference_with_a_stray_space_is_reported_once(tmp_path: Path) -> None:
    people = {"fields": [ID], "primaryKey": "id"}
    key = {"fields": "who", "reference": {"resource": "people", "fields": "id"}}
    quotes = {"fields": [{"name": "who"}], "foreignKeys": [key]}
    make_package(
        tmp_path, {"quotes": "who\nkim \nkim\n", "people": "id\nkim\n"},
        schemas={"quotes": quotes, "people": people},
    )  # fmt: skip
    found = check(tmp_path).findings
    assert [(f.code, f.help) for f in found] == [("RF001", "did you mean `kim`?")]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("-- field: n", "-- field: m", "no field `m`"),
        ("`{n}` is odd", "`{m}` is odd", "selects no `m`"),
        ("-- field: n", "-- field: n\n-- needs: RF999", "needs `RF999`"),
        ("-- table: t", "-- table: u", "no table is called `u`"),
    ],
)
def test_a_rule_whose_header_does_not_fit_is_told_even_if_nothing_breaks_it(
    old: str, new: str, reason: str, tmp_path: Path
) -> None:
    schema = {"fields": [ID, {"name": "n", "type": "integer"}], "primaryKey": "id"}
    rule = RULE.format(sql="SELECT id, n FROM t WHERE false").replace(old, new)
    make_package(
        tmp_path, {"t": "id,n\n"}, schemas={"t": schema}, rules={"QT001-odd-row.sql": rule}
    )
    found = [(f.code, f.message) for f in check(tmp_path).findings]
    assert [code for code, _ in found] == ["PK022"]
    assert reason in found[0][1]


def test_the_reference_reports_a_ragged_row_once_and_in_whole_sentences(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a", "type": "integer"}, {"name": "b"}]}
    make_package(tmp_path, {"t": "a,b\n1,x\n2\n3,y,z\n"}, schemas={"t": schema})
    report = check(tmp_path, settings=Settings(engine="reference"))
    assert [(f.code, f.line) for f in report.findings] == [("TB006", 3), ("TB007", 4)]
    assert not [f.message for f in report.findings if "{" in f.message or "``" in f.message]
    assert {t.count for t in report.totals} == {1}


@pytest.mark.parametrize("pattern", [r"\w{1,900}", "(?:(?:a{99}){99}){99}"])
def test_a_pattern_too_large_for_the_database_is_judged_all_the_same(
    pattern: str, tmp_path: Path
) -> None:
    schema = {"fields": [{"name": "a", "type": "string", "constraints": {"pattern": pattern}}]}
    make_package(tmp_path, {"t": "a\n-\n"}, schemas={"t": schema})
    report = check(tmp_path)
    assert [(f.code, f.line) for f in report.findings] == [("FD005", 2)]
    assert report.tables[0].engine == "duckdb"


TAILS = {
    "regular": b"3,c\n",
    "a broken cell": b"x,c\n",
    "a line break": b'3,"c\nd"\n',
    "a short row": b"3\n",
    "a long row": b"3,c,d\n",
    "an empty line": b"\n3,c\n",
    "an open quote": b'3,"c\n',
    "not text": b"3,\xff\n",
    "a NUL byte": b"3,\0\n",
    "another line end": b"3,c\r\n",
}


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS.keys())
def test_a_table_that_is_read_ahead_is_judged_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tail: bytes
) -> None:
    package = make_package(
        tmp_path,
        tables={"t": b"id,name\n" + b"1,a\n2,b\n" * 20 + tail},
        schemas={"t": {"fields": [{"name": "id", "type": "integer"}, {"name": "name"}]}},
    )
    usual = check(package)
    monkeypatch.setattr("copydesk.engine.reading.LARGE", 0)
    monkeypatch.setattr("copydesk.engine.header.HEADER_LIMIT", 16)
    monkeypatch.setattr("copydesk.scan.tally.CHUNK", 16)
    ahead = check(package)
    assert ahead.findings == usual.findings
    assert (ahead.totals, ahead.tables, ahead.skipped) == (
        usual.totals,
        usual.tables,
        usual.skipped,
    )


def test_a_table_that_is_what_it_seemed_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(database: Database, reading: Reading) -> Loaded:
        read.append(reading.name)
        return load(database, reading)

    package = make_package(tmp_path, tables={"t": "id\n1\n", "u": 'id\n1\n"2\n3"\n'})
    monkeypatch.setattr("copydesk.engine.reading.LARGE", 0)
    monkeypatch.setattr("copydesk.engine.header.HEADER_LIMIT", 1)
    monkeypatch.setattr("copydesk.scan.tally.CHUNK", 5)
    monkeypatch.setattr("copydesk.engine.judge.LARGE", 0)
    monkeypatch.setattr("copydesk.engine.reading.load", counted)
    monkeypatch.setattr("copydesk.engine.judge.load", counted)
    assert check(package).valid
    assert sorted(read) == ["t", "u", "u"]


def test_an_odd_text_that_refers_to_another_table_is_told_of_a_large_one_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = "id\na \nb\nc\n"
    quotes = "n,speaker\n1,a \n2,b\n3, c\n4,\n5,a \n"
    key = {"fields": "speaker", "reference": {"resource": "people", "fields": "id"}}
    fields = [{"name": "n"}, {"name": "speaker", "type": "string"}]
    schemas = {
        "people": {"fields": [{"name": "id", "type": "string"}]},
        "quotes": {"fields": fields, "foreignKeys": [key]},
    }
    package = make_package(tmp_path, {"people": people, "quotes": quotes}, schemas=schemas)
    small = check(package)
    monkeypatch.setattr("copydesk.engine.reading.GATED_SIZE", 0)
    monkeypatch.setattr("copydesk.engine.shape.GATED_SIZE", 0)
    large = check(package)
    told = [(f.code, f.table, f.row) for f in large.findings if f.code in ("TX001", "RF001")]
    assert told == [
        ("TX001", "people", 2), ("TX001", "quotes", 2), ("RF001", "quotes", 4),
        ("TX001", "quotes", 6),
    ]  # fmt: skip
    assert large.findings == small.findings
    assert large.totals == small.totals


def test_a_cell_is_told_once_whichever_part_of_a_large_table_tells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [
        ("unique", {"column": "name"}, "critical"),
        ("match_regex", {"column": "name", "regex": "^[a-z ]*$"}, "warning"),
        ("not_be_null", {"column": "name", "mostly": 0.9}, "warning"),
        ("be_in_set", {"column": "name", "value_set": ["a", "b"]}, "info"),
    ]
    words = {"unique": "be_unique"}
    listed = [
        {"type": f"expect_column_values_to_{words.get(t, t)}", "kwargs": kwargs, "severity": grave}
        for t, kwargs, grave in expected
    ]
    rows = ["a", "A ", "A ", "b", "", "", "  c", "b", "d"]
    package = make_package(
        tmp_path,
        {"t": "n,name\n" + "".join(f"{n},{name}\n" for n, name in enumerate(rows))},
        schemas={"t": {"fields": [{"name": "n", "type": "integer"}, {"name": "name"}]}},
    )
    suite = json.dumps({"name": "t", "expectations": listed})
    next(tmp_path.rglob("t.csv")).with_name("t.expectations.json").write_text(suite)
    small = check(package)
    monkeypatch.setattr("copydesk.engine.reading.GATED_SIZE", 0)
    monkeypatch.setattr("copydesk.engine.shape.GATED_SIZE", 0)
    large = check(package)
    assert {f.code[:2] for f in large.findings} == {"GX", "TX"}
    assert large.findings == small.findings
    assert large.totals == small.totals
