"""Ingress that is open to everybody: written ranges only, the public web's two ports excepted."""

from collections.abc import Iterator

from aws_orchestrator.hcl.expressions import list_items, text
from aws_orchestrator.hcl.find import AttributeView, BlockView, FileView, ModuleView
from aws_orchestrator.hcl.references import string_literal
from aws_orchestrator.rules.security_controls import (
    DEFAULT_SECURITY_GROUP,
    OPEN_INGRESS,
    OPEN_RANGES,
    PUBLIC_WEB_PORTS,
)

Problem = tuple[FileView, int, int, str, str]
"""A byte range of a file, what is wrong there, and why and how to repair it."""

_RANGES = ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6")


def open_ingress(module: ModuleView) -> Iterator[Problem]:
    """Every ingress rule with a literal range that is the whole internet, except for ports 80 and 443."""
    for group in module.resources("aws_security_group"):
        for rule in group.nested("ingress"):
            yield from _rule(module, group, rule)
    for rule in module.resources("aws_vpc_security_group_ingress_rule"):
        yield from _rule(module, rule, rule)
    for rule in module.resources("aws_security_group_rule"):
        direction = rule.attributes.get("type")
        if direction is not None and direction.value == '"ingress"':
            yield from _rule(module, rule, rule)
    for group in module.resources("aws_default_security_group"):
        # Dynamic rules come from the caller, who may give none.
        for rule in (block for block in group.blocks if block.type in ("ingress", "egress")):
            yield (
                module.files[rule.file],
                rule.header_start,
                rule.header_end,
                f"{module.address(group)} lets traffic through ({DEFAULT_SECURITY_GROUP})",
                "Whatever is started without a security group gets this one. Leave it without rules.",
            )


def _rule(module: ModuleView, owner: BlockView, rule: BlockView) -> Iterator[Problem]:
    ports = {rule.attributes[name].value for name in ("from_port", "to_port") if name in rule.attributes}
    if len(ports) == 1 and ports <= PUBLIC_WEB_PORTS:
        return
    for name in _RANGES:
        attribute = rule.attributes.get(name)
        found = _open_range(module.files[rule.file], attribute) if attribute is not None else None
        if attribute is not None and found is not None:
            yield (
                module.files[rule.file],
                attribute.value_start,
                attribute.value_end,
                f"{module.address(owner)} is open to {found} ({OPEN_INGRESS})",
                "The whole internet can reach it. Take the allowed ranges from a variable without an open default, or "
                "allow another security group.",
            )


def _open_range(file: FileView, attribute: AttributeView) -> str | None:
    items = list_items(attribute.expression)
    written = [attribute.value] if items is None else [text(item, file.content) for item in items]
    return next((plain for item in written if (plain := string_literal(item)) in OPEN_RANGES), None)
