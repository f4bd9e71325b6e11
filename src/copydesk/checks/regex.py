r"""Regular expressions: from those of the schema to those of RE2.

Table Schema asks for the expressions of XML Schema and the reference implementation runs those of
Python; both are taken. What both know is read as XML Schema reads it: `\w` is any letter, mark,
number or symbol and not `_`, `\s` and `.` know four spaces and two line ends. What only one of them
knows is read as it reads it: `\i`, `\c`, `\p{Lu}`, `\p{IsGreek}`, `[a-z-[aeiou]]` on one side,
look-around and `(?:…)` on the other; `^` and `$` too, for so the standard itself uses them. An
expression holds for the whole of a text, with all its alternatives. What RE2 lacks (look-around,
back-references) has no translation.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from copydesk.checks.characters import (
    PROPERTIES,
    WORDS,
    Ranges,
    complement,
    matched_by,
    named,
    with_property,
    without,
    written,
)

_SPACE = r"\t-\r\x1c-\x20\x{85}\x{a0}\p{Z}"
_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\p{Nd}",
    op.CATEGORY_NOT_DIGIT: r"\P{Nd}",
    op.CATEGORY_WORD: r"\p{L}\p{N}_",
    op.CATEGORY_SPACE: _SPACE,
}
_NEGATED = {op.CATEGORY_NOT_WORD: r"\p{L}\p{N}_", op.CATEGORY_NOT_SPACE: _SPACE}
_MAX_REPEAT = 1000
_PRIVATE = 0x10F000
# RE2 has no category of the characters that are assigned to nothing.
_KNOWN = tuple(p for p in PROPERTIES if p not in ("C", "Cn", "Cs"))
_STAND_INS = range(_PRIVATE, _PRIVATE + 2 * len(_KNOWN))
_PROPERTY = re.compile(r"\{(\w[\w-]*)\}", re.A)


class _Untranslatable(Exception):
    pass


def prepared(pattern: str, *, plain: bool = False) -> str:
    """Return a pattern in which Python can read what only XML Schema knows.

    A property becomes a character of its own that stands for it, one of a private plane; in a
    `plain` form it becomes the class of its characters. Raises re.error.
    """
    parts, at = [], 0
    while at < len(pattern):
        if pattern[at] == "\\":
            part, end = _escape(pattern, at, plain)
            part, at = (part if part == pattern[at:end] else f"[{part}]"), end
        elif pattern[at] == "[" and (found := _class_at(pattern, at, plain)):
            part, at = found
        elif pattern[at] == ".":
            part, at = r"[^\n\r]", at + 1
        else:
            part, at = pattern[at], at + 1
        parts.append(part)
    return "".join(parts)


def _escape(pattern: str, at: int, plain: bool) -> tuple[str, int]:
    """Return an escape as it stands in a class of Python, and where it ends."""
    letter = pattern[at + 1 : at + 2]
    if letter and letter in "iIcC":
        return written(named(letter)), at + 2
    if letter == "w" and not plain:
        return "".join(chr(_PRIVATE + 2 * _KNOWN.index(name)) for name in WORDS), at + 2
    if letter and letter in "sSwW":
        return written(named(letter)), at + 2
    if letter not in ("p", "P"):
        return pattern[at : at + 2], at + 2
    match = _PROPERTY.match(pattern, at + 2)
    ranges = with_property(match[1]) if match else None
    if match is None or ranges is None:
        raise re.error(f"unknown property {pattern[at : match.end() if match else at + 2]}")
    if match[1] in _KNOWN and not plain:
        return chr(_PRIVATE + 2 * _KNOWN.index(match[1]) + (letter == "P")), match.end()
    return written(complement(ranges) if letter == "P" else ranges), match.end()


def _class_at(pattern: str, at: int, plain: bool) -> tuple[str, int] | None:
    """Return a class, less the one that is subtracted from it, and where it ends; None if open."""
    start = at + 1 + pattern.startswith("^", at + 1)
    parts, at = [pattern[at:start]], start
    while at < len(pattern):
        if pattern[at] == "]" and at > start:
            return "".join([*parts, "]"]), at + 1
        if pattern.startswith("-[", at) and (inner := _class_at(pattern, at + 1, True)):
            end = inner[1]
            if pattern[end : end + 1] == "]":
                whole, _ = _class_at(f"{pattern[start - len(parts[0]) : at]}]", 0, True) or ("", 0)
                return _bracketed(without(matched_by(whole), matched_by(inner[0]))), end + 1
        if pattern[at] == "\\":
            part, at = _escape(pattern, at, plain)
        else:
            part, at = ("\\[" if pattern[at] == "[" else pattern[at]), at + 1
        parts.append(part)
    return None


def _bracketed(ranges: Ranges) -> str:
    return f"[{written(ranges)}]" if ranges else f"[^{written(complement(()))}]"


def compiles(pattern: str) -> str:
    """Return why a pattern is no regular expression, or an empty string."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(prepared(pattern))
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    return ""


@lru_cache(maxsize=1024)
def to_re2(pattern: str, *, python: bool = False) -> str | None:
    """Return the RE2 expression that matches the same whole texts, or None if there is none.

    An expression of `python` alone is read as Python reads it.
    """
    if _PLAIN.fullmatch(pattern):
        return None if too_large(pattern) else pattern
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = _parser.parse(pattern if python else prepared(pattern))
        if tree.state.flags & ~re.UNICODE.value:
            return None
        translated = _sequence(tree, last=True)
    except (_Untranslatable, re.error, OverflowError, RecursionError):
        return None
    return None if too_large(translated) else translated


