"""`copydesk check`: judge a dataset and say what is wrong, where, why and how to mend it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from copydesk.cli import colour_of, say, width_of
from copydesk.cli._options import outputs, run_options, settings_of, tables_of
from copydesk.engine import Settings
from copydesk.errors import EXIT_CLEAN, EXIT_FINDINGS
from copydesk.findings import Report


@click.command("check")
@click.argument("target", default=".", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--schema", type=click.Path(path_type=Path), help="Table Schema for a single CSV.")
@click.option(
    "--format", "formats", multiple=True, metavar="FORMAT[=FILE]",
    help="text, concise, json, github, sarif, junit, gitlab, markdown, html or gx; repeatable, "
    "=FILE writes to a file.  [default: text]",
)  # fmt: skip
@run_options
@click.option(
    "--since", metavar="REV",
    help="Fail only for what is new since a revision, a folder or an archive.",
)  # fmt: skip
@click.option(
    "--release", is_flag=True,
    help="Check also what is owed to former releases: their keys, a number that is enough.",
)  # fmt: skip
@click.option("--allow-remote", is_flag=True, help="Fetch what the package names by URL.")
@click.option("--all", "everything", is_flag=True, help="Show all findings, not the first 5.")
@click.option(
    "--fail-on", type=click.Choice(["error", "warning"]), default="error", show_default=True,
    help="The least severity for which the exit code is 1.",
)  # fmt: skip
@click.option("--quiet", "-q", is_flag=True, help="Only the findings and one last line.")
@click.option(
    "--data-docs", type=click.Path(path_type=Path), metavar="DIR",
    help="Write the Data Docs of Great Expectations on the suites to a folder.",
)  # fmt: skip
def command(
    target: Path,
    files: tuple[Path, ...],
    schema: Path | None,
    formats: tuple[str, ...],
    everything: bool,
    fail_on: str,
    quiet: bool,
    **options: object,
) -> int:
    """Check a dataset: a folder, a datapackage.json, a zip, or one CSV file.

    Tables are judged by their Table Schemas, Great Expectations suites and SQL rules, and for
    what no text should hold. Without a descriptor, files are checked for what needs no schema.
    With FILES, only the tables that they touch are checked, and those that refer to them.

    Exit code: 0 the data keeps its promises, 1 it does not, 2 the command cannot be run as given.
    """
    places, data_docs = outputs(formats), options["data_docs"]
    assert data_docs is None or isinstance(data_docs, Path)
    if data_docs:
        _require_docs(data_docs)
    if not files and schema is None and target.is_file():
        target, files = _in_package(target)
    settings = replace(settings_of(options, everything), results="gx" in places or bool(data_docs))
    tables = tables_of(target, files, settings.tables, referring=True)
    if tables is None:
        say("no table is touched\n")
        return EXIT_CLEAN
    settings = replace(settings, tables=tables)
    report = _checked(target, options["since"], schema, settings)
    if options["release"]:
        report = _held(report, target, settings)
    write(report, places, target, quiet, whole=everything)
    if data_docs:
        _write_docs(report, data_docs)
    return exit_code(report, fail_on)


def _checked(target: Path, since: object, schema: Path | None, settings: Settings) -> Report:
    if since is None:
        from copydesk.run import check

        return check(target, schema=schema, settings=settings)
    from copydesk.ratchet import check_since

    return check_since(target, str(since), schema=schema, settings=settings)


def _held(report: Report, target: Path, settings: Settings) -> Report:
    from copydesk.versioning.held import held

    return held(report, target, settings)


def _in_package(target: Path) -> tuple[Path, tuple[Path, ...]]:
    """Return the package to check and the files of it: one file is checked as what it is there."""
    from copydesk.package import TABULAR, package_of

    package = package_of(target) if target.suffix.lower() in TABULAR else None
    if package is None:
        return target, ()
    root, here = package.root, Path.cwd()
    return (root.relative_to(here) if root.is_relative_to(here) else root), (target,)


def _require_docs(folder: Path) -> None:
    from copydesk.datadocs import require_writable

    require_writable(folder)


def _write_docs(report: Report, folder: Path) -> None:
    from copydesk.datadocs import build

    sys.stderr.write(f"wrote {build(report, folder)}\n")


def write(
    report: Report,
    places: dict[str, Path | None],
    target: Path,
    quiet: bool,
    *,
    whole: bool = False,
) -> None:
    """Render the report in each format, to standard output or to its file."""
    from copydesk.cli._options import base_of, here_of, write_text
    from copydesk.report import parts

    for name, file in places.items():
        colour = file is None and colour_of(sys.stdout)
        width = width_of(sys.stdout) if file is None else 100
        text = parts(
            report, name, colour=colour, width=width, quiet=quiet,
            base=base_of(target), here=here_of(target), whole=whole,
        )  # fmt: skip
        if file is None:
            say(text)
        else:
            write_text(file, text)


def exit_code(report: Report, fail_on: str = "error") -> int:
    """Return the exit code that a report calls for."""
    failed = not report.valid or (fail_on == "warning" and report.warnings)
    return EXIT_FINDINGS if failed else EXIT_CLEAN
