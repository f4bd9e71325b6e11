"""What is waived: taken out of the findings of a run, each with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

from copydesk.checks import registry
from copydesk.document import Problem
from copydesk.engine import Run
from copydesk.findings import Total, Waived
from copydesk.model import Waiver
from copydesk.pile import Kind, kind
from copydesk.plan import Plan
from copydesk.waivers import Waivers, described, judged, problem, silence, today


def take(
    plan: Plan, waivers: Waivers, run: Run, most: int | None
) -> tuple[tuple[Waived, ...], list[Problem]]:
    """Take what is waived out of a run; return it, and what is wrong with the waivers.

    All findings must have been made; no more than `most` of a kind are left.
    """
    if not waivers:
        return (), list(waivers.wrong)
    names = {code: spec.name for code, spec in registry().items()}
    names |= {rule.code: rule.name for rule in plan.package.rules}
    found = list(judged(waivers, names, today()))
    wrong = [*waivers.wrong, *(one for one in found if isinstance(one, Problem))]
    others = {one.table.name for one in plan.tables if not one.asked}
    asked = [
        one
        for one in found
        if isinstance(one, Waiver)
        and one.table not in others
        and plan.selection.takes(one.code, names[one.code])
    ]
    silenced = silence(run.findings.in_order(), asked, most)
    run.findings = silenced.rest
    run.totals = list(_less(run.totals, Counter(kind(one.finding) for one in silenced.waived)))
    unjudged = {(skip.code, skip.table) for skip in run.skipped}
    wrong += (
        problem(waivers, one, "WV003", value=described(one))
        for one in silenced.idle
        if unjudged.isdisjoint(product((one.code, "*"), (one.table, "")))
    )
    return silenced.waived, wrong


def _less(totals: Iterable[Total], taken: Counter[Kind]) -> Iterator[Total]:
    for total in totals:
        one = (total.code, total.table, total.field)
        number = min(total.count, taken[one])
        taken[one] -= number
        if total.count > number:
            yield replace(total, count=total.count - number)
