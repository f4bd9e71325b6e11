"""Merging CSV by key and cell: what a person sees no conflict in is merged."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_revisions import commit, git

from copydesk.merging import Result, merge_files, table_at
from copydesk.testing import make_package, run_cmd

SCHEMA = {
    "fields": [{"name": "id"}, {"name": "name"}, {"name": "day"}],
    "primaryKey": ["id"],
}
BASE = "id,name,day\na,Ann,1\nb,Bob,2\nc,Cid,3\n"


def merged(folder: Path, base: str, ours: str, theirs: str, schema: object = SCHEMA) -> Result:
    make_package(folder, {"t": ours}, schemas={"t": schema} if schema else None)
    files = [folder / f"{name}.csv" for name in ("base", "ours", "theirs")]
    for file, text in zip(files, (base, ours, theirs), strict=True):
        file.write_bytes(text.encode())
    return merge_files(*files, table_at(folder / "data" / "t.csv"))


CLEAN = {
    "nothing": (BASE, BASE, BASE),
    "one side only": (BASE.replace("Ann", "Anna"), BASE, BASE.replace("Ann", "Anna")),
    "the same on both sides": (
        BASE.replace("Ann", "Anna"), BASE.replace("Ann", "Anna"), BASE.replace("Ann", "Anna"),
    ),
    "two cells of a row": (
        BASE.replace("Bob", "Rob"), BASE.replace("Bob,2", "Bob,22"),
        BASE.replace("Bob,2", "Rob,22"),
    ),
    "rows at the end of both": (
        BASE + "d,Dee,4\n", BASE + "e,Eve,5\n", BASE + "d,Dee,4\ne,Eve,5\n",
    ),
    "the same row added by both": (BASE + "d,Dee,4\n", BASE + "d,Dee,4\n", BASE + "d,Dee,4\n"),
    "rows in the order of their keys": (
        BASE + "e,Eve,5\n", BASE + "d,Dee,4\n", BASE + "d,Dee,4\ne,Eve,5\n",
    ),
    "a row removed, another changed": (
        BASE.replace("b,Bob,2\n", ""), BASE.replace("Cid", "Sid"),
        "id,name,day\na,Ann,1\nc,Sid,3\n",
    ),
    "neighbours changed": (
        BASE.replace("Ann", "Anna"), BASE.replace("Bob", "Rob"),
        BASE.replace("Ann", "Anna").replace("Bob", "Rob"),
    ),
    "sorted otherwise by one": (
        "id,name,day\nc,Cid,3\nb,Bob,2\na,Ann,1\n", BASE.replace("Bob", "Rob"),
        "id,name,day\nc,Cid,3\nb,Rob,2\na,Ann,1\n",
    ),
    "quoted by one": (
        BASE.replace("a,Ann,1", '"a","Ann","1"'), BASE.replace("Ann,1", "Ann,11"),
        BASE.replace("a,Ann,1", '"a","Ann",11'),
    ),
    "a column added by one, a row by the other": (
        "id,name,day,more\na,Ann,1,x\nb,Bob,2,\nc,Cid,3,\n", BASE + "d,Dee,4\n",
        "id,name,day,more\na,Ann,1,x\nb,Bob,2,\nc,Cid,3,\nd,Dee,4,\n",
    ),
    "a column added by each": (
        "id,name,one,day\na,Ann,x,1\nb,Bob,,2\nc,Cid,,3\n",
        "id,name,day,two\na,Ann,1,y\nb,Bob,2,\nc,Cid,3,\n",
        "id,name,one,day,two\na,Ann,x,1,y\nb,Bob,,2,\nc,Cid,,3,\n",
    ),
    "a column removed by one, a cell changed by the other": (
        "id,name\na,Ann\nb,Bob\nc,Cid\n", BASE.replace("Ann", "Anna"),
        "id,name\na,Anna\nb,Bob\nc,Cid\n",
    ),
    "a row removed by one, a column added by the other": (
        "id,name,day\na,Ann,1\nb,Bob,2\n", "id,name,day,more\na,Ann,1,x\nb,Bob,2,y\nc,Cid,3,z\n",
        "id,name,day,more\na,Ann,1,x\nb,Bob,2,y\n",
    ),
    "cells with line breaks": (
        BASE.replace("Ann", '"A\nnn"'), BASE.replace("Bob,2", '"B, ob",2'),
        BASE.replace("Ann", '"A\nnn"').replace("Bob,2", '"B, ob",2'),
    ),
    "no line end at the end": (
        BASE[:-1], BASE[:-1] + "\nd,Dee,4", BASE + "d,Dee,4",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CLEAN)
def test_what_a_person_sees_no_conflict_in_is_merged(name: str, tmp_path: Path) -> None:
    ours, theirs, expected = CLEAN[name]
    result = merged(tmp_path, BASE, ours, theirs)
    assert (result.reason, result.clean) == ("", True)
    assert result.data.decode() == expected


def test_windows_line_ends_and_a_byte_order_mark_stay(tmp_path: Path) -> None:
    base = "\ufeff" + BASE.replace("\n", "\r\n")
    result = merged(tmp_path, base, base.replace("Ann", "Anna"), base + "d,Dee,4\r\n")
    assert result.data.decode() == base.replace("Ann", "Anna") + "d,Dee,4\r\n"


CONFLICTS = {
    "a cell": (
        BASE.replace("Bob,2", "Rob,22"), BASE.replace("Bob", "Bobby"),
        "<<<<<<< ours\nb,Rob,22\n=======\nb,Bobby,22\n>>>>>>> theirs\n",
        [("name", "Bob", "Rob", "Bobby")],
    ),
    "a new row": (
        BASE.replace("c,", "bb,New,2\nc,"), BASE.replace("c,", "bb,Neu,2\nc,"),
        "b,Bob,2\n<<<<<<< ours\nbb,New,2\n=======\nbb,Neu,2\n>>>>>>> theirs\n",
        [("name", None, "New", "Neu")],
    ),
    "a row removed here and changed there": (
        BASE.replace("b,Bob,2\n", ""), BASE.replace("Bob", "Rob"),
        "<<<<<<< ours\n=======\nb,Rob,2\n>>>>>>> theirs\n", [],
    ),
    "a row changed here and removed there": (
        BASE.replace("Bob", "Rob"), BASE.replace("b,Bob,2\n", ""),
        "<<<<<<< ours\nb,Rob,2\n=======\n>>>>>>> theirs\n", [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFLICTS)
def test_what_both_have_changed_is_a_conflict_of_cells(name: str, tmp_path: Path) -> None:
    ours, theirs, marked, cells = CONFLICTS[name]
    result = merged(tmp_path, BASE, ours, theirs)
    assert marked in result.data.decode()
    assert result.data.decode().count("<<<<<<<") == 1
    (conflict,) = result.conflicts
    assert list(conflict.cells) == cells


@pytest.mark.parametrize(
    ("ours", "schema", "reason"),
    [
        (BASE + "a,Again,9\n", SCHEMA, "line 5 repeats the key a"),
        (BASE + "d,Dee\n", SCHEMA, "line 5 has 2 cells, the header 3"),
        (BASE + 'd,"Dee,4\n', SCHEMA, "line 5 has 2 cells, the header 3"),
        (BASE.replace("id,", "key,"), SCHEMA, "it has no column `id`"),
        (BASE.replace("name,", "id,"), SCHEMA, "two of its columns have the same label"),
        (BASE.replace("Ann", 'A"nn'), SCHEMA, "line 2 has a quote that is stray or never closed"),
        (BASE, {"fields": SCHEMA["fields"]}, "its schema names no primary key"),
    ],
)
def test_what_has_no_certain_cells_is_merged_as_text(
    ours: str, schema: object, reason: str, tmp_path: Path
) -> None:
    result = merged(tmp_path, BASE, ours, BASE, schema)
    assert (result.reason, result.clean) == (reason, True)
    assert result.data.decode() == ours


def test_a_column_that_one_removes_and_the_other_changes_is_merged_as_text(tmp_path: Path) -> None:
    ours = "id,name\na,Ann\nb,Bob\nc,Cid\n"
    result = merged(tmp_path, BASE, ours, BASE.replace("Ann,1", "Ann,11"))
    assert result.reason == "one side removes the column `day`, the other changes it"
    assert result.lines == 1


CELL = st.sampled_from(["", "x", "y", 'q"q', "a,b", "l\nl", " "])
TABLE = st.dictionaries(st.sampled_from("abcdef"), st.tuples(CELL, CELL), max_size=6)


def written(table: dict[str, tuple[str, str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(
        [("id", "name", "day"), *((key, *cells) for key, cells in table.items())]
    )
    return text.getvalue()


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(base=TABLE, ours=TABLE, theirs=TABLE)
def test_every_cell_is_that_of_the_side_that_changed_it(
    tmp_path: Path, base: dict[str, tuple[str, str]], ours: dict[str, tuple[str, str]],
    theirs: dict[str, tuple[str, str]],
) -> None:  # fmt: skip
    result = merged(tmp_path, *map(written, (base, ours, theirs)))
    assert result.reason == ""
    told = {conflict.key[0] for conflict in result.conflicts}
    text = result.data.decode()
    if not told:
        rows = {row[0]: tuple(row[1:]) for row in csv.reader(io.StringIO(text, newline=""))}
        del rows["id"]
        assert rows == {key: one for key in rows if (one := expected(key, base, ours, theirs))}
    for key in {*base, *ours, *theirs}:
        assert (key in told) == (expected(key, base, ours, theirs) is None)


def expected(key: str, *versions: dict[str, tuple[str, str]]) -> tuple[str, ...] | None:
    """Return the cells of a row as they must be merged, none if it is removed; None: a conflict."""
    base, ours, theirs = (version.get(key) for version in versions)
    if ours == theirs or theirs == base:
        return ours or ()
    if ours == base:
        return theirs or ()
    if ours is None or theirs is None:
        return None
    cells = []
    for old, one, other in zip(base or (None, None), ours, theirs, strict=True):
        if old not in (one, other) and one != other:
            return None
        cells.append(other if one == old else one)
    return tuple(cells)


# in a repository


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone whose CSV files are merged by copydesk, with branches `ours` and `theirs`."""
    make_package(tmp_path, {"t": BASE}, schemas={"t": SCHEMA})
    git(tmp_path, "init", "-q", "-b", "ours")
    assert run_cmd("merge", "--install", cwd=tmp_path).code == 0
    driver = git(tmp_path, "config", "merge.copydesk.driver")
    assert " merge %O %A %B --path %P --marker-size %L; " in driver
    this = f"{sys.executable} -m copydesk merge %O"
    git(tmp_path, "config", "merge.copydesk.driver", f"{this}{driver.partition(' merge %O')[2]}")
    commit(tmp_path, {}, "begin")
    git(tmp_path, "branch", "theirs")
    return tmp_path


