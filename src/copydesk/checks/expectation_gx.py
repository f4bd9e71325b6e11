"""GX: expectations that only Great Expectations itself judges.

They depend on Python's own parsers, on the types of pandas or on the order of floating-point
operations, so that SQL has no form of the same verdict.
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
