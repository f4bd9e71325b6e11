"""The files of a repository that carry the number of the data, and how it is set in them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from copydesk.document import parse_json, parse_yaml
from copydesk.errors import UserError
from copydesk.model import Package

_JSON = ("datapackage.json", "codemeta.json", ".zenodo.json", "croissant.json", "ro-crate.json")
_YAML = ("datapackage.yaml", "datapackage.yml", "CITATION.cff")


@dataclass(frozen=True)
class Carrier:
    """A file that carries the number: where it stands in the text, and what it is.

    `start` and `end` bound the value as it is written, with its quotes. A file in which the
    number is missing and can be added has `start` and `end` where it goes, and no `version`.
    """

    file: Path
    name: str
    version: str
    start: int
    end: int
    lead: str = ""
    tail: str = ""

    def carries(self, number: str) -> bool:
        """Return whether the file has that number, with or without a `v`."""
        return self.version.removeprefix("v") == number

    @property
    def text(self) -> str:
        """Return the text of the file."""
        return _read(self.file, self.name)

    def text_with(self, number: str) -> str:
        """Return the text of the file with another number, all else as it is."""
        text = self.text
        old = text[self.start : self.end]
        bare = self.file.suffix.lower() != ".json" and old[:1] not in ("'", '"')
        quote = "" if bare else old[:1] if old[:1] in ("'", '"') else '"'
        sign = "v" if self.version.startswith("v") else ""
        words = f"{self.lead}{quote}{sign}{number}{quote}{self.tail}"
        return text[: self.start] + words + text[self.end :]


def carriers(package: Package) -> list[Carrier]:
    """Return the files that carry a number: the descriptor first, then those beside it.

    Raises UserError for one that cannot be read.
    """
    names = dict.fromkeys([package.path, *_JSON, *_YAML])
    found: list[Carrier] = []
    for name in names:
        file = package.root / name
        if name and file.is_file() and not file.is_symlink():
            found += _carriers(file, name, needed=name == package.path)
    return found


def _carriers(file: Path, name: str, *, needed: bool) -> Iterator[Carrier]:
    text = _read(file, name)
    is_json = file.suffix.lower() == ".json"
    document = parse_json(text, name) if is_json else parse_yaml(text, name)
    data = document.data
    if not isinstance(data, dict):
        return
    if "version" not in data:
        if needed:
            yield _missing(file, name, text, is_json=is_json)
        return
    start = document.offsets["/version"]
    version = data["version"]
    end = _end(text, start, str(version), is_json=is_json)
    yield Carrier(file, name, str(version), start, end)


def _end(text: str, start: int, version: str, *, is_json: bool) -> int:
    if is_json:
        return json.JSONDecoder(strict=False).raw_decode(text, start)[1]
    match = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|[^\s#,}]+").match(text, start)
    if match is None or match[0].strip("'\"") != version:
        raise UserError(
            f"the version `{version}` is not written plainly", hint="write it on a line"
        )
    return match.end()


def _missing(file: Path, name: str, text: str, *, is_json: bool) -> Carrier:
    """Return where a descriptor that states no version gets one: as its first member."""
    if not is_json:
        begun = re.match(r"(#.*\n|\s*\n|---\s*\n)*", text)
        at = begun.end() if begun else 0
        return Carrier(file, name, "", at, at, "version: ", "\n")
    at = text.index("{") + 1
    space = re.compile(r"\s*").match(text, at)
    between = space[0] if space else ""
    last = text[at + len(between) : at + len(between) + 1] == "}"
    return Carrier(file, name, "", at, at, f'{between}"version": ', "" if last else ",")


def _read(file: Path, name: str) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read `{name}`: {error}") from None


def write_number(package: Package, number: str) -> list[str]:
    """Set the number in every file that carries it; return those that had another one.

    Each is written beside the old one and then takes its place. All of them are read, and new
    texts made, before the first one is touched. Raises UserError where that is not allowed.
    """
    changed = [c for c in carriers(package) if not c.carries(number)]
    texts = [(c, c.text_with(number)) for c in changed]
    for carrier, text in texts:
        replace_text(carrier.file, text)
    return [c.name for c in changed]


def replace_text(file: Path, text: str) -> None:
    """Write a text to a file, which is as it was until all of it is there, and keeps its mode."""
    try:
        with NamedTemporaryFile(
            "wb", dir=file.parent, prefix=f".{file.name}.", delete=False
        ) as stream:
            beside = Path(stream.name)
            stream.write(text.encode("utf-8"))
        if file.exists():
            shutil.copymode(file, beside)
        else:
            beside.chmod(0o644)
        beside.replace(file)
    except OSError as error:
        raise UserError(f"cannot write `{file.name}`: {error.strerror}") from None
