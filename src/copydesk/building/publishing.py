"""Finished files → the folder of a release, where none is ever seen half written."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path


def publish(staged: Sequence[Path], out: Path) -> None:
    """Move finished files over the old ones; if one cannot be moved, put the old ones back."""
    targets = {out / file.name: file for file in staged}
    kept = {target: file.with_name(f"{file.name}.old") for target, file in targets.items()}
    for target, copy in kept.items():
        if target.exists():
            shutil.copy2(target, copy)
    begun: list[Path] = []
    try:
        for target, file in targets.items():
            begun.append(target)
            file.replace(target)
    except BaseException:
        for target in begun:
            if kept[target].exists():
                kept[target].replace(target)
            else:
                target.unlink(missing_ok=True)
        raise
