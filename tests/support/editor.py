"""A client that behaves like an editor: keeps buffers, applies edits, saves on request, answers gates from a script."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.uris import to_fs_path
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities
from pytest_lsp.client import make_test_lsp_client

GATE = "awsOrchestrator/gate"
PATIENCE = 30.0


class Editor:
    """What one test's editor saw, and how it answers."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.events: list[Any] = []
        self.gates: list[Any] = []
        self.answers: list[Any] = []
        """Answers to gates, in order; when they run out, the primary option is taken. A callable is awaited."""
        self.saved: list[tuple[str, ...]] = []
        self.edits: list[lsp.WorkspaceEdit] = []
        self.questions: list[lsp.ShowMessageRequestParams] = []
        self.message_answers: list[str | None] = []
        self.cancelled_gates = 0
        self.buffers: dict[Path, str] = {}

    async def generate(self, workspace: Path, request: str, **more: Any) -> str:
        """Start a run; its id."""
        result = await self.command("generateModule", request=request, workspaceFolder=workspace.as_uri(), **more)
        run_id: str = result["runId"] if isinstance(result, dict) else result.runId
        return run_id

    async def command(self, verb: str, **arguments: Any) -> Any:
        """Execute one of the server's commands."""
        return await self.client.workspace_execute_command_async(
            lsp.ExecuteCommandParams(command=f"awsOrchestrator.server.{verb}", arguments=[arguments])
        )

    async def finished(self, run_id: str) -> Any:
        """The `finished` event of a run."""
        return await self.until(
            lambda: next((e for e in self.events if e.runId == run_id and e.kind == "finished"), None), f"run {run_id} to end"
        )

    async def until(self, condition: Any, what: str) -> Any:
        """The first true value of the condition."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not (value := condition()):
                    await asyncio.sleep(0.02)
                return value
        except TimeoutError:
            said = [message.message for message in (*self.client.log_messages, *self.client.messages)]
            raise AssertionError(f"waited in vain for {what}; the server said {said}") from None

    def open(self, path: Path, text: str | None = None, version: int = 1) -> str:
        """Open a document; its URI."""
        content = path.read_text(encoding="utf-8") if text is None else text
        self.buffers[path] = content
        item = lsp.TextDocumentItem(uri=path.as_uri(), language_id="terraform", version=version, text=content)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(text_document=item))
        return path.as_uri()

    def change(self, path: Path, text: str, version: int) -> None:
        """Change the buffer of an open document."""
        self.buffers[path] = text
        document = lsp.VersionedTextDocumentIdentifier(uri=path.as_uri(), version=version)
        change = lsp.TextDocumentContentChangeWholeDocument(text=text)
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(text_document=document, content_changes=[change])
        )

    def save(self, path: Path) -> None:
        """Write the buffer to disk and say so."""
        path.write_text(self.buffers[path], encoding="utf-8")
        self.client.text_document_did_save(
            lsp.DidSaveTextDocumentParams(text_document=lsp.TextDocumentIdentifier(uri=path.as_uri()))
        )

    def diagnostics(self, path: Path) -> list[lsp.Diagnostic]:
        """What is published for a file now."""
        return list(self.client.diagnostics.get(path.as_uri(), []))

    def _apply(self, edit: lsp.WorkspaceEdit) -> None:
        for change in edit.document_changes or ():
            path = Path(to_fs_path(change.uri if not isinstance(change, lsp.TextDocumentEdit) else change.text_document.uri))
            if isinstance(change, lsp.CreateFile):
                # As VS Code does: the file is made empty, the text stays in the buffer until it is saved.
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
            elif isinstance(change, lsp.TextDocumentEdit):
                self.buffers[path] = change.edits[0].new_text
            elif isinstance(change, lsp.DeleteFile):
                path.unlink(missing_ok=True)


def editor_config(
    *, gate: bool = True, save: bool = True, resource_operations: bool = True, environment: dict[str, str] | None = None
) -> ClientServerConfig:
    """The configuration of a client with or without our extension's abilities."""

    def factory() -> LanguageClient:
        client = make_test_lsp_client()
        editor = Editor(client)
        client.editor = editor  # type: ignore[attr-defined]
        client.ours = {"gate": gate, "saveFiles": save}  # type: ignore[attr-defined]
        client.resource_operations = resource_operations  # type: ignore[attr-defined]
        _register(client, editor)
        return client

    return ClientServerConfig(
        server_command=[sys.executable, "-m", "aws_orchestrator", "serve"],
        client_factory=factory,
        server_env=environment,
    )


def _register(client: LanguageClient, editor: Editor) -> None:
    @client.feature("awsOrchestrator/runEvent")
    def run_event(params: Any) -> None:
        editor.events.append(params)

    @client.feature(GATE)
    async def gate(params: Any) -> Any:
        editor.gates.append(params)
        if not editor.answers:
            primary = next(option.key for option in params.options if option.primary)
            return {"choice": primary, "fields": {}}
        answer = editor.answers.pop(0)
        try:
            return await answer() if callable(answer) else answer
        except asyncio.CancelledError:
            editor.cancelled_gates += 1
            raise

    @client.feature("awsOrchestrator/saveFiles")
    def save_files(params: Any) -> Any:
        editor.saved.append(tuple(params.uris))
        for uri in params.uris:
            path = Path(to_fs_path(uri))
            path.write_text(editor.buffers[path], encoding="utf-8")
        return {"saved": list(params.uris)}

    @client.feature(lsp.WORKSPACE_APPLY_EDIT)
    def apply_edit(params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
        editor.edits.append(params.edit)
        editor._apply(params.edit)
        return lsp.ApplyWorkspaceEditResult(applied=True)

    @client.feature(lsp.WINDOW_SHOW_MESSAGE_REQUEST)
    def show_message_request(params: lsp.ShowMessageRequestParams) -> lsp.MessageActionItem | None:
        editor.questions.append(params)
        title = editor.message_answers.pop(0) if editor.message_answers else None
        return lsp.MessageActionItem(title=title) if title else None


async def start(client: LanguageClient, *workspaces: Path) -> Editor:
    """Initialise a session over the workspace folders."""
    capabilities = client_capabilities("visual-studio-code")
    capabilities.experimental = {"awsOrchestrator": client.ours}  # type: ignore[attr-defined]
    assert capabilities.workspace is not None
    assert capabilities.workspace.workspace_edit is not None
    if not client.resource_operations:  # type: ignore[attr-defined]
        capabilities.workspace.workspace_edit.resource_operations = None
    folders = [lsp.WorkspaceFolder(uri=path.as_uri(), name=path.name) for path in workspaces]
    await client.initialize_session(lsp.InitializeParams(capabilities=capabilities, workspace_folders=folders))
    editor: Editor = client.editor  # type: ignore[attr-defined]
    return editor
