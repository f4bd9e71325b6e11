"""The report as GitLab's Code Quality reads it: one JSON array, fingerprints that last."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from itertools import islice
from typing import Any

from copydesk.findings import Finding, Report
from copydesk.model import Severity
from copydesk.report._fingerprint import Fingerprints
from copydesk.report._words import counted, lines, path_in, reasons, visible

MOST = 25_000
"""Entries in one report: what is beyond it is counted in one more."""

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report, *, base: str = "", **_look: object) -> Iterator[str]:
    """Yield an entry for each finding, then one for those that are only counted.

    `base` is the folder of the package as seen from the root of the repository.
    """
    given, written = Fingerprints(), 0
    start = "[\n"
    for finding in islice(report.findings, MOST):
        yield start + json.dumps(_entry(finding, base, given.of(finding)))
        start, written = ",\n", written + 1
    for one in report.waived:
        entry = _entry(one.finding, base, given.of(one.finding))
        until = f" until {one.expires}" if one.expires else ""
        description = f"waived{until}, {entry['description']} ({visible(one.reason)})"
        yield start + json.dumps(entry | {"severity": "info", "description": description})
        start = ",\n"
    rest = sum(t.count for t in report.totals) - written
    if rest > 0:
        yield start + json.dumps(_rest(rest, base, report))
        start = ",\n"
    yield "[]\n" if start == "[\n" else "\n]\n"


def _entry(finding: Finding, base: str, fingerprint: str) -> dict[str, Any]:
    said = " ".join(lines(finding.message))
    return {
        "type": "issue",
        "check_name": f"{finding.code} {finding.name}",
        "description": f"{finding.code}: {said}",
        "content": {"body": "\n\n".join([said, *reasons(finding)])},
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": fingerprint,
        "location": {
            "path": path_in(finding, base),
            "lines": {"begin": finding.line or 1},
        },
    }


def _rest(number: int, base: str, report: Report) -> dict[str, Any]:
    worst = Severity.ERROR if report.errors else Severity.WARNING
    return {
        "type": "issue",
        "check_name": "copydesk",
        "description": f"{counted(number, 'more finding')}: see `copydesk check --all`",
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[worst],
        "fingerprint": "copydesk-more-findings",
        "location": {"path": posixpath.join(base, "datapackage.json"), "lines": {"begin": 1}},
    }
