"""`copydesk version`: the next number of the data, and line by line why."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from copydesk.cli import say
from copydesk.errors import EXIT_CLEAN


@click.command("version")
@click.argument("target", default=".", type=click.Path(path_type=Path, exists=True))
@click.option("--base", metavar="VERSION", help="A revision, folder or archive to start from.  "
              "[default: the last release that is tagged]")  # fmt: skip
@click.option("--write", is_flag=True, help="Set the number in every file that carries it.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(target: Path, base: str | None, write: bool, form: str) -> int:
    """Tell the next version number of a dataset, and why it has to be that.

    The difference since the last release decides: major for what breaks programs that use the
    data, minor for what is new, patch for what was corrected.
    """
    from copydesk.versioning import proposed, written
    from copydesk.versioning.words import proposal_json, proposal_text

    found = proposed(target, base)
    if write:
        number, names = written(target, found)
        found = found.carrying(number)
        told = ", ".join(f"`{name}`" for name in names)
        sys.stderr.write(f"{number} is set in {told}\n" if told else f"{number} is set already\n")
    say(proposal_text(found) if form == "text" else proposal_json(found))
    return EXIT_CLEAN
