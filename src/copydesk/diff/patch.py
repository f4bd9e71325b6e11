"""A difference in JSON and the older version → the rows of the newer one.

The document tells all rows and the order of the columns; in which order unchanged rows stand it
does not tell, since that is no difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from copydesk.diff.versions import TableVersion, read_version
from copydesk.errors import UserError
from copydesk.scan import records


@dataclass(frozen=True)
class Rows:
    """A table as texts: its columns, and its rows in some order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def applied(document: Mapping[str, Any], base: Path) -> dict[str, Rows]:
    """Return the tables of the newer version, made of the older one and a difference from it.

    Raises UserError for a document of another form, or one that is about other rows.
    """
    if document.get("diff") != "copydesk/1":
        raise UserError("this is no difference", hint="write one: copydesk diff --format json")
    with TemporaryDirectory(prefix="copydesk-") as folder:
        version = read_version(base, Path(folder))
        tables = {name: _numbered(one) for name, one in version.tables.items() if not one.reason}
    found = {name: Rows(columns, tuple(rows.values())) for name, (columns, rows) in tables.items()}
    for change in document["tables"]:
        if why := change["reason"] or ", ".join(change["notes"]):
            raise UserError(f"not all rows of `{change['name']}` were compared: {why}")
        columns, rows = tables.get(change["old_name"], ((), {}))
        if change["old_name"] != change["name"] or change["state"] == "removed":
            found.pop(change["old_name"], None)
        if change["state"] != "removed":
            found[change["name"]] = _patched(change, columns, rows)
    return found


def _numbered(one: TableVersion) -> tuple[tuple[str, ...], dict[int, tuple[str, ...]]]:
    """Return the columns of a table and its rows by their numbers."""
    width = one.shape.width
    rows = {
        record.number: (*record.cells, *[""] * width)[:width]
        for record in records(one.table.file, one.table.dialect)
        if record.role == "data"
    }
    return tuple(one.columns), rows


def _patched(
    change: Mapping[str, Any], columns: Sequence[str], rows: Mapping[int, Sequence[str]]
) -> Rows:
    told = change["columns"]
    if not told["order"]:  # nothing but promises differs
        return Rows(tuple(columns), tuple(map(tuple, rows.values())))
    renamed = {r["from"]: r["to"] for r in told["renamed"]}
    names = [renamed.get(n, n) for n in columns]
    made = {number: dict(zip(names, row, strict=True)) for number, row in rows.items()}
    for one in change["removed"]:
        _require(one["at"], made)
        del made[one["at"]]
    for one in (*change["renamed"], *change["changed"]):
        _require(one["at"][0], made)
        made[one["at"][0]].update({c["field"]: c["new"] for c in one["cells"]})
    for column in told["added"]:
        for value in column["values"]:
            _require(value["at"], made)
            made[value["at"]][column["name"]] = value["value"]
    cells = [*made.values(), *(one["row"] for one in change["added"])]
    order = tuple(told["order"])
    return Rows(order, tuple(tuple(row.get(n, "") for n in order) for row in cells))


def _require(number: int, rows: Mapping[int, object]) -> None:
    if number not in rows:
        raise UserError(f"there is no row {number} in the older version that it is about")
