"""`aws-orchestrator generate REQUEST`: the new-module workflow in the terminal."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from aws_orchestrator.cli.composition import terminal_house
from aws_orchestrator.cli.interruption import run_interruptible
from aws_orchestrator.cli.outcome import print_outcome
from aws_orchestrator.cli.run_arguments import add_run_arguments
from aws_orchestrator.cli.screen import Screen, screen
from aws_orchestrator.cli.terminal import TerminalPerson, somebody_is_there
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.protocol import FORMAT_VERSION
from aws_orchestrator.runs.run import Run
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.session import answers_of, follow, resume_run, start_run

Begin = Callable[[House, PreparedAnswers], Run]


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("generate", help="generate a module from a sentence")
    parser.add_argument("request", help="what to generate, as in “an encrypted bucket with versioning”")
    add_run_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Generate; the exit code of the last run."""
    return execute(arguments, lambda house, answers: start_run(house, arguments.request, answers))


def execute(arguments: argparse.Namespace, begin: Begin) -> int:
    """Execute a run and those that follow it, and print how each ended."""
    output = screen(arguments.json)
    answers = PreparedAnswers.parse(arguments.answer, arguments.approve_destructive)
    person = TerminalPerson(output, somebody_is_there() and not arguments.json)
    house = terminal_house(arguments.workspace, person, arguments.mind, arguments.limit)
    started: list[Run] = []

    async def work() -> int:
        code = 0
        try:
            run = begin(house, answers)
            started.append(run)
            async for outcome in follow(house, run, answers_of(run, answers), started.append):
                print_outcome(outcome, house.workspace.root, output)
                if arguments.json:
                    print(json.dumps(outcome.as_data(), ensure_ascii=False), flush=True)
                code = outcome.exit_code
        finally:
            await house.engine.close()
        return code

    def interrupted() -> None:
        _tell_interruption(started[-1] if started else None, arguments, output)

    return run_interruptible(work(), interrupted)


def begin_resumed(run_id: str) -> Begin:
    """Take over the run of that id instead of starting one."""
    return lambda house, _answers: resume_run(house, run_id)


def _tell_interruption(run: Run | None, arguments: argparse.Namespace, output: Screen) -> None:
    """Say what an interruption left: a run that can be resumed, or nothing."""
    if run is None:
        message = "Interrupted before a run began; nothing was written."
    else:
        where = "" if arguments.workspace == Path() else f" --workspace {arguments.workspace}"
        message = f"Interrupted. Resume with: aws-orchestrator runs resume {run.run_id}{where}"
    output.replace(message)
    if arguments.json:
        report: dict[str, object] = {
            "formatVersion": FORMAT_VERSION,
            "runId": run.run_id if run else None,
            "status": "interrupted" if run else "failed",
            "message": message,
            "module": None,
            "validation": None,
            "gates": [],
            "timings": run.timings if run else {},
        }
        print(json.dumps(report, ensure_ascii=False), flush=True)
