"""A resource of a descriptor → Table: what it is, where it lies, how it is written.

A resource is judged as a table if it says so, has a schema, or is of a format of tables; of any
other file only its presence, size and hash can be judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from copydesk.document import Document, Problem, read_document
from copydesk.model import Dialect, Origin, Table
from copydesk.package.dialect import is_encoding, read_dialect, text
from copydesk.package.paths import is_remote, is_safe, require_readable
from copydesk.package.schema import read_schema

DELIMITED = ("csv", "tsv", "tab")
TABBED = (".tsv", ".tab")
COMPRESSED = ("gz", "zip", "bz2", "xz")
_TABLES = (
    "arrow", "avro", "db", "dbf", "feather", "jsonl", "ndjson", "ods", "parquet", "sav", "sql",
    "sqlite", "xls", "xlsb", "xlsm", "xlsx",
)  # fmt: skip
_OTHERS = (
    "geojson", "gpkg", "htm", "html", "json", "pdf", "shp", "tar", "topojson", "xml", "yaml",
    "yml",
)  # fmt: skip
_STRUCTURED = ("json", "yaml", "yml")
_PLAIN = ("txt", "inline")
_TABULAR = (
    "tabular-data-resource",
    "https://specs.frictionlessdata.io/schemas/tabular-data-resource.json",
)
_MEDIA = {"text/csv": "csv", "text/tab-separated-values": "tsv", "application/json": "json"}


Fetch = Callable[[str], Path]
"""Gives the file that a URL leads to; raises OSError."""


@dataclass(frozen=True)
class Stated:
    """What a resource says of its file and table as a whole, as far as it does."""

    bytes: int | None
    hash: str
    rows: int | None
    fields: int | None


def stated(resource: Mapping[str, Any]) -> Stated:
    """Return size, hash and counts: as properties, or in `stats` as frictionless-py writes them."""
    stats = resource.get("stats")
    stats = stats if isinstance(stats, dict) else {}
    kind = text(resource.get("hashing")) or "md5"
    digests = [f"{k}:{v}" for k in ("sha256", "md5") if (v := text(stats.get(k)))]
    if given := text(stats.get("hash")):
        digests.append(given if ":" in given else f"{kind}:{given}")

    def number(name: str) -> int | None:
        given = resource.get(name, stats.get(name))
        return given if type(given) is int else None

    return Stated(
        number("bytes"), text(resource.get("hash")) or "".join(digests[:1]),
        number("rows") or None, number("fields") or None,
    )  # fmt: skip


def is_resource(data: Mapping[str, Any]) -> bool:
    """Return whether a descriptor describes a single resource instead of a package."""
    return "resources" not in data and ("path" in data or "data" in data)


@dataclass
class Reader:
    """Reads the resources of one descriptor, and gathers the documents that they name.

    `schemas` and `dialects` map the name of a table to a document and a pointer in it, `unread`
    are those on the network that were not fetched, which is done by `fetch` alone.
    """

    root: Path
    document: Document
    fetch: Fetch | None = None
    schemas: dict[str, tuple[Document, str]] = field(default_factory=dict)
    dialects: dict[str, tuple[Document, str]] = field(default_factory=dict)
    unread: list[Problem] = field(default_factory=list)

    def table(self, pointer: str, resource: Mapping[str, Any]) -> Table:
        """Return the table that the resource at a pointer describes."""
        name = resource["name"]
        paths = paths_of(resource)
        first = paths[0] if paths else ""
        safe = is_safe(self.root, first)
        for path in paths:
            if is_safe(self.root, path):
                require_readable(self.root / path, path)
        for kind, known in (("schema", self.schemas), ("dialect", self.dialects)):
            if found := self._part(kind, pointer, resource):
                known[name] = found
        dialect = self._dialect(name, resource)
        table = Table(
            name=name,
            path=first,
            file=self.root / first if safe else self.root,
            dialect=dialect,
            schema=None,
            origin=Origin(self.document.path, pointer),
            descriptor=resource,
            opaque=_opaque(resource),
            unmade=_unmade(resource, paths),
        )
        if not table.opaque:
            table = replace(table, foreign=_foreign(resource))
        return with_schema(table, self.schemas.get(name))

    def _part(
        self, kind: str, pointer: str, resource: Mapping[str, Any]
    ) -> tuple[Document, str] | None:
        """Return where the schema or dialect of a resource is written, if that can be read."""
        given = resource.get(kind)
        if isinstance(given, dict):
            return self.document, f"{pointer}/{kind}"
        if isinstance(given, str) and is_safe(self.root, given):
            file = self.root / given
            return (read_document(file, given), "") if file.is_file() else None
        if isinstance(given, str) and is_remote(given):
            return self._fetched(given, f"{pointer}/{kind}", text(resource.get("name")))
        return None

    def _fetched(self, url: str, pointer: str, table: str) -> tuple[Document, str] | None:
        reason = ""
        try:
            if self.fetch:
                return read_document(self.fetch(url), url), ""
        except OSError as error:
            reason = f": {error}"
        params = {"value": url, "reason": reason}
        self.unread.append(Problem("FL018", self.document, pointer, params, table=table))
        return None

    def _given(self, name: str, resource: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the dialect of a resource as it is written."""
        found = self.dialects.get(name)
        known = at(*found) if found else {}
        layout = resource.get("layout")  # what frictionless-py 4 called half of the dialect
        return {
            **(known if isinstance(known, dict) else {}),
            **(layout if isinstance(layout, dict) else {}),
        }

    def _dialect(self, name: str, resource: Mapping[str, Any]) -> Dialect:
        known = self._given(name, resource)
        encoding = text(resource.get("encoding")) or "utf-8"
        dialect = read_dialect(known, encoding if is_encoding(encoding) else "utf-8")
        own = known.get("csv")
        said = "delimiter" in known or (isinstance(own, dict) and "delimiter" in own)
        tabbed = form_of(resource) in ("tsv", "tab") and not said
        return replace(dialect, delimiter="\t", stated=True) if tabbed else dialect


