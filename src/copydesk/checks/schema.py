"""PK: a Table Schema by itself, before any data is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from copydesk.checks import check
from copydesk.checks.constraint import unusable_constraint
from copydesk.checks.regex import compiles
from copydesk.checks.shapes import (
    CONSTRAINTS,
    FIELD,
    FOREIGN_KEY,
    REFERENCE,
    SCHEMA,
    property_missing,
    property_not_of_type,
    shapes,
    wrong_items,
)
from copydesk.document import Document, Problem
from copydesk.model import Package, Schema, Severity, Table
from copydesk.package import names

TYPES = (
    "string", "number", "integer", "boolean", "object", "array", "list", "date", "time",
    "datetime", "year", "yearmonth", "duration", "geopoint", "geojson", "any",
)  # fmt: skip
MATCHES = ("exact", "equal", "subset", "superset", "partial")


def problems_of(document: Document, base: str, table: Table, package: Package) -> Iterator[Problem]:
    """Yield what is wrong in the schema of a table, which stands at a pointer of a document."""
    data = _value_at(document, base)
    yield from property_not_of_type(document, base, data, (dict,))
    if not isinstance(data, dict):
        return
    if data.get("fields") != []:
        yield from property_missing(document, base, data, ("fields",))
    yield from shapes(document, base, data, SCHEMA)
    missing = data.get("missingValues")
    yield from wrong_items(document, f"{base}/missingValues", missing, (str, dict))
    yield from _keys(document, base, data)
    fields = data.get("fields")
    if not isinstance(fields, list):
        return
    yield from wrong_items(document, f"{base}/fields", fields, (dict,))
    for index, field in enumerate(fields):
        if isinstance(field, dict):
            yield from _field(document, f"{base}/fields/{index}", field)
    yield from duplicate_field(document, base, fields)
    yield from unknown_fields_match(document, base, data.get("fieldsMatch"))
    if table.schema:
        yield from unknown_field(document, table.schema)
        yield from unknown_reference(document, table, package)


def _keys(document: Document, base: str, data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong in the form of the keys."""
    yield from wrong_items(document, f"{base}/primaryKey", data.get("primaryKey"), (str,))
    unique = data.get("uniqueKeys")
    yield from wrong_items(document, f"{base}/uniqueKeys", unique, (list, str))
    for index, one in enumerate(unique if isinstance(unique, list) else []):
        yield from wrong_items(document, f"{base}/uniqueKeys/{index}", one, (str,))
    keys = data.get("foreignKeys")
    yield from wrong_items(document, f"{base}/foreignKeys", keys, (dict,))
    for index, key in enumerate(keys if isinstance(keys, list) else []):
        pointer = f"{base}/foreignKeys/{index}"
        for at, part, known in (
            (pointer, key, FOREIGN_KEY),
            (f"{pointer}/reference", _member(key, "reference"), REFERENCE),
        ):
            if isinstance(part, dict):
                required = tuple(name for name in known.kinds if name != "resource")
                yield from property_missing(document, at, part, required)
                yield from shapes(document, at, part, known)
                yield from wrong_items(document, f"{at}/fields", part.get("fields"), (str,))


