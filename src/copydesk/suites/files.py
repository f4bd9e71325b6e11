"""Where the suites of a package lie."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from copydesk.document import Problem, read_json
from copydesk.errors import UserError
from copydesk.model import Package, Suite
from copydesk.suites import read_suite

SUITE = ".expectations.json"
"""How the file of a suite ends; the name of the table stands before it."""


def suites_of(
    package: Package, *, described: bool, single: bool
) -> tuple[tuple[Suite, ...], list[Problem]]:
    """Return the suites of a package, and what is wrong in their files.

    `described` says that the package has a descriptor; where a `single` file is checked, only its
    own suite counts.
    """
    suites: list[Suite] = []
    found: list[Problem] = []
    for file, shown in _suite_files(package, described):
        table = file.name.removesuffix(SUITE)
        known = [t.name for t in package.tables]
        if single and table not in known:
            continue
        document = read_json(file, shown)
        suite, wrong = read_suite(document, table)
        found += wrong
        if table not in known:
            found.append(Problem("PK024", document, "", {"value": table, "known": known}))
            continue
        suites.append(suite)
    return tuple(suites), found


def _suite_files(package: Package, described: bool) -> Iterator[tuple[Path, str]]:
    """Yield the files of suites, and how they are shown.

    They lie in `schemas`, or beside the file of their table; for files that nobody has described
    also in the `schemas` beside their folder.
    """
    root = package.root if described else package.root.parent
    listed = sorted((package.root / "schemas").glob(f"*{SUITE}"))
    for table in package.tables:
        folders = [table.file.parent, *([] if described else [root / "schemas"])]
        listed += [folder / f"{table.name}{SUITE}" for folder in folders]
    for file in dict.fromkeys(file for file in listed if file.is_file()):
        shown = Path(os.path.relpath(file, package.root)).as_posix()
        if not file.resolve().is_relative_to(root.resolve()):
            raise UserError(f"`{shown}` is a link out of the package", place=shown)
        yield file, shown
