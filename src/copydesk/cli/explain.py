"""`copydesk explain`: the long form of a diagnostic."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from copydesk.cli import colour_of, say, width_of
from copydesk.errors import EXIT_CLEAN, UserError


@click.command("explain")
@click.argument("code", required=False)
@click.option(
    "--package", "target", default=".", type=click.Path(path_type=Path),
    help="The dataset whose own rules are known too.  [default: the current folder]",
)  # fmt: skip
def command(code: str | None, target: Path) -> int:
    """Explain a code such as FD004, or its name: what it means, why, an example, how to mend it.

    Without a code, list all checks and the rules of the dataset.
    """
    from copydesk.checks import CheckSpec, matches, registry, require_known
    from copydesk.model import Rule
    from copydesk.report.explain import catalogue, explain
    from copydesk.rules import read_rules

    rules = [r for r in read_rules(target) if isinstance(r, Rule)] if target.is_dir() else []
    every: list[CheckSpec | Rule] = [*registry().values(), *rules]
    width, colour = width_of(sys.stdout), colour_of(sys.stdout)
    if code is None:
        say(catalogue(every, width=width, colour=colour))
        return EXIT_CLEAN
    word = code.upper() if code[:2].isalpha() and code[2:].isdigit() else code
    require_known([word], [(c.code, c.name) for c in every])
    found = [c for c in every if word in (c.code, c.name)]
    if not found:
        near = [c for c in every if matches(c.code, c.name, [word])]
        say(catalogue(near, width=width, colour=colour))
        return EXIT_CLEAN
    if len(found) > 1:
        raise UserError(f"`{code}` names several checks")
    say(explain(found[0], width=width, colour=colour))
    return EXIT_CLEAN
