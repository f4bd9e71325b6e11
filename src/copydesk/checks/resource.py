"""FL: files that cannot be had, and what a resource says of its table as a whole."""

from __future__ import annotations

from copydesk.checks import check
from copydesk.model import Severity


@check("FL017", message="the file cannot be unpacked: {reason}", equivalent="compression-error")
def unusable_archive(reason: str) -> bool:
    """Tell a compressed file that cannot be unpacked.

    What: A resource is compressed, as its `compression` or the ending of its path says, but the
        file is damaged, holds no file (or not the one that `innerpath` names), swells out of all
        proportion, or is compressed in a way that is not known. Known are gz, zip, bz2 and xz.
    Why: The table in it cannot be read by anybody.
    Example: `people.csv.gz` that was cut off while it was copied.
    Fix: Compress the table again, or correct `compression` in the descriptor.
    """
    return bool(reason)


@check("FL018", message="`{value}` is remote and was not read{reason}",
       equivalent="scheme-error")  # fmt: skip
def unread_remote_file(allowed: bool) -> bool:
    """Tell a file of the package that lies on the network and was not read.

    What: The path of a resource, a schema or a dialect is a URL. Nothing is fetched unless
        `--allow-remote` is given; with it, the server did not send the file.
    Why: What was not read was not checked, which must not look like a clean table.
    Example: `"path": "https://example.org/people.csv"`.
    Fix: Check with `--allow-remote`, or keep the file in the package.
    """
    return not allowed


@check("FL019", message="the data are no table: {reason}", equivalent="source-error")
def unusable_data(reason: str) -> bool:
    """Tell data inside a descriptor, or in a file of JSON or YAML, that are no table.

    What: `data` of a resource is not a list, or its items are not all lists (the rows, the header
        first) or all objects (the rows by label), or not of the kind that `itemType` of the
        dialect says. A file is not JSON, or has no such `property`.
    Why: Nobody can say which value belongs to which column.
    Example: `"data": [["id"], [1], "bad"]`.
    Fix: Write each row as a list, or each row as an object.
    """
    return bool(reason)


@check("FL020", message="the table has {found} rows, the descriptor says {expected}",
       equivalent="row-count")  # fmt: skip
def row_count_differs(found: int, expected: int) -> bool:
    """Tell a table with another number of rows than the descriptor states.

    What: The resource states `rows`, or `stats` with `rows` in it, and the table has another
        number of them.
    Why: Rows have been lost or added since the table was described.
    Example: a download that broke off between two rows.
    Fix: Fetch the file again; if the change is meant, update the descriptor.
    """
    return found != expected


@check("FL021", message="the table has {found} fields, the descriptor says {expected}",
       equivalent="field-count")  # fmt: skip
def field_count_differs(found: int, expected: int) -> bool:
    """Tell a table with another number of fields than the descriptor states.

    What: The resource states `fields`, or `stats` with `fields` in it, and the table has another
        number of them.
    Why: Columns have been lost or added since the table was described.
    Example: `"stats": {"fields": 4}` for a table of three columns.
    Fix: Restore the column; if the change is meant, update the descriptor.
    """
    return found != expected


@check("FL022", message="`{value}` does not begin with the header of `{first}`",
       severity=Severity.WARNING)  # fmt: skip
def part_without_header(bare: bool) -> bool:
    """Tell a later part of a table that does not begin as the first part does.

    What: A resource consists of several files, and one of them does not repeat the header of the
        first. Its first row is taken for data.
    Why: Programs differ: some take the files for one when they are put end to end, others leave
        the first row of each file out, and with it a row of data.
    Example: `id,name` in the first file, `7,Kim Kye Gwan` at the top of the second.
    Fix: Begin each of the files with the same header.
    """
    return bare
