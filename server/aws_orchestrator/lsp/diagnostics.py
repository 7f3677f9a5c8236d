"""Diagnostics: the findings of a module's checks at their places, cleared as soon as they are gone."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from lsprotocol import types as lsp

from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.errors import OrchestratorError, UsageError
from aws_orchestrator.findings import Finding, Severity, Tree
from aws_orchestrator.lsp.conversion import Prepared, prepare
from aws_orchestrator.lsp.files import Document, EditorFiles
from aws_orchestrator.workflows.file_contents import FileContents
from aws_orchestrator.workflows.ignored_folders import IgnoredFolders
from aws_orchestrator.workflows.module_tree import load_tree, module_root

CheckTree = Callable[[Path | None, Path, Tree], Awaitable[Validation]]
Publish = Callable[[lsp.PublishDiagnosticsParams], None]

_CONFIGURATION = (".tf", ".tf.json")
_TESTS = (".tftest.hcl", ".tftest.json")
CHECKED = (*_CONFIGURATION, *_TESTS, ".tfvars", ".tfvars.json")


class _Snapshot(NamedTuple):
    """The contents of one check, and what says where they are from."""

    root: Path
    tree: Tree
    versions: Mapping[Path, int]
    refusal: str
    """Why nothing was read of it, for people; empty when the tree holds the module."""


class Checked(NamedTuple):
    """A module as it was checked last, with all that was found."""

    folder: Path
    around: Path | None
    """The workspace folder that it is in."""
    root: Path
    tree: Tree
    findings: tuple[Finding, ...]


@dataclass
class _Module:
    """What is known of one module folder."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: asyncio.Task[None] | None = None
    """The scheduled check that has not read the files yet: further requests need no other one."""
    read: frozenset[Path] = frozenset()
    """The files that the last check read."""
    checked: Checked | None = None
    prepared: Prepared = field(default_factory=lambda: Prepared({}, {}))
    running: set[asyncio.Task[None]] = field(default_factory=set)
    """The scheduled checks that have not ended."""


