"""The schema that a provider tells over the plugin protocol, as the catalog's model."""

import json
from typing import cast

from aws_orchestrator.catalog.cty import canonical
from aws_orchestrator.catalog.model import (
    Attribute,
    Block,
    NestedAttributeType,
    NestedBlock,
    Nesting,
    ProviderSchema,
    TypeKind,
    TypeSchema,
    implied_type,
)
from aws_orchestrator.catalog.plugin.messages import bytes_of, fields, text_of
from aws_orchestrator.errors import CatalogError

_NESTINGS: dict[int, Nesting] = {1: "single", 2: "list", 3: "set", 4: "map", 5: "group"}


def schema_of(answer: bytes, protocol: int, source: str, version: str) -> ProviderSchema:
    """The schema in a provider's GetSchema (GetProviderSchema) response; CatalogError when it holds none."""
    try:
        return _Reading(protocol).provider(answer, source, version)
    except (ValueError, KeyError, TypeError) as error:
        raise CatalogError(f"The provider's answer with its schema cannot be read: {error}.") from error


class _Reading:
    """One pass over the bytes. Equal blocks become one object, so that a walk can notice what it has seen."""

    def __init__(self, protocol: int) -> None:
        # Protocol 6 gave number 10, which is `write_only` in protocol 5, to nested attribute types.
        self._nested_type, self._write_only = (-1, 10) if protocol == 5 else (10, 11)
        self._blocks: dict[bytes, Block] = {}

    def provider(self, answer: bytes, source: str, version: str) -> ProviderSchema:
        types: dict[TypeKind, dict[str, TypeSchema]] = {"resource": {}, "data": {}, "ephemeral": {}}
        kinds: dict[int, TypeKind] = {2: "resource", 3: "data", 8: "ephemeral"}
        own = TypeSchema(source.rpartition("/")[2], "provider", 0, Block({}, {}))
        for number, value in fields(answer):
            if number == 1:
                own = self.type(own.name, "provider", bytes_of(value))
            elif number in kinds:
                entry = dict(fields(bytes_of(value)))
                name = text_of(entry[1])
                types[kinds[number]][name] = self.type(name, kinds[number], bytes_of(entry[2]))
        if not types["resource"] and not types["data"]:
            raise ValueError("it has no types")
        resources, data, ephemeral = (dict(sorted(found.items())) for found in types.values())
        return ProviderSchema(source, version, own, resources, data, ephemeral, functions={})

    def type(self, name: str, kind: TypeKind, message: bytes) -> TypeSchema:
        found = dict(fields(message))
        version = found.get(1, 0)
        return TypeSchema(name, kind, cast("int", version), self.block(bytes_of(found.get(2, b""))))

    def block(self, message: bytes) -> Block:
        known = self._blocks.get(message)
        if known is not None:
            return known
        attributes: list[Attribute] = []
        blocks: list[NestedBlock] = []
        deprecated = False
        for number, value in fields(message):
            if number == 2:
                attributes.append(self.attribute(bytes_of(value)))
            elif number == 3:
                blocks.append(self.nested_block(bytes_of(value)))
            elif number == 6:
                deprecated = bool(value)
        block = Block(
            {one.name: one for one in sorted(attributes, key=lambda one: one.name)},
            {one.name: one for one in sorted(blocks, key=lambda one: one.name)},
            deprecated,
        )
        return self._blocks.setdefault(message, block)

    def nested_block(self, message: bytes) -> NestedBlock:
        found = dict(fields(message))
        return NestedBlock(
            text_of(found[1]),
            _NESTINGS[cast("int", found[3])],
            cast("int", found.get(4, 0)),
            cast("int", found.get(5, 0)),
            self.block(bytes_of(found.get(2, b""))),
        )

    def attribute(self, message: bytes) -> Attribute:
        found = dict(fields(message))
        nested: NestedAttributeType | None = None
        if self._nested_type in found:
            members: dict[str, Attribute] = {}
            nesting: Nesting = "single"
            for number, value in fields(bytes_of(found[self._nested_type])):
                if number == 1:
                    member = self.attribute(bytes_of(value))
                    members[member.name] = member
                elif number == 3:
                    nesting = _NESTINGS[cast("int", value)]
            nested = NestedAttributeType(nesting, dict(sorted(members.items())))
        required, optional, computed, sensitive, deprecated, write_only = (
            bool(found.get(number, 0)) for number in (4, 5, 6, 7, 9, self._write_only)
        )
        return Attribute(
            text_of(found[1]),
            implied_type(nested.nesting, nested.attributes)
            if nested
            else canonical(json.loads(bytes_of(found[2]))),
            required,
            optional,
            computed,
            sensitive,
            deprecated,
            write_only,
            nested,
        )
