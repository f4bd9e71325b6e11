"""Paths: which of them may be followed, how they are shown, what to say where nothing is."""

from __future__ import annotations

import difflib
from pathlib import Path, PurePosixPath

from copydesk.errors import UserError

_LONGEST = 255
"""Bytes of a name that every file system of today takes."""


def is_remote(path: str) -> bool:
    """Return whether a path is a URL of the only kinds that a package may hold."""
    return path.lower().startswith(("http://", "https://", "ftp://", "ftps://"))


def is_safe(root: Path, path: str) -> bool:
    """Return whether a path of the descriptor stays inside the package, links included.

    Data Package, "URL or Path": relative, `/` as separator, no `..`, nothing hidden.
    """
    pure = PurePosixPath(path)
    if not path or "://" in path or pure.is_absolute() or path.startswith("~"):
        return False
    if any(len(part.encode()) > _LONGEST for part in pure.parts):
        return False
    if any(part.startswith(".") for part in pure.parts) or "\\" in path or path[1:2] == ":":
        return False
    try:
        return (root / path).resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):  # a loop of links, a NUL
        return False


def require_readable(file: Path, shown: str) -> None:
    """Raise UserError for a file that is there and cannot be opened; absence is a finding."""
    try:
        if file.is_file():
            file.open("rb").close()
    except OSError as error:
        raise UserError(f"cannot read `{shown}`: {error.strerror}", place=shown) from None


def near_file(target: Path) -> str:
    """Return the help for a path that leads to nothing: the nearest name beside it."""
    try:
        names = [p.name for p in target.parent.iterdir()]
    except OSError:
        return "check the spelling and the current folder"
    if target.name in names:
        return "it is a link that leads nowhere"
    near = difflib.get_close_matches(target.name, names, 1)
    return f"did you mean `{target.with_name(near[0])}`?" if near else (
        "check the spelling and the current folder"
    )  # fmt: skip


def shown(root: Path, file: Path) -> str:
    """Return a path as it is shown to people: from the package, if it lies in it."""
    try:
        return file.relative_to(root).as_posix()
    except ValueError:
        return file.as_posix()
