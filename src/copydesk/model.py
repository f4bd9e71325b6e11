"""The values that travel along the path of the data: frozen, typed, without behaviour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

Predicate = Callable[[Sequence[str]], Sequence[str | None]]
"""A pure function of texts: for each of them why it is bad (it may be empty), None if it is not."""

Across = Callable[[str], str]
"""A pure function of the SQL name of a table: a query, or an expression, over all its rows."""


class Severity(StrEnum):
    """How bad a finding is: only an error makes the data unfit to publish."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Origin:
    """Where a promise is written: a file of the package and a JSON pointer in it."""

    file: str
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.file}#{self.pointer}" if self.pointer else self.file

    def at(self, *steps: str | int) -> Origin:
        """Return the origin of a part of this one."""
        path = "".join("/" + str(s).replace("~", "~0").replace("/", "~1") for s in steps)
        return Origin(self.file, self.pointer + path)


@dataclass(frozen=True)
class Dialect:
    """How a file is written (Data Package v2, Table Dialect), with its encoding.

    `stated` says that the delimiter is that of the descriptor, not the one that is usual. The last
    three are about JSON: the member that holds the rows, of what kind they are (`array`,
    `object`), and which members of objects are cells.
    """

    delimiter: str = ","
    quote: str | None = '"'
    escape: str | None = None
    double_quote: bool = True
    skip_initial_space: bool = False
    header_rows: tuple[int, ...] = (1,)
    header_join: str = " "
    header_case: bool = True
    comment_char: str | None = None
    comment_rows: tuple[int, ...] = ()
    skip_blank_rows: bool = False
    line_terminator: str = "\r\n"
    null_sequence: str | None = None
    encoding: str = "utf-8"
    stated: bool = False
    rows_at: str = ""
    item_type: str = ""
    item_keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """One column as a Table Schema promises it.

    `missing` holds the strings that stand for a missing value; `options` is the whole field
    descriptor, where the properties of single types live (`trueValues`, `decimalChar`, …).
    Where several fields are called alike, `name` tells them apart (`id`, `id2`).
    """

    name: str
    type: str
    format: str
    constraints: Mapping[str, Any]
    missing: tuple[str, ...]
    options: Mapping[str, Any]
    origin: Origin

    @property
    def label(self) -> str:
        """Return the name that the schema writes."""
        label = self.options.get("name")
        return label if isinstance(label, str) else self.name


@dataclass(frozen=True)
class ForeignKey:
    """A promise that the values of `fields` occur in `target_fields` of `target`."""

    fields: tuple[str, ...]
    target: str
    target_fields: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True)
class Key:
    """A promise that the combination of `fields` is unique."""

    fields: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True)
class Schema:
    """What a Table Schema promises about one table."""

    fields: tuple[Field, ...]
    primary_key: Key | None
    unique_keys: tuple[Key, ...]
    foreign_keys: tuple[ForeignKey, ...]
    fields_match: str
    origin: Origin

    def field(self, name: str) -> Field | None:
        """Return the field of that name, or None."""
        return next((f for f in self.fields if f.name == name), None)

    def known(self, labels: Iterable[str], *, case: bool = True) -> list[str]:
        """Return labels as the names of the fields that they stand for, each field once."""
        waiting: dict[str, list[str]] = {}
        for one in reversed(self.fields):
            waiting.setdefault(one.label if case else one.label.lower(), []).append(one.name)
        found = ((label, waiting.get(label if case else label.lower())) for label in labels)
        return [names.pop() if names else label for label, names in found]


@dataclass(frozen=True)
class Table:
    """One tabular resource: `path` as the package writes it, `file` as it lies on the disk.

    `foreign` says why this table is left to the reference implementation, `unmade` why its file
    has to be made before it can be read; both are empty if that is not so. `raw` are the files
    of the package that `file` was made of. An `opaque` one is no table: a file of another kind,
    or data of another shape.
    """

    name: str
    path: str
    file: Path
    dialect: Dialect
    schema: Schema | None
    origin: Origin
    descriptor: Mapping[str, Any]
    foreign: str = ""
    unmade: str = ""
    raw: tuple[Path, ...] = ()
    opaque: bool = False


@dataclass(frozen=True)
class Rule:
    """A cross-table rule: one SELECT of the offending rows under its header."""

    code: str
    name: str
    severity: Severity
    table: str
    field: str
    fields: tuple[str, ...]
    needs: tuple[str, ...]
    message: str
    what: str
    why: str
    example: str
    fix: str
    sql: str
    origin: Origin


@dataclass(frozen=True)
class Waiver:
    """One finding that is put up with: the row of `schemas/waivers.csv` and its line.

    Several values of `key` are joined by `|`; `expires` is a day, or empty.
    """

    code: str
    table: str
    key: str
    field: str
    reason: str
    expires: str
    line: int


