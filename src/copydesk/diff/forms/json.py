"""The difference as one JSON document, described by `diff.schema.json` beside this file.

It holds every change, so that the newer rows can be made of the older ones (`copydesk.diff.patch`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from copydesk.diff import Compared
from copydesk.diff.changes import (
    Difference,
    NewColumn,
    PromiseChange,
    Row,
    RowChange,
    TableDifference,
)

T = TypeVar("T")

FORM = "copydesk/1"
"""Name and version of the form; the number rises when a reader of the old form would break."""


def render(found: Compared, **_look: object) -> Iterator[str]:
    """Yield the document, each row when its turn comes."""
    difference = found.difference
    yield _opened(_head(difference)) + ',\n"tables": ['
    tables = [t for t in difference.tables if t.any]
    for number, table in enumerate(tables):
        yield ",\n" if number else "\n"
        yield from _table(table)
    yield "\n]}\n"


def document(found: Compared) -> dict[str, Any]:
    """Return the document as plain values."""
    read: dict[str, Any] = json.loads("".join(render(found)))
    return read


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _opened(value: Mapping[str, Any]) -> str:
    return "{" + ",\n".join(f"{_text(k)}: {_text(v)}" for k, v in value.items())


def _head(difference: Difference) -> dict[str, Any]:
    base, head = difference.base, difference.head
    return {
        "diff": FORM,
        "base": base.named,
        "head": head.named,
        "package": {
            "name": head.name or base.name,
            "versions": [base.version, head.version],
            "commits": [base.commit, head.commit],
        },
        "promises": [_promise(p) for p in difference.promises],
    }


def _table(table: TableDifference) -> Iterator[str]:
    yield _opened(_about(table))
    yield from _rows("removed", table.removed, _lost)
    yield from _rows("renamed", table.renamed, _renamed)
    yield from _rows("changed", table.changed, _changed)
    yield from _rows("added", table.added, _added)
    yield ',\n"columns": {' + ", ".join(_columns(table))
    yield ', "added": ['
    for number, column in enumerate(table.columns.added):
        yield ", " if number else ""
        yield from _new_column(column)
    yield "]}}"


def _about(table: TableDifference) -> dict[str, Any]:
    return {
        "name": table.name,
        "old_name": table.old_name or table.name,
        "path": table.path,
        "state": table.state,
        "key": list(table.key),
        "matched": table.matched,
        "reason": table.reason,
        "notes": list(table.notes),
        "rows": list(table.rows),
        "totals": {
            "removed": len(table.removed), "renamed": len(table.renamed),
            "changed": len(table.changed), "added": len(table.added),
        },
        "fields": {
            name: {"changed": c.changed, "spelling": c.spelling, "reference": c.reference}
            for name, c in table.fields.items()
        },
        "constraints": [_promise(p) for p in table.promises],
    }  # fmt: skip


def _rows(name: str, rows: Iterable[T], shown: Callable[[T], dict[str, Any]]) -> Iterator[str]:
    yield f',\n"{name}": ['
    for number, row in enumerate(rows):
        yield (",\n" if number else "\n") + _text(shown(row))
    yield "]"


def _added(row: Row) -> dict[str, Any]:
    return {"at": row.at, "key": dict(row.key), "row": dict(row.cells)}


def _lost(row: Row) -> dict[str, Any]:
    redirect = row.redirect
    told = {"to": redirect.new, "reason": redirect.reason} if redirect else None
    return _added(row) | {"redirect": told, "like": dict(row.like) if row.like else None}


def _changed(row: RowChange) -> dict[str, Any]:
    return {"at": [row.base, row.head], "key": dict(row.key), "cells": _cells(row)}


def _renamed(row: RowChange) -> dict[str, Any]:
    return {
        "at": [row.base, row.head], "from": dict(row.old_key), "to": dict(row.key),
        "cells": _cells(row),
    }  # fmt: skip


def _cells(row: RowChange) -> list[dict[str, str]]:
    return [{"field": c.field, "old": c.old, "new": c.new, "kind": c.kind} for c in row.cells]


def _columns(table: TableDifference) -> Iterator[str]:
    columns = table.columns
    retyped = [
        {"field": p.field, "property": p.property, "old": p.old, "new": p.new}
        for p in table.promises
        if p.subject == "type"
    ]
    told = {
        "order": list(columns.order),
        "removed": [{"name": c.name, "filled": c.filled} for c in columns.removed],
        "renamed": [
            {"from": c.old, "to": c.new, "same": round(c.same, 4)} for c in columns.renamed
        ],
        "retyped": retyped,
        "reordered": columns.reordered,
    }
    return (f"{_text(k)}: {_text(v)}" for k, v in told.items())


def _new_column(column: NewColumn) -> Iterator[str]:
    yield f'{{"name": {_text(column.name)}, "filled": {column.filled}, "values": ['
    for number, (at, value) in enumerate(column.values):
        yield (", " if number else "") + _text({"at": at, "value": value})
    yield "]}"


def _promise(change: PromiseChange) -> dict[str, Any]:
    return {
        "subject": change.subject, "table": change.table, "field": change.field,
        "property": change.property, "change": change.change, "what": change.what,
        "old": change.old, "new": change.new,
    }  # fmt: skip
