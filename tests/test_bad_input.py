"""What nobody can check, and what a stranger may have written: one clear message, no traceback.

Exit code 2 is the user's mistake, 1 a promise that is broken. Nothing is written either way.
"""

from __future__ import annotations

import json
import os
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from copydesk.engine.duckdb import querying
from copydesk.testing import Result, make_package, run_cmd

QUOTES = "quote_id,kind\nq1,direct\n"
SCHEMA = {"fields": [{"name": "quote_id"}, {"name": "kind"}], "primaryKey": "quote_id"}
RULE = """\
-- code: QT001
-- name: some-rule
-- severity: error
-- table: quotes
-- message: `{quote_id}` is there
-- what: It is there.
-- why: It should not be.
-- example: q1
-- fix: Delete it.
"""


def tree(folder: Path) -> dict[str, bytes | str]:
    """Return every file and link below a folder, so that a change is seen."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"link to {path.readlink()}"
        elif path.is_file():
            found[name] = path.read_bytes()
    return found


def refuse(folder: Path, *args: str | Path) -> Result:
    """Run a command that the user got wrong; return what was said after the common assertions."""
    before = tree(folder)
    result = run_cmd(*args, cwd=folder)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: ")
    assert "Traceback" not in result.err
    assert tree(folder) == before
    return result


def report(folder: Path, *args: str | Path) -> list[tuple[str, int | None, int | None, str]]:
    """Check what breaks a promise; return code, line, column and message of each finding."""
    before = tree(folder)
    result = run_cmd("check", *args, "--format", "json", cwd=folder)
    assert (result.code, result.err) == (1, "")
    assert tree(folder) == before
    findings = json.loads(result.out)["findings"]
    return [(f["code"], f["line"], f["column"], f["message"]) for f in findings]


def described(folder: Path, **resource: Any) -> Path:
    """Write a package with one table whose resource has these properties."""
    named = {"name": "quotes", "path": "data/quotes.csv"} | resource
    return make_package(folder, {"quotes": QUOTES}, resources={"quotes": named})


# ---------------------------------------------------------------------------------------------
# Nothing to check


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["check", "nowhere.csv"],
         "error: no such file or folder: `nowhere.csv`\n"
         "  = help: check the spelling and the current folder\n"),
        (["check", "quote.csv"],
         "error: no such file or folder: `quote.csv`\n  = help: did you mean `quotes.csv`?\n"),
        (["check", "empty"],
         "error: `empty` holds neither a `datapackage.json` nor CSV files\n"
         "  = help: name a folder, a descriptor, a zip or a CSV file\n"),
        (["check", "quotes.csv", "--schema", "schema.json"],
         "error: no such file or folder: `schema.json`\n"
         "  = help: check the spelling and the current folder\n"),
        (["check", "empty", "--schema", "quotes.csv"],
         "error: a schema is given, but `empty` is not one CSV file\n"
         "  = help: name the CSV file that the schema describes\n"),
        (["check", "quotes.csv", "--select", "FD99"],
         "error: no check is called `FD99`\n  = help: did you mean `FD009`?\n"),
        (["check", "quotes.csv", "--ignore", "nothing-at-all"],
         "error: no check is called `nothing-at-all`\n"
         "  = help: `copydesk explain` lists them all\n"),
        (["check", "quotes.csv", "--table", "quote"],
         "error: no table is called `quote`\n  = help: did you mean `quotes`?\n"),
        (["check", "quotes.csv", "--format", "jsn"],
         "error: no report format is called `jsn`\n  = help: did you mean `json`?\n"),
        (["check", "quotes.csv", "--format", "json=nowhere/report.json"],
         "error: the folder of `nowhere/report.json` does not exist\n  = help: create it first\n"),
        (["check", "quotes.csv", "--format", "json", "--format", "text"],
         "error: two formats cannot share the standard output\n"
         "  = help: write one to a file: --format text=report.text\n"),
        (["plan", "nowhere"],
         "error: no such file or folder: `nowhere`\n"
         "  = help: check the spelling and the current folder\n"),
        (["explain", "FD999"],
         "error: no check is called `FD999`\n  = help: did you mean `FD009`?\n"),
        (["chek"], "error: no command is called `chek`\n  = help: did you mean `check`?\n"),
    ],
)  # fmt: skip
def test_a_mistake_on_the_command_line_is_told_in_one_message(
    args: list[str], message: str, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "quotes.csv").write_text(QUOTES)
    assert refuse(tmp_path, *args).err == message


@pytest.mark.parametrize("option", ["--threads=0", "--engine=duck", "--fail-on=info", "--selct=X"])
def test_an_option_that_cannot_be_is_named_with_the_way_to_the_help(
    option: str, tmp_path: Path
) -> None:
    (tmp_path / "quotes.csv").write_text(QUOTES)
    told = refuse(tmp_path, "check", "quotes.csv", option).err
    assert option.partition("=")[0] in told
    assert "--help` lists what can be said" in told


def test_a_link_to_nothing_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "quotes.csv").symlink_to("nowhere.csv")
    assert refuse(tmp_path, "check", "quotes.csv").err == (
        "error: no such file or folder: `quotes.csv`\n  = help: it is a link that leads nowhere\n"
    )


has_pipes = pytest.mark.skipif(
    not hasattr(os, "mkfifo"), reason="the system has no pipes with names"
)


@has_pipes
def test_a_pipe_is_neither_read_nor_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "quotes.csv")
    told = refuse(tmp_path, "check", "quotes.csv").err
    assert told == "error: `quotes.csv` is neither a file nor a folder\n"


def unreadable(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the right to read a file, also from a superuser, whom the file system lets in."""
    path.chmod(0)
    real = Path.open

    def guarded(self: Path, *args: Any, **kwargs: Any) -> Any:
        if self.resolve() == path.resolve():
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *args, **kwargs)

    if os.access(path, os.R_OK):
        monkeypatch.setattr(Path, "open", guarded)


