"""One service as a module: its core resource, and its companions as features that a request selects."""

from functools import lru_cache
from typing import NamedTuple

from aws_orchestrator.blueprint.model import Blueprint, Feature, Value
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.minds.builtin.planner.additions import with_additions
from aws_orchestrator.minds.builtin.planner.collection import plan_collection, plural
from aws_orchestrator.minds.builtin.planner.companions import Companion, companions_of_service
from aws_orchestrator.minds.builtin.planner.facts import Facts
from aws_orchestrator.minds.builtin.planner.module import build_module
from aws_orchestrator.minds.builtin.planner.part import PartPlan, PlannedPart, plan_part
from aws_orchestrator.minds.builtin.planner.phrases import phrases_of
from aws_orchestrator.minds.builtin.planner.recipes import recipes_of
from aws_orchestrator.minds.builtin.planner.resource import (
    module_names,
    plan_core,
    recipe_features,
    recipe_parts,
    service_name,
)
from aws_orchestrator.minds.builtin.planner.security_review import fulfilled
from aws_orchestrator.minds.builtin.planner.service_table import SERVICES, Service
from aws_orchestrator.minds.builtin.planner.variable_names import VariableNames
from aws_orchestrator.minds.builtin.planner.wording import phrase, thing


class PlannedService(NamedTuple):
    """The blueprint of a service with the parts that it was made of."""

    blueprint: Blueprint
    parts: tuple[PlannedPart, ...]


def service_named(name: str) -> Service | None:
    """The service of the table with that name, or None."""
    return next((service for service in SERVICES if service.name == name), None)


def service_of_type(resource_type: str) -> Service:
    """The service whose core is the type: of the table, else made of the type's own name."""
    known = next((service for service in SERVICES if service.type == resource_type), None)
    if known is not None:
        return known
    words = (
        thing(resource_type).lower(),
        resource_type,
        resource_type.removeprefix("aws_").replace("_", " "),
    )
    return Service(
        service_name(resource_type), resource_type, f"AWS {thing(resource_type)}", tuple(dict.fromkeys(words))
    )


# Requirements, review and plan of one request ask for the same module.
@lru_cache(maxsize=16)
def plan_service(catalog: Catalog, facts: Facts, service: Service) -> PlannedService:
    """The module of a service with every companion that the catalog has evidence for."""
    companions = [item for item in companions_of_service(catalog, service) if _fits(catalog, item)]
    recipes = recipes_of(catalog, service.type)
    used = {recipe.type for recipe in recipes}
    companions = [item for item in companions if item.type not in used]
    names = module_names((service.type, *(item.type for item in companions), *used))
    outputs = VariableNames()
    core = plan_core(
        catalog, facts, PartPlan(type=service.type, defaults=_core_defaults(service)), names, outputs
    )
    parts = [core, *recipe_parts(catalog, facts, recipes, names, outputs)]
    features = list(recipe_features(recipes))
    taken = {feature.name for feature in features}
    for companion in companions:
        feature = _feature(companion, service, taken)
        taken.add(feature.name)
        features.append(feature)
        parts.append(_companion(catalog, facts, companion, service.type, feature.name, names, outputs))
    blueprint = build_module(
        catalog,
        service=service.name,
        title=service.title,
        keywords=service.words,
        parts=parts,
        names=names,
        features=tuple(features),
        controls=fulfilled(parts),
        inputs=phrases_of(core),
    )
    return PlannedService(with_additions(blueprint, core, catalog), tuple(parts))


def _core_defaults(service: Service) -> dict[tuple[str, ...], Value]:
    return (
        {("load_balancer_type",): '"network"' if service.name == "nlb" else '"application"'}
        if service.type == "aws_lb"
        else {}
    )


def _fits(catalog: Catalog, companion: Companion) -> bool:
    schema = catalog.resource(companion.type)
    return schema is not None and not (
        companion.argument and schema.block.attributes[companion.argument].deprecated
    )


def _companion(
    catalog: Catalog,
    facts: Facts,
    companion: Companion,
    core: str,
    feature: str,
    names: VariableNames,
    outputs: VariableNames,
) -> PlannedPart:
    schema = catalog.resource(companion.type)
    assert schema is not None
    wired: dict[str, Value] = (
        {companion.argument: f"{core}.this.{companion.attribute}"} if companion.argument else {}
    )
    plan = PartPlan(
        type=companion.type,
        name="this",
        file=_file(companion.type),
        feature=feature,
        prefix=companion.short_name(core),
        wired=wired,
        types=frozenset(catalog.resource_names),
    )
    if companion.single:
        return plan_part(plan, schema, facts, names, outputs)
    return plan_collection(plan, schema, facts, names, outputs)


def _file(resource_type: str) -> str:
    if resource_type.startswith("aws_iam_"):
        return "iam.tf"
    if "security_group" in resource_type:
        return "security_groups.tf"
    return "policies.tf" if resource_type.endswith("_policy") else "main.tf"


# What a thing that a core has once is called in the provider, and nobody says: people want backups, not a backup policy.
_FORMAL = (" policy", " configuration", " config", " settings", " association", " status")


def _heads(label: str, service: Service) -> list[str]:
    """What people say for it: `backup policy` is wanted with backups."""
    head = next((label.removesuffix(end) for end in _FORMAL if label.endswith(end)), "")
    own = {*service.type.split("_"), *(part for word in service.words for part in word.split())}
    return [head, plural(head)] if head and head not in own else []


def _feature(companion: Companion, service: Service, taken: set[str]) -> Feature:
    name = companion.short_name(service.type)
    name = name if name not in taken else companion.type.removeprefix("aws_")
    label = phrase(companion.short_name(service.type))
    words = [label.lower(), plural(label.lower()), thing(companion.type).lower()]
    if companion.single:
        words += _heads(label.lower(), service)
    count = "One" if companion.single else "Any number"
    return Feature(
        name=name,
        title=f"{label[0].upper()}{label[1:]}",
        description=f"{count} of `{companion.type}`"
        + (
            f" for the {thing(service.type)}, tied to it by `{companion.argument}`."
            if companion.argument
            else " beside the core resource."
        ),
        keywords=tuple(dict.fromkeys(word for word in words if word not in service.words)),
    )
