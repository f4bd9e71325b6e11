"""A history as text for people, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from copydesk.engine.places import shown
from copydesk.history import Cell, Event, History

_LONGEST = 100
_MOST_LINES = 6


def history_text(found: History) -> str:
    """Return a history as people read it, the latest change first."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: History) -> Iterator[str]:
    key = ", ".join(f"{n} = {_cut(v)}" for n, v in zip(found.fields, found.key, strict=True))
    yield f"{found.table}, {key}" + (f", field {found.field}" if found.field else "")
    for event in found.events:
        yield ""
        yield from _event(found, event)
    if found.shallow:
        yield ""
        yield "This clone is shallow: what came before is not at hand (`git fetch --unshallow`)."


def _event(found: History, event: Event) -> Iterator[str]:
    commit = event.commit
    if commit is None:
        yield "not committed yet"
    else:
        yield f"{commit.id[:10]}  {commit.date[:10]}  {_cut(commit.author)}"
        yield f"    {_cut(commit.subject)}"
        body = [line.rstrip() for line in commit.body.splitlines() if line.strip()]
        yield from (f"    {_cut(line)}" for line in body[:_MOST_LINES])
    at = f"{shown(event.path, None)}:{event.line}"
    if event.former is not None:
        yield f"  the key was {_quoted(','.join(event.former))}   {at}"
    elif event.change in ("added", "removed"):
        yield f"  the row was {event.change}   {at}"
    cells = event.cells
    if event.change in ("added", "removed") and not found.field:
        cells = tuple(cell for cell in cells if cell.old or cell.new)
    yield from (f"  {line}" for cell in cells for line in _cell(cell, event, at))


def _cell(cell: Cell, event: Event, at: str) -> Iterator[str]:
    where = "" if event.former or event.change in ("added", "removed") else f"   {at}"
    if event.change == "added" or cell.old is None:
        column = "" if event.change == "added" else " (the column was added)"
        yield f"{cell.field}: {_quoted(cell.new or '')}{column}{where}"
    elif cell.new is None:
        gone = "" if event.change == "removed" else " (the column was removed)"
        yield f"{cell.field}: {_quoted(cell.old)}{gone}{where}"
    else:
        yield f"{cell.field}: {_quoted(cell.old)} → {_quoted(cell.new)}{where}"


def _quoted(text: str) -> str:
    return f"`{_cut(text)}`" if text else "empty"


def _cut(text: str) -> str:
    return shown(text, _LONGEST)


def history_json(found: History) -> str:
    """Return a history as the document that history.schema.json describes."""
    document = {
        "history": "copydesk/1",
        "table": found.table,
        "key": dict(zip(found.fields, found.key, strict=True)),
        "field": found.field,
        "shallow": found.shallow,
        "events": [_document(found, event) for event in found.events],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _document(found: History, event: Event) -> dict[str, object]:
    commit = event.commit
    told = None if commit is None else {
        "id": commit.id, "author": commit.author, "email": commit.email, "date": commit.date,
        "subject": commit.subject, "body": commit.body,
    }  # fmt: skip
    former = event.former
    return {
        "commit": told,
        "change": event.change,
        "former": None if former is None else dict(zip(found.fields, former, strict=True)),
        "path": event.path,
        "line": event.line,
        "cells": [{"field": c.field, "old": c.old, "new": c.new} for c in event.cells],
    }
