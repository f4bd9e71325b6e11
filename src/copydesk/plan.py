"""Package → Plan: one list of checks per table, printable before any data is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from copydesk.checks import CheckSpec, matches, registry
from copydesk.checks.column import Column, ColumnType
from copydesk.checks.expectation import checks_of
from copydesk.checks.field import Bad
from copydesk.checks.table import column_names
from copydesk.checks.types import column_of
from copydesk.model import (
    AnyCheck,
    CellCheck,
    Config,
    Field,
    KeyCheck,
    Origin,
    Package,
    Promise,
    QueryCheck,
    ReferenceCheck,
    Rule,
    Schema,
    Severity,
    ShapeCheck,
    Skip,
    Table,
)

C = TypeVar("C", bound=AnyCheck)

NOWHERE = Origin("")
"""Where the promises stand that every text makes."""

SHAPE_FAMILIES = ("FL", "TB")
OF_ANY_FILE = ("FL011", "FL012", "FL013")
"""What can be asked of a file that is no table."""

EMPTY_ROW = "TB010"
"""The check of the rows' shape that is asked of the cells."""


Specs = Mapping[str, CheckSpec]
"""The catalogue, with the severities that the package gives its checks."""


@dataclass(frozen=True)
class TablePlan:
    """What is asked of one table. `foreign` says why it is left to the reference, if it is.

    A table that is not `asked` for is only read, for others refer to it.
    """

    table: Table
    columns: tuple[Column, ...]
    checks: tuple[AnyCheck, ...]
    foreign: str = ""
    asked: bool = True

    def column(self, name: str) -> Column | None:
        """Return the column of that field, or None."""
        return next((c for c in self.columns if c.field.name == name), None)


@dataclass(frozen=True)
class Plan:
    """All checks of a package, by table, then the rules across tables, then what is left out."""

    package: Package
    tables: tuple[TablePlan, ...]
    rules: tuple[QueryCheck, ...]
    skipped: tuple[Skip, ...]
    selection: Selection

    @property
    def checks(self) -> tuple[AnyCheck, ...]:
        """Return every check in the order of the plan."""
        return (*(c for t in self.tables for c in t.checks), *self.rules)


