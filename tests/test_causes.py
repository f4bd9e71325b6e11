"""What follows from a cause that the text has told is counted there, and listed elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

from copydesk.testing import make_package, run_cmd

PLACES = {
    "fields": [
        {"name": "place_id", "type": "string", "constraints": {"pattern": "[a-z]+"}},
        {"name": "name"},
        {"name": "qid", "type": "string", "constraints": {"unique": True, "pattern": "Q[0-9]+"}},
        {"name": "size", "type": "integer"},
    ],
    "primaryKey": ["place_id"],
}
EVENTS = {
    "fields": [{"name": "event_id"}, {"name": "place_id"}],
    "foreignKeys": [
        {"fields": ["place_id"], "reference": {"resource": "places", "fields": ["place_id"]}}
    ],
}
GOOD = "place_id,name,qid,size\nhanoi,Hanoi,Q1858,3359\nseoul,Seoul,Q8684,605\n"
EVENT = "event_id,place_id\nsummit,hanoi\n"


def text_of(folder: Path, places: str, *options: str, schema: object = None) -> str:
    schemas = {"places": schema or PLACES, "events": EVENTS}
    make_package(folder, {"places": places, "events": EVENT}, schemas=schemas)
    return run_cmd("check", ".", *options, cwd=folder).out


def blocks(text: str) -> list[str]:
    """Return the first lines of the findings that are shown one by one."""
    return [line for line in text.splitlines() if line.startswith(("error[", "warning["))]


def without_first_column(text: str) -> str:
    return "".join(line.partition(",")[2] for line in text.splitlines(keepends=True))


def test_a_package_without_a_fault_has_no_cause(tmp_path: Path) -> None:
    assert blocks(text_of(tmp_path, GOOD)) == []


def test_a_header_that_lacks_its_first_label_is_one_block(tmp_path: Path) -> None:
    text = text_of(tmp_path, without_first_column(GOOD))
    assert blocks(text) == [
        "error[TB001] missing-label: the header does not fit: it lacks `place_id`"
    ]
    assert "FD005: 2 rows in places.qid, in a column whose label does not fit" in text
    assert "RF001: 1 row in events.place_id, for the header of places does not fit" in text


def test_labels_in_another_order_are_one_block(tmp_path: Path) -> None:
    text = text_of(tmp_path, GOOD.replace("place_id,name,qid,size", "size,place_id,name,qid"))
    assert [line.partition(": ")[2] for line in blocks(text)] == [
        "the header does not fit: its columns are in another order"
    ]


def test_labels_that_the_schema_does_not_know_are_named(tmp_path: Path) -> None:
    text = text_of(tmp_path, GOOD.replace("place_id,name,qid,size", "place,called,wikidata,area"))
    (block,) = blocks(text)
    assert "it lacks `place_id`, `name`, `qid` and `size`" in block
    assert "the schema does not know `place`, `called`, `wikidata` and `area`" in block


def test_what_follows_from_a_cause_is_shown_where_all_is_asked_for(tmp_path: Path) -> None:
    codes = {line[6:11] for line in blocks(text_of(tmp_path, without_first_column(GOOD), "--all"))}
    assert {"FD005", "RF001"} <= codes


def test_machine_forms_list_what_follows_from_a_cause(tmp_path: Path) -> None:
    out = text_of(tmp_path, without_first_column(GOOD), "--format", "json")
    assert {"FD005", "RF001"} <= {f["code"] for f in json.loads(out)["findings"]}


def test_a_row_that_repeats_its_key_is_not_shown_for_its_other_unique_values(
    tmp_path: Path,
) -> None:
    text = text_of(tmp_path, GOOD + "hanoi,Hanoi,Q1858,3359\n")
    assert [line[6:11] for line in blocks(text)] == ["KY001"]
    assert "KY004: 1 row in places.qid, in rows that repeat their key (KY001)" in text


def test_a_row_that_repeats_another_value_alone_is_shown(tmp_path: Path) -> None:
    text = text_of(tmp_path, GOOD + "hanoi,Hanoi,Q1858,3359\nhue,Hue,Q1858,70\n")
    assert [line[6:11] for line in blocks(text)] == ["KY001", "KY004"]
    assert "KY004: 2 rows in places.qid, some of them in rows that repeat their key" in text


def test_a_key_that_is_not_of_its_type_is_not_shown_as_missing_too(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "place_id", "type": "integer"}], "primaryKey": ["place_id"]}
    text = text_of(tmp_path, "place_id\n1\ntwo\n", schema=schema)
    assert "KY002: 1 row in places.place_id, in cells that are not of their type (FD001)" in text
    assert [line[6:11] for line in blocks(text) if "KY002" in line] == []


def test_cells_that_a_row_does_not_have_are_told_once(tmp_path: Path) -> None:
    fields = [{"name": n, "constraints": {"required": True}} for n in ("place_id", "name", "qid")]
    text = text_of(tmp_path, "place_id,name,qid\nhanoi\n", schema={"fields": fields})
    assert [line[6:11] for line in blocks(text) if "RF001" not in line] == ["TB006"]
    assert "FD002: 1 row in places.qid, in cells that their row does not have (TB006)" in text
