"""GX: expectations of where values lie among all those of their column.

Where a value is so near a bound that the order of floating-point operations may decide, Great
Expectations is asked.
"""

from __future__ import annotations

from typing import Any

from copydesk.checks import check
from copydesk.checks.asking import Answer, Ask, both, cells, measured
from copydesk.checks.conditions import Operand, number_sql
from copydesk.checks.field import NotNative

_NEAR = "1e-9"
_INTERPOLATIONS = ("linear", "lower", "higher", "midpoint", "nearest")


def _numbers(ask: Ask) -> Operand:
    one = ask.column
    if one.kind not in ("integer", "number"):
        raise NotNative(f"the spread of values of type {one.kind}")
    return one


def _values(ask: Ask, one: Operand, table: str) -> str:
    """Return the query for the numbers of a column that count."""
    given = both(ask.given, one.present)
    return f"SELECT rowid AS n, CAST({one.sql} AS DOUBLE) AS v FROM {table} WHERE {given}"


_MOMENTS = (
    "SELECT avg(v) FILTER (WHERE isfinite(v)) AS m, "
    "stddev_samp(v) FILTER (WHERE isfinite(v)) AS s, count_if(isinf(v)) AS infinite, "
    "min(v) AS low, max(v) AS high FROM v"
)
"""What is computed of the numbers; with an infinite one pandas has no deviation."""


@check("GX120", message="`{value}` lies too far from the mean of `{field}`",
       equivalent="expect_column_value_z_scores_to_be_less_than")  # fmt: skip
def z_score_too_large(ask: Ask) -> Answer:
    """Tell the numbers that lie many standard deviations from the mean.

    What: The distance of the value from the mean, in standard deviations, reaches the threshold.
    Why: So distant a value is a discovery or a slip.
    Example: a length of 40,000 where most are near 200.
    Fix: Check the value against its source.
    """
    one, threshold, sides = _numbers(ask), ask.get("threshold"), ask.flag("double_sided")
    bound = number_sql(abs(threshold) if sides else threshold)
    score = "abs((v - m) / s)" if sides else "(v - m) / s"

    def across(table: str) -> str:
        unsure = (
            f"abs({score} - {bound}) <= {_NEAR} * greatest(1, abs({bound})) "
            f"OR s <= {_NEAR} * greatest(abs(low), abs(high))"
        )
        return (
            f"WITH v AS ({_values(ask, one, table)}), m AS ({_MOMENTS}) "
            f"SELECT n, {unsure} FROM v, m WHERE infinite = 0 AND low < high AND s > 0 "
            f"AND (NOT {score} < {bound} OR {unsure})"
        )

    says = f"expects less than {threshold:g} standard deviations from the mean"
    return cells(ask, "false", says, one.present, across=across)


@check("GX215", message="`{value}` is an outlier of `{field}`",
       equivalent="expect_column_values_to_not_be_outliers")  # fmt: skip
def outlier(ask: Ask) -> Answer:
    """Tell the numbers that lie far outside the bulk of their column.

    What: The value lies further out than the quartiles, or the mean, allow by `multiplier`.
    Why: So distant a value is a discovery or a slip.
    Example: a length of 40,000 where most are near 200.
    Fix: Check the value against its source.
    """
    one, method = _numbers(ask), ask.get("method", "iqr")
    multiplier = number_sql(ask.get("multiplier", 1.5))

    def by_quartiles(table: str) -> str:
        quartiles = "quantile_cont(v, 0.25) AS a, quantile_cont(v, 0.75) AS b"
        fences = f"a - {multiplier} * (b - a) AS low, b + {multiplier} * (b - a) AS high"
        edge = f"{_NEAR} * greatest(abs(a), abs(b), abs(low), abs(high))"
        # Quarters of whole numbers, and halves and quarters of those, are exact.
        dyadic = (4 * ask.get("multiplier", 1.5)) % 1 == 0 and one.kind == "integer"
        exact = "greatest(abs(low), abs(high)) < 1e12" if dyadic else "false"
        near = f"(NOT ({exact}) AND (abs(v - low) <= {edge} OR abs(v - high) <= {edge}))"
        return (
            f"WITH v AS ({_values(ask, one, table)}), q AS (SELECT {quartiles} FROM v), "
            f"f AS (SELECT a, b, {fences} FROM q WHERE isfinite(a) AND isfinite(b)) "
            f"SELECT n, {near} FROM v, f WHERE v < low OR v > high OR {near}"
        )

    def by_deviation(table: str) -> str:
        distance, edge = "abs(v - m)", f"{_NEAR} * greatest(abs(m), abs(low), abs(high))"
        unsure = f"abs({distance} - {multiplier} * s) <= {edge} AND NOT low = high"
        return (
            f"WITH v AS ({_values(ask, one, table)}), m AS ({_MOMENTS}) "
            f"SELECT n, {unsure} FROM v, m WHERE infinite = 0 AND s IS NOT NULL "
            f"AND NOT low = high AND ({distance} >= {multiplier} * s OR {unsure})"
        )

    across = by_quartiles if method == "iqr" else by_deviation
    says = f"expects no value further out than {ask.get('multiplier', 1.5):g} allows ({method})"
    return cells(ask, "false", says, one.present, across=across)


