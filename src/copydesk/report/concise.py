"""One line for each finding, for editors and grep."""

from __future__ import annotations

from copydesk.findings import Finding, Report
from copydesk.report._groups import groups, skipped_lines
from copydesk.report._words import lines, place


def render(report: Report, **_look: object) -> str:
    """Return a line per finding, then one for each total that is not all shown and each skip."""
    said = [_line(finding, report) for finding in report.findings]
    said += [group.sentence for group in groups(report) if group.capped]
    said += skipped_lines(report.skipped)
    return "".join(line + "\n" for line in said)


def _line(finding: Finding, report: Report) -> str:
    where = place(finding.path or report.path or ".", finding.line, finding.column)
    return f"{where}: {finding.severity} {finding.code} {' '.join(lines(finding.message))}"
