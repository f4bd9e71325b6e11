"""Where in the file a cell stands, for the few cells that are asked for."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from copydesk.model import Dialect
from copydesk.scan.grammar import cells, place_in, without_end
from copydesk.scan.records import Token, csv_options, tokens
from copydesk.scan.survey import Survey, survey
from copydesk.scan.tally import Mark
from copydesk.scan.text import REPLACEMENT, UNDECODABLE, decode, line_around, lines_of, window

Wanted = tuple[int, int | None]
Asked = tuple[int, Sequence[int | None]]
"""The number of a record, and the cells of it that are wanted (None for the whole record)."""


class Place(NamedTuple):
    """Where a cell or a record stands.

    `line` and `column` count physical lines and code points from 1; `width` is how much of the
    cell is written on that line. `excerpt` is the line, or a window of it, and `caret` the offset
    of the cell in it. `value` is None for a whole record, and for a cell that is missing: its
    place is the end of the record.
    """

    line: int
    column: int
    width: int
    value: str | None
    excerpt: str
    caret: int


Places = dict[int | None, Place]
Picked = tuple[Token | None, Sequence[int | None]]


def locate(
    path: Path, dialect: Dialect, wanted: Iterable[Wanted], known: Survey | None = None
) -> dict[Wanted, Place]:
    """Return the place of each (record number, cell index or None for the whole record).

    A survey of the same file that is at hand saves a pass over it. What lies beyond the end of
    the file is left out.
    """
    asked: dict[int, list[int | None]] = {}
    for number, index in wanted:
        asked.setdefault(number, []).append(index)
    numbers = sorted(asked)
    walked = walk(path, dialect, ((number, asked[number]) for number in numbers), known)
    return {
        (number, index): place
        for number, places in zip(numbers, walked, strict=True)
        for index, place in places.items()
    }


def walk(
    path: Path, dialect: Dialect, asked: Iterable[Asked], known: Survey | None = None
) -> Iterator[Places]:
    """Yield the places that are asked for of each record, in one pass and without keeping them.

    Records are asked for in the order of the file, each once. One that lies beyond the end of
    the file has no places.
    """
    known, quote = known or survey(path, dialect), (dialect.quote or "").encode()
    with path.open("rb") as stream:
        for start, end, some in _blocks(known.marks, asked):
            stream.seek(start.offset)
            data = stream.read(end.offset - start.offset) if end else b""
            if end and data.count(b"\r") == data.count(b"\r\n"):
                even = end.record - start.record == end.line - start.line
                pieces = enumerate(data.split(b"\n")) if even else _pieces(data, quote)
                picked = _pick_pieces(pieces, known.encoding, dialect, start, some)
            else:
                stream.seek(start.offset)
                picked = _pick_records(stream, known.encoding, dialect, start, some)
            for token, indexes in picked:
                yield _places(token, indexes, dialect) if token else {}


def _blocks(
    marks: tuple[Mark, ...], asked: Iterable[Asked]
) -> Iterator[tuple[Mark, Mark | None, Iterator[Asked]]]:
    """Yield the wanted records between each two marks, with the marks."""
    firsts = [mark.record for mark in marks]
    for block, some in groupby(asked, lambda one: max(bisect_right(firsts, one[0]) - 1, 0)):
        yield marks[block], marks[block + 1] if block + 1 < len(marks) else None, some


def _pick_pieces(
    pieces: Iterable[tuple[int, bytes]],
    codec: str,
    dialect: Dialect,
    start: Mark,
    asked: Iterable[Asked],
) -> Iterator[Picked]:
    """Yield the wanted of the records of a block, given as lines ahead of its start and bytes."""
    options, following = csv_options(dialect), iter(pieces)
    reached = start.record
    for number, indexes in asked:
        if number < reached:
            yield None, indexes
            continue
        ahead, piece = next(islice(following, number - reached, None))
        reached = number + 1
        raw = decode(piece, codec).removesuffix("\r")
        if _is_plain(raw, dialect):
            values = raw.split(dialect.delimiter)
        else:
            values = next(csv.reader([raw], **options), [])
        yield Token(number, start.line + ahead, raw, values), indexes


def _pieces(data: bytes, quote: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each record of well-formed data: how many lines are before it, and its bytes."""
    first = 0
    open_lines: list[bytes] = []
    for ahead, line in enumerate(data.split(b"\n")):
        if not open_lines:
            first = ahead
        if line.count(quote) % 2 == bool(open_lines):
            yield first, b"\n".join([*open_lines, line])
            open_lines = []
        else:
            open_lines.append(line)


def _pick_records(
    stream: BinaryIO, codec: str, dialect: Dialect, start: Mark, asked: Iterable[Asked]
) -> Iterator[Picked]:
    """Yield the wanted of the records from here on; None is what lies beyond the end."""
    with lines_of(stream, codec) as lines:
        following = tokens(lines, dialect, start.record, start.line)
        reached = start.record
        for number, indexes in asked:
            if number < reached:
                yield None, indexes
                continue
            yield next(islice(following, number - reached, None), None), indexes
            reached = number + 1


def _places(token: Token, indexes: Sequence[int | None], dialect: Dialect) -> Places:
    """Return the places of cells of one record, in one pass over it."""
    end = len(without_end(token.raw, dialect))
    spans: dict[int | None, tuple[int, int]] = {None: (0, len(token.raw))}
    present = sorted({i for i in indexes if i is not None and i < len(token.cells)})
    following: Iterator[tuple[int, int]]
    if _is_plain(token.raw, dialect):
        following = _plain_spans(token.cells, len(dialect.delimiter))
    else:
        following = (match.span("cell") for match in cells(token.raw, dialect))
    reached = 0
    for index in present:
        spans[index] = next(islice(following, index - reached, None))
        reached = index + 1
    return {index: _place(token, index, *spans.get(index, (end, end))) for index in indexes}


def _is_plain(raw: str, dialect: Dialect) -> bool:
    """Return whether every delimiter of a record divides cells, which are as they are written."""
    return bool(raw) and not (
        (dialect.quote and dialect.quote in raw)
        or dialect.escape
        or dialect.skip_initial_space
        or UNDECODABLE in raw
        or raw[-1] in "\r\n"
    )


def _plain_spans(found: Sequence[str], between: int) -> Iterator[tuple[int, int]]:
    start = 0
    for cell in found:
        yield start, start + len(cell)
        start += len(cell) + between


def _place(token: Token, index: int | None, start: int, end: int) -> Place:
    raw, value = token.raw, None
    if index is not None and index < len(token.cells):
        value = token.cells[index].replace(UNDECODABLE, REPLACEMENT)
    if "\n" in raw or "\r" in raw:
        line, column = place_in(raw, start, token.line, token.ahead)
        text = line_around(raw, start)
        first_line = line == token.line
    else:
        line, column, text, first_line = token.line, token.ahead + start + 1, raw, True
    caret = column - 1 - (token.ahead if first_line else 0)
    return Place(line, column, min(end - start, len(text) - caret), value, *window(text, caret))
