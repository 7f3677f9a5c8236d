"""A plan's literal values against what was learned of the provider: a mind that invents a value is told which there are.

Facts that were learned of another version than the catalog's count here too, which they do not in the engine: whoever
is sure of a newer value takes it as an input.
"""

from collections.abc import Iterator

from aws_orchestrator.blueprint.model import Blueprint, NestedBlock, Resource, Value
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.hcl.references import string_literal
from aws_orchestrator.minds.builtin.planner.facts import ArgumentFacts, Facts, Path
from aws_orchestrator.minds.builtin.planner.knowledge import known_facts

_MOST_VALUES = 12


def fact_problems(blueprint: Blueprint, catalog: Catalog) -> Iterator[str]:
    """Literals that the provider's code refuses, arguments that it needs, and arguments that exclude or need each other."""
    facts = known_facts(catalog)
    for index, resource in enumerate(blueprint.resources):
        path = f"resources[{index}]"
        yield from _body(path, resource.type, resource, facts, ())
        yield from _groups(path, resource, facts)


def _body(path: str, owner: str, body: Resource | NestedBlock, facts: Facts, way: Path) -> Iterator[str]:
    given = {
        **body.arguments,
        **{name: value for more in body.arguments_when for name, value in more.arguments.items()},
    }
    for name, value in given.items():
        known = facts.argument(owner, (*way, name))
        if problem := _value(value, known):
            yield f"{path}.arguments.{name}: {problem}"
    for index, block in enumerate(body.blocks):
        yield from _body(f"{path}.blocks[{index}]", owner, block, facts, (*way, block.type))


def _value(value: Value, known: ArgumentFacts) -> str:
    literal = string_literal(value) if isinstance(value, str) else value
    if literal is None or isinstance(literal, list | dict) or known.accepts(literal):
        return ""
    said = known.complaint(literal) if known.complaint else ""
    allowed = f"; allowed are {', '.join(known.allowed[:_MOST_VALUES])}" if known.allowed else ""
    return f"the provider refuses {literal!r}: {said}{allowed} (take it as an input if a newer provider allows it)"


def _groups(path: str, resource: Resource, facts: Facts) -> Iterator[str]:
    groups = facts.groups(resource.type)
    conditional = bool(resource.arguments_when) or any(
        block.feature or block.unless for block in resource.blocks
    )

    def given(members: tuple[Path, ...]) -> list[str]:
        return [".".join(member) for member in members if _is_given(resource, member)]

    def named(members: tuple[Path, ...]) -> str:
        return ", ".join(".".join(member) for member in members)

    # What a feature adds may be what is missing: only what is certain is a problem.
    if not conditional:
        for members in (*groups.exactly_one_of, *groups.at_least_one_of):
            if not given(members) and all(len(member) == 1 for member in members):
                yield f"{path}: {resource.type} needs one of {named(members)}"
    for members in (*groups.exactly_one_of, *groups.conflicts):
        present = given(members)
        if len(present) > 1 and all(
            _is_literal(resource, member) for member in members if ".".join(member) in present
        ):
            yield f"{path}: {resource.type} takes only one of {', '.join(present)}"


def _is_given(body: Resource | NestedBlock, member: Path) -> bool:
    name, rest = member[0], member[1:]
    if not rest:
        conditional = any(name in more.arguments for more in body.arguments_when)
        return name in body.arguments or conditional or any(block.type == name for block in body.blocks)
    return any(block.type == name and _is_given(block, rest) for block in body.blocks)


def _is_literal(resource: Resource, member: Path) -> bool:
    """Whether it is certainly set: an expression may be null."""
    value = resource.arguments.get(member[0])
    if len(member) > 1 or value is None:
        return False
    return not isinstance(value, str) or string_literal(value) is not None
