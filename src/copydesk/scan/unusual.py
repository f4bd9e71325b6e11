"""Records in dialects unknown to the csv module: signs of several characters, rows within lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from copydesk.model import Dialect
from copydesk.scan.grammar import cell_pattern, escape_of, terminator_of, terminator_pattern

BLOCK = 1 << 16


def rows(lines: Iterable[str], dialect: Dialect) -> Iterator[tuple[str, list[str]]]:
    """Yield each record as it is written, and its cells.

    A file whose rows end in a way of its own may still end with a line break, which is no data.
    """
    text, more, wanted = "", _blocks(lines), BLOCK
    last = False
    while True:
        parts, size = [text], len(text)
        while size < wanted and not last:
            block = next(more, "")
            last = not block
            parts.append(block)
            size += len(block)
        text = "".join(parts)
        if last and terminator_of(dialect) and not text.endswith(terminator_of(dialect)):
            text = text.removesuffix("\n").removesuffix("\r")
        done = 0
        for end, found in _whole(text, dialect, last):
            yield text[done:end], found
            done = end
        if last:
            return
        # A record that does not fit is read again with more of the file, twice as much each time.
        wanted = BLOCK if done else 2 * max(wanted, len(text))
        text = text[done:]


def _blocks(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines by the block: one by one they would take too much room."""
    held, size = [], 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= BLOCK:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)


def _whole(text: str, dialect: Dialect, last: bool) -> Iterator[tuple[int, list[str]]]:
    """Yield the end and the cells of each record that is whole in a text."""
    pattern, ends = cell_pattern(dialect), re.compile(terminator_pattern(dialect))
    reach = len(text) if last else len(text) - max(len(dialect.delimiter), _longest_end(dialect))
    start = 0
    while start < len(text):
        position, found = start, []
        while match := pattern.match(text, position):
            found.append(_value(match, dialect))
            position = match.end()
            if not text.startswith(dialect.delimiter, position):
                break
            position += len(dialect.delimiter)
        if position > reach:
            return
        end = ends.match(text, position)
        position = end.end() if end else position
        blank = found == [""] and end is not None and end.start() == start
        start = position
        yield position, [] if blank else found


def _longest_end(dialect: Dialect) -> int:
    return max(2, len(dialect.line_terminator))


@lru_cache(maxsize=64)
def _escaped(dialect: Dialect) -> re.Pattern[str] | None:
    escape = escape_of(dialect)
    return re.compile(re.escape(escape) + "(.|\\Z)", re.S) if escape else None


def _value(match: re.Match[str], dialect: Dialect) -> str:
    """Return what a cell says: without its quotes, doubled quotes and escapes undone."""
    escaped, written = _escaped(dialect), match["cell"]
    tail = ""
    if dialect.quote and match["open"] is not None:
        closed = match["close"] is not None
        tail = match["tail"] if closed else ""
        inner = written[1 : match.start("close") - match.start("cell")] if closed else written[1:]
        if not escaped:
            twice = dialect.quote * 2
            return (inner.replace(twice, dialect.quote) if dialect.double_quote else inner) + tail
        first = 1 if dialect.double_quote else 0
        return _undone(inner, dialect, escaped) + tail[:first] + escaped.sub(r"\1", tail[first:])
    return escaped.sub(r"\1", written) if escaped else written


def _undone(inner: str, dialect: Dialect, escaped: re.Pattern[str]) -> str:
    quote = re.escape(dialect.quote or "")
    either = f"{escaped.pattern}|{quote}({quote})" if dialect.double_quote else escaped.pattern
    return re.sub(either, lambda m: m[m.lastindex or 0] if m.lastindex else "", inner, flags=re.S)
