"""SQL words that checks and engine share: quoting of identifiers and of literals."""

from __future__ import annotations

from collections.abc import Iterable

ROW = "_row"
"""Column of every table that holds the number of the record, the header counted."""


BATCH_ROW = "_batch_row"
"""Column of every batch that holds the same number, so that no other table can have it."""


def batch_of(table: str) -> str:
    """Return the name of the view that is the batch of a table for the queries of its suite."""
    return quoted(f"batch of {table}")


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
