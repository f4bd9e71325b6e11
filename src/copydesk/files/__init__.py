"""Resources that are no single plain file → files that can be scanned, in the run's own folder.

Data that stand inline, are compressed, remote or split into parts are written out once; what is
found in them is told where the package has it (`Made.placed`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from copydesk.document import Document, Problem
from copydesk.files import inline, parts
from copydesk.files.parts import Unusable
from copydesk.findings import Finding
from copydesk.model import Package, Table
from copydesk.package import Fetch, is_remote, is_safe, is_structured, paths_of

UNREADABLE = ("FL011", "FL017", "FL018", "FL019")
"""What is told of a table whose data cannot be had."""

Placed = Callable[[Finding], Finding]


@dataclass
class Made:
    """A package all of whose tables have a file, the problems met on the way, and the way back."""

    package: Package
    problems: list[Problem] = field(default_factory=list)
    ways: dict[str, Placed] = field(default_factory=dict)

    def placed(self, finding: Finding) -> Finding:
        """Return a finding with the place that it has in the package itself."""
        way = self.ways.get(finding.table)
        return way(finding) if way else finding


def make(package: Package, document: Document | None, scratch: Path, fetch: Fetch | None) -> Made:
    """Return a package with files for the tables that have none as yet.

    Nothing is fetched without `fetch`.
    """
    made = Made(package)
    if document is None and not any(t.unmade for t in package.tables):
        return made
    folder = scratch / "made"
    tables = []
    for number, table in enumerate(package.tables):
        if table.unmade and not (table.foreign and not _is_remote(table)):
            folder.mkdir(exist_ok=True)
            table = _table(table, document, folder / str(number), fetch, made)
        tables.append(table)
    made.package = replace(package, tables=tuple(tables))
    return made


def _is_remote(table: Table) -> bool:
    return any(map(is_remote, paths_of(table.descriptor)))


def _table(
    table: Table, document: Document | None, into: Path, fetch: Fetch | None, made: Made
) -> Table:
    """Return a table with its file written out; what hinders that is added to the problems."""
    if "data" in table.descriptor:
        assert document is not None
        if table.opaque:
            return table
        at = f"{table.origin.pointer}/data"
        return _written(inline.write(table, document, at, table.descriptor["data"], into), made)
    root, found = made.package.root, []
    into.mkdir()
    for index, path in enumerate(paths_of(table.descriptor) or [table.path]):
        try:
            found.append(_part(table, root, path, into / str(index), fetch))
        except Unusable as problem:
            if document is not None and problem.code:
                at = _pointer(table, index)
                params = {"value": path, "reason": str(problem)}
                made.problems.append(Problem(problem.code, document, at, params, table=table.name))
            why = table.unmade if problem.code == "FL018" else "it could not be read"
            return replace(table, unmade=why)
    raw = tuple(part.raw for part in found)
    if len(found) == 1 and not table.opaque and is_structured(table.descriptor):
        from copydesk.files import structured

        one = replace(table, raw=raw)
        return _written(structured.write(one, found[0], into / "rows"), made)
    if len(found) == 1 or table.opaque or table.foreign:
        return replace(table, file=found[0].file, raw=raw, unmade="")
    file, pieces = parts.joined(table.dialect, found, into / "whole")
    made.ways[table.name] = parts.way(pieces)
    for index, piece in enumerate(pieces):
        if piece.bare and document is not None:
            params = {"value": piece.path, "first": pieces[0].path}
            at = _pointer(table, index)
            made.problems.append(Problem("FL022", document, at, params, table=table.name))
    return replace(table, file=file, raw=raw, unmade="")


def _written(done: inline.Written, made: Made) -> Table:
    """Return the table of rows that were written, and note what came with them."""
    made.problems += done.problems
    made.ways[done.table.name] = done.placed
    return done.table


def _part(table: Table, root: Path, path: str, into: Path, fetch: Fetch | None) -> parts.Part:
    """Return one of the files of a table, fetched and unpacked as far as need be."""
    if is_remote(path):
        if fetch is None:
            raise Unusable("FL018", "")
        try:
            file = fetch(path)
        except OSError as error:
            raise Unusable("FL018", f": {error}") from error
    elif not is_safe(root, path):
        raise Unusable("PK003" if path in _list(table.descriptor.get("extrapaths")) else "", "")
    else:
        file = root / path
        if not file.is_file():
            raise Unusable("FL011", "")
    if table.opaque:
        return parts.Part(path, file, file)
    return parts.Part(path, file, parts.unpacked(table.descriptor, path, file, into))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _pointer(table: Table, index: int) -> str:
    """Return where the path of a part is written."""
    base, own = table.origin.pointer, table.descriptor
    name = "path" if "path" in own else "url"
    given = own.get(name)
    count = len(given) if isinstance(given, list) else 1
    if index >= count:
        return f"{base}/extrapaths/{index - count}"
    return f"{base}/{name}/{index}" if isinstance(given, list) else f"{base}/{name}"


def fetcher(folder: Path) -> Fetch:
    """Return what fetches a file into a folder, each once."""
    known: dict[str, Path] = {}

    def fetched(url: str) -> Path:
        from copydesk.files.remote import fetch

        if url not in known:
            ending = PurePosixPath(url.partition("?")[0]).suffix
            file = folder / f"remote-{len(known)}{ending}"
            fetch(url, file)
            known[url] = file
        return known[url]

    return fetched
