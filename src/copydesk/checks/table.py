"""TB: the header and the shape of the rows against the schema (Table Schema, `fieldsMatch`)."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from copydesk.checks import check
from copydesk.checks.column import Column
from copydesk.checks.field import Bad
from copydesk.model import Schema, Severity


@dataclass(frozen=True)
class Matching:
    """How the labels of a file meet the fields of its schema.

    `columns` gives for each field the 0-based column that holds it, or None; `missing` are
    fields without a column, `extra` columns without a field, `incorrect` columns with another
    label than their field has, `moved` those among them that have the label of another field;
    `unmatched` says that not one of the fields has a column where one of them must.
    """

    columns: tuple[int | None, ...]
    missing: tuple[str, ...] = ()
    extra: tuple[int, ...] = ()
    incorrect: tuple[tuple[int, str], ...] = ()
    moved: tuple[int, ...] = ()
    unmatched: bool = False


def match_labels(schema: Schema, labels: Sequence[str] | None) -> Matching:
    """Return how labels meet fields under the schema's `fieldsMatch` (Data Package v2).

    Without labels (a file that has no header) columns are taken in order.
    """
    names = [f.name for f in schema.fields]
    if labels is None:
        return Matching(tuple(range(len(names))))
    if schema.fields_match == "exact":
        return _by_position(names, labels)
    places = {label: i for i, label in reversed(list(enumerate(labels)))}
    columns = tuple(places.get(name) for name in names)
    missing = [f for f, column in zip(schema.fields, columns, strict=True) if column is None]
    if schema.fields_match in ("superset", "partial"):
        # Fewer columns will do, but what must be filled in every row cannot be left out.
        key = schema.primary_key.fields if schema.primary_key else ()
        missing = [f for f in missing if f.name in key or f.constraints.get("required") is True]
    allows_more = schema.fields_match in ("subset", "partial")
    known = set(names)
    return Matching(
        columns,
        tuple(f.name for f in missing),
        () if allows_more else tuple(i for i, label in enumerate(labels) if label not in known),
        unmatched=schema.fields_match == "partial" and not known & set(labels),
    )


def maps_by_name(schema: Schema | None) -> bool:
    """Return whether columns are found by their labels, not by their places."""
    return schema is not None and schema.fields_match != "exact"


def _by_position(names: list[str], labels: Sequence[str]) -> Matching:
    common = min(len(names), len(labels))
    other = [i for i in range(common) if labels[i] != names[i]]
    known = set(names)
    return Matching(
        tuple(i if i < common else None for i in range(len(names))),
        tuple(names[common:]),
        tuple(range(common, len(labels))),
        tuple((i, names[i]) for i in other),
        tuple(i for i in other if labels[i] in known),
    )


def column_names(
    labels: Sequence[str], fields: Mapping[int, str] = MappingProxyType({})
) -> tuple[str, ...]:
    """Return a name for each column, each of them once; `fields` are those of described columns.

    As in the reference a column without a label is called by its number (`field3`) where nobody
    has described the table, and a label that is taken gets the next number that is free (`id2`).
    """
    names, taken = [], set(fields.values())
    for index, label in enumerate(labels):
        name = base = label.strip() or ("" if fields else f"field{index + 1}")
        suffix = 2
        while name in taken and index not in fields:
            name, suffix = f"{base}{suffix}", suffix + 1
        names.append(fields.get(index, name))
        taken.add(names[-1])
    return tuple(names)


@dataclass(frozen=True)
class LabelFault:
    """Something wrong with a header.

    `index` is the 0-based column (None: the whole header), `field` the one concerned (the label,
    where the schema has none for it), `value` the label as written.
    """

    code: str
    index: int | None = None
    field: str = ""
    value: str | None = None
    cure: str = ""


def header_faults(
    matching: Matching, labels: Sequence[str], schema: Schema | None, told: Container[str]
) -> Iterator[LabelFault]:
    """Yield what is wrong with a header, each label once.

    `told` are the codes that will be reported: a label that is empty or stands twice is not also
    told to be another one than the schema says, unless nobody would hear of it. A label without
    a field is told as that, whatever else is odd about it.
    """
    names = [f.label for f in schema.fields] if schema else column_names(labels)
    shown = {f.name: f.label for f in schema.fields} if schema else {}
    in_order = not maps_by_name(schema)
    blank = set(blank_label(labels)) if "TB005" in told and in_order else set()
    twice = set(duplicate_label(labels)) if "TB004" in told and in_order else set()
    wanted = {index: shown[name] for index, name in incorrect_label(matching)}
    moved = set(columns_in_another_order(matching))
    extra = set(extra_label(matching))
    if unmatched_header(matching):
        yield LabelFault("TB011")
    for name in missing_label(matching):
        yield LabelFault("TB001", None, shown[name])
    for index, label in enumerate(labels):
        cure = f"write `{wanted[index]}`" if wanted.get(index) else ""
        if index in moved:
            cure = f"put the columns in order: {', '.join(names[:12])}{', …' * (len(names) > 12)}"
        field_name = names[index] if in_order and index < len(names) else label.strip()
        if index in extra:
            yield LabelFault("TB002", index, label.strip(), label)
        elif index in blank:
            yield LabelFault("TB005", index, field_name, label, cure)
        elif index in twice:
            yield LabelFault("TB004", index, field_name, label, cure)
        elif index in wanted:
            code = "TB009" if index in moved else "TB003"
            yield LabelFault(code, index, wanted[index], label, cure)


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

    What: At this place the schema has a field of another name, and none of the name that stands
        there.
    Why: Programs find columns by their labels.
    Example: `speaker` where the schema says `speaker_id`.
    Fix: Write the label as the schema does.
    """
    yield from matching.incorrect


