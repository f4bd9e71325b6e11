"""Every check and rule: a table that passes, a table that fails, and the exact places."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk.checks import registry
from copydesk.findings import Finding
from copydesk.model import Rule
from copydesk.rules import read_rules
from copydesk.run import check
from copydesk.testing import Case, load_cases, write_case
from copydesk.versioning.held import held

CASES = Path(__file__).parent / "cases"
ALL = list(load_cases(CASES))


def place(finding: Finding) -> str:
    where = f"{finding.line}:{finding.column}" if finding.column else f"{finding.line or '-'}"
    if finding.table in ("", "t") and finding.path in ("data/t.csv", ""):
        return where
    return f"{finding.table or finding.path} {where}"


@pytest.mark.parametrize("case", ALL, ids=[c.id for c in ALL])
def test_a_case_is_judged_at_exactly_its_places(case: Case, tmp_path: Path, project: Path) -> None:
    target = write_case(case, tmp_path, project)
    report = check(target)
    if "released" in case.content:
        report = held(report, target)
    own = [f for f in report.findings if f.code == case.code]
    assert [place(f) for f in own] == list(case.expected)
    assert {f.name for f in own} <= {case.name}
    assert {f.code for f in report.findings} - {case.code} <= set(case.also)


OF_ROWS = [c for c in ALL if c.code[:2] not in ("FL", "PK", "ID", "VN")]


@pytest.mark.parametrize("case", OF_ROWS, ids=lambda c: c.id)
def test_a_row_of_a_large_table_is_judged_as_that_of_a_small_one(
    case: Case, tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = write_case(case, tmp_path, project)
    small = check(target)
    monkeypatch.setattr("copydesk.engine.reading.GATED_SIZE", 0)
    monkeypatch.setattr("copydesk.engine.shape.GATED_SIZE", 0)
    large = check(target)
    assert large.findings == small.findings
    assert large.totals == small.totals


def test_every_check_and_rule_has_a_case(project: Path) -> None:
    rules = {r.code for r in read_rules(project) if isinstance(r, Rule)}
    assert set(registry()) | rules == {c.code for c in ALL}


def test_every_case_is_named_after_its_check(project: Path) -> None:
    names = {s.code: s.name for s in registry().values()}
    names |= {r.code: r.name for r in read_rules(project) if isinstance(r, Rule)}
    for file in CASES.glob("*.yaml"):
        code, _, name = file.stem.partition("-")
        assert names.get(code) == name
