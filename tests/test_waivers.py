"""Waivers: each silences one finding, is shown, and fails when it is of no use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copydesk.engine import Settings
from copydesk.errors import UserError
from copydesk.run import check
from copydesk.testing import make_package, run_cmd

HEAD = "code,table,key,field,reason,expires\n"
FIELDS = [{"name": "id"}, {"name": "n", "type": "integer"}, {"name": "t", "type": "integer"}]


def package(root: Path, waivers: str, rows: int = 20, **rest: Any) -> Path:
    lines = ["id,n,t", *(f"r{i},x{i},{i}" for i in range(rows))]
    schema = {"fields": FIELDS, "primaryKey": ["id"]}
    make_package(root, {"t": "\n".join(lines) + "\n"}, schemas={"t": schema}, **rest)
    (root / "schemas").mkdir(exist_ok=True)
    (root / "schemas" / "waivers.csv").write_text(HEAD + waivers, encoding="utf-8")
    return root


def test_a_waiver_silences_the_finding_with_its_key_also_beyond_those_that_are_shown(
    tmp_path: Path,
) -> None:
    root = package(tmp_path, "FD001,t,r17,n,known,\nFD001,t,r1,n,known too,2999-01-01\n")
    report = check(root)
    (total,) = report.totals
    assert [(w.finding.key["id"], w.reason, w.expires) for w in report.waived] == [
        ("r1", "known too", "2999-01-01"),
        ("r17", "known", ""),
    ]
    assert (total.count, total.shown, report.errors) == (18, 5, 18)
    assert [f.key["id"] for f in report.findings] == ["r0", "r2", "r3", "r4", "r5"]
    everything = check(root, settings=Settings(shown=None))
    assert (len(everything.findings), everything.waived) == (18, report.waived)


def test_data_all_of_whose_findings_are_waived_are_fit_to_publish(tmp_path: Path) -> None:
    root = package(tmp_path, "FD001,t,r0,n,known,\n", rows=1)
    done = run_cmd("check", ".", cwd=root)
    assert done.code == 0
    assert "FD001 waived at data/t.csv:2:4: `x0` is not an integer (known)" in done.out
    assert "no errors, no warnings, 1 waived" in done.out
    (table,) = check(root).tables
    assert table.valid


def test_a_waiver_that_expired_fails_with_the_finding_that_it_was_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = package(tmp_path, "FD001,t,r0,n,known,2026-02-01\n", rows=1)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1769900400")  # 2026-01-31 23:00 UTC
    assert [f.code for f in check(root).findings] == []
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1770000000")  # 2026-02-02
    report = check(root)
    assert [f.code for f in report.findings] == ["FD001", "WV002"]
    assert report.waived == ()


def test_waivers_of_what_was_not_asked_for_or_not_judged_are_not_called_idle(
    tmp_path: Path,
) -> None:
    other = {"name": "u", "path": "data/gone.csv"}
    root = package(tmp_path, "FD001,t,r0,n,known,\nFD001,u,r0,n,known,\n", rows=1)
    descriptor = json.loads((root / "datapackage.json").read_text("utf-8"))
    descriptor["resources"].append(other)
    (root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    asked = [Settings(tables=("t",)), Settings(select=("FL", "WV")), Settings()]
    found = [{f.code for f in check(root, settings=one).findings} for one in asked]
    assert [codes - {"FL011"} for codes in found] == [set(), set(), set()]
    assert found[2]


def test_keys_of_several_parts_are_joined(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a"}, {"name": "b"}], "primaryKey": ["a", "b"]}
    make_package(tmp_path, {"t": "a,b\nx,y\nx,y\nx,y\n"}, schemas={"t": schema})
    (tmp_path / "schemas").mkdir()
    file = tmp_path / "schemas" / "waivers.csv"
    file.write_text(HEAD + "KY001,t,x|y,a,said twice,\n", encoding="utf-8")
    report = check(tmp_path)
    assert [(f.code, f.line) for f in report.findings] == [("KY001", 4)]
    assert [w.finding.line for w in report.waived] == [3]


def test_a_file_with_other_columns_is_told_once(tmp_path: Path) -> None:
    root = package(tmp_path, "", rows=0)
    (root / "schemas" / "waivers.csv").write_text("code,reason\nFD001,known\n", "utf-8")
    (found,) = check(root).findings
    assert (found.code, found.path, found.line) == ("WV001", "schemas/waivers.csv", 1)


def test_a_file_that_is_no_csv_is_told(tmp_path: Path) -> None:
    root = package(tmp_path, 'FD001,t,r0,n,"known"x,\n', rows=0)
    (found,) = check(root).findings
    assert (found.code, found.line) == ("WV001", 2)
    assert "no CSV" in found.message


def test_a_link_out_of_the_package_is_not_followed(tmp_path: Path) -> None:
    root = package(tmp_path / "package", "", rows=0)
    secret = tmp_path / "secret.csv"
    secret.write_text(HEAD, "utf-8")
    (root / "schemas" / "waivers.csv").unlink()
    (root / "schemas" / "waivers.csv").symlink_to(secret)
    with pytest.raises(UserError) as refused:
        check(root)
    assert "out of the package" in refused.value.message


def test_where_the_reference_judges_nothing_is_waived_which_is_said(tmp_path: Path) -> None:
    root = package(tmp_path, "FD001,t,r0,n,known,\n", rows=1)
    report = check(root, settings=Settings(engine="reference"))
    assert [f.code for f in report.findings] == ["FD001"]
    assert "WV" in [skip.code for skip in report.skipped]
