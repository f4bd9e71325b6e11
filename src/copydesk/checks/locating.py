"""PK: a resource by itself: where its data are, how they are read, which profile it names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from copydesk.checks import check
from copydesk.checks.shapes import (
    discouraged_value,
    judge,
    malformed_value,
    property_missing,
    property_not_of_type,
)
from copydesk.checks.standard import DIALECT, RESOURCE, version_of
from copydesk.document import Document, Problem, step
from copydesk.model import Package, Severity
from copydesk.package import is_encoding, is_remote, is_safe

_KINDS = ("table", "file", "text", "json")
"""What `type` of a resource says in version 1, which knows no such property: frictionless does."""


def problems_of(
    document: Document, pointer: str, resource: Mapping[str, Any], package: Package
) -> Iterator[Problem]:
    """Yield what is wrong in a resource, without its schema."""
    for problem in _problems(document, pointer, resource, package):
        yield replace(problem, equivalent=problem.equivalent or RESOURCE.equivalent)


def _problems(
    document: Document, pointer: str, resource: Mapping[str, Any], package: Package
) -> Iterator[Problem]:
    version = version_of(document.data)
    yield from judge(document, pointer, resource, RESOURCE, version)
    if "data" not in resource and "url" not in resource and "path" not in resource:
        yield from property_missing(document, pointer, "path", None, Severity.ERROR)
    yield from unusable_location(document, pointer, resource)
    kind = resource.get("type")
    if version == 1 and isinstance(kind, str) and kind not in _KINDS:
        words = ", ".join(f"`{one}`" for one in _KINDS)
        yield from malformed_value(document, f"{pointer}/type", kind, f"one of {words}")
    yield from misplaced_property(document, pointer, resource, ("missingValues",))
    yield from unusable_profile(document, pointer, resource, package)
    yield from unsafe_path(document, pointer, resource, package)
    yield from missing_document(document, pointer, resource, package)
    yield from unusable_encoding(document, pointer, resource)
    yield from unusable_hash(document, pointer, resource)
    if isinstance(dialect := resource.get("dialect"), dict):
        yield from dialect_problems_of(document, f"{pointer}/dialect", dialect, version)


def dialect_problems_of(
    document: Document, pointer: str, data: object, version: int
) -> Iterator[Problem]:
    """Yield what is wrong in a dialect."""
    if not isinstance(data, dict):
        for problem in property_not_of_type(document, pointer, data, (dict,)):
            yield replace(problem, equivalent=DIALECT.equivalent)
        return
    yield from judge(document, pointer, data, DIALECT, version)
    for problem in unusable_dialect(document, pointer, data):
        yield replace(problem, equivalent=DIALECT.equivalent)


@check("PK003", message="the path `{value}` leads out of the package", equivalent="resource-error")
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
    for name in ("path", "url", "schema", "dialect"):
        given = resource.get(name)
        for index, part in enumerate(given if isinstance(given, list) else [given]):
            if not isinstance(part, str) or not part or is_remote(part):
                continue
            if not is_safe(package.root, part):
                step = f"{name}/{index}" if isinstance(given, list) else name
                yield Problem("PK003", document, f"{pointer}/{step}", {"value": part})


@check("PK004", message="the {kind} `{value}` is not there", equivalent="resource-error")
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


@check("PK026", message="`{value}` has no effect here: it belongs to the schema of a resource",
       equivalent="package-error")  # fmt: skip
def misplaced_property(
    document: Document, pointer: str, data: Mapping[str, Any], names: tuple[str, ...]
) -> Iterator[Problem]:
    """Tell the properties of a schema that stand in a package or resource.

    What: A package has `missingValues` or `fields`, or a resource has `missingValues`, outside of
        a schema.
    Why: They are left out without a word: `-` is then a value, not a missing one.
    Example: `"missingValues": ["-"]` beside `resources`.
    Fix: Move it into `schema` of the resource.
    """
    for name in names:
        if name in data:
            params = {"value": name}
            equivalent = RESOURCE.equivalent if pointer else ""
            at = pointer + step(name)
            yield Problem("PK026", document, at, params, True, equivalent)


@check("PK027", message="{reason}", equivalent="resource-error")
def unusable_location(
    document: Document, pointer: str, resource: Mapping[str, Any]
) -> Iterator[Problem]:
    """Tell the resources whose data stand at no place that can be read.

    What: A resource has both `path` and `data`, its list of paths mixes addresses and paths, its
        `data` are a text of which neither `format` nor `mediatype` says what it is, or the `data`
        of a table are a text.
    Why: Programs take one of the two, or another reading of the text: the table is not the same.
    Example: `"path": "a.csv", "data": []`.
    Fix: Keep one of the two; write inline rows as a list of lists or of objects.
    """
    path, data = resource.get("path"), resource.get("data")
    if "path" in resource and "data" in resource:
        reason = "`path` and `data` exclude each other"
        yield Problem("PK027", document, f"{pointer}/data", {"reason": reason}, True)
    kinds = {is_remote(p) for p in path if isinstance(p, str)} if isinstance(path, list) else ()
    if len(kinds) > 1:
        reason = "`path` mixes addresses and paths"
        yield Problem("PK027", document, f"{pointer}/path", {"reason": reason})
    tabular = resource.get("type") == "table" or _is_tabular(resource)
    if isinstance(data, str) and tabular:
        reason = "`data` of a table are a text, not a list of rows"
        yield Problem("PK027", document, f"{pointer}/data", {"reason": reason})
    elif isinstance(data, str) and not (resource.get("format") or resource.get("mediatype")):
        reason = "`data` are a text, and neither `format` nor `mediatype` says of what kind"
        yield Problem("PK027", document, f"{pointer}/data", {"reason": reason})


def _is_tabular(resource: Mapping[str, Any]) -> bool:
    return resource.get("profile") in (
        "tabular-data-resource",
        f"{_SPECS}tabular-data-resource.json",
    )


_SPECS = "https://specs.frictionlessdata.io/schemas/"
_PROFILES = {
    True: ("data-resource", "tabular-data-resource"),
    False: ("data-package", "tabular-data-package", "fiscal-data-package"),
}


@check("PK028", message="{reason}", equivalent="package-error")
def unusable_profile(
    document: Document, pointer: str, data: Mapping[str, Any], package: Package
) -> Iterator[Problem]:
    """Tell the descriptors that do not keep the profile which they name.

    What: Without `$schema`, `profile` is none that version 1 of the standard registers, nor an
        address, nor a JSON Schema in the package; a tabular resource has no `schema`, or a
        resource of a tabular package is no tabular one.
    Why: Nobody can tell what is promised, or the promise is not kept.
    Example: `"profile": "tabular-data-package"` with a resource without `profile`.
    Fix: Name a registered profile and follow it, or delete `profile`.
    """
    profile = data.get("profile")
    of_resource = bool(pointer) or data is not document.data or "resources" not in data
    if not isinstance(profile, str) or not profile or "$schema" in document.data:
        return
    known = _PROFILES[of_resource]
    short = profile.removeprefix(_SPECS).removesuffix(".json") if _SPECS in profile else profile
    at = f"{pointer}/profile"
    if short not in known and not is_remote(profile):
        there = is_safe(package.root, profile) and (package.root / profile).is_file()
        if ".." in profile.split("/") or not there:
            reason = f"`{profile}` is no profile that can be used"
            params = {"value": profile, "reason": reason, "known": known}
            yield Problem("PK028", document, at, params)
    if short == "tabular-data-resource" and not data.get("schema"):
        reason = "a tabular resource has a `schema`, this one has none"
        yield Problem("PK028", document, pointer, {"reason": reason})
    listed = data.get("resources") if short == "tabular-data-package" else None
    for index, one in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(one, dict) and not _is_tabular(one):
            reason = "a tabular package has tabular resources only: `profile` is not theirs"
            yield Problem("PK028", document, f"{pointer}/resources/{index}", {"reason": reason})


@check("PK013", message="`{field}` cannot be `{value}`: {reason}", equivalent="dialect-error")
def unusable_dialect(
    document: Document, pointer: str, dialect: Mapping[str, Any]
) -> Iterator[Problem]:
    """Tell the encodings and dialects that no file can be read with.

    What: The `encoding` of a resource is not known, a sign of its dialect is not a single
        character, or a row of the header or of the comments has a number below 1.
    Why: The file cannot be read as it says.
    Example: `"encoding": "utf-9"`, `"delimiter": ""`.
    Fix: Correct the value.
    """
    for name, given in dialect.items():
        if reason := _dialect_fault(name, given):
            written = json.dumps(given, ensure_ascii=False)
            params = {"field": name, "value": written, "reason": reason}
            yield Problem("PK013", document, pointer + step(name), params)


def unusable_encoding(
    document: Document, pointer: str, resource: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield the encoding of a resource if nobody knows it."""
    encoding = resource.get("encoding")
    if encoding == "":
        yield from discouraged_value(document, f"{pointer}/encoding", "`encoding` is empty")
    elif isinstance(encoding, str) and not is_encoding(encoding):
        params = {"field": "encoding", "value": encoding, "reason": "no such encoding is known"}
        at = f"{pointer}/encoding"
        yield Problem("PK013", document, at, params, equivalent="encoding-error")


