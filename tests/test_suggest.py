"""What `copydesk suggest` proposes, what it refuses to make legal, and how it writes."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import copydesk.suggest
from copydesk.document import parse_json
from copydesk.errors import UserError
from copydesk.run import check
from copydesk.suggest import Suggestion, suggest
from copydesk.suggest.documents import write
from copydesk.suggest.editing import inserts, merged
from copydesk.suggest.json_editing import insert_json
from copydesk.suggest.patterns import form_of
from copydesk.suggest.values import distance
from copydesk.suggest.yaml_editing import insert_yaml
from copydesk.testing import make_package, run_cmd

TREE = {"a": {1: {"x": {0: 1, 1: 2}}}, "b": {"k": "v"}, "c": True}
KINDS = ("direct", "indirect", "partial", "headline")


def table(**columns: Sequence[object]) -> str:
    """Return columns as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return out.getvalue()


def bare(folder: Path, text: str, name: str = "t") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    return folder


def proposed(found: Suggestion, what: str) -> dict[str, Any]:
    """Return the values of what is proposed, by field."""
    chosen = [p.proposal for p in found.proposals if p.proposal.what == what]
    return {one.field: one.value for one in chosen}


def suspected(found: Suggestion) -> list[tuple[str, str, int, int]]:
    return [
        (s.suspect.field, s.suspect.value, s.places[0].line, s.places[0].column)
        for s in found.suspects
    ]


def broken(target: Path) -> list[str]:
    """Return what a check finds that a schema or suite promises."""
    findings = check(target).findings
    return [f"{f.code} {f.message}" for f in findings if f.code[:2] not in ("TX", "FL", "TB")]


# Values


def test_few_established_values_become_an_enum_with_its_evidence(tmp_path: Path) -> None:
    kinds = [KINDS[0]] * 6 + [KINDS[1]] * 5 + [KINDS[2]] * 4 + [KINDS[3]] * 3
    found = suggest("t", bare(tmp_path, table(kind=kinds)))
    (one,) = [p.proposal for p in found.proposals if p.proposal.what == "enum"]
    assert one.value == sorted(KINDS)
    assert one.evidence == ("18 of 18 rows filled; 4 different values, rarest `headline`, 3 times")
    assert found.suspects == ()


def test_a_slip_is_a_suspect_with_its_place_and_never_enters_an_enum(tmp_path: Path) -> None:
    kinds = ["direct"] * 12 + ["dirct"] + ["indirect"] * 7
    found = suggest("t", bare(tmp_path, table(n=range(20), kind=kinds)))
    assert suspected(found) == [("kind", "dirct", 14, 4)]
    assert found.suspects[0].suspect.near == "direct"
    assert "kind" not in proposed(found, "enum")
    assert all("dirct" not in change.after for change in found.changes)


def test_a_slip_made_many_times_in_a_large_table_is_a_suspect_too(tmp_path: Path) -> None:
    kinds = (["direct"] * 30 + ["indirect"] * 20) * 40 + ["Direct"] * 9
    found = suggest("t", bare(tmp_path, table(kind=kinds)))
    assert suspected(found) == [("kind", "Direct", 2002, 1)]
    assert proposed(found, "enum") == {}


def test_a_rare_value_that_is_like_no_other_is_asked_about(tmp_path: Path) -> None:
    kinds = ["direct"] * 9 + ["partial"] * 9 + ["withdrawn"]
    found = suggest("t", bare(tmp_path, table(kind=kinds)))
    assert suspected(found) == [("kind", "withdrawn", 20, 1)]
    assert found.suspects[0].suspect.allowing == ("direct", "partial", "withdrawn")
    assert proposed(found, "enum") == {}


@pytest.mark.parametrize("name", ["language", "city", "title"])
def test_columns_whose_values_are_never_all_there_get_no_enum(tmp_path: Path, name: str) -> None:
    found = suggest("t", bare(tmp_path, table(**{name: ["en", "ko"] * 20})))
    assert proposed(found, "enum") == {}


def test_other_numbers_and_other_lists_are_no_slips(tmp_path: Path) -> None:
    text = table(
        stage=["stage1"] * 20 + ["stage2"] * 2, zone=["UTC+01"] * 20 + ["UTC-01"] * 2,
        tags=["law, press"] * 20 + ["law, dress"] * 2,
    )  # fmt: skip
    assert suspected(suggest("t", bare(tmp_path, text))) == []


