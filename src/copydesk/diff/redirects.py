"""Where keys went: the table `redirects` of a package (`old_id`, `table`, `new_id`, `reason`)."""

from __future__ import annotations

from copydesk.diff.changes import Redirect
from copydesk.diff.versions import PackageVersion
from copydesk.scan import records

NAME = "redirects"
_NEEDED = ("old_id", "table", "new_id")
_STEPS = 100


def redirects_of(version: PackageVersion) -> dict[str, dict[str, Redirect]]:
    """Return the redirects of a version by table and old key, followed to their ends.

    A package without such a table has none.
    """
    one = version.tables.get(NAME)
    if one is None or one.reason or not set(_NEEDED) <= one.columns.keys():
        return {}
    found: dict[str, dict[str, Redirect]] = {}
    old, table, new = (one.columns[name] for name in _NEEDED)
    reason = one.columns.get("reason")
    for record in records(one.table.file, one.table.dialect):
        cells = record.cells
        if record.role == "data" and len(cells) == one.shape.width and cells[old]:
            why = "" if reason is None else cells[reason]
            known = found.setdefault(cells[table], {})
            known[cells[old]] = Redirect(cells[old], cells[new], why)
    return {
        name: {k: _followed(r, known) for k, r in known.items()} for name, known in found.items()
    }


def _followed(redirect: Redirect, known: dict[str, Redirect]) -> Redirect:
    new = redirect.new
    for _ in range(_STEPS):
        if new not in known or new == redirect.old:
            break
        new = known[new].new
    return Redirect(redirect.old, new, redirect.reason)
