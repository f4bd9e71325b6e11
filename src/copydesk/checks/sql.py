"""SQL words that checks and engine share: quoting of identifiers and of literals."""

from __future__ import annotations

from collections.abc import Iterable

ROW = "_row"
"""Column of every table that holds the number of the record, the header counted."""


def quoted(name: str) -> str:
    """Return an identifier quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """Return a value as an SQL literal: text, number, boolean or NULL."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    text = str(value).replace("'", "''")
    return "'" + text.replace("\x00", "'||chr(0)||'") + "'"


def literals(values: Iterable[object]) -> str:
    """Return values as the inside of an SQL list."""
    return ", ".join(literal(v) for v in values)
