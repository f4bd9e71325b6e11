"""A package → the files that a release of it holds, and whether they can be released."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from copydesk.archive import CHECKSUMS, chunks_of, digest
from copydesk.errors import UserError
from copydesk.model import Package
from copydesk.package import is_remote, is_safe
from copydesk.staged import Fingerprint

DESCRIPTOR = "datapackage.json"
REPORT = "report.json"
_PROMISES = ("schemas/*.schema.json", "schemas/*.expectations.json", "schemas/rules/*.sql")
_DOCUMENTS = ("README*", "LICENSE*", "CITATION.cff", "CHANGELOG*", "docs/*.md")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._+-]*[A-Za-z0-9])?")


def seal(package: Package) -> dict[str, Fingerprint]:
    """Return the fingerprint of every file that a release of the package would hold, by path.

    What cannot be released is left out: to say so is for the check and for `build`.
    """
    return {
        path: Fingerprint(*digest(chunks_of(package.root / path)))
        for path in sorted(contents_of(package))
        if not _obstacle(package.root, path)
    }


def stem_of(package: Package) -> str:
    """Return the name of the archive without its suffix, and of its top folder."""
    if not isinstance(package.descriptor.get("resources"), list):
        raise UserError(
            f"`{package.name}` has no `{DESCRIPTOR}`",
            hint="a release needs a descriptor: copydesk new",
            place=str(package.root),
        )
    for what, value in (("name", package.descriptor.get("name")), ("version", package.version)):
        if not isinstance(value, str) or not _NAME.fullmatch(value):
            raise UserError(
                f"the {what} `{value}` cannot name an archive" if value else f"there is no {what}",
                hint=f"write a `{what}` of letters, digits, `.`, `_`, `+` and `-`",
                place=package.path,
            )
    return f"{package.name}-{package.version}"


def demand_sealed(package: Package, sealed: Mapping[str, Fingerprint]) -> None:
    """Refuse what cannot be packed, and a package whose files are not those that were sealed."""
    for index, resource in enumerate(package.descriptor["resources"]):
        if len(parts := parts_of(resource)) > 1:
            raise UserError(
                f"`{resource.get('name')}` is made of {len(parts)} files, a release takes one",
                hint="join the parts into one file",
                place=f"{package.path}#/resources/{index}",
            )
    files = contents_of(package)
    for path in sorted(files):
        if obstacle := _obstacle(package.root, path):
            why, hint = obstacle
            raise UserError(f"`{path}` {why}", hint=hint)
    changed = files ^ sealed.keys()
    if json.loads((package.root / package.path).read_bytes()) != package.descriptor:
        changed.add(package.path)
    if changed:
        raise changed_since(sorted(changed))


def changed_since(paths: Iterable[str]) -> UserError:
    """Return the error for files that are not those that were checked."""
    return UserError(
        f"{', '.join(f'`{p}`' for p in paths)} changed after the check",
        hint="run the build again when nobody is editing",
    )


def contents_of(package: Package) -> set[str]:
    """Return the paths that a release holds, as they are written."""
    resources = [r for r in package.descriptor.get("resources", []) if isinstance(r, dict)]
    paths = {package.path}
    for resource in resources:
        paths.update(parts_of(resource))
        paths.update(str(resource[k]) for k in ("schema", "dialect") if _is_text(resource.get(k)))
    for pattern in _PROMISES:
        paths.update(_found(package.root, pattern))
    paths.update(_documents(package, paths))
    return paths


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def parts_of(resource: Mapping[str, Any]) -> list[str]:
    """Return the paths of a resource."""
    path = resource.get("path")
    return [str(p) for p in (path if isinstance(path, list) else [path]) if _is_text(p)]


def _found(root: Path, pattern: str) -> Iterator[str]:
    return (p.relative_to(root).as_posix() for p in root.glob(pattern) if p.is_file())


def _documents(package: Package, paths: Iterable[str]) -> Iterator[str]:
    """Yield what the descriptor lists under `copydesk.build.include`, else what is customary."""
    own = package.descriptor.get("copydesk")
    settings = own.get("build") if isinstance(own, dict) else None
    include = settings.get("include") if isinstance(settings, dict) else None
    if include is not None:
        if not isinstance(include, list) or not all(isinstance(p, str) for p in include):
            raise UserError(
                "`copydesk.build.include` is no list of paths",
                hint='write it as ["README.md", "docs/codebook.md"]',
                place=package.path,
            )
        yield from include
        return
    beside = {PurePosixPath(p).parent for p in paths} - {PurePosixPath()}
    for pattern in (*_DOCUMENTS, *(f"{folder}/CHANGELOG*" for folder in beside)):
        yield from _found(package.root, pattern)


def _obstacle(root: Path, path: str) -> tuple[str, str] | None:
    """Return why a path cannot be released, and the cure; None if it can."""
    if is_remote(path):
        return "is remote, a release holds its files", "download the file into the package"
    plain = path.isprintable() and PurePosixPath(path).as_posix() == path
    if not plain or not is_safe(root, path):
        return "is no plain path inside the package", "write it relative to the descriptor"
    if path in (REPORT, CHECKSUMS):
        return "is written by the build", "give the file of the package another name"
    if not (root / path).is_file():
        return "is missing", "restore the file, or take its path out of the descriptor"
    return None
