"""The history of a row or a cell: who set it to its value, in which commit, and why.

It is read from the commits of an ordinary git repository. A row is known by its key, so that
sorting, quoting and moving rows or files are no change; a key that was renamed is followed by the
redirects of the dataset, or where all else of the row stayed the same.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from copydesk.checks.advice import did_you_mean, nearest
from copydesk.errors import UserError
from copydesk.history.tables import Key, Sheet, Versions, read_sheet
from copydesk.history.tracing import EXISTS, Cell, Change, Event, Tracer
from copydesk.model import Package, Table
from copydesk.package import DESCRIPTOR, read_package
from copydesk.revisions import commits, former_paths, repository

__all__ = ["Cell", "Event", "History", "history"]

REDIRECTS = "redirects"


@dataclass(frozen=True)
class History:
    """What happened to a row, or to one `field` of it: the latest first.

    `fields` names the columns of the key. `shallow` says that earlier commits are not at hand.
    """

    table: str
    fields: tuple[str, ...]
    key: Key
    field: str
    events: tuple[Event, ...]
    shallow: bool


def history(target: Path, table: str, key: str, field: str = "", revision: str = "HEAD") -> History:
    """Return what happened to a row, or one field of it, up to a revision.

    With `HEAD` changes that are not committed yet belong to it. `key` is the value of the key, its
    parts divided by commas as in a line of CSV. Raises UserError for what is not there.
    """
    package = read_package(target).package
    one = _table(package, table)
    names = one.schema.primary_key.fields if one.schema and one.schema.primary_key else ()
    wanted = _key(key, names, table)
    found = repository(package.root)
    with found.finder() as finder, found.objects() as objects:
        versions = Versions(finder, objects, one, names, [one.path])
        tip = found.commit(revision)
        versions.paths += former_paths(found, revision, one.path)
        for commit in commits(found, revision, [DESCRIPTOR]):
            versions.learn(commit.id)
        listed = commits(found, revision, versions.paths)
        tracer = Tracer(versions, {c.id: c for c in listed}, _redirects(package, one, names))
        events = _events(tracer, tip, wanted, field, revision == "HEAD")
    return History(table, names, wanted, field, tuple(events), found.shallow)


def _events(tracer: Tracer, tip: str, key: Key, field: str, uncommitted: bool) -> list[Event]:
    versions = tracer.versions
    committed = versions.at(tip)
    now = _on_disk(versions) if uncommitted else committed
    events = []
    if change := _pending(committed, now, key, field, tracer.renamed):
        events.append(change)
        key = change.former or key
    fields = [field] if field else [EXISTS, *committed.labels]
    last = next(iter(tracer.commits), "")
    if key in committed.rows:
        _known(field, committed)
        return events + tracer.events(last, key, fields)
    if gone := tracer.last_seen(key):
        event, parent = gone
        labels = [field] if field else [EXISTS, *versions.at(parent).labels]
        return [*events, event, *tracer.events(parent, key, labels)]
    if not events:
        known = [",".join(k) for k in now.rows]
        ending = [k for k in known if k.endswith(",".join(key))]
        raise UserError(
            f"`{versions.table.name}` has no row with the key `{','.join(key)}`, and never had",
            hint=did_you_mean(ending[:3] or nearest(",".join(key), known)),
        )
    return events


def _pending(
    committed: Sheet, now: Sheet, key: Key, field: str, renamed: Mapping[Key, Sequence[Key]]
) -> Event | None:
    """Return what has not been committed yet, if anything."""
    row, former = now.rows.get(key), None
    was = committed.rows.get(key)
    if row is not None and was is None:
        former = next((old for old in renamed.get(key, ()) if old in committed.rows), None)
        was = committed.rows.get(former) if former else None
    old, new = (was.cells if was else {}), (row.cells if row else {})
    names = [field] if field else [*dict.fromkeys([*new, *old])]
    cells = tuple(Cell(n, old.get(n), new.get(n)) for n in names if old.get(n) != new.get(n))
    if not cells and not former:
        return None
    change: Change = "removed" if row is None else "added" if was is None else "changed"
    placed = row or was
    line = placed.line if placed else 0
    return Event(None, "renamed" if former else change, key, former, cells, now.path, line)


def _known(field: str, sheet: Sheet) -> None:
    if field and field not in sheet.labels:
        raise UserError(
            f"`{sheet.path}` has no column `{field}`",
            hint=did_you_mean(nearest(field, sheet.labels)),
        )


def _on_disk(versions: Versions) -> Sheet:
    table = versions.table
    if not table.file.is_file():
        return Sheet(table.path)
    return read_sheet(table.file.read_bytes(), table.path, table.dialect, versions.key)


def _table(package: Package, name: str) -> Table:
    found = package.table(name)
    if found is None:
        known = [t.name for t in package.tables]
        raise UserError(
            f"`{package.name}` has no table `{name}`",
            hint=did_you_mean(nearest(name, known)) or f"it has {', '.join(known)}",
        )
    if not (found.schema and found.schema.primary_key):
        raise UserError(
            f"the schema of `{name}` names no primary key, by which a row could be followed",
            hint='say which fields tell its rows apart: "primaryKey": ["id"]',
        )
    return found


def _key(text: str, names: Sequence[str], table: str) -> Key:
    parts = (text,) if len(names) == 1 else tuple(next(csv.reader([text]), ()))
    if len(parts) != len(names):
        raise UserError(
            f"the key of `{table}` has {len(names)} parts, `{text}` has {len(parts)}",
            hint=f"give them divided by commas: {','.join(names)}",
        )
    return parts


def _redirects(package: Package, table: Table, names: Sequence[str]) -> dict[Key, list[Key]]:
    """Return the former keys of each key, as the redirects of the dataset tell them."""
    found: dict[Key, list[Key]] = {}
    told = package.table(REDIRECTS)
    if told is None or len(names) != 1 or not told.file.is_file():
        return found
    sheet = read_sheet(told.file.read_bytes(), told.path, told.dialect, ("table", "old_id"))
    for (of, old), row in sheet.rows.items():
        if of == table.name and row.cells.get("new_id"):
            found.setdefault((row.cells["new_id"],), []).append((old,))
    return found
