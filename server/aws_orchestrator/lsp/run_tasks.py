"""The runs of a server: each is a task that outlives the command that started it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from aws_orchestrator.agents.github_read import is_remote
from aws_orchestrator.errors import UsageError
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.lsp.client import ClientFeatures
from aws_orchestrator.lsp.editor_person import EditorPerson
from aws_orchestrator.lsp.run_progress import RunProgress
from aws_orchestrator.outside import Engine, Person
from aws_orchestrator.runs.cancel import cancel_run
from aws_orchestrator.runs.clock import SystemClock
from aws_orchestrator.runs.run import Run
from aws_orchestrator.runs.store import RunStore
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.report import Outcome
from aws_orchestrator.workflows.session import (
    answers_of,
    follow,
    resume_run,
    start_remote_update,
    start_revert,
    start_run,
    start_update,
)

OpenHouse = Callable[[Path, Person], Awaitable[House]]


class _Going(NamedTuple):
    """A run that goes on here."""

    run: Run
    house: House
    task: asyncio.Task[None]


class RunTasks:
    """Starts, resumes and cancels the runs of one client."""

    def __init__(
        self,
        server: LanguageServer,
        client: ClientFeatures,
        open_house: OpenHouse,
        on_written: Callable[[Path], None],
        on_idle: Callable[[], None],
    ) -> None:
        """`on_written` hears which module folder a run wrote, `on_idle` that a run has ended."""
        self._server = server
        self._client = client
        self._open_house = open_house
        self._on_written = on_written
        self._on_idle = on_idle
        self._going: dict[str, _Going] = {}
        self.progress = RunProgress(server, self._cancel_button, self._log)
        self._person = EditorPerson(server, client, self.progress)

    @property
    def engines(self) -> list[Engine]:
        """The engines that runs use now."""
        return [going.house.engine for going in self._going.values()]

    async def generate(self, folder: Path, request: str, answers: Mapping[str, str]) -> str:
        """Start a run of the new-module workflow; its id."""
        prepared = PreparedAnswers(answers)
        house = await self._open_house(folder, self._person)
        # The journal is synced to the disk: the loop does not wait for that.
        run = await asyncio.to_thread(start_run, house, request, prepared)
        return self._begin(house, run, prepared)

    async def update(self, folder: Path, module: Path, request: str, answers: Mapping[str, str]) -> str:
        """Start a run of the update-module workflow on the module in a folder; its id."""
        prepared = PreparedAnswers(answers)
        house = await self._open_house(folder, self._person)
        run = await asyncio.to_thread(start_update, house, module, request, prepared)
        return self._begin(house, run, prepared)

    async def update_on_github(
        self, folder: Path, name: str, request: str, answers: Mapping[str, str]
    ) -> str:
        """Start a run of the update-module workflow on a module of GitHub, kept in a workspace folder; its id."""
        prepared = PreparedAnswers(answers)
        house = await self._open_house(folder, self._person)
        run = await asyncio.to_thread(start_remote_update, house, name, request, prepared)
        return self._begin(house, run, prepared)

    async def resume(self, folder: Path, run_id: str) -> str:
        """Go on with an interrupted run; its id."""
        if run_id in self._going:
            raise UsageError(f"The run {run_id} is going on already; there is nothing to resume.")
        house = await self._open_house(folder, self._person)
        run = await asyncio.to_thread(resume_run, house, run_id)
        return self._begin(house, run, answers_of(run))

    async def revert(self, folder: Path, run_id: str) -> str:
        """Start a run that takes back what another one wrote; its id."""
        prepared = PreparedAnswers({})
        house = await self._open_house(folder, self._person)
        run = await asyncio.to_thread(start_revert, house, run_id, prepared)
        return self._begin(house, run, prepared)

    def cancel_here(self, run_id: str) -> bool:
        """End a run of this server because a person wants it; False when none of that id goes on here."""
        going = self._going.get(run_id)
        if going is None:
            return False
        going.run.cancel_requested = True
        going.task.cancel()
        return True

    async def cancel_interrupted(self, folder: Path, run_id: str) -> None:
        """Close an interrupted run of a workspace folder; UsageError when it goes on elsewhere or has ended."""
        await asyncio.to_thread(cancel_run, RunStore(folder), SystemClock(), run_id)

    async def close(self) -> None:
        """Interrupt every run, so that each can be resumed."""
        tasks = {going.task for going in self._going.values()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, house: House, run: Run, answers: PreparedAnswers) -> str:
        task = asyncio.get_running_loop().create_task(self._work(house, run, answers))
        self._going[run.run_id] = _Going(run, house, task)
        task.add_done_callback(lambda done: self._finished(run.run_id, done))
        return run.run_id

    async def _work(self, house: House, run: Run, answers: PreparedAnswers) -> None:
        task = asyncio.current_task()
        assert task is not None

        def follows(following: Run) -> None:
            # A run that the Next Steps Gate started is found and cancelled under its own id.
            self._going[following.run_id] = _Going(following, house, task)

        async for outcome in follow(house, run, answers, follows):
            self._going.pop(outcome.report.run_id, None)
            self._tell_outcome(house, outcome)

    def _tell_outcome(self, house: House, outcome: Outcome) -> None:
        report = outcome.report
        if report.module is not None and not is_remote(report.module.path):
            self._on_written(house.workspace.root / report.module.path)
        if not self._client.run_events and report.status != "cancelled":
            kind = lsp.MessageType.Error if report.status == "failed" else lsp.MessageType.Info
            self._server.window_show_message(lsp.ShowMessageParams(type=kind, message=report.message))

    def _finished(self, run_id: str, task: asyncio.Task[None]) -> None:
        for known in [known for known, going in self._going.items() if going.task is task]:
            del self._going[known]
            self.progress.end(known, "ended")
        self.progress.end(run_id, "ended")
        if not task.cancelled() and task.exception() is not None:
            # Everything that a person can mend is in the run's report: this is a defect of ours.
            text = f"The run {run_id} ended by a defect of this program: {task.exception()!r}. It can be resumed."
            self._log(text, lsp.MessageType.Error)
            self._server.window_show_message(lsp.ShowMessageParams(type=lsp.MessageType.Error, message=text))
        self._on_idle()

    def _cancel_button(self, run_id: str) -> None:
        self.cancel_here(run_id)

    def _log(self, message: str, type_: lsp.MessageType = lsp.MessageType.Warning) -> None:
        self._server.window_log_message(lsp.LogMessageParams(type=type_, message=message))
