"""Completing what bindings tell with what the exact schema of another version tells about the same paths.

Bindings have no `sensitive`, no `deprecated`, no schema version and no count of a block's items besides "at least
one" and "at most one"; five blocks they type `any`. Where type and path exist in the exact schema its facts are taken.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple, TypeVar

from aws_orchestrator.catalog.model import (
    Attribute,
    Block,
    Function,
    NestedBlock,
    ProviderSchema,
    TypeKind,
    TypeSchema,
)
from tools.bindings.packages import BindingsError
from tools.bindings.provider import Way

T = TypeVar("T")


class Addition(NamedTuple):
    """A block that came to an untyped block after the exact schema's version."""

    type: str
    way: tuple[str, ...]
    source: str
    """The resource of the same bindings that has the block, typed."""
    source_way: tuple[str, ...]


_CUSTOM_KEY = ("rule", "statement", "rate_based_statement", "custom_key", "asn")
_TYPED_CUSTOM_KEY = ("statement", "rate_based_statement", "custom_keys", "asn")
_RULE_SETS = (
    "managed_rule_group_statement",
    "managed_rule_group_configs",
    "aws_managed_rules_anti_ddos_rule_set",
)
ADDITIONS = (
    Addition("aws_wafv2_web_acl", _CUSTOM_KEY, "aws_wafv2_web_acl_rule", _TYPED_CUSTOM_KEY),
    Addition("aws_wafv2_rule_group", _CUSTOM_KEY, "aws_wafv2_web_acl_rule", _TYPED_CUSTOM_KEY),
    Addition(
        "aws_wafv2_web_acl",
        ("rule", "statement", *_RULE_SETS),
        "aws_wafv2_web_acl_rule",
        ("statement", *_RULE_SETS),
    ),
)
"""What `aws_wafv2_web_acl_rule`, the younger typed form of the same statements, has more than 5.100.0."""


def carry_over(read: ProviderSchema, untyped: frozenset[Way], exact: ProviderSchema) -> ProviderSchema:
    """The schema that was read, completed; BindingsError when an untyped block is nowhere known."""
    carried = replace(
        read,
        provider=_type(read.provider, exact.provider, untyped),
        resources=_types(read.resources, exact.resources, untyped),
        data_sources=_types(read.data_sources, exact.data_sources, untyped),
        ephemeral_resources=_types(read.ephemeral_resources, exact.ephemeral_resources, untyped),
        functions=_functions(read.functions, exact.functions),
    )
    return replace(carried, resources=_with_additions(carried.resources))


def _types(
    read: Mapping[str, TypeSchema], exact: Mapping[str, TypeSchema], untyped: frozenset[Way]
) -> dict[str, TypeSchema]:
    return {name: _type(schema, exact.get(name), untyped) for name, schema in read.items()}


def _type(read: TypeSchema, exact: TypeSchema | None, untyped: frozenset[Way]) -> TypeSchema:
    ways = {way for kind, name, way in untyped if (kind, name) == (read.kind, read.name)}
    if exact is None:
        if ways:
            raise BindingsError(
                f"{read.name} is untyped at {_spell(min(ways))}, and no exact schema has the type."
            )
        return read
    return replace(
        read, version=exact.version, block=_block(read.block, exact.block, ways, read.kind, read.name)
    )


def _block(read: Block, exact: Block, untyped: set[tuple[str, ...]], kind: TypeKind, place: str) -> Block:
    attributes: dict[str, Attribute] = {}
    blocks: dict[str, NestedBlock] = {}
    for name, attribute in read.attributes.items():
        if (name,) in untyped:
            if name in exact.blocks:
                blocks[name] = exact.blocks[name]
            elif name in exact.attributes:
                attributes[name] = exact.attributes[name]
            else:
                raise BindingsError(f"{place} is untyped at {name}, which the exact schema does not have.")
        else:
            known = exact.attributes.get(name)
            attributes[name] = _attribute(attribute, known) if known is not None else attribute
    for name, nested in read.blocks.items():
        known_block = exact.blocks.get(name)
        inner = {way[1:] for way in untyped if way[0] == name}
        if known_block is not None:
            blocks[name] = _nested(nested, known_block, inner, kind, f"{place}.{name}")
        elif inner:
            raise BindingsError(f"{place}.{name} is untyped inside, and the exact schema does not have it.")
        else:
            blocks[name] = nested
    return Block(_sorted(attributes), _sorted(blocks), exact.deprecated)


def _attribute(read: Attribute, exact: Attribute) -> Attribute:
    return replace(
        read,
        sensitive=exact.sensitive,
        deprecated=exact.deprecated,
        write_only=read.write_only or (exact.write_only and read.settable),
    )


def _nested(
    read: NestedBlock, exact: NestedBlock, untyped: set[tuple[str, ...]], kind: TypeKind, place: str
) -> NestedBlock:
    several = read.max_items == 0 and exact.max_items != 1 and exact.nesting == read.nesting
    return replace(
        read,
        min_items=exact.min_items if read.min_items and exact.min_items else read.min_items,
        max_items=exact.max_items if several else read.max_items,
        block=_block(read.block, exact.block, untyped, kind, place),
    )


def _functions(read: Mapping[str, Function], exact: Mapping[str, Function]) -> dict[str, Function]:
    """The wrapped functions, with the exact schema's types; where none is wrapped, the exact schema's."""
    if not read:
        return dict(exact)
    return {
        name: exact[name]
        if name in exact and len(exact[name].parameters) == len(function.parameters)
        else function
        for name, function in read.items()
    }


def _with_additions(resources: Mapping[str, TypeSchema]) -> dict[str, TypeSchema]:
    grown = dict(resources)
    for addition in ADDITIONS:
        source, target = resources.get(addition.source), grown.get(addition.type)
        if source is not None and target is not None:
            block = source.block
            for name in addition.source_way[:-1]:
                block = block.blocks[name].block
            # The SDK's way of writing an optional object, as all siblings have it.
            added = replace(block.blocks[addition.source_way[-1]], min_items=0, max_items=1)
            grown[addition.type] = replace(target, block=_added(target.block, addition.way, added))
    return grown


def _added(block: Block, way: tuple[str, ...], added: NestedBlock) -> Block:
    name, *rest = way
    if rest:
        outer = block.blocks[name]
        inner = replace(outer, block=_added(outer.block, tuple(rest), added))
    else:
        inner = added
    return replace(block, blocks=_sorted({**block.blocks, name: inner}))


def _sorted(named: Mapping[str, T]) -> dict[str, T]:
    return {name: named[name] for name in sorted(named)}


def _spell(way: tuple[str, ...]) -> str:
    return ".".join(way)