@pytest.mark.parametrize("name", ["data/quotes.csv", "datapackage.json"])
def test_a_file_that_must_not_be_read_is_the_users_matter(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_package(tmp_path, {"quotes": QUOTES}, schemas={"quotes": SCHEMA})
    unreadable(tmp_path / name, monkeypatch)
    result = run_cmd("check", ".", cwd=tmp_path)
    (tmp_path / name).chmod(stat.S_IRUSR | stat.S_IWUSR)
    assert (result.code, result.out) == (2, "")
    assert result.err == f"error: cannot read `{name}`: Permission denied\n"


# ---------------------------------------------------------------------------------------------
# Documents


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "error: `datapackage.json` is not JSON: expecting value\n"
              "  --> datapackage.json:1:1\n  = help: the file is empty\n"),
        (b'{"resources": [', "error: `datapackage.json` is not JSON: expecting value\n"
         "  --> datapackage.json:1:16\n  = help: mend the JSON; editors mark the place\n"),
        ('{"title": "Größe",\n "resources": ["ä" "b"]}'.encode(),
         "error: `datapackage.json` is not JSON: expecting ',' delimiter\n"
         "  --> datapackage.json:2:20\n  = help: mend the JSON; editors mark the place\n"),
        (b"[1, 2]", "error: `datapackage.json` holds an array, not an object\n"
         "  --> datapackage.json:1:1\n  = help: a descriptor begins with `{`\n"),
        (b'{"fields": []}', "error: `datapackage.json` is a Table Schema, not a package\n"
         "  --> datapackage.json:1:1\n"
         "  = help: copydesk check DATA.csv --schema datapackage.json\n"),
        (b'{"name": "caf\xe9"}', "error: `datapackage.json` is not UTF-8: byte 0xe9 at offset 13\n"
         "  = help: save the file as UTF-8\n"),
        (b"[" * 100_000, "error: `datapackage.json` is not JSON: nested too deeply\n"
         "  = help: mend the JSON; editors mark the place\n"),
        (b'{"resources": NaN}', "error: `datapackage.json` is not JSON: `NaN` is no JSON value\n"
         "  = help: mend the JSON; editors mark the place\n"),
    ],
    ids=["empty", "cut off", "no comma", "array", "schema", "latin-1", "deep", "NaN"],
)  # fmt: skip
def test_a_descriptor_that_is_none_is_told_with_its_place(
    text: bytes, message: str, tmp_path: Path
) -> None:
    (tmp_path / "datapackage.json").write_bytes(text)
    assert refuse(tmp_path, "check", ".").err == message
    assert refuse(tmp_path, "plan", ".").err == message


