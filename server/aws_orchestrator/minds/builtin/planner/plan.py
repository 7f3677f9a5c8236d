"""The three phases for one request: requirements, then for each service the security review and the execution plan."""

from typing import NamedTuple

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import UsageError
from aws_orchestrator.minds.builtin.planner.facts import Facts
from aws_orchestrator.minds.builtin.planner.part import PlannedPart
from aws_orchestrator.minds.builtin.planner.results import (
    ExecutionPlan,
    SecurityReview,
    ServiceRequirements,
)
from aws_orchestrator.minds.builtin.planner.security_review import review
from aws_orchestrator.minds.builtin.planner.service import plan_service, service_named, service_of_type
from aws_orchestrator.minds.builtin.planner.service_table import Service


class ServicePlan(NamedTuple):
    """Phases 2 and 3 for one service."""

    security: SecurityReview
    execution: ExecutionPlan


def plan_requirements(wanted: ServiceRequirements, catalog: Catalog, facts: Facts) -> ServicePlan:
    """The security review and the execution plan of a service that a request asks for."""
    return plan_one(_service(wanted), catalog, facts)


def plan_one(service: Service, catalog: Catalog, facts: Facts) -> ServicePlan:
    """The security review and the execution plan of a service."""
    planned = plan_service(catalog, facts, service)
    blueprint = planned.blueprint
    return ServicePlan(
        security=review(service.name, planned.parts),
        execution=ExecutionPlan(
            service=service.name,
            blueprint=blueprint,
            destructive=tuple(name for part in planned.parts for name in _replacing(part)),
            cost=tuple(f"{feature.title}: {feature.cost}" for feature in blueprint.features if feature.cost),
        ),
    )


def chosen_service(name: str, catalog: Catalog) -> Service:
    """The service that a person chose of the candidates, by its name; UsageError when there is none."""
    known = service_named(name)
    if known is not None:
        return known
    resource_type = f"aws_{name.replace('-', '_')}"
    if catalog.resource(resource_type) is None:
        raise UsageError(f"There is no AWS service “{name}” to plan; name a resource type, as aws_sqs_queue.")
    return service_of_type(resource_type)


def _service(wanted: ServiceRequirements) -> Service:
    return service_named(wanted.service) or service_of_type(wanted.type)


def _replacing(part: PlannedPart) -> list[str]:
    return [part.names[field.name] for field in part.fields if field.facts.replaces]
