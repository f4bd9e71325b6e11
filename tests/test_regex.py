"""Regular expressions: what XML Schema writes, what Python writes, and what is dangerous."""

from __future__ import annotations

import re

import duckdb
import pytest

from copydesk.checks.matching import Undecided, unmatched
from copydesk.checks.regex import compiles, prepared, to_re2

READ_ALIKE = [
    # XML Schema: subtraction, names, properties, blocks
    ("[a-z-[aeiou]]+", "bcd", "abc"),
    (r"[\w.-[_]]+", "ab.1", "a_b"),
    (r"[\p{L}-[a-z]]+", "ÉA", "Éa"),
    (r"[^\d-[a]]", "b", "a"),
    ("[a-z-[aeiou-[e]]]", "e", "a"),
    ("x[a-[a]]*", "x", "xa"),
    (r"\i\c*", "a-b.c:1", "1a"),
    (r"[\i-[:]][\c-[:]]*", "ab1", "a:b"),
    (r"\I\C", "1 ", "ab"),
    (r"[\C\d]+", " 1", "a"),
    (r"\p{Lu}\p{Ll}+", "Éa", "éA"),
    (r"[^\p{L}]+", "12", "1a"),
    (r"\P{L}[\P{Lu}]", "1a", "1A"),
    (r"\p{IsGreek}+", "αβ", "ab"),
    (r"\P{IsBasicLatin}+", "éß", "e"),
    (r"\p{Cn}|\p{C}", "\u0378", "a"),
    # what Python knows too, and reads otherwise
    (r"\w+", "aé1€+\u0301", "a_b"),
    (r"\W", "_", "€"),
    (r"[\W\d]+", "_1-", "a"),
    (r"[\w_]+", "a_b", "a-b"),
    (r"[^\w]+", "_ -", "a"),
    (r"\s", "\t", "\u00a0"),
    (r"[^\S\n]", "\r", "\n"),
    (r"\S", "\u00a0", " "),
    (r"\d+", "1٣", "½"),
    (".", "\u2028", "\r"),
    (r"[.]\.", "..", "a."),
    # the whole text, with all alternatives
    ("a|bc", "bc", "abc"),
    ("[0-9]+", "12", "12\n"),
    ("^a|b$", "b", "ab"),
    ("^a.*$", "apple", "orange"),
    (".*", "ab", "a\nb"),
    # brackets as Python takes them
    ("[.-[]", "Z", "a"),
    ("[]a]+", "]a", "b"),
    ("[a-z-]+", "a-b", "A"),
    ("[[]", "[", "]"),
    # longer than RE2 counts
    (".{0,2000}", "x" * 2000, "x" * 2001),
    ("a{1500,}", "a" * 1500, "a" * 1499),
    # dangerous where every way is tried
    ("(a+)+$", "a" * 40, "a" * 40 + "!"),
]


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@pytest.mark.parametrize(("pattern", "good", "bad"), READ_ALIKE)
def test_an_expression_holds_for_a_whole_text(
    pattern: str, good: str, bad: str, database: duckdb.DuckDBPyConnection
) -> None:
    translated = to_re2(pattern)
    assert translated is not None
    asked = "SELECT regexp_full_match($1, $3), regexp_full_match($2, $3)"
    assert database.execute(asked, [good, bad, translated]).fetchone() == (True, False)
    if "+)+" not in pattern:
        match = re.compile(prepared(pattern, plain=True)).fullmatch
        assert match(good)
        assert not match(bad)


@pytest.mark.parametrize("pattern", [r"\p{Foo}", r"\p{IsNothing}", r"\p", "[a-z", "(", "[z-a]",
                                     "a**", r"\q"])  # fmt: skip
def test_what_is_no_expression_says_why(pattern: str) -> None:
    assert compiles(pattern)


@pytest.mark.parametrize("pattern", ["(?=a)b", r"(a)\1", "(?i)a", r"\bx", "(?:a$|b)c"])
def test_what_re2_lacks_has_no_translation(pattern: str) -> None:
    assert compiles(pattern) == ""
    assert to_re2(pattern) is None


def test_what_re2_lacks_is_matched_by_python() -> None:
    pattern = r"^(?=^[^./~])(^((?!\.{2}).)*$).*$"
    texts = ["data.csv", "../data.csv", "a..b", "é.csv", ""]
    assert unmatched(pattern, texts) == [None, "", "", None, ""]


def test_a_hostile_expression_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.checks.matching.SECONDS", 0.3)
    with pytest.raises(Undecided, match="takes too long"):
        unmatched(r"(?!b)(a+)+$", ["a" * 60 + "!"])