def at(document: Document, pointer: str) -> Any:
    """Return the value at a JSON pointer of a document."""
    data: Any = document.data
    for step in pointer.split("/")[1:]:
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data


def paths_of(resource: Mapping[str, Any]) -> list[str]:
    """Return the paths of the files that a resource consists of; inline data have none."""
    path = resource.get("path", resource.get("url"))
    more = resource.get("extrapaths")
    given = path if isinstance(path, list) else [path]
    return [p for p in (*given, *(more if isinstance(more, list) else ())) if isinstance(p, str)]


def compression_of(resource: Mapping[str, Any], path: str) -> str:
    """Return how a file is compressed: as the resource says, or else its name."""
    ending = PurePosixPath(path).suffix[1:].lower()
    return text(resource.get("compression")).lower() or (ending if ending in COMPRESSED else "")


def form_of(resource: Mapping[str, Any]) -> str:
    """Return the format of a resource: as it says, or else the ending of its name.

    A word that is no format that anybody knows says nothing.
    """
    given = text(resource.get("format")).lower()
    if given in (*DELIMITED, *_TABLES, *_OTHERS, *_PLAIN):
        return given
    paths = paths_of(resource)
    first = paths[0].partition("?")[0] if paths and is_remote(paths[0]) else "".join(paths[:1])
    path = PurePosixPath(text(resource.get("innerpath")) or first)
    ending = path.suffix[1:].lower()
    if ending in COMPRESSED:
        ending = PurePosixPath(path.stem).suffix[1:].lower()
    return ending or _MEDIA.get(text(resource.get("mediatype")).partition(";")[0].strip(), "")


def is_structured(resource: Mapping[str, Any]) -> bool:
    """Return whether the rows of a resource stand in a file of JSON or YAML."""
    return "data" not in resource and form_of(resource) in _STRUCTURED


def _described(resource: Mapping[str, Any]) -> bool:
    """Return whether a resource says that it is a table."""
    if resource.get("type") == "table" or resource.get("profile") in _TABULAR:
        return True
    return isinstance(resource.get("schema"), str | dict)


def _opaque(resource: Mapping[str, Any]) -> bool:
    """Return whether a resource is no table, as far as one can tell."""
    if _described(resource):
        return False
    form = form_of(resource)
    if "data" in resource:
        data = resource["data"]
        inline = isinstance(data, list) and form in ("", "inline", *DELIMITED)
        rows = isinstance(data, list) and all(isinstance(row, list | dict) for row in data)
        return not (inline or (rows and form == "json") or form in DELIMITED)
    return form not in (*DELIMITED, *_TABLES)


def _unmade(resource: Mapping[str, Any], paths: list[str]) -> str:
    """Return why the file of a resource has to be made before it can be read, if so."""
    if "data" in resource:
        return "its data stand inline"
    if any(map(is_remote, paths)):
        return "it is remote"
    if len(paths) > 1:
        return "it is made of several files"
    if paths and compression_of(resource, paths[0]):
        return "it is compressed"
    if is_structured(resource) and not _opaque(resource):
        return "its rows stand in a document"
    return ""


def _foreign(resource: Mapping[str, Any]) -> str:
    """Return why a table is left to the reference implementation, or an empty string."""
    if "data" in resource:
        return ""
    form = form_of(resource)
    # A name such as `t.dat` says nothing; what is described as a table is read as one.
    structured = form in _STRUCTURED and len(paths_of(resource)) == 1
    return f"its format is {form}" if form in (*_TABLES, *_OTHERS) and not structured else ""


def with_schema(table: Table, found: tuple[Document, str] | None) -> Table:
    """Return a table with the Table Schema that stands at a pointer of a document."""
    data = at(*found) if found else None
    if found is None or not isinstance(data, dict):
        return table
    schema = read_schema(data, Origin(found[0].path, found[1]))
    if word := table.dialect.null_sequence:
        fields = (replace(f, missing=(*f.missing, word)) for f in schema.fields)
        schema = replace(schema, fields=tuple(fields))
    return replace(table, schema=schema)
