"""A descriptor, its schemas, suites and rules → Package.

Reading is lenient: what is of a wrong shape is left out here and reported by the descriptor
checks, which read the same documents. No path is followed out of the package.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from copydesk.document import Document, Problem, read_document
from copydesk.errors import UserError
from copydesk.model import Config, Dialect, Origin, Package, Severity, Table
from copydesk.package.dialect import is_encoding as is_encoding
from copydesk.package.dialect import text
from copydesk.package.paths import is_remote as is_remote
from copydesk.package.paths import is_safe as is_safe
from copydesk.package.paths import near_file, require_readable, shown
from copydesk.package.resource import COMPRESSED, Reader, with_schema
from copydesk.package.resource import Fetch as Fetch
from copydesk.package.resource import compression_of as compression_of
from copydesk.package.resource import form_of as form_of
from copydesk.package.resource import is_resource as is_resource
from copydesk.package.resource import is_structured as is_structured
from copydesk.package.resource import paths_of as paths_of
from copydesk.package.resource import stated as stated
from copydesk.package.schema import names as names

DESCRIPTOR = "datapackage.json"
DESCRIPTORS = (DESCRIPTOR, "datapackage.yaml", "datapackage.yml")
V2 = "https://datapackage.org/profiles/2."
TABULAR = (".csv", ".tsv", ".tab", ".txt")


@dataclass(frozen=True)
class Source:
    """A package with the documents that it was read from, by what they describe.

    `schemas` and `dialects` map the name of a table to the document and pointer of its Table
    Schema and its dialect; `unread` tells those on the network that were not fetched.
    """

    package: Package
    document: Document | None
    schemas: Mapping[str, tuple[Document, str]]
    dialects: Mapping[str, tuple[Document, str]] = field(default_factory=dict)
    unread: tuple[Problem, ...] = ()


def read_package(target: Path, schema: Path | None = None, fetch: Fetch | None = None) -> Source:
    """Return the package that a folder, a descriptor or a single CSV file describes.

    Schemas and dialects on the network are read by `fetch` alone. Raises UserError if there is
    no such file, or it is no descriptor.
    """
    for path in filter(None, (target, schema)):
        if not path.exists():
            raise UserError(f"no such file or folder: `{path}`", hint=near_file(path))
        if not (path.is_file() or path.is_dir()):
            raise UserError(f"`{path}` is neither a file nor a folder")
    described = target.suffix.lower() in (".json", ".yaml", ".yml")
    if schema and (described or target.is_dir()):
        raise UserError(
            f"a schema is given, but `{target}` is not one CSV file",
            hint="name the CSV file that the schema describes",
        )
    if target.is_dir():
        found = next((target / n for n in DESCRIPTORS if (target / n).is_file()), None)
        return _from_descriptor(found, fetch) if found else _from_folder(target)
    return (
        _from_descriptor(target, fetch)
        if described
        else _from_files(target.parent, [target], schema)
    )


def package_of(file: Path) -> Package | None:
    """Return the package of the nearest descriptor above a file, if that names the file."""
    whole = file.absolute()
    for folder in whole.parents:
        if any((folder / name).is_file() for name in DESCRIPTORS):
            try:
                package = read_package(folder).package
            except UserError:
                return None
            return package if any(t.file.absolute() == whole for t in package.tables) else None
    return None


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
    plain = {file: _unpacked_name(file) for file in files}
    stems = Counter(one.stem for one in plain.values())
    for file, bare in plain.items():
        name = bare.stem if stems[bare.stem] == 1 else file.name
        found = schema or _conventional(root, name)
        if found:
            documents[name] = (read_document(found, shown(root, found)), "")
        dialect = Dialect(delimiter="\t" if bare.suffix.lower() in (".tsv", ".tab") else ",")
        path = shown(root, file)
        require_readable(file, path)
        unmade = "it is compressed" if bare != file else ""
        table = Table(name, path, file, dialect, None, Origin(path), {}, unmade=unmade)
        tables.append(with_schema(table, documents.get(name)))
    path = shown(root, files[0]) if len(files) == 1 else "."
    name = plain[files[0]].stem if len(files) == 1 else root.resolve().name
    package = Package(root, name, "", path, Origin(path), tuple(tables))
    return Source(package, None, documents)


def _unpacked_name(file: Path) -> Path:
    """Return what a file is called without the ending that says how it is compressed."""
    return file.with_suffix("") if file.suffix[1:].lower() in COMPRESSED else file


def _conventional(root: Path, name: str) -> Path | None:
    for base in (root, root.parent):
        file = base / "schemas" / f"{name}.schema.json"
        if file.is_file():
            return file
    return None


def _from_descriptor(file: Path, fetch: Fetch | None) -> Source:
    document = read_document(file, file.name)
    data = document.data
    if not isinstance(data, dict):
        raise UserError(
            f"`{file.name}` holds {_json_type(data)}, not an object",
            hint="a descriptor begins with `{`" if file.suffix.lower() == ".json"
            else "a descriptor begins with the name of a property, such as `resources:`",
            place=f"{file.name}:1:1",
        )  # fmt: skip
    if "resources" not in data and "fields" in data:
        raise UserError(
            f"`{file.name}` is a Table Schema, not a package",
            hint=f"copydesk check DATA.csv --schema {file.name}",
            place=f"{file.name}:1:1",
        )
    return _from_document(Reader(file.parent, document, fetch))


def _from_document(reader: Reader) -> Source:
    """Return the package of a descriptor; a single resource makes a package of its own."""
    root, document, data = reader.root, reader.document, reader.document.data
    single = is_resource(data)
    listed = [("", data)] if single else [
        (f"/resources/{index}", one) for index, one in enumerate(_list(data.get("resources")))
    ]  # fmt: skip
    tables = tuple(
        reader.table(pointer, one)
        for pointer, one in listed
        if isinstance(one, dict) and isinstance(one.get("name"), str)
    )
    package = Package(
        root=root,
        name=text(data.get("name")) or root.resolve().name,
        version=text(data.get("version")),
        path=document.path,
        origin=Origin(document.path),
        tables=tables,
        config=read_config(data),
        descriptor={"resources": [data]} if single else data,
    )
    return Source(package, document, reader.schemas, reader.dialects, tuple(reader.unread))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _json_type(value: object) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean"}
    return "null" if value is None else names.get(type(value), "a number")


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
