"""The type `list` as a column: SQL lists of the type of their items."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from copydesk.checks.column import Column, ColumnType, Reading, word
from copydesk.checks.sql import literal
from copydesk.model import Field


def list_of(field: Field, type_of: Callable[[Field], ColumnType]) -> ColumnType:
    """Return the type `list`; its items have the default form of their type."""
    given = field.options.get("delimiter")
    delimiter = given if isinstance(given, str) and given else ","
    kind = field.options.get("itemType")
    options = {"name": field.name}
    named = kind if isinstance(kind, str) and kind != "list" else "string"
    item = replace(field, type=named, format="default", constraints={}, options=options)
    column = Column(item, type_of(item), 0)
    if column.type.plain:
        return _texts(delimiter)

    def judge(cell: str) -> Reading | None:
        readings = [_read(column, part) for part in cell.split(delimiter)]
        if any(r is None for r in readings):
            return None
        found = [r for r in readings if r]
        detail = "\x1f".join(r.detail or "" for r in found)
        text = ", ".join(f'"{r.value}"' for r in found)
        return Reading(f"[{text}]", detail if any(r.detail for r in found) else None)

    words = f"a list of values of type {item.type}, divided by `{delimiter}`"
    return ColumnType(
        f"{column.type.sql}[]", words=words, left="true", judge=judge,
        given=lambda value: judge(_joined(value, delimiter)),
    )  # fmt: skip


def _read(column: Column, text: str) -> Reading | None:
    return column.type.judge(text) if column.type.judge else Reading(text)


def _joined(value: object, delimiter: str) -> str:
    """Return a list of the schema as it is written in a cell."""
    return delimiter.join(map(word, value)) if isinstance(value, list) else word(value)


def _texts(delimiter: str) -> ColumnType:
    def given(value: object) -> Reading:
        parts = _joined(value, delimiter).split(delimiter)
        escaped = (p.replace("\\", "\\\\").replace('"', '\\"') for p in parts)
        return Reading("[" + ", ".join(f'"{p}"' for p in escaped) + "]")

    return ColumnType(
        "VARCHAR[]", f"string_split({{x}}, {literal(delimiter)})", "a list", given=given
    )
