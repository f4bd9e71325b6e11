"""The checks of one table: what is bad, how often exactly, and where first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from copydesk.checks.advice import did_you_mean
from copydesk.checks.column import Column
from copydesk.checks.expectation import tolerated
from copydesk.checks.matching import Undecided
from copydesk.checks.reference import comparable, undescribed
from copydesk.checks.sql import literal
from copydesk.checks.text import suspicious
from copydesk.engine import Asked, BadRow, Failure, held
from copydesk.engine.duckdb.database import BAD, MANY_ROWS, ODD, Database, Loaded, texts
from copydesk.engine.duckdb.settling import Doubtful, decided
from copydesk.model import (
    AggregateCheck,
    AnyCheck,
    CellCheck,
    KeyCheck,
    ReferenceCheck,
    Severity,
    Skip,
)

NEAREST_ROWS = 200_000
"""Rows of a table up to which the nearest key is looked for."""


@dataclass(frozen=True)
class Judged:
    """What has become of the checks of a table.

    `failures` are those that do not hold, `doubtful` those that are so near their bound that
    rounding decides, `skipped` those that nobody could decide.
    """

    failures: list[Failure]
    doubtful: list[CellCheck | AggregateCheck]
    skipped: list[Skip]


def judge(database: Database, name: str, checks: Sequence[AnyCheck], limit: int | None) -> Judged:
    """Judge the checks of a table; at most `limit` rows stand for each that does not hold."""
    table = database.tables[name]
    skipped: list[Skip] = []
    doubtful: list[CellCheck | AggregateCheck] = []
    simple = list(_decided(database, table, checks, skipped, doubtful))
    colliding = list(_colliding(database, table, checks))
    told = _dangling_cells(database, table, [c for c, _ in colliding])
    failures = list(_aggregates(database, table, simple, limit, doubtful, told))
    for check, count in colliding:
        if isinstance(check, KeyCheck):
            failures.append(_key(database, table, check, count, limit))
        else:
            failures.append(_reference(database, table, check, count, limit))
    return Judged(failures, doubtful, skipped)


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
    limit: int | None,
    doubtful: list[CellCheck | AggregateCheck],
    told: Mapping[str, str],
) -> Iterator[Failure]:
    """Yield the failures among checks that one scan of the table can answer.

    First each field is asked for all its checks at once: where nothing is bad, as mostly, that
    is all. What only marked rows can break is counted among these alone. `told` holds conditions
    on fields under which a cell is reported already.
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
    for one in measured:
        words += [f"CAST({one.measure} AS VARCHAR)"]
        for condition in (one.holds, one.params.get("doubt", "false")):
            stated = condition.replace("{measure}", f"({one.measure})")
            words += [f"coalesce({stated}, false)"]
    words += [f"count(*) FILTER (WHERE {mark})" for mark, some in marked.items() if some]
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
    failing = _counted(database, table.id, table, suspects)
    for mark, some in marked.items():
        if some and next(numbers):
            failing += _counted(database, f"{table.id} WHERE {mark}", table, some, mark == ODD)
    yield from _cells(database, table, failing, limit, told)


def _by_mark(table: Loaded, checks: Sequence[AnyCheck]) -> dict[str, list[CellCheck]]:
    """Return the checks of the cells of a table by the column that marks their bad rows."""
    marked: dict[str, list[CellCheck]] = {"": [], ODD: [], BAD: []}
    for check in checks if table.rows else ():
        if isinstance(check, CellCheck):
            marked[table.mark(check)].append(check)
    return marked


def _counted(
    database: Database,
    source: str,
    table: Loaded,
    suspects: Sequence[CellCheck],
    odd: bool = False,
) -> list[tuple[CellCheck, int]]:
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
            failing.append((check, bad))
    return failing


