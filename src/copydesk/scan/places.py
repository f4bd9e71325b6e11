"""Where in the file a cell stands, for the few cells that are asked for."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from copydesk.model import Dialect
from copydesk.scan.grammar import cells, place_in
from copydesk.scan.records import Token, csv_options, tokens
from copydesk.scan.survey import Survey, survey
from copydesk.scan.tally import Mark
from copydesk.scan.text import REPLACEMENT, UNDECODABLE, decode, line_around, lines_of

WINDOW = 400
"""The longest excerpt, in characters."""

_BEFORE = 120

Wanted = tuple[int, int | None]


@dataclass(frozen=True)
class Place:
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
    known, quote = known or survey(path, dialect), (dialect.quote or "").encode()
    found: dict[Wanted, Place] = {}
    with path.open("rb") as stream:
        for start, end, numbers in _blocks(known.marks, sorted(asked)):
            stream.seek(start.offset)
            data = stream.read(end.offset - start.offset) if end else b""
            if end and data.count(b"\r") == data.count(b"\r\n"):
                even = end.record - start.record == end.line - start.line
                pieces = enumerate(data.split(b"\n")) if even else _pieces(data, quote)
                picked = _pick_pieces(pieces, known.encoding, dialect, start, numbers)
            else:
                stream.seek(start.offset)
                picked = _pick_records(stream, known.encoding, dialect, start, numbers)
            for token in picked:
                for index in asked[token.number]:
                    found[token.number, index] = _place(token, index, dialect)
    return found


def _blocks(
    marks: tuple[Mark, ...], numbers: list[int]
) -> Iterator[tuple[Mark, Mark | None, list[int]]]:
    """Yield the wanted records between each two marks, with the marks."""
    firsts = [mark.record for mark in marks]
    grouped: dict[int, list[int]] = {}
    for number in numbers:
        if number >= 1:
            grouped.setdefault(bisect_right(firsts, number) - 1, []).append(number)
    for block, members in grouped.items():
        yield marks[block], marks[block + 1] if block + 1 < len(marks) else None, members


def _pick_pieces(
    pieces: Iterable[tuple[int, bytes]],
    codec: str,
    dialect: Dialect,
    start: Mark,
    numbers: list[int],
) -> Iterator[Token]:
    """Yield the wanted of the records of a block, given as lines ahead of its start and bytes."""
    options, following = csv_options(dialect), iter(pieces)
    reached = start.record
    for number in numbers:
        ahead, piece = next(islice(following, number - reached, None))
        reached = number + 1
        raw = decode(piece, codec).removesuffix("\r")
        yield Token(number, start.line + ahead, raw, next(csv.reader([raw], **options), []))


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
    stream: BinaryIO, codec: str, dialect: Dialect, start: Mark, numbers: list[int]
) -> Iterator[Token]:
    wanted = set(numbers)
    with lines_of(stream, codec) as lines:
        for token in tokens(lines, dialect, start.record, start.line):
            if token.number in wanted:
                yield token
            if token.number >= numbers[-1]:
                return


def _place(token: Token, index: int | None, dialect: Dialect) -> Place:
    raw = token.raw
    start, end, value = 0, len(raw), None
    if index is not None:
        if index < len(token.cells):
            match = next(islice(cells(raw, dialect), index, None))
            start, end = match.span("cell")
            value = token.cells[index].replace(UNDECODABLE, REPLACEMENT)
        else:
            start = end = len(raw.removesuffix("\n").removesuffix("\r"))
    line, column = place_in(raw, start, token.line)
    text = line_around(raw, start).replace(UNDECODABLE, REPLACEMENT)
    width = min(end - start, len(text) - (column - 1))
    first = 0 if len(text) <= WINDOW else max(0, min(column - 1 - _BEFORE, len(text) - WINDOW))
    return Place(line, column, width, value, text[first : first + WINDOW], column - 1 - first)
