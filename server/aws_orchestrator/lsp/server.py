"""The language server: wiring only. Handlers parse, call and convert; what is heavy is imported beside the loop."""

import asyncio
import importlib
import sys
import traceback
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types as lsp
from pygls.exceptions import FeatureRequestError
from pygls.lsp.server import LanguageServer

from aws_orchestrator import __version__
from aws_orchestrator.lsp.client import ClientFeatures, features_of
from aws_orchestrator.lsp.files import EditorFiles
from aws_orchestrator.lsp.wire import OrchestratorProtocol, plain_converter

if TYPE_CHECKING:
    from aws_orchestrator.lsp.composition import Parts

# Twins of protocol.py, which is not imported before it is needed: pydantic costs more than `initialize` may.
COMMANDS = tuple(
    f"awsOrchestrator.server.{verb}"
    for verb in (
        "generateModule",
        "updateModule",
        "resumeRun",
        "cancelRun",
        "listRuns",
        "showRun",
        "runContent",
        "validateModule",
        "revertRun",
        "auditRun",
        "pruneRuns",
        "healModule",
        "runTests",
    )
)
FIX_ALL = "source.fixAll.awsOrchestrator"
SECRETS = "awsOrchestrator/secrets"
_WATCHED = "**/*.{tf,tf.json,tfvars,tftest.hcl}"


