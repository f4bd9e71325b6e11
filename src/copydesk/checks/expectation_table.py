"""GX: expectations of a table: its header and the number of its rows."""

from __future__ import annotations

from copydesk.checks import check
from copydesk.checks.asking import Answer, Ask, limits, measured, queried, shape
from copydesk.checks.expectation_columns import between, rows
from copydesk.checks.field import NotNative
from copydesk.checks.sql import batch_of, quoted


@check("GX095", message="the header has no column `{column}`{place}",
       equivalent="expect_column_to_exist")  # fmt: skip
def column_absent(ask: Ask) -> Answer:
    """Tell the headers without a column that a suite expects.

    What: No label is the expected one, or it stands at another place than `column_index` says.
    Why: Programs that read the column fail.
    Example: a header without `speaker_id`.
    Fix: Add the column, or correct its label.
    """
    name, index = ask.get("column"), ask.get("column_index")
    place = f" at place {index}, counted from 0" if index else ""
    says = f"expects a column `{name}`{place}"
    return shape(ask, says, kind="column-exists", column=name, index=index or 0, place=place)


@check("GX265", message="the header has {observed} columns, not {limits}",
       equivalent="expect_table_column_count_to_be_between")  # fmt: skip
def number_of_columns_out_of_range(ask: Ask) -> Answer:
    """Tell the headers with fewer, or more, columns than a suite expects.

    What: The number of columns lies outside the bounds.
    Why: A column that appears or vanishes breaks programs that read by position.
    Example: 13 columns where at most 12 are expected.
    Fix: Correct the header, or the bounds in the suite.
    """
    within = limits(ask, "integer")
    low, high = ask.get("min_value"), ask.get("max_value")
    says = f"expects {within.words} columns"
    return shape(ask, says, kind="column-count", low=low, high=high, limits=within.words)


@check("GX270", message="the header has {observed} columns, not {low}",
       equivalent="expect_table_column_count_to_equal")  # fmt: skip
def number_of_columns_differs(ask: Ask) -> Answer:
    """Tell the headers that do not have the number of columns that a suite expects.

    What: The number of columns is not the expected one.
    Why: A column that appears or vanishes breaks programs that read by position.
    Example: 13 columns where 12 are expected.
    Fix: Correct the header, or the number in the suite.
    """
    count = ask.get("value")
    return shape(ask, f"expects {count} columns", kind="column-count", low=count, high=count)


@check("GX275", message="the columns are {observed}, which is not the expected order",
       equivalent="expect_table_columns_to_match_ordered_list")  # fmt: skip
def column_order_differs(ask: Ask) -> Answer:
    """Tell the headers that are not exactly the list that a suite expects.

    What: The labels, in their order, are not the expected ones.
    Why: Programs that read columns by position take one for the other.
    Example: `name,id` where `id,name` is expected.
    Fix: Put the columns in the expected order.
    """
    expected = ask.get("column_list")
    says = f"expects the columns {', '.join(map(str, expected or ()))} in this order"
    return shape(ask, says, kind="columns-ordered", expected=expected)


@check("GX280", message="the header {observed}",
       equivalent="expect_table_columns_to_match_set")  # fmt: skip
def set_of_columns_differs(ask: Ask) -> Answer:
    """Tell the headers whose labels are not those that a suite expects, in any order.

    What: An expected label is missing or, unless `exact_match` is false, another one is there.
    Why: Programs that read the missing column fail; nobody has said what the other one means.
    Example: a label `note` beside the expected `notes`.
    Fix: Correct the label, or the set in the suite.
    """
    expected = list(ask.get("column_set") or ())
    exact = ask.flag("exact_match", True)
    says = f"expects the columns {', '.join(map(str, expected))}"
    return shape(ask, says, kind="columns-set", expected=expected, exact=exact)


@check("GX285", message="the table has {observed} rows, not {limits}",
       equivalent="expect_table_row_count_to_be_between")  # fmt: skip
def number_of_rows_out_of_range(ask: Ask) -> Answer:
    """Tell the tables with fewer, or more, rows than a suite expects.

    What: The number of rows lies outside the bounds.
    Why: A table that shrinks has lost rows; one that grows without measure has double ones.
    Example: 3 articles where at least 20 are expected.
    Fix: Look for lost or double rows, or correct the bounds in the suite.
    """
    return between(ask, rows(ask), "number of rows", limits(ask, "integer"))


@check("GX290", message="the table has {observed} rows, not {expected}",
       equivalent="expect_table_row_count_to_equal")  # fmt: skip
def number_of_rows_differs(ask: Ask) -> Answer:
    """Tell the tables that do not have the number of rows that a suite expects.

    What: The number of rows is not the expected one.
    Why: A table of fixed extent, like one of countries, has lost a row or got one twice.
    Example: 24 articles where 25 are expected.
    Fix: Look for the lost or double row, or correct the number in the suite.
    """
    count = ask.get("value")
    if type(count) is not int:
        raise NotNative("a number of rows that is no whole number")
    says = f"expects {count} rows"
    return measured(ask, rows(ask), f"{{measure}} = {count}", says, expected=count)


@check("GX295", message="the table has {own} rows, `{other}` has {theirs}",
       equivalent="expect_table_row_count_to_equal_other_table")  # fmt: skip
def number_of_rows_differs_from_other_table(ask: Ask) -> Answer:
    """Tell the tables that do not have as many rows as another one.

    What: The numbers of rows of the two tables of the package differ.
    Why: Where each row of one table describes a row of the other, one of them has lost a row.
    Example: 25 articles and 24 summaries.
    Fix: Look for the lost row.
    """
    if ask.get("row_condition") is not None:
        raise NotNative("a row condition on a comparison of two tables")
    other = ask.get("other_table_name")
    counts = f"(SELECT count(*) FROM {batch_of(ask.suite.table)}) AS own"
    counts += f", (SELECT count(*) FROM {quoted(other)}) AS theirs"
    sql = f"SELECT own, theirs FROM (SELECT {counts}) WHERE own <> theirs"
    return queried(ask, sql, f"expects as many rows as `{other}` has", other=other)


@check("GX300", message="the query of the suite finds this row",
       equivalent="unexpected_rows_expectation")  # fmt: skip
def unexpected_row(ask: Ask) -> Answer:
    """Tell the rows that a query of a suite finds.

    What: The suite holds an SQL query for rows that should not be there; it finds some. In it
        `{batch}` is the table, and other tables of the package go by their names.
    Why: The suite promises that there are none.
    Example: a query for events that end before they begin.
    Fix: Correct the rows, or the query.
    """
    if ask.expectation.as_text:
        raise NotNative("a query on cells taken for texts")
    try:
        sql = ask.get("unexpected_rows_query").format(batch=batch_of(ask.suite.table))
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise NotNative(f"a query with another word in braces than `batch` ({error})") from None
    found = "the query of the suite finds {rows}, the first is {first}"
    return queried(ask, sql.rstrip("; \t\r\n\v\f"), "expects that no row is found", found=found)
