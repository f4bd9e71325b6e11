"""The ratchet: only what a change adds fails, whatever else moves."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from copydesk import pile
from copydesk.engine import Settings
from copydesk.errors import UserError
from copydesk.findings import Report, Since
from copydesk.model import Severity
from copydesk.ratchet import check_since
from copydesk.report import FORMATS, render
from copydesk.run import check
from copydesk.testing import make_package, run_cmd

Rows = Sequence[tuple[str, str, str]]
OLD: Rows = [("r0", "x0", "a"), ("r1", "1", "b"), ("r2", "x2", "z"), ("r3", "3", "a")]


def csv(rows: Rows, quote: str = "") -> str:
    lines = (",".join(f"{quote}{cell}{quote}" for cell in row) for row in rows)
    return "\n".join(["id,n,kind", *lines]) + "\n"


def schema(*enum: str) -> dict[str, Any]:
    kind = {"name": "kind", "constraints": {"enum": list(enum)}}
    fields = [{"name": "id"}, {"name": "n", "type": "integer"}, kind]
    return {"fields": fields, "primaryKey": ["id"]}


def package(root: Path, rows: Rows | str = OLD, *enum: str, **rest: Any) -> Path:
    text = rows if isinstance(rows, str) else csv(rows)
    return make_package(root, {"t": text}, schemas={"t": schema(*(enum or ("a", "b")))}, **rest)


def git(root: Path, *arguments: str) -> None:
    known = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
    known |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}
    known |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(
        ["git", "-C", str(root), *arguments], check=True, capture_output=True,
        env=os.environ | known,
    )  # fmt: skip


def committed(root: Path) -> Path:
    if not (root / ".git").is_dir():
        git(root, "init", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--message=a version", "--allow-empty")
    return root


def added(report: Report) -> list[tuple[str, str, str]]:
    return [(f.code, f.key.get("id", ""), f.field) for f in report.findings]


def since(report: Report) -> Since:
    assert report.since is not None
    return report.since


@pytest.mark.parametrize(
    "text",
    [
        csv(OLD[::-1]),
        csv(OLD, '"'),
        csv([("r9", "9", "a"), *OLD]).replace("\n", "\r\n"),
    ],
    ids=["sorted anew", "quoted anew", "a row more"],
)
def test_what_only_moves_is_not_new(text: str, tmp_path: Path) -> None:
    root = committed(package(tmp_path))
    (root / "data" / "t.csv").write_text(text, encoding="utf-8", newline="")
    report = check_since(root, "HEAD")
    assert not [f for f in report.findings if f.severity is Severity.ERROR]
    assert (since(report).kept, since(report).gone) == (3, 0)


def test_what_a_change_adds_fails_and_what_it_mends_is_listed(tmp_path: Path) -> None:
    root = committed(package(tmp_path))
    package(root, [("r0", "0", "a"), ("r1", "1", "y"), ("r2", "x2", "z"), ("r3", "3", "a")])
    report = check_since(root, "HEAD")
    assert added(report) == [("FD004", "r1", "kind")]
    assert (report.errors, report.valid, since(report).kept) == (1, False, 2)
    assert [(f.code, f.key["id"]) for f in since(report).findings] == [("FD001", "r0")]
    done = run_cmd("check", "--since", "HEAD", cwd=root)
    assert done.code == 1
    assert "FD001 mended, t, id = r0: `x0` is not an integer" in done.out
    assert "1 new error, no warnings, 1 mended" in done.out


def test_a_change_that_only_mends_passes(tmp_path: Path) -> None:
    root = committed(package(tmp_path))
    package(root, [("r0", "0", "a"), *OLD[1:]])
    assert run_cmd("check", root, "--since", "HEAD").code == 0
    assert run_cmd("check", root).code == 1


def test_another_bad_value_in_the_same_cell_is_new(tmp_path: Path) -> None:
    root = committed(package(tmp_path))
    package(root, [("r0", "y0", "a"), *OLD[1:]])
    report = check_since(root, "HEAD")
    assert added(report) == [("FD001", "r0", "n")]
    assert since(report).gone == 1


def test_a_promise_that_is_tightened_adds_what_it_finds(tmp_path: Path) -> None:
    root = committed(package(tmp_path))
    package(root, OLD, "b")
    report = check_since(root, "HEAD")
    assert added(report) == [("FD004", "r0", "kind"), ("FD004", "r3", "kind")]


def test_more_of_the_same_is_new_by_its_number(tmp_path: Path) -> None:
    twice = [("r1", "1", "a")] * 2
    root = committed(package(tmp_path, twice))
    package(root, [*twice, twice[0]])
    report = check_since(root, "HEAD")
    assert [f.code for f in report.findings] == ["KY001"]
    assert since(report).kept == 1


def test_exact_numbers_are_told_where_few_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pile, "HELD", 20)
    root = committed(package(tmp_path, [(f"r{i}", f"x{i}", "a") for i in range(100)]))
    package(root, [(f"r{i}", f"x{i}", "a") for i in range(50, 170)])
    report = check_since(root, "HEAD")
    (total,) = report.totals
    assert (total.count, total.shown, len(report.findings)) == (70, 5, 5)
    assert (since(report).kept, since(report).gone, len(since(report).findings)) == (50, 50, 5)
    everything = check_since(root, "HEAD", settings=Settings(shown=None))
    assert len(everything.findings) == 70
    assert len(since(everything).findings) == 50


def test_a_finding_that_is_waived_now_is_neither_new_nor_mended(tmp_path: Path) -> None:
    root = committed(package(tmp_path))
    (root / "schemas").mkdir()
    waivers = "code,table,key,field,reason,expires\nFD001,t,r0,n,known,\n"
    (root / "schemas" / "waivers.csv").write_text(waivers, "utf-8")
    report = check_since(root, "HEAD")
    assert (added(report), since(report).gone, len(report.waived)) == ([], 0, 1)
    committed(root)
    (root / "schemas" / "waivers.csv").unlink()
    assert added(check_since(root, "HEAD")) == [("FD001", "r0", "n")]


def test_what_cannot_be_judged_any_more_is_not_mended(tmp_path: Path) -> None:
    root = committed(package(tmp_path))
    (root / "data" / "t.csv").unlink()
    report = check_since(root, "HEAD")
    assert [f.code for f in report.findings] == ["FL011"]
    assert since(report).gone == 0


def test_where_there_was_no_package_everything_is_new_and_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("nothing yet", "utf-8")
    root = package(committed(tmp_path))
    report = check_since(root, "HEAD")
    assert len(report.findings) == 3
    assert since(report).note
    package(committed(root))
    (root / "datapackage.json").write_text("{", "utf-8")
    committed(root)
    package(root)
    report = check_since(root, "HEAD")
    assert len(report.findings) == 3
    assert since(report).note.startswith("`HEAD` cannot be checked: ")


def test_a_branch_is_compared_with_where_it_began(tmp_path: Path) -> None:
    root = committed(package(tmp_path))
    git(root, "switch", "--create", "change")
    package(root, [*OLD, ("r4", "x4", "a")])
    committed(root)
    git(root, "switch", "main")
    package(root, OLD[1:])
    committed(root)
    git(root, "switch", "change")
    assert added(check_since(root, "main...")) == [("FD001", "r4", "n")]


def test_a_folder_and_an_archive_will_do(tmp_path: Path) -> None:
    import shutil

    old = package(tmp_path / "old")
    new = package(tmp_path / "new", [*OLD, ("r4", "x4", "a")])
    archive = shutil.make_archive(str(tmp_path / "old"), "zip", old)
    for named in (old, archive):
        report = check_since(new, str(named))
        assert added(report) == [("FD001", "r4", "n")]
        assert since(report).commit == ""


def test_a_single_table_is_compared_with_itself(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(csv(OLD), "utf-8")
    described = tmp_path / "t.schema.json"
    described.write_text(json.dumps(schema("a", "b")), "utf-8")
    committed(tmp_path)
    (tmp_path / "t.csv").write_text(csv([*OLD, ("r4", "x4", "a")]), "utf-8")
    report = check_since(tmp_path / "t.csv", "HEAD", schema=described)
    assert added(report) == [("FD001", "r4", "n")]


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "HEAD~9"])
def test_a_revision_that_there_is_not_is_the_users_mistake(revision: str, tmp_path: Path) -> None:
    root = committed(package(tmp_path))
    with pytest.raises(UserError):
        check_since(root, revision)


@pytest.mark.parametrize("form", sorted({*FORMATS} - {"gx"}))
def test_every_form_tells_what_is_new_alone(form: str, tmp_path: Path) -> None:
    root = committed(package(tmp_path))
    package(root, [("r0", "0", "a"), *OLD[1:]])
    report = check_since(root, "HEAD")
    text = render(report, form).lower()
    if form in ("sarif", "junit", "gitlab"):  # what reads these compares by itself
        assert "r2" not in text
    else:
        assert "mended" in text
        assert "head" in text
    assert render(check(root), form) != render(report, form)