def test_a_schema_that_is_not_json_is_told_with_its_place(tmp_path: Path) -> None:
    name = "schemas/quotes.schema.json"
    described(tmp_path, schema=name)
    (tmp_path / "schemas").mkdir(exist_ok=True)
    (tmp_path / name).write_text('{"fields": [}')
    assert refuse(tmp_path, "check", ".").err == (
        f"error: `{name}` is not JSON: expecting value\n  --> {name}:1:13\n"
        "  = help: mend the JSON; editors mark the place\n"
    )


def test_a_value_of_a_wrong_kind_is_found_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text('{\n  "name": "a", "resources": "quotes.csv"\n}')
    assert report(tmp_path, ".") == [
        ("PK002", 2, 29, "`resources` is a text where a list is expected")
    ]


def test_a_place_is_found_however_deep_a_document_is_nested(tmp_path: Path) -> None:
    deep = "[" * 700 + "]" * 700
    text = f'{{"x": {deep}, "name": 7}}'
    (tmp_path / "datapackage.json").write_text(text)
    found = [(code, line, column) for code, line, column, _ in report(tmp_path, ".")]
    assert found == [("PK001", 1, 1), ("PK002", 1, text.index("7") + 1)]


def test_a_key_of_a_field_that_does_not_exist_is_found_with_the_nearest_one(tmp_path: Path) -> None:
    described(tmp_path, schema=SCHEMA | {"primaryKey": ["quoteid"]})
    result = run_cmd("check", ".", cwd=tmp_path)
    assert result.code == 1
    assert "error[PK006] unknown-field: the schema has no field `quoteid`\n" in result.out
    assert " = help: did you mean `quote_id`?\n" in result.out


def test_a_schema_that_is_not_there_is_found_at_the_word_that_names_it(tmp_path: Path) -> None:
    root = described(tmp_path, schema="schemas/quote.schema.json")
    text = (root / "datapackage.json").read_text()
    line = text[: text.index('"schemas/quote.schema')].count("\n") + 1
    assert report(tmp_path, ".") == [
        ("PK004", line, 17, "the schema `schemas/quote.schema.json` is not there")
    ]


@pytest.mark.parametrize(
    "dialect",
    [{"quoteChar": "''"}, {"delimiter": ""}, {"delimiter": "\n"}, {"escapeChar": "ab"}, 5],
)
def test_a_dialect_that_no_reader_can_use_is_a_finding(dialect: object, tmp_path: Path) -> None:
    described(tmp_path, dialect=dialect)
    assert [code for code, *_ in report(tmp_path, ".")] == ["PK002" if dialect == 5 else "PK013"]


@pytest.mark.parametrize("name", ["utf-9", "hex", "rot13", "none"])
def test_an_encoding_that_does_not_exist_is_a_finding(name: str, tmp_path: Path) -> None:
    described(tmp_path, encoding=name)
    assert [code for code, *_ in report(tmp_path, ".")] == ["PK013"]


# ---------------------------------------------------------------------------------------------
# Paths that leave the package


@pytest.mark.parametrize(
    "path",
    ["../secret.csv", "data/../../secret.csv", "{outside}/secret.csv", "~/secret.csv",
     ".git/secret", "out/secret.csv", "loop/secret.csv", "file:///etc/passwd", "a\0b", "x" * 5000],
)  # fmt: skip
@pytest.mark.parametrize("of", ["path", "schema", "dialect"])
def test_a_path_that_leaves_the_package_is_not_followed(of: str, path: str, tmp_path: Path) -> None:
    root, outside = tmp_path / "package", tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("password\nhunter2\n")
    (tmp_path / "secret.csv").write_text("password\nhunter2\n")
    path = path.replace("{outside}", str(outside))
    described(root, **{of: path})
    (root / "out").symlink_to(outside)
    (root / "loop").symlink_to("loop")
    result = run_cmd("check", ".", "--format", "json", cwd=root)
    assert (result.code, result.err) == (1, "")
    assert [f["code"] for f in json.loads(result.out)["findings"]] == ["PK003"]
    assert "hunter2" not in result.out
    planned = run_cmd("plan", ".", cwd=root)
    assert (planned.code, planned.err) == (0, "")
    assert "password" not in planned.out


