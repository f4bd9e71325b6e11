"""Suites are read as Great Expectations 1.24 writes them, and what is wrong in them is told."""

from __future__ import annotations

import importlib.util
import json
import warnings
from typing import Any

import pytest

from copydesk.document import Document
from copydesk.model import Severity
from copydesk.suites import catalogue, read_suite
from copydesk.suites.condition import condition_fault, query_tree

needs_gx = pytest.mark.skipif(
    importlib.util.find_spec("great_expectations") is None,
    reason="great-expectations is not installed",
)

# Members of an expectation that are no arguments, and those that only tell GX how to run.
OWN = {"id", "meta", "notes", "description", "severity", "metadata", "library_metadata"}
RUN = {"batch_id", "result_format", "catch_exceptions", "rendered_content", "windows"}
CONDITIONS = {"row_condition", "condition_parser"}
ORDER = ["string", "date", "integer", "number", "boolean", "array", "object", "null"]
EXAMPLES: dict[str, Any] = {
    "string": "x {batch}",
    "number": 1,
    "integer": 1,
    "boolean": True,
    "object": {"quantiles": [0.5], "value_ranges": [[0, 1]]},
}


def suite(*expectations: Any, **members: Any) -> Document:
    return document({"name": "quotes", "expectations": list(expectations), "meta": {}, **members})


def document(data: Any) -> Document:
    return Document("schemas/quotes.expectations.json", json.dumps(data), data)


def problems(*expectations: Any) -> list[tuple[str, str]]:
    _, found = read_suite(suite(*expectations), "quotes")
    return [(p.code, p.pointer) for p in found]


def one(kind: str, **kwargs: Any) -> dict[str, Any]:
    return {"type": kind, "kwargs": kwargs, "meta": {}, "severity": "critical"}


def in_set(**kwargs: Any) -> dict[str, Any]:
    return one("expect_column_values_to_be_in_set", **{"column": "a", "value_set": ["x"], **kwargs})


# what an installed GX says of its expectations


def types(schema: dict[str, Any], *, alone: bool = True) -> set[str]:
    """Return the JSON types of an argument; an object beside others is a suite parameter."""
    if "anyOf" in schema:
        return set().union(*(types(p, alone=False) for p in schema["anyOf"])) or {"object"}
    if "oneOf" in schema:
        return set().union(*(types(p) for p in schema["oneOf"]))
    if str(schema.get("format", "")).startswith("date"):
        return {"date"}
    if "$ref" in schema:
        return set()
    kind = schema.get("type", "string")
    return set() if kind == "object" and not alone else {kind}


