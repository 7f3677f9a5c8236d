"""The language server: wiring only. Handlers parse, call and convert; what is heavy is imported with its first use."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from aws_orchestrator import __version__
from aws_orchestrator.lsp.client import ClientFeatures, features_of
from aws_orchestrator.lsp.wire import plain_converter

if TYPE_CHECKING:
    from aws_orchestrator.lsp.diagnostics import Diagnostics
    from aws_orchestrator.lsp.run_tasks import RunTasks
    from aws_orchestrator.model import Wire

    _Params = TypeVar("_Params", bound=Wire)

# Twins of protocol.py, which is not imported before it is needed: pydantic costs more than `initialize` may.
_COMMANDS = "awsOrchestrator.server."
_SUFFIXES = (".tf", ".tftest.hcl", ".tfvars")
_REQUEST_FAILED = -32803
_INVALID_PARAMS = -32602


class OrchestratorServer(LanguageServer):
    """The server with what it keeps between requests."""

    def __init__(self) -> None:
        """Nothing is loaded yet."""
        super().__init__("aws-orchestrator", __version__, converter_factory=plain_converter)
        self.client_features: ClientFeatures | None = None
        self.editor_settings: dict[str, Any] = {}
        self._tasks: RunTasks | None = None
        self._diagnostics: Diagnostics | None = None

    @property
    def tasks(self) -> "RunTasks":
        """The runs of this server."""
        if self._tasks is None:
            from aws_orchestrator.lsp.run_tasks import RunTasks

            assert self.client_features is not None
            self._tasks = RunTasks(self, self.client_features, self.editor_settings, self._written)
        return self._tasks

    @property
    def diagnostics(self) -> "Diagnostics":
        """The diagnostics of this server."""
        if self._diagnostics is None:
            from aws_orchestrator.lsp.diagnostics import Diagnostics

            self._diagnostics = Diagnostics(self, self.tasks.check)
        return self._diagnostics

    def check_soon(self, uri: str) -> None:
        """Check the module that a document belongs to, when it is one of Terraform's."""
        from aws_orchestrator.lsp.editor_workspace import path_of

        path = path_of(uri)
        if path is not None and path.name.endswith(_SUFFIXES):
            folder = path.parent
            # A test belongs to the module above its folder.
            self.diagnostics.schedule(
                folder.parent if folder.name == "tests" and path.name.endswith(".tftest.hcl") else folder
            )

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log a defect; pygls 2.1.1 would show it to the person as a pop-up, traceback and all."""
        self.window_log_message(
            lsp.LogMessageParams(type=lsp.MessageType.Error, message=f"{source}: {error!r}")
        )

    async def close(self) -> None:
        """Interrupt runs and stop what was started."""
        if self._diagnostics is not None:
            self._diagnostics.close()
        if self._tasks is not None:
            await self._tasks.close()

    def _written(self, folder: Path) -> None:
        self.diagnostics.schedule(folder)


def create_server() -> OrchestratorServer:
    """A server with every handler."""
    server = OrchestratorServer()
    _add_life_cycle(server)
    _add_documents(server)
    _add_commands(server)
    return server


def _add_life_cycle(server: OrchestratorServer) -> None:
    @server.feature(lsp.INITIALIZE)
    def initialize(ls: OrchestratorServer, params: lsp.InitializeParams) -> None:
        ls.client_features = features_of(params.capabilities)
        options = params.initialization_options
        ls.editor_settings = dict(options) if isinstance(options, dict) else _as_dict(options)

    @server.feature(lsp.SHUTDOWN)
    async def shutdown(ls: OrchestratorServer, _params: None) -> None:
        await ls.close()


def _add_documents(server: OrchestratorServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def did_open(ls: OrchestratorServer, params: lsp.DidOpenTextDocumentParams) -> None:
        ls.check_soon(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def did_save(ls: OrchestratorServer, params: lsp.DidSaveTextDocumentParams) -> None:
        ls.check_soon(params.text_document.uri)

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix])
    )
    async def code_action(ls: OrchestratorServer, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        from aws_orchestrator.lsp.code_actions import quick_fixes

        return quick_fixes(ls, params)


def _add_commands(server: OrchestratorServer) -> None:
    @server.command(f"{_COMMANDS}generateModule")
    async def generate_module(ls: OrchestratorServer, params: Any) -> Any:
        from aws_orchestrator.protocol import GenerateParams, RunStarted

        def start() -> RunStarted:
            given = _parse(GenerateParams, params)
            run_id = ls.tasks.generate(_folder(given.workspace_folder), given.request, given.answers)
            return RunStarted(run_id=run_id)

        return _answer(start)

    @server.command(f"{_COMMANDS}resumeRun")
    async def resume_run(ls: OrchestratorServer, params: Any) -> Any:
        from aws_orchestrator.protocol import RunParams, RunStarted

        def resume() -> RunStarted:
            given = _parse(RunParams, params)
            return RunStarted(
                run_id=ls.tasks.resume(_folder(given.workspace_folder or ls.workspace.root_uri), given.run_id)
            )

        return _answer(resume)

    @server.command(f"{_COMMANDS}cancelRun")
    async def cancel_run(ls: OrchestratorServer, params: Any) -> Any:
        from aws_orchestrator.protocol import RunParams

        def cancel() -> None:
            given = _parse(RunParams, params)
            folder = given.workspace_folder or ls.workspace.root_uri
            ls.tasks.cancel(given.run_id, _folder(folder) if folder else None)

        return _answer(cancel)

    @server.command(f"{_COMMANDS}validateModule")
    async def validate_module(ls: OrchestratorServer, params: Any) -> Any:
        from aws_orchestrator.protocol import ModuleParams

        uri = _answer(lambda: _parse(ModuleParams, params)).uri
        path = _answer(lambda: _folder(uri))
        return await _validated(ls, path if path.is_dir() else path.parent)


async def _validated(ls: OrchestratorServer, folder: Path) -> Any:
    from aws_orchestrator.errors import OrchestratorError, UsageError
    from aws_orchestrator.workflows.report import ValidationReport

    try:
        validation = await ls.diagnostics.refresh(folder)
        if validation is None:
            raise UsageError(f"{folder} holds no Terraform module; open one of its files.")
    except OrchestratorError as error:
        raise _failure(error) from error
    return ValidationReport.of(validation).model_dump(mode="json", by_alias=True)


def _parse(model: "type[_Params]", params: Any) -> "_Params":
    """A command's one argument as its model; UsageError names what is wrong with it."""
    from pydantic import ValidationError

    from aws_orchestrator.errors import UsageError

    try:
        return model.model_validate(_as_dict(params))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the argument"
        raise UsageError(f"The command's argument is wrong: {where}: {first['msg']}.") from error