class Diagnostics:
    """Checks modules and publishes what it finds: one check of a module at a time, the newest state last.

    A file can belong to several modules (an example calls the module above it): it shows what all of them found.
    """

    def __init__(
        self, files: EditorFiles, check: CheckTree, publish: Publish, trouble: Callable[[str], None]
    ) -> None:
        """`check` gets the workspace folder or None, the root of the tree, and the tree; `trouble` is told what failed."""
        self._files = files
        self._check = check
        self._publish_one = publish
        self._trouble = trouble
        self._modules: dict[Path, _Module] = {}
        self._uris: dict[Path, frozenset[str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._published: dict[str, tuple[int | None, list[lsp.Diagnostic]]] = {}
        """By URI, what the client has: it is not told the same again."""
        self._contents = FileContents()
        self._ignored = IgnoredFolders()
        self._pulled: Callable[[], None] | None = None
        self._held: list[Path] = []
        self._postponed: set[Path] = set()

    def opened(self, path: Path) -> None:
        """A document was opened: its module is checked, and the document hears of it whatever it heard before."""
        for uri in self._files.uris(path):
            self._published.pop(uri, None)
        self.touched(path)

    def touched(self, path: Path) -> None:
        """A file changed: check its module, and the known modules that read it."""
        if not path.name.endswith(CHECKED):
            return
        # What a module reads is not known before its first check has ended: it may be about to read this.
        readers = {
            folder for folder, module in self._modules.items() if path in module.read or not module.checked
        }
        for folder in readers | {module_folder(path)}:
            self.schedule(folder)

    def changed_outside(self, path: Path) -> None:
        """A file changed without the editor: only modules that are shown are checked again."""
        folder = module_folder(path)
        for known, module in list(self._modules.items()):
            if known == folder or path in module.read or not module.checked:
                self.schedule(known)

    def closed(self, path: Path) -> None:
        """A document was closed: the disk counts again; a module without open documents shows nothing."""
        if not path.name.endswith(CHECKED):
            return
        folder = module_folder(path)
        if any(module_folder(document.path) == folder for document in self._files.documents()):
            self.touched(path)
            return
        self.forget(folder)
        self.changed_outside(path)

    def schedule(self, folder: Path) -> None:
        """Check the module of a folder at once; while a check of it runs, exactly one more follows."""
        if any(folder.is_relative_to(held) for held in self._held):
            self._postponed.add(folder)
            return
        module = self._modules.setdefault(folder, _Module())
        if module.waiting is None:
            module.waiting = asyncio.get_running_loop().create_task(self._scheduled(folder, module))
            self._tasks.add(module.waiting)
            module.running.add(module.waiting)
            module.waiting.add_done_callback(module.running.discard)
            module.waiting.add_done_callback(lambda done: self._finished(folder, done))

    def schedule_all(self) -> None:
        """Check every module that is shown: how modules are checked has changed."""
        for folder in list(self._modules):
            self.schedule(folder)

    async def refresh(self, folder: Path) -> Validation | None:
        """Check the module of a folder now and publish; None when the folder holds no module."""
        return await self._run(folder, self._modules.setdefault(folder, _Module()))

    def pulled(self, changed: Callable[[], None]) -> None:
        """The client asks for what it wants to show: nothing is published to it any more, what was is taken back.

        `changed` is called when it should ask again.
        """
        first, self._pulled = self._pulled is None, changed
        if first:
            for uri in [uri for uri, (_, shown) in self._published.items() if shown]:
                self._publish_one(lsp.PublishDiagnosticsParams(uri=uri, diagnostics=[]))
            self._published.clear()

    async def settled(self, folder: Path) -> None:
        """Returns when the check of a folder's newest state has ended; starts one when there was none yet."""
        module = self._modules.get(folder)
        if module is None or not (module.checked or module.running):
            self.schedule(folder)
        while (module := self._modules.get(folder)) is not None and module.running:
            await asyncio.wait(module.running)

    def shown(self, path: Path) -> list[lsp.Diagnostic]:
        """What is found in a file by all modules that read it, everything once."""
        shown: list[lsp.Diagnostic] = []
        for module in self._modules.values():
            found = module.prepared.diagnostics.get(path, ())
            shown += [one for one in found if not any(_same(one, other) for other in shown)]
        return shown

    def places(self) -> frozenset[Path]:
        """The files in which something is found."""
        return frozenset(path for module in self._modules.values() for path in module.prepared.diagnostics)

    def finding(self, finding_id: str) -> tuple[Checked, Finding] | None:
        """What a published diagnostic is about, by the id in its data; None when it is not published any more."""
        for module in self._modules.values():
            found = module.prepared.findings.get(finding_id)
            if found is not None and module.checked is not None:
                return module.checked, found
        return None

    def checked(self, folder: Path) -> Checked | None:
        """The module of a folder as it was checked last."""
        module = self._modules.get(folder)
        return module.checked if module is not None else None

    def forget(self, folder: Path) -> None:
        """Take back what is shown of a module."""
        module = self._modules.pop(folder, None)
        if module is not None:
            self._publish(module.prepared.diagnostics, {}, {})

    def forget_below(self, folder: Path) -> None:
        """Take back what is shown of every module below a folder."""
        for known in [known for known in self._modules if known.is_relative_to(folder)]:
            self.forget(known)

    @contextmanager
    def held(self, folders: Iterable[Path]) -> Iterator[None]:
        """While a run writes folders, their half-written modules are not checked; afterwards each is, once."""
        mine = list(folders)
        self._held += mine
        try:
            yield
        finally:
            for folder in mine:
                self._held.remove(folder)
            postponed, self._postponed = self._postponed, set()
            for folder in postponed:
                self.schedule(folder)

    async def close(self) -> None:
        """Stop every check."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _scheduled(self, folder: Path, module: _Module) -> None:
        try:
            await self._run(folder, module)
        except OrchestratorError as error:
            # Nothing is known about the module: what was shown stays.
            self._trouble(str(error))

    def _finished(self, folder: Path, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._trouble(f"The check of {folder} ended by a defect: {task.exception()!r}")

    async def _run(self, folder: Path, module: _Module) -> Validation | None:
        async with module.turn:
            module.waiting = None
            documents = self._files.documents()
            around = self._files.folder_around(folder)
            # Reading folders and converting places take their time: they are done beside the loop.
            snapshot = await asyncio.to_thread(
                _read, folder, around, documents, self._contents.read, self._ignored.below
            )
            if snapshot is None:
                if self._modules.get(folder) is module:
                    self.forget(folder)
                return None
            if snapshot.refusal:
                findings: tuple[Finding, ...] = (
                    Finding(check="init", severity=Severity.WARNING, summary=snapshot.refusal),
                )
                validation = None
            else:
                validation = await self._check(around, snapshot.root, snapshot.tree)
                findings = validation.findings
                if module.waiting is not None:
                    # Something was edited meanwhile, and its check is the next to run: this one's places are the past.
                    return validation
            prepared = await asyncio.to_thread(
                prepare, folder, snapshot.root, snapshot.tree, findings, self._files.encoding
            )
            # Forgotten meanwhile: nobody looks at it any more.
            if self._modules.get(folder) is module:
                before, module.prepared = module.prepared.diagnostics, prepared
                module.checked = Checked(folder, around, snapshot.root, snapshot.tree, tuple(findings))
                module.read = frozenset(snapshot.root / name for name in snapshot.tree.files)
                versions = {
                    path: version
                    for path, version in snapshot.versions.items()
                    if path in module.read and path.name.endswith(CHECKED)
                }
                self._publish(before, prepared.diagnostics, versions)
            if snapshot.refusal:
                raise UsageError(snapshot.refusal)
            return validation

    def _publish(
        self,
        before: Mapping[Path, Sequence[lsp.Diagnostic]],
        now: Mapping[Path, Sequence[lsp.Diagnostic]],
        versions: Mapping[Path, int],
    ) -> None:
        if self._pulled is not None:
            if any(before.get(path, ()) != now.get(path, ()) for path in before.keys() | now.keys()):
                self._pulled()
            return
        for path in sorted(before.keys() | now.keys() | versions.keys()):
            shown = self.shown(path)
            # A document that is open hears also that nothing is wrong with this version of it.
            told = bool(shown) or path in versions
            uris = frozenset(self._files.uris(path)) if told else frozenset[str]()
            # A path may have been shown under another URI, through a link, before.
            for uri in sorted(self._uris.pop(path, frozenset()) | uris):
                self._tell(uri, shown if uri in uris else [], versions.get(path))
            if uris:
                self._uris[path] = uris

    def _tell(self, uri: str, shown: list[lsp.Diagnostic], version: int | None) -> None:
        known = self._published.get(uri, (None, []))
        if known == (version, shown) or (known[1] == shown == [] and version is None):
            return
        self._published[uri] = version, shown
        if not shown and version is None:
            del self._published[uri]
        self._publish_one(lsp.PublishDiagnosticsParams(uri=uri, diagnostics=shown, version=version))


def module_folder(path: Path) -> Path:
    """The folder of the module that a file belongs to: a test belongs to the module above its folder `tests`."""
    folder = path.parent
    return folder.parent if folder.name == "tests" and path.name.endswith(_TESTS) else folder


def _read(
    folder: Path,
    around: Path | None,
    documents: Sequence[Document],
    read: Callable[[Path], bytes],
    ignored: Callable[[Path], frozenset[Path]],
) -> _Snapshot | None:
    """The module of a folder with the open buffers on top; None when there is no module."""
    buffers = {document.path: document.content for document in documents}
    versions = {document.path: document.version for document in documents}
    root = around or module_root(folder)
    refusal = ""
    try:
        if not _holds_module(folder, buffers):
            return None
        return _Snapshot(root, load_tree(folder, root, buffers, read, ignored), versions, refusal)
    except UsageError as error:
        refusal = str(error)
    except OSError as error:
        refusal = f"{folder} cannot be read: {error.strerror}."
    if not folder.is_dir():
        return None  # it went away while it was read
    return _Snapshot(root, Tree(key=str(folder), files={}), versions, refusal)


def _holds_module(folder: Path, buffers: Mapping[Path, bytes]) -> bool:
    if not folder.is_dir():
        return False
    paths = [*folder.iterdir(), *(path for path in buffers if path.parent == folder)]
    return any(path.name.endswith(_CONFIGURATION) for path in paths)


def _same(one: lsp.Diagnostic, other: lsp.Diagnostic) -> bool:
    return (one.range, one.message, one.code) == (other.range, other.message, other.code)
