"""What the user names → a folder that holds that version of the package.

A name is a path if there is such a file or folder, else a revision of the repository in which the
package lies. Of a revision only those files are written out that its descriptor names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from copydesk.archive import unpack
from copydesk.document import parse_yaml
from copydesk.errors import UserError
from copydesk.package import DESCRIPTORS, TABULAR
from copydesk.revisions import Blob, NoSuchRevision, Objects, Repository, repository

_LFS = b"version https://git-lfs.github.com/spec/"
_PROMISES = re.compile(
    r"schemas/([^/]+\.(schema|expectations)\.json|rules/[^/]+\.sql|waivers\.csv)"
)


@dataclass(frozen=True)
class Place:
    """Where a version lies on the disk, how the user named it, and its commit if it has one."""

    path: Path
    named: str
    commit: str = ""


def pair_of(
    base: str | None, head: str | None, package: Path, scratch: Path
) -> tuple[Place, Place]:
    """Return the two versions that are to be compared.

    Nothing named means `HEAD` and the working tree, one version the same with it for `HEAD`.
    `A..B` are two revisions, `A...B` the commit at which B left A, and B; B is `HEAD` if empty.
    """
    here = Place(package, "working tree")
    dots = re.fullmatch(r"(?P<base>.*?)(?P<dots>\.{2,3})(?P<head>.*)", base or "")
    if base and dots and head is None and not Path(base).exists() and dots["base"].strip("."):
        one, other = dots["base"], dots["head"] or "HEAD"
        found = repository(package)
        commit = found.merge_base(one, other) if dots["dots"] == "..." else found.commit(one)
        named = f"{one}...{dots['head']}" if dots["dots"] == "..." else one
        return (
            _revision(found, commit, named, scratch / "base"),
            _revision(found, found.commit(other), other, scratch / "head"),
        )
    old = _place(base or "HEAD", package, scratch / "base")
    return old, _place(head, package, scratch / "head") if head else here


def _place(name: str, package: Path, into: Path) -> Place:
    path = Path(name)
    revision, colon, folder = name.partition(":")
    is_path = path.exists() or (not colon and path.suffix.lower() in (".zip", ".json", ".csv"))
    if is_path:
        if "/" not in name and _names_revision(name, package):
            raise UserError(
                f"`{name}` is a file and a revision",
                hint=f"write `./{name}` for the file, `refs/heads/{name}` or its id for the other",
            )
        return Place(_unpacked(path, into), name)
    try:
        found = repository(package)
    except UserError as error:
        raise UserError(
            f"`{name}` is no file or folder, and {error.message}", hint=error.hint
        ) from None
    return _revision(found, found.commit(revision), name, into, folder or None)


def write_revision(found: Repository, commit: str, into: Path, without: Container[str]) -> None:
    """Write out the package of a commit, but files of some ids."""
    files = found.files(commit)
    into.mkdir(parents=True, exist_ok=True)
    with found.objects() as objects:
        for path in _needed(files, "", objects):
            if files[path].id not in without:
                _write(objects, files, path, into)


def _names_revision(name: str, package: Path) -> bool:
    try:
        return repository(package).has(name)
    except UserError:
        return False


def _unpacked(path: Path, into: Path) -> Path:
    if path.suffix.lower() != ".zip" or not path.is_file():
        return path
    into.mkdir(parents=True, exist_ok=True)
    return unpack(path, into)


def _revision(
    found: Repository, commit: str, named: str, into: Path, folder: str | None = None
) -> Place:
    """Write out the package of a commit and return where it is."""
    id_ = found.commit(commit)
    files, single = _below(found, id_, folder)
    if not files:
        where = found.prefix.rstrip("/") if folder is None else folder
        raise NoSuchRevision(
            f"`{named}` has no file" + (f" below `{where}`" if where else ""),
            hint="REVISION:FOLDER names another folder of it",
        )
    into.mkdir(parents=True, exist_ok=True)
    with found.objects() as objects:
        for path in _needed(files, single, objects):
            _write(objects, files, path, into)
    return Place(into / single if single else into, named, id_)


def _below(found: Repository, commit: str, folder: str | None) -> tuple[dict[str, Blob], str]:
    """Return the files of a folder of a commit; if that is a file, those around it and its path."""
    if folder is None:
        return found.files(commit), ""
    under = PurePosixPath(folder)
    files = found.files(commit, _prefix(under))
    if files or under == PurePosixPath():
        return files, ""
    top = under.parent if under.name in DESCRIPTORS else under.parent.parent
    around = found.files(commit, _prefix(top))
    single = under.relative_to(top).as_posix()
    return (around, single) if single in around else ({}, "")


def _prefix(folder: PurePosixPath) -> str:
    return "" if folder == PurePosixPath() else f"{folder}/"


def _needed(files: Mapping[str, Blob], single: str, objects: Objects) -> Iterator[str]:
    """Yield the files that make up a package: what its descriptor names, and its promises.

    A single file needs nothing but schema and suite where `check` looks for them.
    """
    descriptor = single or next((n for n in DESCRIPTORS if n in files), "")
    if single and single not in DESCRIPTORS:
        one = PurePosixPath(single)
        folders = (one.parent / "schemas", PurePosixPath("schemas"))
        names = [f"{one.stem}.{kind}.json" for kind in ("schema", "expectations")]
        said = (str(folder / name) for folder in folders for name in names)
        yield from sorted({single, *(path for path in said if path in files)})
        return
    wanted = {p for p in files if _PROMISES.fullmatch(p)}
    if descriptor:
        text = objects.read(files[descriptor]).decode("utf-8", "replace")
        wanted |= {descriptor, *(t for t in _texts(_parsed(descriptor, text)) if t in files)}
    else:
        wanted |= {p for p in files if PurePosixPath(p).suffix.lower() in TABULAR}
    yield from sorted(wanted)


def _parsed(name: str, text: str) -> Any:
    """Return the content of a descriptor; one that cannot be read is told when it is."""
    try:
        return json.loads(text) if name.endswith(".json") else parse_yaml(text, name).data
    except (ValueError, RecursionError, UserError):
        return None


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of a document, as the path that it may be."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one.removeprefix("./")
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _write(objects: Objects, files: Mapping[str, Blob], path: str, into: Path) -> None:
    blob = objects.followed(files[path], files)
    if blob is None:
        return  # a link out of the package, which is told as a file that is not there
    target = into / path
    objects.write(blob, target)
    with target.open("rb") as stream:
        if stream.read(len(_LFS)) == _LFS:
            raise UserError(
                f"`{path}` is kept by Git LFS, and its content is not in the repository",
                hint="compare two folders or archives instead",
            )
