"""The forms that other programs read: what they hold, and the limits of those who read them."""

from __future__ import annotations

import gc
import json
import random
import re
import shutil
import string
import subprocess
import tracemalloc
import xml.etree.ElementTree as ET
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from copydesk import pile
from copydesk.engine import Settings
from copydesk.findings import Excerpt, Finding, Report, TableResult, Total, identity
from copydesk.model import Severity
from copydesk.report import html as page
from copydesk.report import markdown, parts, render, sarif
from copydesk.run import check
from copydesk.testing import make_package, run_cmd

STANDARDS = Path(__file__).resolve().parent.parent / "build" / "standards"
EVIL = "]]>`<script>alert(1)</script>|@someone #1 ![x](http://x) ``` --> \u202e\x00&"


def standard(name: str) -> Path:
    file = STANDARDS / name
    if not file.is_file():
        pytest.skip("scripts/standards has not fetched the schemas: npm was missing")
    return file


def report_of(findings: Sequence[Finding], count: int | None = None, **rest: Any) -> Report:
    found = Counter((f.code, f.name, f.severity, f.table, f.field) for f in findings)
    totals = tuple(Total(*key, count=n, shown=n) for key, n in found.items())
    if count is not None:
        totals = (replace(totals[0], count=count), *totals[1:])
    tables = (TableResult("t", "data/t.csv", 9, not findings, "duckdb", 3),)
    values: dict[str, Any] = {"name": "news", "version": "1.0.0", "path": ".", "skipped": ()}
    values |= {"checks": 3, "seconds": 0.1, "tables": tables}
    return Report(**{"findings": findings, "totals": totals} | values | rest)


def finding(row: int = 2, **rest: Any) -> Finding:
    values: dict[str, Any] = {
        "message": f"`{row}x` is not an integer", "table": "t", "path": "data/t.csv", "row": row,
        "line": row, "column": 3, "field": "n", "fields": ("n",), "key": {"id": f"r{row}"},
        "value": f"{row}x", "excerpt": Excerpt(f"r{row},{row}x", 3, 2), "help": "write digits",
    }  # fmt: skip
    values |= {"code": "FD001", "name": "type-error", "severity": Severity.ERROR}
    return Finding(**values | rest)


def evil() -> Report:
    bad = finding(
        message=EVIL, path=f"data/{EVIL[:9]} ü.csv", table=EVIL, field=EVIL, value=EVIL, why=EVIL,
        help=EVIL, key={EVIL: EVIL}, excerpt=Excerpt(EVIL, 3, 4),
    )  # fmt: skip
    return report_of([bad], name=EVIL)


def broken(tmp_path: Path, rows: int = 30) -> Path:
    lines = ["id,n", *(f"r{i},x{i}" for i in range(rows))]
    fields = [{"name": "id"}, {"name": "n", "type": "integer"}]
    schema = {"fields": fields, "primaryKey": ["id"]}
    return make_package(tmp_path, {"t": "\n".join(lines) + "\n"}, schemas={"t": schema})


SAMPLES: Sequence[Callable[[], Report]] = [
    lambda: report_of([]),
    lambda: report_of([finding(n) for n in range(2, 9)], count=1000),
    lambda: report_of([finding(line=None, column=None, row=None, path="", excerpt=None)]),
    evil,
]


@pytest.mark.parametrize("sample", SAMPLES)
def test_sarif_keeps_the_schema_of_the_standard(sample: Callable[[], Report]) -> None:
    schema = json.loads(standard("sarif.json").read_text("utf-8"))
    log = json.loads(render(sample(), "sarif", base="a b/ü"))
    validator = jsonschema.Draft4Validator(schema)
    assert [error.message for error in validator.iter_errors(log)] == []


@pytest.mark.parametrize("sample", SAMPLES)
def test_junit_keeps_the_schema_that_jenkins_has(sample: Callable[[], Report]) -> None:
    schema = standard("jenkins-junit.xsd")
    if not shutil.which("xmllint"):
        pytest.skip("xmllint, of Debian's libxml2-utils, is not installed")
    command = ["xmllint", "--noout", "--schema", str(schema), "-"]
    written = render(sample(), "junit").encode()
    done = subprocess.run(command, input=written, capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "- validates\n")


def results(report: Report, **look: Any) -> list[dict[str, Any]]:
    (run,) = json.loads(render(report, "sarif", **look))["runs"]
    found: list[dict[str, Any]] = run["results"]
    return found


