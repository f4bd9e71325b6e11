"""`copydesk merge`: merge two versions of a CSV file by key and cell, for git or by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from copydesk.cli import say
from copydesk.errors import EXIT_CLEAN, EXIT_FINDINGS, UserError

_FILE = click.Path(path_type=Path)


@click.command("merge")
@click.argument("versions", nargs=-1, type=_FILE, metavar="BASE OURS THEIRS")
@click.option("--path", type=_FILE, help="Where the file lies in the dataset, if not at OURS.")
@click.option("--marker-size", type=click.IntRange(1, 100), default=7, show_default=True,
              help="Signs in a row that mark a conflict.")  # fmt: skip
@click.option("--stdout", is_flag=True, help="Print the result and leave OURS as it is.")
@click.option("--install", is_flag=True, help="Let git merge the CSV files of this clone so.")
def command(
    versions: tuple[Path, ...], path: Path | None, marker_size: int, stdout: bool, install: bool
) -> int:
    """Merge OURS and THEIRS, which both come from BASE, by key and cell, into OURS.

    Rows are matched by the primary key of the table. What only one side has changed is taken from
    it; a cell that both have changed is a conflict, marked in the file and listed.

    Exit code: 0 merged, 1 there are conflicts, 2 the command cannot be run as given.
    """
    if install:
        from copydesk.merging.driver import install as set_up

        say("".join(f"{line}\n" for line in set_up(Path())))
        return EXIT_CLEAN
    if len(versions) != 3:
        raise UserError(
            f"three files are merged, not {len(versions)}",
            hint="copydesk merge BASE OURS THEIRS; `copydesk merge --install` is for git",
        )
    from copydesk.merging import merge_files, put, table_at
    from copydesk.merging.words import told

    base, ours, theirs = versions
    place = path or ours
    result = merge_files(base, ours, theirs, table_at(place), marker_size)
    if stdout:
        sys.stdout.buffer.write(result.data)
    else:
        put(result.data, ours)
    sys.stderr.write("".join(f"{line}\n" for line in told(result, place)))
    return EXIT_CLEAN if result.clean else EXIT_FINDINGS
