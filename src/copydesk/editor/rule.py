"""The header of a rule → a JSON Schema of what it says, and snippets that write one.

A rule is a file of SQL and its header a comment, which no editor checks by a JSON Schema. So the
schema is for programs that have read a header into an object; what an editor can do is to offer
the header as a snippet, and to show what `copydesk check` says of it.
"""

from __future__ import annotations

from typing import Any

from copydesk.model import Severity
from copydesk.rules import CODE, NAME, OPTIONAL, REQUIRED

_WORDS = {
    "code": "Two capital letters that are the dataset's own, and three digits; never reused.",
    "name": "The bad thing in small letters, parted by hyphens: what `--ignore` is told.",
    "severity": "How bad it is: an error stops a release.",
    "table": "The table whose rows the query returns.",
    "message": "The fact, in small letters without a period; `{column}` is a column of the query.",
    "what": "What is wrong when this is found.",
    "why": "Why it matters.",
    "example": "A value that is found.",
    "fix": "How to mend it.",
    "field": "The column that is pointed at.",
    "fields": "All columns that take part, parted by commas.",
    "needs": "Checks without whose success this one says nothing: codes or names.",
}
_BLANKS = {
    "code": "XX001", "name": "name-of-the-bad-thing", "table": "table",
    "message": "`{id}` is not what it should be", "what": "What is wrong when this is found.",
    "why": "Why it matters.", "example": "`value`", "fix": "How to mend it.", "field": "column",
}  # fmt: skip


def rule_schema() -> dict[str, Any]:
    """Return the JSON Schema of the header of a rule, read into an object of texts."""
    properties = {
        name: {"type": "string", "minLength": 1, "description": _WORDS[name]}
        for name in (*REQUIRED, *OPTIONAL)
    }
    properties["code"]["pattern"] = f"^{CODE.pattern}$"
    properties["name"]["pattern"] = f"^{NAME.pattern}$"
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Header of a rule",
        "description": "The `-- key: value` comments at the head of `schemas/rules/*.sql`.",
        "type": "object",
        "required": list(REQUIRED),
        "additionalProperties": False,
        "properties": {
            **properties,
            "severity": {"enum": [s.value for s in Severity], "description": _WORDS["severity"]},
        },
    }


def rule_snippets() -> dict[str, Any]:
    """Return the snippets of VS Code that write a rule, and single entries of its header."""
    levels = ",".join(s.value for s in Severity)
    names = [n for n in (*REQUIRED, *OPTIONAL) if n in _BLANKS or n == "severity"]
    lines = [
        f"-- {name}: ${{{number}|{levels}|}}" if name == "severity"
        else f"-- {name}: ${{{number}:{_BLANKS[name].replace('}', chr(92) + '}')}}}"
        for number, name in enumerate(names, 1)
    ]  # fmt: skip
    whole = {
        "copydesk rule": {
            "scope": "sql",
            "prefix": "copydesk-rule",
            "description": "A rule of the dataset: a header, and a SELECT of the offending rows",
            "body": [*lines, "SELECT $0", f"FROM ${names.index('table') + 1}"],
        }
    }
    single = {
        f"copydesk rule: {name}": {
            "scope": "sql", "prefix": f"-- {name}", "description": _WORDS[name],
            "body": [f"-- {name}: $0"],
        }
        for name in (*REQUIRED, *OPTIONAL)
    }  # fmt: skip
    return whole | single