def limits(schema: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for part in [schema, *schema.get("anyOf", [])]:
        if "enum" in part:
            found["one_of"] = part["enum"]
        found |= {side: part[side] for side in ("minimum", "maximum") if side in part}
    return found


def refused(cls: Any, kwargs: dict[str, Any]) -> set[str]:
    """Return the arguments that GX complains of; `__root__` stands for all of them together."""
    try:
        cls(**kwargs)
    except ValueError as error:
        return {str(e["loc"][0]) for e in error.errors()}  # type: ignore[attr-defined]
    return set()


def items(name: str, count: int) -> list[Any]:
    return [["a", "b"] if "pairs" in name else f"a{n}" for n in range(count)]


def derived(cls: Any) -> dict[str, Any]:
    """Return the entry of the catalogue for a class of GX."""
    schema = cls.schema()
    names = sorted(schema["properties"].keys() - OWN - RUN - CONDITIONS)
    arguments: dict[str, dict[str, Any]] = {}
    for name in names:
        given = schema["properties"][name]
        kinds = types(given) | (set() if name in refused(cls, {name: None}) else {"null"})
        arguments[name] = {"types": sorted(kinds, key=ORDER.index), **limits(given)}
        if name in schema.get("required", []):
            arguments[name]["required"] = True
    entry: dict[str, Any] = {"arguments": arguments}
    if "row_condition" in schema["properties"]:
        entry["row_condition"] = True
    base = {
        name: items(name, 2) if "array" in a["types"] else EXAMPLES[a["types"][0]]
        for name, a in arguments.items()
        if a.get("required")
    }
    if "__root__" in refused(cls, base):
        entry["any_of"] = ["min_value", "max_value"]
        base["min_value"] = 1
    for name, argument in arguments.items():
        if "array" in argument["types"]:
            given = (n for n in range(4) if not refused(cls, {**base, name: items(name, n)}))
            if fewest := next(given):
                argument["min_items"] = fewest
    return entry


@needs_gx
def test_the_catalogue_is_what_the_installed_gx_says_of_itself() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations.expectations  # noqa: F401
        from great_expectations.expectations import registry

        names = registry.list_registered_expectation_implementations()
        found = {name: derived(registry.get_expectation_impl(name)) for name in names}
    assert {n: dict(e) for n, e in catalogue().items()} == found


# reading


def test_a_suite_as_gx_writes_it_is_read_with_its_notes_and_severities() -> None:
    read, found = read_suite(
        suite(
            {**in_set(mostly=0.9), "notes": "kinds are few", "severity": "warning", "id": None},
            {**in_set(), "meta": {"notes": ["from", "meta"]}, "severity": "info"},
            {**in_set(), "meta": {"notes": {"format": "markdown", "content": ["in", "parts"]}}},
        ),
        "quotes",
    )
    assert found == ()
    assert [(e.severity, e.notes) for e in read.expectations] == [
        (Severity.WARNING, "kinds are few"),
        (Severity.INFO, "from meta"),
        (Severity.ERROR, "in parts"),
    ]
    assert read.expectations[0].kwargs == {"column": "a", "value_set": ["x"], "mostly": 0.9}
    assert str(read.expectations[1].origin) == "schemas/quotes.expectations.json#/expectations/1"
    assert (read.name, read.table) == ("quotes", "quotes")


def test_an_expectation_without_severity_is_critical_as_in_gx() -> None:
    bare = {"type": "expect_table_row_count_to_equal", "kwargs": {"value": 3}}
    read, _ = read_suite(suite(bare), "quotes")
    assert [e.severity for e in read.expectations] == [Severity.ERROR]


def test_the_spelling_of_earlier_versions_is_understood() -> None:
    old = {
        "expectation_type": "expect_column_pair_values_A_to_be_greater_than_B",
        "kwargs": {"column_A": "a", "column_B": "b", "result_format": "BASIC"},
    }
    read, found = read_suite(document({"expectation_suite_name": "s", "expectations": [old]}), "t")
    assert found == ()
    assert read.name == "s"
    assert read.expectations[0].type == "expect_column_pair_values_a_to_be_greater_than_b"
    assert read.expectations[0].kwargs == {"column_A": "a", "column_B": "b"}


def test_a_numeral_is_a_number_where_gx_takes_it_as_one() -> None:
    ranged = one("expect_column_values_to_be_between", column="1", min_value="2.5", mostly="0.5")
    lengths = one("expect_column_value_lengths_to_be_between", column="a", min_value=3.7)
    read, found = read_suite(suite(ranged, lengths), "t")
    assert found == ()
    assert read.expectations[0].kwargs == {"column": "1", "min_value": 2.5, "mostly": 0.5}
    assert read.expectations[1].kwargs["min_value"] == 3


def test_a_suite_parameter_is_left_to_gx() -> None:
    dated = one("expect_column_values_to_be_between", column="a", max_value={"$PARAMETER": "now()"})
    assert problems(dated) == []


# what is wrong


@pytest.mark.parametrize("data", [[], "x", {}, {"expectations": {}}, None])
def test_what_is_not_a_suite_is_said_to_be_none(data: Any) -> None:
    read, found = read_suite(document(data), "t")
    assert read.expectations == ()
    assert [(p.code, p.pointer) for p in found] == [("GX006", "")]


def test_the_other_expectations_run_beside_a_wrong_one() -> None:
    read, found = read_suite(suite(in_set(), one("expect_nothing"), in_set()), "t")
    assert [p.code for p in found] == ["GX001"]
    assert [e.origin.pointer for e in read.expectations] == ["/expectations/0", "/expectations/2"]


def test_an_unknown_type_comes_with_the_known_ones() -> None:
    _, found = read_suite(suite(one("expect_column_values_to_be_in_sets")), "t")
    assert found[0].pointer == "/expectations/0/type"
    assert "expect_column_values_to_be_in_set" in found[0].params["known"]


WRONG = [
    (in_set(mostley=0.9), ("GX002", "/expectations/0/kwargs/mostley")),
    (in_set(**{"a/b": 1}), ("GX002", "/expectations/0/kwargs/a~1b")),
    (in_set(value_set="x"), ("GX003", "/expectations/0/kwargs/value_set")),
    (in_set(mostly=95), ("GX003", "/expectations/0/kwargs/mostly")),
    (in_set(mostly=-0.1), ("GX003", "/expectations/0/kwargs/mostly")),
    (in_set(mostly=None), ("GX003", "/expectations/0/kwargs/mostly")),
    (in_set(mostly="most"), ("GX003", "/expectations/0/kwargs/mostly")),
    (in_set(column=3), ("GX003", "/expectations/0/kwargs/column")),
    (in_set(value_set=None), ("GX007", "/expectations/0/kwargs")),
    (one("expect_column_values_to_be_in_set", column="a"), ("GX007", "/expectations/0/kwargs")),
    (one("expect_column_values_to_be_between", column="a"), ("GX007", "/expectations/0/kwargs")),
    (
        one("expect_column_values_to_be_between", column="a", min_value="often"),
        ("GX003", "/expectations/0/kwargs/min_value"),
    ),
    (
        one("expect_compound_columns_to_be_unique", column_list=["a"]),
        ("GX003", "/expectations/0/kwargs/column_list"),
    ),
    (
        one("expect_column_pair_values_to_be_equal", column_A="a", column_B="b", ignore_row_if="x"),
        ("GX003", "/expectations/0/kwargs/ignore_row_if"),
    ),
    (
        one("expect_column_values_to_match_regex", column="a", regex="["),
        ("GX003", "/expectations/0/kwargs/regex"),
    ),
    (
        one("expect_column_values_to_not_match_regex_list", column="a", regex_list=["a", "("]),
        ("GX003", "/expectations/0/kwargs/regex_list"),
    ),
    (in_set(row_condition="b = 1"), ("GX008", "/expectations/0/kwargs/row_condition")),
    (
        one("expect_column_to_exist", column="a", row_condition="b == 1"),
        ("GX002", "/expectations/0/kwargs/row_condition"),
    ),
    ({**in_set(), "severity": "error"}, ("GX009", "/expectations/0/severity")),
    ({**in_set(), "kwargs": []}, ("GX003", "/expectations/0/kwargs")),
    ({"kwargs": {}}, ("GX006", "/expectations/0")),
    ("expect_column_values_to_be_in_set", ("GX006", "/expectations/0")),
]


@pytest.mark.parametrize(("expectation", "expected"), WRONG)
def test_what_is_wrong_is_told_at_its_place(
    expectation: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert problems(expectation) == [expected]


def compared(operator: str, parameter: Any, column: str = "b") -> dict[str, Any]:
    return {
        "type": "comparison",
        "column": {"name": column},
        "operator": operator,
        "parameter": parameter,
    }


EMPTY = {"type": "nullity", "column": {"name": "b"}, "is_null": True}


@pytest.mark.parametrize(
    ("condition", "parser"),
    [
        (None, None),
        ("b == 1 and c > 2", "pandas"),
        ("b == 1", None),
        ("`a b` == 'x' | (c > 1 & d.notnull())", "pandas"),
        ('col("b") == "x"', "great_expectations"),
        ('col("b").notnull()', "great_expectations__experimental__"),
        (compared("==", 1), None),
        (EMPTY, None),
        ({"type": "and", "conditions": [compared("<", 1), EMPTY]}, None),
        ({"type": "or", "conditions": [{"type": "and", "conditions": [EMPTY]}, EMPTY]}, None),
        ({"type": "pass_through", "pass_through_filter": "b == 1"}, None),
    ],
)
def test_a_row_condition_of_gx_is_taken(condition: Any, parser: str | None) -> None:
    assert condition_fault(condition, parser) == ""


@pytest.mark.parametrize(
    ("condition", "parser"),
    [
        ("b ==", "pandas"),
        ("", "pandas"),
        ("b = 1", "pandas"),
        ("b == 1", "great_expectations"),
        ("b == 1", "sql"),
        (3, None),
        ({"type": "xor", "conditions": []}, None),
        (compared("=", 1), None),
        (compared("==", None), None),
        (compared("IN", "abc"), None),
        ({"type": "nullity", "column": {"name": "b"}}, None),
        (compared("==", 1, column="b` == 1 or @pd.compat.os.abort() or `b"), None),
        (compared("==", 1, column="b\n@pd.compat.os.abort()"), None),
        ('col("b` == 1 or @pd.compat.os.abort() or `b") == 1', "great_expectations"),
        ({"type": "and", "conditions": [{"type": "or", "conditions": [EMPTY]}]}, None),
        ({"type": "or", "conditions": [{"type": "or", "conditions": [EMPTY]}]}, None),
        ({"type": "pass_through", "pass_through_filter": "b =="}, None),
    ],
)
def test_a_row_condition_that_cannot_be_used_is_told(condition: Any, parser: str | None) -> None:
    assert condition_fault(condition, parser) != ""


def test_and_binds_in_a_query_as_in_pandas() -> None:
    first, second = query_tree("a > 1 & b < 2"), query_tree("a > 1 and b < 2")
    assert first is not None
    assert second is not None
    assert type(first) is type(second)


@pytest.mark.parametrize(
    "query",
    [
        "b.to_csv('x') == 1",
        "@pd.io.common.os.system('x') == 0",
        "b.__class__ == 1",
        "b.map(print) == 1",
        "print(b) == 1",
        "b.str.__class__ == 1",
        "b == 1 #\u2028@pd.io.common.os.system('x')",
        "b == 1\n@pd.io.common.os.system('x')",
        "b == '`' or @pd.io.common.os.system('`')",
        'b == "x`y`z"',
        "[x for x in b] == 1",
        "(lambda: 1)() == 1",
        "b[0] == 1",
        "f'{b}' == '1'",
        "b ** 9 == 1",
        "`a` == 1 or `b",
    ],
)
def test_a_query_that_could_do_more_than_compare_is_refused(query: str) -> None:
    assert condition_fault(query, "pandas") != ""
    assert condition_fault({"type": "pass_through", "pass_through_filter": query}, None) != ""


def test_a_query_may_use_methods_that_compute_from_a_column() -> None:
    assert condition_fault("b.str.len() > 1 and c.str.startswith('x', na=False)", "pandas") == ""
    assert condition_fault("`a b`.isin([1, 2]) and d.dt.year == 2020", "pandas") == ""


def test_a_json_schema_that_refers_to_another_document_is_refused() -> None:
    kind = "expect_column_values_to_match_json_schema"
    far = {"items": [{"$ref": "https://data.example/schema.json"}]}
    near = {"$defs": {"a": {}}, "items": {"$ref": "#/$defs/a"}}
    assert problems(one(kind, column="a", json_schema=near)) == []
    assert problems(one(kind, column="a", json_schema=far)) == [
        ("GX003", "/expectations/0/kwargs/json_schema")
    ]
