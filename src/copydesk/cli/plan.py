"""`copydesk plan`: print the checks that would be made, before any data is read."""

from __future__ import annotations

from pathlib import Path

import click

from copydesk.cli import say
from copydesk.cli._options import run_options, settings_of
from copydesk.errors import EXIT_CLEAN


@click.command("plan")
@click.argument("target", default=".", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@run_options
def command(target: Path, form: str, **options: object) -> int:
    """Print the compiled checks: what is asked of which column, and who promised it."""
    from copydesk.report.listing import plan_json, plan_text
    from copydesk.run import gather, opened, plan_of

    with opened(target) as place:
        source, _ = gather(place)
        plan = plan_of(source.package, settings_of(options))
    listed = [(t.table.name, t.foreign, t.checks) for t in plan.tables if t.asked]
    render = plan_text if form == "text" else plan_json
    say(render(plan.package.name, listed, plan.rules))
    return EXIT_CLEAN
