"""`aws-orchestrator generate REQUEST`: the new-module workflow in the terminal."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from aws_orchestrator.cli.composition import terminal_house
from aws_orchestrator.cli.interruption import run_interruptible
from aws_orchestrator.cli.terminal import TerminalPerson, somebody_is_there
from aws_orchestrator.errors import OrchestratorError
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.protocol import FORMAT_VERSION
from aws_orchestrator.runs.run import Run
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.report import Outcome, Report
from aws_orchestrator.workflows.session import follow, resume_run, start_run

Begin = Callable[[House, PreparedAnswers], Run]


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("generate", help="generate a module from a sentence")
    parser.add_argument("request", help="what to generate, as in “an encrypted bucket with versioning”")
    add_run_arguments(parser)
    parser.set_defaults(run=run)


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of every command that executes a run."""
    parser.add_argument(
        "--workspace",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="the workspace folder (default: this one)",
    )
    parser.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="GATE=CHOICE",
        help="answer a gate ahead of time (repeatable)",
    )
    parser.add_argument(
        "--approve-destructive",
        action="append",
        default=[],
        metavar="PATH_OR_ADDRESS",
        help="approve overwriting or deleting exactly this (repeatable)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object as the last line of the output"
    )


def run(arguments: argparse.Namespace) -> int:
    """Generate; the exit code of the last run."""
    return execute(arguments, lambda house, answers: start_run(house, arguments.request, answers))


def execute(arguments: argparse.Namespace, begin: Begin) -> int:
    """Execute a run and those that follow it, and print how each ended."""
    console = Console(stderr=arguments.json, highlight=False)
    current: list[Run] = []
    try:
        answers = PreparedAnswers.parse(arguments.answer, arguments.approve_destructive)
        person = TerminalPerson(console, somebody_is_there() and not arguments.json)
        house = terminal_house(arguments.workspace, person)
    except OrchestratorError as error:
        return _refuse(arguments, error)

    async def work() -> int:
        try:
            run = begin(house, answers)
        except OrchestratorError as error:
            return _refuse(arguments, error)
        current.append(run)
        code = 0
        try:
            async for outcome in follow(house, run, _with_recorded(run, answers), current.append):
                _print(outcome, house, console, arguments.json)
                code = outcome.exit_code
        finally:
            await house.engine.close()
        return code

    def interrupted() -> None:
        run_id = current[-1].run_id if current else ""
        again = f" --workspace {arguments.workspace}" if arguments.workspace != Path() else ""
        console.print(f"Interrupted. Resume with: aws-orchestrator runs resume {run_id}{again}", markup=False)

    return run_interruptible(work(), interrupted)


def begin_resumed(run_id: str) -> Begin:
    """Take over the run of that id instead of starting one."""
    return lambda house, _answers: resume_run(house, run_id)


def _with_recorded(run: Run, answers: PreparedAnswers) -> PreparedAnswers:
    """The answers, after those that the run was started with: a resumed run keeps what it was told."""
    started = run.started_with
    recorded = {str(key): str(value) for key, value in started.get("answers", {}).items()}
    return PreparedAnswers({**recorded, **answers.as_data}, {*started.get("approved", ()), *answers.approved})


def _refuse(arguments: argparse.Namespace, error: OrchestratorError) -> int:
    print(f"aws-orchestrator: {error}", file=sys.stderr)
    if arguments.json:
        print(
            json.dumps(
                {"formatVersion": FORMAT_VERSION, "runId": None, "status": "failed", "message": str(error)}
            )
        )
    return error.exit_code


def _print(outcome: Outcome, house: House, console: Console, as_json: bool) -> None:
    report = outcome.report
    _print_people(report, house, console)
    if as_json:
        print(json.dumps(outcome.as_data(), ensure_ascii=False), flush=True)


def _print_people(report: Report, house: House, console: Console) -> None:
    for note in report.notes:
        console.print(f"[yellow]note[/]: {escape(note)}", soft_wrap=True)
    if report.validation:
        checks = ", ".join(f"{check} {status}" for check, status in report.validation.checks.items())
        provider = f"{report.validation.engine} engine, aws {report.validation.provider_version} schema"
        console.print(
            f"  checks: {checks} ({provider}; the real provider was not asked)", soft_wrap=True, markup=False
        )
        for finding in report.validation.findings:
            where = f"{finding.file}:{finding.line}: " if finding.file else ""
            console.print(f"  {finding.severity}: {where}{finding.summary}", soft_wrap=True, markup=False)
    for gate in report.gates:
        how = {
            "person": "you",
            "ahead": "answered ahead of time",
            "safe_choice": "nobody answered: the safe choice",
        }[gate.by]
        console.print(f"  gate {gate.kind}: {gate.choice} ({how})", soft_wrap=True, markup=False)
    color = {"done": "green", "cancelled": "yellow"}.get(report.status, "red")
    console.print(f"[{color}]{report.status}[/]: {escape(report.message)}", soft_wrap=True)
    if report.module and report.status == "done":
        for name in report.module.files:
            path = house.workspace.root / report.module.path / name
            console.print(f"  {path}", soft_wrap=True, markup=False)
