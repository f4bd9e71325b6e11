"""Data Docs are written whole or not at all, and load nothing from a network."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from copydesk.datadocs import MARK
from copydesk.testing import Result, make_package, run_cmd

needs_gx = pytest.mark.skipif(
    importlib.util.find_spec("great_expectations") is None,
    reason="great-expectations is not installed",
)
IMAGE = "<img src=x onerror=alert(1)>"


def one(kind: str, **kwargs: Any) -> dict[str, Any]:
    return {"type": kind, "kwargs": kwargs}


def package(root: Path) -> Path:
    notes = {"notes": "</script><script>alert(2)</script>"}
    return make_package(
        root,
        {"t": f"id,name\n1,{IMAGE}\n2,\n3,fine\n"},
        schemas={"t": {"fields": [{"name": "id", "type": "integer"}, {"name": "name"}]}},
        suites={
            "t": [
                one("expect_column_values_to_be_in_set", column="name", value_set=["fine", IMAGE])
                | {"meta": notes},
                one("expect_column_values_to_match_regex", column="name", regex="^(?P<x>f)"),
                one("expect_column_max_to_be_between", column="id", max_value=2),
                one("expect_column_values_to_be_unique", column=IMAGE),
                one(
                    "expect_column_pair_values_to_be_in_set",
                    column_A="id",
                    column_B="name",
                    value_pairs_set=[[1, IMAGE], [3, "fine"]],
                    mostly=0.5,
                ),
                one(
                    "expect_column_values_to_be_in_set",
                    column="name",
                    value_set=[IMAGE],
                    row_condition=f"name != '{IMAGE}'",
                    condition_parser="pandas",
                ),
                one(
                    "expect_column_kl_divergence_to_be_less_than",
                    column="name",
                    threshold=0.1,
                    partition_object={"values": [IMAGE, "</script>"], "weights": [0.5, 0.5]},
                ),
                one(
                    "expect_select_column_values_to_be_unique_within_record",
                    column_list=["id", "name"],
                ),
                one("expect_table_columns_to_match_set", column_set=[IMAGE, "id"]),
                one(
                    "expect_column_values_to_match_json_schema",
                    column="name",
                    json_schema={"title": IMAGE},
                ),
                one(
                    "expect_column_most_common_value_to_be_in_set",
                    column="name",
                    value_set=[IMAGE],
                    ties_okay=True,
                )
                | {"description": IMAGE},
                one("expect_column_distinct_values_to_equal_set", column="name", value_set=["a"]),
            ]
        },
    )


class Loads(HTMLParser):
    """What a page loads, and what its elements would run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.foreign: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found += [given[n] for n in ("src",) if n in given]
        self.found += [given["href"]] if tag == "link" else []
        self.foreign += [v for n, v in given.items() if n.startswith("on") and "alert" in v]
        self.foreign += [tag] if tag == "script" and not given else []


def pages(folder: Path) -> dict[Path, str]:
    return {f: f.read_text(encoding="utf-8") for f in sorted(folder.rglob("*.html"))}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    pytest.importorskip("great_expectations")
    root = tmp_path_factory.mktemp("docs")
    folder = root / "site"
    return folder, run_cmd("check", package(root / "data"), "--data-docs", folder, "-q")


@needs_gx
def test_every_suite_has_a_page_that_the_first_one_leads_to(built: tuple[Path, Result]) -> None:
    folder, result = built
    assert result.code == 1
    assert result.err == f"wrote {folder / 'index.html'}\n"
    names = [f.relative_to(folder).parts for f in pages(folder)]
    assert ("index.html",) in names
    assert ("expectations", "t.html") in names
    (validation,) = [n for n in names if n[0] == "validations"]
    assert "/".join(validation) in (folder / "index.html").read_text(encoding="utf-8")
    text = pages(folder)[folder.joinpath(*validation)]
    assert "unexpected: " in text  # of the set, for which the pages have no form of their own
    assert "Data asset: t" in text


@needs_gx
def test_no_page_loads_anything_from_elsewhere(built: tuple[Path, Result]) -> None:
    folder, _ = built
    for file, text in pages(folder).items():
        page = Loads()
        page.feed(text)
        assert [at for at in page.found if not (file.parent / at).is_file()] == []
        assert not re.search(r"url\(['\"]?(?:https?:)?//|@import", text)
        assert "Content-Security-Policy" in text
    for file in folder.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(?:https?:)?//", file.read_text(encoding="utf-8"))


@needs_gx
def test_texts_of_the_data_and_of_suites_run_nothing(built: tuple[Path, Result]) -> None:
    folder, _ = built
    for file, text in pages(folder).items():
        page = Loads()
        page.feed(text)
        assert page.foreign.count("script") == len(re.findall(r"<script>", text)), file
        assert "x" not in page.found
        assert not re.search(r"[\ue000-\ue002]|\\ue00", text)
        assert [one for one in page.foreign if one != "script"] == []
        scripts = re.findall(r"<script>(.*?)</script>", text, re.S)
        assert not [s for s in scripts if "alert(2)" in s]


@needs_gx
def test_what_was_written_before_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / MARK).write_text("", encoding="utf-8")
    (folder / "old.html").write_text("", encoding="utf-8")
    run_cmd("check", package(tmp_path / "data"), "--data-docs", folder)
    assert (folder / "index.html").is_file()
    assert not (folder / "old.html").exists()
    assert sorted(f.name for f in tmp_path.iterdir()) == ["data", "site"]


@needs_gx
def test_a_folder_of_others_is_refused_before_anything_is_checked(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("", encoding="utf-8")
    for place in (folder, folder / "thesis.txt", tmp_path / "absent" / "site"):
        result = run_cmd("check", tmp_path / "nothing", "--data-docs", place)
        assert (result.code, result.out) == (2, "")
        assert str(place) in result.err
    assert [f.name for f in folder.iterdir()] == ["thesis.txt"]


@needs_gx
def test_without_a_suite_there_is_nothing_to_show(tmp_path: Path) -> None:
    folder = make_package(tmp_path / "data", {"t": "id\n1\n"}, schemas={"t": {"fields": []}})
    result = run_cmd("check", folder, "--data-docs", tmp_path / "site")
    assert result.code == 2
    assert "no expectation was judged" in result.err
    assert not (tmp_path / "site").exists()


def test_without_gx_the_way_to_install_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "great_expectations", None)
    result = run_cmd("check", package(tmp_path / "data"), "--data-docs", tmp_path / "site")
    assert result.code == 2
    assert "pip install 'copydesk[gx]'" in result.err


@needs_gx
def test_names_of_suites_stay_within_the_folder(tmp_path: Path) -> None:
    folder = package(tmp_path / "data")
    file = folder / "schemas" / "t.expectations.json"
    suite = json.loads(file.read_text(encoding="utf-8"))
    suite["name"] = "../../../<b>evil"
    file.write_text(json.dumps(suite), encoding="utf-8")
    run_cmd("check", folder, "--data-docs", tmp_path / "site")
    assert sorted(f.name for f in tmp_path.iterdir()) == ["data", "site"]
    assert len(pages(tmp_path / "site")) == 3
