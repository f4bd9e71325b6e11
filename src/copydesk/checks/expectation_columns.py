"""GX: expectations of a column as a whole, answered by one value computed from all its rows."""

from __future__ import annotations

from copydesk.checks import check
from copydesk.checks.asking import Answer, Ask, Limits, both, limits, measured
from copydesk.checks.conditions import Operand, value_sql
from copydesk.checks.expectation_values import listed, membership
from copydesk.checks.field import NotNative

_NUMERIC = ("integer", "number")
_DATES = ("date", "datetime")
_ABSENT = "{observed} of the {n} expected values occur in `{field}`"


def filtered(aggregate: str, ask: Ask, one: Operand) -> str:
    """Return an aggregate over the values that count."""
    given = "" if ask.given == "true" else f" AND ({ask.given})"
    return f"{aggregate} FILTER (WHERE {one.present}{given})"


def rows(ask: Ask) -> str:
    """Return the number of rows that count."""
    return f"count(*) FILTER (WHERE {ask.given})"


def between(
    ask: Ask,
    measure: str,
    what: str,
    within: Limits,
    *,
    rounds: bool = False,
    nan: bool = False,
    extremes: str = "",
) -> Answer:
    """Return the check that a measure lies between bounds.

    `rounds` says that it is computed in floating point, in an order that is not that of pandas;
    `nan` that it may be NaN, which lies between nothing; `extremes` as in `measured`.
    """
    if not within.values:
        raise NotNative("no bounds")
    holds = f"{{measure}} IS NOT NULL AND {within.around('{measure}')}"
    holds = f"NOT isnan({{measure}}) AND {holds}" if nan else holds
    near = [f"abs({{measure}} - {v}) <= 1e-9 * greatest(1, abs({v}))" for v in within.values]
    doubt = " OR ".join(near) if rounds else ""
    says = f"expects a {what} of {within.words}"
    return measured(ask, measure, holds, says, doubt=doubt, limits=within.words, extremes=extremes)


def computed(ask: Ask, integer: str, number: str, what: str, *, rounds: bool = False) -> Answer:
    """Return the check that a number computed from a column of numbers lies between bounds.

    `integer` and `number` are the aggregates over `{x}` for the two kinds of column; that over
    whole numbers is exact, unless it `rounds`.
    """
    one = ask.column
    if one.kind not in _NUMERIC:
        raise NotNative(f"the {what} of values of type {one.kind}")
    is_number = one.kind == "number"
    measure = (number if is_number else integer).replace("{x}", one.sql)
    given = ask.given if ask.given == "true" else f"({ask.given})"
    measure = measure.replace("{given}", f"FILTER (WHERE {one.present} AND {given})")
    within = limits(ask, "number")
    return between(ask, measure, what, within, rounds=rounds or is_number, nan=is_number or rounds)


@check(
    "GX010",
    message="`{value}` is not one of the {n} expected values",
    equivalent="expect_column_distinct_values_to_be_in_set",
)
def unexpected_distinct_value(ask: Ask) -> Answer:
    """Tell the values that are not in the set that a suite gives for a column.

    What: The suite lists all values that should occur in the column, and this is none of them.
    Why: An unexpected value is a misspelling, or news that whoever groups by it must hear of.
    Example: `tv` where the suite lists `broadcast`, `interview` and `letter`.
    Fix: Use one of the listed values, or add the new one to the suite.
    """
    return membership(ask, wanted=True)


@check("GX015", message=f"only {_ABSENT}",
       equivalent="expect_column_distinct_values_to_contain_set")  # fmt: skip
def expected_value_absent(ask: Ask) -> Answer:
    """Tell the columns in which expected values do not occur.

    What: The suite lists values that should all occur somewhere in the column; not all do.
    Why: A missing value may mean that rows got lost.
    Example: no row with the outlet `wikinews`.
    Fix: Add the rows that are missing, or correct the list in the suite.
    """
    return _contains(ask)


def _contains(ask: Ask) -> Answer:
    one, values = ask.column, ask.get("value_set")
    words = {None if v is None else value_sql(one.kind, v) for v in values}
    possible = ", ".join(sorted(w for w in words if w is not None))
    inside = f"count(DISTINCT CASE WHEN {one.sql} IN ({possible}) THEN {one.sql} END)"
    measure = filtered(inside, ask, one) if possible else "count(*) FILTER (WHERE false)"
    holds = "false" if None in words else f"{{measure}} = {len(words)}"
    says = f"expects all of {listed(values)}"
    return measured(ask, measure, holds, says, n=len(words), message=f"only {_ABSENT}")


@check(
    "GX020",
    message="`{value}` is not one of the {n} expected values",
    equivalent="expect_column_distinct_values_to_equal_set",
)
def distinct_values_differ(ask: Ask) -> Answer:
    """Tell the columns whose values are not exactly those that a suite lists.

    What: A value occurs that the suite does not list, or a listed one does not occur.
    Why: An unexpected value is a misspelling, a missing one may mean that rows got lost.
    Example: the values `en` and `EN` where the suite lists `en` and `ko`.
    Fix: Correct the values, or the list in the suite.
    """
    return (*membership(ask, wanted=True), *_contains(ask))


