"""What the standard says about descriptors: one table for each kind of object, one row a property.

The rows follow the text of Data Package 2 (datapackage.org/standard) and 1 (specs 1.0). A level
says how much it matters, for version 1 and for version 2, that a row is kept: only what the text
demands of a version is an error there. What version 1 demands while its reference implementation
and the packages of its time do without is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from copydesk.model import Severity

Kinds = tuple[type, ...]
Level = tuple[Severity | None, Severity | None]

MUST: Level = (Severity.ERROR, Severity.ERROR)
MUST_IN_2: Level = (Severity.WARNING, Severity.ERROR)
MUST_IN_1: Level = (Severity.ERROR, Severity.WARNING)
SHOULD: Level = (Severity.WARNING, Severity.WARNING)
MAY: Level = (None, None)

TEXT: Kinds = (str,)
LIST: Kinds = (list,)
OBJECT: Kinds = (dict,)
FLAG: Kinds = (bool,)
WHOLE: Kinds = (int,)
NUMBER: Kinds = (int, float)
TEXT_OR_LIST: Kinds = (str, list)
TEXT_OR_OBJECT: Kinds = (str, dict)
ANY: Kinds = (str, list, dict, bool, int, float, type(None))


@dataclass(frozen=True)
class Form:
    """The form of a text: `fits` tells whether it is kept, `words` how it looks.

    In version 1 an empty text counts as none, save of a form that is `strict`.
    """

    words: str
    fits: Callable[[str], bool]
    strict: bool = False


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: compiled.fullmatch(text) is not None


def one_of(*words: str) -> Form:
    """Return the form of a text that is one of a few words."""
    return Form("one of " + ", ".join(f"`{w}`" for w in words), lambda text: text in words, True)


_URL = r"(?i:https?|ftps?)://[^\s/]\S*"
_PARTS = r"(?!/|~|[A-Za-z]:)(?!.*\\)(?!.*://)(?!(?:.*/)?\.[^/]).+"
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?"
    r"(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII,
)  # fmt: skip


def _is_moment(text: str) -> bool:
    match = _MOMENT.fullmatch(text)
    if not match:
        return False
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (
        1 <= month <= 12 and 1 <= day <= _DAYS[month - 1] and (month, day, leap) != (2, 29, False)
    )


NAME = Form("lower-case letters, digits, `.`, `-` and `_`", _matches(r"[-a-z0-9._/]+"))
URL = Form("a full address that begins with http:// or https://", _matches(_URL))
URL_OR_PATH = Form(
    "a full address, or a path below the folder of the descriptor",
    lambda text: _matches(_URL)(text) or _matches(_PARTS)(text),
)
URI = Form("a URI", _matches(r"[A-Za-z][A-Za-z0-9+.-]*:\S+"))
EMAIL = Form("an e-mail address", _matches(
    r"(?:[^\s@<>(),;:\\\"\[\]]+@(?!.*\.\.)[^\s@<>(),;:\\\"\[\]]+\.[^\s@.]+)?"))  # fmt: skip
MOMENT = Form("a date and time with its zone such as 1985-04-12T23:20:50Z", _is_moment)
VERSION = Form(
    "a version such as 1.4.0",
    _matches(r"v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"),
)


@dataclass(frozen=True)
class Property:
    """One property: its kinds of value and what else is said of them.

    `required` says how much its presence matters, `form` and `formed` how a text is written and
    how much that matters. `items` are the kinds of the items of a list, `each` names the kind of
    object that the value (or each item that is an object) is. `filled` lists and texts hold
    something; `unique` lists hold nothing twice. `section` is where the text speaks of it.

    `since` is the version that brings the property and `until` the last that has it: elsewhere it
    is nobody's property, save that one is `early` which the reference implementation reads in
    version 1 too. One that is `nullable` up to a version may be null. `kinded` says how much the
    kind matters.
    """

    kinds: Kinds
    section: str
    required: Level = MAY
    form: Form | None = None
    formed: Level = MUST
    items: Kinds = ()
    each: str = ""
    filled: Level = MAY
    unique: Level = MAY
    kinded: Level = MUST
    since: int = 1
    until: int = 2
    early: bool = False
    nullable: int = 0


@dataclass(frozen=True)
class Thing:
    """One kind of object: what it is called, its properties, the frictionless error of its faults.

    `others` are names that programs write beside those of the standard. One that is `some` has at
    least one property, and one of `either` if that names any.
    """

    title: str
    equivalent: str
    properties: Mapping[str, Property]
    others: tuple[str, ...] = ()
    some: Level = MAY
    either: tuple[str, ...] = ()
    known: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", ("$schema", *self.properties, *self.others))


_P = "data-package/#"
_R = "data-resource/#"
_D = "table-dialect/#"
_S = "table-schema/#"

PACKAGE = Thing("package", "package-error", {
    "resources": Property(LIST, _P + "resources", MUST, items=OBJECT, filled=MUST_IN_2),
    "$schema": Property(TEXT, _P + "dollar-schema", form=URL, since=2, early=True),
    "profile": Property(TEXT, "profiles/"),
    "name": Property(TEXT, _P + "name", form=NAME, formed=MUST_IN_1, filled=MUST_IN_1),
    "id": Property(TEXT, _P + "id"),
    "licenses": Property(LIST, _P + "licenses", items=OBJECT, each="license"),
    "title": Property(TEXT, _P + "title"),
    "description": Property(TEXT, _P + "description"),
    "homepage": Property(TEXT, _P + "homepage", form=URL, formed=SHOULD),
    "image": Property(TEXT, _P + "image", form=URL_OR_PATH),
    "version": Property(TEXT, _P + "version", form=VERSION, formed=SHOULD),
    "created": Property(TEXT, _P + "created", form=MOMENT),
    "keywords": Property(LIST, _P + "keywords", items=TEXT),
    "contributors": Property(LIST, _P + "contributors", items=OBJECT, each="contributor"),
    "sources": Property(LIST, _P + "sources", items=OBJECT, each="source"),
    "copydesk": Property(OBJECT, "docs/checks.md"),
}, ("views", "type"))  # fmt: skip

LICENSE = Thing("license", "package-error", {
    "name": Property(TEXT, _P + "licenses"),
    "path": Property(TEXT, _P + "licenses", form=URL_OR_PATH),
    "title": Property(TEXT, _P + "licenses"),
}, either=("name", "path"))  # fmt: skip

CONTRIBUTOR = Thing("contributor", "package-error", {
    "title": Property(TEXT, _P + "contributors", SHOULD),
    "givenName": Property(TEXT, _P + "contributors", since=2),
    "familyName": Property(TEXT, _P + "contributors", since=2),
    "path": Property(TEXT, _P + "contributors", form=URL, formed=SHOULD),
    "email": Property(TEXT, _P + "contributors", form=EMAIL),
    "roles": Property(LIST, _P + "contributors", items=TEXT, since=2),
    "role": Property(TEXT, "specs 1.0, data-package"),
    "organization": Property(TEXT, _P + "contributors"),
}, some=MUST)  # fmt: skip

SOURCE = Thing("source", "package-error", {
    "title": Property(TEXT, _P + "sources", SHOULD),
    "path": Property(TEXT, _P + "sources", form=URL_OR_PATH),
    "email": Property(TEXT, _P + "sources", form=EMAIL),
    "version": Property(TEXT, _P + "sources", since=2),
}, some=MUST)  # fmt: skip

RESOURCE = Thing("resource", "resource-error", {
    "name": Property(TEXT, _R + "name", MUST, form=NAME, formed=MUST_IN_1, filled=MUST_IN_1),
    "path": Property(TEXT_OR_LIST, _R + "path-or-data", items=TEXT, filled=MUST),
    "data": Property((list, dict, str), _R + "inline-data"),
    "type": Property(TEXT, _R + "type", form=one_of("table"), formed=(None, Severity.ERROR),
        since=2, early=True),
    "$schema": Property(TEXT, _R + "dollar-schema", form=URL, since=2, early=True),
    "profile": Property(TEXT, "profiles/"),
    "title": Property(TEXT, _R + "title"),
    "description": Property(TEXT, _R + "description"),
    "format": Property(TEXT, _R + "format"),
    "mediatype": Property(TEXT, _R + "mediatype", form=Form("a type such as text/csv",
        _matches(r"[^\s/;]+/[^\s/;]+(?:\s*;.*)?")), formed=SHOULD),
    "encoding": Property(TEXT, _R + "encoding"),
    "bytes": Property(WHOLE, _R + "bytes", nullable=2),
    "hash": Property(TEXT, _R + "hash"),
    "sources": Property(LIST, _R + "sources", items=OBJECT, each="source"),
    "licenses": Property(LIST, _R + "licenses", items=OBJECT, each="license"),
    "dialect": Property(TEXT_OR_OBJECT, _R + "dialect", filled=MUST),
    "schema": Property(TEXT_OR_OBJECT, _R + "schema", filled=MUST),
}, (
    "url", "homepage", "scheme", "compression", "innerpath", "extrapaths", "control", "layout",
    "stats", "fields", "rows", "copydesk",
))  # fmt: skip

DIALECT = Thing("dialect", "dialect-error", {
    "$schema": Property(TEXT, _D + "dollar-schema", form=URL, since=2, early=True),
    "header": Property(FLAG, _D + "header"),
    "headerRows": Property(LIST, _D + "headerRows", items=WHOLE, since=2, early=True),
    "headerJoin": Property(TEXT, _D + "headerJoin", since=2, early=True),
    "commentRows": Property(LIST, _D + "commentRows", items=WHOLE, since=2, early=True),
    "commentChar": Property(TEXT, _D + "commentChar", filled=MUST_IN_2),
    "delimiter": Property(TEXT, _D + "delimiter", nullable=1),
    "lineTerminator": Property(TEXT, _D + "lineTerminator", nullable=1),
    "quoteChar": Property(TEXT, _D + "quoteChar", nullable=1),
    "doubleQuote": Property(FLAG, _D + "doubleQuote", nullable=1),
    "escapeChar": Property(TEXT, _D + "escapeChar", nullable=1),
    "nullSequence": Property(TEXT, _D + "nullSequence", nullable=1),
    "skipInitialSpace": Property(FLAG, _D + "skipInitialSpace", nullable=1),
    "property": Property(TEXT, _D + "property", since=2),
    "itemType": Property(TEXT, _D + "itemType", form=one_of("array", "object"), since=2),
    "itemKeys": Property(LIST, _D + "itemKeys", items=TEXT, since=2),
    "sheetNumber": Property(WHOLE, _D + "sheetNumber", since=2),
    "sheetName": Property(TEXT, _D + "sheetName", since=2),
    "table": Property(TEXT, _D + "table", since=2),
    "caseSensitiveHeader": Property(
        FLAG, "specs 1.0, csv-dialect", kinded=SHOULD, until=1),
    "csvddfVersion": Property(
        (int, float, str), "specs 1.0, csv-dialect", kinded=SHOULD, until=1),
}, ("headerCase", "skipBlankRows", "csv", "excel", "json", "ods", "sql", "inline", "description",
    "name", "title"))  # fmt: skip

SCHEMA = Thing("schema", "schema-error", {
    "fields": Property(LIST, _S + "fields", MUST, items=OBJECT),
    "$schema": Property(TEXT, _S + "dollar-schema", form=URL, since=2, early=True),
    "fieldsMatch": Property(TEXT, _S + "fieldsMatch", filled=MUST, since=2, early=True),
    "missingValues": Property(
        LIST, _S + "missingValues", items=TEXT_OR_OBJECT, each="missing value", unique=MUST_IN_2),
    "primaryKey": Property(TEXT_OR_LIST, _S + "primaryKey", items=TEXT),
    "uniqueKeys": Property(
        LIST, _S + "uniqueKeys", items=(list,), filled=MUST_IN_2, since=2),
    "foreignKeys": Property(LIST, _S + "foreignKeys", items=OBJECT, each="foreign key"),
}, ("name", "title", "description"))  # fmt: skip

MISSING_VALUE = Thing("missing value", "schema-error", {
    "value": Property(TEXT, _S + "missingValues", MUST, since=2, early=True),
    "label": Property(TEXT, _S + "missingValues", since=2, early=True),
})  # fmt: skip

FOREIGN_KEY = Thing("foreign key", "schema-error", {
    "fields": Property(TEXT_OR_LIST, _S + "foreignKeys", MUST, items=TEXT, filled=MUST),
    "reference": Property(OBJECT, _S + "foreignKeys", MUST, each="reference"),
})  # fmt: skip

REFERENCE = Thing("reference", "schema-error", {
    "fields": Property(TEXT_OR_LIST, _S + "foreignKeys", MUST, items=TEXT, filled=MUST),
    "resource": Property(TEXT, _S + "foreignKeys"),
})  # fmt: skip

FIELD = Thing("field", "field-error", {
    "name": Property(TEXT, _S + "name", MUST),
    "type": Property(TEXT, _S + "type-and-format"),
    "format": Property(TEXT, _S + "type-and-format"),
    "title": Property(TEXT, _S + "title"),
    "description": Property(TEXT, _S + "description"),
    "example": Property(ANY, _S + "example"),
    "constraints": Property(OBJECT, _S + "field-constraints", each="constraints"),
    "categories": Property(
        LIST, _S + "categories", items=(str, int, float, dict), each="category", unique=MUST,
        since=2),
    "categoriesOrdered": Property(FLAG, _S + "categoriesOrdered", since=2),
    "missingValues": Property(
        LIST, _S + "field-missingValues", items=TEXT_OR_OBJECT, each="missing value",
        unique=MUST_IN_2, since=2, early=True),
    "rdfType": Property(TEXT, _S + "rdfType", form=URI),
    "decimalChar": Property(TEXT, _S + "number", filled=SHOULD),
    "groupChar": Property(TEXT, _S + "number"),
    "bareNumber": Property(FLAG, _S + "number"),
    "trueValues": Property(LIST, _S + "boolean", items=TEXT),
    "falseValues": Property(LIST, _S + "boolean", items=TEXT),
    "delimiter": Property(TEXT, _S + "list", filled=MUST, since=2, early=True),
    "itemType": Property(TEXT, _S + "list", since=2, early=True, form=one_of(
        "string", "integer", "boolean", "number", "datetime", "date", "time")),
}, ("examples", "floatNumber", "arrayItem"))  # fmt: skip

CATEGORY = Thing("category", "field-error", {
    "value": Property((str, int, float), _S + "categories", MUST, since=2),
    "label": Property(TEXT, _S + "categories", since=2),
})  # fmt: skip

CONSTRAINTS = Thing("constraints", "field-error", {
    "required": Property(FLAG, _S + "required"),
    "unique": Property(FLAG, _S + "unique"),
    "minLength": Property(WHOLE, _S + "minLength"),
    "maxLength": Property(WHOLE, _S + "maxLength"),
    "minimum": Property(ANY, _S + "minimum"),
    "maximum": Property(ANY, _S + "maximum"),
    "exclusiveMinimum": Property(ANY, _S + "exclusiveMinimum", since=2, early=True),
    "exclusiveMaximum": Property(ANY, _S + "exclusiveMaximum", since=2, early=True),
    "jsonSchema": Property(OBJECT, _S + "jsonSchema", since=2, early=True),
    "pattern": Property(TEXT, _S + "pattern"),
    "enum": Property(LIST, _S + "enum"),
})  # fmt: skip

THINGS: Mapping[str, Thing] = {
    thing.title: thing
    for thing in (
        PACKAGE, LICENSE, CONTRIBUTOR, SOURCE, RESOURCE, DIALECT, SCHEMA, MISSING_VALUE,
        FOREIGN_KEY, REFERENCE, FIELD, CATEGORY, CONSTRAINTS,
    )
}  # fmt: skip


@dataclass(frozen=True)
class FieldType:
    """One type of Table Schema: its formats, its own properties and the constraints it can have.

    `patterned` ones take a format of `strptime` too.
    """

    constraints: tuple[str, ...]
    formats: tuple[str, ...] = ("default",)
    properties: tuple[str, ...] = ()
    patterned: bool = False
    since: int = 1


_ALL = ("required", "unique", "enum")
_LENGTHS = ("minLength", "maxLength")
_LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")

TYPES: Mapping[str, FieldType] = {
    "string": FieldType(
        (*_ALL, *_LENGTHS, "pattern"), ("default", "email", "uri", "binary", "uuid"),
        ("categories", "categoriesOrdered")),
    "number": FieldType(
        (*_ALL, *_LIMITS), properties=("decimalChar", "groupChar", "bareNumber")),
    "integer": FieldType((*_ALL, *_LIMITS), properties=(
        "groupChar", "bareNumber", "categories", "categoriesOrdered")),
    "boolean": FieldType(_ALL, properties=("trueValues", "falseValues")),
    "object": FieldType((*_ALL, *_LENGTHS, "jsonSchema")),
    "array": FieldType((*_ALL, *_LENGTHS, "jsonSchema")),
    "list": FieldType((*_ALL, *_LENGTHS), properties=("delimiter", "itemType"), since=2),
    "datetime": FieldType((*_ALL, *_LIMITS), ("default", "any"), patterned=True),
    "date": FieldType((*_ALL, *_LIMITS), ("default", "any"), patterned=True),
    "time": FieldType((*_ALL, *_LIMITS), ("default", "any"), patterned=True),
    "year": FieldType((*_ALL, *_LIMITS)),
    "yearmonth": FieldType((*_ALL, *_LIMITS)),
    "duration": FieldType((*_ALL, *_LIMITS)),
    "geopoint": FieldType(_ALL, ("default", "array", "object")),
    "geojson": FieldType(_ALL, ("default", "topojson")),
    "any": FieldType(_ALL),
}  # fmt: skip

OWNERS: Mapping[str, tuple[str, ...]] = {
    name: tuple(kind for kind, known in TYPES.items() if name in known.properties)
    for name in sorted({name for known in TYPES.values() for name in known.properties})
}
"""The types that have a property of their own, by its name."""


def version_of(data: object, inherited: int = 0) -> int:
    """Return the version of the standard (1 or 2) that a descriptor says it follows.

    Without `$schema` it is that of the descriptor which it belongs to, else 1; a profile of
    somebody else's builds upon version 2, which brought `$schema`.
    """
    stated = data.get("$schema") if isinstance(data, dict) else None
    if not isinstance(stated, str) or not stated:
        return inherited or 1
    return 1 if re.match(r"https?://datapackage\.org/profiles/1\.", stated) else 2
