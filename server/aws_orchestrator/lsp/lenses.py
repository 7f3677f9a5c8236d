"""Code lenses: update the module, run its tests, and what they said, above the code that they are about."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from aws_orchestrator.errors import UsageError
from aws_orchestrator.hcl.find import BlockView, FileView
from aws_orchestrator.lsp.client import ClientFeatures
from aws_orchestrator.lsp.diagnostics import module_folder
from aws_orchestrator.lsp.files import EditorFiles
from aws_orchestrator.lsp.module_texts import ModuleTexts
from aws_orchestrator.lsp.positions import Positions
from aws_orchestrator.lsp.uris import path_of
from aws_orchestrator.lsp.wire import ask_client
from aws_orchestrator.outside import Engine
from aws_orchestrator.protocol import RUN_TESTS, UPDATE_FROM_PALETTE
from aws_orchestrator.settings import Settings
from aws_orchestrator.workflows.module_tree import load_tree, module_root
from aws_orchestrator.workflows.report import TestsReport

_TESTS = ".tftest.hcl"
_SIGNS = {"pass": "✓ passed", "fail": "✗ failed", "error": "✗ error", "skip": "– skipped"}
_MOST_OF_A_MESSAGE = 90


class _Tested(NamedTuple):
    """The last tests of a module, and what they were run on."""

    files: Mapping[str, bytes]
    report: TestsReport


class Lenses:
    """Answers one client's questions for code lenses, and runs tests."""

    def __init__(
        self,
        server: LanguageServer,
        files: EditorFiles,
        client: ClientFeatures,
        texts: ModuleTexts,
        engine: Callable[[Path | None, Path], Awaitable[Engine]],
        settings: Callable[[Path | None], Settings],
    ) -> None:
        """`engine` gives the engine of a workspace folder (None: of no folder) and root."""
        self._server = server
        self._files = files
        self._client = client
        self._texts = texts
        self._engine = engine
        self._settings = settings
        self._tested: dict[Path, _Tested] = {}

    async def answer(self, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        """The lenses of a document."""
        path = path_of(params.text_document.uri)
        document = self._files.document(path) if path is not None else None
        settings = self._settings(self._files.folder_around(path) if path is not None else None)
        if path is None or document is None or not settings.wants(settings.code_lens):
            return []
        folder = module_folder(path)
        files = await self._texts.files(folder)
        view = FileView.of(path.name, document.content)
        positions = Positions(document.content, self._files.encoding)
        uri = params.text_document.uri
        if path.name.endswith(_TESTS):
            return list(self._of_tests(uri, folder, path, view, positions, files))
        return list(self._of_module(uri, folder, path, view, positions, files))

    async def run_tests(self, folder: Path) -> TestsReport:
        """Run a module's own tests against mocks, unsaved buffers included; lenses then show what they said."""
        around = self._files.folder_around(folder)
        root = around or module_root(folder)
        tree = await asyncio.to_thread(load_tree, folder, root, self._files.buffers())
        if not any(name.endswith((_TESTS, ".tftest.json")) for name in tree.files):
            raise UsageError(f"{folder} has no tests (*.tftest.hcl, also in its folder tests).")
        engine = await self._engine(around, root)
        report = TestsReport.of(await engine.test(tree), tree.module)
        self._tested[folder] = _Tested(await self._texts.files(folder), report)
        await self._refresh()
        return report

    def _of_module(
        self,
        uri: str,
        folder: Path,
        path: Path,
        view: FileView,
        positions: Positions,
        files: Mapping[str, bytes],
    ) -> Iterator[lsp.CodeLens]:
        if path.name != _first(files) or not view.blocks:
            return
        place = positions.range(view.blocks[0].header_start, view.blocks[0].header_end)
        if self._client.run_events:
            yield _lens(place, "Update module…", UPDATE_FROM_PALETTE, uri)
        if any(name.endswith(_TESTS) for name in files):
            yield _lens(place, f"Run tests{self._total(folder, files)}", RUN_TESTS, {"uri": uri})

    def _of_tests(
        self,
        uri: str,
        folder: Path,
        path: Path,
        view: FileView,
        positions: Positions,
        files: Mapping[str, bytes],
    ) -> Iterator[lsp.CodeLens]:
        runs = [block for block in view.blocks if block.type == "run" and block.labels]
        if not runs:
            return
        first = positions.range(runs[0].header_start, runs[0].header_end)
        yield _lens(first, f"Run tests{self._total(folder, files)}", RUN_TESTS, {"uri": uri})
        tested = self._tested.get(folder)
        name = path.relative_to(folder).as_posix()
        for block in runs:
            said = self._said(tested, name, view, block) if tested else ""
            if said:
                place = positions.range(block.header_start, block.header_end)
                yield _lens(place, said, RUN_TESTS, {"uri": uri})

    def _total(self, folder: Path, files: Mapping[str, bytes]) -> str:
        tested = self._tested.get(folder)
        if tested is None:
            return ""
        runs = tested.report.runs
        counted = [
            f"{count} {word}"
            for word, statuses in (
                ("passed", ("pass",)),
                ("failed", ("fail", "error")),
                ("skipped", ("skip",)),
            )
            if (count := sum(run.status in statuses for run in runs))
        ]
        words = ", ".join(counted) or tested.report.status
        # A reader must not take the result for one of what stands here now.
        return f" · {words}" if _same(tested.files, files) else f" · {words} (before the last change)"

    def _said(self, tested: _Tested, file: str, view: FileView, block: BlockView) -> str:
        run = next((one for one in tested.report.runs if (one.file, one.name) == (file, block.name)), None)
        if run is None:
            return ""
        first, last = view.line(block.start), view.line(block.end)
        found = next(
            (
                finding
                for finding in tested.report.findings
                if finding.file == file and finding.line is not None and first <= finding.line <= last
            ),
            None,
        )
        message = f": {' '.join((found.detail or found.summary).split())}" if found is not None else ""
        return f"{_SIGNS.get(run.status, run.status)}{message[:_MOST_OF_A_MESSAGE]}"

    async def _refresh(self) -> None:
        if not self._client.lens_refresh:
            return
        try:
            await ask_client(self._server, lsp.WORKSPACE_CODE_LENS_REFRESH, None)
        except JsonRpcException as error:
            note = f"The client did not ask for code lenses again: {error}"
            self._server.window_log_message(lsp.LogMessageParams(type=lsp.MessageType.Warning, message=note))


def _first(files: Mapping[str, bytes]) -> str:
    own = sorted(name for name in files if "/" not in name and name.endswith(".tf"))
    return "main.tf" if "main.tf" in own or not own else own[0]


def _same(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> bool:
    names = {name for name in (*one, *other) if name.endswith((".tf", ".hcl"))}
    return all(one.get(name) == other.get(name) for name in names)


def _lens(place: lsp.Range, title: str, command: str, argument: object) -> lsp.CodeLens:
    return lsp.CodeLens(range=place, command=lsp.Command(title=title, command=command, arguments=[argument]))
