"""The forms that Claude fills when it plans: what a request asks for, and the module as a blueprint."""

from typing import Literal

from pydantic import Field

from aws_orchestrator.blueprint.model import Blueprint, Value
from aws_orchestrator.minds.builtin.planner.results import Risk, SecurityFinding
from aws_orchestrator.model import Frozen


class Wanted(Frozen):
    """A value that the request gives."""

    name: str = Field(description="The module's input for it, in snake_case.")
    value: str = Field(description="As the request says it.")


class Doubt(Frozen):
    """Something that can be understood in several ways."""

    question: str
    options: list[str] = Field(description="The readings, the likeliest first.")
    confidence: float = Field(description="How sure the first option is, between 0 and 1.")


class RequirementsForm(Frozen):
    """Phase 1."""

    service: str = Field(
        description="A name for the module: lower case, words joined by hyphens, at most 40 characters."
    )
    title: str
    scope: Literal["single service", "several services"]
    resource_types: list[str] = Field(
        description="The provider's resource types that the module needs, as aws_sqs_queue."
    )
    data_sources: list[str] = Field(description="The provider's data sources that it reads, without `data.`.")
    needs: list[str] = Field(
        description="What the module must do, each in a sentence; only what was asked for."
    )
    values: list[Wanted]
    dependencies: list[str] = Field(description="Inputs that take what other modules create, as kms_key_arn.")
    environment: Literal["", "production", "development"]
    doubts: list[Doubt] = Field(description="Only what changes the module; empty when the request is clear.")
    against_the_rules: list[str] = Field(
        description="What the request asks for and a rule forbids, each with what is done instead, in a sentence."
    )


class PlanForm(Frozen):
    """Phases 2 and 3: the arguments of `submit_plan`."""

    blueprint: Blueprint
    features: tuple[str, ...] = ()
    """Names of the blueprint's features that the request selects."""
    inputs: dict[str, Value] = {}
    """Values that the request gives, by variable; HCL expressions as everywhere in the blueprint."""
    security: tuple[SecurityFinding, ...] = Field(min_length=1)
    """One entry for each control that was considered: encryption at rest and in transit, access, network, logging."""
    risk: Risk
    destructive: tuple[str, ...] = ()
    """Inputs whose change replaces a resource."""
    cost: tuple[str, ...] = ()
    """What drives the cost, each in a sentence."""
