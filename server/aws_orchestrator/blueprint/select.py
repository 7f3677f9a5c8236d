"""From a blueprint with all features to the one module that a request asked for."""

from collections.abc import Mapping
from typing import TypeVar

from aws_orchestrator.blueprint.model import (
    Blueprint,
    Conditional,
    DataSource,
    InputPhrase,
    Lifecycle,
    NestedBlock,
    Resource,
    Scenario,
    Selection,
    Value,
    Variable,
)
from aws_orchestrator.blueprint.standard_variables import TAGS
from aws_orchestrator.catalog import nearest
from aws_orchestrator.errors import UsageError
from aws_orchestrator.hcl.references import is_literal

_Part = TypeVar("_Part", bound=Conditional)
_Source = TypeVar("_Source", bound=DataSource)
_WithBlocks = TypeVar("_WithBlocks", DataSource, Resource, NestedBlock)


def select(blueprint: Blueprint, selection: Selection) -> Blueprint:
    """The blueprint of exactly the selected features, with the request's values as defaults.

    Required features are added; every condition in the result is already decided. A file whose resources all fell
    away is not declared any more. UsageError when a feature or an input does not exist.
    """
    chosen = with_requirements(blueprint, selection.features)
    _refuse_unusable_inputs(blueprint, selection, chosen)
    variables = tuple(
        _with_default(variable, selection.inputs)
        for variable in blueprint.variables
        if variable.holds(chosen)
    )
    names = {variable.name for variable in variables}
    if blueprint.mandatory_tags:
        names.add(TAGS)  # the compiler declares it, without a default
    data = tuple(_decide(source, chosen) for source in blueprint.data if source.holds(chosen))
    resources = tuple(_decide(resource, chosen) for resource in blueprint.resources if resource.holds(chosen))
    # An order towards something that was not selected falls away with it.
    gone = _addresses(blueprint.resources, blueprint.data) - _addresses(resources, data)
    resources = tuple(_without_order(resource, gone) for resource in resources)
    data = tuple(_without_order(source, gone) for source in data)
    used = {part.file for part in (*data, *resources)}
    declared = {part.file for part in (*blueprint.data, *blueprint.resources)}
    return blueprint.model_copy(
        update={
            "files": tuple(
                _unconditional(file)
                for file in blueprint.files
                if file.holds(chosen) and (file.name not in declared or file.name in used)
            ),
            "features": tuple(
                feature.model_copy(update={"inputs": _phrases(feature.inputs, names)})
                for feature in blueprint.features
                if feature.name in chosen
            ),
            "inputs": _phrases(blueprint.inputs, names),
            "variables": variables,
            "locals": _kept(blueprint.locals, chosen),
            "data": data,
            "resources": resources,
            "outputs": _kept(blueprint.outputs, chosen),
            "controls": _kept(blueprint.controls, chosen),
            "scenarios": tuple(
                scenario.model_copy(
                    update={
                        "assertions": _kept(scenario.assertions, chosen),
                        "variables": _with_former_defaults(scenario, blueprint, selection.inputs, names),
                    }
                )
                for scenario in _kept(blueprint.scenarios, chosen)
            ),
            "mocks": _kept(blueprint.mocks, chosen),
            "example": {
                name: value
                for name, value in blueprint.example.items()
                if name in names and name not in selection.inputs
            },
        }
    )


def _with_former_defaults(
    scenario: Scenario, blueprint: Blueprint, inputs: Mapping[str, Value], names: set[str]
) -> dict[str, Value]:
    """The scenario's inputs that the selection has, with the blueprint's own values of those that the request gave
    another default.

    A scenario that gives inputs was made to agree with these: the request's value may exclude one that it gives. The
    smallest call keeps what the request says.
    """
    others = {variable.name for variable in blueprint.variables} - names
    given = {name: value for name, value in scenario.variables.items() if name not in others}
    if not given.keys() - {TAGS, "create"}:
        return given
    former = {
        variable.name: blueprint.example.get(variable.name, variable.default)
        for variable in blueprint.variables
        if variable.name in inputs and variable.name in names
    }
    known = {name: value for name, value in former.items() if value is not None}
    return {**known, **given}


