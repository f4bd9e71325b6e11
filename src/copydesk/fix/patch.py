"""Drafts as a patch that `git apply` and `patch` understand, byte for byte."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from itertools import groupby

from copydesk.fix.drafts import Draft

CONTEXT = 3
COMPARED = 20_000
"""Lines that are compared with each other to find moved and deleted ones among them."""

_NO_END = b"\\ No newline at end of file\n"
Block = tuple[int, int, int, int]
"""Lines `a:b` of the old file that are lines `c:d` of the new one."""


def patch(drafts: Sequence[Draft], here: str = "") -> bytes:
    """Return a unified diff of drafts; `here` is the folder of the package."""
    return b"".join(part for draft in drafts for part in _parts(draft, here))


def _parts(draft: Draft, here: str) -> Iterator[bytes]:
    path = f"{here}/{draft.path}" if here else draft.path
    old, new = _lines(draft.original), _lines(draft.data)
    yield f"--- {_quoted('a/' + path)}\n+++ {_quoted('b/' + path)}\n".encode()
    for hunk in _hunks(_blocks(old, new)):
        yield from _hunk(hunk, old, new)


def _lines(data: bytes) -> list[bytes]:
    """Return lines with their LF; other line ends are bytes like any."""
    return [line + b"\n" for line in data.split(b"\n")[:-1]] + (
        [last] if (last := data.rpartition(b"\n")[2]) else []
    )


def _quoted(path: str) -> str:
    """Return a path as git writes it, in quotes and octal where it is not plain."""
    if path.isascii() and path.isprintable() and not set('"\\') & set(path):
        return path + "\t" * (" " in path)
    inner = "".join(
        chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:03o}" for b in path.encode()
    )
    return f'"{inner}"'


def _blocks(old: list[bytes], new: list[bytes]) -> list[Block]:
    """Return the stretches that differ, in order."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    one, other = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(one) == len(other) and sorted(one) != sorted(other):
        pairs = enumerate(zip(one, other, strict=True), head)
        runs = groupby(pairs, lambda pair: pair[1][0] == pair[1][1])
        spans = [[n for n, _ in run] for same, run in runs if not same]
        return [(s[0], s[-1] + 1, s[0], s[-1] + 1) for s in spans]
    if max(len(one), len(other)) > COMPARED:
        return [(head, len(old) - tail, head, len(new) - tail)]
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return [
        (a + head, b + head, c + head, d + head)
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]


def _hunks(blocks: list[Block]) -> Iterator[list[Block]]:
    """Yield blocks that are near each other together."""
    held: list[Block] = []
    for block in blocks:
        if held and block[0] - held[-1][1] > 2 * CONTEXT:
            yield held
            held = []
        held.append(block)
    if held:
        yield held


def _hunk(blocks: list[Block], old: list[bytes], new: list[bytes]) -> Iterator[bytes]:
    before = min(CONTEXT, blocks[0][0])
    after = min(CONTEXT, len(old) - blocks[-1][1])
    a, b = blocks[0][0] - before, blocks[-1][1] + after
    c, d = blocks[0][2] - before, blocks[-1][3] + after
    yield f"@@ -{_span(a, b)} +{_span(c, d)} @@\n".encode()
    reached = a
    for first, last, third, fourth in blocks:
        yield from (_line(b" ", line) for line in old[reached:first])
        yield from (_line(b"-", line) for line in old[first:last])
        yield from (_line(b"+", line) for line in new[third:fourth])
        reached = last
    yield from (_line(b" ", line) for line in old[reached:b])


def _span(start: int, end: int) -> str:
    size = end - start
    return f"{start + (size > 0)},{size}"


def _line(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + b"\n" + _NO_END
