"""A file as it is written: its records with their very characters, to be mended and put back."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from copydesk.model import Dialect
from copydesk.scan.grammar import Flaw, cells, escape_of, is_ordinary, place_in
from copydesk.scan.records import Role, recorder, tokens
from copydesk.scan.text import UNDECODABLE, decode, lines_of, resolve


class Unmendable(Exception):
    """Say why a file is left as it is."""


class Row(NamedTuple):
    """One record: its number, the line on which it starts, its characters with what ends them."""

    number: int
    line: int
    raw: str
    cells: list[str]
    role: Role
    flaws: tuple[Flaw, ...] = ()

    @property
    def end(self) -> str:
        """Return what ends the record: a line end, or nothing."""
        return self.raw[len(self.raw.rstrip("\r\n")) :]


@dataclass(frozen=True)
class Sheet:
    """All records of a file; put together they are the file."""

    dialect: Dialect
    codec: str
    mark: bytes
    rows: tuple[Row, ...]

    @property
    def data(self) -> bytes:
        """Return the bytes of the file.

        Raises UnicodeEncodeError for a character that its encoding does not have.
        """
        return self.mark + "".join(row.raw for row in self.rows).encode(self.codec)

    @property
    def width(self) -> int:
        """Return how many cells the first record has that is no comment and not blank."""
        return next((len(r.cells) for r in self.rows if r.role in ("header", "data")), 0)

    def with_rows(self, rows: Iterable[Row]) -> Sheet:
        """Return the file with other records."""
        return replace(self, rows=tuple(rows))


_BROKEN = {
    "unclosed-quote": "a quoted cell of it never ends",
    "text-after-quote": "text stands behind a closing quote",
    "nul-byte": "it holds a NUL byte",
    "undecodable": "it is not of its encoding",
}


_MARKS = ("<<<<<<< ", "=======", ">>>>>>> ")


def sheet(data: bytes, dialect: Dialect) -> Sheet:
    """Return a file as its records.

    Raises Unmendable where programs disagree about what the records are.
    """
    if not is_ordinary(dialect):
        raise Unmendable("its dialect has unusual signs")
    codec, skip = resolve(dialect.encoding, data[:4])
    text = decode(data[skip:], codec)
    if UNDECODABLE in text:
        raise Unmendable(_BROKEN["undecodable"])
    rows = _rows(io.BytesIO(data[skip:]), dialect, codec)
    found = Sheet(dialect, codec, data[:skip], rows)
    for row in rows:
        for flaw in row.flaws:
            if why := _BROKEN.get(flaw.kind):
                raise Unmendable(f"{why} (line {flaw.line}, column {flaw.column})")
        if len(row.cells) != found.width and row.raw.startswith(_MARKS):
            raise Unmendable(f"an unfinished merge stands in it (line {row.line})")
    if found.data != data:
        raise Unmendable("its bytes are not those that its encoding writes")
    return found


def _rows(stream: io.BytesIO, dialect: Dialect, codec: str) -> tuple[Row, ...]:
    record = recorder(dialect)
    with lines_of(stream, codec) as lines:
        found = [(token, record(token)) for token in tokens(lines, dialect)]
    return tuple(Row(t.number, t.line, t.raw, t.cells, r.role, r.flaws) for t, r in found)


def index_at(row: Row, line: int, column: int, dialect: Dialect) -> int | None:
    """Return which cell of a record begins at a place of the file."""
    for index, match in enumerate(cells(row.raw, dialect)):
        if place_in(row.raw, match.start("cell"), row.line) == (line, column):
            return index
    return None


def rewritten(row: Row, texts: Mapping[int, str], dialect: Dialect) -> Row | None:
    """Return a record with other texts in some of its cells, each quoted only if it must be.

    A cell that is quoted stays so. None if the record would not be read as that.
    """
    parts, done = [], 0
    for index, match in enumerate(cells(row.raw, dialect)):
        if index in texts:
            quoted = bool(dialect.quote) and match["open"] is not None
            parts += [row.raw[done : match.start("cell")], written(texts[index], dialect, quoted)]
            done = match.end("cell")
    raw = "".join(parts) + row.raw[done:]
    wanted = [texts.get(index, cell) for index, cell in enumerate(row.cells)]
    return row._replace(raw=raw, cells=wanted, flaws=()) if reads_as(raw, wanted, dialect) else None


def reads_as(raw: str, wanted: list[str], dialect: Dialect) -> bool:
    """Return whether some characters are one record of these cells."""
    found = list(tokens(io.StringIO(raw, newline=""), dialect))
    return len(found) == 1 and found[0].cells == wanted


def written(text: str, dialect: Dialect, quoted: bool = False) -> str:
    """Return a text as it is written in a cell, in quotes if it must be or if it was."""
    quote, escape = dialect.quote, escape_of(dialect)
    if escape:
        text = text.replace(escape, escape * 2)
    if quote and (quoted or must_be_quoted(text, dialect)):
        inner = text.replace(quote, quote * 2 if dialect.double_quote else f"{escape}{quote}")
        return f"{quote}{inner}{quote}"
    if escape and not quote:
        return text.replace(dialect.delimiter, escape + dialect.delimiter)
    return text


def must_be_quoted(text: str, dialect: Dialect) -> bool:
    """Return whether a text would not be read as it is without quotes around it."""
    signs = (dialect.delimiter, dialect.quote or "\n", "\r", "\n")
    return (
        any(sign in text for sign in signs)
        or (dialect.skip_initial_space and text.startswith(" "))
        or bool(dialect.comment_char and text.startswith(dialect.comment_char))
    )
