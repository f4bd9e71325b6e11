"""The checks of one table: what is bad, how often exactly, and where first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from copydesk.checks.expectation import tolerated
from copydesk.checks.matching import Undecided
from copydesk.checks.reference import sources
from copydesk.checks.text import suspicious
from copydesk.engine import BadRow, Failure, held
from copydesk.engine.duckdb.colliding import colliding, dangling, repeated
from copydesk.engine.duckdb.database import Database, Loaded, sign, texts
from copydesk.engine.duckdb.measuring import Tally
from copydesk.engine.duckdb.settling import Doubtful, decided
from copydesk.engine.results import Verdict
from copydesk.model import (
    AggregateCheck,
    AnyCheck,
    CellCheck,
    Expectation,
    KeyCheck,
    Origin,
    ReferenceCheck,
    Severity,
    Skip,
)


@dataclass(frozen=True)
class Judged:
    """What has become of the checks of a table.

    `failures` are those that do not hold, `doubtful` those that are so near their bound that
    rounding decides, `skipped` those that nobody could decide; `verdicts` holds those on the
    expectations whose numbers were asked for.
    """

    failures: list[Failure]
    doubtful: list[CellCheck | AggregateCheck]
    skipped: list[Skip]
    verdicts: Mapping[Origin, Verdict] = field(default_factory=dict)


EXTREMES = 3
"""Rows that are named where a column as a whole is not as expected."""


class _Failing(NamedTuple):
    """A check of cells that does not hold, the table that tells so, and in how many rows."""

    table: Loaded
    check: CellCheck
    times: int

    def within(self, table: Loaded) -> str:
        """Return the condition that a row of a table is among them, be it another part of it."""
        bad = f"({self.table.bad(self.check)})"
        if table.id == self.table.id:
            return bad
        return f"{table.row} IN (SELECT {self.table.row} FROM {self.table.id} WHERE {bad})"


def judge(
    database: Database,
    name: str,
    checks: Sequence[AnyCheck],
    limit: int | None,
    asked: Mapping[Origin, Expectation] = MappingProxyType({}),
) -> Judged:
    """Judge the checks of a table; at most `limit` rows stand for each that does not hold.

    `asked` are the expectations whose numbers are wanted.
    """
    table = _with_echoes(database, database.tables[name], checks)
    skipped: list[Skip] = []
    doubtful: list[CellCheck | AggregateCheck] = []
    simple = list(_decided(database, table, checks, skipped, doubtful))
    collisions = list(colliding(database, table, checks))
    told = _dangling_cells(database, table, [c for c, _ in collisions])
    tally = Tally(database, table, asked, simple if asked else ())
    sifted = [c for c in simple if isinstance(c, CellCheck) and sign(c) in table.sifted]
    known = set(map(id, sifted))
    failing: list[_Failing] = []
    own = [c for c in simple if id(c) not in known]
    failures = list(_aggregates(database, table, own, failing, doubtful, tally))
    if table.suspects:
        rest = Tally(database, table.suspects, {}, ())
        failures += _aggregates(database, table.suspects, sifted, failing, doubtful, rest)
    failures += _cells(database, failing, limit, told)
    for check, count in collisions:
        if isinstance(check, KeyCheck):
            failures.append(repeated(database, table, check, count, limit))
        else:
            failures.append(dangling(database, table, check, count, limit))
    return Judged(failures, doubtful, skipped, tally.verdicts())


def _with_echoes(database: Database, table: Loaded, checks: Sequence[AnyCheck]) -> Loaded:
    """Return the table with the fields whose odd texts can be told from those they refer to.

    A text that is not there is a broken reference before it is odd.
    """
    echoes = {}
    referring = sources(checks, table.name) if table.large else {}
    for name, (target_name, target_field) in referring.items():
        target = database.tables[target_name]
        own, other = table.by_name[name], target.by_name[target_field]
        if own.is_text and other.is_text and name not in table.marked:
            odd = suspicious([other])
            some = database.one(f"SELECT bool_or({odd}) FROM {target.id}")[0]
            known = f"{own.sql} IN (SELECT {other.sql} FROM {target.id} WHERE {odd})"
            echoes[name] = known if some else "false"
    return replace(table, echoes=echoes) if echoes else table


def _decided(
    database: Database,
    table: Loaded,
    checks: Sequence[AnyCheck],
    skipped: list[Skip],
    doubtful: list[CellCheck | AggregateCheck],
) -> Iterator[CellCheck | AggregateCheck]:
    """Yield the checks of cells and columns, all of them in SQL; skip what nobody can decide."""
    for check in checks:
        if isinstance(check, AggregateCheck):
            yield replace(check, measure=check.across(table.id)) if check.across else check
        elif isinstance(check, CellCheck):
            try:
                yield decided(database, table.id, check)
            except Doubtful:
                doubtful.append(check)
            except Undecided as reason:
                skipped.append(Skip(check.code, table.name, f"`{check.field}`: {reason}"))


def _dangling_cells(
    database: Database, table: Loaded, checks: Sequence[AnyCheck]
) -> Mapping[str, str]:
    """Return for each field of a broken reference the SQL condition that a cell breaks it."""
    found = {}
    for check in checks:
        if isinstance(check, ReferenceCheck) and len(check.fields) == 1:
            target = database.tables[check.target]
            own = f"CAST({table.sql(check.fields[0])} AS VARCHAR)"
            other = target.sql(check.target_fields[0])
            known = f"SELECT CAST({other} AS VARCHAR) FROM {target.id} WHERE {other} IS NOT NULL"
            found[check.fields[0]] = f"{own} NOT IN ({known})"
    return found


def _aggregates(
    database: Database,
    table: Loaded,
    checks: Sequence[CellCheck | AggregateCheck],
    failing: list[_Failing],
    doubtful: list[CellCheck | AggregateCheck],
    tally: Tally,
) -> Iterator[Failure]:
    """Yield the failures among checks that one scan of the table can answer, collect the others.

    First each field is asked for all its checks at once: where nothing is bad, as mostly, that
    is all. What only marked rows can break is counted among these alone. Checks of cells that do
    not hold are `failing`.
    """
    marked = _by_mark(table, checks)
    cells = marked.pop("")
    fields: dict[str, list[CellCheck]] = {}
    for check in cells:
        fields.setdefault(check.field, []).append(check)
    words = [
        f"count(*) FILTER (WHERE {' OR '.join(f'({table.bad(c)})' for c in members)})"
        for members in fields.values()
    ]
    measured = [c for c in checks if isinstance(c, AggregateCheck)]
    words += [word for one in measured for word in _measures(one)]
    words += [f"count(*) FILTER (WHERE {mark})" for mark in marked]
    words += tally.words
    if not words:
        return
    numbers = iter(database.numbers(words, table.id))
    suspects = [c for members in fields.values() if next(numbers) for c in members]
    for one in measured:
        first, holds, doubt = next(numbers), next(numbers), next(numbers)
        if doubt:
            doubtful.append(one)
        elif not holds:
            yield Failure(one, 1, params={"observed": "" if first is None else first})
    failing += _counted(database, table.id, table, suspects)
    for mark, some in marked.items():
        if next(numbers):
            failing += _counted(database, f"{table.id} WHERE {mark}", table, some, odd=True)
    tally.numbers.extend(numbers)


def _measures(check: AggregateCheck) -> Iterator[str]:
    """Yield what is measured, whether the check holds and whether that is in doubt."""
    yield f"CAST({check.params.get('told', check.measure)} AS VARCHAR)"
    for condition in (check.holds, check.params.get("doubt", "false")):
        yield f"coalesce({condition.replace('{measure}', f'({check.measure})')}, false)"


def _by_mark(table: Loaded, checks: Sequence[AnyCheck]) -> dict[str, list[CellCheck]]:
    """Return the checks of the cells of a table by the condition on their bad rows."""
    marked: dict[str, list[CellCheck]] = {"": []}
    for check in checks if table.rows else ():
        if isinstance(check, CellCheck):
            marked.setdefault(table.mark(check), []).append(check)
    return marked


def _counted(
    database: Database,
    source: str,
    table: Loaded,
    suspects: Sequence[CellCheck],
    odd: bool = False,
) -> list[_Failing]:
    """Return the checks that do not hold, with the exact number of their bad rows.

    Those of `odd` texts are asked only of the fields of which one is.
    """
    if odd:
        fields = dict.fromkeys(check.field for check in suspects)
        words = [f"bool_or({suspicious([table.by_name[name]])})" for name in fields]
        found = database.one(f"SELECT {', '.join(words)} FROM {source}")
        holding = {name for name, holds in zip(fields, found, strict=True) if holds}
        suspects = [check for check in suspects if check.field in holding]
    if not suspects:
        return []
    words = []
    for check in suspects:
        words += [f"count(*) FILTER (WHERE {table.bad(check)})"]
        words += [f"count(*) FILTER (WHERE {check.among})" if check.mostly < 1 else "0"]
    numbers = iter(database.numbers(words, source))
    failing = []
    for check in suspects:
        bad, among = next(numbers), next(numbers)
        if bad and not (check.mostly < 1 and tolerated(bad, among, check.mostly)):
            failing.append(_Failing(table, check, bad))
    return failing


def _cells(
    database: Database,
    failing: Sequence[_Failing],
    limit: int | None,
    told: Mapping[str, str],
) -> Iterator[Failure]:
    """Yield the failing checks, each cell in the first and gravest of its own only.

    An empty cell in a primary key breaks a promise about the row besides those about the cell.
    """
    grave = [Severity.ERROR, Severity.WARNING, Severity.INFO]
    taken: dict[str, list[_Failing]] = {}
    for one in sorted(failing, key=lambda one: grave.index(one.check.severity)):
        table, check, count = one
        bad = table.bad(check)
        where = bad
        alone = check.code.startswith("KY") or not check.field
        earlier_ones = [] if alone else [e.within(table) for e in taken.get(check.field, [])]
        if check.code.startswith("TX") and check.field in told:
            earlier_ones.append(told[check.field])
        for earlier in earlier_ones:
            where += f" AND NOT coalesce({earlier}, false)"
        if not alone:
            taken.setdefault(check.field, []).append(one)
        if where != bad:
            count = database.one(f"SELECT count(*) FROM {table.id} WHERE {where}")[0]
        if count:
            rows = held(partial(_rows, database, table, check, where, limit), limit)
            yield Failure(check, count, rows)


def _rows(
    database: Database, table: Loaded, check: CellCheck, where: str, limit: int | None
) -> Iterator[BadRow]:
    shown = list(check.show)
    words = [table.row, *table.key_words(), *(f"CAST({check.show[s]} AS VARCHAR)" for s in shown)]
    sql = f"SELECT {', '.join(words)} FROM {table.id} WHERE {where} ORDER BY 1"
    for row, *values in database.some(sql, limit):
        key, rest = values[: len(table.key)], values[len(table.key) :]
        yield BadRow(row, texts(shown, rest), texts(table.key, key))


def with_extremes(database: Database, failure: Failure) -> Failure:
    """Return a failure with the rows that account for it, where the check says which they are."""
    asked = failure.check.params.get("extremes")
    if not asked:
        return failure
    table = database.tables[failure.check.table]
    sql = asked.replace("{table}", table.id).replace("{row}", table.row)
    values = {row: str(value) for row, value in database.some(sql, EXTREMES)}
    keys = database.keys(failure.check.table, sorted(values))
    rows = (BadRow(n, {"value": shown}, keys.get(n, {})) for n, shown in values.items())
    return replace(failure, extremes=tuple(rows))


def unsorted(database: Database, name: str, limit: int | None) -> tuple[int, Iterable[BadRow]]:
    """Return how many rows stand after a row with a larger key, and the first of them."""
    table = database.tables[name]
    if not table.key:
        return 0, ()
    words = [table.sql(k) for k in table.key]
    before = [f"lag({w}) OVER (ORDER BY {table.row}) AS p{i}" for i, w in enumerate(words)]
    inner = f"SELECT {', '.join([f'{table.row} AS n', *words, *before])} FROM {table.id}"
    now = f"({', '.join(words)},)"
    then = f"({', '.join(f'p{i}' for i in range(len(words)))},)"
    given = " AND ".join(f"{w} IS NOT NULL AND p{i} IS NOT NULL" for i, w in enumerate(words))
    source = f"FROM ({inner}) WHERE {given} AND row{now} < row{then}"
    count = database.one(f"SELECT count(*) {source}")[0]
    if not count:
        return 0, ()
    own = ", ".join(f"CAST({w} AS VARCHAR)" for w in words)

    def rows() -> Iterator[BadRow]:
        for n, *key in database.some(f"SELECT n, {own} {source} ORDER BY 1", limit):
            yield BadRow(n, {}, texts(table.key, key))

    return count, held(rows, limit)
