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
    """Something malformed: where it first stands in its record, and how often there.

    `excerpt` is the line that holds it, or a window of it, and `caret` the offset in it.
    """

    kind: FlawKind
    line: int
    column: int
    count: int = 1
    excerpt: str = ""
    caret: int = 0


def escape_of(dialect: Dialect) -> str:
    """Return the escape character; a quote that is escaped by itself is a doubled one."""
    return dialect.escape if dialect.escape and dialect.escape != dialect.quote else ""


@lru_cache(maxsize=64)
def is_ordinary(dialect: Dialect) -> bool:
    """Return whether the csv module reads this dialect: single signs, and line ends for rows."""
    signs = [s for s in (dialect.delimiter, dialect.quote, escape_of(dialect) or None) if s]
    single = all(len(sign) == 1 and sign not in "\r\n" for sign in signs)
    return single and len(set(signs)) == len(signs) and not terminator_of(dialect)


def terminator_of(dialect: Dialect) -> str:
    """Return what ends a row, empty if that is an ordinary line end (LF, CRLF or CR, any)."""
    return "" if dialect.line_terminator in ("", "\n", "\r\n", "\r") else dialect.line_terminator


@lru_cache(maxsize=64)
def cell_pattern(dialect: Dialect) -> re.Pattern[str]:
    """Return the pattern of one cell as the csv module reads it, well-formed or not.

    Group `cell` is all that is written. If the dialect has quotes, `open` and `close` are those
    of the cell, and `tail` is what follows the closing one and should not be there.
    """
    escape = re.escape(escape_of(dialect))
    escaped = f"|{escape}(?:.|\\Z)" if escape else ""
    stop = f"[{re.escape(dialect.delimiter)}\\r\\n]"
    free = f"[^{stop[1:-1]}{escape}]++"
    if not is_ordinary(dialect):
        stop = f"(?:{re.escape(dialect.delimiter)}|{terminator_pattern(dialect)})"
        free = f"(?!{stop})[^{escape}]" if escape else f"(?!{stop})."
    # Atomic groups, for a possessive group gives back too little before Python 3.11.5 (gh-106052).
    plain = f"(?>(?:{free}{escaped})*)"
    lead = " *+" if dialect.skip_initial_space else ""
    if not dialect.quote:
        return re.compile(f"{lead}(?P<cell>{plain})", re.S)
    quote = re.escape(dialect.quote)
    doubled = f"|{quote}{quote}" if dialect.double_quote else ""
    body = f"(?>(?:[^{quote}{escape}]++{doubled}{escaped})*)"
    # What follows a closing quote at once is never an escape, unless quotes cannot be doubled.
    tail = f"(?>(?:(?!{stop}).{plain})?)" if dialect.double_quote else plain
    close = f"(?P<close>{quote})(?P<tail>{tail})"
    return re.compile(f"{lead}(?P<cell>(?P<open>{quote}){body}(?:{close}|\\Z)|{plain})", re.S)


def terminator_pattern(dialect: Dialect) -> str:
    """Return the pattern of what ends a row."""
    return re.escape(terminator_of(dialect)) or r"\r\n?|\n"


def without_end(raw: str, dialect: Dialect) -> str:
    """Return a record without what ends it."""
    if own := terminator_of(dialect):
        return raw.removesuffix(own)
    return raw.removesuffix("\n").removesuffix("\r")


@lru_cache(maxsize=64)
def clean_pattern(dialect: Dialect) -> re.Pattern[str]:
    """Return the pattern of a record whose quotes are all where they should be.

    It matches nothing where cells may hold escapes, or signs are unusual.
    """
    if not dialect.quote or escape_of(dialect) or not is_ordinary(dialect):
        return re.compile("(?!)")
    delimiter, quote = re.escape(dialect.delimiter), re.escape(dialect.quote)
    doubled = f"|{quote}{quote}" if dialect.double_quote else ""
    cell = f"(?:{quote}(?>(?:[^{quote}]++{doubled})*){quote}|[^{quote}{delimiter}\\r\\n]*+)"
    return re.compile(f"{cell}(?>(?:{delimiter}{cell})*)(?:\\r\\n?|\\n)?")


def cells(raw: str, dialect: Dialect) -> Iterator[re.Match[str]]:
    """Yield a match for each cell of a record."""
    pattern, position = cell_pattern(dialect), 0
    while match := pattern.match(raw, position):
        yield match
        if not raw.startswith(dialect.delimiter, match.end()):
            return
        position = match.end() + len(dialect.delimiter)


def place_in(raw: str, offset: int, line: int, ahead: int = 0) -> tuple[int, int]:
    """Return line and column of an offset in a record that starts on `line`.

    `ahead` characters of that line stand before the record.
    """
    breaks, after = end_of(raw[:offset])
    return line + breaks, after + 1 + (0 if breaks else ahead)


def quote_flaws(raw: str, line: int, dialect: Dialect, ahead: int = 0) -> Iterator[Flaw]:
    """Yield what is wrong with the quotes of a record."""
    if not dialect.quote or dialect.quote not in raw:
        return
    if clean_pattern(dialect).fullmatch(raw):
        return
    for match in cells(raw, dialect):
        if match["open"] is None:
            if (stray := match["cell"].find(dialect.quote)) >= 0:
                yield Flaw("stray-quote", *place_in(raw, match.start("cell") + stray, line, ahead))
        elif match["close"] is None:
            yield Flaw("unclosed-quote", *place_in(raw, match.start("open"), line, ahead))
        elif match["tail"]:
            yield Flaw("text-after-quote", *place_in(raw, match.start("tail"), line, ahead))


def character_flaws(raw: str, line: int, ahead: int = 0) -> Iterator[Flaw]:
    """Yield the characters of a record that should not be in any text."""
    kinds: tuple[tuple[FlawKind, str], ...] = (("nul-byte", "\0"), ("undecodable", UNDECODABLE))
    for kind, character in kinds:
        if (offset := raw.find(character)) >= 0:
            yield Flaw(kind, *place_in(raw, offset, line, ahead), raw.count(character))
