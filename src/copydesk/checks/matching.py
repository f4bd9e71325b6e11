"""Regular expressions that RE2 cannot run: those of Python, in a process that can be stopped.

Looking around and back takes time without bound for some expressions and texts, and nothing can
interrupt it but the end of its process.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

SECONDS = 2.0
"""How long some texts may take."""

_MATCH = """
import json, re, sys
pattern, texts = json.load(sys.stdin)
match = re.compile(pattern).fullmatch
json.dump([match(text) is not None for text in texts], sys.stdout)
"""


class TooSlow(Exception):
    """Say that a check cannot be judged in the time that it may take."""


def matches(pattern: str, texts: Sequence[str]) -> list[bool]:
    """Return which texts an expression of Python matches as a whole; raises TooSlow."""
    import subprocess

    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _MATCH],
            input=json.dumps([pattern, list(texts)]),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise TooSlow(f"the pattern `{pattern}` takes too long") from None
    found: list[bool] = json.loads(done.stdout)
    return found