@dataclass(frozen=True)
class Expectation:
    """One expectation of a suite; `type` is the snake-case name that GX uses.

    `kwargs` are its arguments as they are judged, `written` is the whole entry of the suite.
    `as_text` says that it takes the cells of all columns for the texts that they are.
    """

    type: str
    kwargs: Mapping[str, Any]
    severity: Severity
    notes: str
    origin: Origin
    written: Mapping[str, Any] = field(default_factory=dict)
    as_text: bool = False


@dataclass(frozen=True)
class Suite:
    """A Great Expectations suite: what the values of one table should look like."""

    name: str
    table: str
    expectations: tuple[Expectation, ...]
    origin: Origin


@dataclass(frozen=True)
class Config:
    """What a package says under its `copydesk` key.

    `severity` maps a code, a prefix of codes or a name to a severity; `canonical` promises LF,
    no needless quotes, and rows in the order of their primary key; `ignore` maps a code to the
    reason why it does not apply.
    """

    severity: Mapping[str, Severity] = field(default_factory=dict)
    ignore: Mapping[str, str] = field(default_factory=dict)
    canonical: bool = False


@dataclass(frozen=True)
class Package:
    """A described set of tables with everything that is promised about them."""

    root: Path
    name: str
    version: str
    path: str
    origin: Origin
    tables: tuple[Table, ...]
    suites: tuple[Suite, ...] = ()
    rules: tuple[Rule, ...] = ()
    config: Config = Config()
    descriptor: Mapping[str, Any] = field(default_factory=dict)

    def table(self, name: str) -> Table | None:
        """Return the table of that name, or None."""
        return next((t for t in self.tables if t.name == name), None)


@dataclass(frozen=True)
class Promise:
    """Why a check exists: what is said, and where."""

    says: str
    origin: Origin


@dataclass(frozen=True)
class Counts:
    """What Great Expectations counts of an expectation, as SQL over the columns of the table.

    `given` is the condition of the rows that a row condition leaves, `missing` that of those among
    them that are not judged; `unexpected` is an aggregate, where it is not the number of bad rows;
    `values` are the columns whose values show what is unexpected.
    """

    given: str = "true"
    missing: str = "false"
    unexpected: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """What all kinds of checks share.

    `code` and `name` identify the kind of mistake; `field` is the column pointed at (empty:
    the row or the table); `fields` are all columns judged; `message` and `help` are templates
    over the values of a failing row and `params`; `counts` belongs to an expectation of rows.
    """

    code: str
    name: str
    severity: Severity
    equivalent: str
    table: str
    field: str
    fields: tuple[str, ...]
    message: str
    help: str
    promise: Promise
    params: Mapping[str, Any]
    engine: str = "duckdb"
    counts: Counts | None = None


@dataclass(frozen=True)
class CellCheck(Check):
    """A predicate over one row, true where the row is bad.

    `bad` and `among` are written over the columns of the loaded table (`c0`, `c1`, …). `among`
    says which rows count (for `mostly`, the share of them that must be good); `show`
    maps names used in the message to SQL expressions; `nearest` lists the legal values.
    `gate` looks at the whole text of a file: where it sees nothing, no cell can be bad, so that
    small clean files are not asked. `absent` says that a cell which its row is too short to have
    counts as an empty one. With a `predicate`, `bad` is an expression over the columns and a row
    is bad where the predicate says so of its value as a text, about which it is asked once; the
    message may show the `reason`. With `across` the bad rows are those of a query, which gives
    their `rowid`s, and of each whether rounding has decided.
    """

    bad: str = "false"
    among: str = "true"
    mostly: float = 1.0
    show: Mapping[str, str] = field(default_factory=dict)
    nearest: tuple[str, ...] = ()
    gate: Callable[[str], object] | None = None
    absent: bool = False
    predicate: Predicate | None = None
    across: Across | None = None


@dataclass(frozen=True)
class KeyCheck(Check):
    """A promise that a combination of columns is unique; nulls never collide."""

    among: str = "true"


@dataclass(frozen=True)
class ReferenceCheck(Check):
    """A promise that a combination of columns occurs in another table."""

    target: str = ""
    target_fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class AggregateCheck(Check):
    """A promise about one number (or text) computed from all rows.

    `measure` is an aggregate expression, unless `across` gives the expression; `holds` is a
    condition over `{measure}`.
    """

    measure: str = "count(*)"
    holds: str = "true"
    across: Across | None = None


@dataclass(frozen=True)
class QueryCheck(Check):
    """A query whose rows are the offending rows."""

    sql: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShapeCheck(Check):
    """A promise about the file or its header, judged while it is surveyed."""


@dataclass(frozen=True)
class ForeignCheck(Check):
    """An expectation that Great Expectations itself judges; `why_foreign` says why."""

    subject: Any = None
    why_foreign: str = ""


AnyCheck = (
    CellCheck | KeyCheck | ReferenceCheck | AggregateCheck | QueryCheck | ShapeCheck | ForeignCheck
)


@dataclass(frozen=True)
class Skip:
    """A check that could not be judged, and why."""

    code: str
    table: str
    reason: str
