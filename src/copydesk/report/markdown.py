"""The report in Markdown, for the summary of a step or a comment: never more than they hold.

All that comes from data stands in fenced blocks or in code, where nothing is a link, a mention
or markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from copydesk.findings import Report, TableResult
from copydesk.model import Severity
from copydesk.report import text
from copydesk.report._causes import Causes, causes
from copydesk.report._colour import painter
from copydesk.report._groups import Group, blocks, groups, since_lines, skipped_lines, waived_lines
from copydesk.report._summary import MANY, counts_of, status_of, verdict
from copydesk.report._words import counted, value, visible

SIZE = 500_000
"""Bytes of a report: the summary of a step takes 1 MiB, and there is more to say in it."""

WIDTH = 100

_KEPT = 20_000
"""Bytes that are kept for what follows the findings."""

_AROUND = 2_000
"""Bytes that are kept for what stands around the findings of one check."""

_SIGNS = {"error": "❌", "warning": "⚠️", "info": "💬"}


def render(
    report: Report, *, whole: bool = False, here: str = "", **_look: object
) -> Iterator[str]:
    """Yield the verdict, the tables, the findings by check, and what was not run.

    What does not fit into `SIZE` bytes is counted, and what follows from a cause too, unless the
    `whole` is asked for.
    """
    known = Causes() if whole else causes(report)
    head = f"{_heading(report)}\n{_tables(report)}"
    yield head
    room = SIZE - _KEPT - len(head.encode())
    shown = left = 0
    for group in groups(report):
        part = _group(group, known, here, room)
        if not part:
            left += group.count
            continue
        room -= len(part.encode())
        shown += group.count
        yield part
    if left:
        yield f"\n**{counted(left, 'more finding')}** did not fit: see `copydesk check --all`.\n"
    gone = report.since.gone if report.since else 0
    yield from _details(f"{counted(gone, 'finding')} mended", list(since_lines(report.since)))
    waived = list(waived_lines(report.waived, here))
    yield from _details(f"{counted(len(waived), 'finding')} waived", waived)
    not_run = list(skipped_lines(report.skipped))
    yield from _details(f"{counted(len(report.skipped), 'check')} not run", not_run)


def code(content: str) -> str:
    """Return a text as code in which nothing of Markdown or HTML counts."""
    shown = escape(visible(content)).replace("|", "&#124;")
    return f"<code>{shown}</code>" if shown else ""


def fenced(content: str) -> str:
    """Return a text in a block whose fence is longer than any in it."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", content) or [""]))
    return f"{fence}text\n{content}\n{fence}\n"


def _heading(report: Report) -> str:
    sign = "❌" if report.errors else "⚠️" if report.warnings else "✅"
    title = code(f"{report.name} {report.version}".strip())
    return f"## {sign} copydesk check {title}".rstrip() + f"\n\n{verdict(report, painter(False))}\n"


def _tables(report: Report) -> str:
    """Return the tables; of many, those with something to say."""
    counts = counts_of(report)
    rows = [(table, status_of(table.name, counts)[0]) for table in report.tables]
    listed = [(t, said) for t, said in rows if said] if len(rows) > MANY else rows
    if not listed:
        return ""
    lines = ["\n| Table | Rows | Checks | Findings |", "| --- | ---: | ---: | --- |"]
    lines += [_row(table, said) for table, said in listed[:1000]]
    if rest := len(rows) - len(listed[:1000]):
        lines.append(f"| {counted(rest, 'other table')} | | | |")
    return "\n".join(lines) + "\n"


def _row(table: TableResult, said: str) -> str:
    found = said or ("ok" if table.valid and table.checks else "not checked")
    return f"| {code(value(table.name))} | {table.rows:,} | {table.checks:,} | {found} |"


def _group(group: Group, known: Causes, here: str, room: int) -> str:
    """Return the findings of a group, as many as there is room for; nothing if there is none."""
    body: list[str] = []
    sentence = group.sentence(known)
    room -= len(sentence.encode()) + _AROUND
    for finding in blocks(group, known):
        block = "\n".join(text.block(finding, WIDTH, painter(False), here))
        room -= len(block.encode()) + 2
        if room < 0:
            sentence += f"; {len(body):,} told here, the others did not fit"
            break
        body.append(block)
    if room < 0 and not body:
        return ""
    first, severity = next(group.findings, None), _severity(group)
    title = f"{_SIGNS[severity]} <b>{escape(group.code)}</b> {code(first.name) if first else ''}"
    where = code(f"{group.table}.{group.field}".strip("."))
    summary = f"{title} {where} · {counted(group.count, 'finding')}".replace("  ", " ")
    opened = " open" if severity is Severity.ERROR else ""
    inner = "\n\n".join([*body, sentence])
    return f"\n<details{opened}><summary>{summary}</summary>\n\n{fenced(inner)}\n</details>\n"


def _severity(group: Group) -> Severity:
    first = next(group.findings, None)
    return first.severity if first else Severity.ERROR


def _details(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        kept = "\n".join(lines).encode()[: _KEPT // 3].decode("utf-8", "ignore")
        yield f"\n<details><summary>{title}</summary>\n\n{fenced(kept)}\n</details>\n"