@check("GX030", message="the largest value of `{field}` is {observed}, not {limits}",
       equivalent="expect_column_max_to_be_between")  # fmt: skip
def maximum_out_of_range(ask: Ask) -> Answer:
    """Tell the columns whose largest value is not where a suite expects it.

    What: The largest number, or latest date, of the column lies outside the bounds.
    Why: It tells at a glance whether a column is complete and free of slips.
    Example: a latest `published_date` of 2203.
    Fix: Look at the largest values, at the notes: correct them, or the bounds in the suite.
    """
    return _extreme(ask, "max", "largest value")


@check("GX045", message="the smallest value of `{field}` is {observed}, not {limits}",
       equivalent="expect_column_min_to_be_between")  # fmt: skip
def minimum_out_of_range(ask: Ask) -> Answer:
    """Tell the columns whose smallest value is not where a suite expects it.

    What: The smallest number, or earliest date, of the column lies outside the bounds.
    Why: It tells at a glance whether a column is complete and free of slips.
    Example: a smallest `start` of -1.
    Fix: Look at the smallest values, at the notes: correct them, or the bounds in the suite.
    """
    return _extreme(ask, "min", "smallest value")


def _extreme(ask: Ask, aggregate: str, what: str) -> Answer:
    one = ask.column
    if one.kind not in (*_NUMERIC, *_DATES):
        raise NotNative(f"the {what} of values of type {one.kind}")
    within = limits(ask, one.kind if one.kind in _DATES else "number")
    counted, is_max = both(one.present, ask.given), aggregate == "max"
    good = both(counted, within.around(one.sql))
    inside = f"SELECT {aggregate}({one.sql}) FROM {{table}} WHERE {good}"
    beyond = f"coalesce({one.sql} {'>' if is_max else '<'} ({inside}), true)"
    order = f"{one.sql} {'DESC' if is_max else 'ASC'}"
    return between(
        ask, filtered(f"{aggregate}({one.sql})", ask, one), what, within,
        extremes=standing(one, both(counted, beyond), order),
    )  # fmt: skip


def standing(one: Operand, condition: str, order: str) -> str:
    """Return the query for the first rows that account for what was observed, with the values."""
    value = f"CAST({one.sql} AS VARCHAR)"
    return f"SELECT {{row}} AS n, {value} FROM {{table}} WHERE {condition} ORDER BY {order}, n"


@check("GX035", message="the mean of `{field}` is {observed}, not {limits}",
       equivalent="expect_column_mean_to_be_between")  # fmt: skip
def mean_out_of_range(ask: Ask) -> Answer:
    """Tell the columns whose mean is not where a suite expects it.

    What: The arithmetic mean of the numbers in the column lies outside the bounds.
    Why: A mean that moved betrays a change of units or of what is counted.
    Example: a mean length of quotations of 4,000 characters.
    Fix: Look for values of another scale, or correct the bounds in the suite.
    """
    integer = "CAST(sum({x}) {given} AS DOUBLE) / nullif(count({x}) {given}, 0)"
    return computed(ask, integer, "avg({x}) {given}", "mean")


@check("GX040", message="the median of `{field}` is {observed}, not {limits}",
       equivalent="expect_column_median_to_be_between")  # fmt: skip
def median_out_of_range(ask: Ask) -> Answer:
    """Tell the columns whose median is not where a suite expects it.

    What: Half of the numbers in the column are smaller than the median, half are larger; it
        lies outside the bounds.
    Why: It betrays a change of the whole column, where a mean may betray one wrong value.
    Example: a median of 2 characters in a column of texts' lengths.
    Fix: Look at what changed in the column, or correct the bounds in the suite.
    """
    return computed(ask, "median({x}) {given}", "median({x}) {given}", "median")


@check("GX050", message="the most common value of `{field}` is {observed}, which is not expected",
       equivalent="expect_column_most_common_value_to_be_in_set")  # fmt: skip
