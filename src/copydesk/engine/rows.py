"""The rows of a file that the fast reader must not read: told one by one, copied for DuckDB.

So one plan judges every file, and a row of a wrong shape changes nothing for the others.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from copydesk.checks.file import conflict_marker
from copydesk.checks.table import column_names
from copydesk.engine.places import shown
from copydesk.engine.shape import Copy, Judge, Shape
from copydesk.findings import Excerpt, Total
from copydesk.scan import Record, records, walk
from copydesk.scan.stretches import Stretch, is_plain, stretches

_FLAWS = {
    "unclosed-quote": "FL008",
    "text-after-quote": "FL009",
    "nul-byte": "FL010",
    "stray-quote": "FL030",
}


def copy(shape: Shape, judge: Judge, scratch: Path, *, exact: bool = False) -> None:
    """Read the file into a clean copy, and report the rows of a wrong shape.

    Lines in which nothing is wrong are copied as they are, unless the reader has refused them.
    """
    table, known, width = shape.plan.table, shape.survey, shape.width
    assert known is not None
    path = scratch / f"{abs(hash(table.name)):x}.csv"
    if exact or not is_plain(shape.dialect):
        shape.copy = made = Copy(path, broken=True)
        found: Iterator[Stretch | Record] = records(table.file, shape.dialect)
    else:
        shape.copy = made = Copy(path, shape.dialect.delimiter, shape.dialect.quote or "", False)
        found = stretches(table.file, shape.dialect, known, width)
    names, ragged = _names(shape), array("q")
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(
            stream, lineterminator="\n", quoting=csv.QUOTE_ALL,
            delimiter=made.delimiter, quotechar=made.quote,
        )  # fmt: skip
        for one in found:
            if isinstance(one, Stretch):
                before = f"{made.delimiter}{width}{made.delimiter}"
                stream.writelines(
                    [f"{n}{before}{x}\n" for n, x in enumerate(one.lines, one.number)]
                )
            elif row := _row(one, shape, judge, names, ragged):
                made.longest = max(made.longest, sum(map(len, row[2:])))
                made.broken = made.broken or any("\n" in c or "\r" in c for c in row[2:])
                writer.writerow(row)
    _place_ragged(shape, judge, ragged, width)


def _row(
    record: Record, shape: Shape, judge: Judge, names: Mapping[int, str], ragged: array[int]
) -> list[Any] | None:
    """Return a record as a row of the copy, if it is one, and report what is wrong with it."""
    width = shape.width
    if record.role in ("header", "skipped"):
        return None
    # What a quote that never closes has swallowed is not judged.
    unclosed = _flaws(record, judge)
    count = len(record.cells) - unclosed
    if record.role == "blank":
        first = min(shape.survey.header.rows, default=1) if shape.survey else 1
        if not shape.dialect.header_rows or record.number > first:
            judge.blank(record.number, (record.line, record.column))
        return None
    if unclosed:
        shape.cut = "a quoted cell of it never ends (FL008)"
        record = record._replace(cells=record.cells[:count])
    if count != width and record.cells and conflict_marker(record.cells[0]):
        judge.report("FL031", (record.line, record.column), row=record.number)
        return None
    if count > width or (count < width and not unclosed):
        _ragged(record, width, judge, ragged, names)
    cells = [c.replace("\0", "\u2400") for c in record.cells[:width]]
    return [record.number, -count if unclosed else count, *cells, *[""] * (width - count)]


def recopied(shape: Shape, scratch: Path, limit: int | None) -> list[Total]:
    """Read a file record by record after all, which the fast reader has refused.

    Return the totals of what is found on the way, which are not in the shape.
    """
    again = replace(shape, totals=[])
    # All that is wrong has been told if there is a copy already.
    judge = Judge(again, 0 if shape.copy else limit)
    copy(again, judge, scratch, exact=True)
    judge.close()
    told, shape.copy, shape.cut = shape.copy is not None, again.copy, again.cut
    return [] if told else again.totals


def _flaws(record: Record, judge: Judge) -> bool:
    """Report what is malformed in a record; return whether its last cell never ends."""
    for flaw in record.flaws:
        if code := _FLAWS.get(flaw.kind):
            excerpt = Excerpt(flaw.excerpt, flaw.caret, 1)
            at = (flaw.line, flaw.column)
            judge.report(code, at, row=record.number, kind=flaw.kind, excerpt=excerpt)
    return any(flaw.kind == "unclosed-quote" for flaw in record.flaws)


def _names(shape: Shape) -> dict[int, str]:
    """Return the field, or else the label, of each column, each of them once."""
    fields = {i: n for n, i in shape.columns.items() if i is not None}
    return dict(enumerate(column_names([label.name for label in shape.labels], fields))) | fields


def _ragged(
    record: Record, width: int, judge: Judge, ragged: array[int], names: Mapping[int, str]
) -> None:
    """Remember number and cells of a row of a wrong length that is shown; else only count it."""
    count = len(record.cells)
    code = "TB006" if count < width else "TB007"
    limit = judge.limit
    if limit is None or sum((n < width) == (count < width) for n in ragged[1::2]) < limit:
        ragged.extend((record.number, count))
    else:
        for index in _off(count, width):
            judge.count(code, names.get(index, "") if code == "TB006" else "")


def _place_ragged(shape: Shape, judge: Judge, ragged: array[int], width: int) -> None:
    names, table = _names(shape), shape.plan.table
    numbers, counts = ragged[::2], ragged[1::2]
    asked = (
        (number, list(_off(count, width))) for number, count in zip(numbers, counts, strict=True)
    )
    walked = walk(table.file, shape.dialect, asked, shape.survey) if numbers else ()
    for number, count, places in zip(numbers, counts, walked, strict=True):
        says = f"the header has {width} label{'s' * (width != 1)}"
        cells = f"{count:,} cell{'s' * (count != 1)}"
        for index in _off(count, width):
            place = places.get(index)
            values: dict[str, Any] = {"cells": cells, "expected": width}
            if count > width:
                values["value"] = place.value if place else ""
                values["reason"] = f"`{shown(values['value'])}`"
                if not values["value"]:
                    values |= {"reason": "an empty cell", "cure": "delete the delimiter too many"}
            judge.report(
                "TB006" if count < width else "TB007",
                (place.line, place.column) if place else (None, None),
                row=number,
                field_name=names.get(index, "") if count < width else "",
                excerpt=Excerpt(place.excerpt, place.caret, max(1, place.width)) if place else None,
                says=says,
                **values,
            )


def _off(count: int, width: int) -> Iterator[int]:
    """Yield the cells that are missing, or too many."""
    yield from range(count, width) if count < width else range(width, count)
