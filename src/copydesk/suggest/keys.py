"""Keys: what tells the rows of a table apart, and what refers to those of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, takewhile
from typing import Any

from copydesk.checks.reference import comparable
from copydesk.checks.sql import literal
from copydesk.model import Field, Schema
from copydesk.suggest.guess import words_of
from copydesk.suggest.profile import Profile
from copydesk.suggest.proposal import ENOUGH, FEW_ROWS, Proposal, Said, Suspect, plural
from copydesk.suggest.texts import Texts

NAMES = frozenset({"id", "key", "code", "uuid", "guid", "slug", "uri", "url", "no", "nr", "iso"})
"""Last words of the names of columns that tell rows apart."""

_PARTS = NAMES | {"date", "year", "seq", "number", "position", "rank", "order", "line", "name"}
_FEWEST = 3


@dataclass(frozen=True)
class Target:
    """A column that tells the rows of a table apart, so that others may refer to it."""

    table: str
    field: Field
    texts: Texts
    declared: bool


def singular(word: str) -> str:
    """Return a noun in the singular as far as its end tells: `countries` is `country`."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    irregular = {"people": "person", "children": "child", "data": "datum"}
    short = word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    return irregular.get(word, short)


def names_key(name: str, table: str) -> bool:
    """Return whether a column is called like the key of a table: `id`, `person_id` of people."""
    words = [singular(w) for w in words_of(name)]
    if not words or words[-1] not in NAMES:
        return False
    own = {singular(w) for w in words_of(table)}
    return len(words) == 1 or set(words[:-1]) <= own


def primary_key(table: str, texts: Texts, found: Sequence[Profile]) -> tuple[tuple[str, ...], str]:
    """Return the columns that tell rows apart, and what speaks for them; empty if none seem to."""
    whole = [p for p in found if p.filled == p.rows and not p.broken]
    single = [p for p in whole if p.is_unique and _is_key_like(p)]
    own = [p for p in single if names_key(p.name, table) and p.rows >= _FEWEST]
    first = [p for p in single[:1] if found and p is found[0] and p.rows >= FEW_ROWS]
    called = [p for p in single if words_of(p.name)[-1:] == ["id"] and p.rows >= FEW_ROWS]
    for one in [*own, *called, *first]:
        return (one.name,), f"all {plural(one.rows, 'row')} filled, no value twice"
    return _several(texts, found, whole) if texts.rows >= ENOUGH else ((), "")


def _is_key_like(one: Profile) -> bool:
    """Return whether values may be names of rows: not measures, not sentences."""
    if one.field.type == "integer":
        return one.low is not None and one.low >= 0
    return one.is_text and one.longest <= 100 and not any(" " in v for v in one.sample[:100])


def _several(
    texts: Texts, found: Sequence[Profile], whole: Sequence[Profile]
) -> tuple[tuple[str, ...], str]:
    """Return two or three columns that tell rows apart together."""
    parts = [
        p
        for p in whole
        if (set(words_of(p.name)[-1:]) & _PARTS or p.field.type in ("date", "year"))
        and 1 < p.distinct < p.rows and p.field.type != "number"
    ][:6]  # fmt: skip
    leading = list(takewhile(lambda p: _leads(p, whole), found))
    for size in (2, 3):
        groups = [g for g in combinations(parts, size) if _may(g, texts.rows)]
        groups += [g for g in [tuple(leading[:size])] if len(g) == size and _may(g, texts.rows)]
        words = [f"count(DISTINCT ({', '.join(texts.sql(p.name) for p in g)}))" for g in groups]
        for group, count in zip(groups, texts.numbers(words), strict=True):
            if count == texts.rows:
                return tuple(p.name for p in group), (
                    f"all {plural(texts.rows, 'row')} filled, no combination twice"
                )
    return (), ""


def _leads(one: Profile, whole: Sequence[Profile]) -> bool:
    """Return whether a column may be one of those that a table begins with to tell rows apart."""
    return one in whole and one.distinct < one.rows and _is_key_like(one)


def _may(group: Sequence[Profile], rows: int) -> bool:
    most = 1
    for one in group:
        most *= one.distinct
    return most >= rows


