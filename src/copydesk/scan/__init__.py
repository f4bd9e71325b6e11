"""CSV bytes → structure and exact positions.

`survey` looks at the bytes of a file fast and says whether DuckDB may read it as it is,
`read_csv_options` with which options. `records` reads any file exactly, `header` its labels, and
`locate` finds line and column of the cells that are asked for, `walk` those of any number.
"""

from copydesk.scan.grammar import Flaw, FlawKind
from copydesk.scan.places import Place, Places, Wanted, locate, walk
from copydesk.scan.records import (
    Header,
    Label,
    Record,
    Role,
    columns_of,
    csv_options,
    delimiter_of,
    header,
    records,
)
from copydesk.scan.survey import Survey, read_csv_options, survey
from copydesk.scan.tally import Mark, Spot

__all__ = [
    "Flaw",
    "FlawKind",
    "Header",
    "Label",
    "Mark",
    "Place",
    "Places",
    "Record",
    "Role",
    "Spot",
    "Survey",
    "Wanted",
    "columns_of",
    "csv_options",
    "delimiter_of",
    "header",
    "locate",
    "read_csv_options",
    "records",
    "survey",
    "walk",
]
