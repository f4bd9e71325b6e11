"""What a suite can say: how values have been so far, with room for those to come.

All of them are warnings: the data to come may well be different, but somebody should look.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from copydesk.suggest.guess import words_of
from copydesk.suggest.profile import Profile
from copydesk.suggest.proposal import ENOUGH, FEW_ROWS, Proposal, Said, plural, shown_number
from copydesk.suggest.texts import Texts

_NAMING = frozenset({"id", "code", "key", "nr", "no", "uid"})
_MANY_ROWS = 100
_VALUES = 30
_STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_PAIRS = (
    ("start", "end"), ("begin", "end"), ("from", "to"), ("min", "max"), ("first", "last"),
    ("earliest", "latest"), ("birth", "death"), ("born", "died"), ("opened", "closed"),
    ("low", "high"), ("lower", "upper"), ("created", "updated"), ("since", "until"),
    ("minimum", "maximum"), ("departure", "arrival"),
)  # fmt: skip
_ORDERED = ("integer", "number", "date", "year")


def expectations(
    texts: Texts, found: Sequence[Profile], said: Said, limited: Mapping[str, str]
) -> Iterator[Proposal]:
    """Yield what a suite may expect; `limited` names the fields that a schema limits already."""
    if texts.rows >= _MANY_ROWS and not said.has("", "rows"):
        least = nice(texts.rows / 2, up=False)
        yield _expect(
            "expect_table_row_count_to_be_between", {"min_value": int(least)}, "",
            f"{plural(texts.rows, 'row')} now; fewer than half of them would be a loss",
        )  # fmt: skip
    for one in found:
        if limited.get(one.name) not in ("key", "enum") and not one.broken:
            yield from _range(one, said, limited)
            yield from _lengths(one, said, limited)
        yield from _filled(one, said)
    yield from _pairs(texts, found, said)


def _expect(kind: str, kwargs: dict[str, Any], field: str, evidence: str) -> Proposal:
    entry = {
        "type": kind, "kwargs": kwargs, "meta": {}, "notes": f"Suggested: {evidence}.",
        "severity": "warning",
    }  # fmt: skip
    return Proposal((), entry, field, kind.removeprefix("expect_"), evidence)


def _range(one: Profile, said: Said, limited: Mapping[str, str]) -> Iterator[Proposal]:
    if said.has(one.name, "range", "enum") or limited.get(one.name) == "range":
        return
    if one.low is None or one.filled < _VALUES or one.distinct < 5 or _is_label(one):
        return
    span = _years(one) if one.field.type in ("date", "year") else _room(one.low, one.high)
    if span is None:
        return
    low, high = span
    evidence = (
        f"{plural(one.filled, 'value')} from {shown_number(one.low)} to {shown_number(one.high)}"
    )
    kwargs = {"column": one.name, "min_value": low, "max_value": high}
    yield _expect("expect_column_values_to_be_between", kwargs, one.name, evidence)


def _is_label(one: Profile) -> bool:
    """Return whether numbers measure nothing: they name things, or count the rows."""
    if set(words_of(one.name)) & _NAMING:
        return True
    return one.field.type == "integer" and one.is_unique and bool(one.high <= 2 * one.rows)


def _years(one: Profile) -> tuple[Any, Any] | None:
    """Return the decades around dates or years, with one more where they reach near its end."""
    first, last = (int(str(v)[:4]) for v in (one.low, one.high))
    low, high = first // 10 * 10, (last + 2) // 10 * 10 + 9
    if not 1 <= low <= high <= 9999:
        return None
    return (low, high) if one.field.type == "year" else (f"{low:04}-01-01", f"{high:04}-12-31")


def _room(low: float, high: float) -> tuple[float, float] | None:
    """Return round bounds with room on both sides: half of what there is between the extremes."""
    if not (math.isfinite(low) and math.isfinite(high)) or max(abs(low), abs(high)) > 1e15:
        return None
    margin = (high - low) / 2
    least = -nice(margin - low, up=True) if low < margin else nice(low - margin, up=False)
    least = max(0, least) if low >= 0 else least
    most = nice(high + margin, up=True) if high + margin > 0 else -nice(-high - margin, up=False)
    whole = isinstance(low, int)
    return (int(least), math.ceil(most)) if whole else (least, most)


def nice(value: float, *, up: bool) -> float:
    """Return the next round number above a positive one, or below."""
    if value <= 0:
        return 0
    power = 10.0 ** math.floor(math.log10(value))
    steps = [s * power for s in _STEPS]
    found = min(s for s in steps if s >= value * (1 - 1e-12)) if up else max(
        s for s in steps if s <= value * (1 + 1e-12)
    )  # fmt: skip
    return float(f"{found:.6g}")


def _lengths(one: Profile, said: Said, limited: Mapping[str, str]) -> Iterator[Proposal]:
    plain = one.is_text and one.field.format == "default" and one.name not in limited
    if not plain or said.has(one.name, "length", "pattern", "enum"):
        return
    if one.filled < _VALUES or one.distinct < FEW_ROWS:
        return
    least = max(1, int(nice(one.shortest / 2, up=False)))
    most = math.ceil(nice(one.longest * 1.5, up=True))
    evidence = f"{plural(one.filled, 'value')} of {_span(one)} characters"
    kwargs = {"column": one.name, "min_value": least, "max_value": most}
    yield _expect("expect_column_value_lengths_to_be_between", kwargs, one.name, evidence)


def _span(one: Profile) -> str:
    same = one.shortest == one.longest
    return str(one.longest) if same else f"{one.shortest} to {one.longest}"


def _filled(one: Profile, said: Said) -> Iterator[Proposal]:
    share = one.filled / one.rows if one.rows else 0
    if said.has(one.name, "null") or one.rows < 2 * ENOUGH or not 0.8 <= share < 1:
        return
    mostly = math.floor((share - 0.05) * 20) / 20
    evidence = f"{one.filled:,} of {plural(one.rows, 'row')} filled"
    kwargs = {"column": one.name, "mostly": mostly}
    yield _expect("expect_column_values_to_not_be_null", kwargs, one.name, evidence)


def _pairs(texts: Texts, found: Sequence[Profile], said: Said) -> Iterator[Proposal]:
    """Yield the columns of which one is always the later or larger one, as their names say."""
    ordered = [p for p in found if p.field.type in _ORDERED and not p.broken and p.low is not None]
    for low in ordered:
        for high in ordered:
            if not _is_pair(low, high) or said.has("|".join(sorted((low.name, high.name))), "pair"):
                continue
            a, b = (_value(texts, p) for p in (low, high))
            both = f"{a} IS NOT NULL AND {b} IS NOT NULL"
            words = [
                f"count(*) FILTER (WHERE {both})", f"count(*) FILTER (WHERE {both} AND {b} < {a})",
                f"count(*) FILTER (WHERE {both} AND {b} = {a})",
            ]  # fmt: skip
            count, wrong, same = (n if isinstance(n, int) else 0 for n in texts.numbers(words))
            if count < FEW_ROWS or wrong:
                continue
            kwargs: dict[str, Any] = {"column_A": high.name, "column_B": low.name}
            kwargs |= {"or_equal": True} if same else {}
            kwargs["ignore_row_if"] = "either_value_is_missing"
            least = "at least" if same else "larger than"
            evidence = f"{high.name} is {least} {low.name} in all {plural(count, 'row')} with both"
            kind = "expect_column_pair_values_a_to_be_greater_than_b"
            yield _expect(kind, kwargs, high.name, evidence)


def _value(texts: Texts, one: Profile) -> str:
    from copydesk.checks.types import type_of

    return f"({type_of(one.field).parse.replace('{x}', texts.sql(one.name))})"


def _is_pair(low: Profile, high: Profile) -> bool:
    if low.field.type != high.field.type:
        return False
    first, last = words_of(low.name), words_of(high.name)
    for one, other in _PAIRS:
        if one in first and other in last:
            return [w for w in first if w != one] == [w for w in last if w != other]
    return False
