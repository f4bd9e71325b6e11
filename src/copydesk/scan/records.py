"""The exact reading of a delimited file: every record, its line, and what is malformed in it."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

from copydesk.model import Dialect
from copydesk.scan import guess
from copydesk.scan.grammar import (
    Flaw,
    cells,
    character_flaws,
    clean_pattern,
    escape_of,
    is_ordinary,
    place_in,
    quote_flaws,
    terminator_of,
)
from copydesk.scan.text import (
    REPLACEMENT,
    UNDECODABLE,
    end_of,
    line_around,
    lines_of,
    resolve,
    start_of,
    window,
)
from copydesk.scan.unusual import rows

Role = Literal["header", "data", "blank", "skipped"]

FOLDED = 1 << 12
"""Lines of a record that are kept as one text: a cell may have millions."""

HEADER_LIMIT = 1 << 20
"""How far into a file a header may reach, in bytes."""


class Token(NamedTuple):
    """A record as it is tokenised: its ordinal, the line on which it starts, text and cells.

    `ahead` is how many characters of its first line stand before it, where rows are not lines.
    """

    number: int
    line: int
    raw: str
    cells: list[str]
    ahead: int = 0


class Record(NamedTuple):
    """One record: `number` is its ordinal in the file; it starts at `line` and `column`.

    Both count everything from 1: header, comments and blank lines too. `skipped` are comments
    and what stands above the header.
    """

    number: int
    line: int
    cells: list[str]
    role: Role
    flaws: tuple[Flaw, ...] = ()
    column: int = 1


@dataclass(frozen=True)
class Label:
    """A label of the header, and where it is written."""

    name: str
    line: int
    column: int


@dataclass(frozen=True)
class Header:
    """The labels of a file, and the records that they were taken from."""

    labels: tuple[Label, ...] = ()
    rows: tuple[int, ...] = ()


def csv_options(dialect: Dialect) -> dict[str, Any]:
    """Return the options that make the csv module read this dialect."""
    return {
        "delimiter": dialect.delimiter,
        "quotechar": dialect.quote,
        "quoting": csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        "escapechar": escape_of(dialect) or None,
        "doublequote": dialect.double_quote,
        "skipinitialspace": dialect.skip_initial_space,
        "strict": False,
    }


def _comment_sign(dialect: Dialect) -> str:
    """Return what begins a line that is a comment whatever quotes are in it."""
    sign, others = dialect.comment_char or "", {dialect.delimiter, dialect.quote, dialect.escape}
    return sign if sign and not any(other and other in sign for other in others) else ""


def _kept(
    lines: Iterable[str], seen: list[str], folded: list[str], dialect: Dialect
) -> Iterator[str]:
    """Yield lines and keep those of the record under way; so many of them are folded into one."""
    comment, quote = _comment_sign(dialect), dialect.quote or ""
    for line in lines:
        first = not seen and not folded
        open_quote = first and comment and quote in line and line.startswith(comment)
        seen.append(line)
        if len(seen) == FOLDED:
            folded.append("".join(seen))
            seen.clear()
        yield f"{comment}\n" if open_quote else line


def tokens(
    lines: Iterable[str], dialect: Dialect, first: int = 1, line: int = 1
) -> Iterator[Token]:
    """Yield every record of these lines; the first has the given number and line."""
    if not is_ordinary(dialect):
        yield from _unusual(lines, dialect, first, line)
        return
    csv.field_size_limit(sys.maxsize)
    seen: list[str] = []
    folded: list[str] = []
    kept = _kept(lines, seen, folded, dialect)
    for number, found in enumerate(csv.reader(kept, **csv_options(dialect)), first):
        raw = seen[0] if len(seen) == 1 and not folded else "".join([*folded, *seen])
        if UNDECODABLE in raw:
            found = [cell.replace(UNDECODABLE, REPLACEMENT) for cell in found]
        yield Token(number, line, raw, found)
        line += len(seen) + len(folded) * FOLDED
        seen.clear()
        folded.clear()


def _unusual(lines: Iterable[str], dialect: Dialect, first: int, line: int) -> Iterator[Token]:
    ahead = 0
    for number, (raw, found) in enumerate(rows(lines, dialect), first):
        if UNDECODABLE in raw:
            found = [cell.replace(UNDECODABLE, REPLACEMENT) for cell in found]
        yield Token(number, line, raw, found, ahead)
        breaks, after = end_of(raw)
        line, ahead = line + breaks, after + (0 if breaks else ahead)


def _role(dialect: Dialect) -> Callable[[int, list[str]], Role]:
    # A header of one row is the first record that is neither a comment nor an empty line.
    floating = dialect.header_rows == (1,)
    rows, last = frozenset(dialect.header_rows), max(dialect.header_rows, default=0)
    header_seen = False

    def role(number: int, found: list[str]) -> Role:
        nonlocal header_seen
        if is_comment(number, found, dialect):
            return "skipped"
        if floating and not header_seen and not found:
            return "blank"
        if (floating and not header_seen) or (not floating and number in rows):
            header_seen = True
            return "header"
        if (not floating and number <= last) or (dialect.skip_blank_rows and not any(found)):
            return "skipped"
        return "data" if found else "blank"

    return role


def is_comment(number: int, found: list[str], dialect: Dialect) -> bool:
    """Return whether the dialect takes a record for a comment."""
    mark = dialect.comment_char
    return number in dialect.comment_rows or bool(mark and found and found[0].startswith(mark))


def _flaws(token: Token, dialect: Dialect, returns: bool) -> Iterator[Flaw]:
    raw, line, ahead = token.raw, token.line, token.ahead
    if not token.cells:
        yield Flaw("blank-line", line, ahead + 1)
    yield from character_flaws(raw, line, ahead)
    yield from quote_flaws(raw, line, dialect, ahead)
    if raw.endswith("\r") and not returns and not terminator_of(dialect):
        yield Flaw("lone-cr", *place_in(raw, len(raw) - 1, line))


def _shown(flaw: Flaw, token: Token) -> Flaw:
    """Return a flaw with the line that it stands in."""
    start = start_of(token.raw, flaw.line - token.line)
    caret = flaw.column - 1 - (0 if start else token.ahead)
    excerpt, caret = window(line_around(token.raw, start), caret)
    return replace(flaw, excerpt=excerpt, caret=caret)


def recorder(dialect: Dialect) -> Callable[[Token], Record]:
    """Return what makes records of the tokens of a file, which are given to it in their order."""
    role_of, quote = _role(dialect), dialect.quote or "\0"
    is_clean = clean_pattern(dialect).fullmatch
    returns: bool | None = None

    def record(token: Token) -> Record:
        nonlocal returns
        number, line, raw, found, ahead = token
        role = role_of(number, found)
        if returns is None:
            returns = raw.endswith("\r")
        if (
            found
            and (quote not in raw or is_clean(raw))
            and not ("\0" in raw or UNDECODABLE in raw or raw[-1] == "\r")
        ):
            return Record(number, line, found, role, (), ahead + 1)
        flaws = tuple(_shown(flaw, token) for flaw in _flaws(token, dialect, returns))
        return Record(number, line, found, role, flaws, ahead + 1)

    return record


def records(path: Path, dialect: Dialect) -> Iterator[Record]:
    """Yield every record of a file, exactly as the csv module reads it.

    An undecodable sequence becomes U+FFFD. Raises LookupError for an unknown encoding.
    """
    with path.open("rb") as stream:
        codec, skip = resolve(dialect.encoding, stream.read(4))
        stream.seek(skip)
        with lines_of(stream, codec) as lines:
            yield from map(recorder(dialect), tokens(lines, dialect))


def header(path: Path, dialect: Dialect) -> Header:
    """Return the labels of a file; none if the dialect promises no header."""
    with path.open("rb") as stream:
        return opening(stream.read(HEADER_LIMIT), dialect)[0]


def columns_of(path: Path, dialect: Dialect) -> list[str]:
    """Return the label of each column, or as many empty ones as the first row has cells."""
    with path.open("rb") as stream:
        found, width, _ = opening(stream.read(HEADER_LIMIT), dialect)
    return [label.name for label in found.labels] if dialect.header_rows else [""] * width


def delimiter_of(path: Path, dialect: Dialect) -> str:
    """Return the sign that divides the lines of a file of one column, or an empty string."""
    try:
        with path.open("rb") as stream:
            head = stream.read(HEADER_LIMIT)
        return guess.delimiter(head, dialect) if opening(head, dialect)[1] == 1 else ""
    except (OSError, LookupError):
        return ""


def opening(head: bytes, dialect: Dialect) -> tuple[Header, int, int]:
    """Return the labels at the beginning of a file, its width and the lines of its first record.

    The width is the number of labels, or else of the cells of the first row.
    """
    codec, skip = resolve(dialect.encoding, head)
    role_of, last = _role(dialect), max(dialect.header_rows, default=0)
    width = height = 0
    found: list[Token] = []
    with lines_of(io.BytesIO(head[skip:]), codec) as lines:
        for token in tokens(lines, dialect):
            if token.number == 1:
                height = end_of(token.raw.rstrip("\r\n"))[0] + 1
            role = role_of(token.number, token.cells)
            if role == "header":
                found.append(token)
            elif role == "data":
                width = len(token.cells)
            if role == "data" or (found and token.number >= last):
                break
    labels = _labels(found, dialect)
    return Header(labels, tuple(token.number for token in found)), len(labels) or width, height


def _labels(rows: list[Token], dialect: Dialect) -> tuple[Label, ...]:
    labels: list[Label] = []
    above: dict[int, str] = {}
    widest = max((len(row.cells) for row in rows), default=0)
    for row in rows:
        written = list(zip(row.cells, cells(row.raw, dialect), strict=False))
        if row is not rows[-1]:  # the last label of a shorter row spans the columns to its right
            written += written[-1:] * (widest - len(written))
        for index, (name, match) in enumerate(written):
            if above.get(index) == name:
                continue  # a label that spans rows is written once, as in the reference
            above[index] = name
            place = place_in(row.raw, match.start("cell"), row.line, row.ahead)
            if index < len(labels):
                name = dialect.header_join.join([labels[index].name, name])
                labels[index] = Label(name, *place)
            else:
                labels.append(Label(name, *place))
    return tuple(labels)