def _member(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _field(document: Document, pointer: str, field: Mapping[str, Any]) -> Iterator[Problem]:
    yield from property_missing(document, pointer, field, ("name",))
    yield from shapes(document, pointer, field, FIELD)
    missing = field.get("missingValues")
    yield from wrong_items(document, f"{pointer}/missingValues", missing, (str, dict))
    yield from unknown_type(document, pointer, field)
    constraints = field.get("constraints")
    if isinstance(constraints, dict):
        yield from shapes(document, f"{pointer}/constraints", constraints, CONSTRAINTS)
        yield from unusable_pattern(document, pointer, field)
        yield from unusable_constraint(document, pointer, field)


def _value_at(document: Document, pointer: str) -> Any:
    data: Any = document.data
    for step in pointer.split("/")[1:]:
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data


@check("PK006", message="the schema has no field `{value}`", equivalent="schema-error")
def unknown_field(document: Document, schema: Schema) -> Iterator[Problem]:
    """Tell the keys that name a field which the schema does not have.

    What: `primaryKey`, `uniqueKeys` or `foreignKeys` names a field that is not in `fields`.
    Why: The key promises something about nothing, and nobody would notice that it is not kept.
    Example: `"primaryKey": "quoteid"` where the field is `quote_id`.
    Fix: Write the name as in `fields`.
    """
    known = [f.name for f in schema.fields]
    keys = [k for k in (schema.primary_key, *schema.unique_keys) if k]
    pairs = [(k.origin.pointer, k.fields) for k in keys]
    pairs += [(f"{k.origin.pointer}/fields", k.fields) for k in schema.foreign_keys]
    for pointer, fields in pairs:
        for index, name in enumerate(fields):
            if name not in known:
                params = {"value": name, "known": known}
                listed = isinstance(_value_at(document, pointer), list)
                at = f"{pointer}/{index}" if listed else pointer
                yield Problem("PK006", document, at, params)


@check("PK007", message="the foreign key {reason}", equivalent="schema-error")
def unknown_reference(document: Document, table: Table, package: Package) -> Iterator[Problem]:
    """Tell the foreign keys that refer to a table or a field that does not exist.

    What: `reference` of a foreign key names a resource that is not in the package, or fields
        that its schema does not have, or another number of fields than `fields`.
    Why: The promise cannot be checked by anybody.
    Example: `"resource": "person"` where the resource is called `people`.
    Fix: Write the names as the descriptor and the other schema do.
    """
    schema = table.schema
    for foreign in schema.foreign_keys if schema else ():
        target = package.table(foreign.target) if foreign.target else table
        pointer = f"{foreign.origin.pointer}/reference"
        if target is None:
            reason = f"refers to `{foreign.target}`, which is no table of the package"
            params = {"value": foreign.target, "known": [t.name for t in package.tables]}
            yield Problem("PK007", document, f"{pointer}/resource", params | {"reason": reason})
            continue
        fields = [f.name for f in target.schema.fields] if target.schema else []
        for index, name in enumerate(foreign.target_fields):
            if fields and name not in fields:
                reason = f"refers to `{name}`, which is no field of {target.name}"
                params = {"value": name, "known": fields, "reason": reason}
                yield Problem("PK007", document, f"{pointer}/fields/{index}", params)
        own, others = len(foreign.fields), len(foreign.target_fields)
        if others and own != others:
            reason = f"pairs {own} field{'s' * (own != 1)} with {others}"
            yield Problem("PK007", document, f"{pointer}/fields", {"reason": reason})


@check("PK008", message="`{value}` is not a type of Table Schema", equivalent="field-error")
def unknown_type(document: Document, pointer: str, field: Mapping[str, Any]) -> Iterator[Problem]:
    """Tell the fields whose type the standard does not know.

    What: `type` of a field is none of the types of Table Schema.
    Why: No program knows how to read the column.
    Example: `"type": "text"` instead of `"string"`.
    Fix: Use one of the types of the standard.
    """
    kind = field.get("type")
    if isinstance(kind, str) and kind not in TYPES:
        params = {"value": kind, "known": list(TYPES)}
        yield Problem("PK008", document, f"{pointer}/type", params)


@check("PK009", message="the pattern `{value}` is no regular expression: {reason}",
       equivalent="field-error")  # fmt: skip
def unusable_pattern(
    document: Document, pointer: str, field: Mapping[str, Any]
) -> Iterator[Problem]:
    """Tell the patterns that are not regular expressions.

    What: The `pattern` of a field cannot be compiled.
    Why: The promise cannot be checked by anybody.
    Example: `[a-z` without its closing bracket.
    Fix: Mend the expression.
    """
    constraints = field.get("constraints")
    pattern = constraints.get("pattern") if isinstance(constraints, dict) else None
    if isinstance(pattern, str) and (reason := compiles(pattern)):
        params = {"value": pattern, "reason": reason}
        yield Problem("PK009", document, f"{pointer}/constraints/pattern", params)


@check("PK010", message="two fields are called `{value}`", equivalent="schema-error",
       severity=Severity.WARNING)  # fmt: skip
def duplicate_field(document: Document, base: str, fields: list[Any]) -> Iterator[Problem]:
    """Tell the fields that have the name of an earlier one.

    What: Names of fields are unique within a schema.
    Why: A key or a program that names the field gets one of them, and which one is chance.
    Example: two fields called `name`.
    Fix: Rename one of them.
    """
    seen: set[str] = set()
    for index, field in enumerate(fields):
        name = field.get("name") if isinstance(field, dict) else None
        if isinstance(name, str) and name in seen:
            yield Problem("PK010", document, f"{base}/fields/{index}/name", {"value": name})
        if isinstance(name, str):
            seen.add(name)


@check("PK011", message="`fieldsMatch` knows no `{value}`", equivalent="schema-error")
def unknown_fields_match(document: Document, base: str, value: object) -> Iterator[Problem]:
    """Tell a `fieldsMatch` that the standard does not know.

    What: The value is none of `exact`, `equal`, `subset`, `superset` and `partial`.
    Why: How labels and fields belong together is then anybody's guess.
    Example: `"fieldsMatch": "any"`.
    Fix: Use one of the five words.
    """
    given = names(value)
    for word in given:
        if word not in MATCHES:
            params = {"value": word, "known": list(MATCHES)}
            yield Problem("PK011", document, f"{base}/fieldsMatch", params)
