"""Options that commands share, and what they mean."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from copydesk.engine import Settings
from copydesk.errors import UserError

F = TypeVar("F", bound=Callable[..., Any])

ENGINES = ("auto", "duckdb", "reference")


def run_options(function: F) -> F:
    """Add the options that say what is checked and by whom."""
    for option in reversed(
        [
            click.option("--select", multiple=True, metavar="CODE",
                         help="Only these checks: a code, a prefix or a name."),
            click.option("--ignore", multiple=True, metavar="CODE", help="Not these checks."),
            click.option("--table", "tables", multiple=True, metavar="NAME",
                         help="Only these tables."),
            click.option("--engine", type=click.Choice(ENGINES), default="auto", show_default=True,
                         help="duckdb: nothing else; reference: frictionless and GX judge all."),
            click.option("--memory-limit", metavar="SIZE",
                         help="Memory for the engine, such as 1GB."),
            click.option("--threads", type=click.IntRange(min=1), help="Threads for the engine."),
        ]
    ):  # fmt: skip
        function = option(function)
    return function


def words_of(values: object) -> tuple[str, ...]:
    """Return the words of an option that may be repeated, or hold several parted by commas."""
    given = values if isinstance(values, tuple) else ()
    return tuple(w.strip() for v in given for w in str(v).split(","))


def settings_of(options: Mapping[str, Any], everything: bool = False) -> Settings:
    """Return the settings that options ask for."""
    return Settings(
        select=words_of(options.get("select")),
        ignore=words_of(options.get("ignore")),
        tables=words_of(options.get("tables")),
        engine=options.get("engine") or "auto",
        shown=None if everything else Settings().shown,
        memory_limit=options.get("memory_limit"),
        threads=options.get("threads"),
        remote=bool(options.get("allow_remote")),
    )


def tables_of(
    target: Path, files: tuple[Path, ...], tables: tuple[str, ...], *, referring: bool
) -> tuple[str, ...] | None:
    """Return the tables that are meant where files are named too; None if they are of no table."""
    if not files:
        return tables
    from copydesk.touched import touched

    found = touched(target, files, referring=referring)
    return tuple(name for name in found if not tables or name in tables) or None


def outputs(formats: tuple[str, ...]) -> dict[str, Path | None]:
    """Return the file, or None for standard output, of each format asked for.

    Raises UserError for two formats on standard output and for a folder that does not exist.
    """
    from copydesk.report import require_format

    return destinations(formats, require_format, "report")


def destinations(
    formats: tuple[str, ...], require: Callable[[str], None], stem: str
) -> dict[str, Path | None]:
    """Return where each form goes that is asked for; `require` refuses those that do not exist."""
    found: dict[str, Path | None] = {}
    for one in formats or ("text",):
        name, is_file, file = one.partition("=")
        require(name)
        if is_file and not file:
            raise UserError(
                f"`--format {one}` names no file", hint=f"--format {name}={stem}.{name}"
            )
        found[name] = Path(file) if file else None
        if file and not Path(file).absolute().parent.is_dir():
            raise UserError(f"the folder of `{file}` does not exist", hint="create it first")
    if sum(file is None for file in found.values()) > 1:
        raise UserError(
            "two formats cannot share the standard output",
            hint=f"write one to a file: --format {formats[-1]}={stem}.{formats[-1]}",
        )
    return found


def write_text(file: Path, text: Iterable[str]) -> None:
    """Write a text to a file, which is as it was until all of it is there."""
    beside = file.with_name(f".{file.name}.part")
    with beside.open("w", encoding="utf-8") as stream:
        stream.writelines(text)
    beside.replace(file)


def here_of(target: Path) -> str:
    """Return the folder of the package as an editor or a terminal opens it from the current one.

    What lies in an archive cannot be opened, and is named as it is there.
    """
    if target.suffix.lower() == ".zip" and target.is_file():
        return ""
    folder, here = target if target.is_dir() else target.parent, Path.cwd()
    if folder.is_absolute() and folder.is_relative_to(here):
        folder = folder.relative_to(here)
    return "" if folder == Path() else folder.as_posix()


def base_of(target: Path) -> str:
    """Return the folder of the package as seen from the root of its repository."""
    folder = (target if target.is_dir() else target.parent).resolve()
    start = os.environ.get("GITHUB_WORKSPACE")
    roots = [Path(start).resolve()] if start else []
    roots += [p for p in (folder, *folder.parents) if (p / ".git").exists()][:1]
    for root in roots:
        if folder.is_relative_to(root):
            base = folder.relative_to(root).as_posix()
            return "" if base == "." else base
    return ""
