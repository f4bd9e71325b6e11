"""Numbers → the result of an expectation, under the names that Great Expectations gives them.

The form is that of its result format SUMMARY; all values are plain JSON.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any

PARTIAL = 20
"""How many values and rows a result shows."""


@dataclass(frozen=True)
class Verdict:
    """Whether an expectation holds, and the result that tells why.

    `exception` says why it could not be judged, and is empty if it was; `engine` is who judged.
    """

    success: bool
    result: Mapping[str, Any] = field(default_factory=dict)
    exception: str = ""
    engine: str = "duckdb"


def of_rows(
    elements: int,
    counted: int | None,
    unexpected: int,
    values: Sequence[Any],
    rows: Sequence[int],
) -> dict[str, Any]:
    """Return the result of an expectation of every row.

    `counted` is how many of the elements are judged, None if all are because missing ones are
    what it is about; `values` and `rows` are the first that are not as expected.
    """
    total = unexpected / elements * 100 if elements else None
    present = total if counted is None else unexpected / counted * 100 if counted else None
    shown = [plain(v) for v in values[:PARTIAL]]
    result: dict[str, Any] = {
        "element_count": elements,
        "unexpected_count": unexpected,
        "unexpected_percent": present,
        "partial_unexpected_list": shown,
    }
    if counted is not None:
        missing = elements - counted
        result |= {
            "missing_count": missing,
            "missing_percent": missing / elements * 100 if elements else None,
            "unexpected_percent_total": total,
            "unexpected_percent_nonmissing": present,
        }
    return result | _counts(shown) | {"partial_unexpected_index_list": list(rows[:PARTIAL])}


def summary(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result of the format COMPLETE as one of the format SUMMARY."""
    left = ("unexpected_list", "unexpected_index_list", "unexpected_index_query")
    found = {name: plain(value) for name, value in result.items() if name not in left}
    if found.pop("partial_unexpected_counts", None) is not None:
        found |= _counts(found["partial_unexpected_list"])
    if "partial_missing_list" in found:  # in the order of a Python set
        found["partial_missing_list"] = ordered(found["partial_missing_list"])
    return found


def of_set(result: Mapping[str, Any]) -> str:
    """Return what a result tells of a set of values as words; empty if it is not about one."""
    lists = {"unexpected": "partial_unexpected_list", "missing": "partial_missing_list"}
    if "element_count" in result or not result.keys() & lists.values():
        return ""
    told = [f"{k}: {', '.join(map(str, result[n]))}" for k, n in lists.items() if result.get(n)]
    return "; ".join(told) or "as expected"


def ordered(values: Iterable[Any]) -> list[Any]:
    """Return values in their order, as they are where those of several types have none."""
    listed = list(values)
    try:
        return sorted(listed)
    except TypeError:
        return listed


def _counts(values: Sequence[Any]) -> dict[str, Any]:
    """Return how often each of the values shown occurs among them, the most common first.

    Values of several types have no order, and are not counted.
    """
    counts = Counter(map(_hashed, values))
    try:
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    except TypeError:
        return {}
    counted = [{"value": plain(value), "count": count} for value, count in ordered]
    return {"partial_unexpected_counts": counted}


def _hashed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple(map(_hashed, value.values()))
    return tuple(map(_hashed, value)) if isinstance(value, list) else value


def of_value(kind: str, kwargs: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """Return the result of an expectation of one value computed from all rows."""
    observed = plain(value)
    if kind == "expect_column_most_common_value_to_be_in_set":
        observed = observed or []
    if kind != "expect_column_quantile_values_to_be_between":
        return {"observed_value": observed}
    ranges = kwargs["quantile_ranges"]
    held = [
        x is not None and (low is None or x >= low) and (high is None or x <= high)
        for x, (low, high) in zip(observed or (), ranges["value_ranges"], strict=False)
    ]
    return {
        "observed_value": {"quantiles": ranges["quantiles"], "values": observed},
        "details": {"success_details": held},
    }


def of_header(params: Mapping[str, Any], labels: Sequence[str]) -> dict[str, Any]:
    """Return the result of an expectation of the header."""
    match params["kind"]:
        case "column-count":
            return {"observed_value": len(labels)}
        case "columns-ordered":
            return _ordered(params["expected"], labels)
        case "columns-set":
            return _set({*params["expected"]}, {*labels})
    return {}


def _ordered(expected: Sequence[str] | None, labels: Sequence[str]) -> dict[str, Any]:
    result: dict[str, Any] = {"observed_value": list(labels)}
    if expected is None or list(expected) == list(labels):
        return result
    apart = [
        {"Expected Column Position": place, "Expected": wanted, "Found": found}
        for place, (wanted, found) in enumerate(zip_longest(expected, labels))
        if wanted != found
    ]
    return result | {"details": {"mismatched": apart}}


def _set(expected: set[Any], labels: set[str]) -> dict[str, Any]:
    result: dict[str, Any] = {"observed_value": sorted(labels)}
    if expected == labels:
        return result
    apart = {
        "unexpected": sorted(labels - expected),
        "missing": sorted(map(str, expected - labels)),
    }
    return result | {"details": {"mismatched": {k: v for k, v in apart.items() if v}}}


def plain(value: Any) -> Any:
    """Return a value as JSON has it: a date as its midnight, what is no number or time as null."""
    if hasattr(value, "tolist"):  # of NumPy
        value = value.tolist()
    if isinstance(value, datetime):
        text = value.isoformat()
        return None if text == "NaT" else text
    if isinstance(value, date):  # pandas has datetimes only
        return f"{value.isoformat()}T00:00:00"
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    return value if value is None or isinstance(value, str | int) else str(value)
