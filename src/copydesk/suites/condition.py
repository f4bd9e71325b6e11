"""Row conditions of suites: what Great Expectations takes, and nothing that could do harm."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Mapping
from typing import Any

PARSERS = ("pandas", "great_expectations", "great_expectations__experimental__", "spark")
OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "IN", "NOT_IN")
_BACKTICKS = re.compile(r"`([^`]+)`")
_HIDING = re.compile(r"[\"'@#\\]")
_NODES = (
    ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Compare, ast.Name, ast.Constant, ast.List, ast.Tuple,
    ast.Call, ast.Attribute, ast.keyword, ast.boolop, ast.unaryop, ast.operator, ast.cmpop,
    ast.expr_context,
)  # fmt: skip
_METHODS = frozenset(
    {
        "isnull", "isna", "notnull", "notna", "isin", "between", "abs", "str", "len", "contains",
        "startswith", "endswith", "match", "fullmatch", "lower", "upper", "strip", "isdigit",
        "isalpha", "isalnum", "isnumeric", "islower", "isupper", "dt", "year", "month", "day",
        "dayofweek", "weekday", "hour", "minute", "second",
    }
)  # fmt: skip
_GE_CONDITION = re.compile(
    r"""\s*col\("([^"`@#\\]+)"\)(?:\.notnull\(\)|\s*(==|!=|<=|>=|<|>)\s*"""
    r"""([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|"[^"']+"|'[^"']+'|date\(.+\)))\s*""",
    re.I,
)


def condition_fault(condition: Any, parser: Any) -> str:
    """Return why a row condition cannot be used, or an empty string."""
    if parser is not None and parser not in PARSERS:
        return f"there is no condition parser `{parser}`"
    if condition is None:
        return ""
    if isinstance(condition, str):
        if str(parser).startswith("great_expectations"):
            bad = not _GE_CONDITION.fullmatch(condition)
            return f'`{condition}` is not of the form `col("name") == value`' if bad else ""
        return query_fault(condition)
    return _object_fault(condition, inside="")


def _object_fault(condition: Any, inside: str) -> str:
    """Return what is wrong with a condition written as an object, or an empty string."""
    kind = condition.get("type") if isinstance(condition, dict) else None
    column = condition.get("column") if isinstance(condition, dict) else None
    named = isinstance(column, dict) and _is_name(column.get("name"))
    match kind:
        case "comparison":
            return _comparison_fault(condition, named)
        case "nullity":
            whole = named and isinstance(condition.get("is_null"), bool)
            return "" if whole else "a nullity needs `column` and `is_null`"
        case "pass_through":
            query = condition.get("pass_through_filter")
            return query_fault(query) if isinstance(query, str) else "it is no expression"
        case "and" | "or":
            parts = condition.get("conditions")
            if not isinstance(parts, list):
                return f"`{kind}` needs a list `conditions`"
            if kind == "or" and inside:
                return f"`or` cannot stand inside `{inside}`"
            return next(filter(None, (_object_fault(p, kind) for p in parts)), "")
    return f"there is no condition of type `{kind}`"


def _is_name(value: Any) -> bool:
    """Return whether a value is a name that stays one where it is put between backticks."""
    return (
        isinstance(value, str)
        and len(value.splitlines()) == 1
        and not any(sign in value for sign in "`@#\\")
    )


def _comparison_fault(condition: Mapping[str, Any], named: bool) -> str:
    operator, value = condition.get("operator"), condition.get("parameter")
    if not named or operator not in OPERATORS or value is None:
        return "a comparison needs `column`, `operator` and `parameter`"
    if operator in ("IN", "NOT_IN") and not isinstance(value, list):
        return f"`{operator}` needs a list"
    return ""


def query_fault(query: str) -> str:
    """Return why a pandas query is not taken, or an empty string.

    Pandas runs what a query calls, so that a suite could write files or start programs: only
    operators, and methods that compute from a column, are let through.
    """
    tree = query_tree(query)
    if tree is None:
        return f"`{query}` is no expression"
    for node in ast.walk(tree):
        method = node.func if isinstance(node, ast.Call) else None
        if not isinstance(node, _NODES) or isinstance(node, ast.Pow):
            return f"`{query}` is more than comparisons, `and`, `or` and `not`"
        if isinstance(node, ast.Attribute) and node.attr not in _METHODS:
            return f"`{node.attr}` is not a method that a row condition may use"
        if isinstance(method, ast.Name) and method.id != "__column__":
            return f"`{method.id}` is not a function that a row condition may use"
        if isinstance(node, ast.Constant) and "__column__" in str(node.value):
            return "it has backticks in a text"
    return ""


def query_tree(query: str) -> ast.expr | None:
    """Return the syntax tree of a pandas query, or None if it has no valid syntax.

    As in pandas `&` and `|` bind like `and` and `or`; a name in backticks becomes a call
    `__column__("name")`. Pandas runs each line by itself, and reads backticks and comments in a
    way of its own: what could hide something from this reading is no query.
    """
    bare = query.strip()
    quoted = _BACKTICKS.findall(bare)
    if len(bare.splitlines()) != 1 or any(_HIDING.search(name) for name in quoted):
        return None
    named = _BACKTICKS.sub(lambda m: f"__column__({m[1]!r})", bare)
    if "`" in named:
        return None
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(named).readline))
        if any(t.type == tokenize.COMMENT for t in tokens):
            return None
        words = {"&": (tokenize.NAME, "and"), "|": (tokenize.NAME, "or")}
        plain = [words.get(t.string, (t.type, t.string)) for t in tokens]
        return ast.parse(tokenize.untokenize(plain).strip(), mode="eval").body
    except (SyntaxError, ValueError, tokenize.TokenError, RecursionError):
        return None
