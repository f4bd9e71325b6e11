"""The kinds of change and the class of each: the one place where it is decided.

They follow the recipe "Data Package Version" of the Data Package standard. Where that is silent,
the class is what a program feels that reads the tables and holds on to their keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from copydesk.releases import Class


@dataclass(frozen=True)
class Kind:
    """A kind of change: its class, what it is, and whether the recipe names it."""

    name: str
    cls: Class
    words: str
    recipe: bool = True


_ALL = (
    Kind("package-renamed", "major", "the package has another `name` or `id`"),
    Kind("table-removed", "major", "a table is gone"),
    Kind("table-renamed", "major", "a table has another name"),
    Kind("table-unreadable", "major",
         "a table cannot be read in one of the versions: the worst is assumed", recipe=False),
    Kind("column-added", "major", "a column is new"),
    Kind("column-removed", "major", "a column is gone"),
    Kind("column-renamed", "major", "a column has another name"),
    Kind("columns-reordered", "major", "columns stand in another order"),
    Kind("type-changed", "major", "a field has another type or format"),
    Kind("reading-changed", "major",
         "cells or files are read in another way: missing values, number signs, dialect, encoding",
         recipe=False),
    Kind("constraint-tightened", "major",
         "a constraint, a key or the match of fields refuses what it admitted"),
    Kind("constraint-changed", "major",
         "a constraint, such as a pattern, is another one, which may refuse what it admitted"),
    Kind("primary-key-changed", "major", "the primary key is another one, or gone", recipe=False),
    Kind("key-gone", "major",
         "a row is gone, without a redirect, to whose key others refer or may refer"),
    Kind("key-withdrawn-in-use", "major",
         "a row to which other tables refer is gone and leaves a tombstone"),
    Kind("key-reused", "major", "a key stands for another row than before"),
    Kind("redirect-removed", "major", "a redirect is gone", recipe=False),
    Kind("table-added", "minor", "a table is new"),
    Kind("row-added", "minor", "rows are new"),
    Kind("key-redirected", "minor",
         "a key was renamed, or its row merged into another one, and a redirect says so",
         recipe=False),
    Kind("key-withdrawn", "minor", "a row is gone to which no table refers; it leaves a tombstone",
         recipe=False),
    Kind("row-retired", "minor", "the `status` of a row became one of withdrawal", recipe=False),
    Kind("reference-follows", "minor", "cells follow a key that was renamed"),
    Kind("constraint-loosened", "minor",
         "a constraint, a key or the match of fields admits what it refused"),
    Kind("reference-changed", "minor", "a foreign key refers to another table or field"),
    Kind("reading-stated", "minor", "how a file is read is said now, or no longer", recipe=False),
    Kind("suite-changed", "minor", "an expectation of a suite is new, gone or another one",
         recipe=False),
    Kind("rule-changed", "minor", "a rule is new, gone or asks another question", recipe=False),
    Kind("cell-corrected", "patch", "cells hold other values"),
    Kind("row-removed", "patch", "rows are gone that have no key to which anybody could refer",
         recipe=False),
    Kind("cell-respelt", "patch", "cells are written in another way, the values are the same",
         recipe=False),
    Kind("described", "patch", "titles, descriptions and what else is said to people"),
    Kind("path-changed", "none", "a file has another path"),
    Kind("rewritten", "none", "rows stand in another order, or cells are quoted in another way",
         recipe=False),
    Kind("stamped", "none", "the number, the date, the size or the hash of the release",
         recipe=False),
)  # fmt: skip

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})
"""All kinds of change by name, the gravest first."""
