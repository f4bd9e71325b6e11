"""The bytes and the header of a file, judged before its rows.

What a file is like decides how it is read: as it is by DuckDB, or record by record into a clean
copy that DuckDB reads instead, so that one plan judges both.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from copydesk.checks.table import (
    Matching,
    ambiguous_field,
    ambiguous_label,
    header_faults,
    match_labels,
)
from copydesk.engine.content import line_ends, misstated, needless_quotes, undecodable
from copydesk.engine.places import shown
from copydesk.engine.rows import copy
from copydesk.engine.shape import Judge, Shape
from copydesk.findings import Excerpt
from copydesk.model import Table
from copydesk.pile import Pile
from copydesk.plan import TablePlan
from copydesk.scan import Label, Survey, locate, records, survey
from copydesk.scan.grammar import terminator_of
from copydesk.scan.records import HEADER_LIMIT
from copydesk.scan.text import line_at

_SEARCHED = 100
"""Records among which a header is looked for that does not stand first."""


def shape_of(plan: TablePlan, scratch: Path, limit: int | None, findings: Pile) -> Shape:
    """Return the shape of a table's file; all that is wrong with it is added to the findings.

    `scratch` is a folder for the clean copy.
    """
    shape = Shape(plan, plan.table.dialect, findings=findings)
    judge = Judge(shape, limit)
    if not plan.table.file.is_file() and not (plan.table.opaque and plan.table.unmade):
        judge.report("FL011", says=f"{plan.table.origin.file} names `{plan.table.path}`")
        shape.reason = f"`{plan.table.path}` is not there (FL011)"
        return judge.close()
    if plan.table.opaque:
        if not plan.table.unmade:
            _digests(plan.table, judge)
        shape.reason = "it is no table: only that it is there, its size and its hash are judged"
        return judge.close()
    _bytes(shape, judge)
    if not shape.reason:
        _find_header(shape, judge)
        _header(shape, judge)
    if not shape.reason and shape.survey and _is_odd(shape, shape.survey):
        copy(shape, judge, scratch)
    return judge.close()


def foreseen(plan: TablePlan) -> Shape | None:
    """Return the shape that the beginning of a file suggests; None for an irregular one."""
    shape = Shape(plan, plan.table.dialect)
    try:
        shape.survey = survey(plan.table.file, shape.dialect, HEADER_LIMIT)
    except LookupError:
        return None
    _header(shape, Judge(shape, 0))
    return None if shape.reason or _is_odd(shape, shape.survey) else shape


def _is_odd(shape: Shape, known: Survey) -> bool:
    """Return whether a file cannot be read as it is."""
    return not known.regular or known.width != shape.width


def _bytes(shape: Shape, judge: Judge) -> None:
    table = shape.plan.table
    known = shape.survey = survey(table.file, shape.dialect)
    _digests(table, judge)
    if not known.width and not known.undecodable:  # a mark or line ends are no content either
        judge.report("FL006", state="is empty")
        shape.reason = "the file is empty (FL006)"
    elif known.foreign:
        judge.report("FL007", guess=known.foreign)
        shape.reason = f"the file is not text: it looks like {known.foreign} (FL007)"
    elif known.undecodable:
        _undecodable(table, known, judge)
        shape.reason = f"the file is not {known.encoding.upper()} (FL001)"
    else:
        _lines(shape, known, judge)


def _undecodable(table: Table, known: Survey, judge: Judge) -> None:
    spot, hint = known.undecodable, known.encoding_hint
    assert spot is not None
    declared = f"{table.origin.file} declares the encoding {table.dialect.encoding}"
    says = declared if "encoding" in table.descriptor else "a file is UTF-8 if nothing else is said"
    cure = (
        f'it reads as {hint}: save it as UTF-8, or declare `"encoding": "{hint}"`' if hint else ""
    )
    name, reason = known.encoding, undecodable(table.file, spot.offset)
    if known.unmarked:
        name = table.dialect.encoding
        reason = "it has no byte order mark, which tells the order of its bytes"
    excerpt = None
    if spot.offset is not None and not known.unmarked:
        excerpt = Excerpt(*line_at(table.file, spot.offset, known.encoding), 1)
    judge.report(
        "FL001", (spot.line, spot.column), encoding=name.upper(), reason=reason,
        says=says, cure=cure, excerpt=excerpt,
    )  # fmt: skip


def _digests(table: Table, judge: Judge) -> None:
    for code, values in misstated(table):
        judge.report(code, says=f"{table.origin.file} states it", **values)


def _lines(shape: Shape, known: Survey, judge: Judge) -> None:
    if known.bom == "utf-8":
        judge.report("FL002", (1, 1))
    if terminator_of(shape.dialect):
        return  # its lines are not its rows
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
    if "FL032" in judge.checks:
        count, at = needless_quotes(shape.plan.table.file, shape.dialect, known)
        if count:
            judge.report("FL032", at, n=f"{count:,} cell{' is' if count == 1 else 's are'}")


def _find_header(shape: Shape, judge: Judge) -> None:
    """Take a later row for the header where the first holds no label, and tell that it does so."""
    known, schema = shape.survey, shape.plan.table.schema
    if known is None or schema is None or shape.dialect.header_rows != (1,):
        return
    names = {field.label for field in schema.fields}
    if names.intersection(label.name for label in known.header.labels):
        return
    for record in islice(records(shape.plan.table.file, shape.dialect), _SEARCHED):
        if 2 * len(names.intersection(record.cells)) > len(names) > 1 and record.role == "data":
            rows = f'"dialect": {{"headerRows": [{record.number}]}}'
            cure = f"delete what stands above it, or declare `{rows}`"
            judge.report("FL033", (record.line, record.column), row=record.number, cure=cure)
            shape.dialect = replace(shape.dialect, header_rows=(record.number,))
            shape.survey = survey(shape.plan.table.file, shape.dialect)
            return


def _header(shape: Shape, judge: Judge) -> None:
    known, schema = shape.survey, shape.plan.table.schema
    assert known is not None
    labels = [label.name for label in known.header.labels]
    several = schema is None or len(schema.fields) > 1
    if known.delimiter_hint and several and len(labels) <= 1 and not shape.dialect.stated:
        sign = json.dumps(known.delimiter_hint)
        judge.report(
            "FL015", (1, 1), value=known.delimiter_hint, delimiter=shape.dialect.delimiter,
            cure=f'declare it, `"dialect": {{"delimiter": {sign}}}`, or save the file with commas',
        )  # fmt: skip
        shape.reason = f"the file is divided by `{known.delimiter_hint}` (FL015)"
        return
    named = shape.dialect.header_rows != ()
    if named and not known.header.rows:
        judge.report("FL006", state="ends before its header")
        shape.reason = "the file ends before its header (FL006)"
        return
    if schema:
        labels = schema.known(labels, case=shape.dialect.header_case)
    if schema is None:
        shape.matching = Matching(tuple(range(len(shape.plan.columns))))
    else:
        shape.matching = match_labels(schema, labels if named else None)
    if named and not _is_ambiguous(shape, judge, labels):
        _labels(shape, judge, labels)


def _is_ambiguous(shape: Shape, judge: Judge, labels: list[str]) -> bool:
    """Return whether nobody can say which column is which field; the first reason is told."""
    schema, case = shape.plan.table.schema, shape.dialect.header_case
    says = f"{schema.origin.file} lists the fields" if schema else ""
    if names := ambiguous_field(schema, case):
        text = " and ".join(f"`{name}`" for name in names)
        judge.report("TB013", (shape.labels[0].line, None), says=says, names=text)
        shape.reason = "its fields cannot be told apart by their names (TB013)"
        return True
    index = ambiguous_label(schema, labels, case)
    if index is None:
        return False
    label = shape.labels[index]
    judge.report(
        "TB012", (label.line, label.column), value=label.name, says=says,
        excerpt=_label_excerpt(shape, label, index),
    )  # fmt: skip
    shape.reason = "its columns cannot be told apart by their labels (TB012)"
    return True


def _labels(shape: Shape, judge: Judge, labels: list[str]) -> None:
    schema, places = shape.plan.table.schema, shape.labels
    hint = shape.survey.delimiter_hint if shape.survey and len(labels) == 1 else ""
    divided = f"the line is divided by `{shown(hint)}`: correct the `delimiter` of its dialect"
    for fault in header_faults(shape.matching, labels, schema, judge.checks):
        index = fault.index
        at = (places[0].line if places else 1, None) if index is None else (
            places[index].line, places[index].column,
        )  # fmt: skip
        values: dict[str, Any] = {} if index is None else {"value": places[index].name}
        judge.report(
            fault.code, at, field_name=fault.field, cure=divided if hint else fault.cure,
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
