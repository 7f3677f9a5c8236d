"""A fix as the editor's workspace edit: with versions, new files, and a question before what is risky."""

import os
from pathlib import Path

from lsprotocol import types as lsp

from aws_orchestrator.findings import Edit, Fix
from aws_orchestrator.lsp.client import ClientFeatures
from aws_orchestrator.lsp.diagnostics import Checked
from aws_orchestrator.lsp.files import EditorFiles
from aws_orchestrator.lsp.positions import Positions

_RISK = "risk"
_Change = lsp.TextDocumentEdit | lsp.CreateFile | lsp.RenameFile | lsp.DeleteFile


def fix_edit(
    files: EditorFiles, client: ClientFeatures, checked: Checked, fix: Fix, breaking: tuple[str, ...]
) -> lsp.WorkspaceEdit | None:
    """The workspace edit of a fix; None when the client cannot make it (a new file, without resource operations)."""
    grouped: dict[Path, list[Edit]] = {}
    for edit in fix.edits:
        path = Path(os.path.normpath(checked.folder / edit.file))
        grouped.setdefault(path, []).append(edit)
    contents = {path: _content(checked, path) for path in grouped}
    created = [path for path, content in contents.items() if content is None]
    if created and not client.create_files:
        return None
    texts = {
        path: [Positions(contents[path] or b"", files.encoding).edit(edit) for edit in edits]
        for path, edits in grouped.items()
    }
    if not client.document_changes:
        return lsp.WorkspaceEdit(changes={files.uri(path): edits for path, edits in texts.items()})
    risky = bool(breaking) and client.change_annotations
    changes: list[_Change] = [
        lsp.CreateFile(uri=files.uri(path), options=lsp.CreateFileOptions(ignore_if_exists=False))
        for path in created
    ]
    for path, edits in texts.items():
        marked = [_annotated(edit) for edit in edits] if risky else edits
        # With the version: what is typed between this answer and its use makes the editor refuse the edit.
        changes.append(lsp.TextDocumentEdit(text_document=files.versioned(path), edits=marked))
    annotation = lsp.ChangeAnnotation(
        label=fix.title, needs_confirmation=True, description="; ".join(breaking)
    )
    return lsp.WorkspaceEdit(
        document_changes=changes, change_annotations={_RISK: annotation} if risky else None
    )


def _annotated(edit: lsp.TextEdit) -> lsp.AnnotatedTextEdit:
    return lsp.AnnotatedTextEdit(annotation_id=_RISK, range=edit.range, new_text=edit.new_text)


def _content(checked: Checked, path: Path) -> bytes | None:
    if not path.is_relative_to(checked.root):
        return b""
    return checked.tree.files.get(path.relative_to(checked.root).as_posix())
