"""The number of the next version of the data, and why it has to be that.

`proposed` shows the whole way: the release to start from (`releases`) → what is different since
then (`copydesk.diff`) → reasons, each of a kind that has a class (`reasons`, `kinds`) → number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from copydesk.diff import Compared, compared
from copydesk.errors import UserError
from copydesk.model import Package
from copydesk.package import read_package
from copydesk.releases import (
    Class,
    Number,
    Release,
    number_in,
    number_of,
    reached,
    releases_of,
    require_whole,
)
from copydesk.revisions import Repository, repository
from copydesk.versioning.reasons import Reason, gravest, reasons_of

FORMS = "`v1.2.3`, `1.2.3`, `data-1.2.3`, `data-v1.2.3`, `NAME-1.2.3`"
"""The forms of tags, as they are told."""


@dataclass(frozen=True)
class Proposal:
    """The next number, why, and what the data say of themselves.

    `base` is the number to start from and `named` the version that carries it; `declared` is the
    number in the descriptor, empty if there is none.
    """

    named: str
    base: Number
    next: Number
    cls: Class
    reasons: tuple[Reason, ...]
    declared: str

    @property
    def is_enough(self) -> bool:
        """Return whether the number that the data carry is at least the next one."""
        number = number_of(self.declared)
        return number is not None and number >= self.next

    def carrying(self, number: str) -> Proposal:
        """Return the same of data that carry another number."""
        return replace(self, declared=number)


def proposed(target: Path, base: str | None = None) -> Proposal:
    """Return the next number of a dataset, its last release or another version given as base.

    Raises UserError where there is no such version, or nothing that could be a number.
    """
    package = read_package(target).package
    known = None
    if base is None:
        known = last_release(package)
        base = known.commit
    with compared(base, package=package.root) as found:
        return proposal_of(found, known)


def described(target: Path) -> Package:
    """Return a package that has a descriptor; raises UserError for one that has none."""
    source = read_package(target)
    if source.document is None:
        raise UserError(
            f"`{target}` has no `datapackage.json`, which would carry a version",
            hint="copydesk new shows what one looks like",
        )
    return source.package


def written(target: Path, found: Proposal) -> tuple[str, list[str]]:
    """Set the number in every file of a dataset that carries it; return it and those changed.

    A number that is higher than it has to be stays, and is set in the files that lag behind.
    """
    from copydesk.versioning.carriers import write_number

    number = found.declared if found.is_enough else str(found.next)
    return number, write_number(described(target), number)


def proposal_of(found: Compared, release: Release | None = None) -> Proposal:
    """Return the next number after a difference; `release` is its older version, if it is one."""
    old, new = found.difference.base, found.difference.head
    number = number_of(old.version) or (release.number if release else number_in(old.named))
    named = release.tag if release else old.named
    if number is None:
        told = f"`{old.version}`, which is" if old.version else "no version, so that there is"
        raise UserError(
            f"`{named}` states {told} no number to start from",
            hint='a version is three numbers: "version": "1.2.3"',
        )
    base = found.labels.versions[0].package
    reasons = tuple(reasons_of(found.difference, base))
    cls = gravest(reasons)
    return Proposal(named, number, number.raised(cls), cls, reasons, new.version)


def prefix_of(descriptor: Mapping[str, object]) -> str | None:
    """Return what the tags of releases begin with, if a descriptor says so."""
    own = descriptor.get("copydesk")
    said = own.get("tags") if isinstance(own, Mapping) else None
    return said if isinstance(said, str) else None


def tagged(package: Package) -> tuple[Repository, list[Release]]:
    """Return the repository of a package and all its releases, the oldest first.

    Raises UserError where the clone may lack some.
    """
    found = repository(package.root)
    require_whole(found)
    return found, releases_of(found, package.name, prefix_of(package.descriptor))


def last_release(package: Package) -> Release:
    """Return the last release from which the commit checked out descends.

    Raises UserError if there is none.
    """
    found, releases = tagged(package)
    past = reached(found, releases, "HEAD")
    if not past:
        elsewhere = f"; `{releases[-1].tag}` is on another branch" if releases else ""
        said = prefix_of(package.descriptor)
        forms = FORMS if said is None else f"`{said}1.2.3`"
        raise UserError(
            f"no release is tagged{elsewhere}: there is nothing to compare with",
            hint=f"name a version: --base REV; releases are tags of the forms {forms}. The first "
            "version of data in the making is 0.1.0, the first for everybody 1.0.0",
        )
    return past[-1]
