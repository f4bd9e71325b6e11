"""A new dataset repository: a folder with tables, schemas, words and the workflow that checks them.

The files lie in `template`, under names without a leading dot; `{{words}}` in them are replaced.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from copydesk import __version__
from copydesk.errors import UserError

_TEMPLATE = Path(__file__).parent / "template"

_PLACES: Mapping[str, str] = {
    "datapackage.json": "datapackage.json",
    "books.csv": "data/books.csv",
    "redirects.csv": "data/redirects.csv",
    "changelog.md": "data/CHANGELOG.md",
    "books.schema.json": "schemas/books.schema.json",
    "books.expectations.json": "schemas/books.expectations.json",
    "redirects.schema.json": "schemas/redirects.schema.json",
    "readme.md": "README.md",
    "gitattributes": ".gitattributes",
    "gitignore": ".gitignore",
}
_WORKFLOW = ".github/workflows/data.yml"
_ACTION = re.compile(r"[\w.-]+/[\w.-]+@[\w./-]+", re.ASCII)


def create(folder: Path, *, name: str = "", title: str = "", action: str = "") -> list[str]:
    """Write a dataset repository to a folder that is empty or not there; return its files.

    `action` is the repository of copydesk and the version of its action, as `OWNER/copydesk@v1`;
    without it the workflow installs copydesk. Raises UserError where something is in the folder.
    """
    name = name or slug(folder.absolute().name)
    if not re.fullmatch(r"[a-z0-9._-]+", name):
        raise UserError(
            f"`{name}` cannot be the name of a dataset" if name else "the dataset needs a name",
            hint="small letters, digits, `.`, `_` and `-`: --name my-dataset",
        )
    if action and not _ACTION.fullmatch(action):
        raise UserError(f"`{action}` names no action", hint="--action OWNER/copydesk@v0.1.0")
    _require_empty(folder)
    words = {
        "name": name, "title": json.dumps(title or name, ensure_ascii=False)[1:-1],
        "heading": " ".join((title or name).split()), "action": action,
        "version": __version__,
    }  # fmt: skip
    places = {file: (_TEMPLATE / source).read_text("utf-8") for source, file in _PLACES.items()}
    workflow = "workflow-action.yml" if action else "workflow.yml"
    places[_WORKFLOW] = (_TEMPLATE / workflow).read_text("utf-8")
    try:
        for path, text in places.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_filled(text, words), "utf-8", newline="\n")
    except OSError as error:
        raise UserError(f"cannot write to `{folder}`: {error.strerror}") from None
    return sorted(places)


def slug(text: str) -> str:
    """Return a text as the name of a package: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _require_empty(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UserError(f"`{folder}` is a file", hint="name a new folder")
    inside = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
    if [name for name in inside if name != ".git"]:
        raise UserError(
            f"`{folder}` is not empty: it holds `{inside[0]}`", hint="name a new folder"
        )


def _filled(text: str, words: Mapping[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda m: words.get(m[1], m[0]), text)
