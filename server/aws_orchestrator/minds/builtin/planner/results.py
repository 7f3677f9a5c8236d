"""The planner's three results, as a run keeps them and a person reads them."""

from typing import Literal

from aws_orchestrator.blueprint.model import Blueprint, Value
from aws_orchestrator.model import Frozen

Status = Literal["PASS", "WARN", "FAIL"]
Risk = Literal["low", "medium", "high", "critical"]


class Question(Frozen):
    """Something that matters and that no default answers safely."""

    variable: str
    text: str


class ServiceRequirements(Frozen):
    """What the request asks of one service."""

    service: str
    type: str
    """The core resource type."""
    title: str
    confidence: float
    features: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    inputs: dict[str, Value] = {}
    questions: tuple[Question, ...] = ()
    dependencies: tuple[str, ...] = ()
    """Inputs that take what other modules create: `subnet_ids`, `kms_key_id`."""


class Requirements(Frozen):
    """Phase 1: what the request asks for."""

    request: str
    scope: Literal["none", "single service", "several services"]
    services: tuple[ServiceRequirements, ...]
    candidates: tuple[str, ...] = ()
    """Services that it may mean, best first, when it is not clear which; a person chooses."""
    environment: Literal["", "production", "development"] = ""
    notes: tuple[str, ...] = ()
    """What was noticed and not followed, in sentences."""

    @property
    def ambiguous(self) -> bool:
        """Whether a person must say what is meant."""
        return bool(self.candidates)


class SecurityFinding(Frozen):
    """One control, judged for one resource of the plan."""

    id: str
    status: Status
    resource: str
    check: str
    done: str
    """What the module does about it, or what a person should do."""


class SecurityReview(Frozen):
    """Phase 2: the controls of the planned resources."""

    service: str
    findings: tuple[SecurityFinding, ...]
    risk: Risk

    @property
    def failed(self) -> tuple[SecurityFinding, ...]:
        """What a person must see."""
        return tuple(finding for finding in self.findings if finding.status == "FAIL")


class ExecutionPlan(Frozen):
    """Phase 3: the module, as the generator obeys it."""

    service: str
    blueprint: Blueprint
    destructive: tuple[str, ...] = ()
    """Inputs whose change replaces a resource."""
    cost: tuple[str, ...] = ()
    """What drives the cost, by feature."""


class Connection(Frozen):
    """An output of one service that another service of the same request takes."""

    giver: str
    output: str
    taker: str
    variable: str
