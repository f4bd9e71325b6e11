"""The native engine: every table is scanned once into DuckDB, then asked.

The only door to DuckDB. Loaded tables live in the schema `_copydesk` under numbers (`t0`, `t1`,
…), their columns too (`c0`, …, see checks/types.py); rules see views by name. `loading` reads a
file, `judging` asks for the checks of one table, `querying` runs the rules across tables.
"""

from copydesk.engine.duckdb.database import Database, Interrupted, Loaded, OutOfMemory
from copydesk.engine.duckdb.inferring import inferred
from copydesk.engine.duckdb.judging import Judged, judge, unsorted, with_extremes
from copydesk.engine.duckdb.loading import Reading, Unreadable, load, read_csv
from copydesk.engine.duckdb.querying import (
    QueryFailed,
    allow_functions,
    forget,
    make_batches,
    query,
    watched,
)

__all__ = [
    "Database",
    "Interrupted",
    "Judged",
    "Loaded",
    "OutOfMemory",
    "QueryFailed",
    "Reading",
    "Unreadable",
    "allow_functions",
    "forget",
    "inferred",
    "judge",
    "load",
    "make_batches",
    "query",
    "read_csv",
    "unsorted",
    "watched",
    "with_extremes",
]
