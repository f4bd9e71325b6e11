"""The report as one page that needs nothing else: a filter, the keyboard, light and dark."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from importlib.resources import files
from itertools import islice

from copydesk.findings import Excerpt, Finding, Report, TableResult
from copydesk.model import Severity
from copydesk.report._causes import Causes, causes
from copydesk.report._colour import painter
from copydesk.report._groups import Group, blocks, groups, since_lines, skipped_lines, waived_lines
from copydesk.report._summary import counts_of, status_of, verdict
from copydesk.report._words import counted, lines, note, place, value, visible

MOST = 5_000
"""Findings that a page shows one by one: with more, a browser no longer answers at once."""

_KEYS = (("/", "filter"), ("j k", "next, previous"), ("e w i", "errors, warnings, infos"))


def render(
    report: Report, *, here: str = "", whole: bool = False, **_look: object
) -> Iterator[str]:
    """Yield the page: the verdict, the tables, then the findings table by table.

    What follows from a cause is only counted, unless the `whole` is asked for.
    """
    yield from _head(report)
    yield from _tables(report)
    known = Causes() if whole else causes(report)
    sections: dict[str, list[Group]] = {name: [] for name in ("", *(t.name for t in report.tables))}
    for group in groups(report):
        sections.setdefault(group.table, []).append(group)
    left = MOST
    for name, listed in sections.items():
        if listed:
            yield f'<section id="{_anchor(name)}"><h2>{_text(name) or "The package"}</h2>\n'
            for group in listed:
                shown = 0
                for finding in islice(blocks(group, known), left):
                    yield from _finding(finding, here)
                    shown += 1
                left -= shown
                said = _prose(group.sentence(known)) + _cut(group, shown, left)
                yield f'<p class="sum">{said}</p>\n'
            yield "</section>\n"
    yield from _listed("Since then", since_lines(report.since))
    yield from _listed("Waived", waived_lines(report.waived, here))
    yield from _listed("Not run", skipped_lines(report.skipped))
    yield "</main>\n<script>" + _resource("page.js") + "</script>\n</body>\n</html>\n"


def _cut(group: Group, shown: int, left: int) -> str:
    more = group.shown > shown and not left
    return f"; {shown:,} told on this page, which holds {MOST:,} findings" if more else ""


def _head(report: Report) -> Iterator[str]:
    title = _text(f"{report.name} {report.version}".strip() or "copydesk")
    script, style = _resource("page.js"), _resource("page.css")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{title}: findings</title>\n<style>{style}</style>\n</head>\n<body>\n"
    worst = "error" if report.errors else "warning" if report.warnings else "ok"
    yield f'<header><h1>{title}</h1><p class="verdict {worst}">'
    yield f"{_prose(verdict(report, painter(False)))}</p></header>\n"
    if report.totals:
        yield '<nav><input id="filter" type="search" placeholder="Filter: a table, field, code, '
        yield 'key or word" aria-label="Filter the findings">'
        for severity in Severity:
            number = sum(t.count for t in report.totals if t.severity is severity)
            if number:
                yield f'<label><input type="checkbox" value="{severity}" checked> '
                yield f"{counted(number, severity)}</label>"
        keys = " · ".join(f"<kbd>{key}</kbd> {what}" for key, what in _KEYS)
        yield f'<span id="shown" role="status"></span><small>{keys}</small></nav>\n'
    yield "<main>\n"


def _tables(report: Report) -> Iterator[str]:
    if not report.tables:
        return
    counts = counts_of(report)
    yield "<table><thead><tr><th>Table<th>Rows<th>Checks<th>Findings</tr></thead>\n<tbody>\n"
    for table in report.tables:
        said, style = status_of(table.name, counts)
        name = _text(value(table.name))
        if any(counts[table.name, severity.value] for severity in Severity):
            name = f'<a href="#{_anchor(table.name)}">{name}</a>'
        if not said:
            said, style = _calm(table)
        yield f"<tr><td>{name}<td>{table.rows:,}<td>{table.checks:,}"
        yield f'<td class="{style}">{_text(said)}</tr>\n'
    yield "</tbody></table>\n"


def _calm(table: TableResult) -> tuple[str, str]:
    return ("ok", "ok") if table.valid and table.checks else ("not checked", "warning")


def _finding(finding: Finding, here: str) -> Iterator[str]:
    first, *rest = lines(finding.message)
    more = "".join(f"<br>{_prose(line)}" for line in rest)
    yield f'<article class="{finding.severity}" tabindex="-1"><h3><b>{_text(finding.code)}</b> '
    yield f"{_prose(first)}{more}</h3>\n"
    where = _text(place(finding.path, finding.line, finding.column, here)) if finding.path else ""
    about = [_text(visible(finding.name))]
    about += [f"{_text(value(n))} = {_text(value(text))}" for n, text in finding.key.items()]
    if finding.field or finding.fields:
        fields = [finding.field] if finding.field else finding.fields[:12]
        about.append(f"field {_text(', '.join(map(value, fields)))}")
    yield f"<p><code>{where}</code> {' · '.join(about)}</p>\n"
    if finding.excerpt is not None:
        yield f"<pre>{_excerpt(finding.excerpt, finding.line)}</pre>\n"
    yield "<dl>" + "".join(_described(finding)) + "</dl></article>\n"


def _excerpt(excerpt: Excerpt, line: int | None) -> str:
    text = excerpt.text.rstrip("\r\n")
    start, end = excerpt.start, excerpt.start + max(excerpt.width, 0)
    before, cell, after = (_spaced(t) for t in (text[:start], text[start:end], text[end:]))
    number = "" if line is None else f"<i>{line}</i> "
    return f"{number}{before}<mark>{cell}</mark>{after}"


def _spaced(text: str) -> str:
    """Return a part of a line, its tabs as they are and what cannot be seen named."""
    return "\t".join(_text(visible(part)) for part in text.split("\t"))


def _described(finding: Finding) -> Iterator[str]:
    said: Iterable[tuple[str, str]] = (
        ("why", finding.why),
        *(("note", note(related)) for related in finding.related),
        ("help", finding.help),
    )
    for label, text in said:
        if text:
            told = "<br>".join(_prose(line) for line in lines(text))
            yield f"<dt>{label}<dd>{told}"


def _listed(title: str, said: Iterable[str]) -> Iterator[str]:
    items = [f"<li>{_prose(line)}" for line in said]
    if items:
        yield f"<section><h2>{title}</h2>\n<ul>{''.join(items)}</ul></section>\n"


def _prose(text: str) -> str:
    """Return a sentence in which what stands between backticks is code."""
    parts = _text(visible(text)).split("`")
    if len(parts) % 2 == 0:
        parts[-2:] = ["`".join(parts[-2:])]
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(parts))


def _text(text: str) -> str:
    return escape(text, quote=True).encode("utf-8", "replace").decode()


def _anchor(name: str) -> str:
    return "table-" + sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _resource(name: str) -> str:
    return files("copydesk.report").joinpath(name).read_text("utf-8")
