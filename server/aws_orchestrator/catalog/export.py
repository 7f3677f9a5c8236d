"""A type as `terraform providers schema -json` writes it, without the descriptions, which no catalog has."""

from typing import Any

from aws_orchestrator.catalog.model import Attribute, Block, Function, NestedBlock, Parameter, TypeSchema
from aws_orchestrator.catalog.writer import FLAGS


def schema_json(schema: TypeSchema) -> dict[str, Any]:
    """The JSON value of a type: its schema version and its block."""
    return {"version": schema.version, "block": block_json(schema.block)}


def block_json(block: Block) -> dict[str, Any]:
    """The JSON value of a block; what is empty or false is left out, as Terraform does."""
    written: dict[str, Any] = {}
    if block.attributes:
        written["attributes"] = {name: _attribute(value) for name, value in block.attributes.items()}
    if block.blocks:
        written["block_types"] = {name: _nested_block(value) for name, value in block.blocks.items()}
    if block.deprecated:
        written["deprecated"] = True
    return written


def function_json(function: Function) -> dict[str, Any]:
    """The JSON value of a function. Deprecation is only marked: its sentence is not in a catalog."""
    written: dict[str, Any] = {"return_type": function.return_type}
    if function.parameters:
        written["parameters"] = [_parameter(parameter) for parameter in function.parameters]
    if function.variadic:
        written["variadic_parameter"] = _parameter(function.variadic)
    if function.deprecated:
        written["deprecation_message"] = "deprecated"
    return written


def _attribute(attribute: Attribute) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if attribute.nested is None:
        written["type"] = attribute.type
    else:
        members = {name: _attribute(value) for name, value in attribute.nested.attributes.items()}
        written["nested_type"] = {"attributes": members, "nesting_mode": attribute.nested.nesting}
    return written | {flag: True for flag in FLAGS if getattr(attribute, flag)}


def _nested_block(nested: NestedBlock) -> dict[str, Any]:
    written: dict[str, Any] = {"nesting_mode": nested.nesting, "block": block_json(nested.block)}
    if nested.min_items:
        written["min_items"] = nested.min_items
    if nested.max_items:
        written["max_items"] = nested.max_items
    return written


def _parameter(parameter: Parameter) -> dict[str, Any]:
    written: dict[str, Any] = {"name": parameter.name, "type": parameter.type}
    return written | {"is_nullable": True} if parameter.nullable else written
