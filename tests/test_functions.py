"""The SQL functions that rules may call, beside Python's `edtf` library where it is right."""

from __future__ import annotations

import datetime
import math
import re
import time
from collections.abc import Iterator
from typing import Any

import duckdb
import edtf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.functions import FUNCTIONS, functions_called

QUALIFIERS = st.sampled_from(["", "", "?", "~", "%"])


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection that knows every function."""
    with duckdb.connect() as connection:
        for function in FUNCTIONS.values():
            for statement in function.sql:
                connection.execute(statement)
        yield connection


def call(database: duckdb.DuckDBPyConnection, expression: str, values: list[str | None]) -> Any:
    """Return what an expression over `value` gives for each value."""
    query = f"SELECT {expression} FROM (SELECT unnest(?::VARCHAR[]) AS value)"
    return [row[0] for row in database.execute(query, [values]).fetchall()]


def library_day(moment: time.struct_time | float) -> datetime.date | None:
    """Return a bound as the library gives it; None for an infinite one."""
    if isinstance(moment, float):
        assert math.isinf(moment)
        return None
    return datetime.date(*moment[:3])


@st.composite
def dates(draw: st.DrawFn) -> str:
    """Return a year, month or day of the profile, qualified or not."""
    day = draw(st.dates(datetime.date(1, 1, 1), datetime.date(9999, 12, 31)))
    return day.isoformat()[: draw(st.sampled_from([4, 7, 10]))] + draw(QUALIFIERS)


@st.composite
def values(draw: st.DrawFn) -> str:
    """Return an EDTF value of the profile; an interval is in order."""
    kind = draw(st.sampled_from(["date", "interval", "open", "before", "after", "[%s]", "{%s}"]))
    if kind == "date":
        return draw(dates())
    if kind == "open":
        return "../.."
    if kind == "before":
        return f"../{draw(dates())}"
    if kind == "after":
        return f"{draw(dates())}/.."
    if kind == "interval":
        return "/".join(sorted([draw(dates()), draw(dates())], key=lambda d: (d[:10], len(d))))
    return kind % ",".join(draw(st.lists(dates(), min_size=2, max_size=4)))


def in_order(value: str) -> bool:
    """Return whether the library sees no interval that runs backwards."""
    parsed = edtf.parse_edtf(value)
    bounds = [library_day(parsed.lower_strict()), library_day(parsed.upper_strict())]
    return None in bounds or bounds[0] <= bounds[1]  # type: ignore[operator]


@settings(max_examples=30, deadline=None)
@given(st.lists(values(), min_size=1, max_size=12))
def test_bounds_are_those_of_the_library(database: Any, batch: list[str]) -> None:
    batch = [value for value in batch if in_order(value)]
    parsed = [edtf.parse_edtf(value) for value in batch]
    assert call(database, "edtf_valid(value)", batch) == [True] * len(batch)
    assert call(database, "edtf_earliest(value)", batch) == [
        library_day(p.lower_strict()) for p in parsed
    ]
    assert call(database, "edtf_latest(value)", batch) == [
        library_day(p.upper_strict()) for p in parsed
    ]


@settings(max_examples=30, deadline=None)
@given(st.lists(values(), min_size=1, max_size=12), st.data())
def test_what_is_valid_here_is_valid_to_the_library(
    database: Any, batch: list[str], data: st.DataObject
) -> None:
    damaged = []
    for value in batch:
        at = data.draw(st.integers(0, len(value)))
        new = data.draw(st.sampled_from([*"0129-/.,[]{}?~%XT: ", ""]))
        damaged.append(value[:at] + new + value[at + data.draw(st.integers(0, 1)) :])
    verdicts = call(database, "edtf_valid(value)", damaged)
    for value in [value for value, valid in zip(damaged, verdicts, strict=True) if valid]:
        assert edtf.parse_edtf(value).lower_strict() is not None, value


@pytest.mark.parametrize(
    "value",
    [
        "2019-13", "2019-00", "2019-06-31", "2019-01-00", "2019-1-1", "10000", "2019/..~",
        "unknown", "open", "", "2019?~", "[2019]", "[2019,..]", "[2019/2020,2021]", "２０１９",
        "2019-06-31/2019-07-01",
    ],
)  # fmt: skip
def test_what_the_library_refuses_is_refused(database: Any, value: str) -> None:
    with pytest.raises(edtf.EDTFParseException):
        edtf.parse_edtf(value)
    assert call(database, "edtf_valid(value)", [value]) == [False]
    assert call(database, "edtf_earliest(value)", [value]) == [None]
    assert call(database, "edtf_latest(value)", [value]) == [None]
    assert call(database, "edtf_precision(value)", [value]) == [None]


@pytest.mark.parametrize(
    ("value", "earliest", "latest"),
    [
        # The library is wrong about these two: it makes ten years out of nothing.
        ("/2020-01-11", "2010-01-11", "2020-01-11"),
        ("2020-01-11/", "2020-01-11", "2030-01-11"),
        # A season is right in EDTF, but the library takes winter for its first month.
        ("2019-24", "2019-12-01", "2019-12-31"),
        # It reads these as they stand, and lets an interval run backwards.
        ("2020/2019", "2020-01-01", "2019-12-31"),
        (" 2019", "2019-01-01", "2019-12-31"),
        ("[2019, 2020]", "2019-01-01", "2020-12-31"),
        # Right in EDTF, outside the profile.
        ("201X", "2010-01-01", "2019-12-31"),
        ("[2019..2021]", "2019-01-01", "2021-12-31"),
        ("2019-06-01T10:00:00", "2019-06-01", "2019-06-01"),
    ],
)
def test_what_the_library_takes_outside_the_profile_is_refused(
    database: Any, value: str, earliest: str, latest: str
) -> None:
    parsed = edtf.parse_edtf(value)
    assert library_day(parsed.lower_strict()) == datetime.date.fromisoformat(earliest)
    assert library_day(parsed.upper_strict()) == datetime.date.fromisoformat(latest)
    assert call(database, "edtf_valid(value)", [value]) == [False]


def test_a_leap_day_of_a_common_year_is_refused_though_the_library_takes_it(database: Any) -> None:
    assert tuple(edtf.parse_edtf("2019-02-29").lower_strict()[:3]) == (2019, 2, 29)
    query = "edtf_valid(value)"
    assert call(database, query, ["2019-02-29", "[2019-02-29,2020]", "1900-02-29"]) == [False] * 3
    assert call(database, query, ["2020-02-29", "[2020-02-29,2020]", "2000-02-29"]) == [True] * 3


def test_the_year_zero_and_years_before_are_refused(database: Any) -> None:
    assert call(database, "edtf_valid(value)", ["0000", "0000-01-01", "-0001"]) == [False] * 3


def test_an_interval_may_end_in_the_period_in_which_it_begins(database: Any) -> None:
    query = "[edtf_earliest(value), edtf_latest(value)]"
    assert call(database, query, ["2019-06/2019", "2019/2019-06"]) == [
        [datetime.date(2019, 6, 1), datetime.date(2019, 12, 31)],
        [datetime.date(2019, 1, 1), datetime.date(2019, 6, 30)],
    ]


def test_a_null_is_neither_valid_nor_invalid(database: Any) -> None:
    for name in FUNCTIONS:
        argument = "(value, 'Latn')" if name == "in_script" else "(value)"
        assert call(database, name + argument, [None]) == [None], name


@pytest.mark.parametrize(
    ("value", "precision"),
    [
        ("2019", "year"), ("2019-06~", "month"), ("2019-06-30?", "day"),
        ("2019-02-27/2019-02-28", "multi_day"), ("2019-02-27~/2019-02-28", "multi_day"),
        ("2019-01/2019-04", "range"), ("2019-01-01/2019-04", "range"), ("../2019", "before"),
        ("2019-01-01/..", "after"), ("../..", "unknown"), ("[2019,2020-01]", "set"),
        ("{2019-01-01,2020-01-01}", "set"),
    ],
)  # fmt: skip
def test_precision_is_the_class_of_the_value(database: Any, value: str, precision: str) -> None:
    assert call(database, "edtf_precision(value)", [value]) == [precision]


@settings(max_examples=30, deadline=None)
@given(st.lists(values(), min_size=1, max_size=12))
def test_every_valid_value_has_a_precision_that_fits_its_bounds(
    database: Any, batch: list[str]
) -> None:
    query = "(edtf_precision(value), edtf_earliest(value), edtf_latest(value), edtf_valid(value))"
    for precision, earliest, latest, valid in call(database, query, batch):
        assert (precision is None) == (not valid)
        assert (earliest is None) == (precision in {"before", "unknown", None})
        assert (latest is None) == (precision in {"after", "unknown", None})
        assert precision != "day" or earliest == latest


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Kim Kye Gwan", "kim-kye-gwan"), ("Łódź", "lodz"), ("O’Brien & Sons", "obrien-sons"),
        ("Ångström Straße", "angstrom-strasse"), ("  BBC--News! ", "bbc-news"), ("김계관", None),
        ("Æthelred Ø", "aethelred-o"),
    ],
)  # fmt: skip
def test_a_slug_holds_ascii_words_only(database: Any, text: str, slug: str | None) -> None:
    assert call(database, "slugify(value)", [text]) == [slug]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=12))
def test_a_slug_has_the_form_of_an_identifier_and_is_its_own_slug(
    database: Any, batch: list[str]
) -> None:
    slugs = [slug for slug in call(database, "slugify(value)", batch) if slug is not None]
    assert all(re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in slugs)
    assert call(database, "slugify(value)", slugs) == slugs


@pytest.mark.parametrize(
    ("text", "mixed"),
    [
        ("nеver", True), ("Κim", True), ("Hаnoi talks", True), ("never", False),
        ("Москва and Moscow", False), ("5 μm at 3 kΩ", False), ("Kim 김정은", False),
        ("K팝", False), ("", False),
    ],
)  # fmt: skip
def test_a_word_with_letters_of_two_like_scripts_is_mixed(
    database: Any, text: str, mixed: bool
) -> None:
    assert call(database, "mixed_script(value)", [text]) == [mixed]


@pytest.mark.parametrize(
    ("text", "code", "belongs"),
    [
        ("김계관", "Hang", True), ("Kim", "Hang", False), ("金桂寬", "Hang", False),
        ("金桂寬", "Hani", True), ("Kim Chŏngʼil", "Latn", True), ("コーヒー", "Jpan", True),
        ("Kim Jong-un", "Latn", True), ("Kim 김", "Latn", False), ("2019", "Latn", False),
        ("Kim", "Zzzz", None),
    ],
)  # fmt: skip
def test_a_text_belongs_to_the_script_of_all_its_letters(
    database: Any, text: str, code: str, belongs: bool | None
) -> None:
    assert call(database, f"in_script(value, '{code}')", [text]) == [belongs]


def test_quotation_marks_are_folded_to_two(database: Any) -> None:
    assert call(database, "fold_quotes(value)", ["“a” ‘b’ «c» „d“ ‹e›"]) == [
        '"a" \'b\' "c" "d" \'e\''
    ]


def test_a_text_key_forgets_capitals_punctuation_and_spaces(database: Any) -> None:
    keys = call(database, "text_key(value)", ["Don’t  stop — now!", "don't stop, now", "do stop"])
    assert keys == ["dont stop now", "dont stop now", "do stop"]


def test_words_are_counted_as_a_reader_would(database: Any) -> None:
    texts = ["the U.S.-led talks", "[The] end", "war — or peace", " - ", "12 per cent"]
    assert call(database, "word_count(value)", texts) == [3, 2, 3, 0, 3]


def test_the_host_of_an_address_has_no_port_and_no_www(database: Any) -> None:
    addresses = ["https://www.BBC.co.uk:443/news?x#y", "http://a.example", "ftp://b.example", "c"]
    assert call(database, "url_host(value)", addresses) == ["bbc.co.uk", "a.example", None, None]


def test_only_assigned_country_codes_are_countries(database: Any) -> None:
    codes = ["KP", "GB", "UK", "XK", "kp", "P ", ""]
    assert call(database, "is_country(value)", codes) == [True, True] + [False] * 5


def test_a_text_names_its_functions_and_those_they_need() -> None:
    names = [function.name for function in functions_called("SELECT EDTF_latest(x), 'slug'")]
    assert names == [
        "edtf_first_day", "edtf_last_day", "edtf_members", "edtf_days", "edtf_latest",
    ]  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_works_with_those_alone_that_it_needs(name: str) -> None:
    arguments = "'x', 'Latn'" if name == "in_script" else "'x'"
    with duckdb.connect() as connection:
        for function in functions_called(name):
            for statement in function.sql:
                connection.execute(statement)
        rows = connection.execute(f"SELECT {name}({arguments})").fetchall()
    assert len(rows) == 1