class OrchestratorServer(LanguageServer):
    """The server with what it keeps between requests."""

    protocol: OrchestratorProtocol

    def __init__(self) -> None:
        """Nothing is loaded yet."""
        super().__init__(
            "aws-orchestrator",
            __version__,
            protocol_cls=OrchestratorProtocol,
            converter_factory=plain_converter,
        )
        self.client_features = ClientFeatures()
        self.files = EditorFiles()
        self.initialization_options: Any = None
        self._parts: asyncio.Future[Parts] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self._leave: Callable[[int], None] = sys.exit

    async def parts(self) -> "Parts":
        """The working parts, loaded once in a thread: their imports take longer than an editor should wait."""
        if self._parts is None:
            self._parts = asyncio.ensure_future(self._load())
        return await asyncio.shield(self._parts)

    def soon(self, work: "Callable[[Parts], Coroutine[Any, Any, None]]") -> None:
        """Do something with the working parts, in the order of the calls, without waiting for it."""

        async def run() -> None:
            parts = await self.parts()
            # What arrives while we close must not start anything again.
            if not self._closed:
                await work(parts)

        task = asyncio.get_running_loop().create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def on_leave(self, leave: Callable[[int], None]) -> None:
        """Who ends the process, with the given exit code."""
        self._leave = leave

    def leave(self, code: int) -> None:
        """End the process in order."""
        self._leave(code)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log a defect; pygls 2.1.1 would show it to the person as a pop-up, traceback and all."""
        # A request that failed has its answer; the sentence in it is enough.
        if source is not FeatureRequestError or getattr(error, "code", None) == -32603:
            traceback.print_exception(error, file=sys.stderr)
            self.window_log_message(
                lsp.LogMessageParams(type=lsp.MessageType.Error, message=f"A defect of the server: {error!r}")
            )

    async def close(self) -> None:
        """Interrupt runs and stop what was started; a second time does nothing."""
        if self._closed:
            return
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        loading = self._parts
        if loading is not None and loading.done() and not loading.cancelled() and not loading.exception():
            await loading.result().close()

    async def _load(self) -> "Parts":
        composition = await asyncio.to_thread(importlib.import_module, "aws_orchestrator.lsp.composition")
        parts: Parts = composition.Parts(self, self.client_features, self.files)
        parts.accept_settings(self.initialization_options, initial=True)
        return parts

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.report_server_error(cast("Exception", error), type(error))


def create_server() -> OrchestratorServer:
    """A server with every handler."""
    server = OrchestratorServer()
    _add_life_cycle(server)
    _add_documents(server)
    _add_code_actions(server)
    _add_language(server)
    _add_workspace(server)
    _add_events(server)
    _add_secrets(server)
    for command in COMMANDS:
        _add_command(server, command)
    return server


def _add_life_cycle(server: OrchestratorServer) -> None:
    @server.feature(lsp.INITIALIZE)
    def initialize(ls: OrchestratorServer, params: lsp.InitializeParams) -> None:
        ls.client_features = features_of(params.capabilities)
        ls.initialization_options = params.initialization_options
        encoding = ls.workspace.position_encoding
        ls.files.encoding = str(getattr(encoding, "value", encoding))
        folders = [folder.uri for folder in params.workspace_folders or ()]
        for uri in folders or ([ls.workspace.root_uri] if ls.workspace.root_uri else []):
            ls.files.add_folder(uri)

        if ls.client_features.pulls:
            _add_pull(ls)

    @server.feature(lsp.INITIALIZED)
    def initialized(ls: OrchestratorServer, _params: lsp.InitializedParams) -> None:
        # Warm before the first request of a person needs it.
        ls.soon(lambda parts: parts.fetch_settings())
        ls.soon(lambda parts: parts.offer_interrupted())
        if ls.client_features.watched_files:
            ls.soon(lambda _: _watch(ls))

    @server.feature(lsp.SHUTDOWN)
    async def shutdown(ls: OrchestratorServer, _params: None) -> None:
        await ls.close()


def _add_documents(server: OrchestratorServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def did_open(ls: OrchestratorServer, params: lsp.DidOpenTextDocumentParams) -> None:
        _diagnose(ls, ls.files.open(params.text_document), "opened")

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(ls: OrchestratorServer, params: lsp.DidChangeTextDocumentParams) -> None:
        _diagnose(ls, ls.files.change(params), "touched")

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def did_save(ls: OrchestratorServer, params: lsp.DidSaveTextDocumentParams) -> None:
        _diagnose(ls, ls.files.path(params.text_document.uri), "touched")

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: OrchestratorServer, params: lsp.DidCloseTextDocumentParams) -> None:
        _diagnose(ls, ls.files.close(params.text_document.uri), "closed")


def _add_code_actions(server: OrchestratorServer) -> None:
    options = lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix, FIX_ALL])

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, options)
    async def code_action(ls: OrchestratorServer, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        parts = await ls.parts()
        return await parts.code_actions.answer(params)


def _add_pull(server: OrchestratorServer) -> None:
    options = lsp.DiagnosticOptions(
        identifier="aws-orchestrator", inter_file_dependencies=True, workspace_diagnostics=True
    )

    @server.feature(lsp.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def document(
        ls: OrchestratorServer, params: lsp.DocumentDiagnosticParams
    ) -> lsp.DocumentDiagnosticReport:
        return await (await ls.parts()).pulls.document(params)

    @server.feature(lsp.WORKSPACE_DIAGNOSTIC)
    async def workspace(
        ls: OrchestratorServer, params: lsp.WorkspaceDiagnosticParams
    ) -> lsp.WorkspaceDiagnosticReport:
        return await (await ls.parts()).pulls.workspace(params)


def _diagnose(server: OrchestratorServer, path: Path | None, event: str) -> None:
    """Tell the diagnostics, in the order of the events, what happened to a document of the disk."""

    async def tell(parts: "Parts") -> None:
        if path is not None:
            getattr(parts.diagnostics, event)(path)

    server.soon(tell)


def _add_language(server: OrchestratorServer) -> None:
    completion = lsp.CompletionOptions(trigger_characters=[".", '"'])

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def hover(ls: OrchestratorServer, params: lsp.HoverParams) -> lsp.Hover | None:
        return await (await ls.parts()).language.hover(params)

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, completion)
    async def complete(ls: OrchestratorServer, params: lsp.CompletionParams) -> lsp.CompletionList | None:
        return await (await ls.parts()).language.completion(params)

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def symbols(ls: OrchestratorServer, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        return await (await ls.parts()).language.symbols(params)

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS, lsp.CodeLensOptions())
    async def lenses(ls: OrchestratorServer, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        return await (await ls.parts()).lenses.answer(params)


def _add_workspace(server: OrchestratorServer) -> None:
    @server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def did_change_configuration(ls: OrchestratorServer, params: lsp.DidChangeConfigurationParams) -> None:
        async def accept(parts: "Parts") -> None:
            # VS Code sends null and wants to be asked.
            if params.settings:
                parts.accept_settings(params.settings)
            else:
                await parts.fetch_settings()

        ls.soon(accept)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_folders(ls: OrchestratorServer, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        for added in params.event.added:
            ls.files.add_folder(added.uri)
        closed = [ls.files.remove_folder(removed.uri) for removed in params.event.removed]

        async def forget(parts: "Parts") -> None:
            for folder in closed:
                if folder is not None:
                    parts.folder_closed(folder)

        ls.soon(forget)


def _add_events(server: OrchestratorServer) -> None:
    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_files(ls: OrchestratorServer, params: lsp.DidChangeWatchedFilesParams) -> None:
        from aws_orchestrator.lsp.uris import path_of

        paths = [path for change in params.changes if (path := path_of(change.uri)) is not None]

        async def check(parts: "Parts") -> None:
            for path in paths:
                parts.diagnostics.changed_outside(path)

        ls.soon(check)

    @server.feature(lsp.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def progress_cancelled(ls: OrchestratorServer, params: lsp.WorkDoneProgressCancelParams) -> None:
        async def cancel(parts: "Parts") -> None:
            parts.runs.progress.cancelled(params.token)

        ls.soon(cancel)


def _add_secrets(server: OrchestratorServer) -> None:
    @server.feature(SECRETS)
    def secrets(ls: OrchestratorServer, params: Any) -> None:
        async def keep(parts: "Parts") -> None:
            parts.accept_secrets(params)

        ls.soon(keep)


def _add_command(server: OrchestratorServer, command: str) -> None:
    @server.command(command)
    async def execute(ls: OrchestratorServer, *arguments: Any) -> Any:
        parts = await ls.parts()
        from aws_orchestrator.lsp.commands import execute as answer

        return await answer(parts, command, arguments)


async def _watch(server: OrchestratorServer) -> None:
    """Ask the client to tell when a file changes without it: another program's edit, a branch that is checked out."""
    from pygls.exceptions import JsonRpcException

    from aws_orchestrator.lsp.wire import ask_client

    options = lsp.DidChangeWatchedFilesRegistrationOptions(
        watchers=[lsp.FileSystemWatcher(glob_pattern=_WATCHED)]
    )
    watching = lsp.Registration(
        id="aws-orchestrator-files", method=lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, register_options=options
    )
    try:
        await ask_client(
            server, lsp.CLIENT_REGISTER_CAPABILITY, lsp.RegistrationParams(registrations=[watching])
        )
    except JsonRpcException as error:
        server.window_log_message(
            lsp.LogMessageParams(type=lsp.MessageType.Warning, message=f"No files are watched: {error}")
        )


def serve() -> int:
    """Serve one client over stdio until it says exit or goes away."""
    from aws_orchestrator.lsp.serving import serve as serve_stdio

    return serve_stdio()
