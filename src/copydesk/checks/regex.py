r"""Regular expressions: from the syntax of Python, which the field uses, to that of RE2.

Table Schema asks for XML Schema expressions and the reference implementation runs Python's; what
is common to both is translated construct by construct, so that `\d`, `\w` and `\s` keep their
Unicode meaning. What RE2 lacks (look-around, back-references) has no translation.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

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
_PROPERTIES = (
    "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N",
    "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So",
    "Z", "Zl", "Zp", "Zs",
)  # fmt: skip
_ESCAPE = re.compile(r"\\(?:(p|P)\{(" + "|".join(_PROPERTIES) + r")\}|.)", re.S)


class _Untranslatable(Exception):
    pass


def _with_properties(pattern: str) -> str:
    """Return the pattern with a character of its own for each property, which Python lacks.

    The characters are those of a private plane, two for each property: with it and without.
    """
    return _ESCAPE.sub(
        lambda m: chr(_PRIVATE + 2 * _PROPERTIES.index(m[2]) + (m[1] == "P")) if m[1] else m[0],
        pattern,
    )


def compiles(pattern: str) -> str:
    """Return why a pattern is no regular expression, or an empty string."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(_with_properties(pattern))
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    return ""


@lru_cache(maxsize=1024)
def to_re2(pattern: str) -> str | None:
    """Return the RE2 expression that matches the same whole texts, or None if there is none."""
    if _PLAIN.fullmatch(pattern):
        return None if too_large(pattern) else pattern
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = _parser.parse(_with_properties(pattern))
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
    if low > _MAX_REPEAT or (high is not op.MAXREPEAT and high > _MAX_REPEAT):
        raise _Untranslatable
    upper = "" if high is op.MAXREPEAT else str(int(high))
    return f"(?:{_sequence(tree)}){{{low},{upper}}}{lazy}"


def _class(items: Any) -> str:
    negated = items[0][0] is op.NEGATE
    parts = []
    for kind, value in items[negated:]:
        if kind is op.LITERAL:
            parts.append(_char(value))
        elif kind is op.RANGE and value[1] < _PRIVATE:
            parts.append(f"{_char(value[0])}-{_char(value[1])}")
        elif kind is op.CATEGORY and value in _CATEGORIES:
            parts.append(_CATEGORIES[value])
        elif kind is op.CATEGORY and value in _NEGATED and len(items) == 1:
            parts, negated = [_NEGATED[value]], True
        else:
            raise _Untranslatable
    return f"[{'^' if negated else ''}{''.join(parts)}]"


def _char(code: int) -> str:
    if _PRIVATE <= code < _PRIVATE + 2 * len(_PROPERTIES):
        index, negated = divmod(code - _PRIVATE, 2)
        return rf"\{'P' if negated else 'p'}{{{_PROPERTIES[index]}}}"
    character = chr(code)
    return character if character.isascii() and character.isalnum() else f"\\x{{{code:x}}}"
