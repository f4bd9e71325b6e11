"""The pages that are written from the code and the schemas, so that they cannot fall behind."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from copydesk import checks, cli
from copydesk.checks.column import Column
from copydesk.checks.expectation import checks_of
from copydesk.checks.types import column_of
from copydesk.errors import UserError
from copydesk.functions import FUNCTIONS
from copydesk.model import (
    Expectation,
    Field,
    ForeignCheck,
    Key,
    Origin,
    Package,
    Rule,
    Schema,
    Severity,
    Suite,
    Table,
)
from copydesk.package import read_package
from copydesk.report import render
from copydesk.rules import read_rules
from copydesk.run import check

NOTE = "<!-- Written by scripts/gen_docs.py from {}: edit there, then run the script. -->"

_HERE = Origin("")

Meanings = Mapping[tuple[str, str], list[tuple[str, str]]]
"""What each allowed value means, by table and field, as a table `codes` of the package says it."""


def checks_page() -> str:
    """Return the page that documents every check."""
    lines = [
        NOTE.format("the docstrings in src/copydesk/checks"),
        "",
        "# Checks",
        "",
        "Every built-in check of `copydesk check`, by family. The rules that a dataset brings along"
        " in `schemas/rules/` have codes of their own; `copydesk explain CODE` shows either.",
        "",
    ]
    for letters, title in checks.FAMILIES.items():
        specs = list(checks.family(letters))
        if specs:
            word, _, about = title.partition(": ")
            lines += [f"## {word.capitalize()} ({letters}): {about}", ""]
            lines += [line for spec in specs for line in _check(spec)]
    return _page(lines)


def _check(spec: checks.CheckSpec) -> Iterator[str]:
    yield f"### {spec.code} {spec.name}"
    yield ""
    yield f"- **Severity**: {spec.severity}"
    if spec.equivalent:
        yield f"- **The same verdict elsewhere**: `{spec.equivalent}`"
    if command := checks.mended_by(spec.code):
        yield f"- **Mended by**: `{command}`, where the value or the file can be read in one way"
    for heading in ("What", "Why", "Example", "Fix"):
        if text := spec.part(heading):
            yield f"- **{heading}**: {' '.join(text.split())}"
    yield ""


def expectation_table(page: str, file: Path) -> str:
    """Return a page with the table that says of every expectation who judges it in which cases.

    The file lists the cases that are judged both natively and by Great Expectations.
    """
    import yaml

    listed = yaml.safe_load(file.read_text(encoding="utf-8"))
    fields = {n: Field(n, t, "default", {}, ("",), {}, _HERE) for n, t in listed["columns"].items()}
    columns = {name: column_of(field, i) for i, (name, field) in enumerate(fields.items())}
    lines = [
        "| Expectation | Check | Judged by | Tested cases | Their arguments | Difference |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for spec in sorted(checks.family("GX"), key=lambda s: s.equivalent):
        if not spec.equivalent:
            continue
        entry = listed["expectations"][spec.equivalent]
        cases = entry["cases"]
        by_gx = sum(_is_foreign(spec.equivalent, kwargs, columns) for kwargs in cases)
        names = sorted({name for kwargs in cases for name in kwargs})
        cells = [
            f"`{spec.equivalent}`", f"{spec.code} {spec.name}", _judge(by_gx, len(cases)),
            f"{len(cases)} × {len(listed['tables'])}", ", ".join(f"`{n}`" for n in names),
            _cell(entry.get("differs", "")),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    begin, end = "<!-- expectations:begin -->", "<!-- expectations:end -->"
    before, _, rest = page.partition(begin)
    table = "\n".join(lines)
    return f"{before}{begin}\n\n{table}\n\n{end}{rest.partition(end)[2]}"


def _is_foreign(kind: str, kwargs: Mapping[str, Any], columns: Mapping[str, Column]) -> bool:
    one = Expectation(kind, kwargs, Severity.ERROR, "", _HERE)
    found = checks_of(one, Suite("", "t", (one,), _HERE), columns)
    return any(isinstance(check, ForeignCheck) for check in found)


def _judge(by_gx: int, cases: int) -> str:
    if by_gx == cases:
        return "Great Expectations"
    return f"copydesk; Great Expectations in {by_gx} of {cases} cases" if by_gx else "copydesk"


def functions_page() -> str:
    """Return the page that documents the SQL functions that rules may call."""
    lines = [
        NOTE.format("src/copydesk/functions.py"),
        "",
        "# SQL functions for rules",
        "",
        "A rule in `schemas/rules/` is a `SELECT` in the SQL of DuckDB, over the tables of the"
        " package by their names. Beside what DuckDB has, it may call these functions.",
        "",
    ]
    for function in FUNCTIONS.values():
        lines += [f"## `{function.signature}`", "", function.what, ""]
    return _page(lines)


def dictionary_page(package_root: Path) -> str:
    """Return the data dictionary of a package: every table, key and field."""
    source = read_package(package_root)
    package, meanings = source.package, _meanings(source.package)
    described = [t for t in package.tables if t.schema is not None]
    lines = [
        NOTE.format("datapackage.json, schemas/ and data/codes.csv"),
        "",
        "# Data dictionary",
        "",
        f"The tables of `{package.name}` in reading order. An empty cell means that nothing is"
        " known or nothing applies; a field marked *required* is never empty.",
        "",
        "| Table | What a row is |",
        "| --- | --- |",
        *(f"| [{t.name}](#{t.name}) | {_cell(_words(source.schemas, t)[1])} |" for t in described),
        "",
        *_diagram(package),
    ]
    for table in described:
        lines += _table(table, _words(source.schemas, table), meanings)
    lines += _rules_of(package)
    return _page(lines)


def _words(schemas: Mapping[str, Any], table: Table) -> tuple[str, str]:
    """Return title and description of a table: those of its schema, else of its resource."""
    document, pointer = schemas[table.name]
    own = {} if pointer else document.data
    said = (own.get(key) or table.descriptor.get(key) or "" for key in ("title", "description"))
    title, description = said
    return title, description


def _diagram(package: Package) -> Iterator[str]:
    yield "## How the tables hang together"
    yield ""
    yield "Each line is a foreign key: many rows on the left, one row (or none) on the right."
    yield ""
    yield "```mermaid"
    yield "erDiagram"
    for table in package.tables:
        for key in table.schema.foreign_keys if table.schema else ():
            yield f'  {table.name} }}o--o| {key.target or table.name} : "{", ".join(key.fields)}"'
    yield "```"
    yield ""


def _table(table: Table, words: tuple[str, str], meanings: Meanings) -> Iterator[str]:
    schema = table.schema
    assert schema is not None
    title, description = words
    yield f"## {table.name}"
    yield ""
    if title and title.lower() != table.name:
        yield f"**{title}.** {description}".rstrip()
    else:
        yield description
    yield ""
    yield f"- **File**: `{table.path}`"
    yield from _keys(table.name, schema)
    yield ""
    yield "| Field | Type | Rules | What it holds | Example |"
    yield "| --- | --- | --- | --- | --- |"
    for field in schema.fields:
        yield _row(field)
    yield ""
    for field in schema.fields:
        if known := meanings.get((table.name, field.name)):
            yield f"Values of `{field.name}`:"
            yield ""
            yield from (f"- `{value}`: {definition}" for value, definition in known)
            yield ""


def _keys(name: str, schema: Schema) -> Iterator[str]:
    if schema.primary_key:
        yield f"- **Primary key**: {_names(schema.primary_key)}"
    for key in schema.unique_keys:
        yield f"- **Unique together**: {_names(key)}"
    for reference in schema.foreign_keys:
        fields, target = ", ".join(reference.fields), reference.target or name
        yield f"- **Foreign key**: `{fields}` → `{target}.{', '.join(reference.target_fields)}`"


def _names(key: Key) -> str:
    return ", ".join(f"`{name}`" for name in key.fields)


def _row(field: Field) -> str:
    kind = field.type if field.format == "default" else f"{field.type} ({field.format})"
    said = field.options.get("description", field.options.get("title", ""))
    example = field.options.get("example")
    shown = "" if example is None else f"`{_cell(_plain(example))}`"
    cells = [f"`{field.name}`", kind, _cell("; ".join(_constraints(field))), _cell(said), shown]
    return f"| {' | '.join(cells)} |"


def _constraints(field: Field) -> Iterator[str]:
    if field.type == "list":
        delimiter, item = field.options.get("delimiter", ","), field.options.get("itemType")
        yield f"joined by `{delimiter}`" + (f", each a {item}" if item else "")
    length = "{} items" if field.type in ("list", "array") else "{} characters"
    words = {
        "required": "required", "unique": "unique", "enum": "one of {}", "pattern": "matches {}",
        "minLength": f"at least {length}", "maxLength": f"at most {length}",
        "minimum": "at least {}", "maximum": "at most {}",
        "exclusiveMinimum": "more than {}", "exclusiveMaximum": "less than {}",
    }  # fmt: skip
    for name, value in field.constraints.items():
        if value is False:
            continue
        shown = value if isinstance(value, list) else [value]
        wording = words.get(name, name + " {}")
        yield wording.format(", ".join(f"`{_plain(one)}`" for one in shown))


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cell(text: str) -> str:
    """Return a text as one cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def _rules_of(package: Package) -> Iterator[str]:
    rules = [rule for rule in read_rules(package.root) if isinstance(rule, Rule)]
    if not rules:
        return
    yield "## What holds across tables"
    yield ""
    yield "Every release obeys these rules; a *warning* is looked at but does not stop a release."
    yield ""
    yield "| Code | Name | Severity | Table | What it finds |"
    yield "| --- | --- | --- | --- | --- |"
    for rule in rules:
        cells = [rule.code, rule.name, str(rule.severity), f"`{rule.table}`", _cell(rule.what)]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _meanings(package: Package) -> Meanings:
    found: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    table = package.table("codes")
    if table is None or not table.file.is_file():
        return found
    with table.file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found[row["table"], row["field"]].append((row["value"], row["definition"]))
    return found


