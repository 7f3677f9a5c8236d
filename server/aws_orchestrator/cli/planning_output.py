"""tf-planner's three results for a person: what was understood, every control with what was done, what the plan declares."""

from collections.abc import Iterable

from aws_orchestrator.blueprint.render import render_on_a_line
from aws_orchestrator.cli.screen import Color, Screen
from aws_orchestrator.minds.builtin.planner.results import (
    PlanSummary,
    Requirements,
    SecurityFinding,
    SecurityReview,
)
from aws_orchestrator.runs.redaction import printable
from aws_orchestrator.workflows.report import PartsReport

_COLORS: dict[str, Color] = {"PASS": "green", "WARN": "yellow", "FAIL": "red"}


def print_requirements(requirements: Requirements, screen: Screen) -> None:
    """Phase 1: the service, its features and values, and what stayed open."""
    for wanted in requirements.services:
        screen.line(f"  requirements: {printable(wanted.title)} ({wanted.type})")
        _print_list("features", wanted.features, screen)
        _print_list("left out", wanted.left_out, screen)
        for name, value in wanted.inputs.items():
            screen.line(f"    {name} = {printable(render_on_a_line(value))}")
        for question in wanted.questions:
            screen.line(f"    open: {question.variable}: {printable(question.text)}")
        _print_list("takes from other modules", wanted.dependencies, screen)


def print_security(review: SecurityReview, screen: Screen, *, every: bool) -> None:
    """Phase 2: the controls by id; without `every` only those that a person should look at."""
    screen.line(f"  security: {review.sentence}")
    for finding in review.findings:
        if every or finding.status != "PASS":
            _print_finding(finding, screen)


def print_plan(plan: PlanSummary, screen: Screen) -> None:
    """Phase 3: what the blueprint declares."""
    screen.line(f"  execution plan: {plan.service} for {plan.provider}")
    for label, names in (
        ("files", plan.files),
        ("resources", plan.resources),
        ("inputs", plan.variables),
        ("outputs", plan.outputs),
        ("features", plan.features),
        ("tests", plan.scenarios),
        ("replace the resource when changed", plan.destructive),
        ("cost", plan.cost),
    ):
        _print_list(label, names, screen)


def print_parts(parts: PartsReport, screen: Screen) -> None:
    """The summary of a request for several services, after its last run."""
    if parts.rest:
        screen.line(f"  next of the same request: {printable(parts.rest)}")
        return
    screen.line(f"  all {len(parts.services)} services of the request: {', '.join(parts.services)}")
    for item in parts.connections:
        screen.line(f"    {item.taker}.{item.variable} can take module.{item.giver}.{item.output}")
    for line in parts.call.splitlines():
        screen.line(f"    {line}")


def _print_finding(finding: SecurityFinding, screen: Screen) -> None:
    status = screen.paint(_COLORS[finding.status], finding.status)
    screen.line(
        f"    {finding.id} ", status, f" {finding.resource}: {printable(finding.check)}; {finding.done}"
    )


def _print_list(label: str, names: Iterable[str], screen: Screen) -> None:
    listed = ", ".join(names)
    if listed:
        screen.line(f"    {label}: {printable(listed)}")
