"""The archive of a release: the staged package as it is, in a zip."""

from __future__ import annotations

from pathlib import Path

from copydesk.archive import CHECKSUMS, pack
from copydesk.staged import Staged


def write(staged: Staged, file: Path) -> None:
    """Write the files of a package and their checksums below one folder of a zip."""
    names = [*staged.files, CHECKSUMS]
    with file.open("xb") as stream:
        pack(stream, {f"{staged.stem}/{name}": staged.root / name for name in names}, staged.when)
