"""One execution of a workflow, durable: what a step or a person answered is recorded, and a resumed run reads it back.

A workflow is a plain coroutine. Resuming runs it again from its start: recorded steps return what they returned,
recorded gates are not asked again, and it goes on where the journal ends. So a workflow must take every decision from
step results, gate answers and what it was started with alone.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from aws_orchestrator import __version__
from aws_orchestrator.errors import OrchestratorError, UsageError
from aws_orchestrator.model import Frozen
from aws_orchestrator.outside import Clock, Person
from aws_orchestrator.protocol import (
    LimitUse,
    PlannedModule,
    RunEvent,
    RunStatus,
    StepEvent,
    StepStatus,
)
from aws_orchestrator.runs import exchanges
from aws_orchestrator.runs.contents import keep_content, kept_content
from aws_orchestrator.runs.journal import CannotRecord, Entry, Journal, JournalError
from aws_orchestrator.runs.ledger import Ledger, file_name
from aws_orchestrator.runs.limits import Use
from aws_orchestrator.runs.ownership import AlreadyOwned, Ownership
from aws_orchestrator.runs.store import RunStore

_Result = TypeVar("_Result", bound=BaseModel)
# What a resumed run looks up by its key.
_RECALLED = frozenset({"step_done", "step_skipped", "gate_answered"})


class RunSuspended(OrchestratorError):
    """The run cannot go on now; it stays interrupted, so that it can be resumed when that is mended."""


class Started(Frozen):
    """What a run was started with."""

    workflow: str
    request: str
    modules_folder: str
    """Where the workspace keeps its modules; a setting that changes meanwhile does not split a module."""
    answers: dict[str, str] = {}
    approved: tuple[str, ...] = ()
    module: str = ""
    """The module's folder, where that is known before the run begins."""
    limits: dict[str, int | float] = {}
    """Limits that were lowered for this run alone."""
    reverts: str = ""
    """The run that this one takes back."""
    earlier: tuple[str, ...] = ()
    """The services that earlier runs of the same request made."""
    program: str = __version__


