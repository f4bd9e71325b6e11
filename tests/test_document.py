"""Documents: values, places and repeated names of JSON and YAML; what is refused, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk.document import parse_json, parse_yaml, read_document
from copydesk.errors import UserError

TEXT = """# Zitate
name: größe
"ö/~": [1, &a {x: .5, y: [yes, ~]}, *a]
resources:
- path: a.csv
  bytes: 1_000
  <<: {path: b.csv, name: c}
"""


def test_yaml_is_read_as_json_would_hold_it() -> None:
    document = parse_yaml(TEXT, "t.yaml")
    inner = {"x": 0.5, "y": [True, None]}
    assert document.data == {
        "name": "größe",
        "ö/~": [1, inner, inner],
        "resources": [{"path": "a.csv", "bytes": 1000, "name": "c"}],
    }
    assert not document.repetitions


@pytest.mark.parametrize(
    ("pointer", "place", "key_place"),
    [
        ("", (2, 1), (2, 1)),
        ("/name", (2, 7), (2, 1)),
        ("/ö~1~0/0", (3, 9), (3, 9)),
        ("/ö~1~0/1/y/1", (3, 32), (3, 32)),
        ("/ö~1~0/2", (3, 37), (3, 37)),
        ("/ö~1~0/2/x", (3, 37), (3, 37)),
        ("/resources/0/path", (5, 9), (5, 3)),
        ("/resources/0/name", (5, 3), (5, 3)),
    ],
)
def test_every_pointer_into_yaml_has_its_place(
    pointer: str, place: tuple[int, int], key_place: tuple[int, int]
) -> None:
    document = parse_yaml(TEXT, "t.yaml")
    assert document.place(pointer) == place
    assert document.place(pointer, key=True) == key_place


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2020-01-01", "2020-01-01"),
        ("10:30:00", "10:30:00"),
        ("-.inf", "-.inf"),
        ("010", 8),
        ("0x1F", 31),
        ("0o7", "0o7"),
        ("'no'", "no"),
        ("no", False),
        ("!!str 1", "1"),
        ("", None),
    ],
)
def test_a_word_of_yaml_means_what_json_can_say(text: str, value: object) -> None:
    assert parse_yaml(text, "t.yaml").data == value


BOMB = "\n".join(
    ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 20)]
)


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("a: b: c", "1:5", "mapping values are not allowed here"),
        ("a: 1\n--- 2", "2:1", "a second document begins"),
        ("a: !!python/object:os.system x", "1:4", "the tag `!!python/object:os.system`"),
        ("a: *b", "1:4", "nothing before is called `&b`"),
        ("&a [*a]", "1:5", "nothing before is called `&a`"),
        ("? [1]\n: 2", "1:3", "the name of a member is no text"),
        ("[" * 100_000, "1:201", "nested too deeply"),
        ("a: \0", "1:4", "a character in it cannot be printed"),
        ("a: " + "9" * 5000, "1:4", "no number that can be read"),
        (r'a: "\ud800"', "1:4", "half of a pair"),
        (BOMB, "6:", "its aliases make it too large"),
    ],
    ids=lambda value: value[:12],
)
def test_what_is_not_plain_yaml_is_refused_with_its_place(text: str, place: str, what: str) -> None:
    with pytest.raises(UserError, match="is not YAML") as caught:
        parse_yaml(text, "t.yaml")
    assert caught.value.place.startswith(f"t.yaml:{place}")
    assert what in caught.value.message


@pytest.mark.parametrize("parse", [parse_json, parse_yaml])
def test_repeated_names_are_known_and_the_last_one_counts(parse: object) -> None:
    assert callable(parse)
    document = parse('{"a": {"b": 1, "b": 2}, "a": 1, "c": {"d": 1, "d": 2}}', "t")
    assert document.data == {"a": 1, "c": {"d": 2}}
    assert document.repetitions == ("/a", "/c/d")
    assert document.place("/a", key=True) == (1, 25)


def test_the_name_of_a_file_says_how_it_is_written(tmp_path: Path) -> None:
    for name in ("t.yaml", "t.YML"):
        (tmp_path / name).write_text("\ufeffa: [1]", encoding="utf-8")
        assert read_document(tmp_path / name, name).data == {"a": [1]}
    (tmp_path / "t.json").write_text("a: [1]", encoding="utf-8")
    with pytest.raises(UserError, match="is not JSON"):
        read_document(tmp_path / "t.json", "t.json")


def test_half_of_a_pair_of_surrogates_in_json_is_replaced_and_a_pair_is_kept() -> None:
    text = r'{"a": ["\ud800", "\ud83d\ude00", "\\ud800", "x\uDC00y"], "\udfff": 1}'
    document = parse_json(text, "x.json")
    assert document.data == {"a": ["\ufffd", "😀", r"\ud800", "x\ufffdy"], "\ufffd": 1}
    assert document.place("/a/3") == (1, text.index('"x') + 1)
    assert document.place("/\ufffd") == (1, text.index("1}") + 1)
