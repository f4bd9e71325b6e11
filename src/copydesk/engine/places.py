"""Failures → findings: where each bad row stands in its file, and the words for it."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from copydesk.checks import registry
from copydesk.checks.advice import cure, with_mend
from copydesk.checks.column import Column
from copydesk.engine import BadRow, Failure
from copydesk.findings import Excerpt, Finding, Related, Total
from copydesk.model import AnyCheck, CellCheck, Check, Dialect, Table
from copydesk.scan import Label, Place, Survey, locate, walk

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
LONGEST = 60

NEAREST = 1000
"""Rows of a check up to which the allowed values nearest to a bad one are looked for."""


@dataclass(frozen=True)
class Lines:
    """What is needed to find a cell again: the table, its survey, the place of each column."""

    table: Table
    dialect: Dialect
    survey: Survey
    columns: Mapping[str, int | None]
    labels: Sequence[Label] = ()
    fields: Mapping[str, Column] = field(default_factory=dict)


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Return a template with its `{name}`s replaced by values, cut and made visible.

    A `{reason}` is a part of the sentence and never cut.
    """
    return _PLACEHOLDER.sub(
        lambda m: (
            shown(str(values[m[1]]), None if m[1] == "reason" else LONGEST)
            if m[1] in values
            else m[0]
        ),
        template,
    )


def shown(text: str, longest: int | None = LONGEST) -> str:
    """Return a value as it is shown in a message: on one line, cut, nothing invisible."""
    cut = text if longest is None or len(text) <= longest else text[: longest - 1] + "…"
    if cut.isprintable():
        return cut
    names = {c: f"U+{ord(c):04X}" for c in cut if c != " " and not c.isprintable()}
    if text in names:
        return names[text]
    return "".join(f"<{names[c]}>" if c in names else c for c in cut)


def why(check: Check) -> str:
    """Return the sentence that names the promise: the file, then what it says.

    Where nobody has written a promise down it is the reason that the check itself gives.
    """
    origin, says = check.promise.origin, check.promise.says
    spec = registry().get(check.code)
    if not says and spec:
        return first_sentence(spec.why)
    return f"{origin.file} {says}".strip()


def help_of(
    check: Check, values: Mapping[str, Any], row: BadRow | None = None, near: bool = True
) -> str:
    """Return the cure: from the row, from the value, from the check's own words.

    Without `near` the value is not compared with all those that are allowed.
    """
    if row and row.help:
        return line_of(row.help)
    known = check.nearest if isinstance(check, CellCheck) else ()
    if found := cure(check.code, str(values.get("value", "")), values, known, near):
        return found
    if check.help:
        return line_of(fill(check.help, values))
    spec = registry().get(check.code)
    return first_sentence(spec.fix) if spec else ""


def line_of(text: str) -> str:
    """Return a text as a line of a diagnostic: without a capital, or a period at its end."""
    acronym = text[1:2].isupper()
    return (text if acronym else text[:1].lower() + text[1:]).rstrip(".")


def first_sentence(text: str) -> str:
    """Return the first sentence of the words of a check, as a line of help."""
    return line_of(" ".join(text.split()).partition(". ")[0])


def findings_of(failures: Iterable[Failure], lines: Lines) -> Iterator[Finding]:
    """Yield the findings of the failures of one table, each at its place.

    Rows are gone through in the order of the file, so that neither they nor places are held.
    """
    of_rows = []
    for failure in failures:
        if failure.rows == ():
            yield _of_table(failure, lines)
        else:
            of_rows.append(_Rows(failure, lines.columns.get(failure.check.field)))
    waiting: deque[list[_Ask]] = deque()

    def asked() -> Iterator[tuple[int, list[int | None]]]:
        for number, same in groupby(merge(*map(_asks, of_rows), key=_record), _record):
            waiting.append(list(same))
            yield number, list(dict.fromkeys(rows.index for _, rows, _ in waiting[-1]))

    for places in walk(lines.table.file, lines.dialect, asked(), lines.survey):
        for number, rows, row in waiting.popleft():
            place = places.get(rows.index)
            if row is not None:
                yield _finding(rows, row, lines, place)
            elif place:
                rows.keep(number, place)


