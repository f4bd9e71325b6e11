"""The command line: exit codes, options, forms of output, and what a command may be given."""

from __future__ import annotations

import inspect
import json
import os
import pty
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, get_type_hints

import click
import pytest

import copydesk
from copydesk.checks import registry
from copydesk.cli import group
from copydesk.testing import make_package, own_environment, run_cmd, run_process

SCHEMA = {
    "fields": [
        {"name": "quote_id"},
        {"name": "kind", "constraints": {"enum": ["direct", "indirect"]}},
        {"name": "seq", "type": "integer"},
    ],
    "primaryKey": "quote_id",
}
CLEAN = "quote_id,kind,seq\nq1,direct,1\n"
SPACED = "quote_id,kind,seq\nq1 ,direct,1\n"
BROKEN = "quote_id,kind,seq\nq1,dirct,one\nq2,indirect,2\nq2,direct,1\nq3,direct,3\n"
RULE = """\
-- code: QT001
-- name: seq-too-high
-- severity: info
-- table: quotes
-- field: seq
-- message: {seq} is high
-- what: The number is high.
-- why: Nobody counts that far.
-- example: 99
-- fix: Count again.
SELECT quote_id, seq FROM quotes WHERE seq > 2
"""


def package(root: Path, quotes: str = CLEAN, **properties: Any) -> Path:
    """Write a package of one table with a schema and a rule."""
    return make_package(
        root, {"quotes": quotes}, schemas={"quotes": SCHEMA}, rules={"QT001.sql": RULE},
        **properties,
    )  # fmt: skip


def codes(root: Path, *args: str) -> list[str]:
    """Return the codes that a check with these options finds."""
    result = run_cmd("check", ".", "--format", "json", *args, cwd=root)
    return [finding["code"] for finding in json.loads(result.out)["findings"]]


def commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield name, command


# ---------------------------------------------------------------------------------------------
# Exit codes


@pytest.mark.parametrize(
    ("quotes", "args", "code"),
    [
        (CLEAN, [], 0),
        (SPACED, [], 0),
        (SPACED, ["--fail-on", "warning"], 1),
        (CLEAN, ["--fail-on", "warning"], 0),
        (BROKEN, [], 1),
        (BROKEN, ["--select", "QT001"], 0),
        (BROKEN, ["--ignore", "FD,KY"], 0),
        (BROKEN, ["--select", "nothing"], 2),
    ],
)
def test_the_exit_code_says_what_became_of_the_check(
    quotes: str, args: list[str], code: int, tmp_path: Path
) -> None:
    assert run_cmd("check", ".", *args, cwd=package(tmp_path, quotes)).code == code


def test_a_fault_of_copydesk_itself_has_an_exit_code_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.run.check", lambda *_, **__: 1 / 0)
    result = run_cmd("check", ".", cwd=package(tmp_path))
    assert (result.code, result.out) == (3, "")
    assert "ZeroDivisionError" in result.err
    assert f"copydesk {copydesk.__version__}, Python " in result.err


def test_an_interrupted_check_says_so_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("copydesk.run.check", interrupted)
    result = run_cmd("check", ".", cwd=package(tmp_path))
    assert (result.code, result.out, result.err.strip()) == (130, "", "interrupted")


# ---------------------------------------------------------------------------------------------
# What is checked


@pytest.mark.parametrize(
    ("args", "found"),
    [
        ([], ["FD004", "FD001", "KY001", "QT001"]),
        (["--select", "FD004"], ["FD004"]),
        (["--select", "fd"], ["FD004", "FD001"]),
        (["--select", "duplicate-primary-key"], ["KY001"]),
        (["--select", "FD004,KY"], ["FD004", "KY001"]),
        (["--select", "FD004", "--select", "QT001"], ["FD004", "QT001"]),
        (["--select", "seq-too-high"], ["QT001"]),
        (["--ignore", "FD"], ["KY001", "QT001"]),
        (["--ignore", "value-outside-enum", "--ignore", "QT001"], ["FD001", "KY001"]),
        (["--select", "FD", "--ignore", "FD001"], ["FD004"]),
        (["--select", "FD", "--ignore", "F"], []),
    ],
)
def test_checks_are_chosen_by_code_prefix_or_name(
    args: list[str], found: list[str], tmp_path: Path
) -> None:
    assert codes(package(tmp_path, BROKEN), *args) == found


def test_tables_are_chosen_by_name(tmp_path: Path) -> None:
    make_package(tmp_path, {"quotes": "a,a\n", "people": "b,b\n", "events": "c,c\n"})
    assert codes(tmp_path, "--table", "people") == ["TB004"]
    assert codes(tmp_path, "--table", "people", "--table", "events") == ["TB004"] * 2
    assert codes(tmp_path) == ["TB004"] * 3