def test_distance_counts_swapped_letters_once() -> None:
    words = [("direct", "dirct"), ("direct", "driect"), ("abc", "abc"), ("kitten", "sitting")]
    assert [distance(*pair) for pair in words] == [1, 1, 0, 3]


# Types


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "-20", "300"], "integer"),
        (["1.5", "2", "3e4"], "number"),
        (["2020-01-11", "2019-12-31"], "date"),
        (["2020-01-11T10:00:00Z", "2019-12-31T00:00:00"], "datetime"),
        (["10:00:00", "23:59:59"], "time"),
        (["2020-01", "2019-12"], "yearmonth"),
        (["true", "false", "true"], "boolean"),
        (["007", "123", "456"], "string"),
        (["+49301", "+49302"], "string"),
        (["3/4/2020", "5/6/2020"], "string"),
        (["2020-02-30", "2020-02-31"], "string"),
        (["some", "words"], "string"),
        (["", ""], "string"),
    ],
)
def test_types_are_told_from_all_the_values(tmp_path: Path, values: list[str], kind: str) -> None:
    found = suggest("t", bare(tmp_path, table(n=range(len(values)), x=values)))
    assert proposed(found, "type")["x"] == kind


def test_dates_in_the_order_that_a_day_above_twelve_betrays_get_a_format(tmp_path: Path) -> None:
    days = [f"{day}/{month}/2020" for day in (3, 14, 25) for month in (1, 2, 3)]
    found = suggest("t", bare(tmp_path, table(day=days)))
    assert proposed(found, "type") == {"day": "date"}
    assert proposed(found, "format") == {"day": "%d/%m/%Y"}


def test_a_column_called_year_holds_years_and_one_called_zip_holds_texts(tmp_path: Path) -> None:
    found = suggest("t", bare(tmp_path, table(birth_year=["1950", "1961"], zip=["10115", "80331"])))
    assert proposed(found, "type") == {"birth_year": "year", "zip": "string"}


def test_truth_values_in_other_words_are_named(tmp_path: Path) -> None:
    found = suggest("t", bare(tmp_path, table(open=["yes", "no", "yes"])))
    assert proposed(found, "trueValues") == {"open": ["yes"]}
    assert proposed(found, "falseValues") == {"open": ["no"]}


def test_thousands_divided_by_commas_are_numbers(tmp_path: Path) -> None:
    numbers = ["7", "950", "1,200", "12,345,678", "3,500.25"]
    found = suggest("t", bare(tmp_path, table(total=numbers)))
    assert proposed(found, "type") == {"total": "number"}
    assert proposed(found, "groupChar") == {"total": ","}
    write(found.changes)
    assert broken(tmp_path) == []


def test_words_for_nothing_among_numbers_are_missing_values(tmp_path: Path) -> None:
    numbers = [str(n) for n in range(18)] + ["NA", "NA"]
    found = suggest("t", bare(tmp_path, table(n=numbers, m=[*numbers[:19], "5"])))
    assert proposed(found, "missingValues") == {"": ["", "NA"]}
    assert proposed(found, "type") == {"n": "integer", "m": "integer"}
    assert proposed(found, "required") == {}


def test_a_word_that_means_something_elsewhere_is_missing_in_its_column_only(
    tmp_path: Path,
) -> None:
    countries = ["NA", "DE", "FR", "KP", "KR"] * 4
    numbers = ["NA", *map(str, range(19))]
    found = suggest("t", bare(tmp_path, table(country=countries, n=numbers)))
    assert proposed(found, "missingValues") == {"n": ["", "NA"]}


def test_one_text_among_numbers_is_a_suspect_and_the_type_is_left_open(tmp_path: Path) -> None:
    numbers = [*map(str, range(100, 149)), "1O5"]
    found = suggest("t", bare(tmp_path, table(n=numbers)))
    assert suspected(found) == [("n", "1O5", 51, 1)]
    assert proposed(found, "type") == {"n": "string"}


# Keys and constraints