def both(clone: Path, ours: str, theirs: str) -> subprocess.CompletedProcess[str]:
    """Merge a branch with another version of the table."""
    commit(clone, {"data/t.csv": ours}, "ours")
    git(clone, "checkout", "-q", "theirs")
    commit(clone, {"data/t.csv": theirs}, "theirs")
    git(clone, "checkout", "-q", "ours")
    return subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "merge", "theirs"],
        cwd=clone, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_git_merges_two_branches_that_both_append_and_edit_rows(clone: Path) -> None:
    ours = BASE.replace("Ann", "Anna") + "d,Dee,4\n"
    theirs = BASE.replace("Bob,2", "Bob,22") + "e,Eve,5\n"
    done = both(clone, ours, theirs)
    assert done.returncode == 0, done.stderr
    text = (clone / "data" / "t.csv").read_text()
    assert text == "id,name,day\na,Anna,1\nb,Bob,22\nc,Cid,3\nd,Dee,4\ne,Eve,5\n"


def test_git_shows_a_conflict_as_its_cells(clone: Path) -> None:
    done = both(clone, BASE.replace("Bob", "Rob") + "d,Dee,4\n", BASE.replace("Bob", "Bobby"))
    assert done.returncode == 1
    assert "data/t.csv: conflict in id = b" in done.stderr
    assert "name: ours `Rob`, theirs `Bobby`; it was `Bob`" in done.stderr
    text = (clone / "data" / "t.csv").read_text()
    assert "<<<<<<< ours\nb,Rob,2\n=======\nb,Bobby,2\n>>>>>>> theirs\nc,Cid,3\nd,Dee,4\n" in text
    assert git(clone, "diff", "--name-only", "--diff-filter=U") == "data/t.csv"


