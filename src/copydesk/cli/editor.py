"""`copydesk editor`: set VS Code up to complete and check suites and rules."""

from __future__ import annotations

from pathlib import Path

import click

from copydesk.cli import say
from copydesk.errors import EXIT_CLEAN


@click.command("editor")
@click.argument("target", default=".", type=click.Path(path_type=Path))
@click.option("--write", "wanted", is_flag=True, help="Write the files that are not there yet.")
def command(target: Path, wanted: bool) -> int:
    """Set VS Code up for a dataset, so that it completes and checks suites and rules.

    The files go into `.vscode` of the folder TARGET: a JSON Schema of suites and the setting that
    names it, snippets for rules, and a task that shows what `copydesk check` finds at its line.
    Settings and tasks that are there already are left as they are, and what to add is printed.
    """
    from copydesk.editor import setup

    lines = []
    for path, text in setup(target).items():
        shown = path.relative_to(target).as_posix()
        now = path.read_text(encoding="utf-8") if path.is_file() else None
        if now == text:
            lines.append(f"{shown}: as it should be\n")
        elif now is not None and path.name in ("settings.json", "tasks.json"):
            lines.append(f"{shown}: is there already; add to it\n{text}")
        elif wanted:
            path.parent.mkdir(exist_ok=True)
            beside = path.with_name(f".{path.name}.part")
            beside.write_text(text, encoding="utf-8", newline="\n")
            beside.replace(path)
            lines.append(f"{shown}: written\n")
        else:
            lines.append(f"{shown}: not written yet; `--write` does\n")
    say(lines)
    return EXIT_CLEAN
