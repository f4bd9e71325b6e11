"""What the bytes of a file tell beyond its survey: line ends, digests, what cannot be decoded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from copydesk.model import Dialect, Table
from copydesk.package import stated
from copydesk.scan import Survey
from copydesk.scan.grammar import place_in
from copydesk.scan.records import tokens
from copydesk.scan.text import is_transparent, lines_of, resolve

_ENDS = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}
_HASHES = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}

Firsts = dict[str, tuple[int, int]]


def line_ends(file: Path, dialect: Dialect, known: Survey) -> tuple[Counter[str], Firsts]:
    """Return how many records end in each way, and line and column of the first of each kind.

    Line breaks inside of cells do not count. Where the survey has told enough, the file is not
    read again, and no places are given.
    """
    kinds = Counter({"LF": known.lf, "CRLF": known.crlf, "CR": known.cr})
    first: Firsts = {}
    alike = max(kinds.values()) == kinds.total()
    if known.lf == kinds.total() or (alike and not known.multiline):
        return kinds, first
    kinds.clear()
    with file.open("rb") as stream:
        codec, skip = resolve(dialect.encoding, stream.read(4))
        stream.seek(skip)
        with lines_of(stream, codec) as lines:
            for token in tokens(lines, dialect):
                size = len(token.raw.rstrip("\r\n"))
                if kind := _ENDS.get(token.raw[size:]):
                    kinds[kind] += 1
                    first.setdefault(kind, place_in(token.raw, size, token.line))
    return kinds, first


def needless_quotes(file: Path, dialect: Dialect, known: Survey) -> tuple[int, tuple[int, int]]:
    """Return how many cells are quoted without need, and line and column of the first of them.

    In a well-formed file no other place than such a cell looks like one: quotes within quotes
    are doubled.
    """
    quote = re.escape((dialect.quote or "").encode())
    if not known.quoted or not known.size or not quote or not is_transparent(known.encoding):
        return 0, (1, 1)
    stop = re.escape(dialect.delimiter.encode()) + rb"\r\n"
    needed = re.escape((dialect.comment_char or "").encode())
    kept = b"(?!" + needed + b")" if needed else b""
    some = b"+" if known.width == 1 else b"*"
    inner = b"[^" + quote + stop + b"]" + some + quote
    cell = b"(?:^|[" + stop + b"])" + quote + kept + inner + b"(?=[" + stop + b"]|\\Z)"
    with file.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as data:
        found = [match.end() for match in re.finditer(cell, data)]
        if not found:
            return 0, (1, 1)
        before = data[: found[0]].decode(known.encoding)
    inside = before[: before.rindex(dialect.quote or "", 0, -1)]
    return len(found), place_in(inside, len(inside), 1)


def misstated(table: Table) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the checks of size and hash that fail for the files of a table, with their values.

    Files are taken as they lie in the package, and several for one, as the parts of a resource.
    """
    if "data" in table.descriptor:
        return
    known, files = stated(table.descriptor), table.raw or (table.file,)
    size = sum(file.stat().st_size for file in files)
    if known.bytes is not None and known.bytes != size:
        yield "FL012", {"bytes": f"{size:,}", "expected": f"{known.bytes:,}"}
    if known.hash and (other := _other_digest(files, known.hash)):
        algorithm, found, expected = other
        yield "FL013", {"algorithm": algorithm, "found": found[:12], "expected": expected[:12]}


def _other_digest(files: Sequence[Path], given: str) -> tuple[str, str, str] | None:
    """Return algorithm, digest found and digest expected where they differ."""
    import hashlib

    from copydesk.archive import chunks_of, digest

    algorithm, _, expected = given.lower().rpartition(":")
    algorithm = algorithm.replace("sha-", "sha") or _HASHES.get(len(expected), "md5")
    if algorithm not in hashlib.algorithms_guaranteed or "shake" in algorithm:
        return None
    found = digest(chain.from_iterable(map(chunks_of, files)), algorithm)[1]
    return None if found == expected else (algorithm, found, expected)


def undecodable(file: Path, offset: int | None) -> str:
    """Return what is wrong with the byte at an offset, or with any where that is not known."""
    if offset is None:
        return "it holds bytes that are part of no character"
    with file.open("rb") as stream:
        stream.seek(offset)
        byte = stream.read(1).hex().upper()
    return f"the byte 0x{byte} at offset {offset:,} is part of no character"
