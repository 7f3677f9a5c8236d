"""Replays a run without a key: the same workflow, with the recorded answers of the model and of the person.

Everything else is done anew, in a folder of its own: the compiler compiles, Terraform checks. What comes out must be
what came out then, byte for byte.
"""

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from aws_orchestrator.blueprint.skill import SUFFIX
from aws_orchestrator.errors import UsageError
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.gates.gatekeeper import GateDecision
from aws_orchestrator.model import Wire
from aws_orchestrator.protocol import FORMAT_VERSION, Gate, GateAnswer, RunEvent, Surface
from aws_orchestrator.runs.contents import kept_content
from aws_orchestrator.runs.exchanges import KIND, LOOKUP, PLANNING
from aws_orchestrator.runs.journal import Entry, read_entries
from aws_orchestrator.runs.run import Run, Started
from aws_orchestrator.runs.store import STATE_FOLDER, RunStore
from aws_orchestrator.settings import ClaudeSettings
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.report import Outcome, Report
from aws_orchestrator.workflows.session import UPDATE_MODULE, finish, start_run, start_update

_COPIED = ("memories", "catalogs")
_FILES_STEPS = ("tf-generator: ", "tf-updater: ")
_READ_STEP = "coordinator: Read the module#1"
_CHOSEN_STEP = "coordinator: Check the skill#1"


class ReplayReport(Wire):
    """What came of a replay."""

    format_version: int = FORMAT_VERSION
    run_id: str
    """The run that was replayed."""
    same: bool
    files: tuple[str, ...]
    """The files that it made, relative to the module's folder."""
    different: tuple[str, ...]
    """Those that are not what they were then, or are only in one of the two."""
    status_then: str
    report: Report


class Recording(NamedTuple):
    """A run that is over, as its journal tells it."""

    folder: Path
    started: Started
    entries: list[Entry]

    @classmethod
    def of(cls, store: RunStore, run_id: str) -> "Recording":
        """The recording of a run; UsageError when it is of another version of the journal."""
        folder = store.folder_of(run_id)
        entries = read_entries(folder / "journal.jsonl")
        try:
            return cls(folder, Started.model_validate(entries[0].data), entries)
        except (IndexError, ValidationError) as error:
            raise UsageError(
                f"The run {run_id} was recorded by another version and cannot be replayed."
            ) from error

    @property
    def decisions(self) -> list[GateDecision]:
        """The answers of its gates, in order."""
        return [GateDecision.model_validate(entry.data["decision"]) for entry in self._of("gate_answered")]

    @property
    def exchanges(self) -> list[Mapping[str, Any]]:
        """What was asked of a model and answered."""
        return [entry.data for entry in self._of(KIND)]

    @property
    def free_mind(self) -> bool:
        """Whether it had a mind that plans anything, at least in its beginning."""
        reports = [entry.data.get("report", {}) for entry in self._of("reported")]
        return bool(self.exchanges) or any(report.get("mind") == "claude" for report in reports)

    def asked_as(self, settings: ClaudeSettings) -> ClaudeSettings:
        """The settings with the models and the longest answer of the recording: its requests are asked word for word."""
        found: dict[str, Any] = {}
        for exchange in self.exchanges:
            if exchange.get("purpose") == LOOKUP:
                continue
            body = json.loads(kept_content(self.folder / "objects", str(exchange.get("body"))))
            kind = "planning_model" if exchange.get("purpose") in PLANNING else "editing_model"
            found |= {kind: body.get("model"), "output_tokens": body.get("max_tokens")}
        return settings.model_copy(update=found)

    @property
    def status(self) -> str:
        """How it ended; empty when it did not."""
        return next((str(entry.data.get("status")) for entry in self._of("run_ended")), "")

    @property
    def module(self) -> str:
        """Its module's folder, relative to the workspace; empty when it came to none."""
        return next((str(entry.data.get("module")) for entry in self._of("module_chosen")), "")

    @property
    def made(self) -> dict[str, str]:
        """The files that it made last, by digest."""
        found: dict[str, str] = {}
        for entry in self._of("step_done"):
            files = entry.data["result"].get("files")
            if str(entry.data["key"]).startswith(_FILES_STEPS) and isinstance(files, dict):
                found = files
        return found

    def result(self, step: str) -> Mapping[str, Any]:
        """What a step gave; empty when it was not done."""
        return next(
            (entry.data["result"] for entry in self._of("step_done") if entry.data["key"] == step), {}
        )

    def _of(self, kind: str) -> Iterable[Entry]:
        return (entry for entry in self.entries if entry.kind == kind)


class RecordedPerson:
    """Answers each gate as the person of the recording did."""

    def __init__(self, decisions: Iterable[GateDecision]) -> None:
        """The decisions in order."""
        self._left = list(decisions)

    @property
    def is_there(self) -> bool:
        """Gates are opened as they were then."""
        return True

    @property
    def surface(self) -> Surface:
        """Whoever replays sits at a terminal."""
        return "terminal"

    async def ask(self, gate: Gate) -> GateAnswer | None:
        """The next recorded answer to a gate of that kind; None, which is the safe choice, when there is none."""
        for index, decision in enumerate(self._left):
            if decision.kind == gate.kind:
                del self._left[index]
                return GateAnswer(choice=decision.choice, fields=decision.fields)
        return None

    async def tell(self, event: RunEvent) -> None:
        """Nobody listens."""


def lay_out(recording: Recording, workspace: Path, into: Path) -> None:
    """Give a folder what the run found: the skills that there were, memories, catalogs, and the module of an update."""
    state, ours = workspace / STATE_FOLDER, into / STATE_FOLDER
    for name in _COPIED:
        if (state / name).is_dir():
            shutil.copytree(state / name, ours / name)
    for service in recording.result(_CHOSEN_STEP).get("skills", ()):
        folder = state / "skills" / f"{service}{SUFFIX}"
        if folder.is_dir():
            shutil.copytree(folder, ours / "skills" / folder.name)
    files = recording.result(_READ_STEP).get("files", {})
    for path, digest in files.items():
        target = into / path
        if not target.resolve().is_relative_to(into.resolve()):
            raise UsageError(f"The recording names the file {path}, which is outside of its workspace.")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(kept_content(recording.folder / "objects", str(digest)))


async def replay(recording: Recording, house: House) -> ReplayReport:
    """Run the recorded run again in the house of another folder, and compare what it makes."""
    run = _started(recording, house)
    for exchange in recording.exchanges:
        run.record(KIND, **exchange)
    outcome: Outcome = await finish(house, run, PreparedAnswers({}, recording.started.approved))
    again = Recording.of(house.store, run.run_id)
    then, now = recording.made, again.made
    different = tuple(sorted(name for name in {*then, *now} if then.get(name) != now.get(name)))
    return ReplayReport(
        run_id=recording.folder.name,
        same=not different and outcome.report.status == recording.status,
        files=tuple(sorted(now)),
        different=different,
        status_then=recording.status,
        report=outcome.report,
    )


def _started(recording: Recording, house: House) -> Run:
    nothing = PreparedAnswers({}, recording.started.approved)
    if recording.started.workflow == UPDATE_MODULE:
        return start_update(
            house, house.workspace.root / recording.module, recording.started.request, nothing
        )
    return start_run(house, recording.started.request, nothing)
