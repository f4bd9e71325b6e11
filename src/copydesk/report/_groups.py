"""Findings of one code in one field of one table, and the sentences about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from copydesk.findings import Finding, Report
from copydesk.model import Severity, Skip
from copydesk.pile import Kind, by_kind
from copydesk.report._words import counted, lines, visible


@dataclass(frozen=True)
class Group:
    """What is shown of one code in one field, and how many there are exactly."""

    code: str
    table: str
    field: str
    findings: Sequence[Finding]
    count: int

    @property
    def capped(self) -> bool:
        """Return whether there are more than are shown."""
        return self.count > len(self.findings)

    @property
    def sentence(self) -> str:
        """Return the exact count, where, and how many of them are shown."""
        noun = "row" if self.findings and self.findings[0].row is not None else "finding"
        subject = counted(self.count, noun)
        if where := self._where():
            subject += f" in {visible(where)}"
        if self.capped:
            return f"{self.code}: {len(self.findings):,} of {subject} shown, --all shows the rest"
        return f"{self.code}: {subject}"

    def _where(self) -> str:
        if self.table:
            return f"{self.table}.{self.field}" if self.field else self.table
        paths = {f.path for f in self.findings}  # of descriptors and rules: never many
        return paths.pop() if len(paths) == 1 else ""


def groups(report: Report) -> Iterator[Group]:
    """Return the findings by code, table and field, in their order; last what is only counted."""
    found = by_kind(report.findings)
    exact: Counter[Kind] = Counter()
    for total in report.totals:
        exact[total.code, total.table, total.field] += total.count
    for key in dict.fromkeys([*found, *+exact]):
        shown = found.get(key, ())
        yield Group(*key, shown, max(exact[key], len(shown)))


def skipped_lines(skipped: Iterable[Skip]) -> Iterator[str]:
    """Return one line for each table and reason, naming the checks that were not run.

    A `*` stands for all checks of the table that have not been run otherwise.
    """
    together: dict[tuple[str, str], Counter[str]] = {}
    for skip in skipped:
        together.setdefault((skip.table, skip.reason), Counter())[skip.code] += 1
    for (table, reason), codes in together.items():
        names = ", ".join(code if n == 1 else f"{code} ({n:,}×)" for code, n in codes.items())
        on = f" on {visible(table)}" if table else ""
        start = f"cells not checked{on}" if names == "*" else f"{names} not run{on}"
        yield f"{start}: {' '.join(lines(reason))}"


def infos_of(report: Report) -> int:
    """Return the exact number of findings that are mere information."""
    return sum(t.count for t in report.totals if t.severity is Severity.INFO)
