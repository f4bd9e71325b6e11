"""FL: the bytes of a file, before any cell is read."""

from __future__ import annotations

from copydesk.checks import check
from copydesk.model import Severity


@check("FL001", message="the file is not {encoding}: {reason}",
       equivalent="encoding-error")  # fmt: skip
def undecodable_bytes(first: int | None) -> bool:
    """Tell a file whose bytes are not of the encoding that is declared, or of UTF-8.

    What: The file holds bytes that mean nothing in its encoding.
    Why: Every program guesses differently what these bytes mean; names with accents suffer
        first.
    Example: a file saved as Windows-1252, in which `é` is the single byte 0xE9.
    Fix: Save the file as UTF-8, or declare its `encoding` in the descriptor.
    """
    return first is not None


@check("FL002", message="the file begins with a byte order mark", severity=Severity.WARNING)
def byte_order_mark(bom: str) -> bool:
    """Tell a file that begins with a byte order mark.

    What: The first three bytes of the file are EF BB BF, which some programs write before UTF-8.
    Why: Programs that do not expect it take it for a part of the first label, which then is not
        found.
    Example: a file saved by Excel as "CSV UTF-8".
    Fix: Save the file as UTF-8 without byte order mark.
    """
    return bool(bom)


@check("FL003", message="{n} of {total} lines end differently from the rest: {found}",
       severity=Severity.WARNING)  # fmt: skip
def mixed_line_ends(kinds: int) -> bool:
    """Tell a file whose lines do not all end alike.

    What: Some lines end with LF, others with CRLF or CR.
    Why: It is a trace of two programs at work on one file; comparisons show lines as changed
        that are not.
    Example: a row pasted from Windows into a file with LF.
    Fix: Save the file with one kind of line end, best LF.
    """
    return kinds > 1


@check("FL004", message="the lines end with {found} instead of LF", severity=Severity.WARNING)
def line_ends_not_lf(kind: str) -> bool:
    """Tell a file whose lines end with CRLF or CR.

    What: The lines of the file end with CRLF (or CR), as Windows (or old Macintosh) programs
        write them. Only asked of packages that promise the canonical form (`copydesk.canonical`).
    Why: git and most tools of the field keep LF; a file that changes its line ends shows every
        line as changed.
    Example: a file saved by a spreadsheet on Windows.
    Fix: Save the file with LF.
    """
    return kind != "LF"


@check("FL005", message="the last line has no line end", severity=Severity.WARNING)
def missing_final_newline(final: bool) -> bool:
    """Tell a file whose last line does not end.

    What: The last byte of the file is not a line end.
    Why: The next row that is appended is glued to the last one, and comparisons show the last
        line as changed when only something behind it is.
    Example: a file whose last row was pasted without its line end.
    Fix: Add a line end to the last line.
    """
    return not final


@check("FL006", message="the file {state}", equivalent="source-error")
def empty_file(size: int) -> bool:
    """Tell a file without a header.

    What: The file is there, but nothing is in it, only empty lines, or fewer rows than the
        dialect says that the header comes after.
    Why: A table without rows still has a header; an empty file is usually a failed download or
        a failed save.
    Example: a file of 0 bytes, or one of 3 rows with `"headerRows": [4]`.
    Fix: Restore the file, or write at least its header; correct the dialect.
    """
    return size == 0


@check("FL007", message="the file is not text: it looks like {guess}", equivalent="source-error")
def not_a_text_file(guess: str) -> bool:
    """Tell a file that is no text at all.

    What: The first bytes are those of another kind of file, such as a spreadsheet or an archive.
    Why: A table in another format cannot be read as CSV, whatever its name says.
    Example: an `.xlsx` renamed to `.csv`.
    Fix: Open the file in the program that wrote it and export it as CSV.
    """
    return bool(guess)


@check("FL008", message="a quoted cell begins here and never ends")
def unclosed_quote(kind: str) -> bool:
    """Tell a quotation mark that opens a cell and is never closed.

    What: A cell begins with a double quote, and no closing quote follows up to the end of the
        file.
    Why: All that follows, line after line, is read as one cell. None of it is
        judged, and no other table is held to the rows that may be in it.
    Example: `q1,"direct` with no second quote.
    Fix: Close the quote at the end of the cell, or remove the one that opens it.
    """
    return kind == "unclosed-quote"


@check("FL009", message="text stands behind a closing quote", severity=Severity.WARNING)
def text_after_quote(kind: str) -> bool:
    """Tell a cell that goes on after its closing quote.

    What: A quoted cell ends, but before the next delimiter more text follows.
    Why: RFC 4180 does not allow it, and programs disagree about what the value is. A quote
        inside a quoted cell has to be written twice.
    Example: `"the "new" line"` instead of `"the ""new"" line"`.
    Fix: Write quotes inside the cell twice.
    """
    return kind == "text-after-quote"


@check("FL010", message="the file holds a NUL byte", severity=Severity.WARNING)
def nul_byte(first: int | None) -> bool:
    """Tell a file that holds bytes of value zero.

    What: A byte of value zero stands among the text.
    Why: Many programs take it for the end of the text and drop the rest without a word.
    Example: a file damaged on a disk, or saved as UTF-16.
    Fix: Remove the byte, or save the file as UTF-8.
    """
    return first is not None