def test_a_merge_that_cannot_run_is_left_to_git(clone: Path) -> None:
    driver = git(clone, "config", "merge.copydesk.driver")
    rest = driver.partition(" merge %O")[2]
    git(clone, "config", "merge.copydesk.driver", f"no-such-program merge %O{rest}")
    done = both(clone, BASE + "d,Dee,4\n", BASE + "e,Eve,5\n")
    assert done.returncode == 1
    text = (clone / "data" / "t.csv").read_text()
    assert "<<<<<<< ours\nd,Dee,4\n=======\ne,Eve,5\n>>>>>>> theirs\n" in text


def test_installing_twice_changes_nothing(clone: Path) -> None:
    before = (clone / ".gitattributes").read_bytes()
    result = run_cmd("merge", "--install", cwd=clone)
    assert "names it already" in result.out
    assert (clone / ".gitattributes").read_bytes() == before == b"*.csv merge=copydesk\n"


# by hand


def test_the_result_goes_where_it_is_asked_for(tmp_path: Path) -> None:
    merged(tmp_path, BASE, BASE.replace("Ann", "Anna"), BASE.replace("Bob", "Rob"))
    names = ("base.csv", "ours.csv", "theirs.csv", "--path", "data/t.csv")
    printed = run_cmd("merge", *names, "--stdout", cwd=tmp_path)
    assert (printed.code, printed.err) == (0, "")
    assert "Anna" not in (tmp_path / "theirs.csv").read_text()
    assert printed.out == BASE.replace("Ann", "Anna").replace("Bob", "Rob")
    assert (tmp_path / "ours.csv").read_text() == BASE.replace("Ann", "Anna")
    assert run_cmd("merge", *names, cwd=tmp_path).code == 0
    assert (tmp_path / "ours.csv").read_text() == printed.out
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".part")] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.csv",), "three files are merged, not 1"),
        (("a.csv", "b.csv", "c.csv"), "no such file: `a.csv`"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run_cmd("merge", *arguments, cwd=tmp_path)
    assert result.code == 2
    assert said in result.err


def test_installing_outside_of_a_clone_is_refused(tmp_path: Path) -> None:
    result = run_cmd("merge", "--install", cwd=tmp_path)
    assert result.code == 2
    assert "is not in a git repository" in result.err
    assert list(tmp_path.iterdir()) == []
