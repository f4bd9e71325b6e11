"""Random Table Schemas with tables that nearly keep what they promise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

Field = dict[str, Any]

PLAIN: SearchStrategy[Field] = st.just({})


@dataclass(frozen=True)
class Example:
    """A table `t` with its schema, and the table `u` that it may refer to."""

    schema: Mapping[str, Any]
    rows: list[list[str]]
    other_schema: Mapping[str, Any]
    others: list[list[str]]


@dataclass(frozen=True)
class Kind:
    """A type with one of its formats.

    `cells` are texts, right and nearly right; `values` are values for constraints, as JSON;
    `options` are properties of the field; `ordered` and `sized` say which constraints apply.
    """

    type: str
    cells: SearchStrategy[str]
    values: SearchStrategy[Any]
    options: SearchStrategy[Field] = PLAIN
    ordered: bool = False
    sized: bool = False
    pattern: bool = False


def pool(texts: str) -> SearchStrategy[str]:
    """Return the texts between the bars."""
    return st.sampled_from(texts.split("|"))


DIGITS = st.integers(-30, 30).map(str)
WORDS = st.text("ab1é -", max_size=4)
DAYS = pool(
    "2020-02-29|2021-02-29|2020-2-9|2019-12-31|1999-01-01|20200101|0000-01-01|"
    "2020-13-01| 2020-01-01|2020-01-01T00:00:00|99999-01-01"
)
TIMES = pool("00:00:00|23:59:59|24:00:00|12:30|12:30:15.25|12:30:15Z|1:02:03|12:60:00|120000")
MOMENTS = pool(
    "2020-02-29T12:00:00|2020-02-29T12:00:00Z|2020-02-29 12:00:00|2020-02-29|"
    "2020-02-30T12:00:00Z|2020-01-01T00:00:00.5Z|2020-01-01T25:00:00Z|"
    "2019-06-01T00:00:00"
)
DURATIONS = pool("P1Y|P1M|PT1H30M|P1DT1S|P1W|PT|P|P1YT|-P1D|1Y|PT0.5S|P1.5D|p1d|P1S")
YEARS = pool("2020|1999|0001|20|12345|-0044|two|2020.0|+2020")
MONTHS = pool("2020-01|2020-13|2020-1|1999-12|2020|202001|-2020-01|2020-01-01")
JSON = pool(
    '{"a": 1}|{}|{"a":|[1, 2]|[]|1|null|"a"|{\'a\': 1}|{"a": [1, {"b": null}]}|[[1], 2]|true'
)
POINTS = pool("1, 2|1,2|90.5, 45|200, 100|1 2|a, b|1,2,3|-180, -90|1,|")
JPOINTS = pool(
    '[1, 2]|[200, 1]|{"lon": 1, "lat": 2}|{"lon": 1}|[1]|1,2|[1, 2, 3]|["1", "2"]|'
    '{"lon": 181, "lat": 0}'
)
GEO = pool(
    '{"type": "Point", "coordinates": [1, 2]}|{"type": "Point"}|{}|[]|'
    '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}|'
    '{"type": "FeatureCollection", "features": []}|'
    '{"type": "point", "coordinates": [1]}'
)
MAILS = pool("a@b.org|a.b+c@d.e.org|a@|@b.org|a b@c.org|a|a@b")
LINKS = pool("https://a.org/x?y=1#z|mailto:a@b.org|a.org|//a.org|urn:x:y|http://|a b")
UUIDS = pool(
    "123e4567-e89b-12d3-a456-426614174000|123E4567-E89B-12D3-A456-426614174000|"
    "123e4567e89b12d3a456426614174000|x|123e4567-e89b-12d3-a456-42661417400"
)
BYTES = pool("SGVsbG8=|SGVsbG8|SGVsbG8===|aGk=|a|?|")
NUMBERS = st.one_of(
    DIGITS,
    pool(
        "1.5|-0.25|1e3|1E-2|.5|5.|NaN|INF|-INF|inf|nan|+1|1,5|1 000|1,000|1,000.5|€5|5%|"
        "0x1|1_000|--1|1e|10.0"
    ),
)
INTEGERS = st.one_of(DIGITS, pool("+3|007|1.0|1e2|1,000|€5|5%|1_0| 4|-0"))
TRUTHS = pool("true|True|TRUE|1|false|False|FALSE|0|yes|T|tRue|no")
LISTS = pool("a,b|a|a,,b|1,2|1;2|1,x|,|1, 2|2020-01-01,2020-01-02")

number_options = st.fixed_dictionaries(
    {},
    optional={
        "decimalChar": st.sampled_from([",", "."]),
        "groupChar": st.sampled_from([" ", "_"]),
        "bareNumber": st.booleans(),
    },
)
integer_options = st.fixed_dictionaries({}, optional={"bareNumber": st.booleans()})
truth_options = st.one_of(
    st.just({}), st.just({"trueValues": ["yes", "T"], "falseValues": ["no", "F", "0"]})
)


def formatted(*names: str) -> SearchStrategy[Field]:
    return st.sampled_from([{"format": n} if n else {} for n in names])


KINDS: Mapping[str, Kind] = {
    "string": Kind("string", WORDS, WORDS, sized=True, pattern=True),
    "email": Kind("string", MAILS, MAILS, st.just({"format": "email"}), sized=True),
    "uri": Kind("string", LINKS, LINKS, st.just({"format": "uri"}), sized=True),
    "uuid": Kind("string", UUIDS, UUIDS, st.just({"format": "uuid"})),
    "binary": Kind("string", BYTES, BYTES, st.just({"format": "binary"})),
    "number": Kind("number", NUMBERS, st.integers(-5, 20) | st.just(1.5), number_options, True),
    "integer": Kind("integer", INTEGERS, st.integers(-5, 20), integer_options, True),
    "boolean": Kind("boolean", TRUTHS, st.booleans(), truth_options),
    "date": Kind("date", DAYS, pool("2020-01-01|2019-12-31"), formatted("", "any"), True),
    "day": Kind(
        "date",
        pool("01/02/2020|31/12/1999|1/2/2020|32/01/2020|01/02/20"),
        pool("01/02/2020"),
        st.just({"format": "%d/%m/%Y"}),
    ),
    "time": Kind("time", TIMES, pool("00:00:00|12:00:00"), formatted("", "any"), True),
    "datetime": Kind("datetime", MOMENTS, pool("2020-02-29T12:00:00Z"), formatted("", "any"), True),
    "duration": Kind("duration", DURATIONS, pool("P1Y|P1D|PT1H"), ordered=True),
    "year": Kind("year", YEARS, st.sampled_from([1999, 2020]), ordered=True),
    "yearmonth": Kind("yearmonth", MONTHS, pool("2020-01|1999-12"), ordered=True),
    "object": Kind("object", JSON, st.just({"a": 1}), sized=True),
    "array": Kind("array", JSON, st.just([1, 2]), sized=True),
    "list": Kind("list", LISTS, st.just(["a", "b"]), sized=True),
    "geopoint": Kind("geopoint", POINTS, st.nothing()),
    "array point": Kind("geopoint", JPOINTS, st.nothing(), st.just({"format": "array"})),
    "object point": Kind("geopoint", JPOINTS, st.nothing(), st.just({"format": "object"})),
    "geojson": Kind("geojson", GEO, st.nothing(), formatted("", "topojson")),
    "any": Kind("any", WORDS | NUMBERS, WORDS),
}

PATTERNS = ("a.*", "[ab]+", "(a|b)?", r"\d*", r"[^\s]{1,3}", "a{2}b?", r"\w+", "-?[0-9]{1,2}")
MISSING: tuple[list[str], ...] = ([""], ["", "NA"], ["-"], ["NA", "n/a"])


@st.composite
def constraints(draw: DrawFn, kind: Kind) -> Field:
    found: Field = {}
    wanted = draw(
        st.sets(st.sampled_from(["required", "unique", "low", "high", "size", "enum"]), max_size=2)
    )
    if "required" in wanted:
        found["required"] = draw(st.booleans())
    if "unique" in wanted:
        found["unique"] = True
    if kind.ordered and "low" in wanted:
        found[draw(st.sampled_from(["minimum", "exclusiveMinimum"]))] = draw(kind.values)
    if kind.ordered and "high" in wanted:
        found[draw(st.sampled_from(["maximum", "exclusiveMaximum"]))] = draw(kind.values)
    if kind.sized and "size" in wanted:
        found[draw(st.sampled_from(["minLength", "maxLength"]))] = draw(st.integers(0, 4))
    if kind.pattern and "size" in wanted:
        found["pattern"] = draw(st.sampled_from(PATTERNS))
    if "enum" in wanted and not kind.values.is_empty:
        found["enum"] = draw(st.lists(kind.values, min_size=1, max_size=3, unique_by=repr))
    return found


@st.composite
def fields(draw: DrawFn, name: str) -> tuple[Field, Kind]:
    kind = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    field: Field = {"name": name, "type": kind.type, **draw(kind.options)}
    if promised := draw(constraints(kind)):
        field["constraints"] = promised
    return field, kind


@st.composite
def rows_of(draw: DrawFn, kinds: list[Kind], missing: list[str]) -> list[list[str]]:
    cells = [
        st.one_of(kind.cells, kind.cells, kind.cells, st.sampled_from(["", *missing]))
        for kind in kinds
    ]
    rows = draw(st.lists(st.tuples(*cells).map(list), max_size=5))
    if rows and draw(st.integers(0, 9)) == 0:
        damage = draw(st.sampled_from([lambda r: r[:-1], lambda r: [*r, "x"], lambda _: []]))
        at = draw(st.integers(0, len(rows) - 1))
        rows[at] = damage(rows[at])
    return rows


@st.composite
def keys(draw: DrawFn, names: list[str]) -> Field:
    some: Callable[[], list[str]] = lambda: draw(  # noqa: E731
        st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)
    )
    found: Field = {}
    wanted = draw(st.sampled_from(["", "", "primaryKey", "self", "other"]))
    if wanted == "primaryKey":
        found["primaryKey"] = some()
    elif wanted:
        own = some()
        target = own if wanted == "self" else ["k", "l"][: len(own)]
        reference = {"resource": "" if wanted == "self" else "u", "fields": target}
        if wanted == "self":
            reference["fields"] = [draw(st.sampled_from(names)) for _ in own]
        found["foreignKeys"] = [{"fields": own, "reference": reference}]
    return found


@st.composite
def examples(draw: DrawFn) -> Example:
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    pairs = [draw(fields(n)) for n in names]
    kinds = [k for _, k in pairs]
    schema: Field = {"fields": [f for f, _ in pairs]}
    missing = draw(st.sampled_from(MISSING))
    if missing != [""]:
        schema["missingValues"] = missing
    schema |= draw(keys(names))
    rows = draw(rows_of(kinds, missing))
    other_kinds = (kinds * 2)[:2]
    other_fields = [
        {**f, "name": n, "constraints": {}}
        for n, (f, _) in zip(["k", "l"], (pairs * 2)[:2], strict=True)
    ]
    others = draw(st.lists(st.tuples(*(k.cells for k in other_kinds)).map(list), max_size=3))
    return Example(
        schema,
        [names, *rows],
        {"fields": other_fields, "missingValues": missing},
        [["k", "l"], *others],
    )