def test_a_result_points_to_the_characters_of_its_cell() -> None:
    line = "😀,a\u0301,dirct"
    (result,) = results(
        report_of([finding(column=6, line=7, excerpt=Excerpt(line, 5, 5))]), base="datasets/x y"
    )
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "datasets/x%20y/data/t.csv", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 7, "startColumn": 6, "endColumn": 11},
    }
    assert result["message"]["text"].endswith("help: write digits")


def test_every_result_names_a_rule_that_is_described() -> None:
    (run,) = json.loads(render(evil(), "sarif"))["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["fullDescription"]["text"]
        assert "**Why.**" in rule["help"]["markdown"]
        assert len(rule["properties"]["tags"]) <= 10


def test_fingerprints_hold_when_lines_shift_and_differ_within_a_report() -> None:
    before = [finding(2), finding(3), replace(finding(3), line=4, row=4)]
    after = [replace(f, line=(f.line or 0) + 9, row=(f.row or 0) + 9) for f in before]
    for form in ("sarif", "gitlab"):
        one, other = (prints(report_of(found), form) for found in (before, after))
        assert one == other
        assert len(set(one)) == 3


def prints(report: Report, form: str) -> list[str]:
    if form == "gitlab":
        return [entry["fingerprint"] for entry in json.loads(render(report, "gitlab"))]
    return [r["partialFingerprints"]["primaryLocationLineHash"] for r in results(report)]


def test_the_trouble_of_a_whole_table_stays_the_same_when_its_measure_moves() -> None:
    values: dict[str, Any] = {"row": None, "key": {}, "why": "the suite asks for 5 to 9 rows"}
    one, other = (finding(message=f"{n} rows", value=str(n), **values) for n in (3, 4))
    assert identity(one) == identity(other)
    assert identity(one) != identity(replace(one, field="m", fields=("m",)))
    assert identity(finding(2)) != identity(finding(2, value="9z"))


def test_sarif_gives_github_no_more_results_than_it_takes_and_the_worst_of_them() -> None:
    found = [
        finding(n, severity=Severity.WARNING if n % 2 else Severity.ERROR, excerpt=None)
        for n in range(2, 30_002)
    ]
    log = json.loads(render(report_of([replace(f, code="TX001") for f in found]), "sarif"))
    (run,) = log["runs"]
    levels = Counter(result["level"] for result in run["results"])
    assert levels == {"error": 15_000, "warning": 10_000}
    (said,) = run["invocations"][0]["toolExecutionNotifications"]
    assert said["message"]["text"].startswith("5,000 more findings: ")


def test_sarif_stays_below_the_size_that_github_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    noise = ["".join(chance.choices(string.printable, k=900)) for _ in range(200)]
    found = [finding(n + 2, message=text) for n, text in enumerate(noise)]
    monkeypatch.setattr(sarif, "SIZE", 60_000)
    text = render(report_of(found), "sarif")
    assert 55_000 < len(zlib.compress(text.encode())) < 70_000
    (run,) = json.loads(text)["runs"]
    rest = 200 - len(run["results"])
    (said,) = run["invocations"][0]["toolExecutionNotifications"]
    assert 0 < rest < 200
    assert said["message"]["text"].startswith(f"{rest} more findings: ")


def test_gitlab_is_told_what_is_only_counted() -> None:
    *entries, rest = json.loads(render(report_of([finding()], count=1000), "gitlab", base="b"))
    assert entries[0]["location"] == {"path": "b/data/t.csv", "lines": {"begin": 2}}
    assert {"check_name", "description", "fingerprint", "severity", "location"} <= set(rest)
    assert rest["description"].startswith("999 more findings")
    assert json.loads(render(report_of([]), "gitlab")) == []


def test_junit_has_a_suite_for_each_table_and_a_case_for_each_check_that_found_something() -> None:
    warning = finding(3, code="TX001", name="odd", severity=Severity.WARNING)
    root = ET.fromstring(render(report_of([finding(), warning], count=1500), "junit"))
    (suite,) = root
    cases = {case.get("name"): [part.tag for part in case] for case in suite}
    assert cases == {"FD001 type-error": ["failure"], "TX001 odd": ["system-out"]}
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("t", "2", "1")
    assert "1,499 more findings" in "".join(suite.itertext())


def test_a_clean_table_is_a_passing_case() -> None:
    root = ET.fromstring(render(report_of([]), "junit"))
    assert [(case.get("name"), len(case)) for case in root.iter("testcase")] == [("3 checks", 0)]


class Page(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.said: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def test_a_page_holds_nothing_that_data_can_run_or_fetch() -> None:
    text = render(evil(), "html")
    read = Page(text)
    assert read.tags["script"] == 1
    assert "alert(1)</script>" in "".join(read.said)
    policy = dict(read.attributes)["content"]
    assert "default-src 'none'" in text
    assert policy is not None
    assert not {name for name, _ in read.attributes if name in ("src", "onclick", "style")}
    assert all((v or "").startswith("#") for n, v in read.attributes if n == "href")


def test_a_page_runs_the_script_that_its_policy_names() -> None:
    from base64 import b64encode
    from hashlib import sha256

    text = render(evil(), "html")
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.S)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text


def test_a_page_shows_so_many_findings_and_counts_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MOST", 3)
    text = render(report_of([finding(n) for n in range(2, 12)]), "html")
    assert text.count("<article") == 3
    assert "10 rows in t.n; 3 told on this page, which holds 3 findings" in text


def outside_code(text: str) -> str:
    fences = re.sub(r"^(`{3,})text\n.*?^\1$", "", text, flags=re.S | re.M)
    return re.sub(r"<code>[^<]*</code>", "", fences)


def test_nothing_of_the_data_is_markup_or_a_mention_in_markdown() -> None:
    text = render(evil(), "markdown")
    assert "@someone" in text
    left = outside_code(text)
    assert not re.search(r"@someone|script|!\[|#1|http", left), left


def test_markdown_is_cut_to_what_a_summary_holds_with_exact_counts() -> None:
    found = [finding(n, excerpt=Excerpt("x" * 90, 2, 2)) for n in range(2, 20_002)]
    other = finding(1, code="TX001", severity=Severity.WARNING, path="data/u.csv")
    text = render(report_of([*found, other]), "markdown")
    assert markdown.SIZE * 0.9 < len(text.encode()) <= markdown.SIZE
    told = text.count("\nerror[FD001]")
    assert f"FD001: 20,000 rows in t.n; {told:,} told here, the others did not fit" in text
    assert "**1 more finding** did not fit" in text
    assert outside_code(text).count("<details") == outside_code(text).count("</details>") == 1


def test_markdown_of_very_many_tables_stays_short() -> None:
    tables = tuple(TableResult(f"t{i}" * 9, "p", 1, True, "duckdb", 1) for i in range(5000))
    totals = tuple(
        Total("FD001", "n", Severity.ERROR, t.name, f"f{i}", 1) for i, t in enumerate(tables)
    )
    text = render(report_of([], tables=tables, totals=totals), "markdown")
    assert len(text.encode()) <= markdown.SIZE
    assert "| 4,000 other tables | | | |" in text


@pytest.mark.parametrize("form", ["sarif", "junit", "gitlab", "markdown", "html"])
def test_what_is_held_while_rendering_does_not_grow_with_the_findings(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pile, "HELD", 50)
    monkeypatch.setattr(sarif, "MOST", 300)
    monkeypatch.setattr("copydesk.report.gitlab.MOST", 300)
    monkeypatch.setattr(page, "MOST", 300)
    monkeypatch.setattr(markdown, "SIZE", 60_000)
    peaks = []
    for rows in (400, 4000):
        report = check(broken(tmp_path / str(rows), rows), settings=Settings(shown=None))
        list(parts(report, form, whole=True))
        gc.collect()
        tracemalloc.start()
        for _ in parts(report, form, whole=True):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0]


def test_a_check_writes_all_forms_at_once(tmp_path: Path) -> None:
    root = broken(tmp_path / "package")
    names = ["sarif", "junit", "gitlab", "markdown", "html", "json"]
    formats = [f"--format={name}={tmp_path / name}" for name in names]
    done = run_cmd("check", root, *formats, "--format", "github", "--quiet")
    assert done.code == 1
    assert done.out.count("::error ") == 5
    assert len(results_in(tmp_path / "sarif")) == 5
    assert ET.parse(tmp_path / "junit").getroot().get("failures") == "1"
    assert len(json.loads((tmp_path / "gitlab").read_text("utf-8"))) == 6
    assert "5 of 30 rows in t.n shown" in (tmp_path / "markdown").read_text("utf-8")
    assert (tmp_path / "html").read_text("utf-8").count("<article") == 5


def results_in(file: Path) -> list[Any]:
    found: list[Any] = json.loads(file.read_text("utf-8"))["runs"][0]["results"]
    return found
