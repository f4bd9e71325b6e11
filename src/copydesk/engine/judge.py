"""Plan and shapes → failures → findings: the native engine first, others where they must."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from copydesk.checks import matches
from copydesk.checks.expectation import foreign_checks, in_doubt
from copydesk.checks.reference import to_nowhere
from copydesk.engine import Failure, Run, Settings
from copydesk.engine.duckdb import (
    Database,
    Judged,
    OutOfMemory,
    QueryFailed,
    Unreadable,
    allow_functions,
    forget,
    load,
    make_batches,
    query,
    unsorted,
    watched,
    with_extremes,
)
from copydesk.engine.duckdb import judge as judge_natively
from copydesk.engine.foreign import (
    header_verdicts,
    judge_by_frictionless,
    judge_by_gx,
    judge_header,
    not_judged,
    verdict_of,
)
from copydesk.engine.places import Lines, findings_of, total
from copydesk.engine.reading import LARGE, Ahead, read_ahead, reading_of, size_of
from copydesk.engine.results import Verdict
from copydesk.engine.rows import recopied
from copydesk.engine.shape import Shape, gated
from copydesk.engine.sharing import shared
from copydesk.errors import UserError
from copydesk.model import (
    AnyCheck,
    Expectation,
    ForeignCheck,
    Origin,
    QueryCheck,
    ReferenceCheck,
    ShapeCheck,
    Skip,
)
from copydesk.plan import SHAPE_FAMILIES, Plan, TablePlan

T = TypeVar("T")
R = TypeVar("R")
_WORD = re.compile(r"\w+")


def judge(
    plan: Plan,
    shapes: Callable[[], Mapping[str, Shape]],
    scratch: Path,
    settings: Settings,
    run: Run,
) -> None:
    """Judge all tables and rules, and add what is found to the run.

    `shapes` tells the shape of each table that can be judged.
    """
    threads = 1 if _workers(plan, settings) > 1 else settings.threads
    database = Database(scratch, settings.memory_limit, threads)
    ahead = Ahead(database, ())
    try:
        ahead = read_ahead(database, plan, settings.whole)
        session = _Session(plan, dict(shapes()), scratch, settings, run, database, ahead)
        session.load()
        ahead.close()
        database.shut()
        if settings.engine == "reference":
            session.reference()
        else:
            session.tables()
            session.rules()
            session.left_to_frictionless()
    except OutOfMemory:
        limit = settings.memory_limit or "80 % of this machine"
        raise UserError(
            f"the tables do not fit into the memory allowed ({limit})",
            hint="allow more: --memory-limit 4GB",
        ) from None
    finally:
        ahead.close()
        database.close()


def _workers(plan: Plan, settings: Settings) -> int:
    """Return how many threads share small tables, which gain nothing from more of DuckDB's own."""
    return min(settings.threads or 2, 2) if sum(map(size_of, plan.tables)) < LARGE else 1