def test_the_column_named_after_the_table_is_its_key(tmp_path: Path) -> None:
    text = table(name=[f"N {n}" for n in range(12)], person_id=[f"p-{n:02}" for n in range(12)])
    found = suggest("people", bare(tmp_path, text, "people"))
    assert proposed(found, "primaryKey") == {"person_id": ["person_id"]}
    assert proposed(found, "pattern") == {"person_id": "p-[0-9]{2,}"}
    assert proposed(found, "required") == {"name": True}


def test_two_columns_that_tell_rows_apart_together_are_the_key(tmp_path: Path) -> None:
    articles = [f"a-{n}" for n in range(5) for _ in range(5)]
    found = suggest("t", bare(tmp_path, table(article_id=articles, seq=[*range(5)] * 5)))
    assert proposed(found, "primaryKey") == {"article_id": ["article_id", "seq"]}


def test_measures_that_happen_to_differ_are_no_keys(tmp_path: Path) -> None:
    found = suggest("t", bare(tmp_path, table(weight=[n * 1.5 + 0.25 for n in range(30)])))
    assert proposed(found, "primaryKey") == proposed(found, "unique") == {}


def people_and_quotes(speakers: Sequence[str]) -> dict[str, str]:
    people = [f"person-{c}" for c in "abcdefghijkl"]
    ids = [f"q{n:02}" for n in range(len(speakers))]
    return {"people": table(person_id=people), "quotes": table(id=ids, speaker_id=speakers)}


def test_values_that_all_are_keys_of_another_table_refer_to_it(tmp_path: Path) -> None:
    tables = people_and_quotes([f"person-{c}" for c in "abcdefgh" * 3])
    schemas = {n: {"fields": [{"name": c} for c in t.split("\n")[0].split(",")]}
               for n, t in tables.items()}  # fmt: skip
    schemas["people"]["primaryKey"] = ["person_id"]  # type: ignore[assignment]
    found = suggest("quotes", make_package(tmp_path, tables, schemas=schemas))
    assert proposed(found, "foreignKeys") == {
        "speaker_id": {
            "fields": ["speaker_id"],
            "reference": {"resource": "people", "fields": ["person_id"]},
        }
    }
    write(found.changes)
    assert broken(tmp_path) == []


def test_tables_without_a_schema_are_referred_to_by_name(tmp_path: Path) -> None:
    tables = people_and_quotes([f"person-{c}" for c in "abcdefgh" * 3])
    for name, text in tables.items():
        bare(tmp_path, text.replace("speaker_id", "person_id"), name)
    found = suggest("quotes", tmp_path)
    assert proposed(found, "foreignKeys")["person_id"]["reference"]["resource"] == "people"
    write(found.changes)
    assert broken(tmp_path) == []


def test_a_reference_that_leads_nowhere_is_a_suspect(tmp_path: Path) -> None:
    tables = people_and_quotes([*(f"person-{c}" for c in "abcdefgh" * 3), "person-zz"])
    for name, text in tables.items():
        bare(tmp_path, text.replace("speaker_id", "person_id"), name)
    found = suggest("quotes", tmp_path)
    assert proposed(found, "foreignKeys") == {}
    assert suspected(found) == [("person_id", "person-zz", 26, 5)]


def test_bounds_are_proposed_where_they_lie_in_the_nature_of_a_field(tmp_path: Path) -> None:
    numbers = range(30, 60)
    text = table(latitude=numbers, age=numbers, temperature=numbers, month=[1, 12, 7] * 10)
    found = suggest("t", bare(tmp_path, text))
    assert proposed(found, "minimum") == {"latitude": -90, "age": 0, "month": 1}
    assert proposed(found, "maximum") == {"latitude": 90, "month": 12}


@pytest.mark.parametrize(
    ("texts", "pattern"),
    [
        ([f"Q{n}" for n in (7, 42, 100, 5, 6, 8, 9, 10, 11, 12)], "Q[0-9]+"),
        ([f"{a}{b}" for a in "ABCD" for b in "XYZ"], "[A-Z]{2}"),
        ([f"bbc-{n}-kim-trump-q{n:02}" for n in range(10, 20)], "[a-z0-9]+(-[a-z0-9]+)*"),
        ([f"kim-{c}-un" for c in "abcdefghijk"], "kim-[a-z]-un"),
        ([f"a.{n}" for n in range(10, 20)], r"a\.[0-9]{2}"),
        ([f"{n},{n}" for n in range(100, 120)], ""),
        (["anna", "bert", "carl", "dora", "emil", "fritz", "gerd", "hans", "ida", "jens"], ""),
        ([f"{w} words" for w in "abcdefghijkl"], ""),
        ([f"é{n}" for n in range(12)], ""),
    ],
)
def test_the_form_of_identifiers(texts: list[str], pattern: str) -> None:
    assert form_of(texts) == pattern


