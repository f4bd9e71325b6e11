"""A table → what its schema and suite might promise, each with what speaks for it.

`texts` reads the cells, `profile` counts them, `guess` tells types; `fields`, `values`,
`patterns`, `keys` and `expectations` propose, `documents` writes it into the files as they are.
Nothing that people have written is changed, and a value that may be a slip is never made legal:
it is a suspect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from copydesk.checks.advice import did_you_mean, nearest
from copydesk.engine import Settings
from copydesk.errors import UserError
from copydesk.files import make
from copydesk.model import Package, Table
from copydesk.package import Source
from copydesk.run import blocked, gather, opened
from copydesk.scan import Place
from copydesk.suggest import fields as of_fields
from copydesk.suggest.documents import Change, Home, Placed, changes
from copydesk.suggest.expectations import expectations
from copydesk.suggest.keys import Target, names_key, primary_key, references, uniques
from copydesk.suggest.patterns import patterns
from copydesk.suggest.profile import Profile, profiles, rows_of
from copydesk.suggest.proposal import Path as Steps
from copydesk.suggest.proposal import Proposal, Suspect, plural, said_by
from copydesk.suggest.texts import Library, Texts
from copydesk.suggest.values import values

WIDEST = 2_000
"""Columns up to which a table is looked at."""


@dataclass(frozen=True)
class Spotted:
    """A suspect with the first places where it stands."""

    suspect: Suspect
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Suggestion:
    """What is proposed for a table: the proposals at their places, the suspects, the files."""

    table: str
    path: str
    rows: int
    proposals: tuple[Placed, ...]
    suspects: tuple[Spotted, ...]
    changes: tuple[Change, ...]


def suggest(table: str, target: Path, settings: Settings | None = None) -> Suggestion:
    """Return what the data of a table suggest; raises UserError where they cannot be read."""
    settings = settings or Settings()
    with opened(target) as place, TemporaryDirectory(prefix="copydesk-") as scratch:
        source, found = gather(place)
        made = make(source.package, source.document, Path(scratch), None)
        package = made.package
        one = _table(package, table)
        if code := blocked(package, [*found, *made.problems]).get(one.name):
            raise UserError(
                f"what is said of `{one.name}` has errors ({code})", hint="copydesk check"
            )
        library = Library(package, Path(scratch), settings)
        try:
            return _Suggesting(source, package, one, library).result()
        finally:
            library.database.close()


def _table(package: Package, name: str) -> Table:
    found = package.table(name)
    if found is None:
        names = [t.name for t in package.tables]
        hint = did_you_mean(nearest(name, names)) or f"the tables are {', '.join(names)}"
        raise UserError(f"no table is called `{name}`", hint=hint)
    if found.opaque or found.foreign or found.unmade:
        why = found.foreign or found.unmade or "it is no table"
        raise UserError(f"`{name}` cannot be read: {why}", hint="suggestions need a CSV file")
    return found


class _Suggesting:
    """One table on its way to proposals."""

    def __init__(self, source: Source, package: Package, table: Table, library: Library) -> None:
        self.source = source
        self.package = package
        self.table = table
        self.library = library
        self.schema = table.schema
        suite = next((s for s in package.suites if s.table == table.name), None)
        self.home = Home(source, table, suite)
        self.said = said_by(table.schema, suite)
        self.proposals: list[Proposal] = []
        self.suspects: list[Suspect] = []

    def result(self) -> Suggestion:
        """Return all that is proposed and suspected."""
        names = [f.name for f in self.library.fields(self.table.name)]
        _require_names(self.table, names)
        texts = self.library.read(self.table.name)
        found = profiles(texts)
        at = dict(self._places(names))
        for one in found:
            if self.schema is None:
                self.proposals.append(
                    Proposal((*at[one.name], "name"), one.name, one.name, "name", "the header")
                )
            self.proposals += of_fields.kind(one, at[one.name])
            self.suspects += of_fields.doubts(one)
        found = self._missing(found, at)
        key = self._key(texts, found)
        limited = self._references(texts, found)
        limited |= dict.fromkeys(key, "key")
        self._constraints(texts, found, at, key, limited)
        suite = list(expectations(texts, found, self.said, limited))
        made, placed = changes(self.home, self.proposals, suite)
        return Suggestion(
            self.table.name, self.table.path, texts.rows, tuple(placed),
            tuple(_spotted(texts, self.suspects)), tuple(made),
        )  # fmt: skip

    def _places(self, names: Sequence[str]) -> Iterator[tuple[str, Steps]]:
        """Yield where in the schema each field is described."""
        known = {f.name: f for f in self.schema.fields} if self.schema else {}
        for index, name in enumerate(names):
            number = known[name].origin.pointer.rpartition("/")[2] if known else str(index)
            yield name, ("fields", int(number))

    def _missing(self, found: Sequence[Profile], at: Mapping[str, Steps]) -> list[Profile]:
        """Propose the words that stand for missing values; return the columns without them."""
        data = self.home.schema[0].data if self.home.schema else {}
        words = sorted({w for p in found for w in p.words})
        if not words or "missingValues" in data:
            return list(found)
        affected = [p for p in found if not p.words and set(p.sample) & set(words)]
        for one in found if affected else ():
            if one.words:
                evidence = f"{plural(sum(one.words.values()), 'cell')} among values of another kind"
                self.proposals.append(
                    Proposal((*at[one.name], "missingValues"), ["", *sorted(one.words)], one.name,
                             "missingValues", evidence)
                )  # fmt: skip
        if not affected:
            count = sum(n for p in found for n in p.words.values())
            evidence = f"{plural(count, 'cell')} among values of another kind"
            self.proposals.append(
                Proposal(("missingValues",), ["", *words], "", "missingValues", evidence)
            )
        return [replace(p, filled=p.filled - sum(p.words.values())) for p in found]

    def _key(self, texts: Texts, found: Sequence[Profile]) -> tuple[str, ...]:
        if self.schema and self.schema.primary_key:
            return self.schema.primary_key.fields
        key, evidence = primary_key(self.table.name, texts, found)
        if key:
            self.proposals.append(
                Proposal(("primaryKey",), list(key), key[0], "primaryKey", evidence)
            )
        return key

    def _references(self, texts: Texts, found: Sequence[Profile]) -> dict[str, str]:
        """Propose foreign keys; return the fields that have one."""
        keys = self.schema.foreign_keys if self.schema else ()
        limited = {f: "reference" for k in keys for f in k.fields}
        number = len(keys)
        targets = list(self._targets(texts, found))
        for one in references(texts, found, targets, self.schema):
            if isinstance(one, Suspect):
                self.suspects.append(one)
                continue
            child, parent = one
            to = {} if parent.table == self.table.name else {"resource": parent.table}
            value = {"fields": [child.name], "reference": {**to, "fields": [parent.field.name]}}
            where = f"{parent.table}.{parent.field.name}"
            of = f"{child.different} are" if child.distinct > 1 else "the only value is"
            evidence = f"{of} in {where}; {child.filled:,} of {plural(child.rows, 'row')} filled"
            self.proposals.append(
                Proposal(("foreignKeys", number), value, child.name, "foreignKeys", evidence)
            )
            limited[child.name] = "reference"
            number += 1
        return limited

    def _targets(self, texts: Texts, found: Sequence[Profile]) -> Iterator[Target]:
        for table in self.package.tables:
            if table.opaque or table.foreign or table.unmade or not table.file.is_file():
                continue
            own = table.name == self.table.name
            declared = table.schema.primary_key if table.schema else None
            known = self.library.fields(table.name)
            if declared and len(declared.fields) == 1:
                names = [declared.fields[0]]
            elif declared or table.schema:
                continue
            else:
                names = [f.name for f in known if names_key(f.name, table.name)][:1]
            for field in (f for f in known if f.name in names):
                try:
                    keys = texts if own else self.library.read(table.name, only=[field.name])
                except UserError:
                    continue
                sql = keys.sql(field.name) if field.name in keys.loaded.by_name else ""
                if sql and keys.numbers([f"count(DISTINCT {sql}) = count(*)"]) == [True]:
                    typed = next((p.field for p in found if own and p.name == field.name), field)
                    yield Target(table.name, typed, keys, declared is not None)

    def _constraints(
        self,
        texts: Texts,
        found: Sequence[Profile],
        at: Mapping[str, Steps],
        key: Sequence[str],
        limited: dict[str, str],
    ) -> None:
        """Propose the constraints of single fields."""
        for one in found:
            steps = at[one.name]
            self.proposals += of_fields.required(one, key, self.said, steps)
            if one.broken:
                continue
            self.proposals += of_fields.bounds(one, self.said, steps)
            if limited.get(one.name) == "reference":
                continue
            both = [*values(one, self.said, steps), *patterns(texts, one, self.said, steps)]
            self._take(one.name, both, limited)
        self.proposals += uniques(found, key, self.said, at)

    def _take(self, name: str, both: Iterable[Proposal | Suspect], limited: dict[str, str]) -> None:
        for one in both:
            if isinstance(one, Suspect):
                known = ((s.field, s.value) for s in self.suspects)
                self.suspects += [] if (one.field, one.value) in known else [one]
            else:
                self.proposals.append(one)
                limited.setdefault(name, one.what)


def _require_names(table: Table, names: Sequence[str]) -> None:
    if table.schema is None and (not names or not table.dialect.header_rows):
        raise UserError(f"`{table.path}` has no header that names its columns", hint="add one")
    odd = next((n for n in names if not n.strip() or names.count(n) > 1), None)
    if table.schema is None and odd is not None:
        what = f"calls two columns `{odd}`" if odd.strip() else "leaves a column without a name"
        raise UserError(f"the header of `{table.path}` {what}", hint="give each a name of its own")
    if len(names) > WIDEST:
        raise UserError(
            f"`{table.path}` has {len(names):,} columns, too many to look at",
            hint="suggestions are for tables that people can read",
        )


def _spotted(texts: Texts, suspects: Iterable[Suspect]) -> Iterator[Spotted]:
    for one in suspects:
        rows = list(rows_of(texts, one.field, one.value))
        yield Spotted(one, tuple(texts.places(one.field, rows)))
