"""The types of columns that nobody has described, as DuckDB infers them from their texts."""

from __future__ import annotations

from copydesk.checks.column import ColumnType
from copydesk.checks.sql import literal

_KNOWN = ("BIGINT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "TIME")
_TEXT = ColumnType(sql="VARCHAR", plain=True)


def inferred_type(sql: str, form: str) -> ColumnType:
    """Return the column type for a type that DuckDB has inferred; texts where it is none of ours.

    `form` is the format that DuckDB has found dates or timestamps to have, if it has told one.
    """
    if sql not in _KNOWN:
        return _TEXT
    value = f"try_strptime({{x}}, {literal(form)})" if form else "{x}"
    return ColumnType(sql=sql, parse=f"try_cast({value} AS {sql})", words=f"a value of type {sql}")
