"""Files that are compressed or come in parts → one file of plain text."""

from __future__ import annotations

import codecs
import sys
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO, Any

from copydesk.findings import Finding, Related
from copydesk.model import Dialect
from copydesk.package import compression_of
from copydesk.scan import header, records
from copydesk.scan.text import lines_of, resolve

_CHUNK = 1 << 20
_NONE = ("", "no", "none")


class Unusable(Exception):
    """A file that cannot be had: the code of the check that tells it, and why."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True)
class Part:
    """One of the files of a table: as the package names it, as it lies there, and unpacked."""

    path: str
    raw: Path
    file: Path


@dataclass(frozen=True)
class Piece:
    """Where a part begins in the whole: its first line there, and the lines left out of it.

    `bare` is a later part that does not begin with the header of the first.
    """

    path: str
    first: int
    left_out: int
    bare: bool = False


def unpacked(resource: Mapping[str, Any], path: str, file: Path, into: Path) -> Path:
    """Return a file as plain text, written out if it is compressed.

    Raises Unusable for one that is damaged, swells out of proportion, or is compressed in a way
    that is not known.
    """
    kind = compression_of(resource, path)
    if kind in _NONE:
        return file
    into.mkdir(exist_ok=True)
    target = into / "plain"
    from copydesk.archive import ALWAYS_ALLOWED, MOST_TIMES

    allowed = max(ALWAYS_ALLOWED, MOST_TIMES * file.stat().st_size)
    size = 0
    try:
        with _opened(kind, file, resource) as source, target.open("wb") as stream:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > allowed:
                    raise Unusable("FL017", f"it swells to more than {allowed:,} bytes")
                stream.write(chunk)
    except (OSError, EOFError, zlib.error, ValueError, NotImplementedError, RuntimeError) as error:
        raise Unusable("FL017", _reason(error)) from error
    return target


def _reason(error: Exception) -> str:
    words = str(error) or type(error).__name__
    return words[:1].lower() + words[1:]


@contextmanager
def _opened(kind: str, file: Path, resource: Mapping[str, Any]) -> Iterator[Any]:
    """Give the content of a compressed file."""
    if kind == "zip":
        from zipfile import BadZipFile, ZipFile

        try:
            with ZipFile(file) as zipped:
                member = _member(zipped.namelist(), resource)
                with zipped.open(member) as stream:
                    yield stream
        except BadZipFile as error:
            raise Unusable("FL017", _reason(error)) from error
    elif kind == "gz":
        import gzip

        with gzip.open(file) as stream:
            yield stream
    elif kind == "bz2":
        import bz2

        with bz2.open(file) as stream:
            yield stream
    elif kind == "xz":
        import lzma

        try:
            with lzma.open(file) as stream:
                yield stream
        except lzma.LZMAError as error:
            raise Unusable("FL017", _reason(error)) from error
    else:
        raise Unusable("FL017", f"`{kind}` is no compression that is known")


def _member(names: Sequence[str], resource: Mapping[str, Any]) -> str:
    """Return the file of an archive that is meant: the one named, or else the first."""
    named = resource.get("innerpath")
    files = [n for n in names if not n.endswith("/")]
    if isinstance(named, str) and named:
        if named not in files:
            raise Unusable("FL017", f"no `{named}` is in it")
        return named
    if not files:
        raise Unusable("FL017", "the archive is empty")
    return files[0]


def joined(dialect: Dialect, parts: Sequence[Part], whole: Path) -> tuple[Path, list[Piece]]:
    """Write the parts of a table as one file, and return it with the place of each part.

    A header that a later part repeats is left out, and a last line that does not end is ended,
    so that no two rows are glued together.
    """
    labels = _labels(parts[0].file, dialect)
    pieces: list[Piece] = []
    line = 1
    with whole.open("wb") as stream:
        for number, part in enumerate(parts):
            codec, start = _codec(part.file, dialect)
            left_out = 0
            if number:
                left_out, start = _repeated(part.file, dialect, labels, codec, start)
            bare = bool(number and dialect.header_rows and not left_out)
            pieces.append(Piece(part.path, line, left_out, bare))
            with part.file.open("rb") as source:
                source.seek(start if number else 0)
                line += _copied(source, stream, codec, last=number == len(parts) - 1)
    return whole, pieces


def _codec(file: Path, dialect: Dialect) -> tuple[str, int]:
    with file.open("rb") as stream:
        codec, start = resolve(dialect.encoding, stream.read(4))
    # Without their mark, these two cannot be read on from the middle.
    return {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(codec, codec), start


def _labels(file: Path, dialect: Dialect) -> list[str] | None:
    """Return the labels of a file, None if it is not of its encoding."""
    try:
        return [label.name for label in header(file, dialect).labels]
    except UnicodeError:
        return None


def _repeated(
    file: Path, dialect: Dialect, labels: list[str] | None, codec: str, start: int
) -> tuple[int, int]:
    """Return how many lines a repeated header takes, and the byte behind it."""
    own = _labels(file, dialect)
    if not dialect.header_rows or own is None or own != labels:
        return 0, start
    with file.open("rb") as stream, lines_of(stream, codec) as lines:
        stream.seek(start)
        above = list(islice(lines, _first_row(file, dialect) - 1))
    return len(above), start + len("".join(above).encode(codec, "surrogatepass"))


def _first_row(file: Path, dialect: Dialect) -> int:
    """Return the line on which the first record below the header begins."""
    seen = False
    for record in records(file, dialect):
        if seen and record.role != "header":
            return record.line
        seen = seen or record.role == "header"
    return sys.maxsize


def _copied(source: IO[bytes], stream: IO[bytes], codec: str, *, last: bool) -> int:
    """Copy what is left of a part, end its last line, and return the number of its lines."""
    decoder = codecs.getincrementaldecoder(codec)("replace")
    lines, end, before = 0, "\n", "\n"
    while chunk := source.read(_CHUNK):
        stream.write(chunk)
        text = decoder.decode(chunk)
        both = text.count("\r\n")
        lines += text.count("\n") + text.count("\r") - both
        lines -= before.endswith("\r") and text.startswith("\n")
        end = "\r\n" if both else end
        before = text or before
    if before.endswith(("\n", "\r")) or last:
        return lines
    stream.write(end.encode(codec))
    return lines + 1


def way(pieces: Sequence[Piece]) -> Callable[[Finding], Finding]:
    """Return what tells a finding in the whole at its place in the part."""
    firsts = [piece.first for piece in pieces]

    def there(line: int) -> tuple[str, int]:
        piece = pieces[max(0, bisect_right(firsts, line) - 1)]
        return piece.path, line - piece.first + 1 + piece.left_out

    def placed(finding: Finding) -> Finding:
        if finding.line is None or finding.path != pieces[0].path:
            return finding
        path, line = there(finding.line)
        related = tuple(
            Related(one.message, *there(one.line), one.column) if one.line else one
            for one in finding.related
        )
        return replace(finding, path=path, line=line, related=related)

    return placed
