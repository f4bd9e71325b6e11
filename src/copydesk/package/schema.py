"""A Table Schema as a descriptor writes it → Schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from copydesk.model import Field, ForeignKey, Key, Origin, Schema
from copydesk.package.dialect import text


def read_schema(data: Mapping[str, Any], origin: Origin) -> Schema:
    """Return the Table Schema that a descriptor holds."""
    fields = data.get("fields")
    missing = _missing(data.get("missingValues"), ("",))
    read = [
        read_field(f, missing, origin.at("fields", i))
        for i, f in enumerate(fields if isinstance(fields, list) else [])
        if isinstance(f, dict) and isinstance(f.get("name"), str)
    ]
    return Schema(
        fields=tuple(_told_apart(read)),
        primary_key=next(_keys([data.get("primaryKey")], origin.at("primaryKey"), False), None),
        unique_keys=tuple(_keys(data.get("uniqueKeys"), origin.at("uniqueKeys"), True)),
        foreign_keys=tuple(_foreign_keys(data.get("foreignKeys"), origin.at("foreignKeys"))),
        fields_match=text(data.get("fieldsMatch")) or "exact",
        origin=origin,
    )


def _told_apart(fields: Sequence[Field]) -> Iterator[Field]:
    """Yield the fields; one that is called like an earlier one gets the next number that is free.

    Version 1 allowed such names, so that the standard forbids to refuse them.
    """
    labels, seen = {f.name for f in fields}, set[str]()
    for one in fields:
        name, suffix = one.name, 2
        while name in seen or (suffix > 2 and name in labels):
            name, suffix = f"{one.name}{suffix}", suffix + 1
        seen.add(name)
        yield one if name == one.name else replace(one, name=name)


def read_field(data: Mapping[str, Any], missing: tuple[str, ...], origin: Origin) -> Field:
    """Return one field of a Table Schema; a type that is not said is `any` in v2, text anyway."""
    constraints = data.get("constraints")
    return Field(
        name=data["name"],
        type=text(data.get("type")) or "any",
        format=text(data.get("format")) or "default",
        constraints=constraints if isinstance(constraints, dict) else {},
        missing=_missing(data.get("missingValues"), missing),
        options=data,
        origin=origin,
    )


def _missing(value: object, default: tuple[str, ...]) -> tuple[str, ...]:
    """Return missing values: strings (v1, v2) or objects with `value` and `label` (v2)."""
    if not isinstance(value, list):
        return default
    words = (v.get("value") if isinstance(v, dict) else v for v in value)
    return tuple(w for w in words if isinstance(w, str))


def names(value: object) -> tuple[str, ...]:
    """Return field names given as a string (v1) or an array of strings."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    return ()


def _keys(value: object, origin: Origin, numbered: bool) -> Iterator[Key]:
    for index, one in enumerate(value if isinstance(value, list) else []):
        if fields := names(one):
            yield Key(fields, origin.at(index) if numbered else origin)


def _foreign_keys(value: object, origin: Origin) -> Iterator[ForeignKey]:
    for index, one in enumerate(value if isinstance(value, list) else []):
        reference = one.get("reference") if isinstance(one, dict) else None
        if isinstance(reference, dict) and (fields := names(one.get("fields"))):
            target = text(reference.get("resource"))
            yield ForeignKey(
                fields, target, names(reference.get("fields")), origin.at(index)
            )  # fmt: skip
