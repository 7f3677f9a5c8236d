"""Code actions: fixes that were tried, as quick fixes; the safe ones of a file at once; and the agent for the rest."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

from lsprotocol import types as lsp

from aws_orchestrator.errors import OrchestratorError
from aws_orchestrator.findings import Finding, Fix, Severity
from aws_orchestrator.hcl.edit_lines import edits_between
from aws_orchestrator.lsp.client import ClientFeatures, plain
from aws_orchestrator.lsp.diagnostics import Checked, Diagnostics, module_folder
from aws_orchestrator.lsp.files import EditorFiles
from aws_orchestrator.lsp.fix_edits import fix_edit
from aws_orchestrator.lsp.server import FIX_ALL
from aws_orchestrator.lsp.uris import path_of
from aws_orchestrator.protocol import HEAL_MODULE
from aws_orchestrator.workflows.healing import Healer, Offer, own_files

# A person waits for the menu: what is not tried by then is in the next one.
_QUICK_SECONDS = 2.0
_ALL_SECONDS = 20.0
_ALL_ATTEMPTS = 30

HealerOf = Callable[[Path | None, Path], Awaitable[Healer]]


class CodeActions:
    """Answers one client's questions for code actions."""

    def __init__(
        self, diagnostics: Diagnostics, files: EditorFiles, client: ClientFeatures, healer: HealerOf
    ) -> None:
        """`healer` gives the healer of a workspace folder (None: of no folder) and root."""
        self._diagnostics = diagnostics
        self._files = files
        self._client = client
        self._healer = healer

    async def answer(self, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        """What can be done about the asked diagnostics, and with the whole file when that was asked for."""
        only = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
        actions: list[lsp.CodeAction] = []
        if not only or any(_within(lsp.CodeActionKind.QuickFix.value, kind) for kind in only):
            actions += await self._quick_fixes(params)
        if any(_within(FIX_ALL, kind) for kind in only):
            actions += await self._fix_all(params)
        return actions

    async def _quick_fixes(self, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        actions: list[lsp.CodeAction] = []
        for_agent: list[lsp.Diagnostic] = []
        current: dict[int, bool] = {}
        deadline = asyncio.get_running_loop().time() + _QUICK_SECONDS
        for diagnostic in params.context.diagnostics:
            asked = self._diagnostics.finding(str(plain(diagnostic.data).get("finding", "")))
            if asked is None:
                continue
            checked, finding = asked
            if id(checked) not in current:
                current[id(checked)] = await self._is_current(checked)
            if not current[id(checked)]:
                continue
            found = [
                action
                for offer in await self._offers(checked, finding, deadline)
                if (action := self._quick_fix(checked, offer, diagnostic)) is not None
            ]
            actions += found
            if not found and finding.severity is not Severity.INFORMATION:
                for_agent.append(diagnostic)
        if for_agent:
            actions.append(_heal_with_the_agent(params.text_document.uri, for_agent))
        return actions

    async def _offers(self, checked: Checked, finding: Finding, deadline: float) -> Sequence[Offer]:
        try:
            async with asyncio.timeout_at(deadline):
                healer = await self._healer(checked.around, checked.root)
                return await healer.offers(checked.tree, finding, checked.findings)
        except (TimeoutError, OrchestratorError):
            # Not an error of whoever moved the cursor: the diagnostics tell what is wrong with the engine.
            return ()

    def _quick_fix(self, checked: Checked, offer: Offer, diagnostic: lsp.Diagnostic) -> lsp.CodeAction | None:
        edit = fix_edit(self._files, self._client, checked, offer.fix, offer.breaking)
        if edit is None:
            return None
        return lsp.CodeAction(
            title=offer.fix.title,
            kind=lsp.CodeActionKind.QuickFix,
            diagnostics=[diagnostic],
            is_preferred=offer.fix.preferred,
            edit=edit,
        )

    async def _fix_all(self, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        path = path_of(params.text_document.uri)
        checked = self._diagnostics.checked(module_folder(path)) if path is not None else None
        if path is None or checked is None or not await self._is_current(checked):
            return []
        name = path.relative_to(checked.folder).as_posix()
        try:
            async with asyncio.timeout(_ALL_SECONDS):
                healer = await self._healer(checked.around, checked.root)
                healed = await healer.heal(checked.tree, checked.findings, file=name, attempts=_ALL_ATTEMPTS)
        except (TimeoutError, OrchestratorError):
            return []
        before = own_files(checked.tree)
        edits = await asyncio.to_thread(
            lambda: tuple(
                edit
                for file, after in healed.files.items()
                if after != before.get(file)
                for edit in edits_between(file, before.get(file, b""), after)
            )
        )
        title = "Make every safe fix of AWS Orchestrator"
        edit = (
            fix_edit(self._files, self._client, checked, Fix(title=title, edits=edits), ()) if edits else None
        )
        return [lsp.CodeAction(title=title, kind=FIX_ALL, edit=edit)] if edit is not None else []

    async def _is_current(self, checked: Checked) -> bool:
        """Whether the files of the module still hold what was checked."""
        prefix = "" if checked.tree.module == "." else f"{checked.tree.module}/"
        own = {
            checked.root / name: content
            for name, content in checked.tree.files.items()
            if name.startswith(prefix)
        }
        open_documents = {document.path: document.content for document in self._files.documents()}
        closed = {path: content for path, content in own.items() if path not in open_documents}
        if any(open_documents[path] != content for path, content in own.items() if path in open_documents):
            return False
        return await asyncio.to_thread(_as_on_disk, closed.items())


def _as_on_disk(files: Iterable[tuple[Path, bytes]]) -> bool:
    try:
        return all(path.read_bytes() == content for path, content in files)
    except OSError:
        return False


def _heal_with_the_agent(uri: str, diagnostics: list[lsp.Diagnostic]) -> lsp.CodeAction:
    title = "Heal with the agent"
    return lsp.CodeAction(
        title=title,
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=diagnostics,
        command=lsp.Command(title=title, command=HEAL_MODULE, arguments=[{"uri": uri}]),
    )


def _within(kind: str, asked: str) -> bool:
    """Whether a kind is the asked one or below it: `source` asks for `source.fixAll` too."""
    return not asked or kind == asked or kind.startswith(f"{asked}.")
