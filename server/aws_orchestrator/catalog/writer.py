"""Writing a catalog: every distinct block once, as one line, and an index that names the lines."""

import json
from collections.abc import Mapping

from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.catalog.envelope import Header, Origin, pack
from aws_orchestrator.catalog.model import (
    Attribute,
    Block,
    Function,
    Parameter,
    ProviderSchema,
    TypeSchema,
)

FLAGS = ("required", "optional", "computed", "sensitive", "deprecated", "write_only")
"""The bits of an attribute's flags, lowest first."""


def write_catalog(schema: ProviderSchema, origin: Origin = "exact") -> bytes:
    """The catalog file of a provider schema: the same schema always gives the same bytes."""
    lines = _Lines()
    index = {
        "provider": lines.type(schema.provider),
        "resources": _types(schema.resources, lines),
        "data_sources": _types(schema.data_sources, lines),
        "ephemeral_resources": _types(schema.ephemeral_resources, lines),
        "functions": {name: _function(schema.functions[name]) for name in sorted(schema.functions)},
        # Filled while the types were written, so it comes last.
        "attribute_shapes": [json.loads(shape) for shape in lines.attribute_shapes],
        "block_shapes": [json.loads(shape) for shape in lines.block_shapes],
    }
    return pack(Header(schema.source, schema.version, origin), [compact(index), *lines.blocks])


def compact(value: object) -> str:
    """JSON without spaces, the keys in the order they are given in."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class _Lines:
    """The lines so far: a block is written after the blocks inside it, and only once."""

    def __init__(self) -> None:
        self.blocks: dict[str, int] = {}
        self.attribute_shapes: dict[str, int] = {}
        self.block_shapes: dict[str, int] = {}

    def type(self, schema: TypeSchema) -> list[int]:
        return [schema.version, self.block(schema.block)]

    def block(self, block: Block) -> int:
        attributes: list[object] = []
        for name in sorted(block.attributes):
            attributes += [name, self._shape(block.attributes[name])]
        blocks: list[object] = []
        for name in sorted(block.blocks):
            nested = block.blocks[name]
            shape = compact([nested.nesting, nested.min_items, nested.max_items])
            number = self.block_shapes.setdefault(shape, len(self.block_shapes))
            blocks += [name, number, self.block(nested.block)]
        line = compact([attributes, blocks, int(block.deprecated)])
        return self.blocks.setdefault(line, len(self.blocks))

    def _shape(self, attribute: Attribute) -> int:
        written: CtyType | dict[str, object] = attribute.type
        if attribute.nested is not None:
            members = Block(attribute.nested.attributes, {})
            written = {"nesting": attribute.nested.nesting, "block": self.block(members)}
        flags = sum(1 << bit for bit, flag in enumerate(FLAGS) if getattr(attribute, flag))
        return self.attribute_shapes.setdefault(compact([written, flags]), len(self.attribute_shapes))


def _types(types: Mapping[str, TypeSchema], lines: _Lines) -> dict[str, list[int]]:
    return {name: lines.type(types[name]) for name in sorted(types)}


def _function(function: Function) -> dict[str, object]:
    return {
        "return_type": function.return_type,
        "parameters": [_parameter(parameter) for parameter in function.parameters],
        "variadic": _parameter(function.variadic) if function.variadic else None,
        "deprecated": function.deprecated,
    }


def _parameter(parameter: Parameter) -> dict[str, object]:
    return {"name": parameter.name, "type": parameter.type, "nullable": parameter.nullable}
