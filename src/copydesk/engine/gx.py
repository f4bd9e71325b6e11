"""Great Expectations itself, for the expectations that have no native form.

The only module that talks to Great Expectations. It runs on a pandas DataFrame, in an ephemeral
context: nothing is written, nothing is sent, nothing is printed.

The columns are typed so that the values of a CSV file mean to Great Expectations what the schema
says. Text, times and lists are Python objects; a whole number is `int64`, or a Python integer
where a value is missing (never a rounded float); a number is `float64`; a truth value is `bool`,
or a Python bool where one is missing; dates and datetimes are `datetime64[us]`, and an ISO 8601
date in the arguments of an expectation of such a column is the datetime that it stands for. A
missing value, and a cell that is not of its type, is None, NaN or NaT.
"""

from __future__ import annotations

import io
import logging
import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from copydesk.checks.asking import column_names
from copydesk.checks.column import Column
from copydesk.checks.conditions import moment
from copydesk.engine.results import of_set, summary
from copydesk.errors import MissingDependency
from copydesk.model import Expectation, ForeignCheck
from copydesk.suites.condition import condition_fault

_RESULT_FORMAT = {"result_format": "COMPLETE"}
_DIVERGENCE = "expect_column_kl_divergence_to_be_less_than"
_BOUNDS = ("min_value", "max_value")
_SETS = ("value_set", "value_pairs_set")


@dataclass(frozen=True)
class Outcome:
    """The verdict of Great Expectations on one expectation.

    `rows` are the numbers of the unexpected rows, as the frame's index has them, and `count`
    their number; `observed` is what was computed from a column or table; `error` is the text of
    the exception raised instead of a verdict, empty if there is one; `result` holds all numbers,
    if they were asked for.
    """

    success: bool
    rows: tuple[int, ...] = ()
    count: int = 0
    observed: str = ""
    error: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)


def data_frame(
    columns: Sequence[Column], values: Sequence[Sequence[Any]], rows: Sequence[int]
) -> Any:
    """Return a typed pandas DataFrame of columns of Python values, with its rows numbered."""
    with _contained():
        pandas = _pandas()
        return pandas.DataFrame(
            {
                column.field.name: _series(pandas, column.type.sql, cells, rows)
                for column, cells in zip(columns, values, strict=True)
            },
            index=list(rows),
        )


def _series(pandas: Any, sql: str, cells: Sequence[Any], rows: Sequence[int]) -> Any:
    whole = all(c is not None for c in cells)
    dtype: Any = object
    if sql == "DOUBLE":
        dtype = "float64"
    elif sql in ("DATE", "TIMESTAMP"):
        dtype = "datetime64[us]"
    elif sql in ("BIGINT", "BOOLEAN") and whole:
        dtype = "int64" if sql == "BIGINT" else "bool"
    return pandas.Series(list(cells), index=list(rows), dtype=dtype)


def judge(
    checks: Sequence[ForeignCheck], frame: Callable[[], Any], *, numbers: bool = False
) -> list[Outcome]:
    """Return what Great Expectations says to each check, in their order, with numbers if wanted.

    Raises MissingDependency if it is not installed.
    """
    if not checks:
        return []
    with _contained():
        library = _library()
        table = frame()
        mixes = [_mixes(c.subject, table) for c in checks]
        tables = {False: table, True: _loose(table) if any(mixes) else table}
        batches = {mixed: _batch(library, tables[mixed]) for mixed in set(mixes)}
        return [
            _outcome(library, tables[mixed], batches[mixed], check.subject, numbers)
            for check, mixed in zip(checks, mixes, strict=True)
        ]


def _loose(table: Any) -> Any:
    """Return a table in which all whole numbers are Python integers.

    Pandas refuses to compare an `int64` with a missing value of an object column, not an integer
    of another object column.
    """
    return table.astype({n: object for n, t in table.dtypes.items() if t == "int64"})


def _mixes(expectation: Expectation, table: Any) -> bool:
    """Return whether an expectation compares columns that pandas stores in different ways."""
    dtypes = {str(table[n].dtype) for n in column_names(expectation) if n in table.columns}
    return {"int64", "object"} <= dtypes


def _pandas() -> Any:
    try:
        import pandas
    except ImportError:
        raise MissingDependency("pandas", "gx", "an expectation without a native form") from None
    return pandas


def _library() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    try:
        import great_expectations
        import great_expectations.expectations.registry
    except ImportError:
        raise MissingDependency(
            "great-expectations", "gx", "an expectation without a native form"
        ) from None
    return great_expectations


def _context(library: Any) -> Any:
    """Return a context of which nothing is kept, and that shows no progress."""
    context = library.get_context(mode="ephemeral")
    bars = library.data_context.types.base.ProgressBarsConfig(globally=False)
    context.variables.progress_bars = bars
    return context


def _batch(library: Any, table: Any) -> Any:
    context = _context(library)
    asset = context.data_sources.add_pandas("copydesk").add_dataframe_asset("table")
    definition = asset.add_batch_definition_whole_dataframe("all")
    return definition.get_batch({"dataframe": table})