def unexpected_most_common_value(ask: Ask) -> Answer:
    """Tell the columns whose most common value is not one that a suite expects.

    What: The most common value is not in `value_set`, or several are equally common and
        `ties_okay` is not set.
    Why: When a placeholder becomes the most common value, something went wrong.
    Example: `unknown` as the most common medium.
    Fix: Look at the rows with that value, at the note, or correct the list in the suite.
    """
    one, values = ask.column, ask.get("value_set")
    if one.kind not in ("text", "integer"):
        raise NotNative(f"the most common of values of type {one.kind}")
    if any(isinstance(v, float) and not v.is_integer() for v in values):
        raise NotNative("fractions among whole numbers")
    words = [value_sql(one.kind, v) for v in values if v is not None]
    type_ = "VARCHAR[]" if one.kind == "text" else "BIGINT[]"
    wanted = f"CAST([{', '.join(w for w in words if w is not None)}] AS {type_})"
    counts = filtered(f"histogram({one.sql})", ask, one)
    most = f"list_max(map_values({counts}))"
    measure = (
        f"list_sort(list_transform(list_filter(map_entries({counts}), "
        f"lambda e: e.value = {most}), lambda e: e.key))"
    )
    holds = f"list_has_any({{measure}}, {wanted})"
    holds = holds if ask.flag("ties_okay") else f"{holds} AND len({{measure}}) = 1"
    says = f"expects one of {listed(values)} to be most common"
    common = f"list_contains((SELECT {measure} FROM {{table}}), {one.sql})"
    first = f"QUALIFY row_number() OVER (PARTITION BY {one.sql} ORDER BY {{row}}) = 1"
    extremes = standing(one, f"{both(ask.given, common)} {first}", one.sql)
    told = f"array_to_string({measure}, ', ')"
    return measured(ask, measure, holds, says, extremes=extremes, told=told)


@check("GX070", message="the share of filled cells in `{field}` is {observed}, not {limits}",
       equivalent="expect_column_proportion_of_non_null_values_to_be_between")  # fmt: skip
def share_of_values_out_of_range(ask: Ask) -> Answer:
    """Tell the columns in which too few or too many cells are filled.

    What: The share of cells that hold a value, between 0 and 1, lies outside the bounds.
    Why: A column that empties from one version to the next was lost on the way.
    Example: a share of 0.1 in a column that is expected to be filled in half of the rows.
    Fix: Fill in what is missing, or correct the bounds in the suite.
    """
    one = ask.any_column
    measure = f"coalesce(count_if({one.present} AND ({ask.given})) / nullif({rows(ask)}, 0), 0)"
    return between(ask, measure, "share of filled cells", limits(ask, "number"))


@check("GX075", message="the share of unique values in `{field}` is {observed}, not {limits}",
       equivalent="expect_column_proportion_of_unique_values_to_be_between")  # fmt: skip
def share_of_unique_values_out_of_range(ask: Ask) -> Answer:
    """Tell the columns in which values repeat more, or less, than a suite expects.

    What: The number of different values divided by the number of filled cells lies outside the
        bounds.
    Why: A column of identifiers that repeats, or one of categories that never does, holds
        something else than its name says.
    Example: a share of 0.2 in a column of URLs.
    Fix: Look for values entered twice, or correct the bounds in the suite.
    """
    one = ask.column
    distinct = filtered(f"count(DISTINCT {one.sql})", ask, one)
    filled = f"count_if({one.present} AND ({ask.given}))"
    measure = f"coalesce({distinct} / nullif({filled}, 0), 0)"
    return between(ask, measure, "share of unique values", limits(ask, "number"))


@check("GX085", message="the standard deviation of `{field}` is {observed}, not {limits}",
       equivalent="expect_column_stdev_to_be_between")  # fmt: skip
def deviation_out_of_range(ask: Ask) -> Answer:
    """Tell the columns whose values spread more, or less, than a suite expects.

    What: The standard deviation of the sample lies outside the bounds; of less than two values
        there is none.
    Why: A spread that moved betrays a change of units or a slip of magnitude.
    Example: a deviation of 0 in a column of measurements: all values are the same.
    Fix: Look for values of another scale, or correct the bounds in the suite.
    """
    spread = "stddev_samp({x}) {given}"
    return computed(ask, spread, spread, "standard deviation", rounds=True)


@check("GX090", message="the sum of `{field}` is {observed}, not {limits}",
       equivalent="expect_column_sum_to_be_between")  # fmt: skip
def sum_out_of_range(ask: Ask) -> Answer:
    """Tell the columns whose sum is not where a suite expects it.

    What: The sum of all numbers in the column lies outside the bounds; of no numbers it is 0.
    Why: A total that people know is the quickest proof that no row is missing.
    Example: a sum of shares of 99.
    Fix: Look for missing or double rows, or correct the bounds in the suite.
    """
    total = "coalesce(sum({x}) {given}, 0)"
    return computed(ask, total, total, "sum")


@check("GX105", message="`{field}` has {observed} different values, not {limits}",
       equivalent="expect_column_unique_value_count_to_be_between")  # fmt: skip
def number_of_unique_values_out_of_range(ask: Ask) -> Answer:
    """Tell the columns with fewer, or more, different values than a suite expects.

    What: The number of different values in the column lies outside the bounds.
    Why: New categories appear by misspelling, and categories vanish with lost rows.
    Example: 9 different languages where 2 to 5 are expected.
    Fix: Look at the rare values: correct them, or the bounds in the suite.
    """
    one = ask.column
    measure = filtered(f"count(DISTINCT {one.sql})", ask, one)
    return between(ask, measure, "number of different values", limits(ask, "integer"))
