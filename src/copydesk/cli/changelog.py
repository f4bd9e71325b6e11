"""`copydesk changelog`: what each release has changed, for people and for programs."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from copydesk.errors import EXIT_CLEAN, EXIT_FINDINGS


@click.command("changelog")
@click.argument("target", default=".", type=click.Path(path_type=Path, exists=True))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False, exists=True),
              help="The folder for the files.  [default: data in the dataset]")  # fmt: skip
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a file "
              "is out of date.")  # fmt: skip
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY",
              help="The day of a release that has no tag yet.  [default: today]")  # fmt: skip
def command(target: Path, out: Path | None, only_check: bool, day: datetime | None) -> int:
    """Write what each release of a dataset has changed: CHANGELOG.md, changes.json, changes.atom.

    Releases are tags, and the next one if its number is set already. What you wrote into
    CHANGELOG.md yourself stays, and so do the days in it.
    """
    from copydesk.changelog import written
    from copydesk.waivers import today

    stale = written(target, out, str(day)[:10] if day else today(), only_check=only_check)
    for file in stale:
        sys.stderr.write(f"{'out of date:' if only_check else 'wrote'} {file}\n")
    if not stale:
        sys.stderr.write("the changelog is up to date\n")
    return EXIT_FINDINGS if only_check and stale else EXIT_CLEAN
