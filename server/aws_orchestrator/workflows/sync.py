"""sync_workspace: materialise the module files, without touching what a person made or changed."""

import difflib
import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from aws_orchestrator.errors import GateStopped
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.gates.mandatory import destructive_gate
from aws_orchestrator.model import Frozen
from aws_orchestrator.outside import Workspace
from aws_orchestrator.runs.run import Run
from aws_orchestrator.runs.store import RunStore, written_by_runs

_DIFF_LINES = 60


class Synced(Frozen):
    """What a sync did."""

    written: tuple[str, ...]
    deleted: tuple[str, ...]
    detail: str


class SyncPlan(NamedTuple):
    """What must change below the workspace, and what of a person's stands in the way."""

    writes: Mapping[str, bytes]
    deletes: frozenset[str]
    unchanged: tuple[str, ...]
    changed_by_person: Mapping[str, bytes]
    """The present content of files that would be overwritten although the last writer was not us."""


async def plan_sync(
    store: RunStore, workspace: Workspace, module: str, files: Mapping[str, bytes]
) -> SyncPlan:
    """The plan for making `module` hold exactly these files of ours.

    A file is ours when its bytes are those that some run wrote there. Files of ours that the module no longer has are
    deleted; everything else in the folder stays.
    """
    ours = written_by_runs(store)
    writes: dict[str, bytes] = {}
    unchanged = []
    changed: dict[str, bytes] = {}
    for name, content in files.items():
        path = f"{module}/{name}"
        present = await workspace.read(path)
        if present == content:
            unchanged.append(path)
            continue
        if present is not None and _digest(present) not in ours.get(path, frozenset()):
            changed[path] = present
        writes[path] = content
    deletes = set()
    for path in ours:
        if path.startswith(f"{module}/") and path.removeprefix(f"{module}/") not in files:
            present = await workspace.read(path)
            if present is not None and _digest(present) in ours[path]:
                deletes.add(path)
    return SyncPlan(writes, frozenset(deletes), tuple(unchanged), changed)


async def sync_workspace(
    run: Run,
    gatekeeper: Gatekeeper,
    store: RunStore,
    workspace: Workspace,
    module: str,
    files: Mapping[str, bytes],
) -> Synced:
    """Write the module to the workspace; GateStopped when a person's edits stay in the way.

    The journal holds what will be written, with its contents, before the first byte changes.
    """
    plan = await plan_sync(store, workspace, module, files)
    if plan.changed_by_person:
        await _ask_to_overwrite(run, gatekeeper, plan)
    if plan.writes or plan.deletes:
        writes = run.keep(plan.writes)
        # What is about to be replaced is kept as well, so that a person's text is never lost.
        before = run.keep(
            {path: present for path in plan.writes if (present := await workspace.read(path)) is not None}
        )
        run.record("write_planned", writes=writes, before=before, deletes=sorted(plan.deletes))
        await workspace.write(run.run_id, plan.writes, plan.deletes)
    detail = f"{len(plan.writes)} written, {len(plan.unchanged)} unchanged"
    if plan.deletes:
        detail += f", {len(plan.deletes)} no longer part of the module and deleted"
    return Synced(written=tuple(plan.writes), deleted=tuple(sorted(plan.deletes)), detail=detail)


async def _ask_to_overwrite(run: Run, gatekeeper: Gatekeeper, plan: SyncPlan) -> None:
    objects = frozenset(plan.changed_by_person)
    listing = ", ".join(sorted(objects))
    what = "a file" if len(objects) == 1 else f"{len(objects)} files"
    gate = destructive_gate(
        gatekeeper.key("destructive"),
        run.run_id,
        f"This would overwrite {what} that this program did not write, or that changed since: {listing}",
        "\n\n".join(
            _diff(path, present, plan.writes[path])
            for path, present in sorted(plan.changed_by_person.items())
        ),
    )
    decision = await gatekeeper.ask_destructive(gate, objects)
    if decision.choice == "approve":
        return
    if decision.choice == "edit":
        proposal = run.folder / "proposal"
        for path, content in plan.writes.items():
            target = proposal / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        raise GateStopped(
            f"Stopped before overwriting {listing}. The proposal is in {proposal}, to merge by hand."
        )
    approve = " ".join(f"--approve-destructive {path}" for path in sorted(objects))
    raise GateStopped(f"Stopped before overwriting {listing}; nothing was changed. To overwrite: {approve}")


def _diff(path: str, before: bytes, after: bytes) -> str:
    lines = list(
        difflib.unified_diff(
            before.decode("utf-8", "replace").splitlines(),
            after.decode("utf-8", "replace").splitlines(),
            f"{path} (yours)",
            f"{path} (generated)",
            lineterm="",
        )
    )
    more = [f"… {len(lines) - _DIFF_LINES} more lines"] if len(lines) > _DIFF_LINES else []
    return "\n".join(["```diff", *lines[:_DIFF_LINES], *more, "```"])


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
