"""`copydesk fix`: mend what a machine can mend, and say what is left."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from copydesk.cli import say
from copydesk.cli._options import here_of, tables_of, words_of
from copydesk.errors import EXIT_CLEAN, EXIT_FINDINGS


@click.command("fix")
@click.argument("target", default=".", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--schema", type=click.Path(path_type=Path), help="Table Schema for a single CSV.")
@click.option("--diff", "as_patch", is_flag=True, help="Print a patch, and write nothing.")
@click.option("--unsafe", is_flag=True, help="Mend also where a value has to be guessed.")
@click.option("--select", multiple=True, metavar="CODE",
              help="Only these findings: a code, a prefix or a name.")  # fmt: skip
@click.option("--ignore", multiple=True, metavar="CODE", help="Not these findings.")
@click.option("--table", "tables", multiple=True, metavar="NAME", help="Only these tables.")
def command(
    target: Path,
    files: tuple[Path, ...],
    schema: Path | None,
    as_patch: bool,
    unsafe: bool,
    tables: tuple[str, ...],
    **options: tuple[str, ...],
) -> int:
    """Mend a dataset: encodings, line ends, spaces, quotes, order of rows, forms of values.

    Only what can be read in one way is mended, and only the bytes of mended cells change. What is
    left to people is listed with its place. `--diff` prints a patch for `git apply`. With FILES,
    only the tables that they touch are mended.

    Exit code: 0 no error is left, 1 errors are left (with --diff also: there is something to
    mend), 2 the command cannot be run as given.
    """
    from copydesk.fix import Wishes, fix
    from copydesk.fix.patch import patch
    from copydesk.fix.summary import summary

    named = tables_of(target, files, words_of(tables), referring=False)
    if named is None:
        say("no table is touched\n")
        return EXIT_CLEAN
    wishes = Wishes(words_of(options["select"]), words_of(options["ignore"]), named, unsafe)
    outcome = fix(target, schema=schema, wishes=wishes, write=not as_patch)
    here = here_of(target)
    said = summary(outcome, written=not as_patch, here=here)
    if as_patch:
        sys.stderr.write(said)
        say(patch(outcome.changed, here))
    else:
        say(said)
    failed = not outcome.left.valid or (as_patch and outcome.changed)
    return EXIT_FINDINGS if failed else EXIT_CLEAN
