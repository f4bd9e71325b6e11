"""The checks of a plan, listed for people or as JSON, before any data is read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from copydesk.model import AnyCheck, QueryCheck

Tables = Sequence[tuple[str, str, Sequence[AnyCheck]]]
"""For each table its name, why it is left to another engine (or nothing), and its checks."""


def plan_text(package: str, tables: Tables, rules: Sequence[QueryCheck]) -> str:
    """Return one line for each check, by table, then the rules."""
    return "\n".join(_lines(package, tables, rules)) + "\n"


def _lines(package: str, tables: Tables, rules: Sequence[QueryCheck]) -> Iterator[str]:
    count = sum(len(checks) for _, _, checks in tables) + len(rules)
    yield f"{package}: {count:,} checks on {len(tables)} table{'s' * (len(tables) != 1)}"
    for name, foreign, checks in tables:
        yield ""
        yield f"{name}" + (f"  judged by frictionless: {foreign}" if foreign else "")
        yield from (_line(check) for check in checks)
    if rules:
        yield ""
        yield "rules across tables"
        yield from (_line(rule) for rule in rules)


def _line(check: AnyCheck) -> str:
    what = ", ".join(check.fields) or check.field or "the table"
    says = check.promise.says
    origin = str(check.promise.origin)
    tail = f"  {says}" if says else ""
    by = "" if check.engine == "duckdb" else f"  [{check.engine}]"
    place = f"  ({origin})" if origin and says else ""
    return f"  {check.code}  {check.severity:<7}  {what:<28}  {check.name}{by}{tail}{place}"


def plan_json(package: str, tables: Tables, rules: Sequence[QueryCheck]) -> str:
    """Return the plan as one JSON document."""
    every = [c for _, _, checks in tables for c in checks]
    document = {
        "plan": "copydesk/1",
        "package": package,
        "tables": [{"name": n, "left_to_reference": f or None} for n, f, _ in tables],
        "checks": [_entry(c) for c in (*every, *rules)],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _entry(check: AnyCheck) -> dict[str, object]:
    return {
        "code": check.code,
        "name": check.name,
        "severity": str(check.severity),
        "kind": type(check).__name__,
        "table": check.table,
        "field": check.field,
        "fields": list(check.fields),
        "says": check.promise.says,
        "origin": str(check.promise.origin),
        "equivalent": check.equivalent,
        "engine": check.engine,
    }
