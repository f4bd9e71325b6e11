"""`copydesk fix`: what is mended, byte for byte, and what is left alone."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.checks import mends, registry
from copydesk.errors import UserError
from copydesk.fix import Outcome, Wishes, drafts, fix
from copydesk.run import check
from copydesk.testing import Case, load_cases, make_package, run_cmd, write_case

CASES = [c for c in load_cases(Path(__file__).parent / "cases") if mends(c.code)]
FAILING = [c for c in CASES if c.expected]
PASSING = [c for c in CASES if not c.expected]

# What is wrong in these can be seen, but not be mended without knowing more.
LEFT = {
    "FL001": "a damaged place in a file that is UTF-8",
    "TX008": "no two letters of it were UTF-8",
}


def mend(target: Path, *, write: bool = True, **wishes: Any) -> Outcome:
    return fix(target, wishes=Wishes(**wishes), write=write)


def one(tmp_path: Path, data: str | bytes, *fields: dict[str, Any], **more: Any) -> Path:
    """Write a package of one table `t` and return the folder."""
    schema = {"fields": list(fields), **more.pop("schema", {})} if fields else None
    return make_package(tmp_path, {"t": data}, schemas={"t": schema} if schema else None, **more)


def text(root: Path) -> str:
    return (root / "data" / "t.csv").read_bytes().decode("utf-8")


def string(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "string", **more}


@pytest.mark.parametrize("case", FAILING, ids=lambda c: c.id)
def test_a_case_that_can_be_mended_is_mended(case: Case, tmp_path: Path, project: Path) -> None:
    target = write_case(case, tmp_path, project)
    before = sum(t.count for t in check(target).totals if t.code == case.code)
    mend(target, unsafe=True, select=(case.code,))
    after = sum(t.count for t in check(target).totals if t.code == case.code)
    if case.code in LEFT:
        assert after <= before, LEFT[case.code]
    else:
        assert after < before
    assert mend(target, unsafe=True, select=(case.code,)).changed == []


@pytest.mark.parametrize("case", PASSING, ids=lambda c: c.id)
def test_a_dataset_without_findings_is_not_touched(
    case: Case, tmp_path: Path, project: Path
) -> None:
    target = write_case(case, tmp_path, project)
    outcome = mend(target, unsafe=True, select=(case.code,), write=False)
    assert outcome.changed == []
    assert outcome.changes == []


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("date", "2020/01/11", "2020-01-11"),
        ("date", "2020-1-5", "2020-01-05"),
        ("date", "11 Jan 2020", "2020-01-11"),
        ("date", "January 11, 2020", "2020-01-11"),
        ("date", "25/12/2020", "2020-12-25"),
        ("date", "12/25/2020", "2020-12-25"),
        ("date", "25.12.2020", "2020-12-25"),
        ("date", "05/05/2020", "2020-05-05"),
        ("date", "20200111", "2020-01-11"),
        ("date", "2020-01-11 00:00:00", "2020-01-11"),
        ("date", "\u00a02020-01-11\u200b", "2020-01-11"),
        ("datetime", "2020-01-11 10:00:00", "2020-01-11T10:00:00"),
        ("datetime", "2020-01-11T10:00", "2020-01-11T10:00:00"),
        ("datetime", "2020/01/11 10:00:00+0100", "2020-01-11T10:00:00+01:00"),
        ("datetime", "13/01/2020 7:05 PM", "2020-01-13T19:05:00"),
        ("time", "7:05", "07:05:00"),
        ("time", "12:05 AM", "00:05:00"),
        ("yearmonth", "2020/1", "2020-01"),
        ("yearmonth", "01/2020", "2020-01"),
        ("yearmonth", "June 2018", "2018-06"),
        ("boolean", "WAHR", "true"),
        ("boolean", "Yes", "true"),
        ("boolean", "FALSCH", "false"),
        ("integer", "1,234", "1234"),
        ("integer", "1.234.567", "1234567"),
        ("integer", "12.0", "12"),
        ("integer", "−5", "-5"),
        ("number", "21,0285", "21.0285"),
        ("number", "1.234,56", "1234.56"),
        ("number", "1,234.56", "1234.56"),
        ("number", "1 234,5", "1234.5"),
        ("number", "1,234,567", "1234567"),
        ("year", "2020.0", "2020"),
        ("duration", "P2W", "P14D"),
    ],
)  # fmt: skip
def test_a_value_that_can_be_read_in_one_way_is_written_in_the_form_of_its_type(
    tmp_path: Path, kind: str, before: str, after: str
) -> None:
    quoted = f'"{before}"' if "," in before else before
    root = one(tmp_path, f"id,v\nq1,{quoted}\n", string("id"), {"name": "v", "type": kind})
    outcome = mend(root)
    assert text(root).replace('"', "") == f"id,v\nq1,{after}\n"
    assert outcome.left.valid


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("date", "01/02/2020"),
        ("date", "01.02.2020"),
        ("date", "11/01/20"),
        ("date", "2020-02-30"),
        ("date", "11 Foo 2020"),
        ("date", "2020-01-11 10:00:00"),
        ("datetime", "2020-01-11"),
        ("datetime", "01/02/2020 10:00"),
        ("time", "25:00"),
        ("integer", "1.23E+15"),
        ("integer", "1.000"),
        ("integer", "12.5"),
        ("integer", "1,23"),
        ("number", "105,854"),
        ("number", "1,2,3"),
        ("number", "5 %"),
        ("boolean", "maybe"),
        ("yearmonth", "Jan-20"),
    ],
)
def test_a_value_that_can_be_read_in_two_ways_or_none_is_left_and_named(
    tmp_path: Path, kind: str, value: str
) -> None:
    data = f'id,v\nq1,"{value}"\n' if "," in value else f"id,v\nq1,{value}\n"
    root = one(tmp_path, data, string("id"), {"name": "v", "type": kind})
    result = run_cmd("fix", root)
    assert text(root) == data
    assert result.code == 1
    assert f"data/t.csv:2:4: error FD001 `{value}`" in result.out


def test_a_value_is_written_in_the_form_that_its_field_declares(tmp_path: Path) -> None:
    fields = (
        {"name": "d", "type": "date", "format": "%d/%m/%Y"},
        {"name": "n", "type": "number", "decimalChar": ","},
        {"name": "b", "type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]},
    )
    root = one(tmp_path, "d,n,b\n2020-01-25,21.0285,JA\n25 Jan 2020,1,yes\n", *fields)
    mend(root)
    assert text(root) == 'd,n,b\n25/01/2020,"21,0285",ja\n25/01/2020,1,ja\n'


def test_only_the_bytes_of_mended_cells_change(tmp_path: Path) -> None:
    data = 'id, note,kind\r\n"q1","a ""b""",Direct\r\nq2,"Kim\u200b",direct\r\n"q3",x,"DIRECT"\r\n'
    enum = string("kind", constraints={"enum": ["direct", "indirect"]})
    root = one(tmp_path, data, string("id"), string(" note"), enum)
    mend(root)
    assert text(root) == data.replace("Direct", "direct").replace("\u200b", "").replace(
        '"DIRECT"', '"direct"'
    )


