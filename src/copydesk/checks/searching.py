"""Regular expressions of expectations: `re.search` and `LIKE` as conditions in SQL."""

from __future__ import annotations

import re

from copydesk.checks.field import NotNative
from copydesk.checks.regex import to_re2, too_large
from copydesk.checks.sql import literal


def found(text: str, pattern: str) -> str:
    """Return the SQL condition that Python's `re.search` finds a pattern in a text.

    Raises NotNative for a pattern that RE2 does not read alike.
    """
    body = pattern.removeprefix("(?i)")
    fold = body != pattern
    if fold and (not body.isascii() or re.search(r"\\[0-9uUxN]", body)):
        raise NotNative(f"the expression `{pattern}`")
    translated = to_re2(body, python=True)
    if translated is None or r"\Z" in body:
        raise NotNative(f"the expression `{pattern}`")
    # `$` holds before a line break at the very end too.
    translated = translated.replace(r"\z", r"(?:\n?\z)")
    if too_large(translated):
        raise NotNative(f"the expression `{pattern}`")
    if fold:
        # For Python these two letters are cases of `i`, for RE2 they are not.
        text, translated = f"translate({text}, 'İı', 'ii')", "(?i)" + translated
    return f"regexp_matches({text}, {literal(translated)})"


def like(text: str, pattern: str, escape: object) -> str:
    """Return the SQL condition that a text is like a pattern of `%` and `_`.

    Raises NotNative for a backslash that some databases take as an escape and some do not.
    """
    if escape is None and "\\" in pattern:
        raise NotNative("a pattern with a backslash and no `escape`")
    if escape is None:
        return f"{text} LIKE {literal(pattern)}"
    if not isinstance(escape, str) or len(escape) != 1:
        raise NotNative("an `escape` that is not one character")
    if re.search(f"{re.escape(escape)}(?![%_{re.escape(escape)}])", pattern):
        raise NotNative("an `escape` before a character that needs none")
    return f"{text} LIKE {literal(pattern)} ESCAPE {literal(escape)}"
