"""The shapes of an expression: calls, objects, lists, conditions, literals, read from the tree of a view."""

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from aws_orchestrator.hcl.references import string_literal

_WRAPPING = frozenset({"expression", "collection_value", "operation", "literal_value"})
_NO_PART = frozenset({"comment", "(", ")"})


@dataclass(frozen=True, slots=True)
class ObjectItem:
    """One element of an object: its key (None when it is computed), and both sides."""

    key: str | None
    key_node: Node
    value: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function call."""

    name: str
    arguments: tuple[Node, ...]


def text(node: Node, content: bytes) -> str:
    """A node as it is written."""
    return content[node.start_byte : node.end_byte].decode(errors="replace")


def unwrap(node: Node) -> Node:
    """The expression without the nodes and parentheses that only wrap it."""
    while node.type in _WRAPPING:
        inner = [child for child in node.children if child.type not in _NO_PART]
        if len(inner) != 1:
            break
        node = inner[0]
    return node


def call(node: Node, content: bytes) -> Call | None:
    """The call that an expression is, or None."""
    node = unwrap(node)
    if node.type != "function_call":
        return None
    arguments: tuple[Node, ...] = ()
    for child in node.children:
        if child.type == "function_arguments":
            arguments = tuple(argument for argument in child.children if argument.type == "expression")
    return Call(text(node.children[0], content), arguments)


def object_items(node: Node, content: bytes) -> tuple[ObjectItem, ...] | None:
    """The elements of an object constructor, or None for any other expression."""
    node = unwrap(node)
    if node.type != "object":
        return None
    items: list[ObjectItem] = []
    for child in node.children:
        if child.type == "object_elem":
            sides = [side for side in child.children if side.type == "expression"]
            if len(sides) == 2:
                items.append(ObjectItem(_key(sides[0], content), sides[0], sides[1]))
    return tuple(items)


def _key(node: Node, content: bytes) -> str | None:
    written = text(node, content)
    if written.isidentifier() or written.replace("-", "_").isidentifier():
        return written
    return string_literal(text(unwrap(node), content))


def list_items(node: Node) -> tuple[Node, ...] | None:
    """The elements of a list constructor, or None for any other expression."""
    node = unwrap(node)
    if node.type != "tuple":
        return None
    return tuple(child for child in node.children if child.type == "expression")


def branches(node: Node) -> tuple[Node, Node] | None:
    """What a conditional gives when true and when false, or None for any other expression."""
    node = unwrap(node)
    if node.type != "conditional":
        return None
    parts = [child for child in node.children if child.type == "expression"]
    return (parts[1], parts[2]) if len(parts) == 3 else None


def ancestors(node: Node) -> Iterator[Node]:
    """The nodes around a node, innermost first."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent
