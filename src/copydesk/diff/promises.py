"""What a Table Schema promises in one version and not in the other, and in which direction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from copydesk.diff.changes import ColumnRename, Direction, PromiseChange
from copydesk.diff.spelling import ordered
from copydesk.model import Field, ForeignKey, Key, Schema

_TEXTS = ("title", "description", "example", "examples", "rdfType", "categoriesOrdered")
_LOWER = ("minimum", "exclusiveMinimum", "minLength")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength")
_WIDER = {("integer", "number"), ("year", "integer"), ("yearmonth", "string"), ("date", "string")}
_ADMITS = {"exact": 0, "equal": 1, "subset": 2, "superset": 2, "partial": 3}
"""How much each `fieldsMatch` allows."""


def schema_changes(
    old: Schema | None, new: Schema | None, renamed: Iterable[ColumnRename] = ()
) -> Iterator[PromiseChange]:
    """Yield how two schemas of a table differ; `renamed` are the columns with new names."""
    if old is None or new is None:
        if old is not new:
            yield _whole(new)
        return
    names = {r.old: r.new for r in renamed}
    before = {names.get(f.name, f.name): f for f in old.fields}
    after = {f.name: f for f in new.fields}
    for name, field in before.items():
        if name not in after:
            yield PromiseChange("field", "fields", "loosened", f"field `{name}` is no longer "
                                "described", field=name, old=field.type)  # fmt: skip
    for name, field in after.items():
        if name in before:
            yield from _field(before[name], field)
        else:
            yield PromiseChange("field", "fields", "tightened", f"field `{name}` is described, of "
                                f"the type {field.type}", field=name, new=field.type)  # fmt: skip
    yield from _keys(old, new, names)
    yield from _match(old, new)


def _whole(new: Schema | None) -> PromiseChange:
    if new is None:
        return PromiseChange("schema", "schema", "loosened", "the table has no schema any more")
    return PromiseChange("schema", "schema", "tightened", "the table has a schema now")


# fields


def _field(old: Field, new: Field) -> Iterator[PromiseChange]:
    yield from _type(old, new)
    names = dict.fromkeys([*old.constraints, *new.constraints])
    for name in names:
        before, after = old.constraints.get(name), new.constraints.get(name)
        if before != after:
            yield from _constraint(name, before, after, new)
    yield from _missing(old, new)
    for name in dict.fromkeys([*old.options, *new.options]):
        before, after = old.options.get(name), new.options.get(name)
        if before == after or name in ("name", "type", "format", "constraints", "missingValues"):
            continue
        if name == "categories":
            yield from _listed("categories", _values(before), _values(after), new.name, "field")
        else:
            change: Direction = "described" if name in _TEXTS else "changed"
            yield PromiseChange("field", name, change, _words(name, before, after), "", new.name,
                                before, after)  # fmt: skip


def _type(old: Field, new: Field) -> Iterator[PromiseChange]:
    pair = (old.type, new.type)
    if old.type != new.type:
        change: Direction = "changed"
        if pair in _WIDER or new.type in ("any", "string"):
            change = "loosened"
        elif pair[::-1] in _WIDER or old.type in ("any", "string"):
            change = "tightened"
        what = f"type {old.type} became {new.type}"
        yield PromiseChange("type", "type", change, what, "", new.name, *pair)
    elif old.format != new.format:
        change = "tightened" if old.format == "default" and new.type == "string" else "changed"
        if new.format == "default" and new.type == "string":
            change = "loosened"
        what = f"format {old.format} became {new.format}"
        yield PromiseChange("type", "format", change, what, "", new.name, old.format, new.format)


def _constraint(name: str, old: Any, new: Any, field: Field) -> Iterator[PromiseChange]:
    if name == "enum" and (isinstance(old, list) or old is None) and isinstance(new, list | None):
        yield from _listed("enum", old, new, field.name, "constraint")
        return
    yield PromiseChange(
        "constraint", name, _direction(name, old, new, field), _words(name, old, new), "",
        field.name, old, new,
    )  # fmt: skip


def _direction(name: str, old: Any, new: Any, field: Field) -> Direction:
    if name in ("required", "unique"):
        return "tightened" if new is True else "loosened" if old is True else "described"
    if old is None or new is None:
        return "tightened" if old is None else "loosened"
    if name in (*_LOWER, *_UPPER):
        rise = ordered(old, new) if name.endswith("Length") else ordered(old, new, field)
        if rise:
            return "tightened" if (rise > 0) == (name in _LOWER) else "loosened"
    return "changed"


def _listed(
    name: str, old: list[Any] | None, new: list[Any] | None, field: str, subject: str
) -> Iterator[PromiseChange]:
    """Yield what a list of allowed values has lost and gained."""
    if old is None or new is None:
        values = _shown_list(new or old or [])
        change: Direction = "tightened" if old is None else "loosened"
        what = f"{name} {values} is new" if old is None else f"{name} {values} is gone"
        yield PromiseChange(subject, name, change, what, "", field, old, new)
        return
    lost = [v for v in old if v not in new]
    gained = [v for v in new if v not in old]
    if lost:
        what = f"{name} lost {_shown_list(lost)}"
        yield PromiseChange(subject, name, "tightened", what, "", field, lost, None)
    if gained:
        what = f"{name} gained {_shown_list(gained)}"
        yield PromiseChange(subject, name, "loosened", what, "", field, None, gained)
    if not lost and not gained:
        what = f"{name} stands in another order"
        yield PromiseChange(subject, name, "described", what, "", field, old, new)


def _values(given: Any) -> list[Any] | None:
    """Return the values of categories, which may have labels."""
    if not isinstance(given, list):
        return None
    return [one.get("value") if isinstance(one, dict) else one for one in given]


def _missing(old: Field, new: Field) -> Iterator[PromiseChange]:
    lost = [v for v in old.missing if v not in new.missing]
    gained = [v for v in new.missing if v not in old.missing]
    if lost or gained:
        parts = [f"lost {_shown_list(lost)}"] * bool(lost)
        parts += [f"gained {_shown_list(gained)}"] * bool(gained)
        what = f"missingValues {' and '.join(parts)}"
        yield PromiseChange("field", "missingValues", "changed", what, "", new.name,
                            list(old.missing), list(new.missing))  # fmt: skip


# keys


def _keys(old: Schema, new: Schema, names: Mapping[str, str]) -> Iterator[PromiseChange]:
    before = _renamed(old.primary_key, names)
    after = new.primary_key.fields if new.primary_key else ()
    if before != after:
        change: Direction = "changed"
        if not before or not after:
            change = "tightened" if after else "loosened"
        what = _words("primaryKey", list(before) or None, list(after) or None)
        yield PromiseChange("key", "primaryKey", change, what, old=list(before), new=list(after))
    yield from _sets("uniqueKeys", {_renamed(k, names) for k in old.unique_keys},
                     {k.fields for k in new.unique_keys})  # fmt: skip
    refers = [
        {_reference(k, names if schema is old else {}) for k in schema.foreign_keys}
        for schema in (old, new)
    ]
    yield from _sets("foreignKeys", *refers)


def _renamed(key: Key | None, names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(names.get(f, f) for f in key.fields) if key else ()


def _reference(key: ForeignKey, names: Mapping[str, str]) -> tuple[str, ...]:
    fields = [names.get(f, f) for f in key.fields]
    return (*fields, "→", key.target or "itself", *key.target_fields)


def _sets(
    name: str, old: set[tuple[str, ...]], new: set[tuple[str, ...]]
) -> Iterator[PromiseChange]:
    for key in sorted(old - new):
        yield PromiseChange("key", name, "loosened", f"{name} lost {_key(key)}", old=list(key))
    for key in sorted(new - old):
        yield PromiseChange("key", name, "tightened", f"{name} gained {_key(key)}", new=list(key))


def _key(words: tuple[str, ...]) -> str:
    if "→" not in words:
        return f"`{', '.join(words)}`"
    at = words.index("→")
    target, *fields = words[at + 1 :]
    return f"`{', '.join(words[:at])}` → `{target}.{', '.join(fields)}`"


def _match(old: Schema, new: Schema) -> Iterator[PromiseChange]:
    before, after = old.fields_match, new.fields_match
    if before == after:
        return
    rise = _ADMITS.get(after, 0) - _ADMITS.get(before, 0)
    change: Direction = "changed" if not rise else "loosened" if rise > 0 else "tightened"
    what = f"fieldsMatch {before} became {after}"
    yield PromiseChange("schema", "fieldsMatch", change, what, old=before, new=after)


# words


def shown(value: Any) -> str:
    """Return a value of a document as it is shown in a sentence."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"`{text if len(text) <= 60 else text[:59] + '…'}`"


def _shown_list(values: Iterable[Any]) -> str:
    listed = list(values)
    more = f" and {len(listed) - 6:,} more" if len(listed) > 6 else ""
    return ", ".join(map(shown, listed[:6])) + more


def _words(name: str, old: Any, new: Any) -> str:
    if old is None:
        return f"{name} {shown(new)} is new"
    if new is None:
        return f"{name} {shown(old)} is gone"
    return f"{name} {shown(old)} became {shown(new)}"


words = _words
"""Say how one property changed."""
