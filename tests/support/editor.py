"""A client that behaves like an editor: keeps buffers, applies edits, saves on request, answers gates from a script."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest_lsp
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.uris import to_fs_path
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities
from pytest_lsp.client import make_test_lsp_client

GATE = "awsOrchestrator/gate"
COMMAND = "awsOrchestrator.server."
PATIENCE = 60.0

_Value = TypeVar("_Value")
_Handler = TypeVar("_Handler", bound=Callable[..., Any])
_Session = Callable[..., AsyncIterator[None]]
OURS = {"gate": True, "saveFiles": True}


class Editor:
    """What one test's editor saw, and how it answers."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.events: list[Any] = []
        self.gates: list[Any] = []
        self.answers: list[Any] = []
        """Answers to gates, in order; when they run out, the primary option is taken. A callable is awaited."""
        self.closed_gates: list[str] = []
        """Ids of the gates that the server took back."""
        self.questions: list[lsp.ShowMessageRequestParams] = []
        self.message_answers: list[Any] = []
        """Labels picked in message requests, in order; None when they run out."""
        self.edits: list[lsp.WorkspaceEdit] = []
        self.saved: list[tuple[str, ...]] = []
        self.refuse_edits = ""
        self.save: Callable[[Path, str], bool] = _write
        """Saves a buffer; what an editor does on save otherwise (a formatter, a failure) is put here."""
        self.buffers: dict[Path, str] = {}
        self.registered: list[str] = []
        self.publications: dict[str, list[lsp.PublishDiagnosticsParams]] = {}
        """By URI, for the files that a test asked about."""
        self.lens_refreshes = 0

    def forget(self) -> None:
        """Forget what was seen, for the next test of the same session."""
        for seen in (self.events, self.gates, self.closed_gates, self.questions, self.edits, self.saved):
            seen.clear()
        self.client.messages.clear()
        self.client.log_messages.clear()
        self.answers, self.message_answers = [], []
        self.refuse_edits, self.save = "", _write

    async def generate(self, workspace: Path, request: str, **more: Any) -> str:
        """Start a run; its id."""
        result = await self.command(
            "generateModule", {"request": request, "workspaceFolder": workspace.as_uri(), **more}
        )
        run_id: str = result["runId"]
        return run_id

    async def command(self, verb: str, *arguments: Any) -> Any:
        """Execute one of the server's commands; its result as plain data."""
        params = lsp.ExecuteCommandParams(command=COMMAND + verb, arguments=list(arguments))
        return plain(await self.client.workspace_execute_command_async(params))

    async def refused(self, verb: str, *arguments: Any) -> JsonRpcException:
        """The error that a command ends with."""
        try:
            result = await self.command(verb, *arguments)
        except JsonRpcException as error:
            return error
        raise AssertionError(f"{verb} was not refused: {result}")

    async def finished(self, run_id: str) -> Any:
        """The `finished` event of a run."""
        return await self.until(
            lambda: next((e for e in self.events if e.runId == run_id and e.kind == "finished"), None),
            f"run {run_id} to end",
        )

    async def gate(self, kind: str) -> Any:
        """The first gate of a kind, once it is asked."""
        return await self.until(
            lambda: next((g for g in self.gates if g.kind == kind), None), f"the gate {kind}"
        )

    async def until(self, condition: Callable[[], _Value | None], what: str) -> _Value:
        """The first true value of the condition."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not (value := condition()):  # noqa: ASYNC110  # pygls fills what the condition reads
                    await asyncio.sleep(0.02)
                return value
        except TimeoutError:
            said = [one.message for one in self.client.log_messages]
            said += [one.message for one in self.client.messages]
            raise AssertionError(f"waited in vain for {what}; the server said {said}") from None

    def open(self, path: Path, text: str | None = None, version: int = 1, uri: str | None = None) -> str:
        """Open a document; its URI."""
        content = path.read_text(encoding="utf-8") if text is None else text
        self.buffers[path] = content
        item = lsp.TextDocumentItem(
            uri=uri or path.as_uri(), language_id="terraform", version=version, text=content
        )
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(text_document=item))
        return item.uri

    def change(self, path: Path, text: str, version: int) -> None:
        """Replace the buffer of an open document."""
        self.buffers[path] = text
        self._changed(path, version, lsp.TextDocumentContentChangeWholeDocument(text=text))

    def type(self, path: Path, at: lsp.Range, text: str, version: int) -> None:
        """Change a range of an open document as typing does; the test keeps the buffer right itself."""
        self._changed(path, version, lsp.TextDocumentContentChangePartial(range=at, text=text))

    def save_buffer(self, path: Path) -> None:
        """Write the buffer to disk and say so."""
        path.write_text(self.buffers[path], encoding="utf-8")
        self.client.text_document_did_save(
            lsp.DidSaveTextDocumentParams(text_document=lsp.TextDocumentIdentifier(uri=path.as_uri()))
        )

    def close(self, path: Path) -> None:
        """Close a document."""
        self.buffers.pop(path, None)
        self.client.text_document_did_close(
            lsp.DidCloseTextDocumentParams(text_document=lsp.TextDocumentIdentifier(uri=path.as_uri()))
        )

    def told(self, path: Path) -> list[lsp.PublishDiagnosticsParams]:
        """A list that every publication for a file is added to from now on."""
        return self.publications.setdefault(path.as_uri(), [])

    def diagnostics(self, path: Path | str) -> list[lsp.Diagnostic]:
        """What is published for a file now."""
        return list(self.client.diagnostics.get(path if isinstance(path, str) else path.as_uri(), []))

    async def shown(self, path: Path | str, word: str) -> lsp.Diagnostic:
        """The diagnostic of a file that says a word, once it is published."""
        return await self.until(
            lambda: next((d for d in self.diagnostics(path) if word in d.message), None),
            f"a diagnostic of {path} with {word!r}",
        )

    async def cleared(self, path: Path | str, word: str = "") -> None:
        """Returns when no diagnostic of a file says a word."""
        await self.until(
            lambda: not [d for d in self.diagnostics(path) if word in d.message],
            f"{word!r} to be cleared in {path}",
        )

    async def fixes(self, path: Path, diagnostic: lsp.Diagnostic) -> Sequence[lsp.CodeAction]:
        """The quick fixes for a diagnostic."""
        params = lsp.CodeActionParams(
            text_document=lsp.TextDocumentIdentifier(uri=path.as_uri()),
            range=diagnostic.range,
            context=lsp.CodeActionContext(diagnostics=[diagnostic]),
        )
        found = await self.client.text_document_code_action_async(params)
        return [action for action in found or () if isinstance(action, lsp.CodeAction)]

    def apply(self, edit: lsp.WorkspaceEdit) -> None:
        """Apply an edit to the buffers, as VS Code does: new files are made empty, texts stay unsaved."""
        for uri, edits in (edit.changes or {}).items():
            self._edit(path_of(uri), edits)
        for change in edit.document_changes or ():
            if isinstance(change, lsp.TextDocumentEdit):
                plain_edits = [
                    lsp.TextEdit(range=one.range, new_text=one.new_text)
                    for one in change.edits
                    if isinstance(one, lsp.TextEdit | lsp.AnnotatedTextEdit)
                ]
                self._edit(path_of(change.text_document.uri), plain_edits)
                continue
            assert not isinstance(change, lsp.RenameFile)
            path = path_of(change.uri)
            if isinstance(change, lsp.CreateFile):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
            else:
                path.unlink(missing_ok=True)
                self.buffers.pop(path, None)

    def _edit(self, path: Path, edits: Sequence[lsp.TextEdit]) -> None:
        text = self.buffers.get(path)
        if text is None:
            text = path.read_text(encoding="utf-8") if path.exists() else ""
        for edit in sorted(
            edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True
        ):
            start, end = _offset(text, edit.range.start), _offset(text, edit.range.end)
            text = text[:start] + edit.new_text + text[end:]
        self.buffers[path] = text

    def _changed(self, path: Path, version: int, change: lsp.TextDocumentContentChangeEvent) -> None:
        document = lsp.VersionedTextDocumentIdentifier(uri=path.as_uri(), version=version)
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(text_document=document, content_changes=[change])
        )


def editor_config(
    *,
    ours: dict[str, Any] | None = OURS,
    resource_operations: bool = True,
    encodings: tuple[str, ...] = ("utf-16",),
    environment: dict[str, str] | None = None,
    pulls: bool = False,
) -> ClientServerConfig:
    """The configuration of a client; `ours` is what it declares of our extension's abilities, None for nothing.

    `pulls` is for one that asks for diagnostics.
    """

    def factory() -> LanguageClient:
        client = make_test_lsp_client()
        capabilities = client_capabilities("visual-studio-code")
        assert capabilities.workspace is not None
        assert capabilities.workspace.workspace_edit is not None
        assert capabilities.general is not None
        capabilities.experimental = {"awsOrchestrator": ours} if ours is not None else None
        capabilities.general.position_encodings = list(encodings)
        if pulls:
            assert capabilities.text_document is not None
            capabilities.text_document.diagnostic = lsp.DiagnosticClientCapabilities()
            capabilities.workspace.diagnostics = lsp.DiagnosticWorkspaceClientCapabilities(
                refresh_support=True
            )
        if not resource_operations:
            capabilities.workspace.workspace_edit.resource_operations = None
        editor = Editor(client)
        client.editor = editor  # type: ignore[attr-defined]
        client.declared = capabilities  # type: ignore[attr-defined]
        _register(client, editor)
        return client

    return ClientServerConfig(
        server_command=[sys.executable, "-m", "aws_orchestrator", "serve"],
        client_factory=factory,
        server_env={**os.environ, **environment} if environment else None,
    )


def editor_session(**options: Any) -> Callable[[_Session], Any]:
    """A fixture of a module's tests: one editor with its server; options as `editor_config` takes them."""
    fixture = pytest_lsp.fixture(config=editor_config(**options), scope="module")
    return cast("Callable[[_Session], Any]", fixture)  # untyped in pytest-lsp 1.0.1


