"""A package and its clean report → the release archive and its checksums.

The archive is the same bytes wherever and whenever it is built from the same files. `seal` is
taken before the check and held against what is packed, so that the report in the archive is
about the very bytes beside it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from copydesk.archive import CHECKSUMS, checksums, chunks_of, digest, moment, pack
from copydesk.errors import UserError
from copydesk.findings import Report
from copydesk.model import Package
from copydesk.package import is_remote, is_safe
from copydesk.report import render

DESCRIPTOR = "datapackage.json"
REPORT = "report.json"
_PROMISES = ("schemas/*.schema.json", "schemas/*.expectations.json", "schemas/rules/*.sql")
_DOCUMENTS = ("README*", "LICENSE*", "CITATION.cff", "CHANGELOG*", "docs/*.md")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._+-]*[A-Za-z0-9])?")


@dataclass(frozen=True)
class Fingerprint:
    """What tells a file from any other: its size and its SHA-256."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Built:
    """What a build wrote; `files` are the paths in the archive, below its top folder."""

    archive: Path
    checksums: Path
    sha256: str
    bytes: int
    files: tuple[str, ...]


def seal(package: Package) -> dict[str, Fingerprint]:
    """Return the fingerprint of every file that a release of the package would hold, by path.

    What cannot be released is left out: to say so is for the check and for `build`.
    """
    return {
        path: Fingerprint(*digest(chunks_of(package.root / path)))
        for path in sorted(_contents(package))
        if not _obstacle(package.root, path)
    }


def build(
    package: Package, report: Report, out: Path | None = None, *, sealed: Mapping[str, Fingerprint]
) -> Built:
    """Write the release archive and `SHA256SUMS` to a folder, `dist` if none is given.

    `sealed` is what `seal` gave before the check. Raises UserError, and leaves what is in the
    folder as it was, if the report has errors or is not about this package, if a file differs
    from what was sealed, or if one cannot be part of an archive.
    """
    stem = _stem(package)
    _demand_clean(package, report)
    _demand_sealed(package, sealed)
    made = {
        DESCRIPTOR: _described(package, report, sealed),
        REPORT: render(replace(report, path=DESCRIPTOR, seconds=0.0), "json").encode(),
    }
    kept = sealed.keys() - {package.path, *made}
    sums = {p: sealed[p].sha256 for p in kept} | {p: digest([d])[1] for p, d in made.items()}
    members = {p: package.root / p for p in kept} | made | {CHECKSUMS: checksums(sums)}
    named = {f"{stem}/{path}": member for path, member in members.items()}
    out = package.root / "dist" if out is None else out
    try:
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".build-", dir=out) as folder:
            archive = Path(folder) / f"{stem}.zip"
            packed = _write(archive, named, moment(package.descriptor.get("created")))
            if changed := [p for p in sorted(sums) if packed[f"{stem}/{p}"] != sums[p]]:
                raise _changed(changed)
            size, sha256 = digest(chunks_of(archive))
            (archive.parent / CHECKSUMS).write_bytes(checksums({archive.name: sha256}))
            _publish([archive, archive.parent / CHECKSUMS], out)
    except OSError as error:
        raise UserError(
            f"cannot write the release: {error.strerror or error}", place=str(error.filename or out)
        ) from error
    return Built(out / archive.name, out / CHECKSUMS, sha256, size, tuple(sorted(members)))


def _stem(package: Package) -> str:
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


def _demand_clean(package: Package, report: Report) -> None:
    if report.errors:
        count = f"{report.errors:,} error{'s' if report.errors > 1 else ''}"
        raise UserError(f"the dataset has {count}", hint="copydesk check")
    if (report.name, report.version) != (package.name, package.version):
        raise UserError(
            f"the report is about {report.name} {report.version}, "
            f"the package is {package.name} {package.version}",
            hint="check and build the same package",
        )
    checked = {t.name for t in report.tables}
    left = [t.name for t in package.tables if t.name not in checked]
    if left:
        raise UserError(
            f"the report leaves out the table `{left[0]}`", hint="check the whole package"
        )


def _demand_sealed(package: Package, sealed: Mapping[str, Fingerprint]) -> None:
    """Refuse what cannot be packed, and a package whose files are not those that were sealed."""
    for index, resource in enumerate(package.descriptor["resources"]):
        if len(parts := _parts(resource)) > 1:
            raise UserError(
                f"`{resource.get('name')}` is made of {len(parts)} files, a release takes one",
                hint="join the parts into one file",
                place=f"{package.path}#/resources/{index}",
            )
    files = _contents(package)
    for path in sorted(files):
        if obstacle := _obstacle(package.root, path):
            why, hint = obstacle
            raise UserError(f"`{path}` {why}", hint=hint)
    changed = files ^ sealed.keys()
    if json.loads((package.root / package.path).read_bytes()) != package.descriptor:
        changed.add(package.path)
    if changed:
        raise _changed(sorted(changed))


def _changed(paths: Iterable[str]) -> UserError:
    return UserError(
        f"{', '.join(f'`{p}`' for p in paths)} changed after the check",
        hint="run the build again when nobody is editing",
    )


def _contents(package: Package) -> set[str]:
    """Return the paths that a release holds, as they are written."""
    resources = [r for r in package.descriptor.get("resources", []) if isinstance(r, dict)]
    paths = {package.path}
    for resource in resources:
        paths.update(_parts(resource))
        paths.update(str(resource[k]) for k in ("schema", "dialect") if _is_text(resource.get(k)))
    for pattern in _PROMISES:
        paths.update(_found(package.root, pattern))
    paths.update(_documents(package, paths))
    return paths


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _parts(resource: Mapping[str, Any]) -> list[str]:
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


def _described(package: Package, report: Report, sealed: Mapping[str, Fingerprint]) -> bytes:
    """Return the descriptor with the size, the hash and the number of rows of each resource.

    `bytes` and `hash` are of the standard. It has no property for the number of rows: `rows`
    beside them is what frictionless writes, and verifies.
    """
    rows = {t.name: t.rows for t in report.tables}
    resources = []
    for resource in package.descriptor["resources"]:
        seen: dict[str, object] = {}
        if parts := _parts(resource):
            file = sealed[parts[0]]
            seen = {"bytes": file.bytes, "hash": f"sha256:{file.sha256}"}
        if resource["name"] in rows:
            seen["rows"] = rows[resource["name"]]
        resources.append({**resource, **seen})
    described = {**package.descriptor, "resources": resources}
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode()


def _write(
    file: Path,
    members: Mapping[str, bytes | Path],
    when: tuple[int, int, int, int, int, int],
) -> dict[str, str]:
    with file.open("xb") as stream:
        packed = pack(stream, members, when)
        stream.flush()
        os.fsync(stream.fileno())
    return packed


def _publish(staged: list[Path], out: Path) -> None:
    """Move finished files over the old ones; if one cannot be moved, put the old ones back."""
    targets = {out / file.name: file for file in staged}
    kept = {target: file.with_name(f"{file.name}.old") for target, file in targets.items()}
    for target, copy in kept.items():
        if target.exists():
            shutil.copy2(target, copy)
    begun: list[Path] = []
    try:
        for target, file in targets.items():
            begun.append(target)
            file.replace(target)
    except BaseException:
        for target in begun:
            if kept[target].exists():
                kept[target].replace(target)
            else:
                target.unlink(missing_ok=True)
        raise
