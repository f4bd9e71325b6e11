"""The versions of one table in the commits of a repository, read when they are asked for."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from copydesk.model import Dialect, Table
from copydesk.package import DESCRIPTOR
from copydesk.revisions import Blob, Finder, Objects
from copydesk.scan.records import is_comment, tokens
from copydesk.scan.text import lines_of, resolve

Key = tuple[str, ...]
_KEPT = 8
"""Versions of a file that are held at a time."""


@dataclass(frozen=True)
class Row:
    """A row of a version: its cells by label, and its line."""

    cells: Mapping[str, str]
    line: int


@dataclass(frozen=True)
class Sheet:
    """A version of a table: its labels and its rows by key; of rows with one key the first."""

    path: str = ""
    labels: tuple[str, ...] = ()
    rows: Mapping[Key, Row] = field(default_factory=dict)


@dataclass
class Versions:
    """The versions of a table, by commit; `paths` are those that its file has had."""

    finder: Finder
    objects: Objects
    table: Table
    key: Key
    paths: list[str]
    sheets: dict[str, Sheet] = field(default_factory=dict)
    described: dict[str, str] = field(default_factory=dict)
    files: dict[str, Blob | None] = field(default_factory=dict)

    def at(self, commit: str) -> Sheet:
        """Return the table as it was in a commit, empty where it was not."""
        if commit not in self.files:
            self.files[commit] = self._file(commit)
        blob = self.files[commit]
        if blob is None:
            return Sheet()
        if blob.id not in self.sheets:
            if len(self.sheets) >= _KEPT:
                del self.sheets[next(iter(self.sheets))]
            data = self.objects.read(blob)
            self.sheets[blob.id] = read_sheet(data, blob.path, self.table.dialect, self.key)
        return self.sheets[blob.id]

    def learn(self, commit: str) -> None:
        """Add the path that the descriptor of a commit gives the table."""
        path = self._stated(self.finder.find(commit, DESCRIPTOR))
        if path and path not in self.paths:
            self.paths.append(path)

    def _file(self, commit: str) -> Blob | None:
        stated = self._stated(self.finder.find(commit, DESCRIPTOR))
        paths = [stated, *self.paths] if stated else self.paths
        found = (self.finder.find(commit, path) for path in paths)
        return next(filter(None, found), None)

    def _stated(self, blob: Blob | None) -> str:
        if blob is None:
            return ""
        if blob.id not in self.described:
            self.described[blob.id] = _path_in(self.objects.read(blob), self.table.name)
        return self.described[blob.id]


def _path_in(data: bytes, name: str) -> str:
    """Return the path that a descriptor gives a resource, or an empty string."""
    try:
        descriptor: Any = json.loads(data)
    except ValueError:
        return ""
    listed = descriptor.get("resources") if isinstance(descriptor, dict) else None
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and one.get("name") == name:
            path = one.get("path")
            return path if isinstance(path, str) else ""
    return ""


def read_sheet(data: bytes, path: str, dialect: Dialect, key: Sequence[str]) -> Sheet:
    """Return a table that is read from bytes, as far as it can be read."""
    codec, skip = resolve(dialect.encoding, data[:4])
    labels: tuple[str, ...] = ()
    rows: dict[Key, Row] = {}
    with lines_of(io.BytesIO(data[skip:]), codec) as lines:
        for token in tokens(lines, dialect):
            if not token.cells or is_comment(token.number, token.cells, dialect):
                continue
            if not labels:
                labels = tuple(token.cells)
                if not {*key} <= {*labels}:
                    break
                continue
            cells = dict(zip(labels, token.cells, strict=False))
            name = tuple(cells.get(field, "") for field in key)
            rows.setdefault(name, Row(cells, token.line))
    return Sheet(path, labels, rows)
