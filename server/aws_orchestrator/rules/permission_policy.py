"""The statements of IAM policies that allow something: of policy documents and of objects given to jsonencode()."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from aws_orchestrator.hcl.expressions import ObjectItem, list_items, object_items, text
from aws_orchestrator.hcl.find import BlockView, FileView, ModuleView
from aws_orchestrator.hcl.references import string_literal


@dataclass(frozen=True, slots=True)
class Written:
    """A text of a policy and its byte range."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with the effect Allow; only what is written as plain text is in it."""

    file: FileView
    start: int
    end: int
    actions: tuple[Written, ...]
    resources: tuple[Written, ...]
    principals: tuple[Written, ...]
    conditional: bool

    @property
    def allows_everything(self) -> bool:
        """Whether it allows every action on every resource."""
        return _has_star(self.actions) and _has_star(self.resources)

    @property
    def allows_everybody(self) -> bool:
        """Whether it allows any principal without a condition."""
        return not self.conditional and _has_star(self.principals)


def _has_star(written: tuple[Written, ...]) -> bool:
    return any(one.text == "*" for one in written)


def allowing_statements(module: ModuleView) -> Iterator[Statement]:
    """Every statement that allows something, of the whole module."""
    for document in module.data("aws_iam_policy_document"):
        for block in document.nested("statement"):
            statement = _of_block(module.files[document.file], block)
            if statement is not None:
                yield statement
    for file in module.files.values():
        # Cheap test first: most files hold no policy object.
        if b"Effect" in file.content:
            yield from _of_objects(file, file.root)


def _of_block(file: FileView, block: BlockView) -> Statement | None:
    effect = block.attributes.get("effect")
    if effect is not None and effect.value != '"Allow"':
        return None
    actions, resources = (
        _strings(file, attribute.expression) if (attribute := block.attributes.get(name)) else ()
        for name in ("actions", "resources")
    )
    principals = tuple(
        written
        for principal in block.nested("principals")
        if (identifiers := principal.attributes.get("identifiers")) is not None
        for written in _strings(file, identifiers.expression)
    )
    conditional = next(block.nested("condition"), None) is not None
    return Statement(file, block.header_start, block.header_end, actions, resources, principals, conditional)


def _of_objects(file: FileView, node: Node) -> Iterator[Statement]:
    for child in node.children:
        if child.type == "object":
            items = object_items(child, file.content) or ()
            if any(item.key == "Effect" for item in items):
                statement = _of_object(file, child, items)
                if statement is not None:
                    yield statement
        if child.child_count:
            yield from _of_objects(file, child)


def _of_object(file: FileView, node: Node, items: Sequence[ObjectItem]) -> Statement | None:
    by_key = {item.key: item.value for item in items}
    if string_literal(text(by_key["Effect"], file.content)) != "Allow":
        return None
    actions, resources = (
        _strings(file, by_key[name]) if name in by_key else () for name in ("Action", "Resource")
    )
    principal = by_key.get("Principal")
    principals = _principals(file, principal) if principal is not None else ()
    return Statement(
        file, node.start_byte, node.end_byte, actions, resources, principals, "Condition" in by_key
    )


def _principals(file: FileView, node: Node) -> tuple[Written, ...]:
    items = object_items(node, file.content)
    if items is None:
        return _strings(file, node)
    return tuple(principal for item in items for principal in _strings(file, item.value))


def _strings(file: FileView, node: Node) -> tuple[Written, ...]:
    items = list_items(node)
    written = (node,) if items is None else items
    return tuple(
        Written(plain, item.start_byte, item.end_byte)
        for item in written
        if (plain := string_literal(text(item, file.content))) is not None
    )
