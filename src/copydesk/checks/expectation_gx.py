"""GX: expectations that only Great Expectations itself judges.

They depend on Python's own parsers, on the types of pandas or on the order of floating-point
operations, so that SQL has no form of the same verdict.
"""

from __future__ import annotations

from copydesk.checks import check
from copydesk.checks.asking import Answer, Ask, foreign

_TYPES = "types of pandas, which a CSV file does not have"


@check("GX025", message="the distribution of `{field}` is {observed} away from the expected one",
       equivalent="expect_column_kl_divergence_to_be_less_than")  # fmt: skip
def distribution_drifted(ask: Ask) -> Answer:
    """Tell the columns whose values are distributed otherwise than a suite expects.

    What: The Kullback-Leibler divergence from the expected distribution is not below the
        threshold.
    Why: The shares of categories, or the shape of a range of numbers, have shifted.
    Example: half of the quotes from one outlet where a tenth is expected.
    Fix: Look for rows lost or entered twice, or bring the expected distribution up to date.
    """
    return (foreign(ask, "a distance between distributions"),)


@check("GX080", message="the quantiles of `{field}` are {observed}, not as expected",
       equivalent="expect_column_quantile_values_to_be_between")  # fmt: skip
def quantile_out_of_range(ask: Ask) -> Answer:
    """Tell the columns whose quantiles are not where a suite expects them.

    What: A quantile, such as the median or the 90th percentile, lies outside its range.
    Why: It betrays a change of the whole column, where a mean may betray one wrong value.
    Example: a 90th percentile of 4,000 characters in a column of lengths.
    Fix: Look at what changed in the column, or correct the ranges in the suite.
    """
    return (foreign(ask, "quantiles as pandas interpolates them"),)


@check("GX100", message="the column `{field}` has the type {observed}, which is not expected",
       equivalent="expect_column_type_to_be")  # fmt: skip
def column_type_differs(ask: Ask) -> Answer:
    """Tell the columns that are not of the type that a suite expects.

    What: The type of the column in pandas is not the expected one.
    Why: Programs compute with values of another type.
    Example: texts in a column that is expected to be `int64`.
    Fix: Declare the type in the Table Schema instead: a CSV file has no types of its own.
    """
    return (foreign(ask, _TYPES),)


@check("GX120", message="`{value}` lies too far from the mean of `{field}`",
       equivalent="expect_column_value_z_scores_to_be_less_than")  # fmt: skip
def z_score_too_large(ask: Ask) -> Answer:
    """Tell the numbers that lie many standard deviations from the mean.

    What: The distance of the value from the mean, in standard deviations, reaches the threshold.
    Why: So distant a value is a discovery or a slip.
    Example: a length of 40,000 where most are near 200.
    Fix: Check the value against its source.
    """
    return (foreign(ask, "a distance from a computed mean"),)


@check("GX130", message="`{value}` cannot be read as a date",
       equivalent="expect_column_values_to_be_dateutil_parseable")  # fmt: skip
def value_not_a_date(ask: Ask) -> Answer:
    """Tell the texts that the Python library dateutil cannot read as a date.

    What: The text is in none of the many forms that dateutil knows.
    Why: The suite promises that dates can be computed from the column.
    Example: `spring of 2019`.
    Fix: Write the date in ISO 8601: `2019-04-01`.
    """
    return (foreign(ask, "what the library dateutil can read"),)


@check("GX135", message="`{value}` is larger than the value before it",
       equivalent="expect_column_values_to_be_decreasing")  # fmt: skip
def value_not_decreasing(ask: Ask) -> Answer:
    """Tell the values that are larger than the one in the row before.

    What: The suite expects the column to go down from row to row; here it goes up.
    Why: The order of the rows means something, and this row is out of it.
    Example: 2019 below 2018.
    Fix: Correct the value, or put the row in its place.
    """
    return (foreign(ask, "a comparison with the row before"),)


@check("GX145", message="`{value}` is of none of the expected types",
       equivalent="expect_column_values_to_be_in_type_list")  # fmt: skip
def value_of_unexpected_type(ask: Ask) -> Answer:
    """Tell the values that are of none of the types that a suite lists.

    What: The type of the value in pandas, or in Python, is not in `type_list`.
    Why: Programs compute with values of another type.
    Example: a text in a column of `int64` or `float64`.
    Fix: Declare the type in the Table Schema instead: a CSV file has no types of its own.
    """
    return (foreign(ask, _TYPES),)


@check("GX150", message="`{value}` is smaller than the value before it",
       equivalent="expect_column_values_to_be_increasing")  # fmt: skip
def value_not_increasing(ask: Ask) -> Answer:
    """Tell the values that are smaller than the one in the row before.

    What: The suite expects the column to go up from row to row; here it goes down.
    Why: The order of the rows means something, and this row is out of it.
    Example: 2018 below 2019.
    Fix: Correct the value, or put the row in its place.
    """
    return (foreign(ask, "a comparison with the row before"),)


@check("GX155", message="`{value}` is not JSON",
       equivalent="expect_column_values_to_be_json_parseable")  # fmt: skip
def value_not_json(ask: Ask) -> Answer:
    """Tell the values that Python cannot read as JSON.

    What: The text is not a JSON document.
    Why: Programs that read the column parse it.
    Example: `{kind: direct}` without the quotes around `kind`.
    Fix: Mend the JSON.
    """
    return (foreign(ask, "what Python reads as JSON"),)


@check("GX165", message="`{value}` is not of the expected type",
       equivalent="expect_column_values_to_be_of_type")  # fmt: skip
def value_not_of_expected_type(ask: Ask) -> Answer:
    """Tell the values that are not of the type that a suite expects.

    What: The type of the value in pandas, or in Python, is not `type_`.
    Why: Programs compute with values of another type.
    Example: a text in a column that is expected to be `int64`.
    Fix: Declare the type in the Table Schema instead: a CSV file has no types of its own.
    """
    return (foreign(ask, _TYPES),)


@check("GX175", message="`{value}` does not keep its JSON Schema",
       equivalent="expect_column_values_to_match_json_schema")  # fmt: skip
def json_breaks_its_schema(ask: Ask) -> Answer:
    """Tell the JSON values that do not keep the JSON Schema of a suite.

    What: The JSON document in the cell does not match `json_schema`.
    Why: Programs that read the column rely on its members.
    Example: `{"kind": 3}` where `kind` is to be a text.
    Fix: Correct the document.
    """
    return (foreign(ask, "JSON Schema"),)


@check("GX200", message="`{value}` is not written as `{format}`",
       equivalent="expect_column_values_to_match_strftime_format")  # fmt: skip
def value_not_in_date_format(ask: Ask) -> Answer:
    """Tell the texts that are not a date in the format that a suite gives.

    What: Python's `strptime` cannot read the text with `strftime_format`.
    Why: Programs that read the column use that format.
    Example: `11/01/2020` where the format is `%Y-%m-%d`.
    Fix: Write the date in the format.
    """
    return (foreign(ask, "what Python's `strptime` can read"),)


@check("GX215", message="`{value}` is an outlier of `{field}`",
       equivalent="expect_column_values_to_not_be_outliers")  # fmt: skip
def outlier(ask: Ask) -> Answer:
    """Tell the numbers that lie far outside the bulk of their column.

    What: The value lies further out than the quartiles, or the mean, allow by `multiplier`.
    Why: So distant a value is a discovery or a slip.
    Example: a length of 40,000 where most are near 200.
    Fix: Check the value against its source.
    """
    return (foreign(ask, "quartiles as pandas interpolates them"),)
