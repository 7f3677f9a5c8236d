"""What the steps of an update give: recorded in its journal, and read back when it is resumed."""

from aws_orchestrator.agents.update_planner import ChangePlan
from aws_orchestrator.findings import Edit
from aws_orchestrator.mcp.github_answers import TreeEntry
from aws_orchestrator.model import Frozen
from aws_orchestrator.workflows.update_origin import Origin


class RemoteSnapshot(Frozen):
    """The commit that a module of GitHub was read at, and the entries of its folders there."""

    commit: str
    branch: str
    """The branch that it was read from; empty when a tag or a commit was named."""
    entries: tuple[TreeEntry, ...]


class Snapshot(Frozen):
    """Step 1: the module and what it calls, as they are when the run begins."""

    files: dict[str, str]
    """Digests by path relative to the workspace, or to the repository."""
    notes: tuple[str, ...]
    remote: RemoteSnapshot | None = None
    """Of a module on GitHub: what was read there."""
    detail: str


class PlannedUpdate(Frozen):
    """Step 2: the change plan, with the edits that carry it out."""

    plan: ChangePlan
    edits: dict[str, tuple[Edit, ...]]
    created: dict[str, str]
    deleted: tuple[str, ...]
    service: str
    origin: Origin | None
    """What the module is generated from after this update; None for a module that somebody else wrote."""
    notes: tuple[str, ...] = ()
    detail: str
