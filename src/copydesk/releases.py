"""Tags of a repository → the releases of a dataset, and the numbers that they carry."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import total_ordering
from typing import Literal

from copydesk.errors import UserError
from copydesk.revisions import Repository

Class = Literal["major", "minor", "patch", "none"]
"""How much a change asks of those who use the data, by Semantic Versioning."""

_NUMBER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*))?"
    r"(?:\+([\da-zA-Z-]+(?:\.[\da-zA-Z-]+)*))?",
    re.ASCII,
)
_SEPARATORS = ("-", "/", "@", "_")


@total_ordering
@dataclass(frozen=True, eq=False)
class Number:
    """A version number by Semantic Versioning 2.0; what follows `+` has no rank."""

    major: int
    minor: int
    patch: int
    pre: tuple[str, ...] = ()
    build: str = ""

    def __str__(self) -> str:
        pre = f"-{'.'.join(self.pre)}" if self.pre else ""
        return f"{self.major}.{self.minor}.{self.patch}{pre}{'+' * bool(self.build)}{self.build}"

    @property
    def _rank(self) -> tuple[object, ...]:
        pre = tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in self.pre)
        return self.major, self.minor, self.patch, not self.pre, pre

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Number) and self._rank == other._rank

    def __lt__(self, other: Number) -> bool:
        return self._rank < other._rank

    def __hash__(self) -> int:
        return hash(self._rank)

    def raised(self, by: Class) -> Number:
        """Return the number after a change of a class.

        Before 1.0.0 a major change raises the second number, as a minor one does. Of a
        pre-release, the release that it announces is enough where it announces that much.
        """
        if by == "none":
            return self
        if by == "major" and not self.major:
            by = "minor"
        small = self.patch == 0
        if self.pre and (by == "patch" or (small and (by == "minor" or not self.minor))):
            return Number(self.major, self.minor, self.patch)
        if by == "major":
            return Number(self.major + 1, 0, 0)
        if by == "minor":
            return Number(self.major, self.minor + 1, 0)
        return Number(self.major, self.minor, self.patch + 1)


def number_of(text: str) -> Number | None:
    """Return the version number that a text is, None if it is none."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    pre = tuple(match[4].split(".")) if match[4] else ()
    return Number(int(match[1]), int(match[2]), int(match[3]), pre, match[5] or "")


@dataclass(frozen=True)
class Release:
    """A released version: its tag, its number and its commit."""

    tag: str
    number: Number
    commit: str


def releases_of(found: Repository, name: str, prefix: str | None = None) -> list[Release]:
    """Return the releases of a dataset that are tagged, the oldest first, without pre-releases.

    Tags are `PREFIX1.2.3`, if a prefix is given. Else they are those that name the dataset
    (`data-1.2.3`, `NAME-v1.2.3`, also with `/`, `@` or `_`) or, if there are none, `v1.2.3` and
    `1.2.3`.
    """
    named, plain = [], []
    for tag, commit in found.tags().items():
        before, number = _parted(tag)
        if number is None or number.pre:
            continue
        release = Release(tag, number, commit)
        if before == prefix or (prefix is None and before in _names(name)):
            named.append(release)
        elif prefix is None and before in ("", "v"):
            plain.append(release)
    return sorted(named or plain, key=lambda r: (r.number, r.tag))


def number_in(tag: str) -> Number | None:
    """Return the number at the end of a tag, None if there is none."""
    return _parted(tag)[1]


def _parted(tag: str) -> tuple[str, Number | None]:
    """Return what stands before the number at the end of a tag, and the number."""
    for match in re.finditer(r"(?<!\d)(?<!\d\.)\d", tag):
        if number := number_of(tag[match.start() :]):
            return tag[: match.start()], number
    return tag, None


def _names(name: str) -> set[str]:
    return {f"{n}{s}{v}" for n in ("data", name) if n for s in _SEPARATORS for v in ("", "v")}


def reached(found: Repository, releases: Iterable[Release], revision: str) -> list[Release]:
    """Return the releases on the way to a revision, the oldest first."""
    on_the_way = found.tags(revision) if found.has(revision) else {}
    return [release for release in releases if release.tag in on_the_way]


def require_whole(found: Repository) -> None:
    """Raise UserError where a clone may lack releases, because it holds part of the history."""
    if found.shallow:
        raise UserError(
            "this shallow clone may lack releases, and what went before",
            hint="git fetch --unshallow --tags; on GitHub: actions/checkout with `fetch-depth: 0`",
        )