def test_a_reference_is_judged_though_only_the_table_that_refers_is_chosen(tmp_path: Path) -> None:
    key = {"fields": ["kim"], "reference": {"resource": "people", "fields": ["id"]}}
    make_package(
        tmp_path,
        {"quotes": "kim\nk1\nk9\n", "people": "id\nk1\n"},
        schemas={
            "quotes": {"fields": [{"name": "kim"}], "foreignKeys": [key]},
            "people": {"fields": [{"name": "id"}]},
        },
    )
    assert codes(tmp_path, "--table", "quotes") == ["RF001"]


def test_a_descriptor_sets_severities_and_leaves_out_what_it_gives_a_reason_for(
    tmp_path: Path,
) -> None:
    settings = {"severity": {"FD": "warning", "FD001": "info"}, "ignore": {"KY001": "two sources"}}
    package(tmp_path, BROKEN, copydesk=settings)
    result = run_cmd("check", ".", "--format", "json", cwd=tmp_path)
    document = json.loads(result.out)
    assert result.code == 0
    assert {f["code"]: f["severity"] for f in document["findings"]} == {
        "FD004": "warning", "FD001": "info", "QT001": "info",
    }  # fmt: skip
    assert {"code": "KY001", "table": "quotes", "reason": "two sources"} in document["skipped"]


def test_one_csv_needs_no_schema(tmp_path: Path) -> None:
    (tmp_path / "quotes.csv").write_text(BROKEN + "q4\n")
    result = run_cmd("check", "quotes.csv", "--format", "concise", cwd=tmp_path)
    assert result.code == 1
    assert result.out.splitlines()[:2] == [
        "quotes.csv:6:3: error TB006 the row has 1 cell, the header 3: `kind` is missing",
        "quotes.csv:6:3: error TB006 the row has 1 cell, the header 3: `seq` is missing",
    ]


def test_one_csv_is_judged_by_the_schema_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "quotes.csv").write_text(BROKEN)
    (tmp_path / "promises.json").write_text(json.dumps(SCHEMA))
    result = run_cmd("check", "quotes.csv", "--schema", "promises.json", "-q", cwd=tmp_path)
    assert result.code == 1
    assert re.findall(r"^error\[(\w+)\]", result.out, re.M) == ["FD004", "FD001", "KY001"]
    assert " = why:  promises.json allows direct, indirect\n" in result.out


def test_one_csv_finds_the_schema_that_is_named_after_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "schemas").mkdir()
    (tmp_path / "data" / "quotes.csv").write_text(BROKEN)
    (tmp_path / "schemas" / "quotes.schema.json").write_text(json.dumps(SCHEMA))
    assert "error[FD004]" in run_cmd("check", "data/quotes.csv", cwd=tmp_path).out


def test_a_folder_without_a_descriptor_is_checked_for_what_needs_no_schema(tmp_path: Path) -> None:
    (tmp_path / "quotes.csv").write_text(BROKEN)
    (tmp_path / "people.csv").write_text("id,name,name\n1,Kim Jong-un ,x\n")
    assert codes(tmp_path) == ["TB004", "TX001"]


def test_a_folder_that_holds_its_files_in_data_is_found(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "people.csv").write_text("id,id\n")
    assert codes(tmp_path) == ["TB004"]


def test_a_descriptor_of_version_1_that_knows_nothing_of_copydesk_is_judged(tmp_path: Path) -> None:
    descriptor = {
        "profile": "tabular-data-package",
        "name": "weather",
        "licenses": [{"name": "ODC-PDDL-1.0"}],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": "days",
                "path": "days.txt",
                "encoding": "iso-8859-1",
                "dialect": {"delimiter": ";", "header": True, "csvddfVersion": 1.2},
                "schema": {
                    "fields": [
                        {"name": "day", "type": "date"},
                        {"name": "größe", "type": "number", "decimalChar": ","},
                    ],
                    "primaryKey": "day",
                    "missingValues": ["", "-"],
                },
            }
        ],
    }
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor))
    text = "day;größe\n2020-01-11;1,5\n2020-01-12;-\n2020-13-01;2\n2020-01-11;3\n"
    (tmp_path / "days.txt").write_bytes(text.encode("iso-8859-1"))
    result = run_cmd("check", "datapackage.json", "--format", "json", cwd=tmp_path)
    document = json.loads(result.out)
    assert [(f["code"], f["line"], f["column"]) for f in document["findings"]] == [
        ("FD001", 4, 1), ("KY002", 4, 1), ("KY001", 5, 1),
    ]  # fmt: skip
    assert document["skipped"] == []