def test_a_code_of_another_form_is_a_suspect(tmp_path: Path) -> None:
    codes = [*(f"AB{n}" for n in range(100, 140)), "ab141"]
    found = suggest("t", bare(tmp_path, table(n=range(41), label=codes)))
    assert suspected(found) == [("label", "ab141", 42, 4)]
    assert proposed(found, "pattern") == {}


# What people wrote


def curated(tmp_path: Path, **more: Any) -> Path:
    schema = {
        "fields": [
            {"name": "id", "constraints": {"required": True}},
            {"name": "kind", "type": "string", "constraints": {"enum": [*KINDS]}},
            {"name": "note", "type": "string"},
            {"name": "n", "type": "string"},
        ],
        "primaryKey": "id",
    }
    text = table(
        id=[f"q{n}" for n in range(24)], kind=["direct", "partial", "indirect"] * 8,
        note=["yes", "no"] * 12, n=range(24),
    )  # fmt: skip
    return make_package(tmp_path, {"t": text}, schemas={"t": schema}, **more)


def test_a_field_that_was_left_open_beside_others_that_were_not_stays_open(tmp_path: Path) -> None:
    found = suggest("t", curated(tmp_path))
    assert proposed(found, "required") == proposed(found, "enum") == {}


def test_what_is_written_is_never_changed(tmp_path: Path) -> None:
    found = suggest("t", curated(tmp_path))
    (change,) = (c for c in found.changes if c.before is not None)
    before, after = (
        json.loads(text)["resources"][0]["schema"] for text in (change.before or "", change.after)
    )
    for old, new in zip(before["fields"], after["fields"], strict=True):
        assert {k: new[k] for k in old if k != "constraints"} == {
            k: v for k, v in old.items() if k != "constraints"
        }
        assert old.get("constraints", {}).items() <= new.get("constraints", {}).items()
    assert before["primaryKey"] == after["primaryKey"]
    assert "n" not in proposed(found, "type")


def test_a_field_that_may_hold_anything_gets_no_pattern(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "code", "type": "any"}]}
    text = table(code=[f"A-{n}" for n in range(30)])
    found = suggest("t", make_package(tmp_path, {"t": text}, schemas={"t": schema}))
    write(found.changes)
    assert proposed(found, "pattern") == proposed(found, "type") == {}
    assert broken(tmp_path) == []


def test_an_expectation_of_a_column_silences_proposals_of_its_kind(tmp_path: Path) -> None:
    text = table(id=range(1, 121), size=range(300, 420))
    (tmp_path / "bare").mkdir()
    found = suggest("t", bare(tmp_path / "bare", text))
    assert set(proposed(found, "column_values_to_be_between")) == {"size"}
    said = {"type": "expect_column_max_to_be_between", "kwargs": {"column": "size", "max_value": 9}}
    folder = make_package(tmp_path, {"t": text}, suites={"t": [said]})
    again = suggest("t", folder)
    assert proposed(again, "column_values_to_be_between") == {}
    (change,) = (c for c in again.changes if c.path.endswith("expectations.json"))
    assert json.loads(change.after)["expectations"][0] == said


