"""Findings and the report: what a check run has to say, before anyone renders it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from copydesk.model import Rule, Severity, Skip


@dataclass(frozen=True)
class Excerpt:
    """The physical line that a finding points into.

    `text` holds it or a window of it, `start` is the 0-based character in `text` where the cell
    begins, `width` its characters.
    """

    text: str
    start: int
    width: int


@dataclass(frozen=True)
class Related:
    """Another place that belongs to a finding, shown as a note."""

    message: str
    path: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Finding:
    """One promise broken at one place.

    `row` is the number of the record, the header counted; `line` and `column` are the physical
    line and the character in it, from 1. All are None where a finding is about a whole file.
    """

    code: str
    name: str
    severity: Severity
    message: str
    table: str = ""
    path: str = ""
    row: int | None = None
    line: int | None = None
    column: int | None = None
    field: str = ""
    fields: tuple[str, ...] = ()
    key: Mapping[str, str] = dataclasses.field(default_factory=dict)
    value: str | None = None
    why: str = ""
    help: str = ""
    origin: str = ""
    equivalent: str = ""
    related: tuple[Related, ...] = ()
    excerpt: Excerpt | None = None


Identity = tuple[str, ...]
"""What a finding is about wherever its row stands: equal in two versions of the data."""


def identity(finding: Finding) -> Identity:
    """Return what a finding is about: check, table, field, key and value, but no place.

    Of a finding about a whole table or document, which has no row, the observed value may change
    while the trouble stays: it is known by the promise that is broken.
    """
    where = finding.table or finding.path
    fields = finding.fields or (finding.field,)
    about = [finding.code, where, *fields]
    if finding.row is None:
        return (*about, finding.why or finding.message)
    keys = (text for pair in finding.key.items() for text in pair)
    return (*about, "", *keys, "", finding.value or "")


@dataclass(frozen=True)
class Waived:
    """A finding that is put up with, why, and until which day; empty if for ever."""

    finding: Finding
    reason: str
    expires: str


@dataclass(frozen=True)
class Total:
    """The exact number of findings of one code in one field, and how many are shown."""

    code: str
    name: str
    severity: Severity
    table: str
    field: str
    count: int
    shown: int = 0


@dataclass(frozen=True)
class Judgement:
    """What has become of one expectation of a suite, whether it holds or not.

    `index` is its place in the suite and `written` the entry that stands there. `result` holds
    the numbers of Great Expectations under the names that it gives them, as plain JSON;
    `exception` says why there is no verdict, and is empty if there is one. `engine` is who judged.
    """

    suite: str
    table: str
    index: int
    type: str
    written: Mapping[str, Any]
    success: bool
    result: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    exception: str = ""
    engine: str = "duckdb"

    @property
    def element_count(self) -> int | None:
        """Return the number of rows that count, None if no rows are counted."""
        return self.result.get("element_count")

    @property
    def missing_count(self) -> int | None:
        """Return how many of them hold no value; of a set of values, how many never occur."""
        return self.result.get("missing_count")

    @property
    def unexpected_count(self) -> int | None:
        """Return how many are not as expected."""
        return self.result.get("unexpected_count")

    @property
    def unexpected(self) -> Sequence[Any]:
        """Return the first values that are not as expected."""
        return self.result.get("partial_unexpected_list") or ()

    @property
    def observed(self) -> Any:
        """Return what was computed from all rows or read in the header, None if nothing was."""
        return self.result.get("observed_value")


@dataclass(frozen=True)
class TableResult:
    """What was seen of one table; `checks` is the number of promises judged on it."""

    name: str
    path: str
    rows: int
    valid: bool
    engine: str
    checks: int


@dataclass(frozen=True)
class Since:
    """Another version, `base`, by which the findings of a report were sifted.

    `kept` findings were there before and are not listed; `mended` counts those that are gone, of
    which `findings` are the first. `note` says why there was nothing to compare with, if so.
    """

    base: str
    commit: str = ""
    kept: int = 0
    mended: tuple[Total, ...] = ()
    findings: Sequence[Finding] = ()
    note: str = ""

    @property
    def gone(self) -> int:
        """Return the exact number of findings that were mended."""
        return sum(total.count for total in self.mended)


@dataclass(frozen=True)
class Report:
    """The outcome of a check run. Everything that is shown or written is made from it.

    `findings` is a tuple, or where there are very many of them a sequence that is read from a
    file as it is gone through. `expectations` tells of every expectation of every suite where the
    settings ask for it, else it is empty; `rules` are those of the dataset.
    What is `waived` is neither among the findings nor in the totals, and neither is what was
    there in the version of `since`, if the report is sifted by one.
    """

    name: str
    version: str
    path: str
    tables: tuple[TableResult, ...]
    findings: Sequence[Finding]
    totals: tuple[Total, ...]
    skipped: tuple[Skip, ...]
    checks: int
    seconds: float
    expectations: tuple[Judgement, ...] = ()
    rules: tuple[Rule, ...] = ()
    waived: tuple[Waived, ...] = ()
    since: Since | None = None

    @property
    def errors(self) -> int:
        """Return the exact number of errors."""
        return sum(t.count for t in self.totals if t.severity is Severity.ERROR)

    @property
    def warnings(self) -> int:
        """Return the exact number of warnings."""
        return sum(t.count for t in self.totals if t.severity is Severity.WARNING)

    @property
    def rows(self) -> int:
        """Return the number of data rows seen."""
        return sum(t.rows for t in self.tables)

    @property
    def valid(self) -> bool:
        """Return whether the data keeps every promise that is an error to break."""
        return self.errors == 0
