"""What the first steps of a new module leave in the journal: the choice of a skill, and tf-planner's three results."""

from aws_orchestrator.minds.builtin.planner.results import (
    PlanSummary,
    Requirements,
    Research,
    SecurityReview,
)
from aws_orchestrator.minds.mind import Understood
from aws_orchestrator.model import Frozen

PLANNER = "tf-planner"
REQUIREMENTS = "Requirements"
SECURITY = "Security review"
PLAN = "Execution plan"


class Chosen(Frozen):
    """Step 1: the service, its skill, and what the request selects of it."""

    service: str
    blueprint: str
    """Digest of the skill's blueprint, kept with the run: a skill that is edited meanwhile does not split a module."""
    catalog: str
    """Version of the provider's catalog."""
    stale: str
    understood: Understood
    notes: tuple[str, ...]
    requirements: Requirements | None = None
    """What tf-planner understood, when no skill plans the service."""
    rest: str = ""
    """The part of the request that speaks of other services: the next run's request."""
    research: Research | None = None
    security: SecurityReview | None = None
    plan: PlanSummary | None = None
    """tf-planner's second and third result, when no skill plans the service."""
    skills: tuple[str, ...] = ()
    """The services that had a skill, so that a replay finds the same ones."""
    mind: str = ""
    """Who planned it in the end, and why."""
    mind_reason: str = ""
    detail: str


class Phase1(Frozen):
    """Step 2's first phase, after a person had their say."""

    requirements: Requirements
    detail: str


class Phase2(Frozen):
    """Step 2's second phase."""

    security: SecurityReview
    detail: str


class Phase3(Frozen):
    """Step 2's third phase: the plan, with the skill written."""

    chosen: Chosen
    plan: PlanSummary
    detail: str