def _cells(
    database: Database,
    table: Loaded,
    failing: list[tuple[CellCheck, int]],
    limit: int | None,
    told: Mapping[str, str],
) -> Iterator[Failure]:
    """Yield the failing checks, each cell in the first and gravest of its own only.

    An empty cell in a primary key breaks a promise about the row besides those about the cell.
    """
    grave = [Severity.ERROR, Severity.WARNING, Severity.INFO]
    failing = sorted(failing, key=lambda pair: grave.index(pair[0].severity))
    taken: dict[str, list[str]] = {}
    for check, count in failing:
        bad = table.bad(check)
        where = bad
        alone = check.code.startswith("KY") or not check.field
        earlier_ones = [] if alone else list(taken.get(check.field, []))
        if check.code.startswith("TX") and check.field in told:
            earlier_ones.append(told[check.field])
        for earlier in earlier_ones:
            where += f" AND NOT coalesce({earlier}, false)"
        if not alone:
            taken.setdefault(check.field, []).append(f"({bad})")
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


def _colliding(
    database: Database, table: Loaded, checks: Sequence[AnyCheck]
) -> Iterator[tuple[KeyCheck | ReferenceCheck, int]]:
    """Yield the keys and references that do not hold, with the exact number of bad rows.

    Those of a small table are asked in one statement: planning takes longer than counting.
    """
    wanted = [c for c in checks if isinstance(c, KeyCheck | ReferenceCheck)]
    together = len(wanted) if table.rows <= MANY_ROWS else 1
    for start in range(0, len(wanted), max(together, 1)):
        some = wanted[start : start + together]
        parts = [f"SELECT {n}, {_count(database, table, c)}" for n, c in enumerate(some)]
        for number, count in sorted(database.ask(" UNION ALL ".join(parts))):
            if count:
                yield some[number], int(count)


def _count(database: Database, table: Loaded, check: KeyCheck | ReferenceCheck) -> str:
    if isinstance(check, KeyCheck):
        return f"coalesce(sum(n - 1), 0) FROM ({twice(table, check)})"
    return f"count(*) {_dangling(database, table, check)}"


def twice(table: Loaded, check: KeyCheck) -> str:
    """Return the query for the values of a key that occur more than once."""
    words = [w for f in check.fields for w in table.whole(f)]
    given = " AND ".join([*(f"{table.sql(f)} IS NOT NULL" for f in check.fields), check.among])
    return (
        f"SELECT {', '.join(words)}, min({table.row}) AS first, count(*) AS n "
        f"FROM {table.id} WHERE {given} GROUP BY {', '.join(words)} HAVING count(*) > 1"
    )


def _dangling(database: Database, table: Loaded, check: ReferenceCheck) -> str:
    """Return the FROM clause of the rows that refer to nothing."""
    target = database.tables[check.target]
    pairs = list(zip(check.fields, check.target_fields, strict=True))
    given = " AND ".join(f"{table.sql(f, 'a')} IS NOT NULL" for f, _ in pairs)
    same = " AND ".join(_equal(table.by_name[f], target.by_name[t]) for f, t in pairs)
    return f"FROM {table.id} a ANTI JOIN {target.id} b ON {same} WHERE {given}"


def _key(
    database: Database, table: Loaded, check: KeyCheck, count: int, limit: int | None
) -> Failure:
    same = " AND ".join(_equal(table.by_name[f], table.by_name[f]) for f in check.fields)
    row = table.row_of("a")
    own = [f"CAST({table.sql(f, 'a')} AS VARCHAR)" for f in check.fields]
    given = check.among if check.among == "true" else f"({check.among})"
    inner = f"(SELECT *, rowid FROM {table.id} WHERE {given})"
    sql = (
        f"SELECT {', '.join([row, 'b.first', *table.key_words('a'), *own])} "
        f"FROM {inner} a JOIN ({twice(table, check)}) b ON {same} "
        f"WHERE {row} > b.first ORDER BY 1"
    )

    def rows() -> Iterator[BadRow]:
        for number, first, *values in database.some(sql, limit):
            key, value = values[: len(table.key)], values[len(table.key) :]
            shown = {"value": ", ".join(str(v) for v in value)}
            yield BadRow(number, shown, texts(table.key, key), first)

    def earlier() -> Iterator[int]:
        firsts = f"SELECT DISTINCT first FROM ({twice(table, check)}) ORDER BY 1"
        return (first for (first,) in database.some(firsts, None))

    found = held(rows, limit)
    if isinstance(found, tuple):
        return Failure(check, count, found, earlier=sorted({row.other for row in found}))
    return Failure(check, count, found, earlier=Asked(earlier))


