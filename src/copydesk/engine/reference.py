"""The reference implementation, frictionless-py, where the native engine cannot judge.

It also serves to compare the two. This is the only module that talks to frictionless; it runs
with nothing trusted (no path leaves the package) and without the network, and its errors come
back as plain values.
"""

from __future__ import annotations

import copy
import json
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from copydesk.checks import registry
from copydesk.model import Package, Table

MOST = 10**9
"""How many errors are asked for: all of them."""

_CONSTRAINT = re.compile(r'constraint "(\w+)"')
_CODES = {
    "required": "FD002",
    "enum": "FD004",
    "pattern": "FD005",
    "minLength": "FD006",
    "maxLength": "FD007",
    "minimum": "FD008",
    "exclusiveMinimum": "FD008",
    "maximum": "FD009",
    "exclusiveMaximum": "FD009",
    "unique": "KY004",
}
_PREFERRED = {
    "error": "",
    "metadata-error": "",
    "incorrect-label": "TB003",
    "primary-key": "KY001",
    "scheme-error": "",
    "source-error": "",
    "unique-error": "KY004",
}
"""Our codes where several have one equivalent; none where the type says too little."""


@dataclass(frozen=True)
class Reported:
    """One error of frictionless.

    `code` is ours for the same mistake, empty if we have none; `row` the number of the record,
    the header counted; `column` the number of the column, from 1; `fields` those of a broken
    reference, `field` the first of them; `note` its own words.
    """

    table: str
    type: str
    code: str
    row: int | None
    column: int | None
    field: str
    note: str
    message: str
    cells: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def value(self) -> str | None:
        """Return the text of the cell in question, if the error is about one."""
        if self.column is None or not 0 < self.column <= len(self.cells):
            return None
        return self.cells[self.column - 1]


@dataclass(frozen=True)
class Verdict:
    """What frictionless says of one table; `rows` is None if it could not read it."""

    table: str
    rows: int | None
    errors: tuple[Reported, ...]

    @property
    def valid(self) -> bool:
        """Return whether there are no errors."""
        return not self.errors


def validate(package: Package, tables: Sequence[str]) -> list[Verdict]:
    """Return what frictionless says of tables of a package, in the order of the names."""
    with _contained() as frictionless:
        return [_verdict(frictionless, package, name) for name in tables]


def _verdict(frictionless: Any, package: Package, name: str) -> Verdict:
    try:
        whole = frictionless.Package(_descriptor(package, name), basepath=str(package.root))
        report = whole.get_resource(name).validate(limit_errors=MOST)
    except frictionless.FrictionlessException as refused:
        return _refused(name, refused)
    except Exception as crash:
        note = f"frictionless failed: {type(crash).__name__}: {crash}"
        return Verdict(name, None, (Reported(name, "error", "", None, None, "", note, note),))
    errors = [*report.errors, *(e for task in report.tasks for e in task.errors)]
    rows = next((t.stats.get("rows") for t in report.tasks), None)
    return Verdict(name, rows, tuple(_reported(name, e) for e in errors))


def _refused(name: str, refused: Any) -> Verdict:
    reasons = refused.reasons or [refused.error]
    return Verdict(name, None, tuple(_reported(name, e) for e in reasons))


def _reported(table: str, error: Any) -> Reported:
    cells = getattr(error, "cells", None) or getattr(error, "labels", None) or ()
    note = str(error.note)
    fields = tuple(map(str, getattr(error, "field_names", None) or ()))
    name = getattr(error, "field_name", None) or getattr(error, "label", None)
    return Reported(
        table=table,
        type=error.type,
        code=code_of(error.type, note),
        row=getattr(error, "row_number", None),
        column=getattr(error, "field_number", None),
        field=str(name or (fields[0] if fields else "")),
        note=note,
        message=str(error.message),
        cells=tuple("" if c is None else str(c) for c in cells),
        fields=fields,
    )


@cache
def _by_equivalent() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for spec in registry().values():
        if spec.equivalent and spec.family != "GX":
            found.setdefault(spec.equivalent, spec.code)
    return {**found, **_PREFERRED}


def code_of(kind: str, note: str) -> str:
    """Return our code for an error of frictionless, or an empty string.

    `kind` is its type; a `constraint-error` names the constraint in its note.
    """
    if kind == "constraint-error":
        match = _CONSTRAINT.search(note)
        return _CODES.get(match[1], "") if match else ""
    if kind == "primary-key" and "None" in note:
        return "KY002"
    return _by_equivalent().get(kind, "")


def _descriptor(package: Package, name: str) -> dict[str, Any]:
    """Return the descriptor of a package, cut down to one table and those that it refers to.

    One unusable resource makes frictionless refuse the whole package.
    """
    table = package.table(name)
    keys = table.schema.foreign_keys if table and table.schema else ()
    needed = {name, *(key.target for key in keys)}
    tables = [t for t in package.tables if t.name in needed]
    if not package.descriptor:
        return {"name": "package", "resources": [_resource(package, t) for t in tables]}
    own = {**package.descriptor, "resources": [_tabular(t.descriptor) for t in tables]}
    return copy.deepcopy(own)


def _tabular(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource that is said to be a table where its schema implies it.

    Frictionless would say nothing of one whose file has no extension that it knows.
    """
    return {"type": "table", **resource} if "schema" in resource else dict(resource)


def _resource(package: Package, table: Table) -> dict[str, Any]:
    made: dict[str, Any] = {"name": table.name, "path": table.path, "type": "table"}
    if table.dialect.delimiter != ",":
        made["dialect"] = {"csv": {"delimiter": table.dialect.delimiter}}
    if table.schema:
        file = package.root / table.schema.origin.file
        made["schema"] = json.loads(file.read_text(encoding="utf-8-sig"))
    return made


class _Offline:
    """A session of the network that is never opened."""

    def __getattr__(self, name: str) -> Any:
        raise ConnectionError("the network is not used")


@contextmanager
def _contained() -> Iterator[Any]:
    """Give frictionless, untrusting, offline, and without its warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import frictionless

        with frictionless.system.use_context(trusted=False, http_session=_Offline()):
            yield frictionless
