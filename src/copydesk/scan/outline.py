"""The structure of a chunk of bytes, found by splitting and counting instead of tokenising."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter

from copydesk.model import Dialect

_FIRST, _LAST = itemgetter(0), itemgetter(-1)
_LOST = "a quote that is stray or never closed"


@dataclass(frozen=True)
class Outline:
    """The whole records at the beginning of a chunk.

    `size` is how many bytes they take; `flat` is their text with each quoted cell reduced to one
    quote; `doubled` says that there are doubled quotes in them. `lost` says why the structure
    cannot be told by counting; nothing else holds then.
    """

    size: int
    flat: bytes
    doubled: bool = False
    lost: str = ""


def outline(data: bytes, dialect: Dialect, last: bool) -> Outline:
    """Return the outline of data that begins with a record; `last` if nothing follows it."""
    quote = (dialect.quote or "").encode()
    if not quote or quote not in data:
        size = len(data) if last else data.rfind(b"\n") + 1
        return Outline(size, data[:size])
    parts = data.split(quote)
    size, gaps = _whole(parts, len(data), last)
    if gaps is None:
        return Outline(0, b"", lost=_LOST if last else "")
    doubled = b"" in gaps[1:-1]  # an empty gap is a doubled quote
    if doubled:
        gaps = [gaps[0], *filter(None, gaps[1:-1]), gaps[-1]]
    delimiter = ord(dialect.delimiter)
    before = set(map(_LAST, gaps[:-1] if gaps[0] else gaps[1:-1]))
    after = set(map(_FIRST, gaps[1:] if gaps[-1] else gaps[1:-1]))
    if not before <= {delimiter, 10} or not after <= {delimiter, 10, 13}:
        return Outline(0, b"", lost=_LOST)
    return Outline(size, quote.join(gaps), doubled)


def _whole(parts: list[bytes], total: int, last: bool) -> tuple[int, list[bytes] | None]:
    """Return the size of the whole records, and their text outside of quotes; None if none."""
    gaps = parts[::2]
    if last:
        return total, gaps if len(parts) % 2 else None
    for index in range(len(gaps) - 1, -1, -1):
        if end := gaps[index].rfind(b"\n") + 1:
            beyond = parts[2 * index + 1 :]
            size = total - sum(map(len, beyond)) - len(beyond) - len(gaps[index]) + end
            return size, [*gaps[:index], gaps[index][:end]]
    return 0, None
