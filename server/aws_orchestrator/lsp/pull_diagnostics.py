"""Diagnostics for a client that asks for them: a document's, or those of all files in which something is found."""

import asyncio
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from lsprotocol import converters
from lsprotocol import types as lsp

from aws_orchestrator.lsp.diagnostics import CHECKED, Diagnostics, module_folder
from aws_orchestrator.lsp.files import EditorFiles
from aws_orchestrator.lsp.uris import path_of

_CONVERTER = converters.get_converter()


class PullDiagnostics:
    """Answers pulls, always with what the newest contents give. From the first one on nothing is pushed."""

    def __init__(self, diagnostics: Diagnostics, files: EditorFiles, refresh: Callable[[], None]) -> None:
        """`refresh` tells the client to ask again."""
        self._diagnostics = diagnostics
        self._files = files
        self._refresh = refresh

    async def document(self, params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
        """What is found in a document; unchanged when that is what the client has."""
        self._diagnostics.pulled(self._refresh)
        path = path_of(params.text_document.uri)
        found: list[lsp.Diagnostic] = []
        if path is not None and path.name.endswith(CHECKED):
            await self._diagnostics.settled(module_folder(path))
            found = self._diagnostics.shown(path)
        result = await asyncio.to_thread(_result_id, found)
        if result == params.previous_result_id:
            return lsp.RelatedUnchangedDocumentDiagnosticReport(result_id=result)
        return lsp.RelatedFullDocumentDiagnosticReport(items=found, result_id=result)

    async def workspace(self, params: lsp.WorkspaceDiagnosticParams) -> lsp.WorkspaceDiagnosticReport:
        """What is found in every file of the modules that are open; what the client has of others is cleared."""
        self._diagnostics.pulled(self._refresh)
        had = {one.uri: one.value for one in params.previous_result_ids}
        uris: dict[str, Path | None] = {uri: path_of(uri) for uri in had}
        for path in self._diagnostics.places():
            uris |= dict.fromkeys(self._files.uris(path), path)
        return lsp.WorkspaceDiagnosticReport(
            items=[await self._report(uri, path, had.get(uri)) for uri, path in sorted(uris.items())]
        )

    async def _report(
        self, uri: str, path: Path | None, had: str | None
    ) -> lsp.WorkspaceFullDocumentDiagnosticReport | lsp.WorkspaceUnchangedDocumentDiagnosticReport:
        found = self._diagnostics.shown(path) if path is not None else []
        result = await asyncio.to_thread(_result_id, found)
        document = self._files.document(path) if path is not None else None
        version = document.version if document else None
        if result == had:
            return lsp.WorkspaceUnchangedDocumentDiagnosticReport(uri=uri, result_id=result, version=version)
        return lsp.WorkspaceFullDocumentDiagnosticReport(
            uri=uri, items=found, result_id=result, version=version
        )


def _result_id(found: list[lsp.Diagnostic]) -> str:
    """The same for the same diagnostics, also after a restart."""
    text = json.dumps(_CONVERTER.unstructure(found), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
