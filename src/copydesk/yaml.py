"""YAML as plain as JSON: values and the offsets at which they stand, from the events of PyYAML.

Nothing is constructed: no tag makes an object, a date stays the text that it is, an alias cannot
blow up. Words such as `yes` are what YAML 1.1 says, as for every program built on PyYAML.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yaml.events import CollectionStartEvent, Event, ScalarEvent

Marks = list[tuple[str, int]]

_DEEPEST = 200
_LARGEST = 1_000_000
"""Values of a document, those of its aliases counted each time."""
_CORE = "tag:yaml.org,2002:"
_PLAIN = {_CORE + kind for kind in ("str", "int", "float", "bool", "null", "map", "seq")}
_HALF = re.compile("[\ud800-\udfff]")
_TRUE, _FALSE = ("yes", "true", "on"), ("no", "false", "off")


class NotPlain(Exception):
    """Report what is wrong in a text that is not YAML or more than JSON can say."""

    def __init__(self, what: str, offset: int) -> None:
        super().__init__(what)
        self.offset = offset


def read(text: str) -> tuple[Any, Marks]:
    """Return the value of a YAML text, and pointer and offset of all that is written in it.

    The name of a member is marked under its pointer followed by `~key`. Raises NotPlain.
    """
    import yaml

    reader = _Reader(yaml.resolver.Resolver())
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "it cannot be read"
        raise NotPlain(what, mark.index if mark else 0) from None
    except yaml.reader.ReaderError as error:
        raise NotPlain("a character in it cannot be printed", error.position) from None
    return reader.value, reader.marks


@dataclass
class _Open:
    """A list or object that has begun and not ended."""

    value: Any
    pointer: str
    anchor: str | None
    size: int = 1
    key: str | None = None
    merged: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class _Reader:
    """The value under way: what is open, the anchors seen with their sizes, the marks."""

    resolver: Any
    value: Any = None
    documents: int = 0
    open: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict)
    marks: Marks = field(default_factory=list)

    def take(self, event: Event) -> None:
        """Add what one event says."""
        import yaml

        at = event.start_mark.index if event.start_mark else 0
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise NotPlain("a second document begins", at)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._begin(event, {} if isinstance(event, yaml.MappingStartEvent) else [], at)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end()
            case yaml.AliasEvent():
                if event.anchor not in self.anchors:
                    raise NotPlain(f"nothing before is called `&{event.anchor}`", at)
                value, size = self.anchors[event.anchor]
                self._mark(at)
                self._add(value, size, at)
            case yaml.ScalarEvent():
                self._scalar(event, at)

    def _pointer(self) -> str:
        if not self.open:
            return ""
        above = self.open[-1]
        step = str(len(above.value)) if isinstance(above.value, list) else _escaped(above.key)
        return f"{above.pointer}/{step}"

    def _mark(self, at: int) -> None:
        if not self.open or self.open[-1].key is not None or isinstance(self.open[-1].value, list):
            self.marks.append((self._pointer(), at))

    def _begin(self, event: CollectionStartEvent, value: Any, at: int) -> None:
        _require_plain(event.tag, at)
        above = self.open[-1] if self.open else None
        if above and isinstance(above.value, dict) and above.key is None:
            raise NotPlain("the name of a member is no text", at)
        if len(self.open) >= _DEEPEST:
            raise NotPlain("nested too deeply", at)
        self._mark(at)
        self.open.append(_Open(value, self._pointer(), event.anchor))

    def _end(self) -> None:
        done = self.open.pop()
        for merged in done.merged:
            for key, value in merged.items():
                done.value.setdefault(key, value)
        if done.anchor:
            self.anchors[done.anchor] = (done.value, done.size)
        self._add(done.value, done.size, 0)

    def _scalar(self, event: ScalarEvent, at: int) -> None:
        _require_plain(event.tag, at)
        if _HALF.search(event.value):
            raise NotPlain("half of a pair of surrogates is no character", at)
        above = self.open[-1] if self.open else None
        if above and isinstance(above.value, dict) and above.key is None:
            above.key = event.value
            if event.value != "<<" or not event.implicit[0]:
                self.marks.append((f"{self._pointer()}~key", at))
            return
        from yaml.nodes import ScalarNode

        tag = event.tag or self.resolver.resolve(ScalarNode, event.value, event.implicit)
        value = _value(tag.removeprefix(_CORE), event.value, at)
        self._mark(at)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self._add(value, 1, at)

    def _add(self, value: Any, size: int, at: int) -> None:
        if not self.open:
            self.value = value
            return
        above = self.open[-1]
        above.size += size
        if above.size > _LARGEST:
            raise NotPlain("its aliases make it too large", at)
        if isinstance(above.value, list):
            above.value.append(value)
        elif above.key == "<<" and (merged := _merged(value)):
            above.merged += merged
            above.key = None
        elif above.key is None:
            raise NotPlain("the name of a member is no text", at)
        else:
            above.value[above.key] = value
            above.key = None


def _merged(value: Any) -> list[dict[str, Any]]:
    several = value if isinstance(value, list) else [value]
    return several if all(isinstance(one, dict) for one in several) else []


def _require_plain(tag: str | None, at: int) -> None:
    if tag is not None and tag != "!" and tag not in _PLAIN:
        raise NotPlain(f"the tag `{tag.replace(_CORE, '!!')}` is not read", at)


def _escaped(step: str | None) -> str:
    return (step or "").replace("~", "~0").replace("/", "~1")


def _value(kind: str, text: str, at: int) -> Any:
    """Return what a word of YAML 1.1 means; a text for what JSON has no kind for."""
    plain = text.replace("_", "").lower()
    if kind == "null":
        return None
    if kind == "bool" and plain in _TRUE + _FALSE:
        return plain in _TRUE
    try:
        if kind == "int" and ":" not in text:
            octal = re.fullmatch(r"[-+]?0[0-7]+", plain)
            return int(plain, 8 if octal else 0)
        if kind == "float" and ":" not in text:
            number = float(plain)
            return number if math.isfinite(number) else text
    except ValueError:
        if not re.fullmatch(r"[-+]?\.(?:inf|nan)", plain):
            raise NotPlain(f"`{text[:60]}` is no number that can be read", at) from None
    return text
