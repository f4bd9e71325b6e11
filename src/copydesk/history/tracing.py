"""Who set a cell to its value: from the present back through the commits that changed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from copydesk.history.tables import Key, Sheet, Versions
from copydesk.revisions import Commit

Change = Literal["added", "changed", "renamed", "removed"]
EXISTS = ""
"""The name under which the row itself is traced."""


@dataclass(frozen=True)
class Cell:
    """A cell before and after; None where the row or the column was not there."""

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Event:
    """What happened to a row in one commit; `commit` is None for what is not committed yet.

    `former` is the key that the row had before, where it was another one. `line` is that of the
    row in `path` after the commit, or before it if the row is removed.
    """

    commit: Commit | None
    change: Change
    key: Key
    former: Key | None
    cells: tuple[Cell, ...]
    path: str
    line: int


@dataclass(frozen=True)
class _At:
    """A cell in a commit; `label` is None where its column was not there."""

    commit: str
    key: Key
    label: str | None


@dataclass(frozen=True)
class Tracer:
    """The history that is gone through: commits by id, children first, and how keys were renamed.

    `renamed` gives the former keys of a key, as the redirects of the dataset tell them.
    """

    versions: Versions
    commits: Mapping[str, Commit]
    renamed: Mapping[Key, Sequence[Key]]

    def events(self, tip: str, key: Key, fields: Sequence[str]) -> list[Event]:
        """Return what happened to these cells of a row up to a commit, the latest first."""
        found: dict[str, Event] = {}
        for name in fields:
            for event in self._trace(tip, key, name):
                assert event.commit is not None
                known = found.get(event.commit.id)
                cells = (*known.cells, *event.cells) if known else event.cells
                found[event.commit.id] = replace(event, cells=cells)
        return [found[one] for one in self.commits if one in found]

    def last_seen(self, key: Key) -> tuple[Event, str] | None:
        """Return the removal of a row that is gone, and the commit that still had it."""
        for commit in self.commits.values():
            if key in self.versions.at(commit.id).rows:
                continue
            for parent in commit.parents:
                sheet = self.versions.at(parent)
                if row := sheet.rows.get(key):
                    cells = tuple(Cell(n, text, None) for n, text in row.cells.items())
                    event = Event(commit, "removed", key, None, cells, sheet.path, row.line)
                    return event, parent
        return None

    def _trace(self, commit: str, key: Key, name: str) -> Iterator[Event]:
        """Yield where one cell got its value, then where it got the value before, and so on."""
        at: _At | None = _At(commit, key, name)
        while at is not None:
            here = self.versions.at(at.commit)
            value = self._value(at)
            before = list(self._before(at, here))
            same = (one for one in before if one.key == at.key and self._value(one) == value)
            if inherited := next(same, None):
                at = inherited
                continue
            source = next(iter(before), None)
            yield self._event(at, here, name, source)
            at = source if source and self._value(source) is not None else None

    def _before(self, at: _At, here: Sheet) -> Iterator[_At]:
        """Yield where the cell stood in each parent that has its row."""
        for parent in self.commits[at.commit].parents:
            sheet = self.versions.at(parent)
            key = self._former(here, sheet, at.key)
            if key is not None:
                yield _At(parent, key, self._label(here, sheet, at.label))

    def _value(self, at: _At) -> str | None:
        """Return a cell, None where there is no such row or column."""
        row = self.versions.at(at.commit).rows.get(at.key)
        if row is None or at.label is None:
            return None
        return "" if at.label == EXISTS else row.cells.get(at.label)

    def _event(self, at: _At, here: Sheet, name: str, source: _At | None) -> Event:
        old = self._value(source) if source else None
        new = self._value(at)
        former = source.key if source and source.key != at.key else None
        change: Change = "added" if source is None else "renamed" if former else "changed"
        told = name != EXISTS and not (former and old == new)
        cells = (Cell(name, old, new),) if told else ()
        line = here.rows[at.key].line
        return Event(self.commits[at.commit], change, at.key, former, cells, here.path, line)

    def _former(self, here: Sheet, before: Sheet, key: Key) -> Key | None:
        """Return the key that a row had before, None where there was no such row."""
        if key in before.rows:
            return key
        gone = [old for old in self.renamed.get(key, ()) if old in before.rows]
        if gone:
            return gone[0]
        row, named = here.rows.get(key), self.versions.key
        if row is None or not before.rows:
            return None
        rest = {name: text for name, text in row.cells.items() if name not in named}
        if not any(rest.values()):
            return None
        alike = [
            old
            for old, other in before.rows.items()
            if old not in here.rows
            and all(other.cells.get(name, text) == text for name, text in rest.items())
        ]
        return alike[0] if len(alike) == 1 else None

    def _label(self, here: Sheet, before: Sheet, name: str | None) -> str | None:
        """Return the label that a column had before, None where there was no such column."""
        if name is None or name == EXISTS or name in before.labels:
            return name
        gone = [label for label in before.labels if label not in here.labels]
        both = [key for key in here.rows if key in before.rows]
        alike = [
            label
            for label in gone
            if both
            and all(
                before.rows[key].cells.get(label) == here.rows[key].cells.get(name) for key in both
            )
        ]
        return alike[0] if len(alike) == 1 else None
