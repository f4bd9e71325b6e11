"""Waivers: findings that people know of and put up with, each with a reason and until a day.

`schemas/waivers.csv` has a row for each. A waiver silences one finding: that of its check, table,
key and field; of several that are alike, the first.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from copydesk.document import Document, Problem
from copydesk.errors import UserError
from copydesk.findings import Finding, Waived
from copydesk.model import Waiver
from copydesk.pile import Pile, kind

FILE = "schemas/waivers.csv"
COLUMNS = ("code", "table", "key", "field", "reason", "expires")


@dataclass(frozen=True)
class Waivers:
    """What the file holds; `document` is None where there is none."""

    document: Document | None = None
    listed: tuple[Waiver, ...] = ()
    wrong: tuple[Problem, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.listed)


@dataclass(frozen=True)
class Silenced:
    """The findings that are left, those that are waived, and the waivers that silence nothing."""

    rest: Pile
    waived: tuple[Waived, ...]
    idle: tuple[Waiver, ...]


def read_waivers(root: Path) -> Waivers:
    """Return the waivers of a package, and what is wrong in their file."""
    file = root / FILE
    if not file.is_file():
        return Waivers()
    if not file.resolve().is_relative_to(root.resolve()):
        raise UserError(f"`{FILE}` is a link out of the package", place=FILE)
    text = file.read_bytes().decode("utf-8-sig", "replace")
    document = Document(FILE, text, None)
    found = list(_read(document))
    waivers = tuple(one for one in found if isinstance(one, Waiver))
    return Waivers(document, waivers, tuple(p for p in found if isinstance(p, Problem)))


def today() -> str:
    """Return the day on which waivers must still hold, that of SOURCE_DATE_EPOCH if it is set."""
    from datetime import UTC, datetime

    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(fixed), UTC) if fixed.isdigit() else datetime.now(UTC)
    return now.date().isoformat()


def silence(found: Iterable[Finding], waivers: Sequence[Waiver], most: int | None) -> Silenced:
    """Return what is left of findings, no more than `most` of a kind, and what is waived."""
    waiting: dict[tuple[str, ...], list[Waiver]] = {}
    for waiver in waivers:
        about = (waiver.code, waiver.table, waiver.key, waiver.field)
        waiting.setdefault(about, []).append(waiver)
    rest, waived = Pile(), list[Waived]()

    def left() -> Iterator[Finding]:
        for finding in found:
            if known := waiting.get(_about(finding)):
                waiver = known.pop(0)
                waived.append(Waived(finding, waiver.reason, waiver.expires))
            elif most is None or rest.shown[kind(finding)] < most:
                yield finding

    rest.add(left())
    idle = sorted((w for known in waiting.values() for w in known), key=lambda w: w.line)
    return Silenced(rest, tuple(waived), tuple(idle))


def judged(waivers: Waivers, codes: Container[str], day: str) -> Iterator[Waiver | Problem]:
    """Yield the waivers that hold on a day; as problems, those expired and those of no check.

    `codes` are those of all checks and rules.
    """
    for waiver in waivers.listed:
        if waiver.code not in codes:
            yield problem(waivers, waiver, "WV001", reason=f"no check has the code `{waiver.code}`")
        elif waiver.expires and waiver.expires < day:
            yield problem(waivers, waiver, "WV002", value=waiver.code, day=waiver.expires)
        else:
            yield waiver


def problem(waivers: Waivers, waiver: Waiver, code: str, **params: str) -> Problem:
    """Return what is wrong with a waiver, at its line."""
    assert waivers.document is not None
    return Problem(code, waivers.document, str(waiver.line), params)


def described(waiver: Waiver) -> str:
    """Return what a waiver is about, as its row says it."""
    named = ((column, getattr(waiver, column)) for column in COLUMNS[:4])
    return ", ".join(f"{column} `{text}`" for column, text in named if text)


def _about(finding: Finding) -> tuple[str, ...]:
    """Return what the row of a waiver must hold to silence a finding."""
    return finding.code, finding.table, "|".join(finding.key.values()), finding.field


def _read(document: Document) -> Iterator[Waiver | Problem]:
    rows = csv.reader(io.StringIO(document.text, newline=""), strict=True)
    start = 1
    try:
        for number, cells in enumerate(rows):
            line, start = start, rows.line_num + 1
            if reason := _unlike(number, cells):
                yield Problem("WV001", document, str(line), {"reason": reason})
            elif number and cells:
                yield Waiver(**dict(zip(COLUMNS, map(str.strip, cells), strict=True)), line=line)
            if number == 0 and tuple(cells) != COLUMNS:
                return
    except csv.Error as error:
        yield Problem("WV001", document, str(start), {"reason": f"the file is no CSV: {error}"})


def _unlike(number: int, cells: Sequence[str]) -> str:
    """Return why a row is no waiver; the first row names the columns."""
    if number == 0:
        right = tuple(cells) == COLUMNS
        return "" if right else f"its columns must be {', '.join(f'`{c}`' for c in COLUMNS)}"
    if not cells:
        return ""
    if len(cells) != len(COLUMNS):
        return f"it has {len(cells)} cells, not {len(COLUMNS)}"
    code, *_, reason, expires = (cell.strip() for cell in cells)
    if not code or not reason:
        return "it gives no reason" if code else "it names no `code`"
    return _undated(expires)


def _undated(text: str) -> str:
    from datetime import date

    try:
        right = not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        right = False
    return "" if right else f"`{text}` is no day such as `2026-12-31`"
