"""Every expression of a blueprint's part, to read or to change."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from aws_orchestrator.blueprint.model import (
    ConditionalArguments,
    ConditionalCheck,
    DataSource,
    Guard,
    Lifecycle,
    NestedBlock,
    Resource,
    Value,
)

_Part = TypeVar("_Part", bound=DataSource)


def part_expressions(part: DataSource) -> tuple[str, ...]:
    """Every expression of a resource or data source, its guard included."""
    return _collected(lambda collect: map_part(part, collect))


def value_expressions(value: Value) -> tuple[str, ...]:
    """Every expression in a value."""
    return _collected(lambda collect: map_value(value, collect))


def _collected(visit: Callable[[Callable[[str], str]], object]) -> tuple[str, ...]:
    found: list[str] = []

    def collect(expression: str) -> str:
        found.append(expression)
        return expression

    visit(collect)
    return tuple(found)


def map_part(part: _Part, change: Callable[[str], str]) -> _Part:
    """The resource or data source with `change` applied to each of its expressions."""
    # depends_on takes whole resources, so it has no expressions.
    update: dict[str, object] = {
        "arguments": map_values(part.arguments, change),
        "arguments_when": _map_conditional(part.arguments_when, change),
        "blocks": tuple(_map_block(block, change) for block in part.blocks),
    }
    if part.guard:
        update["guard"] = Guard(
            count=change(part.guard.count) if part.guard.count else None,
            for_each=change(part.guard.for_each) if part.guard.for_each else None,
        )
    if isinstance(part, Resource):
        if part.name_tag:
            update["name_tag"] = change(part.name_tag)
        if part.lifecycle:
            update["lifecycle"] = _map_lifecycle(part.lifecycle, change)
    return part.model_copy(update=update)


def map_values(values: Mapping[str, Value], change: Callable[[str], str]) -> dict[str, Value]:
    """The values with `change` applied to each expression in them."""
    return {key: map_value(value, change) for key, value in values.items()}


def map_value(value: Value, change: Callable[[str], str]) -> Value:
    """The value with `change` applied to each expression in it."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [map_value(item, change) for item in value]
    if isinstance(value, dict):
        return map_values(value, change)
    return value


def _map_conditional(
    several: tuple[ConditionalArguments, ...], change: Callable[[str], str]
) -> tuple[ConditionalArguments, ...]:
    return tuple(
        item.model_copy(update={"arguments": map_values(item.arguments, change)}) for item in several
    )


def _map_block(block: NestedBlock, change: Callable[[str], str]) -> NestedBlock:
    dynamic = block.dynamic
    if dynamic:
        dynamic = dynamic.model_copy(update={"for_each": change(dynamic.for_each)})
    return block.model_copy(
        update={
            "dynamic": dynamic,
            "arguments": map_values(block.arguments, change),
            "arguments_when": _map_conditional(block.arguments_when, change),
            "blocks": tuple(_map_block(inner, change) for inner in block.blocks),
        }
    )


def _map_lifecycle(lifecycle: Lifecycle, change: Callable[[str], str]) -> Lifecycle:
    def conditions(checks: tuple[ConditionalCheck, ...]) -> tuple[ConditionalCheck, ...]:
        return tuple(check.model_copy(update={"condition": change(check.condition)}) for check in checks)

    return lifecycle.model_copy(
        update={
            "preconditions": conditions(lifecycle.preconditions),
            "postconditions": conditions(lifecycle.postconditions),
            "replace_triggered_by": tuple(change(item) for item in lifecycle.replace_triggered_by),
        }
    )
