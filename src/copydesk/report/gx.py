"""The expectations in the form in which Great Expectations writes its own validation results.

`gx.schema.json` beside this file describes the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from copydesk.findings import Judgement, Report
from copydesk.report.json import text
from copydesk.suites import SEVERITIES, catalogue_version

FORM = "gx"
"""The member that holds the name and version of the form."""

VERSION = "copydesk/1"

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


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
    """Return the configuration of an expectation, as far as Great Expectations can take it."""
    severity, notes = written.get("severity"), written.get("notes")
    found: dict[str, Any] = {
        "type": kind,
        "kwargs": _members(written, "kwargs"),
        "meta": _members(written, "meta"),
        "severity": severity if severity in SEVERITIES else "critical",
    }
    if isinstance(written.get("description"), str):
        found["description"] = written["description"]
    if _UUID.fullmatch(str(written.get("id"))):
        found["id"] = written["id"]
    return found if notes is None else found | {"notes": notes}


def _members(written: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return an object that an expectation holds, without what is not said."""
    value = written.get(name)
    return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else {}
