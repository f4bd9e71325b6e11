"""GX: expectations of a value beside the one in the row before."""

from __future__ import annotations

from copydesk.checks import check
from copydesk.checks.asking import Answer, Ask, both, cells
from copydesk.checks.field import NotNative


@check("GX135", message="`{value}` is not below the value before it",
       equivalent="expect_column_values_to_be_decreasing")  # fmt: skip
def value_not_decreasing(ask: Ask) -> Answer:
    """Tell the values that are larger than the one in the row before.

    What: The suite expects the column to go down from row to row; here it goes up, or with
        `strictly` stays. Empty cells are passed over.
    Why: The order of the rows means something, and this row is out of it.
    Example: 2019 below 2018.
    Fix: Correct the value, or put the row in its place.
    """
    return _ordered(ask, "<", "go down")


@check("GX150", message="`{value}` is not above the value before it",
       equivalent="expect_column_values_to_be_increasing")  # fmt: skip
def value_not_increasing(ask: Ask) -> Answer:
    """Tell the values that are smaller than the one in the row before.

    What: The suite expects the column to go up from row to row; here it goes down, or with
        `strictly` stays. Empty cells are passed over.
    Why: The order of the rows means something, and this row is out of it.
    Example: 2018 below 2019.
    Fix: Correct the value, or put the row in its place.
    """
    return _ordered(ask, ">", "go up")


def _ordered(ask: Ask, operator: str, way: str) -> Answer:
    one, strictly = ask.column, bool(ask.get("strictly"))
    if one.kind not in ("integer", "number", "date", "datetime"):
        raise NotNative(f"a difference of values of type {one.kind}")
    given = both(ask.given, one.present)
    # For pandas the difference of two equal infinities is nothing that could be out of order.
    equal = "isinf(v) AND v = before" if one.kind == "number" else "false"
    fits = f"v {operator if strictly else operator + '='} before OR ({equal})"

    def across(table: str) -> str:
        order = f"{one.sql} AS v, lag({one.sql}) OVER (ORDER BY rowid) AS before"
        rows = f"SELECT rowid AS n, {order} FROM {table} WHERE {given}"
        return f"SELECT n, false FROM ({rows}) WHERE before IS NOT NULL AND NOT ({fits})"

    says = f"expects the values to {way}{' strictly' if strictly else ''}"
    return cells(ask, "false", says, one.present, across=across)
