"""`copydesk suggest`: propose what a schema and a suite might promise, from the data."""

from __future__ import annotations

from pathlib import Path

import click

from copydesk.cli import say
from copydesk.cli._options import settings_of
from copydesk.errors import EXIT_CLEAN, UserError

_FILES = (".csv", ".tsv", ".tab", ".txt")


@click.command("suggest")
@click.argument("table")
@click.argument("target", default=".", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option("--write", "wanted", is_flag=True, help="Write the proposals into the files.")
@click.option("--memory-limit", metavar="SIZE", help="Memory for the engine, such as 1GB.")
@click.option("--threads", type=click.IntRange(min=1), help="Threads for the engine.")
def command(table: str, target: Path, form: str, wanted: bool, **options: object) -> int:
    """Propose what a table might promise: types, keys, lists of values, patterns, ranges.

    TABLE is a table of the dataset TARGET, or a CSV file that nobody has described. The output is a
    patch of its schema and its suite, with what speaks for each line. What people have written
    stays as it is. Values that may be slips are listed, and nothing is proposed that allows them.
    """
    from copydesk.suggest import suggest
    from copydesk.suggest.documents import write
    from copydesk.suggest.rendering import suggest_json, suggest_text

    alone = Path(table)
    if target == Path() and alone.suffix.lower() in _FILES and alone.exists():
        target, table = alone, alone.stem
    if wanted and target.suffix.lower() == ".zip":
        raise UserError("a zip is not written to", hint="unpack it first")
    found = suggest(table, target, settings_of(options))
    if wanted:
        write(found.changes)
    say(suggest_text(found, wanted) if form == "text" else suggest_json(found))
    return EXIT_CLEAN
