"""What others must judge: Great Expectations some expectations, frictionless some tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from copydesk.checks import registry
from copydesk.checks.expectation import shape_holds
from copydesk.engine import BadRow, Failure, Run, Settings
from copydesk.engine.duckdb import Database
from copydesk.engine.places import fill, first_sentence, line_of
from copydesk.engine.results import Verdict, of_header
from copydesk.errors import MissingDependency
from copydesk.findings import Excerpt, Finding, Total
from copydesk.model import AnyCheck, Config, ForeignCheck, Origin, Severity, ShapeCheck, Skip, Table
from copydesk.plan import Plan, severity_of
from copydesk.scan import Place, locate

_ABSENT = "Please install"
"""How the note of frictionless begins where a plugin of it is not installed."""


def judge_header(checks: Iterable[ShapeCheck], labels: Sequence[str]) -> Iterator[Failure]:
    """Yield the expectations of a header that do not hold."""
    for check in checks:
        observed = shape_holds(check, labels)
        if observed is not None:
            yield Failure(check, 1, params={"observed": observed})


def header_verdicts(
    checks: Iterable[ShapeCheck], labels: Sequence[str]
) -> Iterator[tuple[Origin, Verdict]]:
    """Yield the verdicts on the expectations of a header, each with where it is written."""
    for check in checks:
        if check.params["kind"] == "column-declared":
            told = fill(check.message, {"table": check.table, **check.params})
            yield check.promise.origin, Verdict(False, exception=told)
        else:
            success = shape_holds(check, labels) is None
            yield check.promise.origin, Verdict(success, of_header(check.params, labels))


@dataclass(frozen=True)
class ByGx:
    """What Great Expectations itself says to expectations, and those that it was not asked."""

    failures: list[Failure]
    skipped: list[Skip] = field(default_factory=list)
    verdicts: dict[Origin, Verdict] = field(default_factory=dict)


def judge_by_gx(
    database: Database, name: str, checks: Sequence[ForeignCheck], settings: Settings
) -> ByGx:
    """Let Great Expectations itself judge expectations.

    Where it is not installed, all of them are skipped, with the way to install it.
    """
    from copydesk.engine import gx

    columns = database.tables[name].columns

    def frame(as_text: bool) -> object:
        seen = [c.as_text for c in columns] if as_text else columns
        rows, values = database.values(name, seen)
        return gx.data_frame(seen, values, rows)

    texts = [c for c in checks if c.subject.as_text]
    checks = [*(c for c in checks if not c.subject.as_text), *texts]
    try:
        outcomes = []
        for some, as_text in ((checks[: len(checks) - len(texts)], False), (texts, True)):
            outcomes += gx.judge(some, partial(frame, as_text), numbers=settings.results)
    except MissingDependency as error:
        reason = f"{error.message}: {error.hint}"
        verdicts = {c.promise.origin: Verdict(False, exception=reason) for c in checks}
        return ByGx([], [Skip(c.code, name, reason) for c in checks], verdicts)
    failures = []
    for check, outcome in zip(checks, outcomes, strict=True):
        if outcome.error:
            failures.append(not_judged(check, outcome.error))
        elif not outcome.success:
            kept = sorted(outcome.rows)[: settings.shown]
            keys = database.keys(name, kept)
            rows = tuple(BadRow(n, {}, keys.get(n, {})) for n in kept)
            count = max(outcome.count, len(outcome.rows), 1)
            failures.append(Failure(check, count, rows, {"observed": outcome.observed}))
    verdicts = {
        check.promise.origin: Verdict(one.success, one.result, one.error, "great-expectations")
        for check, one in zip(checks, outcomes, strict=True)
    }
    return ByGx(failures, [], verdicts)


def verdict_of(result: Sequence[Failure] | Skip | str) -> Verdict:
    """Return the verdict that what a query of a suite has found means."""
    if isinstance(result, Skip | str):
        return Verdict(False, exception=result if isinstance(result, str) else result.reason)
    count = sum(int(f.params.get("count", f.count)) for f in result)
    return Verdict(not count, {"observed_value": count})


def not_judged(check: AnyCheck, error: str) -> Failure:
    """Return the failure that tells of an expectation which nobody can judge."""
    spec = registry()["GX004"]
    told = replace(check, code=spec.code, name=spec.name, message=spec.message)
    return Failure(told, 1, params={"reason": error})


def judge_by_frictionless(
    plan: Plan, names: Sequence[str], shaped: set[str], limit: int | None, run: Run
) -> None:
    """Let frictionless judge whole tables, and add what it finds to the run.

    Of the tables in `shaped` the bytes, header and rows have been judged already.
    """
    from copydesk.engine import reference

    for verdict in reference.validate(plan.package, names):
        table = plan.package.table(verdict.table)
        assert table is not None
        if verdict.rows is None and verdict.valid:
            reason = "frictionless takes it for something else than a table"
            run.skipped.append(Skip("*", verdict.table, reason))
        run.rows[verdict.table] = verdict.rows or 0
        run.engines[verdict.table] = "frictionless"
        absent = next((e.note for e in verdict.errors if e.note.startswith(_ABSENT)), "")
        if absent:
            run.skipped.append(Skip("*", verdict.table, absent[:1].lower() + absent[1:]))
            continue
        errors = [
            e for e in verdict.errors
            if not (verdict.table in shaped and e.code[:2] in ("FL", "TB"))
        ]  # fmt: skip
        _tell(table, errors, plan.package.config, limit, run)


def _tell(table: Table, errors: Sequence[Any], config: Config, limit: int | None, run: Run) -> None:
    groups: dict[tuple[str, str], list[Any]] = {}
    for error in (_with_key(table, e) for e in errors):
        groups.setdefault((error.code or "FL016", error.field), []).append(error)
    shown = [e for members in groups.values() for e in members[:limit]]
    places = _places(table, shown)
    for (code, name), members in groups.items():
        spec = registry()[code]
        severity = severity_of(spec, config)
        run.findings.add(_finding(table, code, severity, e, places) for e in members[:limit])
        run.totals.append(Total(code, spec.name, severity, table.name, name, len(members)))


def _with_key(table: Table, error: Any) -> Any:
    """Return an error of the primary key with its fields, which frictionless does not name."""
    key = table.schema.primary_key if table.schema else None
    if key is None or error.code not in ("KY001", "KY002") or error.fields:
        return error
    return replace(error, field=error.field or key.fields[0], fields=key.fields)


def _places(table: Table, errors: Sequence[Any]) -> Mapping[tuple[int, int | None], Place]:
    """Return where the cells of errors stand, if the table is a text that can be searched."""
    wanted = {_at(e) for e in errors if e.row}
    if not wanted or table.unmade or table.foreign.startswith("its format"):
        return {}
    try:
        return locate(table.file, table.dialect, wanted)
    except (OSError, LookupError, TypeError):
        return {}


def _at(error: Any) -> tuple[int, int | None]:
    return error.row, error.column - 1 if error.column else None


def _finding(
    table: Table,
    code: str,
    severity: Severity,
    error: Any,
    places: Mapping[tuple[int, int | None], Place],
) -> Finding:
    spec = registry()[code]
    place = places.get(_at(error)) if error.row else None
    values = {"field": error.field, "table": table.name, "note": error.note}
    values |= {"value": error.value} if error.value is not None else {}
    message = fill(spec.message, values)
    note = line_of(error.note or error.message)
    origin = table.schema.origin if table.schema else table.origin
    return Finding(
        code=code,
        name=spec.name,
        severity=severity,
        message=note if "{" in message or "``" in message else message,
        table=table.name,
        path=table.path,
        row=error.row,
        line=place.line if place else None,
        column=place.column if place else None,
        field=error.field,
        fields=error.fields or ((error.field,) if error.field else ()),
        value=error.value,
        why=f"{origin.file}, as frictionless reads it: {note}",
        help=first_sentence(spec.fix),
        origin=str(origin),
        equivalent=error.type,
        excerpt=Excerpt(place.excerpt, place.caret, max(place.width, 1)) if place else None,
    )
