"""Composes the working parts of the server; importing this imports everything that `initialize` does not need."""

import asyncio
import gc
import os
from collections.abc import Awaitable, Iterable
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.errors import UsageError
from aws_orchestrator.findings import Tree
from aws_orchestrator.lsp.client import ClientFeatures, plain
from aws_orchestrator.lsp.code_actions import CodeActions
from aws_orchestrator.lsp.diagnostics import Diagnostics
from aws_orchestrator.lsp.editor_settings import SECTION, EditorSettings
from aws_orchestrator.lsp.editor_workspace import EditorWorkspace
from aws_orchestrator.lsp.engines import Engines
from aws_orchestrator.lsp.files import EditorFiles
from aws_orchestrator.lsp.interrupted_runs import offer
from aws_orchestrator.lsp.language import Language
from aws_orchestrator.lsp.lenses import Lenses
from aws_orchestrator.lsp.live_checks import LiveChecks
from aws_orchestrator.lsp.module_texts import ModuleTexts
from aws_orchestrator.lsp.pull_diagnostics import PullDiagnostics
from aws_orchestrator.lsp.run_tasks import RunTasks
from aws_orchestrator.lsp.wire import ask_client
from aws_orchestrator.minds.choice import choose_mind
from aws_orchestrator.outside import Engine, Person
from aws_orchestrator.runs.clock import SystemClock
from aws_orchestrator.runs.store import RunStore
from aws_orchestrator.workflows.healing import Healer
from aws_orchestrator.workflows.house import House, engine_limits, open_house


