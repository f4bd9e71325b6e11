"""RF: values that must occur in another table (Table Schema, `foreignKeys`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from copydesk.checks import check
from copydesk.checks.column import Column
from copydesk.model import AnyCheck, CellCheck, Field, ForeignKey, ReferenceCheck, Schema

_ALIKE = {"year": "integer", "number": "integer", "any": "string"}


def comparable(one: Field, other: Field) -> bool:
    """Return whether values of two fields can be equal: a number is never a text."""
    return _kind(one) == _kind(other) or undescribed(other)


def sources(checks: Iterable[AnyCheck], table: str) -> Mapping[str, tuple[str, str]]:
    """Return for each field of a table that refers to another table by itself: to which field."""
    return {
        c.fields[0]: (c.target, c.target_fields[0])
        for c in checks
        if isinstance(c, ReferenceCheck) and len(c.fields) == 1 and c.target != table
    }


def undescribed(field: Field) -> bool:
    """Return whether a field has no descriptor at all: its table has no schema.

    Nobody said that its values are texts, so that they are what those that refer to them are.
    """
    return not field.origin.pointer


def _kind(field: Field) -> tuple[str, object]:
    """Return the type of a field as far as its values are compared, for a list with its items."""
    kind = _ALIKE.get(field.type, field.type)
    return kind, field.options.get("itemType", "string") if kind == "list" else None


def to_nowhere(check: ReferenceCheck, columns: Mapping[str, Column]) -> CellCheck:
    """Return the check of a reference to a column that does not exist: whatever refers is wrong."""
    refers = " AND ".join(f"{columns[name].sql} IS NOT NULL" for name in check.fields)
    return CellCheck(
        code=check.code, name=check.name, severity=check.severity, equivalent=check.equivalent,
        table=check.table, field=check.field, fields=check.fields, message=check.message,
        help=check.help, promise=check.promise, params=check.params, bad=refers,
    )  # fmt: skip


@check(
    "RF001",
    message="`{value}` is not in `{target_fields}` of {target}",
    equivalent="foreign-key",
)
def missing_reference(schema: Schema) -> tuple[ForeignKey, ...]:
    """Tell the rows that refer to a row that does not exist.

    What: The cell names a row of another table (or of this one), and there is none of that name,
        or the other table has no such column.
        Rows in which a field of the reference is empty refer to nothing and pass. Values are
        compared by what they mean, `01` and `1` are one integer; but a number is never a text.
    Why: Whoever joins the tables loses this row, or its counterpart, without a word.
    Example: `speaker_id` = `kim-kye-gwann` where `people` has `kim-kye-gwan`.
    Fix: Correct the spelling, or add the missing row to the other table first.
    """
    return schema.foreign_keys
