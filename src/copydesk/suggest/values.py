"""The values that a column is limited to, and those among them that look like slips."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from copydesk.suggest.guess import words_of
from copydesk.suggest.profile import Profile
from copydesk.suggest.proposal import Proposal, Said, Suspect, plural

_GROWING = frozenset(
    {"language", "lang", "locale", "country", "nation", "nationality", "currency", "city", "town",
     "species", "airport", "airline", "team", "player", "company", "publisher", "journal"}
)  # fmt: skip
"""Words in the names of columns whose values so far may be few, but are not all there are."""

_LABELS = frozenset(
    {"id", "name", "title", "author", "place", "region", "state", "county", "province", "url",
     "note", "notes", "comment", "description", "source", "model", "version", "brand", "tag",
     "tags", "keyword", "keywords"}
)  # fmt: skip
"""Last words in the names of such columns."""

ESTABLISHED = 3
"""How often a value has to stand in a column to be one of those that are meant."""

_LEAST = 15
_MOST = 30
_MOST_WORDY = 12
_TIMES = 5
"""How many times as often as a slip the value stands that was meant."""

_LISTS = re.compile(r"[,;|]")
"""What divides the items of a list: another list is no slip."""

_NUMBER = re.compile(r"[+-]?\d")
_CODE = re.compile(r"[^\W_]+([_.+/-][^\W_]+)*")


def values(one: Profile, said: Said, at: tuple[str | int, ...]) -> Iterator[Proposal | Suspect]:
    """Yield the enum of a column of few values, or the values that stand in its way."""
    if not (one.is_text and one.counts) or said.has(one.name, "enum", "pattern", "length"):
        return
    slips = dict(_slips(one.counts))
    usual = {v: n for v, n in one.counts.items() if n >= ESTABLISHED and v not in slips}
    rare = [v for v in one.counts if v not in usual and v not in slips]
    limited = _limited(usual, one) and said.silent("enum", one.rows)
    for value, meant in slips.items():
        count = one.counts[value]
        why = f"it is close to `{meant}`, which stands {_times(one.counts[meant])}"
        yield Suspect(one.name, value, count, why, "enum" if limited else "", meant)
    if not limited or len(rare) > max(1, len(usual) // 4):
        return
    for value in rare:
        shown = ", ".join(f"`{v}`" for v in list(usual)[:6])
        why = f"the other {len(usual)} values ({shown}) stand {_times(min(usual.values()))} or more"
        listed = tuple(sorted([*usual, *rare]))
        yield Suspect(one.name, value, one.counts[value], why, "enum", allowing=listed)
    if not (slips or rare):
        last = min(usual, key=lambda v: usual[v])
        evidence = (
            f"{one.filled:,} of {plural(one.rows, 'row')} filled; {len(usual)} different values, "
            f"rarest `{last}`, {_times(usual[last])}"
        )
        yield Proposal((*at, "constraints", "enum"), sorted(usual), one.name, "enum", evidence)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _limited(usual: Mapping[str, int], one: Profile) -> bool:
    """Return whether values look like a list that somebody has fixed."""
    count = len(usual)
    words = words_of(one.name)
    if set(words) & _GROWING or set(words[-1:]) & _LABELS:
        return False
    if count < 2 or one.filled < max(_LEAST, 4 * count):
        return False
    if all(_CODE.fullmatch(v) and len(v) <= 40 and not v.isdigit() for v in usual):
        return count <= _MOST
    wordy = all(len(v) <= 60 for v in usual) and not any(re.search(r"\d", v) for v in usual)
    return wordy and count <= _MOST_WORDY and one.filled >= 20 * count


def _slips(counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield the values that look like a slip for one that stands much more often, with that one."""
    order = sorted(counts, key=lambda v: -counts[v])
    for value in order:
        usual = [v for v in order if counts[v] >= max(_TIMES, _TIMES * counts[value])]
        if meant := _meant(value, usual):
            yield value, meant


def _meant(value: str, usual: Sequence[str]) -> str:
    folded = value.strip().casefold()
    for other in usual:
        if folded == other.strip().casefold():
            return other
    for other in usual:
        if _NUMBER.sub("", value) == _NUMBER.sub("", other) or _LISTS.search(value):
            continue
        length = min(len(value), len(other))
        allowed = 2 if length >= 9 else 1 if length >= 5 else 0
        if (
            allowed
            and abs(len(value) - len(other)) <= allowed
            and distance(value, other) <= allowed
        ):
            return other
    return ""


def distance(one: str, other: str) -> int:
    """Return how many slips part two words: a letter too many, too few, wrong, or two swapped."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
