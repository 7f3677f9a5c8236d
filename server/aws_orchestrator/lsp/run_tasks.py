"""The runs of a server: each is a task that outlives the command that started it."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.catalog import library_of
from aws_orchestrator.errors import UsageError
from aws_orchestrator.findings import CHECKS, Check, Tree
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.lsp.client import ClientFeatures
from aws_orchestrator.lsp.editor_person import EditorPerson
from aws_orchestrator.lsp.editor_workspace import EditorWorkspace
from aws_orchestrator.minds.builtin.mind import BuiltinMind
from aws_orchestrator.outside import Engine
from aws_orchestrator.runs.cancel import cancel_run
from aws_orchestrator.runs.run import Run
from aws_orchestrator.settings import Settings, load_settings
from aws_orchestrator.terraform.engines import create_engine
from aws_orchestrator.workflows.check_module import check_tree
from aws_orchestrator.workflows.house import House, open_house
from aws_orchestrator.workflows.report import Outcome
from aws_orchestrator.workflows.session import follow, resume_run, start_run

LIVE_CHECKS: tuple[Check, ...] = tuple(check for check in CHECKS if check != "tests")


class EditorClock:
    """The machine's time."""

    def now(self) -> str:
        """UTC, RFC 3339, seconds."""
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        return time.monotonic()


class RunTasks:
    """Starts, resumes and cancels runs; keeps one house and one engine for each workspace folder."""

    def __init__(
        self,
        server: LanguageServer,
        client: ClientFeatures,
        editor_settings: Mapping[str, Any],
        on_written: Callable[[Path], None],
    ) -> None:
        """`on_written` hears which module folder a run wrote."""
        self._server = server
        self._client = client
        self._editor_settings = editor_settings
        self._on_written = on_written
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._runs: dict[str, Run] = {}
        self._engines: dict[Path, Engine] = {}
        self._person = EditorPerson(server, client, self.cancel)
        self._clock = EditorClock()

    def generate(self, folder: Path, request: str, answers: Mapping[str, str]) -> str:
        """Start a run of the new-module workflow; its id."""
        prepared = PreparedAnswers(answers)
        house = self.house(folder)
        return self._begin(house, start_run(house, request, prepared), prepared)

    def resume(self, folder: Path, run_id: str) -> str:
        """Go on with an interrupted run; its id."""
        house = self.house(folder)
        run = resume_run(house, run_id)
        started = run.started_with
        return self._begin(
            house, run, PreparedAnswers(started.get("answers", {}), started.get("approved", ()))
        )

    def cancel(self, run_id: str, folder: Path | None = None) -> None:
        """End a run because a person wants it; UsageError when there is none of that id that goes on."""
        run, task = self._runs.get(run_id), self._tasks.get(run_id)
        if run is not None and task is not None:
            run.cancel_requested = True
            task.cancel()
        elif folder is not None:
            cancel_run(self.house(folder).store, self._clock, run_id)
        else:
            raise UsageError(f"There is no run {run_id} that goes on.")

    async def check(self, root: Path, tree: Tree, checks: tuple[Check, ...] = LIVE_CHECKS) -> Validation:
        """The checks of a module of the workspace folder."""
        settings = self._settings(root)
        return await check_tree(
            self._engine(root, settings), library_of(root), tree, checks, settings.disabled_rules
        )

    def house(self, folder: Path) -> House:
        """The house of a workspace folder; UsageError when it cannot be written."""
        settings = self._settings(folder)
        workspace = EditorWorkspace(self._server, self._client, folder)
        engine = self._engine(workspace.root, settings)
        return open_house(workspace, engine, BuiltinMind(), self._person, self._clock, settings)

    async def close(self) -> None:
        """Interrupt every run, so that each can be resumed, and stop the engines."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(engine.close() for engine in self._engines.values()))

    def _begin(self, house: House, run: Run, answers: PreparedAnswers) -> str:
        task = asyncio.get_running_loop().create_task(self._work(house, run, answers))
        self._runs[run.run_id], self._tasks[run.run_id] = run, task
        task.add_done_callback(lambda done: self._finished(run.run_id, done))
        return run.run_id

    async def _work(self, house: House, run: Run, answers: PreparedAnswers) -> None:
        async for outcome in follow(house, run, answers, self._follows):
            self._tell_outcome(house, outcome)

    def _follows(self, run: Run) -> None:
        """A run that the Next Steps Gate started: it is cancelled and found under its own id."""
        task = asyncio.current_task()
        assert task is not None
        self._runs[run.run_id], self._tasks[run.run_id] = run, task

    def _tell_outcome(self, house: House, outcome: Outcome) -> None:
        report = outcome.report
        if report.module is not None:
            self._on_written(house.workspace.root / report.module.path)
        if report.status == "failed":
            message = lsp.ShowMessageParams(type=lsp.MessageType.Error, message=report.message)
            self._server.window_show_message(message)

    def _finished(self, run_id: str, task: asyncio.Task[None]) -> None:
        run_ids = [known for known, other in self._tasks.items() if other is task]
        for known in run_ids:
            self._tasks.pop(known, None)
            self._runs.pop(known, None)
            self._person.end_progress(known, "ended")
        if not task.cancelled() and task.exception() is not None:
            # Everything that a person can mend is in the run's report: this is a defect of ours.
            text = f"The run {run_id} ended by a defect: {task.exception()!r}"
            self._server.window_log_message(lsp.LogMessageParams(type=lsp.MessageType.Error, message=text))
            self._server.window_show_message(lsp.ShowMessageParams(type=lsp.MessageType.Error, message=text))

    def _settings(self, folder: Path) -> Settings:
        return load_settings(folder, self._editor_settings)

    def _engine(self, root: Path, settings: Settings) -> Engine:
        if root not in self._engines:
            self._engines[root] = create_engine(
                "bundled", library=library_of(root), limits=settings.engine_limits(), standby=True
            )
        return self._engines[root]
