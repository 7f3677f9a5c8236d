"""Fields as arguments and nested blocks of a resource: single blocks are there or not, several come from a list."""

from collections.abc import Iterable, Mapping

from aws_orchestrator.blueprint.model import Dynamic, NestedBlock, Value
from aws_orchestrator.blueprint.render import render_value
from aws_orchestrator.minds.builtin.planner.shape import Field

# An iterator of that name would hide what the language calls so.
_ROOTS = frozenset(
    {"var", "local", "data", "each", "count", "self", "path", "terraform", "module", "resource", "provider"}
)


def arguments_of(fields: Iterable[Field], owner: str) -> dict[str, Value]:
    """Every argument with the member of `owner` that holds its value."""
    return {field.name: f"{owner}.{field.name}" for field in fields if not field.is_block}


def top_arguments(fields: Iterable[Field], names: Mapping[str, str]) -> dict[str, Value]:
    """Every argument of the resource itself with the variable that holds its value."""
    return {field.name: _given(field, names) for field in fields if not field.is_block}


def _given(field: Field, names: Mapping[str, str]) -> str:
    value = f"var.{names[field.name]}"
    others = [f"var.{names[name]} == null" for name in field.excluders if name in names]
    if field.fallback is None:
        return value
    return (
        f"{value} == null && {' && '.join(others)} ? {render_value(field.fallback)} : {value}"
        if others
        else value
    )


def top_blocks(fields: Iterable[Field], names: Mapping[str, str]) -> tuple[NestedBlock, ...]:
    """Every block of the resource itself, fed by its variable."""
    return tuple(
        nested_block(field, f"var.{names[field.name]}", hide=field.holds_secret)
        for field in fields
        if field.is_block
    )


def nested_block(field: Field, value: str, *, hide: bool = False) -> NestedBlock:
    """The block that writes what `value` holds.

    `hide` says that the value is marked sensitive: `dynamic` refuses to count marked elements. What is secret in them
    stays hidden, because the provider's schema marks it again.
    """
    if field.required and not field.many:
        return NestedBlock(
            type=field.name, arguments=arguments_of(field.fields, value), blocks=_inner(field, value)
        )
    iterator = f"{field.name}_item" if field.name in _ROOTS else field.name
    element = f"{iterator}.value"
    counted = f"nonsensitive({value})" if hide else value
    if field.many:
        elements = counted
    elif field.is_switch:
        elements = f"{counted} ? [true] : []"
    else:
        elements = f"{counted} == null ? [] : [{counted}]"
    return NestedBlock(
        type=field.name,
        dynamic=Dynamic(for_each=elements, iterator=iterator if iterator != field.name else None),
        arguments=arguments_of(field.fields, element),
        blocks=_inner(field, element),
    )


def _inner(field: Field, value: str) -> tuple[NestedBlock, ...]:
    return tuple(nested_block(inner, f"{value}.{inner.name}") for inner in field.fields if inner.is_block)
