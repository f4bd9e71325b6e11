"""Where findings stand: files built piece by piece, so that every place in them is known."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk import check
from copydesk.engine import Settings
from copydesk.model import Dialect
from copydesk.package.dialect import read_dialect
from copydesk.testing import make_package

Place = tuple[str, int | None, int | None, int | None, str]
"""The code, the row, the line, the column and the field of a finding."""

LETTERS = "ab1 é語\U0001f600\u0301\u200d\u2028\u0085\x0b.'#;|"
BREAKS = ["\n", "\r\n", "\r"]

DIALECTS: list[dict[str, Any]] = [
    {}, {}, {}, {},
    {"delimiter": ";"}, {"delimiter": "\t"}, {"delimiter": "::"}, {"delimiter": "é"},
    {"quoteChar": "'"}, {"commentChar": "#"}, {"skipInitialSpace": True}, {"escapeChar": "\\"},
    {"escapeChar": "\\", "doubleQuote": False}, {"header": False}, {"headerRows": [1, 2]},
    {"headerRows": [2]}, {"lineTerminator": "|"}, {"delimiter": "~~", "lineTerminator": ";\n"},
]  # fmt: skip
CODES = ("FD001", "TB006", "TB007", "TB008", "FL008")
ENCODINGS = ["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "gb18030"]


@dataclass
class Writing:
    """A file under way: its text so far, the place of the next character, what is wrong in it."""

    text: str = ""
    row: int = 0
    line: int = 1
    column: int = 1
    faults: list[Place] = field(default_factory=list)

    def put(self, piece: str) -> None:
        """Write a piece, and count the lines and characters in it."""
        for character in piece:
            joined = character == "\n" and self.text.endswith("\r")
            self.text += character
            if character in "\r\n":
                self.line, self.column = self.line + (not joined), 1
            else:
                self.column += 1

    def fault(self, code: str, name: str = "") -> None:
        """Expect a finding here."""
        self.faults.append((code, self.row, self.line, self.column, name))


@dataclass
class Author:
    """Draws the pieces of a file and writes them down; `end` is None where rows end in any way."""

    draw: st.DrawFn
    dialect: Dialect
    end: str | None
    names: tuple[str, ...]
    made: Writing = field(default_factory=Writing)

    def chance(self, percent: int) -> bool:
        """Return whether something rare happens."""
        return self.draw(st.integers(1, 100)) <= percent

    def finish(self) -> None:
        """End a row."""
        self.made.put(self.end or self.draw(st.sampled_from(BREAKS)))

    def bare(self, value: str) -> str:
        """Return a value without what would have to be in quotes."""
        dialect = self.dialect
        signs = f"\r\n{dialect.delimiter}{dialect.quote}{dialect.escape or ''}"
        signs += (dialect.comment_char or "") + (self.end or "")
        return "".join(c for c in value if c not in signs).strip(" ")

    def quoted(self, value: str) -> str:
        """Return a value in quotes, as the dialect writes it."""
        quote, escape = self.dialect.quote or "", self.dialect.escape
        value = value.replace(escape, escape * 2) if escape else value
        inside = quote * 2 if self.dialect.double_quote else f"{escape}{quote}"
        return f"{quote}{value.replace(quote, inside)}{quote}"

    def text(self, extra: str = "") -> str:
        """Return a text of a few characters."""
        letters = [*LETTERS, *extra]
        return "".join(self.draw(st.lists(st.sampled_from(letters), max_size=5)))

    def cell(self, name: str, alone: bool) -> None:
        """Write a cell; one that stands alone must not look like an empty line or a comment."""
        made = self.made
        if self.dialect.skip_initial_space:
            made.put(" " * self.draw(st.integers(0, 2)))
        if not name:
            made.fault("TB007")
        if name == self.names[1]:
            value = self.draw(st.sampled_from(["1", "23", "", "x", "7"]))
            if value == "x":
                made.fault("FD001", name)
            made.put(self.quoted(value) if self.chance(30) else value)
        elif self.chance(40):
            value = self.text('"\n\r\\,' + self.dialect.delimiter)
            made.put(self.quoted(value.replace(self.dialect.comment_char or "#", "")))
        else:
            made.put(self.bare(self.text()) or ("a" if alone else ""))

    def row(self, width: int) -> None:
        """Write a row of so many cells, with the faults that this means."""
        made = self.made
        made.row += 1
        for index in range(width):
            if index:
                made.put(self.dialect.delimiter)
            self.cell(self.names[index] if index < len(self.names) else "", width == 1)
        for name in self.names[width:]:
            made.fault("TB006", name)
        self.finish()

    def blank(self) -> None:
        """Write an empty line."""
        if self.made.text.endswith("\r"):
            return  # with a line feed behind it, it would be one line end
        self.made.row += 1
        self.made.fault("TB008")
        self.finish()

    def comment(self) -> None:
        """Write a comment, in which quotes mean nothing."""
        self.made.row += 1
        self.made.put(f'{self.dialect.comment_char}it,"é')
        self.finish()

    def swallowed(self) -> None:
        """Write a row whose last cell begins with a quote and never ends."""
        made = self.made
        made.row += 1
        for name in self.names[: self.draw(st.integers(0, 2))]:
            self.cell(name, False)
            made.put(self.dialect.delimiter)
        made.fault("FL008")
        made.put((self.dialect.quote or "") + self.bare(self.text()) + "\n,x\n")

    def header(self) -> None:
        """Write the rows above the data."""
        dialect, made = self.dialect, self.made
        while dialect.comment_char and self.chance(30):
            self.comment()
        for number in range(1, max(dialect.header_rows, default=0) + 1):
            made.row += 1
            words = (
                [name.split(" ")[number - 1] for name in self.names]
                if (number in dialect.header_rows and len(dialect.header_rows) > 1)
                else list(self.names)
                if number in dialect.header_rows
                else ["title", "é\n"]
            )
            made.put(dialect.delimiter.join(self.quoted(word) for word in words))
            self.finish()


@st.composite
def files(draw: st.DrawFn) -> tuple[Writing, dict[str, Any], tuple[str, ...], str]:
    """Draw a file, its dialect, the names of its fields and its encoding."""
    described = draw(st.sampled_from(DIALECTS))
    dialect = read_dialect(described, "utf-8")
    names = ("a x", "n x", "b x") if len(dialect.header_rows) > 1 else ("a", "n", "b")
    end = described.get("lineTerminator") or draw(st.sampled_from([*BREAKS, "\n", "\n", None]))
    author = Author(draw, dialect, end, names)
    author.header()
    author.row(3)
    ragged = author.chance(60)
    for _ in range(draw(st.integers(0, 6))):
        if ragged and author.chance(20):
            author.blank()
        elif dialect.comment_char and author.chance(30):
            author.comment()
        else:
            author.row(draw(st.integers(1, 5)) if ragged and author.chance(40) else 3)
    if ragged and author.chance(30):
        author.swallowed()
    return author.made, described, names, draw(st.sampled_from(ENCODINGS))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("positions")


@settings(
    deadline=None,
    derandomize="POSITIONS_SEED" not in os.environ,
    max_examples=int(os.environ.get("POSITIONS_EXAMPLES", "150")),
    suppress_health_check=list(HealthCheck),
)
@given(made=files())
def test_every_finding_stands_where_it_was_written(
    folder: Path, made: tuple[Writing, dict[str, Any], tuple[str, ...], str]
) -> None:
    written, dialect, names, encoding = made
    fields = [{"name": n, "type": "integer" if n == names[1] else "string"} for n in names]
    resource = {"dialect": dialect, "encoding": encoding.removesuffix("-sig")}
    make_package(
        folder,
        {"t": written.text.encode(encoding)},
        schemas={"t": {"fields": fields}},
        resources={"t": resource},
    )
    report = check(folder, settings=Settings(shown=None))
    assert [table.engine for table in report.tables] == ["duckdb"]
    told = [(f.code, f.row, f.line, f.column, f.field) for f in report.findings]
    assert sorted(t for t in told if t[0] in CODES) == sorted(written.faults)
