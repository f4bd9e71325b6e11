"""Two versions of a package → what is different, in rows, columns and promises.

`compared` shows the whole way: what the user names → two versions (`sources`, `versions`) → tables
paired → rows and columns (`rows`, `columns`) and promises (`promises`, `package`) → `Difference`
(`changes`), which the forms in `copydesk.diff.forms` tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from copydesk.checks.advice import did_you_mean, nearest
from copydesk.diff.changes import Difference, TableDifference, Version
from copydesk.diff.labels import Labels
from copydesk.diff.package import package_changes, resource_changes, suite_changes
from copydesk.diff.promises import schema_changes
from copydesk.diff.redirects import redirects_of
from copydesk.diff.rows import TableComparison
from copydesk.diff.sources import Place, pair_of
from copydesk.diff.tables import Pair, paired
from copydesk.diff.versions import PackageVersion, read_version
from copydesk.engine.duckdb import Database, OutOfMemory
from copydesk.errors import UserError

MEMORY = "600MB"
"""What DuckDB may hold; beyond that it uses the disk."""


@dataclass(frozen=True)
class Wishes:
    """What the user may choose: keys by table, the tables, memory and threads.

    The key under an empty name is for the only table.
    """

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    memory_limit: str = MEMORY
    threads: int | None = None


@dataclass(frozen=True)
class Compared:
    """A difference, and what tells the labels of its rows."""

    difference: Difference
    labels: Labels


@contextmanager
def compared(
    base: str | None = None,
    head: str | None = None,
    *,
    package: Path = Path(),
    wishes: Wishes | None = None,
) -> Iterator[Compared]:
    """Give the difference between two versions; its rows can be read as long as it is open.

    Raises UserError where there is no such version, or it is no package.
    """
    wishes = wishes or Wishes()
    with TemporaryDirectory(prefix="copydesk-") as folder:
        scratch = Path(folder)
        places = pair_of(base, head, package, scratch)
        old, new = (_read(place, scratch / f"read-{n}") for n, place in enumerate(places))
        database = Database(scratch, wishes.memory_limit, wishes.threads)
        try:
            yield _compared(places, (old, new), database, wishes)
        except OutOfMemory:
            raise UserError(
                f"the tables do not fit into the memory allowed ({wishes.memory_limit})",
                hint="allow more: --memory-limit 4GB",
            ) from None
        finally:
            database.close()


def _read(place: Place, scratch: Path) -> PackageVersion:
    try:
        return read_version(place.path, scratch)
    except UserError as error:
        if not place.commit:
            raise
        folder = str(place.path)
        where = "" if not error.place or error.place == folder else f"{place.named}: {error.place}"
        message = error.message.replace(folder, place.named)
        raise UserError(message, hint=error.hint, place=where) from None


def _compared(
    places: tuple[Place, Place],
    versions: tuple[PackageVersion, PackageVersion],
    database: Database,
    wishes: Wishes,
) -> Compared:
    pairs = paired(versions, database)
    names = [pair.name for pair in pairs]
    for name in (*wishes.tables, *filter(None, wishes.keys)):
        if name not in names:
            hint = did_you_mean(nearest(name, names)) or f"the tables are {', '.join(names)}"
            raise UserError(f"no table is called `{name}`", hint=hint)
    redirects = redirects_of(versions[1]) or redirects_of(versions[0])
    tables = []
    for number, pair in enumerate(pairs):
        if wishes.tables and pair.name not in wishes.tables:
            continue
        key = _key(wishes, pair, len(pairs))
        one = TableComparison(database, number, (pair.base, pair.head), key, redirects)
        tables.append(_with_promises(one.run(), pair, versions))
    told = [
        Version(place.named, v.package.name, v.package.version, place.commit)
        for place, v in zip(places, versions, strict=True)
    ]
    found = tuple(package_changes(versions[0].package, versions[1].package))
    kept = tuple(t for t in tables if t.any or t.rewritten)
    difference = Difference(told[0], told[1], kept, () if wishes.tables else found)
    return Compared(difference, Labels(database, versions))


def _key(wishes: Wishes, pair: Pair, count: int) -> tuple[str, ...]:
    """Return the key that is asked for, whose columns must be there."""
    key = wishes.keys.get(pair.name) or wishes.keys.get("", ())
    if "" in wishes.keys and count > 1 and pair.name not in wishes.keys:
        if len(wishes.tables) != 1:
            raise UserError(
                "`--key` names no table, and there are several", hint="--key TABLE=FIELD,FIELD"
            )
        key = wishes.keys[""] if pair.name in wishes.tables else ()
    for one in (pair.base, pair.head):
        lost = [f for f in key if one and not one.reason and f not in one.columns]
        if lost:
            near = did_you_mean(nearest(lost[0], list(one.columns))) if one else ""
            raise UserError(
                f"`{pair.name}` has no column `{lost[0]}`",
                hint=near or f"the columns are {', '.join(one.columns) if one else ''}",
            )
    return key


def _with_promises(
    found: TableDifference, pair: Pair, versions: Sequence[PackageVersion]
) -> TableDifference:
    if pair.base is None or pair.head is None:
        return found
    old, new = pair.base.table, pair.head.table
    suites = [v.package.suites for v in versions]
    changes = [
        *schema_changes(old.schema, new.schema, found.columns.renamed),
        *suite_changes(suites[0], suites[1], new.name, old.name),
        *(resource_changes(old, new) if pair.described else ()),
    ]
    told = tuple(replace(change, table=new.name) for change in changes)
    state = "renamed" if found.old_name else found.state
    return replace(found, promises=told, state=state)