def help_blocks(readme_text: str) -> str:
    """Return a text with the help of each command between its markers brought up to date.

    A block begins with `<!-- help:COMMAND -->` and ends with `<!-- /help -->`.
    """
    block = re.compile(r"(<!-- help:([\w-]+) -->\n).*?(<!-- /help -->)", re.S)
    return block.sub(lambda m: f"{m[1]}```text\n{_help(m[2])}\n```\n{m[3]}", readme_text)


def transcripts(readme_text: str, root: Path) -> str:
    """Return a text with what the tool says of a dataset between its markers brought up to date.

    `<!-- transcript:check -->` is the report on the dataset as it is, `<!-- transcript:dirct -->`
    the finding after `dirct` is written for the first `direct` in its quotes. Seconds are
    rounded, so that they stay the same.
    """
    said = {"check": _said(root), "dirct": _said_of_broken(root)}
    block = re.compile(r"(<!-- transcript:(\w+) -->\n).*?(<!-- /transcript -->)", re.S)
    return block.sub(lambda m: f"{m[1]}```text\n{said[m[2]]}\n```\n{m[3]}", readme_text)


def standard_tables(page: str, folder: Path) -> str:
    """Return a text with the tables of the properties of the standard brought up to date.

    `<!-- standard:types -->` is the table of `types.yaml`, a file of cases in the folder.
    """
    block = re.compile(r"(<!-- standard:([\w-]+) -->\n).*?(<!-- /standard -->)", re.S)

    def table(match: re.Match[str]) -> str:
        rows = "\n".join(_properties(folder / f"{match[2]}.yaml"))
        return f"{match[1]}{rows}\n{match[3]}"

    return block.sub(table, page)


