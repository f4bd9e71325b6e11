"""The mends of TX: what a copy editor would do to a text without asking anybody."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable

from copydesk.checks import mend_cells
from copydesk.checks.column import Column

_SPACES = re.compile("[\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_TABS = re.compile("[\t\x0b\x0c\x1c-\x1f\x85]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x9f]")
_SHAPELESS = re.compile("[\xad\u034f\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
# They join letters, or turn the direction of writing, where a script needs that.
_JOINING = re.compile("[\u061c\u200c-\u200f]")
_EASTERN = re.compile("[\u0590-\u109f\u1780-\u18af\ua840-\uabff\ufb1d-\ufefc\U00010800-\U0001ffff]")
_RUN = re.compile("  +")
_MOJIBAKE = re.compile("[\xc2-\xf4][\x80-\xbf\u0152-\u2122]")


def each(column: Column, text: str, change: Callable[[str], str]) -> str | None:
    """Return a text changed, or each item of a list of texts; None if that changes nothing."""
    if column.is_text:
        found = change(text)
    elif column.type.sql == "VARCHAR[]":
        given = column.field.options.get("delimiter")
        delimiter = given if isinstance(given, str) and given else ","
        found = delimiter.join(change(item) for item in text.split(delimiter))
    else:
        return None
    return found if found != text else None


def cleaned(text: str) -> str:
    """Return a text without what cannot be seen in it: odd spaces, controls, what has no shape."""
    plain = _SPACES.sub(" ", _TABS.sub(" ", _SHAPELESS.sub("", text)))
    return unicodedata.normalize("NFC", _RUN.sub(" ", plain.strip()))


@mend_cells("TX001")
def without_stray_space(column: Column, text: str) -> str | None:
    """Return a text without the spaces at its beginning and end."""
    return each(column, text, lambda one: one.strip(" "))


@mend_cells("TX002")
def with_single_spaces(column: Column, text: str) -> str | None:
    """Return a text with one space where several follow each other."""
    return each(column, text, lambda one: _RUN.sub(" ", one))


@mend_cells("TX003")
def without_shapeless(column: Column, text: str) -> str | None:
    """Return a text without the characters that have no shape.

    Joiners and marks of direction stay where letters stand that need them.
    """

    def change(one: str) -> str:
        bare = _SHAPELESS.sub("", one)
        return bare if _EASTERN.search(bare) else _JOINING.sub("", bare)

    return each(column, text, change)


@mend_cells("TX003", safe=False)
def without_joiners(column: Column, text: str) -> str | None:
    """Return a text without joiners and marks of direction, whatever its script."""
    return each(column, text, lambda one: _JOINING.sub("", _SHAPELESS.sub("", one)))


@mend_cells("TX004")
def with_spaces_for_tabs(column: Column, text: str) -> str | None:
    """Return a text with spaces in place of tabs and what else controls have parted words."""
    return each(column, text, lambda one: _TABS.sub(" ", one))


@mend_cells("TX004", safe=False)
def without_controls(column: Column, text: str) -> str | None:
    """Return a text without control characters; those of Windows-1252 are what they were."""

    def change(match: re.Match[str]) -> str:
        try:
            return match[0].encode("latin-1").decode("cp1252") if match[0] > "\x7f" else ""
        except UnicodeDecodeError:
            return ""

    return each(column, text, lambda one: _CONTROLS.sub(change, _TABS.sub(" ", one)))


@mend_cells("TX006")
def composed(column: Column, text: str) -> str | None:
    """Return a text in Unicode normal form C."""
    return each(column, text, lambda one: unicodedata.normalize("NFC", one))


@mend_cells("TX008", safe=False)
def reencoded(column: Column, text: str) -> str | None:
    """Return a text as it was before UTF-8 was taken for Windows-1252, where that can be told."""

    def change(one: str) -> str:
        if not _MOJIBAKE.search(one):
            return one
        try:
            # The five bytes that Windows-1252 leaves out are read as controls.
            data = b"".join(
                c.encode("latin-1") if "\x80" <= c <= "\x9f" else c.encode("cp1252") for c in one
            )
            return data.decode("utf-8")
        except UnicodeError:
            return one

    return each(column, text, change)


@mend_cells("TX012", safe=False)
def without_entities(column: Column, text: str) -> str | None:
    """Return a text with the characters that entities stand for; tags are left to people."""
    return each(column, text, html.unescape)


@mend_cells("TX013")
def with_ordinary_spaces(column: Column, text: str) -> str | None:
    """Return a text with ordinary spaces."""
    return each(column, text, lambda one: _SPACES.sub(" ", one))
