"""Members added to a YAML text, with its comments, its indents and its order left alone."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from copydesk.suggest.editing import Insert, steps_of


def insert_yaml(text: str, inserts: Sequence[Insert]) -> str:
    """Return a YAML text with members and items added at the ends of mappings and sequences."""
    import yaml

    root = yaml.compose(text, Loader=yaml.SafeLoader)
    newline = "\r\n" if "\r\n" in text else "\n"
    edits = [_edit(text, _node(root, one.pointer), one, newline) for one in inserts]
    for at, words in sorted(edits, reverse=True):
        text = text[:at] + words + text[at:]
    return text


def _node(node: Any, pointer: str) -> Any:
    for name in steps_of(pointer):
        if node.id == "sequence":
            node = node.value[int(name)]
        else:
            node = next(v for k, v in node.value if k.value == name)
    return node


def _edit(text: str, node: Any, one: Insert, newline: str) -> tuple[int, str]:
    """Return where an insert stands and its words."""
    if node.flow_style or not node.value:
        end = node.end_mark.index - 1
        at = len(text[:end].rstrip())
        items = (f"{_name(n)}: {_flow(v)}" if n else _flow(v) for n, v in one.members)
        return at, ("" if not node.value else ", ") + ", ".join(items)
    first = node.value[0][0] if node.id == "mapping" else node.value[0]
    last = _last(node)
    at = len(text[: last.end_mark.index].rstrip())
    eol = re.compile(r"[^\r\n]*").match(text, at)  # a comment stays where it is
    at = eol.end() if eol else at
    if node.id == "mapping":
        indent = " " * first.start_mark.column
        lines = [line for n, v in one.members for line in _block(n, v, indent)]
    else:
        indent = " " * node.start_mark.column
        lines = [f"{indent}- {_flow(v)}" for _, v in one.members]
    return at, "".join(newline + line for line in lines)


def _last(node: Any) -> Any:
    """Return the last node that holds text: of block mappings the end is that of what follows."""
    value: Any = node.value
    if node.id == "scalar" or not value or getattr(node, "flow_style", False):
        return node
    return _last(value[-1][1] if node.id == "mapping" else value[-1])


def _block(name: str, value: Any, indent: str) -> list[str]:
    """Return a member in lines; objects are spread, all else stands on the line of its name."""
    if not isinstance(value, dict) or not value:
        return [f"{indent}{_name(name)}: {_flow(value)}"]
    lines = [f"{indent}{_name(name)}:"]
    for key, inner in value.items():
        lines += _block(key, inner, indent + "  ")
    return lines


def _flow(value: Any) -> str:
    """Return a value on one line, plain where YAML reads a bare word as just that text."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_name(k)}: {_flow(v)}' for k, v in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return _name(value) if isinstance(value, str) else json.dumps(value)


_WORDS = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}


def _name(text: str) -> str:
    is_bare = re.fullmatch(r"[A-Za-z][\w/.-]*", text) and text.lower() not in _WORDS
    return text if is_bare else json.dumps(text, ensure_ascii=False)
