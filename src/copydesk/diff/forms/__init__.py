"""The forms of a difference: each public module is one, named as `--format` names it."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterator

from copydesk.diff import Compared
from copydesk.diff.telling import SHOWN
from copydesk.errors import UserError

FORMATS = tuple(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


def parts(
    found: Compared, name: str = "text", *, colour: bool = False, shown: int | None = SHOWN
) -> Iterator[str]:
    """Return the text of a difference in one form, part by part.

    `shown` is how many changes of a kind people see of a table, None for all of them.
    """
    require_form(name)
    module = importlib.import_module(f"{__name__}.{name}")
    rendered: Iterator[str] = module.render(found, colour=colour, shown=shown)
    return rendered


def require_form(name: str) -> None:
    """Raise UserError for a form that does not exist."""
    if name not in FORMATS:
        near = difflib.get_close_matches(name, FORMATS, 1, 0.5)
        known = "the formats are " + ", ".join(f"`{one}`" for one in FORMATS)
        raise UserError(
            f"no form of a difference is called `{name}`",
            hint=f"did you mean `{near[0]}`?" if near else known,
        )
