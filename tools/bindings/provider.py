"""A whole provider read from its bindings."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from aws_orchestrator.catalog.addresses import source_address
from aws_orchestrator.catalog.model import Block, Function, ProviderSchema, TypeKind, TypeSchema
from tools.bindings.declarations import read_declarations
from tools.bindings.functions import read_functions
from tools.bindings.packages import BindingPackage, BindingsError
from tools.bindings.schema import read_types
from tools.bindings.sources import type_sources

_VERSION = re.compile(r"providerVersion: '([^']+)'")
Way = tuple[TypeKind, str, tuple[str, ...]]
"""The way to an argument or block: kind and name of the type, then the names on the way down."""


def read_provider(package: BindingPackage, wheel: Path) -> tuple[ProviderSchema, frozenset[Way]]:
    """The provider's schema as its bindings tell it, and the ways to what they leave untyped."""
    return read_sources(package.provider, package.version, type_sources(wheel))


def read_sources(
    provider: str, version: str, sources: Iterable[tuple[str, str]]
) -> tuple[ProviderSchema, frozenset[Way]]:
    """The same from TypeScript with the places it comes from; BindingsError when it is of another version."""
    types: dict[TypeKind, dict[str, TypeSchema]] = {
        "resource": {},
        "data": {},
        "ephemeral": {},
        "provider": {},
    }
    functions: dict[str, Function] = {}
    untyped: set[Way] = set()
    for place, text in sources:
        functions |= read_functions(text, place)
        _check_version(text, version, place)
        for read in read_types(read_declarations(place, text)):
            found = read.schema
            if found.name in types[found.kind]:
                raise BindingsError(f"{place} declares {found.name}, which another file declares too.")
            types[found.kind][found.name] = found
            untyped |= {(found.kind, found.name, way) for way in read.untyped}
    address = source_address(provider)
    own = TypeSchema(address.rpartition("/")[2], "provider", 0, _own_block(types["provider"], provider))
    schema = ProviderSchema(
        address, version, own, types["resource"], types["data"], types["ephemeral"], functions
    )
    return schema, frozenset(untyped)


def _own_block(found: Mapping[str, TypeSchema], provider: str) -> Block:
    if len(found) != 1:
        raise BindingsError(
            f"The bindings of {provider} declare {len(found)} provider blocks instead of one."
        )
    return next(iter(found.values())).block


def _check_version(text: str, version: str, place: str) -> None:
    found = _VERSION.search(text)
    if found is not None and found[1] != version:
        raise BindingsError(f"{place} was not generated from version {version} of the provider.")
