"""GX: expectations of each value of a column."""

from __future__ import annotations

from functools import partial
from typing import Any

from copydesk.checks import check
from copydesk.checks.asking import Answer, Ask, cells, limits, unique
from copydesk.checks.column import word
from copydesk.checks.conditions import Operand, any_of, moment, number_sql
from copydesk.checks.field import NotNative
from copydesk.checks.matching import unfound
from copydesk.checks.searching import found, like


def text_of(one: Operand) -> str:
    """Return a value as the text that pandas makes of it; raises NotNative."""
    if one.kind == "text":
        return one.sql
    if one.kind in ("integer", "date"):
        return f"CAST({one.sql} AS VARCHAR)"
    if one.kind == "boolean":
        return f"CASE WHEN {one.sql} THEN 'True' WHEN NOT {one.sql} THEN 'False' END"
    raise NotNative(f"the text of a value of type {one.kind}")


def listed(values: list[object]) -> str:
    """Return values as a short enumeration."""
    shown = [word(v) for v in values]
    more = f" and {len(shown) - 8} more" if len(shown) > 8 else ""
    return ", ".join(shown[:8]) + more


def membership(ask: Ask, *, wanted: bool) -> Answer:
    """Return the check that values are, or are not, in `value_set`."""
    one, values = ask.column, ask.get("value_set")
    inside = any_of(one.kind, values)
    bad = f"{one.sql} {'NOT ' if wanted else ''}IN ({inside})" if inside else str(wanted).lower()
    says = f"expects {'one' if wanted else 'none'} of {listed(values)}"
    nearest = [word(v) for v in values if v is not None] if wanted else ()
    return cells(ask, bad, says, one.present, nearest=nearest, n=len(values))


@check(
    "GX110",
    message="`{value}` has {length} characters, not {limits}",
    equivalent="expect_column_value_lengths_to_be_between",
)
def length_out_of_range(ask: Ask) -> Answer:
    """Tell the values that are shorter or longer than a suite expects.

    What: The number of characters of the value lies outside `min_value` and `max_value`.
    Why: A text of unusual length is often cut off, or holds two things in one.
    Example: `K` in a column of names that are expected to have 2 to 80 characters.
    Fix: Write the value in full, or move what does not belong into its own column.
    """
    one, within = ask.column, limits(ask, "integer")
    length = f"length({text_of(one)})"
    says = f"expects {within.words} characters"
    show = {"length": length}
    bad = f"NOT ({within.around(length)})"
    return cells(ask, bad, says, one.present, show=show, limits=within.words)


@check(
    "GX115",
    message="`{value}` has {length} characters, not {expected}",
    equivalent="expect_column_value_lengths_to_equal",
)
def length_differs(ask: Ask) -> Answer:
    """Tell the values that do not have the one length that a suite expects.

    What: The value does not have exactly the expected number of characters.
    Why: Codes of fixed length lose their meaning when a character is missing.
    Example: `KP` in a column of codes of 3 letters.
    Fix: Write the code in full.
    """
    one, expected = ask.column, ask.get("value")
    if isinstance(expected, bool):
        raise NotNative("a length that is a truth value")
    length = f"length({text_of(one)})"
    says, bad = f"expects {expected:g} characters", f"{length} <> {number_sql(expected)}"
    return cells(ask, bad, says, one.present, show={"length": length}, expected=f"{expected:g}")


@check(
    "GX125",
    message="`{value}` is not {limits}",
    equivalent="expect_column_values_to_be_between",
)
def value_out_of_range(ask: Ask) -> Answer:
    """Tell the numbers and dates that lie outside the range of a suite.

    What: The value is smaller than `min_value` or larger than `max_value`.
    Why: The range is what people who know the data hold for possible or plausible.
    Example: `1015` in a column of years between 1900 and 2100.
    Fix: Correct the value, or widen the range and say why in the notes of the suite.
    """
    one = ask.column
    within = limits(ask, one.kind)
    low, high = (moment(v) or v for v in (ask.get("min_value"), ask.get("max_value")))
    if low is not None and high is not None and low > high:
        raise NotNative("`min_value` is larger than `max_value`")
    bad = f"NOT ({within.around(one.sql)})"
    says = f"expects {within.words}"
    return cells(ask, bad, says, one.present, limits=within.words)


@check(
    "GX140",
    message="`{value}` is not one of the {n} expected values",
    equivalent="expect_column_values_to_be_in_set",
)
def value_not_in_expected_set(ask: Ask) -> Answer:
    """Tell the values that a suite does not list.

    What: The suite lists the values that it expects (`value_set`), and this is none of them.
    Why: An unexpected value is a misspelling, or news that whoever groups by it must hear of.
    Example: `intervew` where `interview`, `speech` and `letter` are expected.
    Fix: Use one of the listed values, or add the new one to the suite.
    """
    return membership(ask, wanted=True)


