"""Verdicts → judgements: what has become of every expectation of every suite."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from copydesk.checks import registry
from copydesk.document import Problem
from copydesk.engine import Run
from copydesk.engine.places import fill
from copydesk.engine.results import Verdict
from copydesk.findings import Judgement
from copydesk.model import AnyCheck, Expectation, Origin, Suite
from copydesk.plan import Plan, TablePlan
from copydesk.suites import type_of


def judgements(plan: Plan, run: Run, problems: Sequence[Problem]) -> tuple[Judgement, ...]:
    """Return a judgement for every expectation asked for, in the order of the suites.

    One without a verdict has failed, as it has to Great Expectations, and says why: so has one
    that cannot be read, of which the problems tell.
    """
    found: list[Judgement] = []
    for suite in plan.package.suites:
        one = next((t for t in plan.tables if t.table.name == suite.table and t.asked), None)
        if one is not None:
            some = [*_judged(plan, run, suite, one), *_unread(plan, suite, problems)]
            found += sorted(some, key=lambda judgement: judgement.index)
    return tuple(found)


def _unread(plan: Plan, suite: Suite, problems: Sequence[Problem]) -> Iterator[Judgement]:
    """Yield a judgement for each expectation of a suite that has a problem."""
    seen: set[int] = set()
    for problem in problems:
        match = re.match(r"/expectations/(\d+)", problem.pointer)
        if match is None or problem.document.path != suite.origin.file or int(match[1]) in seen:
            continue
        spec, index = registry()[problem.code], int(match[1])
        written = problem.document.data["expectations"][index]
        kind = type_of(written) if isinstance(written, dict) else None
        if isinstance(kind, str) and plan.selection.takes(spec.code, spec.name):
            seen.add(index)
            told = fill(spec.message, problem.params)
            yield Judgement(suite.name, suite.table, index, kind, written, False, exception=told)


def _judged(plan: Plan, run: Run, suite: Suite, one: TablePlan) -> Iterator[Judgement]:
    checks: dict[Origin, AnyCheck] = {c.promise.origin: c for c in one.checks}
    for expectation in suite.expectations:
        if expectation.origin in checks or _unplanned(plan, one, expectation):
            verdict = run.verdicts.get(expectation.origin) or Verdict(
                False, exception=_reason(run, one, checks.get(expectation.origin))
            )
            yield _judgement(suite, expectation, verdict)


def _unplanned(plan: Plan, one: TablePlan, expectation: Expectation) -> bool:
    """Return whether an expectation that is asked for has no check because its table has none."""
    spec = next(s for s in registry().values() if s.equivalent == expectation.type)
    return not one.columns and plan.selection.takes(spec.code, spec.name)


def _reason(run: Run, one: TablePlan, check: AnyCheck | None) -> str:
    """Return why there is no verdict."""
    codes = ("*", check.code) if check else ("*",)
    skips = (s.reason for s in run.skipped if s.table == one.table.name and s.code in codes)
    return next(skips, "") or one.foreign or f"`{one.table.path}` could not be read"


def _judgement(suite: Suite, expectation: Expectation, verdict: Verdict) -> Judgement:
    return Judgement(
        suite=suite.name,
        table=suite.table,
        index=int(expectation.origin.pointer.rpartition("/")[2]),
        type=expectation.type,
        written=expectation.written,
        success=verdict.success and not verdict.exception,
        result={} if verdict.exception else verdict.result,
        exception=verdict.exception,
        engine=verdict.engine,
    )
