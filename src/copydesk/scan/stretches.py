"""A file of which most lines are as they should be: those as they are, the other records exactly.

What a survey has told of the structure of a file spares its lines from being tokenised; only
what is odd among them is.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, NamedTuple

from copydesk.model import Dialect
from copydesk.scan.grammar import escape_of, is_ordinary
from copydesk.scan.outline import outline
from copydesk.scan.records import Record, Token, recorder, tokens
from copydesk.scan.survey import Survey
from copydesk.scan.tally import Mark
from copydesk.scan.text import UNDECODABLE, decode, lines_of


class Stretch(NamedTuple):
    """Lines, each a well-formed record of the right number of cells; `number` is the first's."""

    number: int
    lines: list[str]


def is_plain(dialect: Dialect) -> bool:
    """Return whether well-formed lines of a dialect can be read by DuckDB as they are."""
    signs = (dialect.delimiter, dialect.quote or "")
    return (
        all(len(sign) == 1 and sign.isascii() for sign in signs)
        and is_ordinary(dialect)
        and dialect.double_quote
        and not dialect.skip_blank_rows
        and not dialect.skip_initial_space
        and not escape_of(dialect)
    )


def stretches(
    path: Path, dialect: Dialect, known: Survey, width: int
) -> Iterator[Stretch | Record]:
    """Yield all of a file of a plain dialect in order: lines of so many cells, other records."""
    record = recorder(dialect)
    headed = bool(known.header.rows) or not dialect.header_rows
    last = max(known.header.rows, default=1)
    with path.open("rb") as stream:
        for start, end in pairwise(known.marks):
            stream.seek(start.offset)
            data = stream.read(end.offset - start.offset)
            told = headed and start.record > last
            flat = _flat(data, dialect, known.encoding) if told else None
            if flat is None:
                yield from map(record, _tokens(io.BytesIO(data), dialect, known.encoding, start))
            else:
                yield from _parted(data, flat, start, dialect, known.encoding, width, record)
        stream.seek(known.marks[-1].offset)
        yield from map(record, _tokens(stream, dialect, known.encoding, known.marks[-1]))


def _tokens(stream: BinaryIO, dialect: Dialect, codec: str, start: Mark) -> Iterator[Token]:
    with lines_of(stream, codec) as lines:
        yield from tokens(lines, dialect, start.record, start.line)


def _flat(data: bytes, dialect: Dialect, codec: str) -> bytes | None:
    """Return whole records without what is in quotes; None if they must be tokenised."""
    comment = (dialect.comment_char or "").encode()
    if b"\0" in data or (comment and comment in data):
        return None
    if not data.isascii() and UNDECODABLE in decode(data, codec):
        return None
    flat = outline(data, dialect, last=True).flat
    even = flat.count(b"\n") == data.count(b"\n") and flat.count(b"\r\n") == data.count(b"\r")
    return flat if even else None


def _parted(
    data: bytes,
    flat: bytes,
    start: Mark,
    dialect: Dialect,
    codec: str,
    width: int,
    record: Callable[[Token], Record],
) -> Iterator[Stretch | Record]:
    """Yield the lines of a block, parted by those that are empty or of another width."""
    delimiter, inner = dialect.delimiter.encode(), width - 1
    outlines = flat.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n")
    lines = decode(data, codec).replace("\r\n", "\n").removesuffix("\n").split("\n")
    done = 0
    for odd in [n for n, s in enumerate(outlines) if s.count(delimiter) != inner or not s]:
        if odd > done:
            yield Stretch(start.record + done, lines[done:odd])
        number, line, raw = start.record + odd, start.line + odd, lines[odd] + "\n"
        yield record(
            next(tokens([raw], dialect, number, line))
            if lines[odd]
            else Token(number, line, raw, [])
        )
        done = odd + 1
    if done < len(lines):
        yield Stretch(start.record + done, lines[done:])