def _dialect_fault(name: str, given: object) -> str:
    """Return why a property of a dialect cannot be used, or an empty string."""
    if name in ("quoteChar", "escapeChar") and isinstance(given, str):
        return "it is not one character" if len(given) != 1 or given in "\r\n" else ""
    if name == "delimiter" and isinstance(given, str) and (not given or given in "\r\n"):
        return "it divides nothing"
    if name == "lineTerminator" and given == "":
        return "no line would end"
    if name in ("headerRows", "commentRows") and isinstance(given, list):
        right = all(type(number) is not int or number > 0 for number in given)
        return "" if right else "rows are counted from 1"
    return ""


_DIGEST = re.compile(r"[0-9a-f]+")
_ALGORITHM = re.compile(r"|md5|sha-?1|sha-?(?:224|256|384|512)|sha3_\d+|blake2[bs]")


@check("PK014", message="`{value}` is no digest that can be checked", equivalent="resource-error")
def unusable_hash(
    document: Document, pointer: str, resource: Mapping[str, Any]
) -> Iterator[Problem]:
    """Tell the digests that nobody can check.

    What: `hash` of a resource is not hexadecimal digits, with or without the name of an algorithm
        and a colon before them. An algorithm that is not known here is a warning (PK110).
    Why: The file would go unchecked without a word.
    Example: `"hash": "sha256:unknown"`.
    Fix: Write the digest as `sha256:` and 64 hexadecimal digits.
    """
    given = resource.get("hash")
    algorithm, _, digest = (given if isinstance(given, str) else "").lower().rpartition(":")
    if given and not _ALGORITHM.fullmatch(algorithm):
        reason = f"`{given}` is not checked: digests are not made here by `{algorithm}`"
        yield from discouraged_value(document, f"{pointer}/hash", reason)
    elif digest and not _DIGEST.fullmatch(digest):
        yield Problem("PK014", document, f"{pointer}/hash", {"value": given})
