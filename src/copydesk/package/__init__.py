"""A descriptor, its schemas, suites and rules → Package.

Reading is lenient: what is of a wrong shape is left out here and reported by the descriptor
checks, which read the same documents. No path is followed out of the package.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from copydesk.document import Document, read_json
from copydesk.errors import UserError
from copydesk.model import Config, Dialect, Origin, Package, Severity, Table
from copydesk.package.dialect import is_encoding as is_encoding
from copydesk.package.dialect import read_dialect, text
from copydesk.package.paths import is_remote as is_remote
from copydesk.package.paths import is_safe as is_safe
from copydesk.package.paths import near_file, require_readable, shown
from copydesk.package.schema import names as names
from copydesk.package.schema import read_schema

DESCRIPTOR = "datapackage.json"
V2 = "https://datapackage.org/profiles/2."
TABULAR = (".csv", ".tsv", ".tab", ".txt")
_READ = ("csv", "tsv", "tab", "txt", "")
_OTHERS = (
    "arrow", "avro", "bz2", "db", "dbf", "feather", "geojson", "gpkg", "gz", "html", "json",
    "jsonl", "ndjson", "ods", "parquet", "pdf", "sav", "shp", "sqlite", "tar", "xls", "xlsb",
    "xlsm", "xlsx", "xml", "yaml", "yml", "zip",
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A package with the documents that it was read from, by what they describe.

    `schemas` maps the name of a table to the document and pointer of its Table Schema.
    """

    package: Package
    document: Document | None
    schemas: Mapping[str, tuple[Document, str]]


def read_package(target: Path, schema: Path | None = None) -> Source:
    """Return the package that a folder, a descriptor or a single CSV file describes.

    Raises UserError if there is no such file, or it is no descriptor.
    """
    for path in filter(None, (target, schema)):
        if not path.exists():
            raise UserError(f"no such file or folder: `{path}`", hint=near_file(path))
        if not (path.is_file() or path.is_dir()):
            raise UserError(f"`{path}` is neither a file nor a folder")
    described = target.suffix.lower() == ".json"
    if schema and (described or target.is_dir()):
        raise UserError(
            f"a schema is given, but `{target}` is not one CSV file",
            hint="name the CSV file that the schema describes",
        )
    if target.is_dir():
        found = target / DESCRIPTOR
        return _from_descriptor(found) if found.is_file() else _from_folder(target)
    return _from_descriptor(target) if described else _from_files(target.parent, [target], schema)


def _from_folder(root: Path) -> Source:
    try:
        listed = sorted(root.iterdir())
    except OSError as error:
        raise UserError(f"cannot read `{root}`: {error.strerror}", place=str(root)) from None
    files = [p for p in listed if p.suffix.lower() in TABULAR[:3] and p.is_file()]
    if not files and (root / "data").is_dir():
        files = sorted(p for p in (root / "data").glob("*.csv") if p.is_file())
    if not files:
        raise UserError(
            f"`{root}` holds neither a `{DESCRIPTOR}` nor CSV files",
            hint="name a folder, a descriptor, a zip or a CSV file",
        )
    return _from_files(root, files, None)


def _from_files(root: Path, files: list[Path], schema: Path | None) -> Source:
    """Return the package that files without a descriptor make, by convention of their names."""
    documents: dict[str, tuple[Document, str]] = {}
    tables = []
    stems = Counter(file.stem for file in files)
    for file in files:
        name = file.stem if stems[file.stem] == 1 else file.name
        found = schema or _conventional(root, name)
        if found:
            documents[name] = (read_json(found, shown(root, found)), "")
        dialect = Dialect(delimiter="\t" if file.suffix.lower() in (".tsv", ".tab") else ",")
        path = shown(root, file)
        require_readable(file, path)
        table = Table(name, path, file, dialect, None, Origin(path), {})
        tables.append(_with_schema(table, documents.get(name)))
    path = shown(root, files[0]) if len(files) == 1 else "."
    name = files[0].stem if len(files) == 1 else root.resolve().name
    package = Package(root, name, "", path, Origin(path), tuple(tables))
    return Source(package, None, documents)


def _conventional(root: Path, name: str) -> Path | None:
    for base in (root, root.parent):
        file = base / "schemas" / f"{name}.schema.json"
        if file.is_file():
            return file
    return None


def _from_descriptor(file: Path) -> Source:
    document = read_json(file, file.name)
    data = document.data
    if not isinstance(data, dict):
        raise UserError(
            f"`{file.name}` holds {_json_type(data)}, not an object",
            hint="a descriptor begins with `{`",
            place=f"{file.name}:1:1",
        )
    if "resources" not in data and ("fields" in data or "path" in data):
        what = "a Table Schema" if "fields" in data else "a single resource"
        raise UserError(
            f"`{file.name}` is {what}, not a package",
            hint=f"copydesk check DATA.csv --schema {file.name}" if "fields" in data
            else "name the package that lists this resource under `resources`",
            place=f"{file.name}:1:1",
        )  # fmt: skip
    return _Reader(file.parent, document).source()


def _json_type(value: object) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean"}
    return "null" if value is None else names.get(type(value), "a number")


