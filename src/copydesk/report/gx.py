"""The expectations in the form in which Great Expectations writes its own validation results.

`gx.schema.json` beside this file describes the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from copydesk.findings import Judgement, Report
from copydesk.report.json import text
from copydesk.suites import catalogue_version

FORM = "gx"
"""The member that holds the name and version of the form."""

VERSION = "copydesk/1"

_OWN = ("description", "id", "notes")
"""Members of an expectation that are shown as they are written."""


def document(report: Report) -> dict[str, Any]:
    """Return one validation result for each suite, in the form of `to_json_dict()`."""
    suites = groupby(report.expectations, lambda one: (one.table, one.suite))
    return {
        FORM: VERSION,
        "validation_results": [
            _suite(report, table, name, list(some)) for (table, name), some in suites
        ],
    }


def render(report: Report, **_look: object) -> Iterator[str]:
    """Yield the text of the document."""
    yield text(document(report)) + "\n"


def _suite(report: Report, table: str, name: str, some: Sequence[Judgement]) -> dict[str, Any]:
    good = sum(one.success for one in some)
    return {
        "success": good == len(some),
        "suite_name": name,
        "suite_parameters": {},
        "statistics": {
            "evaluated_expectations": len(some),
            "successful_expectations": good,
            "unsuccessful_expectations": len(some) - good,
            "success_percent": good / len(some) * 100 if some else None,
        },
        "meta": {
            "great_expectations_version": catalogue_version(),
            "active_batch_definition": {
                "datasource_name": report.name or "copydesk",
                "data_connector_name": "copydesk",
                "data_asset_name": table,
                "batch_identifiers": {
                    "path": next((t.path for t in report.tables if t.name == table), "")
                },
            },
        },
        "id": None,
        "results": list(map(_result, some)),
    }


def _result(one: Judgement) -> dict[str, Any]:
    return {
        "success": one.success,
        "expectation_config": _config(one.type, one.written),
        "result": dict(one.result),
        "meta": {},
        "exception_info": {
            "raised_exception": bool(one.exception),
            "exception_traceback": one.exception or None,  # its pages want a text
            "exception_message": one.exception or None,
        },
    }


def _config(kind: str, written: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": kind,
        "kwargs": dict(written.get("kwargs") or {}),
        "meta": dict(written.get("meta") or {}),
        "severity": written.get("severity") or "critical",
    }
    return found | {name: written[name] for name in _OWN if written.get(name) is not None}
