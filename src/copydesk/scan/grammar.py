"""The cells of one record as they are written: where each starts, and what is malformed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from copydesk.model import Dialect
from copydesk.scan.text import UNDECODABLE, end_of

FlawKind = Literal[
    "unclosed-quote",
    "text-after-quote",
    "stray-quote",
    "nul-byte",
    "lone-cr",
    "undecodable",
    "blank-line",
]


@dataclass(frozen=True)
class Flaw:
    """Something malformed: where it first stands in its record, and how often there."""

    kind: FlawKind
    line: int
    column: int
    count: int = 1


def escape_of(dialect: Dialect) -> str:
    """Return the escape character; a quote that is escaped by itself is a doubled one."""
    return dialect.escape if dialect.escape and dialect.escape != dialect.quote else ""


@lru_cache(maxsize=64)
def cell_pattern(dialect: Dialect) -> re.Pattern[str]:
    """Return the pattern of one cell as the csv module reads it, well-formed or not.

    Group `cell` is all that is written. If the dialect has quotes, `open` and `close` are those
    of the cell, and `tail` is what follows the closing one and should not be there.
    """
    stop = re.escape(dialect.delimiter) + r"\r\n"
    escape = re.escape(escape_of(dialect))
    escaped = f"|{escape}(?:.|\\Z)" if escape else ""
    plain = f"(?:[^{stop}{escape}]++{escaped})*+"
    lead = " *+" if dialect.skip_initial_space else ""
    if not dialect.quote:
        return re.compile(f"{lead}(?P<cell>{plain})", re.S)
    quote = re.escape(dialect.quote)
    doubled = f"|{quote}{quote}" if dialect.double_quote else ""
    body = f"(?:[^{quote}{escape}]++{doubled}{escaped})*+"
    close = f"(?P<close>{quote})(?P<tail>(?:[^{stop}]{plain})?+)"
    return re.compile(f"{lead}(?P<cell>(?P<open>{quote}){body}(?:{close}|\\Z)|{plain})", re.S)


@lru_cache(maxsize=64)
def clean_pattern(dialect: Dialect) -> re.Pattern[str]:
    """Return the pattern of a record whose quotes are all where they should be.

    It matches nothing where cells may hold escapes.
    """
    if not dialect.quote or escape_of(dialect):
        return re.compile("(?!)")
    delimiter, quote = re.escape(dialect.delimiter), re.escape(dialect.quote)
    doubled = f"|{quote}{quote}" if dialect.double_quote else ""
    cell = f"(?:{quote}(?:[^{quote}]++{doubled})*+{quote}|[^{quote}{delimiter}\\r\\n]*+)"
    return re.compile(f"{cell}(?:{delimiter}{cell})*+(?:\\r\\n?|\\n)?")


def cells(raw: str, dialect: Dialect) -> Iterator[re.Match[str]]:
    """Yield a match for each cell of a record."""
    pattern, position = cell_pattern(dialect), 0
    while match := pattern.match(raw, position):
        yield match
        position = match.end() + 1
        if raw[position - 1 : position] != dialect.delimiter:
            return


def place_in(raw: str, offset: int, line: int) -> tuple[int, int]:
    """Return line and column of an offset in a record that starts on `line`."""
    breaks, after = end_of(raw[:offset])
    return line + breaks, after + 1


def quote_flaws(raw: str, line: int, dialect: Dialect) -> Iterator[Flaw]:
    """Yield what is wrong with the quotes of a record."""
    if not dialect.quote or dialect.quote not in raw:
        return
    if clean_pattern(dialect).fullmatch(raw):
        return
    for match in cells(raw, dialect):
        if match["open"] is None:
            if (stray := match["cell"].find(dialect.quote)) >= 0:
                yield Flaw("stray-quote", *place_in(raw, match.start("cell") + stray, line))
        elif match["close"] is None:
            yield Flaw("unclosed-quote", *place_in(raw, match.start("open"), line))
        elif match["tail"]:
            yield Flaw("text-after-quote", *place_in(raw, match.start("tail"), line))


def character_flaws(raw: str, line: int) -> Iterator[Flaw]:
    """Yield the characters of a record that should not be in any text."""
    kinds: tuple[tuple[FlawKind, str], ...] = (("nul-byte", "\0"), ("undecodable", UNDECODABLE))
    for kind, character in kinds:
        if (offset := raw.find(character)) >= 0:
            yield Flaw(kind, *place_in(raw, offset, line), raw.count(character))
