"""The workspace as the editor has it: unsaved buffers count, and files are written by a workspace edit."""

from collections.abc import Mapping
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from aws_orchestrator.errors import ToolFailed
from aws_orchestrator.lsp.client import ClientFeatures
from aws_orchestrator.lsp.positions import whole
from aws_orchestrator.lsp.wire import ask_client
from aws_orchestrator.protocol import SAVE_FILES, SaveParams
from aws_orchestrator.workflows.disk import DiskWorkspace


class EditorWorkspace:
    """One workspace folder of the editor."""

    def __init__(self, server: LanguageServer, client: ClientFeatures, root: Path) -> None:
        """UsageError when the folder cannot be written."""
        self._server = server
        self._client = client
        self._disk = DiskWorkspace(root)

    @property
    def root(self) -> Path:
        """The workspace folder, resolved."""
        return self._disk.root

    async def read(self, path: str) -> bytes | None:
        """The buffer of an open document, else the file; None when there is neither."""
        document = open_buffers(self._server).get(self._disk.locate(path))
        return await self._disk.read(path) if document is None else document

    async def write(self, run_id: str, writes: Mapping[str, bytes], deletes: frozenset[str]) -> None:
        """One workspace edit, saved and compared with the disk; direct writes where the client cannot do that.

        A workspace edit in VS Code leaves new files empty beside unsaved buffers, so the client saves exactly these
        documents; what the disk then holds otherwise (a formatter on save, another line ending) is written again.
        """
        if not self._client.writes_through_editor:
            await self._disk.write(run_id, writes, deletes)
            return
        edit = await self._edit(writes, deletes)
        label = f"AWS Orchestrator: {len(writes)} files"
        try:
            result = await self._server.workspace_apply_edit_async(
                lsp.ApplyWorkspaceEditParams(edit=edit, label=label)
            )
        except JsonRpcException as error:
            raise ToolFailed(
                f"The editor could not apply the files: {error}. Nothing was written; resume the run."
            ) from error
        if not result.applied:
            reason = result.failure_reason or "it gave no reason"
            raise ToolFailed(f"The editor refused the files: {reason}. Resume the run when that is mended.")
        await self._save(run_id, tuple(writes))
        different = {
            path: content for path, content in writes.items() if await self._disk.read(path) != content
        }
        left = frozenset([path for path in deletes if await self._disk.read(path) is not None])
        if different or left:
            await self._disk.write(run_id, different, left)

    async def _edit(self, writes: Mapping[str, bytes], deletes: frozenset[str]) -> lsp.WorkspaceEdit:
        changes: list[lsp.CreateFile | lsp.TextDocumentEdit | lsp.DeleteFile | lsp.RenameFile] = []
        for path, content in writes.items():
            uri = self._uri(path)
            present = await self.read(path)
            if present is None:
                changes.append(lsp.CreateFile(uri=uri, options=lsp.CreateFileOptions(ignore_if_exists=True)))
            document = lsp.OptionalVersionedTextDocumentIdentifier(uri=uri, version=None)
            text = lsp.TextEdit(range=whole(present or b""), new_text=content.decode())
            changes.append(lsp.TextDocumentEdit(text_document=document, edits=[text]))
        changes += [
            lsp.DeleteFile(uri=self._uri(path), options=lsp.DeleteFileOptions(ignore_if_not_exists=True))
            for path in sorted(deletes)
        ]
        return lsp.WorkspaceEdit(document_changes=changes)

    async def _save(self, run_id: str, paths: tuple[str, ...]) -> None:
        params = SaveParams(run_id=run_id, uris=tuple(self._uri(path) for path in paths))
        try:
            await ask_client(self._server, SAVE_FILES, params.model_dump(mode="json", by_alias=True))
        except JsonRpcException as error:
            # What was not saved is seen on the disk, and written there by us.
            note = f"The editor could not save the run's files: {error}"
            self._server.window_log_message(lsp.LogMessageParams(type=lsp.MessageType.Warning, message=note))

    def _uri(self, path: str) -> str:
        return uri_of(self._disk.locate(path))


def uri_of(path: Path) -> str:
    """The URI of a file."""
    uri: str = from_fs_path(str(path))
    return uri


def path_of(uri: str) -> Path | None:
    """The resolved path of a `file:` URI, or None for another scheme."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path).resolve() if path else None


def open_buffers(server: LanguageServer) -> dict[Path, bytes]:
    """The contents of the documents that are open in the editor, by resolved path."""
    buffers = {}
    for uri, document in server.workspace.text_documents.items():
        path = path_of(uri)
        if path is not None:
            buffers[path] = document.source.encode()
    return buffers