def _outcome(
    library: Any, table: Any, batch: Any, expectation: Expectation, numbers: bool
) -> Outcome:
    kwargs = expectation.kwargs
    fault = condition_fault(kwargs.get("row_condition"), kwargs.get("condition_parser"))
    if fault:  # pandas would run it
        return Outcome(False, error=fault)
    try:
        make = library.expectations.registry.get_expectation_impl(expectation.type)
        asked = make(**_arguments(expectation, table))
        form = {**_RESULT_FORMAT, "exclude_unexpected_values": not numbers}
        result = batch.validate(asked, result_format=form)
    except Exception as refused:
        return Outcome(False, error=_reason(refused))
    if error := _exception(result.exception_info or {}):
        return Outcome(False, error=error)
    found = result.result
    rows = tuple(int(n) for n in found.get("unexpected_index_list") or ())
    count = found.get("unexpected_count")
    observed = found.get("observed_value")
    shown = of_set(found) if observed is None else _shown(observed)
    if observed is None and expectation.type == _DIVERGENCE:
        shown = "no finite distance"
    more = summary(found) if numbers else {}
    return Outcome(bool(result.success), rows, int(count or 0), shown, result=more)


def _arguments(expectation: Expectation, table: Any) -> dict[str, Any]:
    """Return the arguments of an expectation, with dates where the column holds dates."""
    names = [n for n in column_names(expectation) if n in table.columns]
    dated = [str(table[n].dtype).startswith("datetime64") for n in names]
    kwargs = dict(expectation.kwargs)
    if not any(dated):
        return kwargs
    for name in _BOUNDS:
        if at := moment(kwargs.get(name)):
            kwargs[name] = at.isoformat()
    for name in _SETS:
        if isinstance(kwargs.get(name), list):
            kwargs[name] = [_dates(v, dated) for v in kwargs[name]]
    return kwargs


def _dates(value: Any, dated: Sequence[bool]) -> Any:
    if isinstance(value, list) and len(value) == len(dated):
        return [(moment(v) or v) if is_date else v for v, is_date in zip(value, dated, strict=True)]
    return moment(value) or value


def _exception(info: Mapping[str, Any]) -> str:
    """Return the text of the exception that Great Expectations caught, if it did."""
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if entry.get("raised_exception"):
            lines = str(entry.get("exception_message") or "an exception").strip().splitlines()
            return lines[-1].strip() if lines[0].startswith("Traceback") else lines[0].strip()
    return ""


def _reason(refused: Exception) -> str:
    """Return the text of an exception on one line, without the headline of pydantic."""
    lines = [line.strip() for line in str(refused).strip().splitlines()]
    if len(lines) > 1 and "validation error" in lines[0]:
        return ": ".join(lines[1:3])
    return lines[0] if lines else type(refused).__name__


def _shown(value: Any) -> str:
    """Return an observed value as a short text."""
    if isinstance(value, list | tuple):
        return ", ".join(_shown(v) for v in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {_shown(v)}" for k, v in value.items())
    return f"{value:.6g}" if isinstance(value, float) else str(value)


@contextmanager
def _contained() -> Iterator[None]:
    """Keep the warnings, log lines, progress bars and Arrow strings of these libraries away."""
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            # With Arrow strings pandas would search with RE2 instead of Python's `re`.
            with _pandas().option_context("mode.string_storage", "python"):
                yield
    finally:
        logging.disable(level)


def write_data_docs(results: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """Write the pages that Great Expectations makes of validation results to a folder.

    Raises MissingDependency if it is not installed.
    """
    with _contained():
        library = _library()
        context = _context(library)
        for name in list(context.variables.data_docs_sites or {}):
            context.delete_data_docs_site(name)
        context.add_data_docs_site("copydesk", {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(folder.resolve()),
            },
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        })  # fmt: skip
        started = datetime.now(UTC)
        for result in results:
            _store(library, context, result, started)
        context.build_data_docs()


def _store(library: Any, context: Any, result: Mapping[str, Any], started: datetime) -> None:
    """Keep a validation result, and the suite that it is about, where pages are made from."""
    from great_expectations.core.expectation_validation_result import (
        ExpectationSuiteValidationResultSchema,
    )
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.types import resource_identifiers as identifiers

    name = result["suite_name"]
    run = RunIdentifier(run_name="copydesk", run_time=started)
    batch = result["meta"]["active_batch_definition"]["data_asset_name"]
    key = identifiers.ValidationResultIdentifier(
        identifiers.ExpectationSuiteIdentifier(name), run, batch
    )
    loaded = ExpectationSuiteValidationResultSchema().load(result)
    loaded.meta |= {"run_id": run, "expectation_suite_name": name}
    context.validation_results_store.set(key, loaded)
    suite = library.ExpectationSuite(name)
    for one in result["results"]:
        with suppress(Exception):  # what it refuses to make has a result that says so
            config = one["expectation_config"]
            make = library.expectations.registry.get_expectation_impl(config["type"])
            suite.add_expectation(make(meta=config["meta"], **config["kwargs"]))
    context.suites.add(suite)
