"""The mends of a dataset: what a machine can correct without asking is corrected, byte by byte.

A dataset is checked, its findings are mended in copies of its files, and the copies are checked
again, until nothing more can be mended. Only then are files written, or shown as a patch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from copydesk.checks import CheckSpec, Mend, matches, mends, registry, require_known
from copydesk.engine import Settings
from copydesk.errors import UserError
from copydesk.findings import Finding, Report
from copydesk.fix.drafts import Draft, draft_of, put_back
from copydesk.fix.rounds import Change, Mender
from copydesk.model import Package
from copydesk.run import gather, judged, plan_of
from copydesk.scan.sheet import Unmendable, sheet

ROUNDS = 12
"""How often a dataset is checked again at most; each round mends what the last one uncovered."""

FIRST = ("FL001", "FL002", "FL015")
"""What keeps a file from being read, and is mended before anything in it."""

GUARDED = ("KY", "RF")
"""Promises that hold between cells, which no mend of a single cell may break."""


@dataclass(frozen=True)
class Wishes:
    """What the user wants to be mended: by code, prefix or name, and by table."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    unsafe: bool = False

    def of(self, code: str) -> Iterator[Mend]:
        """Yield the mends of a code that are wanted."""
        spec: CheckSpec | None = registry().get(code)
        if spec is None or (self.select and not matches(code, spec.name, self.select)):
            return
        if not matches(code, spec.name, self.ignore):
            yield from (mend for mend in mends(code) if mend.safe or self.unsafe)


@dataclass(frozen=True)
class Outcome:
    """What was mended, what was left, and why."""

    drafts: Sequence[Draft]
    changes: Sequence[Change]
    left: Report
    untouched: Sequence[tuple[str, str]] = ()
    kept: Sequence[tuple[str, str]] = field(default=())

    @property
    def changed(self) -> list[Draft]:
        """Return the drafts that differ from their files."""
        return [draft for draft in self.drafts if draft.data != draft.original]


def fix(target: Path, *, schema: Path | None = None, wishes: Wishes, write: bool) -> Outcome:
    """Return what can be mended in a dataset, and write it if asked to.

    Raises UserError for what cannot be mended at all, and for a file that changed meanwhile.
    """
    if target.suffix.lower() == ".zip" and target.is_file():
        raise UserError(f"`{target}` is an archive", hint="unpack it, and mend the folder")
    with TemporaryDirectory(prefix="copydesk-") as scratch:
        outcome = _mended(target, schema, wishes, Path(scratch))
        if write:
            put_back(outcome.changed)
    return outcome


def _mended(target: Path, schema: Path | None, wishes: Wishes, scratch: Path) -> Outcome:
    require_known([*wishes.select, *wishes.ignore], ((s.code, s.name) for s in registry().values()))
    session = _Session(target, schema, wishes, scratch)
    readable = session.readable()
    start = {draft.path: draft.data for draft in session.drafts}
    frozen: frozenset[tuple[str, str]] = frozenset()
    while True:
        before = list(session.changes)
        left = session.settle((), frozen)
        broken = _broken(readable, left) - frozen
        if not broken:
            break
        # Values that hang together are mended together, or not at all.
        frozen |= broken
        session.go_back(start, before)
    return Outcome(
        session.drafts, session.changes, session.asked(left), session.untouched(), sorted(frozen)
    )


def _broken(before: Report, after: Report) -> frozenset[tuple[str, str]]:
    """Return table and field of every promise between cells that is broken more than before."""
    counts = {(t.code, t.table, t.field): t.count for t in before.totals}
    worse = {
        (t.code, t.table, t.field)
        for t in after.totals
        if t.code.startswith(GUARDED) and t.count > counts.get((t.code, t.table, t.field), 0)
    }
    return frozenset(
        (finding.table, name)
        for finding in after.findings
        if (finding.code, finding.table, finding.field) in worse
        for name in finding.fields
    )


