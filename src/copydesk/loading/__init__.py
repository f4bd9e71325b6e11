"""A package for those who use it: verified, typed, in the form in which they work.

Nothing is imported with this module but what Python starts with, and pandas, polars, pyarrow
and duckdb only when a table is asked for in their form.
"""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copydesk.loading.loaded import Loaded


def load(source: str | PathLike[str]) -> Loaded:
    """Return the package in a folder, a `datapackage.json` or a zip.

    Every table of a zip is held against the size and the hash in its descriptor at once; a
    table of a folder, when it is first used. Raises UserError if one differs.
    """
    from pathlib import Path

    from copydesk.loading.loaded import read

    return read(Path(source))
