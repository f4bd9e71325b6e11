"""Revisions of a git repository, read without touching it.

Only commands that show objects are run: none that checks out, fetches, filters, or runs a hook.
Names come from the user, never ids; nothing is taken for an option.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from copydesk.errors import UserError

_QUIET = (
    "--no-optional-locks", "--no-pager", "--literal-pathspecs",
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never",
)  # fmt: skip
_LOCAL = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE")
_CHUNK = 1 << 20
_MOST_LINKS = 8
_LINK, _SUBMODULE = "120000", "160000"
_TREE = re.compile(rb"(\d+) (\w+) ([0-9a-f]+) +(-|\d+)\t(.+)", re.S)


class NoSuchRevision(UserError):
    """Report a revision that a repository does not have."""


@dataclass(frozen=True)
class Blob:
    """A file of a revision: its path as seen from the folder asked for, its id and its bytes."""

    path: str
    id: str
    size: int
    link: bool = False


@dataclass(frozen=True)
class Repository:
    """A git repository as seen from a folder of it; `prefix` is that folder from its root."""

    folder: Path
    prefix: str
    shallow: bool

    def commit(self, revision: str) -> str:
        """Return the id of the commit that a revision names.

        Raises NoSuchRevision if there is none.
        """
        found = _run(self.folder, "rev-parse", "--verify", "--quiet", "--end-of-options",
                     f"{revision}^{{commit}}")  # fmt: skip
        if found is None:
            raise self._unknown(revision)
        return found.decode().strip()

    def has(self, revision: str) -> bool:
        """Return whether a revision is known."""
        try:
            return bool(self.commit(revision))
        except NoSuchRevision:
            return False

    def merge_base(self, one: str, other: str) -> str:
        """Return the id of the commit at which the histories of two revisions part."""
        ids = self.commit(one), self.commit(other)
        found = _run(self.folder, "merge-base", *ids)
        if not found:
            raise NoSuchRevision(
                f"`{one}` and `{other}` have no common history"
                + (" in this shallow clone" if self.shallow else ""),
                hint="fetch the history: git fetch --unshallow" if self.shallow else "",
            )
        return found.decode().split("\n")[0]

    def tags(self, upto: str = "") -> dict[str, str]:
        """Return the commit of each tag by its name, in the order of the names.

        With a revision, of those tags alone that are on the way to it.
        """
        form = "%(refname:lstrip=2)%00%(objectname)%00%(*objectname)%00%(objecttype)%(*objecttype)"
        merged = [f"--merged={self.commit(upto)}"] if upto else []
        listed = _run(self.folder, "for-each-ref", f"--format={form}", *merged, "refs/tags") or b""
        rows = (line.split("\0") for line in listed.decode("utf-8", "replace").splitlines())
        return {name: peeled or own for name, own, peeled, kind in rows if kind.endswith("commit")}

    def days(self) -> dict[str, str]:
        """Return the day (ISO 8601) of each tag: its own, else that of its commit."""
        form = "%(refname:lstrip=2)%00%(creatordate:short)"
        listed = _run(self.folder, "for-each-ref", f"--format={form}", "refs/tags") or b""
        rows = (line.split("\0") for line in listed.decode("utf-8", "replace").splitlines())
        return {row[0]: row[1] for row in rows}

    def files(self, commit: str, under: str | None = None) -> dict[str, Blob]:
        """Return the files of a commit below a folder, by their paths as seen from there.

        Without `under` it is the folder of this repository. What belongs to other repositories
        (submodules) is left out, and so is every path that would leave the folder.
        """
        prefix = self.prefix if under is None else under
        asked = ["ls-tree", "-r", "-l", "-z", "--full-tree", self.commit(commit)]
        listed = _run(self.folder, *asked, "--", *([prefix] if prefix else []))
        found = {}
        for entry in (listed or b"").split(b"\0"):
            match = _TREE.fullmatch(entry)
            if not match or match[1].decode() == _SUBMODULE or match[2] != b"blob":
                continue
            path = match[5].decode("utf-8", "surrogateescape").removeprefix(prefix)
            pure = PurePosixPath(path)
            if not (pure.is_absolute() or ".." in pure.parts or "\\" in path):
                link = match[1].decode() == _LINK
                found[path] = Blob(path, match[3].decode(), int(match[4]), link)
        return found

    @contextmanager
    def objects(self) -> Iterator[Objects]:
        """Give what reads the bytes of files, one process for all of them."""
        with self._asking("cat-file", "--batch") as (asked, told):
            yield Objects(asked, told)

    @contextmanager
    def finder(self) -> Iterator[Finder]:
        """Give what finds files in commits, one process for all of them."""
        with self._asking("cat-file", "--batch-check") as (asked, told):
            yield Finder(self.prefix, asked, told)

    @contextmanager
    def _asking(self, *arguments: str) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
        child = subprocess.Popen(
            ["git", *_QUIET, "-C", str(self.folder), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=_environment(),
        )  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            yield child.stdin, child.stdout
        finally:
            child.stdin.close()
            child.stdout.close()
            child.wait()

    def _unknown(self, revision: str) -> NoSuchRevision:
        if self.shallow:
            return NoSuchRevision(
                f"this shallow clone has no revision `{revision}`",
                hint="fetch the history: git fetch --unshallow --tags",
            )
        return NoSuchRevision(
            f"no revision is called `{revision}`", hint="`git tag` and `git log` list what there is"
        )


@dataclass(frozen=True)
class Finder:
    """Finds files in commits; paths are as seen from the folder of the repository."""

    prefix: str
    asked: IO[bytes]
    told: IO[bytes]

    def find(self, commit: str, path: str) -> Blob | None:
        """Return a file as it is in a commit, None if there is none of this path."""
        name = f"{commit}:{self.prefix}{path}"
        if "\n" in name:
            return None
        self.asked.write(name.encode("utf-8", "surrogateescape") + b"\n")
        self.asked.flush()
        words = self.told.readline().rsplit(None, 2)
        if len(words) != 3 or words[1] != b"blob":
            return None
        return Blob(path, words[0].decode(), int(words[2]))


@dataclass(frozen=True)
class Objects:
    """Reads objects of a repository by their ids."""

    asked: IO[bytes]
    told: IO[bytes]

    def chunks(self, blob: Blob) -> Iterator[bytes]:
        """Yield the bytes of a file in parts; all of them must be taken."""
        self.asked.write(blob.id.encode() + b"\n")
        self.asked.flush()
        head = self.told.readline().split()
        if len(head) != 3:
            raise UserError(
                f"the repository lacks the content of `{blob.path}`",
                hint="fetch it first: a partial clone does not hold all files",
            )
        left = int(head[2])
        while left:
            chunk = self.told.read(min(left, _CHUNK))
            if not chunk:
                raise UserError(f"git could not read `{blob.path}`", hint="git fsck")
            left -= len(chunk)
            yield chunk
        self.told.read(1)

    def read(self, blob: Blob) -> bytes:
        """Return the bytes of a file."""
        return b"".join(self.chunks(blob))

    def write(self, blob: Blob, file: Path) -> None:
        """Write the bytes of a file to a new file of the disk."""
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as stream:
            stream.writelines(self.chunks(blob))

    def followed(self, blob: Blob, files: Mapping[str, Blob]) -> Blob | None:
        """Return the file that a link leads to within the same files, itself if it is no link."""
        for _ in range(_MOST_LINKS):
            if not blob.link:
                return blob
            target = self.read(blob).decode("utf-8", "surrogateescape")
            path = os.path.normpath(PurePosixPath(blob.path).parent / target)
            found = files.get(path)
            if found is None:
                return None
            blob = found
        return None


def repository(folder: Path) -> Repository:
    """Return the repository that a folder belongs to; raises UserError if it belongs to none."""
    asked = ["rev-parse", "--is-shallow-repository", "--is-inside-work-tree", "--show-prefix"]
    try:
        done = _call(folder, *asked)
    except FileNotFoundError:
        raise UserError("git is not installed", hint="install git, or name two folders") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        reason = said.removeprefix("fatal: ")
        known = "not a git repository" in reason
        raise UserError(
            f"`{folder}` is not in a git repository" if known else f"git says: {reason}",
            hint="name two folders, archives or files, or go to a clone of the repository"
            if known else "",
        )  # fmt: skip
    shallow, _, prefix = done.stdout.decode("utf-8", "surrogateescape").split("\n")[:3]
    return Repository(folder, prefix, shallow == "true")


def _environment() -> dict[str, str]:
    """Return the environment for git: nothing that points elsewhere, asks or fetches."""
    kept = {k: v for k, v in os.environ.items() if k not in _LOCAL}
    return kept | {
        "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1",
        "LC_ALL": "C",
    }  # fmt: skip


def _call(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", *_QUIET, "-C", str(folder), *arguments]
    return subprocess.run(
        command, env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False
    )


def _run(folder: Path, *arguments: str) -> bytes | None:
    """Return what git writes; None if it fails."""
    try:
        done = _call(folder, *arguments)
    except ValueError:  # a NUL in an argument
        return None
    return None if done.returncode else done.stdout


def merged_text(ours: Path, base: Path, theirs: Path, size: int) -> tuple[bytes, int]:
    """Return the lines of two files and their origin as git merges them, and how many conflicts.

    Raises UserError for files that git does not take for texts.
    """
    names = ["-L", "ours", "-L", "base", "-L", "theirs", f"--marker-size={size}"]
    files = [str(file.absolute()) for file in (ours, base, theirs)]
    try:
        done = _call(ours.absolute().parent, "merge-file", "-p", *names, "--", *files)
    except FileNotFoundError:
        raise UserError("git is not installed", hint="install git") from None
    if done.returncode > 127:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise UserError(f"git cannot merge the files: {said.removeprefix('error: ')}")
    return done.stdout, done.returncode


def configure(found: Repository, name: str, value: str) -> None:
    """Set an option of this clone; raises UserError where that is not allowed."""
    if _run(found.folder, "config", "--local", "--replace-all", name, value) is None:
        raise UserError(f"git cannot set `{name}`", hint="may you write to the repository?")


@dataclass(frozen=True)
class Commit:
    """A commit: who wrote it and when (ISO 8601), its subject and the rest of its message.

    `parents` are those in the history that was asked for, without what has no part in it.
    """

    id: str
    parents: tuple[str, ...]
    author: str
    email: str
    date: str
    subject: str
    body: str


_FORM = "%H%x00%aN%x00%aE%x00%aI%x00%s%x00%b"


def commits(found: Repository, revision: str, paths: Sequence[str]) -> list[Commit]:
    """Return the commits up to a revision that touch any of these files, children first.

    Raises NoSuchRevision if there is no such revision.
    """
    graph = ["rev-list", "--topo-order", "--parents", "--full-history", "--simplify-merges"]
    listed = _run(found.folder, *graph, found.commit(revision), "--", *paths)
    parents = {ids[0]: tuple(ids[1:]) for line in (listed or b"").split(b"\n")
               if (ids := line.decode().split())}  # fmt: skip
    told: dict[str, list[str]] = {}
    for part in _batches(list(parents)):
        shown = _run(found.folder, "log", "-z", "--no-walk=unsorted", f"--format={_FORM}", *part)
        words = (shown or b"").decode("utf-8", "replace").split("\0")
        told |= {words[i]: words[i + 1 : i + 6] for i in range(0, len(words) - 5, 6)}
    return [
        Commit(one, above, *(word.strip("\n") for word in told[one]))
        for one, above in parents.items()
    ]


def former_paths(found: Repository, revision: str, path: str) -> list[str]:
    """Return the paths that a file had before it was renamed, the latest first."""
    asked = ["log", "-z", "--follow", "-M", "--name-status", "--diff-filter=R", "--format="]
    listed = _run(found.folder, *asked, found.commit(revision), "--", path) or b""
    words = listed.decode("utf-8", "surrogateescape").strip("\0\n").split("\0")
    old = [words[i + 1] for i in range(0, len(words) - 2, 3)]
    return [path.removeprefix(found.prefix) for path in old if path.startswith(found.prefix)]


def _batches(ids: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    yield from (ids[i : i + size] for i in range(0, len(ids), size))
