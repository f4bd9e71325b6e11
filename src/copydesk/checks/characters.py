"""Sets of characters as XML Schema expressions write them: classes, properties, blocks, names.

A set is a tuple of ranges of code points, in order and apart from each other.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import groupby

Ranges = tuple[tuple[int, int], ...]

LAST = sys.maxunicode
SURROGATES: Ranges = ((0xD800, 0xDFFF),)

PROPERTIES = (
    "C", "Cc", "Cf", "Cn", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn",
    "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm",
    "So", "Z", "Zl", "Zp", "Zs",
)  # fmt: skip

# What a name of XML begins with, and what may follow (XML 1.0, fifth edition): `\i` and `\c`.
_START: Ranges = (
    (0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6),
    (0xF8, 0x2FF), (0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F),
    (0x2C00, 0x2FEF), (0x3001, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF),
)  # fmt: skip
_MORE: Ranges = ((0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040))


def union(*sets: Iterable[tuple[int, int]]) -> Ranges:
    """Return the characters of any of the sets."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(pair for one in sets for pair in one):
        if found and low <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(found[-1][1], high)
        else:
            found.append((low, high))
    return tuple(found)


def complement(ranges: Ranges) -> Ranges:
    """Return all other characters."""
    found, start = [], 0
    for low, high in union(ranges, SURROGATES):
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    return (*found, (start, LAST)) if start <= LAST else tuple(found)


def without(ranges: Ranges, others: Ranges) -> Ranges:
    """Return the characters of the first set that are not in the second."""
    return complement(union(complement(ranges), others))


WORDS = ("L", "M", "N", "S")
"""The properties of what XML Schema takes for a character of a word, `\\w`."""

_SPACES: Ranges = ((0x9, 0xA), (0xD, 0xD), (0x20, 0x20))


def named(letter: str) -> Ranges:
    """Return the characters of `i`, `c`, `s` or `w`; of a capital letter all others."""
    found = _START if letter in "iI" else _SPACES if letter in "sS" else union(_START, _MORE)
    if letter in "wW":
        found = union(*(with_property(name) or () for name in WORDS))
    return found if letter.islower() else complement(found)


def with_property(name: str) -> Ranges | None:
    """Return the characters of a category, or of a block (`Is…`); None if there is none."""
    if name in PROPERTIES:
        return union(*(ranges for own, ranges in _categories().items() if own.startswith(name)))
    if not name.startswith("Is"):
        return None
    from copydesk.checks.blocks import BLOCKS

    found = BLOCKS.get(name[2:])
    return (found,) if found else None


@lru_cache(maxsize=1)
def _categories() -> Mapping[str, Ranges]:
    found: dict[str, list[tuple[int, int]]] = {}
    kinds = groupby(range(LAST + 1), lambda code: unicodedata.category(chr(code)))
    for kind, codes in kinds:
        first, *rest = codes
        found.setdefault(kind, []).append((first, rest[-1] if rest else first))
    return {kind: tuple(ranges) for kind, ranges in found.items()}


@lru_cache(maxsize=32)
def matched_by(expression: str) -> Ranges:
    """Return the characters that an expression of Python for one character matches."""
    every = "".join(map(chr, range(LAST + 1)))
    return tuple((m.start(), m.end() - 1) for m in re.finditer(f"(?:{expression})+", every, re.S))


def written(ranges: Ranges) -> str:
    """Return a set as the inside of a class of Python; no character at all is one of none."""
    apart = without(ranges, SURROGATES)
    return "".join(
        _char(low) if low == high else f"{_char(low)}-{_char(high)}" for low, high in apart
    )


def _char(code: int) -> str:
    return (
        f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 2**16 else f"\\U{code:08x}"
    )