def _reference(
    database: Database, table: Loaded, check: ReferenceCheck, count: int, limit: int | None
) -> Failure:
    target = database.tables[check.target]
    row = table.row_of("a")
    own = [f"CAST({table.sql(f, 'a')} AS VARCHAR)" for f in check.fields]
    words = [row, *table.key_words("a"), *own]
    sql = f"SELECT {', '.join(words)} {_dangling(database, table, check)} ORDER BY 1"
    nearest = cache(partial(_nearest, database, target, check))
    apart, unread = _types_apart(table, target, check), _unread(database, target, check)

    def rows() -> Iterator[BadRow]:
        for n, (number, *values) in enumerate(database.some(sql, limit)):
            key, value = values[: len(table.key)], values[len(table.key) :]
            near = nearest(value[0]) if n < 20 and not apart else ""
            cure = apart or near or f"add the row to {check.target} first"
            shown = {"value": ", ".join(str(v) for v in value)}
            yield BadRow(number, shown, texts(table.key, key), None, cure + unread)

    return Failure(check, count, held(rows, limit))


def _nearest(database: Database, target: Loaded, check: ReferenceCheck, value: str) -> str:
    """Return the help that names the nearest values of a foreign key's target."""
    if len(check.fields) > 1 or target.rows > NEAREST_ROWS:
        return ""
    column = f"CAST({target.sql(check.target_fields[0])} AS VARCHAR)"
    distance = f"damerau_levenshtein({column}, {literal(value)})"
    found = database.ask(
        f"SELECT DISTINCT {column} AS v, {distance} AS d FROM {target.id} "
        f"WHERE d <= greatest(1, length(v) // 4) ORDER BY d, v LIMIT 3"
    )
    return did_you_mean([v for v, _ in found])


def _types_apart(table: Loaded, target: Loaded, check: ReferenceCheck) -> str:
    """Return the help for a reference that no value can keep, or an empty string."""
    for own, other in zip(check.fields, check.target_fields, strict=True):
        child, parent = table.by_name[own].field, target.by_name[other].field
        if not comparable(child, parent):
            there = f"`{other}` of {check.target} is {parent.type}"
            return f"make the types alike: `{own}` is {child.type}, {there}"
    return ""


def _unread(database: Database, target: Loaded, check: ReferenceCheck) -> str:
    """Return the note that the missing row may be one whose key is not of its type."""
    columns = [target.by_name[name] for name in check.target_fields]
    broken = " OR ".join(f"({c.broken})" for c in columns)
    count = database.one(f"SELECT count(*) FILTER (WHERE {broken}) FROM {target.id}")[0]
    rows = f"{count:,} row{'s' * (count != 1)} of {check.target}"
    return f"; {rows} cannot be referred to, the key is not of its type (FD001)" if count else ""


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


def _equal(child: Column, parent: Column) -> str:
    if not comparable(child.field, parent.field):
        return "false"
    if undescribed(parent.field) and child.type.parse:
        return f"{child.type.parse.replace('{x}', f'b.{parent.sql}')} = a.{child.sql}"
    same = f"b.{parent.sql} = a.{child.sql}"
    if not (child.type.detailed or parent.type.detailed):
        return same
    one = f"b.{parent.detail}" if parent.type.detailed else "NULL"
    other = f"a.{child.detail}" if child.type.detailed else "NULL"
    return f"({same} AND {one} IS NOT DISTINCT FROM {other})"
