"""The whole path: a target → package → plan → shape and engine → findings → report.

Read `check` first; every step of it is one function below or one module of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from copydesk.checks import CheckSpec, matches, registry, require_known
from copydesk.checks.advice import did_you_mean, nearest
from copydesk.checks.descriptor import problems, schema_problems
from copydesk.document import Document, Problem
from copydesk.engine import Run, Settings
from copydesk.engine.duckdb import inferred
from copydesk.engine.header import shape_of
from copydesk.engine.judge import judge
from copydesk.engine.judgements import judgements
from copydesk.engine.places import fill, first_sentence
from copydesk.engine.shape import Shape
from copydesk.errors import UserError
from copydesk.files import UNREADABLE, fetcher, make
from copydesk.findings import Excerpt, Finding, Report, TableResult, Total, Waived
from copydesk.model import (
    Config,
    Package,
    Rule,
    Severity,
    ShapeCheck,
    Skip,
    Table,
)
from copydesk.package import Fetch, Source, read_package, stated
from copydesk.pile import Kind, Pile
from copydesk.plan import SHAPE_FAMILIES, Plan, Selection, make_plan, severity_of
from copydesk.rules import read_rules
from copydesk.scan import columns_of, delimiter_of
from copydesk.suites.files import suites_of
from copydesk.waived import take
from copydesk.waivers import Waivers, read_waivers

DEFAULT = Settings()


def check(
    target: str | Path, *, schema: Path | None = None, settings: Settings = DEFAULT
) -> Report:
    """Return the report on a folder, a descriptor, a zip or one CSV file.

    Raises UserError if there is nothing that can be checked.
    """
    started = time.perf_counter()
    with opened(Path(target)) as place, TemporaryDirectory(prefix="copydesk-") as scratch:
        fetch = fetcher(Path(scratch)) if settings.remote else None
        source, found = gather(place, schema, fetch)
        report = judged(source, found, str(target), settings, Path(scratch), fetch)
    return replace(report, seconds=time.perf_counter() - started)


def judged(
    source: Source,
    found: Sequence[Problem],
    target: str,
    settings: Settings,
    scratch: Path,
    fetch: Fetch | None = None,
) -> Report:
    """Return the report on a package that was gathered, with what was found wrong meanwhile.

    `scratch` is a folder for what is made on the way; the report may read from it.
    """
    started = time.perf_counter()
    made = make(source.package, source.document, scratch, fetch)
    plan = plan_of(made.package, settings)
    run = Run(findings=Pile(made.placed), skipped=list(plan.skipped))
    found = [*found, *made.problems]
    waivers, most = _waivers(source, run, settings), settings.shown
    settings = replace(settings, shown=None) if waivers else settings
    barred = _problems(plan, found, run, settings.shown)
    shapes = partial(_shapes, plan, barred, scratch, settings, run)
    judge(plan, shapes, scratch, settings, run)
    _problems(plan, _unusable(source.package, run), run)
    _problems(plan, _miscounted(plan, source.document, run), run)
    waived, wrong = take(plan, waivers, run, most)
    _problems(plan, wrong, run)
    report = _report(plan, run, waived, target, time.perf_counter() - started)
    told = judgements(plan, run, found) if settings.results else ()
    return replace(report, expectations=told)


@contextmanager
def opened(target: Path) -> Iterator[Path]:
    """Give the folder or file to check; a zip is unpacked, safely, for as long as it is needed."""
    if target.suffix.lower() == ".zip" and target.is_file():
        from copydesk.archive import unpack

        with TemporaryDirectory(prefix="copydesk-") as folder:
            yield unpack(target, Path(folder))
    else:
        yield target


def gather(
    target: Path, schema: Path | None = None, fetch: Fetch | None = None
) -> tuple[Source, list[Problem]]:
    """Return the package with its suites and rules, and all that is wrong in their documents."""
    source = read_package(target, schema, fetch)
    package = source.package if source.document else _with_delimiters(source.package)
    found = list(source.unread)
    if source.document:
        found += problems(source.document, package, source.schemas, source.dialects)
    else:
        found += schema_problems(package, source.schemas)
    single = source.document is None and not target.is_dir()
    suites, wrong = suites_of(package, described=source.document is not None, single=single)
    found += wrong
    rules = list(_rules(package, found)) if source.document else []
    package = replace(package, suites=suites, rules=tuple(rules))
    return replace(source, package=package), found


def _with_delimiters(package: Package) -> Package:
    """Return a package that nobody described, with the delimiters that its files suggest."""
    tables = []
    for table in package.tables:
        # The bytes of a compressed file say nothing.
        sign = "" if table.unmade else delimiter_of(table.file, table.dialect)
        dialect = replace(table.dialect, delimiter=sign) if sign else table.dialect
        tables.append(replace(table, dialect=dialect))
    return replace(package, tables=tuple(tables))


def _rules(package: Package, found: list[Problem]) -> Iterator[Rule]:
    taken = {w for spec in registry().values() for w in (spec.code, spec.name)}
    for rule in read_rules(package.root):
        if isinstance(rule, Problem):
            found.append(rule)
            continue
        document = _rule_document(package, rule.origin.file)
        double = next((w for w in (rule.code, rule.name) if w in taken), None)
        if double:
            found.append(Problem("PK023", document, "", {"value": double}))
        elif package.table(rule.table) is None:
            reason = f"no table is called `{rule.table}`"
            found.append(Problem("PK022", document, "", {"reason": reason}))
        elif unknown := [w for w in rule.needs if not _is_check(w)]:
            reason = f"it needs `{unknown[0]}`, which names no built-in check"
            found.append(Problem("PK022", document, "", {"reason": reason}))
        else:
            taken |= {rule.code, rule.name}
            yield rule


def _is_check(word: str) -> bool:
    return any(matches(spec.code, spec.name, [word]) for spec in registry().values())


def _rule_document(package: Package, shown: str) -> Document:
    return Document(shown, (package.root / shown).read_text(encoding="utf-8"), None)


def _miscounted(plan: Plan, document: Document | None, run: Run) -> Iterator[Problem]:
    """Yield the tables with another number of rows or fields than their resources state."""
    unread = {skip.table for skip in run.skipped if skip.code == "*"}
    for one in plan.tables:
        table, known = one.table, stated(one.table.descriptor)
        native = run.engines[table.name].startswith("duckdb") and table.name not in unread
        if document is None or not native or not one.asked:
            continue
        found = {"rows": run.rows[table.name], "fields": len(one.columns)}
        for code, name in (("FL020", "rows"), ("FL021", "fields")):
            expected = getattr(known, name)
            if expected is not None and expected != found[name]:
                within = "" if name in table.descriptor else "/stats"
                params = {"found": f"{found[name]:,}", "expected": f"{expected:,}"}
                at = f"{table.origin.pointer}{within}/{name}"
                yield Problem(code, document, at, params, table=table.name)


def _waivers(source: Source, run: Run, settings: Settings) -> Waivers:
    """Return the waivers that apply."""
    waivers = read_waivers(source.package.root) if source.document else Waivers()
    if waivers and settings.engine == "reference":
        run.skipped.append(Skip("WV", "", "frictionless names no keys to know a finding by"))
        return Waivers()
    return waivers


def _unusable(package: Package, run: Run) -> list[Problem]:
    return [
        Problem("PK022", _rule_document(package, rule.promise.origin.file), "", {"reason": reason})
        for rule, reason in run.unusable
    ]


def plan_of(package: Package, settings: Settings) -> Plan:
    """Return the plan of a package; raises UserError for a word that selects nothing."""
    known = [(s.code, s.name) for s in registry().values()]
    known += [(r.code, r.name) for r in package.rules]
    require_known([*settings.select, *settings.ignore], known)
    for name in settings.tables:
        if package.table(name) is None:
            near = nearest(name, [t.name for t in package.tables])
            names = ", ".join(t.name for t in package.tables)
            hint = did_you_mean(near) or f"the tables are {names}"
            raise UserError(f"no table is called `{name}`", hint=hint)
    labels = {}
    for table in package.tables:
        bare = table.schema is None and not (table.foreign or table.opaque or table.unmade)
        if bare and table.file.is_file():
            labels[table.name] = columns_of(table.file, table.dialect)
    expected = {s.table for s in package.suites if any(not e.as_text for e in s.expectations)}
    types = {
        t.name: inferred(t.file, t.dialect)
        for t in package.tables
        if t.name in labels and t.name in expected
    }
    selection = Selection(settings.select, settings.ignore, settings.tables)
    return make_plan(package, selection, labels, types)


def _problems(
    plan: Plan, found: Iterable[Problem], run: Run, limit: int | None = None
) -> dict[str, str]:
    """Report the problems of the documents; return the tables that they block, with the code.

    Of those of rows, no more of a kind are shown than the limit, if there is one.
    """
    config = plan.package.config
    found = list(found)
    for problem in found:
        spec = registry()[problem.code]
        if not plan.selection.takes(spec.code, spec.name):
            continue
        reason = next((w for w in config.ignore if matches(spec.code, spec.name, [w])), None)
        if reason is not None:
            run.skipped.append(Skip(spec.code, "", config.ignore[reason]))
            continue
        kind = (problem.code, problem.table, problem.field)
        if problem.row is not None and limit is not None and run.findings.shown[kind] >= limit:
            run.totals.append(Total(spec.code, spec.name, severity_of(spec, config), *kind[1:], 1))
            continue
        finding = _finding_of(problem, spec, config)
        run.findings.add([finding])
        run.totals.append(Total(spec.code, spec.name, finding.severity, *kind[1:], 1))
    return blocked(plan.package, found)


def _finding_of(problem: Problem, spec: CheckSpec, config: Config) -> Finding:
    line, column = problem.document.place(problem.pointer, key=problem.key)
    if problem.pointer.isdigit():
        line, column = int(problem.pointer), 1
    params = problem.params
    near = nearest(str(params.get("value", "")), params.get("known", ()))
    cure = did_you_mean(near) or params.get("help") or first_sentence(spec.fix)
    return Finding(
        code=spec.code,
        name=spec.name,
        severity=severity_of(spec, config),
        message=fill(spec.message, params),
        table=problem.table,
        path=problem.document.path,
        row=problem.row,
        line=line,
        column=column,
        field=problem.field,
        fields=(problem.field,) if problem.field else (),
        value=str(params["value"]) if "value" in params else None,
        help=cure,
        origin=f"{problem.document.path}#{problem.pointer}",
        equivalent=problem.equivalent or spec.equivalent,
        excerpt=_line(problem.document, line, column),
    )


def _line(document: Document, line: int, column: int) -> Excerpt | None:
    full = document.line(line)
    if not full:
        return None
    first = max(0, column - 120)
    window = full[first : first + 400]
    rest = full[column - 1 :]
    word = rest.split(",")[0].rstrip("{[ ") or rest[:1]
    return Excerpt(window, column - 1 - first, max(1, min(len(word), 40)))


_HARMLESS = ("PK010", "PK020", "PK021", "PK022", "PK023")
"""Problems of rules, and names that are taken, with which a table can be read."""


def blocked(package: Package, found: Iterable[Problem]) -> dict[str, str]:
    """Return the tables whose descriptor or schema is wrong, with the code that says so."""
    barred: dict[str, str] = {}
    for problem in found:
        if problem.table and problem.code in UNREADABLE:
            barred.setdefault(problem.table, problem.code)
        if not problem.code.startswith("PK0") or problem.code in _HARMLESS:
            continue
        for table in package.tables:
            if _concerns(problem, table):
                barred.setdefault(table.name, problem.code)
    return barred


def _concerns(problem: Problem, table: Table) -> bool:
    """Return whether a problem stands in the resource, schema or dialect of a table."""
    path, pointer = problem.document.path, problem.pointer + "/"
    schema = table.schema.origin if table.schema else None
    return (
        (path == table.origin.file and pointer.startswith(table.origin.pointer + "/"))
        or (schema is not None and path == schema.file and pointer.startswith(schema.pointer + "/"))
        or path == table.descriptor.get("dialect")
    )


def _shapes(
    plan: Plan,
    blocked: Mapping[str, str],
    scratch: Path,
    settings: Settings,
    run: Run,
) -> dict[str, Shape]:
    """Return the shape of each table that can be judged natively, and report what is wrong."""
    shapes: dict[str, Shape] = {}
    for one in plan.tables:
        name = one.table.name
        run.rows[name], run.engines[name] = 0, "duckdb"
        if name in blocked:
            code = blocked[name]
            why = "its data cannot be had" if code.startswith("FL") else "its descriptor has errors"
            run.skipped.append(Skip("*", name, f"{why} ({code})"))
            continue
        if one.foreign:
            continue
        by_reference = settings.engine == "reference"  # which judges the shape itself
        findings = Pile() if by_reference else run.findings
        shape = shape_of(one, scratch, settings.shown, findings)
        if by_reference:
            if not shape.reason:
                shapes[name] = shape
            continue
        run.totals += shape.totals
        run.judged[name] += sum(
            isinstance(c, ShapeCheck) and c.code[:2] in SHAPE_FAMILIES for c in one.checks
        )
        if shape.reason:
            run.skipped.append(Skip("*", name, shape.reason))
        else:
            shapes[name] = shape
    return shapes


def _report(plan: Plan, run: Run, waived: tuple[Waived, ...], path: str, seconds: float) -> Report:
    failing = {t.table for t in run.totals if t.severity is Severity.ERROR}
    tables = tuple(
        TableResult(
            name=one.table.name,
            path=one.table.path,
            rows=run.rows.get(one.table.name, 0),
            valid=one.table.name not in failing,
            engine=run.engines.get(one.table.name, "duckdb"),
            checks=run.judged[one.table.name],
        )
        for one in plan.tables
        if one.asked
    )
    return Report(
        name=plan.package.name,
        version=plan.package.version,
        path=path,
        tables=tables,
        findings=run.findings.in_order(),
        totals=_summed(run.totals, run.findings.shown),
        skipped=tuple(run.skipped),
        checks=sum(run.judged.values()) + run.rules,
        seconds=seconds,
        rules=plan.package.rules,
        waived=waived,
    )


def _summed(totals: Iterable[Total], shown: Mapping[Kind, int]) -> tuple[Total, ...]:
    merged: dict[Kind, Total] = {}
    for one in totals:
        key = (one.code, one.table, one.field)
        before = merged[key].count if key in merged else 0
        merged[key] = replace(one, count=before + one.count, shown=shown.get(key, 0))
    return tuple(merged[k] for k in sorted(merged))
