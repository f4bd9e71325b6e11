"""The report as JUnit XML: a suite for each table, a case for each check with findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from xml.sax.saxutils import escape, quoteattr

from copydesk.findings import Finding, Report
from copydesk.model import Severity
from copydesk.pile import by_kind
from copydesk.report._groups import skipped_lines, waived_lines
from copydesk.report._words import counted, lines, place, visible

MOST = 1_000
"""Findings of one check that are listed in its case."""


@dataclass(frozen=True)
class _Case:
    """One check of a suite: `failed` and `skipped` say how it ended, `count` what it found."""

    classname: str
    name: str
    said: str = ""
    kind: str = ""
    count: int = 0
    failed: bool = False
    skipped: bool = False
    findings: Iterable[Finding] = ()


def render(report: Report, **_look: object) -> Iterator[str]:
    """Yield the suites: an error fails its case, other findings are the output of theirs."""
    suites = list(_suites(report))
    every = [case for _, cases in suites for case in cases]
    name = quoteattr(visible(report.name) or "copydesk")
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name={name} {_counts(every)} time="{report.seconds:.3f}">\n'
    for title, cases in suites:
        skipped = sum(case.skipped for case in cases)
        yield f'  <testsuite name={quoteattr(title)} {_counts(cases)} skipped="{skipped}">\n'
        for case in cases:
            yield from _case(case)
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _counts(cases: list[_Case]) -> str:
    failures = sum(case.failed for case in cases)
    return f'tests="{len(cases)}" failures="{failures}" errors="0"'


def _suites(report: Report) -> Iterator[tuple[str, list[_Case]]]:
    """Yield the tables in their order, what belongs to none of them first."""
    cases: dict[str, list[_Case]] = {name: [] for name in ("", *(t.name for t in report.tables))}
    found = by_kind(report.findings)
    for total in report.totals:
        if total.count:
            about = f"{total.table}.{total.field}".strip(".") or report.name
            where = f" in {visible(total.field)}" if total.field else ""
            said = counted(total.count, "finding") + where
            cases.setdefault(total.table, []).append(
                _Case(
                    visible(about), f"{total.code} {visible(total.name)}", said, total.code,
                    total.count, total.severity is Severity.ERROR,
                    findings=found.get((total.code, total.table, total.field), ()),
                )
            )  # fmt: skip
    for one, said in zip(report.waived, waived_lines(report.waived), strict=True):
        finding = one.finding
        where = visible(f"{finding.table}.{finding.field}".strip(".") or report.name)
        case = _Case(where, f"{finding.code} {visible(finding.name)}", said, skipped=True)
        cases.setdefault(finding.table, []).append(case)
    for skip in dict.fromkeys(report.skipped):
        said = next(skipped_lines([skip]))
        code = "every check" if skip.code == "*" else skip.code
        case = _Case(visible(skip.table or report.name), code, said, skipped=True)
        cases.setdefault(skip.table, []).append(case)
    for table in report.tables:
        known = cases[table.name]
        if not known and table.checks:
            known.append(_Case(visible(table.name), counted(table.checks, "check")))
    for name, listed in cases.items():
        if listed:
            yield visible(name) or "the package", listed


def _case(case: _Case) -> Iterator[str]:
    start = f"    <testcase classname={quoteattr(case.classname)} name={quoteattr(case.name)}"
    if case.skipped:
        yield f"{start}>\n      <skipped message={quoteattr(case.said)}/>\n    </testcase>\n"
    elif not case.kind:
        yield f"{start}/>\n"
    else:
        tag = "failure" if case.failed else "system-out"
        said = f" type={quoteattr(case.kind)} message={quoteattr(case.said)}"
        yield f"{start}>\n      <{tag}{said if case.failed else ''}>"
        yield from _listed(case)
        yield f"</{tag}>\n    </testcase>\n"


def _listed(case: _Case) -> Iterator[str]:
    shown = 0
    for finding in islice(case.findings, MOST):
        at = place(finding.path, finding.line, finding.column) if finding.path else "the package"
        cure = f" ({' '.join(lines(finding.help))})" if finding.help else ""
        yield escape(f"{at}: {' '.join(lines(finding.message))}{cure}\n")
        shown += 1
    if case.count > shown:
        yield f"{counted(case.count - shown, 'more finding')}: see `copydesk check --all`\n"
