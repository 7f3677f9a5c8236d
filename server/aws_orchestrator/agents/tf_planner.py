"""tf-planner: what a module should be, when no current skill says it."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.skill import BLUEPRINT_FILE, SUFFIX, SkillSummary, render_skill
from aws_orchestrator.blueprint.verify import require_verified
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import UsageError
from aws_orchestrator.minds.builtin.planner.additions import added_findings
from aws_orchestrator.minds.builtin.planner.blueprint_text import blueprint_text
from aws_orchestrator.minds.builtin.planner.knowledge import known_facts
from aws_orchestrator.minds.builtin.planner.needed_companions import companion_findings, kept_features
from aws_orchestrator.minds.builtin.planner.plan import ServicePlan, chosen_service, plan_one
from aws_orchestrator.minds.builtin.planner.requirements import (
    contradictions_of,
    requirements_of,
    rest_of,
    service_requirements,
)
from aws_orchestrator.minds.builtin.planner.results import (
    ExecutionPlan,
    PlanSummary,
    Requirements,
    SecurityReview,
)
from aws_orchestrator.minds.builtin.planner.service import plan_service, service_named
from aws_orchestrator.minds.builtin.planner.settling import answered, corrected
from aws_orchestrator.minds.builtin.unread import parts_of, without_inner
from aws_orchestrator.minds.mind import Mind, MindsPlan, Understood
from aws_orchestrator.runs.run import RunSuspended

_LISTED = 12


class Planned(NamedTuple):
    """What tf-planner's third phase gives: the plan, what the request selects of it, and the skill that holds it."""

    execution: ExecutionPlan
    understood: Understood
    paths: tuple[str, ...]

    @property
    def summary(self) -> PlanSummary:
        """The plan as a person reads it."""
        blueprint = self.execution.blueprint
        return PlanSummary(
            service=self.execution.service,
            provider=f"{blueprint.provider.source} {blueprint.provider.version}",
            skill=self.paths,
            files=tuple(file.name for file in blueprint.files),
            resources=tuple(resource.address for resource in blueprint.resources),
            variables=tuple(variable.name for variable in blueprint.variables),
            outputs=tuple(output.name for output in blueprint.outputs),
            features=tuple(feature.name for feature in blueprint.features),
            scenarios=tuple(scenario.name for scenario in blueprint.scenarios),
            destructive=self.execution.destructive,
            cost=self.execution.cost,
        )


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
    except UsageError as error:
        if candidates:
            return Route(tuple(candidates), None)
        listed = ", ".join(sorted(known)[:_LISTED]) + (" …" if len(known) > _LISTED else "")
        raise UsageError(f"{error} There are skills for: {listed}." if known else str(error)) from error
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
    return Planned(plan.execution, understood_of(plan.requirements), paths)


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


def contradictions(request: str) -> tuple[tuple[str, str], ...]:
    """Pairs of words of the request that are said of one thing and cannot both hold."""
    return contradictions_of(request)


def parts(request: str, requirements: Requirements | None, service: str) -> tuple[str, str]:
    """What of a request speaks of a service, and the request for the services that come after it; empty for none."""
    services = requirements.services if requirements is not None else ()
    position = next((index for index, item in enumerate(services) if item.service == service), None)
    if requirements is None or position is None or len(services) < 2:
        return request, ""
    clause = services[position].clause or request
    return clause, rest_of(requirements, position)


def narrowed(request: str, requirements: Requirements, choice: str, catalog: Catalog) -> Requirements:
    """Phase 1 for the one service that a run makes: the first of the request, or the candidate that a person chose."""
    first = requirements.services[0] if requirements.services else None
    if first is None or (choice and choice != first.service):
        first = service_requirements(request, chosen_service(choice, catalog), catalog, known_facts(catalog))
    return requirements.model_copy(update={"services": (first,), "scope": "single service", "candidates": ()})


def settled(
    requirements: Requirements, answers: Mapping[str, str], correction: str, catalog: Catalog
) -> Requirements:
    """Phase 1 after a person answered its questions and corrected what was misunderstood."""
    facts = known_facts(catalog)
    service = chosen_service(requirements.services[0].service, catalog)
    planned = plan_service(catalog, facts, service)
    wanted = answered(requirements.services[0], answers, planned.blueprint)
    wanted = corrected(wanted, correction, service, planned, catalog, facts)
    return requirements.model_copy(update={"services": (wanted,), "contradictions": ()})


