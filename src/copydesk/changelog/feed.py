"""A changelog for programs: as JSON, and as an Atom feed that a reader of news subscribes to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from copydesk.changelog import Entry
from copydesk.diff.telling import Item
from copydesk.model import Package
from copydesk.report._words import visible
from copydesk.versioning.words import reason_document

_ATOM = "http://www.w3.org/2005/Atom"
_XHTML = "http://www.w3.org/1999/xhtml"


def document(package: Package, entries: Sequence[Entry]) -> str:
    """Return the document that changes.schema.json describes."""
    made = {
        "changes": "copydesk/1",
        "package": package.name,
        "releases": [_release(entry) for entry in entries],
    }
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _release(entry: Entry) -> dict[str, Any]:
    return {
        "version": str(entry.number),
        "date": entry.date,
        "base": entry.base,
        "class": entry.cls,
        "reasons": [reason_document(reason) for reason in entry.reasons],
        "tables": [
            {"name": t.name, "state": t.state, "added": t.added, "removed": t.removed,
             "renamed": t.renamed, "changed": t.changed}
            for t in entry.tables
        ],
        "says": list(sentences(entry)),
    }  # fmt: skip


def sentences(entry: Entry) -> Iterator[str]:
    """Yield what is told of a release, a sentence for each record."""
    if not entry.base:
        yield entry.since
    for section in entry.sections:
        head = section.name or section.title
        for item in section.items:
            yield from _sentences(item, head)


def _sentences(item: Item, head: str) -> Iterator[str]:
    """Yield the sentences of an item, each with what stands above it."""
    own = f"{head}: {_plain(item)}"
    if not item.below:
        yield own
    for below in item.below:
        yield from _sentences(below, own)


def _plain(item: Item) -> str:
    marks = {"lost": "[-{}-]", "new": "{{+{}+}}", "label": "“{}”"}
    return "".join(marks.get(p.style, "{}").format(visible(p.text)) for p in item.said)


# Atom


def atom(package: Package, entries: Sequence[Entry]) -> str:
    """Return an Atom feed with an entry for each release, the latest first."""
    ET.register_namespace("", _ATOM)
    ET.register_namespace("xhtml", _XHTML)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    _add(feed, "id", _urn(package, ""))
    title = package.descriptor.get("title")
    _add(feed, "title", title if isinstance(title, str) and title else package.name)
    _add(feed, "updated", _moment(max((e.date for e in entries), default="1970-01-01")))
    author = ET.SubElement(feed, f"{{{_ATOM}}}author")
    _add(author, "name", _author(package))
    homepage = package.descriptor.get("homepage")
    if isinstance(homepage, str) and re.match(r"https?://\S+$", homepage):
        ET.SubElement(feed, f"{{{_ATOM}}}link", {"rel": "alternate", "href": homepage})
    for entry in entries:
        _entry(feed, package, entry)
    ET.indent(feed)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, "unicode") + "\n"


def _entry(feed: ET.Element, package: Package, entry: Entry) -> None:
    made = ET.SubElement(feed, f"{{{_ATOM}}}entry")
    _add(made, "id", _urn(package, str(entry.number)))
    _add(made, "title", f"{package.name} {entry.number}")
    _add(made, "updated", _moment(entry.date))
    content = ET.SubElement(made, f"{{{_ATOM}}}content", {"type": "xhtml"})
    div = ET.SubElement(content, f"{{{_XHTML}}}div")
    _text(ET.SubElement(div, f"{{{_XHTML}}}p"), entry.since)
    for section in entry.sections:
        head = "".join(part.text for part in section.summary)
        _text(ET.SubElement(div, f"{{{_XHTML}}}p"), f"{section.name or section.title}: {head}")
        _items(div, section.items)


def _items(above: ET.Element, items: Sequence[Item]) -> None:
    if items:
        list_ = ET.SubElement(above, f"{{{_XHTML}}}ul")
        for item in items:
            one = ET.SubElement(list_, f"{{{_XHTML}}}li")
            _text(one, _plain(item))
            _items(one, item.below)


def _add(above: ET.Element, name: str, text: str) -> None:
    _text(ET.SubElement(above, f"{{{_ATOM}}}{name}"), text)


def _text(element: ET.Element, text: str) -> None:
    """Set a text; what no XML may hold is shown as its code point."""
    element.text = re.sub(
        r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]",
        lambda m: f"U+{ord(m[0]):04X}",
        visible(text),
    )


def _author(package: Package) -> str:
    listed = package.descriptor.get("contributors")
    for one in listed if isinstance(listed, list) else ():
        title = one.get("title") if isinstance(one, dict) else None
        if isinstance(title, str) and title:
            return title
    return package.name


def _urn(package: Package, version: str) -> str:
    """Return an identifier that is the same for ever: it is made of the name and the number."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'copydesk:{package.name}:{version}')}"


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"
