"""How the bytes of a file become text: encoding, byte order mark, lines."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

UNDECODABLE = "\udc80"
"""What stands for an undecodable sequence in text that is still being tokenised: no codec yields
a lone surrogate, so it cannot be mistaken for a U+FFFD that is in the file."""

REPLACEMENT = "\ufffd"

WINDOW = 400
"""The longest excerpt, in characters."""

_BEFORE = 120

_BROKEN = "\udcff"  # escaped, this is the byte FF, which UTF-8 never holds
_HANDLER = "copydesk-undecodable"
_ASCII = bytes(range(128)).decode("ascii")
_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARKED = ("utf-16", "utf-32")


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNDECODABLE, error.end


codecs.register_error(_HANDLER, _stand_in)


def byte_order_mark(head: bytes) -> tuple[str, int]:
    """Return the encoding that a byte order mark names and the length of the mark."""
    return next(((name, len(mark)) for mark, name in _MARKS if head.startswith(mark)), ("", 0))


def resolve(encoding: str, head: bytes) -> tuple[str, int]:
    """Return the codec that reads the file and the length of the mark to step over.

    UTF-16 and UTF-32 without a mark are read with the high byte first, which is only a guess.
    Raises LookupError if there is no such encoding.
    """
    name = codecs.lookup(encoding).name
    name = "utf-8" if name == "utf-8-sig" else name
    marked, length = byte_order_mark(head)
    if marked and (name == marked or marked.startswith(f"{name}-")):
        return marked, length
    return (f"{name}-be" if name in _MARKED else name), 0


def lacks_mark(encoding: str, head: bytes) -> bool:
    """Return whether an encoding says that a mark tells the order of bytes, and there is none."""
    name = codecs.lookup(encoding).name
    return name in _MARKED and not byte_order_mark(head)[0].startswith(name)


def is_transparent(codec: str) -> bool:
    """Return whether every ASCII byte of a file in this encoding is that ASCII character."""
    if codec == "utf-8":
        return True
    try:
        text = bytes(range(256)).decode(codec, "replace")
    except (UnicodeError, LookupError):
        return False
    return len(text) == 256 and text.startswith(_ASCII)


def decode(data: bytes, codec: str) -> str:
    """Return the text of some bytes, with a stand-in for each undecodable sequence."""
    return data.decode(codec, _HANDLER)


def transcode(blocks: Iterable[bytes], codec: str) -> Iterator[bytes]:
    """Yield text in another encoding as UTF-8; a stand-in becomes bytes that are not UTF-8."""
    decoder = codecs.getincrementaldecoder(codec)(_HANDLER)
    for block in blocks:
        yield decoder.decode(block).replace(UNDECODABLE, _BROKEN).encode("utf-8", "surrogateescape")
    yield decoder.decode(b"", True).replace(UNDECODABLE, _BROKEN).encode("utf-8", "surrogateescape")


@contextmanager
def lines_of(stream: BinaryIO, codec: str) -> Iterator[Iterable[str]]:
    """Give the lines from here on, each with its own line end: LF, CRLF or a lone CR."""
    lines = io.TextIOWrapper(stream, codec, errors=_HANDLER, newline="")
    try:
        yield lines
    finally:
        lines.detach()  # else the stream would be closed with its wrapper


def end_of(text: str) -> tuple[int, int]:
    """Return how many line breaks a text holds, and how many characters follow the last one."""
    if "\n" not in text and "\r" not in text:
        return 0, len(text)
    ends = [match.end() for match in _LINE_BREAK.finditer(text)]
    return len(ends), len(text) - (ends[-1] if ends else 0)


def start_of(text: str, line: int) -> int:
    """Return where a line of a text begins, counted from 0."""
    ends = (match.end() for match in _LINE_BREAK.finditer(text))
    return next(islice(ends, line - 1, None), len(text)) if line else 0


def window(text: str, at: int) -> tuple[str, int]:
    """Return what is shown of a line of any length around a character, and where it is there."""
    first = 0 if len(text) <= WINDOW else max(0, min(at - _BEFORE, len(text) - WINDOW))
    return text[first : first + WINDOW].replace(UNDECODABLE, REPLACEMENT), at - first


def line_at(path: Path, offset: int, codec: str) -> tuple[str, int]:
    """Return the line of a file that holds a byte, cut, and which of its characters that is in."""
    with path.open("rb") as stream:
        stream.seek(max(0, offset - WINDOW))
        before = stream.read(min(offset, WINDOW))
        after = stream.read(WINDOW)
    before = before[max(before.rfind(b"\n"), before.rfind(b"\r")) + 1 :]
    ahead = decode(before, codec)
    match = _LINE_BREAK.search(text := ahead + decode(after, codec), len(ahead))
    return window(text[: match.start()] if match else text, len(ahead))


def line_around(text: str, offset: int) -> str:
    """Return the physical line that holds this place, without its line end."""
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    match = _LINE_BREAK.search(text, offset)
    return text[start : match.start() if match else len(text)]
