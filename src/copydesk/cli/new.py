"""`copydesk new`: a repository for a dataset, ready to be filled."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from copydesk.cli import say
from copydesk.errors import EXIT_CLEAN


@click.command("new")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", default="", help="The name of the dataset.  [default: that of the folder]")
@click.option("--title", default="", help="What people call it.  [default: its name]")
@click.option(
    "--action", default="", metavar="OWNER/REPO@REF",
    help="Check pull requests by the action of this repository.  [default: install copydesk]",
)  # fmt: skip
def command(folder: Path, name: str, title: str, action: str) -> int:
    """Make a repository for a dataset: a table and its promises, a README, a workflow.

    The folder must be empty or not there. Nothing is fetched.
    """
    from copydesk.scaffold import create

    files = create(folder, name=name, title=title, action=action)
    lines = [f"wrote {folder}", *(f"  {file}" for file in files), "", "next:"]
    steps = ["git init", "copydesk merge --install", "copydesk check"]
    notes = {steps[1]: "    # git then merges CSV by key and cell; once in every clone"}
    lines.append(f"  cd {shlex.quote(str(folder))}")
    lines += [f"  {step}{notes.get(step, '')}" for step in steps]
    say("\n".join(lines) + "\n")
    return EXIT_CLEAN
