"""GX: expectations that only Great Expectations itself judges.

One is a distance between distributions, in floating point from end to end; the other asks a source
of data that lies outside the package.
"""

from __future__ import annotations

from copydesk.checks import check
from copydesk.checks.asking import Answer, Ask, foreign


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


@check("GX255", message="the result of the query is not the expected one",
       equivalent="expect_query_results_to_match_comparison")  # fmt: skip
def query_results_differ(ask: Ask) -> Answer:
    """Tell the queries whose result differs from that of another query.

    What: Two SQL queries of a suite, on two sources of data, do not give the same rows.
    Why: The suite promises that they do.
    Example: a count per outlet that differs from last month's.
    Fix: Great Expectations asks two databases for this and cannot on files: a rule in
        `schemas/rules` can.
    """
    return (foreign(ask, "SQL for two databases; a rule in `schemas/rules` can hold it"),)
