"""A field as a column of a loaded table: how its cells are read, stored and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from copydesk.checks.sql import literal
from copydesk.model import Field

FLAGS = 30
"""How many columns share one integer of flags, two bits each."""


LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")

MIDDLE = "M"
"""What stands for the detail of a value without one, where details are put in order."""


ZONED = "Z"
"""How the detail of a moment with a zone begins."""


class Reading(NamedTuple):
    """What Python reads in a cell: a text that SQL casts to the value, and its detail."""

    value: str
    detail: str | None = None


Judge = Callable[[str], Reading | None]


def word(value: object) -> str:
    """Return a value of the schema as a curator would write it in a cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


CANONICAL = "CAST({q} AS VARCHAR) = {x}"
"""The condition that a text is what DuckDB itself would write for its value."""


def asked(judge: Judge, text: str) -> Reading | None:
    """Return what a judge reads in a text; nothing where a number has thousands of digits."""
    try:
        return judge(text)
    except (ValueError, RecursionError):
        return None


@dataclass(frozen=True)
class ColumnType:
    """How a column is stored and read.

    `sql` is the DuckDB type; `parse` is an expression over `{x}`, the cell as written and not
    missing, that gives the value, or NULL where the cell is not of the type; an empty `parse`
    takes every cell. `words` say what is expected.

    `judge` is a pure function of the text that knows every form of the type; it reads the values
    that the schema gives, and the cells for which `left` holds, a condition over `{x}` and `{c}`,
    the value that `parse` gave: it is asked once for each text.

    Some values need more than `sql` can hold, such as a number of forty digits. Then the stored
    value is the nearest one, and a text, the detail, tells it from the others that are stored
    alike: two values are equal if both parts are, and in order they are compared by the first
    part, then by the detail (none counts as MIDDLE). `detail` gives it for cells that are not
    left to `judge`, over `{x}` and `{c}` too.

    `plain` says that the values are texts as written; `given` reads a value of the schema that is
    not simply a text for `judge`; `order` compares two values, as texts, where the order of `sql`
    is not theirs: it gives a number below, equal to or above 0, or None if neither is larger.

    `quick` is a cheap condition over `{x}` and `{q}`, what a cast makes of it, under which that is
    the value, the same as `parse` gives; most cells need no more.
    """

    sql: str
    parse: str = ""
    words: str = ""
    left: str = ""
    judge: Judge | None = None
    detail: str = ""
    plain: bool = False
    given: Callable[[object], Reading | None] | None = None
    order: Callable[[str, str], int | None] | None = None
    quick: str = ""

    @property
    def checked(self) -> bool:
        """Return whether there are texts that are not of the type."""
        return bool(self.parse or self.left)

    @property
    def detailed(self) -> bool:
        """Return whether values may have a detail."""
        return bool(self.left or self.detail)


@dataclass(frozen=True)
class Column:
    """A field as a column of a loaded table: its typed value and, if broken, its text.

    Columns are numbered, since names of fields may differ in nothing but case. The texts of a
    column may be `kept` beside its values; they make a column of `texts` themselves.
    """

    field: Field
    type: ColumnType
    index: int
    kept: bool = False
    texts: bool = False

    @property
    def sql(self) -> str:
        """Return the typed value as SQL; NULL where missing or not of the type."""
        return f"{'t' if self.texts else 'c'}{self.index}"

    @property
    def as_text(self) -> Column:
        """Return the texts of a column that are kept."""
        field = replace(self.field, type="string", format="default")
        return Column(field, ColumnType("VARCHAR", plain=True), self.index, texts=True)

    @property
    def detail(self) -> str:
        """Return what the typed value leaves out as SQL, `NULL` for a type without details."""
        return f"x{self.index}" if self.type.detailed else "NULL"

    @property
    def broken(self) -> str:
        """Return the SQL condition that the cell is not of the type."""
        return f"({self.flags} & {self.bit}) <> 0" if self.type.checked else "false"

    @property
    def left(self) -> str:
        """Return the SQL condition that the cell is still to be judged, its text the detail."""
        return f"({self.flags} & {self.bit << 1}) <> 0" if self.type.left else "false"

    @property
    def empty(self) -> str:
        """Return the SQL condition that the cell is empty or a word for a missing value."""
        return f"{self.sql} IS NULL" + (f" AND NOT {self.broken}" if self.type.checked else "")

    @property
    def flags(self) -> str:
        """Return the column whose bits say which cells of a row are broken or left."""
        return f"f{self.index // FLAGS}"

    @property
    def bit(self) -> int:
        """Return the bit of `flags` for a broken cell; the next one marks one that is left."""
        return int(1 << 2 * (self.index % FLAGS))

    @property
    def is_text(self) -> bool:
        """Return whether the values are plain text, as written."""
        return self.type.plain

    def constant(self, value: object) -> Reading | None:
        """Return a value of the schema as one of this column, or None if it is not of the type."""
        if self.type.given:
            return self.type.given(value)
        text = word(value)
        return asked(self.type.judge, text) if self.type.judge else Reading(text)

    def beyond(self, operator: str, value: object) -> str:
        """Return the SQL condition that the cell is `<`, `<=`, `>` or `>=` than a limit.

        NaN lies beyond every limit (XML Schema: it is comparable with nothing). An empty string
        if the limit is not of the type.
        """
        constant = self.constant(value)
        if constant is None:
            return ""
        limit = self._cast(constant)
        sql = f"{self.sql} {operator} {limit}"
        if self.type.detailed:
            detail = literal(constant.detail or MIDDLE)
            sql = (
                f"({self.sql} {operator[0]} {limit} OR ({self.sql} = {limit} AND "
                f"coalesce({self.detail}, '{MIDDLE}') {operator} {detail}))"
            )
        if self.type.sql == "DOUBLE" and operator[0] == "<":
            return f"({sql} OR isnan({self.sql}))"
        return self._in_time(sql, operator, limit, constant) if self._is_moment else sql

    @property
    def _is_moment(self) -> bool:
        return self.type.sql == "TIMESTAMP" and self.type.detailed

    def _in_time(self, sql: str, operator: str, limit: str, constant: Reading) -> str:
        """Return the condition for moments, of which some have a zone and some have none.

        A moment without a zone may be 14 hours earlier or later (XML Schema, dateTime).
        """
        zoned = (constant.detail or "").startswith(ZONED)
        other = f"starts_with(coalesce({self.detail}, ''), '{ZONED}')"
        other = f"NOT {other}" if zoned else other
        sign = "+" if operator[0] == "<" else "-"
        unsure = f"{self.sql} {operator[0]}= {limit} {sign} INTERVAL 14 HOUR"
        return f"CASE WHEN {other} THEN {unsure} ELSE {sql} END"

    def among(self, values: Iterable[object]) -> str:
        """Return the SQL condition that the cell is equal to one of some values."""
        readings = dict.fromkeys(r for r in map(self.constant, values) if r)
        plain = [self._cast(r) for r in readings if r.detail is None]
        bare = f" AND {self.detail} IS NULL" if self.type.detailed else ""
        parts = [f"({self.sql} IN ({', '.join(plain)}){bare})"] if plain else []
        parts += [
            f"({self.sql} = {self._cast(r)} AND {self.detail} IS NOT DISTINCT FROM "
            f"{literal(r.detail)})"
            for r in readings
            if r.detail is not None
        ]
        return f"({' OR '.join(parts)})" if parts else "false"

    def _cast(self, constant: Reading) -> str:
        text = literal(constant.value)
        return text if self.type.sql == "VARCHAR" else f"CAST({text} AS {self.type.sql})"
