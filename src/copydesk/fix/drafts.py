"""Files as they will be: read once, and put back only if nobody changed them meanwhile."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from copydesk.errors import UserError
from copydesk.model import Dialect, Table


@dataclass
class Draft:
    """A file of the dataset: its path in the package, where it lies, its bytes then and now."""

    path: str
    file: Path
    dialect: Dialect
    original: bytes
    data: bytes


def draft_of(table: Table, root: Path) -> Draft | str | None:
    """Return the draft of a table's file, why it is left alone, or None if there is no file."""
    if table.opaque or "data" in table.descriptor:
        return None
    if table.foreign:
        return table.foreign
    if table.unmade or table.raw:
        return table.unmade or "it is made of other files"
    if not table.file.is_file():
        return None
    file = table.file.resolve()
    if not file.is_relative_to(root.resolve()):
        return "it is a link out of the package"
    data = file.read_bytes()
    return Draft(table.path, file, table.dialect, data, data)


def put_back(drafts: Sequence[Draft]) -> None:
    """Write drafts over their files: all beside them first, then each in one step.

    Raises UserError, with no file changed, if one cannot be written or is another by now.
    """
    made: list[tuple[Path, Draft]] = []
    try:
        made.extend((_beside(draft), draft) for draft in drafts)
        for _, draft in made:
            if draft.file.read_bytes() != draft.original:
                raise UserError(
                    f"`{draft.path}` was changed by somebody else meanwhile: nothing was written",
                    hint="run `copydesk fix` again",
                    place=draft.path,
                )
        for copy, draft in made:
            copy.replace(draft.file)
    except OSError as error:
        raise UserError(f"cannot write: {error.strerror}", place=str(error.filename)) from None
    finally:
        for copy, _ in made:
            copy.unlink(missing_ok=True)


def _beside(draft: Draft) -> Path:
    """Write a draft beside its file, with the mode of it, and return where."""
    handle, name = tempfile.mkstemp(".part", f".{draft.file.name}.", draft.file.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(draft.data)
    shutil.copymode(draft.file, name)
    return Path(name)
