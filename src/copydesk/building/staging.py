"""A checked package → a folder that holds what is released, and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from copydesk.archive import CHECKSUMS, checksums, chunks_of, digest, moment
from copydesk.building.contents import DESCRIPTOR, REPORT, changed_since, parts_of
from copydesk.findings import Report
from copydesk.model import Package
from copydesk.report import render
from copydesk.run import gather
from copydesk.staged import Fingerprint, Staged


def stage(
    package: Package, report: Report, sealed: Mapping[str, Fingerprint], stem: str, folder: Path
) -> Staged:
    """Copy what is released into `folder/stem` and return it.

    Raises UserError if a file differs from what was sealed.
    """
    root = folder / stem
    made = {
        DESCRIPTOR: _described(package, report, sealed),
        REPORT: render(replace(report, path=DESCRIPTOR, seconds=0.0), "json").encode(),
    }
    files = {p: _copied(package.root / p, root / p) for p in sealed.keys() - {package.path, *made}}
    if changed := sorted(p for p, found in files.items() if found != sealed[p]):
        raise changed_since(changed)
    for path, data in made.items():
        files[path] = _written(root / path, data)
    sums = {path: file.sha256 for path, file in files.items()}
    (root / CHECKSUMS).write_bytes(checksums(sums))
    source, _ = gather(root / DESCRIPTOR)
    when = moment(package.descriptor.get("created"))
    return Staged(stem, root, source.package, report, dict(sorted(files.items())), when)


def _copied(source: Path, target: Path) -> Fingerprint:
    """Copy a file and return the fingerprint of what was copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    size, state = 0, hashlib.sha256()
    with target.open("xb") as stream:
        for chunk in chunks_of(source):
            size += stream.write(chunk)
            state.update(chunk)
    return Fingerprint(size, state.hexdigest())


def _written(target: Path, data: bytes) -> Fingerprint:
    target.write_bytes(data)
    return Fingerprint(*digest([data]))


def _described(package: Package, report: Report, sealed: Mapping[str, Fingerprint]) -> bytes:
    """Return the descriptor with the size, the hash and the number of rows of each resource.

    `bytes` and `hash` are of the standard. It has no property for the number of rows: `rows`
    beside them is what frictionless writes, and verifies.
    """
    rows = {t.name: t.rows for t in report.tables}
    resources = []
    for resource in package.descriptor["resources"]:
        seen: dict[str, object] = {}
        if parts := parts_of(resource):
            file = sealed[parts[0]]
            seen = {"bytes": file.bytes, "hash": f"sha256:{file.sha256}"}
        if resource["name"] in rows:
            seen["rows"] = rows[resource["name"]]
        resources.append({**resource, **seen})
    described = {**package.descriptor, "resources": resources}
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode()
