"""The mends of FL and TB: bytes, line ends, quotes and the order of rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

from copydesk.checks import mend_files
from copydesk.checks.column import asked
from copydesk.checks.types import column_of
from copydesk.model import Table
from copydesk.scan import guess
from copydesk.scan.grammar import cells
from copydesk.scan.records import HEADER_LIMIT
from copydesk.scan.sheet import Row, Sheet, must_be_quoted, reads_as, rewritten, sheet, written
from copydesk.scan.text import byte_order_mark

_WESTERN = re.compile(
    "(?:[\x00-\x7f\xa0£§©«®°±·»¿¡‘’‚“”„–—…€™•ªº]|(?<![À-ÿŒœŠšŽžŸ]{2})[À-ÿŒœŠšŽžŸ])*"
)
"""A text of the west of Europe: no more than two letters with accents in a row."""


def _utf8(data: bytes, table: Table, codec: str) -> bytes | None:
    """Return bytes of another encoding as those of the one that is declared, if that is UTF-8."""
    if table.dialect.encoding.lower().replace("_", "-") not in ("utf-8", "utf8", "utf-8-sig"):
        return None
    try:
        return data.decode(codec).removeprefix("\ufeff").encode()
    except (UnicodeError, LookupError):
        return None


@mend_files("FL001", certain=False)
def in_utf8(data: bytes, table: Table) -> bytes | None:
    """Return a file in UTF-8 that is marked as UTF-16 or UTF-32, or plainly Windows-1252."""
    codec = byte_order_mark(data)[0] or _guess(data, table)
    if codec == "cp1252":
        try:
            return _utf8(data, table, codec) if _WESTERN.fullmatch(data.decode(codec)) else None
        except UnicodeDecodeError:
            return None
    return _utf8(data, table, codec) if codec.startswith("utf-") else None


@mend_files("FL001", safe=False, certain=False)
def guessed(data: bytes, table: Table) -> bytes | None:
    """Return a file in UTF-8 that is most likely of another encoding."""
    codec = _guess(data, table)
    return _utf8(data, table, codec) if codec else None


def _guess(data: bytes, table: Table) -> str:
    """Return the encoding that fits the bytes around the first which is not of the declared one."""
    try:
        data.decode(table.dialect.encoding)
        return ""
    except UnicodeDecodeError as error:
        start = max(0, error.start - guess.SAMPLE // 2) & ~1
        return guess.encoding(data[start : start + guess.SAMPLE], table.dialect.encoding)


@mend_files("FL002")
def without_mark(data: bytes, _: Table) -> bytes | None:
    """Return a file without the byte order mark of UTF-8."""
    return data.removeprefix(b"\xef\xbb\xbf")


def _usual(rows: Sequence[Row]) -> str:
    ends = Counter({"\n": 0, "\r\n": 0, "\r": 0})
    ends.update(row.end for row in rows if row.end)
    return ends.most_common(1)[0][0]


def _with_ends(found: Sheet, end: str) -> bytes:
    """Return a file whose records end alike, but for the last one if it does not end at all."""
    rows = [r._replace(raw=r.raw.removesuffix(r.end) + end) if r.end else r for r in found.rows]
    return found.with_rows(rows).data


@mend_files("FL003")
def with_one_line_end(data: bytes, table: Table) -> bytes | None:
    """Return a file whose lines end as most of them do; line breaks in cells stay."""
    found = sheet(data, table.dialect)
    return _with_ends(found, _usual(found.rows))


@mend_files("FL004")
def with_lf(data: bytes, table: Table) -> bytes | None:
    """Return a file whose lines end with LF; line breaks in cells stay."""
    return _with_ends(sheet(data, table.dialect), "\n")


@mend_files("FL005")
def ended(data: bytes, table: Table) -> bytes | None:
    """Return a file whose last line ends as most of them do."""
    found = sheet(data, table.dialect)
    if not found.rows or found.rows[-1].end:
        return None
    *rows, last = found.rows
    return found.with_rows([*rows, last._replace(raw=last.raw + _usual(rows))]).data


@mend_files("FL015", certain=False)
def with_the_delimiter(data: bytes, table: Table) -> bytes | None:
    """Return a file divided by another sign as one that is divided as its dialect says.

    Every row must have as many cells as the header, and the labels must be those of the schema.
    """
    dialect = table.dialect
    sign = guess.delimiter(data[:HEADER_LIMIT], dialect)
    if not sign:
        return None
    found = sheet(data, replace(dialect, delimiter=sign))
    names = {f.label for f in table.schema.fields} if table.schema else None
    header = next((r.cells for r in found.rows if r.role == "header"), [])
    if names is not None and {label.strip() for label in header} != names:
        return None
    if any(len(r.cells) != found.width for r in found.rows if r.role in ("header", "data")):
        return None
    rows = []
    for row in found.rows:
        matches = list(cells(row.raw, found.dialect))
        whole = [
            match["cell"]
            if (dialect.quote and match["open"] is not None) or not must_be_quoted(text, dialect)
            else written(text, dialect)
            for match, text in zip(matches, row.cells, strict=False)
        ]
        raw = dialect.delimiter.join(whole) + row.end
        if row.cells and not reads_as(raw, row.cells, dialect):
            return None
        rows.append(row._replace(raw=raw) if row.cells else row)
    return found.with_rows(rows).data


def _each_row(
    data: bytes, table: Table, texts: Callable[[Row, Sheet], dict[int, str]]
) -> bytes | None:
    """Return a file in which some cells of each row are written anew."""
    found = sheet(data, table.dialect)
    rows = []
    for row in found.rows:
        changed = texts(row, found)
        rows.append((rewritten(row, changed, table.dialect) if changed else None) or row)
    return found.with_rows(rows).data


@mend_files("FL030")
def with_quotes_around_quotes(data: bytes, table: Table) -> bytes | None:
    """Return a file in which every cell with a quote in it is quoted."""
    quote = table.dialect.quote or "\0"

    def texts(row: Row, _: Sheet) -> dict[int, str]:
        if not any(flaw.kind == "stray-quote" for flaw in row.flaws):
            return {}
        return {index: text for index, text in enumerate(row.cells) if quote in text}

    return _each_row(data, table, texts)


@mend_files("FL032")
def without_needless_quotes(data: bytes, table: Table) -> bytes | None:
    """Return a file in which only the cells are quoted that must be."""
    found, dialect = sheet(data, table.dialect), table.dialect
    rows = []
    for row in found.rows:
        raw = row.raw
        if dialect.quote and dialect.quote in raw and row.role in ("header", "data"):
            whole = [written(text, dialect) for text in row.cells]
            bare = dialect.delimiter.join(whole) + row.end
            raw = bare if reads_as(bare, row.cells, dialect) else raw
        rows.append(row._replace(raw=raw))
    return found.with_rows(rows).data


@mend_files("TB008", certain=False)
def without_blank_lines(data: bytes, table: Table) -> bytes | None:
    """Return a file without the blank lines below its header, if it has several columns."""
    return without_any_blank_lines(data, table) if sheet(data, table.dialect).width > 1 else None


@mend_files("TB008", safe=False, certain=False)
def without_any_blank_lines(data: bytes, table: Table) -> bytes | None:
    """Return a file without the blank lines below its header, also where one may be a value."""
    found = sheet(data, table.dialect)
    first = next((i for i, r in enumerate(found.rows) if r.role in ("header", "data")), 0)
    kept = [r for i, r in enumerate(found.rows) if i < first or r.role != "blank"]
    return found.with_rows(kept).data


@mend_files("TB010", safe=False, certain=False)
def without_empty_rows(data: bytes, table: Table) -> bytes | None:
    """Return a file without the rows that have nothing but empty cells."""
    found = sheet(data, table.dialect)
    if found.width < 2:
        return None
    return found.with_rows(r for r in found.rows if r.role != "data" or any(r.cells)).data


@mend_files("FL014", certain=False)
def in_order(data: bytes, table: Table) -> bytes | None:
    """Return a file whose rows stand in the order of their primary key.

    Each row must have a key; rows of equal keys stay as they stand to each other.
    """
    found = sheet(data, table.dialect)
    first = next((i for i, r in enumerate(found.rows) if r.role == "data"), len(found.rows))
    head, rows = found.rows[:first], found.rows[first:]
    key = _key_of(found, table)
    if key is None or any(r.role != "data" or len(r.cells) != found.width for r in rows):
        return None
    keyed = [(key(row), row) for row in rows]
    if any(value is None for value, _ in keyed):
        return None
    ends = [row.end or _usual(found.rows) for row in rows]
    ordered = sorted(keyed, key=itemgetter(0))
    moved = [
        row._replace(raw=row.raw.removesuffix(row.end) + (row.end or end))
        for (_, row), end in zip(ordered, ends, strict=True)
    ]
    return found.with_rows([*head, *moved]).data


def _key_of(found: Sheet, table: Table) -> Callable[[Row], Any] | None:
    """Return what gives the key of a row as it is compared, or None if that is not known."""
    schema = table.schema
    header = next((r.cells for r in found.rows if r.role == "header"), None)
    if schema is None or schema.primary_key is None or header is None:
        return None
    labels = schema.known(header, case=table.dialect.header_case)
    readers = []
    for name in schema.primary_key.fields:
        field = schema.field(name)
        if field is None or name not in labels:
            return None
        readers.append((labels.index(name), column_of(field, 0)))
    if any(column.type.sql not in _ORDERED for _, column in readers):
        return None

    def key(row: Row) -> tuple[Any, ...] | None:
        parts = []
        for index, column in readers:
            text = row.cells[index]
            judge = column.type.judge
            read = None if text in column.field.missing else text
            if read is not None and judge:
                reading = asked(judge, text)
                read = reading.value if reading and reading.detail is None else None
            if read is None:
                return None
            parts.append(_ORDERED[column.type.sql](read))
        return tuple(parts)

    return key


_ORDERED: dict[str, Callable[[str], Any]] = {
    "BIGINT": int,
    "BOOLEAN": str,
    "DATE": str,
    "DOUBLE": float,
    "VARCHAR": str,
}
"""How values are compared, by the types in which they are stored."""
