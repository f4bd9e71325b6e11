"""Where the suites of a package lie."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from copydesk.document import Problem, read_json
from copydesk.errors import UserError
from copydesk.model import Package, Suite
from copydesk.suites import read_suite

_READING = (
    "expect_column_values_to_be_dateutil_parseable",
    "expect_column_values_to_match_json_schema",
    "expect_column_values_to_match_strftime_format",
)

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
        document = read_json(file, shown, infinite=True)  # bins of a suite may be
        suite, wrong = read_suite(document, table)
        found += wrong
        if table not in known:
            found.append(Problem("PK024", document, "", {"value": table, "known": known}))
            continue
        suites.append(
            _of_texts(suite) if package.tables[known.index(table)].schema is None else suite
        )
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


def _of_texts(suite: Suite) -> Suite:
    """Return the suite of a table without a schema.

    What can be read in a text is asked of the texts, whatever type is inferred for them.
    """
    changed = (replace(e, as_text=e.as_text or e.type in _READING) for e in suite.expectations)
    return replace(suite, expectations=tuple(changed))
