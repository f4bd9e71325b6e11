"""Findings that are told together, and the sentences about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from itertools import groupby

from copydesk.findings import Finding, Report, Since, Waived
from copydesk.model import Severity, Skip
from copydesk.pile import Kind, by_kind
from copydesk.pile import place as position
from copydesk.report._causes import HEADER, Causes, header
from copydesk.report._words import counted, lines, place, value, visible

MISSING = "TB006"
"""The code of the cells that are missing at the end of a row."""

MOST = 12
"""Fields that are listed by name."""


@dataclass(frozen=True)
class Group:
    """What is shown of one code in one field, and how many there are exactly.

    The missing cells of a table are one group, because a row that ends early lacks several, and
    so are the labels that do not fit: `parts` are then those of each field.
    """

    code: str
    table: str
    field: str
    parts: tuple[Sequence[Finding], ...]
    count: int

    @property
    def findings(self) -> Iterator[Finding]:
        """Yield what is shown, in order."""
        return iter(self.parts[0]) if len(self.parts) == 1 else merge(*self.parts, key=position)

    @property
    def shown(self) -> int:
        """Return how many are shown."""
        return sum(map(len, self.parts))

    @property
    def capped(self) -> bool:
        """Return whether there are more than are shown."""
        return self.count > self.shown

    def sentence(self, causes: Causes) -> str:
        """Return the exact count, where, why some are not shown, and how many of them are."""
        told = Counter(map(causes.of, self.findings))
        why = next(filter(None, told), "")
        first = next(self.findings, None)
        noun = "row" if first and first.row is not None else "finding"
        noun = "missing cell" if self.code == MISSING else noun
        noun = "label" if self.code in HEADER else noun
        subject = counted(self.count, noun)
        if where := self._where():
            subject += f" in {visible(where)}"
        if why:
            return f"{self.code}: {subject}, {'some of them ' if told[''] else ''}{why}"
        if self.capped:
            return f"{self.code}: {self.shown:,} of {subject} shown, --all shows the rest"
        return f"{self.code}: {subject}"

    def _where(self) -> str:
        if self.table:
            return f"{self.table}.{self.field}" if self.field else self.table
        paths = {f.path for f in self.findings}  # of descriptors and rules: never many
        return paths.pop() if len(paths) == 1 else ""


def groups(report: Report) -> Iterator[Group]:
    """Yield the findings by code, table and field, in their order; last what is only counted."""
    found = by_kind(report.findings)
    exact: Counter[Kind] = Counter()
    for total in report.totals:
        exact[total.code, total.table, total.field] += total.count
    together: dict[Kind, list[Kind]] = {}
    headers: dict[str, Kind] = {}
    for one in dict.fromkeys([*found, *+exact]):
        code, table, field = one
        key = (code, table, "" if code == MISSING else field)
        if code in HEADER:
            key = headers.setdefault(table, (code, table, ""))
        together.setdefault(key, []).append(one)
    for key, members in together.items():
        parts = tuple(found.get(one, ()) for one in members)
        count = sum(max(exact[one], len(part)) for one, part in zip(members, parts, strict=True))
        yield Group(*key, parts, count)


def blocks(group: Group, causes: Causes) -> Iterator[Finding]:
    """Yield the findings of a group as they are shown one by one.

    A row that ends early and a header that does not fit are shown once each; what follows from
    a cause is not shown again.
    """
    if group.code in HEADER:
        yield from header(list(group.findings))
        return
    if group.code != MISSING:
        yield from (f for f in group.findings if not causes.of(f))
        return
    for _, same in groupby(group.findings, lambda f: (f.path, f.row, f.line, f.column)):
        first, *others = same
        if others:
            start, _, says = first.message.partition(": ")
            says = says.removesuffix(" is missing")
            names = [says, *(f"`{f.field}`" for f in others[: MOST - 1])]
            rest = f"{len(others) + 1 - MOST:,} more" if len(others) >= MOST else names.pop()
            listed = f"{', '.join(names)} and {rest}"
            first = replace(first, message=f"{start}: {listed} are missing", field="", fields=())
        yield first


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


def waived_lines(waived: Iterable[Waived], here: str = "") -> Iterator[str]:
    """Return one line for each finding that is waived: what, until when, and why."""
    for one in waived:
        at = place(one.finding.path, one.finding.line, one.finding.column, here)
        until = f" until {one.expires}" if one.expires else ""
        what = " ".join(lines(one.finding.message))
        yield f"{one.finding.code} waived{until} at {at}: {what} ({' '.join(lines(one.reason))})"


def since_lines(since: Since | None) -> Iterator[str]:
    """Return a line on another version and what was there, then one for each finding mended."""
    if since is None:
        return
    before = f"{counted(since.kept, 'finding')} there before"
    yield f"only what is new since {value(since.base)}: {before}, {since.gone:,} mended"
    if since.note:
        yield f"every finding is new: {' '.join(lines(since.note))}"
    for one in since.findings:
        key = ", ".join(f"{visible(name)} = {value(text)}" for name, text in one.key.items())
        where = ", ".join(filter(None, (visible(one.table or one.path), key)))
        yield f"{one.code} mended, {where}: {' '.join(lines(one.message))}"
    if rest := since.gone - len(since.findings):
        yield f"{counted(rest, 'more finding')} mended"


def infos_of(report: Report) -> int:
    """Return the exact number of findings that are mere information."""
    return sum(t.count for t in report.totals if t.severity is Severity.INFO)
