"""The difference as one page that needs nothing else: both versions side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from copydesk.diff import Compared
from copydesk.diff.changes import CellChange, Many, Row, RowChange, TableDifference
from copydesk.diff.labels import Labels
from copydesk.diff.telling import (
    Item,
    Part,
    Section,
    Sentence,
    Teller,
    promise_items,
    tell,
)
from copydesk.diff.words import Sort, is_worth, pieces
from copydesk.report._words import visible

FEW = 200
"""Rows of a kind that are shown of a table where not all are asked for."""

FIRST = 5
"""Cells of a row that only one version has which are shown at once."""

_TAGS = {"code": "code", "label": "em", "dim": "small", "lost": "del", "was": "del",
         "new": "ins", "is": "ins"}  # fmt: skip
_KINDS = {"-": "gone", "+": "new", "~": "changed", ">": "renamed", "!": "tight", "·": "note"}


def render(found: Compared, *, shown: int | None = FEW, **_look: object) -> Iterator[str]:
    """Yield the page: the versions, the tables with what happened to them, then each of them."""
    most = None if shown is None else FEW
    story = tell(found.difference, found.labels, most)
    before, after = Path(__file__).with_name("page.html").read_text("utf-8").split("<!--body-->")
    yield before.replace("<!--title-->", _text(story.title))
    yield f"<h1>{_text(story.title)}</h1>\n<nav>\n"
    for section in story.sections:
        yield (
            f'<a href="#{_id(section)}"><b>{_text(section.name or section.title)}</b> '
            f"{_sentence(section.summary)}</a>\n"
        )
    if not story.sections:
        yield "<p>No differences.</p>"
    yield "</nav>\n"
    tables = {t.name: t for t in found.difference.tables}
    for section in story.sections:
        yield from _section(section, tables.get(section.name), found.labels, most)
    if story.quiet:
        names = ", ".join(f"<b>{_text(name)}</b>" for name in story.quiet)
        yield f"<p>{names}: the same cells in another order, quoting or with other line ends.</p>"
    yield after


def _id(section: Section) -> str:
    return escape(f"table-{section.name}" if section.name else "package", quote=True)


def _section(
    section: Section, table: TableDifference | None, labels: Labels, most: int | None
) -> Iterator[str]:
    yield f'<section id="{_id(section)}">\n<h2>{_text(section.name or section.title)}'
    if section.name and section.title != section.name:
        yield f" <small>{_text(section.title)}</small>"
    yield f"</h2>\n<p>{_sentence(section.summary)}</p>\n"
    if table is None:
        yield _list(section.items)
    else:
        teller = Teller(table, labels, most)
        promises = sorted(table.promises, key=lambda p: p.change != "tightened")
        yield _list([*promise_items(promises, most), *_columns(section.items)])
        yield from _rows(teller, most)
    yield "</section>\n"


def _columns(items: Iterable[Item]) -> Iterator[Item]:
    """Yield what is said of columns and of the table as a whole."""
    for item in items:
        if not item.below and item.sign != "!" and item.said[0].text.startswith("column"):
            yield item


def _list(items: Iterable[Item]) -> str:
    listed = "".join(
        f'<li class="change {_KINDS[item.sign]}" tabindex="-1">{_sentence(item.said)}</li>\n'
        for item in items
    )
    return f'<ul class="said">\n{listed}</ul>\n' if listed else ""


# rows, side by side


def _rows(teller: Teller, most: int | None) -> Iterator[str]:
    table = teller.table
    if not table.touches_rows:
        return
    yield (
        "<table>\n<thead><tr><th>Row</th><th>Column</th><th>Before</th><th>Now</th></tr></thead>\n"
    )
    yield from _lone(teller, table.removed, most, old=True)
    for rows, kind in ((table.renamed, "renamed"), (table.changed, "changed")):
        for change in rows.first(most):
            yield from _change(teller, change, kind)
        yield _more(len(rows), most, kind)
    yield from _lone(teller, table.added, most, old=False)
    yield "</table>\n"


def _lone(teller: Teller, rows: Many[Row], most: int | None, *, old: bool) -> Iterator[str]:
    kind = "gone" if old else "new"
    for row in rows.first(most):
        parent = teller.labels.within(teller.table.name, row.cells)
        name = _sentence((*teller.lone(row, parent), *_in(teller, parent)))
        filled = [(n, v) for n, v in row.cells.items() if v]
        called = [_text(teller.labels.called(teller.table.name, n)) for n, _ in filled]
        values = [_value(teller, n, v) for n, v in filled]
        cells = _cells([f"<div><b>{c}</b> {v}</div>" for c, v in zip(called, values, strict=True)])
        sides = (cells, "") if old else ("", cells)
        yield (
            f'<tbody class="change {kind}" tabindex="-1"><tr><th>{name}</th><td>'
            f"{'removed' if old else 'added'}</td><td>{sides[0]}</td><td>{sides[1]}</td></tr>"
            "</tbody>\n"
        )
    yield _more(len(rows), most, "removed" if old else "added")


def _cells(lines: list[str]) -> str:
    """Return the cells of a row, the first of them at once."""
    left = len(lines) - FIRST
    if left < 2:
        return "".join(lines)
    rest = "".join(lines[FIRST:])
    more = f"<details><summary><small>{left} more</small></summary>{rest}</details>"
    return "".join(lines[:FIRST]) + more


def _in(teller: Teller, parent: tuple[str, str]) -> Sentence:
    return (Part(" in "), *teller.parent(parent)) if parent[1] else ()


def _change(teller: Teller, change: RowChange, kind: str) -> Iterator[str]:
    parent = teller.labels.within(teller.table.name, change.row)
    name = _sentence((*teller.name(change.key, change.row, parent[1]), *_in(teller, parent)))
    yield f'<tbody class="change {kind}" tabindex="-1">'
    for number, cell in enumerate(change.cells):
        head = f'<th rowspan="{len(change.cells)}">{name}</th>' if not number else ""
        called = _text(teller.labels.called(teller.table.name, cell.field))
        note = {"spelling": "the same value", "reference": "follows the key"}.get(cell.kind, "")
        before, after = _sides(teller, cell)
        yield (
            f"<tr>{head}<td>{called}{f' <small>{note}</small>' if note else ''}</td>"
            f"<td>{before}</td><td>{after}</td></tr>"
        )
    yield "</tbody>\n"


def _sides(teller: Teller, cell: CellChange) -> tuple[str, str]:
    target = teller.labels.target(teller.table.name, cell.field)
    if target or not is_worth(cell.old, cell.new):
        return (
            _sentence(tuple(teller.value(cell.old, target, "was"))),
            _sentence(tuple(teller.value(cell.new, target, "is"))),
        )
    found = pieces(cell.old, cell.new)

    def side(sort: Sort) -> str:
        tag = "del" if sort == "lost" else "ins"
        return "".join(
            _text(p.text) if p.sort == "same" else f"<{tag}>{_text(p.text)}</{tag}>"
            for p in found
            if p.sort in ("same", sort)
        )

    return side("lost"), side("new")


def _value(teller: Teller, name: str, value: str) -> str:
    target = teller.labels.target(teller.table.name, name)
    label = teller.labels.of(target, value) if target else ""
    return f"{_text(label)} <small>{_text(value)}</small>" if label else _text(value)


def _more(count: int, most: int | None, kind: str) -> str:
    left = count - most if most is not None else 0
    note = f"and {left:,} more {kind}; --all shows them"
    return (
        f'<tbody><tr><td colspan="4"><small>{note}</small></td></tr></tbody>\n' if left > 0 else ""
    )


# words


def _sentence(said: Sentence) -> str:
    return "".join(_part(part) for part in said)


def _part(part: Part) -> str:
    tag = _TAGS.get(part.style)
    if tag:
        return f"<{tag}>{_text(part.text)}</{tag}>"
    pieces_ = part.text.split("`")
    if len(pieces_) % 2 == 0:
        return _text(part.text)
    return "".join(f"<code>{_text(p)}</code>" if i % 2 else _text(p) for i, p in enumerate(pieces_))


def _text(text: str) -> str:
    """Return a text that a page shows as it is, whichever way it is written."""
    return escape("\n".join(map(visible, text.split("\n"))), quote=True)
