"""The type that a module expects of an input, by where it is used."""

from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.findings import Finding, Severity
from aws_orchestrator.fixes.declare import phrase, variable_type
from aws_orchestrator.fixes.site import Limits, MendedModule, Site
from aws_orchestrator.hcl.expressions import ancestors
from aws_orchestrator.hcl.find import BlockView, FileView
from aws_orchestrator.hcl.references import Traversal, string_literal, traversals_in


def type_by_use(module: MendedModule, name: str) -> str:
    """The type constraint that the uses of `var.<name>` tell; empty when none does."""
    members: dict[str, str] = {}
    for file, use in _uses(module, name):
        rest = use.parts[2:]
        if rest:
            members.setdefault(rest[0], "string")
            continue
        found = _type_of(module, file, use)
        if found:
            return found
    if members:
        return f"object({{ {', '.join(f'{member} = {type_}' for member, type_ in members.items())} }})"
    return ""


class Given(NamedTuple):
    """The argument that an input is given to as it is."""

    argument: str
    owner: str
    """The address of its resource."""
    limits: Limits | None


def given_to(module: MendedModule, name: str) -> Given | None:
    """The first argument that is exactly `var.<name>`; None when the input is only part of expressions."""
    for file, use in _uses(module, name):
        site = _site(module, file, use.start)
        attribute, body = site.attribute, site.body
        if body is not None and attribute is not None and attribute.value.strip() == f"var.{name}":
            limits = module.limits(body.schema, body.path, attribute.name)
            return Given(attribute.name, module.view.address(body.owner), limits)
    return None


def description_by_use(module: MendedModule, name: str) -> str:
    """What the input is, in words, by what it is given to."""
    given = given_to(module, name)
    return f"{phrase(given.argument)} of {given.owner}." if given else f"{phrase(name)}."


def _uses(module: MendedModule, name: str) -> Iterator[tuple[FileView, Traversal]]:
    for file in module.view.files.values():
        for found in traversals_in(file.root, file.content):
            if found.parts[:2] == ("var", name):
                yield file, found


def _site(module: MendedModule, file: FileView, position: int) -> Site:
    place = file.place(position, position + 1)
    return Site(module, Finding(check="rules", severity=Severity.INFORMATION, summary="", place=place), place)


def _type_of(module: MendedModule, file: FileView, use: Traversal) -> str:
    site = _site(module, file, use.start)
    attribute = site.attribute
    if attribute is None:
        return ""
    node = file.root.descendant_for_byte_range(use.start, use.end)
    around = _around(node, use.start, attribute.value_start) if node is not None else ""
    if around:
        return around
    if attribute.value.strip() != f"var.{use.parts[1]}":
        return ""
    if attribute.name == "count":
        return "number"
    if attribute.name == "for_each":
        return "map(string)" if _asks_for(file, site.blocks[-1]) else "set(string)"
    known: CtyType | None = None
    if site.body is not None and attribute.name in site.body.content.attributes:
        known = site.body.content.attributes[attribute.name].type
    return variable_type(known) if known is not None else ""


def _asks_for(file: FileView, block: BlockView) -> bool:
    return b"each.value" in file.content[block.body_start : block.body_end]


def _around(node: Node, start: int, limit: int) -> str:
    """What an operator or a template around the reference says of its type."""
    inner = node
    for outer in ancestors(node):
        if outer.start_byte < limit:
            return ""
        if outer.type in ("quoted_template", "heredoc_template", "template_interpolation"):
            return "string"
        if outer.type == "conditional":
            return (
                "bool"
                if outer.children[0].start_byte <= inner.start_byte < outer.children[0].end_byte
                else ""
            )
        if outer.type == "unary_operation":
            return "bool" if outer.children[0].type == "!" else "number"
        if outer.type == "binary_operation":
            return _operand(outer)
        if outer.type in ("function_call", "index", "for_tuple_expr", "for_object_expr", "object", "tuple"):
            return ""
        inner = outer
    return ""


def _operand(node: Node) -> str:
    kinds = {child.type for child in node.children}
    if kinds & {"&&", "||"}:
        return "bool"
    if kinds & {"+", "-", "*", "/", "%", "<", ">", "<=", ">="}:
        return "number"
    sides = [(child.text or b"").decode(errors="replace") for child in node.children]
    return "string" if any(string_literal(side) is not None for side in sides) else ""
