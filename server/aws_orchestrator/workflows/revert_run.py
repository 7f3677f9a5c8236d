"""Reverting a run: the files that it wrote are what they were before, as a run of its own that can be reverted too."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_orchestrator.errors import UsageError
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.model import Frozen
from aws_orchestrator.runs.contents import digest_of, kept_content
from aws_orchestrator.runs.journal import Entry, JournalError, read_entries
from aws_orchestrator.runs.ledger import Ledger, Ours
from aws_orchestrator.runs.run import Run
from aws_orchestrator.workflows.delivery import COMMITTED_LOCALLY, PUSHED
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.report import ModuleReport, NextRun, Report
from aws_orchestrator.workflows.sync import Synced, sync_workspace

TOTAL_STEPS = 2
COMMITS_STAY = "What was committed stays committed; `git revert` takes that back."


class Reversal(Frozen):
    """What reverting a run means for each file, by path inside the module."""

    restored: dict[str, str]
    """Digests of the contents from before the run; kept with the reverting run."""
    removed: tuple[str, ...]
    """Files that the run created."""
    written: dict[str, str]
    """Digests of what the run left; empty for a file that it deleted."""
    ours: tuple[str, ...]
    """Those of the restored files that this program had written, before the run."""
    notes: tuple[str, ...] = ()
    detail: str


class RevertRun:
    """One reversal; `report` tells how far it came at any time."""

    def __init__(self, run: Run, house: House, gatekeeper: Gatekeeper) -> None:
        """Nothing done yet."""
        self.run = run
        self.house = house
        self.gatekeeper = gatekeeper
        self.request = run.started.request
        self.notes: list[str] = []
        self.module: ModuleReport | None = None
        self._count = 0
        run.total_steps = TOTAL_STEPS

    @property
    def summary(self) -> str:
        """How the run ended well, in a sentence."""
        count = f"{self._count} file{'' if self._count == 1 else 's'}"
        return f"{self.run.started.module} is what it was before {self.run.started.reverts}: {count} changed back"

    async def execute(self) -> NextRun | None:
        """Restore the files; GateStopped when a person changed one since and does not approve."""
        run, module = self.run, self.run.started.module
        ledger = run.own_module(module)
        reversal = await run.step("coordinator", "Read what the run changed", Reversal, self._read)
        self.notes += reversal.notes
        files = run.kept(reversal.restored)
        view = _ReversalLedger(ledger, reversal)
        synced = await run.step(
            "coordinator",
            "Restore the files",
            Synced,
            lambda: sync_workspace(
                run, self.gatekeeper, view, self.house.workspace, module, files, frozenset(reversal.removed)
            ),
        )
        self._count = len(synced.written) + len(synced.deleted)
        self.module = ModuleReport(
            service=module.rpartition("/")[2], path=module, files=tuple(sorted(reversal.restored))
        )
        return None

    async def _read(self) -> Reversal:
        folder = self.house.store.folder_of(self.run.started.reverts)
        entries = read_entries(folder / "journal.jsonl")
        prefix = f"{self.run.started.module}/"
        before, after, ours = _changes(entries)
        restored = {
            name.removeprefix(prefix): kept_content(folder / "objects", digest)
            for name, digest in before.items()
            if digest
        }
        reversal = Reversal(
            restored=self.run.keep(restored),
            removed=tuple(name.removeprefix(prefix) for name, digest in before.items() if not digest),
            written={name.removeprefix(prefix): digest for name, digest in after.items()},
            ours=tuple(name.removeprefix(prefix) for name in ours),
            notes=(COMMITS_STAY,) if _committed(entries) else (),
            detail=f"{len(restored)} files to restore, {len(before) - len(restored)} to remove",
        )
        await self._refuse_later_runs(reversal)
        return reversal

    async def _refuse_later_runs(self, reversal: Reversal) -> None:
        module = self.run.started.module
        known = self.house.store.ledger_of(module, self.run.run_id).ours()
        for name, digest in reversal.written.items():
            present = await self.house.workspace.read(f"{module}/{name}")
            if present is None or digest_of(present) in (digest, reversal.restored.get(name)):
                continue
            if digest_of(present) in known.get(name, ()):
                raise UsageError(
                    f"A later run wrote {module}/{name}; revert that one first (`runs list` names it)."
                )

    def report(self) -> Report:
        """What is known of the run now; the session fills in how it ended."""
        return Report(
            run_id=self.run.run_id,
            status="running",
            message="",
            request=self.request,
            mind=self.house.mind.name,
            module=self.module,
            notes=tuple(self.notes),
            timings=self.run.timings,
        )


class _ReversalLedger(Ledger):
    """Takes what the reverted run left for ours while it is taken back, and keeps the module's ledger true."""

    def __init__(self, ledger: Ledger, reversal: Reversal) -> None:
        """The ledger of the module, and what is taken back."""
        self._ledger = ledger
        self._reversal = reversal

    def ours(self) -> Ours:
        """The digests that may be replaced: what the run left, and what is restored already."""
        restored = self._reversal.restored
        return {
            name: frozenset(filter(None, (digest, restored.get(name))))
            for name, digest in self._reversal.written.items()
        }

    def recorded(self) -> Ours:
        """What this program knows to have written."""
        return self._ledger.recorded()

    def announce(self, contents: Mapping[str, str]) -> None:
        """Say which files will be ours with these digests."""
        self._ledger.announce({name: contents[name] for name in contents if name in self._reversal.ours})

    def settle(self, contents: Mapping[str, str]) -> None:
        """Say that the files are restored: those that were a person's are theirs again."""
        ours = self._reversal.ours
        restored = {name: digest if name in ours else None for name, digest in contents.items()}
        self._ledger.amend({**restored, **dict.fromkeys(self._reversal.removed)})


def module_to_revert(entries: Sequence[Entry], run_id: str) -> str:
    """The module that a run wrote; UsageError when the run cannot be reverted."""
    if not any(entry.kind == "run_ended" for entry in entries):
        raise UsageError(
            f"The run {run_id} has not ended: resume it or cancel it, then revert what it wrote."
        )
    module = next((str(entry.data["module"]) for entry in entries if entry.data.get("module")), "")
    if not module or not _changes(entries)[0]:
        raise UsageError(f"The run {run_id} wrote no file; there is nothing to revert.")
    return module


def _committed(entries: Sequence[Entry]) -> bool:
    steps = tuple(f"github-agent: {title}#" for title in (PUSHED, COMMITTED_LOCALLY))
    return any(
        entry.kind == "step_done" and str(entry.data.get("key")).startswith(steps) for entry in entries
    )


def _changes(entries: Sequence[Entry]) -> tuple[dict[str, str], dict[str, str], set[str]]:
    """Of each file that a run touched: the digest before its first write, that after its last, and whether it was ours.

    An empty digest is no file. JournalError for a journal that no program of ours wrote.
    """
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    ours: set[str] = set()
    for entry in entries:
        if entry.kind != "write_planned":
            continue
        writes, old = _digests(entry.data.get("writes")), _digests(entry.data.get("before"))
        deletes = [str(path) for path in entry.data.get("deletes") or ()]
        known = {str(path) for path in entry.data.get("ours") or ()}
        for path in (*writes, *deletes):
            if path not in before:
                before[path] = old.get(path, "")
                ours |= known & {path}
            after[path] = writes.get(path, "")
    return before, after, ours


def _digests(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise JournalError("The run's journal does not say what it wrote; nothing can be restored from it.")
    return {str(path): str(digest) for path, digest in value.items()}