class Parts:
    """Everything that works for one client; state is kept per workspace folder."""

    def __init__(self, server: LanguageServer, client: ClientFeatures, files: EditorFiles) -> None:
        """No process is started yet."""
        self._server = server
        self._client = client
        self._told: set[str] = set()
        self._anthropic_key = ""
        self.files = files
        self.settings = EditorSettings()
        self._settled: set[Path | None] = set()
        self.engines = Engines()
        self._live = LiveChecks()
        self._refresh: asyncio.Future[None] | None = None
        self.diagnostics = Diagnostics(
            files, self._check, server.text_document_publish_diagnostics, self.trouble
        )
        self.pulls = PullDiagnostics(self.diagnostics, files, self._ask_again)
        self._healers: dict[Path | None, tuple[Engine, frozenset[str], Healer]] = {}
        self.code_actions = CodeActions(self.diagnostics, files, client, self._healer)
        texts = ModuleTexts(files, self.diagnostics.checked, self.engines.library)
        self.language = Language(files, client, texts, self.settings.last)
        self.lenses = Lenses(server, files, client, texts, self._engine, self.settings.last)
        self.runs = RunTasks(server, client, self._house, self.diagnostics.schedule, self._sweep)

    def accept_settings(self, sent: Any, initial: bool = False) -> None:
        """Take over the editor's settings; what is wrong with them is one message."""
        wrong = self.settings.accept(sent, initial)
        if wrong:
            self._server.window_show_message(
                lsp.ShowMessageParams(type=lsp.MessageType.Warning, message=wrong)
            )
        else:
            self.diagnostics.schedule_all()

    def accept_secrets(self, sent: Any) -> None:
        """Keep what the client's secret storage holds, in memory alone; nothing of it is ever said."""
        key = plain(sent).get("anthropicApiKey")
        self._anthropic_key = key if isinstance(key, str) else ""

    async def fetch_settings(self) -> None:
        """Ask a client that answers such questions for its settings."""
        if not self._client.configuration:
            return
        params = lsp.ConfigurationParams(items=[lsp.ConfigurationItem(section=SECTION)])
        try:
            sent = await ask_client(self._server, lsp.WORKSPACE_CONFIGURATION, params)
        except JsonRpcException as error:
            self.log(f"The client did not tell its settings: {error}")
            return
        if isinstance(sent, Iterable):
            self.accept_settings(next(iter(sent), None))

    async def offer_interrupted(self) -> None:
        """Offer to go on with the runs that were interrupted in the open folders.

        A client that knows us does that in its own way.
        """
        if not self._client.run_events:
            await offer(self._server, self.runs, list(self.files.folders))

    def folder_of_run(self, run_id: str) -> Path:
        """The workspace folder that has a run; UsageError when none does."""
        for folder in self.files.folders:
            if (RunStore(folder).folder / run_id).is_dir():
                RunStore(folder).folder_of(run_id)
                return folder
        raise UsageError(
            f"There is no run {run_id} in the open folders; `runs list` names those of a folder."
        )

    def folder_closed(self, folder: Path) -> None:
        """A workspace folder was closed: nothing of it is shown or kept warm."""
        self.diagnostics.forget_below(folder)
        self.engines.retire(folder)
        self._sweep()

    def trouble(self, message: str) -> None:
        """Something kept a check from its end: a message the first time, the log every time."""
        self.log(message)
        if message not in self._told:
            self._told.add(message)
            self._server.window_show_message(
                lsp.ShowMessageParams(type=lsp.MessageType.Warning, message=message)
            )

    def log(self, message: str) -> None:
        """Write a line to the client's log."""
        self._server.window_log_message(lsp.LogMessageParams(type=lsp.MessageType.Warning, message=message))

    async def close(self) -> None:
        """Interrupt runs, stop checks and processes."""
        healers = [healer.close() for _, _, healer in self._healers.values()]
        await asyncio.gather(self.runs.close(), self.diagnostics.close(), *healers)
        await self.engines.close()

    async def _house(self, folder: Path, person: Person) -> House:
        workspace = EditorWorkspace(self._server, self._client, self.files, folder, self.diagnostics.held)
        settings = await asyncio.to_thread(self.settings.of, workspace.root)
        engine = self.engines.of(workspace.root, engine_limits(settings))
        mind = choose_mind(settings, os.environ, self._anthropic_key)
        house = open_house(workspace, engine, mind, person, SystemClock(), settings)
        # The one library of the folder: another would read every catalog again, in each run.
        return house._replace(catalogs=self.engines.library(workspace.root))

    async def _check(self, folder: Path | None, root: Path, tree: Tree) -> Validation:
        settings = await asyncio.to_thread(self.settings.of, folder or root)
        engine = self.engines.of(folder, engine_limits(settings))
        library = self.engines.library(folder)
        validation = await self._live.check(engine, library, tree, settings.disabled_rules)
        if folder not in self._settled:
            # The first check read the catalogs: a hundred thousand objects that stay. Looking at all of them in every
            # collection of garbage kept a hover waiting for 70 ms (CPython 3.11).
            self._settled.add(folder)
            gc.freeze()
        return validation

    def _ask_again(self) -> None:
        """Tell a client that pulls that there is something new."""
        if self._client.refresh:
            refresh = ask_client(self._server, lsp.WORKSPACE_DIAGNOSTIC_REFRESH, None)
            self._refresh = asyncio.ensure_future(_quietly(refresh))

    async def _engine(self, folder: Path | None, root: Path) -> Engine:
        settings = await asyncio.to_thread(self.settings.of, folder or root)
        return self.engines.of(folder, engine_limits(settings))

    async def _healer(self, folder: Path | None, root: Path) -> Healer:
        """The healer of a folder, which remembers what it tried as long as engine and rules are the same."""
        settings = await asyncio.to_thread(self.settings.of, folder or root)
        engine = self.engines.of(folder, engine_limits(settings))
        known = self._healers.get(folder)
        if known is None or known[0] is not engine or known[1] != settings.disabled_rules:
            if known is not None:
                await known[2].close()
            healer = Healer(engine, self.engines.library(folder), settings.disabled_rules)
            known = self._healers[folder] = (engine, settings.disabled_rules, healer)
        return known[2]

    def _sweep(self) -> None:
        self.engines.sweep(self.runs.engines)


async def _quietly(asked: Awaitable[Any]) -> None:
    try:
        await asked
    except JsonRpcException:
        return  # it asks when it wants to, then
