"""IAM policies that allow everything, or everybody; in policy documents and in objects given to jsonencode()."""

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from aws_orchestrator.hcl.expressions import ObjectItem, list_items, object_items, text
from aws_orchestrator.hcl.find import BlockView, FileView, ModuleView
from aws_orchestrator.hcl.references import string_literal
from aws_orchestrator.rules.network_policy import Problem
from aws_orchestrator.rules.security_controls import ANY_PRINCIPAL, FULL_ADMINISTRATION


def wide_permissions(module: ModuleView) -> Iterator[Problem]:
    """Every statement that allows every action on everything, or allows any principal without a condition."""
    for document in module.data("aws_iam_policy_document"):
        for statement in document.nested("statement"):
            yield from _statement_block(module.files[document.file], statement)
    for file in module.files.values():
        # Cheap test first: most files hold no policy object.
        if b"Effect" in file.content:
            yield from _objects(file, file.root)


def _statement_block(file: FileView, statement: BlockView) -> Iterator[Problem]:
    effect = statement.attributes.get("effect")
    if effect is not None and effect.value != '"Allow"':
        return
    actions, resources = (
        _strings(file, attribute.expression) if (attribute := statement.attributes.get(name)) else []
        for name in ("actions", "resources")
    )
    place = (file, statement.header_start, statement.header_end)
    if "*" in actions and "*" in resources:
        yield (*place, *_EVERYTHING)
    conditional = next(statement.nested("condition"), None) is not None
    for principals in statement.nested("principals"):
        identifiers = principals.attributes.get("identifiers")
        if identifiers is not None and not conditional and "*" in _strings(file, identifiers.expression):
            yield (file, identifiers.value_start, identifiers.value_end, *_EVERYBODY)


def _objects(file: FileView, node: Node) -> Iterator[Problem]:
    for child in node.children:
        if child.type == "object":
            items = object_items(child, file.content) or ()
            if any(item.key == "Effect" for item in items):
                yield from _statement_object(file, child, items)
        if child.child_count:
            yield from _objects(file, child)


def _statement_object(file: FileView, node: Node, items: Sequence[ObjectItem]) -> Iterator[Problem]:
    by_key = {item.key: item.value for item in items}
    effect = string_literal(text(by_key["Effect"], file.content))
    if effect != "Allow":
        return
    actions, resources = (
        _strings(file, by_key[name]) if name in by_key else [] for name in ("Action", "Resource")
    )
    if "*" in actions and "*" in resources:
        yield (file, node.start_byte, node.end_byte, *_EVERYTHING)
    principal = by_key.get("Principal")
    if principal is not None and "Condition" not in by_key and "*" in _principals(file, principal):
        yield (file, principal.start_byte, principal.end_byte, *_EVERYBODY)


def _principals(file: FileView, node: Node) -> list[str]:
    items = object_items(node, file.content)
    if items is None:
        return _strings(file, node)
    return [principal for item in items for principal in _strings(file, item.value)]


def _strings(file: FileView, node: Node) -> list[str]:
    items = list_items(node)
    written = [node] if items is None else items
    found = (string_literal(text(item, file.content)) for item in written)
    return [plain for plain in found if plain is not None]


_EVERYTHING = (
    f"A policy allows every action on every resource ({FULL_ADMINISTRATION})",
    "Whoever has it owns the account. Name the actions and the resources that are needed.",
)
_EVERYBODY = (
    f"A policy allows any principal without a condition ({ANY_PRINCIPAL})",
    "Every AWS account, or everybody, may use it. Name the principals, or add a condition on the account or organisation.",
)
