"""What a feature changes about a module's core resource: its own arguments and blocks in the place of the caller's."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from aws_orchestrator.blueprint.model import (
    Blueprint,
    Conditional,
    ConditionalArguments,
    Identifier,
    NestedBlock,
    Resource,
    Scenario,
    Value,
)
from aws_orchestrator.blueprint.visit import value_expressions
from aws_orchestrator.minds.builtin.planner.part import PlannedPart
from aws_orchestrator.model import Frozen

_INPUT = re.compile(r"\bvar\.(\w+)")
_Part = TypeVar("_Part", bound=Conditional)


class CoreChange(Frozen):
    """Arguments and blocks that a feature gives the core resource, in the place of those of the caller."""

    feature: Identifier
    arguments: dict[str, Value] = {}
    blocks: tuple[NestedBlock, ...] = ()
    depends_on: tuple[str, ...] = ()


def with_core_change(blueprint: Blueprint, core: PlannedPart, change: CoreChange) -> Blueprint:
    """The blueprint whose core has the feature's arguments and blocks where the feature is selected.

    The inputs that they take the place of are there without the feature alone, and so is what the tests say of them.
    """
    values = [*change.arguments.values(), *(value for block in change.blocks for value in _values(block))]
    used = {name for value in values for text in value_expressions(value) for name in _INPUT.findall(text)}
    given = {*change.arguments, *(block.type for block in change.blocks)}
    gone = {core.names[name] for name in given if name in core.names} - used
    return blueprint.model_copy(
        update={
            "resources": tuple(
                _with_change(item, change, gone) if item.address == core.resource.address else item
                for item in blueprint.resources
            ),
            "variables": tuple(
                _without_feature(item, change.feature) if item.name in gone else item
                for item in blueprint.variables
            ),
            "scenarios": tuple(_scenario(item, change.feature, gone) for item in blueprint.scenarios),
        }
    )


def _with_change(core: Resource, change: CoreChange, gone: Collection[str]) -> Resource:
    given = (
        ConditionalArguments(feature=(change.feature,), arguments=change.arguments)
        if change.arguments
        else None
    )
    lifecycle = core.lifecycle
    if lifecycle is not None:
        # What the caller can no longer give needs no condition.
        checks = tuple(
            _without_feature(item, change.feature) if _speaks(item.condition, gone) else item
            for item in lifecycle.preconditions
        )
        lifecycle = lifecycle.model_copy(update={"preconditions": checks})
    return core.model_copy(
        update={
            "lifecycle": lifecycle,
            "depends_on": (*core.depends_on, *change.depends_on),
            "arguments_when": (*core.arguments_when, *([given] if given else [])),
            "blocks": tuple(_blocks(core.blocks, change)),
        }
    )


def _blocks(blocks: Sequence[NestedBlock], change: CoreChange) -> Iterator[NestedBlock]:
    """The core's blocks with the feature's, each at the place of those that it stands for."""
    types = {item.type for item in change.blocks}
    waiting = [item.model_copy(update={"feature": (*item.feature, change.feature)}) for item in change.blocks]
    for block in blocks:
        yield _without_feature(block, change.feature) if block.type in types else block
        yield from (item for item in waiting if item.type == block.type)
        waiting = [item for item in waiting if item.type != block.type]
    yield from waiting


def _scenario(scenario: Scenario, feature: str, gone: Collection[str]) -> Scenario:
    """The scenario without what it says of inputs that are not there with the feature."""
    changed = scenario.model_copy(
        update={
            "assertions": tuple(
                _without_feature(item, feature) if _speaks(item.condition, gone) else item
                for item in scenario.assertions
            )
        }
    )
    expects = any(_speaks(text, gone) for text in scenario.expect_failures)
    return _without_feature(changed, feature) if expects else changed


def _speaks(text: str, inputs: Collection[str]) -> bool:
    """Whether an expression names one of the inputs."""
    return not set(_INPUT.findall(text)).isdisjoint(inputs)


def _without_feature(part: _Part, feature: str) -> _Part:
    return part.model_copy(update={"unless": (*part.unless, feature)})


def _values(block: NestedBlock) -> list[Value]:
    inner = [value for item in block.blocks for value in _values(item)]
    repeated = [block.dynamic.for_each] if block.dynamic else []
    return [*block.arguments.values(), *repeated, *inner]