async def start(client: LanguageClient, *workspaces: Path, options: Any = None) -> Editor:
    """Initialise a session over the workspace folders."""
    folders = [lsp.WorkspaceFolder(uri=path.as_uri(), name=path.name) for path in workspaces]
    await client.initialize_session(
        lsp.InitializeParams(
            capabilities=client.declared,  # type: ignore[attr-defined]
            workspace_folders=folders,
            initialization_options=options,
        )
    )
    return editor_of(client)


def editor_of(client: LanguageClient) -> Editor:
    """The editor behind a client."""
    editor: Editor = client.editor  # type: ignore[attr-defined]
    return editor


def plain(value: Any) -> Any:
    """Data that pygls made namedtuples of, as dictionaries and lists again."""
    fields = getattr(value, "_asdict", None)
    if fields is not None:
        return {key: plain(item) for key, item in fields().items()}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def path_of(uri: str) -> Path:
    """The path of a `file:` URI."""
    name = to_fs_path(uri)
    assert name is not None
    return Path(name)


def _write(path: Path, text: str) -> bool:
    path.write_text(text, encoding="utf-8")
    return True


def _offset(text: str, position: lsp.Position) -> int:
    lines = text.split("\n")
    before = lines[position.line].encode("utf-16-le")[: 2 * position.character].decode("utf-16-le")
    return sum(len(line) + 1 for line in lines[: position.line]) + len(before)


