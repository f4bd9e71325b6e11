"""copydesk as the merge driver of a clone: what its configuration and its attributes say."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from copydesk.revisions import configure, repository

ATTRIBUTE = "*.csv merge=copydesk"
_MERGE = "{program} merge %O %A %B --path %P --marker-size %L"
_TEXT = "git merge-file -L ours -L base -L theirs --marker-size=%L %A %O %B"


def _program() -> str:
    """Return how a shell calls this program, wherever git runs it."""
    if shutil.which("copydesk"):
        return "copydesk"
    return f"{shlex.quote(sys.executable)} -I -m copydesk"


def install(folder: Path) -> Iterator[str]:
    """Make git merge the CSV files of the clone that a folder belongs to; yield what was done.

    Raises UserError outside of a clone.
    """
    found = repository(folder)
    root = found.folder.absolute()
    for _ in Path(found.prefix).parts:
        root = root.parent
    configure(found, "merge.copydesk.name", "tables by key and cell")
    command = _MERGE.format(program=_program())
    # What cannot run must not leave one side only, which git would take for merged by hand.
    guarded = f"{command}; code=$?; if [ $code -gt 1 ]; then {_TEXT}; else exit $code; fi"
    configure(found, "merge.copydesk.driver", guarded)
    yield f"this clone now merges CSV files by `{command}`"
    file = root / ".gitattributes"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    if ATTRIBUTE in text.splitlines():
        yield "`.gitattributes` names it already"
        return
    lacks_end = bool(text) and not text.endswith("\n")
    with file.open("a", encoding="utf-8", newline="") as stream:
        stream.write("\n" * lacks_end + ATTRIBUTE + "\n")
    yield f"`{ATTRIBUTE}` was added to `.gitattributes`: commit that, before branches part"
    yield "every clone needs `copydesk merge --install` once: git runs no program of a repository"
