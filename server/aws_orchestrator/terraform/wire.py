"""A catalog as the bytes that a provider answers to Terraform's GetProviderSchema.

The messages are written by hand, not with generated stubs: the published Python stubs are of plugin protocol 6.4
and know neither write-only arguments nor ephemeral resources, and the bytes are made once and served as they are.
Field numbers are those of the public tfplugin6.proto, 6.10.
"""

import json
from functools import cache

from aws_orchestrator.catalog.catalog import Catalog
from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.catalog.model import Attribute, Block, Function, Parameter, TypeSchema

ENCODER_VERSION = 1
"""Raise it whenever the same catalog must give other bytes: cached bytes of another version are not used."""

_BLOCK_NESTING = {"single": 1, "list": 2, "set": 3, "map": 4, "group": 5}
_OBJECT_NESTING = {"single": 1, "list": 2, "set": 3, "map": 4}


LARGE_TYPE = 100_000
"""Bytes of a serialised type from which it is left out of a light schema: seven types are three quarters of AWS."""


def schema_bytes(catalog: Catalog, large: set[str] | None = None) -> bytes:
    """The serialised GetProviderSchema response of a catalog.

    With a set for their names, the large types are there by name only, and the set is filled.
    """
    parts = [_message(1, _type_schema(catalog.provider_schema))]
    for number, names, lookup in (
        (2, catalog.resource_names, catalog.resource),
        (3, catalog.data_source_names, catalog.data_source),
        (8, catalog.ephemeral_resource_names, catalog.ephemeral_resource),
    ):
        for name in names:
            schema = lookup(name)
            if schema is not None:
                entry = _type_schema(schema)
                if large is not None and len(entry) >= LARGE_TYPE:
                    large.add(name)
                    entry = _number(1, schema.version) + _message(2, b"")
                parts.append(_entry(number, name, entry))
    parts.extend(_entry(7, name, _function(function)) for name, function in catalog.functions.items())
    # get_provider_schema_optional lets Terraform keep the schema for the life of its process: the first
    # validate of a worker pays for 1.4 MB, the others for nothing.
    parts.append(_message(6, _flag(2, True)))
    return b"".join(parts)


def dynamic_value_unknown() -> bytes:
    """A DynamicValue that is not known yet, as MessagePack (extension type 0)."""
    return _message(1, b"\xd4\x00\x00")


def call_function_unknown() -> bytes:
    """A CallFunction response whose result is not known."""
    return _message(1, dynamic_value_unknown())


def error_diagnostic(field: int, summary: str, detail: str) -> bytes:
    """One error diagnostic in the given field of a response."""
    return _message(field, _number(1, 1) + _text(2, summary) + _text(3, detail))


def _type_schema(schema: TypeSchema) -> bytes:
    return _number(1, schema.version) + _message(2, _block(schema.block))


def _block(block: Block) -> bytes:
    parts = [_message(2, _attribute(attribute)) for attribute in block.attributes.values()]
    for nested in block.blocks.values():
        nesting = nested.nesting
        if nesting == "set" and _holds_dynamic(nested.block):
            # Terraform refuses the whole schema when a set block holds an attribute of type `dynamic`; as a
            # list the same configurations are accepted.
            nesting = "list"
        parts.append(
            _message(
                3,
                _text(1, nested.name)
                + _message(2, _block(nested.block))
                + _number(3, _BLOCK_NESTING[nesting])
                + _number(4, nested.min_items)
                + _number(5, nested.max_items),
            )
        )
    parts.append(_flag(6, block.deprecated))
    return b"".join(parts)


def _attribute(attribute: Attribute) -> bytes:
    parts = [_text(1, attribute.name)]
    if attribute.nested is not None:
        nesting = attribute.nested.nesting
        if nesting == "set" and _dynamic_attribute(attribute):
            nesting = "list"
        inner = b"".join(_message(1, _attribute(member)) for member in attribute.nested.attributes.values())
        parts.append(_message(10, inner + _number(3, _OBJECT_NESTING[nesting])))
    else:
        parts.append(_data(2, _type(attribute.type)))
    parts.append(
        _flags(
            attribute.required,
            attribute.optional,
            attribute.computed,
            attribute.sensitive,
            attribute.deprecated,
            attribute.write_only,
        )
    )
    return b"".join(parts)


@cache
def _flags(
    required: bool, optional: bool, computed: bool, sensitive: bool, deprecated: bool, write_only: bool
) -> bytes:
    return (
        _flag(4, required)
        + _flag(5, optional)
        + _flag(6, computed)
        + _flag(7, sensitive)
        + _flag(9, deprecated)
        + _flag(11, write_only)
    )


def _function(function: Function) -> bytes:
    parts = [_message(1, _parameter(parameter)) for parameter in function.parameters]
    if function.variadic is not None:
        parts.append(_message(2, _parameter(function.variadic)))
    parts.append(_message(3, _data(1, _type(function.return_type))))
    return b"".join(parts)


def _parameter(parameter: Parameter) -> bytes:
    return _text(1, parameter.name) + _data(2, _type(parameter.type)) + _flag(3, parameter.nullable)


def _holds_dynamic(block: Block) -> bool:
    return any(_dynamic_attribute(attribute) for attribute in block.attributes.values()) or any(
        _holds_dynamic(nested.block) for nested in block.blocks.values()
    )


def _dynamic_attribute(attribute: Attribute) -> bool:
    if attribute.nested is not None:
        return any(_dynamic_attribute(inner) for inner in attribute.nested.attributes.values())
    return _dynamic_type(attribute.type)


def _dynamic_type(constraint: object) -> bool:
    if isinstance(constraint, list):
        return any(_dynamic_type(inner) for inner in constraint)
    if isinstance(constraint, dict):
        return any(_dynamic_type(inner) for inner in constraint.values())
    return constraint == "dynamic"


def _type(constraint: CtyType) -> bytes:
    if isinstance(constraint, str):
        return f'"{constraint}"'.encode()
    return json.dumps(constraint, separators=(",", ":")).encode()


_ONE_BYTE = tuple(bytes((value,)) for value in range(0x80))


def _varint(value: int) -> bytes:
    if value <= 0x7F:
        return _ONE_BYTE[value]
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value) if value else b""


def _flag(field: int, value: bool) -> bytes:
    return _number(field, int(value))


def _data(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _data(field, value.encode()) if value else b""


def _message(field: int, value: bytes) -> bytes:
    return _data(field, value)


def _entry(field: int, key: str, value: bytes) -> bytes:
    return _message(field, _text(1, key) + _message(2, value))