@pytest.mark.parametrize("prefix", ["", "release/"])
def test_an_archive_is_checked_without_a_trace(prefix: str, tmp_path: Path) -> None:
    root = package(tmp_path / "package", BROKEN)
    archive = tmp_path / "quotes.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in sorted(p for p in root.rglob("*") if p.is_file()):
            zipped.write(file, prefix + file.relative_to(root).as_posix())
    shutil.rmtree(root)
    result = run_cmd("check", "quotes.zip", "--format", "json", cwd=tmp_path)
    document = json.loads(result.out)
    assert result.code == 1
    assert document["package"]["path"] == "quotes.zip"
    assert [f["code"] for f in document["findings"]] == ["FD004", "FD001", "KY001", "QT001"]
    assert [p.name for p in tmp_path.iterdir()] == ["quotes.zip"]


def test_the_current_folder_is_what_is_checked_if_nothing_is_named(tmp_path: Path) -> None:
    root = package(tmp_path, BROKEN)
    assert run_cmd("check", "-q", cwd=root).out.startswith("error[FD004]")


# ---------------------------------------------------------------------------------------------
# What is printed


def test_a_format_goes_to_the_file_that_it_names(tmp_path: Path) -> None:
    root = package(tmp_path / "package", BROKEN)
    printed = run_cmd("check", ".", "--format", "json", cwd=root).out
    result = run_cmd("check", ".", "--format", "json=../report.json", cwd=root)
    assert (result.code, result.out, result.err) == (1, "", "")
    written = (tmp_path / "report.json").read_text(encoding="utf-8")
    assert timeless(written) == timeless(printed)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["package", "report.json"]


def test_several_formats_are_written_in_one_run(tmp_path: Path) -> None:
    root = package(tmp_path / "package", BROKEN)
    formats = ["--format", "concise", "--format", "json=../a.json", "--format", "github=../a.txt"]
    result = run_cmd("check", ".", *formats, cwd=root)
    assert result.out.startswith("data/quotes.csv:2:4: error FD004 ")
    assert len(json.loads((tmp_path / "a.json").read_text())["findings"]) == 4
    assert (tmp_path / "a.txt").read_text().startswith("::error ")


def test_quiet_keeps_the_findings_and_the_last_line(tmp_path: Path) -> None:
    clean = run_cmd("check", ".", "--quiet", cwd=package(tmp_path / "clean"))
    assert len(clean.out.splitlines()) == 1
    assert clean.out.endswith("no errors, no warnings\n")
    broken = run_cmd("check", ".", "-q", cwd=package(tmp_path / "broken", BROKEN))
    assert "error[FD004]" in broken.out
    assert "  quotes   " not in broken.out


def test_all_shows_what_else_is_only_counted(tmp_path: Path) -> None:
    rows = "".join(f"q{n},dirct,{n}\n" for n in range(8))
    root = package(tmp_path, "quote_id,kind,seq\n" + rows)
    assert run_cmd("check", ".", "-q", "--select", "FD", cwd=root).out.count("error[FD004]") == 5
    everything = run_cmd("check", ".", "-q", "--select", "FD", "--all", cwd=root).out
    assert everything.count("error[FD004]") == 8


def timeless(text: str) -> str:
    return re.sub(r'"seconds": [\d.]+|in (?:under )?[\d.]+ s', "", text)


@pytest.mark.parametrize("form", ["text", "concise", "json", "github"])
def test_the_same_input_prints_the_same_bytes(form: str, tmp_path: Path) -> None:
    root = package(tmp_path, BROKEN)
    once, again = (run_process("check", ".", "--format", form, cwd=root).out for _ in "ab")
    assert timeless(once) == timeless(again)
    assert timeless(once) == timeless(run_cmd("check", ".", "--format", form, cwd=root).out)


