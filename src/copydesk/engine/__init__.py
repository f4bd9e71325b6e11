"""Engines judge a plan: DuckDB natively, frictionless and GX where they must."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from copydesk.engine.results import Verdict
from copydesk.findings import Total
from copydesk.model import AnyCheck, Origin, QueryCheck, Skip
from copydesk.pile import Pile

T = TypeVar("T")


@dataclass(frozen=True)
class BadRow:
    """One row that breaks a check.

    `row` is the number of its record, `shown` the texts that its message shows, `key` its key,
    `other` the record of an earlier row that it collides with, `help` the cure or the nearest
    legal value if the engine knows one.
    """

    row: int
    shown: Mapping[str, str] = field(default_factory=dict)
    key: Mapping[str, str] = field(default_factory=dict)
    other: int | None = None
    help: str = ""


@dataclass(frozen=True)
class Asked(Generic[T]):
    """Rows in their order, too many to be held, which are asked for when they are gone through."""

    ask: Callable[[], Iterator[T]]

    def __iter__(self) -> Iterator[T]:
        return self.ask()


def held(ask: Callable[[], Iterator[T]], limit: int | None) -> Iterable[T]:
    """Return rows as a tuple, or if their number has no limit as what asks for them."""
    return Asked(ask) if limit is None else tuple(ask())


@dataclass(frozen=True)
class Failure:
    """A check that does not hold: the exact number of bad rows, and the first of them, or all.

    `params` holds values for the message that belong to no row, such as an observed mean;
    `earlier` are the records that rows collide with, in order and each once; `extremes` the rows
    that account for what was observed of a column as a whole, with their `value`.
    """

    check: AnyCheck
    count: int
    rows: Iterable[BadRow] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    earlier: Iterable[int] = ()
    extremes: tuple[BadRow, ...] = ()


@dataclass(frozen=True)
class Settings:
    """What the user may choose about a run.

    `shown` is the number of findings for each code and table, None for all of them; `remote`
    allows to fetch what is on the network; `results` asks for the numbers of every expectation.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    engine: str = "auto"
    shown: int | None = 5
    memory_limit: str | None = None
    threads: int | None = None
    remote: bool = False
    results: bool = False

    @property
    def whole(self) -> bool:
        """Return whether all values of a table are asked for, whatever its checks need."""
        return self.results or self.engine == "reference"


@dataclass
class Run:
    """What a run has found so far.

    `judged` counts the checks judged for each table, `unusable` lists the rules that cannot be
    run, with the reason; `verdicts` are those on expectations, if their numbers are asked for.
    """

    findings: Pile = field(default_factory=Pile)
    totals: list[Total] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)
    engines: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    judged: Counter[str] = field(default_factory=Counter)
    rules: int = 0
    unusable: list[tuple[QueryCheck, str]] = field(default_factory=list)
    verdicts: dict[Origin, Verdict] = field(default_factory=dict)
