"""What Great Expectations counts of each expectation, for reports that show it.

The numbers come from the statement that judges a table anyway; only the values that are not as
expected are asked for besides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from copydesk.checks.asking import both
from copydesk.checks.conditions import KINDS, Operand, any_of
from copydesk.checks.expectation import tolerated
from copydesk.engine.duckdb.database import Database, Loaded
from copydesk.engine.places import fill
from copydesk.engine.results import PARTIAL, Verdict, of_rows, of_value, ordered, plain
from copydesk.model import AggregateCheck, CellCheck, Counts, Expectation, Origin

Counted = CellCheck | AggregateCheck
"""The checks that expectations of rows and columns become."""

_Drawn = Sequence[tuple[Counted, Sequence[Any]]]
"""The checks of an expectation, each with what its aggregates came to."""

_DISTINCT = "expect_column_distinct_values_"
_OF_TYPES = ("expect_column_values_to_be_of_type", "expect_column_values_to_be_in_type_list")
_REFUSED = "GX004"
"""The code of what Great Expectations raises an error for as soon as there is a value."""

OBJECT = "object"
"""The type of a column of which each value has one of its own."""

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
        for check, numbers in drawn:
            if check.params.get("raises") and not _holds(check, numbers):
                return Verdict(False, exception=str(check.params["raises"]))
        drawn = [d for d in drawn if not d[0].params.get("raises")]
        success = all(_holds(check, numbers) for check, numbers in drawn)
        check, numbers = drawn[0]
        if expectation.type.startswith(_DISTINCT):
            return Verdict(success, self._of_set(expectation, drawn))
        if check.code == _REFUSED and not success:
            return Verdict(False, exception=fill(check.message, check.params))
        by_row = check.code == _REFUSED or (expectation.type in _OF_TYPES and numbers[0] == OBJECT)
        if isinstance(check, AggregateCheck) and by_row:  # the last check is about each value
            check, numbers = drawn[-1]
        if isinstance(check, CellCheck):
            return Verdict(success, self._of_rows(expectation, check, numbers))
        if by_row:
            return Verdict(success, self._of_good_rows(expectation, check))
        observed = numbers[0]
        if expectation.type in _OF_TYPES:  # which are told without their unit
            observed = observed.partition("[")[0]
        return Verdict(success, of_value(expectation.type, expectation.kwargs, observed))

    def _of_rows(
        self, expectation: Expectation, check: CellCheck, numbers: Sequence[Any]
    ) -> dict[str, Any]:
        elements, counted, unexpected, *_ = numbers
        found = list(self._rows(check, expectation.kwargs)) if unexpected else []
        return of_rows(
            elements, None if expectation.type in _OF_MISSING else counted, unexpected,
            [value for _, value in found], [row for row, _ in found],
        )  # fmt: skip

    def _of_good_rows(self, expectation: Expectation, check: AggregateCheck) -> dict[str, Any]:
        """Return the result of an expectation that every value meets because of its type."""
        given = (check.counts or Counts()).given
        present = both(given, f"{self._column(expectation).sql} IS NOT NULL")
        words = [_count(given), _count(present)]
        elements, counted = self.database.numbers(words, self.table.id)
        return of_rows(elements, counted, 0, [], [])

    def _column(self, expectation: Expectation) -> Operand:
        """Return the column of an expectation as it is taken there."""
        column = self.table.by_name[expectation.kwargs["column"]]
        column = column.as_text if expectation.as_text else column
        return Operand(column, KINDS.get(column.type.sql, ""))

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
        table, name = self.table, self._column(expectation).sql
        for check, numbers in drawn:
            if isinstance(check, CellCheck):
                where = both(check.among, check.bad)
                sql = f"SELECT DISTINCT {name} FROM {table.id} WHERE {where} ORDER BY 1"
                shown = [v for (v,) in self.database.some(sql, PARTIAL)] if numbers[3] else []
                result |= {"unexpected_count": numbers[3]}
                result |= {"partial_unexpected_list": plain(shown)}
            elif isinstance(check, AggregateCheck):
                holds = _holds(check, numbers)
                missing = [] if holds else ordered(self._absent(check, expectation))
                result |= {"missing_count": len(missing)}
                result |= {"partial_missing_list": missing[:PARTIAL]}
        return result

    def _absent(self, check: AggregateCheck, expectation: Expectation) -> list[Any]:
        """Return the values of a set that occur nowhere."""
        one = self._column(expectation)
        given = check.counts.given if check.counts else "true"
        absent = []
        for value in dict.fromkeys(expectation.kwargs["value_set"]):
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