def test_the_nearest_legal_value_is_taken_only_when_asked_for(tmp_path: Path) -> None:
    enum = string("kind", constraints={"enum": ["direct", "mixed"]})
    root = one(tmp_path, "id,kind\nq1,dirct\n", string("id"), enum)
    assert mend(root).changed == []
    assert mend(root, unsafe=True).left.valid
    assert text(root) == "id,kind\nq1,direct\n"


def test_one_of_two_readings_is_taken_by_the_limits_of_the_field_only_when_asked_for(
    tmp_path: Path,
) -> None:
    data = 'n,d\n"126,978",01/02/2020\n'
    fields = (
        {"name": "n", "type": "number", "constraints": {"minimum": -180, "maximum": 180}},
        {"name": "d", "type": "date", "constraints": {"minimum": "2020-01-15"}},
    )
    root = one(tmp_path, data, *fields)
    assert mend(root).changed == []
    assert mend(root, unsafe=True).left.valid
    assert text(root) == 'n,d\n"126.978",2020-02-01\n'


def test_texts_lose_what_nobody_can_see_and_joiners_stay_where_letters_need_them(
    tmp_path: Path,
) -> None:
    persian = "می\u200cخواهم"
    root = one(
        tmp_path, f"id,v\nq1, Kim\u00a0 Jong\u200b-un\t\nq2,Cafe\u0301\nq3,{persian}\u200b\n",
        string("id"), string("v"),
    )  # fmt: skip
    mend(root)
    assert text(root) == f"id,v\nq1,Kim Jong-un\nq2,Caf\u00e9\nq3,{persian}\n"


