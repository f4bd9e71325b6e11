"""One round over one file: the findings that a mend is known for → its new bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from copydesk.checks import Mend
from copydesk.checks.column import Column
from copydesk.findings import Finding
from copydesk.model import Table
from copydesk.plan import TablePlan
from copydesk.scan.sheet import Row, Sheet, Unmendable, index_at, rewritten, sheet


class Change(NamedTuple):
    """What was mended: a cell, or (without `old`) something about a whole file."""

    path: str
    code: str
    name: str
    old: str | None = None
    new: str | None = None


UNREADABLE = ("FL001", "FL015")
"""Codes of files of which no cell can be told before they are mended."""

LAST = ("FL002", "FL032", "FL003", "FL004", "FL005", "FL030", "TB008", "TB010", "FL014")
"""Mends of whole files, in the order in which they follow those of cells."""


class Mender:
    """The mends of one table's file; `refused` says why it was left alone, if so."""

    def __init__(self, plan: TablePlan, wanted: Callable[[str], Iterable[Mend]]) -> None:
        self.table: Table = plan.table
        self.columns: Mapping[str, Column] = {c.field.name: c for c in plan.columns}
        self.wanted = wanted
        self.refused = ""

    def mended(self, data: bytes, findings: Sequence[Finding]) -> tuple[bytes, list[Change]]:
        """Return the bytes of a file after one round, and what was changed in it."""
        by_code: dict[str, list[Finding]] = defaultdict(list)
        for finding in findings:
            by_code[finding.code].append(finding)
        done: list[Change] = []
        hindered = [code for code in UNREADABLE if code in by_code]
        try:
            if hindered:
                found = self._whole(data, by_code[hindered[0]][0], done)
            else:
                found = self._cells(data, findings, done)
                for code in LAST:
                    if code in by_code:
                        found = self._whole(found, by_code[code][0], done)
        except Unmendable as reason:
            self.refused = str(reason)
            return data, []
        return found, done

    def _whole(self, data: bytes, finding: Finding, done: list[Change]) -> bytes:
        for mend in self.wanted(finding.code):
            if mend.file is None:
                continue
            found = mend.file(data, self.table)
            if found is not None and found != data:
                done.append(Change(self.table.path, finding.code, finding.name))
                return found
        return data

    def _cells(self, data: bytes, findings: Sequence[Finding], done: list[Change]) -> bytes:
        by_row: dict[int, list[Finding]] = defaultdict(list)
        for finding in findings:
            if finding.row is not None and any(m.cell for m in self.wanted(finding.code)):
                by_row[finding.row].append(finding)
        found = sheet(data, self.table.dialect)
        rows = [
            self._row(row, found, by_row[row.number], done) if row.number in by_row else row
            for row in found.rows
        ]
        return found.with_rows(rows).data

    def _row(self, row: Row, found: Sheet, findings: list[Finding], done: list[Change]) -> Row:
        """Return a row with its cells mended; one of another length than its header stays."""
        if len(row.cells) != found.width:
            return row
        texts: dict[int, str] = {}
        changes = []
        for finding in findings:
            index = index_at(row, finding.line or 0, finding.column or 0, found.dialect)
            column = self.columns.get(finding.field)
            if index is None or column is None:
                continue
            old = texts.get(index, row.cells[index])
            new = self._cell(column, old, finding.code, found.codec)
            if new is not None:
                texts[index] = new
                changes.append(Change(self.table.path, finding.code, finding.name, old, new))
        mended = rewritten(row, texts, found.dialect) if texts else None
        if mended:
            done += changes
        return mended or row

    def _cell(self, column: Column, text: str, code: str, codec: str) -> str | None:
        for mend in self.wanted(code):
            new = mend.cell(column, text) if mend.cell else None
            if new is not None and new != text and _has(codec, new):
                return new
        return None


def _has(codec: str, text: str) -> bool:
    """Return whether an encoding has all characters of a text."""
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
