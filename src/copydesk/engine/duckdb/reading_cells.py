"""The cells of some columns of a file, without a table of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

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


def texts_without(
    database: Database, one: tuple[Side, str], other: tuple[Side, str] | None
) -> list[str]:
    """Return the texts of a column, each once and in order, that another column does not hold.

    Raises Unreadable where a file cannot be read that way.
    """
    sides = [one, other] if other else [one]
    parts = [f"SELECT {side.cell(name)} AS t FROM {side.source}" for side, name in sides]
    query = " EXCEPT ".join(parts)
    return _texts(database, f"SELECT DISTINCT t FROM ({query}) WHERE t <> '' ORDER BY t")


def texts_among(database: Database, one: tuple[Side, str], texts: Iterable[str]) -> set[str]:
    """Return those of some texts that a column holds.

    Raises Unreadable where the file cannot be read that way.
    """
    side, name = one
    listed = ", ".join(map(literal, texts))
    if not listed:
        return set()
    query = f"SELECT DISTINCT {side.cell(name)} AS t FROM {side.source} WHERE t IN ({listed})"
    return set(_texts(database, query))


def _texts(database: Database, query: str) -> list[str]:
    try:
        return [text for (text,) in database.some(query, None)]
    except duckdb.Error as error:
        raise Unreadable(str(error)) from None