class Run:
    """A run that is owned by this process."""

    def __init__(
        self,
        store: RunStore,
        folder: Path,
        started: Started,
        journal: Journal,
        owner: Ownership,
        clock: Clock,
        person: Person,
    ) -> None:
        """Use `start` or `resume`."""
        self.run_id = folder.name
        self.folder = folder
        self.started = started
        self.total_steps = 0
        self.cancel_requested = False
        self.timings: dict[str, float] = {}
        self.used: Callable[[], Mapping[str, LimitUse]] = dict
        """What the run has used of its limits; set by its workflow."""
        self._store = store
        self._journal = journal
        self._owner = owner
        self._clock = clock
        self._person = person
        self._uses: Counter[str] = Counter()
        self._step = 0
        self._scope = ""
        self._module: str | None = None
        self._locks: list[Ownership] = []
        self._recorded = {
            str(entry.data.get("key")): entry.data for entry in journal.entries if entry.kind in _RECALLED
        }

    @classmethod
    def start(
        cls, store: RunStore, clock: Clock, person: Person, started: Started, run_id: str = ""
    ) -> "Run":
        """A new run, listed from now on; UsageError when the workspace cannot be written."""
        now = clock.now()
        run_id, folder = store.create(now, run_id)
        try:
            owner = Ownership(folder / "owner.lock", f"the run {run_id}")
        except OSError as error:
            raise CannotRecord(f"The run's folder {folder} cannot be written: {error.strerror}.") from error
        try:
            journal = Journal.create(
                folder / "journal.jsonl",
                store.staging_of(run_id),
                "run_started",
                now,
                **started.model_dump(mode="json"),
            )
        except CannotRecord:
            owner.release()
            raise
        return cls(store, folder, started, journal, owner, clock, person)

    @classmethod
    def resume(cls, store: RunStore, clock: Clock, person: Person, run_id: str) -> "Run":
        """An interrupted run, taken over; UsageError when it is going on elsewhere or has ended."""
        folder = store.folder_of(run_id)
        try:
            owner = Ownership(folder / "owner.lock", f"the run {run_id}")
        except AlreadyOwned:
            raise UsageError(
                f"The run {run_id} is going on in another process; wait for it or cancel it there."
            ) from None
        except OSError as error:
            raise UsageError(f"The run {run_id} in {folder} cannot be resumed: {error.strerror}.") from error
        try:
            journal = Journal.open(folder / "journal.jsonl")
        except OrchestratorError:
            owner.release()
            raise
        try:
            started = _started(folder, journal)
            run = cls(store, folder, started, journal, owner, clock, person)
            store.clear_staging(run_id)
            run.record("run_resumed", program=__version__)
        except OrchestratorError:
            journal.close()
            owner.release()
            raise
        return run

    @property
    def started_with(self) -> Mapping[str, Any]:
        """What the run was started with, as data."""
        return self.started.model_dump()

    @property
    def entries(self) -> Sequence[Entry]:
        """What the journal holds now, oldest first."""
        return tuple(self._journal.entries)

    @property
    def staging(self) -> Path:
        """The folder for this run's files on their way; it may not exist yet."""
        return self._store.staging_of(self.run_id)

    def record(self, kind: str, **data: Any) -> None:
        """Append an entry to the journal; on return the disk holds it."""
        self._journal.append(kind, self._clock.now(), **data)

    def record_use(self, use: Use) -> None:
        """Record the use of a limit."""
        # Only a model's call has an effect outside (it costs); the others reach the disk with the next step.
        self._journal.append("used", self._clock.now(), durable=use == "model_calls", use=use)

    def record_exchange(self, exchange: exchanges.Exchange) -> None:
        """Record a request to a model with what came of it; both are without secrets."""
        body = json.dumps(exchange.body, ensure_ascii=False, sort_keys=True).encode()
        entry = exchanges.Recorded(
            purpose=exchange.purpose,
            request=exchange.request,
            model=str(exchange.body.get("model", "")),
            body=self.keep({"request": body})["request"],
            message=exchange.message,
            failure=exchange.failure,
        )
        self.record(exchanges.KIND, **entry.model_dump(mode="json"))

    def recorded(self, kind: str) -> list[Mapping[str, Any]]:
        """The data of the entries of one kind, oldest first."""
        return [entry.data for entry in self._journal.entries if entry.kind == kind]

    def keep(self, files: Mapping[str, bytes]) -> dict[str, str]:
        """Keep contents in the run's folder; the digest of each."""
        objects, staging = self.folder / "objects", self._store.staging_of(self.run_id)
        return {path: keep_content(objects, staging, content) for path, content in files.items()}

    def kept(self, digests: Mapping[str, str]) -> dict[str, bytes]:
        """The contents of digests that `keep` returned."""
        return {path: kept_content(self.folder / "objects", digest) for path, digest in digests.items()}

    def set_aside(self, name: str, files: Mapping[str, bytes]) -> Path:
        """Write files into a folder of the run for a person to look at; the folder."""
        folder = self.folder / name
        try:
            for path, content in files.items():
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        except OSError as error:
            raise RunSuspended(
                f"The run's folder {folder} cannot be written: {error.strerror}. Mend that, then resume the run."
            ) from error
        return folder

    def next_key(self, name: str) -> str:
        """A key for the next use of a name in this step: the same one when the workflow runs again."""
        scoped = f"{self._scope}{name}"
        self._uses[scoped] += 1
        return f"{scoped}#{self._uses[scoped]}"

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
            result = self.read_back(key, recorded, "result", model)
            self._time(key, recorded.get("seconds"))
        else:
            self.record("step_started", key=key, agent=agent, title=title)
            await self._tell_step(agent, title, "started")
            result = await self._do(key, agent, title, effect)
        await self._tell_step(agent, title, "done", str(getattr(result, "detail", "")))
        return result

    async def _do(
        self, key: str, agent: str, title: str, effect: Callable[[], Awaitable[_Result]]
    ) -> _Result:
        began = self._clock.monotonic()
        self._scope = f"{key}/"
        try:
            result = await effect()
        except (CannotRecord, RunSuspended):
            raise
        except OrchestratorError as error:
            self.record("step_failed", key=key, message=str(error))
            await self._tell_step(agent, title, "failed", str(error))
            raise
        finally:
            self._scope = ""
        seconds = round(self._clock.monotonic() - began, 3)
        self._time(key, seconds)
        self.record("step_done", key=key, seconds=seconds, result=result.model_dump(mode="json"))
        return result

    async def skip(self, agent: str, title: str, reason: str) -> None:
        """Say that a step of the workflow is not needed, and why."""
        self._step += 1
        key = self.next_key(f"{agent}: {title}")
        if self.recall(key) is None:
            self.record("step_skipped", key=key, agent=agent, title=title, reason=reason)
        await self._tell_step(agent, title, "skipped", reason)

    def read_back(self, key: str, recorded: Mapping[str, Any], name: str, model: type[_Result]) -> _Result:
        """A recorded value as its model; JournalError when another version, or somebody else, wrote it."""
        try:
            return model.model_validate(recorded.get(name))
        except ValidationError as error:
            raise JournalError(
                f"What the journal of the run {self.run_id} holds of `{key}` cannot be read by this version "
                f"({__version__}; the run began with {self.started.program}). Start the run anew."
            ) from error

    def own_module(self, module: str) -> Ledger:
        """Make this the only run that works on a module; its ledger. UsageError when another run does."""
        folder = self._store.modules
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._locks.append(Ownership(folder / f"{file_name(module)}.lock", f"the run {self.run_id}"))
        except AlreadyOwned as error:
            raise UsageError(
                f"{error.note[:1].upper()}{error.note[1:]} is working on {module}; wait for it to end or cancel it, "
                "then ask again."
            ) from None
        except OSError as error:
            raise CannotRecord(
                f"{folder} cannot be written: {error.strerror}. Mend that, then resume the run."
            ) from error
        self._module = module
        if not self.recorded("module_chosen"):
            self.record("module_chosen", module=module)
        return self._store.ledger_of(module, self.run_id)

    def end(self, status: RunStatus, message: str, report: Mapping[str, Any]) -> None:
        """Record how the run ended."""
        # Two entries: a list of runs reads only the last one, which must stay short.
        self.record("reported", report=report)
        self.record("run_ended", status=status, message=message, module=self._module)

    def release(self) -> None:
        """Give up ownership; without `end` the run is interrupted and can be resumed."""
        for lock in self._locks:
            lock.release()
        self._locks.clear()
        self._journal.close()
        self._owner.release()

    async def tell(
        self,
        kind: Literal["started", "planned", "step", "finished"],
        *,
        step: StepEvent | None = None,
        plan: PlannedModule | None = None,
        status: RunStatus | None = None,
        summary: str = "",
        report: Mapping[str, Any] | None = None,
    ) -> None:
        """Tell the person what happened in this run."""
        event = RunEvent(
            run_id=self.run_id,
            kind=kind,
            workspace_folder=self._store.workspace.as_uri(),
            step=step,
            plan=plan,
            status=status,
            summary=summary,
            report=None if report is None else dict(report),
        )
        await self._person.tell(event)

    def _time(self, key: str, seconds: object) -> None:
        if isinstance(seconds, int | float):
            self.timings[key.removesuffix("#1")] = float(seconds)

    async def _tell_step(self, agent: str, title: str, status: StepStatus, detail: str = "") -> None:
        total = max(self.total_steps, self._step)
        step = StepEvent(
            index=self._step,
            total=total,
            agent=agent,
            title=title,
            status=status,
            detail=detail,
            usage=dict(self.used()),
        )
        await self.tell("step", step=step)


def _started(folder: Path, journal: Journal) -> Started:
    """What the run was started with; UsageError when it has ended, JournalError when that cannot be read."""
    first = journal.entries[0] if journal.entries else None
    ended = next((entry for entry in journal.entries if entry.kind == "run_ended"), None)
    if ended:
        raise UsageError(f"The run {folder.name} is {ended.data.get('status')} already; start a new one.")
    try:
        if first is None or first.kind != "run_started":
            raise ValueError("its first entry is no start of a run")
        return Started.model_validate(first.data)
    except ValueError as error:
        raise JournalError(
            f"The journal of the run {folder.name} does not say what was asked for in words of this version; "
            "`runs cancel` closes the run, then start a new one."
        ) from error