@check("TB004", message="the label `{value}` stands twice", equivalent="duplicate-label")
def duplicate_label(labels: Sequence[str]) -> Iterator[int]:
    """Tell the labels that occur more than once.

    What: Two columns have the same label, where columns are taken in the order of the fields.
    Why: A program that asks for the column by its label gets one of them, and which one is
        chance.
    Example: `id,name,name`.
    Fix: Give each column a label of its own.
    """
    seen: set[str] = set()
    for index, label in enumerate(label.strip() for label in labels):
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
    message="the row has {cells}, the header {expected}: {reason} is one too many",
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

    What: A line without any cell stands where a row is expected. Empty lines above the header
        are stepped over.
    Why: Some programs skip it, some read a row of missing values, some stop there.
    Example: an empty line at the end of the file, left by an editor.
    Fix: Delete the line.
    """
    return not cells


@check("TB009", message="the column `{value}` stands where the schema says `{field}`",
       equivalent="incorrect-label")  # fmt: skip
def columns_in_another_order(matching: Matching) -> Iterator[int]:
    """Tell the columns that stand at the place of another one.

    What: The label is that of a field, but the schema has another field at this place, and
        demands its own order (`fieldsMatch` is `exact`, which is the default). The cells are
        read as those of the field whose place it is.
    Why: Programs that read columns by position take one for the other, and every line of the
        file differs in the next comparison.
    Example: `kind,quote_id` where the schema says `quote_id`, then `kind`.
    Fix: Put the columns back in order, or declare `"fieldsMatch": "equal"` in the schema.
    """
    yield from matching.moved


@check("TB010", message="the row has nothing but empty cells", severity=Severity.WARNING)
def row_of_empty_cells(columns: Sequence[Column]) -> Bad | None:
    """Tell the rows in which every cell is empty.

    What: The row has its delimiters, and nothing between them; every value in it is missing.
    Why: By the standard it is a row like any other, that says nothing. Usually it was meant to be
        deleted.
    Example: `,,,` left below the last row by a spreadsheet.
    Fix: Delete the row.
    """
    if len(columns) < 2:
        return None
    plain = all(column.field.missing == ("",) for column in columns)
    sql = " AND ".join(column.empty for column in columns)
    return Bad(sql, "", gate=_empty_cell if plain else None)


def _empty_cell(cells: str) -> bool:
    return "\n\n" in f"\n{cells}\n"


@check("TB011", message="no column of the file is in the schema", equivalent="unmatched-header")
def unmatched_header(matching: Matching) -> bool:
    """Tell a header that has none of the fields of a schema which demands at least one.

    What: `fieldsMatch` is `partial`, so that any of the columns may be left out, but not all.
    Why: The schema says nothing about this file; it is likely to belong to another one.
    Example: a header `id,name` under a schema that describes `date` and `price`.
    Fix: Correct the labels, or give the resource the schema that describes it.
    """
    return matching.unmatched


@check("TB012", message="the label `{value}` stands twice, and columns are found by their labels",
       equivalent="error")  # fmt: skip
def ambiguous_label(schema: Schema | None, labels: Sequence[str], case: bool) -> int | None:
    """Tell the labels that stand twice where columns are found by them.

    What: `fieldsMatch` of the schema lets the columns stand in any order, and two of them have
        the same label, or labels that differ in case only where the dialect says that case means
        nothing (`headerCase`). The rows are not judged.
    Why: Nobody can say which of the columns is the field of that name.
    Example: `id,kind,kind` under a schema with `"fieldsMatch": "equal"`.
    Fix: Give each column a label of its own.
    """
    if not maps_by_name(schema):
        return None
    folded = [label if case else label.lower() for label in labels]
    return next((i for i, label in enumerate(folded) if label in folded[:i]), None)


@check("TB013", message="the fields {names} differ in case only, which the dialect passes over",
       equivalent="metadata-error")  # fmt: skip
def ambiguous_field(schema: Schema | None, case: bool) -> tuple[str, ...]:
    """Tell the fields that no label can tell apart.

    What: `fieldsMatch` of the schema lets the columns stand in any order, names of its fields
        differ in case only, and the dialect of the file says that case means nothing
        (`headerCase`). The rows are not judged.
    Why: A label fits more than one field.
    Example: fields `id` and `ID` with `"headerCase": false`.
    Fix: Rename one of the fields, or let case count.
    """
    if case or schema is None or not maps_by_name(schema):
        return ()
    groups: dict[str, dict[str, None]] = {}
    for one in schema.fields:
        groups.setdefault(one.label.lower(), {})[one.label] = None
    return next((tuple(group) for group in groups.values() if len(group) > 1), ())
