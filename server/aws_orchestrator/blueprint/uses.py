"""Where a blueprint uses expressions: each with its path in the document, and when it is there."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from aws_orchestrator.blueprint.model import (
    Blueprint,
    Conditional,
    DataSource,
    Lifecycle,
    NestedBlock,
    Resource,
    Value,
)
from aws_orchestrator.blueprint.visit import value_expressions

ALWAYS = Conditional()
_NOTHING: frozenset[str] = frozenset()


class Use(NamedTuple):
    """One expression."""

    path: str
    part: Conditional
    """The part that it belongs to: the expression is there whenever that is."""
    expression: str
    bound: frozenset[str] = _NOTHING
    """The names that dynamic blocks bind there."""
    constant: bool = False
    """Whether it may refer to nothing (defaults, mocked values, inputs of the example and of tests)."""


def uses(blueprint: Blueprint) -> Iterator[Use]:
    """Every expression of the blueprint, in the order of the document; orders (`depends_on`) are none."""
    yield Use("name_tag", ALWAYS, blueprint.name_tag)
    for index, variable in enumerate(blueprint.variables):
        path = f"variables[{index}]"
        if variable.default is not None:
            yield from _values(f"{path}.default", variable, variable.default, constant=True)
        if variable.example is not None:
            yield Use(f"{path}.example", variable, variable.example, constant=True)
        for place, check in enumerate(variable.validation):
            yield Use(f"{path}.validation[{place}]", variable, check.condition)
    for index, local in enumerate(blueprint.locals):
        yield from _values(f"locals[{index}].value", local, local.value)
    for index, source in enumerate(blueprint.data):
        yield from _of_part(f"data[{index}]", source)
    for index, resource in enumerate(blueprint.resources):
        yield from _of_part(f"resources[{index}]", resource)
    for index, output in enumerate(blueprint.outputs):
        yield Use(f"outputs[{index}].value", output, output.value)
        if output.precondition:
            yield Use(f"outputs[{index}].precondition", output, output.precondition.condition)
    yield from _of_tests(blueprint)


def both(outer: Conditional, inner: Conditional) -> Conditional:
    """The condition of something inside a conditional part."""
    return Conditional(feature=(*outer.feature, *inner.feature), unless=(*outer.unless, *inner.unless))


def _of_tests(blueprint: Blueprint) -> Iterator[Use]:
    for name, value in blueprint.example.items():
        yield from _values(f"example.{name}", ALWAYS, value, constant=True)
    for index, mock in enumerate(blueprint.mocks):
        for name, value in mock.values.items():
            yield from _values(f"mocks[{index}].values.{name}", mock, value, constant=True)
    for index, scenario in enumerate(blueprint.scenarios):
        path = f"scenarios[{index}]"
        for name, value in scenario.variables.items():
            # A test file knows the inputs that it sets itself, and those differ by selection and request.
            yield from _values(f"{path}.variables.{name}", scenario, value, constant=True)
        for place, assertion in enumerate(scenario.assertions):
            yield Use(f"{path}.assertions[{place}]", both(scenario, assertion), assertion.condition)
        for place, expression in enumerate(scenario.expect_failures):
            yield Use(f"{path}.expect_failures[{place}]", scenario, expression)


def _of_part(path: str, part: DataSource) -> Iterator[Use]:
    if part.guard:
        yield Use(f"{path}.guard", part, str(part.guard.count or part.guard.for_each))
    yield from _of_body(path, part, part, _NOTHING)
    if isinstance(part, Resource):
        if part.name_tag:
            yield Use(f"{path}.name_tag", part, part.name_tag)
        if part.lifecycle:
            yield from _of_lifecycle(f"{path}.lifecycle", part, part.lifecycle)


def _of_lifecycle(path: str, part: Conditional, lifecycle: Lifecycle) -> Iterator[Use]:
    for index, expression in enumerate(lifecycle.replace_triggered_by):
        yield Use(f"{path}.replace_triggered_by[{index}]", part, expression)
    for kind in ("preconditions", "postconditions"):
        for index, check in enumerate(getattr(lifecycle, kind)):
            yield Use(f"{path}.{kind}[{index}]", both(part, check), check.condition)


def _of_body(
    path: str, owner: Conditional, body: DataSource | NestedBlock, bound: frozenset[str]
) -> Iterator[Use]:
    for name, value in body.arguments.items():
        replacing = (more for more in body.arguments_when if more.replaces and name in more.arguments)
        there = both(owner, Conditional(unless=tuple(more.feature[0] for more in replacing)))
        yield from _arguments(path, there, {name: value}, bound)
    for index, more in enumerate(body.arguments_when):
        yield from _arguments(f"{path}.arguments_when[{index}]", both(owner, more), more.arguments, bound)
    for index, block in enumerate(body.blocks):
        inner = f"{path}.blocks[{index}]"
        part = both(owner, block)
        names = bound
        if block.dynamic:
            yield Use(f"{inner}.dynamic", part, block.dynamic.for_each, bound)
            names = bound | {block.dynamic.iterator or block.type}
        yield from _of_body(inner, part, block, names)


def _arguments(
    path: str, part: Conditional, arguments: Mapping[str, Value], bound: frozenset[str]
) -> Iterator[Use]:
    for name, value in arguments.items():
        yield from _values(f"{path}.arguments.{name}", part, value, bound)


def _values(
    path: str,
    part: Conditional,
    value: Value,
    bound: frozenset[str] = _NOTHING,
    constant: bool = False,
) -> Iterator[Use]:
    for expression in value_expressions(value):
        yield Use(path, part, expression, bound, constant)
