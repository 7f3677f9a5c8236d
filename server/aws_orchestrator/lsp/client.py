"""What the connected client can do, read once from its capabilities."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from lsprotocol import types as lsp


class ClientFeatures(NamedTuple):
    """The capabilities that change how we talk to a client."""

    run_events: bool = False
    """It knows us: it declares something of ours, so it gets `awsOrchestrator/runEvent` and says itself how runs end."""
    gate: bool = False
    """It answers `awsOrchestrator/gate`."""
    save_files: bool = False
    """It saves the documents of a run and acknowledges (`awsOrchestrator/saveFiles`)."""
    create_files: bool = False
    """Workspace edits may create and delete files."""
    apply_edit: bool = False
    document_changes: bool = False
    """Workspace edits may name document versions."""
    change_annotations: bool = False
    """It asks before it makes edits that are marked so."""
    snippets: bool = False
    """Completions may have places to fill in."""
    lens_refresh: bool = False
    """It asks for code lenses again when told to."""
    progress: bool = False
    configuration: bool = False
    """It answers `workspace/configuration`."""
    watched_files: bool = False
    """It watches files for us when asked to."""
    pulls: bool = False
    """It asks for diagnostics. Our own extension could, too, but is told of them sooner by a push."""
    refresh: bool = False
    """It asks for diagnostics again when told to."""

    @property
    def writes_through_editor(self) -> bool:
        """True when files are written by a workspace edit; else the server writes them itself."""
        return self.apply_edit and self.create_files and self.save_files


def features_of(capabilities: lsp.ClientCapabilities) -> ClientFeatures:
    """The features of a client."""
    ours = plain(plain(capabilities.experimental).get("awsOrchestrator"))
    workspace = capabilities.workspace or lsp.WorkspaceClientCapabilities()
    edit = workspace.workspace_edit or lsp.WorkspaceEditClientCapabilities()
    watching = workspace.did_change_watched_files
    needed = {lsp.ResourceOperationKind.Create, lsp.ResourceOperationKind.Delete}
    return ClientFeatures(
        run_events=bool(ours),
        gate=ours.get("gate") is True,
        save_files=ours.get("saveFiles") is True,
        create_files=bool(edit.document_changes) and needed <= set(edit.resource_operations or ()),
        apply_edit=bool(workspace.apply_edit),
        document_changes=bool(edit.document_changes),
        change_annotations=edit.change_annotation_support is not None,
        snippets=_snippets(capabilities),
        lens_refresh=bool(workspace.code_lens and workspace.code_lens.refresh_support),
        progress=bool(capabilities.window and capabilities.window.work_done_progress),
        configuration=bool(workspace.configuration),
        watched_files=bool(watching and watching.dynamic_registration),
        pulls=bool(capabilities.text_document and capabilities.text_document.diagnostic) and not ours,
        refresh=bool(workspace.diagnostics and workspace.diagnostics.refresh_support),
    )


def _snippets(capabilities: lsp.ClientCapabilities) -> bool:
    document = capabilities.text_document
    completion = document.completion if document else None
    item = completion.completion_item if completion else None
    return bool(item and item.snippet_support)


def plain(value: Any) -> Mapping[str, Any]:
    """A free-form object of the client as a mapping; an empty one when it is something else.

    pygls 2.1.1 makes namedtuples of some and leaves others as they came.
    """
    if isinstance(value, Mapping):
        return value
    fields = getattr(value, "_asdict", None)
    return fields() if fields else {}
