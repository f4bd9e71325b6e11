"""The mends of FD: a value in another form, where its text can be read in one way only."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping

from copydesk.checks import mend_cells
from copydesk.checks.column import Column, asked, word
from copydesk.checks.mending_text import cleaned
from copydesk.checks.mending_time import DATES
from copydesk.model import Field

_TRUE = (
    "1", "t", "true", "y", "yes", "ja", "oui", "si", "sim", "sí", "sì", "wahr", "vrai", "verdadero",
    "verdadeiro", "vero", "waar", "sant", "sand", "tosi", "prawda", "pravda", "igaz", "истина",
)  # fmt: skip
_FALSE = (
    "0", "f", "false", "n", "no", "nein", "nee", "nej", "non", "não", "falsch", "faux", "falso",
    "onwaar", "falskt", "falsk", "epätosi", "fałsz", "nepravda", "hamis", "ложь",
)  # fmt: skip
_MARKS = r"[ ,.'’_]"
_GROUPED = re.compile(rf"([+-]?\d{{1,3}})(?:({_MARKS})\d{{3}}(?:\2\d{{3}})*)?")
_FEW_SIMILAR = 0.75


def legal(column: Column, text: str) -> bool:
    """Return whether a text is of the type of a column, as far as Python can tell."""
    judge = column.type.judge
    return judge is not None and asked(judge, text) is not None


@mend_cells("FD001")
def in_its_form(column: Column, text: str) -> str | None:
    """Return a value in the form of its type, if its text can be read as one value only."""
    bare = cleaned(text)
    if column.is_text:  # addresses and the like: nothing but what cannot be seen is taken away
        return bare if bare != text else None
    found = {bare} if legal(column, bare) else _readings(column, bare)
    return found.pop() if len(found) == 1 else None


@mend_cells("FD001", safe=False)
def within_its_limits(column: Column, text: str) -> str | None:
    """Return the only one of the values that a text may mean which keeps the limits of its field.

    The text may have been another value, which the limits forbid.
    """
    kept = {one for one in _readings(column, cleaned(text)) if _keeps_limits(column, one)}
    return kept.pop() if len(kept) == 1 else None


def _readings(column: Column, bare: str) -> set[str]:
    """Return the values that a text may mean, each in the form of the type."""
    forms = _FORMS.get(column.field.type)
    read = forms(column.field, bare.replace("\u2212", "-")) if forms else ()
    return {form for form in read if legal(column, form)}


def _keeps_limits(column: Column, text: str) -> bool:
    """Return whether a value keeps the limits of its field, as far as they are simply compared."""
    order = {"BIGINT": int, "DOUBLE": float, "DATE": str}.get(column.type.sql)
    if order is None:
        return True
    value = column.constant(text)
    for name in ("minimum", "maximum"):
        limit = column.constant(given) if (given := column.field.constraints.get(name)) else None
        if value and limit:
            one, other = order(value.value), order(limit.value)
            if one < other if name == "minimum" else one > other:
                return False
    return True


@mend_cells("FD004")
def as_listed(column: Column, text: str) -> str | None:
    """Return the listed value that differs from a text in case, or in what cannot be seen."""
    bare = cleaned(text)
    known = _listed(column.field)
    same = [bare] if bare in known else [k for k in known if _folded(k) == _folded(bare)]
    return same[0] if len(same) == 1 and same[0] != text else None


@mend_cells("FD004", safe=False)
def as_the_nearest(column: Column, text: str) -> str | None:
    """Return the listed value that is nearest to a text, if one is nearer than all others."""
    known = _listed(column.field)
    near = difflib.get_close_matches(cleaned(text), known, 2, _FEW_SIMILAR)
    if len(near) == 2 and _likeness(text, near[0]) == _likeness(text, near[1]):
        return None
    return near[0] if near else None


def _likeness(text: str, other: str) -> float:
    return difflib.SequenceMatcher(None, other, cleaned(text)).ratio()


def _folded(text: str) -> str:
    return cleaned(text).casefold()


def _listed(field: Field) -> list[str]:
    """Return the values that both lists of a field allow, as they are written."""
    enum, categories = field.constraints.get("enum"), field.options.get("categories")
    lists = [enum] if isinstance(enum, list) else []
    if isinstance(categories, list):
        lists.append([one.get("value") if isinstance(one, dict) else one for one in categories])
    words = [list(dict.fromkeys(map(word, one))) for one in lists]
    return [w for w in words[0] if all(w in one for one in words)] if words else []


def _booleans(field: Field, text: str) -> Iterator[str]:
    """Yield what a truth value is written as, in the words of spreadsheets in many languages."""
    folded = text.casefold()
    for name, words, usual in (("trueValues", _TRUE, "true"), ("falseValues", _FALSE, "false")):
        given = field.options.get(name)
        own = [str(one) for one in given] if isinstance(given, list) else [usual]
        if own and (folded in words or folded in [o.casefold() for o in own]):
            yield next((o for o in own if o.casefold() == folded), own[0])


def _integers(_: Field, text: str) -> Iterator[str]:
    if _GROUPED.fullmatch(text):
        yield re.sub(_MARKS, "", text)
    if match := re.fullmatch(r"([+-]?\d+)[.,]0+", text):
        yield match[1]


def _numbers(field: Field, text: str) -> Iterator[str]:
    """Yield the numbers that a text may mean: with a mark for decimals, with marks for groups."""
    given = field.options.get("decimalChar")
    decimal = given if isinstance(given, str) and given else "."
    match = re.fullmatch(r"([+-]?)([\d ,.'’_]*\d)", text)
    if match is None:
        return
    sign, digits = match[1], match[2]
    if _GROUPED.fullmatch(digits):
        yield sign + re.sub(_MARKS, "", digits)
    parted = re.fullmatch(r"(.*?)(?:([,.])(\d*))?", digits)
    whole, mark, rest = parted.groups("") if parted else (digits, "", "")
    if mark and _GROUPED.fullmatch(whole or "0") and mark not in whole:
        yield f"{sign}{re.sub(_MARKS, '', whole)}{decimal}{rest}"
    elif mark and whole.isdigit():
        yield f"{sign}{whole}{decimal}{rest}"


def _years(_: Field, text: str) -> Iterator[str]:
    yield re.sub(r"[.,]0+", "", text)


def _durations(_: Field, text: str) -> Iterator[str]:
    if match := re.fullmatch(r"P(\d+)W", text.upper()):
        yield f"P{int(match[1]) * 7}D"
    yield text.upper().removeprefix("+")


_FORMS: Mapping[str, Callable[[Field, str], Iterator[str]]] = {
    "boolean": _booleans,
    "duration": _durations,
    "integer": _integers,
    "number": _numbers,
    "year": _years,
    **DATES,
}
