"""PK: the descriptor of a package, before any data is read.

`problems` runs all functions over the documents of a package; the schemas, the shapes of
properties and the rules have modules of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from copydesk.checks import check, matches, registry
from copydesk.checks.locating import dialect_problems_of, misplaced_property, unusable_profile
from copydesk.checks.locating import problems_of as resource_problems
from copydesk.checks.schema import problems_of
from copydesk.checks.shapes import judge
from copydesk.checks.standard import PACKAGE, version_of
from copydesk.document import Document, Problem
from copydesk.model import Package, Rule, Severity
from copydesk.package import is_resource
from copydesk.rules import read_rules

Written = tuple[Document, str]
"""Where something is written: the document and the pointer in it."""

_SETTINGS = ("canonical", "severity", "ignore", "build", "tags")
_OF_RESOURCE = ("label", "within")


def problems(
    document: Document,
    package: Package,
    schemas: Mapping[str, Written],
    dialects: Mapping[str, Written] = MappingProxyType({}),
) -> Iterator[Problem]:
    """Yield what is wrong in a descriptor and in the schemas and dialects of its tables."""
    data = document.data
    version = version_of(data)
    yield from repeated_member(document)
    if not is_resource(data):
        yield from judge(document, "", data, PACKAGE, version)
        yield from misplaced_property(document, "", data, ("missingValues", "fields"))
        yield from unusable_profile(document, "", data, package)
    for pointer, resource in _resources(document):
        yield from resource_problems(document, pointer, resource, package)
    yield from duplicate_resource(document)
    yield from unknown_setting(document, package)
    yield from dialect_problems(document, version, dialects)
    yield from schema_problems(package, schemas, document)


def schema_problems(
    package: Package, schemas: Mapping[str, Written], descriptor: Document | None = None
) -> Iterator[Problem]:
    """Yield what is wrong in the Table Schemas of a package, each of them once."""
    inherited = version_of(descriptor.data) if descriptor else 0
    seen: set[tuple[str, str]] = set()
    for table in package.tables:
        if table.name not in schemas:
            continue
        document, pointer = schemas[table.name]
        if (document.path, pointer) not in seen:
            if document is not descriptor and document.path not in {path for path, _ in seen}:
                yield from repeated_member(document)
            seen.add((document.path, pointer))
            yield from problems_of(document, pointer, table, package, inherited)


def dialect_problems(
    descriptor: Document, version: int, dialects: Mapping[str, Written]
) -> Iterator[Problem]:
    """Yield what is wrong in the dialects that have files of their own, each of them once."""
    files = {d.path: d for d, _ in dialects.values() if d is not descriptor}
    for document in files.values():
        yield from repeated_member(document)
        version_here = version_of(document.data, version)
        yield from dialect_problems_of(document, "", document.data, version_here)


def _resources(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the resources with their pointers; a descriptor of one resource is one itself."""
    if is_resource(document.data):
        yield "", document.data
    listed = document.data.get("resources")
    for index, resource in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(resource, dict):
            yield f"/resources/{index}", resource


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


@check("PK111", message="`{value}` stands more than once in its object", severity=Severity.WARNING)
def repeated_member(document: Document) -> Iterator[Problem]:
    """Tell the properties that stand twice in one object of a descriptor.

    What: An object of a JSON or YAML file has two members of one name.
    Why: Programs read the last one and drop the others without a word.
    Example: `{"name": "a", "name": "b"}`.
    Fix: Delete all but one.
    """
    for pointer in document.repetitions:
        name = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        yield Problem("PK111", document, pointer, {"value": name}, key=True)


@check("PK102", message="`copydesk` {reason}")
def unknown_setting(document: Document, package: Package) -> Iterator[Problem]:
    """Tell the settings under `copydesk` that mean nothing.

    What: A key under `copydesk` is not known, `severity` or `ignore` names a check that does not
        exist, a severity is none of error, warning and info, or what is ignored has no reason.
        Under `copydesk` of a resource, `label` or `within` names no field of its schema.
    Why: What is misspelt here would be left out without a word.
    Example: `"severity": {"TX": "eror"}`.
    Fix: Correct the word. `copydesk explain` lists all checks.
    """
    yield from _of_resources(document, package)
    own = document.data.get("copydesk")
    if not isinstance(own, dict):
        return
    for key, value in own.items():
        at = f"/copydesk/{key}"
        if key not in _SETTINGS:
            yield _unknown(document, at, key, f"knows no setting `{key}`", _SETTINGS, key=True)
        elif key == "canonical" and not isinstance(value, bool):
            yield _unknown(document, at, value, "expects true or false for `canonical`")
        elif key == "tags" and not isinstance(value, str):
            yield _unknown(document, at, value, "expects what tags begin with for `tags`")
        elif key in ("severity", "ignore") and not isinstance(value, dict):
            yield _unknown(document, at, value, f"expects an object for `{key}`")
        elif key in ("severity", "ignore"):
            yield from _by_check(document, package, key, value)


def _of_resources(document: Document, package: Package) -> Iterator[Problem]:
    """Yield what is wrong in what resources say of the names of their rows."""
    for pointer, resource in _resources(document):
        own = resource.get("copydesk")
        if "copydesk" in resource and not isinstance(own, dict):
            yield _unknown(document, f"{pointer}/copydesk", own, "of a resource is no object")
        table = package.table(str(resource.get("name")))
        schema = table.schema if table else None
        known = [f.name for f in schema.fields] if schema else []
        for key, value in own.items() if isinstance(own, dict) else ():
            at, words = f"{pointer}/copydesk/{key}", value if isinstance(value, list) else [value]
            if key not in _OF_RESOURCE:
                reason = f"of a resource knows no setting `{key}`"
                yield _unknown(document, at, key, reason, _OF_RESOURCE, key=True)
            elif not all(isinstance(w, str) for w in words) or (key == "within" and value is words):
                yield _unknown(document, at, value, f"expects the name of a field for `{key}`")
            elif known and (lost := [w for w in words if w not in known]):
                yield _unknown(document, at, lost[0], f"names no field `{lost[0]}`", known)


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
