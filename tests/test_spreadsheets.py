"""Tables that a spreadsheet has opened and saved, mended back: LibreOffice Calc, as people have it.

Calc runs once, with German settings: it takes what looks like a date, a number or a truth value for
one, writes it as it shows it, divides cells by semicolons, quotes every text and saves as UTF-16.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from copydesk.testing import Result, make_package, run_cmd

LOCALE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">
<value>de-DE</value></prop></item></oor:items>
"""
READ = "CSV:44,34,76,1,,1033,false,true"
"""Commas, double quotes, UTF-8, from line 1, in English, special numbers detected."""

WRITTEN = "csv:Text - txt - csv (StarCalc):59,34,65535,1,,0,true,true,false"
"""Semicolons, double quotes, UTF-16, from line 1, texts quoted, cells as they are shown."""

ODD = """id,code,long,day,at,flag,share,text
1,007,12345678901234567890,2020-01-11,2020-01-11T10:00:00,true,0.25,1-11
2,123,98765432109876543210,1999-12-31,2020-12-31T23:59:59,false,105.854,June 2018
3,120,11111111111111111111,2020-02-29,2020-01-11T00:00:00,true,-7,"a ""b"", c"
4,001,22222222222222222222,2021-03-04,2021-03-04T12:30:00,false,1000.5,MARCH1
"""
"""What spreadsheets are known to damage: leading zeros, long numbers, texts like dates."""

FIELDS = [
    {"name": "id", "type": "integer"},
    {"name": "code", "type": "string", "constraints": {"pattern": "[0-9]{3}"}},
    {"name": "long", "type": "string", "constraints": {"pattern": "[0-9]{20}"}},
    {"name": "day", "type": "date"},
    {"name": "at", "type": "datetime"},
    {"name": "flag", "type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    {"name": "share", "type": "number"},
    {"name": "text", "type": "string"},
]


@pytest.fixture(scope="session")
def saved(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tables of the dataset, and an odd one, as Calc saves them."""
    calc = shutil.which("soffice")
    if calc is None:
        message = "LibreOffice Calc is not installed (Debian: libreoffice-calc)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    folder = tmp_path_factory.mktemp("calc")
    profile, given, saved = folder / "profile", folder / "given", folder / "saved"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(LOCALE, encoding="utf-8")
    shutil.copytree(project / "data", given, ignore=shutil.ignore_patterns("*.md"))
    (given / "odd.csv").write_text(ODD, encoding="utf-8")
    subprocess.run(
        [calc, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore",
         f"--infilter={READ}", "--convert-to", WRITTEN, "--outdir", saved,
         *sorted(given.glob("*.csv"))],
        check=True, capture_output=True, timeout=300, env=os.environ | {"HOME": str(folder)},
    )  # fmt: skip
    assert {p.name for p in saved.iterdir()} == {p.name for p in given.iterdir()}
    return saved


def cells(data: bytes) -> dict[tuple[int, int], str]:
    """Return the cells of a well-formed file of one line a row, by line and column."""
    text, found = data.decode("utf-8"), {}
    for number, line in enumerate(text.splitlines(), 1):
        column = 1
        for match in re.finditer(r'(?:"(?:[^"]|"")*"|[^,]*)(?:,|$)', line):
            if match.start() < len(line):
                row = next(csv.reader(io.StringIO(match[0].removesuffix(","))), [""])
                found[number, column] = row[0] if row else ""
                column += len(match[0])
    return found


def unnamed(path: str, before: bytes, after: bytes, result: Result) -> list[str]:
    """Return the cells that are not what they were, and that nobody has named."""
    places = {tuple(map(int, p)) for p in re.findall(rf"{path}:(\d+):(\d+): ", result.out)}
    old, new = list(cells(before).values()), cells(after)
    assert len(old) == len(new)
    return [
        f"{path}:{place} {was!r} is {now!r}"
        for was, (place, now) in zip(old, new.items(), strict=True)
        if was != now and place not in places
    ]


def test_the_damage_is_that_of_a_spreadsheet(saved: Path) -> None:
    places = (saved / "places.csv").read_bytes()
    assert places.startswith(b"\xff\xfe")
    text = places.decode("utf-16")
    assert '"hanoi";"Hanoi";"city";"VN";"VN-HN";21,0285;105,8542;"city";' in text
    assert "FALSCH" in (saved / "mentions.csv").read_text(encoding="utf-16")
    odd = (saved / "odd.csv").read_text(encoding="utf-16")
    assert '1;7;1,23456789012346E+019;2020-01-11;2020-01-11T10:00:00;WAHR;0,25;"1-11"' in odd


def test_the_dataset_is_mended_back_to_its_bytes_but_for_cells_that_are_named(
    saved: Path, project: Path, tmp_path: Path
) -> None:
    for name in ("data", "schemas"):
        shutil.copytree(project / name, tmp_path / name)
    shutil.copy(project / "datapackage.json", tmp_path)
    names = sorted(p.name for p in (project / "data").glob("*.csv"))
    for name in names:
        shutil.copy(saved / name, tmp_path / "data" / name)
    result = run_cmd("fix", cwd=tmp_path)
    changed = {}
    for name in names:
        before, after = (root / "data" / name for root in (project, tmp_path))
        if before.read_bytes() != after.read_bytes():
            changed[name] = unnamed(f"data/{name}", before.read_bytes(), after.read_bytes(), result)
    assert {name: found for name, found in changed.items() if found} == {}
    # Months that became days, and numbers that may have marks for thousands, stand in few.
    assert len(changed) < len(names) / 2
    again = run_cmd("fix", "--diff", cwd=tmp_path)
    assert again.out == ""


def test_cells_that_cannot_be_restored_are_named(saved: Path, tmp_path: Path) -> None:
    make_package(
        tmp_path, {"odd": (saved / "odd.csv").read_bytes()}, schemas={"odd": {"fields": FIELDS}},
        copydesk={"canonical": True},
    )  # fmt: skip
    result = run_cmd("fix", cwd=tmp_path)
    after = (tmp_path / "data" / "odd.csv").read_bytes()
    assert unnamed("data/odd.csv", ODD.encode(), after, result) == []
    lines = after.decode("utf-8").splitlines()
    assert lines[0] == ODD.splitlines()[0]
    assert lines[1].endswith("2020-01-11,2020-01-11T10:00:00,true,0.25,1-11")
    assert lines[3].endswith('2020-02-29,2020-01-11T00:00:00,true,-7,"a ""b"", c"')
    assert result.code == 1
