"""Which tables of two versions are the same, also under another name."""

from __future__ import annotations

import filecmp
from dataclasses import dataclass

from copydesk.diff.versions import PackageVersion, TableVersion
from copydesk.engine.duckdb import Database, Unreadable
from copydesk.engine.duckdb.comparing import Comparison

HALF = 0.5
"""The share of its rows that a table with a new name must have kept."""


@dataclass(frozen=True)
class Pair:
    """A table in both versions; `described` says that descriptors speak of it."""

    base: TableVersion | None
    head: TableVersion | None
    described: bool = True

    @property
    def name(self) -> str:
        """Return its name in the newer version, else in the older one."""
        found = self.head or self.base
        assert found is not None
        return found.table.name


def paired(versions: tuple[PackageVersion, PackageVersion], database: Database) -> list[Pair]:
    """Return the tables of two versions in the order of the newer one, then those that are gone."""
    old, new = (dict(v.tables) for v in versions)
    described = all(v.source.document is not None for v in versions)
    if not described and len(old) == len(new) == 1:
        return [Pair(next(iter(old.values())), next(iter(new.values())), described=False)]
    gone = {n: t for n, t in old.items() if n not in new}
    former: dict[str, TableVersion] = {}
    for name in [n for n in new if n not in old]:
        found = next((n for n, t in gone.items() if _alike(t, new[name], database)), None)
        if found is not None:
            former[name] = gone.pop(found)
    pairs = [Pair(old.get(n) or former.get(n), t, described) for n, t in new.items()]
    return pairs + [Pair(t, None, described) for t in gone.values()]


def _alike(old: TableVersion, new: TableVersion, database: Database) -> bool:
    """Return whether a table is another one under a new name: one file, or most of its rows."""
    files = [v.table.file for v in (old, new)]
    if not all(f.is_file() for f in files):
        return False
    if filecmp.cmp(files[0], files[1], shallow=False) or old.table.path == new.table.path:
        return True
    if old.reason or new.reason or set(old.columns) != set(new.columns):
        return False
    names = [(n, n) for n in old.columns]
    both = Comparison(database, 9999, (old.side, new.side), names, plain=False)
    try:
        both.read(0)
        both.read(1)
    except Unreadable:
        return False
    kept = both.kept_count()
    both.forget()
    return kept > HALF * max(both.rows)
