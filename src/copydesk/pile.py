"""Findings in order, however many: the first few thousand in memory, more of them in a file."""

from __future__ import annotations

import dataclasses
import heapq
import tempfile
import weakref
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from threading import Lock
from typing import overload

from copydesk.findings import Finding

HELD = 4096
"""Findings that are held in memory."""

BLOCK = 128
"""Findings that are read from the file at a time, for each run of them."""

LONGEST = 1000
"""Characters of a text of a finding; a longer one is cut and ends in `…`."""

WINDOW = 400
"""Characters of an excerpt."""

Kind = tuple[str, str, str]
"""Code, table and field of a finding: what is counted and shown together."""

Place = tuple[str, int, int, str, str, str]


def kind(finding: Finding) -> Kind:
    """Return the code, table and field of a finding."""
    return finding.code, finding.table, finding.field


def place(finding: Finding) -> Place:
    """Return the file, line, column and code by which findings are ordered.

    What follows them sees to it that equal input prints equal.
    """
    return (
        finding.path,
        finding.line or 0,
        finding.column or 0,
        finding.code,
        finding.field,
        finding.message,
    )


def by_kind(findings: Sequence[Finding]) -> Mapping[Kind, Sequence[Finding]]:
    """Return the findings of each kind, the kinds in the order of their first findings."""
    if isinstance(findings, Spilled):
        return findings.kinds
    found: dict[Kind, list[Finding]] = {}
    for finding in findings:
        found.setdefault(kind(finding), []).append(finding)
    return found


class Pile:
    """The findings of a run as they are made.

    What does not fit into memory goes to a nameless file: for each kind in runs that are in
    order, mostly one, because engines find row by row. `placed` tells where in the package a
    finding belongs.
    """

    def __init__(self, placed: Callable[[Finding], Finding] = lambda one: one) -> None:
        self.placed = placed
        self.shown: Counter[Kind] = Counter()
        self._held: dict[Kind, list[Finding]] = {}
        self._count = 0
        self._lock = Lock()
        self._store: _Store | None = None
        self._runs: dict[Kind, list[_Run]] = {}

    def add(self, findings: Iterable[Finding]) -> None:
        """Add findings, however many; several threads may."""
        for finding in findings:
            one, short = kind(finding), bounded(self.placed(finding))
            with self._lock:
                self.shown[one] += 1
                self._held.setdefault(one, []).append(short)
                self._count += 1
                if self._count >= HELD:
                    self._spill()

    def in_order(self) -> Sequence[Finding]:
        """Return all findings in order: a tuple, or where they are many what reads the file."""
        if self._store is None:
            return tuple(sorted(chain.from_iterable(self._held.values()), key=place))
        self._spill()
        first = {one: min(run.first for run in runs) for one, runs in self._runs.items()}
        kinds = {
            one: Spilled(self._store, self._runs[one], self.shown[one])
            for one in sorted(first, key=lambda one: (first[one], one))
        }
        every = list(chain.from_iterable(self._runs.values()))
        return Spilled(self._store, every, self.shown.total(), kinds)

    def _spill(self) -> None:
        self._store = self._store or _Store()
        for one, held in self._held.items():
            held.sort(key=place)
            first, last, runs = place(held[0]), place(held[-1]), self._runs.setdefault(one, [])
            run = next((run for run in runs if run.last <= first), None)
            if run is None:
                run = _Run(first, last)
                runs.append(run)
            run.last = last
            for start in range(0, len(held), BLOCK):
                run.blocks.append(self._store.write(held[start : start + BLOCK]))
        self._held, self._count = {}, 0


class _Store:
    """A file without a name that is gone with the last who reads it."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="copydesk-")  # noqa: SIM115
        weakref.finalize(self, self._file.close)

    def write(self, findings: Sequence[Finding]) -> int:
        """Write a block of findings and return where it begins."""
        import pickle

        start = self._file.tell()
        pickle.dump(findings, self._file, pickle.HIGHEST_PROTOCOL)
        return start

    def read(self, start: int) -> list[Finding]:
        """Return the block of findings that begins there."""
        import pickle

        self._file.seek(start)
        found: list[Finding] = pickle.load(self._file)
        return found


@dataclass
class _Run:
    """Findings in order: the first and the last, and where their blocks begin in the file."""

    first: Place
    last: Place
    blocks: array[int] = dataclasses.field(default_factory=lambda: array("q"))


class Spilled(Sequence[Finding]):
    """Findings in order that lie in a file and are read from it each time."""

    def __init__(
        self,
        store: _Store,
        runs: Sequence[_Run],
        count: int,
        kinds: Mapping[Kind, Sequence[Finding]] | None = None,
    ) -> None:
        self.kinds = kinds or {}
        self._store = store
        self._runs = runs
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Finding]:
        if len(self._runs) == 1:
            return self._read(self._runs[0])
        return heapq.merge(*map(self._read, self._runs), key=place)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        if isinstance(index, slice):
            wanted = range(self._count)[index]
            if wanted.step < 0:
                return self[wanted[-1] : wanted[0] + 1 : -wanted.step][::-1] if wanted else ()
            return tuple(islice(self, wanted.start, wanted.stop, wanted.step))
        return next(islice(self, range(self._count)[index], None))

    def _read(self, run: _Run) -> Iterator[Finding]:
        return chain.from_iterable(map(self._store.read, run.blocks))


def bounded(finding: Finding) -> Finding:
    """Return a finding none of whose texts is longer than is good to read and to keep."""
    texts = {
        "value": finding.value or "",
        "message": finding.message,
        "why": finding.why,
        "help": finding.help,
    }
    excerpt = finding.excerpt
    if (
        max(map(len, (*texts.values(), *finding.key.values()))) <= LONGEST
        and len(excerpt.text if excerpt else "") <= WINDOW
    ):
        return finding
    cut: dict[str, object] = {n: _cut(t) for n, t in texts.items() if len(t) > LONGEST}
    if any(len(text) > LONGEST for text in finding.key.values()):
        cut["key"] = {name: _cut(text) for name, text in finding.key.items()}
    if excerpt and len(excerpt.text) > WINDOW:
        first = max(0, min(excerpt.start - WINDOW // 4, len(excerpt.text) - WINDOW))
        text = excerpt.text[first : first + WINDOW]
        cut["excerpt"] = dataclasses.replace(excerpt, text=text, start=excerpt.start - first)
    return dataclasses.replace(finding, **cut)  # type: ignore[arg-type]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