def _phrases(phrases: tuple[InputPhrase, ...], names: set[str]) -> tuple[InputPhrase, ...]:
    return tuple(phrase for phrase in phrases if phrase.variable in names)


def _refuse_unusable_inputs(blueprint: Blueprint, selection: Selection, chosen: frozenset[str]) -> None:
    """Raise UsageError for a value that the module could not take, or that would be code and not a value."""
    variables = {variable.name: variable for variable in blueprint.variables}
    for name, value in selection.inputs.items():
        variable = variables.get(name)
        if variable is None:
            close = nearest(name, variables)
            hint = f" Did you mean `{close[0]}`?" if close else f" It has {', '.join(variables)}."
            raise UsageError(f"The skill for {blueprint.service} has no input `{name}`.{hint}")
        if not variable.holds(chosen):
            needs = [*(f"with {item}" for item in variable.feature if item not in chosen)]
            needs += [f"without {item}" for item in variable.unless if item in chosen]
            raise UsageError(
                f"`{name}` means something only {' and '.join(needs)}; select that too, or leave the value out."
            )
        if not is_plain(value):
            raise UsageError(f"The value of `{name}` must be a plain value, not an expression of Terraform.")


def is_plain(value: Value) -> bool:
    """Whether a value is made of literals alone: it refers to nothing and computes nothing."""
    if isinstance(value, str):
        return is_literal(value)
    if isinstance(value, list):
        return all(is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(is_plain(item) for item in value.values())
    return True


def _addresses(resources: tuple[Resource, ...], data: tuple[DataSource, ...]) -> set[str]:
    return {item.address for item in resources} | {f"data.{item.address}" for item in data}


def _without_order(part: _Source, gone: set[str]) -> _Source:
    return part.model_copy(update={"depends_on": tuple(item for item in part.depends_on if item not in gone)})


def with_requirements(blueprint: Blueprint, features: frozenset[str]) -> frozenset[str]:
    """The features and all that they require."""
    chosen: set[str] = set()
    waiting = sorted(features)
    while waiting:
        name = waiting.pop()
        if name in chosen:
            continue
        feature = blueprint.feature(name)
        if feature is None:
            known = [item.name for item in blueprint.features]
            close = nearest(name, known)
            hint = f" Did you mean `{close[0]}`?" if close else f" It has {', '.join(known)}."
            raise UsageError(f"The skill for {blueprint.service} has no feature `{name}`.{hint}")
        chosen.add(name)
        waiting.extend(feature.requires)
    return frozenset(chosen)


def _with_default(variable: Variable, inputs: dict[str, Value]) -> Variable:
    update: dict[str, object] = {"feature": (), "unless": ()}
    if variable.name in inputs:
        update["default"] = inputs[variable.name]
        update["example"] = None
    return variable.model_copy(update=update)


def _decide(part: _WithBlocks, chosen: frozenset[str]) -> _WithBlocks:
    blocks = tuple(_decide(block, chosen) for block in part.blocks if block.holds(chosen))
    arguments = dict(part.arguments)
    for more in part.arguments_when:
        if more.holds(chosen):
            arguments |= more.arguments
    update: dict[str, object] = {
        "feature": (),
        "unless": (),
        "arguments": arguments,
        "arguments_when": (),
        "blocks": blocks,
    }
    if isinstance(part, Resource) and part.lifecycle:
        update["lifecycle"] = _lifecycle(part.lifecycle, chosen)
    return part.model_copy(update=update)


def _lifecycle(lifecycle: Lifecycle, chosen: frozenset[str]) -> Lifecycle | None:
    """The lifecycle with the conditions of the selection; None where nothing of it is left."""
    decided = lifecycle.model_copy(
        update={
            "preconditions": _kept(lifecycle.preconditions, chosen),
            "postconditions": _kept(lifecycle.postconditions, chosen),
        }
    )
    return None if decided == Lifecycle() else decided


def _kept(parts: tuple[_Part, ...], chosen: frozenset[str]) -> tuple[_Part, ...]:
    return tuple(_unconditional(part) for part in parts if part.holds(chosen))


def _unconditional(part: _Part) -> _Part:
    return part.model_copy(update={"feature": (), "unless": ()})
