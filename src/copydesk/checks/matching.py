"""What may take time without bound, in a process that can be stopped.

Expressions that RE2 cannot run look around and back, and JSON Schemas hold such expressions too.
Nothing can interrupt them but the end of their process.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

SECONDS = 2.0
"""How long a number of texts may take."""

FEW = 2_000
"""How many texts are asked about at once where more of them take too long."""

_BEGIN = """
import json, sys
given, texts, sys.path[:] = json.load(sys.stdin)
"""
_MATCH = """
import re
match = re.compile(given).fullmatch
json.dump([None if match(text) else "" for text in texts], sys.stdout)
"""
_SEARCH = """
import re
found = [re.compile(p).search for p in given["patterns"]]
holds = all if given["every"] else any
texts = [str(float(t)) for t in texts] if given["number"] else texts
good = [holds(f(t) for f in found) is given["wanted"] for t in texts]
json.dump([None if g else "" for g in good], sys.stdout)
"""
_CONFORM = """
from jsonschema.exceptions import best_match
from jsonschema.validators import Draft202012Validator, validator_for
from referencing import Registry
validator = validator_for(given, Draft202012Validator)(given, registry=Registry())
errors = (best_match(validator.iter_errors(json.loads(text))) for text in texts)
json.dump([e and f"{e.message[:200]} ({e.json_path})" for e in errors], sys.stdout)
"""


class Undecided(Exception):
    """Say that a check cannot be judged, and why."""


def unmatched(pattern: str, texts: Sequence[str]) -> list[str | None]:
    """Return an empty reason for each text that an expression of Python does not match as a whole.

    Raises Undecided.
    """
    return _asked(_MATCH, pattern, texts, f"the pattern `{pattern}`")


def unfound(
    patterns: Sequence[str], texts: Sequence[str], *, every: bool, wanted: bool, number: bool
) -> list[str | None]:
    """Return an empty reason for each text in which expressions of Python are not, or are, found.

    `every` says that all of them are wanted, `number` that texts are written as Python writes
    floating-point numbers. Raises Undecided.
    """
    given = {"patterns": patterns, "every": every, "wanted": wanted, "number": number}
    return _asked(_SEARCH, given, texts, f"the expression `{patterns[0]}`")


def unconforming(schema: Mapping[str, Any], texts: Sequence[str]) -> list[str | None]:
    """Return for each JSON text why it breaks a JSON Schema, None if it does not.

    Nothing that the schema refers to is fetched. Raises Undecided.
    """
    return _asked(_CONFORM, schema, texts, "the JSON schema")


def _asked(script: str, given: object, texts: Sequence[str], name: str) -> list[str | None]:
    import subprocess

    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _BEGIN + script],
            input=json.dumps([given, list(texts), sys.path]),
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        if len(texts) <= FEW:
            raise Undecided(f"{name} takes too long") from None
        parts = (texts[start : start + FEW] for start in range(0, len(texts), FEW))
        return [found for part in parts for found in _asked(script, given, part, name)]
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2]
        raise Undecided(f"{name} cannot be judged: {reason}")
    found: list[str | None] = json.loads(done.stdout)
    return found
