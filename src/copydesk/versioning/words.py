"""A proposed number as text for people, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from copydesk.versioning import Proposal
from copydesk.versioning.reasons import Reason


def proposal_text(found: Proposal) -> str:
    """Return a proposal as people read it."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Proposal) -> Iterator[str]:
    yield f"{_from(found)} → {found.next}   {_said(found)}"
    if found.reasons:
        yield ""
    width = max((len(r.table) for r in found.reasons), default=0)
    for reason in found.reasons:
        yield f"  {reason.cls:5}  {reason.table:{width}}  {reason.what}".rstrip()
    if not found.reasons:
        yield f"nothing differs from {found.named}"
    yield ""
    yield _carried(found)


def _from(found: Proposal) -> str:
    base = str(found.base)
    return base if base in found.named else f"{base} ({found.named})"


def _said(found: Proposal) -> str:
    if found.cls == "none":
        return "no change that a number tells"
    if found.cls == "major" and not found.base.major:
        return "major; before 1.0.0 the second number rises for that"
    return str(found.cls)


def _carried(found: Proposal) -> str:
    if not found.declared:
        return "the data carry no number yet: copydesk version --write"
    if found.is_enough:
        return f"the data carry {found.declared}, which is enough"
    return f"the data carry {found.declared}, which is too low: copydesk version --write"


def proposal_json(found: Proposal) -> str:
    """Return a proposal as the document that version.schema.json describes."""
    document = {
        "version": "copydesk/1",
        "base": str(found.base),
        "next": str(found.next),
        "class": found.cls,
        "reasons": [reason_document(r) for r in found.reasons],
        "named": found.named,
        "declared": found.declared,
        "enough": found.is_enough,
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def reason_document(reason: Reason) -> dict[str, str]:
    """Return a reason as JSON has it."""
    return {
        "class": reason.cls, "kind": reason.kind, "table": reason.table, "what": reason.what,
    }  # fmt: skip