def _properties(file: Path) -> Iterator[str]:
    import yaml

    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    yield f"### {content['title']}"
    yield ""
    yield f"<{content['page']}>, cases in `tests/standard/{file.name}`"
    yield ""
    yield "| Property | Version | What the standard says | Judged | Case |"
    yield "| --- | --- | --- | --- | --- |"
    for number, row in enumerate(content["rows"], 1):
        name, words = _cell(row["property"]), _cell(row["says"])
        judged = {"native": "natively", "frictionless": "by frictionless"}
        who = judged.get(row.get("judged", "native"), row.get("judged"))
        case = f"{file.stem} {number}"
        yield f"| `{name}` | {row.get('in', 'v1, v2')} | {words} | {who} | {case} |"


def settled(page: str) -> str:
    """Return a page without the counts in its transcripts, which every new row changes."""

    def counted(match: re.Match[str]) -> str:
        words = re.sub(r"\d[\d,.]*", "0", match[0])
        return re.sub(r"\bno rows\b|\brows?\b", "rows", re.sub(r"0? +", " ", words))

    return re.sub(r"<!-- transcript:check -->.*?<!-- /transcript -->", counted, page, flags=re.S)


def _said(root: Path) -> str:
    report = replace(check(root), seconds=0.4)
    return render(report, width=90).strip()


def _said_of_broken(root: Path) -> str:
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copy(root / "datapackage.json", copy)
        for name in ("data", "schemas"):
            shutil.copytree(root / name, copy / name)
        quotes = copy / "data" / "quotes.csv"
        text = quotes.read_text(encoding="utf-8")
        quotes.write_text(text.replace(",direct,", ",dirct,", 1), encoding="utf-8", newline="\n")
        report = check(copy)
    return render(report, width=90).partition("\n\n")[0]


def _help(name: str) -> str:
    group = cli.group
    above = group.make_context("copydesk", [], resilient_parsing=True)
    command = group.get_command(above, name)
    if command is None:
        raise UserError(f"`{name}` is no command, but README.md asks for its help")
    return command.get_help(type(above)(command, above, name, terminal_width=90)).rstrip()


def _page(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"
