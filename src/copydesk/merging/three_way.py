"""Two versions of a table and what they come from → one, by key and by cell.

A cell, row or column that only one side has changed is taken from that side. Only where both have
changed the same one, each otherwise, is there a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from copydesk.merging.ordering import merged_order, sorting
from copydesk.merging.version import Key, Row, Unfit, Version


@dataclass(frozen=True)
class Conflict:
    """A row that both sides have changed otherwise, or one changed and the other removed.

    Each of `cells` is (label, base, ours, theirs); base is None for a cell that is new. `ours` and
    `theirs` are the row as each side would have it, without a line end, None where it is removed.
    """

    key: Key
    cells: tuple[tuple[str, str | None, str, str], ...]
    ours: str | None
    theirs: str | None


@dataclass(frozen=True)
class Merged:
    """A merged table: what stands above the rows, and each row or conflict in its order."""

    head: str
    rows: tuple[str | Conflict, ...]
    end: str

    @property
    def conflicts(self) -> list[Conflict]:
        """Return what could not be merged."""
        return [row for row in self.rows if isinstance(row, Conflict)]


@dataclass(frozen=True)
class _Sides:
    base: Version
    ours: Version
    theirs: Version
    delimiter: str
    labels: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", _columns(self.base, self.ours, self.theirs))


def merge(base: Version, ours: Version, theirs: Version, delimiter: str) -> Merged:
    """Return two versions of a table as one.

    Raises Unfit where the columns themselves cannot be merged.
    """
    sides = _Sides(base, ours, theirs, delimiter)
    ends = [row.end for one in (ours, theirs) for row in one.rows.values() if row.end]
    end = ends[0] if ends else "\n"
    order = merged_order(list(base.rows), list(ours.rows), list(theirs.rows))
    by = [sorting(list(one.rows)) for one in (ours, theirs)]
    if by[0] and by[0] is by[1]:
        order.sort(key=by[0])
    rows = [made for key in order if (made := _row(sides, key)) is not None]
    closed = [_closed(row, end) for row in rows[:-1]] + rows[-1:]
    return Merged(_head(sides), tuple(closed), end)


def _closed(row: str | Conflict, end: str) -> str | Conflict:
    """Return a row with its line end, which the last line of a file may lack."""
    return row + end if isinstance(row, str) and not row.endswith(("\n", "\r")) else row


def _columns(base: Version, ours: Version, theirs: Version) -> tuple[str, ...]:
    """Return the merged labels in their order; raises Unfit where one side changes what goes."""
    for kept, gone in ((ours, theirs), (theirs, ours)):
        for label in base.labels:
            if label in gone.labels or label not in kept.labels:
                continue
            for key, row in kept.rows.items():
                old = base.rows.get(key)
                if row.values[label] != (old.values[label] if old else ""):
                    raise Unfit(f"one side removes the column `{label}`, the other changes it")
    order = merged_order(base.labels, ours.labels, theirs.labels)
    both = {*ours.labels} & {*theirs.labels}
    return tuple(n for n in order if n in both or n not in base.labels)


def _head(sides: _Sides) -> str:
    """Return what stands above the rows: of the side that has changed it, or with all labels."""
    base, ours, theirs = sides.base, sides.ours, sides.theirs
    fitting = [one for one in (ours, theirs) if one.labels == sides.labels]
    changed = [one for one in fitting if one.head != base.head]
    if fitting:
        return (changed or fitting)[0].head
    above, line = ours.head[: -len(ours.header)], ours.header
    end = line[len(line.rstrip("\r\n")) :]
    words = {**theirs.labels_written, **ours.labels_written}
    return above + sides.delimiter.join(words[name] for name in sides.labels) + end


def _row(sides: _Sides, key: Key) -> str | Conflict | None:
    """Return the row of a key as it is merged, None if it is removed."""
    base, ours, theirs = (v.rows.get(key) for v in (sides.base, sides.ours, sides.theirs))
    if ours and theirs:
        return _of_both(sides, key, base, ours, theirs)
    left = ours or theirs
    if left is None:
        return None
    if base is None:
        return _made(sides, left, left.written)
    if all(left.values.get(label, old) == old for label, old in base.values.items()):
        return None
    text = _made(sides, left, left.written).rstrip("\r\n")
    return Conflict(key, (), text if ours else None, text if theirs else None)


def _of_both(sides: _Sides, key: Key, base: Row | None, ours: Row, theirs: Row) -> str | Conflict:
    mine, yours = dict(ours.written), dict(theirs.written)
    conflicts = []
    for label in sides.labels:
        chosen = _chosen(label, base, ours, theirs)
        if chosen:
            mine[label] = yours[label] = chosen.written[label]
        else:
            old = base.values.get(label) if base else None
            conflicts.append((label, old, ours.values[label], theirs.values[label]))
    if conflicts:
        texts = (_made(sides, ours, mine), _made(sides, theirs, yours))
        return Conflict(key, tuple(conflicts), *(text.rstrip("\r\n") for text in texts))
    side = theirs if yours == theirs.written and mine != ours.written else ours
    return _made(sides, side, mine)


def _chosen(label: str, base: Row | None, ours: Row, theirs: Row) -> Row | None:
    """Return the row whose cell is taken; None if both sides have changed it, each otherwise."""
    old, one, other = (row.values.get(label) if row else None for row in (base, ours, theirs))
    if one == other:
        same = base is not None and ours.written.get(label) == base.written.get(label)
        return theirs if same else ours
    if other in (old, None):
        return ours
    return theirs if one in (old, None) else None


def _made(sides: _Sides, side: Row, written: Mapping[str, str]) -> str:
    """Return a row with these cells, byte for byte that of a side where nothing differs."""
    if tuple(side.written) == sides.labels and written == side.written:
        return side.raw
    return sides.delimiter.join(written.get(label, "") for label in sides.labels) + side.end