class _Session:
    """The drafts of one dataset, and what was changed in them so far."""

    def __init__(self, target: Path, schema: Path | None, wishes: Wishes, scratch: Path) -> None:
        self.target = target
        self.wishes = wishes
        self.scratch = scratch
        self.source, self.problems = gather(target, schema)
        plan_of(self.source.package, Settings(tables=wishes.tables))  # which knows unknown tables
        self.package: Package = self.source.package
        self.drafts: list[Draft] = []
        self.changes: list[Change] = []
        self.closed: dict[str, str] = {}
        self.reasons: dict[str, str] = {}
        found: dict[Path, Draft] = {}
        for table in self.package.tables:
            if wishes.tables and table.name not in wishes.tables:
                continue
            draft = draft_of(table, self.package.root)
            if isinstance(draft, str):
                self.closed[table.name] = draft
            elif draft and draft.file not in found:
                found[draft.file] = draft
        self.drafts = list(found.values())

    def drafted(self) -> Package:
        """Return the package with the drafts as they are in place of its files."""
        files = {draft.file: draft for draft in self.drafts}
        tables = []
        for number, table in enumerate(self.package.tables):
            draft = files.get(table.file.resolve())
            if draft and draft.data != draft.original:
                copy = self.scratch / f"{number}{table.file.suffix}"
                copy.write_bytes(draft.data)
                table = replace(table, file=copy)
            tables.append(table)
        return replace(self.package, tables=tuple(tables))

    def report(self, package: Package) -> Report:
        """Return the report on drafts."""
        source, every = replace(self.source, package=package), Settings(shown=None)
        with TemporaryDirectory(dir=self.scratch) as made:
            return judged(source, self.problems, str(self.target), every, Path(made))

    def settle(
        self, codes: tuple[str, ...], frozen: frozenset[tuple[str, str]] = frozenset()
    ) -> Report:
        """Mend until nothing changes any more, and return the report on that.

        Only findings of the codes are mended, if there are any, and no cells of frozen fields.
        """
        for _ in range(ROUNDS):
            package = self.drafted()
            report = self.report(package)
            if not self._round(package, report.findings, codes, frozen):
                return report
        return self.report(self.drafted())

    def readable(self) -> Report:
        """Mend what keeps files from being read, and return the report on that.

        A file of which the records still cannot be told for certain is left as it was.
        """
        report = self.settle(FIRST)
        for draft in self.drafts:
            try:
                if draft.data != draft.original:
                    sheet(draft.data, draft.dialect)
            except Unmendable as reason:
                draft.data = draft.original
                self.reasons[draft.path] = str(reason)
                self.changes = [c for c in self.changes if c.path != draft.path]
                self.drafts = [d for d in self.drafts if d is not draft]
                report = self.report(self.drafted())
        return report

    def _round(
        self,
        package: Package,
        findings: Sequence[Finding],
        codes: tuple[str, ...],
        frozen: frozenset[tuple[str, str]],
    ) -> bool:
        by_table: dict[str, list[Finding]] = {}
        for finding in findings:
            wanted = (not codes or finding.code in codes) and any(self.wishes.of(finding.code))
            if wanted and (finding.table, finding.field) not in frozen:
                by_table.setdefault(finding.table, []).append(finding)
        changed: set[Path] = set()
        for one, table in zip(
            plan_of(package, Settings()).tables, self.package.tables, strict=True
        ):
            file, named = table.file.resolve(), by_table.get(table.name, [])
            draft = next((d for d in self.drafts if d.file == file), None)
            if named and table.name in self.closed:
                self.reasons[table.path] = self.closed[table.name]
            if draft is None or not named or file in changed:
                continue
            mender = Mender(one, self.wishes.of)
            data, done = mender.mended(draft.data, named)
            if mender.refused:
                self.reasons[draft.path] = mender.refused
            if data != draft.data:
                draft.data = data
                self.changes += done
                changed.add(file)
        return bool(changed)

    def go_back(self, start: dict[str, bytes], changes: list[Change]) -> None:
        """Take back all that was changed since the files could be read."""
        for draft in self.drafts:
            draft.data = start[draft.path]
        self.changes = changes

    def untouched(self) -> list[tuple[str, str]]:
        """Return the files that were left as they are, and why."""
        return sorted(self.reasons.items())

    def asked(self, report: Report) -> Report:
        """Return a report with only those findings that the user asked about."""
        wishes = self.wishes

        def takes(code: str, name: str, table: str) -> bool:
            return (
                (not wishes.select or matches(code, name, wishes.select))
                and not matches(code, name, wishes.ignore)
                and (not wishes.tables or table in wishes.tables)
            )

        return replace(
            report,
            findings=tuple(f for f in report.findings if takes(f.code, f.name, f.table)),
            totals=tuple(t for t in report.totals if takes(t.code, t.name, t.table)),
            skipped=tuple(s for s in report.skipped if s.code == "*"),
        )
