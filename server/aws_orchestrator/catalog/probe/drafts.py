"""Configurations to ask with: complete objects, as the wire wants them, with what is required filled in."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.catalog.knowledge_shape import Child, Shape
from aws_orchestrator.catalog.model import Attribute

Names: TypeAlias = tuple[str, ...]
"""The names on the way from the root to a leaf or child."""

MAP_KEY = "k"


class Drafts:
    """Makes configurations of one type. `samples` are values that are known to be accepted, by path."""

    def __init__(self, root: Shape, samples: Mapping[Names, Any] | None = None) -> None:
        self.root = root
        self.samples: dict[Names, Any] = dict(samples or {})
        self.forced: set[Names] = set()
        """Children and leaves that are filled although the schema does not require them."""

    def minimal(self, shape: Shape | None = None, at: Names = ()) -> dict[str, Any]:
        """The object with what is required and nothing else."""
        shape = shape or self.root
        draft: dict[str, Any] = {}
        for name, leaf in shape.leaves.items():
            path = (*at, name)
            draft[name] = self.value(leaf, path) if leaf.required or path in self.forced else None
        for name, child in shape.children.items():
            path = (*at, name)
            if child.settable and (child.required or path in self.forced):
                draft[name] = wrapped(child, self.minimal(child.shape, path))
            else:
                draft[name] = absent(child)
        return draft

    def value(self, leaf: Attribute, path: Names) -> Any:
        """A value for a leaf: the sample if there is one, else the plainest of its type."""
        return self.samples[path] if path in self.samples else plain(leaf.type)

    def at(self, path: Names, change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        """The minimal configuration with the children on the path present, and the innermost object changed."""
        return self._grown(self.root, (), path, change)

    def _grown(
        self, shape: Shape, at: Names, rest: Names, change: Callable[[dict[str, Any]], None]
    ) -> dict[str, Any]:
        draft = self.minimal(shape, at)
        if not rest:
            change(draft)
            return draft
        child, path = shape.children[rest[0]], (*at, rest[0])
        inner = self._grown(child.shape, path, rest[1:], change)
        draft[rest[0]] = wrapped(child, inner)
        if child.nesting == "set" and child.min_items > 1:
            # The others stay as they are, so that what is wrong with them is wrong whatever is asked.
            draft[rest[0]] = [inner, *wrapped(child, self.minimal(child.shape, path))[1:]]
        return draft


def absent(child: Child) -> Any:
    """What stands for a child that is not written."""
    if child.written != "block":
        return None
    if child.nesting in {"list", "set"}:
        return []
    return {} if child.nesting == "map" else None


def wrapped(child: Child, inner: Any) -> Any:
    """One object as the element of its nesting, as many times as the schema wants it at least."""
    if child.nesting == "list":
        # The SDK looks into no block of a list that is too short.
        return [inner] * max(child.min_items, 1)
    if child.nesting == "set":
        return [inner, *(varied(inner, number) for number in range(1, child.min_items))]
    return {MAP_KEY: inner} if child.nesting == "map" else inner


def varied(draft: dict[str, Any], number: int) -> dict[str, Any]:
    """The object with one text changed, because equal elements of a set are one element."""
    changed = dict(draft)
    for name, value in draft.items():
        if isinstance(value, str):
            changed[name] = f"{value}{number}"
            break
    return changed


def plain(expression: CtyType) -> Any:
    """The plainest known value of a type."""
    match expression:
        case "string":
            return "abc"
        case "number":
            return 1
        case "bool":
            return True
        case "dynamic":
            return [b'"string"', "abc"]
        case ["list" | "set", element]:
            return [plain(element)]
        case ["map", element]:
            return {MAP_KEY: plain(element)}
        case ["tuple", list() as elements]:
            return [plain(element) for element in elements]
        case ["object", dict() as members, *_]:
            return {name: plain(member) for name, member in members.items()}
        case _:
            raise ValueError(f"{expression!r} is no type")