@check("GX160", message="`{value}` stands in a cell that is expected to be empty",
       equivalent="expect_column_values_to_be_null")  # fmt: skip
def value_present(ask: Ask) -> Answer:
    """Tell the cells that are filled where a suite expects them to be empty.

    What: The cell holds a value; the suite expects none, in all rows or in those that it names.
    Why: The value contradicts another cell of the row, or the column is no longer in use.
    Example: a paraphrase in a row whose `quote_type` is `direct`.
    Fix: Delete the value, or correct the cell that makes it unexpected.
    """
    one = ask.any_column
    return cells(ask, f"NOT ({one.missing})", "expects no value", operands=(one,))


@check("GX170", message="`{value}` stands in another row too",
       equivalent="expect_column_values_to_be_unique")  # fmt: skip
def value_repeated(ask: Ask) -> Answer:
    """Tell the values that occur more than once in a column that a suite expects to be unique.

    What: Another row has the same value; all rows that share it are told.
    Why: What happens twice there is usually one thing entered twice.
    Example: two references with the same URL.
    Fix: Correct the row that is wrong, or delete the one that stands there twice.
    """
    one = ask.column
    return unique(ask, [one], "expects every value once", one.present)


@check(
    "GX180",
    message="`{value}` is not like `{pattern}`",
    equivalent="expect_column_values_to_match_like_pattern",
)
def value_unlike_pattern(ask: Ask) -> Answer:
    """Tell the texts that are not like a pattern of `%` and `_`.

    What: The value does not have the form that the suite gives; `%` stands for any characters,
        `_` for one. Great Expectations asks a database for this; here case matters.
    Why: The form is what other tables and programs rely on.
    Example: `q-7` where the pattern is `Q-%`.
    Fix: Write the value in the expected form.
    """
    return _like(ask, [ask.get("like_pattern")], wanted=True)


@check(
    "GX185",
    message="`{value}` is not like {match_on} of the patterns {pattern}",
    equivalent="expect_column_values_to_match_like_pattern_list",
)
def value_unlike_patterns(ask: Ask) -> Answer:
    """Tell the texts that are not like the patterns of a list.

    What: The value is like none of the patterns, or, where `match_on` is `all`, not like each.
    Why: The form is what other tables and programs rely on.
    Example: `x7` where the patterns are `Q-%` and `R-%`.
    Fix: Write the value in one of the expected forms.
    """
    return _like(ask, ask.get("like_pattern_list"), wanted=True)


@check(
    "GX190",
    message="`{value}` does not match `{pattern}`",
    equivalent="expect_column_values_to_match_regex",
)
def value_not_matching_expression(ask: Ask) -> Answer:
    """Tell the values in which a regular expression is not found.

    What: The suite expects the expression to be found in the value; it is not. Unless it
        begins with `^` and ends with `$` it may be found anywhere in the value.
    Why: The form is what other tables and programs rely on.
    Example: `Bbc News` where `^[a-z0-9-]+$` is expected.
    Fix: Write the value in the form that the expression describes.
    """
    return _search(ask, [ask.get("regex", "(?s).*")], wanted=True)


@check(
    "GX195",
    message="`{value}` does not match {match_on} of the expressions {pattern}",
    equivalent="expect_column_values_to_match_regex_list",
)
def value_not_matching_expressions(ask: Ask) -> Answer:
    """Tell the values in which the regular expressions of a list are not found.

    What: None of the expressions is found, or, where `match_on` is `all`, not every one is.
    Why: The form is what other tables and programs rely on.
    Example: `ftp://example.org` where `^https://` or `^http://` is expected.
    Fix: Write the value in one of the expected forms.
    """
    return _search(ask, ask.get("regex_list"), wanted=True)


@check(
    "GX205",
    message="`{value}` is one of the {n} values that are not expected",
    equivalent="expect_column_values_to_not_be_in_set",
)
def forbidden_value(ask: Ask) -> Answer:
    """Tell the values that a suite expects not to occur.

    What: The suite lists values that should not stand in the column, and this is one of them.
    Why: Such values are placeholders and leftovers, like `TODO` or `n/a`.
    Example: `unknown` in a column of names.
    Fix: Write the real value, or leave the cell empty.
    """
    return membership(ask, wanted=False)


@check("GX210", message="`{field}` is empty",
       equivalent="expect_column_values_to_not_be_null")  # fmt: skip
