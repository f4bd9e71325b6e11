"""Counting through a file chunk by chunk, each cut where a record ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from copydesk.model import Dialect
from copydesk.scan.grammar import escape_of
from copydesk.scan.outline import Outline, outline
from copydesk.scan.text import UNDECODABLE, decode, end_of, transcode

CHUNK = 1 << 18
LONGEST = 1 << 20
"""The longest record that is left to the fast reader, in bytes; it gives up at 2,000,000."""


class Spot(NamedTuple):
    """A place in the file; `offset` in bytes, None if the file had to be transcoded."""

    offset: int | None
    line: int
    column: int


class Mark(NamedTuple):
    """A byte offset at which a record starts, with its number and its line."""

    offset: int
    record: int
    line: int


def blocks(stream: BinaryIO, codec: str) -> Iterator[bytes]:
    """Yield the rest of a file in blocks, as UTF-8 if a codec is given."""
    blocks = iter(lambda: stream.read(CHUNK), b"")
    return transcode(blocks, codec) if codec else blocks


@dataclass
class Tally:
    """What is counted so far; `line` is that of the next byte and `ahead` the columns before it.

    `whole` says that records can still be told by counting, so that every chunk begins with one;
    `irregular` is the first reason why the fast reader must not read the file.
    """

    dialect: Dialect
    codec: str
    offset: int
    irregular: str
    whole: bool
    transcoding: bool
    rest: bytes = b""
    line: int = 1
    ahead: int = 0
    ascii: bool = True
    quoted: bool = False
    lf: int = 0
    crlf: int = 0
    cr: int = 0
    records: int = 0
    delimiters: int = 0
    line_end: bytes = b""
    nul: Spot | None = None
    undecodable: Spot | None = None
    undecodable_count: int = 0
    blank: int | None = None
    marks: list[Mark] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """Return how many physical lines were taken."""
        return self.line - 1 + bool(self.ahead)

    def __post_init__(self) -> None:
        self.marks.append(Mark(self.offset, 1, 1))

    def take(self, block: bytes) -> None:
        """Count a block; the end of the file is an empty one."""
        data, last = self.rest + block, not block
        size = self._take_records(data, last) if self.whole else 0
        if not self.whole:
            size = _loose_end(data, last)
        chunk, self.rest = data[:size], data[size:]
        if chunk:
            self._take_bytes(chunk)

    def finish(self) -> None:
        """Take what is left at the end of the file."""
        self.take(b"")
        if self.whole and self.records:
            self.marks.append(Mark(self.offset, self.records + 1, self.lines + 1))

    def flag(self, reason: str) -> None:
        """Keep the first reason why the fast reader must not read the file."""
        self.irregular = self.irregular or reason

    def _take_records(self, data: bytes, last: bool) -> int:
        found = outline(data, self.dialect, last)
        lost = found.lost or self._untellable(data, found)
        if lost:
            self.whole = False
            self.flag(lost)
            return 0
        if found.size:
            self._take_structure(data[: found.size], found.flat)
        return found.size

    def _untellable(self, data: bytes, found: Outline) -> str:
        if not found.size and len(data) > LONGEST:
            return "a record of more than 1 MiB"
        if b"\r" in found.flat and found.flat.count(b"\r") != found.flat.count(b"\r\n"):
            return "a lone carriage return"
        escape = escape_of(self.dialect).encode()
        if (escape and escape in data) or (found.doubled and not self.dialect.double_quote):
            return "an escape character"
        comment, quote = (self.dialect.comment_char or "").encode(), self.dialect.quote or ""
        if comment and comment in data and quote.encode() in data:  # which means nothing in it
            return "a comment"
        return ""

    def _take_structure(self, chunk: bytes, flat: bytes) -> None:
        if self.records:
            self.marks.append(Mark(self.offset, self.records + 1, self.line))
        lines = flat.split(b"\n")
        ends = len(lines) - 1
        if not lines[-1]:
            del lines[-1]
        self.records += len(lines)
        self.delimiters += flat.count(self.dialect.delimiter.encode())
        returns = flat.count(b"\r\n") if b"\r" in flat else 0
        kind = b"\r\n" if returns else b"\n"
        if ends and (returns not in {0, ends} or self.line_end not in {b"", kind}):
            self.flag("line ends of two kinds")
        self.line_end = kind if ends else self.line_end
        if self.blank is None and (b"" in lines or (returns and b"\r" in lines)):
            self.blank = self._blank_line(chunk)
            self.flag("an empty line")
        self._take_signs(chunk, flat)

    def _take_signs(self, chunk: bytes, flat: bytes) -> None:
        quote, comment = (self.dialect.quote or "").encode(), self.dialect.comment_char
        if comment and any(_starts_line(chunk, q + comment.encode()) for q in {b"", quote}):
            self.flag("a comment")
        if self.dialect.skip_initial_space:
            spaced = self.dialect.delimiter.encode() + b" "
            if spaced in flat or _starts_line(flat, b" "):
                self.flag("a space at the beginning of a cell")

    def _blank_line(self, chunk: bytes) -> int:
        """Return the line of the first empty line outside of quotes."""
        quote, position = (self.dialect.quote or "").encode(), 0
        while not (
            chunk.startswith((b"\n", b"\r\n"), position)
            and not (quote and chunk.count(quote, 0, position) % 2)
        ):
            position = chunk.index(b"\n", position) + 1
        return self.line + end_of(self._text(chunk[:position]))[0]

    def _take_bytes(self, chunk: bytes) -> None:
        self._take_characters(chunk)
        feeds, returns, lone = chunk.count(b"\n"), 0, 0
        if b"\r" in chunk:
            returns = chunk.count(b"\r\n")
            lone = chunk.count(b"\r") - returns
        self.lf += feeds - returns
        self.crlf += returns
        self.cr += lone
        self.line += feeds + lone
        if chunk.endswith((b"\n", b"\r")):
            self.ahead = 0
        else:
            breaks, after = end_of(self._text(chunk))
            self.ahead = after + (0 if breaks else self.ahead)
        self.offset += len(chunk)

    def _take_characters(self, chunk: bytes) -> None:
        quote = (self.dialect.quote or "").encode()
        self.quoted = self.quoted or bool(quote and quote in chunk)
        if self.nul is None and b"\0" in chunk:
            size = chunk.index(b"\0")
            self.nul = self._spot(self._text(chunk[:size]), size)
            self.flag("a NUL byte")
        if chunk.isascii():
            return
        self.ascii = False
        if self.codec != "utf-8":
            self.flag("characters in another encoding than UTF-8")
        text = self._text(chunk)
        if UNDECODABLE in text:
            self.flag("bytes that are not text")
            before = text[: text.index(UNDECODABLE)]
            self.undecodable = self.undecodable or self._spot(
                before, len(before.encode(self.codec))
            )
            self.undecodable_count += text.count(UNDECODABLE)

    def _text(self, data: bytes) -> str:
        return decode(data, "utf-8" if self.transcoding else self.codec)

    def _spot(self, before: str, size: int) -> Spot:
        breaks, after = end_of(before)
        column = after + 1 + (0 if breaks else self.ahead)
        return Spot(None if self.transcoding else self.offset + size, self.line + breaks, column)


def _starts_line(text: bytes, sign: bytes) -> bool:
    return text.startswith(sign) or b"\n" + sign in text


def _loose_end(data: bytes, last: bool) -> int:
    """Return where to cut data without known records: after a line, or between characters."""
    if last:
        return len(data)
    end = data.rfind(b"\n") + 1
    if not end and len(data) > LONGEST:
        return len(data) - next(n for n in range(1, 6) if n == 5 or data[-n] & 0xC0 != 0x80)
    return end
