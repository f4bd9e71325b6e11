"""Table Schema types as SQL: what a cell must look like, and the value it stands for.

Every type is judged by the lexical forms of the standard (Data Package v2, Table Schema, "Field
Types"). A field that has no exact form here has no column type, and its table is left to the
reference implementation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from copydesk.checks.sql import literal, literals
from copydesk.model import Field

_URI_CHARS = r"A-Za-z0-9\-._~!$&'()*+,;=:@"
_PCHAR = rf"(?:[{_URI_CHARS}]|%[0-9A-Fa-f]{{2}})"
_AUTHORITY = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2}|\[[0-9A-Fa-f:.vV]+\])*"
URI = (
    rf"[A-Za-z][A-Za-z0-9+.\-]*:(?://{_AUTHORITY}(?:/{_PCHAR}*)*|/?{_PCHAR}+(?:/{_PCHAR}*)*|)"
    rf"(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?])*)?"
)
EMAIL = (
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
UUID = r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
_ZONE = r"(?:Z|[+\-](?:0\d|1[0-3]):[0-5]\d|[+\-]14:00)"


FLAGS = 30
"""How many columns share one integer of flags, two bits each."""


LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


@dataclass(frozen=True)
class ColumnType:
    """How a column is stored and read.

    `sql` is the DuckDB type; `parse` is an expression over `{x}`, the cell as written and not
    missing, that gives the value, or NULL where the cell is not of the type; an empty `parse`
    takes every cell. `exact` is a condition over `{x}` outside of which the stored value may
    differ from the written one, though never in order; it matters where values are compared for
    being equal. `words` say what is expected.
    """

    sql: str
    parse: str = ""
    words: str = ""
    exact: str = ""


@dataclass(frozen=True)
class Column:
    """A field as a column of a loaded table: its typed value and, if broken, its text.

    Columns are numbered, since names of fields may differ in nothing but case.
    """

    field: Field
    type: ColumnType
    index: int

    @property
    def sql(self) -> str:
        """Return the typed value as SQL; NULL where missing or not of the type."""
        return f"c{self.index}"

    @property
    def broken(self) -> str:
        """Return the SQL condition that the cell is not of the type."""
        return f"({self.flags} & {self.bit}) <> 0" if self.type.parse else "false"

    @property
    def empty(self) -> str:
        """Return the SQL condition that the cell is empty or a word for a missing value."""
        return f"{self.sql} IS NULL" + (f" AND NOT {self.broken}" if self.type.parse else "")

    @property
    def flags(self) -> str:
        """Return the column whose bits say which cells of a row are broken or inexact."""
        return f"f{self.index // FLAGS}"

    @property
    def bit(self) -> int:
        """Return the bit of `flags` for a broken cell; the next one marks an inexact value."""
        return int(1 << 2 * (self.index % FLAGS))

    @property
    def is_text(self) -> bool:
        """Return whether the values are plain text."""
        return self.type.sql == "VARCHAR"


def column_of(field: Field, index: int, *, compared: bool = True) -> Column | None:
    """Return the column of a field, or None if only the reference can judge its type.

    `compared` says whether its values are compared for being equal, as those of keys are.
    """
    make = _TYPES.get(field.type)
    found = make(field) if make else None
    if found and not compared:
        found = replace(found, exact=_off_limits(field, found))
    return Column(field, found, index) if found else None


def _off_limits(field: Field, type_: ColumnType) -> str:
    """Return the condition under which a value that is only compared in order is exact enough.

    Rounding keeps the order, so that only a value equal to a limit may have been another one.
    """
    limits = [v for k, v in field.constraints.items() if k in LIMITS and type(v) in (int, float)]
    if type_.sql != "DOUBLE" or not limits or not type_.exact:
        return ""
    return f"{type_.exact} OR ({type_.parse}) NOT IN ({literals(limits)})"


def _matches(pattern: str, then: str) -> str:
    return f"CASE WHEN regexp_full_match({{x}}, {literal(pattern)}) THEN {then} END"


def _string(field: Field) -> ColumnType | None:
    match field.format:
        case "default":
            return ColumnType("VARCHAR")
        case "uri":
            return ColumnType("VARCHAR", _matches(URI, "{x}"), "a URI such as `https://…`")
        case "email":
            return ColumnType("VARCHAR", _matches(EMAIL, "{x}"), "an e-mail address")
        case "uuid":
            return ColumnType("VARCHAR", _matches(UUID, "{x}"), "a UUID")
    return None


def _bare(field: Field) -> str | None:
    """Return the text of a number as SQL needs it, or None for unusual options.

    White space around a number means nothing (XML Schema, whiteSpace "collapse").
    """
    expression = "trim({x})"
    if field.options.get("bareNumber", True) is not True:
        return None
    group = field.options.get("groupChar", "")
    decimal = field.options.get("decimalChar", ".")
    if not isinstance(group, str) or not isinstance(decimal, str) or len(decimal) != 1:
        return None
    if group:
        expression = f"replace({expression}, {literal(group)}, '')"
    if decimal == ".":
        return expression
    # What separates decimals elsewhere means nothing here.
    return f"translate({expression}, {literal('.' + decimal)}, '!.')"


def _integer(field: Field) -> ColumnType | None:
    text = _bare(field)
    if text is None:
        return None
    beyond = f"CASE WHEN starts_with({text}, '-') THEN {-(2**63) + 1} ELSE {2**63 - 1} END"
    value = f"coalesce(try_cast({text} AS BIGINT), {beyond})"
    parse = f"CASE WHEN regexp_full_match({text}, '[+-]?[0-9]+') THEN {value} END"
    return ColumnType("BIGINT", parse, "an integer", f"length({text}) <= 18")


def _number(field: Field) -> ColumnType | None:
    text = _bare(field)
    if text is None:
        return None
    pattern = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|(?i:NaN|-?INF)"
    beyond = f"CASE WHEN starts_with({text}, '-') THEN '-inf' ELSE 'inf' END::DOUBLE"
    value = f"coalesce(try_cast({text} AS DOUBLE), {beyond})"
    parse = f"CASE WHEN regexp_full_match({text}, '{pattern}') THEN {value} END"
    return ColumnType("DOUBLE", parse, "a number", f"length({text}) <= 15")


def _boolean(field: Field) -> ColumnType | None:
    true = field.options.get("trueValues", ["true", "True", "TRUE", "1"])
    false = field.options.get("falseValues", ["false", "False", "FALSE", "0"])
    if not (_words(true) and _words(false)):
        return None
    parse = f"CASE WHEN {{x}} IN ({literals(true)}) THEN true WHEN {{x}} IN ({literals(false)}) "
    return ColumnType("BOOLEAN", parse + "THEN false END", f"`{true[0]}` or `{false[0]}`")


def _words(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


def _date(field: Field) -> ColumnType | None:
    if field.format == "default":
        parse = _matches(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "try_cast({x} AS DATE)")
        year = "left({x}, 4) <> '0000'"
        return ColumnType("DATE", f"CASE WHEN {year} THEN {parse} END", "a date written YYYY-MM-DD")
    return _strptime(field, "DATE")


def _datetime(field: Field) -> ColumnType | None:
    if field.format != "default":
        return _strptime(field, "TIMESTAMP")
    day, second = r"[0-9]{4}-[0-9]{2}-[0-9]{2}", r"[0-5][0-9](?:\.[0-9]{1,6})?"
    pattern = rf"{day}T[0-9]{{2}}:[0-5][0-9]:{second}{_ZONE}?"
    value = "try_cast({x} AS TIMESTAMP)"
    zoned = f"NOT regexp_matches({{x}}, '{_ZONE}$')"
    return ColumnType(
        "TIMESTAMP", _matches(pattern, value), "a date and time written YYYY-MM-DDThh:mm:ssZ",
        f"{zoned} OR right({{x}}, 1) = 'Z'",
    )  # fmt: skip


def _time(field: Field) -> ColumnType | None:
    if field.format != "default":
        return None
    pattern = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
    return ColumnType("TIME", _matches(pattern, "try_cast({x} AS TIME)"), "a time hh:mm:ss")


_DIRECTIVE = re.compile(r"%(.)|[^%]", re.S)


def _strptime(field: Field, sql: str) -> ColumnType | None:
    """Return the type of a `strptime` format made of directives that both sides read alike."""
    directives = set(re.findall(r"%(.)", field.format))
    if not directives or not directives <= set("YmdHMS") or "Y" not in directives:
        return None
    forms = {"Y": "[0-9]{4}"}
    pattern = "".join(
        forms.get(m[1], "[0-9]{1,2}") if m[1] else re.escape(m[0])
        for m in _DIRECTIVE.finditer(field.format)
    )
    value = f"CAST(try_strptime({{x}}, {literal(field.format)}) AS {sql})"
    return ColumnType(sql, _matches(pattern, value), f"a value written `{field.format}`")


def _year(field: Field) -> ColumnType | None:
    if field.format != "default":
        return None
    pattern = rf"-?(?:[1-9][0-9]{{4,17}}|[0-9]{{4}}){_ZONE}?"
    value = "CAST(regexp_extract({x}, '^-?[0-9]+') AS BIGINT)"
    return ColumnType("BIGINT", _matches(pattern, value), "a year such as `2020`")


def _yearmonth(field: Field) -> ColumnType | None:
    if field.format != "default":
        return None
    pattern = "[0-9]{4}-(?:0[1-9]|1[0-2])"
    return ColumnType("VARCHAR", _matches(pattern, "{x}"), "a month written YYYY-MM")


def _list(field: Field) -> ColumnType | None:
    delimiter = field.options.get("delimiter", ",")
    if field.options.get("itemType", "string") != "string" or not isinstance(delimiter, str):
        return None
    return ColumnType("VARCHAR[]", f"string_split({{x}}, {literal(delimiter)})", "a list")


def _any(_field: Field) -> ColumnType | None:
    return ColumnType("VARCHAR")


_TYPES: Mapping[str, Callable[[Field], ColumnType | None]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "year": _year,
    "yearmonth": _yearmonth,
    "list": _list,
    "any": _any,
}
