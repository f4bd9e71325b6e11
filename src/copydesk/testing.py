"""What tests of checks, rules and datasets share; other datasets may use it too.

A case is a YAML file with a table that passes and one that fails, and the places of the findings:

    code: FD004
    name: value-outside-enum
    schema: {fields: [{name: id}, {name: kind, constraints: {enum: [direct, indirect]}}]}
    pass: |
      id,kind
      q1,direct
    fail: |
      id,kind
      q1,dirct
    expect: ["2:4"]

`pass` and `fail` hold the CSV of the table `t`, or several by name (`people: …`), or files by
path (`datapackage.json: …`, text or bytes). `schema` is that of `t`, `schemas` maps tables to
theirs; `schemas: project` takes the fields from the schemas of the dataset. `resource` adds
properties to the resource `t`, `package` to the descriptor, `suite` gives the expectations of `t`,
`rule` the text of a rule. `released` maps tags to what was released by them, in a repository that
is made for it; the case is then checked as the next release. `also` lists codes that may be
reported beside the one in question.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import copydesk
from copydesk.cli import main


@dataclass(frozen=True)
class Result:
    """What a command did: its exit code and what it wrote."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Case:
    """One side (`pass` or `fail`) of a case file, ready to be written to a folder."""

    id: str
    code: str
    name: str
    content: Mapping[str, Any]
    given: Mapping[str, Any]
    expected: tuple[str, ...]
    also: tuple[str, ...]


def run_cmd(*args: str | Path, cwd: Path | None = None) -> Result:
    """Run copydesk in this process and return its exit code and output."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    code = 0
    with (
        contextlib.chdir(cwd or Path.cwd()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main([str(a) for a in args])
        except SystemExit as stopped:
            code = stopped.code if isinstance(stopped.code, int) else int(bool(stopped.code))
    out.flush()
    buffer = out.buffer
    assert isinstance(buffer, io.BytesIO)
    return Result(code, buffer.getvalue().decode("utf-8"), err.getvalue())


def own_environment(**more: str) -> dict[str, str]:
    """Return the environment in which another process, in any folder, runs this copydesk."""
    home = str(Path(copydesk.__file__).resolve().parent.parent)
    paths = [home, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **more}


def run_process(*args: str | Path, cwd: Path | None = None, **environment: str) -> Result:
    """Run this copydesk in a process of its own and return its exit code and output."""
    import subprocess

    done = subprocess.run(
        [sys.executable, "-m", "copydesk", *map(str, args)],
        cwd=cwd, capture_output=True, env=own_environment(**environment), check=False,
    )  # fmt: skip
    return Result(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def make_package(
    root: Path,
    tables: Mapping[str, str | bytes],
    *,
    schemas: Mapping[str, Any] | None = None,
    suites: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    rules: Mapping[str, str] | None = None,
    resources: Mapping[str, Mapping[str, Any]] | None = None,
    **properties: Any,
) -> Path:
    """Write a data package to a folder and return the folder.

    `tables` maps names to CSV, `schemas` to Table Schemas, `suites` to lists of expectations,
    `rules` names of files to SQL, `resources` to further properties of the resource; keyword
    arguments are properties of the descriptor.
    """
    listed = []
    for name, text in tables.items():
        data = text if isinstance(text, bytes) else text.encode("utf-8")
        _write(root / "data" / f"{name}.csv", data)
        resource: dict[str, Any] = {"name": name, "path": f"data/{name}.csv"}
        if schemas and name in schemas:
            resource["schema"] = schemas[name]
        listed.append(resource | dict((resources or {}).get(name, {})))
    for name, expectations in (suites or {}).items():
        suite = {"name": name, "expectations": list(expectations), "meta": {}}
        _write(root / "schemas" / f"{name}.expectations.json", _json(suite))
    for name, sql in (rules or {}).items():
        _write(root / "schemas" / "rules" / name, sql.encode("utf-8"))
    descriptor = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "test", "resources": listed, **properties,
    }  # fmt: skip
    _write(root / "datapackage.json", _json(descriptor))
    return root


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8")


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def load_cases(folder: Path) -> Iterator[Case]:
    """Yield both sides of every case file of a folder; needs PyYAML."""
    import yaml

    for file in sorted(folder.glob("*.yaml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        for side in ("pass", "fail"):
            given = content[side]
            yield Case(
                id=f"{file.stem}-{side}",
                code=content["code"],
                name=content["name"],
                content=content,
                given=given if isinstance(given, dict) else {"t": given},
                expected=tuple(content["expect"]) if side == "fail" else (),
                also=tuple(content.get("also", ())),
            )


def write_case(case: Case, root: Path, project: Path) -> Path:
    """Write the files of a case to a folder; return what is to be checked.

    `project` is the dataset whose schemas and rules `schemas: project` refers to.
    """
    for tag, given in case.content.get("released", {}).items():
        former = given if isinstance(given, dict) else {"t": given}
        write_case(replace(case, given=former, content=_without(case.content)), root, project)
        _release(root, tag)
    tables = {n: v for n, v in case.given.items() if "." not in n}
    content = case.content
    if tables:
        schemas = content.get("schemas") or {}
        if schemas == "project":
            schemas = {n: _reduced(project, n, v) for n, v in tables.items()}
        elif "schema" in content:
            schemas = {"t": content["schema"]}
        make_package(
            root, tables, schemas=schemas, rules=_rules(case, project),
            suites={"t": content["suite"]} if "suite" in content else None,
            resources={"t": content["resource"]} if "resource" in content else None,
            **content.get("package", {}),
        )  # fmt: skip
    for path, data in case.given.items():
        if path not in tables and data is not None:
            _write(root / path, data if isinstance(data, bytes) else data.encode("utf-8"))
    return root / content["target"] if "target" in content else root


def _without(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name != "released"}


def _release(root: Path, tag: str) -> None:
    """Commit what is in a folder, which becomes a repository, and tag it."""
    import subprocess

    told = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "-A"], [*told, "commit", "-qm", tag], ["tag", tag]):
        subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)


def _rules(case: Case, project: Path) -> dict[str, str]:
    if "rule" in case.content:
        return {f"{case.code}-{case.name}.sql": case.content["rule"]}
    files = (project / "schemas" / "rules").glob(f"{case.code}-*.sql")
    return {f.name: f.read_text(encoding="utf-8") for f in files}


def _reduced(project: Path, table: str, text: str) -> dict[str, Any]:
    """Return the fields of a table's schema that a CSV has, without constraints and references."""
    file = project / "schemas" / f"{table}.schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    labels = next(csv.reader(io.StringIO(text)))
    fields = {
        f["name"]: {k: v for k, v in f.items() if k != "constraints"} for f in schema["fields"]
    }
    key = schema.get("primaryKey", [])
    key = [key] if isinstance(key, str) else key
    reduced: dict[str, Any] = {"fields": [fields[label] for label in labels]}
    if key and set(key) <= set(labels):
        reduced["primaryKey"] = key
    return reduced
