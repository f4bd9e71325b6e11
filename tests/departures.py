"""Where the reference departs from the standard, one by one, with a case that shows it.

The standard is Data Package v2, Table Schema; the lexical forms are those of XML Schema 1.1,
Part 2, to which it refers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import category


@dataclass(frozen=True)
class Cell:
    """A cell in question: its field, its text, and the schema of its table."""

    field: Mapping[str, Any]
    text: str
    schema: Mapping[str, Any]

    @property
    def type(self) -> str:
        return str(self.field["type"])

    @property
    def format(self) -> str:
        return str(self.field.get("format", "default"))


@dataclass(frozen=True)
class Departure:
    """A known fault of the reference.

    `why` is what the standard says, in other words; `holds` recognises the cells concerned;
    `field` and `text` make a table that shows it, which is `valid` by the standard or not.
    """

    name: str
    why: str
    holds: Callable[[Cell], bool]
    field: Mapping[str, Any]
    text: tuple[str, ...]
    valid: bool = False


def _matches(pattern: str, *types: str) -> Callable[[Cell], bool]:
    expression = re.compile(pattern)
    return lambda cell: cell.type in types and bool(expression.fullmatch(cell.text))


def _strings_in_point(cell: Cell) -> bool:
    if cell.type != "geopoint" or cell.format == "default":
        return False
    try:
        value = json.loads(cell.text)
    except ValueError:
        return False
    numbers = value.values() if isinstance(value, dict) else value
    return not isinstance(numbers, int) and any(type(n) not in (int, float) for n in numbers)


def _classes_in_pattern(cell: Cell) -> bool:
    pattern = cell.field.get("constraints", {}).get("pattern", "").lower()
    return any(
        (r"\w" in pattern and (c.isalnum() or c == "_") is not (category(c)[0] in "LMNS"))
        or (r"\s" in pattern and c.isspace() is not (c in " \t\n\r"))
        or ("." in pattern and c == "\r")
        for c in cell.text
    )


DEPARTURES: tuple[Departure, ...] = (
    Departure(
        "years of more digits, and before year 1",
        "gYear is four or more digits, with a minus before the common era",
        _matches(r"-\d{4,}|\d{5,}", "year"), {"type": "year"}, ("12345", "-0044"), valid=True,
    ),
    Departure(
        "months before year 1", "gYearMonth may begin with a minus",
        _matches(r"-\d{4}-\d{2}", "yearmonth"), {"type": "yearmonth"}, ("-0044-03",), valid=True,
    ),
    Departure(
        "months of one digit", "gYearMonth has two digits for the month",
        _matches(r"\d{4}-\d", "yearmonth"), {"type": "yearmonth"}, ("2020-1",),
    ),
    Departure(
        "durations without content, with weeks, with fractions elsewhere than in seconds",
        "a duration needs a number after P, and one after T; only seconds have a fraction; "
        "there are no weeks",
        _matches(r"PT|P.*T|P\d+W|P\d+\.\d+[YMDH]", "duration"), {"type": "duration"},
        ("PT",),
    ),
    Departure(
        "positions that are texts", "each item of a geopoint is a number",
        _strings_in_point, {"type": "geopoint", "format": "array"}, ('["1", "2"]',),
    ),
    Departure(
        "texts that are not base64", "binary is a text in base64 (RFC 4648)",
        lambda c: c.format == "binary" and c.text in ("?", "SGVsbG8==="),
        {"type": "string", "format": "binary"}, ("?",),
    ),
    Departure(
        "underscores among digits", "digits are written without anything between them",
        lambda c: "_" in c.text and c.type in ("number", "integer"), {"type": "number"}, ("1_000",),
    ),
    Departure(
        "special numbers where numbers are not bare",
        "bareNumber lets other text stand around a number; it does not forbid INF",
        lambda c: c.text.lower() in ("nan", "inf", "-inf") and c.field.get("bareNumber") is False,
        {"type": "number", "bareNumber": False}, ("INF",), valid=True,
    ),
    Departure(
        "days and moments in another form", "the default form is that of XML Schema",
        _matches(r"\d{4}-\d-\d|\d{4}-\d{2}-\d{2} .*", "date", "datetime"), {"type": "date"},
        ("2020-2-9",),
    ),
    Departure(
        "characters of words, spaces and line ends",
        r"in the expressions of XML Schema \w is no punctuation, space or control character, "
        r"\s one of four characters, and the full stop no line end",
        _classes_in_pattern, {"type": "string", "constraints": {"pattern": r"\w+"}}, ("a_b",),
    ),
)  # fmt: skip
