"""TB: the header and the shape of the rows against the schema (Table Schema, `fieldsMatch`)."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field

from copydesk.checks import check
from copydesk.model import Schema


@dataclass(frozen=True)
class Matching:
    """How the labels of a file meet the fields of its schema.

    `columns` gives for each field the 0-based column that holds it, or None; `missing` are
    fields without a column, `extra` and `incorrect` columns without a field, `moved` columns
    that stand at another place than the schema says.
    """

    columns: tuple[int | None, ...]
    missing: tuple[str, ...] = ()
    extra: tuple[int, ...] = ()
    incorrect: tuple[tuple[int, str], ...] = ()
    moved: tuple[int, ...] = field(default=())


def match_labels(schema: Schema, labels: Sequence[str] | None) -> Matching:
    """Return how labels meet fields under the schema's `fieldsMatch` (Data Package v2).

    Without labels (a file that has no header) columns are taken in order.
    """
    names = [f.name for f in schema.fields]
    if labels is None:
        return Matching(tuple(range(len(names))))
    if schema.fields_match == "exact":
        return _exact(names, labels)
    columns = tuple(labels.index(n) if n in labels else None for n in names)
    needs_all = schema.fields_match in ("equal", "subset")
    allows_more = schema.fields_match in ("subset", "partial")
    missing = tuple(n for n, c in zip(names, columns, strict=True) if c is None)
    if schema.fields_match == "partial" and len(missing) < len(names):
        missing = ()
    extra = tuple(i for i, label in enumerate(labels) if label not in names)
    return Matching(
        columns,
        missing if needs_all or schema.fields_match == "partial" else (),
        () if allows_more else extra,
    )


def _exact(names: list[str], labels: Sequence[str]) -> Matching:
    if list(labels) == names:
        return Matching(tuple(range(len(names))))
    if len(set(labels)) == len(labels) and not set(labels) & set(names):
        return _by_position(names, labels)
    if len(set(labels)) < len(labels) or len(set(names)) < len(names):
        return _by_position(names, labels)
    places = {label: i for i, label in enumerate(labels)}
    absent = [i for i, n in enumerate(names) if n not in places]
    spare = [i for i, label in enumerate(labels) if label not in names]
    incorrect = {i: names[i] for i in absent if i in spare}
    columns = tuple(places.get(n, i if i in incorrect else None) for i, n in enumerate(names))
    kept = [c for c in columns if c is not None]
    return Matching(
        columns,
        tuple(names[i] for i in absent if i not in incorrect),
        tuple(i for i in spare if i not in incorrect),
        tuple(incorrect.items()),
        () if kept == sorted(kept) else tuple(
            c for i, c in enumerate(columns) if c is not None and c != i
        ),
    )  # fmt: skip


def _by_position(names: list[str], labels: Sequence[str]) -> Matching:
    common = min(len(names), len(labels))
    return Matching(
        tuple(i if i < common else None for i in range(len(names))),
        tuple(names[common:]),
        tuple(range(common, len(labels))),
        tuple((i, names[i]) for i in range(common) if labels[i] != names[i]),
    )


@dataclass(frozen=True)
class LabelFault:
    """Something wrong with a header.

    `index` is the 0-based column (None: the whole header), `field` the one concerned, `value`
    the label as written.
    """

    code: str
    index: int | None = None
    field: str = ""
    value: str | None = None
    cure: str = ""


def header_faults(
    matching: Matching, labels: Sequence[str], names: Sequence[str], told: Container[str]
) -> Iterator[LabelFault]:
    """Yield what is wrong with a header, each label once.

    `told` are the codes that will be reported: a label that is empty or stands twice is not also
    told to be another one than the schema says, unless nobody would hear of it.
    """
    blank = set(blank_label(labels)) if "TB005" in told else set()
    twice = set(duplicate_label(labels)) if "TB004" in told else set()
    wanted = dict(incorrect_label(matching))
    for name in missing_label(matching):
        yield LabelFault("TB001", None, name)
    for index, label in enumerate(labels):
        name = wanted.get(index, "")
        cure = f"write `{name}`" if name else ""
        if index in blank:
            yield LabelFault("TB005", index, "", label, cure)
        elif index in twice:
            yield LabelFault("TB004", index, "", label, cure)
        elif name:
            yield LabelFault("TB003", index, name, label, cure)
        elif index in set(extra_label(matching)):
            yield LabelFault("TB002", index, "", label)
    if columns_in_another_order(matching):
        order = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
        yield LabelFault("TB009", min(matching.moved), "", None, f"put them in order: {order}")


@check("TB001", message="the column `{field}` is missing", equivalent="missing-label")
def missing_label(matching: Matching) -> Iterator[str]:
    """Tell the fields of the schema that have no column.

    What: The schema describes a field, and the header of the file has no such label.
    Why: A promised column is not there; every check on it is left out, and programs that read
        it fail.
    Example: a header without `speaker_id`.
    Fix: Add the column, or correct its label if it is there under another name.
    """
    yield from matching.missing


@check("TB002", message="the column `{value}` is not in the schema", equivalent="extra-label")
def extra_label(matching: Matching) -> Iterator[int]:
    """Tell the columns that the schema does not describe.

    What: The header has a label, and the schema has no field of that name.
    Why: Nobody has said what the column means, and nothing in it is checked.
    Example: a column `notes2` left over from a spreadsheet.
    Fix: Describe the field in the schema, or remove the column.
    """
    yield from matching.extra


@check(
    "TB003",
    message="the column is labelled `{value}` where the schema says `{field}`",
    equivalent="incorrect-label",
)
def incorrect_label(matching: Matching) -> Iterator[tuple[int, str]]:
    """Tell the labels that differ from the name of their field.

    What: At this place the schema has a field of another name.
    Why: Programs find columns by their labels.
    Example: `speaker` where the schema says `speaker_id`.
    Fix: Write the label as the schema does.
    """
    yield from matching.incorrect


@check("TB004", message="the label `{value}` stands twice", equivalent="duplicate-label")
def duplicate_label(labels: Sequence[str]) -> Iterator[int]:
    """Tell the labels that occur more than once.

    What: Two columns have the same label.
    Why: A program that asks for the column by its label gets one of them, and which one is
        chance.
    Example: `id,name,name`.
    Fix: Give each column a label of its own.
    """
    seen: set[str] = set()
    for index, label in enumerate(labels):
        if label and label in seen:
            yield index
        seen.add(label)


@check("TB005", message="column {number} has no label", equivalent="blank-label")
def blank_label(labels: Sequence[str]) -> Iterator[int]:
    """Tell the columns without a label.

    What: A cell of the header is empty.
    Why: Nobody knows what the column holds, and programs cannot ask for it.
    Example: `id,,name`.
    Fix: Write the label, or remove the column.
    """
    yield from (i for i, label in enumerate(labels) if not label.strip())


@check(
    "TB006",
    message="the row has {cells}, the header {expected}: `{field}` is missing",
    equivalent="missing-cell",
)
def missing_cell(count: int, expected: int) -> bool:
    """Tell the rows that end before the last column.

    What: The row has fewer cells than the header has labels.
    Why: Somewhere in the row a delimiter, or a value, is missing, and what stands behind it may
        be in the wrong column.
    Example: `q1,direct` under a header of three labels.
    Fix: Put the missing delimiter or value where it belongs; an empty cell still needs its
        delimiter.
    """
    return count < expected


@check(
    "TB007",
    message="the row has {cells}, the header {expected}: `{value}` is one too many",
    equivalent="extra-cell",
)
def extra_cell(count: int, expected: int) -> bool:
    """Tell the rows that go on behind the last column.

    What: The row has more cells than the header has labels.
    Why: Usually a value with a delimiter in it is not quoted, and all that follows has moved one
        column to the right.
    Example: `q1,direct,Kim, Kye Gwan` under a header of three labels.
    Fix: Put the value that holds the delimiter in double quotes: `"Kim, Kye Gwan"`.
    """
    return count > expected


@check("TB008", message="the row is blank", equivalent="blank-row")
def blank_row(cells: Sequence[str]) -> bool:
    """Tell the empty lines between the rows.

    What: A line without any cell stands where a row is expected.
    Why: Some programs skip it, some read a row of missing values, some stop there.
    Example: an empty line at the end of the file, left by an editor.
    Fix: Delete the line.
    """
    return not cells


@check("TB009", message="the columns stand in another order than in the schema",
       equivalent="incorrect-label")  # fmt: skip
def columns_in_another_order(matching: Matching) -> bool:
    """Tell a header that has the right labels in another order than the schema.

    What: All labels are known, but not in the order of the fields; the schema demands that
        order (`fieldsMatch` is `exact`, which is the default).
    Why: Programs that read columns by position take one for the other, and every line of the
        file differs in the next comparison.
    Example: `kind,quote_id` where the schema says `quote_id`, then `kind`.
    Fix: Put the columns back in order, or declare `"fieldsMatch": ["equal"]` in the schema.
    """
    return bool(matching.moved)
