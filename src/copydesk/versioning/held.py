"""A report, held against what was released before: stable keys, and a number that is enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from copydesk.checks import matches, registry
from copydesk.diff import MEMORY, Compared, compared
from copydesk.diff.changes import RowChange
from copydesk.diff.redirects import NAME
from copydesk.diff.telling import cut
from copydesk.diff.versions import read_version
from copydesk.document import line_column, read_document
from copydesk.engine import Settings
from copydesk.engine.duckdb import Database
from copydesk.engine.places import fill, first_sentence
from copydesk.errors import UserError
from copydesk.findings import Finding, Report, Total
from copydesk.model import Package, Severity, Skip
from copydesk.package import read_package
from copydesk.pile import Kind, Pile, kind
from copydesk.plan import severity_of
from copydesk.releases import Release, number_of, reached
from copydesk.revisions import Repository, repository
from copydesk.run import DEFAULT
from copydesk.scan import records
from copydesk.versioning import Proposal, described, proposal_of, tagged
from copydesk.versioning.carriers import carriers
from copydesk.versioning.former import Former, Gone
from copydesk.versioning.keys import is_promised, reused

CODES = ("ID001", "ID002", "VN001", "VN002")


def held(
    report: Report, target: Path, settings: Settings = DEFAULT, *, final: bool = True
) -> Report:
    """Return a report on a dataset with what it owes to those who use its former releases.

    Where it is not `final`, the number may still be that of the last release. Raises UserError
    outside of a repository, and in a clone that may lack releases.
    """
    package = described(target)
    found, releases = tagged(package)
    held_to = _Held(package, settings, final=final)
    held_to.take(_disagreeing(package))
    if releases:
        held_to.against(target, found, releases)
    else:
        reason = "no release is tagged yet"
        held_to.skipped += [Skip("ID", "", reason), Skip("VN001", "", reason)]
    return held_to.added_to(report)


def held_if_released(report: Report, target: Path) -> Report:
    """Return a report held against the releases of a dataset that are at hand.

    The number may still be that of the last one. Outside of a repository, and where nothing is
    released yet, there is nothing to ask; a clone that may lack releases is told.
    """
    package = read_package(target).package
    try:
        found = repository(package.root)
    except UserError:
        return report
    if found.shallow:
        reason = "this shallow clone may lack releases (`git fetch --unshallow --tags`)"
        skipped = [Skip(code, "", reason) for code in ("ID", "VN001")]
        return replace(report, skipped=(*report.skipped, *skipped))
    return held(report, target, final=False) if tagged(package)[1] else report


@dataclass
class _Held:
    """Collects what is found, as the package and the settings want it."""

    package: Package
    settings: Settings
    final: bool
    pile: Pile = field(default_factory=Pile)
    counted: Counter[Kind] = field(default_factory=Counter)
    skipped: list[Skip] = field(default_factory=list)
    severities: dict[str, Severity] = field(default_factory=dict)

    def against(self, target: Path, found: Repository, releases: list[Release]) -> None:
        """Hold a dataset against its releases."""
        past = reached(found, releases, "HEAD")
        own = number_of(self.package.version)
        lower = [r for r in releases if r in past or (own is not None and r.number <= own)]
        with TemporaryDirectory(prefix="copydesk-") as folder:
            self._keys(target, found, lower, Path(folder))
        if past:
            self._since(past, found.commit("HEAD"))
        else:
            reason = "no release is on the way to the commit checked out"
            self.skipped += [Skip(code, "", reason) for code in ("ID002", "VN001")]

    def _keys(self, target: Path, found: Repository, past: list[Release], scratch: Path) -> None:
        database = Database(scratch, self.settings.memory_limit or MEMORY, self.settings.threads)
        try:
            former = Former(found, scratch, database)
            now = read_version(target, scratch / "read-now")
            self.take(self._gone(one) for one in former.gone(past, now))
            self.skipped += former.skipped
        finally:
            database.close()

    def _gone(self, one: Gone) -> Finding:
        table = self.package.table(one.table)
        help_ = f"redirect it: a row `{one.key},{one.table},NEW,renamed` in `{NAME}`"
        if self.package.table(NAME) is None:
            help_ = "bring the row back, or add a table `redirects` that tells where its key went"
        params = {"value": cut(one.key), "release": one.release, "reason": one.fate}
        return _finding("ID001", params, table=one.table, path=table.path if table else "",
                        field=one.field, key={one.field: one.key}, value=one.key,
                        help=help_ if one.fate == "is gone" else "")  # fmt: skip

    def _since(self, past: list[Release], head: str) -> None:
        """Hold a dataset against its last release, or that before if it is just that release."""
        last = past[-1]
        with compared(last.commit, package=self.package.root) as found:
            is_it = last.commit == head and str(last.number) == self.package.version
            if not (is_it and not found.difference.any and len(past) > 1):
                self._judge(found, last)
                return
        with compared(past[-2].commit, package=self.package.root) as found:
            self._judge(found, past[-2])

    def _judge(self, found: Compared, release: Release) -> None:
        self.take(self._reused(found, release))
        proposal = proposal_of(found, release)
        waiting = not self.final and number_of(proposal.declared) == proposal.base
        if proposal.is_enough:
            return
        if waiting:
            reason = f"the number is still that of {release.tag}, {proposal.next} will be due"
            self.skipped.append(Skip("VN001", "", reason))
            return
        self.take(iter([self._too_low(proposal)]))

    def _reused(self, found: Compared, release: Release) -> Iterator[Finding]:
        base = found.labels.versions[0].package
        for table in found.difference.tables:
            former = base.table(table.old_name or table.name)
            if former is None or not is_promised(base, former):
                continue
            changes = {next(iter(c.key.values())): c for c in reused(table)}
            lines = self._lines(table.name, table.key[0], changes) if changes else {}
            for key, change in changes.items():
                cells = [f"`{cut(c.old, 40)}` → `{cut(c.new, 40)}`" for c in change.cells if c.old]
                params = {"value": cut(key), "release": release.tag,
                          "reason": ", ".join(cells[:3])}  # fmt: skip
                row, line = lines.get(key, (None, None))
                yield _finding("ID002", params, table=table.name, path=table.path, row=row,
                               line=line, column=None if line is None else 1, field=table.key[0],
                               key=dict(change.key), value=key)  # fmt: skip

    def _lines(
        self, name: str, field: str, wanted: Mapping[str, RowChange]
    ) -> dict[str, tuple[int, int]]:
        """Return row and line of keys of a table, where they are found."""
        table = self.package.table(name)
        names = [f.name for f in table.schema.fields] if table and table.schema else []
        if table is None or field not in names:
            return {}
        at = names.index(field)
        return {
            record.cells[at]: (record.number, record.line)
            for record in records(table.file, table.dialect)
            if record.role == "data" and len(record.cells) > at and record.cells[at] in wanted
        }

    def _too_low(self, proposal: Proposal) -> Finding:
        number, declared = number_of(proposal.declared), proposal.declared
        fault = f"`{declared}` is too low" if number else f"`{declared}` is no version number"
        if not declared:
            fault = "there is no version number"
        worst = [r for r in proposal.reasons if r.cls == proposal.cls]
        told = "; ".join(f"{r.table + ': ' if r.table else ''}{r.what}" for r in worst[:3])
        more = f"; and {len(worst) - 3} more" if len(worst) > 3 else ""
        document = read_document(self.package.root / self.package.path, self.package.path)
        line, column = document.place("/version")
        params = {"reason": fault, "release": proposal.named, "value": str(proposal.next)}
        return _finding("VN001", params, path=self.package.path, line=line, column=column,
                        value=declared, why=f"{proposal.cls}: {told}{more}" if told else "",
                        origin=f"{self.package.path}#/version")  # fmt: skip

    # what is found

    def take(self, findings: Iterator[Finding]) -> None:
        """Take findings as far as they are asked for: some to be shown, all to be counted."""
        most = self.settings.shown
        for finding in findings:
            spec = registry()[finding.code]
            words = (spec.code, spec.name)
            tables = self.settings.tables
            if self._left_out(*words) or (tables and finding.table not in ("", *tables)):
                continue
            self.severities[spec.code] = severity_of(spec, self.package.config)
            one = replace(finding, severity=self.severities[spec.code])
            self.counted[kind(one)] += 1
            if most is None or self.pile.shown[kind(one)] < most:
                self.pile.add([one])

    def _left_out(self, code: str, name: str) -> bool:
        wanted, not_wanted = self.settings.select, self.settings.ignore
        ignored = next((w for w in self.package.config.ignore if matches(code, name, [w])), None)
        if ignored is not None:
            skip = Skip(code, "", self.package.config.ignore[ignored])
            self.skipped += [skip] * (skip not in self.skipped)
            return True
        return bool(wanted and not matches(code, name, wanted)) or matches(code, name, not_wanted)

    def added_to(self, report: Report) -> Report:
        """Return a report with all that was taken."""
        pile = Pile()
        pile.add(report.findings)
        pile.add(self.pile.in_order())
        names = {code: registry()[code].name for code in CODES}
        totals = [
            Total(code, names[code], self.severities[code], table, name, count,
                  self.pile.shown[code, table, name])
            for (code, table, name), count in sorted(self.counted.items())
        ]  # fmt: skip
        failing = {t.table for t in totals if t.severity is Severity.ERROR}
        return replace(
            report,
            findings=pile.in_order(),
            totals=tuple(sorted([*report.totals, *totals],
                                key=lambda t: (t.code, t.table, t.field))),
            tables=tuple(replace(t, valid=t.valid and t.name not in failing)
                         for t in report.tables),
            skipped=(*report.skipped, *self.skipped),
            checks=report.checks + len(CODES) - len({s.code for s in self.skipped} & {*CODES}),
        )  # fmt: skip


def _disagreeing(package: Package) -> Iterator[Finding]:
    """Yield the files that carry another number than the descriptor."""
    for one in carriers(package):
        if package.version and one.version and not one.carries(package.version):
            line, column = line_column(one.text, one.start)
            params = {"path": one.name, "value": one.version, "descriptor": package.path,
                      "version": package.version}  # fmt: skip
            yield _finding("VN002", params, path=one.name, line=line, column=column,
                           value=one.version, origin=f"{one.name}#/version")  # fmt: skip


def _finding(code: str, params: Mapping[str, Any], **more: Any) -> Finding:
    spec = registry()[code]
    told = {"why": first_sentence(spec.why), **more}
    told["help"] = more.get("help") or first_sentence(spec.fix)
    fields = (told["field"],) if told.get("field") else ()
    message = fill(spec.message, params)
    return Finding(code, spec.name, spec.severity, message, fields=fields, **told)
