"""How a dataset wants to be cited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from copydesk.errors import UserError
from copydesk.loading.frames import library
from copydesk.package import is_safe

_FILE = "CITATION.cff"


def citation(root: Path, version: str, descriptor: Mapping[str, Any]) -> str:
    """Return one line: authors (year). title (version) [Data set]. address.

    What `CITATION.cff` does not say is taken from the descriptor.
    """
    facts = _from_descriptor(descriptor)
    if is_safe(root, _FILE) and (root / _FILE).is_file():
        said = {k: v for k, v in _from_file(root)._asdict().items() if v}
        facts = facts._replace(**said)
    authors, year, title, address = facts
    edition = f" (version {version})" if version else ""
    words = f"{title}{edition} [Data set]. {address}".rstrip()
    by = f"{_listed(authors)} ({year})" if year else _listed(authors)
    return f"{by.rstrip('.')}. {words}" if by else words


class _Facts(NamedTuple):
    authors: list[str]
    year: str
    title: str
    address: str


def _from_descriptor(descriptor: Mapping[str, Any]) -> _Facts:
    people = [p for p in descriptor.get("contributors") or [] if isinstance(p, dict)]
    creators = [p for p in people if _roles(p) & {"creator", "author"}] or people
    addresses = (str(descriptor.get(k) or "") for k in ("id", "homepage"))
    return _Facts(
        [str(p["title"]) for p in creators if p.get("title")],
        str(descriptor.get("created") or "")[:4],
        str(descriptor.get("title") or descriptor.get("name") or ""),
        next((_address(a) for a in addresses if _address(a)), ""),
    )


def _roles(person: Mapping[str, Any]) -> set[str]:
    roles = person.get("roles")
    return {str(r) for r in (roles if isinstance(roles, list) else [person.get("role")])}


def _from_file(root: Path) -> _Facts:
    """Return what `CITATION.cff` says, of the reference that it prefers if it has one."""
    data = library("yaml", "a citation").safe_load((root / _FILE).read_text(encoding="utf-8"))
    if not isinstance(data, dict):
        raise UserError(f"`{_FILE}` holds no mapping", place=str(root / _FILE))
    preferred = data.get("preferred-citation")
    data |= preferred if isinstance(preferred, dict) else {}
    authors = [_author(a) for a in data.get("authors") or [] if isinstance(a, dict)]
    addresses = (str(data.get(k) or "") for k in ("doi", "url", "repository"))
    return _Facts(
        [a for a in authors if a],
        str(data.get("date-released") or data.get("year") or "")[:4],
        str(data.get("title") or ""),
        next((_address(a) for a in addresses if _address(a)), ""),
    )


def _author(person: Mapping[str, Any]) -> str:
    """Return an entity by its name, and a person with the family name first."""
    if person.get("name"):
        return str(person["name"])
    family = " ".join(str(person[k]) for k in ("name-particle", "family-names") if person.get(k))
    return ", ".join(n for n in (family, str(person.get("given-names") or "")) if n)


def _address(text: str) -> str:
    if text.startswith("10."):
        return f"https://doi.org/{text}"
    return text if text.startswith(("https://", "http://")) else ""


def _listed(names: Iterable[str]) -> str:
    *others, last = list(names) or [""]
    return f"{'; '.join(others)} & {last}" if others else last
