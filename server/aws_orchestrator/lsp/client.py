"""What the connected client can do, read once from its capabilities."""

from typing import Any, NamedTuple

from lsprotocol import types as lsp


class ClientFeatures(NamedTuple):
    """The capabilities that change how we talk to a client."""

    gate: bool
    """It answers `awsOrchestrator/gate`."""
    save_files: bool
    """It saves the documents of a run and acknowledges (`awsOrchestrator/saveFiles`)."""
    create_files: bool
    """Workspace edits may create and delete files."""
    apply_edit: bool
    progress: bool

    @property
    def writes_through_editor(self) -> bool:
        """True when files are written by a workspace edit; else the server writes them itself."""
        return self.apply_edit and self.create_files and self.save_files


def features_of(capabilities: lsp.ClientCapabilities) -> ClientFeatures:
    """The features of a client."""
    ours = _mapping(_mapping(capabilities.experimental).get("awsOrchestrator"))
    workspace = capabilities.workspace
    edit = workspace.workspace_edit if workspace else None
    operations = set(edit.resource_operations or ()) if edit else set()
    needed = {lsp.ResourceOperationKind.Create, lsp.ResourceOperationKind.Delete}
    return ClientFeatures(
        gate=bool(ours.get("gate")),
        save_files=bool(ours.get("saveFiles")),
        create_files=bool(edit and edit.document_changes) and needed <= operations,
        apply_edit=bool(workspace and workspace.apply_edit),
        progress=bool(capabilities.window and capabilities.window.work_done_progress),
    )


def _mapping(value: Any) -> dict[str, Any]:
    # pygls structures `experimental` as a namedtuple, not as a dictionary.
    if isinstance(value, dict):
        return value
    fields = getattr(value, "_asdict", None)
    return dict(fields()) if fields else {}
