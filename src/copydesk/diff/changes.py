"""What is different between two versions of a package: frozen values, before anybody tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, Literal, TypeVar

T = TypeVar("T")

CellKind = Literal["value", "spelling", "reference"]
"""`spelling`: written in another way, the same value (`1.0` and `1.00`, one word for a missing
value and another). `reference`: it follows a key that was renamed."""

Direction = Literal["tightened", "loosened", "changed", "described"]
"""`tightened` refuses data that was allowed, `loosened` allows more, `changed` may do either;
`described` is said to people only."""

TableState = Literal["added", "removed", "renamed", "changed"]

Key = Mapping[str, str]


@dataclass(frozen=True)
class Many(Generic[T]):
    """Changes of one kind: their exact number, and each of them when it is asked for."""

    count: int = 0
    ask: Callable[[], Iterator[T]] = lambda: iter(())

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[T]:
        return self.ask()

    def first(self, most: int | None) -> list[T]:
        """Return the first of them, or all."""
        return list(islice(self, most))


@dataclass(frozen=True)
class Redirect:
    """Where a key went: to another one, or to none if that is empty."""

    old: str
    new: str
    reason: str = ""


@dataclass(frozen=True)
class Row:
    """A row that only one version has; `at` is the number of its record there.

    `redirect` says where its key went, if that is known; `like` is the key of a row of the other
    version that holds the same but for its key.
    """

    at: int
    key: Key
    cells: Mapping[str, str]
    redirect: Redirect | None = None
    like: Key | None = None


@dataclass(frozen=True)
class CellChange:
    """A cell that differs; `field` is what the newer version calls it."""

    field: str
    old: str
    new: str
    kind: CellKind = "value"


@dataclass(frozen=True)
class RowChange:
    """A row that both versions have, with its numbers and keys there and the cells that differ."""

    base: int
    head: int
    old_key: Key
    key: Key
    cells: tuple[CellChange, ...]
    row: Mapping[str, str]
    redirect: Redirect | None = None


@dataclass(frozen=True)
class ColumnRename:
    """A column with another name.

    `same` is the share of the rows that were compared in which it holds the same.
    """

    old: str
    new: str
    same: float


@dataclass(frozen=True)
class NewColumn:
    """A column that was not there: how many of its cells are filled.

    `values` are those of the rows that were there before, by their old number.
    """

    name: str
    filled: int
    values: Many[tuple[int, str]]


@dataclass(frozen=True)
class LostColumn:
    """A column that is gone, and how many of its cells were filled."""

    name: str
    filled: int


@dataclass(frozen=True)
class Columns:
    """How the columns of a table differ; `order` are the names of the newer ones."""

    order: tuple[str, ...] = ()
    added: tuple[NewColumn, ...] = ()
    removed: tuple[LostColumn, ...] = ()
    renamed: tuple[ColumnRename, ...] = ()
    reordered: bool = False

    @property
    def any(self) -> bool:
        """Return whether anything about them differs."""
        return bool(self.added or self.removed or self.renamed or self.reordered)


@dataclass(frozen=True)
class PromiseChange:
    """Something that is promised or said in another way than before.

    `subject` is what kind of promise it is: `type`, `constraint`, `key`, `field`, `schema`,
    `suite`, `rule`, `resource` or `package`; `property` names it (`enum`, `primaryKey`, the
    expectation, the code of the rule, a JSON pointer); `what` says it in words.
    """

    subject: str
    property: str
    change: Direction
    what: str
    table: str = ""
    field: str = ""
    old: Any = None
    new: Any = None


@dataclass(frozen=True)
class FieldCount:
    """In how many rows the cells of a column differ, and how many of these are of each kind."""

    changed: int
    spelling: int = 0
    reference: int = 0


@dataclass(frozen=True)
class TableDifference:
    """How one table differs.

    `name` is that of the newer version, `old_name` the other one where they differ. `matched` says
    by what rows were matched: `primary key`, `key` (the one asked for) or `content`. `reason` says
    why its rows could not be compared; `rewritten`, that its file has other bytes; `notes`, which
    part of its rows could not be compared.
    """

    name: str
    path: str
    state: TableState = "changed"
    old_name: str = ""
    key: tuple[str, ...] = ()
    matched: str = "content"
    rows: tuple[int, int] = (0, 0)
    added: Many[Row] = field(default_factory=Many)
    removed: Many[Row] = field(default_factory=Many)
    renamed: Many[RowChange] = field(default_factory=Many)
    changed: Many[RowChange] = field(default_factory=Many)
    columns: Columns = field(default_factory=Columns)
    promises: tuple[PromiseChange, ...] = ()
    fields: Mapping[str, FieldCount] = field(default_factory=dict)
    rewritten: bool = False
    reason: str = ""
    notes: tuple[str, ...] = ()

    @property
    def touches_rows(self) -> bool:
        """Return whether any row differs."""
        return any((self.added.count, self.removed.count, self.renamed.count, self.changed.count))

    @property
    def any(self) -> bool:
        """Return whether anything differs that is data or promise."""
        told = self.state != "changed" or self.columns.any or bool(self.promises)
        return told or self.touches_rows or bool(self.reason or self.notes)

    @property
    def loses(self) -> bool:
        """Return whether something is gone that was there."""
        gone = self.state == "removed" or bool(self.columns.removed)
        return gone or self.removed.count > 0


@dataclass(frozen=True)
class Version:
    """One of the two versions: how the user named it, and what its descriptor says."""

    named: str
    name: str = ""
    version: str = ""
    commit: str = ""


@dataclass(frozen=True)
class Difference:
    """All that is different, tables in reading order. Good as long as it is open."""

    base: Version
    head: Version
    tables: tuple[TableDifference, ...]
    promises: tuple[PromiseChange, ...] = ()

    @property
    def any(self) -> bool:
        """Return whether anything differs that is data or promise."""
        return bool(self.promises) or any(t.any for t in self.tables)

    def table(self, name: str) -> TableDifference | None:
        """Return the difference of a table by its newer name, None if there is none."""
        return next((t for t in self.tables if t.name == name), None)

    def all_promises(self) -> Iterable[PromiseChange]:
        """Return all changes of promises: those of the package, then those of its tables."""
        return (*self.promises, *(p for t in self.tables for p in t.promises))
