"""Cross-table rules: SQL files with a header of comments → Rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from copydesk.document import Document, NotRead, Problem, read_text, require_own
from copydesk.model import Origin, Rule, Severity

REQUIRED = ("code", "name", "severity", "table", "message", "what", "why", "example", "fix")
OPTIONAL = ("field", "fields", "needs")
CODE = re.compile(r"[A-Z]{2}\d{3}")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ENTRY = re.compile(r"-- ?([a-z]+):\s*(.*)")
_MORE = re.compile(r"--\s{2,}(.*)")


@dataclass(frozen=True)
class _Entry:
    key: str
    value: str
    line: int


def read_rules(root: Path) -> Iterator[Rule | Problem]:
    """Yield the rules in `schemas/rules/*.sql`, in the order of their names.

    A file that is no rule is yielded as the problem that it has.
    """
    folder = root / "schemas" / "rules"
    for file in sorted(folder.glob("*.sql")) if folder.is_dir() else []:
        shown = file.relative_to(root).as_posix()
        try:
            require_own(file, shown, root)
            yield read_rule(read_text(file, shown), shown)
        except NotRead as error:
            params = {"reason": f"it {error.reason}", "help": error.hint}
            yield Problem("PK022", error.document, "", params)


def read_rule(text: str, shown: str) -> Rule | Problem:
    """Return the rule that a file holds, or the problem of its header."""
    entries, sql = _split(text)
    if problem := _problem(Document(shown, text, None), entries):
        return problem
    values = {entry.key: entry.value for entry in entries}
    field = values.get("field", "")
    fields = tuple(_words(values.get("fields", ""))) or ((field,) if field else ())
    return Rule(
        code=values["code"],
        name=values["name"],
        severity=Severity(values["severity"]),
        table=values["table"],
        field=field,
        fields=fields,
        needs=tuple(_words(values.get("needs", ""))),
        message=values["message"],
        what=values["what"],
        why=values["why"],
        example=values["example"],
        fix=values["fix"],
        sql=sql,
        origin=Origin(shown),
    )


def _problem(document: Document, entries: Iterable[_Entry]) -> Problem | None:
    """Return what is wrong with a header, or None."""
    header: dict[str, _Entry] = {}
    for entry in entries:
        if entry.key in header:
            return _unusable(document, entry, entry.key, "stands twice in the header")
        if entry.key not in REQUIRED + OPTIONAL:
            reason = "cannot stand in a rule's header"
            return _unusable(document, entry, entry.key, reason, REQUIRED + OPTIONAL)
        header[entry.key] = entry
    if not header:
        return Problem("PK020", document, "", {"missing": "a header of `-- key: value` comments"})
    missing = next((k for k in REQUIRED if k not in header or not header[k].value), "")
    if missing:
        pointer = str(header[missing].line) if missing in header else ""
        return Problem("PK020", document, pointer, {"missing": f"`{missing}`"})
    if wrong := _wrong(header):
        known = [s.value for s in Severity] if wrong == "severity" else []
        reason = f"is not of the form of a {wrong}"
        return _unusable(document, header[wrong], header[wrong].value, reason, known)
    return None


def _unusable(
    document: Document, entry: _Entry, value: str, reason: str, known: Iterable[str] = ()
) -> Problem:
    params = {"value": value, "reason": reason, "known": tuple(known)}
    return Problem("PK021", document, str(entry.line), params)


def _words(text: str) -> list[str]:
    return [w.strip() for w in text.split(",") if w.strip()]


def _wrong(header: Mapping[str, _Entry]) -> str:
    """Return the key whose value is not of its form, or an empty string."""
    if not CODE.fullmatch(header["code"].value):
        return "code"
    if not NAME.fullmatch(header["name"].value):
        return "name"
    return "" if header["severity"].value in {s.value for s in Severity} else "severity"


def _split(text: str) -> tuple[list[_Entry], str]:
    """Return the entries of the header and the query below it."""
    entries: list[_Entry] = []
    lines = text.splitlines()
    for index, line in enumerate(lines):
        if not line.startswith("--"):
            return entries, "\n".join(lines[index:])
        entry, more = _ENTRY.fullmatch(line), _MORE.fullmatch(line)
        if entry and not more:
            entries.append(_Entry(entry[1], entry[2].strip(), index + 1))
        elif more and entries:
            last = entries[-1]
            entries[-1] = replace(last, value=f"{last.value} {more[1].strip()}".strip())
    return entries, ""
