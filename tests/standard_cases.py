"""Read the cases of `standard/`: one for every property of the Data Package standard.

A file holds the rows of one part of the standard, in its order:

    property: its name in the standard, in parentheses what of it this row is about
    in: v1, v2, or both where it is not given; the case is checked with the profile of each
    says: what the standard says, in our words
    judged: native (if not given), frictionless (tables of the formats that have the property are
        handed to it), or not applicable: no verdict hangs on it
    given, valid, invalid: what the package consists of; the last two add to the first
    errors: what is found in the invalid one, as `type row field` in the words of frictionless,
        `[descriptor]` for errors of the descriptor alone, `any` for at least one error
    at: the JSON pointer of the error of the descriptor

`pending.txt`, if there is one, names the cases that are still judged wrongly, or by another engine
than the row says; a case that is right must not be in it.

A package has a resource `t` with the file `t.csv`. `package`, `resource`, `dialect` and `schema`
add properties to it (null removes one), `fields` are those of the schema, `field` is a single one
called `a`, `more` are further resources, `data` is the text of the file, `files` are others,
`encode` and `pack` say how the file is written. A text alone is `data`; a list is the cells of a
column `a`, and where it is the invalid one each of them is an error of the type `error`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "standard"
VERSIONS = ("v1", "v2")
PROFILE = "https://datapackage.org/profiles/{}.0/datapackage.json"


@dataclass(frozen=True)
class Row:
    """A property of the standard with its case."""

    file: str
    number: int
    content: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Return what the table of the properties calls the case, and the property."""
        return f"{self.file} {self.number}: {self.content['property']}"

    @property
    def versions(self) -> tuple[str, ...]:
        """Return the versions of the standard that have the property."""
        return (self.content["in"],) if "in" in self.content else VERSIONS

    @property
    def judged(self) -> str:
        """Return who judges it."""
        return str(self.content.get("judged", "native"))

    @property
    def sides(self) -> tuple[str, ...]:
        """Return the packages that there are."""
        return tuple(side for side in ("valid", "invalid") if side in self.content)


def pending() -> set[str]:
    """Return the cases that are known to be wrong: row, version and side, or row and `engine`."""
    file = FOLDER / "pending.txt"
    return set(file.read_text(encoding="utf-8").splitlines()) if file.is_file() else set()


def rows() -> Iterator[Row]:
    """Yield the rows of all files."""
    for file in sorted(FOLDER.glob("*.yaml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        yield from (Row(file.stem, n, row) for n, row in enumerate(content["rows"], 1))


def errors(row: Row) -> list[str] | str:
    """Return the errors that the invalid package has."""
    cells = row.content["invalid"]
    if isinstance(cells, list):
        kind = row.content.get("error", "type-error")
        default = [f"{kind} {number} a" for number, _ in enumerate(cells, 2)]
        return list(row.content.get("errors", default))
    found = row.content["errors"]
    return found if isinstance(found, str) else list(found)


def write(row: Row, side: str, version: str, root: Path) -> Path:
    """Write one of the packages of a row to a folder and return its descriptor."""
    parts = _merged(_parts(row.content.get("given", {})), _parts(row.content[side]))
    if "field" in parts:
        parts["fields"] = [{"name": "a", **parts["field"]}]
    schema = {"fields": [{"name": "a"}], **parts.get("schema", {})}
    if "fields" in parts:
        schema["fields"] = parts["fields"]
    resource = {"name": "t", "path": "t.csv", "schema": schema}
    if "dialect" in parts:
        resource["dialect"] = parts["dialect"]
    resource = _present({**resource, **parts.get("resource", {})})
    descriptor = {"$schema": PROFILE.format(version[1]), "name": "p"}
    descriptor["resources"] = [resource, *parts.get("more", [])]
    descriptor = _present({**descriptor, **parts.get("package", {})})
    data = parts.get("data", "a\nx\n").encode(parts.get("encode", "utf-8"))
    files = {name: text.encode() for name, text in parts.get("files", {}).items()}
    files |= {"t.csv": data} if "pack" not in parts else _packed(data, parts["pack"])
    files["datapackage.json"] = json.dumps(descriptor, indent=2).encode()
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root / "datapackage.json"


def _parts(side: object) -> dict[str, Any]:
    if isinstance(side, str):
        return {"data": side}
    if isinstance(side, list):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([["a"], *([cell] for cell in side)])
        return {"data": text.getvalue()}
    assert isinstance(side, dict)
    return side


def _merged(base: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in more.items():
        old = merged.get(name)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[name] = {**old, **value} if both else value
    return merged


def _present(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in descriptor.items() if value is not None}


def _packed(data: bytes, kind: str) -> dict[str, bytes]:
    if kind == "gz":
        return {"t.csv.gz": gzip.compress(data, mtime=0)}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("t.csv", data)
    return {"t.csv.zip": stream.getvalue()}
