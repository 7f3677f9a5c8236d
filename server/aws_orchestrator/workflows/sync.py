"""sync_workspace: materialise the module files, without touching what a person made or changed."""

import difflib
from collections.abc import Mapping
from typing import NamedTuple

from aws_orchestrator.errors import GateStopped, ToolFailed
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.gates.mandatory import destructive_gate
from aws_orchestrator.model import Frozen
from aws_orchestrator.outside import Workspace
from aws_orchestrator.runs.contents import digest_of
from aws_orchestrator.runs.ledger import Ledger, Ours
from aws_orchestrator.runs.redaction import redact
from aws_orchestrator.runs.run import Run, RunSuspended

_DIFF_LINES = 60


class Synced(Frozen):
    """What a sync did."""

    written: tuple[str, ...]
    deleted: tuple[str, ...]
    detail: str


class SyncPlan(NamedTuple):
    """What must change in a module's folder; every name is a path inside it."""

    writes: Mapping[str, bytes]
    deletes: frozenset[str]
    unchanged: tuple[str, ...]
    before: Mapping[str, bytes]
    """The present contents of what is overwritten or deleted."""
    theirs: frozenset[str]
    """What would be overwritten although its bytes are not ours."""


async def plan_sync(
    ours: Ours,
    workspace: Workspace,
    module: str,
    files: Mapping[str, bytes],
    gone: frozenset[str] = frozenset(),
) -> SyncPlan:
    """The plan for making `module` hold exactly these files of ours.

    Files of ours that the module no longer has are deleted, those of `gone` whoever wrote them; everything else in the
    folder stays.
    """
    writes: dict[str, bytes] = {}
    before: dict[str, bytes] = {}
    unchanged, theirs = [], set()
    for name, content in files.items():
        present = await workspace.read(f"{module}/{name}")
        if present == content:
            unchanged.append(name)
            continue
        writes[name] = content
        if present is not None:
            before[name] = present
            if digest_of(present) not in ours.get(name, frozenset()):
                theirs.add(name)
    deletes = set()
    for name in sorted(ours.keys() - files.keys()):
        present = await workspace.read(f"{module}/{name}")
        if present is not None and (name in gone or digest_of(present) in ours[name]):
            deletes.add(name)
            before[name] = present
            if digest_of(present) not in ours[name]:
                theirs.add(name)
    return SyncPlan(writes, frozenset(deletes), tuple(unchanged), before, frozenset(theirs))


async def sync_workspace(
    run: Run,
    gatekeeper: Gatekeeper,
    ledger: Ledger,
    workspace: Workspace,
    module: str,
    files: Mapping[str, bytes],
    gone: frozenset[str] = frozenset(),
    confirm: str = "",
) -> Synced:
    """Write the module to the workspace, without the files of `gone`; GateStopped when a person's edits stay in the way.

    The journal holds what will be written, with its contents and those that it replaces, before the first byte changes.
    RunSuspended when the disk refuses: the run can then be resumed, and finishes the write.
    """
    plan = await plan_sync(ledger.ours(), workspace, module, files, gone)
    approved: set[tuple[str, bytes]] = set()
    while asked := {
        name: plan.before[name] for name in plan.theirs if (name, plan.before[name]) not in approved
    }:
        await _ask_to_overwrite(run, gatekeeper, module, plan, asked)
        approved |= set(asked.items())
        # A person may think for an hour, and somebody may edit meanwhile: only what was shown is approved.
        plan = await plan_sync(ledger.ours(), workspace, module, files, gone)
    digests = {name: digest_of(content) for name, content in files.items()}
    if plan.writes or plan.deletes:
        writes, before = run.keep(_below(module, plan.writes)), run.keep(_below(module, plan.before))
        deletes = frozenset(f"{module}/{name}" for name in plan.deletes)
        known = ledger.recorded()
        ours = [name for name, old in plan.before.items() if digest_of(old) in known.get(name, ())]
        run.record(
            "write_planned",
            writes=writes,
            before=before,
            deletes=sorted(deletes),
            # Who reverts the run gives these back as ours, and everything else as a person's.
            ours=[f"{module}/{name}" for name in sorted(ours)],
        )
        ledger.announce(digests)
        try:
            await workspace.write(run.run_id, _below(module, plan.writes), deletes, confirm)
        except ToolFailed as error:
            raise RunSuspended(str(error)) from error
    ledger.settle(digests)
    detail = f"{len(plan.writes)} written, {len(plan.unchanged)} unchanged"
    if plan.deletes:
        detail += f", {len(plan.deletes)} no longer part of the module and deleted"
    return Synced(written=tuple(plan.writes), deleted=tuple(sorted(plan.deletes)), detail=detail)


async def _ask_to_overwrite(
    run: Run, gatekeeper: Gatekeeper, module: str, plan: SyncPlan, asked: Mapping[str, bytes]
) -> None:
    names = sorted(asked)
    paths = [f"{module}/{name}" for name in names]
    listing = ", ".join(paths)
    what = "a file" if len(names) == 1 else f"{len(names)} files"
    # A file that is to go has no new content.
    after = {name: plan.writes.get(name, b"") for name in names}
    subject = "\n".join(f"{name} {digest_of(asked[name])} {digest_of(after[name])}" for name in names)
    verb = "overwrite" if plan.deletes.isdisjoint(names) else "overwrite or delete"
    gate = destructive_gate(
        gatekeeper.key("destructive", about=subject),
        run.run_id,
        f"This would {verb} {what} that this program did not write, or that changed since: {listing}",
        "\n\n".join(_diff(f"{module}/{name}", asked[name], after[name]) for name in names),
    )
    decision = await gatekeeper.ask_destructive(gate, frozenset(paths))
    if decision.choice == "approve":
        return
    if decision.choice == "edit":
        proposal = run.set_aside("proposal", _below(module, plan.writes))
        raise GateStopped(
            f"Stopped before overwriting {listing}. The proposal is in {proposal}, to merge by hand."
        )
    approve = " ".join(f"--approve-destructive {path}" for path in paths)
    raise GateStopped(f"Stopped before overwriting {listing}; nothing was changed. To overwrite: {approve}")


def _below(module: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{module}/{name}": content for name, content in files.items()}


def _diff(path: str, before: bytes, after: bytes) -> str:
    # The journal keeps the gate: a secret in a person's file must not get there.
    lines = list(
        difflib.unified_diff(
            redact(before.decode("utf-8", "replace")).splitlines(),
            redact(after.decode("utf-8", "replace")).splitlines(),
            f"{path} (yours)",
            f"{path} (generated)",
            lineterm="",
        )
    )
    more = [f"… {len(lines) - _DIFF_LINES} more lines"] if len(lines) > _DIFF_LINES else []
    return "\n".join(["```diff", *lines[:_DIFF_LINES], *more, "```"])
