"""TX: what a careful copy editor would see in the texts, whatever the schema says.

Warnings, unless a package makes them errors (`"copydesk": {"severity": {"TX": "error"}}`). Each
has a gate: what the text of a file must hold to give the mistake a chance. It may open in vain,
but never stays shut before a mistake.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from copydesk.checks import check
from copydesk.checks.column import Column
from copydesk.checks.field import Bad, Gate
from copydesk.checks.sql import literal
from copydesk.model import Severity

_INVISIBLE = (
    r"[\x{ad}\x{34f}\x{61c}\x{180e}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2064}"
    r"\x{2066}-\x{206f}\x{feff}]"
)
_ODD_SPACE = r"[\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
_CONTROL = r"[\x{01}-\x{09}\x{0b}\x{0c}\x{0e}-\x{1f}\x{7f}-\x{9f}]"
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_LOOKALIKES = (
    r"\p{Cyrillic}\x{391}\x{392}\x{395}-\x{397}\x{399}\x{39a}\x{39c}\x{39d}\x{39f}\x{3a1}"
    r"\x{3a4}\x{3a5}\x{3a7}\x{3bf}\x{3bd}\x{3c1}\x{3c5}"
)
_MIXED = rf"\p{{Latin}}[\p{{L}}\p{{M}}]*[{_LOOKALIKES}]|[{_LOOKALIKES}][\p{{L}}\p{{M}}]*\p{{Latin}}"
_MIXED_WORD = rf"[\p{{L}}\p{{M}}]*(?:{_MIXED})[\p{{L}}\p{{M}}]*"
_MOJIBAKE = (
    r"\x{fffd}|\x{ef}\x{bb}\x{bf}"
    r"|\x{e2}\x{20ac}[\x{80}-\x{bf}\x{2122}\x{153}\x{201c}\x{201d}\x{2dc}\x{2dd}\x{a6}]"
    r"|\x{c3}[\x{80}-\x{bf}\x{192}\x{160}\x{161}\x{17d}\x{17e}\x{2030}\x{152}\x{153}\x{178}"
    r"\x{2022}]"
    r"|\x{c2}[\x{80}-\x{bf}]|[\x{d0}\x{d1}][\x{80}-\x{9f}\x{b0}-\x{bf}][\x{d0}\x{d1}]"
)
_HTML = (
    r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>"
    r"|&(?:[A-Za-z]{2,8}[0-9]{0,2}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});"
)


_INVISIBLE_GATE = re.compile(
    "[\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
).search
_ODD_SPACE_GATE = re.compile("[\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]").search
_LOOKALIKES_GATE = re.compile(
    "[\u0391-\u03ff\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f]"
).search
_MOJIBAKE_GATE = re.compile("[\ufffd\xef\xe2\xc3\xc2\xd0\xd1]").search


_TROUBLE = (
    r"[\x{01}-\x{1f}\x{7f}-\x{10ffff}<&]|  | (?:\x{00}|$)|(?:^|\x{00})(?:[ #]"
    r"|[0-3]?[0-9][/.][0-3]?[0-9][/.][0-9]|[0-3]?[0-9]-[A-Z][a-z]{2}|[A-Z][a-z]{2}-[0-9]{2}(?:\x{00}|$)|[+\-]?[0-9][^E\x{00}]*E[+])"
)


def suspicious(columns: Sequence[Column]) -> str:
    """Return the SQL condition without which a row passes every check of this family.

    One look at all texts of a row, laid end to end with NULs between, instead of a dozen at each.
    """
    texts = [
        c.sql if c.is_text else f"array_to_string({c.sql}, chr(0))"
        for c in columns
        if c.is_text or c.type.sql == "VARCHAR[]"
    ]
    joined = f"concat_ws(chr(0), {', '.join(texts)})" if len(texts) > 1 else "".join(texts)
    return f"coalesce(regexp_matches({joined}, {literal(_TROUBLE)}), false)" if texts else "false"


def _not_composed(text: str) -> bool:
    return not unicodedata.is_normalized("NFC", text)


def _anywhere(column: Column, condition: str) -> str:
    """Return the condition over the text `{x}` of a column, or over any item of a list of texts.

    For columns of another type it is empty.
    """
    if column.is_text:
        return condition.replace("{x}", column.sql)
    if column.type.sql == "VARCHAR[]":
        return f"len(list_filter({column.sql}, lambda x: {condition.replace('{x}', 'x')})) > 0"
    return ""


def _extract(column: Column, pattern: str) -> str:
    """Return what a pattern finds in a column, as SQL."""
    if column.is_text:
        return f"regexp_extract({column.sql}, {literal(pattern)})"
    each = f"list_transform({column.sql}, lambda x: regexp_extract(x, {literal(pattern)}))"
    return f"list_filter({each}, lambda x: x <> '')[1]"


def _bad(column: Column, condition: str, gate: Gate, says: str) -> Bad | None:
    sql = _anywhere(column, condition)
    return Bad(sql, says, gate=gate) if sql else None


def _found(column: Column, pattern: str, gate: Gate, says: str) -> Bad | None:
    """Return the predicate of a text in which a pattern occurs, with what was found."""
    sql = _anywhere(column, f"regexp_matches({{x}}, {literal(pattern)})")
    return Bad(sql, says, show={"found": _extract(column, pattern)}, gate=gate) if sql else None


@check("TX001", message="`{value}` has a space at its beginning or end", severity=Severity.WARNING)
def stray_space(column: Column) -> Bad | None:
    """Tell the texts that begin or end with white space.

    What: A space, or several, stands before the first or behind the last character.
    Why: It cannot be seen, but the text is not equal to the same text without it: it is a value
        of its own in every list, key and comparison.
    Example: `Kim Jong-un ` with a space at the end.
    Fix: Delete the space.
    """
    edge = "^ | $" if column.is_text else r"(?:^|\W) | (?:\W|$)"
    gate = re.compile(edge, re.M).search
    says = "a text begins and ends with a character that can be seen"
    return _bad(column, "starts_with({x}, ' ') OR ends_with({x}, ' ')", gate, says)


@check("TX002", message="`{value}` has two spaces in a row", severity=Severity.WARNING)
def double_space(column: Column) -> Bad | None:
    """Tell the texts in which two spaces follow each other.

    What: Between two words stands more than one space.
    Why: The text is not equal to the same text with one space, though it looks the same.
    Example: `Kim  Jong-un`.
    Fix: Delete one of the spaces.
    """
    condition = "contains({x}, '  ') AND contains(trim({x}), '  ')"  # trimming costs more
    return _bad(column, condition, re.compile("  ").search, "one space is enough")


@check("TX003", message="`{value}` holds the invisible character {found}",
       severity=Severity.WARNING)  # fmt: skip
def invisible_character(column: Column) -> Bad | None:
    """Tell the texts that hold characters without a shape.

    What: The text holds a zero-width space or joiner, a soft hyphen, a byte order mark or a
        control of writing direction.
    Why: The text looks right and is found by nobody; controls of direction can even show
        another text than the one that is there.
    Example: `Kim` + U+200B + `Jong-un`, copied from a web page.
    Fix: Retype the word, or delete the character.
    """
    return _found(column, _INVISIBLE, _INVISIBLE_GATE, "a text consists of characters with a shape")


@check("TX004", message="`{value}` holds the control character {found}", severity=Severity.WARNING)
def control_character(column: Column) -> Bad | None:
    """Tell the texts that hold tabs or other control characters.

    What: The text holds a tabulator or another character below U+0020, or one from U+007F to
        U+009F. Line breaks are another check.
    Why: Nobody typed it on purpose; it comes along when cells are pasted, and breaks programs.
    Example: `direct` + tab.
    Fix: Delete the character.
    """
    gate = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]").search
    return _found(column, _CONTROL, gate, "a text holds no control characters")


@check("TX005", message="`{value}` goes over several lines", severity=Severity.INFO)
def line_break_in_cell(column: Column) -> Bad | None:
    """Tell the texts that hold a line break.

    What: The cell goes on over the end of a line.
    Why: It is legal, but tools that work line by line (git, grep, many editors) see two broken
        rows. Where it was not meant it comes from pasting.
    Example: a name with a line break at its end.
    Fix: Delete the line break, or leave it if the text has paragraphs.
    """
    return _found(column, r"[\n\r]", re.compile("\r").search, "a text stands on one line")


@check("TX006", message="`{value}` is not in Unicode normal form C", severity=Severity.WARNING)
def text_not_normalized(column: Column) -> Bad | None:
    """Tell the texts that are not composed as Unicode normal form C says.

    What: A letter is written as a base letter and a separate accent where one character exists.
    Why: Both look the same and are not equal, so that one name becomes two.
    Example: `e` + U+0301 instead of `é` (U+00E9), as macOS writes file names.
    Fix: Retype the letter, or normalize the text to NFC.
    """
    says = "texts are in Unicode normal form C"
    return _bad(column, "nfc_normalize({x}) <> {x}", _not_composed, says)


@check("TX007", message="`{found}` in `{value}` mixes scripts: {letter} is not Latin",
       severity=Severity.WARNING)  # fmt: skip
def mixed_scripts(column: Column) -> Bad | None:
    """Tell the words that mix Latin letters with look-alikes of another script.

    What: Inside one word stand Latin letters and Cyrillic or Greek ones that look like them.
    Why: The word looks right and is found by nobody.
    Example: `never` with the Cyrillic letter U+0435 in place of the first `e`.
    Fix: Retype the word on one keyboard layout.
    """
    bad = _found(column, _MIXED, _LOOKALIKES_GATE, "a word is written in one script")
    if bad is None:
        return None
    word = _extract(column, _MIXED_WORD)
    letter = f"regexp_extract({word}, {literal(f'[{_LOOKALIKES}]')})"
    return replace(bad, show={"found": word, "letter": f"printf('U+%04X', unicode({letter}))"})


@check("TX008", message="`{value}` holds `{found}`, the trace of a wrong encoding",
       severity=Severity.WARNING)  # fmt: skip
def mojibake(column: Column) -> Bad | None:
    """Tell the texts that were read in a wrong encoding and saved again.

    What: The text holds a sequence of characters that arises when UTF-8 is taken for Windows-1252
        or Latin-1, or the replacement character U+FFFD.
    Why: A letter of the text is damaged, or lost.
    Example: `Northâ€™s` where the source has `North’s`.
    Fix: Restore the text from its source; the damage happened where the file was opened or
        imported.
    """
    says = "texts are read in the encoding they are written in"
    return _found(column, _MOJIBAKE, _MOJIBAKE_GATE, says)


@check("TX009", message="`{value}` is the error of a spreadsheet formula",
       severity=Severity.WARNING)  # fmt: skip
def spreadsheet_error(column: Column) -> Bad | None:
    """Tell the cells that hold an error of a spreadsheet.

    What: A formula failed, and its error was exported in place of a value.
    Why: The value is lost, and the error counts as one more text.
    Example: `#REF!`, `#N/A`, `#VALUE!`.
    Fix: Put the value that the formula should have given, or leave the cell empty.
    """
    pattern = r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)"
    condition = f"regexp_full_match({{x}}, {literal(pattern)})"
    gate = re.compile("#[A-Z]").search
    return _bad(column, condition, gate, "a cell holds a value, not an error")


@check("TX010", message="`{value}` looks like a value that a spreadsheet turned into a date",
       severity=Severity.WARNING)  # fmt: skip
def spreadsheet_date(column: Column) -> Bad | None:
    """Tell the texts that a spreadsheet has made a date of.

    What: The cell is a date in the way spreadsheets write them: a day and a month, abbreviated, or
        day, month and year in the order of some country.
    Why: Spreadsheets turn `1-11`, `MARCH1` or `June 2018` into dates without asking; what was
        typed is lost.
    Example: `11-Jan` where the source says `1-11`, `06/01/2018` where it says `June 2018`.
    Fix: Type the value again, with the column set to text before.
    """
    year = "[0-9]{2}(?:[0-9]{2})?"
    pattern = rf"[0-3]?[0-9]-{_MONTH}(?:-{year})?|{_MONTH}-[0-9]{{2}}"
    pattern += rf"|[0-3]?[0-9]/[0-3]?[0-9]/{year}|[0-3]?[0-9]\.[0-3]?[0-9]\.{year}"
    condition = f"regexp_full_match({{x}}, {literal(pattern)})"
    gate = re.compile(rf"(?:[0-9]-{_MONTH}|{_MONTH}-[0-9]|[0-9][/.][0-9]{{1,2}}[/.][0-9])").search
    return _bad(column, condition, gate, "a text is what was typed")


@check("TX011", message="`{value}` looks like a number that a spreadsheet has shortened",
       severity=Severity.WARNING)  # fmt: skip
def spreadsheet_number(column: Column) -> Bad | None:
    """Tell the texts that a spreadsheet has turned into a number with an exponent.

    What: The cell is a number in the notation that spreadsheets use for long ones.
    Why: The digits behind the first few are lost: an identifier cannot be restored from it.
    Example: `1.23E+05` where the source says `123456`.
    Fix: Type the value again, with the column set to text before.
    """
    pattern = "[+-]?[0-9](?:[.,][0-9]+)?E[+][0-9]{2,3}"
    condition = f"regexp_full_match({{x}}, {literal(pattern)})"
    return _bad(column, condition, re.compile(r"[0-9]E\+[0-9]").search, "a text is what was typed")


@check("TX012", message="`{value}` holds `{found}`, a remnant of a web page",
       severity=Severity.WARNING)  # fmt: skip
def markup_remnant(column: Column) -> Bad | None:
    """Tell the texts that hold HTML tags or entities.

    What: The text holds a tag such as `<b>` or an entity such as `&amp;`.
    Why: The text was copied from the source of a page; whoever shows it shows the markup too.
    Example: `Procter &amp; Gamble`.
    Fix: Write the characters themselves: `Procter & Gamble`.
    """
    return _found(column, _HTML, re.compile("[<&]").search, "texts hold no markup")


@check("TX013", message="`{value}` holds the unusual space {found}", severity=Severity.WARNING)
def odd_space(column: Column) -> Bad | None:
    """Tell the texts that hold a space other than the ordinary one.

    What: The text holds a non-breaking, thin, wide or ideographic space, or a line separator.
    Why: The text looks the same and is not equal to the one with ordinary spaces.
    Example: `Kim` + U+00A0 + `Jong-un`, copied from a web page.
    Fix: Type an ordinary space.
    """
    return _found(column, _ODD_SPACE, _ODD_SPACE_GATE, "words are parted by ordinary spaces")
