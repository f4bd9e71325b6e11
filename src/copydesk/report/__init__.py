"""Renderers: each public module is one form of the report, named as `--format` names it.

A renderer is a pure function `render(report, …)` that yields the text part by part, however many
findings there are. It is imported only when it is asked for.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from copydesk.errors import UserError
from copydesk.findings import Report

WIDTH = 100
"""Columns of a terminal whose width is not known."""

_NO_FORMATS = ("explain", "listing")


def _render(name: str, report: Report, **look: object) -> Iterator[str]:
    parts: Iterator[str] = importlib.import_module(f"{__name__}.{name}").render(report, **look)
    return parts


FORMATS: Mapping[str, Callable[..., Iterator[str]]] = MappingProxyType(
    {
        module.name: partial(_render, module.name)
        for module in pkgutil.iter_modules(__path__)
        if not module.name.startswith("_") and module.name not in _NO_FORMATS
    }
)
"""Every renderer by the name of its form."""


def parts(  # noqa: PLR0913
    report: Report,
    format: str = "text",  # noqa: A002
    *,
    colour: bool = False,
    width: int = WIDTH,
    quiet: bool = False,
    base: str = "",
    here: str = "",
    whole: bool = False,
) -> Iterator[str]:
    """Return the text of the report in one form, part by part.

    Colour, width and quiet count only where people read it, and so does `whole`, which asks for
    what follows from a cause too; `here`, the folder of the package as
    seen from the current one, only where they open the files that are named; `base`, the same as
    seen from the root of the repository, only where a path must be known to others.

    Raises UserError for a form that does not exist.
    """
    require_format(format)
    look = {"colour": colour, "width": width, "quiet": quiet, "base": base, "here": here}
    return FORMATS[format](report, **look, whole=whole)


def render(report: Report, format: str = "text", **look: Any) -> str:  # noqa: A002
    """Return the text of the report in one form as a whole; see `parts`."""
    return "".join(parts(report, format, **look))


def require_format(name: str) -> None:
    """Raise UserError for a form that does not exist."""
    if name not in FORMATS:
        near = difflib.get_close_matches(name, FORMATS, 1, 0.5)
        known = "the formats are " + ", ".join(f"`{one}`" for one in FORMATS)
        raise UserError(
            f"no report format is called `{name}`",
            hint=f"did you mean `{near[0]}`?" if near else known,
        )
