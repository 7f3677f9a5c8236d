"""Code actions: the fix that a finding carries, as a quick fix."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from lsprotocol import types as lsp

from aws_orchestrator.lsp.client import ClientFeatures, plain
from aws_orchestrator.lsp.conversion import PreparedFix, digest
from aws_orchestrator.lsp.diagnostics import Diagnostics
from aws_orchestrator.lsp.files import EditorFiles
from aws_orchestrator.lsp.positions import Positions


async def quick_fixes(
    diagnostics: Diagnostics, files: EditorFiles, client: ClientFeatures, params: lsp.CodeActionParams
) -> list[lsp.CodeAction]:
    """One quick fix for each of the asked diagnostics that has a fix, unless its files changed since the check."""
    only = params.context.only
    if only and not any(lsp.CodeActionKind.QuickFix.value.startswith(_name(kind)) for kind in only):
        return []
    actions = []
    for diagnostic in params.context.diagnostics:
        fix = diagnostics.fix(str(plain(diagnostic.data).get("fix", "")))
        contents = await _contents(files, fix) if fix is not None else None
        if fix is not None and contents is not None:
            actions.append(
                lsp.CodeAction(
                    title=fix.title,
                    kind=lsp.CodeActionKind.QuickFix,
                    diagnostics=[diagnostic],
                    is_preferred=fix.preferred,
                    edit=_workspace_edit(files, client, fix, contents),
                )
            )
    return actions


async def _contents(files: EditorFiles, fix: PreparedFix) -> Mapping[Path, bytes] | None:
    """The contents that the fix is made for; None when a file holds something else by now."""
    contents = {}
    for path, expected in fix.digests.items():
        document = files.document(path)
        content = document.content if document else await asyncio.to_thread(_read, path)
        if content is None or digest(content) != expected:
            return None
        contents[path] = content
    return contents


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _workspace_edit(
    files: EditorFiles, client: ClientFeatures, fix: PreparedFix, contents: Mapping[Path, bytes]
) -> lsp.WorkspaceEdit:
    edits = {
        path: [Positions(contents[path], files.encoding).edit(edit) for edit in given]
        for path, given in fix.edits.items()
    }
    if not client.document_changes:
        return lsp.WorkspaceEdit(changes={files.uri(path): given for path, given in edits.items()})
    # With the version: what is typed between this answer and its use makes the editor refuse the edit.
    return lsp.WorkspaceEdit(
        document_changes=[
            lsp.TextDocumentEdit(text_document=files.versioned(path), edits=given)
            for path, given in edits.items()
        ]
    )


def _name(kind: lsp.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, lsp.CodeActionKind) else kind