@check("FL011", message="the file is not there", equivalent="scheme-error")
def missing_file(exists: bool) -> bool:
    """Tell a resource whose file does not exist.

    What: The descriptor names a file, and there is none.
    Why: A promised table is not there.
    Example: `data/quote.csv` where the file is `data/quotes.csv`.
    Fix: Correct the path in the descriptor, or add the file.
    """
    return not exists


@check("FL012", message="the file has {bytes} bytes, the descriptor says {expected}",
       equivalent="byte-count")  # fmt: skip
def size_differs(size: int, expected: int) -> bool:
    """Tell a file whose size is not the one that the descriptor states.

    What: The resource states `bytes`, and the file has another number of them.
    Why: The file has changed since it was described, or was cut on its way.
    Example: a download that broke off.
    Fix: Fetch the file again; if the change is meant, update the descriptor.
    """
    return size != expected


@check(
    "FL013",
    message="the {algorithm} of the file begins with `{found}`, as stated with `{expected}`",
    equivalent="hash-count",
)
def digest_differs(found: str, expected: str) -> bool:
    """Tell a file whose content is not the one that the descriptor states.

    What: The resource states a `hash`, and the file has another one.
    Why: The file has changed since it was described.
    Example: a value corrected in a released archive.
    Fix: Fetch the file again; if the change is meant, update the descriptor.
    """
    return found != expected


@check("FL014", message="the row stands behind a row with a larger key",
       severity=Severity.ERROR)  # fmt: skip
def rows_out_of_order(promised: bool) -> bool:
    """Tell a row that does not stand in the order of the primary key.

    What: The package promises sorted tables (`"copydesk": {"canonical": true}`), and this row has
        a smaller key than the one before it.
    Why: With one order for everybody, a comparison shows what changed and nothing else, and two
        people who add rows rarely collide.
    Example: `q07` above `q06`.
    Fix: Move the row to its place, or sort the file by its key.
    """
    return promised


@check("FL015", message="the cells are divided by `{value}`, not by `{delimiter}`",
       equivalent="source-error")  # fmt: skip
def other_delimiter(hint: str) -> bool:
    """Tell a file whose cells are divided by another sign than a comma, which nobody has declared.

    What: Read with a comma the file has one column; with this sign it has several, the same number
        in every row. A file with a declared delimiter is judged as it is declared.
    Why: The file has to say how it is to be read; a guess that is right today is wrong tomorrow.
    Example: a CSV saved by a spreadsheet with German settings, divided by semicolons.
    Fix: Declare the sign in the descriptor, `"dialect": {"delimiter": ";"}`, or save the file
        with commas.
    """
    return bool(hint)


@check("FL016", message="frictionless refuses it: {note}")
def refused_by_frictionless(note: str) -> bool:
    """Tell what frictionless finds and this tool has no name for.

    What: The table is one that only frictionless can judge (another format, an unusual dialect
        or type), and it reports an error of a kind of its own.
    Why: A table that cannot be read, or differs from what its descriptor says, is not what was
        promised.
    Example: a resource whose format no plugin of frictionless knows.
    Fix: Look up the kind of error, which stands in `equivalent` of the JSON report, in the
        documentation of frictionless.
    """
    return bool(note)


@check("FL033", message="the header stands here, not in the first row")
def header_not_first(row: int | None) -> bool:
    """Tell a file with something above its header.

    What: The first row holds no label of the schema, and a later one holds most of them. The
        table is judged by that one.
    Why: Without another word in the descriptor the first row is the header; programs take its
        cells for the names of the columns.
    Example: a line `# clean this data!` above `id,name,population`.
    Fix: Delete what stands above the header, or declare where it stands:
        `"dialect": {"headerRows": [2]}`.
    """
    return row is not None


@check("FL030", message="a quote stands inside a cell that is not quoted",
       severity=Severity.WARNING)  # fmt: skip
def stray_quote(kind: str) -> bool:
    """Tell a quotation mark in a cell that does not begin with one.

    What: A cell that is not in quotes has one inside.
    Why: RFC 4180 does not allow it; some programs drop it, and some take all that follows, with its
        delimiters and line breaks, for a part of the cell.
    Example: `5" disk` instead of `"5"" disk"`.
    Fix: Put the cell in quotes, and write the quote inside twice.
    """
    return kind == "stray-quote"


@check("FL031", message="the line is a mark of an unfinished merge")
def conflict_marker(line: str) -> bool:
    """Tell the lines that git has left in a file between two versions of a row.

    What: A line begins with `<<<<<<<`, `=======` or `>>>>>>>`, and is no row of the table.
    Why: Both versions of what is in conflict stand in the file, one after the other; nobody has
        chosen between them yet.
    Example: `<<<<<<< ours`, two versions of a quote, `>>>>>>> theirs`.
    Fix: Keep the row that is right and delete the other one with the marks; `copydesk merge`
        says which cells differ.
    """
    return line.startswith(("<<<<<<< ", "=======", ">>>>>>> "))


@check("FL032", message="{n} in quotes without need", severity=Severity.WARNING)
def needless_quotes(count: int) -> bool:
    """Tell a file in which cells are in quotes that need none.

    What: Cells are quoted that hold neither a delimiter, nor a quote, nor a line break. Only asked
        of packages that promise the canonical form (`copydesk.canonical`).
    Why: Most programs quote only what must be quoted; one that quotes every text changes every
        line of the file.
    Example: `"q1","direct",12` as a spreadsheet saves it, instead of `q1,direct,12`.
    Fix: Remove the quotes.
    """
    return count > 0
