"""Suites, rules and the descriptor: what is asked and said of a package beside its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from copydesk.diff.changes import Direction, PromiseChange
from copydesk.diff.promises import words
from copydesk.document import step
from copydesk.model import Expectation, Package, Rule, Suite, Table

_ELSEWHERE = ("resources", "resource")
_OF_DATA = ("name", "path", "data", "schema", "bytes", "hash", "rows", "fields", "stats")
"""What a resource says that is compared elsewhere, or that only repeats what its file is."""

_READING = ("dialect", "encoding", "format", "type", "compression")


def package_changes(old: Package, new: Package) -> Iterator[PromiseChange]:
    """Yield how descriptors differ beside their tables, then rules that concern no common table."""
    for pointer, before, after in _leaves(old.descriptor, new.descriptor, _ELSEWHERE):
        name = pointer.removeprefix("/").replace("/", ".")
        yield PromiseChange("package", pointer, _weight(pointer), words(name, before, after),
                            old=before, new=after)  # fmt: skip
    yield from _rules(old.rules, new.rules)


def _weight(pointer: str) -> Direction:
    checks = pointer.startswith(("/copydesk/severity", "/copydesk/ignore", "/copydesk/canonical"))
    return "changed" if checks else "described"


def resource_changes(old: Table, new: Table) -> Iterator[PromiseChange]:
    """Yield how the resources of a table differ beside data and schema."""
    for pointer, before, after in _leaves(old.descriptor, new.descriptor, _OF_DATA):
        name = pointer.removeprefix("/").replace("/", ".")
        change: Direction = "changed" if name.split(".")[0] in _READING else "described"
        yield PromiseChange("resource", pointer, change, words(name, before, after),
                            old=before, new=after)  # fmt: skip
    if old.path != new.path:
        what = words("path", old.path, new.path)
        yield PromiseChange("resource", "/path", "changed", what, old=old.path, new=new.path)


def _leaves(
    old: Mapping[str, Any], new: Mapping[str, Any], without: Sequence[str] = ()
) -> Iterator[tuple[str, Any, Any]]:
    """Yield pointer and both values of each member that differs; lists are values as a whole."""
    waiting: list[tuple[str, Any, Any]] = [("", old, new)]
    while waiting:
        pointer, before, after = waiting.pop(0)
        if before == after:
            continue
        if not (isinstance(before, Mapping) and isinstance(after, Mapping)):
            yield pointer, before, after
            continue
        names = dict.fromkeys([*before, *after])
        skipped = without if not pointer else ()
        waiting = [
            (pointer + step(n), before.get(n), after.get(n)) for n in names if n not in skipped
        ] + waiting


# suites


def suite_changes(
    old: Sequence[Suite], new: Sequence[Suite], table: str, former: str = ""
) -> Iterator[PromiseChange]:
    """Yield how the expectations of a table differ; `former` is its older name."""
    before = _expectations(old, former or table)
    after = _expectations(new, table)
    for name, one in before.items():
        if name not in after:
            yield _expectation(one, "loosened", f"{_said(one)} is no longer expected", one, None)
    for name, one in after.items():
        former_one = before.get(name)
        if former_one is None:
            yield _expectation(one, "tightened", f"{_said(one)} is expected", None, one)
        else:
            yield from _differing(former_one, one)


def _expectations(suites: Sequence[Suite], table: str) -> dict[tuple[str, str, int], Expectation]:
    """Return the expectations of a table by type and column, numbered where several are alike."""
    found: dict[tuple[str, str, int], Expectation] = {}
    for one in (e for s in suites if s.table == table for e in s.expectations):
        number = 0
        while (one.type, _column(one), number) in found:
            number += 1
        found[one.type, _column(one), number] = one
    return found


def _column(one: Expectation) -> str:
    names = ("column", "column_A", "column_B", "column_list", "column_set")
    return ", ".join(str(one.kwargs[n]) for n in names if n in one.kwargs)


def _said(one: Expectation) -> str:
    column = _column(one)
    return f"{one.type} of `{column}`" if column else one.type


def _expectation(
    one: Expectation, change: Direction, what: str, old: Expectation | None, new: Expectation | None
) -> PromiseChange:
    column = str(one.kwargs.get("column", ""))
    values = (dict(e.kwargs) if e else None for e in (old, new))
    return PromiseChange("suite", one.type, change, what, "", column, *values)


def _differing(old: Expectation, new: Expectation) -> Iterator[PromiseChange]:
    if old.kwargs != new.kwargs:
        parts = ", ".join(
            words(pointer.removeprefix("/"), before, after)
            for pointer, before, after in _leaves(old.kwargs, new.kwargs)
        )
        yield _expectation(new, "changed", f"{_said(new)}: {parts}", old, new)
    if old.severity != new.severity:
        yield _severity("suite", new.type, _said(new), old.severity, new.severity)


def _severity(subject: str, name: str, said: str, old: str, new: str) -> PromiseChange:
    levels = ("info", "warning", "error")
    change: Direction = "tightened" if levels.index(new) > levels.index(old) else "loosened"
    what = f"{said}: severity {old} became {new}"
    return PromiseChange(subject, name, change, what, old=str(old), new=str(new))


# rules


def _rules(old: Sequence[Rule], new: Sequence[Rule]) -> Iterator[PromiseChange]:
    before, after = ({r.code: r for r in rules} for rules in (old, new))
    for code, rule in before.items():
        if code not in after:
            yield _rule(rule, "loosened", f"rule {code} {rule.name} is gone", old=rule.sql)
    for code, rule in after.items():
        former = before.get(code)
        if former is None:
            yield _rule(rule, "tightened", f"rule {code} {rule.name} is new", new=rule.sql)
            continue
        if former.sql.split() != rule.sql.split():
            what = f"rule {code} {rule.name} asks another question"
            yield _rule(rule, "changed", what, former.sql, rule.sql)
        elif former != rule and former.severity == rule.severity:
            yield _rule(rule, "described", f"rule {code} {rule.name} is worded in another way")
        if former.severity != rule.severity:
            yield _severity("rule", code, f"rule {code}", former.severity, rule.severity)


def _rule(
    rule: Rule, change: Direction, what: str, old: Any = None, new: Any = None
) -> PromiseChange:
    return PromiseChange("rule", rule.code, change, what, rule.table, "", old, new)
