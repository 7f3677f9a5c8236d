"""tf-planner: what a module should be, when no current skill says it."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.skill import BLUEPRINT_FILE, SUFFIX, SkillSummary, render_skill
from aws_orchestrator.blueprint.verify import require_verified
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import BlueprintError, UsageError
from aws_orchestrator.minds.builtin.planner.blueprint_text import blueprint_text
from aws_orchestrator.minds.builtin.planner.knowledge import known_facts
from aws_orchestrator.minds.builtin.planner.plan import chosen_service, plan_one
from aws_orchestrator.minds.builtin.planner.requirements import requirements_of, service_requirements
from aws_orchestrator.minds.builtin.planner.results import ExecutionPlan, Requirements, SecurityReview
from aws_orchestrator.minds.builtin.planner.service import service_named
from aws_orchestrator.minds.mind import MindsPlan, Understood
from aws_orchestrator.model import Frozen


class Planned(Frozen):
    """What tf-planner did: its three results, and the skill that holds the plan."""

    service: str
    requirements: Requirements
    security: SecurityReview
    execution: ExecutionPlan
    paths: tuple[str, ...]
    detail: str

    @property
    def understood(self) -> Understood:
        """What the request selects of the plan."""
        wanted = self.requirements.services[0]
        return Understood(features=wanted.features, left_out=wanted.left_out, inputs=wanted.inputs)


class Route(NamedTuple):
    """Who plans a request: skills that are there, or tf-planner."""

    candidates: tuple[str, ...]
    """The services with skills that the request may mean; empty when tf-planner has to plan."""
    requirements: Requirements | None
    """What tf-planner understood of the request; None when it named nothing that it knows."""


def route(request: str, catalog: Catalog, skills: Sequence[SkillSummary], candidates: Sequence[str]) -> Route:
    """Whether a skill or tf-planner plans the request.

    `candidates` are the services whose skills' keywords the request names. They lose against a service that the request
    names first: a queue for the events of a bucket is a queue. UsageError when neither knows what is meant.
    """
    known = {skill.service for skill in skills}
    try:
        requirements = research(request, catalog)
    except UsageError:
        if candidates:
            return Route(tuple(candidates), None)
        raise
    first = requirements.services[0].service if requirements.services else ""
    if first in known:
        return Route((first,), requirements)
    if any(service_named(name) is None for name in candidates) or (not first and candidates):
        # A workspace's own kind of skill: its words are not the table's, so nothing stands against it.
        return Route(tuple(candidates), None)
    return Route((), requirements)


def route_of_a_free_mind(
    request: str, catalog: Catalog, skills: Sequence[SkillSummary], candidates: Sequence[str]
) -> Route:
    """As `route`, for a mind that plans anything: a skill plans the request only when it covers all services in it."""
    try:
        found = route(request, catalog, skills, candidates)
        requirements = found.requirements or research(request, catalog)
    except UsageError:
        # The words tell nothing, as in another language: that is for the mind to understand.
        return Route((), Requirements(request=request, scope="none", services=()))
    if found.candidates and len(requirements.services) <= 1:
        return found
    return Route((), requirements)


def keep_plan(plan: MindsPlan, catalog: Catalog, workspace_skills: Path) -> Planned:
    """What a mind planned, verified and written to the workspace as a skill."""
    blueprint = plan.execution.blueprint
    require_verified(blueprint, catalog, f"The plan for {blueprint.service}")
    paths = write_skill(plan.execution, catalog, workspace_skills)
    return Planned(
        service=blueprint.service,
        requirements=plan.requirements,
        security=plan.security,
        execution=plan.execution,
        paths=paths,
        detail=f"{blueprint.title} planned for {catalog.provider} {catalog.version}; security: "
        + ", ".join(
            f"{sum(item.status == status for item in plan.security.findings)} {status}"
            for status in ("PASS", "WARN", "FAIL")
        ),
    )


def completed(understood: Understood, blueprint: Blueprint, requirements: Requirements | None) -> Understood:
    """What a mind understood of a request for a skill, with the values that tf-planner read out of it as well."""
    wanted = next(
        (item for item in requirements.services if item.service == blueprint.service)
        if requirements
        else iter(()),
        None,
    )
    if wanted is None:
        return understood
    selected = frozenset(understood.features)
    there = {variable.name for variable in blueprint.variables if variable.holds(selected)}
    more = {name: value for name, value in wanted.inputs.items() if name in there}
    return understood.model_copy(update={"inputs": {**more, **understood.inputs}})


def research(request: str, catalog: Catalog) -> Requirements:
    """Phase 1: the services of a request, or the candidates among which a person must choose.

    Raises UsageError, with the nearest names, when the request names nothing that AWS has.
    """
    return requirements_of(request, catalog, known_facts(catalog))


def plan(
    request: str, requirements: Requirements, catalog: Catalog, workspace_skills: Path, choice: str = ""
) -> Planned:
    """All phases for the first service of a request (or for the chosen candidate); its skill is written to the workspace."""
    facts = known_facts(catalog)
    first = requirements.services[0].service if requirements.services else ""
    if choice and choice != first:
        service = chosen_service(choice, catalog)
        wanted = service_requirements(request, service, catalog, facts)
        requirements = requirements.model_copy(update={"services": (wanted,), "scope": "single service"})
    else:
        service = chosen_service(first, catalog)
    security, execution = plan_one(service, catalog, facts)
    require_verified(execution.blueprint, catalog, f"The plan for {service.name}")
    paths = write_skill(execution, catalog, workspace_skills)
    counts = {
        status: sum(item.status == status for item in security.findings)
        for status in ("PASS", "WARN", "FAIL")
    }
    return Planned(
        service=service.name,
        requirements=requirements,
        security=security,
        execution=execution,
        paths=paths,
        detail=f"{service.title} planned from {service.type} of {catalog.provider} {catalog.version}; security: "
        + ", ".join(f"{count} {status}" for status, count in counts.items()),
    )


def write_skill(execution: ExecutionPlan, catalog: Catalog, workspace_skills: Path) -> tuple[str, ...]:
    """Write the plan as a skill of the workspace, blueprint last; the paths that were written."""
    folder = workspace_skills / f"{execution.service}{SUFFIX}"
    # A folder without a blueprint is no skill: whoever is killed before the last file leaves nothing half-written.
    files = {
        **render_skill(execution.blueprint, catalog),
        BLUEPRINT_FILE: blueprint_text(execution.blueprint).encode(),
    }
    written = []
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            written.append(str(path))
    except OSError as error:
        raise BlueprintError(f"The skill in {folder} cannot be written: {error.strerror}.") from error
    return tuple(written)
