"""The catalogue of expectations → a JSON Schema of suite files.

Draft 7, which every editor knows. What depends on the type of an expectation is said by one
`if` and `then` for each type, so that an editor offers the arguments of just that one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from copydesk.checks import family
from copydesk.suites import (
    AS_TEXT,
    RUNTIME,
    SEVERITIES,
    catalogue,
    catalogue_version,
)
from copydesk.suites.condition import OPERATORS, PARSERS

_TYPES = {"date": "string"}
_WORDS = {
    "column": "The name of the column.",
    "column_A": "The name of the first column.",
    "column_B": "The name of the second column.",
    "column_list": "The names of the columns.",
    "column_set": "The names of the columns, in any order.",
    "mostly": "The share of the values, from 0 to 1, that has to be as expected. The default is 1.",
    "min_value": "The least value; nothing means that there is none.",
    "max_value": "The greatest value; nothing means that there is none.",
    "strict_min": "Whether values have to be larger than `min_value`, not just as large.",
    "strict_max": "Whether values have to be smaller than `max_value`, not just as small.",
    "value_set": "The values.",
    "value_pairs_set": "The pairs of values, each a list of two.",
    "regex": "A regular expression of Python, found anywhere in the value: `^…$` for all of it.",
    "regex_list": "Regular expressions of Python, each looked for anywhere in the value.",
    "like_pattern": "A pattern of SQL: `%` is any text, `_` any character.",
    "like_pattern_list": "Patterns of SQL: `%` is any text, `_` any character.",
    "match_on": "Whether one of the patterns is enough (`any`) or all have to match.",
    "ignore_row_if": "Which rows are left out because values are missing.",
    "or_equal": "Whether equal values are as expected too.",
    "row_condition": "Only the rows for which this is true, such as `kind == 'direct'`.",
    "condition_parser": "How a `row_condition` that is a text is read.",
    "quantile_ranges": "`quantiles` and, for each of them, a pair in `value_ranges`.",
    "unexpected_rows_query": "An SQL query of the rows that should not be; `{batch}` is the table.",
    "strftime_format": "The format of the date, such as `%Y-%m-%d`.",
    "json_schema": "The JSON Schema that the values have to keep.",
    "ties_okay": "Whether other values may be as common.",
    "sum_total": "What the values of each row have to add up to.",
}  # fmt: skip
_SEVERITY_WORDS = {
    "critical": "An error: the data are not fit to publish.",
    "warning": "Somebody should look.",
    "info": "Worth knowing.",
}
_NOTES = {
    "description": "Why this is expected; it is shown where it is not so.",
    "type": ["string", "array", "object", "null"],
}  # fmt: skip


def suite_schema() -> dict[str, Any]:
    """Return the JSON Schema of a suite file."""
    known = catalogue()
    arguments = _Arguments()
    kwargs = {kind: _kwargs(entry, arguments) for kind, entry in known.items()}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Suite of expectations",
        "description": f"What the values of a table should look like: `<table>.expectations.json`, "
        f"a suite of Great Expectations {catalogue_version()}.",
        "type": "object",
        "required": ["expectations"],
        "properties": {
            "name": {"type": ["string", "null"], "description": "The name of the suite."},
            "expectations": {
                "type": "array",
                "description": "What is expected, in any order.",
                "items": {"$ref": "#/definitions/expectation"},
            },
            "meta": {"$ref": "#/definitions/meta"},
            "notes": _NOTES,
        },
        "definitions": {
            "expectation": _expectation(known),
            "meta": _meta(),
            "condition": _condition(),
            "parser": {"enum": [*PARSERS, None], "description": _WORDS["condition_parser"]},
            "parameter": {
                "type": "object",
                "required": ["$PARAMETER"],
                "description": "A suite parameter, which Great Expectations evaluates.",
            },
            **arguments.known,
            **kwargs,
        },
    }


def _expectation(known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    words = {s.equivalent: f"{' '.join(s.what.split())} ({s.code})" for s in family("GX")}
    return {
        "type": "object",
        "required": ["type", "kwargs"],
        "additionalProperties": False,
        "properties": {
            "type": {
                "description": "What is expected.",
                "enum": list(known),
                "enumDescriptions": [f"Finds: {words.get(kind, '')}" for kind in known],
            },
            "kwargs": {"type": "object", "description": "Of what, and within which limits."},
            "severity": {
                "description": "How bad it is if it is not so. The default is `critical`.",
                "enum": [*SEVERITIES, None],
                "enumDescriptions": [*(_SEVERITY_WORDS[s] for s in SEVERITIES), "`critical`"],
            },
            "notes": _NOTES,
            "meta": {"$ref": "#/definitions/meta"},
            "description": {"type": ["string", "null"]},
            "id": {"type": ["string", "null"]},
            "expectation_context": {},
            "rendered_content": {},
            "windows": {},
        },
        "defaultSnippets": [_snippet(kind, entry) for kind, entry in known.items()],
        "allOf": [
            {
                "if": {"properties": {"type": {"const": kind}}, "required": ["type"]},
                "then": {"properties": {"kwargs": {"$ref": f"#/definitions/{kind}"}}},
            }
            for kind in known
        ],
    }


def _snippet(kind: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an expectation with its required arguments to fill in."""
    arguments = entry["arguments"]
    names = [n for n, argument in arguments.items() if argument.get("required")]
    names += [n for n in entry.get("any_of", []) if n not in names]
    kwargs = {
        name: _blank(arguments[name]["types"], number) for number, name in enumerate(names, 1)
    }
    return {"label": kind, "body": {"type": kind, "kwargs": kwargs, "severity": "critical"}}


