"""The cure of a finding: what the value at hand suggests, without guessing."""

from __future__ import annotations

import calendar
import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")


def nearest(value: str, known: Sequence[str], most: int = 3) -> list[str]:
    """Return up to three known values that a value is close to, the closest first."""
    bare = value.strip().casefold()
    same = [k for k in known if k.casefold() == bare]
    return same[:1] or difflib.get_close_matches(value, known, most, 0.75)


def did_you_mean(values: Sequence[str]) -> str:
    """Return the question that offers values, or an empty string if there is none."""
    return f"did you mean {' or '.join(f'`{v}`' for v in values)}?" if values else ""


def cure(
    code: str, value: str, params: Mapping[str, Any], known: Sequence[str], near: bool = True
) -> str:
    """Return the cure that a bad value suggests, or an empty string."""
    if near and known and (found := nearest(value, known)):
        return did_you_mean(found)
    if code == "FD001" and params.get("kind") == "date":
        return _date(value)
    if code == "FD001" and params.get("kind") == "boolean":
        bare = value.strip().lower()
        return f"write `{bare}`" if bare in ("true", "false") else ""
    if code == "FD001" and params.get("kind") in ("integer", "number"):
        return _number(value, params["kind"])
    if value.strip() and value != value.strip():
        return f"delete the space around it: `{value.strip()}`"
    if code == "FD005" and params.get("example"):
        return f"write it like `{params['example']}`"
    if known:
        return f"the allowed values are {', '.join(f'`{k}`' for k in known[:12])}" + (
            f" and {len(known) - 12} more" if len(known) > 12 else ""
        )
    return ""


def _date(value: str) -> str:
    if match := _DATE.fullmatch(value.strip()):
        year, month, day = (int(g) for g in match.groups())
        if not 1 <= month <= 12:
            return f"correct the month: there is no month {month}"
        last = calendar.monthrange(max(year, 1), month)[1]
        if not 1 <= day <= last:
            return f"correct the day: {calendar.month_name[month]} {year} has {last} days"
        return f"write it as `{year:04}-{month:02}-{day:02}`"
    if match := _SLASHED.fullmatch(value.strip()):
        return "write the year first, then month and day: `2020-01-31`"
    return "write a date as `2020-01-31`"


def _number(value: str, kind: str) -> str:
    bare = value.strip().replace(" ", "").replace("\u00a0", "")
    whole = re.fullmatch(r"[+-]?\d{1,3}(?:[.,']\d{3})+", bare)
    if whole:
        return f"write it without separators: `{re.sub('[^0-9+-]', '', bare)}`"
    if kind == "number" and re.fullmatch(r"[+-]?\d+,\d+", bare):
        return f"write a decimal point: `{bare.replace(',', '.')}`"
    if re.fullmatch(r"[+-]?\d+", bare):
        return f"delete what surrounds the digits: `{bare}`"
    return "write digits only" if kind == "integer" else "write digits and a decimal point only"
