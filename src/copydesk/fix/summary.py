"""What was mended, in words: per file and kind; then what is left, each with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from copydesk.engine.places import shown
from copydesk.fix import Outcome
from copydesk.fix.rounds import Change
from copydesk.model import Severity
from copydesk.report import render


def summary(outcome: Outcome, *, written: bool, here: str = "") -> str:
    """Return the summary of what was mended, or would be, and what is left."""
    return "\n".join([*_lines(outcome, written, here)]) + "\n"


def _lines(outcome: Outcome, written: bool, here: str) -> Iterator[str]:
    for draft in outcome.changed:
        yield f"{'mended' if written else 'would mend'} {here}{'/' * bool(here)}{draft.path}"
        yield from _kinds([c for c in outcome.changes if c.path == draft.path])
    for path, why in outcome.untouched:
        yield f"left alone {here}{'/' * bool(here)}{path}: {why}"
    for table, name in outcome.kept:
        yield f"left alone `{name}` of {table}: its values would no longer fit those they refer to"
    left = outcome.left
    told = [t for t in left.totals if t.severity is not Severity.INFO]
    if not told:
        word = "nothing else is wrong" if outcome.changed else "nothing to mend"
        yield word
        return
    count = sum(t.count for t in told)
    yield f"left to you: {count:,} finding{'s' * (count != 1)}"
    yield render(left, "concise", here=here).rstrip("\n")


def _kinds(changes: list[Change]) -> Iterator[str]:
    """Yield a line for each kind of mend, with an example of those of cells."""
    kinds = Counter((change.code, change.name) for change in changes)
    for (code, name), count in sorted(kinds.items()):
        example = next((c for c in changes if c.code == code and c.old is not None), None)
        if example is None:
            yield f"  {code} {name}"
        else:
            old, new = shown(example.old or "", 30), shown(example.new or "", 30)
            yield f"  {code} {name}: {count:,} cell{'s' * (count != 1)}, such as `{old}` → `{new}`"
