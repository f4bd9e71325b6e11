"""Documents that remember where each value stands: pointer → line and column.

JSON is read here, YAML in `yaml`; both give the same `Document`.
"""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

from copydesk.errors import UserError

_SKIP = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_SCALAR = re.compile(r"[^\s,\]}]+")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(
    r"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\."
)


@dataclass(frozen=True)
class Document:
    """A parsed file: `data` as JSON would hold it, `path` as it is shown to people.

    `marks` are the offsets where they were noted while reading; `repeated` says whether some
    object has two members of one name, of which `data` holds the last.
    """

    path: str
    text: str
    data: Any
    marks: tuple[tuple[str, int], ...] | None = None
    repeated: bool = False

    @cached_property
    def offsets(self) -> dict[str, int]:
        """Return the character offset at which the value of every JSON pointer begins.

        The key of an object member is found under its pointer followed by `~key`.
        """
        return dict(self._marks())

    @property
    def repetitions(self) -> tuple[str, ...]:
        """Return the pointers of the members whose names stand more than once in their object.

        What such a member holds is not searched again.
        """
        if not self.repeated:
            return ()
        counted = Counter(pointer for pointer, _ in self._marks())
        twice = [p.removesuffix("~key") for p, n in counted.items() if n > 1 and p.endswith("~key")]
        return tuple(p for p in twice if not any(p.startswith(f"{q}/") for q in twice))

    def _marks(self) -> Iterable[tuple[str, int]]:
        if self.marks is not None:
            return self.marks
        return () if self.data is None else _offsets(self.text)

    def place(self, pointer: str, *, key: bool = False) -> tuple[int, int]:
        """Return line and column, from 1, of the value (or of its key) at a JSON pointer.

        A pointer to something absent gives the place of its nearest ancestor.
        """
        if not pointer:
            return self._place(self.marks[0][1] if self.marks else _space(self.text, 0))
        if key and pointer + "~key" in self.offsets:
            return self._place(self.offsets[pointer + "~key"])
        while pointer and pointer not in self.offsets:
            pointer = pointer.rpartition("/")[0]
        return self._place(self.offsets.get(pointer, 0))

    def line(self, number: int) -> str:
        """Return a line of the text, counted from 1, without its end; empty if there is none."""
        if not 0 < number < len(self._starts):
            return ""
        return self.text[self._starts[number - 1] : self._starts[number] - 1].rstrip("\r")

    @cached_property
    def _starts(self) -> array[int]:
        """Return where each line begins, and where one more would."""
        sizes = (len(line) + 1 for line in self.text.split("\n"))
        return array("q", accumulate(sizes, initial=0))

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def line_column(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, from 1, of a character offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


class NotRead(UserError):
    """Say why a document cannot be read: `reason` begins with a verb, `document` is what is there.

    The root of the document is marked where it is at fault.
    """

    def __init__(
        self, reason: str, document: Document, *, hint: str = "", message: str = "", place: str = ""
    ) -> None:
        path = document.path
        super().__init__(message or f"`{path}` {reason}", hint=hint, place=place or path)
        self.reason = reason
        self.document = document


def require_own(file: Path, shown: str, root: Path) -> None:
    """Raise NotRead unless a path leads to a file in the folder `root`, links included."""
    try:
        inside = file.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a loop of links
        inside = True
    if not inside:
        reason = "is a link out of the package"
    elif file.is_file():
        return
    elif file.is_symlink():
        reason = "is a link that leads to no file"
    else:
        reason = "is a folder" if file.is_dir() else "is no file"
    raise NotRead(reason, Document(shown, "", None), hint="put a file in its place, or remove it")


def read_document(file: Path, shown: str) -> Document:
    """Return the document in a file: YAML where the name says so, else JSON."""
    is_yaml = file.suffix.lower() in (".yaml", ".yml")
    return read_yaml(file, shown) if is_yaml else read_json(file, shown)


def read_json(file: Path, shown: str, *, infinite: bool = False) -> Document:
    """Return the JSON document in a file; `infinite` numbers are none, unless it is said.

    Raises NotRead, with the place, for a file that cannot be read, is not UTF-8 or not JSON.
    """
    return parse_json(read_text(file, shown), shown, infinite=infinite)


def read_yaml(file: Path, shown: str) -> Document:
    """Return the YAML document in a file.

    Raises UserError, with the place, for a file that cannot be read, is not UTF-8 or not YAML.
    """
    return parse_yaml(read_text(file, shown), shown)


def read_text(file: Path, shown: str) -> str:
    """Return the text in a file; raises NotRead for one that cannot be read or is not UTF-8."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        why = f"`{shown}`: {error.strerror}"
        document = Document(shown, "", None)
        reason = f"cannot be read: {error.strerror}"
        raise NotRead(reason, document, message=f"cannot read {why}") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = len(raw[: error.start].decode("utf-8-sig"))
        document = Document(shown, raw.decode("utf-8-sig", "replace"), None, (("", at),))
        reason = f"is not UTF-8: byte {raw[error.start]:#04x} at offset {error.start}"
        raise NotRead(reason, document, hint="save the file as UTF-8") from None


def parse_json(text: str, shown: str, *, infinite: bool = False) -> Document:
    """Return the JSON document in a text; raises NotRead with the place of what is not JSON.

    `infinite` says that infinite numbers are taken, as Python writes them.
    """
    repeated, marks = False, (("", 0),)
    if _HALF.search(text):
        text = _ESCAPE.sub(_whole, text)

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeated
        found = dict(pairs)
        repeated = repeated or len(found) < len(pairs)
        return found

    try:
        constant = float if infinite else _refuse_constant
        data = json.loads(text, parse_constant=constant, object_pairs_hook=members)
        return Document(shown, text, data, repeated=repeated)
    except json.JSONDecodeError as error:
        marks = (("", error.pos),)
        place = f"{shown}:{error.lineno}:{error.colno}"
        what = error.msg[:1].lower() + error.msg[1:]
    except RecursionError:
        place, what = shown, "nested too deeply"
    except ValueError as error:
        is_long = "digits" in str(error)  # of which Python reads 4,300
        place, what = shown, "a number has too many digits" if is_long else str(error)
    hint = "the file is empty" if not text.strip() else "mend the JSON; editors mark the place"
    document = Document(shown, text, None, marks)
    raise NotRead(f"is not JSON: {what}", document, hint=hint, place=place)


def _whole(escape: re.Match[str]) -> str:
    """Return an escape; half of a pair is no character, and U+FFFD stands for it."""
    is_half = not escape[1] and _HALF.match(escape[0])
    return "\\ufffd" if is_half else escape[0]


def parse_yaml(text: str, shown: str) -> Document:
    """Return the YAML document in a text; raises UserError with the place of what is not YAML."""
    from copydesk.yaml import NotPlain, read

    try:
        data, marks = read(text)
    except NotPlain as error:
        line, column = line_column(text, error.offset)
        hint = "the file is empty" if not text.strip() else "write it as plainly as JSON"
        place = f"{shown}:{line}:{column}"
        raise UserError(f"`{shown}` is not YAML: {error}", hint=hint, place=place) from None
    names = [pointer for pointer, _ in marks if pointer.endswith("~key")]
    return Document(shown, text, data, tuple(marks), len(set(names)) < len(names))


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"`{word}` is no JSON value")


def _offsets(text: str) -> Iterator[tuple[str, int]]:
    """Yield pointer and offset of every value of a JSON text, however deep it is nested."""
    at = _space(text, 0)
    yield "", at
    open_: list[tuple[str, int]] = []  # the pointer of each open list or object, items so far
    pointer = ""
    while at < len(text):
        sign = text[at]
        if sign in "{[":
            open_.append((pointer, -1 if sign == "{" else 0))
            at = _space(text, at + 1)
        elif sign in "}]":
            open_.pop()
            at = _space(text, at + 1)
            continue
        elif sign == ",":
            base, count = open_[-1]
            open_[-1] = (base, count + (count >= 0))
            at = _space(text, at + 1)
        else:
            match = _STRING.match(text, at) or _SCALAR.match(text, at)
            at = _space(text, match.end() if match else at + 1)
            continue
        if text[at] in "}]":
            continue
        base, count = open_[-1]
        if count < 0:
            match = _STRING.match(text, at)
            assert match is not None
            pointer = base + step(json.loads(match[0], strict=False))
            yield f"{pointer}~key", at
            at = _space(text, _space(text, match.end()) + 1)
        else:
            pointer = base + step(count)
        yield pointer, at


def step(name: str | int) -> str:
    """Return the step of a JSON pointer to a member or item."""
    return "/" + str(name).replace("~", "~0").replace("/", "~1")


def _space(text: str, at: int) -> int:
    match = _SKIP.match(text, at)
    return match.end() if match else at


@dataclass(frozen=True)
class Problem:
    """Something wrong in a document: the code of the check, the place and the values shown.

    `key` points at the name of the member instead of its value; `equivalent` is the error type of
    frictionless, empty for that of the check. `table`, `row` and `field` say which data it is
    about, if it is about data.
    """

    code: str
    document: Document
    pointer: str
    params: Mapping[str, Any]
    key: bool = False
    equivalent: str = ""
    table: str = ""
    row: int | None = None
    field: str = ""
