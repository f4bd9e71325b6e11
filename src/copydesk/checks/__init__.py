"""The catalogue of checks: each is a function beside its own words, registered where it stands.

A check module holds one family (two letters). Its functions turn what a schema promises into
predicates; they read nothing and print nothing.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from copydesk.errors import UserError
from copydesk.model import Severity

F = TypeVar("F", bound=Callable[..., Any])

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "PK": "package: the descriptor and its schemas",
        "FL": "file: bytes, encoding, line ends",
        "TB": "table: header and shape of the rows",
        "FD": "field: types and constraints",
        "KY": "key: uniqueness",
        "RF": "reference: foreign keys",
        "TX": "text: what a careful copy editor would see",
        "GX": "expectation: Great Expectations suites",
        "WV": "waiver: findings that are put up with",
        "ID": "id: keys that were released",
        "VN": "version: the number of the data",
    }
)


@dataclass(frozen=True)
class CheckSpec:
    """One kind of mistake: its code, its words and the function that finds it."""

    code: str
    name: str
    severity: Severity
    equivalent: str
    message: str
    make: Callable[..., Any]

    @property
    def doc(self) -> str:
        """Return the words of the check."""
        return inspect.cleandoc(self.make.__doc__ or "")

    @property
    def family(self) -> str:
        """Return the two letters of the family."""
        return self.code[:2]

    @property
    def summary(self) -> str:
        """Return the first line of the check's words."""
        return self.doc.partition("\n")[0]

    def part(self, heading: str) -> str:
        """Return one of the four parts: What, Why, Example or Fix; empty if it has none."""
        match = re.search(
            rf"^{heading}:[ \n](.*?)(?=^(?:What|Why|Example|Fix):|\Z)", self.doc, re.S | re.M
        )
        return inspect.cleandoc(match[1]).strip() if match else ""

    @property
    def what(self) -> str:
        """Return what is wrong when this is found."""
        return self.part("What")

    @property
    def why(self) -> str:
        """Return why it matters."""
        return self.part("Why")

    @property
    def example(self) -> str:
        """Return a value that is found."""
        return self.part("Example")

    @property
    def fix(self) -> str:
        """Return how to mend it."""
        return self.part("Fix")


Mender = Callable[[Any, str], str | None]
"""A pure function of a column and the text of a cell: the text it should be, None if unknown."""

Rewriter = Callable[[bytes, Any], bytes | None]
"""A pure function of the bytes of a file and its table: the bytes they should be, or None."""


@dataclass(frozen=True)
class Mend:
    """How the findings of a check are mended: cell by cell, or in the whole file.

    A `safe` one leaves what the data say as it is. A `certain` one can mend every file that has
    the finding.
    """

    code: str
    safe: bool
    certain: bool
    cell: Mender | None = None
    file: Rewriter | None = None


_catalogue: dict[str, CheckSpec] = {}
_mends: dict[str, list[Mend]] = {}
_closed = False


def check(
    code: str,
    *,
    message: str,
    equivalent: str = "",
    severity: Severity = Severity.ERROR,
) -> Callable[[F], F]:
    """Register a function as the check of that code; its name is the function's in kebab case.

    Raises ValueError for a code or name that is taken, and after the catalogue is closed.
    """

    def register(function: F) -> F:
        name = function.__name__.replace("_", "-")
        add(CheckSpec(code, name, severity, equivalent, message, function))
        return function

    return register


def add(spec: CheckSpec) -> None:
    """Add a check to the catalogue while it is open.

    Raises ValueError for a code or name that is taken, and after the catalogue is closed.
    """
    if _closed:
        raise ValueError(f"{spec.code}: the catalogue is closed")
    taken = next((s for s in _catalogue.values() if spec.code == s.code or spec.name == s.name), 0)
    if taken:
        raise ValueError(f"{spec.code} {spec.name} is taken by {taken}")
    _catalogue[spec.code] = spec


def mend_cells(code: str, *, safe: bool = True) -> Callable[[F], F]:
    """Register a function as one that mends the cells which the check of that code finds."""

    def register(function: F) -> F:
        _mends.setdefault(code, []).append(Mend(code, safe, False, cell=function))
        return function

    return register


def mend_files(code: str, *, safe: bool = True, certain: bool = True) -> Callable[[F], F]:
    """Register a function as one that mends the files in which the check of that code finds fault.

    `certain` says that it can mend each of them.
    """

    def register(function: F) -> F:
        _mends.setdefault(code, []).append(Mend(code, safe, certain, file=function))
        return function

    return register


def mends(code: str) -> tuple[Mend, ...]:
    """Return the mends of the findings of a code, those that are safe first."""
    registry()
    return tuple(sorted(_mends.get(code, ()), key=lambda one: not one.safe))


def mended_by(code: str) -> str:
    """Return the command that mends findings of a code, or an empty string."""
    known = mends(code)
    if not known:
        return ""
    return "copydesk fix" if known[0].safe else "copydesk fix --unsafe"


def registry() -> Mapping[str, CheckSpec]:
    """Return all checks by code, in the order of the codes."""
    global _closed
    if not _closed:
        for module in pkgutil.iter_modules(__path__):
            importlib.import_module(f"{__name__}.{module.name}")
        _closed = True
        ordered = dict(sorted(_catalogue.items()))
        _catalogue.clear()
        _catalogue.update(ordered)
    return MappingProxyType(_catalogue)


def family(letters: str) -> Iterator[CheckSpec]:
    """Return the checks of one family, in the order of their codes."""
    return (spec for spec in registry().values() if spec.family == letters)


def matches(code: str, name: str, words: Iterable[str]) -> bool:
    """Return whether one of the words is this code, a prefix of it, or this name."""
    return any(word == name or code.startswith(word.upper()) for word in words)


def require_known(words: Iterable[str], known: Iterable[tuple[str, str]]) -> None:
    """Raise UserError for a word that is no code, prefix or name of the known checks."""
    pairs = list(known)
    for word in words:
        if not word or not any(matches(code, name, [word]) for code, name in pairs):
            near = difflib.get_close_matches(word, [w for pair in pairs for w in pair], 1, 0.6)
            raise UserError(
                f"no check is called `{word}`",
                hint=f"did you mean `{near[0]}`?" if near else "`copydesk explain` lists them all",
            )
