"""The lowest Terraform that a module needs, from the features of the language that it uses."""

import re
from collections.abc import Iterator

from aws_orchestrator.blueprint.model import Blueprint, DataSource, NestedBlock
from aws_orchestrator.blueprint.visit import part_expressions, value_expressions
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.model import Block

_Version = tuple[int, int, int]
# First versions, from Terraform's changelog. `nullable` is in every module (the tags variables carry it).
BASE = (1, 1, 0)
CONDITIONS = (1, 2, 0)
OPTIONAL_ATTRIBUTES = (1, 3, 0)
PROVIDER_FUNCTIONS = (1, 8, 0)
CROSS_VARIABLE_VALIDATION = (1, 9, 0)
EPHEMERAL_VALUES = (1, 10, 0)
WRITE_ONLY_ARGUMENTS = (1, 11, 0)
TESTS_WITH_MOCKS = (1, 7, 0)
_FUNCTIONS: dict[str, _Version] = {
    "startswith": (1, 3, 0),
    "endswith": (1, 3, 0),
    "timecmp": (1, 3, 0),
    "strcontains": (1, 5, 0),
    "plantimestamp": (1, 5, 0),
    "issensitive": (1, 8, 0),
    "templatestring": (1, 9, 0),
    "ephemeralasnull": (1, 10, 0),
}
_CALL = re.compile(r"\b([a-z0-9_]+)\(")


def terraform_floor(module: Blueprint, catalog: Catalog) -> str:
    """The `required_version` constraint of an expanded blueprint, `>= 1.3.0`."""
    needs = {BASE, *_needs_of_variables(module), *_needs_of_parts(module, catalog)}
    if any(output.precondition for output in module.outputs):
        needs.add(CONDITIONS)
    for expression in _expressions(module):
        needs.update(_FUNCTIONS[name] for name in _CALL.findall(expression) if name in _FUNCTIONS)
        if "provider::" in expression:
            needs.add(PROVIDER_FUNCTIONS)
    return ">= " + ".".join(str(number) for number in max(needs))


def _needs_of_variables(module: Blueprint) -> Iterator[_Version]:
    for variable in module.variables:
        if "optional(" in variable.type:
            yield OPTIONAL_ATTRIBUTES
        if variable.ephemeral:
            yield EPHEMERAL_VALUES
        others = rf"\b(?!var\.{variable.name}\b)(?:var|local|data)\.[a-z_]"
        if any(re.search(others, check.condition) for check in variable.validation):
            yield CROSS_VARIABLE_VALIDATION


def _needs_of_parts(module: Blueprint, catalog: Catalog) -> Iterator[_Version]:
    for resource in module.resources:
        lifecycle = resource.lifecycle
        if lifecycle and (
            lifecycle.preconditions or lifecycle.postconditions or lifecycle.replace_triggered_by
        ):
            yield CONDITIONS
        schema = catalog.resource(resource.type)
        if schema and _writes_only(resource, schema.block):
            yield WRITE_ONLY_ARGUMENTS


def _writes_only(part: DataSource | NestedBlock, schema: Block) -> bool:
    known = schema.attributes
    return any(name in known and known[name].write_only for name in part.arguments) or any(
        _writes_only(block, schema.blocks[block.type].block)
        for block in part.blocks
        if block.type in schema.blocks
    )


def _expressions(module: Blueprint) -> Iterator[str]:
    for variable in module.variables:
        yield from (check.condition for check in variable.validation)
    for local in module.locals:
        yield from value_expressions(local.value)
    for part in (*module.data, *module.resources):
        yield from part_expressions(part)
    for output in module.outputs:
        yield output.value
