"""PK: a Table Schema by itself, before any data is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from copydesk.checks import check
from copydesk.checks.constraint import (
    contradictory_constraints,
    enum_outside_categories,
    format_of,
    kind_of,
    unsupported_constraint,
    unusable_constraint,
)
from copydesk.checks.regex import compiles
from copydesk.checks.shapes import (
    discouraged_value,
    judge,
    property_not_of_type,
    wrong_items,
)
from copydesk.checks.standard import FIELD, OWNERS, SCHEMA, TYPES, version_of
from copydesk.document import Document, Problem, step
from copydesk.model import Package, Schema, Severity, Table

MATCHES = ("exact", "equal", "subset", "superset", "partial")


def problems_of(
    document: Document, base: str, table: Table, package: Package, inherited: int = 0
) -> Iterator[Problem]:
    """Yield what is wrong in the schema of a table, which stands at a pointer of a document.

    `inherited` is the version of the standard that the package follows.
    """
    data = _value_at(document, base)
    for problem in property_not_of_type(document, base, data, (dict,)):
        yield replace(problem, equivalent="schema-error")
    if not isinstance(data, dict):
        return
    version = version_of(None if base else data, inherited)
    yield from judge(document, base, data, SCHEMA, version)
    yield from newer_property(document, base, data, version, "schema-error")
    yield from _keys(document, base, data)
    yield from unknown_fields_match(document, base, data.get("fieldsMatch"))
    if base:
        yield from idle_property(document, base, data, "$schema", "the root of a descriptor")
    fields = data.get("fields")
    if not isinstance(fields, list):
        return
    for index, field in enumerate(fields):
        if isinstance(field, dict):
            yield from _field(document, f"{base}/fields/{index}", field, version)
    yield from duplicate_field(document, base, fields)
    if table.schema:
        yield from unknown_field(document, table.schema)
        yield from unknown_reference(document, table, package)


def _keys(document: Document, base: str, data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong in the form of the unique keys."""
    unique = data.get("uniqueKeys")
    for index, one in enumerate(unique if isinstance(unique, list) else []):
        for problem in wrong_items(document, f"{base}/uniqueKeys/{index}", one, (str,)):
            yield replace(problem, equivalent="schema-error")


def _field(
    document: Document, pointer: str, field: Mapping[str, Any], version: int
) -> Iterator[Problem]:
    kind = kind_of(field, version)
    idle = {name for name, owners in OWNERS.items() if kind in TYPES and kind not in owners}
    own = {name: value for name, value in field.items() if name not in idle}
    yield from judge(document, pointer, own, FIELD, version)
    yield from newer_property(document, pointer, field, version, "field-error")
    yield from unknown_type(document, pointer, field)
    yield from unknown_format(document, pointer, field, version)
    yield from unsupported_constraint(document, pointer, field, version)
    yield from unusable_pattern(document, pointer, field)
    yield from unusable_constraint(document, pointer, field, version)
    yield from enum_outside_categories(document, pointer, field, version)
    yield from contradictory_constraints(document, pointer, field, version)
    for name in ("required", "unique"):
        yield from idle_property(document, pointer, field, name, "`constraints`")
    for name in sorted(idle):
        listed = " and ".join(f"`{owner}`" for owner in OWNERS[name])
        yield from idle_property(document, pointer, field, name, f"the type {listed}")


def _value_at(document: Document, pointer: str) -> Any:
    data: Any = document.data
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        data = data[int(name)] if isinstance(data, list) else data[name]
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
                yield Problem("PK006", document, _of_name(document, pointer, index), params)


def _of_name(document: Document, pointer: str, index: int) -> str:
    """Return where one of the names of a key is written: a single one may stand without a list."""
    listed = isinstance(_value_at(document, pointer), list)
    return f"{pointer}/{index}" if listed else pointer


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
            params |= {"reason": reason}
            at = f"{pointer}/resource"
            yield Problem("PK007", document, at, params, equivalent="resource-error")
            continue
        fields = [f.name for f in target.schema.fields] if target.schema else []
        for index, name in enumerate(foreign.target_fields):
            if fields and name not in fields:
                reason = f"refers to `{name}`, which is no field of {target.name}"
                params = {"value": name, "known": fields, "reason": reason}
                at = _of_name(document, f"{pointer}/fields", index)
                yield Problem("PK007", document, at, params)
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


@check("PK018", message="`{value}` is no format of the type `{kind}`", equivalent="field-error")
def unknown_format(
    document: Document, pointer: str, field: Mapping[str, Any], version: int
) -> Iterator[Problem]:
    """Tell the fields whose format their type does not have.

    What: `format` of a string is none of default, email, uri, binary and uuid, that of a geopoint
        none of default, array and object, that of geojson neither default nor topojson.
    Why: No program knows how to read the column.
    Example: `"type": "string", "format": "phone"`.
    Fix: Use one of the formats of the standard, or `pattern` among the constraints.
    """
    kind, form = kind_of(field, version), format_of(field)
    known = TYPES.get(kind)
    if known is None or form in known.formats or (kind, form) == ("string", "wkt"):
        return
    at = f"{pointer}/format"
    if len(known.formats) > 1 and not known.patterned:
        params = {"value": form, "kind": kind, "known": known.formats}
        yield Problem("PK018", document, at, params)
    elif known.patterned and "%" not in form:
        reason = f"no {kind} can be written like `{form}`: a pattern has directives such as `%Y`"
        yield from discouraged_value(document, at, reason)
    elif not known.patterned:
        yield from idle_property(document, pointer, field, "format", "another type")


@check("PK019", message="`{value}` needs version 2 of the standard, which `$schema` does not state",
       equivalent="schema-error")  # fmt: skip
def newer_property(
    document: Document, pointer: str, data: Mapping[str, Any], version: int, equivalent: str
) -> Iterator[Problem]:
    """Tell the labelled missing values of a descriptor that follows version 1.

    What: `missingValues` holds objects with `value` and `label`, which version 2 brought, and the
        descriptor states no `$schema` of version 2.
    Why: Programs that read version 1 expect texts, and fail.
    Example: `"missingValues": [{"value": "-", "label": "not said"}]` without `$schema`.
    Fix: Add `"$schema": "https://datapackage.org/profiles/2.0/datapackage.json"` at the top of the
        descriptor (`tableschema.json` for a schema), or write plain texts.
    """
    given = data.get("missingValues")
    listed = given if isinstance(given, list) else []
    if version == 1 and any(isinstance(one, dict) for one in listed):
        params = {"value": "missingValues"}
        at = f"{pointer}/missingValues"
        yield Problem("PK019", document, at, params, equivalent=equivalent)


@check("PK113", message="`{value}` has no effect here: it belongs to {place}",
       severity=Severity.WARNING)  # fmt: skip
def idle_property(
    document: Document, pointer: str, data: Mapping[str, Any], name: str, place: str
) -> Iterator[Problem]:
    """Tell the properties that are known and say nothing where they stand.

    What: `required` or `unique` stands beside `constraints` instead of inside, a field has a
        property or a format of another type, or an inlined object has a `$schema`.
    Why: It is left out without a word: the promise is not kept by anybody.
    Example: `{"name": "id", "required": true}`.
    Fix: Move it to its place, or delete it.
    """
    if name in data:
        params = {"value": name, "place": place}
        yield Problem("PK113", document, pointer + step(name), params, key=True)


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
    if isinstance(value, str) and value not in MATCHES:
        params = {"value": value, "known": list(MATCHES)}
        yield Problem("PK011", document, f"{base}/fieldsMatch", params)
