"""WV: waivers, the findings that people know of and put up with for a while."""

from __future__ import annotations

from copydesk.checks import check


@check("WV001", message="this waiver cannot be used: {reason}")
def unusable_waiver(reason: str) -> bool:
    """Tell a row of the waivers that names no finding.

    What: `schemas/waivers.csv` has other columns than `code`, `table`, `key`, `field`, `reason`
        and `expires`, or a row of it has no code that a check has, no reason, or no day in
        `expires`.
    Why: A waiver that is not understood silences nothing, and nobody would notice.
    Example: `FD004,quotes,q7,kind,,2026-12-31`: nobody knows why.
    Fix: Write one row for each finding: its code, table, key (the values of several fields joined
        by `|`) and field as the report gives them, why it is waived, and until which day. Without
        a day it holds for ever.
    """
    return bool(reason)


@check("WV002", message="the waiver of `{value}` expired on `{day}`")
def expired_waiver(day: str, today: str) -> bool:
    """Tell a waiver whose day is past.

    What: `expires` of a row in `schemas/waivers.csv` lies before today. The finding that it was
        about is shown again.
    Why: Somebody promised to mend the data by that day.
    Example: `expires` of `2026-06-30` in July.
    Fix: Mend the data and delete the row; or, with a new reason, give it another day.
    """
    return day < today


@check("WV003", message="no finding is waived by this: {value}")
def idle_waiver(found: int) -> bool:
    """Tell a waiver that silences nothing.

    What: No finding has the code, table, key and field of a row in `schemas/waivers.csv`, or there
        are fewer of them than rows.
    Why: It would silence the next mistake of that kind, which nobody has looked at.
    Example: a waiver for the kind of `q7`, which has been corrected.
    Fix: Delete the row. If the finding is still there under another key, name that.
    """
    return found == 0
