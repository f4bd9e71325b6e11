"""What a file seems to be, where it is not what its dialect says."""

from __future__ import annotations

import codecs
import csv
import io
import re

from copydesk.model import Dialect
from copydesk.scan.text import UNDECODABLE, byte_order_mark, decode, is_transparent, resolve

SAMPLE = 1 << 16

_MAGIC = (
    (b"%PDF", "PDF document"),
    (b"\xd0\xcf\x11\xe0", "Excel workbook (xls)"),
    (b"\x1f\x8b", "gzip archive"),
    (b"BZh", "bzip2 archive"),
    (b"\xfd7zXZ", "xz archive"),
    (b"7z\xbc\xaf", "7-Zip archive"),
    (b"\x28\xb5\x2f\xfd", "Zstandard archive"),
    (b"PAR1", "Parquet file"),
    (b"SQLite format 3\0", "SQLite database"),
    (b"\x89PNG", "PNG image"),
    (b"version https://git-lfs", "Git LFS pointer"),
)
_MARKUP = (
    (re.compile(rb"\s*<(!doctype\s+)?html", re.I), "HTML page"),
    (re.compile(rb"\s*<\?xml", re.I), "XML document"),
    (re.compile(rb'\s*[\[{]\s*(["{\[]|$)'), "JSON document"),
)
_FEW = 7
"""As many bytes of value zero may be an accident, however short the file is."""
_DELIMITERS = (";", "\t", "|", ",")


def foreign(head: bytes, codec: str) -> str:
    """Return what a file is if it is not text in lines, empty if it seems to be."""
    if head.startswith(b"PK\x03\x04"):
        return _zipped(head)
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    for pattern, name in _MARKUP:
        if pattern.match(head):
            return name
    sample = head[:SAMPLE]
    many = sample.count(0) > max(_FEW, len(sample) // 10)
    if many and is_transparent(codec) and not byte_order_mark(head)[0] and not _wide(sample):
        return "binary file"
    return ""


def _zipped(head: bytes) -> str:
    if b"opendocument.spreadsheet" in head[:200]:
        return "OpenDocument spreadsheet (ods)"
    if b"[Content_Types].xml" in head or b"xl/" in head:
        return "Excel workbook (xlsx)"
    return "zip archive"


def _wide(sample: bytes) -> str:
    """Return the form of UTF-16 that text mostly of ASCII characters would be in, or empty."""
    half = len(sample) // 2
    if half and sample[1::2].count(0) > 0.7 * half and sample[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if half and sample[::2].count(0) > 0.7 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return ""


def encoding(sample: bytes, declared: str) -> str:
    """Return the encoding that a sample around an undecodable place fits, empty if none stands out.

    Bytes that are mostly good UTF-8 with a damaged place among them are not guessed about.
    """
    marked = byte_order_mark(sample)[0]
    if marked or _wide(sample):
        return "utf-16" if marked.startswith("utf-16") else marked or _wide(sample)
    if sample.isascii():
        return "" if b"\0" in sample or codecs.lookup(declared).name == "utf-8" else "utf-8"
    text = decode(sample, "utf-8")
    good = sum(not c.isascii() for c in text) - text.count(UNDECODABLE)
    if good > text.count(UNDECODABLE):
        return "" if codecs.lookup(declared).name == "utf-8" else "utf-8"
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def delimiter(head: bytes, dialect: Dialect) -> str:
    """Return the delimiter that splits the first lines evenly where the declared one does not."""
    codec, skip = resolve(dialect.encoding, head)
    lines = list(io.StringIO(decode(head[skip : skip + SAMPLE], codec), newline=""))
    if len(head) > skip + SAMPLE:
        del lines[-1]  # cut short
    lines = [line for line in lines if line.strip()][:20]
    for candidate in _DELIMITERS:
        widths = {len(row) for row in csv.reader(lines, delimiter=candidate)}
        if candidate != dialect.delimiter and len(widths) == 1 and widths != {1}:
            return candidate
    return ""
