"""Suggestions as a patch with its reasons, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from copydesk.engine.places import shown
from copydesk.suggest import Spotted, Suggestion
from copydesk.suggest.documents import Placed
from copydesk.suggest.proposal import Suspect, plural


def suggest_text(found: Suggestion, written: bool = False) -> str:
    """Return a patch; what is no part of it stands in lines that begin with `#`."""
    # Names and values are those of the file: what no line can hold is shown by its number.
    return "\n".join(shown(x, None) for x in _lines(found, written)) + "\n" + "".join(
        "" if written else f"\n{change.diff}" for change in found.changes
    )  # fmt: skip


def _lines(found: Suggestion, written: bool) -> Iterator[str]:
    listed = _listed(found)
    counts = f"{plural(len(listed), 'proposal')}, {plural(len(found.suspects), 'suspect')}"
    yield f"# {found.table}: {plural(found.rows, 'row')} in {found.path}; {counts}"
    if found.suspects:
        yield "#"
        yield "# Suspects, which nothing below makes legal:"
        for one in found.suspects:
            yield from (f"# {line}" for line in _suspect(found, one))
    for change in found.changes:
        yield "#"
        state = "new" if change.before is None else "changed"
        yield f"# {change.path} ({state})"
        own = sorted((p for p in listed if p.path == change.path), key=lambda p: p.line)
        width = max((len(_subject(p)) for p in own), default=0)
        for each in own:
            yield f"# {each.line:>5}  {_subject(each):<{min(width, 60)}}  {each.proposal.evidence}"
    if found.changes:
        yield "#"
        how = "Written." if written else "Nothing is written yet; `--write` does, or `git apply`."
        yield f"# {how}"


def _listed(found: Suggestion) -> list[Placed]:
    """Return the proposals that need a reason: the names of fields are those of the header."""
    return [p for p in found.proposals if p.proposal.what != "name"]


def _subject(one: Placed) -> str:
    proposal = one.proposal
    name = f"{proposal.field}: " if proposal.field else ""
    return f"{name}{proposal.what}{_value(one)}"


def _value(one: Placed) -> str:
    value = one.proposal.value
    if value is True or not one.proposal.path:
        return ""
    if one.proposal.what == "foreignKeys":
        to = value["reference"]
        return f" → {to.get('resource', 'itself')}.{', '.join(to['fields'])}"
    if isinstance(value, list):
        return f" {', '.join(json.dumps(v, ensure_ascii=False) for v in value)}"
    return f" {value}"


def _suspect(found: Suggestion, one: Spotted) -> Iterator[str]:
    suspect, (first, *more) = one.suspect, one.places
    times = "once" if suspect.count == 1 else f"{suspect.count:,} times"
    value = shown(suspect.value)
    yield f"{found.path}:{first.line}:{first.column}: `{suspect.field}` is `{value}` {times}"
    yield f"    = why:  {suspect.why}"
    if more:
        also = ", ".join(f"{p.line}:{p.column}" for p in more)
        yield f"    = also: {also}" + (" and more" if suspect.count > len(one.places) else "")
    yield f"    = help: {_cure(suspect)}"


def _cure(suspect: Suspect) -> str:
    """Return what to do about a suspect, whichever it is."""
    cure = f"correct it to `{shown(suspect.near)}`" if suspect.near else "correct it"
    if suspect.allowing:
        listed = ", ".join(json.dumps(v, ensure_ascii=False) for v in suspect.allowing)
        return f'{cure}; or if it is right, write `"enum": [{listed}]` yourself'
    if suspect.keeps:
        return f"{cure}, and the {suspect.keeps} is proposed; or leave it, if it is right"
    return f"{cure}, if it is a slip"


def suggest_json(found: Suggestion) -> str:
    """Return suggestions as one JSON document, which `suggest.schema.json` describes."""
    document = {
        "suggest": "copydesk/1",
        "table": found.table,
        "path": found.path,
        "rows": found.rows,
        "proposals": [_proposal(p) for p in _listed(found)],
        "suspects": [
            {
                "field": s.suspect.field,
                "value": s.suspect.value,
                "count": s.suspect.count,
                "why": s.suspect.why,
                "near": s.suspect.near or None,
                "keeps": s.suspect.keeps or None,
                "allowing": list(s.suspect.allowing),
                "places": [{"line": p.line, "column": p.column} for p in s.places],
            }
            for s in found.suspects
        ],
        "files": [
            {"path": c.path, "new": c.before is None, "diff": c.diff, "text": c.after}
            for c in found.changes
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _proposal(one: Placed) -> dict[str, object]:
    return {
        "path": one.path,
        "line": one.line,
        "pointer": one.pointer,
        "field": one.proposal.field or None,
        "what": one.proposal.what,
        "value": one.proposal.value,
        "evidence": one.proposal.evidence,
    }
