"""The ratchet: of the findings of a version only those that another one did not have.

Both versions are checked, each by its own promises, and findings are matched by what they are
about, not by where they stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from copydesk.diff.sources import Place, pair_of
from copydesk.engine import Settings
from copydesk.errors import UserError
from copydesk.findings import Finding, Report, Since, Total, identity
from copydesk.model import Severity
from copydesk.pile import Kind, Pile, kind
from copydesk.revisions import NoSuchRevision
from copydesk.run import DEFAULT, check


def check_since(
    target: Path, since: str, *, schema: Path | None = None, settings: Settings = DEFAULT
) -> Report:
    """Return the report on what `target` has in findings that the version `since` has not.

    `since` is a revision, a folder or an archive. Where it holds no such package, or one that
    cannot be checked, every finding is new. Raises UserError if there is no such version.
    """
    every = replace(settings, shown=None, results=False)
    report = check(target, schema=schema, settings=replace(settings, shown=None))
    with TemporaryDirectory(prefix="copydesk-") as folder:
        place, note = _base(target, since, Path(folder))
        base = None
        if place is not None:
            try:
                base = check(_within(place.path, target), schema=schema, settings=every)
            except UserError as error:
                note = f"`{since}` cannot be checked: {error.message}"
    named = Since(since, place.commit if place else "", note=note)
    return compared(report, base, named, settings.shown)


def compared(report: Report, base: Report | None, named: Since, most: int | None) -> Report:
    """Return a report with the findings alone that another has not, `most` of a kind of them."""
    known = Counter(_name(f) for f in base.findings) if base else Counter[bytes]()
    sifted = _Sifted(known)
    added = Pile()
    added.add(_few(sifted.new(report.findings), added, most))
    for one in report.waived:
        sifted.is_known(one.finding)
    mended, gone = Pile(), Counter[Kind]()
    if base:
        left = _mended(base.findings, known, report)
        mended.add(_few(_counting(left, gone), mended, most))
    totals = _totals(report.totals, sifted.added, added)
    failing = {t.table for t in totals if t.severity is Severity.ERROR}
    return replace(
        report,
        findings=added.in_order(),
        totals=totals,
        tables=tuple(replace(t, valid=t.name not in failing) for t in report.tables),
        since=replace(
            named,
            kept=sifted.kept,
            mended=_totals(base.totals, gone, mended) if base else (),
            findings=mended.in_order(),
        ),
    )


@dataclass
class _Sifted:
    """Tells what is new from what was there, and counts both."""

    known: Counter[bytes]
    kept: int = 0
    added: Counter[Kind] = field(default_factory=Counter)

    def new(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        for finding in findings:
            if self.is_known(finding):
                self.kept += 1
            else:
                self.added[kind(finding)] += 1
                yield finding

    def is_known(self, finding: Finding) -> bool:
        """Return whether a finding answers to one of the other version, each of them once."""
        name = _name(finding)
        if self.known[name] <= 0:
            return False
        self.known[name] -= 1
        return True


def _name(finding: Finding) -> bytes:
    text = "\0".join(identity(finding)).encode("utf-8", "surrogatepass")
    return sha256(text).digest()[:16]


def _mended(findings: Iterable[Finding], left: Counter[bytes], report: Report) -> Iterator[Finding]:
    """Yield the findings that nothing answers to, but those that could not be judged again."""
    unjudged = {(skip.code, skip.table) for skip in report.skipped}
    for finding in findings:
        name = _name(finding)
        if left[name] > 0:
            left[name] -= 1
            codes, tables = (finding.code, "*"), (finding.table, "")
            if not any((code, table) in unjudged for code in codes for table in tables):
                yield finding


def _few(findings: Iterable[Finding], pile: Pile, most: int | None) -> Iterator[Finding]:
    return (f for f in findings if most is None or pile.shown[kind(f)] < most)


def _counting(findings: Iterable[Finding], counted: Counter[Kind]) -> Iterator[Finding]:
    for finding in findings:
        counted[kind(finding)] += 1
        yield finding


def _totals(totals: Sequence[Total], counted: Counter[Kind], pile: Pile) -> tuple[Total, ...]:
    found = ((total, (total.code, total.table, total.field)) for total in totals)
    return tuple(
        replace(total, count=counted[one], shown=pile.shown[one])
        for total, one in found
        if counted[one]
    )


def _base(target: Path, since: str, scratch: Path) -> tuple[Place | None, str]:
    """Return where the other version lies, or why there is none to compare with."""
    folder = target if target.is_dir() else target.parent
    try:
        return pair_of(since, None, folder, scratch)[0], ""
    except NoSuchRevision as error:
        if "has no file" in error.message:
            return None, error.message
        raise


def _within(place: Path, target: Path) -> Path:
    """Return what in another version answers to the target: the folder, or the file in it."""
    one = target.suffix.lower() in (".csv", ".json", ".yaml", ".yml")
    return place / target.name if one and place.is_dir() else place
