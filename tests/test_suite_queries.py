"""The queries of suites: where they point, and that they can do nothing but read the tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copydesk.engine import Settings
from copydesk.engine.duckdb import querying
from copydesk.findings import Finding, Report
from copydesk.run import check


def judged(folder: Path, *queries: str) -> Report:
    kind = "unexpected_rows_expectation"
    return run(folder, *((kind, {"unexpected_rows_query": query}) for query in queries))


def run(folder: Path, *expectations: tuple[str, dict[str, str]]) -> Report:
    (folder / "a.csv").write_text("id,n\n1,5\n2,7\n3,9\n", encoding="utf-8")
    (folder / "b.csv").write_text("id,n\n1,5\n2,7\n", encoding="utf-8")
    entries = [{"type": kind, "kwargs": kwargs} for kind, kwargs in expectations]
    suite = json.dumps({"name": "a", "expectations": entries})
    (folder / "a.expectations.json").write_text(suite, encoding="utf-8")
    return check(folder, settings=Settings(select=("GX",), results=True))


def told(report: Report) -> list[tuple[str, int | None, str]]:
    return [(f.code, f.line, f.message) for f in report.findings]


def place(one: Finding) -> tuple[str, int | None]:
    return one.code, one.line


FINDS = "the query of the suite finds"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * FROM {batch} WHERE n > 6", [(3, f"{FINDS} this row"), (4, f"{FINDS} this row")]),
        ("SELECT * FROM {batch} AS x WHERE x.n > 8;\n", [(4, f"{FINDS} this row")]),
        ("SELECT * FROM {batch} WHERE n > 60", []),
        (
            "SELECT a.* FROM {batch} a LEFT JOIN b USING (id) WHERE b.id IS NULL",
            [(4, f"{FINDS} this row")],
        ),
        (
            "SELECT id FROM b ORDER BY id",
            [(None, f"{FINDS} 2 rows, the first is id: 1")],
        ),
        (
            "SELECT n % 2 AS odd, count(*) AS c FROM {batch} GROUP BY 1 HAVING count(*) > 1",
            [(None, f"{FINDS} 1 row, the first is odd: 1; c: 3")],
        ),
        (
            "SELECT '{{}}' AS x FROM {batch} WHERE n = 5",
            [(None, f"{FINDS} 1 row, the first is x: {{}}")],
        ),
    ],
)  # fmt: skip
def test_a_query_points_at_the_rows_that_it_finds(
    query: str, expected: list[tuple[int | None, str]], tmp_path: Path
) -> None:
    report = judged(tmp_path, query)
    assert [(line, message) for _, line, message in told(report)] == expected
    (judgement,) = report.expectations
    assert judgement.success is not bool(expected)
    assert judgement.exception == ""


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('{secret}')",
        "SELECT * FROM '{secret}'",
        "SELECT content FROM read_text('{secret}')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "ATTACH '{folder}/out.db'",
        "SELECT 1; DROP TABLE b",
        "DELETE FROM {{batch}}",
        "CREATE TABLE more AS SELECT 1",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SELECT nope FROM {{batch}}",
        "SELECT * FROM nowhere",
        "SELECT FROM WHERE",
    ],
)
def test_a_query_that_does_more_than_read_tables_is_told_and_touches_nothing(
    query: str, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden\n", encoding="utf-8")
    query = query.format(secret=secret, folder=tmp_path)
    report = judged(tmp_path, query, "SELECT * FROM {batch} WHERE n > 8")
    assert sorted(place(f) for f in report.findings if f.code == "GX004") == [("GX004", None)]
    assert [place(f) for f in report.findings if f.code == "GX300"] == [("GX300", 4)]
    assert "hidden" not in str(report)
    known = {"a.csv", "b.csv", "a.expectations.json", "secret.txt"}
    assert {p.name for p in tmp_path.iterdir()} == known
    assert [bool(j.exception) for j in report.expectations] == [True, False]


def test_a_query_that_does_not_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(querying, "RULE_SECONDS", 0.3)
    endless = "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT max(i) FROM r"
    report = judged(tmp_path, endless, "SELECT * FROM {batch} WHERE n > 8")
    assert [f.code for f in report.findings] == ["GX004", "GX300"]
    assert report.findings[0].message.endswith("it takes longer than 0.3 seconds")


def test_a_query_with_another_word_in_braces_is_told(tmp_path: Path) -> None:
    pytest.importorskip("great_expectations", reason="it says what is wrong")
    assert [f.code for f in judged(tmp_path, "SELECT * FROM {table}").findings] == ["GX004"]


def test_the_numbers_of_rows_of_two_tables_are_compared(tmp_path: Path) -> None:
    kind = "expect_table_row_count_to_equal_other_table"
    names = ("a", "b", "c")
    report = run(tmp_path, *((kind, {"other_table_name": name}) for name in names))
    assert [f.code for f in report.findings] == ["GX004", "GX295"]
    assert report.findings[1].message == "the table has 3 rows, `b` has 2"
    assert [j.success for j in report.expectations] == [True, False, False]


@pytest.mark.parametrize("query", ["SELECT x.* FROM {batch} x, b", "SELECT x.id FROM {batch} x, b"])
def test_all_rows_that_a_query_finds_are_counted_however_few_are_kept(
    query: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = judged(tmp_path, query)
    monkeypatch.setattr(querying, "MOST", 4)
    again = judged(tmp_path, query)
    assert again.findings == kept.findings
    assert [t.count for t in again.totals] == [t.count for t in kept.totals]
    ((verdict,),) = [[j.result for j in again.expectations]]
    assert verdict == {"observed_value": 6}


def test_of_very_many_rows_that_a_query_finds_only_so_many_are_told_though_all_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(querying, "MOST", 2)
    judged(tmp_path, "SELECT * FROM {batch}")
    report = check(tmp_path, settings=Settings(select=("GX",), shown=None))
    assert (len(report.findings), report.errors) == (2, 3)
