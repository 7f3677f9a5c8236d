"""The workspace as the editor has it: unsaved buffers count, and files are written by a workspace edit."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from aws_orchestrator.errors import ToolFailed
from aws_orchestrator.lsp.client import ClientFeatures
from aws_orchestrator.lsp.files import EditorFiles
from aws_orchestrator.lsp.positions import Positions
from aws_orchestrator.lsp.wire import ask_client
from aws_orchestrator.protocol import SAVE_FILES, SaveParams
from aws_orchestrator.workflows.disk import DiskWorkspace

Hold = Callable[[Iterable[Path]], AbstractContextManager[None]]

_RISK = "risk"
_GRACE_SECONDS = 2.0


class EditorWorkspace:
    """One workspace folder of the editor."""

    def __init__(
        self, server: LanguageServer, client: ClientFeatures, files: EditorFiles, root: Path, hold: Hold
    ) -> None:
        """UsageError when the folder cannot be written; `hold` keeps the checks off folders while they are written."""
        self._server = server
        self._client = client
        self._files = files
        self._hold = hold
        self._disk = DiskWorkspace(root)

    @property
    def root(self) -> Path:
        """The workspace folder, resolved."""
        return self._disk.root

    async def read(self, path: str) -> bytes | None:
        """The buffer of an open document, else the file; None when there is neither."""
        document = self._files.document(self._disk.locate(path).resolve())
        return await self._disk.read(path) if document is None else document.content

    async def write(
        self, run_id: str, writes: Mapping[str, bytes], deletes: frozenset[str], confirm: str = ""
    ) -> None:
        """One workspace edit, saved and compared with the disk; direct writes where the client cannot do that.

        A workspace edit in VS Code leaves new files empty beside unsaved buffers, so the client saves exactly these
        documents; what the disk then holds otherwise (a formatter on save, another line ending) is written again.
        """
        folders = {self._disk.locate(path).parent.resolve() for path in (*writes, *deletes)}
        with self._hold(folders):
            if not self._client.writes_through_editor:
                await self._disk.write(run_id, writes, deletes)
                return
            work = asyncio.ensure_future(self._through_editor(run_id, writes, deletes, confirm))
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                # Cancelled halfway: an editor that answers is let finish, so that no file stays empty or unsaved.
                await asyncio.wait({work}, timeout=_GRACE_SECONDS)
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)
                raise

    async def _through_editor(
        self, run_id: str, writes: Mapping[str, bytes], deletes: frozenset[str], confirm: str
    ) -> None:
        count = len(writes) + len(deletes)
        params = lsp.ApplyWorkspaceEditParams(
            edit=await self._edit(writes, deletes, confirm),
            label=f"AWS Orchestrator: {count} {'file' if count == 1 else 'files'}",
        )
        try:
            result = await ask_client(self._server, lsp.WORKSPACE_APPLY_EDIT, params)
        except JsonRpcException as error:
            raise ToolFailed(
                f"The editor could not apply the files: {error}. Resume the run to try again."
            ) from error
        if not result.applied:
            reason = (result.failure_reason or "it gave no reason").rstrip(".")
            raise ToolFailed(f"The editor refused the files: {reason}. Resume the run when that is mended.")
        await self._save(run_id, tuple(writes))
        different = {
            path: content for path, content in writes.items() if await self._disk.read(path) != content
        }
        left = frozenset([path for path in deletes if await self._disk.read(path) is not None])
        if different or left:
            await self._disk.write(run_id, different, left)

    async def _edit(
        self, writes: Mapping[str, bytes], deletes: frozenset[str], confirm: str
    ) -> lsp.WorkspaceEdit:
        changes: list[lsp.CreateFile | lsp.TextDocumentEdit | lsp.DeleteFile | lsp.RenameFile] = []
        for path, content in writes.items():
            present = await self.read(path)
            if present is None:
                options = lsp.CreateFileOptions(ignore_if_exists=True)
                changes.append(lsp.CreateFile(uri=self._uri(path), options=options))
            text = lsp.TextEdit(
                range=Positions(present or b"", self._files.encoding).whole(), new_text=content.decode()
            )
            document = self._files.versioned(self._disk.locate(path).resolve())
            risky = confirm and present is not None and self._client.change_annotations
            marked = lsp.AnnotatedTextEdit(annotation_id=_RISK, range=text.range, new_text=text.new_text)
            changes.append(lsp.TextDocumentEdit(text_document=document, edits=[marked if risky else text]))
        changes += [
            lsp.DeleteFile(uri=self._uri(path), options=lsp.DeleteFileOptions(ignore_if_not_exists=True))
            for path in sorted(deletes)
        ]
        if not confirm or not self._client.change_annotations:
            return lsp.WorkspaceEdit(document_changes=changes)
        label = lsp.ChangeAnnotation(
            label="Update of the module", needs_confirmation=True, description=confirm
        )
        return lsp.WorkspaceEdit(document_changes=changes, change_annotations={_RISK: label})

    async def _save(self, run_id: str, paths: tuple[str, ...]) -> None:
        params = SaveParams(run_id=run_id, uris=tuple(self._uri(path) for path in paths))
        try:
            await ask_client(self._server, SAVE_FILES, params.model_dump(mode="json", by_alias=True))
        except JsonRpcException as error:
            # What was not saved is seen on the disk, and written there by us.
            note = f"The editor could not save the run's files: {error}"
            self._server.window_log_message(lsp.LogMessageParams(type=lsp.MessageType.Warning, message=note))

    def _uri(self, path: str) -> str:
        return self._files.uri(self._disk.locate(path).resolve())
