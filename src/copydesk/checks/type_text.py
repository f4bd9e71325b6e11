"""The types `string`, `any` and `list` as columns."""

from __future__ import annotations

from copydesk.checks.column import ColumnType
from copydesk.checks.sql import literal
from copydesk.model import Field

_URI_CHARS = r"A-Za-z0-9\-._~!$&'()*+,;=:@"
_PCHAR = rf"(?:[{_URI_CHARS}]|%[0-9A-Fa-f]{{2}})"
_NAME = r"[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2}"
_LITERAL = r"\[(?:[0-9A-Fa-f]*:[0-9A-Fa-f:.]+|[vV][0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+)\]"
_AUTHORITY = rf"(?:(?:{_NAME}|:)*@)?(?:{_LITERAL}|(?:{_NAME})*)(?::[0-9]*)?"
_URI = (
    rf"[A-Za-z][A-Za-z0-9+.\-]*:(?://{_AUTHORITY}(?:/{_PCHAR}*)*|/?{_PCHAR}+(?:/{_PCHAR}*)*|)"
    rf"(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?])*)?"
)
# Letters of all scripts, as RFC 6531 has them and the reference takes them, but not U+2400, which
# stands for NUL in what is read.
_BEYOND = r"\x{a1}-\x{23ff}\x{2401}-\x{10fffd}"
_WORD = rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~{_BEYOND}\-]+"
_EMAIL = (
    rf"{_WORD}(?:\.{_WORD})*@(?:(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{{0,61}}[A-Za-z0-9])?"
    rf"|(?:[A-Za-z0-9][A-Za-z0-9\-]*)?[{_BEYOND}]"
    rf"(?:[A-Za-z0-9{_BEYOND}\-]*[A-Za-z0-9{_BEYOND}])?)\.)+"
    rf"(?:[A-Za-z]{{2,63}}|[A-Za-z{_BEYOND}]{{2,}}|xn--[A-Za-z0-9\-]+)"
)
_HEX = "[0-9A-Fa-f]"
# The standard does not say which forms of a UUID are meant: all that are in use are taken.
_UUID = rf"(?:{_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}|{_HEX}{{32}})"
_UUID = rf"(?:(?i:urn:uuid:)?{_UUID}|\{{{_UUID}\}})"
# White space between the characters means nothing (XML Schema, base64Binary).
_SIGN = r"[A-Za-z0-9+/]\s*"
_BASE64 = rf"\s*(?:(?:{_SIGN}){{4}})*(?:(?:{_SIGN}){{2}}=\s*=\s*|(?:{_SIGN}){{3}}=\s*)?"
_FORMATS = {
    "uri": (_URI, "a URI such as `https://…`"),
    "email": (_EMAIL, "an e-mail address"),
    "uuid": (_UUID, "a UUID"),
    "binary": (_BASE64, "a text in base64"),
}


def matches(pattern: str, then: str) -> str:
    """Return the expression that is `then` where the whole cell matches a pattern, else NULL."""
    return f"CASE WHEN regexp_full_match({{x}}, {literal(pattern)}) THEN {then} END"


def string(field: Field) -> ColumnType:
    """Return the type `string`."""
    if field.format not in _FORMATS:
        return anything(field)
    pattern, words = _FORMATS[field.format]
    return ColumnType("VARCHAR", matches(pattern, "{x}"), words, plain=True)


def anything(_: Field) -> ColumnType:
    """Return the type `any`, which takes every text."""
    return ColumnType("VARCHAR", plain=True)
