"""One of the three versions of a table that are merged: its rows by key, each as it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from copydesk.model import Dialect
from copydesk.scan.grammar import cells, quote_flaws, terminator_of, without_end
from copydesk.scan.records import Token, is_comment, tokens
from copydesk.scan.text import UNDECODABLE, lines_of, resolve

Key = tuple[str, ...]


class Unfit(Exception):
    """Report why a file cannot be merged by its cells; it is merged as text then."""


@dataclass(frozen=True)
class Row:
    """A row: its cells by label, read and as written, the whole as written, and its line end."""

    values: Mapping[str, str]
    written: Mapping[str, str]
    raw: str
    end: str


@dataclass(frozen=True)
class Version:
    """A version of a table: `head` is all that stands above its first row.

    `header` is the end of it, the line of the labels, each as it is written in `labels_written`.
    """

    labels_written: Mapping[str, str]
    head: str
    header: str
    codec: str
    mark: bytes
    rows: Mapping[Key, Row]

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the labels in their order."""
        return tuple(self.labels_written)


def read_version(path: Path, dialect: Dialect, key: Sequence[str]) -> Version:
    """Return a version of a table.

    Raises Unfit for a file in which rows and cells cannot be told for certain, or in which the
    key does not tell the rows apart.
    """
    if dialect.header_rows != (1,) or terminator_of(dialect) or dialect.comment_rows:
        raise Unfit("its dialect is unusual")
    with path.open("rb") as stream:
        codec, skip = resolve(dialect.encoding, stream.read(4))
        stream.seek(0)
        mark = stream.read(skip)
        with lines_of(stream, codec) as lines:
            found = list(tokens(lines, dialect))
    above, rest = _split(found, dialect)
    if not above:
        return Version({name: name for name in key}, "", "", codec, mark, {})
    labels = _labels(above[-1], key, dialect)
    rows: dict[Key, Row] = {}
    for token in rest:
        row = _row(token, tuple(labels), dialect)
        name = tuple(row.values[field] for field in key)
        if name in rows:
            raise Unfit(f"line {token.line} repeats the key {', '.join(name)}")
        rows[name] = row
    head = "".join(token.raw for token in above)
    return Version(labels, head, above[-1].raw, codec, mark, rows)


def _split(found: Sequence[Token], dialect: Dialect) -> tuple[Sequence[Token], Sequence[Token]]:
    """Return the records up to the header, and those behind it."""
    for index, token in enumerate(found):
        if token.cells and not is_comment(token.number, token.cells, dialect):
            return found[: index + 1], found[index + 1 :]
    return [], []


def _labels(token: Token, key: Sequence[str], dialect: Dialect) -> dict[str, str]:
    if len(set(token.cells)) < len(token.cells):
        raise Unfit("two of its columns have the same label")
    if absent := [field for field in key if field not in token.cells]:
        raise Unfit(f"it has no column `{absent[0]}`")
    written = [match["cell"] for match in cells(without_end(token.raw, dialect), dialect)]
    return dict(zip(token.cells, written, strict=True))


def _row(token: Token, labels: tuple[str, ...], dialect: Dialect) -> Row:
    if len(token.cells) != len(labels):
        raise Unfit(f"line {token.line} has {len(token.cells)} cells, the header {len(labels)}")
    if UNDECODABLE in token.raw or "\0" in token.raw:
        raise Unfit(f"line {token.line} is not text")
    if next(quote_flaws(token.raw, token.line, dialect), None):
        raise Unfit(f"line {token.line} has a quote that is stray or never closed")
    bare = without_end(token.raw, dialect)
    written = [match["cell"] for match in cells(bare, dialect)]
    end = token.raw[len(bare) :]
    return Row(
        dict(zip(labels, token.cells, strict=True)),
        dict(zip(labels, written, strict=True)), token.raw, end,
    )  # fmt: skip
