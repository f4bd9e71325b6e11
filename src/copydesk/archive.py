"""Zip archives: written as the same bytes everywhere, read as if a stranger had made them."""

from __future__ import annotations

import hashlib
import stat
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from copydesk.errors import UserError

CHECKSUMS = "SHA256SUMS"
_DESCRIPTORS = ("datapackage.json", "datapackage.yaml", "datapackage.yml")
_CHUNK = 2**20
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MOST_MEMBERS = 100_000
# A CSV file of real data shrinks to a tenth, a monotonous one to a hundredth.
MOST_TIMES = 250
ALWAYS_ALLOWED = 100 * 2**20


def digest(chunks: Iterable[bytes], algorithm: str = "sha256") -> tuple[int, str]:
    """Return how many bytes there are, and their hash in hexadecimal."""
    size, state = 0, hashlib.new(algorithm, usedforsecurity=False)
    for chunk in chunks:
        size += len(chunk)
        state.update(chunk)
    return size, state.hexdigest()


def chunks_of(file: Path) -> Iterator[bytes]:
    """Return the content of a file piece by piece."""
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def checksums(digests: Mapping[str, str]) -> bytes:
    """Return the lines that `sha256sum -c` reads, sorted by path."""
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()


def moment(created: object) -> tuple[int, int, int, int, int, int]:
    """Return an RFC 3339 date-time as a zip can hold it: in UTC, from 1980 to 2107."""
    try:
        when = datetime.fromisoformat(created) if isinstance(created, str) else None
    except ValueError:
        when = None
    if when is None:
        return _EPOCH
    when = when.astimezone(UTC) if when.tzinfo else when
    if not 1980 <= when.year <= 2107:
        return _EPOCH
    return when.year, when.month, when.day, when.hour, when.minute, when.second


def pack(
    stream: IO[bytes],
    members: Mapping[str, bytes | Path],
    when: tuple[int, int, int, int, int, int],
) -> dict[str, str]:
    """Write a zip of these members and return the SHA-256 of each, taken while it is written.

    The members are stored, not compressed: what deflate makes of them differs between zlib,
    its versions and its successors, so that a compressed archive could not be rebuilt to the
    same bytes on another machine.
    """
    digests = {}
    with ZipFile(stream, "w", ZIP_STORED) as zipped:
        for name in sorted(members):
            member = members[name]
            info = ZipInfo(name, when)
            info.create_system = 3
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            info.file_size = len(member) if isinstance(member, bytes) else member.stat().st_size
            with zipped.open(info, "w") as target:
                chunks = [member] if isinstance(member, bytes) else chunks_of(member)
                _, digests[name] = digest(_written(chunks, target))
    return digests


def _written(chunks: Iterable[bytes], target: IO[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        target.write(chunk)
        yield chunk


def unpack(archive: Path, into: Path) -> Path:
    """Write the files of a zip below a folder and return the descriptor among them.

    Raises UserError for what is no zip or a damaged one, has no descriptor, or holds a member
    that would leave the folder, is a link, occurs twice, or is out of proportion.
    """
    try:
        with ZipFile(archive) as zipped:
            members = [m for m in _accepted(zipped, archive) if not m.is_dir()]
            descriptor = _descriptor([m.filename for m in members], archive)
            for member in members:
                _extract(zipped, member, into, archive)
    except (BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise _refused(archive, f"cannot be read: {error}") from error
    return into / descriptor


def _refused(archive: Path, why: str) -> UserError:
    return UserError(
        f"`{archive.name}` {why}",
        hint="download the archive again, and compare it with its published checksum",
        place=str(archive),
    )


def _accepted(zipped: ZipFile, archive: Path) -> list[ZipInfo]:
    members = zipped.infolist()
    if len(members) > _MOST_MEMBERS:
        raise _refused(archive, f"holds {len(members):,} files, more than {_MOST_MEMBERS:,}")
    declared = sum(m.file_size for m in members)
    if declared > max(ALWAYS_ALLOWED, MOST_TIMES * archive.stat().st_size):
        raise _refused(archive, f"would swell to {declared:,} bytes")
    for member in members:
        if why := _suspicion(member):
            raise _refused(archive, f"holds `{_printable(member.orig_filename)}`, {why}")
    name, times = Counter(m.filename for m in members).most_common(1)[0] if members else ("", 0)
    if times > 1:
        raise _refused(archive, f"holds `{name}` {times} times")
    return members


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in name[:60])


def _suspicion(member: ZipInfo) -> str:
    """Return why a member is not taken, or an empty string."""
    name = member.orig_filename
    kind = stat.S_IFMT(member.external_attr >> 16)
    pure = PurePosixPath(name)
    if pure.is_absolute() or "\\" in name or name[1:2] == ":":
        return "whose path is not relative"
    if ".." in pure.parts or not pure.parts:
        return "whose path leaves the archive"
    if not name.isprintable():
        return "whose path has characters that cannot be seen"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "which is a link or no ordinary file"
    if member.flag_bits & 1:
        return "which is encrypted"
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "which is compressed in an uncommon way"
    return ""


def _descriptor(names: list[str], archive: Path) -> str:
    """Return the descriptor nearest to the top of the archive; there must be one such."""
    found = [n for n in names if PurePosixPath(n).name in _DESCRIPTORS]
    if not found:
        raise _refused(archive, f"holds no `{_DESCRIPTORS[0]}`")
    depth = min(n.count("/") for n in found)
    top = [n for n in found if n.count("/") == depth]
    folders = {str(PurePosixPath(n).parent) for n in top}
    if len(folders) > 1:
        raise _refused(archive, f"holds {len(top)} packages: `{top[0]}`, `{top[1]}`")
    return min(top, key=lambda n: _DESCRIPTORS.index(PurePosixPath(n).name))


def _extract(zipped: ZipFile, member: ZipInfo, into: Path, archive: Path) -> None:
    """Write one member; never more than it declares, and never over another file."""
    target = into / member.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with zipped.open(member) as source, target.open("xb") as stream:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            stream.write(chunk)
    if size != member.file_size:
        raise _refused(
            archive, f"holds `{member.filename}` of {size:,} bytes, not {member.file_size:,}"
        )
