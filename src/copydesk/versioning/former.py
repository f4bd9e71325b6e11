"""The keys of all former releases, held against those of now.

Of each release only those tables are read that no release before had just so: equal files have
equal keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from copydesk.diff.changes import Redirect
from copydesk.diff.redirects import redirects_of
from copydesk.diff.sources import write_revision
from copydesk.diff.versions import PackageVersion, TableVersion, read_version
from copydesk.engine.duckdb import Database, Unreadable
from copydesk.engine.duckdb.reading_cells import texts_among, texts_without
from copydesk.errors import UserError
from copydesk.model import Skip
from copydesk.package import DESCRIPTOR
from copydesk.releases import Release
from copydesk.revisions import Repository
from copydesk.versioning.keys import is_promised


@dataclass(frozen=True)
class Gone:
    """A key that is gone: the table, the last release that had it, and what became of it."""

    table: str
    field: str
    key: str
    release: str
    fate: str


@dataclass
class Former:
    """Reads the keys of releases; what could not be read is `skipped`, with the reason."""

    found: Repository
    scratch: Path
    database: Database
    skipped: list[Skip] = field(default_factory=list)

    def gone(self, releases: Iterable[Release], now: PackageVersion) -> Iterator[Gone]:
        """Yield the keys of releases that lead nowhere now, table by table."""
        kept = {n: t for n, t in now.tables.items() if is_promised(now.package, t.table)}
        self._skip((n, "now", t.reason) for n, t in kept.items() if t.reason)
        here = {n: t for n, t in kept.items() if not t.reason and len(t.key) == 1}
        lost: dict[str, dict[str, str]] = {}
        fields: dict[str, str] = {}
        for release, version in self._versions(releases):
            for name, table in version.tables.items():
                dropped = name not in now.tables and is_promised(version.package, table.table)
                if len(table.key) == 1 and (name in here or dropped):
                    fields[name] = table.key[0]
                    gone = self._without(table, here.get(name))
                    lost.setdefault(name, {}).update(dict.fromkeys(gone, release.tag))
        moved = redirects_of(now)
        for name, keys in lost.items():
            told = {k: r for k, r in moved.get(name, {}).items() if k in keys}
            found = self._among(here[name], told) if name in here else None
            for key, tag in keys.items():
                if fate := _fate(name, told.get(key), found):
                    yield Gone(name, fields[name], key, tag, fate)

    def _without(self, table: TableVersion, other: TableVersion | None) -> list[str]:
        """Return the keys of a table that another one has not."""

        def ask() -> list[str]:
            sides = [(t.side, t.key[0]) if t else None for t in (table, other)]
            assert sides[0] is not None
            return texts_without(self.database, sides[0], sides[1])

        try:
            return ask()
        except Unreadable:
            for one in filter(None, (table, other)):
                one.read_exactly()
            return ask()

    def _among(self, table: TableVersion, moved: Mapping[str, Redirect]) -> set[str]:
        """Return those keys of a table to which redirects lead."""
        targets = sorted({r.new for r in moved.values() if r.new})
        try:
            return texts_among(self.database, (table.side, table.key[0]), targets)
        except Unreadable:
            table.read_exactly()
            return texts_among(self.database, (table.side, table.key[0]), targets)

    def _versions(self, releases: Iterable[Release]) -> Iterator[tuple[Release, PackageVersion]]:
        """Yield what is new in each release: the tables that no earlier one had just so."""
        seen: set[tuple[str, ...]] = set()
        for number, release in enumerate(releases):
            described = self._described(release)
            fresh = {id_ for ids in described.values() if ids not in seen for id_ in ids[1:]}
            if described and not fresh:
                continue
            seen.update(described.values())
            folder = self.scratch / f"release-{number}"
            left = {id_ for ids in described.values() for id_ in ids[1:]} - fresh
            try:
                write_revision(self.found, release.commit, folder, left)
                version = read_version(folder, self.scratch / f"read-{number}")
            except UserError as error:
                self._skip([("", release.tag, error.message)])
                continue
            yield release, self._readable(version, release.tag)

    def _described(self, release: Release) -> dict[str, tuple[str, ...]]:
        """Return what tells the tables of a release from others: words and ids of their files."""
        files = self.found.files(release.commit)
        if DESCRIPTOR not in files:
            return {}
        with self.found.objects() as objects:
            try:
                data: Any = json.loads(objects.read(files[DESCRIPTOR]))
            except ValueError:
                return {}
        listed = data.get("resources") if isinstance(data, Mapping) else None
        return {
            str(number): (json.dumps(one, sort_keys=True), *_ids(one, files))
            for number, one in enumerate(listed if isinstance(listed, list) else [])
        }

    def _readable(self, version: PackageVersion, tag: str) -> PackageVersion:
        """Return a version without the tables that were left out, or cannot be read."""
        tables = version.tables
        for name in list(tables):
            if not tables[name].table.file.is_file():
                del tables[name]
            elif tables[name].reason:
                self._skip([(name, tag, tables[name].reason)])
                del tables[name]
        return version

    def _skip(self, told: Iterable[tuple[str, str, str]]) -> None:
        for table, when, reason in told:
            self.skipped.append(Skip("ID001", table, f"{when}: {reason}"))


def _fate(name: str, redirect: Redirect | None, known: set[str] | None) -> str:
    """Return what is wrong with a key that is gone; empty if a redirect sees to it.

    `known` are the keys to which redirects lead that are there; None if the table is gone.
    """
    if redirect is None:
        return "is gone"
    if redirect.new and known is not None and redirect.new not in known:
        return f"is redirected to `{redirect.new}`, which is no key of `{name}`"
    return ""


def _ids(resource: Any, files: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids of the files of a resource: its schema, then its data."""
    if isinstance(resource, Mapping):
        path = resource.get("path")
        for one in (resource.get("schema"), *(path if isinstance(path, list) else [path])):
            if isinstance(one, str) and one.removeprefix("./") in files:
                yield files[one.removeprefix("./")].id
