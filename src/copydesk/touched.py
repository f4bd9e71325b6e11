"""The tables that a change of files touches, and those that refer to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from copydesk.model import Package, Table
from copydesk.package import paths_of
from copydesk.run import gather

_WORD = re.compile(r"\w+")


def touched(target: Path, files: Iterable[Path], *, referring: bool = False) -> tuple[str, ...]:
    """Return the tables of a dataset that are made of files, or described by them.

    With `referring` also those whose foreign keys or rules refer to one of these.
    """
    source, _ = gather(target)
    package, given = source.package, {file.resolve() for file in files}
    if (package.root / package.path).resolve() in given:
        return tuple(table.name for table in package.tables)
    found = {t.name for t in package.tables if not given.isdisjoint(_files_of(package, t))}
    rules = {r.table for r in package.rules if (package.root / r.origin.file).resolve() in given}
    if referring:
        rules |= {r.table for r in package.rules if found & set(_WORD.findall(r.sql))}
        found |= {t.name for t in package.tables if found & set(_targets(t))} | rules
    return tuple(table.name for table in package.tables if table.name in found)


def _files_of(package: Package, table: Table) -> Iterator[Path]:
    """Yield the files of a table and those that say what is promised about it."""
    yield table.file.resolve()
    for path in paths_of(table.descriptor):
        yield (package.root / path).resolve()
    origins = [table.schema.origin.file] if table.schema else []
    origins += [suite.origin.file for suite in package.suites if suite.table == table.name]
    if isinstance(dialect := table.descriptor.get("dialect"), str):
        origins.append(dialect)
    for name in origins:
        yield (package.root / name).resolve()


def _targets(table: Table) -> Iterator[str]:
    for key in table.schema.foreign_keys if table.schema else ():
        yield key.target or table.name
