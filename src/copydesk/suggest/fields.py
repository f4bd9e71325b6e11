"""What a schema can say of single fields: types, missing values, required, natural bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from copydesk.suggest.guess import words_of
from copydesk.suggest.profile import Profile
from copydesk.suggest.proposal import (
    ENOUGH,
    FEW_ROWS,
    Path,
    Proposal,
    Said,
    Suspect,
    plural,
    shown_number,
)

_COUNTED = frozenset(
    {"count", "number", "num", "n", "size", "length", "width", "height", "depth", "weight", "age",
     "area", "population", "distance", "duration", "price", "cost", "quantity", "qty", "rank",
     "seq", "position", "order", "page", "pages", "offset", "start", "end", "id", "line", "index",
     "words", "votes", "seats", "cases", "deaths"}
)  # fmt: skip
"""Words in the names of what cannot be negative."""

_SPANS = {
    ("lat", "latitude"): (-90, 90), ("lon", "lng", "long", "longitude"): (-180, 180),
    ("month",): (1, 12), ("percent", "percentage", "pct"): (0, 100),
}  # fmt: skip


def kind(one: Profile, at: Path) -> Iterator[Proposal]:
    """Yield the type of a field of which its schema says none."""
    if one.guess is None:
        return
    for name, value in one.guess.properties().items():
        yield Proposal((*at, name), value, one.name, name, _of_type(one))


def _of_type(one: Profile) -> str:
    if not one.filled:
        return "no value at all: any text will do"
    of = plural(one.filled, "value")
    words = {
        "integer": "whole numbers", "number": "numbers", "date": "dates", "boolean": "truth values",
        "datetime": "moments", "year": "years", "yearmonth": "months", "time": "times of day",
    }  # fmt: skip
    if one.is_text:
        formed = one.field.format != "default"
        return f"{of}, all like `{one.sample[0]}`" if formed else f"{of} of no special kind"
    span = "" if one.low is None else f", {shown_number(one.low)} to {shown_number(one.high)}"
    gone = f"; {plural(sum(one.words.values()), 'cell')} hold a word for nothing"
    return f"{of}, all {words[one.field.type]}{span}{gone if one.words else ''}"


def doubts(one: Profile) -> Iterator[Suspect]:
    """Yield the texts that keep a column from being of the type that all others are of."""
    if one.guess is None or not one.broken:
        return
    kinds = one.rivals[0].type
    for value, count in one.broken.items():
        yield Suspect(one.name, value, count, f"the other values read as {kinds}", f"type {kinds}")


def required(
    one: Profile, key: Sequence[str], said: Said, at: Path
) -> Iterator[Proposal]:  # fmt: skip
    """Yield that a field is always filled."""
    whole = one.filled == one.rows and not one.words
    open_ = one.name not in key and not said.has(one.name, "null")
    if whole and open_ and one.rows >= FEW_ROWS and said.silent("null", one.rows):
        evidence = f"{one.filled:,} of {plural(one.rows, 'row')} filled"
        yield Proposal((*at, "constraints", "required"), True, one.name, "required", evidence)


def bounds(one: Profile, said: Said, at: Path) -> Iterator[Proposal]:
    """Yield the bounds that lie in the nature of a field, not merely in the data so far."""
    if one.field.type not in ("integer", "number") or one.low is None or _is_said(one, said):
        return
    words = words_of(one.name)
    evidence = (
        f"{plural(one.filled, 'value')} from {shown_number(one.low)} to {shown_number(one.high)}"
    )
    for names, (low, high) in _SPANS.items():
        if set(names) & set(words) and low <= one.low and one.high <= high and one.distinct > 1:
            for name, bound in (("minimum", low), ("maximum", high)):
                yield Proposal((*at, "constraints", name), bound, one.name, name, evidence)
            return
    counted = bool(set(words) & _COUNTED) and one.filled >= FEW_ROWS
    from_start = one.low in (0, 1) and one.field.type == "integer" and one.filled >= ENOUGH
    if one.low >= 0 and (from_start or counted):
        least = 1 if one.low >= 1 and set(words) & {"rank", "seq", "id", "page"} else 0
        yield Proposal((*at, "constraints", "minimum"), least, one.name, "minimum", evidence)


def _is_said(one: Profile, said: Said) -> bool:
    return said.has(one.name, "range", "enum") or not said.silent("range", one.rows)
