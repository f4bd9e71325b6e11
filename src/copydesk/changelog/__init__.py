"""The releases of a dataset → what each has changed: a changelog, JSON and an Atom feed.

`entries` reads the releases, `notes` keeps the changelog with what people wrote in it, `feed`
writes the forms for programs; `written` does all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from copydesk.changelog.notes import dates_of, merged
from copydesk.diff import compared
from copydesk.diff.changes import TableDifference
from copydesk.diff.telling import Section, tell
from copydesk.errors import UserError
from copydesk.model import Package
from copydesk.package import read_package
from copydesk.releases import Class, Number, Release, number_of, reached
from copydesk.revisions import Repository
from copydesk.versioning import proposal_of, tagged
from copydesk.versioning.carriers import replace_text
from copydesk.versioning.reasons import Reason

SHOWN = 20
"""Changes of a kind that are told of a table."""

_FIRST = "The first release."
_SAID: dict[Class, str] = {
    "major": "something breaks", "minor": "something is new", "patch": "corrections",
    "none": "nothing that a number tells",
}  # fmt: skip

NAME, DOCUMENT, FEED = "CHANGELOG.md", "changes.json", "changes.atom"


@dataclass(frozen=True)
class Counts:
    """How many rows of a table differ."""

    name: str
    state: str
    added: int
    removed: int
    renamed: int
    changed: int


@dataclass(frozen=True)
class Entry:
    """What a release has changed since the one before, which `base` names; empty for the first.

    `date` is its day. `sections` tell of each table, as `copydesk diff` does.
    """

    number: Number
    date: str
    base: str
    cls: Class
    reasons: tuple[Reason, ...]
    tables: tuple[Counts, ...]
    sections: tuple[Section, ...]

    @property
    def since(self) -> str:
        """Return what is said of it in one sentence."""
        return f"Since {self.base}: {self.cls}, {_SAID[self.cls]}." if self.base else _FIRST


def entries(package: Package, day: str, known: dict[str, str]) -> list[Entry]:
    """Return what each release has changed, the latest first.

    Data whose number is higher than that of the last release are the next one, of the given day.
    `known` are days by number that are written down already, and stay. Raises UserError in a clone
    that may lack releases.
    """
    found, releases = tagged(package)
    told, days = [], found.days()
    for release in releases:
        date = known.get(str(release.number)) or days[release.tag]
        told.append(_entry(package, release.number, date, _before(found, releases, release),
                           release.commit))  # fmt: skip
    own = number_of(package.version)
    past = reached(found, releases, "HEAD")
    last = past[-1] if past else None
    if own and own not in {r.number for r in releases} and (last is None or own > last.number):
        told.append(_entry(package, own, known.get(str(own)) or day, last, None))
    return sorted(told, key=lambda entry: entry.number, reverse=True)


def _before(found: Repository, releases: list[Release], release: Release) -> Release | None:
    """Return the release before another one: the highest one on the way to it."""
    past = [r for r in reached(found, releases, release.commit) if r.number < release.number]
    return past[-1] if past else None


def _entry(
    package: Package, number: Number, date: str, base: Release | None, commit: str | None
) -> Entry:
    if base is None:
        return Entry(number, date, "", "none", (), (), ())
    with compared(base.commit, commit, package=package.root) as found:
        proposal = proposal_of(found, base)
        story = tell(found.difference, found.labels, SHOWN)
        tables = tuple(_counts(t) for t in found.difference.tables if t.any)
        return Entry(number, date, str(base.number), proposal.cls, proposal.reasons, tables,
                     story.sections)  # fmt: skip


def _counts(table: TableDifference) -> Counts:
    counts = (len(m) for m in (table.added, table.removed, table.renamed, table.changed))
    return Counts(table.name, table.state, *counts)


def files_of(target: Path, out: Path | None, day: str) -> Iterator[tuple[Path, str]]:
    """Yield the files of the changelog and what each should hold.

    They lie in the folder of the data, if there is one, or where `out` says.
    """
    from copydesk.changelog.feed import atom, document

    package = read_package(target).package
    folder = out or _folder(package.root)
    if not folder.is_dir():
        raise UserError(f"there is no folder `{folder}`", hint="create it first")
    file = folder / NAME
    try:
        text = file.read_bytes().decode("utf-8") if file.is_file() else ""
    except UnicodeDecodeError:
        raise UserError(f"`{file}` is not UTF-8", hint="save the file as UTF-8") from None
    found = entries(package, day, dates_of(text))
    yield file, merged(text, found, package.name)
    yield folder / DOCUMENT, document(package, found)
    yield folder / FEED, atom(package, found)


def _folder(root: Path) -> Path:
    return root / "data" if (root / "data").is_dir() else root


def written(target: Path, out: Path | None, day: str, *, only_check: bool) -> list[Path]:
    """Write the files of the changelog that are not as they should be; return these."""
    stale = [(file, text) for file, text in files_of(target, out, day) if not _holds(file, text)]
    for file, text in () if only_check else stale:
        replace_text(file, text)
    return [file for file, _ in stale]


def _holds(file: Path, text: str) -> bool:
    return file.is_file() and file.read_bytes() == text.encode()
