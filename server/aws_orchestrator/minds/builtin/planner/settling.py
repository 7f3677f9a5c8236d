"""Requirements after a person had their say: open questions answered, contradictions decided, misunderstandings corrected."""

import re
from collections.abc import Mapping

from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.render import quote
from aws_orchestrator.blueprint.select import with_requirements
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.minds.builtin.planner.facts import Facts
from aws_orchestrator.minds.builtin.planner.requirements import service_requirements
from aws_orchestrator.minds.builtin.planner.results import ServiceRequirements
from aws_orchestrator.minds.builtin.planner.service import PlannedService
from aws_orchestrator.minds.builtin.planner.service_table import Service
from aws_orchestrator.minds.builtin.words import mentions


def decided(request: str, refused: str) -> str:
    """The request without a word that a person decided against."""
    return " ".join(re.sub(rf"\b{re.escape(refused)}\b", " ", request, flags=re.IGNORECASE).split())


def answered(
    wanted: ServiceRequirements, answers: Mapping[str, str], blueprint: Blueprint
) -> ServiceRequirements:
    """The requirements with the answers to their questions; an empty answer leaves its question open.

    An answer selects the feature that has its input.
    """
    given = {
        question.variable: answers[question.variable].strip()
        for question in wanted.questions
        if answers.get(question.variable, "").strip()
    }
    kinds = {variable.name: variable for variable in blueprint.variables}
    values = {
        name: int(value) if kinds[name].type == "number" else quote(value) for name, value in given.items()
    }
    needed = frozenset({*wanted.features, *(feature for name in given for feature in kinds[name].feature)})
    selected = with_requirements(blueprint, needed)
    return wanted.model_copy(
        update={
            "features": tuple(item.name for item in blueprint.features if item.name in selected),
            "inputs": {**wanted.inputs, **values},
            "questions": tuple(item for item in wanted.questions if item.variable not in given),
        }
    )


def corrected(
    wanted: ServiceRequirements,
    correction: str,
    service: Service,
    planned: PlannedService,
    catalog: Catalog,
    facts: Facts,
) -> ServiceRequirements:
    """The requirements with what a correction says: its values win, its features are added, what it denies goes."""
    if not correction.strip():
        return wanted
    said = service_requirements(correction, service, catalog, facts)
    keywords = {item.name: (item.title, *item.keywords) for item in planned.blueprint.features}
    spoken = mentions(correction.lower(), keywords)
    added = {mention.name for mention in spoken if mention.wanted}
    denied = {mention.name for mention in spoken if not mention.wanted}
    features = tuple(
        feature.name
        for feature in planned.blueprint.features
        if feature.name in ({*wanted.features, *added} - denied)
    )
    inputs = {**wanted.inputs, **said.inputs}
    return wanted.model_copy(
        update={
            "features": features,
            "left_out": tuple(
                item.name for item in planned.blueprint.features if item.default and item.name not in features
            ),
            "inputs": inputs,
            "questions": tuple(item for item in wanted.questions if item.variable not in inputs),
        }
    )
