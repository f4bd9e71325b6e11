"""Decimal numbers of any length: which double lies next to one, and what that leaves out."""

from __future__ import annotations

import math
import re

from copydesk.checks.column import MIDDLE, Reading

_PARTS = re.compile(r"([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?")
_OPPOSITE = str.maketrans("0123456789", "9876543210")
_BELOW, _ABOVE = "A", "Z"
assert _BELOW < MIDDLE < _ABOVE

BIGINT = (-(2**63), 2**63 - 1)


def sortable(number: str) -> str:
    """Return a text for a decimal number that is in order with those of other numbers.

    Equal numbers have equal texts, however they are written. Raises ValueError for an exponent
    of thousands of digits.
    """
    match = _PARTS.fullmatch(number)
    assert match is not None
    sign, whole, fraction, exponent = match.groups()
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return "1"
    power = int(exponent or 0) + len(digits) - len(fraction)
    size = str(abs(power))
    scale = f"1{len(size):04}{size}" if power >= 0 else _opposite(f"9{len(size):04}{size}")
    text = scale + digits.rstrip("0")
    return "0" + _opposite(text) + "~" if sign == "-" else "2" + text


def _opposite(text: str) -> str:
    return text.translate(_OPPOSITE)


def double(number: str) -> Reading:
    """Return the double next to a decimal number, with what it leaves out.

    A number of up to 15 digits is the only one of its kind next to its double: it needs no detail.
    """
    nearest = float(number)
    own = sortable(number)
    if math.isinf(nearest):
        return Reading(repr(nearest), (_BELOW if nearest > 0 else _ABOVE) + own)
    short = sortable(f"{nearest:.15g}") if float(f"{nearest:.15g}") == nearest else ""
    if own == short:
        return Reading(repr(nearest))
    return Reading(repr(nearest), (_BELOW if own < short else _ABOVE) + own)


def whole(number: str) -> Reading:
    """Return the 64-bit integer next to a whole number, with what it leaves out."""
    least, most = BIGINT
    digits = number.lstrip("+-0") or "0"
    negative = number.startswith("-")
    value = int(digits[:20]) * (-1 if negative else 1)
    if len(digits) <= 20 and least <= value <= most:
        return Reading(str(value))
    return Reading(
        str(least if negative else most), (_BELOW if negative else _ABOVE) + sortable(number)
    )


def normal(number: str) -> str:
    """Return the shortest text of a decimal number: equal numbers have equal texts."""
    match = _PARTS.fullmatch(number)
    assert match is not None
    sign, before, after, exponent = match.groups()
    digits = (before + after).lstrip("0")
    if not digits:
        return "0"
    point = len(digits) - len(after) + int(exponent or 0)
    digits = digits.rstrip("0")
    minus = "-" if sign == "-" else ""
    if not -6 < point <= 21:
        rest = f".{digits[1:]}" if digits[1:] else ""
        return f"{minus}{digits[0]}{rest}e{point - 1}"
    padded = digits.ljust(point, "0") if point > 0 else digits.rjust(len(digits) - point, "0")
    cut = max(point, 0)
    return minus + (padded[:cut] or "0") + (f".{padded[cut:]}" if padded[cut:] else "")
