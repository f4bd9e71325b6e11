"""The report in the Static Analysis Results Interchange Format, SARIF 2.1.0.

Columns count characters, and fingerprints hold while lines shift. What GitHub would refuse is
left out and counted: more than 25,000 results, or more than 10 MB of them when compressed.
"""

from __future__ import annotations

import json
import posixpath
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import quote

import copydesk
from copydesk.checks import FAMILIES, CheckSpec, registry
from copydesk.findings import Finding, Report
from copydesk.model import Rule, Severity
from copydesk.report._fingerprint import Fingerprints
from copydesk.report._groups import skipped_lines
from copydesk.report._words import counted, lines, path_in, reasons, visible, width_in

MOST = 25_000
"""Results in one run that GitHub takes."""

SIZE = 9_500_000
"""Bytes of results when compressed: GitHub takes 10 MB, and some are kept for the rest."""

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "recommendation",
}


def render(report: Report, *, base: str = "", **_look: object) -> Iterator[str]:
    """Yield the text of the log: its rules, then a line for each result, then what is left out.

    `base` is the folder of the package as seen from the root of the repository.
    """
    rules = _rules(report)
    index = {rule["id"]: i for i, rule in enumerate(rules)}
    yield '{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",\n'
    yield '"runs": [{"tool": {"driver": ' + json.dumps(_driver(rules)) + "},\n"
    yield f'"automationDetails": {json.dumps({"id": f"copydesk/{report.name}"})},\n'
    yield '"columnKind": "unicodeCodePoints",\n"results": ['
    given, packed, size, written = Fingerprints(), zlib.compressobj(), 0, 0
    for finding in islice(_worst_first(report.findings), MOST - len(report.waived)):
        text = json.dumps(_result(finding, base, index, given.of(finding)))
        size += len(packed.compress(text.encode()))
        if size > SIZE:
            break
        yield ("," if written else "") + "\n" + text
        written += 1
    for one in report.waived:
        result = _result(one.finding, base, index, given.of(one.finding))
        reason = visible(one.reason) + (f" (until {one.expires})" if one.expires else "")
        result["suppressions"] = [{"kind": "external", "justification": reason}]
        yield ("," if written else "") + "\n" + json.dumps(result)
        written += 1
    yield "\n],\n"
    said = _left_out(report, written - len(report.waived))
    run = {"executionSuccessful": True, "toolExecutionNotifications": said}
    yield f'"invocations": {json.dumps([run])}}}]}}\n'


def _worst_first(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings in order, errors before warnings, so that what is cut matters least."""
    for severity in Severity:
        yield from (f for f in findings if f.severity is severity)


def _driver(rules: list[dict[str, Any]]) -> dict[str, Any]:
    version = copydesk.__version__
    return {"name": "copydesk", "version": version, "semanticVersion": version, "rules": rules}


def _rules(report: Report) -> list[dict[str, Any]]:
    """Return a descriptor of each check that found something, in the order of their codes."""
    words: Mapping[str, CheckSpec | Rule] = {**registry(), **{r.code: r for r in report.rules}}
    found = {w.finding.code: (w.finding.name, w.finding.severity) for w in report.waived}
    found |= {t.code: (t.name, t.severity) for t in report.totals}
    return [_rule(code, *found[code], words.get(code)) for code in sorted(found)]


def _rule(code: str, name: str, severity: Severity, words: CheckSpec | Rule | None) -> Any:
    parts = [("Why", words.why), ("Example", words.example), ("Fix", words.fix)] if words else []
    said = [(label, " ".join(visible(text).split())) for label, text in parts if text]
    what = " ".join(visible(words.what).split()) if words and words.what else name
    family = FAMILIES.get(code[:2], "rule of the dataset").partition(":")[0]
    explain = f"`copydesk explain {code}`"
    return {
        "id": code,
        "name": name,
        "shortDescription": {"text": f"{code} {name}"},
        "fullDescription": {"text": what},
        "help": {
            "text": "\n".join([*(f"{label}: {text}" for label, text in said), explain]),
            "markdown": "\n\n".join([*(f"**{label}.** {text}" for label, text in said), explain]),
        },
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {
            "tags": ["data", family],
            "precision": "very-high",
            "problem.severity": _PROBLEMS[severity],
        },
    }


def _result(
    finding: Finding, base: str, index: Mapping[str, int], fingerprint: str
) -> dict[str, Any]:
    result: dict[str, Any] = {"ruleId": finding.code, "level": _LEVELS[finding.severity]}
    if finding.code in index:
        result["ruleIndex"] = index[finding.code]
    said = [*lines(finding.message), *reasons(finding)]
    width = width_in(finding.excerpt)
    related = [
        {
            "id": i,
            "message": {"text": visible(other.message)},
            **_location(posixpath.join(base, other.path), other.line, other.column),
        }
        for i, other in enumerate(finding.related, 1)
        if other.path
    ]
    about = {
        "table": finding.table, "field": finding.field, "row": finding.row,
        "key": dict(finding.key), "value": finding.value,
    }  # fmt: skip
    result |= {
        "message": {"text": "\n".join(said)},
        "locations": [_location(path_in(finding, base), finding.line or 1, finding.column, width)],
        "partialFingerprints": {
            "primaryLocationLineHash": fingerprint,
            "copydeskFinding/v1": fingerprint,
        },
        "properties": {name: value for name, value in about.items() if value},
    }
    return result | ({"relatedLocations": related} if related else {})


def _location(path: str, line: int | None, column: int | None, width: int = 0) -> dict[str, Any]:
    uri = quote(path, errors="surrogatepass")
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}}
    if line is not None:
        region = {"startLine": line}
        if column is not None:
            region["startColumn"] = column
        if column is not None and width:
            region["endColumn"] = column + width
        physical["region"] = region
    return {"physicalLocation": physical}


def _left_out(report: Report, written: int) -> list[dict[str, Any]]:
    """Return what is no result: findings beyond those shown or allowed, and checks not run."""
    total = sum(t.count for t in report.totals)
    said = []
    if total > written:
        said.append(f"{counted(total - written, 'more finding')}: see `copydesk check --all`")
    said += skipped_lines(report.skipped)
    return [{"level": "note", "message": {"text": text}} for text in said]
