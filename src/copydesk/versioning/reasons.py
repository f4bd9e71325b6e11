"""A difference → why the number of the data has to rise, reason by reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from copydesk.diff.changes import Difference, PromiseChange, Row, TableDifference
from copydesk.diff.redirects import NAME
from copydesk.diff.telling import counted, cut, is_rewritten
from copydesk.model import Package
from copydesk.releases import Class
from copydesk.versioning.keys import RETIRED, is_promised, is_referred_to, reused
from copydesk.versioning.kinds import KINDS

SHOWN = 5
"""Keys that a reason names."""

ORDER: Sequence[Class] = ("major", "minor", "patch", "none")

_STAMPS = ("/version", "/created", "/updated", "/date", "/stats", "/bytes", "/hash")
_NAMES = ("/name", "/id")
_READING = ("missingValues", "trueValues", "falseValues", "decimalChar", "groupChar", "bareNumber",
            "delimiter", "itemType")  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """One reason: the kind of change, the table it is about (empty: the package), and what."""

    kind: str
    table: str
    what: str

    @property
    def cls(self) -> Class:
        """Return the class of the change."""
        return KINDS[self.kind].cls


def reasons_of(difference: Difference, base: Package) -> list[Reason]:
    """Return all reasons, the gravest first; `base` is the older package."""
    found = list(_of_promises(difference.promises))
    for table in difference.tables:
        found += _Table(table, base).reasons()
    return sorted(found, key=lambda r: ORDER.index(r.cls))


def gravest(reasons: Iterable[Reason]) -> Class:
    """Return the class of the gravest reason."""
    return min((r.cls for r in reasons), key=ORDER.index, default="none")


@dataclass(frozen=True)
class _Table:
    """Tells the reasons of one table."""

    table: TableDifference
    base: Package

    def reasons(self) -> Iterator[Reason]:
        t = self.table
        if t.state in ("added", "removed"):
            rows = t.rows[t.state == "added"]
            yield self._why(f"table-{t.state}", f"the table is {t.state}, "
                            f"with {counted(rows, 'row')}")  # fmt: skip
            return
        if t.old_name:
            yield self._why("table-renamed", f"`{t.old_name}` is called `{t.name}` now")
        if t.reason:
            yield self._why("table-unreadable", f"its rows cannot be compared: {t.reason}")
        yield from self._columns()
        told = {c.name for c in t.columns.added} | {c.name for c in t.columns.removed}
        rest = [p for p in t.promises if p.property != "fields" or p.field not in told]
        yield from _of_promises(rest, t.name)
        yield from self._removed()
        yield from self._changed()
        if len(t.renamed):
            some = [f"`{_key(c.old_key)}` is now `{_key(c.key)}`" for c in t.renamed.first(SHOWN)]
            yield self._why("key-redirected", self._listed(len(t.renamed), "key", "renamed", some))
        if len(t.added):
            some = [f"`{_key(r.key)}`" for r in t.added.first(SHOWN) if r.key]
            yield self._why("row-added", self._listed(len(t.added), "row", "added", some))
        if is_rewritten(t):
            words = "no cell differs: rows stand in another order, or are quoted in another way"
            yield self._why("rewritten", words)

    def _why(self, kind: str, what: str) -> Reason:
        return Reason(kind, self.table.name, what)

    def _listed(self, count: int, noun: str, verb: str, some: Sequence[str]) -> str:
        more = f" and {count - len(some):,} more" if 0 < len(some) < count else ""
        return f"{counted(count, noun)} {verb}" + (": " if some else "") + ", ".join(some) + more

    def _columns(self) -> Iterator[Reason]:
        columns = self.table.columns
        for lost in columns.removed:
            yield self._why("column-removed", f"column `{lost.name}` removed")
        for one in columns.renamed:
            yield self._why("column-renamed", f"column `{one.old}` renamed to `{one.new}`")
        for new in columns.added:
            yield self._why("column-added", f"column `{new.name}` added")
        if columns.reordered:
            yield self._why("columns-reordered", "columns stand in another order")

    # rows

    def _removed(self) -> Iterator[Reason]:
        found: dict[str, tuple[int, list[str]]] = {}
        if not len(self.table.removed):
            return
        of = self._removal()
        for row in self.table.removed:
            kind = of(row)
            count, some = found.get(kind, (0, []))
            if len(some) < SHOWN and row.key:
                like = f" (now `{_key(row.like)}`?)" if row.like and kind == "key-gone" else ""
                some.append(f"`{_key(row.key)}`{like}")
            found[kind] = (count + 1, some)
        verbs = {
            "key-gone": "removed without a redirect", "key-redirected": "merged, with a redirect",
            "key-withdrawn": "withdrawn, with a tombstone", "redirect-removed": "removed",
            "key-withdrawn-in-use": "withdrawn, with a tombstone, in use by other tables",
        }  # fmt: skip
        for kind, (count, some) in found.items():
            yield self._why(kind, self._listed(count, "row", verbs.get(kind, "removed"), some))

    def _removal(self) -> Callable[[Row], str]:
        """Return what tells of which kind the loss of a row is."""
        name = self.table.old_name or self.table.name
        in_use, promised = is_referred_to(self.base, name), self._is_promised

        def kind(row: Row) -> str:
            if name == NAME:
                return "redirect-removed"
            if row.redirect:
                gone = "key-withdrawn-in-use" if in_use else "key-withdrawn"
                return "key-redirected" if row.redirect.new else gone
            return "key-gone" if promised or in_use else "row-removed"

        return kind

    def _changed(self) -> Iterator[Reason]:
        t = self.table
        retired = self._retired() if "status" in t.fields else 0
        if retired:
            yield self._why("row-retired", f"{counted(retired, 'row')} withdrawn by `status`")
        if self._is_promised and (changed := [_key(c.key) for c in reused(t)]):
            some = [f"`{key}`" for key in changed[:SHOWN]]
            verb = "in use for another row than before"
            yield self._why("key-reused", self._listed(len(changed), "key", verb, some))
        yield from self._by_cell()

    def _by_cell(self) -> Iterator[Reason]:
        t = self.table
        kinds: dict[str, dict[str, int]] = {
            "cell-corrected": {}, "reference-follows": {}, "cell-respelt": {},
        }  # fmt: skip
        for name, count in t.fields.items():
            if name not in t.key:
                kinds["reference-follows"][name] = count.reference
                kinds["cell-respelt"][name] = count.spelling
                kinds["cell-corrected"][name] = count.changed - count.reference - count.spelling
        verbs = {"cell-corrected": "changed", "reference-follows": "changed with a renamed key",
                 "cell-respelt": "written in another way"}  # fmt: skip
        for kind, counts in kinds.items():
            yield from self._cells(kind, verbs[kind], counts)

    @property
    def _is_promised(self) -> bool:
        former = self.base.table(self.table.old_name or self.table.name)
        return former is not None and is_promised(self.base, former)

    def _cells(self, kind: str, verb: str, counts: Mapping[str, int]) -> Iterator[Reason]:
        filled = {name: count for name, count in counts.items() if count}
        if filled:
            some = [f"`{name}` {count:,}" for name, count in filled.items()][:SHOWN]
            more = f" and {len(filled) - SHOWN:,} more columns" if len(filled) > SHOWN else ""
            total = counted(sum(filled.values()), "cell")
            yield self._why(kind, f"{total} {verb}: {', '.join(some)}{more}")

    def _retired(self) -> int:
        return sum(
            any(c.field == "status" and c.new in RETIRED and c.old not in RETIRED for c in r.cells)
            for r in self.table.changed
        )


def _key(key: Mapping[str, str]) -> str:
    return cut(" · ".join(key.values()))


# promises


def _paired(changes: Sequence[PromiseChange]) -> Iterator[PromiseChange]:
    """Yield changes of promises; a foreign key instead of another of its fields is one change."""
    gone = {tuple(_fields(p.old)): p for p in changes if p.property == "foreignKeys" and p.old}
    new = {tuple(_fields(p.new)): p for p in changes if p.property == "foreignKeys" and p.new}
    for change in changes:
        fields = (
            tuple(_fields(change.old or change.new)) if change.property == "foreignKeys" else ()
        )
        if not (fields in gone and fields in new):
            yield change
        elif change is gone[fields]:
            target = _target(new[fields].new)
            yield PromiseChange(
                "key", "foreignKeys", "changed",
                f"`{', '.join(fields)}` refers to {target} instead of {_target(change.old)}",
            )  # fmt: skip


def _fields(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(words[: list(words).index("→")] if "→" in words else words)


def _target(words: Sequence[str]) -> str:
    table, *fields = words[list(words).index("→") + 1 :]
    return f"`{table}.{', '.join(fields)}`"


def _of_promises(changes: Sequence[PromiseChange], table: str = "") -> Iterator[Reason]:
    """Yield why promises count; what is said of many fields alike is one reason."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for change in _paired(changes):
        about = (_kind(change), table or change.table, change.what)
        alike.setdefault(about, []).append(change.field)
    for (kind, of, what), fields in alike.items():
        named = [f"`{field}`" for field in dict.fromkeys(fields) if field]
        if len(named) > SHOWN:
            named = [*named[:2], f"{len(named) - 2} more fields"]
        yield Reason(kind, of, (f"{', '.join(named)}: " if named else "") + what)


def _kind(p: PromiseChange) -> str:
    if p.subject == "package":
        return _of_package(p.property)
    if p.subject == "resource":
        return _of_resource(p)
    if p.change == "described":
        return "described"
    if p.subject in ("suite", "rule"):
        return f"{p.subject}-changed"
    if p.subject == "type":
        return "type-changed"
    if p.property in ("primaryKey", "foreignKeys") and p.change != "tightened":
        return _of_key(p)
    if p.property in _READING:
        return "reading-changed"
    return {"tightened": "constraint-tightened", "loosened": "constraint-loosened"}.get(
        p.change, "constraint-changed"
    )


def _of_key(p: PromiseChange) -> str:
    if p.property == "primaryKey":
        return "primary-key-changed"
    return "reference-changed" if p.change == "changed" else "constraint-loosened"


def _of_package(pointer: str) -> str:
    if pointer in _NAMES:
        return "package-renamed"
    return "stamped" if pointer.startswith(_STAMPS) else "described"


def _of_resource(p: PromiseChange) -> str:
    if p.property == "/path":
        return "path-changed"
    if p.property.startswith(_STAMPS):
        return "stamped"
    if p.change == "described":
        return "described"
    return "reading-stated" if p.old is None or p.new is None else "reading-changed"
