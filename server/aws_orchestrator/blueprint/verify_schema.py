"""Resources and data sources against the catalog: types, arguments, values, blocks and how often they may be there."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain, combinations

from aws_orchestrator.blueprint.expressions import shorten
from aws_orchestrator.blueprint.model import Blueprint, DataSource, NestedBlock, Resource, Value
from aws_orchestrator.blueprint.problems import Problem, did_you_mean
from aws_orchestrator.blueprint.standard_variables import takes_tags
from aws_orchestrator.blueprint.uses import both
from aws_orchestrator.blueprint.verify_values import value_problems
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.model import Block
from aws_orchestrator.catalog.model import NestedBlock as BlockSchema

_CHANGE_PATH = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*|\[[0-9]+\])*")
# Features that the blocks of one body depend on: above that, only what is unconditional is counted.
_FEATURES_TRIED = 8


def schema_problems(blueprint: Blueprint, catalog: Catalog) -> Iterator[Problem]:
    """Every disagreement with the catalog, with did-you-mean."""
    provider = f"{catalog.provider} {catalog.version}"
    for index, source in enumerate(blueprint.data):
        path = f"data[{index}]"
        schema = catalog.data_source(source.type)
        if schema is None:
            hint = did_you_mean(source.type, catalog.data_source_names)
            yield Problem(f"{path}.address", f'{provider} has no data source "{source.type}"{hint}')
        else:
            yield from _body_problems(path, source.type, source, schema.block)
    for index, resource in enumerate(blueprint.resources):
        path = f"resources[{index}]"
        schema = catalog.resource(resource.type)
        if schema is None:
            hint = did_you_mean(resource.type, catalog.resource_names)
            yield Problem(f"{path}.address", f'{provider} has no resource type "{resource.type}"{hint}')
            continue
        yield from _body_problems(path, resource.type, resource, schema.block)
        if takes_tags(schema) and "tags" in resource.arguments:
            yield Problem(f"{path}.arguments.tags", "the compiler writes the merge of tags; leave it out")
        yield from _lifecycle_problems(f"{path}.lifecycle", resource, schema.block)


def _lifecycle_problems(path: str, resource: Resource, schema: Block) -> Iterator[Problem]:
    ignored = resource.lifecycle.ignore_changes if resource.lifecycle else ()
    names = (*schema.attributes, *schema.blocks)
    for index, item in enumerate(ignored):
        where = f"{path}.ignore_changes[{index}]"
        if item == "all":
            if len(ignored) > 1:
                yield Problem(where, "`all` stands alone")
        elif not _CHANGE_PATH.fullmatch(item):
            yield Problem(where, f"`{shorten(item)}` is not the path of an argument")
        elif (name := re.split(r"[.\[]", item)[0]) not in names:
            yield Problem(where, f'{resource.type} has no argument "{name}"{did_you_mean(name, names)}')


def _body_problems(path: str, owner: str, body: DataSource | NestedBlock, schema: Block) -> Iterator[Problem]:
    yield from _argument_problems(f"{path}.arguments", owner, body.arguments, schema)
    given = set(body.arguments)
    for index, more in enumerate(body.arguments_when):
        where = f"{path}.arguments_when[{index}].arguments"
        yield from _argument_problems(where, owner, more.arguments, schema)
        for name in sorted(given & more.arguments.keys()) if not more.replaces else ():
            yield Problem(
                f"{where}.{name}",
                f'"{name}" is already under `arguments`; one `feature` may replace it',
            )
    for name, attribute in schema.attributes.items():
        # The compiler writes the tags of a resource, also where the provider requires them.
        written = isinstance(body, Resource) and name == "tags"
        if attribute.required and name not in given and not written:
            yield Problem(f"{path}.arguments", f'{owner} needs the argument "{name}"')
    for index, block in enumerate(body.blocks):
        where = f"{path}.blocks[{index}]"
        nested = schema.blocks.get(block.type)
        if nested is not None:
            yield from _body_problems(where, f"{owner}.{block.type}", block, nested.block)
        elif block.type in schema.attributes:
            yield Problem(where, f'"{block.type}" of {owner} is an argument; write it under `arguments`')
        else:
            hint = did_you_mean(block.type, [*schema.blocks, *schema.attributes])
            yield Problem(where, f'{owner} has no block "{block.type}"{hint}')
    yield from _block_count_problems(f"{path}.blocks", owner, body, schema.blocks)


def _argument_problems(
    path: str, owner: str, arguments: Mapping[str, Value], schema: Block
) -> Iterator[Problem]:
    for name, value in arguments.items():
        attribute = schema.attributes.get(name)
        where = f"{path}.{name}"
        # What a type cannot do without is written although the provider deprecates it.
        if attribute is not None and attribute.deprecated and not attribute.required:
            yield Problem(where, f'"{name}" of {owner} is deprecated; a new module does not use it')
        elif attribute is not None and attribute.settable:
            yield from value_problems(where, f'"{name}" of {owner}', value, attribute)
        elif attribute is not None:
            yield Problem(where, f'"{name}" of {owner} is computed by the provider and cannot be set')
        elif name in schema.blocks:
            yield Problem(where, f'"{name}" of {owner} is a block; write it under `blocks`')
        else:
            hint = did_you_mean(name, [*schema.attributes, *schema.blocks])
            yield Problem(where, f'{owner} has no argument "{name}"{hint}')


def _block_count_problems(
    path: str, owner: str, body: DataSource | NestedBlock, schemas: Mapping[str, BlockSchema]
) -> Iterator[Problem]:
    for name, schema in schemas.items():
        blocks = [block for block in body.blocks if block.type == name]
        minimum, maximum = schema.min_items, schema.max_items
        if schema.nesting in ("single", "group"):
            maximum = 1
        counts = [
            (sum(block.dynamic is None for block in there), len(there)) for there in _variants(body, blocks)
        ]
        if minimum > 0 and any(possible == 0 for _, possible in counts):
            otherwise = " also where its features are not selected" if blocks else ""
            yield Problem(path, f'{owner} needs the block "{name}"{otherwise}')
        if maximum and any(certain > maximum for certain, _ in counts):
            times = "once" if maximum == 1 else f"{maximum} times"
            yield Problem(path, f'{owner} takes the block "{name}" at most {times}')


def _variants(body: DataSource | NestedBlock, blocks: list[NestedBlock]) -> Iterator[list[NestedBlock]]:
    """Which of the blocks are there together, over all selections in which the body is there."""
    features = sorted({name for block in blocks for name in (*block.feature, *block.unless)})
    if len(features) > _FEATURES_TRIED:
        yield [block for block in blocks if not block.feature and not block.unless]
        return
    for chosen in chain.from_iterable(combinations(features, size) for size in range(len(features) + 1)):
        selected = frozenset(chosen) | frozenset(body.feature)
        if selected.isdisjoint(body.unless):
            yield [block for block in blocks if both(body, block).holds(selected)]