class _Rows:
    """The rows of a failure, the cell of them that is pointed at, and where earlier ones stand."""

    def __init__(self, failure: Failure, index: int | None) -> None:
        self.failure = failure
        self.index = index
        self.why = why(failure.check)
        self.origin = str(failure.check.promise.origin)
        self.near = NEAREST
        self._records, self._lines, self._columns = array("q"), array("q"), array("q")

    def looks(self) -> bool:
        """Return whether values that are near may still be looked for, which takes long."""
        self.near -= 1
        return self.near >= 0

    def keep(self, record: int, place: Place) -> None:
        """Remember where a record stands that later ones collide with; records come in order."""
        self._records.append(record)
        self._lines.append(place.line)
        self._columns.append(place.column)

    def seen(self, record: int) -> tuple[int | None, int | None]:
        """Return where an earlier record stands."""
        at = bisect_left(self._records, record)
        if at == len(self._records) or self._records[at] != record:
            return None, None
        return self._lines[at], self._columns[at]


_Ask = tuple[int, _Rows, BadRow | None]
"""A record, for a row of a failure or only to remember its place."""


_record = itemgetter(0)


def _asks(rows: _Rows) -> Iterator[_Ask]:
    """Yield the records of a failure in the order of the file."""
    bad = ((row.row, rows, row) for row in rows.failure.rows)
    earlier = ((number, rows, None) for number in rows.failure.earlier)
    return merge(earlier, bad, key=_record)


def _finding(rows: _Rows, row: BadRow, lines: Lines, place: Place | None) -> Finding:
    check, name = rows.failure.check, rows.failure.check.field
    column = lines.fields.get(name)
    kind = column.field.type if column else ""
    values: dict[str, Any] = {"field": name, "kind": kind, "table": lines.table.name}
    if place and place.value is not None:
        values["value"] = place.value
    values |= {**check.params, **rows.failure.params, **row.shown}
    value = str(values.get("value", "")) if "value" in values else None
    near = rows.looks()
    help_ = help_of(check, values, row, near)
    return Finding(
        code=check.code,
        name=check.name,
        severity=check.severity,
        message=fill(check.message, values),
        table=lines.table.name,
        path=lines.table.path,
        row=row.row,
        line=place.line if place else None,
        column=place.column if place else None,
        field=name,
        fields=check.fields,
        key=row.key,
        value=place.value if place and place.value is not None else value,
        why=rows.why,
        help=with_mend(help_, check.code, column, value or "", near),
        origin=rows.origin,
        equivalent=check.equivalent,
        related=_related(rows, row, lines),
        excerpt=Excerpt(place.excerpt, place.caret, max(place.width, 1)) if place else None,
    )


def _related(rows: _Rows, row: BadRow, lines: Lines) -> tuple[Related, ...]:
    if row.other is None:
        return ()
    return (Related("first seen", lines.table.path, *rows.seen(row.other)),)


def _extremes(failure: Failure, lines: Lines) -> Iterator[Related]:
    """Yield where the rows stand that account for what was observed of a column."""
    index = lines.columns.get(failure.check.field)
    wanted = [(row.row, index) for row in failure.extremes]
    places = locate(lines.table.file, lines.dialect, wanted, lines.survey) if wanted else {}
    for row in failure.extremes:
        place = places.get((row.row, index))
        own = place.value if place and place.value is not None else row.shown["value"]
        keys = ", ".join(f"{name} = {shown(text)}" for name, text in row.key.items())
        message = f"`{shown(own)}`{' of ' if keys else ''}{keys}"
        at = (place.line, place.column) if place else ()
        yield Related(message, lines.table.path, *at)


def _of_table(failure: Failure, lines: Lines) -> Finding:
    """Return the finding about a whole column or table, at the label of the column."""
    check = failure.check
    index = lines.columns.get(check.field) if check.field else None
    label = lines.labels[index] if index is not None and index < len(lines.labels) else None
    values: dict[str, Any] = {"field": check.field, "table": lines.table.name}
    values |= {**check.params, **failure.params}
    excerpt = Excerpt(label.name, 0, max(len(label.name), 1)) if label else None
    return Finding(
        code=check.code,
        name=check.name,
        severity=check.severity,
        message=fill(check.message, values),
        table=lines.table.name,
        path=lines.table.path,
        line=label.line if label else None,
        column=label.column if label else None,
        field=check.field,
        fields=check.fields,
        value=failure.params.get("observed"),
        why=why(check),
        help=help_of(check, values),
        origin=str(check.promise.origin),
        equivalent=check.equivalent,
        related=tuple(_extremes(failure, lines)),
        excerpt=excerpt,
    )


def total(check: AnyCheck, count: int) -> Total:
    """Return the exact total of a failure."""
    return Total(check.code, check.name, check.severity, check.table, check.field, count)
