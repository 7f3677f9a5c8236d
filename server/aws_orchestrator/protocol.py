"""Every custom method name and payload of the wire, in one place (described in docs/protocol.md).

The extension's twin is client-vscode/src/protocol.ts; a test holds the two, the page and package.json together.
"""

from typing import Any, Literal

from aws_orchestrator.model import Wire

FORMAT_VERSION = 1

# Commands of the server. The palette's own ids are `awsOrchestrator.<verb>`: vscode-languageclient registers every
# command that a server advertises, so the same id on both sides would throw.
GENERATE_MODULE = "awsOrchestrator.server.generateModule"
UPDATE_MODULE = "awsOrchestrator.server.updateModule"
VALIDATE_MODULE = "awsOrchestrator.server.validateModule"
RESUME_RUN = "awsOrchestrator.server.resumeRun"
CANCEL_RUN = "awsOrchestrator.server.cancelRun"

# Server to client.
GATE = "awsOrchestrator/gate"
SAVE_FILES = "awsOrchestrator/saveFiles"
RUN_EVENT = "awsOrchestrator/runEvent"

GateKind = Literal["commit", "next_steps", "destructive", "ambiguous", "cost"]
RunStatus = Literal["running", "waiting", "interrupted", "done", "failed", "cancelled"]
StepStatus = Literal["started", "done", "skipped", "failed"]


class GenerateParams(Wire):
    """Argument of `generateModule`."""

    request: str
    workspace_folder: str
    """URI of the workspace folder that gets the module."""
    answers: dict[str, str] = {}
    """Answers given ahead of time, as `--answer` takes them: `commit`, `commit.branch`, …"""


class UpdateParams(Wire):
    """Argument of `updateModule`."""

    request: str
    uri: str
    """URI of a file of the module, or of its folder."""
    workspace_folder: str | None = None
    answers: dict[str, str] = {}


class ModuleParams(Wire):
    """Argument of `validateModule`: a file of the module, or its folder."""

    uri: str


class RunParams(Wire):
    """Argument of `cancelRun` and `resumeRun`."""

    run_id: str
    workspace_folder: str | None = None


class RunStarted(Wire):
    """Result of a command that starts a run; the run goes on as a task of the server."""

    run_id: str


class GateOption(Wire):
    """One choice of a gate."""

    key: str
    label: str
    description: str = ""
    primary: bool = False


class GateField(Wire):
    """One free text of a gate."""

    key: str
    label: str
    default: str = ""
    required: bool = False
    pattern: str = ""
    """A regular expression (anchored) that the text must match; empty for any text."""
    choices: tuple[str, ...] = ()
    """Keys of the options that ask for this field; empty for all."""


class Gate(Wire):
    """A question to a person: params of the request `awsOrchestrator/gate`."""

    gate_id: str
    run_id: str
    kind: GateKind
    title: str
    question: str
    context: str = ""
    """What the person needs to decide: paths, findings, a diff. Markdown."""
    options: tuple[GateOption, ...]
    fields: tuple[GateField, ...] = ()


class GateAnswer(Wire):
    """Result of the gate request; null (dismissed) means the safe choice."""

    choice: str
    fields: dict[str, str] = {}


class SaveParams(Wire):
    """Params of `awsOrchestrator/saveFiles`: the documents of a run that must be on disk before it goes on."""

    run_id: str
    uris: tuple[str, ...]


class SaveResult(Wire):
    """Which of the asked documents were saved."""

    saved: tuple[str, ...]


class StepEvent(Wire):
    """One step of a run began or ended."""

    index: int
    total: int
    agent: str
    title: str
    status: StepStatus
    detail: str = ""


class RunEvent(Wire):
    """Notification `awsOrchestrator/runEvent`."""

    run_id: str
    kind: Literal["started", "step", "finished"]
    step: StepEvent | None = None
    status: RunStatus | None = None
    summary: str = ""
    report: dict[str, Any] | None = None