@pytest.mark.parametrize(
    "data",
    [
        "\ufeffid,v\r\nq1,Größe\r\n".encode("utf-16-le"),
        b"\xef\xbb\xbfid,v\nq1,Gr\xc3\xb6\xc3\x9fe\n",
        "id,v\nq1,Größe\n".encode("cp1252"),
        "id,v\r\nq1,Größe\nq2,x\nq3,x\n".encode(),
        "id,v\r\nq1,Größe\r\n".encode(),
        "id,v\nq1,Größe".encode(),
        "id;v\nq1;Größe\n".encode(),
        "\ufeffid\tv\r\nq1\tGröße\r\n".encode("utf-16-le"),
        'id,v\n"q1","Größe"\n'.encode(),
        "id,v\n\nq1,Größe\n\n".encode(),
    ],
)  # fmt: skip
def test_a_file_in_another_dress_is_brought_to_the_canonical_form(
    tmp_path: Path, data: bytes
) -> None:
    root = one(tmp_path, data, string("id"), string("v"), copydesk={"canonical": True})
    mend(root)
    assert text(root).replace("q2,x\nq3,x\n", "") == "id,v\nq1,Größe\n"


def test_a_guess_at_an_encoding_without_words_of_the_west_is_left(tmp_path: Path) -> None:
    root = one(tmp_path, "id,v\nq1,Привет\n".encode("cp1251"), string("id"), string("v"))
    before = (root / "data" / "t.csv").read_bytes()
    assert not mend(root).left.valid
    assert (root / "data" / "t.csv").read_bytes() == before


def test_rows_are_put_in_the_order_of_their_key_as_the_check_sees_it(tmp_path: Path) -> None:
    fields = (string("a"), {"name": "n", "type": "integer"}, string("v"))
    root = one(
        tmp_path, 'a,n,v\nb,1,"x, y"\na,10,x\nä,1,x\na,9,x', *fields,
        schema={"primaryKey": ["a", "n"]}, copydesk={"canonical": True},
    )  # fmt: skip
    assert mend(root).left.valid
    assert text(root) == 'a,n,v\na,9,x\na,10,x\nb,1,"x, y"\nä,1,x\n'


