"""A package as it is released, and the files that are made of it: values, without behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from copydesk.findings import Report
from copydesk.model import Package

Moment = tuple[int, int, int, int, int, int]
"""Year, month, day, hour, minute and second, in UTC."""


@dataclass(frozen=True)
class Fingerprint:
    """What tells a file from any other: its size and its SHA-256."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Staged:
    """A package as it is released: a folder that holds these files and no others.

    `stem` is its name and version, as the files of the release are called; `files` are all files
    of the folder but `SHA256SUMS`, by path; `package` was read from that folder, and `report` is
    about these files. `when` is the moment that the release gives itself, the only one that may
    stand in a file that is made of it.
    """

    stem: str
    root: Path
    package: Package
    report: Report
    files: Mapping[str, Fingerprint]
    when: Moment


@dataclass(frozen=True)
class Artifact:
    """A file of a release beside others: `kind` is the name of its format, or of what it tells."""

    name: str
    kind: str
    title: str
    mediatype: str
    bytes: int
    sha256: str
