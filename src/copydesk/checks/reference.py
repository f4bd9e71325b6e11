"""RF: values that must occur in another table (Table Schema, `foreignKeys`)."""

from __future__ import annotations

from copydesk.checks import check
from copydesk.model import ForeignKey, Schema


@check(
    "RF001",
    message="`{value}` is not in `{target_fields}` of {target}",
    equivalent="foreign-key",
)
def missing_reference(schema: Schema) -> tuple[ForeignKey, ...]:
    """Tell the rows that refer to a row that does not exist.

    What: The cell names a row of another table (or of this one), and there is none of that name.
        Rows in which a field of the reference is empty refer to nothing and pass.
    Why: Whoever joins the tables loses this row, or its counterpart, without a word.
    Example: `speaker_id` = `kim-kye-gwann` where `people` has `kim-kye-gwan`.
    Fix: Correct the spelling, or add the missing row to the other table first.
    """
    return schema.foreign_keys
