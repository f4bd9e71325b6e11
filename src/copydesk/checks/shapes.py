"""PK: which properties a descriptor has, and which kind of value each of them holds.

The shapes are those of Data Package v1 and v2 where both agree. Properties of other origin may
stand beside them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from copydesk.checks import check
from copydesk.document import Document, Problem
from copydesk.model import Severity

Kinds = tuple[type, ...]

_WORDS: Mapping[type, str] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    type(None): "null",
}
_TEXT, _LIST, _MAP, _FLAG, _WHOLE = (str,), (list,), (dict,), (bool,), (int,)
_EITHER = (str, list)
_SIGN = (str, type(None))
_LIKE = 0.8


@dataclass(frozen=True)
class Properties:
    """What an object of a descriptor may hold.

    `kinds` of value by name, and `others`, names that hold any kind. Nothing else stands in a
    `closed` one.
    """

    kinds: Mapping[str, Kinds]
    others: tuple[str, ...] = ()
    closed: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Return every known name."""
        return ("$schema", *self.kinds, *self.others)


PACKAGE = Properties({
    "resources": _LIST, "name": _TEXT, "id": _TEXT, "title": _TEXT, "description": _TEXT,
    "homepage": _TEXT, "version": _TEXT, "created": _TEXT, "image": _TEXT, "keywords": _LIST,
    "licenses": _LIST, "sources": _LIST, "contributors": _LIST, "copydesk": _MAP,
}, ("profile", "views"))  # fmt: skip
RESOURCE = Properties({
    "name": _TEXT, "path": _EITHER, "title": _TEXT, "description": _TEXT, "format": _TEXT,
    "mediatype": _TEXT, "encoding": _TEXT, "bytes": _WHOLE, "hash": _TEXT, "type": _TEXT,
    "schema": (str, dict), "dialect": (str, dict), "sources": _LIST, "licenses": _LIST,
}, (
    "profile", "data", "url", "homepage", "scheme", "compression", "innerpath", "extrapaths",
    "control", "layout", "stats", "rows",
))  # fmt: skip
DIALECT = Properties({
    "delimiter": _TEXT, "lineTerminator": _TEXT, "quoteChar": _SIGN, "doubleQuote": _FLAG,
    "escapeChar": _SIGN, "nullSequence": _SIGN, "skipInitialSpace": _FLAG, "header": _FLAG,
    "headerRows": _LIST, "headerJoin": _TEXT, "commentRows": _LIST, "commentChar": _SIGN,
}, ("caseSensitiveHeader", "csvddfVersion", "sheetName", "sheetNumber", "table"))  # fmt: skip
SCHEMA = Properties({
    "fields": _LIST, "missingValues": _LIST, "primaryKey": _EITHER, "uniqueKeys": _LIST,
    "foreignKeys": _LIST, "fieldsMatch": _EITHER,
}, ("name", "title", "description"))  # fmt: skip
FIELD = Properties({
    "name": _TEXT, "type": _TEXT, "format": _TEXT, "title": _TEXT, "description": _TEXT,
    "constraints": _MAP, "rdfType": _TEXT, "missingValues": _LIST, "trueValues": _LIST,
    "falseValues": _LIST, "bareNumber": _FLAG, "categories": _LIST, "categoriesOrdered": _FLAG,
}, ("example", "examples", "decimalChar", "groupChar", "itemType", "delimiter"))  # fmt: skip
CONSTRAINTS = Properties({
    "required": _FLAG, "unique": _FLAG, "pattern": _TEXT, "enum": _LIST,
    "minLength": _WHOLE, "maxLength": _WHOLE,
}, ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "jsonSchema"),
    closed=True)  # fmt: skip
FOREIGN_KEY = Properties({"fields": _EITHER, "reference": _MAP})
REFERENCE = Properties({"fields": _EITHER, "resource": _TEXT})


def shapes(
    document: Document, pointer: str, data: Mapping[str, Any], known: Properties
) -> Iterator[Problem]:
    """Yield the properties that hold another kind of value, and those that are misspelt."""
    for name, value in data.items():
        if name in known.kinds:
            yield from property_not_of_type(document, f"{pointer}/{name}", value, known.kinds[name])
    yield from misspelt_property(document, pointer, data, known)


def wrong_items(document: Document, pointer: str, value: object, kinds: Kinds) -> Iterator[Problem]:
    """Yield the items of a list that are of none of these kinds."""
    for index, one in enumerate(value if isinstance(value, list) else []):
        yield from property_not_of_type(document, f"{pointer}/{index}", one, kinds)


@check("PK001", message="`{field}` is missing", equivalent="package-error")
def property_missing(
    document: Document, pointer: str, data: Mapping[str, Any], required: tuple[str, ...]
) -> Iterator[Problem]:
    """Tell the properties that a descriptor must have and has not.

    What: A required property is not there, or empty: `resources` of a package, `name` and `path`
        (or `data`) of a resource, `fields` of a schema, `name` of a field, `fields` and
        `reference` of a foreign key.
    Why: Without it no program knows what the package consists of.
    Example: a resource without `name`.
    Fix: Add the property.
    """
    for name in required:
        if name not in data or data[name] in ("", []):
            yield Problem("PK001", document, pointer, {"field": name})


@check("PK002", message="`{field}` is {found} where {expected} is expected",
       equivalent="package-error")  # fmt: skip
def property_not_of_type(
    document: Document, pointer: str, value: object, kinds: Kinds
) -> Iterator[Problem]:
    """Tell the properties of a descriptor that hold another kind of value.

    What: The standard says which kind of value a property holds (a text, a list, an object),
        and this is another.
    Why: Programs that read the descriptor fail, or leave the property out without a word.
    Example: `"resources": {}` instead of `"resources": []`.
    Fix: Write a text in quotes, a list in [ ], an object in { }, a number without quotes.
    """
    if type(value) not in kinds:
        expected = " or ".join(_WORDS[k] for k in kinds if k is not type(None))
        params = {"field": _named(pointer), "found": _WORDS[type(value)], "expected": expected}
        yield Problem("PK002", document, pointer, params)


def _named(pointer: str) -> str:
    """Return the name of a property; an item of a list is named after the list."""
    above, _, last = pointer.rpartition("/")
    return f"{_named(above)}[{last}]" if last.isdigit() and above else last or "the schema"


@check("PK101", message="`{value}` is no property that is known here", severity=Severity.WARNING)
def misspelt_property(
    document: Document, pointer: str, data: Mapping[str, Any], known: Properties
) -> Iterator[Problem]:
    """Tell the properties whose name is almost that of a property of the standard.

    What: The name differs from a known one in a letter or in capitals. Among `constraints`, where
        nothing else can stand, every unknown name is told. Other properties of your own are
        allowed everywhere.
    Why: What is misspelt is left out without a word: the promise is not kept by anybody.
    Example: `"primarykey"`, `"requierd": true`.
    Fix: Write the name as the standard does.
    """
    low = {k.lower(): k for k in known.names[1:]}
    for name in data:
        if name in known.names:
            continue
        near = [low[n] for n in difflib.get_close_matches(name.lower(), low, 1, _LIKE)]
        if near or known.closed:
            step = name.replace("~", "~0").replace("/", "~1")
            params = {"value": name, "known": near or known.names}
            yield Problem("PK101", document, f"{pointer}/{step}", params, key=True)
