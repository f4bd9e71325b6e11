"""A file of JSON or YAML whose rows are a table → CSV, as for rows that stand in a descriptor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from copydesk.document import Document, Problem, parse_json, parse_yaml, step
from copydesk.errors import UserError
from copydesk.files import inline
from copydesk.files.inline import Written
from copydesk.files.parts import Part
from copydesk.model import Table
from copydesk.package import form_of


def write(table: Table, part: Part, file: Path) -> Written:
    """Write the rows of a document as CSV."""
    encoding = table.dialect.encoding
    raw = part.file.read_bytes()
    try:
        text = raw.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except UnicodeError as error:
        return _refused(table, Document(part.path, "", None), f"not {encoding}: {error}")
    parse = parse_json if form_of(table.descriptor) == "json" else parse_yaml
    try:
        document = parse(text, part.path)
    except UserError as error:
        return _refused(table, _broken(part.path, text, error.place), error.message)
    found = _rows(document.data, table.dialect.rows_at)
    if found is None:
        return _refused(table, document, f"`{part.path}` has no `{table.dialect.rows_at}`")
    return inline.write(table, document, *found, file)


def _refused(table: Table, document: Document, reason: str) -> Written:
    problem = Problem("FL019", document, "", {"reason": reason}, table=table.name)
    return Written(table, [problem])


def _broken(path: str, text: str, place: str) -> Document:
    """Return a document that is none, and begins where it breaks."""
    line, column = place.rsplit(":", 2)[1:] if place.startswith(f"{path}:") else ("1", "1")
    lines = text.split("\n")[: int(line) - 1]
    return Document(path, text, None, (("", sum(len(n) + 1 for n in lines) + int(column) - 1),))


def _rows(data: Any, name: str) -> tuple[str, Any] | None:
    """Return the member that holds the rows, with its pointer; a name may be one or a path."""
    if not name or (isinstance(data, dict) and name in data):
        return (step(name), data[name]) if name else ("", data)
    pointer = ""
    for part in name.split("."):
        if not isinstance(data, dict) or part not in data:
            return None
        pointer, data = pointer + step(part), data[part]
    return pointer, data