@dataclass(frozen=True)
class Selection:
    """Which checks the user asked for: codes, prefixes or names, and tables; empty: all."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()

    def takes(self, code: str, name: str) -> bool:
        """Return whether a check is asked for."""
        wanted = not self.select or matches(code, name, self.select)
        return wanted and not matches(code, name, self.ignore)


def make_plan(
    package: Package,
    selection: Selection,
    labels: Mapping[str, Sequence[str]] | None = None,
    types: Mapping[str, Sequence[ColumnType]] | None = None,
) -> Plan:
    """Return the plan of a package.

    `labels` gives the header of each table that has no schema: its columns are taken as text,
    unless `types` has a type for each of them.
    """
    skipped: list[Skip] = []
    specs = {
        code: replace(spec, severity=severity_of(spec, package.config))
        for code, spec in registry().items()
    }
    tables = []
    for table in package.tables:
        asked = not selection.tables or table.name in selection.tables
        fields = table.schema.fields if table.schema else _untyped(table, labels or {})
        one = _table_plan(package, table, fields, specs, (types or {}).get(table.name, ()))
        wanted = one.checks if asked else ()
        checks = tuple(_chosen(wanted, package.config, selection, skipped))
        tables.append(replace(one, checks=checks, asked=asked))
    tables = _with_children(tables)
    rules = [_query(rule) for rule in package.rules]
    if selection.tables:
        rules = [r for r in rules if r.table in selection.tables]
    chosen = tuple(_chosen(rules, package.config, selection, skipped))
    return Plan(package, tuple(tables), chosen, tuple(dict.fromkeys(skipped)), selection)


def _with_children(tables: list[TablePlan]) -> list[TablePlan]:
    """Return the tables; those that refer to one left to the reference are left to it too."""
    foreign = {t.table.name for t in tables if t.foreign}
    found = list(tables)
    for _ in tables:
        for index, one in enumerate(found):
            keys = one.table.schema.foreign_keys if one.table.schema else ()
            target = next((k.target for k in keys if k.target in foreign), None)
            if target and not one.foreign:
                foreign.add(one.table.name)
                shape = tuple(c for c in one.checks if c.code[:2] in SHAPE_FAMILIES)
                reason = f"it refers to {target}, which is left to it too"
                found[index] = replace(one, columns=(), checks=shape, foreign=reason)
    return found


def _family(specs: Specs, letters: str) -> list[CheckSpec]:
    return [spec for spec in specs.values() if spec.family == letters]


def _untyped(table: Table, labels: Mapping[str, Sequence[str]]) -> tuple[Field, ...]:
    """Return the fields of a table that nobody described: texts, named by the header."""
    names = column_names(labels.get(table.name, ()))
    return tuple(Field(name, "any", "default", {}, ("",), {}, Origin(table.path)) for name in names)


def _table_plan(
    package: Package,
    table: Table,
    fields: tuple[Field, ...],
    specs: Specs,
    types: Sequence[ColumnType],
) -> TablePlan:
    shape: tuple[AnyCheck, ...] = tuple(_shape_checks(package, table, specs))
    if table.opaque:
        return TablePlan(table, (), tuple(c for c in shape if c.code in OF_ANY_FILE))
    if table.foreign:
        return TablePlan(table, (), shape, table.foreign)
    compared = _compared(package, table)
    columns = [
        column_of(one, index, compared=one.name in compared) for index, one in enumerate(fields)
    ]
    if len(types) == len(columns):
        columns = [replace(c, type=t) for c, t in zip(columns, types, strict=True)]
    if any(e.as_text for s in package.suites if s.table == table.name for e in s.expectations):
        columns = [replace(c, kept=True) for c in columns]
    promised = _promised(table, columns, specs)
    expected = _expected(package, table, columns)
    return TablePlan(table, tuple(columns), (*shape, *promised, *expected))


def _compared(package: Package, table: Table) -> set[str]:
    """Return the fields whose values are compared for being equal: in keys and sets."""
    names: set[str] = set()
    schema = table.schema
    if schema:
        keys = [k.fields for k in (schema.primary_key, *schema.unique_keys) if k]
        keys += [k.fields for k in schema.foreign_keys]
        names |= {name for fields in keys for name in fields}
        decisive = {"unique", "enum"}
        names |= {f.name for f in schema.fields if decisive & f.constraints.keys()}
    for other in package.tables:
        for key in other.schema.foreign_keys if other.schema else ():
            if (key.target or other.name) == table.name:
                names |= set(key.target_fields)
    return names


def _shape_checks(package: Package, table: Table, specs: Specs) -> Iterator[ShapeCheck]:
    canonical = {"FL004", "FL014", "FL032"}
    for letters in SHAPE_FAMILIES:
        for spec in _family(specs, letters):
            if spec.code == EMPTY_ROW or (spec.code in canonical and not package.config.canonical):
                continue
            promise = Promise("", table.origin)
            if spec.code in canonical:
                written = package.origin.at("copydesk", "canonical")
                promise = Promise("promises the canonical form", written)
            yield ShapeCheck(**_common(spec, table, promise))


def _promised(table: Table, columns: Sequence[Column], specs: Specs) -> Iterator[AnyCheck]:
    """Yield the checks that a Table Schema promises, and those of every text."""
    schema = table.schema
    for letters in ("FD", "TX"):
        members = _family(specs, letters)
        for column in columns:
            # A text outside a list of values is told as that, whatever else is odd about it.
            if letters == "TX" and column.field.constraints.get("enum"):
                continue
            for spec in members:
                if bad := spec.make(column):
                    yield _cell(spec, table, column, bad)
        if letters == "FD" and schema:
            yield from _keys(schema, table, columns, specs)
    if bad := specs[EMPTY_ROW].make(columns):
        names = tuple(c.field.name for c in columns)
        promise = Promise("", NOWHERE)
        common = _common(specs[EMPTY_ROW], table, promise, "", names)
        yield CellCheck(**common, bad=bad.sql, gate=bad.gate)


def _keys(
    schema: Schema, table: Table, columns: Sequence[Column], known: Specs
) -> Iterator[AnyCheck]:
    names = {c.field.name for c in columns}
    for column in columns:
        if bad := known["KY002"].make(column, schema):
            yield _cell(known["KY002"], table, column, bad, _origin_of_key(schema))
    primary = known["KY001"].make(schema)
    keys = [(known["KY001"], primary, _origin_of_key(schema))] if primary else []
    for one in known["KY003"].make(schema):
        origin = next(k.origin for k in schema.unique_keys if k.fields == one)
        keys.append((known["KY003"], one, origin))
    for name in known["KY004"].make(schema):
        field = schema.field(name)
        assert field is not None
        keys.append((known["KY004"], (name,), field.origin.at("constraints", "unique")))
    for spec, fields, origin in keys:
        if set(fields) <= names:
            says = f"promises that {_listed(fields)} {'is' if len(fields) == 1 else 'are'} unique"
            promise = Promise(says, origin)
            yield KeyCheck(**_common(spec, table, promise, fields[0], fields))
    spec = known["RF001"]
    for foreign in spec.make(schema):
        if set(foreign.fields) <= names:
            target = foreign.target or table.name
            to = f"{target} (`{'`, `'.join(foreign.target_fields)}`)"
            promise = Promise(f"refers {_listed(foreign.fields)} to {to}", foreign.origin)
            params = {"target": target, "target_fields": "`, `".join(foreign.target_fields)}
            yield ReferenceCheck(
                **_common(spec, table, promise, foreign.fields[0], foreign.fields, params),
                target=target,
                target_fields=foreign.target_fields,
            )  # fmt: skip


def _origin_of_key(schema: Schema) -> Origin:
    return schema.primary_key.origin if schema.primary_key else schema.origin


def _listed(names: Sequence[str]) -> str:
    """Return names as they are read out: `a`, `b` and `c`."""
    shown = [f"`{n}`" for n in names]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _cell(
    spec: CheckSpec, table: Table, column: Column, bad: Bad, origin: Origin | None = None
) -> CellCheck:
    name = column.field.name
    written = NOWHERE if spec.family == "TX" else origin or column.field.origin.at(*bad.step)
    promise = Promise(bad.says, written)
    return CellCheck(
        **_common(spec, table, promise, name, (name,), bad.params),
        bad=bad.sql,
        show=bad.show,
        nearest=bad.nearest,
        gate=bad.gate,
        absent=bad.absent,
        predicate=bad.predicate,
    )


def _common(
    spec: CheckSpec,
    table: Table,
    promise: Promise,
    field: str = "",
    fields: tuple[str, ...] = (),
    params: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "code": spec.code,
        "name": spec.name,
        "severity": spec.severity,
        "equivalent": spec.equivalent,
        "table": table.name,
        "field": field,
        "fields": fields,
        "message": spec.message,
        "help": "",
        "promise": promise,
        "params": dict(params or {}),
    }


def _expected(package: Package, table: Table, columns: Sequence[Column]) -> Iterator[AnyCheck]:
    by_name = {c.field.name: c for c in columns}
    for suite in package.suites:
        if suite.table == table.name:
            for expectation in suite.expectations:
                yield from checks_of(expectation, suite, by_name)


def _query(rule: Rule) -> QueryCheck:
    return QueryCheck(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        equivalent="",
        table=rule.table,
        field=rule.field,
        fields=rule.fields,
        message=rule.message,
        help=rule.fix,
        promise=Promise(f"says: {rule.why}", rule.origin),
        params={},
        sql=rule.sql,
        needs=rule.needs,
    )


def severity_of(check: Any, config: Config) -> Any:
    """Return the severity that a package gives a check: by name, by code, by longest prefix."""
    if check.name in config.severity:
        return config.severity[check.name]
    prefixes = [p for p in config.severity if check.code.startswith(p)]
    return config.severity[max(prefixes, key=len)] if prefixes else check.severity


def _chosen(
    checks: Iterable[C], config: Config, selection: Selection, skipped: list[Skip]
) -> Iterator[C]:
    """Yield the checks asked for, with the severity that the package gives them."""
    decided: dict[tuple[str, Severity], tuple[bool, str | None, Severity]] = {}
    for check in checks:
        key = check.code, check.severity
        if key not in decided:
            reasons = (w for w in config.ignore if matches(check.code, check.name, [w]))
            wanted = selection.takes(check.code, check.name)
            decided[key] = wanted, next(reasons, None), severity_of(check, config)
        wanted, reason, severity = decided[key]
        if wanted and reason is not None:
            skipped.append(Skip(check.code, check.table, config.ignore[reason]))
        elif wanted:
            yield check if severity is check.severity else replace(check, severity=severity)
