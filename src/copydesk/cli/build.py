"""`copydesk build`: check the dataset and write its release archive."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from copydesk.cli import say
from copydesk.cli.check import exit_code, write
from copydesk.errors import EXIT_CLEAN, EXIT_FINDINGS


@click.command("build")
@click.argument("target", default=".", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the archive.  [default: dist in the dataset]",
)  # fmt: skip
@click.option("--quiet", "-q", is_flag=True, help="Only the findings and the last lines.")
def command(target: Path, out: Path | None, quiet: bool) -> int:
    """Check a dataset and write its release archive with SHA256SUMS.

    The archive is the same, byte for byte, whenever and wherever it is built from the same files.
    A dataset with errors is not built, nor one that breaks what its former releases promised.
    """
    from copydesk.building import build, seal
    from copydesk.run import check, gather
    from copydesk.versioning.held import held_if_released

    source, _ = gather(target)
    sealed = seal(source.package)
    report = check(target)
    owing = held_if_released(report, target)
    write(owing, {"text": None}, target, quiet)
    if exit_code(owing) != EXIT_CLEAN:
        sys.stderr.write("error: a dataset with errors is not built\n")
        return EXIT_FINDINGS
    built = build(source.package, report, out, sealed=sealed)
    say("")
    for one in built.artifacts:
        say(f"built {built.folder / one.name}  {one.bytes / 1000:,.1f} kB")
    say(f"      sha256 of the archive {built.artifacts[0].sha256}\n")
    return EXIT_CLEAN
