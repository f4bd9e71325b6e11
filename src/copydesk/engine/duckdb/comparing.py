"""Two versions of a table: which rows are the same, and which cells of the others differ.

Every row is first reduced to a digest of its cells, so that only the rows which differ are held.
Digests are those of MD5: nobody who writes one version can make a row that is taken for another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from copydesk.checks.sql import literal
from copydesk.engine.duckdb.database import Database, Interrupted, OutOfMemory
from copydesk.engine.duckdb.driver import duckdb
from copydesk.engine.duckdb.loading import Unreadable

SEPARATOR = "\x1f"
"""What parts the cells of a row in its digest, where no cell holds it."""

SAMPLE = 20_000
"""Rows of the older version by which columns are compared."""


@dataclass(frozen=True)
class Side:
    """How the cells of one version are read.

    `source` gives them as texts `v0`, `v1`, …, `row` is the number of the record in terms of
    `rowid`, or the column that holds it. `columns` are the numbers of the columns by their names.
    """

    source: str
    row: str
    columns: Mapping[str, int]

    def cell(self, name: str) -> str:
        """Return the text of a cell as SQL, the empty one where there is none."""
        return f"coalesce(v{self.columns[name]}, '')"


@dataclass(frozen=True)
class Keys:
    """By what rows are matched: columns by their newer names, and where what was in them went."""

    fields: tuple[str, ...] = ()
    renamed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Comparison:
    """Two versions of a table in a database, compared by the columns that both have.

    `names` pairs the columns, as the older version and as the newer one call them; `plain` says
    that no cell holds SEPARATOR.
    """

    def __init__(
        self,
        database: Database,
        number: int,
        sides: tuple[Side | None, Side | None],
        names: Sequence[tuple[str, str]],
        *,
        plain: bool,
    ) -> None:
        self.database = database
        self.number = number
        self.sides = sides
        self.names = list(names)
        self.plain = plain
        self.rows = [0, 0]

    # digests

    def read(self, which: int) -> None:
        """Reduce one version to its digests; raises Unreadable if it cannot be read that way."""
        side, table = self.sides[which], self._table("d", which)
        if side is None:
            self._run(f"CREATE OR REPLACE TABLE {table} (d HUGEINT, r BIGINT)")
            return
        given = f", {side.row} AS r" if "rowid" not in side.row else ""
        try:
            self._run(
                f"CREATE OR REPLACE TABLE {table} AS "
                f"SELECT {self._digest(which)} AS d{given} FROM {side.source}"
            )
        except (Interrupted, OutOfMemory):
            raise
        except duckdb.Error as error:
            raise Unreadable(str(error)) from None
        self.rows[which] = self.database.one(f"SELECT count(*) FROM {table}")[0]

    def _digest(self, which: int) -> str:
        side = self.sides[which]
        assert side is not None
        cells = [f"v{side.columns[pair[which]]}" for pair in self.names]
        if self.plain:
            sign = literal(SEPARATOR)
            return f"md5_number(concat({f', {sign}, '.join(cells) or literal('')}))"
        sized = [f"strlen({cell}), ':', {cell}" for cell in cells]
        return f"md5_number(concat({', '.join(sized) or literal('')}))"

    def _table(self, kind: str, which: int) -> str:
        return f"_copydesk.{kind}{self.number}_{'bh'[which]}"

    @property
    def _pairs(self) -> str:
        return f"_copydesk.p{self.number}"

    def _run(self, sql: str) -> None:
        self.database.connection.execute(sql)

    def _numbered(self, which: int) -> str:
        side = self.sides[which]
        row = side.row if side and "rowid" in side.row else "r"
        return f"(SELECT d, {row} AS r FROM {self._table('d', which)})"

    # rows

    def match(self, keys: Keys) -> None:
        """Find the rows that differ, and pair those that have one key."""
        repeated = self._repeated()
        for which in (0, 1):
            self._leave(which, repeated)
        fields = [self.index(f) for f in keys.fields]
        self._run(f"CREATE OR REPLACE TABLE {self._pairs} (br BIGINT, hr BIGINT, renamed BOOLEAN)")
        if fields:
            self._pair(fields)
            renamed = {self.index(f): moved for f, moved in keys.renamed.items() if moved}
            if renamed:
                self._pair_renamed(fields, renamed)

    def index(self, name: str) -> int:
        """Return the number of a column that both have, by its name in the newer version."""
        return [head for _, head in self.names].index(name)

    def count(self, sql: str) -> int:
        """Return the number that a query gives."""
        return int(self.database.one(sql)[0])

    def _repeated(self) -> bool:
        """Note the digests that occur more than once in a version."""
        groups = (
            f"SELECT d FROM {self._table('d', which)} GROUP BY d HAVING count(*) > 1"
            for which in (0, 1)
        )
        self._run(f"CREATE OR REPLACE TABLE _copydesk.repeated AS {' UNION '.join(groups)}")
        return self.count("SELECT count(*) FROM _copydesk.repeated") > 0

    def _leave(self, which: int, repeated: bool) -> None:
        """Keep the rows of one version that the other does not have, with all their cells."""
        side, other = self.sides[which], self._table("d", 1 - which)
        mine = self._numbered(which)
        rows = f"SELECT d, r FROM {mine} ANTI JOIN {other} USING (d)"
        if repeated:  # of what both have, those that one has more often
            among = "d IN (SELECT d FROM _copydesk.repeated)"
            rows += (
                f" UNION ALL SELECT d, r FROM (SELECT d, r, row_number() OVER "
                f"(PARTITION BY d ORDER BY r) AS n FROM {mine} WHERE {among}) JOIN "
                f"(SELECT d, count(*) AS most FROM {other} WHERE {among} GROUP BY d) USING (d) "
                "WHERE n > most"
            )
        left, table = self._table("l", which), self._table("c", which)
        self._run(f"CREATE OR REPLACE TABLE {left} AS {rows}")
        cells = self._cells(which)
        if side is None:
            self._run(f"CREATE OR REPLACE TABLE {table} (r BIGINT)")
            for name in cells:
                self._run(f"ALTER TABLE {table} ADD COLUMN {name} VARCHAR")
            return
        number = side.row.replace("rowid", "row_number() OVER () - 1")
        listed = "".join(f", {cell} AS {name}" for name, cell in cells.items())
        columns = "".join(f", {name}" for name in cells)
        self._run(
            f"CREATE OR REPLACE TABLE {table} AS SELECT l.r{columns} FROM "
            f"(SELECT {number} AS r{listed} FROM {side.source}) JOIN {left} l USING (r)"
        )
        self._run(f"DROP TABLE {left}")

    def _cells(self, which: int) -> dict[str, str]:
        """Return the columns of a version as they are stored: the common ones, then its own."""
        side = self.sides[which]
        if side is None:
            return {f"a{i}": "''" for i in range(len(self.names))}
        stored = {f"a{i}": side.cell(pair[which]) for i, pair in enumerate(self.names)}
        return stored | {f"e{i}": side.cell(n) for i, n in enumerate(self.own(which))}

    def own(self, which: int) -> list[str]:
        """Return the columns that only one of the versions has."""
        side = self.sides[which]
        known = {pair[which] for pair in self.names}
        return [n for n in (side.columns if side else ()) if n not in known]

    def _pair(self, fields: Sequence[int]) -> None:
        keys = ", ".join(f"a{i}" for i in fields)
        sides = [self._table("c", which) for which in (0, 1)]
        twice = any(
            self.count(f"SELECT count(*) - count(DISTINCT ({keys})) FROM {side}") for side in sides
        )
        extra = f", row_number() OVER (PARTITION BY {keys} ORDER BY r) AS n" if twice else ""
        using = f"{keys}, n" if twice else keys
        b, h = (f"(SELECT r, {keys}{extra} FROM {side})" for side in sides)
        self._run(
            f"INSERT INTO {self._pairs} "
            f"SELECT b.r, h.r, false FROM {b} b JOIN {h} h USING ({using})"
        )

    def _pair_renamed(
        self, fields: Sequence[int], renamed: Mapping[int, Mapping[str, str]]
    ) -> None:
        """Pair the rows that are left whose key is the old one, its parts followed."""
        self._run("CREATE OR REPLACE TABLE _copydesk.moved (f INTEGER, old VARCHAR, new VARCHAR)")
        for index, moved in renamed.items():
            rows = ", ".join(f"({index}, {literal(o)}, {literal(n)})" for o, n in moved.items())
            self._run(f"INSERT INTO _copydesk.moved VALUES {rows}")
        joins, keys = "", []
        for i in fields:
            keys.append(f"coalesce(t{i}.new, b.a{i})" if i in renamed else f"b.a{i}")
            if i in renamed:
                joins += f" LEFT JOIN _copydesk.moved t{i} ON t{i}.f = {i} AND t{i}.old = b.a{i}"
        on = " AND ".join(f"h.a{i} = {key}" for i, key in zip(fields, keys, strict=True))
        self._run(
            f"INSERT INTO {self._pairs} SELECT min(b.r), h.r, true FROM {self.alone(0)} b{joins} "
            f"JOIN {self.alone(1)} h ON {on} GROUP BY h.r "
            "QUALIFY row_number() OVER (PARTITION BY min(b.r) ORDER BY h.r) = 1"
        )

    def add_pairs(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Take rows for versions of one row, whatever their keys say."""
        if pairs:
            rows = ", ".join(f"({base}, {head}, false)" for base, head in pairs)
            self._run(f"INSERT INTO {self._pairs} VALUES {rows}")

    def alone(self, which: int) -> str:
        """Return the rows of one version that have no counterpart as SQL."""
        paired = f"SELECT {('br', 'hr')[which]} AS r FROM {self._pairs}"
        return f"(SELECT * FROM {self._table('c', which)} ANTI JOIN ({paired}) USING (r))"

    def alone_count(self, which: int) -> int:
        """Return how many rows of one version have no counterpart."""
        return self.count(f"SELECT count(*) FROM {self.alone(which)}")

    def lone_rows(self, which: int) -> Iterator[tuple[Any, ...]]:
        """Yield number and cells of the rows without a counterpart, in their order."""
        columns = "".join(f", {name}" for name in self._cells(which))
        yield from self.database.some(
            f"SELECT r{columns} FROM {self.alone(which)} ORDER BY r", None
        )

    def pair_count(self, *, renamed: bool) -> int:
        """Return how many pairs of rows differ, or those whose key was renamed."""
        return self.count(f"SELECT count(*) FROM {self._pairs} WHERE renamed = {renamed}")

    def pairs(self, *, renamed: bool) -> Iterator[tuple[Any, ...]]:
        """Yield both numbers of the rows that differ, then the older and the newer cells."""
        cells = "".join(f", {s}.a{i}" for s in "bh" for i in range(len(self.names)))
        yield from self.database.some(
            f"SELECT p.br, p.hr{cells} FROM {self._joined()} WHERE p.renamed = {renamed} "
            "ORDER BY p.hr", None,
        )  # fmt: skip

    def _joined(self) -> str:
        b, h = self._table("c", 0), self._table("c", 1)
        return f"{self._pairs} p JOIN {b} b ON b.r = p.br JOIN {h} h ON h.r = p.hr"

    # columns

    def changed(self) -> list[int]:
        """Return for each common column in how many pairs of rows its cells differ."""
        words = [f"count(*) FILTER (b.a{i} <> h.a{i})" for i in range(len(self.names))]
        return self.database.numbers(words, self._joined()) if words else []

    def variants(self, index: int) -> Iterator[tuple[str, str, int]]:
        """Yield each change of a cell of a column, and how often it is made."""
        yield from self.database.some(
            f"SELECT b.a{index}, h.a{index}, count(*) FROM {self._joined()} "
            f"WHERE b.a{index} <> h.a{index} GROUP BY ALL", None,
        )  # fmt: skip

    def filled(self, which: int, name: str) -> int:
        """Return how many cells of a column of one version are not empty."""
        side = self.sides[which]
        return self.count(f"SELECT count(v{side.columns[name]}) FROM {side.source}") if side else 0

    def values(self, name: str) -> Iterator[tuple[int, str]]:
        """Yield the cells of a new column for rows that were there before, by the old number."""
        side = self.sides[1]
        assert side is not None
        given = "" if "rowid" in side.row else f", {side.row} AS r"
        row = side.row if "rowid" in side.row else "r"
        self._run(
            f"CREATE OR REPLACE TABLE _copydesk.values AS "
            f"SELECT v{side.columns[name]} AS x{given} FROM {side.source}"
        )
        yield from self.database.some(
            f"SELECT br, x FROM (SELECT {row} AS hr, x FROM _copydesk.values WHERE x <> '') "
            f"JOIN ({self._kept()}) USING (hr) ORDER BY br", None,
        )  # fmt: skip

    def _kept(self) -> str:
        """Return both numbers of all rows that both versions have, changed or not."""
        same = []
        for which, name in ((0, "br"), (1, "hr")):
            left = f"SELECT r FROM {self._table('c', which)}"
            same.append(
                f"(SELECT d, r AS {name}, row_number() OVER (PARTITION BY d ORDER BY r) AS n "
                f"FROM {self._numbered(which)} ANTI JOIN ({left}) USING (r))"
            )
        return (
            f"SELECT br, hr FROM {same[0]} JOIN {same[1]} USING (d, n) "
            f"UNION ALL SELECT br, hr FROM {self._pairs}"
        )

    def kept_count(self) -> int:
        """Return how many rows of the older version the newer one has as they were."""
        b, h = self._table("d", 0), self._table("d", 1)
        return self.count(f"SELECT count(*) FROM {b} SEMI JOIN {h} USING (d)")

    def forget(self) -> None:
        """Drop what was needed for the comparison."""
        for table in [self._pairs, *(self._table(k, w) for k in "dc" for w in (0, 1))]:
            self._run(f"DROP TABLE IF EXISTS {table}")