def value_absent(ask: Ask) -> Answer:
    """Tell the cells that are empty where a suite expects a value.

    What: The cell is empty; the suite expects a value, in all rows or in those that it names.
    Why: Whoever uses the table relies on this value being there.
    Example: no `reference_id` in a row whose `verbatim_status` is `verbatim`.
    Fix: Fill in the value, or correct the cell that makes it necessary.
    """
    one = ask.any_column
    return cells(ask, one.missing, "expects a value", operands=(one,))


@check(
    "GX220",
    message="`{value}` is like `{pattern}`",
    equivalent="expect_column_values_to_not_match_like_pattern",
)
def value_like_pattern(ask: Ask) -> Answer:
    """Tell the texts that are like a pattern of `%` and `_` that a suite rules out.

    What: The value has the form that the suite expects not to occur.
    Why: The form belongs to something else, or to a draft.
    Example: `tmp_7` where `tmp%` is ruled out.
    Fix: Correct the value.
    """
    return _like(ask, [ask.get("like_pattern")], wanted=False)


@check(
    "GX225",
    message="`{value}` is like one of the patterns {pattern}",
    equivalent="expect_column_values_to_not_match_like_pattern_list",
)
def value_like_patterns(ask: Ask) -> Answer:
    """Tell the texts that are like one of the patterns that a suite rules out.

    What: The value has one of the forms that the suite expects not to occur.
    Why: The forms belong to something else, or to a draft.
    Example: `tmp_7` where `tmp%` and `old%` are ruled out.
    Fix: Correct the value.
    """
    return _like(ask, ask.get("like_pattern_list"), wanted=False)


@check(
    "GX230",
    message="`{value}` matches `{pattern}`, which is not expected",
    equivalent="expect_column_values_to_not_match_regex",
)
def value_matching_forbidden_expression(ask: Ask) -> Answer:
    """Tell the values in which a regular expression is found that a suite rules out.

    What: The expression is found somewhere in the value; the suite expects that it is not.
    Why: It describes what goes wrong in such data: double spaces, tags, broken characters.
    Example: `Kim  Jong-un` where two spaces in a row are ruled out.
    Fix: Remove what the expression describes.
    """
    return _search(ask, [ask.get("regex")], wanted=False)


@check(
    "GX235",
    message="`{value}` matches one of the expressions {pattern}, which is not expected",
    equivalent="expect_column_values_to_not_match_regex_list",
)
def value_matching_forbidden_expressions(ask: Ask) -> Answer:
    """Tell the values in which one of the expressions is found that a suite rules out.

    What: One of the expressions is found somewhere in the value.
    Why: They describe what goes wrong in such data.
    Example: `<b>Hanoi</b>` where tags and entities are ruled out.
    Fix: Remove what the expression describes.
    """
    return _search(ask, ask.get("regex_list"), wanted=False)


def _search(ask: Ask, patterns: list[str], *, wanted: bool) -> Answer:
    one = ask.column
    text = f"CAST({one.sql} AS VARCHAR)" if one.kind == "number" else text_of(one)
    try:
        if one.kind == "number":
            raise NotNative("the text of a number as Python writes it")
        return _matched(ask, patterns, [found(text, p) for p in patterns], wanted=wanted)
    except NotNative:
        if not patterns:
            raise
    every = wanted and ask.get("match_on", "any") == "all"
    search = partial(unfound, patterns, every=every, wanted=wanted, number=one.kind == "number")
    words = _words(patterns, every=every, wanted=wanted)
    return cells(ask, text, words.pop("says"), one.present, predicate=search, **words)


def _words(patterns: list[str], *, every: bool, wanted: bool) -> dict[str, Any]:
    shown = patterns[0] if len(patterns) == 1 else ", ".join(f"`{p}`" for p in patterns)
    says = f"expects {'' if wanted else 'no '}match of {shown}"
    return {"says": says, "pattern": shown, "match_on": "all" if every else "any"}


def _like(ask: Ask, patterns: list[str], *, wanted: bool) -> Answer:
    one = ask.column
    if one.kind != "text":
        raise NotNative(f"`LIKE` on a column of type {one.kind}")
    conditions = [like(one.sql, p, ask.get("escape")) for p in patterns]
    return _matched(ask, patterns, conditions, wanted=wanted)


def _matched(ask: Ask, patterns: list[str], conditions: list[str], *, wanted: bool) -> Answer:
    if not conditions:
        raise NotNative("an empty list of patterns")
    every = wanted and ask.get("match_on", "any") == "all"
    matches = "(" + (" AND " if every else " OR ").join(conditions) + ")"
    bad = f"NOT {matches}" if wanted else matches
    words = _words(patterns, every=every, wanted=wanted)
    return cells(ask, bad, words.pop("says"), ask.column.present, **words)