def test_json_is_added_to_in_its_own_style(tmp_path: Path) -> None:
    folder = bare(tmp_path, table(id=[f"q{n}" for n in range(12)], n=range(12)))
    (folder / "schemas").mkdir()
    text = (
        '{\r\n\t"title": "caf\\u00e9",\r\n\t"fields": [\r\n'
        '\t\t{ "name": "id", "type": "string" },\r\n'
        '\t\t{\r\n\t\t\t"name": "n", "type": "integer",\r\n\t\t\t"constraints": {}\r\n\t\t}\r\n'
        '\t]\r\n}\r\n'
    )  # fmt: skip
    (folder / "schemas" / "t.schema.json").write_text(text, encoding="utf-8", newline="")
    found = suggest("t", folder)
    assert found.changes[0].after == (
        '{\r\n\t"title": "caf\\u00e9",\r\n\t"fields": [\r\n'
        '\t\t{ "name": "id", "type": "string", "constraints": {"pattern": "q[0-9]+"} },\r\n'
        '\t\t{\r\n\t\t\t"name": "n", "type": "integer",\r\n\t\t\t"constraints": {\r\n'
        '\t\t\t\t"required": true,\r\n\t\t\t\t"minimum": 0\r\n\t\t\t}\r\n\t\t}\r\n'
        '\t],\r\n\t"primaryKey": ["id"]\r\n}\r\n'
    )


def test_yaml_keeps_its_comments_and_its_order(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(table(id=[f"q{n}" for n in range(12)], n=range(12)))
    text = (
        "# the package\nname: p\nresources:\n  - name: t\n    path: t.csv  # the table\n"
        "    schema:\n      fields:\n        - {name: id, type: string} # unique\n"
        "        - name: n\n          type: integer  # counted\n\n# the end\n"
    )
    (tmp_path / "datapackage.yaml").write_text(text)
    found = suggest("t", tmp_path)
    after = found.changes[0].after
    assert after == text.replace(
        "type: string}", 'type: string, constraints: {pattern: "q[0-9]+"}}'
    ).replace(
        "# counted\n",
        "# counted\n          constraints:\n            required: true\n            minimum: 0\n",
    ).replace("\n\n# the end", "\n      primaryKey: [id]\n\n# the end")
    schema = yaml.safe_load(after)["resources"][0]["schema"]
    assert schema["primaryKey"] == ["id"]
    assert schema["fields"][1]["constraints"] == {"required": True, "minimum": 0}
    write(found.changes)
    assert broken(tmp_path) == []


def test_a_yaml_alias_is_not_added_to(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(table(a=range(12), b=range(12)))
    (tmp_path / "datapackage.yaml").write_text(
        "name: p\nresources:\n  - name: t\n    path: t.csv\n    schema:\n      fields:\n"
        "        - {name: a, type: integer, constraints: &c {minimum: 0}}\n"
        "        - {name: b, type: integer, constraints: *c}\n"
    )
    with pytest.raises(UserError, match="nothing can be added to safely"):
        suggest("t", tmp_path)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ('{"a":[1],"b":{}}', '{"a":[1,{"x":[1,2]}],"b":{"k":"v"},"c":true}'),
        ('{"a": [1], "b": {}}', '{"a": [1, {"x": [1, 2]}], "b": {"k": "v"}, "c": true}'),
        ('{\n "a": [\n  1\n ],\n "b": {}\n}',
         '{\n "a": [\n  1,\n  {\n   "x": [\n    1,\n    2\n   ]\n  }\n ],\n'
         ' "b": {\n  "k": "v"\n },\n "c": true\n}'),
    ],
)  # fmt: skip
def test_what_is_added_to_json_looks_like_the_rest(text: str, after: str) -> None:
    wanted = list(inserts(json.loads(text), TREE, ""))
    assert insert_json(parse_json(text, "x.json"), wanted) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a: [1]\nb: {}\n", "a: [1, {x: [1, 2]}]\nb: {k: v}\nc: true\n"),
        ("a:\n- 1 # one\n\nb: {}\n", "a:\n- 1 # one\n- {x: [1, 2]}\n\nb: {k: v}\nc: true\n"),
        ("b:\n  z: >\n    words\n    more\na:\n  - 1",
         "b:\n  z: >\n    words\n    more\n  k: v\na:\n  - 1\n  - {x: [1, 2]}\nc: true"),
    ],
)  # fmt: skip
def test_what_is_added_to_yaml_is_written_like_it(text: str, after: str) -> None:
    data = yaml.safe_load(text)
    found = insert_yaml(text, list(inserts(data, TREE, "")))
    assert found == after
    assert yaml.safe_load(found) == merged(data, TREE)


# The command


def test_nothing_is_written_unless_asked_for(tmp_path: Path) -> None:
    bare(tmp_path, table(id=[f"q{n}" for n in range(12)]))
    done = run_cmd("suggest", "t", tmp_path)
    assert done.code == 0
    assert [p.name for p in tmp_path.iterdir()] == ["t.csv"]
    assert "+++ b/schemas/t.schema.json" in done.out


