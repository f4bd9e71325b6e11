"""The cells of some columns of a file, without a table of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from copydesk.checks.sql import literal
from copydesk.engine.duckdb.comparing import Side
from copydesk.engine.duckdb.database import Database
from copydesk.engine.duckdb.driver import duckdb
from copydesk.engine.duckdb.loading import Unreadable


def cells_of(
    database: Database, side: Side, names: Sequence[str], only: tuple[str, str] | None = None
) -> Iterator[tuple[str, ...]]:
    """Yield the texts of some columns, of all rows or those that hold a text in one column.

    Raises Unreadable where the file cannot be read that way.
    """
    cells = ", ".join(side.cell(name) for name in names)
    where = f" WHERE {side.cell(only[0])} = {literal(only[1])}" if only else ""
    try:
        yield from database.some(f"SELECT {cells} FROM {side.source}{where}", None)
    except duckdb.Error as error:
        raise Unreadable(str(error)) from None