class _Reader:
    """The descriptor under way to a package: shared root, version and documents."""

    def __init__(self, root: Path, document: Document) -> None:
        self.root = root
        self.document = document
        self.data: Mapping[str, Any] = document.data
        self.schemas: dict[str, tuple[Document, str]] = {}

    def source(self) -> Source:
        resources = self.data.get("resources")
        tables = tuple(
            self._table(index, resource)
            for index, resource in enumerate(resources if isinstance(resources, list) else [])
            if isinstance(resource, dict) and isinstance(resource.get("name"), str)
        )
        package = Package(
            root=self.root,
            name=text(self.data.get("name")) or self.root.resolve().name,
            version=text(self.data.get("version")),
            path=self.document.path,
            origin=Origin(self.document.path),
            tables=tables,
            config=read_config(self.data),
            descriptor=self.data,
        )
        return Source(package, self.document, self.schemas)

    def _table(self, index: int, resource: Mapping[str, Any]) -> Table:
        name = resource["name"]
        path = resource.get("path", resource.get("url"))
        parts = path if isinstance(path, list) else [path]
        first = parts[0] if parts and isinstance(parts[0], str) else ""
        dialect = self._dialect(resource)
        safe = is_safe(self.root, first)
        if safe:
            require_readable(self.root / first, first)
        table = Table(
            name=name,
            path=first,
            file=self.root / first if safe else self.root,
            dialect=dialect,
            schema=None,
            origin=Origin(self.document.path, f"/resources/{index}"),
            descriptor=resource,
            foreign=_foreign(resource, parts) or _odd(dialect),
        )
        found = self._schema(index, resource)
        if found:
            self.schemas[name] = found
        return _with_schema(table, found)

    def _schema(self, index: int, resource: Mapping[str, Any]) -> tuple[Document, str] | None:
        schema = resource.get("schema")
        if isinstance(schema, dict):
            return self.document, f"/resources/{index}/schema"
        if isinstance(schema, str) and is_safe(self.root, schema):
            file = self.root / schema
            return (read_json(file, schema), "") if file.is_file() else None
        return None

    def _dialect(self, resource: Mapping[str, Any]) -> Dialect:
        given = resource.get("dialect")
        if isinstance(given, str) and is_safe(self.root, given):
            file = self.root / given
            given = read_json(file, given).data if file.is_file() else {}
        known = given if isinstance(given, dict) else {}
        encoding = text(resource.get("encoding")) or "utf-8"
        dialect = read_dialect(known, encoding if is_encoding(encoding) else "utf-8")
        path = resource.get("path")
        tabbed = isinstance(path, str) and path.lower().endswith((".tsv", ".tab"))
        if (tabbed or resource.get("format") == "tsv") and "delimiter" not in known:
            dialect = replace(dialect, delimiter="\t")
        return dialect


def _odd(dialect: Dialect) -> str:
    """Return why a dialect is left to the reference implementation, or an empty string."""
    signs = (dialect.delimiter, dialect.quote, dialect.escape)
    odd = next((s for s in signs if s is not None and len(s) != 1), None)
    return f"`{odd}` in its dialect is more than one character" if odd else ""


def _foreign(resource: Mapping[str, Any], parts: list[Any]) -> str:
    """Return why a resource is left to the reference implementation, or an empty string."""
    if "data" in resource:
        return "its data stand inline"
    if len(parts) > 1:
        return "it is made of several files"
    path = text(parts[0] if parts else "")
    given = text(resource.get("format")).lower()
    form = given or PurePosixPath(path).suffix[1:].lower()
    if is_remote(path):
        return "it is remote"
    # A name such as `t.dat` says nothing; what is described as a table is read as one.
    described = "schema" in resource or resource.get("type") == "table"
    if form in _READ or (described and not given and form not in _OTHERS):
        return ""
    return f"its format is {form}"


def read_config(data: Mapping[str, Any]) -> Config:
    """Return what a descriptor says under `copydesk`; wrong shapes are left to the checks."""
    own = data.get("copydesk")
    own = own if isinstance(own, dict) else {}
    levels = {s.value for s in Severity}
    severity = own.get("severity")
    ignore = own.get("ignore")
    return Config(
        severity={
            str(k): Severity(v)
            for k, v in (severity if isinstance(severity, dict) else {}).items()
            if v in levels
        },
        ignore={str(k): text(v) for k, v in (ignore if isinstance(ignore, dict) else {}).items()},
        canonical=own.get("canonical") is True,
    )


def _with_schema(table: Table, found: tuple[Document, str] | None) -> Table:
    if found is None:
        return table
    document, pointer = found
    data: Any = document.data
    for step in pointer.split("/")[1:]:
        data = data[int(step)] if isinstance(data, list) else data[step]
    if not isinstance(data, dict):
        return table
    schema = read_schema(data, Origin(document.path, pointer))
    if word := table.dialect.null_sequence:
        fields = (replace(f, missing=(*f.missing, word)) for f in schema.fields)
        schema = replace(schema, fields=tuple(fields))
    return replace(table, schema=schema)
