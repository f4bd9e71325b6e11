"""What is proposed, what is suspected, and what the people of the dataset have said already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from copydesk.model import Schema, Suite

FEW_ROWS = 10
"""Rows from which on it says something that a column is always filled."""

ENOUGH = 20
"""Values from which on they say something about those to come."""

MANY = 200
"""Rows that outweigh the silence of a schema which says such a thing of other fields."""

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Proposal:
    """One member of a schema, or one expectation of a suite, with what speaks for it.

    `path` leads to it in the schema; it is empty for an expectation.
    """

    path: Path
    value: Any
    field: str
    what: str
    evidence: str


@dataclass(frozen=True)
class Suspect:
    """A value that may be wrong and is not made legal: how often it stands in the column, and why.

    `keeps` is what is not proposed because of it, `near` the value that may be meant; `allowing`
    are the values that an enum would list if this one were right.
    """

    field: str
    value: str
    count: int
    why: str
    keeps: str = ""
    near: str = ""
    allowing: tuple[str, ...] = ()


_FAMILIES = {
    "expect_column_values_to_be_between": "range",
    "expect_column_max_to_be_between": "range",
    "expect_column_min_to_be_between": "range",
    "expect_column_value_lengths_to_be_between": "length",
    "expect_column_value_lengths_to_equal": "length",
    "expect_column_values_to_be_unique": "unique",
    "expect_column_proportion_of_unique_values_to_be_between": "unique",
    "expect_column_values_to_be_in_set": "enum",
    "expect_column_distinct_values_to_be_in_set": "enum",
    "expect_column_distinct_values_to_equal_set": "enum",
    "expect_column_values_to_match_regex": "pattern",
    "expect_column_values_to_match_regex_list": "pattern",
    "expect_column_values_to_match_like_pattern": "pattern",
    "expect_column_values_to_match_like_pattern_list": "pattern",
    "expect_column_values_to_be_null": "null",
    "expect_column_values_to_not_be_null": "null",
    "expect_column_proportion_of_non_null_values_to_be_between": "null",
    "expect_table_row_count_to_be_between": "rows",
    "expect_table_row_count_to_equal": "rows",
}
_SAYING = {
    "required": "null", "unique": "unique", "enum": "enum", "pattern": "pattern",
    "minimum": "range", "maximum": "range", "exclusiveMinimum": "range",
    "exclusiveMaximum": "range", "minLength": "length", "maxLength": "length",
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What is promised already: by field and kind of promise, and the kinds a schema makes use of.

    Where people have written something it is theirs, however little it says.
    """

    of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    used: frozenset[str] = frozenset()

    def has(self, name: str, *kinds: str) -> bool:
        """Return whether something of these kinds is said of a field."""
        return bool(self.of.get(name, frozenset()) & set(kinds))

    def silent(self, kind: str, rows: int) -> bool:
        """Return whether nobody seems to have decided what to say of the fields left without."""
        return kind not in self.used or rows >= MANY


def said_by(schema: Schema | None, suite: Suite | None) -> Said:
    """Return what a schema and a suite say already."""
    found: dict[str, set[str]] = {}
    used = set()
    for one in schema.fields if schema else ():
        kinds = {_SAYING[k] for k in one.constraints if k in _SAYING}
        kinds |= {"enum"} if "categories" in one.options else set()
        found[one.name] = kinds
        used |= kinds
    for expected in suite.expectations if suite else ():
        kind = _FAMILIES.get(expected.type, expected.type)
        names = [expected.kwargs.get(n) for n in ("column", "column_A", "column_B")]
        for name in [n for n in names if isinstance(n, str)] or [""]:
            found.setdefault(name, set()).add(kind)
        pair = names[1:]
        if all(isinstance(n, str) for n in pair):
            found.setdefault("|".join(sorted(map(str, pair))), set()).add("pair")
    return Said({n: frozenset(k) for n, k in found.items()}, frozenset(used))


def plural(count: int, word: str) -> str:
    """Return a number with its noun: `1 row`, `2,000 rows`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def shown_number(value: Any) -> str:
    """Return a number or date as it is read out."""
    if isinstance(value, float):
        return f"{value:,.10g}"
    return f"{value:,}" if isinstance(value, int) and abs(value) >= 10_000 else str(value)