def enforced(requirements: Requirements, catalog: Catalog) -> Requirements:
    """Phase 1 with what our rules ask of every module: a wish against it is not followed, and the notes say so."""
    wanted = requirements.services[0]
    if wanted.unread:
        notes = (*requirements.notes, unread_sentence(wanted.unread))
        requirements = requirements.model_copy(update={"notes": notes})
    planned = plan_service(catalog, known_facts(catalog), chosen_service(wanted.service, catalog))
    kept = kept_features(planned.blueprint, wanted.left_out)
    if not kept:
        return requirements
    features = tuple(
        feature.name
        for feature in planned.blueprint.features
        if feature.name in {*wanted.features, *(item.feature for item in kept)}
    )
    wanted = wanted.model_copy(
        update={
            "features": features,
            "left_out": tuple(name for name in wanted.left_out if name not in features),
        }
    )
    notes = (*requirements.notes, *(item.sentence for item in kept))
    return requirements.model_copy(update={"services": (wanted,), "notes": notes})


async def unread_of_skill(
    mind: Mind, wish: str, blueprint: Blueprint, understood: Understood, requirements: Requirements | None
) -> tuple[str, ...]:
    """The parts of a wish for a skill that neither the mind nor tf-planner took for anything."""
    features = [item for item in blueprint.features if item.name in understood.features]
    texts = [blueprint.service, blueprint.title, *blueprint.keywords]
    texts += [text for item in features for text in (item.title, *item.keywords)]
    texts += [control.title for control in blueprint.controls]
    known = {word for text in texts for word in re.findall(r"[a-z0-9]+", text.lower())}
    alone = await mind.understand(wish, blueprint)
    parts = [
        part.said for part in parts_of(wish, known) if await mind.understand(part.without, blueprint) == alone
    ]
    wanted = requirements.services if requirements else ()
    planned = next((item for item in wanted if item.service == blueprint.service), None)
    if planned is not None:
        parts = [part for part in parts if any(part in other or other in part for other in planned.unread)]
    return without_inner(parts)


def unread_sentence(unread: Sequence[str]) -> str:
    """What a person should know of the parts of a request that nothing took."""
    listing = ", ".join(f"“{part if len(part) <= 80 else part[:79] + '…'}”" for part in unread[:_LISTED])
    more = f" and {len(unread) - _LISTED} more" if len(unread) > _LISTED else ""
    return f"Nothing was made of {listing}{more}: set it by the module's inputs, or say it in other words."


def review(requirements: Requirements, catalog: Catalog) -> SecurityReview:
    """Phase 2 for the first service of the requirements: its controls, and those of the companions that it must have."""
    planned = _planned(requirements, catalog)
    blueprint, selected = planned.execution.blueprint, requirements.services[0].features
    more = (*companion_findings(blueprint, selected), *added_findings(blueprint, selected))
    return planned.security.with_findings(more)


def plan(requirements: Requirements, catalog: Catalog, workspace_skills: Path) -> Planned:
    """Phase 3 for the first service of the requirements; its skill is written to the workspace."""
    execution = _planned(requirements, catalog).execution
    require_verified(execution.blueprint, catalog, f"The plan for {execution.service}")
    paths = write_skill(execution, catalog, workspace_skills)
    return Planned(execution=execution, understood=understood_of(requirements), paths=paths)


def understood_of(requirements: Requirements) -> Understood:
    """What the request selects of the plan."""
    wanted = requirements.services[0]
    return Understood(features=wanted.features, left_out=wanted.left_out, inputs=wanted.inputs)


def _planned(requirements: Requirements, catalog: Catalog) -> ServicePlan:
    return plan_one(chosen_service(requirements.services[0].service, catalog), catalog, known_facts(catalog))


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
        raise RunSuspended(
            f"The skill in {folder} cannot be written: {error.strerror}. Mend that, then resume the run."
        ) from error
    return tuple(written)
