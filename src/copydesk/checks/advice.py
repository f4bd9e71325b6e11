"""The cure of a finding: what the value at hand suggests, without guessing."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from copydesk.checks import mends
from copydesk.checks.column import Column
from copydesk.checks.mending import mended


def nearest(value: str, known: Sequence[str], most: int = 3) -> list[str]:
    """Return up to three known values that a value is close to, the closest first."""
    bare = value.strip().casefold()
    same = [k for k in known if k.casefold() == bare]
    return same[:1] or difflib.get_close_matches(value, known, most, 0.75)


def did_you_mean(values: Sequence[str]) -> str:
    """Return the question that offers values, or an empty string if there is none."""
    return f"did you mean {' or '.join(f'`{v}`' for v in values)}?" if values else ""


def cure(
    code: str, value: str, params: Mapping[str, Any], known: Sequence[str], near: bool = True
) -> str:
    """Return the cure that a bad value suggests, or an empty string."""
    if near and known and (found := nearest(value, known)):
        return did_you_mean(found)
    if code == "FD001" and params.get("usual") and (found_cure := mended(params["kind"], value)):
        return found_cure
    if value.strip() and value != value.strip():
        return f"delete the space around it: `{value.strip()}`"
    if code == "FD005" and params.get("example"):
        return f"write it like `{params['example']}`"
    if known:
        return f"the allowed values are {', '.join(f'`{k}`' for k in known[:12])}" + (
            f" and {len(known) - 12} more" if len(known) > 12 else ""
        )
    return ""


def with_mend(help_: str, code: str, column: Column | None, value: str, near: bool = True) -> str:
    """Return a cure, with the command that does it where there is one.

    Without `near` nobody looks whether a value could be guessed.
    """
    for mend in mends(code):
        if not (mend.safe or near):
            continue
        new = mend.cell(column, value) if mend.cell and column else None
        if mend.certain or (new is not None and new != value):
            command = f"`copydesk fix{'' if mend.safe else ' --unsafe'}`"
            return f"{help_} ({command} mends this)" if help_ else f"{command} mends this"
    return help_
