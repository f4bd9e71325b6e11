"""The types `integer`, `number` and `boolean` as columns."""

from __future__ import annotations

import re

from copydesk.checks.column import CANONICAL, ColumnType, Reading
from copydesk.checks.decimals import double, whole
from copydesk.checks.sql import literal, literals
from copydesk.model import Field

_INTEGER = r"[+-]?[0-9]+"
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_WORDS = r"(?i:NaN|-?INF)"
_SPACE = r"[ \t\r\n]*"
# Before a number and after it may stand what is no part of one.
_BEFORE, _AFTER = r"[^0-9+\-]*?", r"[^0-9]*"


def _group(field: Field) -> str:
    given = field.options.get("groupChar")
    return given if isinstance(given, str) else ""


def _decimal(field: Field) -> str:
    given = field.options.get("decimalChar")
    return given if isinstance(given, str) and given and field.type == "number" else "."


def _is_bare(field: Field) -> bool:
    return field.options.get("bareNumber", True) is not False


def _pattern(field: Field) -> str:
    """Return the pattern of a number without groups, its sign, digits and exponent in a group."""
    core = _NUMBER if field.type == "number" else _INTEGER
    return core if _is_bare(field) else f"{_BEFORE}({core}){_AFTER}"


def _bare(field: Field) -> str:
    """Return the text of a number as SQL reads it.

    White space around a number means nothing (XML Schema, whiteSpace "collapse"), not to a cast
    either.
    """
    text = "{x}"
    if group := _group(field):
        text = f"replace({text}, {literal(group)}, '')"
    decimal = _decimal(field)
    if decimal != ".":
        # What separates decimals elsewhere means nothing here.
        text = f"replace(replace({text}, '.', '!'), {literal(decimal)}, '.')"
    if _is_bare(field):
        return text
    inner = f"regexp_extract({text}, {literal(f'^{_pattern(field)}$')}, 1)"
    if field.type == "integer":
        return inner
    word = f"regexp_full_match({text}, '{_SPACE}{_WORDS}{_SPACE}')"
    return f"CASE WHEN {word} THEN {text} ELSE {inner} END"


def read_number(field: Field, text: str) -> str | None:
    """Return the text of a number as Python reads it, or None if it is not one."""
    if group := _group(field):
        text = text.replace(group, "")
    decimal = _decimal(field)
    if decimal != ".":
        text = text.replace(".", "!").replace(decimal, ".")
    text = text.strip(" \t\r\n")
    if field.type == "number" and re.fullmatch(_WORDS, text):
        return text
    match = re.fullmatch(_pattern(field), text)
    return match[match.lastindex or 0] if match else None


def integer(field: Field) -> ColumnType:
    """Return the type `integer`."""
    text = _bare(field)
    beyond = f"CASE WHEN contains({text}, '-') THEN {-(2**63)} ELSE {2**63 - 1} END"
    value = f"coalesce(try_cast({text} AS BIGINT), {beyond})"
    parse = f"CASE WHEN regexp_full_match({text}, '{_SPACE}{_INTEGER}{_SPACE}') THEN {value} END"
    left = f"strlen({{x}}) > 18 AND {{c}} IN ({-(2**63)}, {2**63 - 1})"

    def judge(cell: str) -> Reading | None:
        number = read_number(field, cell)
        return whole(number) if number else None

    def given(value: object) -> Reading | None:
        if isinstance(value, str):
            return judge(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return whole(str(value)) if type(value) is int else None

    quick = "" if _group(field) or not _is_bare(field) else CANONICAL
    return ColumnType("BIGINT", parse, "an integer", left, judge, given=given, quick=quick)


def number(field: Field) -> ColumnType:
    """Return the type `number`."""
    text = _bare(field)
    pattern = f"{_SPACE}(?:{_NUMBER}|{_WORDS}){_SPACE}"
    parse = f"CASE WHEN regexp_full_match({text}, '{pattern}') THEN try_cast({text} AS DOUBLE) END"
    huge = "(contains({x}, 'e') OR contains({x}, 'E')) AND (abs({c}) > 1e99 OR abs({c}) < 1e-99)"
    left = f"{{c}} IS NOT NULL AND (strlen({{x}}) > 15 OR ({huge}))"

    def judge(cell: str) -> Reading | None:
        text = read_number(field, cell)
        if text is None:
            return None
        if re.fullmatch(_WORDS, text):
            return Reading(repr(float(text)))
        return double(text)

    def given(value: object) -> Reading | None:
        if isinstance(value, str):
            return judge(value)
        return double(str(value)) if type(value) in (int, float) else None

    return ColumnType("DOUBLE", parse, "a number", left, judge, given=given)


def boolean(field: Field) -> ColumnType:
    """Return the type `boolean`."""
    true = _texts(field.options.get("trueValues"), ("true", "True", "TRUE", "1"))
    false = _texts(field.options.get("falseValues"), ("false", "False", "FALSE", "0"))
    known = dict.fromkeys(false, "false") | dict.fromkeys(true, "true")
    parts = [
        f"WHEN {{x}} IN ({literals(words)}) THEN {value}"
        for words, value in ((true, "true"), (false, "false"))
        if words
    ]
    parse = f"CASE {' '.join(parts)} END" if parts else "CAST(NULL AS BOOLEAN)"
    said = " or ".join(f"`{words[0]}`" for words in (true, false) if words)

    def judge(cell: str) -> Reading | None:
        return Reading(known[cell]) if cell in known else None

    def given(value: object) -> Reading | None:
        if isinstance(value, bool):
            return Reading("true" if value else "false")
        return judge(value) if isinstance(value, str) else None

    return ColumnType("BOOLEAN", parse, said or "a truth value", judge=judge, given=given)


def _texts(value: object, default: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else default