@pytest.mark.parametrize(
    "data",
    [
        'id,v\nq1, x\nq2,"open\nq3, y\n',
        'id,v\nq1, x\nq2,"the "new" line"\n',
        "id,v\nq1, x\nq2,a\0b\n",
        "id,v\n<<<<<<< ours\nq1, x\n=======\nq1, y\n>>>>>>> theirs\n",
        '\ufeffid,v\nq1, x\nq2,"open\n',
        'id;v\nq1; x\nq2;"open\n',
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_parsed_is_named_and_left_alone(tmp_path: Path, data: str) -> None:
    root = one(tmp_path, data, string("id"), string("v"))
    result = run_cmd("fix", root, "--unsafe")
    assert text(root) == data
    assert "left alone" in result.out
    assert "mended" not in result.out


def test_a_row_of_another_length_is_left_alone(tmp_path: Path) -> None:
    root = one(tmp_path, "id,v\nq1, x\nq2, y, z\n", string("id"), string("v"))
    mend(root)
    assert text(root) == "id,v\nq1,x\nq2, y, z\n"


def test_a_mend_that_would_break_a_key_is_not_made(tmp_path: Path) -> None:
    root = one(
        tmp_path, "id,v\nq1,x \nq1 ,y \n", string("id"), string("v"), schema={"primaryKey": "id"}
    )
    outcome = mend(root)
    assert text(root) == "id,v\nq1,x\nq1 ,y\n"
    assert list(outcome.kept) == [("t", "id")]


def test_a_mend_that_would_break_a_reference_is_not_made(tmp_path: Path) -> None:
    parents = {"fields": [string("id")], "primaryKey": "id"}
    reference = {"fields": "p", "reference": {"resource": "parents", "fields": "id"}}
    kind = string("p", constraints={"enum": ["A", "B"]})
    root = make_package(
        tmp_path,
        {"parents": "id\na \nB\n", "children": "p\nB\n"},
        schemas={"parents": parents, "children": {"fields": [kind], "foreignKeys": [reference]}},
    )
    assert mend(root).kept == []
    assert (root / "data" / "parents.csv").read_text(encoding="utf-8") == "id\na\nB\n"
    (root / "data" / "children.csv").write_text("p\nb\n", encoding="utf-8")
    (root / "data" / "parents.csv").write_text("id\na\nb\n", encoding="utf-8")
    outcome = mend(root)
    assert outcome.kept == [("children", "p")]
    assert (root / "data" / "children.csv").read_text(encoding="utf-8") == "p\nb\n"


def test_select_ignore_and_table_say_what_is_mended(tmp_path: Path) -> None:
    tables = {"t": "id,v\nq1, x\u00a0y\n", "u": "id,v\nq1, x\n"}
    schema = {"fields": [string("id"), string("v")]}
    root = make_package(tmp_path, tables, schemas={"t": schema, "u": schema})
    mend(root, select=("TX",), ignore=("odd-space",), tables=("t",))
    assert text(root) == "id,v\nq1,x\u00a0y\n"
    assert (root / "data" / "u.csv").read_text(encoding="utf-8") == tables["u"]
    result = run_cmd("fix", root, "--select", "XX9")
    assert (result.code, "no check is called `XX9`" in result.err) == (2, True)


def test_a_patch_is_printed_and_applied_by_git(tmp_path: Path) -> None:
    rows = "".join(f"q{n:02},note\r\n" for n in range(30))
    data = "id,v\r\n" + rows + "q30, x\r\nq31,Größe\u200b\r\nq32,last "
    root = one(tmp_path, data, string("id"), string("v"))
    result = run_cmd("fix", "--diff", cwd=root)
    assert (text(root), result.code) == (data, 1)
    (tmp_path / "fix.patch").write_bytes(result.out.encode())
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    subprocess.run(["git", "apply", "--check", "fix.patch"], cwd=root, check=True)
    subprocess.run(["git", "apply", "fix.patch"], cwd=root, check=True)
    applied = text(root)
    (root / "data" / "t.csv").write_bytes(data.encode())
    mend(root)
    assert applied == text(root)
    assert applied.endswith("q30,x\r\nq31,Größe\r\nq32,last\r\n")


def test_the_mode_of_a_file_is_kept_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    root = one(tmp_path, "id,v\nq1, x\n", string("id"), string("v"))
    file = root / "data" / "t.csv"
    file.chmod(0o640)
    mend(root)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [p.name for p in (root / "data").iterdir()] == ["t.csv"]


def test_a_link_within_the_package_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    root = one(tmp_path, "id,v\nq1, x\n", string("id"), string("v"))
    file, other = root / "data" / "t.csv", root / "data" / "real.csv"
    file.rename(other)
    file.symlink_to("real.csv")
    mend(root)
    assert file.is_symlink()
    assert other.read_text(encoding="utf-8") == "id,v\nq1,x\n"


def test_a_link_out_of_the_package_is_never_written(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("id,v\nq1, x\n", encoding="utf-8")
    root = tmp_path / "root"
    one(root, "id,v\n", string("id"), string("v"))
    (root / "data" / "t.csv").unlink()
    (root / "data" / "t.csv").symlink_to(outside)
    run_cmd("fix", root)
    assert outside.read_text(encoding="utf-8") == "id,v\nq1, x\n"
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "t.csv").symlink_to(outside)
    result = run_cmd("fix", alone / "t.csv")
    assert outside.read_text(encoding="utf-8") == "id,v\nq1, x\n"
    assert "link out of the package" in result.out


def test_a_file_that_changed_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = {"t": "id,v\nq1, x\n", "u": "id,v\nq1, x\n"}
    root = make_package(tmp_path, tables)
    beside = drafts._beside

    def meanwhile(draft: drafts.Draft) -> Path:
        (root / "data" / "u.csv").write_text("id,v\nq9,mine \n", encoding="utf-8")
        return beside(draft)

    monkeypatch.setattr(drafts, "_beside", meanwhile)
    with pytest.raises(UserError, match="changed by somebody else"):
        mend(root)
    assert text(root) == tables["t"]
    assert sorted(p.name for p in (root / "data").iterdir()) == ["t.csv", "u.csv"]
    assert (root / "data" / "u.csv").read_text(encoding="utf-8") == "id,v\nq9,mine \n"


def test_an_archive_is_not_mended(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK")
    result = run_cmd("fix", tmp_path / "a.zip")
    assert (result.code, "is an archive" in result.err) == (2, True)


def test_a_single_file_and_a_bare_folder_are_mended(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("id,v\nq1, x\n", encoding="utf-8")
    assert run_cmd("fix", file).code == 0
    assert file.read_text(encoding="utf-8") == "id,v\nq1,x\n"
    file.write_text("id,v\nq1, x\n", encoding="utf-8")
    assert run_cmd("fix", tmp_path).code == 0
    assert file.read_text(encoding="utf-8") == "id,v\nq1,x\n"


def test_a_finding_that_can_be_mended_says_so(tmp_path: Path) -> None:
    enum = string("k", constraints={"enum": ["direct"]})
    fields = (string("v"), {"name": "d", "type": "date"}, enum)
    root = one(tmp_path, "\ufeffv,d,k\n x,2020/01/11,dirct\ny,01/02/2020,Direct\n", *fields)
    helps = {(f.code, f.value): f.help for f in check(root).findings}
    safe, unsafe = "(`copydesk fix` mends this)", "(`copydesk fix --unsafe` mends this)"
    assert helps["FL002", None].endswith(safe)
    assert helps["TX001", " x"].endswith(safe)
    assert helps["FD001", "2020/01/11"].endswith(safe)
    assert helps["FD004", "Direct"].endswith(safe)
    assert helps["FD004", "dirct"].endswith(unsafe)
    assert "copydesk fix" not in helps["FD001", "01/02/2020"]


def test_every_mend_belongs_to_a_check_and_has_a_case() -> None:
    known = {code for code in registry() if mends(code)}
    assert known == {c.code for c in FAILING}


CELL = st.text(st.sampled_from("ab ,\"\t\u00a0\u200bé\u0301\n'1/.;"), max_size=6)
DATE = st.sampled_from(["2020-01-11", "2020/01/11", "11 Jan 2020", "01/02/2020", "", " 2020-1-2"])
KIND = st.sampled_from(["direct", "Direct ", "dirct", "indirect", "", "x"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(CELL, DATE, KIND), min_size=1, max_size=5),
    st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip
def test_what_is_mended_once_is_mended(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, str]],
    end: str,
    marked: bool,
    quoted: bool,
    canonical: bool,
    unsafe: bool,
) -> None:
    def cell(one: str) -> str:
        plain = not quoted and not set(one) & set(',"\r\n')
        return one if plain else '"' + one.replace('"', '""') + '"'

    lines = [["v", "d", "k"], *map(list, rows)]
    data = "\ufeff" * marked + "".join(",".join(map(cell, line)) + end for line in lines)
    fields = (
        string("v"), {"name": "d", "type": "date"},
        string("k", constraints={"enum": ["direct", "indirect"]}),
    )  # fmt: skip
    root = one(tmp_path_factory.mktemp("p"), data, *fields, copydesk={"canonical": canonical})
    before = check(root)
    outcome = mend(root, unsafe=unsafe)
    mended = text(root)
    assert len(outcome.left.findings) <= len(before.findings)
    if not before.findings:
        assert mended == data
    again = mend(root, unsafe=unsafe)
    assert (again.changed, text(root)) == ([], mended)
