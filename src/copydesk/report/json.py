"""The report as one JSON document, described by `report.schema.json` beside this file."""

from __future__ import annotations

import json
import re
from typing import Any

from copydesk.findings import Finding, Report
from copydesk.report._groups import infos_of

FORM = "copydesk/1"
"""Name and version of the form; the number rises when a reader of the old form would break."""


def document(report: Report) -> dict[str, Any]:
    """Return the report as plain values, every property present in every document."""
    return {
        "report": FORM,
        "valid": report.valid,
        "package": {"name": report.name, "version": report.version, "path": report.path},
        "tables": [
            {"name": t.name, "path": t.path, "rows": t.rows, "valid": t.valid, "engine": t.engine}
            for t in report.tables
        ],
        "findings": [_finding(f) for f in report.findings],
        "totals": [
            {"code": t.code, "table": t.table, "field": t.field, "count": t.count, "shown": t.shown}
            for t in report.totals
        ],
        "skipped": [{"code": s.code, "table": s.table, "reason": s.reason} for s in report.skipped],
        "stats": {
            "errors": report.errors,
            "warnings": report.warnings,
            "infos": infos_of(report),
            "rows": report.rows,
            "checks": report.checks,
            "tables": len(report.tables),
            "seconds": round(report.seconds, 3),
        },
    }


def render(report: Report, **_look: object) -> str:
    """Return the document as text."""
    text = json.dumps(document(report), ensure_ascii=False, indent=2)
    # Half a surrogate pair, left by bytes that are not text, has no form in UTF-8.
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "table": finding.table,
        "path": finding.path,
        "row": finding.row,
        "line": finding.line,
        "column": finding.column,
        "field": finding.field,
        "fields": list(finding.fields),
        "key": dict(finding.key),
        "value": finding.value,
        "message": finding.message,
        "why": finding.why,
        "help": finding.help,
        "origin": finding.origin,
        "equivalent": finding.equivalent,
        "related": [
            {"message": r.message, "path": r.path, "line": r.line, "column": r.column}
            for r in finding.related
        ],
    }