def _blank(types: list[str], number: int) -> Any:
    """Return the place of a value in a snippet; `^` before it leaves out the quotes."""
    match types[0]:
        case "array":
            return [f"${number}"]
        case "object":
            return {}
        case "string":
            return f"${number}"
    return f"^${number}"


class _Arguments:
    """The schemas of arguments, each once: those of one name are mostly the same everywhere."""

    def __init__(self) -> None:
        self.known: dict[str, dict[str, Any]] = {}

    def reference(self, name: str, one: Mapping[str, Any]) -> dict[str, Any]:
        """Return the reference to the schema of an argument."""
        schema, key, number = _argument(name, one), name, 1
        while self.known.setdefault(key, schema) != schema:
            number += 1
            key = f"{name}-{number}"
        return {"$ref": f"#/definitions/{key}"}


def _kwargs(entry: Mapping[str, Any], shared: _Arguments) -> dict[str, Any]:
    """Return the schema of the arguments of one type of expectation."""
    arguments = entry["arguments"]
    properties = {name: shared.reference(name, one) for name, one in arguments.items()}
    if entry.get("row_condition"):
        properties["row_condition"] = {"$ref": "#/definitions/condition"}
        properties["condition_parser"] = {"$ref": "#/definitions/parser"}
    made: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "patternProperties": {f"^({'|'.join(RUNTIME)})$": {}},
    }
    if required := [n for n, one in arguments.items() if one.get("required")]:
        made["required"] = required
    if any_of := entry.get("any_of"):
        made["anyOf"] = [{"required": [name]} for name in any_of]
    return made


def _argument(name: str, one: Mapping[str, Any]) -> dict[str, Any]:
    types = list(dict.fromkeys(_TYPES.get(t, t) for t in one["types"]))
    value: dict[str, Any] = {"type": types[0] if len(types) == 1 else types}
    for ours, theirs in (
        ("one_of", "enum"), ("min_items", "minItems"), ("minimum", "minimum"),
        ("maximum", "maximum"),
    ):  # fmt: skip
        if ours in one:
            value[theirs] = one[ours]
    words = {"description": _WORDS[name]} if name in _WORDS else {}
    return {**words, "anyOf": [value, {"$ref": "#/definitions/parameter"}]}


def _meta() -> dict[str, Any]:
    return {
        "description": "Whatever people and programs want to note.",
        "type": ["object", "null"],
        "properties": {
            "notes": _NOTES,
            "copydesk": {
                "type": "object",
                "properties": {
                    "type": {
                        "const": AS_TEXT,
                        "description": "Take all cells for texts, as they are written.",
                    }
                },
            },
        },
    }


def _condition() -> dict[str, Any]:
    """Return the schema of row conditions: a text, or the objects of Great Expectations."""
    column = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    several = {"type": "array", "items": {"$ref": "#/definitions/condition"}}
    kinds: dict[str, dict[str, Any]] = {
        "comparison": {"column": column, "operator": {"enum": list(OPERATORS)}, "parameter": {}},
        "nullity": {"column": column, "is_null": {"type": "boolean"}},
        "pass_through": {"pass_through_filter": {"type": "string"}},
        "and": {"conditions": several},
        "or": {"conditions": several},
    }
    objects = [
        {
            "type": "object",
            "required": ["type", *members],
            "properties": {"type": {"const": kind}, **members},
        }
        for kind, members in kinds.items()
    ]
    return {
        "description": _WORDS["row_condition"],
        "anyOf": [{"type": ["string", "null"]}, *objects],
    }
