"""Rows that stand in a descriptor or another document → CSV, and where each cell of it stands."""

from __future__ import annotations

import csv
import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from copydesk.document import Document, Problem
from copydesk.findings import Excerpt, Finding, Related
from copydesk.model import Dialect, Field, Schema, Table

NULL = "\ufdd0"
"""Stands for null where an empty text is a value: a character that no text may hold."""

_TIMES = ("date", "time", "datetime", "yearmonth", "duration")
_WINDOW, _WIDEST = 400, 40
_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass
class Written:
    """A table with its file, what is wrong with its data, and the way back to the descriptor."""

    table: Table
    problems: list[Problem] = field(default_factory=list)
    placed: Callable[[Finding], Finding] = lambda finding: finding


def write(table: Table, document: Document, pointer: str, data: object, file: Path) -> Written:
    """Write the data that stand at a pointer of a document as CSV."""
    done = Written(table)
    if isinstance(data, str) and "data" in table.descriptor:
        ended = data if data.endswith(("\n", "\r")) or not data else data + "\n"
        file.write_text(ended, encoding="utf-8", errors="surrogatepass", newline="")
        dialect = replace(table.dialect, encoding="utf-8")
        done.table = replace(
            table, file=file, path=f"{document.path}#{pointer}", dialect=dialect, unmade=""
        )
        done.placed = _Way(document, pointer).placed
        return done
    if wrong := _wrong(data, table.dialect.item_type):
        at, reason = wrong
        params = {"reason": reason}
        done.problems.append(Problem("FL019", document, f"{pointer}{at}", params, table=table.name))
        return done
    assert isinstance(data, list)
    _Rows(table, document, pointer, data).write(file, done)
    return done


def _wrong(data: object, kind: str) -> tuple[str, str] | None:
    """Return where data are no rows of a table, or of another kind than is declared, and how."""
    if not isinstance(data, list):
        return "", f"they are {_kind(data)}, not a list of rows"
    for index, row in enumerate(data):
        first = dict if kind == "object" or (not kind and isinstance(data[0], dict)) else list
        if not isinstance(row, first):
            wanted = "an object" if first is dict else "a list"
            return f"/{index}", f"row {index + 1} of them is {_kind(row)}, not {wanted}"
    return None


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return "null" if value is None else names.get(type(value), "a number")


class _Rows:
    """The rows of a document, on their way to a file."""

    def __init__(self, table: Table, document: Document, pointer: str, data: Sequence[Any]) -> None:
        self.table = table
        self.document = document
        self.pointer = pointer
        self.data = data
        self.keyed = bool(self.data) and isinstance(self.data[0], dict)
        self.keys = list(table.dialect.item_keys) if self.keyed else []
        self.schema = self._nullable(table.schema) if table.schema else None
        dialect = table.dialect
        self.dialect = Dialect(
            header_rows=(1,) if self.keyed else dialect.header_rows,
            header_join=dialect.header_join,
            header_case=dialect.header_case,
            comment_rows=() if self.keyed else dialect.comment_rows,
            line_terminator="\n",
        )
        self.labels = self._labels()
        self.lines = array("q", [1])

    def _nullable(self, schema: Schema) -> Schema:
        """Return the schema with a sign for null in the fields where an empty text is a value."""
        fields = (
            f if "" in f.missing else replace(f, missing=(*f.missing, NULL)) for f in schema.fields
        )
        return replace(schema, fields=tuple(fields))

    def _labels(self) -> list[str]:
        """Return the label of each column, as far as one can tell before the file is read."""
        if self.keys:
            return self.keys
        if self.keyed and self.schema:
            return [f.label for f in self.schema.fields]
        if self.keyed:
            return list(dict.fromkeys(key for row in self.data for key in row))
        last = max(self.dialect.header_rows, default=0)
        if last == 1 and self.data:
            return [_text(label, None)[0] for label in self.data[0]]
        return [f.name for f in self.schema.fields] if self.schema else []

    def write(self, file: Path, done: Written) -> None:
        head = max(self.dialect.header_rows, default=0)
        with file.open("w", encoding="utf-8", newline="", errors="surrogatepass") as stream:
            writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
            for number, cells in enumerate(self._cells(), 1):
                fields = self._fields() if number > head else {}
                texts = []
                for index, cell in enumerate(cells):
                    text, fits = _text(cell, fields.get(index))
                    texts.append(text)
                    if not fits:
                        done.problems.append(self._misfit(number, index, cell, fields[index]))
                writer.writerow(texts)
                self.lines.append(self.lines[-1] + 1 + sum(map(_breaks, texts)))
        done.table = replace(
            self.table,
            file=file,
            path=f"{self.document.path}#{self.pointer}",
            dialect=self.dialect,
            schema=self.schema,
            unmade="",
        )
        done.placed = _Way(self.document, self.pointer, self).placed
        done.problems += self._surplus()

    def _surplus(self) -> Iterator[Problem]:
        """Yield the keys of objects that name no field, each where it is met first."""
        schema = self.schema
        if not self.keyed or schema is None or schema.fields_match in ("subset", "partial"):
            return
        if self.keys:
            return
        known = set(self.labels)
        for index, row in enumerate(self.data):
            for key in [key for key in row if key not in known]:
                known.add(key)
                at = f"{self.pointer}/{index}/{_escaped(key)}"
                params = {"value": key, "known": self.labels}
                name = self.table.name
                yield Problem("TB002", self.document, at, params, True, table=name, field=key)

    def step(self, line: int, column: int | None) -> str:
        """Return the pointer, from the data on, of what stands at a place of the file."""
        number = bisect_right(self.lines, line) - 1
        if number - self.keyed < 0:
            return ""
        row = f"/{number - self.keyed}"
        if column is None or number >= len(self.lines) - 1:
            return row
        at, index = (self.lines[number], 1), -1
        for cell in self._texts(number):
            if at > (line, column):
                break
            index += 1
            at = _behind(at, cell)
        if self.keyed and index >= 0:
            return f"{row}/{_escaped(self.labels[index])}"
        return f"{row}/{max(index, 0)}"

    def _texts(self, number: int) -> list[str]:
        """Return the texts of a record, counted from 0."""
        head = max(self.dialect.header_rows, default=0)
        fields = self._fields() if number >= head else {}
        row = self.data[number - self.keyed]
        cells = [row.get(label) for label in self.labels] if self.keyed else row
        return [_text(cell, fields.get(index))[0] for index, cell in enumerate(cells)]

    def _cells(self) -> Iterator[Sequence[Any]]:
        if self.keyed:
            yield self.labels
        for row in self.data:
            yield [row.get(label) for label in self.labels] if self.keyed else row

    def _fields(self) -> Mapping[int, Field]:
        """Return the field of each column."""
        schema = self.schema
        if schema is None:
            return {}
        if (self.keyed and not self.keys) or schema.fields_match == "exact":
            return dict(enumerate(schema.fields))
        found = ((i, schema.field(label)) for i, label in enumerate(self.labels))
        return {i: one for i, one in found if one}

    def _misfit(self, number: int, index: int, cell: object, field: Field) -> Problem:
        step = _escaped(self.labels[index]) if self.keyed else index
        row = number - 1 - self.keyed
        written = json.dumps(cell, ensure_ascii=False)
        words = "a list" if field.type == "list" else "a text"
        params = {"value": written, "words": words}
        at = f"{self.pointer}/{row}/{step}"
        return Problem("FD001", self.document, at, params, table=self.table.name, row=number,
                       field=field.name)  # fmt: skip


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _behind(at: tuple[int, int], cell: str) -> tuple[int, int]:
    """Return the line and column behind a quoted cell and its delimiter that begin at a place."""
    written = cell.replace('"', '""')
    ends = [match.end() for match in _BREAK.finditer(written)]
    if ends:
        return at[0] + len(ends), len(written) - ends[-1] + 3
    return at[0], at[1] + len(written) + 3


