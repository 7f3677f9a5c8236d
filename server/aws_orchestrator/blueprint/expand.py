"""What no author writes and no module lacks: the create switch, the tag variables, guards and indexes.

`expand` turns a selected blueprint into one in which everything is explicit, so that every later step (HCL, README,
tests, SKILL.md) tells the same story.
"""

from collections.abc import Callable, Collection
from typing import TypeVar

from aws_orchestrator.blueprint.expressions import called_function
from aws_orchestrator.blueprint.model import Blueprint, DataSource, Guard, Output, Scenario
from aws_orchestrator.blueprint.standard_variables import with_standard_variables
from aws_orchestrator.blueprint.visit import map_part, map_value, part_expressions, value_expressions
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.hcl.references import index_guarded, traversals

_Part = TypeVar("_Part", bound=DataSource)


def expand(blueprint: Blueprint, catalog: Catalog) -> Blueprint:
    """The selected blueprint with guards, indexes, try() and the variables that every module has."""
    guarded = guarded_addresses(blueprint)
    create = blueprint.create_variable
    obeying = _obeying_data(blueprint)

    def indexed(expression: str) -> str:
        return index_guarded(expression, guarded)

    return blueprint.model_copy(
        update={
            "name_tag": indexed(blueprint.name_tag),
            "resources": tuple(
                _with_guard(map_part(part, indexed), create, True) for part in blueprint.resources
            ),
            "data": tuple(
                _with_guard(map_part(part, indexed), create, part.address in obeying)
                for part in blueprint.data
            ),
            "outputs": tuple(_safe(output, guarded, create) for output in blueprint.outputs),
            "locals": tuple(
                item.model_copy(
                    update={"value": map_value(item.value, lambda value: safe_output(value, guarded))}
                )
                for item in blueprint.locals
            ),
            "scenarios": tuple(_indexed_scenario(scenario, indexed) for scenario in blueprint.scenarios),
            "variables": with_standard_variables(blueprint, catalog),
        }
    )


def _indexed_scenario(scenario: Scenario, indexed: Callable[[str], str]) -> Scenario:
    assertions = tuple(
        assertion.model_copy(update={"condition": indexed(assertion.condition)})
        for assertion in scenario.assertions
    )
    return scenario.model_copy(update={"assertions": assertions})


def _safe(output: Output, guarded: frozenset[str], create: str | None) -> Output:
    update: dict[str, object] = {"value": safe_output(output.value, guarded)}
    if output.precondition:
        condition = index_guarded(output.precondition.condition, guarded)
        if create and condition != output.precondition.condition:
            # What does not exist cannot break a promise. Not `||`: Terraform before 1.12 looks at both sides.
            condition = f"var.{create} ? ({condition}) : true"
        update["precondition"] = output.precondition.model_copy(update={"condition": condition})
    return output.model_copy(update=update)


def guarded_addresses(blueprint: Blueprint) -> frozenset[str]:
    """Addresses that exist with `count`: every resource that is no map, and the data sources that need one of them."""
    return frozenset(address for address in _possibly_absent(blueprint) if not address.startswith("local."))


def _possibly_absent(blueprint: Blueprint) -> frozenset[str]:
    """Addresses that `count` guards, and local values that are null where those are missing."""
    absent = {
        resource.address
        for resource in blueprint.resources
        if (blueprint.create_variable or (resource.guard and resource.guard.count))
        and not (resource.guard and resource.guard.for_each)
    }
    absent |= {f"data.{source.address}" for source in blueprint.data if source.guard and source.guard.count}
    while True:
        more = {
            f"local.{item.name}" for item in blueprint.locals if _reads(value_expressions(item.value), absent)
        }
        if blueprint.create_variable:
            # A data source that reads what is not there fails: it is guarded as well, and so on.
            more |= {
                f"data.{source.address}"
                for source in blueprint.data
                if not (source.guard and source.guard.for_each) and _reads(part_expressions(source), absent)
            }
        if more <= absent:
            return frozenset(absent)
        absent |= more


def _obeying_data(blueprint: Blueprint) -> frozenset[str]:
    """Addresses of the data sources that `create` switches off: those that read what it switches off."""
    absent = _possibly_absent(blueprint)
    return frozenset(
        source.address
        for source in blueprint.data
        if f"data.{source.address}" in absent or _reads(part_expressions(source), absent)
    )


def _reads(expressions: tuple[str, ...], addresses: Collection[str]) -> bool:
    return any(address in addresses for expression in expressions for address in addresses_in(expression))


def addresses_in(expression: str) -> tuple[str, ...]:
    """The resource and data addresses that an expression refers to: `aws_s3_bucket.this`, `data.aws_region.current`."""
    found = []
    for traversal in traversals(expression):
        length = 3 if traversal.parts[0] == "data" else 2
        if len(traversal.parts) >= length:
            found.append(".".join(traversal.parts[:length]))
    return tuple(found)


def safe_output(value: str, guarded: frozenset[str]) -> str:
    """The expression, inside try(…, null) when it refers to something that may not exist."""
    indexed = index_guarded(value, guarded)
    if indexed == value and not _reads((value,), guarded):
        return value
    return indexed if called_function(indexed) == "try" else f"try({indexed}, null)"


def _with_guard(part: _Part, create: str | None, obeys_create: bool) -> _Part:
    if not create or not obeys_create:
        return part
    switch = f"var.{create}"
    if part.guard is None:
        guard = Guard(count=switch)
    elif part.guard.count is not None:
        guard = Guard(count=f"{switch} && {_operand(part.guard.count)}")
    else:
        every = _operand(str(part.guard.for_each))
        guard = Guard(for_each=f"{{ for key, value in {every} : key => value if {switch} }}")
    return part.model_copy(update={"guard": guard})


def _operand(expression: str) -> str:
    simple = all(character.isalnum() or character in "_.!" for character in expression)
    return expression if simple else f"({expression})"