def _folder(uri: str | None) -> Path:
    from aws_orchestrator.errors import UsageError
    from aws_orchestrator.lsp.editor_workspace import path_of

    path = path_of(uri) if uri else None
    if path is None:
        raise UsageError("No folder is open, or it is not on this machine's disk; open a folder first.")
    return path


def _answer(work: Callable[[], Any]) -> Any:
    """The result as plain data; errors for people become errors of the protocol with the same sentence."""
    from aws_orchestrator.errors import OrchestratorError
    from aws_orchestrator.protocol import RunStarted

    try:
        result = work()
    except OrchestratorError as error:
        raise _failure(error) from error
    return result.model_dump(mode="json", by_alias=True) if isinstance(result, RunStarted) else result


def _failure(error: Any) -> JsonRpcException:
    code = _INVALID_PARAMS if error.exit_code == 2 else _REQUEST_FAILED
    return JsonRpcException(message=str(error), code=code, data={"kind": type(error).__name__})


def _as_dict(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    fields = getattr(value, "_asdict", None)
    return dict(fields()) if fields else {}


def serve() -> int:
    """Serve one client over stdio until it says exit or goes away; the process's exit code."""
    # A client that vanishes sends no shutdown: its runs stay resumable, and workers end when our end of their pipe does.
    create_server().start_io()
    return 0
