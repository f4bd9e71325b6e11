"""A fast look at the bytes of a file: what it is, and whether the fast reader may read it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from copydesk.model import Dialect
from copydesk.scan import guess
from copydesk.scan.grammar import terminator_of
from copydesk.scan.records import HEADER_LIMIT, Header, opening
from copydesk.scan.tally import Mark, Spot, Tally, blocks
from copydesk.scan.text import byte_order_mark, is_transparent, lacks_mark, resolve


@dataclass(frozen=True)
class Survey:
    """What a look at the bytes tells.

    `irregular` says why DuckDB must not read the file (empty: it may, with the options of
    `read_csv_options`). Counts of line ends are of the whole file, inside quotes too; `lines`
    are physical lines. `records` and `blank` (the line of the first empty one) reach as far as
    the structure could be told by counting; both are exact for a regular file. `width` is the
    number of cells of the first record. `unmarked` files lack the byte order mark that their
    encoding demands.
    """

    size: int
    bom: str
    encoding: str
    ascii: bool
    foreign: str
    nul: Spot | None
    undecodable: Spot | None
    undecodable_count: int
    lf: int
    crlf: int
    cr: int
    lines: int
    final_newline: bool
    quoted: bool
    multiline: bool
    blank: int | None
    records: int
    width: int
    header: Header
    irregular: str
    marks: tuple[Mark, ...]
    delimiter_hint: str
    encoding_hint: str
    unmarked: bool = False

    @property
    def regular(self) -> bool:
        """Return whether the fast reader reads the file exactly as it is."""
        return not self.irregular


def read_csv_options(known: Survey, dialect: Dialect) -> dict[str, Any]:
    """Return the options with which DuckDB's read_csv reads a regular file as it is.

    To these belongs `columns`: as many names as the file has labels, each a VARCHAR. An empty
    cell, quoted or not, arrives as NULL. Any error of the reader means: read the file exactly.
    """
    return {
        "auto_detect": False,
        "header": bool(dialect.header_rows),
        "delim": dialect.delimiter,
        "quote": dialect.quote or "",
        "escape": dialect.quote or "",
        "comment": "",
        "nullstr": "",
        "encoding": "utf-8",
        "strict_mode": True,
        "null_padding": False,
        "ignore_errors": False,
        # In parallel it takes a line inside quotes that looks like a row for one.
        "parallel": not known.multiline,
    }


def survey(path: Path, dialect: Dialect, limit: int | None = None) -> Survey:
    """Return what a fast look at the bytes of a file tells, or at its first `limit` bytes.

    Raises LookupError for an unknown encoding.
    """
    with path.open("rb", buffering=0) as stream:
        head = stream.read(HEADER_LIMIT)
        codec, skip = resolve(dialect.encoding, head)
        direct, why = is_transparent(codec), _foreseen(dialect, codec, head)
        tally = Tally(dialect, codec, skip, why, whole=not why, transcoding=not direct)
        stream.seek(skip)
        for block in blocks(stream, "" if direct else codec):
            tally.take(block)
            if limit is not None and tally.offset >= limit:
                break
        else:
            tally.finish()
        size = stream.seek(0, 2)
        unmarked = size > 0 and lacks_mark(dialect.encoding, head)
        if unmarked:
            tally.undecodable = Spot(0, 1, 1)
        hint = ""
        if tally.undecodable:
            stream.seek(max(0, (tally.undecodable.offset or 0) - guess.SAMPLE // 2) & ~1)
            hint = guess.encoding(stream.read(guess.SAMPLE), dialect.encoding)
    return replace(_told(tally, size, head, hint), unmarked=unmarked)


def _told(tally: Tally, size: int, head: bytes, hint: str) -> Survey:
    dialect = tally.dialect
    labels, width, height = opening(head, dialect)
    if tally.records and tally.delimiters != tally.records * (width - 1):
        tally.flag("a record with more or fewer cells")
    if height > 1:
        tally.flag("a line break in the first record")
    bom, length = byte_order_mark(head)
    if bom and dialect.quote and head.startswith(dialect.quote.encode(), length):
        tally.flag("a quote after the byte order mark")
    return Survey(
        size=size,
        bom=bom,
        encoding=tally.codec,
        ascii=tally.ascii,
        foreign=guess.foreign(head, tally.codec),
        nul=tally.nul,
        undecodable=tally.undecodable,
        undecodable_count=tally.undecodable_count,
        lf=tally.lf,
        crlf=tally.crlf,
        cr=tally.cr,
        lines=tally.lines,
        final_newline=tally.lines > 0 and not tally.ahead,
        quoted=tally.quoted,
        multiline=tally.lines != tally.records,
        blank=tally.blank,
        records=tally.records,
        width=width,
        header=labels,
        irregular=tally.irregular,
        marks=tuple(tally.marks),
        delimiter_hint=guess.delimiter(head, dialect) if width == 1 else "",
        encoding_hint=hint,
    )


def _foreseen(dialect: Dialect, codec: str, head: bytes) -> str:
    """Return why a file cannot be regular whatever is in it."""
    if dialect.header_rows not in {(), (1,)} or dialect.comment_rows:
        return "a header or comments in other rows than the first"
    signs = [s for s in (dialect.delimiter, dialect.quote, dialect.comment_char) if s is not None]
    if not all(len(sign) == 1 and (" " <= sign <= "~" or sign == "\t") for sign in signs):
        return "a dialect with unusual signs"
    if terminator_of(dialect):
        return "rows that do not end with their lines"
    if dialect.skip_blank_rows:
        return "a dialect that steps over blank rows"
    if len(set(signs)) < len(signs):
        return "a dialect that uses one sign twice"
    if not is_transparent(codec):
        return f"the encoding {codec}"
    if byte_order_mark(head)[0] not in {"", codec}:
        return "a byte order mark of another encoding"
    return ""