SUITE_FILE, RULE_FILE = "schemas/quotes.expectations.json", "schemas/rules/a.sql"
NOT_A_SUITE = "this is not a suite of Great Expectations: it "


def beside_a_bad_file(root: Path, name: str, make: Callable[[Path], object]) -> dict[str, Any]:
    """Return the finding about one bad file; a bad cell of the same table must be found too."""
    table = QUOTES.replace("q1", "", 1)
    make_package(root, {"quotes": table}, schemas={"quotes": SCHEMA}, rules={"b.sql": RULE})
    (root / "schemas/rules/b.sql").unlink()
    make(root / name)
    result = run_cmd("check", ".", "--format", "json", cwd=root)
    assert (result.code, result.err) == (1, "")
    (finding,) = [f for f in json.loads(result.out)["findings"] if f["path"] == name]
    assert "KY002" in {f["code"] for f in json.loads(result.out)["findings"]}
    return finding


@pytest.mark.parametrize(
    ("text", "place", "reason", "cure"),
    [
        (b"", (1, 1), "is not JSON: expecting value", "the file is empty"),
        (b'{"expectations": [\n  {"type"', (2, 10), "is not JSON: expecting ':' delimiter",
         "mend the JSON; editors mark the place"),
        (b"- yaml", (1, 1), "is not JSON: expecting value",
         "mend the JSON; editors mark the place"),
        (b'{\n"notes": "caf\xe9"}', (2, 14), "is not UTF-8: byte 0xe9 at offset 15",
         "save the file as UTF-8"),
        (b"[" * 100_000, (1, 1), "is not JSON: nested too deeply",
         "mend the JSON; editors mark the place"),
        (b'{"expectations": [' + b"9" * 5000 + b"]}", (1, 1),
         "is not JSON: a number has too many digits", "mend the JSON; editors mark the place"),
    ],
    ids=["empty", "cut off", "YAML", "latin-1", "deep", "long number"],
)  # fmt: skip
def test_a_suite_that_cannot_be_read_is_a_finding_and_the_rest_is_judged(
    text: bytes, place: tuple[int, int], reason: str, cure: str, tmp_path: Path
) -> None:
    found = beside_a_bad_file(tmp_path, SUITE_FILE, lambda file: file.write_bytes(text))
    assert (found["code"], found["line"], found["column"]) == ("GX006", *place)
    assert (found["message"], found["help"]) == (NOT_A_SUITE + reason, cure)


def test_an_expectation_nested_too_deeply_is_a_finding_at_its_place(tmp_path: Path) -> None:
    condition: dict[str, Any] = {"type": "nullity", "column": {"name": "kind"}, "is_null": False}
    for _ in range(200):
        condition = {"type": "and", "conditions": [condition]}
    kwargs = {"column": "kind", "row_condition": condition}
    one = {"type": "expect_column_values_to_be_null", "kwargs": kwargs}
    text = json.dumps({"expectations": [one]})
    found = beside_a_bad_file(tmp_path, SUITE_FILE, lambda file: file.write_text(text))
    assert (found["code"], found["line"], found["column"]) == ("GX006", 1, 19)
    assert found["message"].endswith(": an expectation is nested too deeply")


@pytest.mark.parametrize("name", [SUITE_FILE, RULE_FILE])
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda file: file.mkdir(), "is a folder"),
        (lambda file: file.symlink_to(__file__), "is a link out of the package"),
        (lambda file: file.symlink_to("gone"), "is a link that leads to no file"),
        (lambda file: file.symlink_to(file.name), "is a link that leads to no file"),
        pytest.param(lambda file: os.mkfifo(file), "is no file", marks=has_pipes),
    ],
    ids=["folder", "link out", "broken link", "loop", "pipe"],
)
def test_what_is_no_file_of_the_package_is_read_neither_as_suite_nor_as_rule(
    make: Callable[[Path], object], reason: str, name: str, tmp_path: Path
) -> None:
    found = beside_a_bad_file(tmp_path, name, make)
    begins = NOT_A_SUITE if name == SUITE_FILE else "the rule cannot be run: it "
    assert (found["code"], found["message"]) == (
        "GX006" if name == SUITE_FILE else "PK022", begins + reason,
    )  # fmt: skip
    assert found["help"] == "put a file in its place, or remove it"


