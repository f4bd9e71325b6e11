"""Two versions of one table → rows added, removed, renamed and changed."""

from __future__ import annotations

import filecmp
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from copydesk.diff.changes import (
    CellChange,
    CellKind,
    Columns,
    FieldCount,
    Key,
    LostColumn,
    Many,
    NewColumn,
    Redirect,
    Row,
    RowChange,
    TableDifference,
)
from copydesk.diff.columns import Matched, is_reordered, match_columns
from copydesk.diff.resembling import like_rows, similar_rows
from copydesk.diff.spelling import Judge, judge_of
from copydesk.diff.versions import TableVersion
from copydesk.engine.duckdb import Database, Unreadable
from copydesk.engine.duckdb.comparing import Comparison, Keys, Side
from copydesk.model import Field

Redirects = Mapping[str, Mapping[str, Redirect]]
"""Where keys went, by table and old key."""


@dataclass
class TableComparison:
    """The comparison of one table, of which either version may be missing.

    `asked` is the key that the user asked for, `redirects` are those of all tables, by the names
    of the newer version.
    """

    database: Database
    number: int
    versions: tuple[TableVersion | None, TableVersion | None]
    asked: tuple[str, ...] = ()
    redirects: Redirects = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the name of the table in the newer version, else in the older one."""
        return self._latest.table.name

    @property
    def _latest(self) -> TableVersion:
        found = self.versions[1] or self.versions[0]
        assert found is not None
        return found

    @property
    def _both(self) -> tuple[TableVersion, TableVersion] | None:
        base, head = self.versions
        return (base, head) if base and head else None

    # the whole

    def run(self) -> TableDifference:
        """Return the difference of the rows and columns; promises are told elsewhere."""
        found = TableDifference(self.name, self._latest.table.path)
        if self._both:
            old = self._both[0].table.name
            rewritten = not self._same_bytes()
            found = replace(found, old_name=old if old != self.name else "", rewritten=rewritten)
            if not rewritten and self._read_alike():
                return replace(found, key=self._latest.key if self._is_readable else ())
        else:
            found = replace(found, state="removed" if self.versions[0] else "added")
        reasons = [(w, v.reason) for w, v in zip(("before", "now"), self.versions, strict=True)
                   if v and v.reason]  # fmt: skip
        if reasons:
            if self._both and not found.rewritten:
                return found
            told = "; ".join(f"{when}: {why}" for when, why in reasons)
            return replace(found, reason=told)
        self._compare()
        return self._told(found)

    @property
    def _is_readable(self) -> bool:
        return not self._latest.reason

    def _same_bytes(self) -> bool:
        assert self._both
        files = [v.table.file for v in self._both]
        if not all(f.is_file() for f in files):
            return all(not f.is_file() for f in files)
        return filecmp.cmp(files[0], files[1], shallow=False)

    def _read_alike(self) -> bool:
        """Return whether equal bytes are equal rows: one dialect, and one name a column."""
        assert self._both
        one, other = self._both
        if one.reason or other.reason:
            return one.table.dialect == other.table.dialect
        return one.table.dialect == other.table.dialect and one.columns == other.columns

    @cached_property
    def _sides(self) -> tuple[Side | None, Side | None]:
        base, head = self.versions
        return (base.side if base else None, head.side if head else None)

    @cached_property
    def matched(self) -> Matched:
        """Return how the columns belong together."""
        base, head = self._sides
        if base and head and self._both:
            keys = [self.asked if set(self.asked) <= v.columns.keys() and self.asked else v.key
                    for v in self._both]  # fmt: skip
            return match_columns(self.database, base, head, (keys[0], keys[1]))
        only = self._latest
        key = self.asked if set(self.asked) <= only.columns.keys() and self.asked else only.key
        names = tuple((n, n) for n in only.columns)
        return Matched(names, tuple((n, n) for n in key))

    def _compare(self) -> None:
        plain = not any(v.separated for v in self.versions if v)
        self.pairs = self._comparison(plain)
        for which, version in enumerate(self.versions):
            try:
                self.pairs.read(which)
            except Unreadable:
                assert version is not None
                version.read_exactly()
                self.__dict__.pop("_sides", None)
                self.__dict__.pop("matched", None)
                self.pairs = self._comparison(plain)
                self._read_again(which)
        key = tuple(head for _, head in self.matched.key)
        self.pairs.match(Keys(key, {f: self._followed(f, len(key) == 1) for f in key}))
        if not self.matched.key and self._both:
            self.pairs.add_pairs(similar_rows(self.pairs))

    def _followed(self, field: str, alone: bool) -> dict[str, str]:
        """Return where the values of a column of the key went."""
        moved = {**self._moved[self.pairs.index(field)], **(self._own_redirects if alone else {})}
        return {old: r.new for old, r in moved.items() if r.new}

    def _read_again(self, upto: int) -> None:
        for which in range(upto + 1):
            self.pairs.read(which)

    def _comparison(self, plain: bool) -> Comparison:
        return Comparison(self.database, self.number, self._sides, self.matched.names, plain=plain)

    # what is told

    def _told(self, found: TableDifference) -> TableDifference:
        pairs, (base, head) = self.pairs, self._sides
        matched = "content"
        if self.matched.key:
            matched = "key" if self.asked else "primary key"
        return replace(
            found,
            key=tuple(h for _, h in self.matched.key),
            matched=matched,
            rows=(pairs.rows[0], pairs.rows[1]),
            added=Many(pairs.alone_count(1), lambda: self._rows(1)),
            removed=Many(pairs.alone_count(0), lambda: self._rows(0)),
            renamed=Many(pairs.pair_count(renamed=True), lambda: self._changes(renamed=True)),
            changed=Many(pairs.pair_count(renamed=False), lambda: self._changes(renamed=False)),
            columns=self._columns() if base and head else Columns(tuple(self._latest.columns)),
            fields=self._fields() if base and head else {},
            notes=tuple(f"{v.shape.cut} ({w})" for w, v in zip(("before", "now"), self.versions,
                        strict=True) if v and v.shape.cut),
        )  # fmt: skip

    def _columns(self) -> Columns:
        head = self._sides[1]
        assert head is not None
        pairs = self.pairs
        added = [
            NewColumn(n, filled, Many(filled, lambda n=n: pairs.values(n)))  # type: ignore[misc]
            for n in pairs.own(1)
            for filled in [pairs.filled(1, n)]
        ]
        removed = [LostColumn(n, pairs.filled(0, n)) for n in pairs.own(0)]
        order = sorted(head.columns, key=head.columns.__getitem__)
        names = sorted(self.matched.names, key=lambda pair: self._sides[0].columns[pair[0]])  # type: ignore[union-attr]
        return Columns(
            tuple(order), tuple(added), tuple(removed), self.matched.renamed,
            is_reordered(names, order),
        )  # fmt: skip

    def _fields(self) -> dict[str, FieldCount]:
        counts = {}
        for index, changed in enumerate(self.pairs.changed()):
            if changed:
                name = self.matched.names[index][1]
                counts[name] = self._kinds(index, changed)
        return counts

    def _kinds(self, index: int, changed: int) -> FieldCount:
        judge, moved = self._judges[index], self._moved[index]
        old, new = self._field(index)
        typed = old and new and (old.type not in ("string", "any") or len(old.missing) > 1)
        if not (typed or moved):
            return FieldCount(changed)
        kinds = {"spelling": 0, "reference": 0, "value": 0}
        for before, after, count in self.pairs.variants(index):
            kinds[_kind(before, after, judge, moved)] += count
        return FieldCount(changed, kinds["spelling"], kinds["reference"])

    def _field(self, index: int) -> tuple[Field | None, Field | None]:
        schemas = [v.table.schema if v else None for v in self.versions]
        names = self.matched.names[index]
        old, new = (s.field(n) if s else None for s, n in zip(schemas, names, strict=True))
        return old, new

    @cached_property
    def _judges(self) -> list[Judge]:
        return [judge_of(*self._field(i)) for i in range(len(self.matched.names))]

    @cached_property
    def _moved(self) -> list[Mapping[str, Redirect]]:
        """Return for each column where the keys went that it refers to, itself a key or not."""
        schema = self._latest.table.schema
        keys = schema.foreign_keys if schema else ()
        targets = {k.fields[0]: k.target or self.name for k in keys if len(k.fields) == 1}
        return [self.redirects.get(targets.get(head, ""), {}) for _, head in self.matched.names]

    @cached_property
    def _own_redirects(self) -> Mapping[str, Redirect]:
        return self.redirects.get(self.name, {})

    # rows

    def _rows(self, which: int) -> Iterator[Row]:
        own = self.pairs.own(which) if self._both else []
        names = [*(pair[which] for pair in self.matched.names), *own]
        order = self._sides[which].columns if self._sides[which] else {}  # type: ignore[union-attr]
        key = [pair[which] for pair in self.matched.key]
        alike = like_rows(self.pairs, [self.pairs.index(h) for _, h in self.matched.key], which)
        for number, *texts in self.pairs.lone_rows(which):
            cells = dict(zip(names, texts, strict=True))
            cells = {n: cells[n] for n in order}
            told = {k: cells[k] for k in key}
            redirect = (
                self._own_redirects.get(cells[key[0]]) if which == 0 and len(key) == 1 else None
            )
            other = alike.get(number)
            like = dict(zip((pair[1 - which] for pair in self.matched.key), other, strict=True)
                        ) if other else None  # fmt: skip
            yield Row(number, told, cells, redirect, like)

    def _changes(self, *, renamed: bool) -> Iterator[RowChange]:
        count = len(self.matched.names)
        heads = [head for _, head in self.matched.names]
        places = [self.pairs.index(h) for _, h in self.matched.key]
        for base, head, *texts in self.pairs.pairs(renamed=renamed):
            before, after = texts[:count], texts[count:]
            cells = [
                CellChange(heads[i], before[i], after[i],
                           _kind(before[i], after[i], self._judges[i], self._moved[i]))
                for i in range(count) if before[i] != after[i]
            ]  # fmt: skip
            old_key: Key = {self.matched.names[i][0]: before[i] for i in places}
            key: Key = {heads[i]: after[i] for i in places}
            redirect = self._own_redirects.get(before[places[0]]) if renamed else None
            row = dict(zip(heads, after, strict=True))
            yield RowChange(base, head, old_key, key, tuple(cells), row, redirect)


def _kind(before: str, after: str, judge: Judge, moved: Mapping[str, Redirect]) -> CellKind:
    went = moved.get(before)
    if went is not None and went.new and went.new == after:
        return "reference"
    return judge(before, after)
