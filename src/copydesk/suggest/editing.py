"""What is added to a document that is otherwise left as its author wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from copydesk.document import step

Tree = dict[str | int, Any]
"""What is added: members by name, items by index; where something is there it is gone into."""


@dataclass(frozen=True)
class Insert:
    """Members for an object, or items (of an empty name) for a list, at a pointer of a document."""

    pointer: str
    members: tuple[tuple[str, Any], ...]


def added(tree: Tree, path: Sequence[str | int], value: Any) -> None:
    """Add a value to a tree at a path."""
    for one in path[:-1]:
        tree = tree.setdefault(one, {})
    tree[path[-1]] = value


def plain(tree: Any) -> Any:
    """Return a tree as JSON has it: what has indexes is a list."""
    if not isinstance(tree, dict):
        return tree
    if tree and all(isinstance(key, int) for key in tree):
        return [plain(tree[key]) for key in sorted(tree)]
    return {key: plain(value) for key, value in tree.items()}


def steps_of(pointer: str) -> list[str]:
    """Return the steps of a JSON pointer."""
    return [s.replace("~1", "/").replace("~0", "~") for s in pointer.split("/")[1:]]


def inserts(data: Any, tree: Tree, pointer: str) -> Iterator[Insert]:
    """Yield what has to be written where to add a tree to a value; what is there stays."""
    new: list[tuple[str, Any]] = []
    for key, value in tree.items():
        if isinstance(data, list):
            if isinstance(key, int) and key < len(data):
                yield from inserts(data[key], value, pointer + step(key))
            else:
                new.append(("", plain(value)))
        elif key not in data:
            new.append((str(key), plain(value)))
        elif isinstance(value, dict) and isinstance(data[key], dict | list):
            yield from inserts(data[key], value, pointer + step(key))
    if new:
        yield Insert(pointer, tuple(new))


def merged(data: Any, tree: Tree) -> Any:
    """Return what data are with a tree added; what is there stays."""
    if isinstance(data, list):
        kept = [merged(v, tree[i]) if i in tree else v for i, v in enumerate(data)]
        return kept + [plain(v) for k, v in tree.items() if isinstance(k, int) and k >= len(data)]
    if not isinstance(data, dict):
        return data
    more = {k: plain(v) for k, v in tree.items() if k not in data}
    kept_ = {k: merged(v, tree[k]) if isinstance(tree.get(k), dict) else v for k, v in data.items()}
    return kept_ | more
