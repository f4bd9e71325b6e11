"""Proposals → files: where each belongs, the files as they would be, the difference."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from copydesk.document import Document, parse_json, parse_yaml, read_document
from copydesk.errors import UserError
from copydesk.model import Suite, Table
from copydesk.package import Source, is_safe
from copydesk.suggest.editing import Tree, added, inserts, merged, plain, steps_of
from copydesk.suggest.json_editing import insert_json, whole
from copydesk.suggest.proposal import Proposal
from copydesk.suggest.yaml_editing import insert_yaml
from copydesk.suites import catalogue_version


@dataclass(frozen=True)
class Change:
    """A file as it is (`before` is None where there is none) and as it would be."""

    path: str
    file: Path
    before: str | None
    after: str

    @property
    def diff(self) -> str:
        """Return the unified difference, which `git apply` and `patch -p1` take."""
        old = (self.before or "").splitlines(keepends=True)
        new = self.after.splitlines(keepends=True)
        source = f"a/{self.path}" if self.before is not None else "/dev/null"
        lines = difflib.unified_diff(old, new, source, f"b/{self.path}")
        return "".join(
            x if x.endswith("\n") else f"{x}\n\\ No newline at end of file\n" for x in lines
        )


@dataclass(frozen=True)
class Placed:
    """A proposal with the file, the line in it as it would be, and the JSON pointer."""

    proposal: Proposal
    path: str
    line: int
    pointer: str


@dataclass(frozen=True)
class Home:
    """Where what is said of a table is written.

    `schema` is the document of its Table Schema and the pointer in it, None if there is none.
    """

    source: Source
    table: Table
    suite: Suite | None

    @property
    def root(self) -> Path:
        """Return the folder of the package."""
        return self.source.package.root

    @property
    def schema(self) -> tuple[Document, str] | None:
        """Return where the schema is written, None if there is none."""
        return self.source.schemas.get(self.table.name)


def changes(
    home: Home, schema: Sequence[Proposal], suite: Sequence[Proposal]
) -> tuple[list[Change], list[Placed]]:
    """Return the files that proposals change, and where each of them stands then."""
    made: list[Change] = []
    placed: list[Placed] = []
    if schema and home.schema:
        document, pointer = home.schema
        change = _changed(home, document, pointer, _tree(schema))
        made.append(change)
        placed += _placed(change, [(p, pointer + _pointer(p.path)) for p in schema])
    elif schema:
        path = _new(home, "schema")
        change = Change(path, home.root / path, None, whole(plain(_tree(schema))))
        for descriptor in _named(home, path):
            reason = Proposal(("schema",), path, "", "schema", "so that the new file is found")
            made.append(descriptor)
            placed += _placed(descriptor, [(reason, f"{home.table.origin.pointer}/schema")])
        made.append(change)
        placed += _placed(change, [(p, _pointer(p.path)) for p in schema])
    if suite:
        change, first = _suite(home, suite)
        made.append(change)
        numbered = enumerate(suite, first)
        placed += _placed(change, [(p, f"/expectations/{n}") for n, p in numbered])
    return made, placed


def _tree(proposals: Sequence[Proposal]) -> Tree:
    tree: Tree = {}
    for one in proposals:
        added(tree, one.path, one.value)
    return tree


def _pointer(path: Sequence[str | int]) -> str:
    return "".join("/" + str(s).replace("~", "~0").replace("/", "~1") for s in path)


def _placed(change: Change, pointers: Sequence[tuple[Proposal, str]]) -> Iterator[Placed]:
    document = _parsed(change.after, change.path)
    for one, pointer in pointers:
        yield Placed(one, change.path, document.place(pointer, key=True)[0], pointer)


def _is_yaml(path: str) -> bool:
    return path.lower().endswith((".yaml", ".yml"))


def _parsed(text: str, path: str) -> Document:
    return parse_yaml(text, path) if _is_yaml(path) else parse_json(text, path)


def _changed(home: Home, document: Document, pointer: str, tree: Tree) -> Change:
    file = home.root / document.path
    for name in reversed(steps_of(pointer)):
        tree = {int(name) if name.isdigit() else name: tree}
    wanted = list(inserts(document.data, tree, ""))
    is_yaml = _is_yaml(document.path)
    after = insert_yaml(document.text, wanted) if is_yaml else insert_json(document, wanted)
    if _parsed(after, document.path).data != merged(document.data, tree):
        raise UserError(
            f"`{document.path}` is written in a way that nothing can be added to safely",
            hint="write it without aliases and repeated names, or use `--format json`",
            place=document.path,
        )
    mark = "\ufeff" if file.read_bytes().startswith(b"\xef\xbb\xbf") else ""
    path = document.path
    if Path(path).is_absolute():
        path = Path(os.path.relpath(path, home.root)).as_posix()
    return Change(path, file, mark + document.text, mark + after)


def _new(home: Home, kind: str) -> str:
    """Return the path of a new file; raises UserError for one that cannot be."""
    name = home.table.name
    path = f"schemas/{name}.{kind}.json"
    if not re.fullmatch(r"[\w-][\w.-]*", name) or not is_safe(home.root, path):
        raise UserError(f"`{name}` cannot be the name of a file", hint="rename the table")
    if (home.root / path).exists():
        raise UserError(
            f"`{path}` is there, but the descriptor does not say that it describes `{name}`",
            hint=f'write `"schema": "{path}"` into the resource, or delete the file',
            place=path,
        )
    return path


def _named(home: Home, path: str) -> Iterator[Change]:
    """Yield the descriptor with the path of a new schema, if there is one."""
    document = home.source.document
    if document is not None:
        yield _changed(home, document, home.table.origin.pointer, {"schema": path})


def _suite(home: Home, proposals: Sequence[Proposal]) -> tuple[Change, int]:
    """Return the suite with expectations at its end, and the number of the first of them."""
    entries = [p.value for p in proposals]
    if home.suite is None:
        data = {
            "name": home.table.name, "expectations": entries,
            "meta": {"great_expectations_version": catalogue_version()}, "notes": None,
        }  # fmt: skip
        path = _new(home, "expectations")
        return Change(path, home.root / path, None, whole(data)), 0
    path = home.suite.origin.file
    document = read_document(home.root / path, path)
    count = len(document.data["expectations"])
    tree: Tree = {"expectations": dict(enumerate(entries, count))}
    return _changed(home, document, "", tree), count


def write(made: Sequence[Change]) -> None:
    """Write files: each beside its place first, so that none is ever half written."""
    for one in made:
        if _now(one.file) != one.before:
            raise UserError(f"`{one.path}` has changed in the meantime", hint="run it again")
    for one in made:
        one.file.parent.mkdir(exist_ok=True)
        beside = one.file.with_name(f".{one.file.name}.part")
        beside.write_text(one.after, encoding="utf-8", newline="")
        beside.replace(one.file)


def _now(file: Path) -> str | None:
    if not file.exists():
        return None
    with file.open(encoding="utf-8", newline="") as stream:
        return stream.read()
