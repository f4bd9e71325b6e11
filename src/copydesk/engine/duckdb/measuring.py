"""What Great Expectations counts of each expectation, for reports that show it.

The numbers come from the statement that judges a table anyway; only the values that are not as
expected are asked for besides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from copydesk.checks.asking import both
from copydesk.checks.conditions import any_of, operand
from copydesk.checks.expectation import tolerated
from copydesk.engine.duckdb.database import Database, Loaded
from copydesk.engine.results import PARTIAL, Verdict, of_rows, of_value, ordered, plain
from copydesk.model import AggregateCheck, CellCheck, Counts, Expectation, Origin

Counted = CellCheck | AggregateCheck
"""The checks that expectations of rows and columns become."""

_Drawn = Sequence[tuple[Counted, Sequence[Any]]]
"""The checks of an expectation, each with what its aggregates came to."""

_DISTINCT = "expect_column_distinct_values_"
_OF_MISSING = ("expect_column_values_to_be_null", "expect_column_values_to_not_be_null")


@dataclass(frozen=True)
class Tally:
    """The expectations of a table whose numbers are wanted, and the checks that judge them.

    `numbers` is where the values of the aggregates are put.
    """

    database: Database
    table: Loaded
    asked: Mapping[Origin, Expectation]
    checks: Sequence[Counted]
    numbers: list[Any] = field(default_factory=list)

    @property
    def counted(self) -> list[Counted]:
        """Return the checks that judge what is asked."""
        return [c for c in self.checks if c.promise.origin in self.asked]

    @property
    def words(self) -> list[str]:
        """Return the aggregates."""
        return [word for check in self.counted for word in _words(check)]

    def verdicts(self) -> dict[Origin, Verdict]:
        """Return the verdicts that the numbers give."""
        numbers = iter(self.numbers)
        groups: dict[Origin, list[tuple[Counted, Sequence[Any]]]] = {}
        for check in self.counted:
            drawn = [next(numbers) for _ in _words(check)]
            groups.setdefault(check.promise.origin, []).append((check, drawn))
        return {origin: self._verdict(self.asked[origin], one) for origin, one in groups.items()}

    def _verdict(self, expectation: Expectation, drawn: _Drawn) -> Verdict:
        success = all(_holds(check, numbers) for check, numbers in drawn)
        if expectation.type.startswith(_DISTINCT):
            return Verdict(success, self._of_set(expectation, drawn))
        ((check, numbers),) = drawn
        if isinstance(check, AggregateCheck):
            return Verdict(success, of_value(expectation.type, expectation.kwargs, numbers[0]))
        elements, counted, unexpected, *_ = numbers
        found = list(self._rows(check, expectation.kwargs)) if unexpected else []
        return Verdict(success, of_rows(
            elements, None if expectation.type in _OF_MISSING else counted, unexpected,
            [value for _, value in found], [row for row, _ in found],
        ))  # fmt: skip

    def _rows(self, check: CellCheck, kwargs: Mapping[str, Any]) -> Iterator[tuple[int, Any]]:
        """Yield the first rows that are not as expected, each with its values."""
        assert check.counts is not None
        words = ", ".join([self.table.row, *check.counts.values])
        where = both(check.among, check.bad)
        sql = f"SELECT {words} FROM {self.table.id} WHERE {where} ORDER BY 1"
        for row, *values in self.database.some(sql, PARTIAL):
            if "column_list" in kwargs:
                yield row, dict(zip(kwargs["column_list"], values, strict=True))
            else:
                yield row, values if "column_A" in kwargs else values[0]

    def _of_set(self, expectation: Expectation, drawn: _Drawn) -> dict[str, Any]:
        """Return the result of an expectation of the different values of a column."""
        result: dict[str, Any] = {"observed_value": None}
        kwargs, table = expectation.kwargs, self.table
        name = table.sql(kwargs["column"])
        for check, numbers in drawn:
            if isinstance(check, CellCheck):
                where = both(check.among, check.bad)
                sql = f"SELECT DISTINCT {name} FROM {table.id} WHERE {where} ORDER BY 1"
                shown = [v for (v,) in self.database.some(sql, PARTIAL)] if numbers[3] else []
                result |= {"unexpected_count": numbers[3]}
                result |= {"partial_unexpected_list": plain(shown)}
            elif isinstance(check, AggregateCheck):
                missing = ordered(self._absent(check, kwargs)) if not _holds(check, numbers) else []
                result |= {"missing_count": len(missing)}
                result |= {"partial_missing_list": missing[:PARTIAL]}
        return result

    def _absent(self, check: AggregateCheck, kwargs: Mapping[str, Any]) -> list[Any]:
        """Return the values of a set that occur nowhere."""
        one = operand(self.table.by_name, kwargs["column"])
        given = check.counts.given if check.counts else "true"
        absent = []
        for value in dict.fromkeys(kwargs["value_set"]):
            inside = any_of(one.kind, [value])
            where = both(given, f"{one.sql} IN ({inside})")
            sql = f"SELECT 1 FROM {self.table.id} WHERE {where} LIMIT 1"
            if not inside or not self.database.ask(sql):
                absent.append(value)
        return absent


def _words(check: Counted) -> list[str]:
    """Return the aggregates that are asked for a check."""
    if isinstance(check, AggregateCheck):
        holds = check.holds.replace("{measure}", f"({check.measure})")
        return [check.measure, f"coalesce({holds}, false)"]
    counts = check.counts or Counts()
    bad = both(check.among, check.bad)
    words = [_count(counts.given), _count(check.among), counts.unexpected or _count(bad)]
    if check.equivalent.startswith(_DISTINCT):
        words.append(f"count(DISTINCT {counts.values[0]}) FILTER (WHERE {bad})")
    return words


def _count(condition: str) -> str:
    return "count(*)" if condition == "true" else f"count(*) FILTER (WHERE {condition})"


def _holds(check: Counted, numbers: Sequence[Any]) -> bool:
    if isinstance(check, AggregateCheck):
        return bool(numbers[1])
    return tolerated(numbers[2], numbers[1], check.mostly)
