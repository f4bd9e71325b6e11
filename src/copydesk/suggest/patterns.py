"""The form that identifiers and codes share, as a regular expression that people can read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from copydesk.checks.sql import literal
from copydesk.suggest.profile import Profile
from copydesk.suggest.proposal import ENOUGH, Proposal, Said, Suspect
from copydesk.suggest.texts import Texts

LEAST = 10
"""Different values that have to share a form."""

MOST = 0.95
"""The share of values whose form is that of all; others are suspects."""

_RUN = re.compile(r"[A-Z]+|[a-z]+|[0-9]+|.", re.S)
_FAMILIES = (
    r"[a-z0-9]+(-[a-z0-9]+)*", r"[a-z0-9]+(_[a-z0-9]+)*", r"[A-Z0-9]+(-[A-Z0-9]+)*",
    r"[A-Z0-9]+(_[A-Z0-9]+)*",
)  # fmt: skip
_LONGEST = 80
_NUMERIC = re.compile(r"[$€£]?9([.,'/%:-]?9)*[.,]?%?")
"""The shape of what is a number, a date or a time, which a type says and no pattern."""


def patterns(
    texts: Texts, one: Profile, said: Said, at: tuple[str | int, ...]
) -> Iterator[Proposal | Suspect]:
    """Yield the pattern of a column of identifiers or codes, or what breaks the usual one."""
    enough = one.field.type == "string" and one.field.format == "default" and one.distinct >= LEAST
    if not enough or said.has(one.name, "pattern", "enum"):
        return
    pattern = form_of(one.sample)
    if not pattern:
        return
    sql = texts.sql(one.name)
    odd = f"{sql} IS NOT NULL AND NOT regexp_full_match({sql}, {literal(pattern)})"
    rows = texts.database.ask(
        f"SELECT {sql}, count(*) FROM {texts.loaded.id} WHERE {odd} "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 6"
    )
    if not rows:
        words = f"{one.different} have this form, such as `{one.sample[0]}`"
        yield Proposal((*at, "constraints", "pattern"), pattern, one.name, "pattern", words)
    elif len(rows) <= 5 and one.filled >= ENOUGH:
        why = f"the other values have the form `{pattern}`"
        yield from (Suspect(one.name, text, count, why, "pattern") for text, count in rows)


def form_of(sample: Sequence[str]) -> str:
    """Return the pattern that nearly all texts match; empty if they have no form worth stating."""
    plain = [t for t in sample if t.isascii() and " " not in t and len(t) <= _LONGEST]
    if len(plain) < MOST * len(sample) or len(plain) < LEAST:
        return ""
    shapes = Counter(_shape(t) for t in plain)
    shape, count = shapes.most_common(1)[0]
    if shape != "9" and count >= MOST * len(plain) and _NUMERIC.fullmatch(shape):
        return ""
    if count >= MOST * len(plain) and len(shape) <= 12:
        same = [t for t in plain if _shape(t) == shape]
        if pattern := _pattern(shape, same):
            return pattern
    for family in _FAMILIES:
        known = [t for t in plain if re.fullmatch(family, t)]
        parted = sum(not t.isalnum() for t in known)
        if len(known) >= MOST * len(plain) and parted >= len(known) // 2:
            return family
    return ""


def _shape(text: str) -> str:
    """Return a text with each run of letters or digits as one sign: `Q12-a` is `A9-a`."""
    signs = (r[0] for r in _RUN.findall(text))
    return "".join(
        "A" if s.isupper() else "a" if s.islower() else "9" if s.isdigit() else s for s in signs
    )


def _pattern(shape: str, texts: Sequence[str]) -> str:
    """Return the pattern of texts of one shape; empty for plain words, which are no codes."""
    runs = list(zip(*(_RUN.findall(t) for t in texts), strict=True))
    lengths = [{len(r) for r in column} for column in runs]
    if sum(len(set(column)) == 1 and len(column[0]) > 2 for column in runs) > 1:
        return ""  # all of one group, whose name is no part of the form
    uniform = len(runs) == 1 and len(lengths[0]) == 1
    code = uniform and max(lengths[0]) <= (3 if shape == "a" else 12)
    if shape.isalnum() and len(shape) == 1 and not code:
        return ""
    if shape.isalpha() and len(shape) > 1:
        return ""
    parts = [
        _run(sign, set(column), sizes)
        for sign, column, sizes in zip(shape, runs, lengths, strict=True)
    ]
    last = runs[-1]
    if shape[-1] == "9" and len(lengths[-1]) == 1 and any(r[0] == "0" for r in last):
        parts[-1] = _counted(len(last[0]))
    return "".join(parts)


def _counted(size: int) -> str:
    """Return the pattern of padded numbers at the end, which will need more digits one day."""
    return f"[0-9]{{{size},}}" if 1 < size <= 4 else "[0-9]" + f"{{{size}}}" * (size > 1)


def _run(sign: str, values: set[str], sizes: set[int]) -> str:
    if sign not in "Aa9":
        return re.escape(sign) if sign in ".*+?()[]{}|^$\\" else sign
    if len(values) == 1 and sign != "9" and max(sizes) <= 4:
        return values.pop()
    kind = {"A": "[A-Z]", "a": "[a-z]", "9": "[0-9]"}[sign]
    size = min(sizes)
    return kind + ("+" if len(sizes) > 1 else "" if size == 1 else f"{{{size}}}")