class _Session:
    """One run of the native engine over the tables of a plan."""

    def __init__(
        self,
        plan: Plan,
        shapes: dict[str, Shape],
        scratch: Path,
        settings: Settings,
        run: Run,
        database: Database,
        ahead: Ahead,
    ) -> None:
        self.plan = plan
        self.shapes = shapes
        self.scratch = scratch
        self.settings = settings
        self.run = run
        self.database = database
        self.ahead = ahead
        self.failures: dict[str, list[Failure]] = {}
        self.left = {t.table.name: t.foreign for t in plan.tables if t.foreign}
        self.threads = _workers(plan, settings)

    def _each(self, items: Sequence[T], function: Callable[[Database, T], R]) -> list[R]:
        return shared(items, function, self.database.twins(self.threads))

    # tables

    def load(self) -> None:
        """Read every table into the database."""
        wanted = [t for t in enumerate(self.plan.tables) if t[1].table.name in self.shapes]
        self._each(wanted, self._load)
        for _, one in wanted:
            self.run.rows[one.table.name] = self._rows(one.table.name)

    def _rows(self, name: str) -> int:
        table = self.database.tables.get(name)
        return table.rows if table else 0

    def _load(self, database: Database, numbered: tuple[int, TablePlan]) -> None:
        number, one = numbered
        shape = self.shapes[one.table.name]
        if shape.copy is None or not shape.copy.exact:
            try:
                self._read(database, number, shape)
                return
            except Unreadable:
                database.forget(one.table.name)
                totals = recopied(shape, self.scratch, self.settings.shown)
                if self.settings.engine != "reference":  # which judges the shape itself
                    self.run.totals += totals
        self._read(database, number, shape)

    def _read(self, database: Database, number: int, shape: Shape) -> None:
        reading = reading_of(self.plan, number, shape, self.settings.whole)
        if not self.ahead.take(reading):
            load(database, reading)

    def tables(self) -> None:
        """Judge the checks of every loaded table."""
        loaded = [t for t in self.plan.tables if t.table.name in self.database.tables]
        able = {one.table.name: self._able(one) for one in loaded}

        def judged(database: Database, one: TablePlan) -> Judged:
            name = one.table.name
            wanted = gated(able[name], self.shapes[name])
            found = judge_natively(database, name, wanted, self.settings.shown, self._asked(name))
            return replace(found, failures=found.failures + self._order(database, one))

        for one, found in zip(loaded, self._each(loaded, judged), strict=True):
            name = one.table.name
            self.run.verdicts |= found.verdicts
            failures = found.failures + self._others(one, able[name], found.doubtful)
            self.run.skipped += found.skipped
            self.run.judged[name] += len(able[name]) - len(found.skipped)
            self.failures[name] = failures
            self._add(failures, self._lines(one, self.shapes[name]))

    def _asked(self, name: str) -> dict[Origin, Expectation]:
        """Return the expectations of a table whose numbers are wanted."""
        suites = self.plan.package.suites if self.settings.results else ()
        return {e.origin: e for suite in suites if suite.table == name for e in suite.expectations}

    def _others(
        self, one: TablePlan, able: Sequence[AnyCheck], doubtful: Sequence[AnyCheck]
    ) -> list[Failure]:
        """Return the failures of the header's expectations and of those that GX judges."""
        name = one.table.name
        labels = [label.name for label in self.shapes[name].labels]
        header = [c for c in able if isinstance(c, ShapeCheck)]
        failures = list(judge_header(header, labels))
        self.run.verdicts |= header_verdicts(header, labels)
        foreign = [c for c in able if isinstance(c, ForeignCheck)]
        columns = {c.field.name: c for c in one.columns}
        foreign += [in_doubt(c, self.plan.package.suites, columns) for c in doubtful]
        if not foreign:
            return failures
        if self.settings.engine == "duckdb":
            reason = "only Great Expectations can judge it, and the engine is duckdb"
            self.run.skipped += [Skip(c.code, name, reason) for c in foreign]
            lost = {c.promise.origin: Verdict(False, exception=reason) for c in foreign}
            self.run.verdicts |= lost
            return failures
        return failures + self._by_gx(one, foreign)

    def _by_gx(self, one: TablePlan, checks: Sequence[ForeignCheck]) -> list[Failure]:
        name = one.table.name
        found = judge_by_gx(self.database, name, checks, self.settings)
        self.run.skipped += found.skipped
        self.run.verdicts |= found.verdicts
        if judged := len(checks) - len(found.skipped):
            by = f"{judged} check{'s' * (judged > 1)} by great-expectations"
            self.run.engines[name] += f", {by}"
        return found.failures

    def _able(self, one: TablePlan) -> list[AnyCheck]:
        """Return the checks whose columns and tables are there; skip the rest, with the reason."""
        table = one.table
        able: list[AnyCheck] = []
        shape = self.shapes[table.name]
        absent = {n for n, i in shape.columns.items() if i is None}
        missed = absent if shape.matching.unmatched else absent & {*shape.matching.missing}
        for check in one.checks:
            if isinstance(check, ShapeCheck) and check.code[:2] in SHAPE_FAMILIES:
                continue
            needed = {check.field, *check.fields} & absent
            if needed and check.code[:2] != "GX" and not needed & missed:
                continue  # what may be left out promises nothing where it is
            if needed:
                name = min(needed)
                told = " (TB001)" if name in missed else ""
                reason = f"`{name}` is missing from {table.path}{told}"
                self.run.skipped.append(Skip(check.code, table.name, reason))
            elif isinstance(check, ReferenceCheck) and self._leads_nowhere(check):
                able.append(to_nowhere(check, {c.field.name: c for c in one.columns}))
            elif isinstance(check, ReferenceCheck) and (why := self._unreachable(check)):
                self.run.skipped.append(Skip(check.code, table.name, why))
            else:
                able.append(check)
        return able

    def _leads_nowhere(self, check: ReferenceCheck) -> bool:
        """Return whether a table without a schema, to which a check refers, lacks its column."""
        target, package = self.database.tables.get(check.target), self.plan.package
        described = (one := package.table(check.target)) and one.schema
        return bool(target and not described and set(check.target_fields) - set(target.by_name))

    def _unreachable(self, check: ReferenceCheck) -> str:
        target = self.database.tables.get(check.target)
        if target is None:
            return f"{check.target} could not be read"
        if cut := self.shapes[check.target].cut:
            return f"{check.target} has lost rows: {cut}"
        gone = [f for f in check.target_fields if f not in target.by_name]
        return f"`{gone[0]}` is missing from {check.target} (TB001)" if gone else ""

    def _order(self, database: Database, one: TablePlan) -> list[Failure]:
        check = next((c for c in one.checks if c.code == "FL014"), None)
        table = database.tables[one.table.name]
        schema = one.table.schema
        key = schema.primary_key if schema else None
        if check is None or not key or len(table.key) != len(key.fields):
            return []
        count, rows = unsorted(database, one.table.name, self.settings.shown)
        pointed = replace(check, field=table.key[0], fields=table.key)
        return [Failure(pointed, count, rows)] if count else []

    def _lines(self, one: TablePlan, shape: Shape) -> Lines:
        assert shape.survey is not None
        fields = {c.field.name: c for c in one.columns}
        return Lines(one.table, shape.dialect, shape.survey, shape.columns, shape.labels, fields)

    def _add(self, failures: Sequence[Failure], lines: Lines) -> None:
        told = [with_extremes(self.database, failure) for failure in failures]
        self.run.findings.add(findings_of(told, lines))
        self.run.totals += (total(failure.check, failure.count) for failure in failures)

    # by others

    def left_to_frictionless(self) -> None:
        """Let frictionless judge the tables that the native engine cannot judge exactly."""
        blocked = {s.table for s in self.run.skipped if s.code == "*"}
        asked = {t.table.name for t in self.plan.tables if t.asked}
        names = [n for n in self.left if n in asked - blocked]
        if self.settings.engine == "duckdb":
            self.run.skipped += [
                Skip("*", n, f"left to frictionless: {self.left[n]}") for n in names
            ]
        elif names:
            limit = self.settings.shown
            judge_by_frictionless(self.plan, names, set(self.shapes), limit, self.run)
            for one in self.plan.tables:
                if one.table.name in names:
                    self.run.judged[one.table.name] += len(one.checks)

    def reference(self) -> None:
        """Let frictionless judge all tables, and Great Expectations all suites."""
        readable = self._readable()
        names = [t.table.name for t in self.plan.tables if t.asked and t.table.name in readable]
        judge_by_frictionless(self.plan, names, set(), self.settings.shown, self.run)
        for one in self.plan.tables:
            name = one.table.name
            if name not in self.database.tables or not one.asked:
                continue
            columns = {c.field.name: c for c in one.columns}
            planned = {c.promise.origin for c in one.checks}
            checks = [
                c
                for suite in self.plan.package.suites
                if suite.table == name
                for c in foreign_checks(suite, columns, "the engine is the reference")
                if c.promise.origin in planned
            ]
            self.run.judged[name] += len(checks) + (one.table.schema is not None)
            if checks:
                failures = self._by_gx(one, checks)
                self._add(failures, self._lines(one, self.shapes[name]))
        reason = "the reference implementations do not judge it"
        self.run.skipped += [Skip(r.code, r.table, reason) for r in self.plan.rules]
        self.run.skipped += [Skip(f, "", reason) for f in ("FL", "KY003", "TX")]

    def _readable(self) -> set[str]:
        blocked = {
            s.table for s in self.run.skipped if s.code == "*" and s.table not in self.shapes
        }
        return {t.table.name for t in self.plan.tables} - blocked

    # rules

    def rules(self) -> None:
        """Run the rules across tables."""
        queries = [
            check
            for one in self.plan.tables
            if one.table.name in self.database.tables
            for check in one.checks
            if isinstance(check, QueryCheck)
        ]
        rules = [*self.plan.rules, *queries]
        make_batches(self.database, queries)
        allow_functions(self.database, "\n".join(r.sql for r in rules))
        with watched(self.database):
            results = self._each(rules, self._judge_rule)
        for rule, result in zip(rules, results, strict=True):
            of_suite = rule in queries
            if of_suite and self.settings.results:
                self.run.verdicts[rule.promise.origin] = verdict_of(result)
            if isinstance(result, Skip):
                self.run.skipped.append(result)
            elif isinstance(result, str) and not of_suite:
                self.run.unusable.append((rule, result))
            else:
                self.run.rules += not of_suite
                found = [not_judged(rule, result)] if isinstance(result, str) else result
                one = next(t for t in self.plan.tables if t.table.name == rule.table)
                self._add(found, self._lines(one, self.shapes[rule.table]))
                forget(self.database, rule)

    def _judge_rule(self, database: Database, rule: QueryCheck) -> list[Failure] | Skip | str:
        """Return the failures of a rule, why it is skipped, or why it cannot be run."""
        if why := self._hindrance(rule):
            return Skip(rule.code, rule.table, why)
        failures = self.failures.get(rule.table, ())
        judged = {rule.field, *rule.fields}
        broken = [
            f
            for f in failures
            if f.check.code == "KY001"
            or (f.check.severity == "error" and judged & {f.check.field, *f.check.fields})
        ]
        try:
            return list(query(database, rule, broken, self.settings.shown))
        except QueryFailed as error:
            return str(error)

    def _hindrance(self, rule: QueryCheck) -> str:
        """Return why a rule cannot be judged, or an empty string."""
        words = set(_WORD.findall(rule.sql)) | {rule.table}
        for table in self.plan.package.tables:
            name = table.name
            if name not in words:
                continue
            if name not in self.database.tables:
                return f"{name} was not read"
            if cut := self.shapes[name].cut:
                return f"{name} has lost rows: {cut}"
            for failure in self.failures.get(name, ()):
                if matches(failure.check.code, failure.check.name, rule.needs):
                    return f"{name} has findings of {failure.check.code}"
            columns = self.shapes[name].columns
            absent = [n for n, i in columns.items() if i is None and n in words]
            if absent:
                return f"`{absent[0]}` is missing from {name} (TB001)"
        return ""
