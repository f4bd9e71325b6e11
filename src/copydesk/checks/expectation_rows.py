"""GX: expectations of several columns of each row."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from copydesk.checks import check
from copydesk.checks.asking import Answer, Ask, both, cells, intact, unique
from copydesk.checks.column import word
from copydesk.checks.conditions import Operand, number_sql, value_sql
from copydesk.checks.field import NotNative

_ANY = ("either_value_is_missing", "any_value_is_missing")
_ALL = ("both_values_are_missing", "all_values_are_missing")
_NEVER = ("neither", "never")


def counted(ask: Ask, operands: Sequence[Operand], default: str) -> str:
    """Return the SQL condition of the rows that count: `ignore_row_if`, broken cells apart."""
    ignored = ask.get("ignore_row_if", default)
    if ignored in _ANY:
        rows = both(*(o.present for o in operands))
    elif ignored in _ALL:
        rows = " OR ".join(f"({o.present})" for o in operands)
    elif ignored in _NEVER:
        rows = "true"
    else:
        raise NotNative(f"`ignore_row_if` is {ignored!r}")
    return both(rows, intact(operands))


def alike(operands: Sequence[Operand]) -> str:
    """Return the kind that all columns share; raises NotNative if there is none."""
    kinds = {o.kind for o in operands}
    if len(kinds) > 1:
        raise NotNative(f"columns of the types {', '.join(sorted(kinds))}")
    return kinds.pop()


def names(operands: Sequence[Operand]) -> str:
    """Return the names of columns as they are read out."""
    return ", ".join(f"`{o.column.field.name}`" for o in operands)


@check(
    "GX055",
    message="`{value}` is not {relation} `{other}` in `{other_field}`",
    equivalent="expect_column_pair_values_a_to_be_greater_than_b",
)
def value_not_greater(ask: Ask) -> Answer:
    """Tell the rows in which one column is not greater than another.

    What: The value of the first column is not greater (or, with `or_equal`, not at least as
        great) than that of the second; dates compare by time, texts by their characters.
    Why: The two belong in an order: an end does not come before its beginning.
    Example: `latest` 2019-02-27 beside `earliest` 2019-02-28.
    Fix: Correct whichever of the two is wrong.
    """
    one, other = ask.pair
    if alike([one, other]) == "boolean":
        raise NotNative("truth values in an order")
    operator = ">=" if ask.flag("or_equal") else ">"
    bad = f"NOT coalesce(({one.sql}) {operator} ({other.sql}), false)"
    relation = "at least" if operator == ">=" else "greater than"
    name = other.column.field.name
    return cells(
        ask, bad, f"expects {names([one])} to be {relation} `{name}`",
        counted(ask, [one, other], _ALL[0]), operands=(one, other),
        show={"other": other.sql}, relation=relation, other_field=name,
    )  # fmt: skip


@check(
    "GX060",
    message="`{value}` is not equal to `{other}` in `{other_field}`",
    equivalent="expect_column_pair_values_to_be_equal",
)
def pair_not_equal(ask: Ask) -> Answer:
    """Tell the rows in which two columns differ.

    What: The suite expects both columns to hold the same value; they do not.
    Why: The columns state one fact twice, and one of them is wrong.
    Example: `language` `en` beside `original_language` `ko`.
    Fix: Correct whichever of the two is wrong.
    """
    one, other = ask.pair
    alike([one, other])
    bad = f"NOT coalesce(({one.sql}) = ({other.sql}), false)"
    name = other.column.field.name
    return cells(
        ask, bad, f"expects {names([one])} to be equal to `{name}`",
        counted(ask, [one, other], _ALL[0]), operands=(one, other),
        show={"other": other.sql}, other_field=name,
    )  # fmt: skip


@check(
    "GX065",
    message="`{value}` with `{other}` in `{other_field}` is not one of the {n} expected pairs",
    equivalent="expect_column_pair_values_to_be_in_set",
)
def unexpected_pair(ask: Ask) -> Answer:
    """Tell the rows in which two columns hold a pair that a suite does not list.

    What: The suite lists the combinations of values that it expects, and this is none of them.
    Why: Each value is fine by itself, but together they say something that cannot be.
    Example: event `CONSULT` with mode `weapons`.
    Fix: Correct whichever of the two is wrong, or add the pair to the suite.
    """
    one, other = ask.pair
    if ask.get("row_condition") is not None:
        raise NotNative("a row condition that Great Expectations 1.24 ignores here")
    pairs = ask.get("value_pairs_set")
    if any(not isinstance(p, list) or len(p) != 2 for p in pairs):
        raise NotNative("pairs that are not of two values")
    if "boolean" in (one.kind, other.kind):
        raise NotNative("pairs with truth values")
    wanted = [w for a, b in pairs if (w := _pair(one, a, other, b))]
    bad = f"NOT ({' OR '.join(wanted) or 'false'})"
    listed = ", ".join(f"{word(a)}/{word(b)}" for a, b in pairs[:8])
    return cells(
        ask, bad, f"expects one of the pairs {listed}",
        counted(ask, [one, other], _ALL[0]), operands=(one, other),
        show={"other": other.sql}, other_field=other.column.field.name, n=len(pairs),
    )  # fmt: skip


def _pair(one: Operand, a: object, other: Operand, b: object) -> str:
    """Return the SQL condition of one pair; empty if no row can have it."""
    parts = []
    for column, value in ((one, a), (other, b)):
        sql = "NULL" if value is None else value_sql(column.kind, value)
        if sql is None:
            return ""
        parts.append(f"({column.sql}) IS NOT DISTINCT FROM {sql}")
    return both(*parts)


@check(
    "GX240",
    message="the combination `{value}` stands in another row too",
    equivalent="expect_compound_columns_to_be_unique",
)
def combination_repeated(ask: Ask) -> Answer:
    """Tell the rows that repeat a combination of values.

    What: The suite expects that the columns, taken together, never repeat; another row has the
        same values, and all rows that share them are told. Empty cells count as equal, unless
        `ignore_row_if` leaves them out.
    Why: What happens twice there is usually one thing entered twice.
    Example: the same attendee of the same event in two rows.
    Fix: Correct the row that is wrong, or delete the one that stands there twice.
    """
    operands = ask.list
    says = f"expects each combination of {names(operands)} once"
    return unique(ask, operands, says, counted(ask, operands, _ALL[1]))


@check(
    "GX245",
    message="the sum of {names} is {sum}, not {total}",
    equivalent="expect_multicolumn_sum_to_equal",
)
def sum_of_row_differs(ask: Ask) -> Answer:
    """Tell the rows in which numbers do not add up.

    What: The sum of the columns is not the expected one.
    Why: The columns are parts of a whole, and one of them is wrong or missing.
    Example: shares of 60, 30 and 20 where the sum should be 100.
    Fix: Correct the number that is wrong.
    """
    operands, total = ask.list, ask.get("sum_total")
    kind = alike(operands)
    if kind not in ("integer", "number") or isinstance(total, bool):
        raise NotNative(f"a sum of values of type {kind}")
    if kind == "number" and len(operands) > 2:
        raise NotNative("a sum of three or more floating-point numbers")
    first = "HUGEINT" if kind == "integer" else "DOUBLE"
    added = " + ".join(f"CAST({o.sql} AS {first})" for o in operands)
    bad = f"({added}) IS DISTINCT FROM {number_sql(total)}"
    return cells(
        ask, bad, f"expects a sum of {total:g}", counted(ask, operands, _ALL[1]),
        operands=operands, show={"sum": added}, names=_plain(operands), total=f"{total:g}",
    )  # fmt: skip


@check("GX250", message="the values of {names} differ",
       equivalent="expect_multicolumn_values_to_be_equal")  # fmt: skip
def values_of_row_differ(ask: Ask) -> Answer:
    """Tell the rows in which several columns are not equal.

    What: The suite expects all the columns to hold the same value; empty cells are equal to
        each other.
    Why: The columns state one fact several times, and one of them is wrong.
    Example: three columns for one date, one of which is a day later.
    Fix: Correct the value that is wrong.
    """
    operands = ask.list
    alike(operands)
    first = operands[0]
    bad = " OR ".join(f"({o.sql}) IS DISTINCT FROM ({first.sql})" for o in operands[1:])
    return cells(
        ask, bad or "false", f"expects {names(operands)} to be equal",
        counted(ask, operands, _ALL[1]), operands=operands, names=_plain(operands),
    )  # fmt: skip


@check("GX260", message="two of {names} hold the same value",
       equivalent="expect_select_column_values_to_be_unique_within_record")  # fmt: skip
def value_repeated_in_row(ask: Ask) -> Answer:
    """Tell the rows in which several columns hold the same value.

    What: The suite expects the columns of a row to differ from each other; two of them, empty
        cells included, do not.
    Why: The columns name different things, such as a sender and a receiver.
    Example: the same organisation as speaker and as addressee.
    Fix: Correct the value that is wrong.
    """
    operands = ask.list
    alike(operands)
    same = [f"({a.sql}) IS NOT DISTINCT FROM ({b.sql})" for a, b in combinations(operands, 2)]
    return cells(
        ask, " OR ".join(same) or "false", f"expects {names(operands)} to differ",
        counted(ask, operands, _ALL[1]), operands=operands, names=_plain(operands),
    )  # fmt: skip


def _plain(operands: Sequence[Operand]) -> str:
    """Return the names of columns for a message."""
    return " and ".join(o.column.field.name for o in operands)
