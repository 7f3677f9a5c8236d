"""How a run ended, in lines for a person."""

from pathlib import Path
from typing import cast

from aws_orchestrator.agents.github_read import is_remote
from aws_orchestrator.agents.validation import depth_of
from aws_orchestrator.cli.planning_output import print_parts, print_requirements, print_security
from aws_orchestrator.cli.screen import Color, Screen
from aws_orchestrator.findings import Level
from aws_orchestrator.protocol import LimitUse
from aws_orchestrator.runs.limits import used_in_words
from aws_orchestrator.runs.redaction import printable
from aws_orchestrator.workflows.report import Outcome, Report

_COLORS: dict[str, Color] = {"done": "green", "cancelled": "yellow", "interrupted": "yellow"}
_ANSWERED = {
    "person": "you",
    "ahead": "answered ahead of time",
    "policy": "the policy memory",
    "default": "nobody was there: the recommended choice",
    "safe_choice": "nobody answered: the safe choice",
}


def print_outcome(outcome: Outcome, root: Path, screen: Screen) -> None:
    """Print the notes, the checks with their findings, the gates, the end, and the paths below `root`."""
    report = outcome.report
    for note in report.notes:
        screen.line(screen.paint("yellow", "note"), ": ", printable(note))
    _print_mind(report, screen)
    if report.planning is not None:
        print_requirements(report.planning.requirements, screen)
        print_security(report.planning.security, screen, every=False)
    _print_validation(report, screen)
    for gate in report.gates:
        screen.line(f"  gate {gate.kind}: {printable(gate.choice)} ({_ANSWERED.get(gate.by, gate.by)})")
    spent = used_in_words({name: LimitUse.model_validate(use) for name, use in report.usage.items()})
    if spent:
        screen.line(f"  used: {', '.join(spent)}")
    if report.commit:
        where = report.commit.repository or "this repository"
        screen.line(
            f"  commit: {report.commit.sha} on {printable(report.commit.branch)} of {printable(where)}"
        )
        for address in (report.commit.url, report.commit.pull_request):
            if address:
                screen.line("  ", printable(address))
    color = _COLORS.get(report.status, "red")
    screen.line(screen.paint(color, report.status), ": ", printable(report.message))
    if report.status == "interrupted":
        screen.line(f"  resume with: aws-orchestrator runs resume {report.run_id} --workspace {root}")
    if report.module and report.status == "done" and not is_remote(report.module.path):
        for name in report.module.files:
            screen.line(f"  {root / report.module.path / name}")
    if report.parts is not None:
        print_parts(report.parts, screen)


def _print_mind(report: Report, screen: Screen) -> None:
    if report.mind and report.mind_reason:
        screen.line(f"  mind: {report.mind} ({printable(report.mind_reason)})")
    if report.model is not None:
        use = report.model
        screen.line(
            f"  model: {use.calls} calls to {', '.join(use.models)}; {use.input_tokens + use.cache_write_tokens:,} tokens read, "
            f"{use.cache_read_tokens:,} from the cache ({use.cache_hit_rate:.0%}), {use.output_tokens:,} written"
        )
        cost = "" if use.dollars is None else f"about ${use.dollars:,.2f}, by "
        screen.line(f"  cost: {cost}{use.prices}")


def _print_validation(report: Report, screen: Screen) -> None:
    validation = report.validation
    if validation is None:
        return
    checks = ", ".join(f"{check} {status}" for check, status in validation.checks.items())
    provider = f"{validation.engine} engine, aws {validation.provider_version}"
    depth = depth_of(cast("Level", validation.level) if validation.level else None)
    screen.line(f"  checks: {checks} ({provider}; {depth})")
    for finding in validation.findings:
        where = f"{finding.file}:{finding.line}: " if finding.file else ""
        screen.line(f"  {finding.severity}: {where}{printable(finding.summary)}")
