"""Three versions of a CSV file → one: what git asks a merge driver for.

Rows are matched by the primary key of their table and merged cell by cell; where that cannot be
done for certain, git merges the lines as it does any text.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from copydesk.errors import UserError
from copydesk.merging.three_way import Conflict, Merged, merge
from copydesk.merging.version import Unfit as Unfit
from copydesk.merging.version import read_version
from copydesk.model import Table
from copydesk.package import package_of
from copydesk.revisions import merged_text

__all__ = ["Conflict", "Result", "merge_files", "put", "table_at"]


@dataclass(frozen=True)
class Result:
    """A merged file: its bytes, and what a person has to decide in it.

    `lines` is the number of conflicts of a file that was merged as text, for the `reason` given.
    `key` names the columns of the key.
    """

    data: bytes
    conflicts: tuple[Conflict, ...] = ()
    key: tuple[str, ...] = ()
    reason: str = ""
    lines: int = 0

    @property
    def clean(self) -> bool:
        """Return whether nothing is left to decide."""
        return not self.conflicts and not self.lines


def merge_files(base: Path, ours: Path, theirs: Path, table: Table | None, size: int = 7) -> Result:
    """Return two versions of a file and their common origin as one; `size` is that of markers.

    `table` is what is known of it: dialect and key. Raises UserError for a file that is not there.
    """
    for file in (base, ours, theirs):
        if not file.is_file():
            raise UserError(f"no such file: `{file}`", hint="name three versions of one file")
    schema = table.schema if table else None
    key = schema.primary_key.fields if schema and schema.primary_key else ()
    try:
        if table is None:
            raise Unfit("no descriptor names it")
        if not key:
            raise Unfit("its schema names no primary key")
        one, mine, yours = (read_version(f, table.dialect, key) for f in (base, ours, theirs))
        merged = merge(one, mine, yours, table.dialect.delimiter)
    except (Unfit, LookupError) as why:
        data, conflicts = merged_text(ours, base, theirs, size)
        return Result(data, reason=str(why), lines=conflicts)
    text = merged.head + "".join(_written(merged, size))
    data = mine.mark + text.encode(mine.codec)
    return Result(data, tuple(merged.conflicts), key)


def _written(merged: Merged, size: int) -> Iterator[str]:
    """Yield the rows of a merged table, conflicts between markers as git writes them."""
    end = merged.end
    for row in merged.rows:
        if isinstance(row, str):
            yield row
            continue
        yield f"{'<' * size} ours{end}"
        yield f"{row.ours}{end}" if row.ours is not None else ""
        yield f"{'=' * size}{end}"
        yield f"{row.theirs}{end}" if row.theirs is not None else ""
        yield f"{'>' * size} theirs{end}"


def table_at(path: Path) -> Table | None:
    """Return the table that a file belongs to, by the nearest descriptor above it."""
    package, file = package_of(path), path.absolute()
    return next((t for t in package.tables if t.file.absolute() == file), None) if package else None


def put(data: bytes, file: Path) -> None:
    """Write a file in one step: beside it, then in its place."""
    beside = file.with_name(f".{file.name}.part")
    try:
        beside.write_bytes(data)
        shutil.copymode(file, beside)
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
