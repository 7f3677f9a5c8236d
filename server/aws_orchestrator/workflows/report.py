"""How a run ended: the object that `--json` prints, the journal keeps and the editor shows."""

import posixpath
from typing import Any, NamedTuple

from aws_orchestrator.agents.update_planner import ChangePlan
from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.findings import Finding, TestsResult
from aws_orchestrator.gates.gatekeeper import GateDecision
from aws_orchestrator.minds.builtin.planner.results import (
    Connection,
    PlanSummary,
    Requirements,
    Research,
    SecurityReview,
)
from aws_orchestrator.model import Wire
from aws_orchestrator.protocol import FORMAT_VERSION, RunStatus
from aws_orchestrator.runs.exchanges import ModelUse
from aws_orchestrator.runs.run import Run


class ModuleReport(Wire):
    """The module of a run."""

    service: str
    path: str
    """Relative to the workspace folder, with forward slashes."""
    files: tuple[str, ...]
    """Relative to the module's folder: every file of a new module; of an update those that it changed or made."""


class CommitReport(Wire):
    """Where a run's files were committed."""

    repository: str
    """`owner/name` on GitHub; empty for a commit in the person's own repository."""
    branch: str
    sha: str
    url: str = ""
    pull_request: str | None = None


class FindingReport(Wire):
    """One finding, for programs."""

    check: str
    severity: str
    code: str
    summary: str
    detail: str
    file: str | None
    line: int | None
    start: int | None
    end: int | None

    @classmethod
    def of(cls, finding: Finding) -> "FindingReport":
        """The report of a finding."""
        place = finding.place
        return cls(
            check=finding.check,
            severity=finding.severity.value,
            code=finding.code,
            summary=finding.summary,
            detail=finding.detail,
            file=place.file if place else None,
            line=place.line if place else None,
            start=place.start if place else None,
            end=place.end if place else None,
        )


class ValidationReport(Wire):
    """The validation of a run's module."""

    status: str
    """`valid` or `invalid`."""
    engine: str
    provider_version: str
    level: str = ""
    """How deep the module was looked into: `schema`, `learned`, `real_validate` or `real_plan`; empty: not validated."""
    checks: dict[str, str]
    notes: dict[str, str] = {}
    """What a check did not cover, by check."""
    findings: tuple[FindingReport, ...]

    @classmethod
    def of(cls, validation: Validation) -> "ValidationReport":
        """The report of a validation."""
        return cls(
            status="valid" if validation.valid else "invalid",
            engine=validation.engine,
            provider_version=validation.provider_version,
            level=validation.level or "",
            checks=validation.checks,
            notes={result.check: result.note for result in validation.results if result.note},
            findings=tuple(FindingReport.of(finding) for finding in validation.findings),
        )


class TestedRun(Wire):
    """One `run` block of a module's tests."""

    file: str
    """Relative to the module's folder."""
    name: str
    status: str
    """`pass`, `fail`, `error` or `skip`."""


class TestsReport(Wire):
    """What a module's own tests said, run against mocks."""

    __test__ = False  # not a pytest class
    status: str
    """`passed`, `failed` or `skipped`."""
    note: str
    runs: tuple[TestedRun, ...]
    findings: tuple[FindingReport, ...]

    @classmethod
    def of(cls, result: TestsResult, module: str) -> "TestsReport":
        """The report of a result; `module` is the folder in the tree that was tested."""
        runs = tuple(
            TestedRun(file=posixpath.relpath(run.file, module), name=run.name, status=run.status)
            for run in result.runs
        )
        findings = [FindingReport.of(finding) for finding in result.findings]
        inside = tuple(
            one.model_copy(update={"file": posixpath.relpath(one.file, module)}) if one.file else one
            for one in findings
        )
        return cls(status=result.status, note=result.note, runs=runs, findings=inside)


class PlanningReport(Wire):
    """tf-planner's research and its three results."""

    research: Research | None = None
    requirements: Requirements
    security: SecurityReview
    plan: PlanSummary


class PartsReport(Wire):
    """A request for several services: what its runs made so far, and how the modules fit together."""

    services: tuple[str, ...]
    """Made, in order; the last one by this run."""
    rest: str = ""
    """The part of the request that is still to be made; empty after the last run."""
    connections: tuple[Connection, ...] = ()
    """Outputs of one module that another one takes as inputs."""
    call: str = ""
    """How a configuration calls the modules together, in HCL."""


class GateReport(Wire):
    """One gate and its answer."""

    kind: str
    choice: str
    by: str

    @classmethod
    def of(cls, decision: GateDecision) -> "GateReport":
        """The report of a decision."""
        return cls(kind=decision.kind, choice=decision.choice, by=decision.by)


class Report(Wire):
    """One run, ended."""

    format_version: int = FORMAT_VERSION
    run_id: str
    status: RunStatus
    message: str
    request: str = ""
    mind: str = ""
    mind_reason: str = ""
    """Why it was this mind; empty when nobody needs to be told."""
    model: ModelUse | None = None
    """What was asked of a model; None when nothing was."""
    understood: str = ""
    plan: ChangePlan | None = None
    """What an update changes; None for a new module."""
    planning: PlanningReport | None = None
    """How tf-planner planned the module; None when a skill was there."""
    parts: PartsReport | None = None
    """Of a request for several services."""
    module: ModuleReport | None = None
    validation: ValidationReport | None = None
    commit: CommitReport | None = None
    """Where the files were committed; None when they were kept."""
    gates: tuple[GateReport, ...] = ()
    notes: tuple[str, ...] = ()
    usage: dict[str, dict[str, int | float]] = {}
    timings: dict[str, float] = {}


class NextRun(NamedTuple):
    """What the Next Steps Gate asked for."""

    workflow: str
    request: str
    earlier: tuple[str, ...] = ()
    """The services that earlier runs of the same request made; empty when a person asked for something new."""


class Outcome(NamedTuple):
    """A run's report, the terminal's exit code, and the run that follows."""

    report: Report
    exit_code: int
    next: NextRun | None = None
    following: Run | None = None
    """That run, begun; whoever has the outcome finishes it."""

    def as_data(self) -> dict[str, Any]:
        """The report as `--json` prints it."""
        return self.report.model_dump(mode="json", by_alias=True)