_TOKEN = re.compile(
    r"\\[xpP]\{\w+\}|\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?:)?|\)|\{(\d+),?(\d*)\}|.", re.S
)
_REPEATS = 1000
_WEIGHT = 10_000
_UNICODE = 30
"""What a Unicode class weighs in RE2's program, measured against a plain character."""


def too_large(expression: str) -> bool:
    """Return whether RE2 may refuse an expression for its size."""
    groups: list[list[tuple[int, int]]] = [[]]
    for match in _TOKEN.finditer(expression):
        token = match[0]
        if token in ("(", "(?:"):
            groups.append([])
        elif token == ")" and len(groups) > 1:
            inner = groups.pop()
            groups[-1].append((max((r for r, _ in inner), default=1), sum(w for _, w in inner)))
        elif match[1] and groups[-1]:
            times = max(int(match[1]), int(match[2] or 0), 1)
            repeats, weight = groups[-1].pop()
            if repeats * times > _REPEATS or weight * times > _WEIGHT:
                return True
            groups[-1].append((repeats * times, weight * times))
        else:
            groups[-1].append((1, _UNICODE if r"\p" in token.lower() else 1))
    return sum(weight for group in groups for _, weight in group) > _WEIGHT


_PLAIN = re.compile(r"(?:[A-Za-z0-9 _:/,#@%&;=<>~'\"!-]|\\[.\-/+*?|()\[\]{}]"
                    r"|\[[A-Za-z0-9_-]+\][+*?]?"
                    r"|\((?:\?:)?|\)[+*?]?|\{\d{1,2}(?:,\d{0,2})?\}|\|)*")  # fmt: skip


def _sequence(tree: Any, *, last: bool = False) -> str:
    """Return a sequence; at the end of the text (`last`) a `$` means no more than the end."""
    nodes = list(tree)
    parts = []
    for index, (kind, value) in enumerate(nodes):
        final = last and index == len(nodes) - 1
        parts.append(_final(kind, value) if final else _node(kind, value))
    return "".join(parts)


def _final(kind: Any, value: Any) -> str:
    if kind is op.AT and value is op.AT_END:
        return r"\z"
    if kind is op.BRANCH:
        return "(?:" + "|".join(_sequence(branch, last=True) for branch in value[1]) + ")"
    if kind is op.SUBPATTERN and not (value[1] or value[2]):
        return f"(?:{_sequence(value[3], last=True)})"
    return _node(kind, value)


def _node(kind: Any, value: Any) -> str:
    if kind is op.LITERAL:
        return _char(value)
    if kind is op.NOT_LITERAL:
        return f"[^{_char(value)}]"
    if kind is op.ANY:
        return r"[^\n]"
    if kind is op.IN:
        return _class(value)
    if kind is op.BRANCH:
        return "(?:" + "|".join(_sequence(branch) for branch in value[1]) + ")"
    if kind is op.SUBPATTERN:
        _, added, removed, tree = value
        if added or removed:
            raise _Untranslatable
        return f"(?:{_sequence(tree)})"
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        return _repeat(value, "?" if kind is op.MIN_REPEAT else "")
    if kind is op.AT and value in _ANCHORS:
        return _ANCHORS[value]
    raise _Untranslatable


_ANCHORS = {op.AT_BEGINNING: r"\A", op.AT_BEGINNING_STRING: r"\A", op.AT_END_STRING: r"\z"}


def _repeat(value: Any, lazy: str) -> str:
    low, high, tree = value
    unit = f"(?:{_sequence(tree)})"
    most = low if high is op.MAXREPEAT else high
    if most <= _MAX_REPEAT:
        return f"{unit}{{{low},{'' if high is op.MAXREPEAT else int(high)}}}{lazy}"
    rest = f"{unit}*{lazy}" if high is op.MAXREPEAT else _times(unit, high - low, "0,", lazy)
    return _times(unit, low) + rest


def _times(unit: str, number: int, least: str = "", lazy: str = "") -> str:
    """Return a repetition, in parts where RE2 cannot count that far."""
    parts = [_MAX_REPEAT] * (number // _MAX_REPEAT) + [number % _MAX_REPEAT]
    return "".join(f"{unit}{{{least}{n}}}{lazy}" for n in parts if n)


def _class(items: Any) -> str:
    negated = items[0][0] is op.NEGATE
    parts = []
    for kind, value in items[negated:]:
        if kind is op.LITERAL:
            parts.append(_char(value))
        elif kind is op.RANGE and not {*value} & {*_STAND_INS}:
            parts.append(f"{_char(value[0])}-{_char(value[1])}")
        elif kind is op.CATEGORY and value in _CATEGORIES:
            parts.append(_CATEGORIES[value])
        elif kind is op.CATEGORY and value in _NEGATED and len(items) == 1:
            parts, negated = [_NEGATED[value]], True
        else:
            raise _Untranslatable
    return f"[{'^' if negated else ''}{''.join(parts)}]"


def _char(code: int) -> str:
    if code in _STAND_INS:
        index, negated = divmod(code - _PRIVATE, 2)
        return rf"\{'P' if negated else 'p'}{{{_KNOWN[index]}}}"
    character = chr(code)
    return character if character.isascii() and character.isalnum() else f"\\x{{{code:x}}}"
