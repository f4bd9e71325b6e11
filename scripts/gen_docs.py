# /// script
# requires-python = ">=3.11"
# dependencies = ["copydesk", "pyyaml"]
# ///
"""Write the generated pages; with --check, name those that are out of date instead."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from copydesk import docs, editor

ROOT = Path(__file__).resolve().parent.parent


def pages() -> Mapping[Path, str]:
    """Return what each generated file should hold."""
    readme = ROOT / "README.md"
    conformance = ROOT / "docs/conformance.md"
    expectations = ROOT / "docs/expectations.md"
    return {
        ROOT / "docs/checks.md": docs.checks_page(),
        conformance: docs.standard_tables(
            conformance.read_text(encoding="utf-8"), ROOT / "tests/standard"
        ),
        ROOT / "docs/data-dictionary.md": docs.dictionary_page(ROOT),
        expectations: docs.expectation_table(
            expectations.read_text(encoding="utf-8"), ROOT / "tests/expectations.yaml"
        ),
        ROOT / "docs/functions.md": docs.functions_page(),
        **editor.generated(),
        readme: docs.transcripts(docs.help_blocks(readme.read_text(encoding="utf-8")), ROOT),
    }


def main(arguments: list[str]) -> int:
    """Return the exit code: 1 if --check found a page that is out of date."""
    if arguments not in ([], ["--check"]):
        sys.exit("usage: scripts/gen_docs.py [--check]")
    stale = {
        path: text
        for path, text in pages().items()
        if not path.is_file()
        or docs.settled(path.read_text(encoding="utf-8")) != docs.settled(text)
    }
    for path, text in stale.items():
        name = path.relative_to(ROOT).as_posix()
        if arguments:
            sys.stderr.write(f"error: `{name}` is out of date\n  help: run scripts/gen_docs.py\n")
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            sys.stdout.write(f"wrote {name}\n")
    return 1 if arguments and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