def uniques(
    found: Sequence[Profile], key: Sequence[str], said: Said, at: Mapping[str, tuple[Any, ...]]
) -> Iterator[Proposal]:
    """Yield the columns beside the key in which no value stands twice, where that seems meant."""
    for one in found:
        last = words_of(one.name)[-1:]
        meant = set(last) & NAMES and one.is_text and _is_key_like(one)
        if not meant or [one.name] == list(key) or said.has(one.name, "unique"):
            continue
        if one.is_unique and one.filled >= ENOUGH and said.silent("unique", one.rows):
            evidence = f"{plural(one.filled, 'value')}, none twice"
            yield Proposal((*at[one.name], "constraints", "unique"), True, one.name, "unique",
                           evidence)  # fmt: skip


def references(
    child: Texts, found: Sequence[Profile], targets: Sequence[Target], schema: Schema | None
) -> Iterator[tuple[Profile, Target] | Suspect]:
    """Yield the columns all of whose values are keys of one table.

    Where a few values are not, though the names agree, these are suspects.
    """
    known = {f for k in (schema.foreign_keys if schema else ()) for f in k.fields}
    for one in found:
        if one.name in known or not one.filled or one.field.type not in ("string", "integer"):
            continue
        near = [t for t in targets if _may_refer(child, one, t)]
        named = [t for t in near if _is_named(one.name, t, child.table.name)]
        fits = [t for t in named or near if _misses(child, one, t, 1) == []]
        if named and not fits:
            yield from _nearly(child, one, named[0])
        elif fits and (named or (len(fits) == 1 and _stands_out(one))):
            yield one, fits[0]


def _may_refer(child: Texts, one: Profile, target: Target) -> bool:
    if target.table == child.table.name and target.field.name == one.name:
        return False
    return one.distinct >= 1 and comparable(one.field, target.field)


def _is_named(name: str, target: Target, table: str) -> bool:
    """Return whether the name of a column says what it refers to."""
    words, key = words_of(name), words_of(target.field.name)
    if target.table == table:
        return "parent" in words and words[-1:] == key[-1:]
    if len(key) > 1 and words[-len(key) :] == key:
        return True
    own = [singular(w) for w in words_of(target.table)]
    ends = [singular(w) for w in words if w not in NAMES][-len(own) :]
    alike = len(ends) == len(own) and all(map(_stands_for, ends, own))
    return alike and (words[-1] in NAMES or words[-1:] == own)


def _stands_for(word: str, whole: str) -> bool:
    """Return whether a word is another one, or short for it: `org`, `organization`."""
    return word == whole or (len(word) >= 3 and whole.startswith(word))


def _stands_out(one: Profile) -> bool:
    """Return whether it is no accident that values occur elsewhere too."""
    telling = [v for v in one.sample if len(v) >= 4 and not v.isdigit()]
    referring = words_of(one.name)[-1:] == ["id"]
    return one.is_text and len(telling) == len(one.sample) and referring and one.distinct >= _FEWEST


def _misses(child: Texts, one: Profile, target: Target, limit: int) -> list[tuple[str, int]]:
    """Return the first values that are no keys of a target, with how often they stand there."""
    keys = f"SELECT {target.texts.sql(target.field.name)} AS k FROM {target.texts.loaded.id}"
    own = child.sql(one.name)
    if one.sample:
        listed = ", ".join(f"({literal(v)})" for v in one.sample[:50])
        absent = f"SELECT count(*) FROM (VALUES {listed}) v(x) WHERE x NOT IN (FROM ({keys}) WHERE "
        if child.database.one(f"{absent} k IS NOT NULL)")[0] > max(3, len(one.sample[:50]) // 10):
            return [("", 0)] * limit
    return child.database.ask(
        f"SELECT {own}, count(*) FROM {child.loaded.id} a ANTI JOIN ({keys}) b ON a.{own} = b.k "
        f"WHERE {own} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {limit}"
    )


def _nearly(child: Texts, one: Profile, target: Target) -> Iterator[Suspect]:
    missing = _misses(child, one, target, 6)
    if not 0 < len(missing) <= 5 or missing[0][0] == "" or one.distinct < 4 * len(missing):
        return
    rest = (
        f"the other {one.distinct - len(missing):,} different values" if one.exact else "all others"
    )
    why = f"{rest} are in {target.table}.{target.field.name}"
    for value, count in missing:
        yield Suspect(one.name, value, count, why, "foreign key")
