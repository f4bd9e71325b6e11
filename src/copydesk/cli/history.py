"""`copydesk history`: who set a cell to its value, in which commit, and why."""

from __future__ import annotations

from pathlib import Path

import click

from copydesk.cli import say
from copydesk.errors import EXIT_CLEAN


@click.command("history")
@click.argument("table")
@click.argument("key")
@click.argument("field", default="")
@click.option("--target", type=click.Path(path_type=Path), default=".", show_default=True,
              help="The dataset: a folder or a descriptor in a git repository.")  # fmt: skip
@click.option("--rev", default="HEAD", show_default=True, help="The revision to look back from.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(table: str, key: str, field: str, target: Path, rev: str, form: str) -> int:
    """Tell who set a cell, or any cell of a row, to its value, when and why.

    The row is known by its KEY, so that sorted, quoted or moved rows, renamed files and merges are
    no change. The parts of a KEY of several fields are divided by commas.
    """
    from copydesk.history import history
    from copydesk.history.words import history_json, history_text

    found = history(target, table, key, field, rev)
    say(history_text(found) if form == "text" else history_json(found))
    return EXIT_CLEAN
