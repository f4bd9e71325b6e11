"""What changed within a text, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Sort = Literal["same", "lost", "new"]

LONG = 400_000
"""The product of the numbers of words beyond which a text is told as a whole."""

NEAR = 6
"""Words that are shown on either side of a change."""

WIDE = 60
"""Characters of these at most."""

MOST = 600
"""Characters that are shown of what is lost or new."""

_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
    r"|\s+|[^\w\s]"
)


class Piece(NamedTuple):
    """A part of a text: in both versions, lost, or new."""

    sort: Sort
    text: str


def pieces(old: str, new: str) -> list[Piece]:
    """Return the parts of two texts in order; joined, without the new ones they are the old text.

    Characters of scripts that write no spaces count as words.
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) * len(after) > LONG:
        return _trimmed(old, new)
    found: list[Piece] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(before[i:j])))
            continue
        found += [Piece("lost", "".join(before[i:j]))] if j > i else []
        found += [Piece("new", "".join(after[k:m]))] if m > k else []
    return _refined(_joined(found))


def _refined(parts: Sequence[Piece]) -> list[Piece]:
    """Return parts in which long ones that replace one another keep what they have in common."""
    found: list[Piece] = []
    for part in parts:
        last = found[-1] if found else None
        if last and (last.sort, part.sort) == ("lost", "new") and _long(last) and _long(part):
            found.pop()
            found += _trimmed(last.text, part.text)
        else:
            found.append(part)
    return found


def _long(part: Piece) -> bool:
    return len(part.text) > 2 * WIDE


def _trimmed(old: str, new: str) -> list[Piece]:
    """Return what is between the beginning and the end that very long texts have in common."""
    start = 0
    most = min(len(old), len(new))
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    parts = [
        Piece("same", old[:start]), Piece("lost", old[start : len(old) - end]),
        Piece("new", new[start : len(new) - end]), Piece("same", old[len(old) - end :]),
    ]  # fmt: skip
    return [p for p in parts if p.text]


def _joined(parts: Sequence[Piece]) -> list[Piece]:
    """Return changes with nothing but space between them as one change."""
    found: list[Piece] = []
    waiting = {"lost": "", "new": ""}

    def flush() -> Iterator[Piece]:
        for sort in ("lost", "new"):
            if waiting[sort]:
                yield Piece(sort, waiting[sort])
            waiting[sort] = ""

    for place, part in enumerate(parts):
        between = 0 < place < len(parts) - 1 and part.text.isspace()
        if part.sort != "same":
            waiting[part.sort] += part.text
        elif between and all(waiting.values()):
            waiting["lost"] += part.text
            waiting["new"] += part.text
        else:
            found += flush()
            found.append(part)
    return [*found, *flush()]


def is_worth(old: str, new: str) -> bool:
    """Return whether two texts are told word by word: some words of several are the same."""
    if not old or not new or min(len(old.split()), len(new.split())) < 3:
        return False
    same = sum(len(p.text) for p in pieces(old, new) if p.sort == "same")
    return same * 3 >= max(len(old), len(new))


def excerpts(parts: Sequence[Piece]) -> list[Piece]:
    """Return the parts with what is far from any change cut out."""
    found = []
    for place, part in enumerate(parts):
        if part.sort == "same":
            words = _WORD.findall(part.text)
            first, last = place == 0, place == len(parts) - 1
            kept = 2 * NEAR * (1 if first or last else 2)
            if len(words) > kept + 2:
                head = "" if first else "".join(words[: 2 * NEAR])
                tail = "" if last else "".join(words[-2 * NEAR :])
                part = Piece("same", f"{head[:WIDE]}…{tail[-WIDE:]}")
            elif len(part.text) > 3 * WIDE:
                head = "" if first else part.text[:WIDE]
                part = Piece("same", f"{head}…{'' if last else part.text[-WIDE:]}")
        elif len(part.text) > MOST:
            part = Piece(part.sort, f"{part.text[: MOST - WIDE]}…{part.text[-WIDE:]}")
        found.append(part)
    return found
