"""PK: the descriptor of a package, before any data is read.

`problems` runs all functions over the documents of a package; the schemas, the shapes of
properties and the rules have modules of their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from copydesk.checks import check, matches, registry
from copydesk.checks.schema import problems_of
from copydesk.checks.shapes import (
    DIALECT,
    PACKAGE,
    RESOURCE,
    property_missing,
    shapes,
    wrong_items,
)
from copydesk.document import Document, Problem
from copydesk.model import Package, Rule, Severity
from copydesk.package import is_encoding, is_remote, is_resource, is_safe
from copydesk.rules import read_rules

_SETTINGS = ("canonical", "severity", "ignore", "build")


def problems(
    document: Document, package: Package, schemas: Mapping[str, tuple[Document, str]]
) -> Iterator[Problem]:
    """Yield what is wrong in a descriptor and the schemas of its tables."""
    data = document.data
    if not is_resource(data):
        yield from property_missing(document, "", data, ("resources",))
        yield from shapes(document, "", data, PACKAGE)
    yield from wrong_items(document, "/resources", data.get("resources"), (dict,))
    for pointer, resource in _resources(document):
        yield from _resource(document, pointer, resource, package)
    yield from duplicate_resource(document)
    yield from unknown_setting(document, package)
    yield from schema_problems(package, schemas)


def schema_problems(
    package: Package, schemas: Mapping[str, tuple[Document, str]]
) -> Iterator[Problem]:
    """Yield what is wrong in the Table Schemas of a package, each of them once."""
    seen: set[tuple[str, str]] = set()
    for table in package.tables:
        if table.name not in schemas:
            continue
        document, pointer = schemas[table.name]
        if (document.path, pointer) not in seen:
            seen.add((document.path, pointer))
            yield from problems_of(document, pointer, table, package)


def _resources(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if is_resource(document.data):
        yield "", document.data
    listed = document.data.get("resources")
    for index, resource in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(resource, dict):
            yield f"/resources/{index}", resource


def _resource(
    document: Document, pointer: str, resource: Mapping[str, Any], package: Package
) -> Iterator[Problem]:
    yield from property_missing(document, pointer, resource, ("name",))
    if "data" not in resource and "url" not in resource:
        yield from property_missing(document, pointer, resource, ("path",))
    yield from shapes(document, pointer, resource, RESOURCE)
    yield from wrong_items(document, f"{pointer}/path", resource.get("path"), (str,))
    yield from unsafe_path(document, pointer, resource, package)
    yield from missing_document(document, pointer, resource, package)
    dialect = resource.get("dialect")
    if isinstance(dialect, dict):
        yield from shapes(document, f"{pointer}/dialect", dialect, DIALECT)
    yield from unusable_dialect(document, pointer, resource)
    yield from unusable_hash(document, pointer, resource)


@check("PK003", message="the path `{value}` leads out of the package", equivalent="package-error")
def unsafe_path(
    document: Document, pointer: str, resource: Mapping[str, Any], package: Package
) -> Iterator[Problem]:
    """Tell the paths that leave the folder of the package.

    What: A path is absolute, goes up with `..`, passes through a hidden folder or through a link
        that ends outside, or is an address of another kind than http or https. None of them is
        followed.
    Why: Whoever opens the package would read files of their own machine in its place.
    Example: `../people.csv`, `/etc/passwd`, `.git/config`.
    Fix: Move the file into the folder of the package and give its path from there.
    """
    for name in ("path", "schema", "dialect"):
        given = resource.get(name)
        for index, part in enumerate(given if isinstance(given, list) else [given]):
            if not isinstance(part, str) or not part or is_remote(part):
                continue
            if not is_safe(package.root, part):
                step = f"{name}/{index}" if isinstance(given, list) else name
                yield Problem("PK003", document, f"{pointer}/{step}", {"value": part})


@check("PK004", message="the {kind} `{value}` is not there", equivalent="package-error")
def missing_document(
    document: Document, pointer: str, resource: Mapping[str, Any], package: Package
) -> Iterator[Problem]:
    """Tell the schemas and dialects that a descriptor names and that do not exist.

    What: `schema` or `dialect` of a resource is the path of a file, and there is no such file.
    Why: Nothing is promised about the table, or nobody knows how to read it.
    Example: `schemas/quote.schema.json` where the file is `schemas/quotes.schema.json`.
    Fix: Correct the path, or add the file.
    """
    for name in ("schema", "dialect"):
        path = resource.get(name)
        if not isinstance(path, str) or not is_safe(package.root, path):
            continue
        file = package.root / path
        if not file.is_file():
            beside = sorted(file.parent.glob("*.json"))
            known = [p.relative_to(package.root).as_posix() for p in beside]
            params = {"value": path, "kind": name, "known": known}
            yield Problem("PK004", document, f"{pointer}/{name}", params)


@check("PK005", message="two resources are called `{value}`", equivalent="package-error")
def duplicate_resource(document: Document) -> Iterator[Problem]:
    """Tell the resources that have the name of an earlier one.

    What: Names of resources are unique within a package.
    Why: References and programs name a resource by its name; two of them cannot be told apart.
    Example: two resources called `quotes`.
    Fix: Rename one of them.
    """
    seen: set[str] = set()
    for pointer, resource in _resources(document):
        name = resource.get("name")
        if isinstance(name, str) and name in seen:
            yield Problem("PK005", document, f"{pointer}/name", {"value": name})
        if isinstance(name, str):
            seen.add(name)


@check("PK013", message="`{field}` cannot be `{value}`: {reason}", equivalent="dialect-error")
def unusable_dialect(
    document: Document, pointer: str, resource: Mapping[str, Any]
) -> Iterator[Problem]:
    """Tell the encodings and dialects that no file can be read with.

    What: The `encoding` of a resource is not known, a sign of its dialect is not a single
        character, or a row of the header has a number below 1.
    Why: The file cannot be read as it says.
    Example: `"encoding": "utf-9"`, `"delimiter": ""`.
    Fix: Correct the value.
    """
    encoding = resource.get("encoding")
    if isinstance(encoding, str) and not is_encoding(encoding):
        params = {"field": "encoding", "value": encoding, "reason": "no such encoding is known"}
        yield Problem("PK013", document, f"{pointer}/encoding", params)
    dialect = resource.get("dialect")
    for name, given in dialect.items() if isinstance(dialect, dict) else ():
        if reason := _dialect_fault(name, given):
            written = json.dumps(given, ensure_ascii=False)
            params = {"field": name, "value": written, "reason": reason}
            yield Problem("PK013", document, f"{pointer}/dialect/{name}", params)


def _dialect_fault(name: str, given: object) -> str:
    """Return why a property of a dialect cannot be used, or an empty string."""
    if name in ("delimiter", "quoteChar", "escapeChar") and isinstance(given, str):
        return "it is not one character" if len(given) != 1 or given in "\r\n" else ""
    if name in ("headerRows", "commentRows") and isinstance(given, list):
        right = all(type(number) is int and number > 0 for number in given)
        return "" if right else "rows are counted from 1"
    return ""


_DIGEST = re.compile(r"(?:(?:md5|sha-?1|sha-?(?:224|256|384|512)|sha3_\d+|blake2[bs]):)?[0-9a-f]+")


@check("PK014", message="`{value}` is no digest that can be checked", equivalent="resource-error")
def unusable_hash(
    document: Document, pointer: str, resource: Mapping[str, Any]
) -> Iterator[Problem]:
    """Tell the digests that nobody can check.

    What: `hash` of a resource is not hexadecimal digits, with or without the name of a known
        algorithm and a colon before them.
    Why: The file would go unchecked without a word.
    Example: `"hash": "crc32:1c291ca3"`.
    Fix: Write the digest as `sha256:` and 64 hexadecimal digits.
    """
    given = resource.get("hash")
    if isinstance(given, str) and not _DIGEST.fullmatch(given.lower()):
        yield Problem("PK014", document, f"{pointer}/hash", {"value": given})


@check("PK102", message="`copydesk` {reason}")
def unknown_setting(document: Document, package: Package) -> Iterator[Problem]:
    """Tell the settings under `copydesk` that mean nothing.

    What: A key under `copydesk` is not known, `severity` or `ignore` names a check that does not
        exist, a severity is none of error, warning and info, or what is ignored has no reason.
    Why: What is misspelt here would be left out without a word.
    Example: `"severity": {"TX": "eror"}`.
    Fix: Correct the word. `copydesk explain` lists all checks.
    """
    own = document.data.get("copydesk")
    if not isinstance(own, dict):
        return
    for key, value in own.items():
        at = f"/copydesk/{key}"
        if key not in _SETTINGS:
            yield _unknown(document, at, key, f"knows no setting `{key}`", _SETTINGS, key=True)
        elif key == "canonical" and not isinstance(value, bool):
            yield _unknown(document, at, value, "expects true or false for `canonical`")
        elif key in ("severity", "ignore") and not isinstance(value, dict):
            yield _unknown(document, at, value, f"expects an object for `{key}`")
        elif key in ("severity", "ignore"):
            yield from _by_check(document, package, key, value)


def _by_check(
    document: Document, package: Package, setting: str, words: Mapping[str, Any]
) -> Iterator[Problem]:
    known = [(s.code, s.name) for s in registry().values()]
    if not all(_names(word, known) for word in words):
        known += [(r.code, r.name) for r in read_rules(package.root) if isinstance(r, Rule)]
    levels = [s.value for s in Severity]
    for word, given in words.items():
        at = f"/copydesk/{setting}/{word}"
        if not _names(word, known):
            names = [w for pair in known for w in pair]
            yield _unknown(document, at, word, f"knows no check `{word}`", names, key=True)
        elif setting == "severity" and given not in levels:
            yield _unknown(document, at, given, f"knows no severity `{given}`", levels)
        elif setting == "ignore" and not (isinstance(given, str) and given.strip()):
            yield _unknown(document, at, given, f"lacks the reason why `{word}` is ignored")


def _names(word: str, known: Iterable[tuple[str, str]]) -> bool:
    return bool(word) and any(matches(code, name, [word]) for code, name in known)


def _unknown(
    document: Document,
    pointer: str,
    value: object,
    reason: str,
    known: Iterable[str] = (),
    *,
    key: bool = False,
) -> Problem:
    params = {"value": value, "reason": reason, "known": tuple(known)}
    return Problem("PK102", document, pointer, params, key)
