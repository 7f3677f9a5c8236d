"""Diagnostics: the findings of a module's checks at their places, cleared as soon as they are gone."""

import asyncio
import posixpath
from collections.abc import Awaitable, Callable
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.errors import OrchestratorError
from aws_orchestrator.findings import Finding, Severity, Tree
from aws_orchestrator.lsp.editor_workspace import open_buffers, uri_of
from aws_orchestrator.lsp.positions import Positions
from aws_orchestrator.workflows.module_tree import load_tree, module_root

SOURCE = "aws-orchestrator"
_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFORMATION: lsp.DiagnosticSeverity.Information,
}

CheckTree = Callable[[Path, Tree], Awaitable[Validation]]


class Diagnostics:
    """Checks modules and publishes what it finds: one check of a module at a time, the newest state last."""

    def __init__(self, server: LanguageServer, check: CheckTree) -> None:
        """`check` runs the checks of a module's tree; its first argument is the folder that bounds the module."""
        self._server = server
        self._check = check
        self._published: dict[Path, frozenset[str]] = {}
        self._running: dict[Path, asyncio.Task[None]] = {}
        self._again: set[Path] = set()

    def schedule(self, folder: Path) -> None:
        """Check the module of a folder soon; while a check of it runs, exactly one more follows."""
        if folder in self._running:
            self._again.add(folder)
            return
        task = asyncio.get_running_loop().create_task(self._run(folder))
        self._running[folder] = task
        task.add_done_callback(lambda done: self._finished(folder, done))

    async def refresh(self, folder: Path) -> Validation | None:
        """Check the module of a folder now and publish; None when the folder holds no module."""
        root = self._root(folder)
        try:
            # Reading folders blocks: it is done beside the loop.
            buffers = open_buffers(self._server)
            tree = await asyncio.to_thread(load_tree, folder, root, buffers)
        except OrchestratorError as error:
            self._log(str(error))
            self._publish(folder, root, Tree(key="", files={}), ())
            return None
        validation = await self._check(root, tree)
        self._publish(folder, root, tree, validation.findings)
        return validation

    def close(self) -> None:
        """Stop every check."""
        for task in self._running.values():
            task.cancel()

    async def _run(self, folder: Path) -> None:
        try:
            await self.refresh(folder)
        except OrchestratorError as error:
            self._log(str(error))

    def _finished(self, folder: Path, task: asyncio.Task[None]) -> None:
        self._running.pop(folder, None)
        if not task.cancelled() and task.exception() is not None:
            self._log(f"The check of {folder} failed: {task.exception()!r}")
        if folder in self._again and not task.cancelled():
            self._again.discard(folder)
            self.schedule(folder)

    def _publish(self, folder: Path, root: Path, tree: Tree, findings: tuple[Finding, ...]) -> None:
        prefix = folder.relative_to(root) if folder.is_relative_to(root) else Path()
        by_uri: dict[str, list[lsp.Diagnostic]] = {}
        positions: dict[str, Positions] = {}
        for finding in findings:
            file = finding.place.file if finding.place else _main_file(tree)
            path = posixpath.normpath((prefix / file).as_posix())
            if path not in positions:
                positions[path] = Positions(
                    tree.files.get(path, b""), self._server.workspace.position_encoding or "utf-16"
                )
            uri = uri_of(root / path)
            by_uri.setdefault(uri, []).append(self._diagnostic(finding, positions, prefix, folder))
        before = self._published.get(folder, frozenset())
        for uri in sorted(before | by_uri.keys()):
            document = self._server.workspace.text_documents.get(uri)
            self._server.text_document_publish_diagnostics(
                lsp.PublishDiagnosticsParams(
                    uri=uri, diagnostics=by_uri.get(uri, []), version=document.version if document else None
                )
            )
        self._published[folder] = frozenset(by_uri)

    def _diagnostic(
        self, finding: Finding, positions: dict[str, Positions], prefix: Path, folder: Path
    ) -> lsp.Diagnostic:
        if finding.place:
            range_ = positions[posixpath.normpath((prefix / finding.place.file).as_posix())].place(
                finding.place
            )
        else:
            range_ = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 1))
        detail = f"\n{finding.detail}" if finding.detail and finding.detail != finding.summary else ""
        # A layout that `terraform fmt` would change is nothing that breaks: it must not look like an error.
        severity = lsp.DiagnosticSeverity.Warning if finding.check == "fmt" else _SEVERITIES[finding.severity]
        data = None
        if finding.fix:
            data = {"fix": finding.fix.model_dump(mode="json"), "folder": uri_of(folder)}
        return lsp.Diagnostic(
            range=range_,
            message=finding.summary + detail,
            severity=severity,
            source=SOURCE,
            code=finding.code or finding.check,
            data=data,
        )

    def _root(self, folder: Path) -> Path:
        for workspace in self._server.workspace.folders.values():
            root = Path(workspace.uri.removeprefix("file://"))
            if folder.is_relative_to(root):
                return root
        return module_root(folder)

    def _log(self, message: str) -> None:
        self._server.window_log_message(lsp.LogMessageParams(type=lsp.MessageType.Warning, message=message))


def _main_file(tree: Tree) -> str:
    prefix = "" if tree.module == "." else f"{tree.module}/"
    names = sorted(
        path.removeprefix(prefix) for path in tree.files if path.startswith(prefix) and path.endswith(".tf")
    )
    return "main.tf" if "main.tf" in names or not names else names[0]