@pytest.mark.parametrize("name", [SUITE_FILE, RULE_FILE])
def test_a_suite_or_rule_that_must_not_be_read_is_a_finding(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(file: Path) -> None:
        file.write_text("{}")
        unreadable(file, monkeypatch)

    found = beside_a_bad_file(tmp_path, name, make)
    (tmp_path / name).chmod(stat.S_IRUSR | stat.S_IWUSR)
    assert found["message"].endswith("it cannot be read: Permission denied")


def zipped(file: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file


DESCRIPTOR = b'{"resources": [{"name": "quotes", "path": "quotes.csv"}]}'


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"datapackage.json": DESCRIPTOR, "../quotes.csv": b"a\n1\n"}, "leaves the archive"),
        ({"datapackage.json": DESCRIPTOR, "/quotes.csv": b"a\n1\n"}, "is not relative"),
        ({"datapackage.json": DESCRIPTOR, "quotes.csv": b"0" * (150 << 20)}, "would swell"),
        ({"quotes.csv": b"a\n1\n"}, "holds no `datapackage.json`"),
    ],
    ids=["upwards", "absolute", "bomb", "no descriptor"],
)
def test_an_archive_that_is_not_to_be_trusted_is_not_unpacked(
    members: Mapping[str, bytes], why: str, tmp_path: Path
) -> None:
    zipped(tmp_path / "data.zip", members)
    assert why in refuse(tmp_path, "check", "data.zip").err


def test_a_file_that_only_calls_itself_an_archive_is_the_users_matter(tmp_path: Path) -> None:
    (tmp_path / "data.zip").write_bytes(b"PK\x03\x04 and no more")
    assert refuse(tmp_path, "check", "data.zip").err.startswith("error: `data.zip` cannot be read")


def test_a_path_in_an_archive_that_leaves_it_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("a\n1\n")
    descriptor = DESCRIPTOR.replace(b"quotes.csv", b"../people.csv")
    zipped(tmp_path / "data.zip", {"datapackage.json": descriptor})
    assert [code for code, *_ in report(tmp_path, "data.zip")] == ["PK003"]


# ---------------------------------------------------------------------------------------------
# Files that are no tables


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        (b"", "FL006", None, None),
        (b"PK\x03\x04\x14\0[Content_Types].xml xl/workbook.xml", "FL007", None, None),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "FL007", None, None),
        (b"\0\x01\x02\x03\0\0\0\x10" * 64, "FL007", None, None),
        ("größe,kind\nä,caf".encode() + b"\xe9\n", "FL001", 2, 6),
        ('größe,kind\nä,"direct\n2,x\n'.encode(), "FL008", 2, 3),
    ],
    ids=["empty", "xlsx", "png", "binary", "latin-1", "unclosed"],
)
def test_a_file_that_is_no_table_is_one_finding(
    data: bytes, code: str, line: int | None, column: int | None, tmp_path: Path
) -> None:
    (tmp_path / "quotes.csv").write_bytes(data)
    assert [found[:3] for found in report(tmp_path, "quotes.csv")] == [(code, line, column)]
    make_package(tmp_path / "package", {"quotes": data})
    assert [found[:3] for found in report(tmp_path / "package", ".")] == [(code, line, column)]


def test_another_delimiter_is_told_where_a_comma_is_promised_and_used_where_nothing_is(
    tmp_path: Path,
) -> None:
    data = b"a;b;c\n1;2; 3\n"
    make_package(tmp_path / "package", {"quotes": data})
    assert [found[:3] for found in report(tmp_path / "package", ".")] == [("FL015", 1, 1)]
    (tmp_path / "quotes.csv").write_bytes(data)
    result = run_cmd("check", "quotes.csv", "--format", "json", cwd=tmp_path)
    assert [(f["code"], f["field"]) for f in json.loads(result.out)["findings"]] == [("TX001", "c")]


