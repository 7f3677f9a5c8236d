"""One resource type alone as a module: the floor below every service."""

from collections.abc import Sequence
from dataclasses import replace

from aws_orchestrator.blueprint.model import Blueprint, Feature
from aws_orchestrator.catalog import Catalog, did_you_mean
from aws_orchestrator.errors import UsageError
from aws_orchestrator.minds.builtin.planner.facts import Facts
from aws_orchestrator.minds.builtin.planner.module import build_module
from aws_orchestrator.minds.builtin.planner.naming import naming_field
from aws_orchestrator.minds.builtin.planner.part import PartPlan, PlannedPart, plan_part
from aws_orchestrator.minds.builtin.planner.recipes import Recipe, recipes_of
from aws_orchestrator.minds.builtin.planner.security_review import fulfilled
from aws_orchestrator.minds.builtin.planner.shape import shape_of
from aws_orchestrator.minds.builtin.planner.variable_names import VariableNames
from aws_orchestrator.minds.builtin.planner.wording import thing


def plan_resource(catalog: Catalog, facts: Facts, resource_type: str) -> Blueprint:
    """The blueprint of a module with one resource of the type; UsageError when the provider has no such type.

    A type that is not secure alone brings the companions that make it so.
    """
    recipes = recipes_of(catalog, resource_type)
    names = module_names((resource_type, *(recipe.type for recipe in recipes)))
    outputs = VariableNames()
    core = plan_core(catalog, facts, PartPlan(type=resource_type), names, outputs)
    parts = (core, *recipe_parts(catalog, facts, recipes, names, outputs))
    return build_module(
        catalog,
        service=service_name(resource_type),
        title=f"AWS {thing(resource_type)}",
        keywords=(thing(resource_type).lower(), resource_type),
        parts=parts,
        names=names,
        features=recipe_features(recipes),
        controls=fulfilled(parts),
    )


def recipe_parts(
    catalog: Catalog, facts: Facts, recipes: Sequence[Recipe], names: VariableNames, outputs: VariableNames
) -> tuple[PlannedPart, ...]:
    """The resources of the recipes."""
    found = []
    for recipe in recipes:
        schema = catalog.resource(recipe.type)
        assert schema is not None
        plan = replace(recipe.part(), types=frozenset(catalog.resource_names))
        found.append(plan_part(plan, schema, facts, names, outputs))
    return tuple(found)


def recipe_features(recipes: Sequence[Recipe]) -> tuple[Feature, ...]:
    """The features of the recipes, each once."""
    return tuple({recipe.feature: recipe.as_feature() for recipe in recipes}.values())


def plan_core(
    catalog: Catalog, facts: Facts, plan: PartPlan, names: VariableNames, outputs: VariableNames
) -> PlannedPart:
    """The module's first resource: it asks for the name that people know it by, although AWS could make one up."""
    schema = catalog.resource(plan.type)
    if schema is None:
        hint = did_you_mean(plan.type, catalog.resource_names)
        raise UsageError(f"{catalog.provider} {catalog.version} has no resource type {plan.type}.{hint}")
    named = naming_field(plan.type, shape_of(schema, facts).fields)
    required = plan.required | ({named.name} if named is not None and named.name not in plan.wired else set())
    plan = replace(plan, required=frozenset(required), types=frozenset(catalog.resource_names))
    return plan_part(plan, schema, facts, names, outputs)


def module_names(resource_types: Sequence[str]) -> VariableNames:
    """The names of inputs, with those taken that the compiler gives to the tags of each resource."""
    return VariableNames(f"{name.partition('_')[2]}_tags" for name in resource_types)


def service_name(resource_type: str) -> str:
    """The name of a module that holds one resource type: `sqs-queue`."""
    return resource_type.removeprefix("aws_").replace("_", "-")
