"""A dataset with a history: one commit for each kind of change, for all who read changes.

`CHANGES` names the commits in order; `make` writes the repository and tags each with its name.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from test_revisions import commit, git

from copydesk.testing import make_package

Cells = list[dict[str, str]]


@dataclass
class Dataset:
    """Tables, schemas and what else is in the repository, as it is being edited."""

    tables: dict[str, Cells]
    schemas: dict[str, dict[str, Any]]
    paths: dict[str, str]
    quoting: int = csv.QUOTE_MINIMAL
    readme: str = "A dataset.\n"
    files: dict[str, str | None] = field(default_factory=dict)

    def row(self, table: str, key: str) -> dict[str, str]:
        """Return the row whose first cell is that."""
        return next(r for r in self.tables[table] if next(iter(r.values())) == key)

    def field(self, table: str, name: str) -> dict[str, Any]:
        """Return a field of a schema."""
        found: dict[str, Any] = next(f for f in self.schemas[table]["fields"] if f["name"] == name)
        return found

    def text(self, table: str) -> str:
        """Return a table as CSV."""
        names = [f["name"] for f in self.schemas[table]["fields"]]
        stream = io.StringIO()
        writer = csv.DictWriter(stream, names, lineterminator="\n", quoting=self.quoting)  # type: ignore[arg-type]
        writer.writeheader()
        writer.writerows({n: r.get(n, "") for n in names} for r in self.tables[table])
        return stream.getvalue()

    def write(self, root: Path) -> None:
        """Write everything to a folder."""
        for old in (root / "data").glob("*.csv"):
            old.unlink()
        make_package(
            root, {n: self.text(n) for n in self.tables}, schemas=self.schemas, version="1.0.0",
            resources={n: {"path": p} for n, p in self.paths.items()},
        )  # fmt: skip
        for name, path in self.paths.items():
            (root / "data" / f"{name}.csv").rename(root / path)
        (root / "README.md").write_text(self.readme, "utf-8")


def start() -> Dataset:
    """Return the dataset as it was released first."""

    def table(*names: str, key: str, **refers: str) -> dict[str, Any]:
        keys = [{"fields": f, "reference": {"resource": t, "fields": "id"}}
                for f, t in refers.items()]  # fmt: skip
        fields = [{"name": n, "type": "string"} for n in names]
        return {"fields": fields, "primaryKey": key, **({"foreignKeys": keys} if keys else {})}

    quotes = table("id", "speaker", "kind", "text", key="id", speaker="people")
    quotes["fields"][2]["constraints"] = {"enum": ["direct", "mixed", "indirect"]}
    quotes["fields"][3]["constraints"] = {"maxLength": 200}
    people = {"kim": "Kim Kye Gwan", "trump": "Donald Trump", "chung": "Chung Eui-yong"}
    return Dataset(
        {
            "quotes": [
                {"id": f"q{n}", "speaker": list(people)[n % 3],
                 "kind": ("direct", "mixed")[n % 2], "text": f"the words of quote number {n}"}
                for n in range(1, 9)
            ],
            "people": [{"id": k, "name": v} for k, v in people.items()],
            "redirects": [],
        },
        {
            "quotes": quotes,
            "people": table("id", "name", key="id"),
            "redirects": {**table("old_id", "table", "new_id", "reason", key="old_id"),
                          "primaryKey": ["old_id", "table"]},
        },
        {},
    )  # fmt: skip


Step = Callable[[Dataset], None]


def _sorted(d: Dataset) -> None:
    d.tables["quotes"].sort(key=lambda r: r["id"], reverse=True)


def _quoted(d: Dataset) -> None:
    d.quoting = csv.QUOTE_ALL


def _readme(d: Dataset) -> None:
    d.readme = "A dataset of quotes.\n"


def _replaced(d: Dataset) -> None:
    d.tables["quotes"].remove(d.row("quotes", "q8"))
    row = {"id": "q9", "speaker": "kim", "kind": "direct", "text": "another quote altogether"}
    d.tables["quotes"].append(row)


def _corrected(d: Dataset) -> None:
    d.row("quotes", "q7")["speaker"] = "chung"
    d.row("quotes", "q6")["text"] = "the very words of quote number 6"


def _column(d: Dataset) -> None:
    d.schemas["people"]["fields"].append({"name": "born", "type": "year"})
    d.row("people", "trump")["born"] = "1946"


def _column_renamed(d: Dataset) -> None:
    d.field("people", "name")["name"] = "full_name"
    for row in d.tables["people"]:
        row["full_name"] = row.pop("name")


def _key_renamed(d: Dataset) -> None:
    d.row("people", "kim")["id"] = "kim-kye-gwan"
    for row in d.tables["quotes"]:
        row["speaker"] = row["speaker"].replace("kim", "kim-kye-gwan")
    d.tables["redirects"].append(
        {"old_id": "kim", "table": "people", "new_id": "kim-kye-gwan", "reason": "renamed"}
    )


def _key_renamed_silently(d: Dataset) -> None:
    d.row("people", "chung")["id"] = "chung-eui-yong"
    for row in d.tables["quotes"]:
        row["speaker"] = row["speaker"].replace("chung", "chung-eui-yong")


def _tightened(d: Dataset) -> None:
    d.field("quotes", "text")["constraints"] = {"maxLength": 100}


def _enum_extended(d: Dataset) -> None:
    d.field("quotes", "kind")["constraints"]["enum"].append("headline")


def _enum_cut(d: Dataset) -> None:
    for row in d.tables["quotes"]:
        row["kind"] = row["kind"].replace("mixed", "direct")
    d.field("quotes", "kind")["constraints"]["enum"].remove("mixed")


def _file_renamed(d: Dataset) -> None:
    d.paths["quotes"] = "data/said.csv"


def _table_added(d: Dataset) -> None:
    d.schemas["places"] = {"fields": [{"name": "id"}, {"name": "name"}], "primaryKey": "id"}
    d.tables["places"] = [{"id": "seoul", "name": "Seoul"}]


def _one_side(d: Dataset) -> None:
    d.row("quotes", "q1")["text"] = "the words of the very first quote"


def _other_side(d: Dataset) -> None:
    d.row("quotes", "q5")["text"] = "the words of the fifth quote"


CHANGES: dict[str, Step] = {
    "sorted": _sorted,
    "quoted": _quoted,
    "readme": _readme,
    "replaced": _replaced,
    "corrected": _corrected,
    "column": _column,
    "column-renamed": _column_renamed,
    "key-renamed": _key_renamed,
    "key-renamed-silently": _key_renamed_silently,
    "tightened": _tightened,
    "enum-extended": _enum_extended,
    "enum-cut": _enum_cut,
    "file-renamed": _file_renamed,
    "table-added": _table_added,
}
"""What each commit does, by the name of its tag; `merged` follows, a merge of two branches."""


def make(root: Path) -> Path:
    """Write the repository; the first commit is tagged `start`, every other one by its change."""
    data = start()
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    data.write(root)
    commit(root, {}, "start")
    git(root, "tag", "start")
    for name, step in CHANGES.items():
        step(data)
        data.write(root)
        commit(root, {}, name)
        git(root, "tag", name)
    git(root, "checkout", "-q", "-b", "side")
    _other_side(data)
    data.write(root)
    commit(root, {}, "on the side")
    git(root, "checkout", "-q", "main")
    data.row("quotes", "q5")["text"] = "the words of quote number 5"
    _one_side(data)
    data.write(root)
    commit(root, {}, "meanwhile")
    git(root, "merge", "-q", "--no-edit", "side")
    git(root, "tag", "merged")
    return root


def written(root: Path, name: str) -> dict[str, Any]:
    """Return the descriptor of a tagged commit."""
    found: dict[str, Any] = json.loads(git(root, "show", f"{name}:datapackage.json"))
    return found
