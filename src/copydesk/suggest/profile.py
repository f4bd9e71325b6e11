"""What the cells of each column are: how many, how different, of which type, between what."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from copydesk.checks.column import Column, asked
from copydesk.checks.sql import literal
from copydesk.checks.types import type_of
from copydesk.model import Field
from copydesk.suggest.guess import MISSING, TEXT, Guess, guesses
from copydesk.suggest.texts import Texts

SAMPLE = 5_000
"""Rows from which a type is guessed; whether it is right is asked of all."""

_CELLS = 1_000_000
FEW = 200
"""Different values up to which each is counted."""

_LEFT = 10_000
"""Different texts of a column up to which Python is asked about them."""


@dataclass(frozen=True)
class Profile:
    """What is known of a column.

    `field` is as the schema says it, or as its texts suggest (`guess`, None where the schema
    says the type); `broken` texts, with their number, are not of that type; `words` stand for
    missing values that the schema does not know; `counts` is filled for few different values;
    `low` and `high` are the extremes of what has an order, written as a schema writes them;
    `rivals` are types that fit as well; `exact` says that `distinct` is counted, not estimated.
    """

    field: Field
    rows: int
    filled: int
    distinct: int
    shortest: int
    longest: int
    sample: tuple[str, ...] = ()
    guess: Guess | None = None
    broken: Mapping[str, int] = dataclasses.field(default_factory=dict)
    words: Mapping[str, int] = dataclasses.field(default_factory=dict)
    counts: Mapping[str, int] = dataclasses.field(default_factory=dict)
    low: Any = None
    high: Any = None
    rivals: tuple[Guess, ...] = ()
    exact: bool = False

    @property
    def name(self) -> str:
        """Return the name of the field."""
        return self.field.name

    @property
    def different(self) -> str:
        """Return in words that all values are meant; a number that is an estimate says so."""
        if self.exact:
            return f"all {self.distinct:,} different values"
        power = 10 ** max(0, len(str(self.distinct)) - 2)
        return f"all of about {round(self.distinct / power) * power:,} different values"

    @property
    def is_text(self) -> bool:
        """Return whether the values are texts."""
        return self.field.type in ("string", "any")

    @property
    def is_unique(self) -> bool:
        """Return whether all values differ."""
        return 0 < self.filled == self.distinct


def profiles(texts: Texts) -> list[Profile]:
    """Return the profile of every column of a table."""
    found = _counted(texts, _sampled(texts))
    found = [_typed(texts, one) for one in found]
    found = _distinct(texts, found)
    return [_bounded(texts, one) for one in found]


def _sampled(texts: Texts) -> dict[str, tuple[str, ...]]:
    """Return different texts of each column, from rows that lie evenly in the table."""
    fields = texts.fields
    most = max(100, min(SAMPLE, _CELLS // max(1, len(fields))))
    step = max(1, texts.rows // most)
    columns = ", ".join(texts.sql(f.name) for f in fields) or "1"
    rows = texts.database.ask(
        f"SELECT {columns} FROM {texts.loaded.id} WHERE rowid % {step} = 0 ORDER BY rowid"
    )
    return {
        f.name: tuple(dict.fromkeys(row[i] for row in rows if row[i] is not None))
        for i, f in enumerate(fields)
    }


def _counted(texts: Texts, samples: Mapping[str, tuple[str, ...]]) -> list[Profile]:
    words = []
    for one in texts.fields:
        sql = texts.sql(one.name)
        words += [f"count({sql})", f"min(length({sql}))", f"max(length({sql}))"]
        words += [f"approx_count_distinct({sql})"]
    numbers = iter(texts.numbers(words))
    found = []
    for one in texts.fields:
        filled, short, long, distinct = (_whole(next(numbers)) for _ in range(4))
        sample = samples[one.name]
        found.append(Profile(one, texts.rows, filled, distinct, short, long, sample))
    return found


def _whole(number: object) -> int:
    return number if isinstance(number, int) else 0


def _typed(texts: Texts, one: Profile) -> Profile:
    """Return a profile with the type of the column, where its schema says none."""
    if one.field.type != "any" or "type" in one.field.options:
        return replace(one, broken=_broken(texts, one.field))
    fits: list[Guess] = []
    nearly: list[tuple[Guess, dict[str, int], dict[str, int]]] = []
    for guess in guesses(one.name, one.sample, texts.shape.dialect.delimiter):
        broken = _broken(texts, _as(one.field, guess), guess.bar)
        words = {t: n for t, n in broken.items() if t.strip().lower() in MISSING}
        rest = {t: n for t, n in broken.items() if t not in words}
        if not rest:
            fits.append(guess)
            if len(fits) == 1:
                one = replace(one, guess=guess, words=words)
            if not _has_rivals(guess):
                break
        elif sum(rest.values()) <= max(1, one.filled // 50) and len(rest) <= 5 and one.filled >= 10:
            nearly.append((guess, rest, words))
    if fits:
        return _chosen(one, fits)
    if nearly:
        guess, rest, words = nearly[0]
        one = replace(one, broken=rest, words=words, rivals=(guess,))
    return replace(one, guess=TEXT, field=_as(one.field, TEXT))


def _has_rivals(guess: Guess) -> bool:
    """Return whether what looks like this may mean something else: 3/4/2020."""
    return guess.type == "date" and guess.format != "default"


def _chosen(one: Profile, fits: Sequence[Guess]) -> Profile:
    """Return a profile of the type that fits first; of a text where two kinds of dates do."""
    first, *rest = fits
    if _has_rivals(first) and any(map(_has_rivals, rest)):
        return replace(one, guess=TEXT, field=_as(one.field, TEXT), words={}, rivals=tuple(fits))
    return replace(one, field=_as(one.field, first))


def _as(known: Field, guess: Guess) -> Field:
    options = {**known.options, **guess.properties()}
    return replace(known, type=guess.type, format=guess.format, options=options)


def _broken(texts: Texts, field: Field, bar: str = "") -> dict[str, int]:
    """Return the texts of a column that are not of a type, or too many to matter, with numbers."""
    kind, sql = type_of(field), texts.sql(field.name)
    if not kind.checked:
        return {}
    value = kind.parse.replace("{x}", sql) if kind.parse else "NULL"
    wrong = f"{sql} IS NOT NULL AND ({value}) IS NULL"
    if bar:
        wrong = (
            f"{sql} IS NOT NULL AND (({value}) IS NULL OR regexp_matches({sql}, {literal(bar)}))"
        )
    rows = texts.database.ask(
        f"SELECT {sql}, count(*) FROM {texts.loaded.id} WHERE {wrong} "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_LEFT}"
    )
    if kind.left and kind.judge and not bar:
        return {t: n for t, n in rows if asked(kind.judge, t) is None}
    return dict(rows)


def _distinct(texts: Texts, found: Sequence[Profile]) -> list[Profile]:
    """Return profiles with exact numbers of different values where few or all of them differ."""
    exact = [p for p in found if p.distinct <= 2 * FEW or p.distinct > 0.8 * p.filled]
    numbers = texts.numbers([f"count(DISTINCT {texts.sql(p.name)})" for p in exact])
    known = {p.name: _whole(n) for p, n in zip(exact, numbers, strict=True)}
    found = [
        replace(p, distinct=known[p.name], exact=True) if p.name in known else p for p in found
    ]
    return [replace(p, counts=_counts(texts, p)) if _is_few(p) else p for p in found]


def _is_few(one: Profile) -> bool:
    return one.distinct <= FEW and one.longest <= 200


def _counts(texts: Texts, one: Profile) -> dict[str, int]:
    sql = texts.sql(one.name)
    return dict(
        texts.database.ask(
            f"SELECT {sql}, count(*) FROM {texts.loaded.id} WHERE {sql} IS NOT NULL "
            f"GROUP BY 1 ORDER BY 2 DESC, 1"
        )
    )


def _bounded(texts: Texts, one: Profile) -> Profile:
    """Return a profile with the extremes of the values, where they have an order."""
    kind = type_of(one.field)
    if kind.sql not in ("BIGINT", "DOUBLE", "DATE") or not kind.parse or one.broken:
        return one
    sql = texts.sql(one.name)
    value = kind.parse.replace("{x}", sql)
    words = [f"CAST(min({value}) AS VARCHAR)", f"CAST(max({value}) AS VARCHAR)"]
    low, high = (None if v is None else str(v) for v in texts.numbers(words))
    if low is None or high is None:
        return one
    if kind.sql == "DATE":
        return replace(one, low=low, high=high)
    make = int if kind.sql == "BIGINT" else float
    return replace(one, low=make(low), high=make(high))


def of_type(field: Field) -> Column:
    """Return a field as a column of its type."""
    return Column(field, type_of(field), 0)


def rows_of(texts: Texts, name: str, value: str, limit: int = 3) -> Iterator[int]:
    """Yield the numbers of the first rows that hold a text."""
    sql, row = texts.sql(name), texts.loaded.row
    found = texts.database.ask(
        f"SELECT {row} FROM {texts.loaded.id} WHERE {sql} = {literal(value)} "
        f"ORDER BY 1 LIMIT {limit}"
    )
    yield from (int(number) for (number,) in found)
