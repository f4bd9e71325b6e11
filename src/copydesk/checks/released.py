"""ID and VN: what a dataset owes to those who use a former release of it."""

from __future__ import annotations

from copydesk.checks import check


@check("ID001", message="`{value}`, released in `{release}`, {reason}")
def released_key_gone(reason: str) -> bool:
    """Tell a key that a release had and that leads nowhere now.

    What: A row of a former release has no row of that key any more, and no redirect leads from the
        key to one that is there. It is asked with `--release`, of tables whose primary key is one
        field; where the schema of `redirects` lists tables, of those alone.
    Why: Papers, programs and other datasets hold on to the key. It must lead them to a row, or
        tell that there is none any more.
    Example: `q8` was released in `v1.0.0`, and `quotes` has no such row.
    Fix: Bring the row back; or add a row to `redirects` with the `old_id`, the `table` and the
        `new_id`, or without a `new_id` as a tombstone.
    """
    return bool(reason)


@check("ID002", message="`{value}` stood for another row in `{release}`: {reason}")
def released_key_reused(former: str, now: str) -> bool:
    """Tell a key that means another row than in the last release.

    What: Hardly anything is left of the row that had this key in the last release, or what that
        row held stands under another key now. It is asked with `--release`.
    Why: Whoever refers to the key would be led to something else without a word.
    Example: `q1` was "We shall meet again"; since a row was put above it, `q1` is another quote.
    Fix: Give the row its former key back, and the other one a key that was never used.
    """
    return former != now


@check("VN001", message="{reason}: the changes since `{release}` demand `{value}`")
def version_too_low(reason: str) -> bool:
    """Tell a version number that is lower than the changes demand.

    What: The `version` of the package is lower than what the changes since the last release ask
        for, or is no semantic version. It is asked with `--release`.
    Why: People update without a look when the first number stays. If something breaks for them
        nevertheless, the next number will not be believed.
    Example: `1.2.1` after a column was removed from `1.2.0`.
    Fix: `copydesk version` lists every reason, `copydesk version --write` sets the number.
    """
    return bool(reason)


@check("VN002", message="`{path}` has the version `{value}`, `{descriptor}` has `{version}`")
def versions_disagree(value: str, version: str) -> bool:
    """Tell a file that carries another version number than the descriptor.

    What: `CITATION.cff`, `codemeta.json` or another file beside the descriptor that has a
        `version` has another one. It is asked with `--release`.
    Why: Whoever cites the data by that file names a version that they are not.
    Example: `1.1.0` in `CITATION.cff`, `1.2.0` in `datapackage.json`.
    Fix: `copydesk version --write` sets all of them.
    """
    return value != version