@check("GX080", message="the quantiles of `{field}` are {observed}, not {limits}",
       equivalent="expect_column_quantile_values_to_be_between")  # fmt: skip
def quantile_out_of_range(ask: Ask) -> Answer:
    """Tell the columns whose quantiles are not where a suite expects them.

    What: A quantile, such as the median or the 90th percentile, lies outside its range.
    Why: It betrays a change of the whole column, where a mean may betray one wrong value.
    Example: a 90th percentile of 4,000 characters in a column of lengths.
    Fix: Look at what changed in the column, or correct the ranges in the suite.
    """
    one, ranges = _numbers(ask), ask.get("quantile_ranges")
    quantiles, bounds = _ranges(ranges)
    method = ask.get("allow_relative_error") or "nearest"
    if method not in _INTERPOLATIONS:
        raise NotNative(f"`allow_relative_error` is {method!r}")
    given = both(ask.given, one.present)
    picked = [_quantile(q, method) for q in quantiles]

    def across(table: str) -> str:
        order = "row_number() OVER (ORDER BY v) - 1 AS i, count(*) OVER () AS c"
        rows = f"SELECT v, {order} FROM (SELECT {one.sql} AS v FROM {table} WHERE {given})"
        return f"(SELECT [{', '.join(picked)}] FROM ({rows}))"

    holds = [_within(f"{{measure}}[{i}]", low, high) for i, (low, high) in enumerate(bounds, 1)]
    words = ", ".join(f"{_or(a, '…')} to {_or(b, '…')}" for a, b in bounds)
    says = f"expects quantiles {', '.join(f'{q:g}' for q in quantiles)} of {words}"
    fits, doubt = " AND ".join(h for h, _ in holds), " OR ".join(d for _, d in holds)
    return measured(ask, "NULL", fits, says, doubt=doubt, across=across, limits=words)


def _ranges(ranges: Any) -> tuple[list[float], list[tuple[Any, Any]]]:
    """Return the quantiles and the bounds of each; raises NotNative for what is of another form."""
    quantiles, bounds = ranges.get("quantiles"), ranges.get("value_ranges")
    shaped = (
        isinstance(quantiles, list)
        and isinstance(bounds, list)
        and len(quantiles) == len(bounds) > 0
        and all(type(q) in (int, float) and 0 <= q <= 1 for q in quantiles)
        and all(isinstance(b, list) and len(b) == 2 for b in bounds)
        and all(v is None or type(v) in (int, float) for b in bounds for v in b)
    )
    if not shaped:
        raise NotNative("`quantile_ranges` of another form")
    return quantiles, [tuple(b) for b in bounds]


def _or(value: object, otherwise: str) -> str:
    return otherwise if value is None else str(value)


def _quantile(quantile: float, method: str) -> str:
    """Return the SQL of a quantile over the values `v`, of `c` the one numbered `i` from 0."""
    at = f"((c - 1) * {number_sql(quantile * 100 / 100)})"  # as numpy rounds it
    low, high = f"floor({at})", f"ceil({at})"
    part = f"({at} - {low})"
    even = f"CASE WHEN {part} < 0.5 OR ({part} = 0.5 AND {low} % 2 = 0) THEN {low} ELSE {high} END"
    one, other = f"max(v) FILTER (WHERE i = {low})", f"max(v) FILTER (WHERE i = {high})"
    match method:
        case "lower":
            return f"CAST({one} AS DOUBLE)"
        case "higher":
            return f"CAST({other} AS DOUBLE)"
        case "nearest":
            return f"CAST(max(v) FILTER (WHERE i = {even}) AS DOUBLE)"
        case "midpoint":
            return f"(CAST({one} AS DOUBLE) + {other}) / 2"
    return f"CAST({one} AS DOUBLE) + (CAST({other} AS DOUBLE) - {one}) * max({part})"


def _within(value: str, low: float | None, high: float | None) -> tuple[str, str]:
    """Return the SQL conditions that a quantile lies within its range, and that it hardly does.

    Great Expectations takes what differs from a bound by a ten thousandth for the bound.
    """
    parts, near, doubts = [f"{value} IS NOT NULL"], [], []
    for bound, operator in ((low, ">="), (high, "<=")):
        if bound is None:
            continue
        word = number_sql(bound)
        parts.append(f"{value} {operator} {word}")
        gap, room = f"abs({value} - {word})", f"(1e-8 + 1e-4 * abs({word}))"
        near.append(f"{gap} <= {room}")
        doubts.append(
            f"NOT isfinite({value}) OR abs({gap} - {room}) <= {_NEAR} * greatest(1, abs({word}))"
        )
    inside = " AND ".join(parts)
    holds = f"({inside} OR {' OR '.join(near)})" if near else f"({inside})"
    return holds, " OR ".join(doubts) or "false"
