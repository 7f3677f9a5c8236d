"""Behaviour tests: when a module's `terraform test` may run, and what it said."""

import posixpath
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from aws_orchestrator.catalog.addresses import short_name
from aws_orchestrator.findings import Finding, Place, Severity, TestRun, TestsResult
from aws_orchestrator.terraform.diagnostics import event_diagnostics, events, finding_of, unreadable
from aws_orchestrator.terraform.requirements import Requirements
from aws_orchestrator.terraform.supervisor import Output

_STATUSES: Mapping[str, Literal["pass", "fail", "error", "skip"]] = {
    "pass": "pass",
    "fail": "fail",
    "error": "error",
    "skip": "skip",
    "pending": "skip",
}


def refusals(requirements: Requirements) -> list[Finding]:
    """Why the module's tests are not run: what they would really do, and providers that they do not mock."""
    findings = [
        _refusal(
            "Tests are not run",
            f"The module {hazard.what}: a test would really do it, mocks or not. Remove it, or run terraform test "
            "yourself.",
            hazard.place,
        )
        for hazard in requirements.hazards
    ]
    for path, facts in requirements.tests.items():
        for address in sorted(requirements.used) if facts.runs else ():
            name = requirements.names.get(address)
            if name is None:
                findings.append(
                    _refusal(
                        f"Mocks do not reach provider {short_name(address)}",
                        "Only a module that is called uses it, and a mock is passed on only by a module that names "
                        "the provider itself. Add it to required_providers of the module under test.",
                        Place(file=path, start=0, end=0, line=1),
                    )
                )
            elif name not in facts.mocked:
                findings.append(
                    _refusal(
                        f"Tests do not mock provider {name}",
                        f"A run of this file would need the real provider and an account, which are not here. Add "
                        f'mock_provider "{name}" {{}} to it.',
                        Place(file=path, start=0, end=0, line=1),
                    )
                )
    return findings


def ran_nothing(output: Output) -> bool:
    """Whether every run was skipped, or there was none, and no error says why."""
    found = events(output)
    errors = any(diagnostic.get("severity") == "error" for diagnostic in event_diagnostics(found))
    return bool(found) and not errors and all(run.status == "skip" for run in _runs(found, "."))


def tests_result(output: Output, module: str, against: str, written: int) -> TestsResult:
    """The result of `test -json`; runs that did not happen are never a pass. `written` is how many there are to run."""
    found = events(output)
    if not found:
        raise unreadable("test", output)
    findings = tuple(finding_of(diagnostic, "tests", module) for diagnostic in event_diagnostics(found))
    runs = _runs(found, module)
    if not any(run.status != "skip" for run in runs) and not _errors(findings):
        nothing = Finding(
            check="tests",
            severity=Severity.ERROR,
            summary="No test was run",
            detail=(
                f"Terraform skipped all {written} run blocks, twice, and did not say why. Check the module again."
                if written
                else "The module has test files, but terraform test ran none of their run blocks. Add a run block."
            ),
        )
        return TestsResult(check="tests", status="failed", findings=(*findings, nothing), runs=runs)
    passed = output.code == 0 and all(run.status == "pass" for run in runs) and not _errors(findings)
    good = sum(run.status == "pass" for run in runs)
    note = f"{good} of {len(runs)} runs passed against mocks ({against})."
    return TestsResult(
        check="tests", status="passed" if passed else "failed", findings=findings, note=note, runs=runs
    )


def _runs(found: Iterable[dict[str, Any]], module: str) -> tuple[TestRun, ...]:
    runs = []
    for event in found:
        run = event.get("test_run")
        if event.get("type") == "test_run" and run and run.get("progress", "complete") == "complete":
            path = str(run["path"]).replace("\\", "/")
            runs.append(
                TestRun(
                    file=posixpath.normpath(posixpath.join(module, path)),
                    name=run["run"],
                    status=_STATUSES.get(run.get("status", ""), "error"),
                )
            )
    return tuple(runs)


def _errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def _refusal(summary: str, detail: str, place: Place) -> Finding:
    return Finding(check="tests", severity=Severity.WARNING, summary=summary, detail=detail, place=place)
