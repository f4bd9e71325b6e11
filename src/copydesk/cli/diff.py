"""`copydesk diff`: what is different between two versions of a dataset."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from copydesk.cli import colour_of, say
from copydesk.cli._options import destinations, write_text
from copydesk.errors import EXIT_CLEAN, EXIT_FINDINGS


@click.command("diff")
@click.argument("base", required=False)
@click.argument("head", required=False)
@click.option(
    "--package", "package", default=".", type=click.Path(path_type=Path, exists=True),
    help="The dataset in its repository.  [default: the current folder]",
)  # fmt: skip
@click.option(
    "--format", "formats", multiple=True, metavar="FORMAT[=FILE]",
    help="text, markdown, html or json; repeatable, =FILE writes to a file.  [default: text]",
)  # fmt: skip
@click.option(
    "--key", "keys", multiple=True, metavar="[TABLE=]FIELD,…",
    help="Match rows by these fields instead of the primary key.",
)  # fmt: skip
@click.option("--table", "tables", multiple=True, metavar="NAME", help="Only these tables.")
@click.option("--all", "everything", is_flag=True, help="Show all changes, not the first 5.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there is a difference.")
@click.option("--memory-limit", metavar="SIZE", help="Memory for the engine, such as 1GB.")
@click.option("--threads", type=click.IntRange(min=1), help="Threads for the engine.")
def command(
    base: str | None,
    head: str | None,
    package: Path,
    formats: tuple[str, ...],
    everything: bool,
    exit_code: bool,
    **options: Any,
) -> int:
    """Show what is different between two versions of a dataset, row by row and cell by cell.

    BASE and HEAD are revisions of git, folders, descriptors, zips or CSV files. Without HEAD it is
    the working tree, without both what is not committed yet. A..B are two revisions; A...B starts
    at the commit where B left A.

    Rows are matched by their primary key. Another order or quoting is no difference.
    """
    from copydesk.diff import MEMORY, Wishes, compared
    from copydesk.diff.forms import parts, require_form
    from copydesk.diff.telling import SHOWN

    places = destinations(formats, require_form, "diff")
    wishes = Wishes(
        _keys(options["keys"]), options["tables"], options["memory_limit"] or MEMORY,
        options["threads"],
    )  # fmt: skip
    with compared(base, head, package=package, wishes=wishes) as found:
        for name, file in places.items():
            colour = file is None and colour_of(sys.stdout)
            text = parts(found, name, colour=colour, shown=None if everything else SHOWN)
            say(text) if file is None else write_text(file, text)
        differs = found.difference.any
    return EXIT_FINDINGS if exit_code and differs else EXIT_CLEAN


def _keys(given: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found = {}
    for one in given:
        table, _, fields = one.rpartition("=")
        found[table] = tuple(f.strip() for f in fields.split(","))
    return found
