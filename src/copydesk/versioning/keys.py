"""Which keys are promised for ever, and which rows of others stand under them now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from hashlib import sha256

from copydesk.diff.changes import Row, RowChange, TableDifference
from copydesk.diff.redirects import NAME
from copydesk.model import Package, Table

RETIRED = ("deprecated", "withdrawn", "retracted", "obsolete", "deleted", "merged", "superseded")
"""Values of a column `status` that say that a row is kept for those who refer to it only."""

MOST = 100_000
"""Changed rows of a table that are looked at."""

LONG = 20
"""Characters from which on one cell is enough to know a row by."""


def is_promised(package: Package, table: Table) -> bool:
    """Return whether the keys of a table are promised to last.

    They are where the primary key is one field: that is what others refer to. If the redirects of
    a package name the tables that they are about, as an enum, only those are.
    """
    schema = table.schema
    key = schema.primary_key.fields if schema and schema.primary_key else ()
    redirects = package.table(NAME)
    of = redirects.schema.field("table") if redirects and redirects.schema else None
    named = of.constraints.get("enum") if of else None
    known = named if isinstance(named, list) else None
    return len(key) == 1 and table.name != NAME and (known is None or table.name in known)


def is_referred_to(package: Package, name: str) -> bool:
    """Return whether another table has a foreign key to a table."""
    return any(
        (key.target or table.name) == name
        for table in package.tables
        for key in (table.schema.foreign_keys if table.schema else ())
    )


def reused(table: TableDifference) -> Iterator[RowChange]:
    """Yield the rows whose key stood for another row before.

    Two things tell that: hardly anything of a row is left, or what it held stands under another
    key now.
    """
    if not len(table.changed) or len(table.key) != 1:
        return
    places = _contents(table) if len(table.changed) <= MOST else {}
    for change in table.changed.first(MOST):
        old = {**change.row, **{c.field: c.old for c in change.cells}}
        moved = places.get(_digest(old, table.key[0]) or b"")
        if _is_unlike(change, table.key[0]) or moved not in (None, "", _key(change.key)):
            yield change


def _contents(table: TableDifference) -> dict[bytes, str]:
    """Return under which key each content stands now, empty where it is under several."""
    found: dict[bytes, str] = {}
    rows: list[RowChange | Row] = [*table.changed]
    if len(table.added) <= MOST:
        rows += table.added
    for row in rows:
        cells = row.row if isinstance(row, RowChange) else row.cells
        if content := _digest(cells, table.key[0]):
            found[content] = "" if content in found else _key(row.key)
    return found


def _key(key: Mapping[str, str]) -> str:
    return next(iter(key.values()), "")


def _digest(cells: Mapping[str, str], key: str) -> bytes | None:
    """Return a digest of what a row holds beside its key, None if that is too little to tell."""
    filled = [(n, v) for n, v in sorted(cells.items()) if v and n != key]
    if len(filled) < 3 and not any(len(v) >= LONG for _, v in filled):
        return None
    return sha256(repr(filled).encode("utf-8", "surrogatepass")).digest()


def _is_unlike(change: RowChange, key: str) -> bool:
    """Return whether at least two cells hold something else altogether, and few hold the same."""
    cells = [c for c in change.cells if c.field != key and c.kind == "value" and c.old and c.new]
    unlike = sum(not is_alike(c.old, c.new) for c in cells)
    touched = {c.field for c in change.cells}
    same = sum(1 for n, v in change.row.items() if v and n != key and n not in touched)
    return unlike >= 2 and 3 * (same + len(cells) - unlike) <= unlike


def is_alike(old: str, new: str) -> bool:
    """Return whether one text may correct the other: a word, or half of it, is the same."""
    words = [set(re.findall(r"\w{3,}", text.casefold())) for text in (old, new)]
    if words[0] & words[1]:
        return True
    return SequenceMatcher(None, old[:200], new[:200], autojunk=False).ratio() >= 0.5
