"""GX: expectations of what Python itself reads in a text; it is asked once for each text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from copydesk.checks import check
from copydesk.checks.asking import Answer, Ask, Refused, cells
from copydesk.checks.conditions import Operand
from copydesk.checks.field import NotNative
from copydesk.checks.matching import unconforming
from copydesk.model import CellCheck


def _texts(ask: Ask, what: str) -> Operand:
    """Return the column, which must be one of texts."""
    one = ask.column
    if one.kind != "text":
        raise Refused(f"{what} are read from texts, and the column is {one.column.field.type}")
    return one


def _unreadable(read: Callable[[str], Any], texts: Sequence[str]) -> list[str | None]:
    """Return an empty reason for each text that a function fails to read."""
    return [None if _reads(read, text) else "" for text in texts]


def _reads(read: Callable[[str], Any], text: str) -> bool:
    try:
        read(text)
    except (ValueError, OverflowError, RecursionError):
        return False
    return True


def _date(text: str) -> object:
    from dateutil.parser import parse  # type: ignore[import-untyped]

    return parse(text)


def _in_format(form: str, text: str) -> object:
    return datetime.strptime(text, form)


@check("GX130", message="`{value}` cannot be read as a date",
       equivalent="expect_column_values_to_be_dateutil_parseable")  # fmt: skip
def value_not_a_date(ask: Ask) -> Answer:
    """Tell the texts that the Python library dateutil cannot read as a date.

    What: The text is in none of the many forms that dateutil knows.
    Why: The suite promises that dates can be computed from the column.
    Example: `spring of 2019`.
    Fix: Write the date in ISO 8601: `2019-04-01`.
    """
    one = _texts(ask, "dates")
    read = partial(_unreadable, _date)
    return cells(ask, one.sql, "expects dates", one.present, predicate=read)


@check("GX200", message="`{value}` is not written as `{format}`",
       equivalent="expect_column_values_to_match_strftime_format")  # fmt: skip
def value_not_in_date_format(ask: Ask) -> Answer:
    """Tell the texts that are not a date in the format that a suite gives.

    What: Python's `strptime` cannot read the text with `strftime_format`.
    Why: Programs that read the column use that format.
    Example: `11/01/2020` where the format is `%Y-%m-%d`.
    Fix: Write the date in the format.
    """
    one, form = _texts(ask, "dates"), ask.get("strftime_format")
    read = partial(_unreadable, partial(_in_format, form))
    says = f"expects dates as `{form}`"
    return cells(ask, one.sql, says, one.present, predicate=read, format=form)


@check("GX155", message="`{value}` is not JSON",
       equivalent="expect_column_values_to_be_json_parseable")  # fmt: skip
def value_not_json(ask: Ask) -> Answer:
    """Tell the values that Python cannot read as JSON.

    What: The text is not a JSON document; a number or date of a typed column is no text.
    Why: Programs that read the column parse it.
    Example: `{kind: direct}` without the quotes around `kind`.
    Fix: Mend the JSON.
    """
    one = ask.column
    if one.kind != "text":
        return cells(ask, "true", "expects JSON", one.present)
    read = partial(_unreadable, json.loads)
    return cells(ask, one.sql, "expects JSON", one.present, predicate=read)


@check("GX175", message="`{value}` does not keep its JSON Schema: {reason}",
       equivalent="expect_column_values_to_match_json_schema")  # fmt: skip
def json_breaks_its_schema(ask: Ask) -> Answer:
    """Tell the JSON values that do not keep the JSON Schema of a suite.

    What: The JSON document in the cell does not match `json_schema`, or the text is no JSON.
    Why: Programs that read the column rely on its members.
    Example: `{"kind": 3}` where `kind` is to be a text.
    Fix: Correct the document.
    """
    one = _texts(ask, "JSON documents")
    if "$ref" in json.dumps(ask.get("json_schema")):
        raise NotNative("a JSON Schema with references")
    schema, present = ask.get("json_schema"), one.present
    # Of a text that is no JSON Great Expectations makes an error, however much is tolerated.
    readable, says = partial(_unreadable, json.loads), "expects JSON"
    message = "the expectation cannot be judged: `{value}` is not JSON"
    (raised,) = cells(
        ask, one.sql, says, present, predicate=readable, message=message, raises="it is not JSON"
    )
    assert isinstance(raised, CellCheck)
    breaks = partial(_breaking, schema)
    kept = cells(ask, one.sql, "expects its JSON Schema", present, predicate=breaks)
    return (replace(raised, mostly=1.0), *kept)


def _breaking(schema: Mapping[str, Any], texts: Sequence[str]) -> list[str | None]:
    """Return for each text that is JSON why it does not keep a schema, None if it does."""
    known = [text for text in texts if _reads(json.loads, text)]
    reasons = dict(zip(known, unconforming(schema, known), strict=True)) if known else {}
    return [reasons.get(text) for text in texts]
