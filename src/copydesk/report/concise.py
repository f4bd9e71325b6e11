"""One line for each finding, for editors and grep."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.findings import Finding, Report
from copydesk.report._causes import Causes
from copydesk.report._groups import groups, since_lines, skipped_lines, waived_lines
from copydesk.report._words import lines, place


def render(report: Report, *, here: str = "", **_look: object) -> Iterator[str]:
    """Yield a line per finding, then one for each total that is not all shown and each skip."""
    for finding in report.findings:
        yield _line(finding, report, here) + "\n"
    yield from (group.sentence(Causes()) + "\n" for group in groups(report) if group.capped)
    yield from (line + "\n" for line in since_lines(report.since))
    yield from (line + "\n" for line in waived_lines(report.waived, here))
    yield from (line + "\n" for line in skipped_lines(report.skipped))


def _line(finding: Finding, report: Report, here: str) -> str:
    where = place(finding.path, finding.line, finding.column, here) if finding.path else ""
    where = where or place(report.path or ".", None, None)
    return f"{where}: {finding.severity} {finding.code} {' '.join(lines(finding.message))}"
