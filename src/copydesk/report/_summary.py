"""The end of the report for people: one line per table, and one for the whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copydesk.findings import Report, TableResult
from copydesk.model import Severity
from copydesk.report._colour import Painter
from copydesk.report._excerpt import cells
from copydesk.report._groups import infos_of
from copydesk.report._words import counted, problems, seconds, value

MANY = 30
"""Tables that are listed one by one; of more, only those with something to say."""


@dataclass(frozen=True)
class _Line:
    """One table: its columns, the last of them free; `calm` needs nobody's attention."""

    columns: tuple[str, ...]
    status: str
    style: str
    calm: bool = False


def summary(report: Report, paint: Painter) -> str:
    """Return the package's name, its tables and the verdict."""
    title = f"{report.name} {report.version}".strip()
    parts = [paint(value(title), "bold")] if title else []
    if listed := "\n".join(_listed(_lines(report), paint)):
        parts.append(listed)
    return "\n\n".join([*parts, verdict(report, paint)])


def verdict(report: Report, paint: Painter) -> str:
    """Return what was checked and what was found, in one line."""
    seen = f"{counted(len(report.tables), 'table')}, {counted(report.rows, 'row')}"
    took = f"in {seconds(report.seconds)}"
    rest = problems(0, 0, infos_of(report), len(report.skipped), len(report.waived))
    if not report.checks and not report.totals:
        return f"{seen} {took}: {paint(', '.join(['nothing was checked', *rest]), 'warning')}"
    found = [counted(report.errors, "error"), counted(report.warnings, "warning"), *rest]
    if report.since:
        found[0] = counted(report.errors, "new error")
        found.append(f"{report.since.gone:,} mended")
    style = "error" if report.errors else "warning" if report.warnings else "ok"
    return f"{seen}, {counted(report.checks, 'check')} {took}: {paint(', '.join(found), style)}"


def _listed(tables: Sequence[_Line], paint: Painter) -> Iterator[str]:
    """Return the aligned lines of the tables; of many, what is calm together in one line."""
    listed = [t for t in tables if not t.calm] if len(tables) > MANY else tables
    widths = [max(map(cells, texts)) for texts in zip(*(t.columns for t in listed), strict=True)]
    for table in listed:
        name, rows, row, checks, check = (
            (" " * (width - cells(text)), text)
            for width, text in zip(widths, table.columns, strict=True)
        )
        status = paint(table.status, table.style) if table.status else ""
        yield (
            f"  {name[1]}{name[0]}   {rows[0]}{rows[1]} {row[1]}{row[0]}"
            f"   {checks[0]}{checks[1]} {check[1]}{check[0]}   {status}"
        ).rstrip()
    if rest := len(tables) - len(listed):
        yield f"  {counted(rest, 'other table' if listed else 'table')}: {paint('ok', 'ok')}"


def _lines(report: Report) -> list[_Line]:
    """Return a line for each table, and for what is wrong outside of them."""
    counts = counts_of(report)
    known = {t.name for t in report.tables}
    others = dict.fromkeys(
        name for (name, _), count in counts.items() if count and name not in known
    )
    return [
        *(_Line((value(n) or "the package", *[""] * 4), *status_of(n, counts)) for n in others),
        *(_line(table, counts) for table in report.tables),
        *_rules(report),
    ]


def counts_of(report: Report) -> Counter[tuple[str, str]]:
    """Return how many findings of each severity, and checks skipped, there are for each table."""
    counts: Counter[tuple[str, str]] = Counter()
    for total in report.totals:
        counts[total.table, total.severity.value] += total.count
    for skip in report.skipped:
        counts[skip.table, "skipped"] += 1
    return counts


def _rules(report: Report) -> Iterator[_Line]:
    """Return the line of the checks that belong to no single table."""
    rest = report.checks - sum(t.checks for t in report.tables)
    if rest > 0 and report.tables:
        yield _Line(("rules across tables", "", "", *counted(rest, "check").split()), "", "", True)


def _line(table: TableResult, counts: Counter[tuple[str, str]]) -> _Line:
    numbers = (*counted(table.rows, "row").split(), *counted(table.checks, "check").split())
    status, style = status_of(table.name, counts)
    calm = not status and table.valid and table.checks > 0
    if calm:
        status, style = "ok", "ok"
    elif not status:
        status, style = ("not checked", "warning") if table.valid else ("not valid", "error")
    status = ", ".join([status, *_by(table.engine)])
    return _Line((value(table.name), *numbers), status, style, calm)


def status_of(name: str, counts: Counter[tuple[str, str]]) -> tuple[str, str]:
    """Return what was found in a table, in words, and how bad it is."""
    errors, warnings, infos = (counts[name, severity.value] for severity in Severity)
    skipped = counts[name, "skipped"]
    style = "error" if errors else "warning" if warnings or skipped else "info"
    return ", ".join(problems(errors, warnings, infos, skipped)), style


def _by(engine: str) -> list[str]:
    """Return who judged the table, if not the native engine alone."""
    parts = [part for part in re.split(r"\s*[,+]\s*", engine) if part]
    others = [part for part in parts if part != "duckdb"]
    how = "by" if others == parts else "partly by"
    return [part if part[0].isdigit() else f"{how} {part}" for part in others]
