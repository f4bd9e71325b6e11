"""A difference as Markdown and as a page: what stands in cells stays text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from copydesk.diff import compared
from copydesk.diff.forms import parts
from copydesk.diff.forms.markdown import escaped
from copydesk.testing import make_package, run_cmd

SCHEMA = {
    "fields": [{"name": "id"}, {"name": "text", "title": "Words"}, {"name": "who"}],
    "primaryKey": "id",
    "foreignKeys": [{"fields": "who", "reference": {"resource": "people", "fields": "id"}}],
}
PEOPLE = {"fields": [{"name": "id"}, {"name": "name"}], "primaryKey": "id"}
EVIL = "<script>alert(1)</script> @all #1 [a](javascript:b) | `c` **d**"


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [v or "" for k, v in attrs if k in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path]:
    schemas = {"t": SCHEMA, "people": PEOPLE}
    more = {"fields": [{**f, "constraints": {"required": True}} for f in SCHEMA["fields"]]}
    base = make_package(
        tmp_path / "old",
        {"t": "id,text,who\na,the old words stand here,ann\nb,x,ann\n",
         "people": "id,name\nann,Ann Ångström\nbob,Bob\n", "same": "x\n1\n"},
        schemas=schemas, resources={"t": {"copydesk": {"label": "text", "within": "who"}}},
    )  # fmt: skip
    head = make_package(
        tmp_path / "new",
        {"t": f'id,text,who\na,the new words stand here,bob\nc,"{EVIL}",ann\n',
         "people": "id,name\nbob,Bob\nann,Ann Ångström\n", "same": '"x"\r\n1\r\n'},
        schemas={**schemas, "t": {**SCHEMA, **more}},
        resources={"t": {"copydesk": {"label": "text", "within": "who"}}},
    )  # fmt: skip
    return base, head


def form(versions: tuple[Path, Path], name: str, **look: int | None) -> str:
    with compared(*map(str, versions)) as found:
        return "".join(parts(found, name, **look))


def test_markdown_tells_the_change_in_lists(versions: tuple[Path, Path]) -> None:
    text = form(versions, "markdown")
    assert "- 1 removed in *Ann Ångström*\n  - `b` *x*\n" in text
    assert "    - Words: the <del>old</del><ins>new</ins> words stand here\n" in text
    assert "    - who: `Ann Ångström` (ann) → `Bob` (bob)\n" in text
    assert "- ⚠️ id: required `true` is new (tightened)\n" in text
    assert "`people`, `same`: the same cells in another order" in text


def test_markdown_keeps_cells_from_being_markup(versions: tuple[Path, Path]) -> None:
    text = form(versions, "markdown")
    assert "<script" not in text
    assert "@all" not in text
    assert re.search(r"(?<!\\)\]\(", text) is None
    assert escaped("a_b*c|d@e #5") == "a\\_b\\*c\\|d@<!-- -->e #<!-- -->5"


def test_the_page_is_whole_and_loads_nothing(versions: tuple[Path, Path]) -> None:
    text = form(versions, "html")
    page = Page()
    page.feed(text)
    assert page.tags.count("script") == 1
    assert all(link.startswith("#") for link in page.links)
    assert "default-src 'none'" in text
    assert "alert(1)</script>" in page.words
    assert text.count("<tbody") == text.count("</tbody>")


def test_the_page_shows_both_versions_side_by_side(versions: tuple[Path, Path]) -> None:
    text = form(versions, "html")
    assert "<td>the <del>old</del> words stand here</td>" in text
    assert "<td>the <ins>new</ins> words stand here</td>" in text
    assert re.search(r'<tbody class="change gone".*<code>b</code> <em>x</em>', text)
    assert "<del>Ann Ångström</del><small> (ann)</small>" in text
    assert 'class="change tight"' in text


def test_forms_are_written_to_files(versions: tuple[Path, Path], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    result = run_cmd("diff", *versions, "--format", f"html={page}", "--format", "markdown")
    assert result.code == 0
    assert result.out.startswith("## test")
    assert page.read_text("utf-8").startswith("<!doctype html>")
    twice = run_cmd("diff", *versions, "--format", "html", "--format", "json")
    assert (twice.code, "two formats cannot share" in twice.err) == (2, True)


def test_the_same_versions_give_the_same_bytes(versions: tuple[Path, Path]) -> None:
    for name in ("text", "markdown", "html", "json"):
        assert form(versions, name) == form(versions, name)


def test_no_difference_is_said(versions: tuple[Path, Path]) -> None:
    same = (versions[0], versions[0])
    assert form(same, "text").endswith("no differences\n")
    assert "No differences." in form(same, "markdown")
    assert "No differences." in form(same, "html")
