"""Where the suites of a package lie."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from copydesk.document import Document, NotRead, Problem, read_json, require_own
from copydesk.model import Origin, Package, Suite
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
    root = package.root if described else package.root.parent
    for file, shown in _suite_files(package, root):
        table = file.name.removesuffix(SUITE)
        known = [t.name for t in package.tables]
        if single and table not in known:
            continue
        suite, document, wrong = _read(file, shown, table, root)
        found += wrong
        if table not in known:
            found.append(Problem("PK024", document, "", {"value": table, "known": known}))
            continue
        suites.append(
            _of_texts(suite) if package.tables[known.index(table)].schema is None else suite
        )
    return tuple(suites), found


def _read(
    file: Path, shown: str, table: str, root: Path
) -> tuple[Suite, Document, Sequence[Problem]]:
    """Return the suite in a file, its document and what is wrong in it, which may be all of it."""
    try:
        require_own(file, shown, root)
        document = read_json(file, shown, infinite=True)  # bins of a suite may be
        suite, wrong = read_suite(document, table)
    except NotRead as error:
        params = {"reason": f"it {error.reason}", "help": error.hint}
        suite = Suite("", table, (), Origin(shown))
        return suite, error.document, [Problem("GX006", error.document, "", params)]
    return suite, document, wrong


def _suite_files(package: Package, root: Path) -> Iterator[tuple[Path, str]]:
    """Yield the files of suites, and how they are shown.

    They lie in `schemas`, or beside the file of their table; for files that nobody has described
    also in the `schemas` beside their folder.
    """
    listed = sorted((package.root / "schemas").glob(f"*{SUITE}"))
    for table in package.tables:
        folders = [table.file.parent, root / "schemas"]
        listed += [folder / f"{table.name}{SUITE}" for folder in folders]
    for file in dict.fromkeys(file for file in listed if os.path.lexists(file)):
        yield file, Path(os.path.relpath(file, package.root)).as_posix()


def _of_texts(suite: Suite) -> Suite:
    """Return the suite of a table without a schema.

    What can be read in a text is asked of the texts, whatever type is inferred for them.
    """
    changed = (replace(e, as_text=e.as_text or e.type in _READING) for e in suite.expectations)
    return replace(suite, expectations=tuple(changed))
