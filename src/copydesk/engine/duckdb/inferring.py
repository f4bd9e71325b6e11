"""The types that DuckDB infers for the columns of a file."""

from __future__ import annotations

from pathlib import Path

from copydesk.checks.column import ColumnType
from copydesk.checks.sql import literal
from copydesk.checks.type_inferred import inferred_type
from copydesk.engine.duckdb.driver import duckdb
from copydesk.model import Dialect


def inferred(file: Path, dialect: Dialect) -> list[ColumnType]:
    """Return the types of the columns of a file, inferred from all of its rows.

    There are none where the file is not one that DuckDB reads as it is: its columns are texts then.
    """
    quote = dialect.quote or ""
    options = {
        "sample_size": -1, "delim": dialect.delimiter, "quote": quote, "escape": quote,
        "header": bool(dialect.header_rows), "nullstr": "", "comment": "", "strict_mode": True,
        "skip": 0,
    }  # fmt: skip
    if dialect.header_rows not in ((1,), ()) or dialect.comment_char or dialect.comment_rows:
        return []
    words = ", ".join(f"{name} = {literal(value)}" for name, value in options.items())
    sql = f"SELECT Columns, DateFormat, TimestampFormat FROM sniff_csv({literal(file)}, {words})"
    try:
        with duckdb.connect() as connection:
            found = connection.execute(sql).fetchone()
    except duckdb.Error:
        return []
    assert found is not None
    columns, of_dates, of_moments = found
    forms = {"DATE": of_dates or "", "TIMESTAMP": of_moments or ""}
    return [inferred_type(c["type"], forms.get(c["type"], "")) for c in columns]