def test_the_output_is_a_patch_that_does_what_write_does(tmp_path: Path) -> None:
    folder = curated(tmp_path / "a")
    patched = curated(tmp_path / "b")
    done = run_cmd("suggest", "t", folder)
    assert "\n@@" in done.out
    subprocess.run(
        ["git", "apply", "--unsafe-paths", "-"], cwd=patched, check=True, input=done.out.encode()
    )
    assert run_cmd("suggest", "t", folder, "--write").code == 0
    written = (folder / "datapackage.json").read_bytes()
    assert (patched / "datapackage.json").read_bytes() == written
    assert broken(folder) == []


def test_what_is_accepted_is_not_proposed_again(tmp_path: Path) -> None:
    text = table(id=[f"q{n}" for n in range(120)], n=range(120), kind=[*KINDS] * 30)
    bare(tmp_path, text)
    assert run_cmd("suggest", "t", tmp_path, "--write").code == 0
    again = suggest("t", tmp_path)
    assert [p.proposal for p in again.proposals] == []


def test_a_csv_file_of_its_own_is_described_beside_it(tmp_path: Path) -> None:
    bare(tmp_path, "id;n\nq1;1,5\nq2;2,5\n", "mine")
    done = run_cmd("suggest", "mine.csv", "--write", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    schema = json.loads((tmp_path / "schemas" / "mine.schema.json").read_text())
    assert schema["fields"][1] == {"name": "n", "type": "number", "decimalChar": ","}
    assert broken(tmp_path / "mine.csv") == []


def test_a_described_table_without_a_schema_gets_one_that_the_descriptor_names(
    tmp_path: Path,
) -> None:
    make_package(tmp_path, {"t": table(id=range(12))})
    assert run_cmd("suggest", "t", tmp_path, "--write").code == 0
    descriptor = json.loads((tmp_path / "datapackage.json").read_text())
    assert descriptor["resources"][0]["schema"] == "schemas/t.schema.json"
    assert broken(tmp_path) == []


def test_the_json_form_is_what_its_schema_says(tmp_path: Path) -> None:
    bare(tmp_path, table(kind=["direct"] * 12 + ["dirct"] + ["indirect"] * 7))
    document = json.loads(run_cmd("suggest", "t", tmp_path, "--format", "json").out)
    file = Path(copydesk.suggest.__file__).with_name("suggest.schema.json")
    jsonschema.validate(document, json.loads(file.read_text(encoding="utf-8")))
    assert [s["value"] for s in document["suspects"]] == ["dirct"]
    assert document["proposals"][0]["line"] == 5


def test_no_name_of_a_column_can_end_the_line_that_tells_of_it(tmp_path: Path) -> None:
    bare(tmp_path, '"a\n--- b\x1b[31m"\n1\n')
    out = run_cmd("suggest", "t", tmp_path).out
    assert "a<U+000A>--- b<U+001B>[31m: type integer" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("quotse",), "no table is called `quotse`"),
        (("quotes", "nowhere"), "no such file or folder: `nowhere`"),
        (("twice",), "the header of `twice.csv` calls two columns `a`"),
        (("nameless",), "the header of `nameless.csv` leaves a column without a name"),
    ],
)
def test_mistakes_of_the_user_are_told(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    bare(tmp_path, table(id=range(3)), "quotes")
    bare(tmp_path, "a,b,a\n1,2,3\n", "twice")
    bare(tmp_path, ",b\n1,2\n", "nameless")
    done = run_cmd("suggest", *arguments, cwd=tmp_path)
    assert (done.code, done.err.splitlines()[0]) == (2, f"error: {message}")


def test_a_schema_with_errors_is_mended_first(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "id", "type": "strnig"}]}
    folder = make_package(tmp_path, {"t": table(id=range(3))}, schemas={"t": schema})
    done = run_cmd("suggest", "t", folder)
    assert (done.code, "has errors (PK008)" in done.err) == (2, True)


def test_a_label_with_a_space_is_a_field_with_a_space(tmp_path: Path) -> None:
    found = suggest("t", bare(tmp_path, "a, b\n1,2\n"))
    write(found.changes)
    assert proposed(found, "name") == {"a": "a", " b": " b"}
    assert [f.code for f in check(tmp_path).findings if f.code.startswith("TB")] == []