def _keep_publications(client: LanguageClient, editor: Editor) -> None:
    # pytest-lsp keeps the diagnostics of a publication, not its version: its own handler is kept and listened to.
    handlers = cast("Any", client.protocol).fm.features
    keep = handlers[lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS]

    def publish(params: lsp.PublishDiagnosticsParams) -> None:
        editor.publications.get(params.uri, []).append(params)
        keep(params)

    handlers[lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = publish


def _register(client: LanguageClient, editor: Editor) -> None:
    feature = cast(
        "Callable[[str], Callable[[_Handler], _Handler]]", client.feature
    )  # untyped in pygls 2.1.1

    _keep_publications(client, editor)

    @feature("awsOrchestrator/runEvent")
    def run_event(params: Any) -> None:
        editor.events.append(params)

    @feature(GATE)
    async def gate(params: Any) -> Any:
        editor.gates.append(params)
        if not editor.answers:
            primary = next(option.key for option in params.options if option.primary)
            return {"choice": primary, "fields": {}}
        answer = editor.answers.pop(0)
        try:
            return await answer() if callable(answer) else answer
        except asyncio.CancelledError:
            editor.closed_gates.append(params.gateId)
            raise

    @feature("awsOrchestrator/saveFiles")
    def save_files(params: Any) -> Any:
        editor.saved.append(tuple(params.uris))
        return {
            "saved": [uri for uri in params.uris if editor.save(path_of(uri), editor.buffers[path_of(uri)])]
        }

    @feature(lsp.WORKSPACE_APPLY_EDIT)
    def apply_edit(params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
        if editor.refuse_edits:
            return lsp.ApplyWorkspaceEditResult(applied=False, failure_reason=editor.refuse_edits)
        editor.edits.append(params.edit)
        editor.apply(params.edit)
        return lsp.ApplyWorkspaceEditResult(applied=True)

    @feature(lsp.WINDOW_SHOW_MESSAGE_REQUEST)
    async def show_message_request(params: lsp.ShowMessageRequestParams) -> Any:
        editor.questions.append(params)
        answer = editor.message_answers.pop(0) if editor.message_answers else None
        if callable(answer):
            return await answer()
        return lsp.MessageActionItem(title=answer) if isinstance(answer, str) else answer

    @feature(lsp.WORKSPACE_CODE_LENS_REFRESH)
    def code_lens_refresh(_params: Any) -> None:
        editor.lens_refreshes += 1

    @feature(lsp.CLIENT_REGISTER_CAPABILITY)
    def register_capability(params: lsp.RegistrationParams) -> None:
        editor.registered += [registration.method for registration in params.registrations]
