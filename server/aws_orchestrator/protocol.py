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
HEAL_MODULE = "awsOrchestrator.server.healModule"
RUN_TESTS = "awsOrchestrator.server.runTests"
RESUME_RUN = "awsOrchestrator.server.resumeRun"
CANCEL_RUN = "awsOrchestrator.server.cancelRun"
LIST_RUNS = "awsOrchestrator.server.listRuns"
SHOW_RUN = "awsOrchestrator.server.showRun"
RUN_CONTENT = "awsOrchestrator.server.runContent"
REVERT_RUN = "awsOrchestrator.server.revertRun"
AUDIT_RUN = "awsOrchestrator.server.auditRun"
PRUNE_RUNS = "awsOrchestrator.server.pruneRuns"

# Commands of our extension that code lenses name; it is given the document's URI. Other clients are not shown those.
UPDATE_FROM_PALETTE = "awsOrchestrator.updateModule"
# Client to server.
SECRETS = "awsOrchestrator/secrets"

# Server to client.
GATE = "awsOrchestrator/gate"
SAVE_FILES = "awsOrchestrator/saveFiles"
RUN_EVENT = "awsOrchestrator/runEvent"

Surface = Literal["editor", "terminal", "agent"]
"""Where a person is asked: in an editor, at a terminal, or by another agent."""
GateKind = Literal["commit", "next_steps", "destructive", "ambiguous", "cost", "policy"]
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


class HealParams(Wire):
    """Argument of `healModule`: a file of the module, or its folder."""

    uri: str
    answers: dict[str, str] = {}


class ModuleParams(Wire):
    """Argument of `validateModule` and `runTests`: a file of the module, or its folder."""

    uri: str


class Secrets(Wire):
    """Notification `awsOrchestrator/secrets`: what the client keeps for its user, for this server's memory alone."""

    anthropic_api_key: str | None = None
    """Null, or left out, forgets the one that was sent before."""


class RunParams(Wire):
    """Argument of `cancelRun`, `resumeRun`, `showRun`, `revertRun` and `auditRun`."""

    run_id: str
    workspace_folder: str | None = None


class FolderParams(Wire):
    """Argument of `listRuns`."""

    workspace_folder: str | None = None
    """URI of one workspace folder; without it every open one counts."""


class ContentParams(Wire):
    """Argument of `runContent`: a content that a run kept, by its digest."""

    run_id: str
    workspace_folder: str
    digest: str


class RunContent(Wire):
    """Result of `runContent`."""

    text: str


class ListedRun(Wire):
    """One run of a workspace folder, for a list."""

    run_id: str
    workspace_folder: str
    """URI."""
    status: RunStatus
    workflow: str
    module: str | None
    """The module's folder, relative to the workspace folder; null before it was chosen."""
    request: str
    started_at: str
    ended_at: str | None
    message: str
    waits_in: Surface | None = None
    """Where the gate was opened that the run stands at; null when it stands at none."""


class ListedRuns(Wire):
    """Result of `listRuns`, newest first."""

    runs: tuple[ListedRun, ...]


class ShownStep(Wire):
    """One step of a run, as far as it came."""

    agent: str
    title: str
    status: StepStatus
    detail: str
    seconds: float | None


class ShownFile(Wire):
    """One file that a run wrote or removed."""

    uri: str
    path: str
    """Relative to the workspace folder."""
    action: Literal["created", "changed", "deleted"]
    before: str | None
    """Digest of the former contents, for `runContent`; null when the run made the file."""
    after: str | None


class ShownGate(Wire):
    """One gate of a run; `choice` is empty while it waits."""

    kind: GateKind
    question: str
    choice: str
    by: str


class ShownFinding(Wire):
    """One finding of a run's last validation."""

    check: str
    severity: str
    summary: str
    file: str | None
    line: int | None


class ShownRun(Wire):
    """Result of `showRun`: what the journal holds of a run, for a view."""

    run: ListedRun
    steps: tuple[ShownStep, ...]
    files: tuple[ShownFile, ...]
    gates: tuple[ShownGate, ...]
    findings: tuple[ShownFinding, ...]


class PlannedFile(Wire):
    """One file of a planned module."""

    name: str
    purpose: str
    resources: tuple[str, ...]
    """Addresses."""


class PlannedInput(Wire):
    """One input of a planned module."""

    name: str
    type: str
    description: str
    default: str | None
    """As HCL; null when a value must be given."""


class PlannedControl(Wire):
    """One security control of a planned module."""

    id: str
    status: Literal["PASS", "WARN", "FAIL"]
    title: str
    how: str


class PlannedModule(Wire):
    """What a run is going to generate."""

    service: str
    title: str
    path: str
    """The module's folder, relative to the workspace folder."""
    understood: str
    provider: str
    files: tuple[PlannedFile, ...]
    inputs: tuple[PlannedInput, ...]
    outputs: tuple[str, ...]
    controls: tuple[PlannedControl, ...]
    costs: tuple[str, ...]


class PruneParams(Wire):
    """Argument of `pruneRuns`."""

    workspace_folder: str
    keep: int
    """How many of the newest runs stay whatever their age."""
    older_than_days: int | None = None


class RunAudit(Wire):
    """Result of `auditRun`: what was asked, planned, found, answered, checked and written."""

    run_id: str
    markdown: str


class PrunedRuns(Wire):
    """Result of `pruneRuns`, and what `runs prune --json` prints."""

    format_version: int = FORMAT_VERSION
    removed: tuple[str, ...]
    freed_bytes: int


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


class LimitUse(Wire):
    """How much of one limit a run has used; `money` in US dollars, all others as counts."""

    used: int | float
    limit: int | float


class StepEvent(Wire):
    """One step of a run began or ended."""

    index: int
    total: int
    agent: str
    title: str
    status: StepStatus
    detail: str = ""
    usage: dict[str, LimitUse] = {}
    """What the run has used of each of its limits when this step began or ended."""


class RunEvent(Wire):
    """Notification `awsOrchestrator/runEvent`."""

    run_id: str
    kind: Literal["started", "planned", "step", "finished"]
    workspace_folder: str = ""
    """URI of the folder that keeps the run."""
    step: StepEvent | None = None
    plan: PlannedModule | None = None
    """Of `planned`: what is going to be generated."""
    status: RunStatus | None = None
    summary: str = ""
    report: dict[str, Any] | None = None
