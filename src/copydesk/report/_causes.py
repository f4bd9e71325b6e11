"""One cause, one block: what people need not read again because they were told the cause.

A header that does not fit puts cells into the wrong columns and hides the keys that other tables
refer to; a row that repeats its key repeats other unique values too. Machine forms list every
finding; the text tells the cause and counts the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from copydesk.findings import Finding, Report
from copydesk.pile import by_kind
from copydesk.report._words import value

HEADER = frozenset({"TB001", "TB002", "TB003", "TB009"})
"""The codes of labels that do not fit the schema."""

_PARENT = re.compile(r" is not in `(.+)` of (.+)", re.S)
"""How the message of a broken reference names the fields and the table that it refers to."""

KEY, OTHER_KEYS = "KY001", frozenset({"KY003", "KY004"})
TYPE, NO_KEY, BLANK = "FD001", "KY002", "TB008"
SHORT, NO_VALUE = "TB006", frozenset({"FD002", "KY002"})


@dataclass(frozen=True)
class Causes:
    """What others follow from.

    `columns` have labels that do not fit, `rows` repeat their primary key, `blank` ones have no
    cells, `cells` are not of their type, `absent` ones are not there: their row ends before.
    """

    columns: frozenset[tuple[str, str]] = frozenset()
    rows: frozenset[tuple[str, int | None]] = frozenset()
    blank: frozenset[tuple[str, int | None]] = frozenset()
    cells: frozenset[tuple[str, int | None, str]] = frozenset()
    absent: frozenset[tuple[str, int | None, str]] = frozenset()

    def of(self, finding: Finding) -> str:
        """Return why a finding needs no block of its own, or an empty string."""
        if finding.code in OTHER_KEYS and (finding.table, finding.row) in self.rows:
            return f"in rows that repeat their key ({KEY})"
        if finding.code == NO_KEY and (finding.table, finding.row) in self.blank:
            return f"in rows that are blank ({BLANK})"
        named = finding.fields or (finding.field,)
        cells = {(finding.table, finding.row, field) for field in named}
        if finding.code == NO_KEY and not cells.isdisjoint(self.cells):
            return f"in cells that are not of their type ({TYPE})"
        if finding.code in NO_VALUE and not cells.isdisjoint(self.absent):
            return f"in cells that their row does not have ({SHORT})"
        if finding.row is not None and (finding.table, finding.field) in self.columns:
            return "in a column whose label does not fit: mend the header first"
        if finding.code == "RF001" and (parent := _PARENT.search(finding.message)):
            fields, table = parent[1].split("`, `"), parent[2]
            if any((table, field) in self.columns for field in fields):
                return f"for the header of {table} does not fit: mend that first"
        return ""


def causes(report: Report) -> Causes:
    """Return the causes among the findings of a report."""
    columns = set()
    rows: dict[str, set[tuple[str, int | None]]] = {KEY: set(), BLANK: set()}
    cells: dict[str, set[tuple[str, int | None, str]]] = {TYPE: set(), SHORT: set()}
    for (code, table, field), members in by_kind(report.findings).items():
        if code in ("TB003", "TB009"):
            columns.add((table, field))
        elif code in rows:
            rows[code] |= {(table, one.row) for one in members}
        elif code in cells:
            cells[code] |= {(table, one.row, field) for one in members}
    return Causes(
        frozenset(columns), frozenset(rows[KEY]), frozenset(rows[BLANK]),
        frozenset(cells[TYPE]), frozenset(cells[SHORT]),
    )  # fmt: skip


def header(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the findings of one header as they are shown: several as the difference they make."""
    if len(findings) < 3:
        yield from findings
        return
    promised = {f.field: None for f in findings if f.code != "TB002"}
    written = {str(f.value): None for f in findings if f.code != "TB001"}
    absent = [value(name) for name in promised if name not in written]
    surplus = [value(name) for name in written if name not in promised]
    says = [f"it lacks {_listed(absent)}"] if absent else []
    says += [f"the schema does not know {_listed(surplus)}"] if surplus else []
    first = min(findings, key=lambda f: (f.column is None, f.column or 0))
    cure = f"add {_listed(absent)}" if absent and not surplus else first.help
    if surplus and not absent:
        cure = f"take out {_listed(surplus)}, or add it to the schema"
    message = f"the header does not fit: {'; '.join(says) or 'its columns are in another order'}"
    wanted = "TB001" if absent else "TB002" if surplus else "TB009"
    named = next((f for f in findings if f.code == wanted), first)
    yield replace(
        first, code=named.code, name=named.name, message=message, help=cure, field="", fields=()
    )


def _listed(names: Sequence[str]) -> str:
    shown = [f"`{name}`" for name in names[:5]]
    rest = [f"{len(names) - 5:,} more"] if len(names) > 5 else []
    *others, last = [*shown, *rest]
    return f"{', '.join(others)} and {last}" if others else last
