"""Parts of a service's module that no schema suggests, as data: how a VPC's subnets lie in its zones, a function's own role.

`additions/TYPE.yaml`, or `additions/SERVICE.yaml` where services share a type, is written like a blueprint and verified with
it. Beside a blueprint's sections it has `core`: what a feature changes about the core resource itself.
"""

from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from typing import TypeVar

from aws_orchestrator.blueprint.model import (
    Blueprint,
    Conditional,
    DataSource,
    Feature,
    FileDeclaration,
    Identifier,
    Local,
    Mock,
    Output,
    Resource,
    Scenario,
    SecurityControl,
    Value,
    Variable,
)
from aws_orchestrator.blueprint.yaml_document import load_yaml
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.minds.builtin.planner.core_changes import CoreChange, with_core_change
from aws_orchestrator.minds.builtin.planner.part import PlannedPart
from aws_orchestrator.minds.builtin.planner.results import SecurityFinding
from aws_orchestrator.minds.builtin.planner.wording import listed
from aws_orchestrator.model import Frozen

_FOLDER = Path(__file__).with_name("additions")
_Part = TypeVar("_Part", bound=Conditional)


class Addition(Frozen):
    """What is added to the module of one core type."""

    features: tuple[Feature, ...] = ()
    core: tuple[CoreChange, ...] = ()
    variables: tuple[Variable, ...] = ()
    locals: tuple[Local, ...] = ()
    data: tuple[DataSource, ...] = ()
    files: tuple[FileDeclaration, ...] = ()
    resources: tuple[Resource, ...] = ()
    outputs: tuple[Output, ...] = ()
    controls: tuple[SecurityControl, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    mocks: tuple[Mock, ...] = ()
    example: dict[Identifier, Value] = {}


def addition_names() -> tuple[str, ...]:
    """The services and core types that there are additions for."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@cache
def addition_of(name: str) -> Addition | None:
    """What is added under that name, of a service or of its core type; None where nothing is."""
    path = _FOLDER / f"{name}.yaml"
    if not path.is_file():
        return None
    return Addition.model_validate(load_yaml(path.read_text(encoding="utf-8"), path.name))


def with_additions(blueprint: Blueprint, core: PlannedPart, catalog: Catalog) -> Blueprint:
    """The blueprint with what is added to its core type, as far as the catalog has the types."""
    addition = _addition(blueprint)
    if addition is None or not _is_known(addition, catalog):
        return blueprint
    # A companion by evidence that the addition makes in a better way gives its name to it.
    taken = {feature.name for feature in addition.features}
    blueprint = _without(blueprint, {item.name for item in blueprint.features if item.name in taken})
    for change in addition.core:
        blueprint = with_core_change(blueprint, core, change)
    declared = {file.name for file in blueprint.files}
    return blueprint.model_copy(
        update={
            "features": (*addition.features, *blueprint.features),
            "variables": (*blueprint.variables, *addition.variables),
            "locals": (*blueprint.locals, *addition.locals),
            "data": (*blueprint.data, *addition.data),
            "files": (*blueprint.files, *(file for file in addition.files if file.name not in declared)),
            "resources": (*blueprint.resources, *addition.resources),
            "outputs": (*blueprint.outputs, *addition.outputs),
            "controls": (*blueprint.controls, *addition.controls),
            "scenarios": (*blueprint.scenarios, *addition.scenarios),
            "mocks": _mocks(blueprint.mocks, addition.mocks),
            "example": {**blueprint.example, **addition.example},
        }
    )


def added_findings(blueprint: Blueprint, selected: Collection[str]) -> tuple[SecurityFinding, ...]:
    """The controls that additions keep: PASS where their feature is selected, WARN where a request left out what is usual."""
    addition = _addition(blueprint)
    usual = {feature.name for feature in blueprint.features if feature.default}
    found = []
    for control in addition.controls if addition is not None else ():
        is_kept = set(control.feature) <= set(selected)
        if is_kept or set(control.feature) <= usual:
            left_out = (
                f"left out, as the request says; select {listed(list(control.feature), 'and')} to keep it"
            )
            found.append(
                SecurityFinding(
                    id=control.id,
                    status="PASS" if is_kept else "WARN",
                    resource=blueprint.resources[0].address,
                    check=control.title,
                    done=control.how if is_kept else left_out,
                )
            )
    return tuple(found)


def _addition(blueprint: Blueprint) -> Addition | None:
    return addition_of(blueprint.service) or addition_of(blueprint.resources[0].type)


def _mocks(mocks: tuple[Mock, ...], added: tuple[Mock, ...]) -> tuple[Mock, ...]:
    """The mocks of both; a test file takes one of a type, so that values for one that is always there are put into it."""
    always = {(item.kind, item.type) for item in mocks if not item.feature and not item.unless}
    more: dict[tuple[str, str], dict[str, Value]] = {}
    for mock in added:
        more.setdefault((mock.kind, mock.type), {}).update(mock.values)
    return (
        *(
            item.model_copy(update={"values": {**more.get((item.kind, item.type), {}), **item.values}})
            if (item.kind, item.type) in always
            else item
            for item in mocks
        ),
        *(item for item in added if (item.kind, item.type) not in always),
    )


def _is_known(addition: Addition, catalog: Catalog) -> bool:
    return all(catalog.resource(item.type) is not None for item in addition.resources) and all(
        catalog.data_source(item.type) is not None for item in addition.data
    )


def _without(blueprint: Blueprint, features: Collection[str]) -> Blueprint:
    """The blueprint without the parts that only these features bring."""

    def kept(parts: Iterable[_Part]) -> tuple[_Part, ...]:
        return tuple(part for part in parts if not set(part.feature) & set(features))

    gone = {item.name for item in blueprint.variables if set(item.feature) & set(features)}
    return blueprint.model_copy(
        update={
            "features": tuple(item for item in blueprint.features if item.name not in features),
            "variables": kept(blueprint.variables),
            "resources": kept(blueprint.resources),
            "outputs": kept(blueprint.outputs),
            "controls": kept(blueprint.controls),
            "mocks": kept(blueprint.mocks),
            "scenarios": tuple(
                item.model_copy(update={"assertions": kept(item.assertions)})
                for item in kept(blueprint.scenarios)
            ),
            "example": {name: value for name, value in blueprint.example.items() if name not in gone},
        }
    )
