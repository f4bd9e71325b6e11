"""What is known of a file before its cells are judged, and what is wrong with it so far."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

from copydesk.checks.advice import with_mend
from copydesk.checks.table import Matching
from copydesk.engine.places import fill, help_of, why
from copydesk.findings import Excerpt, Finding, Total
from copydesk.model import AnyCheck, CellCheck, Check, Dialect, ShapeCheck
from copydesk.pile import Pile
from copydesk.plan import TablePlan
from copydesk.scan import Label, Survey, csv_options

GATED_SIZE = 1 << 20


@dataclass
class Copy:
    """A clean copy of a file, each row behind its number and its number of cells.

    `exact` says that every record was tokenised; `longest` is the longest of those in characters;
    `broken` says that a cell may hold a line break.
    """

    path: Path
    delimiter: str = ","
    quote: str = '"'
    exact: bool = True
    longest: int = 0
    broken: bool = False


@dataclass
class Shape:
    """What is known of a file before its cells are judged.

    `reason` says why the cells cannot be judged, if so; `cut` why there may be more rows in it
    than can be told; `copy` is the clean copy, if one was needed.
    """

    plan: TablePlan
    dialect: Dialect
    survey: Survey | None = None
    matching: Matching = field(default_factory=lambda: Matching(()))
    reason: str = ""
    cut: str = ""
    copy: Copy | None = None
    findings: Pile = field(default_factory=Pile)
    totals: list[Total] = field(default_factory=list)

    @property
    def labels(self) -> Sequence[Label]:
        """Return the labels of the header, with their places."""
        return self.survey.header.labels if self.survey else ()

    @property
    def width(self) -> int:
        """Return the number of cells that a row should have: one a label, or else one a field."""
        schema = self.plan.table.schema
        if self.labels or self.dialect.header_rows or not schema:
            return self.survey.width if self.survey else 0
        return len(schema.fields)

    @property
    def columns(self) -> dict[str, int | None]:
        """Return the 0-based column of each field."""
        names = [c.field.name for c in self.plan.columns]
        return dict(zip(names, self.matching.columns, strict=False))


class Judge:
    """The shape checks of one table that the user asked for, and what they found."""

    def __init__(self, shape: Shape, limit: int | None) -> None:
        checks = [c for c in shape.plan.checks if isinstance(c, ShapeCheck)]
        self.checks: Mapping[str, Check] = {c.code: c for c in checks if c.code[:2] in ("FL", "TB")}
        self.keyed = [c for c in shape.plan.checks if c.code == "KY002"]
        self.shape = shape
        self.limit = limit
        self.counts: dict[tuple[str, str], tuple[Check, list[int]]] = {}

    def report(
        self,
        code: str,
        at: tuple[int | None, int | None] = (None, None),
        *,
        row: int | None = None,
        field_name: str = "",
        says: str = "",
        excerpt: Excerpt | None = None,
        cure: str = "",
        **values: Any,
    ) -> None:
        """Add one finding, or only its count where enough are shown."""
        if check := self.checks.get(code):
            words = {"why": says, "help": cure, "excerpt": excerpt}
            self._tell(check, at, row, field_name, values, {k: v for k, v in words.items() if v})

    def blank(self, row: int, at: tuple[int, int]) -> None:
        """Report a blank row, and that it lacks the key by which rows are told apart."""
        self.report("TB008", at, row=row)
        for check in self.keyed:
            self._tell(check, at, row, check.field)

    def _tell(
        self,
        check: Check,
        at: tuple[int | None, int | None],
        row: int | None,
        field_name: str,
        given: Mapping[str, Any] = MappingProxyType({}),
        words: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        if not self._counts(check, field_name):
            return
        table = self.shape.plan.table
        origin = str(check.promise.origin) if check.code == "KY002" else ""
        if table.schema and check.code.startswith("TB"):
            origin = str(table.schema.origin)
        values = {"field": field_name, "table": table.name, **given}
        finding = Finding(
            code=check.code,
            name=check.name,
            severity=check.severity,
            message=fill(check.message, values),
            table=table.name,
            path=table.path,
            row=row,
            line=at[0],
            column=at[1],
            field=field_name,
            fields=(field_name,) if field_name else (),
            value=values.get("value"),
            why=why(check),
            help=help_of(check, values),
            origin=origin,
            equivalent=check.equivalent,
        )
        finding = replace(finding, **words)
        cure = with_mend(finding.help, finding.code, None, "")
        self.shape.findings.add([replace(finding, help=cure)])

    def _counts(self, check: Check, field_name: str) -> bool:
        """Count a finding, and return whether it is one of those that are shown."""
        _, counted = self.counts.setdefault((check.code, field_name), (check, [0, 0]))
        counted[0] += 1
        shown = self.limit is None or counted[1] < self.limit
        counted[1] += shown
        return shown

    def count(self, code: str, field_name: str) -> None:
        """Count a finding that is not shown."""
        if check := self.checks.get(code):
            self.counts.setdefault((code, field_name), (check, [0, 0]))[1][0] += 1

    def close(self) -> Shape:
        """Write the exact totals and return the shape."""
        for (code, name), (check, (count, _)) in self.counts.items():
            total = Total(code, check.name, check.severity, check.table, name, count)
            self.shape.totals.append(total)
        return self.shape


def gated(checks: Sequence[AnyCheck], shape: Shape) -> list[AnyCheck]:
    """Return the checks that the file gives a chance: those whose gate is open, or unknown.

    Gates are asked of small regular files only; in a large one the predicates are cheaper.
    """
    known = shape.survey
    if known is None or known.size > GATED_SIZE or not known.regular or shape.copy:
        return list(checks)
    text = shape.plan.table.file.read_bytes().decode("utf-8-sig")
    rows = csv.reader(io.StringIO(text, newline=""), **csv_options(shape.dialect))
    cells = "\n".join(_on_one_line(cell) for cell in set(chain.from_iterable(rows)))
    opened: dict[object, bool] = {}
    kept = []
    for check in checks:
        gate = check.gate if isinstance(check, CellCheck) else None
        if gate and gate not in opened:
            opened[gate] = bool(gate(cells))
        if gate is None or opened[gate]:
            kept.append(check)
    return kept


def _on_one_line(cell: str) -> str:
    return cell.replace("\n", "\r") if "\n" in cell else cell