def test_an_empty_table_suggests_nothing_but_texts(tmp_path: Path) -> None:
    found = suggest("t", bare(tmp_path, "a,b\n"))
    assert proposed(found, "type") == {"a": "string", "b": "string"}
    assert proposed(found, "required") == proposed(found, "primaryKey") == {}


# What is suggested holds


WORDS = st.sampled_from(["direct", "indirect", "partial", "dirct", "NA", "", "yes", "no", "a b"])
TEXTS = st.one_of(
    WORDS,
    st.integers(-5, 20).map(str),
    st.integers().map(str),
    st.sampled_from(
        ["007", "1.5", "1e400", "-0.0", "NaN", "12345678901234567890.5", "1,5", "true"]
    ),
    st.dates().map(str),
    st.datetimes().map(lambda d: d.isoformat()),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=6),
)
COLUMNS = st.sampled_from(
    ["id", "t_id", "year", "start", "end", "count", "is_open", "percent", "lat", "kind", "name",
     "date", "parent_id", "first", "last"]
)  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> str:
    names = draw(st.lists(COLUMNS, min_size=1, max_size=5, unique=True))
    rows = draw(st.integers(0, 40))
    columns = {}
    for name in names:
        few = st.sampled_from(draw(st.lists(TEXTS, min_size=1, max_size=4)))
        kinds = [
            few, WORDS, TEXTS, st.integers(0, 60).map(str), st.dates().map(str),
            st.decimals(-1000, 1000, places=2).map(str), st.integers(0, 99).map("q{:02}".format),
            st.integers(1900, 2030).map(str),
        ]  # fmt: skip
        one = draw(st.sampled_from(kinds))
        columns[name] = draw(st.lists(one, min_size=rows, max_size=rows))
    return table(**columns)


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(text=tables())
def test_what_is_suggested_passes_on_the_data_that_suggested_it(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = bare(tmp_path_factory.mktemp("t"), text)
    found = suggest("t", folder)
    write(found.changes)
    assert broken(folder) == []


def test_the_example_of_the_page_is_what_is_printed(project: Path, tmp_path: Path) -> None:
    page = (project / "docs" / "suggest.md").read_text(encoding="utf-8")
    data = page.partition("```csv\n")[2].partition("```")[0]
    shown = page.partition("```text\n")[2].partition("```")[0]
    bare(tmp_path, data, "quotes")
    assert run_cmd("suggest", "quotes.csv", cwd=tmp_path).out == shown


def test_a_suggested_suite_loads_in_great_expectations_and_passes_there(tmp_path: Path) -> None:
    gx = pytest.importorskip("great_expectations")
    rows = range(120)
    text = table(
        id=[f"q{n}" for n in rows], size=[n % 37 * 3 for n in rows], share=[n / 7 for n in rows],
        start_date=[f"2020-01-{n % 28 + 1:02}" for n in rows],
        end_date=[f"2020-02-{n % 28 + 1:02}" for n in rows],
        text=["word " * (n % 40 + 1) for n in rows],
        note=["" if n % 20 == 3 else "x" for n in rows],
        birth_year=[1900 + n for n in rows],
    )  # fmt: skip
    bare(tmp_path, text)
    write(suggest("t", tmp_path).changes)
    suite = json.loads((tmp_path / "schemas" / "t.expectations.json").read_text())
    kinds = {one["type"] for one in suite["expectations"]}
    assert kinds == {
        "expect_table_row_count_to_be_between", "expect_column_values_to_be_between",
        "expect_column_value_lengths_to_be_between", "expect_column_values_to_not_be_null",
        "expect_column_pair_values_a_to_be_greater_than_b",
    }  # fmt: skip
    assert len(gx.ExpectationSuite(**suite).expectations) == len(suite["expectations"])
    done = run_cmd("check", tmp_path, "--engine", "reference", "--format", "json")
    report = json.loads(done.out)
    judged = report["tables"][0]["engine"]
    assert f"{len(suite['expectations'])} checks by great-expectations" in judged
    assert [f for f in report["findings"] if f["code"].startswith("GX")] == []
