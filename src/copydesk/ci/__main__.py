"""`python -m copydesk.ci check|comment`: the doors that action.yml and its workflows use."""

from __future__ import annotations

import os
import sys

from copydesk.errors import EXIT_USER, UserError


def main(arguments: list[str]) -> int:
    """Run one of the two and return its exit code."""
    try:
        if arguments == ["check"]:
            from copydesk.ci.github import run

            return run(os.environ)
        if arguments == ["comment"]:
            from copydesk.ci.comment import post

            return post(os.environ)
    except UserError as error:
        said = f"{error.message}{f': {error.hint}' if error.hint else ''}"
        sys.stdout.write(f"::error title=copydesk::{' '.join(said.split())}\n")
        return EXIT_USER
    sys.stderr.write("usage: python -m copydesk.ci check|comment\n")
    return EXIT_USER


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
