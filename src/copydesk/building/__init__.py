"""A package and its clean report → the files of a release.

They are the same bytes wherever and whenever they are built from the same files. `seal` is
taken before the check and held against what is packed, so that the report in the archive is
about the very bytes beside it. What is released is staged in a folder first; every file of the
release is made of that folder alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from copydesk.archive import CHECKSUMS, checksums, chunks_of, digest
from copydesk.building.contents import demand_sealed, stem_of
from copydesk.building.contents import seal as seal
from copydesk.building.publishing import publish
from copydesk.building.staging import stage
from copydesk.errors import UserError
from copydesk.findings import Report
from copydesk.formats import chosen
from copydesk.model import Package
from copydesk.staged import Artifact, Fingerprint, Staged


@dataclass(frozen=True)
class Built:
    """What a build wrote into a folder.

    `artifacts` are the files of the release, the archive first; `files` are the paths in the
    archive, below its top folder.
    """

    folder: Path
    artifacts: tuple[Artifact, ...]
    files: tuple[str, ...]

    @property
    def archive(self) -> Path:
        """Return the archive of the CSV package."""
        return self.folder / self.artifacts[0].name

    @property
    def checksums(self) -> Path:
        """Return the file of checksums."""
        return self.folder / CHECKSUMS


def build(
    package: Package, report: Report, out: Path | None = None, *, sealed: Mapping[str, Fingerprint]
) -> Built:
    """Write the files of a release and `SHA256SUMS` to a folder, `dist` if none is given.

    `sealed` is what `seal` gave before the check. Raises UserError, and leaves what is in the
    folder as it was, if the report has errors or is not about this package, if a file differs
    from what was sealed, or if one cannot be part of a release.
    """
    stem = stem_of(package)
    _demand_clean(package, report)
    demand_sealed(package, sealed)
    out = package.root / "dist" if out is None else out
    try:
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".build-", dir=out) as scratch:
            folder = Path(scratch) / "release"
            folder.mkdir()
            staged = stage(package, report, sealed, stem, Path(scratch))
            artifacts = tuple(_artifacts(staged, folder))
            sums = {a.name: a.sha256 for a in artifacts}
            (folder / CHECKSUMS).write_bytes(checksums(sums))
            publish([*(folder / name for name in sums), folder / CHECKSUMS], out)
    except OSError as error:
        raise UserError(
            f"cannot write the release: {error.strerror or error}", place=str(error.filename or out)
        ) from error
    return Built(out, artifacts, tuple(sorted([*staged.files, CHECKSUMS])))


def _artifacts(staged: Staged, folder: Path) -> Iterator[Artifact]:
    """Write the files of a release and yield what they are."""
    for made in chosen(staged.package):
        file = folder / f"{staged.stem}{made.suffix}"
        made.write(staged, file)
        _sync(file)
        found = digest(chunks_of(file))
        yield Artifact(file.name, made.name, made.title, made.mediatype, *found)


def _sync(file: Path) -> None:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())


def _demand_clean(package: Package, report: Report) -> None:
    if report.errors:
        count = f"{report.errors:,} error{'s' if report.errors > 1 else ''}"
        raise UserError(f"the dataset has {count}", hint="copydesk check")
    if (report.name, report.version) != (package.name, package.version):
        raise UserError(
            f"the report is about {report.name} {report.version}, "
            f"the package is {package.name} {package.version}",
            hint="check and build the same package",
        )
    checked = {t.name for t in report.tables}
    left = [t.name for t in package.tables if t.name not in checked]
    if left:
        raise UserError(
            f"the report leaves out the table `{left[0]}`", hint="check the whole package"
        )
