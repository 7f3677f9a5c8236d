"""The planner's three results, as a run keeps them and a person reads them."""

from typing import Literal

from aws_orchestrator.blueprint.model import Blueprint, Value
from aws_orchestrator.model import Frozen, Wire

Status = Literal["PASS", "WARN", "FAIL"]
Risk = Literal["low", "medium", "high", "critical"]


class Question(Wire):
    """Something that matters and that no default answers safely."""

    variable: str
    text: str
    pattern: str = ""
    """What an answer must match; empty for any text."""


class ServiceRequirements(Wire):
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
    clause: str = ""
    """The part of the request that speaks of the service."""
    unread: tuple[str, ...] = ()
    """What it says beside, and nothing took."""


class Requirements(Wire):
    """Phase 1: what the request asks for."""

    request: str
    scope: Literal["none", "single service", "several services"]
    services: tuple[ServiceRequirements, ...]
    candidates: tuple[str, ...] = ()
    """Services that it may mean, best first, when it is not clear which; a person chooses."""
    environment: Literal["", "production", "development"] = ""
    contradictions: tuple[tuple[str, str], ...] = ()
    """Words of the request of which only one can hold; a person says which."""
    notes: tuple[str, ...] = ()
    """What was noticed and not followed, in sentences."""

    @property
    def ambiguous(self) -> bool:
        """Whether a person must say what is meant."""
        return bool(self.candidates)


class Documented(Wire):
    """The document of a resource type that the registry client found."""

    type: str
    document: str
    origin: Literal["catalogs", "registry"]


class Research(Wire):
    """What the registry client says of a request: versions and documents; the types themselves are the catalog's."""

    catalog: str
    """The version that everything is planned with."""
    registry: str | None = None
    """The newest version at the registry server that a person chose; None when none was asked or none answered."""
    documents: tuple[Documented, ...] = ()
    notes: tuple[str, ...] = ()


class SecurityFinding(Wire):
    """One control, judged for one resource of the plan."""

    id: str
    status: Status
    resource: str
    check: str
    done: str
    """What the module does about it, or what a person should do."""


class SecurityReview(Wire):
    """Phase 2: the controls of the planned resources."""

    service: str
    findings: tuple[SecurityFinding, ...]
    risk: Risk

    @property
    def sentence(self) -> str:
        """The review in a line: how many controls of each status, and the risk."""
        counts = [
            f"{sum(item.status == status for item in self.findings)} {status}"
            for status in ("PASS", "WARN", "FAIL")
        ]
        return f"{', '.join(counts)}; risk {self.risk}"

    def with_findings(self, more: tuple[SecurityFinding, ...]) -> "SecurityReview":
        """The review with more findings, first; a failed one raises the risk."""
        risk = (
            "high" if self.risk in ("low", "medium") and any(f.status == "FAIL" for f in more) else self.risk
        )
        return self.model_copy(update={"findings": (*more, *self.findings), "risk": risk})

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


class PlanSummary(Wire):
    """Phase 3 as a person reads it: what the blueprint declares."""

    service: str
    provider: str
    skill: tuple[str, ...]
    """The files of the skill that holds the plan."""
    files: tuple[str, ...]
    resources: tuple[str, ...]
    variables: tuple[str, ...]
    outputs: tuple[str, ...]
    features: tuple[str, ...]
    """Every feature that can be selected, with the selected ones in the requirements."""
    scenarios: tuple[str, ...]
    destructive: tuple[str, ...] = ()
    cost: tuple[str, ...] = ()


class Connection(Wire):
    """An output of one service that another service of the same request takes."""

    giver: str
    output: str
    taker: str
    variable: str