def on_a_terminal(root: Path, **environment: str) -> bytes:
    """Return what a check prints where the standard output is a terminal."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "copydesk", "check", "."], cwd=root, stdout=follower,
        stderr=subprocess.DEVNULL, env=own_environment(TERM="xterm", **environment),
    ) as process:  # fmt: skip
        os.close(follower)
        said = b""
        while chunk := read(leader):
            said += chunk
        assert process.wait() == 1
    os.close(leader)
    return said


def read(leader: int) -> bytes:
    try:
        return os.read(leader, 65536)
    except OSError:  # how Linux says that nobody writes to the terminal any more
        return b""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no terminals of this kind")
def test_colours_are_for_terminals_that_want_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    root = package(tmp_path, BROKEN)
    assert b"\033[" in on_a_terminal(root)
    assert b"\033[" not in on_a_terminal(root, NO_COLOR="1")
    assert "\033[" not in run_process("check", ".", cwd=root).out


def test_the_output_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    root = package(tmp_path, "quote_id,kind,seq\nGröße 김,dirct,1\n")
    result = run_process("check", ".", cwd=root, LC_ALL="C", PYTHONIOENCODING="ascii")
    assert result.code == 1
    assert "Größe 김,dirct,1" in result.out


# ---------------------------------------------------------------------------------------------
# The other commands


@pytest.mark.parametrize("word", ["FD004", "fd004", "value-outside-enum"])
def test_a_check_is_explained_by_its_code_or_its_name(word: str, tmp_path: Path) -> None:
    result = run_cmd("explain", word, cwd=tmp_path)
    assert result.code == 0
    assert result.out.startswith("FD004 value-outside-enum\n")
    assert [part for part in ("What", "Why", "Example", "Fix") if f"\n{part} " in result.out] == [
        "What", "Why", "Example", "Fix",
    ]  # fmt: skip


def test_a_prefix_lists_its_checks(tmp_path: Path) -> None:
    lines = run_cmd("explain", "KY", cwd=tmp_path).out.splitlines()
    assert lines[0] == "KY  key: uniqueness"
    assert [line.split()[0] for line in lines[1:]] == ["KY001", "KY002", "KY003", "KY004"]


def test_a_rule_of_the_dataset_is_explained_too(tmp_path: Path) -> None:
    root = package(tmp_path)
    for args, cwd in ((["QT001"], root), (["seq-too-high", "--package", str(root)], None)):
        result = run_cmd("explain", *args, cwd=cwd)
        assert result.code == 0
        assert result.out.startswith("QT001 seq-too-high\n")
        assert "Why       Nobody counts that far.\n" in result.out


def test_without_a_code_every_check_and_rule_is_listed(tmp_path: Path) -> None:
    told = run_cmd("explain", cwd=package(tmp_path)).out
    listed = re.findall(r"^  ([A-Z]{2}\d{3})  ", told, re.M)
    assert listed == [*registry(), "QT001"]


def test_the_plan_names_every_promise_and_where_it_is_written(tmp_path: Path) -> None:
    root = package(tmp_path)
    (root / "data" / "quotes.csv").unlink()
    lines = run_cmd("plan", ".", cwd=root).out.splitlines()
    assert re.fullmatch(r"test: \d+ checks on 1 table", lines[0])
    (enum,) = (line.split() for line in lines if "FD004" in line)
    assert enum[:4] == ["FD004", "error", "kind", "value-outside-enum"]
    assert enum[-1] == "(datapackage.json#/resources/0/schema/fields/1/constraints/enum)"
    assert lines[-1].split()[:3] == ["QT001", "info", "seq"]


def test_the_plan_is_narrowed_like_a_check(tmp_path: Path) -> None:
    root = package(tmp_path)
    result = run_cmd("plan", ".", "--select", "KY,QT001", "--format", "json", cwd=root)
    checks = json.loads(result.out)["checks"]
    assert [(c["code"], c["table"], c["field"]) for c in checks] == [
        ("KY002", "quotes", "quote_id"),
        ("KY001", "quotes", "quote_id"),
        ("QT001", "quotes", "seq"),
    ]  # fmt: skip


@pytest.mark.parametrize("flag", ["-V", "--version"])
def test_the_version_is_that_of_the_package(flag: str) -> None:
    assert run_cmd(flag).out == f"copydesk {copydesk.__version__}\n"


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("name", [None, *(name for name, _ in commands())])
def test_every_command_has_help_that_names_each_option(name: str | None, flag: str) -> None:
    result = run_cmd(*filter(None, [name]), flag)
    assert (result.code, result.err) == (0, "")
    command = dict(commands())[name] if name else group
    assert command.help
    shown = " ".join(result.out.split())
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.opts[0] in shown
            # the words of a choice speak for themselves
            assert parameter.help or isinstance(parameter.type, click.Choice)


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=[n for n, _ in commands()])
def test_options_and_annotations_agree(name: str, command: click.Command) -> None:
    assert command.callback is not None
    function = inspect.unwrap(command.callback)
    parameters = inspect.signature(function).parameters
    hints = get_type_hints(function)
    taken = {n for n, p in parameters.items() if p.kind is not p.VAR_KEYWORD}
    given = {p.name: p for p in command.params if p.expose_value and p.name}
    rest = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    assert taken <= given.keys()
    assert rest or taken == given.keys(), name
    assert hints["return"] is int
    values = command.make_context(name, [], resilient_parsing=True).params
    for parameter in taken:
        expected = annotation_of(given[parameter])
        optional = values[parameter] is None and not given[parameter].required
        assert (expected | None if optional else expected) == hints[parameter], parameter


def annotation_of(parameter: click.Parameter) -> Any:
    """Return the type that click gives a parameter."""
    kinds: dict[type, type] = {click.Path: Path, click.IntRange: int, click.DateTime: datetime}
    kind: Any = kinds.get(type(parameter.type), str)
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return bool
    if parameter.multiple or parameter.nargs != 1:
        return tuple[kind, ...]
    return kind
