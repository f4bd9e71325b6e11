"""A dialect as a descriptor writes it → Dialect."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import Any, TypeGuard

from copydesk.model import Dialect


def is_encoding(name: str) -> bool:
    """Return whether text can be read and written in an encoding of this name."""
    try:
        known = codecs.lookup(name).name
        "".encode(known)
        b"a".decode(known, "backslashreplace")  # idna and punycode cannot, and no file is in them
    except (LookupError, UnicodeError, ValueError):
        return False
    return True


def read_dialect(given: Mapping[str, Any], encoding: str) -> Dialect:
    """Return a Table Dialect (v2) or CSV Dialect (v1) with its defaults filled in."""
    # frictionless-py writes the properties of CSV and JSON under their format; it has `headerCase`
    # for the `caseSensitiveHeader` of v1, and `skipBlankRows`.
    for own in (given.get("json"), given.get("csv")):
        given = {**given, **own} if isinstance(own, dict) else given
    header = given.get("header", True)
    rows, comments = given.get("headerRows", [1]), given.get("commentRows")
    rows = rows if isinstance(rows, list) and _numbers(rows) else [1]
    keys = given.get("itemKeys", given.get("keys"))
    cased = given.get("headerCase", given.get("caseSensitiveHeader", True))
    return Dialect(
        delimiter=text(given.get("delimiter")) or ",",
        quote=text(given.get("quoteChar")) or '"',
        escape=text(given.get("escapeChar")) or None,
        double_quote=given.get("doubleQuote") is not False,
        skip_initial_space=given.get("skipInitialSpace") is True,
        header_rows=tuple(rows) if header is not False else (),
        header_join=join if isinstance(join := given.get("headerJoin"), str) else " ",
        header_case=cased is not False,
        comment_char=text(given.get("commentChar")) or None,
        comment_rows=tuple(comments) if _numbers(comments) else (),
        skip_blank_rows=given.get("skipBlankRows") is True,
        line_terminator=text(given.get("lineTerminator")) or "\r\n",
        null_sequence=text(given.get("nullSequence")) or None,
        encoding=encoding,
        rows_at=text(given.get("property")),
        item_type=text(given.get("itemType")),
        item_keys=tuple(map(text, keys)) if isinstance(keys, list) else (),
        stated=bool(text(given.get("delimiter"))),
    )


def _numbers(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(v) is int for v in value)


def text(value: object) -> str:
    """Return a value if it is a text, else an empty one."""
    return value if isinstance(value, str) else ""
