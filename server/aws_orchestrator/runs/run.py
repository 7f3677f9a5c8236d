"""One execution of a workflow, durable: what a step or a person answered is recorded, and a resumed run reads it back.

A workflow is a plain coroutine. Resuming runs it again from its start: recorded steps return what they returned,
recorded gates are not asked again, and it goes on where the journal ends. So a workflow must take every decision from
step results, gate answers and its request alone.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from aws_orchestrator import __version__
from aws_orchestrator.errors import OrchestratorError, UsageError
from aws_orchestrator.outside import Clock, Person
from aws_orchestrator.protocol import RunEvent, RunStatus, StepEvent, StepStatus
from aws_orchestrator.runs.journal import Journal
from aws_orchestrator.runs.ownership import AlreadyOwned, Ownership
from aws_orchestrator.runs.store import RunStore, load_object, store_object

_Result = TypeVar("_Result", bound=BaseModel)


class Run:
    """A run that is owned by this process."""

    def __init__(
        self, run_id: str, folder: Path, journal: Journal, owner: Ownership, clock: Clock, person: Person
    ) -> None:
        """Use `start` or `resume`."""
        self.run_id = run_id
        self.folder = folder
        self.total_steps = 0
        self.cancel_requested = False
        self.timings: dict[str, float] = {}
        self._journal = journal
        self._owner = owner
        self._clock = clock
        self._person = person
        self._uses: Counter[str] = Counter()
        self._step = 0
        self._locks: list[Ownership] = []
        self._recorded = {
            str(entry.data["key"]): entry.data
            for entry in journal.entries
            if entry.kind in ("step_done", "gate_answered")
        }

    @classmethod
    def start(
        cls, store: RunStore, clock: Clock, person: Person, workflow: str, request: str, **data: Any
    ) -> "Run":
        """A new run, listed from now on; UsageError when the workspace cannot be written."""
        now = clock.now()
        run_id, folder = store.create(now)
        owner = Ownership(folder / "owner.lock", f"run {run_id}")
        journal = Journal.create(folder / "journal.jsonl")
        journal.append("run_started", now, workflow=workflow, request=request, program=__version__, **data)
        return cls(run_id, folder, journal, owner, clock, person)

    @classmethod
    def resume(cls, store: RunStore, clock: Clock, person: Person, run_id: str) -> "Run":
        """An interrupted run, taken over; UsageError when it is going on elsewhere or has ended."""
        folder = store.folder_of(run_id)
        try:
            owner = Ownership(folder / "owner.lock", f"run {run_id}")
        except AlreadyOwned:
            raise UsageError(
                f"The run {run_id} is going on in another process; wait for it or cancel it there."
            ) from None
        try:
            journal = Journal.open(folder / "journal.jsonl")
        except OrchestratorError:
            owner.release()
            raise
        ended = next((entry for entry in journal.entries if entry.kind == "run_ended"), None)
        if ended or not journal.entries:
            journal.close()
            owner.release()
            state = f"is {ended.data['status']} already" if ended else "never began"
            raise UsageError(f"The run {run_id} {state}; start a new one.")
        run = cls(run_id, folder, journal, owner, clock, person)
        run.record("run_resumed")
        return run

    @property
    def started_with(self) -> Mapping[str, Any]:
        """What the run was started with: workflow, request and whatever the workflow added."""
        return self._journal.entries[0].data

    def record(self, kind: str, **data: Any) -> None:
        """Append an entry to the journal; on return the disk holds it."""
        self._journal.append(kind, self._clock.now(), **data)

    def recorded(self, kind: str) -> list[Mapping[str, Any]]:
        """The data of the entries of one kind, oldest first."""
        return [entry.data for entry in self._journal.entries if entry.kind == kind]

    def keep(self, files: Mapping[str, bytes]) -> dict[str, str]:
        """Keep contents in the run's folder; the hash of each."""
        return {path: store_object(self.folder, content) for path, content in files.items()}

    def kept(self, hashes: Mapping[str, str]) -> dict[str, bytes]:
        """The contents of hashes that `keep` returned."""
        return {path: load_object(self.folder, digest) for path, digest in hashes.items()}

    def next_key(self, name: str) -> str:
        """A key for the next use of a name: the same one when the workflow runs again."""
        self._uses[name] += 1
        return f"{name}#{self._uses[name]}"

    def recall(self, key: str) -> Mapping[str, Any] | None:
        """What is recorded under a key, or None."""
        return self._recorded.get(key)

    async def step(
        self, agent: str, title: str, model: type[_Result], effect: Callable[[], Awaitable[_Result]]
    ) -> _Result:
        """The result of a step: recorded if it was done before, else the effect's, recorded before it is used.

        The step is journaled before its effect begins. The result's `detail`, if it has one, is shown to the person.
        """
        key = self.next_key(f"{agent}: {title}")
        self._step += 1
        recorded = self.recall(key)
        if recorded is not None:
            result = model.model_validate(recorded["result"])
            await self._tell_step(agent, title, "done", str(getattr(result, "detail", "")))
            return result
        self.record("step_started", key=key, agent=agent, title=title)
        await self._tell_step(agent, title, "started")
        began = self._clock.monotonic()
        try:
            result = await effect()
        except OrchestratorError as error:
            self.record("step_failed", key=key, message=str(error))
            await self._tell_step(agent, title, "failed", str(error))
            raise
        self.timings[key.replace("#1", "")] = round(self._clock.monotonic() - began, 3)
        self.record("step_done", key=key, result=result.model_dump(mode="json"))
        await self._tell_step(agent, title, "done", str(getattr(result, "detail", "")))
        return result

    async def skip(self, agent: str, title: str, reason: str) -> None:
        """Say that a step of the workflow is not needed, and why."""
        self._step += 1
        key = self.next_key(f"skip {agent}: {title}")
        if self.recall(key) is None and not any(
            data.get("key") == key for data in self.recorded("step_skipped")
        ):
            self.record("step_skipped", key=key, agent=agent, title=title, reason=reason)
        await self._tell_step(agent, title, "skipped", reason)

    def own_module(self, module: str) -> None:
        """Make this the only run that works on a module; UsageError when another one does."""
        name = "".join(character if character.isalnum() else "-" for character in module)
        try:
            self._locks.append(
                Ownership(self.folder.parent / "modules" / f"{name}.lock", f"run {self.run_id}")
            )
        except AlreadyOwned as error:
            raise UsageError(
                f"{error.note} is working on {module}; wait for it to end or cancel it."
            ) from None
        if not self.recorded("module_chosen"):
            self.record("module_chosen", module=module)

    def end(self, status: RunStatus, message: str, report: Mapping[str, Any]) -> None:
        """Record how the run ended."""
        self.record("run_ended", status=status, message=message, report=report)

    def release(self) -> None:
        """Give up ownership; without `end` the run is interrupted and can be resumed."""
        for lock in self._locks:
            lock.release()
        self._journal.close()
        self._owner.release()

    async def _tell_step(self, agent: str, title: str, status: StepStatus, detail: str = "") -> None:
        total = max(self.total_steps, self._step)
        step = StepEvent(
            index=self._step, total=total, agent=agent, title=title, status=status, detail=detail
        )
        await self._person.tell(RunEvent(run_id=self.run_id, kind="step", step=step))
