"""KY: keys and unique values (Table Schema, `primaryKey`, `uniqueKeys`, `unique`)."""

from __future__ import annotations

from copydesk.checks import check
from copydesk.checks.column import Column
from copydesk.checks.field import Bad
from copydesk.model import Schema


@check(
    "KY001",
    message="`{value}` is already the key of another row",
    equivalent="primary-key",
)
def duplicate_primary_key(schema: Schema) -> tuple[str, ...]:
    """Tell the rows whose primary key an earlier row has already.

    What: Two rows have the same value in the field, or fields, that identify a row.
    Why: Everything that refers to this key, other tables, citations, links, now means two
        things.
    Example: two quotes with the identifier `bbc-20200111-q06` after a merge of two branches.
    Fix: Give one of them a key of its own, or delete it if the row stands there twice.
    """
    return schema.primary_key.fields if schema.primary_key else ()


@check(
    "KY002",
    message="the row has no value in `{field}`, which belongs to the primary key",
    equivalent="primary-key",
)
def primary_key_missing(column: Column, schema: Schema) -> Bad | None:
    """Tell the rows that lack a part of their primary key.

    What: A field of the primary key is empty, or it is the whole key and not of its type; or the
        row is blank.
    Why: A row without a key cannot be referred to, compared or corrected by anyone.
    Example: an empty `quote_id`.
    Fix: Give the row its key.
    """
    key = schema.primary_key
    if not key or column.field.name not in key.fields:
        return None
    says = f"makes `{column.field.name}` part of the primary key"
    if len(key.fields) > 1:
        return Bad(column.empty, says)
    return Bad(f"{column.sql} IS NULL", says, absent=True)


@check("KY003", message="`{value}` stands in another row already", equivalent="unique-error")
def duplicate_unique_key(schema: Schema) -> tuple[tuple[str, ...], ...]:
    """Tell the rows that repeat a combination of values promised to be unique.

    What: `uniqueKeys` of the schema names fields that, taken together, never repeat; these do.
        Rows in which one of the fields is empty are not compared. A combination that is the
        primary key, or a field that is `unique` by itself, is told as that only.
    Why: The combination is a second identity of the row: what happens twice there is usually
        one thing entered twice.
    Example: two quotes of one article with the same `seq`.
    Fix: Correct the row that is wrong, or delete the one that stands there twice.
    """
    told = [set(schema.primary_key.fields)] if schema.primary_key else []
    told += [{name} for name in duplicate_value(schema)]
    return tuple(k.fields for k in schema.unique_keys if set(k.fields) not in told)


@check("KY004", message="`{value}` stands in another row already", equivalent="unique-error")
def duplicate_value(schema: Schema) -> tuple[str, ...]:
    """Tell the rows that repeat a value of a field promised to be unique.

    What: The field is declared `unique`, and an earlier row has this value already. It is a
        promise of its own, also where the field is the primary key.
    Why: The value identifies something, like an address or a number of a catalogue; two rows
        with the same one describe the same thing twice, or one of them is wrong.
    Example: two articles with the same `canonical_url`.
    Fix: Correct the row that is wrong, or delete the one that stands there twice.
    """
    return tuple(f.name for f in schema.fields if f.constraints.get("unique") is True)