def _breaks(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _text(value: Any, field: Field | None) -> tuple[str, bool]:
    """Return a JSON value as CSV would have it, and whether it is of a kind that its field allows.

    The text of a value of another kind is not of the type either, except where every text is.
    """
    kind = field.type if field else "any"
    if value is None:
        return (NULL if field and NULL in field.missing else ""), True
    if isinstance(value, str):
        return value, True
    if isinstance(value, bool):
        if field and kind == "boolean":
            words = field.options.get("trueValues" if value else "falseValues")
            listed = [w for w in words if isinstance(w, str)] if isinstance(words, list) else []
            return (listed or ["true" if value else "false"])[0], True
        return ("true" if value else "false"), kind not in ("string", "list")
    if isinstance(value, int | float):
        text = _number(value, kind, field)
        passing = kind in ("boolean", *_TIMES)  # which a text of digits may be
        return (f"{text} (a number)" if passing else text), kind not in ("string", "list")
    if field is not None and kind == "list" and isinstance(value, list):
        sign = field.options.get("delimiter")
        return (sign if isinstance(sign, str) and sign else ",").join(
            _text(item, None)[0] for item in value
        ), True
    return json.dumps(value, ensure_ascii=False), kind not in ("string", "list")


def _number(value: Any, kind: str, field: Field | None) -> str:
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = json.dumps(value)
    sign = field.options.get("decimalChar") if field and kind == "number" else None
    return text.replace(".", sign) if isinstance(sign, str) else text


class _Way:
    """The way from a place in the file that was made back to the place in the descriptor."""

    def __init__(self, document: Document, pointer: str, rows: _Rows | None = None) -> None:
        self.document = document
        self.pointer = pointer
        self.rows = rows

    def placed(self, finding: Finding) -> Finding:
        """Return a finding at its cell, its row, or the data as a whole."""
        if finding.path != f"{self.document.path}#{self.pointer}":
            return finding
        line, column = self._place(finding.line, finding.column)
        related = tuple(
            Related(one.message, self.document.path, *self._place(one.line, one.column))
            for one in finding.related
        )
        text = self.document.line(line)
        first = max(0, column - 120)
        width = max(1, min(len(finding.value or ""), _WIDEST))
        excerpt = Excerpt(text[first : first + _WINDOW], column - 1 - first, width)
        return replace(
            finding, path=self.document.path, line=line, column=column, excerpt=excerpt,
            related=related,
        )  # fmt: skip

    def _place(self, line: int | None, column: int | None) -> tuple[int, int]:
        inside = self.rows.step(line, column) if line is not None and self.rows else ""
        return self.document.place(self.pointer + inside)
