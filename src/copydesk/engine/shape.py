"""The bytes, the header and the shape of the rows, judged before the cells.

What a file is like decides how it is read: as it is by DuckDB, or record by record into a clean
copy that DuckDB reads instead, so that one plan judges both.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from copydesk.checks.table import Matching, column_names, header_faults, match_labels
from copydesk.engine.content import line_ends, other_digest, undecodable
from copydesk.engine.places import fill, help_of, why
from copydesk.findings import Excerpt, Finding, Total
from copydesk.model import AnyCheck, CellCheck, Check, Dialect, ShapeCheck, Table
from copydesk.plan import TablePlan
from copydesk.scan import Label, Record, Survey, csv_options, locate, records, survey

GATED_SIZE = 1 << 20

_FLAWS = {"unclosed-quote": "FL008", "text-after-quote": "FL009", "nul-byte": "FL010"}


@dataclass
class Shape:
    """What is known of a file before its cells are judged.

    `reason` says why the cells cannot be judged, if so; `cut` why there may be more rows in it
    than can be told; `copy` is the clean copy, if one was needed.
    """

    plan: TablePlan
    dialect: Dialect
    survey: Survey | None = None
    matching: Matching = field(default_factory=lambda: Matching(()))
    reason: str = ""
    cut: str = ""
    copy: Path | None = None
    findings: list[Finding] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    longest: int = 0

    @property
    def labels(self) -> Sequence[Label]:
        """Return the labels of the header, with their places."""
        return self.survey.header.labels if self.survey else ()

    @property
    def width(self) -> int:
        """Return the number of cells that a row should have: one a label, or else one a field."""
        schema = self.plan.table.schema
        if self.labels or self.dialect.header_rows or not schema:
            return self.survey.width if self.survey else 0
        return len(schema.fields)

    @property
    def columns(self) -> dict[str, int | None]:
        """Return the 0-based column of each field."""
        names = [c.field.name for c in self.plan.columns]
        return dict(zip(names, self.matching.columns, strict=False))


class _Judge:
    """The shape checks of one table that the user asked for, and what they found."""

    def __init__(self, shape: Shape, limit: int | None) -> None:
        checks = [c for c in shape.plan.checks if isinstance(c, ShapeCheck)]
        self.checks: Mapping[str, Check] = {c.code: c for c in checks if c.code[:2] in ("FL", "TB")}
        self.shape = shape
        self.limit = limit
        self.counts: dict[tuple[str, str], list[int]] = {}

    def report(
        self,
        code: str,
        at: tuple[int | None, int | None] = (None, None),
        *,
        row: int | None = None,
        field_name: str = "",
        says: str = "",
        excerpt: Excerpt | None = None,
        cure: str = "",
        **values: Any,
    ) -> None:
        """Add one finding, or only its count where enough are shown."""
        check = self.checks.get(code)
        if check is None:
            return
        counted = self.counts.setdefault((code, field_name), [0, 0])
        counted[0] += 1
        if self.limit is not None and counted[1] >= self.limit:
            return
        counted[1] += 1
        table = self.shape.plan.table
        values = {"field": field_name, "table": table.name, **values}
        finding = Finding(
            code=code,
            name=check.name,
            severity=check.severity,
            message=fill(check.message, values),
            table=table.name,
            path=table.path,
            row=row,
            line=at[0],
            column=at[1],
            field=field_name,
            fields=(field_name,) if field_name else (),
            value=values.get("value"),
            why=says or why(check),
            help=cure or help_of(check, values),
            origin=str(table.schema.origin) if table.schema and code[:2] == "TB" else "",
            equivalent=check.equivalent,
            excerpt=excerpt,
        )
        self.shape.findings.append(finding)

    def close(self) -> Shape:
        """Write the exact totals and return the shape."""
        for (code, name), (count, shown) in self.counts.items():
            check = self.checks[code]
            self.shape.totals.append(
                Total(code, check.name, check.severity, check.table, name, count, shown)
            )
        return self.shape


def shape_of(plan: TablePlan, scratch: Path, limit: int | None) -> Shape:
    """Return the shape of a table's file, with all that is wrong with it.

    `scratch` is a folder for the clean copy.
    """
    shape = Shape(plan, plan.table.dialect)
    judge = _Judge(shape, limit)
    if not plan.table.file.is_file() and not (plan.table.opaque and plan.table.unmade):
        judge.report("FL011", says=f"{plan.table.origin.file} names `{plan.table.path}`")
        shape.reason = f"`{plan.table.path}` is not there (FL011)"
        return judge.close()
    if plan.table.opaque:
        if not plan.table.unmade:
            _digests(plan.table, plan.table.file.stat().st_size, judge)
        shape.reason = "it is no table: only that it is there, its size and its hash are judged"
        return judge.close()
    _bytes(shape, judge)
    if not shape.reason:
        _header(shape, judge)
    if not shape.reason and shape.survey and _is_odd(shape, shape.survey):
        _copy(shape, judge, scratch)
    return judge.close()


def _is_odd(shape: Shape, known: Survey) -> bool:
    """Return whether a file cannot be read as it is."""
    return not known.regular or known.width != shape.width


def _bytes(shape: Shape, judge: _Judge) -> None:
    table = shape.plan.table
    known = shape.survey = survey(table.file, shape.dialect)
    _digests(table, known.size, judge)
    if known.size == 0:
        judge.report("FL006")
        shape.reason = "the file is empty (FL006)"
    elif known.foreign:
        judge.report("FL007", guess=known.foreign)
        shape.reason = f"the file is not text: it looks like {known.foreign} (FL007)"
    elif known.undecodable:
        _undecodable(table, known, judge)
        shape.reason = f"the file is not {known.encoding.upper()} (FL001)"
    else:
        _lines(shape, known, judge)


def _undecodable(table: Table, known: Survey, judge: _Judge) -> None:
    spot, hint = known.undecodable, known.encoding_hint
    assert spot is not None
    declared = f"{table.origin.file} declares the encoding {table.dialect.encoding}"
    says = declared if "encoding" in table.descriptor else "a file is UTF-8 if nothing else is said"
    cure = (
        f'it reads as {hint}: save it as UTF-8, or declare `"encoding": "{hint}"`' if hint else ""
    )
    reason = undecodable(table.file, spot.offset)
    judge.report(
        "FL001", (spot.line, spot.column), encoding=known.encoding.upper(), reason=reason,
        says=says, cure=cure,
    )  # fmt: skip


def _digests(table: Table, size: int, judge: _Judge) -> None:
    stated, digest = table.descriptor.get("bytes"), table.descriptor.get("hash")
    says = f"{table.origin.file} states it"
    if type(stated) is int and stated != size:
        judge.report("FL012", bytes=f"{size:,}", expected=f"{stated:,}", says=says)
    if isinstance(digest, str) and (other := other_digest(table.file, digest)):
        algorithm, found, expected = other
        judge.report(
            "FL013", algorithm=algorithm, found=found[:12], expected=expected[:12], says=says
        )


def _lines(shape: Shape, known: Survey, judge: _Judge) -> None:
    if known.bom == "utf-8":
        judge.report("FL002", (1, 1))
    kinds, first = line_ends(shape.plan.table.file, shape.dialect, known)
    usual, *rest = [kind for kind, n in kinds.most_common() if n] or [""]
    if rest:
        found = " and ".join(f"{kinds[kind]:,} with {kind}" for kind in rest)
        n, total = sum(kinds[kind] for kind in rest), kinds.total()
        at = min(first[kind] for kind in rest)
        judge.report("FL003", at, n=f"{n:,}", total=f"{total:,}", found=found)
    elif usual not in ("LF", ""):
        judge.report("FL004", found=usual)
    if not known.final_newline:
        judge.report("FL005", (known.lines, None) if known.lines else (None, None))


def _header(shape: Shape, judge: _Judge) -> None:
    known, schema = shape.survey, shape.plan.table.schema
    assert known is not None
    labels = [label.name for label in known.header.labels]
    several = schema is None or len(schema.fields) > 1
    if known.delimiter_hint and several and len(labels) <= 1:
        sign = json.dumps(known.delimiter_hint)
        judge.report(
            "FL015", (1, 1), value=known.delimiter_hint, delimiter=shape.dialect.delimiter,
            cure=f'declare it, `"dialect": {{"delimiter": {sign}}}`, or save the file with commas',
        )  # fmt: skip
        shape.reason = f"the file is divided by `{known.delimiter_hint}` (FL015)"
        return
    named = shape.dialect.header_rows != ()
    if schema is None:
        shape.matching = Matching(tuple(range(len(shape.plan.columns))))
    else:
        shape.matching = match_labels(schema, labels if named else None)
    if named:
        _labels(shape, judge, labels)


def _labels(shape: Shape, judge: _Judge, labels: list[str]) -> None:
    schema, places = shape.plan.table.schema, shape.labels
    for fault in header_faults(shape.matching, labels, schema, judge.checks):
        index = fault.index
        at = (places[0].line if places else 1, None) if index is None else (
            places[index].line, places[index].column,
        )  # fmt: skip
        values: dict[str, Any] = {} if fault.value is None else {"value": fault.value}
        judge.report(
            fault.code, at, field_name=fault.field, cure=fault.cure,
            number=0 if index is None else index + 1,
            excerpt=None if index is None else _label_excerpt(shape, places[index], index),
            says=f"{schema.origin.file} lists the fields" if schema else "",
            **values,
        )  # fmt: skip


def _label_excerpt(shape: Shape, label: Label, index: int) -> Excerpt:
    rows = shape.survey.header.rows if shape.survey else ()
    number = rows[-1] if rows else 1
    place = locate(
        shape.plan.table.file, shape.dialect, [(number, index)], shape.survey
    ).get((number, index))  # fmt: skip
    if place is None:
        return Excerpt(label.name, 0, max(1, len(label.name)))
    return Excerpt(place.excerpt, place.caret, max(1, place.width))


def _copy(shape: Shape, judge: _Judge, scratch: Path) -> None:
    """Read the file record by record into a clean copy, and report the rows of a wrong shape."""
    table = shape.plan.table
    assert shape.survey is not None
    width = shape.width
    shape.copy = scratch / f"{abs(hash(table.name)):x}.csv"
    names = _names(shape)
    first = min(shape.survey.header.rows, default=1)
    ragged: list[tuple[str, Record]] = []
    with shape.copy.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for record in records(table.file, shape.dialect):
            if record.role in ("header", "skipped"):
                continue
            # What a quote that never closes has swallowed is not judged.
            unclosed = _flaws(record, judge)
            count = len(record.cells) - unclosed
            if record.role == "blank":
                if not shape.dialect.header_rows or record.number > first:
                    judge.report("TB008", (record.line, 1), row=record.number)
                continue
            if unclosed:
                shape.cut = "a quoted cell of it never ends (FL008)"
                record = record._replace(cells=record.cells[:count])
            if count > width or (count < width and not unclosed):
                _ragged(record, width, judge, ragged, names)
            cells = [c.replace("\0", "\u2400") for c in record.cells[:width]]
            cells += [""] * (width - count)
            shape.longest = max(shape.longest, sum(map(len, cells)))
            writer.writerow([record.number, count, *cells])
    _place_ragged(shape, judge, ragged, width)


def recopied(shape: Shape, scratch: Path, limit: int | None) -> tuple[list[Finding], list[Total]]:
    """Read a file record by record after all, which the fast reader has refused.

    Return what is found on the way, which is not in the shape.
    """
    again = replace(shape, findings=[], totals=[])
    judge = _Judge(again, limit)
    _copy(again, judge, scratch)
    judge.close()
    shape.copy, shape.longest, shape.cut = again.copy, again.longest, again.cut
    return again.findings, again.totals


def _flaws(record: Record, judge: _Judge) -> bool:
    """Report what is malformed in a record; return whether its last cell never ends."""
    for flaw in record.flaws:
        if code := _FLAWS.get(flaw.kind):
            judge.report(code, (flaw.line, flaw.column), row=record.number, kind=flaw.kind)
    return any(flaw.kind == "unclosed-quote" for flaw in record.flaws)


def _names(shape: Shape) -> dict[int, str]:
    """Return the field, or else the label, of each column."""
    names = dict(enumerate(column_names([label.name for label in shape.labels])))
    return names | {i: n for n, i in shape.columns.items() if i is not None}


def _ragged(
    record: Record,
    width: int,
    judge: _Judge,
    ragged: list[tuple[str, Record]],
    names: Mapping[int, str],
) -> None:
    """Remember a row of a wrong length, as long as it is to be shown; else only count it."""
    code = "TB006" if len(record.cells) < width else "TB007"
    if judge.limit is None or sum(1 for c, _ in ragged if c == code) < judge.limit:
        ragged.append((code, record))
    elif code in judge.checks:
        for index in _off(record, width):
            name = names.get(index, "") if code == "TB006" else ""
            judge.counts.setdefault((code, name), [0, 0])[0] += 1


def _place_ragged(
    shape: Shape, judge: _Judge, ragged: Sequence[tuple[str, Record]], width: int
) -> None:
    names = _names(shape)
    wanted = [(r.number, i) for _, r in ragged for i in _off(r, width)]
    table = shape.plan.table
    places = locate(table.file, shape.dialect, wanted, shape.survey) if wanted else {}
    for code, record in ragged:
        for index in _off(record, width):
            place = places.get((record.number, index))
            count = len(record.cells)
            cells = f"{count:,} cell{'s' * (count != 1)}"
            values: dict[str, Any] = {"cells": cells, "expected": width}
            name = names.get(index, "")
            if code == "TB007":
                values["value"] = record.cells[index]
                values["cure"] = "" if record.cells[index] else "delete the delimiter too many"
                name = ""
            judge.report(
                code,
                (place.line, place.column) if place else (record.line, None),
                row=record.number,
                field_name=name,
                excerpt=Excerpt(place.excerpt, place.caret, max(1, place.width)) if place else None,
                says=f"the header has {width} label{'s' * (width != 1)}",
                **values,
            )


def _off(record: Record, width: int) -> Iterator[int]:
    """Yield the cells that are missing, or too many."""
    count = len(record.cells)
    yield from range(count, width) if count < width else range(width, count)


def gated(checks: Sequence[AnyCheck], shape: Shape) -> list[AnyCheck]:
    """Return the checks that the file gives a chance: those whose gate is open, or unknown.

    Gates are asked of small regular files only; in a large one the predicates are cheaper.
    """
    known = shape.survey
    if known is None or known.size > GATED_SIZE or not known.regular or shape.copy:
        return list(checks)
    text = shape.plan.table.file.read_bytes().decode("utf-8-sig")
    rows = csv.reader(io.StringIO(text, newline=""), **csv_options(shape.dialect))
    cells = "\n".join(_on_one_line(cell) for cell in set(chain.from_iterable(rows)))
    opened: dict[object, bool] = {}
    kept = []
    for check in checks:
        gate = check.gate if isinstance(check, CellCheck) else None
        if gate and gate not in opened:
            opened[gate] = bool(gate(cells))
        if gate is None or opened[gate]:
            kept.append(check)
    return kept


def _on_one_line(cell: str) -> str:
    return cell.replace("\n", "\r") if "\n" in cell else cell
