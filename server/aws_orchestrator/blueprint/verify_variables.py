"""Variables: types that Terraform reads, defaults that fit them, and names that are free."""

from collections import Counter
from collections.abc import Iterator

from aws_orchestrator.blueprint.model import Blueprint, Variable
from aws_orchestrator.blueprint.problems import Problem, did_you_mean
from aws_orchestrator.blueprint.standard_variables import standard_variables
from aws_orchestrator.blueprint.types import TypeExpressionError, parse_type
from aws_orchestrator.blueprint.verify_values import default_problems
from aws_orchestrator.catalog import Catalog

# Arguments of a module call that are not inputs.
_RESERVED = ("source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals")


def variable_problems(blueprint: Blueprint, catalog: Catalog) -> Iterator[Problem]:
    """The problems of variables, and of the values that the example and the tests give them."""
    standard = Counter(variable.name for variable in standard_variables(blueprint, catalog))
    for name, count in standard.items():
        if count > 1:
            yield Problem(
                "resources",
                f'{count} resources share the variable "{name}" for their own tags; give them `tags_variable`',
            )
    for index, variable in enumerate(blueprint.variables):
        path = f"variables[{index}]"
        if variable.name in standard:
            yield Problem(path, f'the compiler declares "{variable.name}"; leave it out')
        if variable.name in _RESERVED:
            yield Problem(path, f'"{variable.name}" is a word of Terraform; choose another name')
        yield from _type_problems(path, variable)
    yield from _given_problems(blueprint, {*standard, *(item.name for item in blueprint.variables)})


def _type_problems(path: str, variable: Variable) -> Iterator[Problem]:
    try:
        expected = parse_type(variable.type)
    except TypeExpressionError as error:
        yield Problem(f"{path}.type", f"`{' '.join(variable.type.split())}` is not a type: {error}")
        return
    if variable.default == "null":
        if variable.nullable is False:
            yield Problem(f"{path}.default", "it is null, but the variable says `nullable: false`")
    elif variable.default is not None:
        yield from default_problems(f"{path}.default", variable.name, variable.default, expected)


def _given_problems(blueprint: Blueprint, known: set[str]) -> Iterator[Problem]:
    places = [("example", blueprint.example)]
    places += [
        (f"scenarios[{index}].variables", scenario.variables)
        for index, scenario in enumerate(blueprint.scenarios)
    ]
    for path, values in places:
        for name in values:
            if name not in known:
                yield Problem(path, f'there is no variable "{name}"{did_you_mean(name, known)}')
