"""Annotations on the lines of a pull request: the workflow commands of GitHub Actions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from copydesk.findings import Finding, Report
from copydesk.model import Severity
from copydesk.report._groups import since_lines
from copydesk.report._words import counted, lines, note, visible, width_in

LIMIT = 10
"""Annotations of one kind that GitHub shows for one step; what is beyond it is dropped."""

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, *, base: str = "", **_look: object) -> Iterator[str]:
    """Yield one command per line: the first findings of each severity, then what is left out.

    `base` is the folder of the package as seen from the root of the repository.
    """
    shown: Counter[Severity] = Counter()
    for finding in report.findings:
        # One notice is kept for what is left out.
        if shown[finding.severity] < LIMIT - (finding.severity is Severity.INFO):
            shown[finding.severity] += 1
            yield _command(finding, base) + "\n"
    if rest := _rest(report, shown):
        yield f"::notice title=copydesk::{_data(rest)}\n"


def _command(finding: Finding, base: str) -> str:
    properties = []
    if finding.path:
        properties.append(("file", str(PurePosixPath(base, finding.path))))
    if finding.path and finding.line is not None:
        properties.append(("line", str(finding.line)))
        if finding.column is not None:
            properties.append(("col", str(finding.column)))
            properties.append(("endColumn", str(finding.column + width_in(finding.excerpt) - 1)))
    properties.append(("title", visible(f"{finding.code} {finding.name}")))
    written = ",".join(f"{name}={_property(text)}" for name, text in properties)
    message = "\n".join(_message(finding))
    return f"::{_COMMANDS[finding.severity]} {written}::{_data(message)}"


def _message(finding: Finding) -> Iterator[str]:
    yield from lines(finding.message)
    yield from _labelled("why", finding.why)
    for related in finding.related:
        yield from _labelled("note", note(related))
    yield from _labelled("help", finding.help)


def _labelled(label: str, text: str) -> Iterator[str]:
    if text:
        first, *rest = lines(text)
        yield f"{label}: {first}"
        yield from (f"  {line}".rstrip() for line in rest)


def _rest(report: Report, shown: Counter[Severity]) -> str:
    """Return a sentence about everything that has no annotation of its own; empty if none."""
    exact: Counter[Severity] = Counter()
    for total in report.totals:
        exact[total.severity] += total.count
    hidden = [(exact[s] - shown[s], s) for s in Severity if exact[s] > shown[s]]
    said = []
    if hidden:
        beyond = ", ".join(counted(number, f"more {severity}") for number, severity in hidden)
        said.append(f"{beyond} without an annotation")
    if report.since:
        said.append(next(since_lines(report.since)))
    if report.waived:
        said.append(f"{counted(len(report.waived), 'finding')} waived")
    if report.skipped:
        said.append(f"{counted(len(report.skipped), 'check')} not run")
    return f"{', '.join(said)}: see `copydesk check --all`" if said else ""


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
