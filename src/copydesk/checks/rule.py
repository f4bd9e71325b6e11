"""PK: the rules and the suites beside the schemas, before any data is read."""

from __future__ import annotations

from copydesk.checks import check


@check("PK020", message="the rule lacks {missing}", equivalent="")
def rule_header_incomplete(missing: str) -> bool:
    """Tell the rules whose header lacks an entry.

    What: A file in `schemas/rules` begins with comments of the form `-- key: value`; one of the
        required keys (code, name, severity, table, message, what, why, example, fix) is not
        there, or there is no header at all.
    Why: A rule without its words reports rows without saying what is wrong with them.
    Example: a rule without `-- fix:`.
    Fix: Add the line to the header.
    """
    return bool(missing)


@check("PK021", message="`{value}` {reason}")
def rule_header_unusable(value: str) -> bool:
    """Tell the entries of a rule's header that are unknown or not of their form.

    What: The key of the entry is not known or stands twice, or its value has not the form that
        it needs: two capital letters and three digits for `code`, kebab case for `name`, error,
        warning or info for `severity`.
    Why: What is misspelt here would be left out without a word.
    Example: `-- severity: eror`.
    Fix: Correct the key or the value.
    """
    return bool(value)


@check("PK022", message="the rule cannot be run: {reason}")
def rule_not_runnable(reason: str) -> bool:
    """Tell the rules whose query fails, or whose file cannot be read.

    What: The query is not a single SELECT, names a table or a column that does not exist, does
        not select the key of its table, takes longer than a minute, or reaches for something
        outside the database; or the file is not UTF-8 or leads out of the package.
    Why: A rule that does not run protects nothing.
    Example: `SELECT quoteid FROM quotes` where the column is `quote_id`.
    Fix: Mend the query; the message of the database says where it stumbles.
    """
    return bool(reason)


@check("PK023", message="`{value}` is the code or the name of another check")
def rule_code_taken(value: str) -> bool:
    """Tell the rules whose code or name another check has already.

    What: Codes and names are unique over the built-in checks and all rules of a package.
    Why: Whoever reads the code, or leaves it out, would mean two things.
    Example: two files with `-- code: QT003`.
    Fix: Choose another code; a dataset uses two letters of its own.
    """
    return bool(value)


@check("PK024", message="the suite is for a table `{value}`, which is not there")
def suite_without_table(value: str) -> bool:
    """Tell the suites that belong to no table.

    What: A file `schemas/NAME.expectations.json` is found, and the package has no table NAME.
    Why: Its expectations are judged for nobody.
    Example: `quote.expectations.json` where the table is called `quotes`.
    Fix: Rename the file after its table, or remove it.
    """
    return bool(value)
