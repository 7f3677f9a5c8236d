"""`aws-orchestrator replay RUN`: a recorded run once more, without a key."""

import argparse
import json
import tempfile
from pathlib import Path

from aws_orchestrator.cli.interruption import run_interruptible
from aws_orchestrator.cli.outcome import print_outcome
from aws_orchestrator.cli.screen import screen
from aws_orchestrator.errors import UsageError
from aws_orchestrator.minds.choice import recorded_mind
from aws_orchestrator.runs.clock import SystemClock
from aws_orchestrator.runs.store import RunStore
from aws_orchestrator.settings import load_settings
from aws_orchestrator.workflows.disk import DiskWorkspace
from aws_orchestrator.workflows.house import open_house, workspace_engine
from aws_orchestrator.workflows.replay import RecordedPerson, Recording, ReplayReport, lay_out, replay
from aws_orchestrator.workflows.report import Outcome


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "replay", help="run a recorded run once more, with the model's recorded answers"
    )
    parser.add_argument("run_id", metavar="RUN", help="its id, as `runs list` names it")
    parser.add_argument(
        "--workspace",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="the workspace folder (default: this one)",
    )
    parser.add_argument(
        "--into",
        type=Path,
        metavar="DIR",
        help="an empty folder for what it makes (default: a temporary one)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object as the last line of the output"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Replay; 0 when everything is as it was."""
    if not arguments.workspace.is_dir():
        raise UsageError(f"The workspace {arguments.workspace} is not a folder.")
    workspace = arguments.workspace.resolve()
    recording = Recording.of(RunStore(workspace), arguments.run_id)
    if not recording.status:
        raise UsageError(f"The run {arguments.run_id} has not ended; resume it first.")
    if arguments.into is None:
        with tempfile.TemporaryDirectory(prefix="aws-orchestrator-replay-") as folder:
            return _replay(recording, workspace, Path(folder), arguments)
    if arguments.into.exists() and (not arguments.into.is_dir() or any(arguments.into.iterdir())):
        raise UsageError(f"{arguments.into} is not an empty folder.")
    arguments.into.mkdir(parents=True, exist_ok=True)
    return _replay(recording, workspace, arguments.into.resolve(), arguments)


def _replay(recording: Recording, workspace: Path, into: Path, arguments: argparse.Namespace) -> int:
    lay_out(recording, workspace, into)
    settings = load_settings(workspace)
    as_then = {
        "modules_folder": recording.started.modules_folder,
        "claude": recording.asked_as(settings.claude),
    }
    settings = settings.model_copy(update=as_then)
    engine = workspace_engine(into, settings)
    person = RecordedPerson(recording.decisions)
    mind = recorded_mind(settings, recording.free_mind)
    house = open_house(DiskWorkspace(into), engine, mind, person, SystemClock(), settings)
    output = screen(arguments.json)

    async def work() -> int:
        try:
            report = await replay(recording, house)
        finally:
            await engine.close()
        print_outcome(Outcome(report.report, 0), into, output)
        output.line(_sentence(report))
        if arguments.json:
            print(json.dumps(report.model_dump(mode="json", by_alias=True), ensure_ascii=False), flush=True)
        return 0 if report.same else 1

    return run_interruptible(work(), lambda: output.replace("Interrupted; the recorded run is what it was."))


def _sentence(report: ReplayReport) -> str:
    if report.same:
        return f"The same as then: {len(report.files)} files, byte for byte."
    if report.report.status != report.status_then:
        return f"Not the same: it ended {report.report.status}, and {report.status_then} then."
    return f"Not the same: {', '.join(report.different)}."
