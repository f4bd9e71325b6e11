"""The formats in which a release is written: each is a function of the staged package.

`copydesk.build.formats` of the descriptor names those that are written beside the archive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

from copydesk.errors import UserError
from copydesk.model import Package
from copydesk.staged import Staged


@dataclass(frozen=True)
class Format:
    """A way to write a release: `name` is that of its module, `suffix` ends the file's name."""

    name: str
    suffix: str
    mediatype: str
    title: str

    @property
    def write(self) -> Callable[[Staged, Path], None]:
        """Return the function that writes a staged package to a file."""
        found: Callable[[Staged, Path], None] = import_module(f"copydesk.formats.{self.name}").write
        return found


FORMATS = (Format("csv", ".zip", "application/zip", "Data Package of CSV files"),)
"""All formats; the first is the archive, which every release has."""


def chosen(package: Package) -> list[Format]:
    """Return the archive and the formats that a descriptor chooses, in the order of `FORMATS`."""
    own = package.descriptor.get("copydesk")
    settings = own.get("build") if isinstance(own, dict) else None
    names = settings.get("formats", []) if isinstance(settings, dict) else []
    if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
        raise UserError(
            "`copydesk.build.formats` is no list of formats",
            hint='write it as ["parquet", "sqlite"]',
            place=package.path,
        )
    known = {f.name: f for f in FORMATS}
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, 1)
            listed = ", ".join(f"`{n}`" for n in known)
            raise UserError(
                f"`{name}` in `copydesk.build.formats` is no format",
                hint=f"did you mean `{near[0]}`?" if near else f"the formats are {listed}",
                place=package.path,
            )
    return [f for f in FORMATS if f.name in {FORMATS[0].name, *names}]
