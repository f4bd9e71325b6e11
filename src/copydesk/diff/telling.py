"""A difference → sentences in the language of the data, which every form for people shows.

Losses come first: tables that lose something, and in each what is gone before what is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from copydesk.diff.changes import (
    CellChange,
    Difference,
    Key,
    Many,
    PromiseChange,
    Row,
    TableDifference,
    Version,
)
from copydesk.diff.labels import Labels
from copydesk.diff.words import Piece, excerpts, is_worth, pieces

Style = Literal["", "code", "label", "dim", "was", "is", "lost", "new"]
Sign = Literal["-", "+", "~", ">", "!", "·"]

SHOWN = 5
"""Changes of a kind that are shown of a table."""

GROUPED = 10_000
"""Rows up to which those of a kind are told below the rows on which they hang."""

CUT = 60
"""Characters shown of a value or label."""

ALIKE = 3
"""Fields of which the same is said from which on they are told together."""


@dataclass(frozen=True)
class Part:
    """A stretch of a sentence and how it is set."""

    text: str
    style: Style = ""


Sentence = tuple[Part, ...]


@dataclass(frozen=True)
class Item:
    """One change: its sign, what is said, and the sentences below it."""

    sign: Sign
    said: Sentence
    below: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Section:
    """What is said of one table, or of the package (which has no name)."""

    name: str
    title: str
    summary: Sentence
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Story:
    """All that is said."""

    title: str
    sections: tuple[Section, ...]
    quiet: tuple[str, ...]


def tell(difference: Difference, labels: Labels, shown: int | None = SHOWN) -> Story:
    """Return what is to be said of a difference, so many changes of each kind or all."""
    name = difference.head.name or difference.base.name
    versions = " → ".join(_version(v) for v in (difference.base, difference.head))
    tables = sorted((t for t in difference.tables if t.any), key=lambda t: not t.loses)
    sections = [Teller(one, labels, shown).section() for one in tables]
    if difference.promises:
        items = tuple(promise_items(difference.promises, shown))
        said = (Part(counted(len(difference.promises), "change")),)
        sections.append(Section("", "the package", said, items))
    quiet = [t.name for t in difference.tables if is_rewritten(t)]
    return Story(f"{name}: {versions}", tuple(sections), tuple(quiet))


def is_rewritten(table: TableDifference) -> bool:
    """Return whether the file of a table differs, but no cell of it."""
    data = table.touches_rows or table.columns.any or bool(table.reason or table.notes)
    return table.rewritten and table.state == "changed" and not data


def _version(version: Version) -> str:
    return f"{version.named} ({version.version})" if version.version else version.named


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def cut(text: str, most: int = CUT) -> str:
    """Return a text on one line, cut where it is long."""
    flat = " ".join(text.split()) if "\n" in text or "\r" in text else text
    return flat if len(flat) <= most else flat[: most - 1] + "…"


@dataclass(frozen=True)
class Teller:
    """Tells the difference of one table."""

    table: TableDifference
    labels: Labels
    shown: int | None

    def section(self) -> Section:
        """Return what is said of the table."""
        t = self.table
        title = self.labels.titles.get(t.name, t.name)
        return Section(t.name, title, tuple(self.summary()), tuple(self._items()))

    def summary(self) -> Iterator[Part]:
        """Yield what is told of the table in one line."""
        t = self.table
        if t.state in ("added", "removed"):
            rows = t.rows[t.state == "added"]
            yield Part(f"table {t.state} with {counted(rows, 'row')}")
            return
        told = [f"renamed from {t.old_name}"] * bool(t.old_name)
        kinds = (("removed", t.removed), ("renamed", t.renamed), ("changed", t.changed),
                 ("added", t.added))  # fmt: skip
        told += [f"{len(many):,} {word}" for word, many in kinds if len(many)]
        if t.columns.any:
            told.append("other columns")
        told += [f"{counted(len(t.promises), 'change')} of what is promised"] * bool(t.promises)
        if t.reason:
            told.append(f"its rows are not compared ({t.reason})")
        told += ["not all of its rows are compared"] * bool(t.notes)
        yield Part(", ".join(told))
        if t.touches_rows and t.rows[0] != t.rows[1]:
            yield Part(f"; {t.rows[0]:,} → {counted(t.rows[1], 'row')}", "dim")

    def _items(self) -> Iterator[Item]:
        t = self.table
        told = {c.name for c in t.columns.added} | {c.name for c in t.columns.removed}
        promises = [p for p in t.promises if p.property != "fields" or p.field not in told]
        tight = [p for p in promises if p.change == "tightened"]
        if t.state in ("added", "removed"):
            yield from self._whole()
            return
        yield from self._lone("-", "removed", t.removed)
        yield from self._lost_columns()
        yield from promise_items(tight, self.shown)
        yield from self._renamed()
        yield from self._changed()
        yield from self._columns()
        yield from self._lone("+", "added", t.added)
        yield from promise_items([p for p in promises if p not in tight], self.shown)
        for note in t.notes:
            yield Item("!", (Part(f"what is lost in its file is not compared: {note}"),))
        if not t.key and t.touches_rows:
            yield Item("·", (Part("no key: rows were matched by their content", "dim"),))

    def _whole(self) -> Iterator[Item]:
        t = self.table
        sign: Sign = "+" if t.state == "added" else "-"
        names = ", ".join(t.columns.order[:12]) + (" …" if len(t.columns.order) > 12 else "")
        yield Item(sign, (Part("columns "), Part(names)))
        yield from self._lone(sign, t.state, t.added if t.state == "added" else t.removed)

    # rows

    def _lone(self, sign: Sign, verb: str, rows: Many[Row]) -> Iterator[Item]:
        if not len(rows):
            return
        if len(rows) > GROUPED:
            yield self._group(sign, verb, len(rows), ("", ""), rows.first(self.shown))
            return
        groups: dict[tuple[str, str], list[Row]] = {}
        counts: dict[tuple[str, str], int] = {}
        left = len(rows) if self.shown is None else self.shown
        for row in rows:
            parent = self.labels.within(self.table.name, row.cells)
            counts[parent] = counts.get(parent, 0) + 1
            if left > 0:
                groups.setdefault(parent, []).append(row)
                left -= 1
        for parent, count in counts.items():
            yield self._group(sign, verb, count, parent, groups.get(parent, []))

    def _group(
        self, sign: Sign, verb: str, count: int, parent: tuple[str, str], rows: Sequence[Row]
    ) -> Item:
        said = [Part(f"{count:,} {verb}")]
        if parent[1]:
            said += [Part(" in "), *self.parent(parent)]
        below = [Item(sign, tuple(self.lone(row, parent))) for row in rows]
        return Item(sign, tuple(said), (*below, *_more(count - len(rows))))

    def parent(self, parent: tuple[str, str]) -> Iterator[Part]:
        """Yield what the row is called on which others hang: its table and key are given."""
        label = self.labels.of(*parent)
        yield Part(cut(label), "label") if label else Part(parent[1], "code")

    def lone(self, row: Row, parent: tuple[str, str]) -> Iterator[Part]:
        """Yield what is told of a row that only one version has."""
        yield from self.name(row.key, row.cells, parent[1])
        if row.redirect and row.redirect.new:
            verb = row.redirect.reason or "redirected"
            yield Part(f", {verb} into ")
            yield Part(row.redirect.new, "code")
        elif row.redirect:
            yield Part(f", {row.redirect.reason or 'withdrawn'}: a tombstone is left")
        if row.like and not row.redirect:
            yield Part(", the same but for its key as ")
            yield Part(" · ".join(row.like.values()), "code")

    def name(self, key: Key, cells: Mapping[str, str], parent: str = "") -> Iterator[Part]:
        """Yield the name of a row: its key as short as it is below its parent, and its label."""
        told = [v.removeprefix(f"{parent}-") if parent else v for v in key.values()]
        words = " · ".join(v for v in told if v != parent)
        label = self.labels.of_row(self.table.name, cells)
        if words:
            yield Part(cut(words), "code")
        if label and label not in key.values():
            yield Part(" " if words else "")
            yield Part(cut(label), "label")
        elif not words:
            filled = [v for v in cells.values() if v]
            yield Part(cut(", ".join(filled[:6]) or "an empty row"), "code")

    def _renamed(self) -> Iterator[Item]:
        rows = self.table.renamed
        below = []
        for change in rows.first(self.shown):
            said = [Part(" · ".join(change.old_key.values()), "code"), Part(" is now "),
                    Part(" · ".join(change.key.values()), "code")]  # fmt: skip
            if label := self.labels.of_row(self.table.name, change.row):
                said += [Part(" "), Part(cut(label), "label")]
            others = [c for c in change.cells if c.field not in change.key]
            below.append(Item(">", tuple(said), tuple(self._cells(others))))
        if below:
            said = [Part(f"{len(rows):,} renamed, as redirects say")]
            yield Item(">", tuple(said), (*below, *_more(len(rows) - len(below))))

    def _changed(self) -> Iterator[Item]:
        rows = self.table.changed
        if not len(rows):
            return
        below = []
        for change in rows.first(self.shown):
            parent = self.labels.within(self.table.name, change.row)
            said = list(self.name(change.key, change.row, parent[1]))
            if parent[1]:
                said += [Part(" in "), *self.parent(parent)]
            below.append(Item("~", tuple(said), tuple(self._cells(change.cells))))
        said = [Part(f"{len(rows):,} changed")]
        if detail := self._by_field():
            said.append(Part(f": {detail}"))
        yield Item("~", tuple(said), (*below, *_more(len(rows) - len(below))))

    def _by_field(self) -> str:
        """Return in how many rows each column changed, those that changed most first."""
        told = []
        counts = [(n, c) for n, c in self.table.fields.items() if n not in self.table.key]
        for name, count in sorted(counts, key=lambda item: -item[1].changed)[:8]:
            follow = "follows a key" if count.reference == 1 else "follow a key"
            kinds = [(count.spelling, "in spelling only"), (count.reference, follow)]
            notes = [f"{n:,} {words}" for n, words in kinds if n]
            note = f" ({', '.join(notes)})" if notes else ""
            told.append(f"{self.labels.called(self.table.name, name)} {count.changed:,}{note}")
        return ", ".join(told) + (" …" if len(counts) > 8 else "")

    def _cells(self, cells: Iterable[CellChange]) -> Iterator[Item]:
        for cell in cells:
            called = Part(f"{self.labels.called(self.table.name, cell.field)}: ")
            note = {"spelling": ", the same value", "reference": ", follows the key"}
            said = (called, *self._change(cell))
            if cell.kind in note:
                said = (*said, Part(note[cell.kind], "dim"))
            yield Item("~", said)

    def _change(self, cell: CellChange) -> Iterator[Part]:
        target = self.labels.target(self.table.name, cell.field)
        alike = bool(cell.old and cell.new) and cut(cell.old) == cut(cell.new)
        if not target and (alike or is_worth(cell.old, cell.new)):
            yield from map(_piece, excerpts(pieces(cell.old, cell.new)))
            return
        if cell.kind == "reference":
            target = ""
        yield from self.value(cell.old, target, "was")
        yield Part(" → ")
        yield from self.value(cell.new, target, "is")

    def value(self, value: str, target: str, style: Style) -> Iterator[Part]:
        """Yield a value; one that refers to another table by the label of that row."""
        if not value:
            yield Part("empty", "dim")
            return
        label = self.labels.of(target, value) if target else ""
        yield Part(cut(label or value), style)
        if label:
            yield Part(f" ({value})", "dim")

    # columns

    def _lost_columns(self) -> Iterator[Item]:
        for column in self.table.columns.removed:
            filled = f", filled in {counted(column.filled, 'row')}" if column.filled else ", empty"
            yield Item("-", (Part("column "), Part(column.name, "code"), Part(f" removed{filled}")))

    def _columns(self) -> Iterator[Item]:
        columns = self.table.columns
        for one in columns.renamed:
            share = f", the same in {one.same:.0%} of what was compared"
            yield Item(">", (Part("column "), Part(one.old, "code"), Part(" renamed to "),
                             Part(one.new, "code"), Part(share, "dim")))  # fmt: skip
        for new in columns.added:
            filled = f", filled in {counted(new.filled, 'row')}" if new.filled else ", empty"
            yield Item("+", (Part("column "), Part(new.name, "code"), Part(f" added{filled}")))
        if columns.reordered:
            yield Item("·", (Part("columns stand in another order"),))


def _piece(piece: Piece) -> Part:
    return Part(piece.text, "" if piece.sort == "same" else piece.sort)


def _more(count: int) -> tuple[Item, ...]:
    return (Item("·", (Part(f"and {count:,} more", "dim"),)),) if count > 0 else ()


def promise_items(changes: Sequence[PromiseChange], shown: int | None) -> Iterator[Item]:
    """Yield changes of promises; what is said of many fields alike is said once."""
    found = list(_together(changes))
    kept = found if shown is None else found[: 4 * shown]
    yield from kept
    yield from _more(len(found) - len(kept))


def _together(changes: Sequence[PromiseChange]) -> Iterator[Item]:
    alike: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        alike.setdefault((change.what, change.change), []).append(change.field)
    for (what, change), among in groupby(changes, key=lambda p: (p.what, p.change)):
        fields = alike.pop((what, change), None)
        if fields is None:
            continue
        del among
        sign: Sign = "!" if change == "tightened" else "·"
        note = () if change == "described" else (Part(f" ({change})", "dim"),)
        groups = [fields] if len(fields) > ALIKE else [[f] for f in fields]
        for group in groups:
            named = f"{len(group)} fields: " if len(group) > 1 else f"{group[0]}: "
            yield Item(sign, (Part(named if group[0] else ""), Part(what), *note))
