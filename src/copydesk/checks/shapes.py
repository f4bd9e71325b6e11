"""PK: an object of a descriptor against its table in `standard`: presence, kinds, forms, names."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from copydesk.checks import check
from copydesk.checks.standard import THINGS, Kinds, Level, Property, Thing
from copydesk.document import Document, Problem, step
from copydesk.model import Severity

_WORDS: Mapping[type, str] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    type(None): "null",
}
_LIKE = 0.8


def judge(
    document: Document, pointer: str, data: Mapping[str, Any], thing: Thing, version: int
) -> Iterator[Problem]:
    """Yield what is wrong in an object and in the objects that it holds by itself."""
    for problem in _judge(document, pointer, data, thing, version):
        yield replace(problem, equivalent=thing.equivalent)


def _judge(
    document: Document, pointer: str, data: Mapping[str, Any], thing: Thing, version: int
) -> Iterator[Problem]:
    if thing.either and not any(data.get(name) for name in thing.either):
        yield from property_missing(document, pointer, "", thing, Severity.ERROR)
    elif not data and _of(thing.some, version):
        yield from property_missing(document, pointer, "", thing, _of(thing.some, version))
        return
    for name, known in thing.properties.items():
        at = pointer + step(name)
        if name not in data:
            if level := _of(known.required, version):
                yield from property_missing(document, pointer, name, thing, level)
        elif known.since > version and not known.early:
            if any(_value(document, at, data[name], known, known.since)):
                reason = f"`{name}` is not what version 2 of the standard means by it"
                yield from discouraged_value(document, at, reason)
        elif known.until >= version and not (data[name] is None and known.nullable >= version):
            yield from _value(document, at, data[name], known, version)
    yield from misspelt_property(document, pointer, data, thing)


def _value(
    document: Document, at: str, value: Any, known: Property, version: int
) -> Iterator[Problem]:
    """Yield what is wrong in the value of a property: its kind, its form, its items."""
    if wrong := list(property_not_of_type(document, at, value, known.kinds)):
        mild = _of(known.kinded, version) is not Severity.ERROR
        reason = f"`{named(at)}` should be {_words(known.kinds)}"
        yield from discouraged_value(document, at, reason) if mild else wrong
        return
    if value in ("", []) and (level := _of(known.filled, version)):
        yield from property_missing(document, at, "", None, level)
    elif isinstance(value, str):
        yield from _formed(document, at, value, known, version)
    elif isinstance(value, dict) and known.each:
        yield from _judge(document, at, value, THINGS[known.each], version)
    elif isinstance(value, list):
        yield from wrong_items(document, at, value, known.items)
        if _of(known.unique, version):
            yield from repeated_item(document, at, value, _of(known.unique, version))
        for index, one in enumerate(value if known.each else ()):
            if isinstance(one, dict):
                yield from _judge(document, f"{at}/{index}", one, THINGS[known.each], version)


def _formed(
    document: Document, at: str, value: str, known: Property, version: int
) -> Iterator[Problem]:
    level = _of(known.formed, version)
    if known.form is None or level is None or known.form.fits(value):
        return
    if not value and version == 1 and not known.form.strict:
        level = Severity.WARNING
    if level is Severity.ERROR:
        yield from malformed_value(document, at, value, known.form.words)
    else:
        reason = f"`{named(at)}` should be {known.form.words}: `{value[:60]}`"
        yield from discouraged_value(document, at, reason)


def _of(level: Level, version: int) -> Severity | None:
    return level[version - 1]


def wrong_items(document: Document, pointer: str, value: object, kinds: Kinds) -> Iterator[Problem]:
    """Yield the items of a list that are of none of these kinds, or objects beside others."""
    items = value if isinstance(value, list) else []
    if dict in kinds and len(kinds) > 1 and items:
        first = isinstance(items[0], dict)
        kinds = (dict,) if first else tuple(k for k in kinds if k is not dict)
    for index, one in enumerate(items if kinds else ()):
        yield from property_not_of_type(document, f"{pointer}/{index}", one, kinds)


@check("PK001", message="{reason}", equivalent="package-error")
def property_missing(
    document: Document, pointer: str, name: str, thing: Thing | None, level: Severity | None
) -> Iterator[Problem]:
    """Tell the properties that a descriptor must have and has not.

    What: A required property is not there, or must not be empty and is: `resources`
        of a package, `name` and `path` (or `data`) of a resource, `fields` of a schema, `name` of a
        field, `fields` and `reference` of a foreign key, `name` or `path` of a license.
    Why: Without it no program knows what the package consists of.
    Example: a resource without `name`.
    Fix: Add the property.
    """
    if level is None:
        return
    if name:
        reason = f"`{name}` is missing"
    elif thing:
        parts = " nor ".join(f"`{name}`" for name in thing.either)
        reason = f"the {thing.title} has " + (f"neither {parts}" if parts else "no property")
    else:
        reason = f"`{named(pointer)}` is empty"
    if level is Severity.ERROR:
        yield Problem("PK001", document, pointer, {"reason": reason})
    else:
        yield from discouraged_value(document, pointer, reason)


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
    whole = isinstance(value, float) and value.is_integer() and int in kinds
    if type(value) not in kinds and not whole:
        params = {
            "field": named(pointer), "found": _WORDS[type(value)], "expected": _words(kinds),
        }  # fmt: skip
        yield Problem("PK002", document, pointer, params)


def _words(kinds: Kinds) -> str:
    return " or ".join(_WORDS[k] for k in kinds if k is not type(None))


@check("PK015", message="`{value}` in `{field}` is not {words}", equivalent="package-error")
def malformed_value(document: Document, pointer: str, value: str, words: str) -> Iterator[Problem]:
    """Tell the texts that are not written in the form which the standard demands.

    What: `created` is no date and time with its zone, `email` no e-mail address, `$schema` no
        address, `image` or the `path` of a license or source neither an address nor a path below
        the descriptor, `itemType` or `type` no word of the standard; in version 1 also a `name`
        with other characters than lower-case letters, digits, `.`, `-` and `_`.
    Why: Programs that rely on the form fail, or leave the property out without a word.
    Example: `"created": "yesterday"`.
    Fix: Write it in that form, or leave the property out.
    """
    params = {"value": value, "field": named(pointer), "words": words}
    yield Problem("PK015", document, pointer, params)


@check("PK016", message="`{value}` stands twice in `{field}`", equivalent="schema-error")
def repeated_item(
    document: Document, pointer: str, items: list[Any], level: Severity | None
) -> Iterator[Problem]:
    """Tell the entries that stand twice in a list whose entries are unique.

    What: Two entries of `missingValues` or `categories` are equal, or have the same `value` or the
        same `label`. In a descriptor of version 1 a missing value may stand twice.
    Why: Two labels for one value leave open which of them is meant.
    Example: `"missingValues": ["-", "-"]`.
    Fix: Delete one of them.
    """
    seen: set[tuple[str, str]] = set()
    for index, item in enumerate(items):
        parts = {f"/{k}": item[k] for k in ("value", "label") if k in item} if (
            isinstance(item, dict)) else {"": item}  # fmt: skip
        for part, value in parts.items():
            key = (part, json.dumps(value, sort_keys=True))
            if key in seen and (level is Severity.ERROR or part):
                shown = value if isinstance(value, str) else key[1]
                params = {"value": shown, "field": named(pointer)}
                yield Problem("PK016", document, f"{pointer}/{index}{part}", params)
            elif key in seen:
                reason = f"`{value}` stands twice in `{named(pointer)}`"
                yield from discouraged_value(document, f"{pointer}/{index}", reason)
            seen.add(key)


def named(pointer: str) -> str:
    """Return the name of a property; an item of a list is named after the list."""
    above, _, last = pointer.rpartition("/")
    return f"{named(above)}[{last}]" if last.isdigit() and above else last or "the schema"


@check("PK101", message="`{value}` is no property that is known here", severity=Severity.WARNING)
def misspelt_property(
    document: Document, pointer: str, data: Mapping[str, Any], thing: Thing
) -> Iterator[Problem]:
    """Tell the properties whose name is almost that of a property of the standard.

    What: The name differs from a known one in a letter or in capitals. Other properties of your
        own are allowed everywhere.
    Why: What is misspelt is left out without a word: the promise is not kept by anybody.
    Example: `"primarykey"`, `"primaryKeys"`.
    Fix: Write the name as the standard does.
    """
    if thing.title == "constraints":  # where an unknown name is an error of its own
        return
    own = [name for name in data if name not in thing.known]
    low = {k.lower(): k for k in thing.known[1:]} if own else {}
    for name in own:
        near = [low[n] for n in difflib.get_close_matches(name.lower(), low, 1, _LIKE)]
        if near:
            params = {"value": name, "known": near}
            yield Problem("PK101", document, pointer + step(name), params, key=True)


@check("PK110", message="{reason}", severity=Severity.WARNING)
def discouraged_value(document: Document, pointer: str, reason: str) -> Iterator[Problem]:
    """Tell what the standard advises against without forbidding it.

    What: A name holds other characters than lower-case letters, digits, `.`, `-` and `_`, a
        `homepage` is no address, a `version` is not of the form 1.4.0, a `mediatype` has no slash,
        a contributor or source has no `title`, or a descriptor of version 1 lacks what only
        version 2 insists on.
    Why: Other programs may not make of it what was meant.
    Example: `"name": "My Data"`.
    Fix: Follow the advice, or leave it as it is: the package is valid.
    """
    yield Problem("PK110", document, pointer, {"reason": reason})
