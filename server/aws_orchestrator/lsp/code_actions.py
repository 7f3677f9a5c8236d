"""Code actions: the fix that a finding carries, as a quick fix."""

from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from aws_orchestrator.findings import Fix
from aws_orchestrator.lsp.editor_workspace import open_buffers, path_of, uri_of
from aws_orchestrator.lsp.positions import Positions


def quick_fixes(server: LanguageServer, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """One quick fix for each of the asked diagnostics that has a fix."""
    actions = []
    for diagnostic in params.context.diagnostics:
        data = _plain(diagnostic.data)
        folder = path_of(data["folder"]) if data and data.get("fix") else None
        if folder is not None:
            fix = Fix.model_validate(_plain(data["fix"]))
            edit = _workspace_edit(server, folder, fix)
            actions.append(
                lsp.CodeAction(
                    title=fix.title,
                    kind=lsp.CodeActionKind.QuickFix,
                    diagnostics=[diagnostic],
                    is_preferred=fix.preferred,
                    edit=edit,
                )
            )
    return actions


def _workspace_edit(server: LanguageServer, folder: Path, fix: Fix) -> lsp.WorkspaceEdit:
    buffers = open_buffers(server)
    encoding = server.workspace.position_encoding or "utf-16"
    changes: dict[str, list[lsp.TextEdit]] = {}
    for edit in fix.edits:
        path = (folder / edit.file).resolve()
        content = buffers[path] if path in buffers else path.read_bytes()
        changes.setdefault(uri_of(path), []).append(Positions(content, encoding).edit(edit))
    return lsp.WorkspaceEdit(changes=changes)


def _plain(value: Any) -> Any:
    """Pygls hands a diagnostic's data back as namedtuples: make them dictionaries again."""
    fields = getattr(value, "_asdict", None)
    if fields is not None:
        return {key: _plain(item) for key, item in fields().items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