def test_two_files_of_one_name_in_a_folder_are_two_tables(tmp_path: Path) -> None:
    (tmp_path / "quotes.csv").write_text(QUOTES)
    (tmp_path / "quotes.tsv").write_text(QUOTES.replace(",", "\t"))
    result = run_cmd("check", ".", "--format", "json", cwd=tmp_path)
    assert result.code == 0
    assert [(t["name"], t["rows"]) for t in json.loads(result.out)["tables"]] == [
        ("quotes.csv", 1), ("quotes.tsv", 1),
    ]  # fmt: skip


# ---------------------------------------------------------------------------------------------
# Rules of strangers


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("", "a rule is one SELECT and nothing else"),
        ("DROP VIEW quotes", "a rule is one SELECT and nothing else"),
        ("CREATE TABLE x AS FROM quotes", "a rule is one SELECT and nothing else"),
        ("COPY quotes TO 'stolen.csv'", "a rule is one SELECT and nothing else"),
        ("ATTACH 'stolen.db'", "a rule is one SELECT and nothing else"),
        ("INSTALL httpfs", "a rule is one SELECT and nothing else"),
        ("SET enable_external_access = true", "a rule is one SELECT and nothing else"),
        ("SELECT quote_id FROM quotes; DROP VIEW quotes", "a rule is one SELECT and nothing else"),
        ("SELECT quote_id FROM quotes WHERE", "syntax error"),
        ("SELECT quoteid FROM quotes", "quoteid"),
        ("SELECT quote_id FROM people", "people"),
        ("SELECT kind FROM quotes", "the rule must select the key of `quotes`: `quote_id`"),
        ("SELECT content AS quote_id FROM read_text('datapackage.json')", "disabled"),
        ("SELECT quote_id FROM 'data/quotes.csv'", "data/quotes.csv"),
        ("SELECT quote_id FROM read_csv('https://example.org/x.csv')", "disabled"),
        ("SELECT getenv('HOME') AS quote_id FROM quotes", "getenv"),
    ],
)
def test_a_rule_that_is_no_question_about_the_tables_is_a_finding(
    sql: str, reason: str, tmp_path: Path
) -> None:
    make_package(
        tmp_path, {"quotes": QUOTES}, schemas={"quotes": SCHEMA}, rules={"a.sql": RULE + sql}
    )
    ((code, line, _, message),) = report(tmp_path, ".")
    assert (code, line) == ("PK022", 1)
    assert message.startswith("the rule cannot be run: ")
    assert reason in message


def test_a_rule_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(querying, "RULE_SECONDS", 0.2)
    endless = (
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT quote_id FROM quotes WHERE (SELECT max(i) FROM n) = 0"
    )
    make_package(
        tmp_path, {"quotes": QUOTES}, schemas={"quotes": SCHEMA}, rules={"a.sql": RULE + endless}
    )
    ((code, line, _, message),) = report(tmp_path, ".")
    assert (code, line) == ("PK022", 1)
    assert message.startswith("the rule cannot be run: ")


def test_a_rule_that_is_not_utf_8_is_a_finding_at_the_byte(tmp_path: Path) -> None:
    text = b"-- code: QT001\n-- what: caf\xe9\n"
    found = beside_a_bad_file(tmp_path, RULE_FILE, lambda file: file.write_bytes(text))
    assert (found["code"], found["line"], found["column"]) == ("PK022", 2, 13)
    assert found["message"] == "the rule cannot be run: it is not UTF-8: byte 0xe9 at offset 27"
    assert found["help"] == "save the file as UTF-8"


@pytest.mark.parametrize("make", [bytes.upper, lambda b: b.replace(b"q1", b"=cmd|' /C calc'!A0")])
def test_a_table_is_never_written_to(make: Callable[[bytes], bytes], tmp_path: Path) -> None:
    file = tmp_path / "quotes.csv"
    file.write_bytes(make(QUOTES.encode()))
    before = tree(tmp_path)
    assert run_cmd("check", "quotes.csv", cwd=tmp_path).code == 0
    assert tree(tmp_path) == before
