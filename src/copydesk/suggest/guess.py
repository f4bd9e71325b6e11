"""Which types the texts of a column may be of, by their looks and the name of the column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

NOTHING: Mapping[str, Any] = MappingProxyType({})
MOST = 0.9
"""The share of a sample that has to look like a type for it to be tried."""

MISSING = frozenset(
    {"", "-", "--", ".", "?", "n/a", "na", "#n/a", "nan", "nil", "none", "null", "unknown",
     "missing"}
)  # fmt: skip
"""Words, in small letters, that often stand for a missing value."""

_NUMERAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_PADDED = r"^[+-]?0[0-9]|^[+]"
_GROUPED = r"-?\d{1,3}(?:,\d{3})*(?:\.\d+)?"
_YEAR = re.compile(r"[12]\d{3}")
_TIMES = {
    "date": r"\d{4}-\d{2}-\d{2}",
    "yearmonth": r"\d{4}-\d{2}",
    "datetime": r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}.*",
    "time": r"\d{2}:\d{2}:\d{2}(?:\.\d+)?",
}
_DATES = {
    "%d/%m/%Y": r"\d{1,2}/\d{1,2}/\d{4}", "%m/%d/%Y": r"\d{1,2}/\d{1,2}/\d{4}",
    "%d.%m.%Y": r"\d{1,2}\.\d{1,2}\.\d{4}", "%Y/%m/%d": r"\d{4}/\d{1,2}/\d{1,2}",
    "%d-%m-%Y": r"\d{1,2}-\d{1,2}-\d{4}", "%m-%d-%Y": r"\d{1,2}-\d{1,2}-\d{4}",
    "%Y-%m-%d": r"\d{4}-\d{1,2}-\d{1,2}",
}  # fmt: skip
_FORMATS = {
    "uuid": r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}",
    "email": r"[^@\s]+@[^@\s]+\.[^@\s.]+",
    "uri": r"(?:https?|ftp)://\S+",
}
_TRUTH = (("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"))
_LABELS = {"zip", "postcode", "postal", "plz", "phone", "tel", "telephone", "fax", "isbn", "issn"}


@dataclass(frozen=True)
class Guess:
    """A type that a column may have, as a schema writes it.

    `bar` is a pattern that no value may match: numerals such as `007` are labels.
    """

    type: str
    format: str = "default"
    options: Mapping[str, Any] = field(default_factory=dict)
    bar: str = ""

    def properties(self) -> dict[str, Any]:
        """Return the properties of a field that say this."""
        form = {} if self.format == "default" else {"format": self.format}
        return {"type": self.type, **form, **self.options}


TEXT = Guess("string")


def words_of(name: str) -> list[str]:
    """Return the words of the name of a column, in small letters: `birthYear` is birth, year."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.findall(r"[^\W_]+", parted.lower())


def guesses(name: str, sample: Sequence[str], delimiter: str) -> list[Guess]:
    """Return the types to try for a column, the most special first; texts are always possible."""
    values = [v for v in sample if v.strip().lower() not in MISSING]
    words = set(words_of(name))
    return list(_tried(words, values, delimiter)) if values else []


def _tried(words: set[str], values: Sequence[str], delimiter: str) -> Iterator[Guess]:
    def most(test: Callable[[str], object]) -> bool:
        return sum(bool(test(v)) for v in values) >= MOST * len(values)

    def like(pattern: str) -> bool:
        return most(re.compile(pattern).fullmatch)

    yield from _truth(words, values)
    if most(_NUMERAL.fullmatch) and not words & _LABELS:
        yield from _numbers(words, like)
    if like(_GROUPED) and _grouped(values) and not words & _LABELS:
        yield Guess("number", options={"groupChar": ","}, bar=_PADDED)
    if delimiter != "," and like(r"-?\d+,\d+|-?\d+") and any("," in v for v in values):
        yield Guess("number", options={"decimalChar": ","}, bar=_PADDED)
    yield from (Guess(kind) for kind, pattern in _TIMES.items() if like(pattern))
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"):
        if like(re.sub("%.", lambda m: r"\d{4}" if m[0] == "%Y" else r"\d{2}", form)):
            yield Guess("datetime", form)
    yield from (Guess("date", form) for form, pattern in _DATES.items() if like(pattern))
    yield from (Guess("string", form) for form, pattern in _FORMATS.items() if like(pattern))


def _grouped(values: Sequence[str]) -> bool:
    """Return whether commas divide thousands: no number below has one, or some have two."""
    with_comma = [v for v in values if "," in v]
    rest = [v for v in values if "," not in v]
    plain = any(len(v.partition(".")[0].lstrip("-")) < 4 for v in rest)
    return bool(with_comma) and (plain or any(v.count(",") > 1 for v in with_comma))


def _truth(words: set[str], values: Sequence[str]) -> Iterator[Guess]:
    known = set(values)
    folded = {v.lower() for v in known}
    pair = next((p for p in _TRUTH if folded == set(p)), None)
    if (
        folded == {"true", "false"}
        or (words & {"is", "has"} and folded <= {"true", "false"})
        or (words & {"is", "has"} and known == {"0", "1"})
    ):
        yield Guess("boolean")
    elif pair:
        true, false = (sorted(v for v in known if v.lower() == word) for word in pair)
        yield Guess("boolean", options={"trueValues": true, "falseValues": false})


def _numbers(words: set[str], like: Callable[[str], bool]) -> Iterator[Guess]:
    if words & {"year", "yr"} and like(_YEAR.pattern):
        yield Guess("year")
    if "date" in words and like(r"(?:19|20)\d{6}"):
        yield Guess("date", "%Y%m%d")
    if like(r"[+-]?\d{1,18}"):
        yield Guess("integer", bar=_PADDED)
    yield Guess("number", bar=_PADDED)
