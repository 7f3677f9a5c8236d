"""The files of the module around a document, and the schemas that it uses, from memory."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from aws_orchestrator.catalog import Catalog, CatalogLibrary
from aws_orchestrator.errors import OrchestratorError
from aws_orchestrator.findings import Tree
from aws_orchestrator.language.schemas import Schemas
from aws_orchestrator.lsp.diagnostics import Checked, module_folder
from aws_orchestrator.lsp.files import EditorFiles
from aws_orchestrator.terraform.preflight import LOCK, preflight

_AWS = "hashicorp/aws"
# Enough to see which types a file has providers for, without reading all of it.
_DEMANDS = b"required_providers"


class ModuleText(NamedTuple):
    """The module around a document."""

    folder: Path
    file: str
    """The document, relative to the folder."""
    files: Mapping[str, bytes]
    """The module's own files and its tests, with the open buffers on top."""
    schemas: Schemas


class ModuleTexts:
    """Keeps the texts and schemas of modules, so that an answer never waits for a check."""

    def __init__(
        self,
        files: EditorFiles,
        checked: Callable[[Path], Checked | None],
        library: Callable[[Path | None], CatalogLibrary],
    ) -> None:
        """`checked` gives a module as it was checked last, `library` the catalogs of a workspace folder."""
        self._files = files
        self._checked = checked
        self._library = library
        self._schemas: dict[Path, tuple[frozenset[tuple[str, bytes]], Schemas]] = {}

    async def around(self, path: Path) -> ModuleText:
        """The module around a document of the disk."""
        folder = module_folder(path)
        files = await self.files(folder)
        document = self._files.document(path)
        if document is not None:
            files[path.relative_to(folder).as_posix()] = document.content
        name = path.relative_to(folder).as_posix()
        files.setdefault(name, b"")
        return ModuleText(folder, name, files, await self._schemas_of(folder, files))

    async def files(self, folder: Path) -> dict[str, bytes]:
        """The files of a module by path in its folder: those of its last check, else of the disk, under the open buffers."""
        checked = self._checked(folder)
        if checked is not None:
            prefix = "" if checked.tree.module == "." else f"{checked.tree.module}/"
            files = {
                name.removeprefix(prefix): content
                for name, content in checked.tree.files.items()
                if name.startswith(prefix)
            }
        else:
            files = await asyncio.to_thread(_read, folder)
        for document in self._files.documents():
            if document.path.is_relative_to(folder):
                files[document.path.relative_to(folder).as_posix()] = document.content
        return files

    async def _schemas_of(self, folder: Path, files: Mapping[str, bytes]) -> Schemas:
        demanding = frozenset(
            (name, content)
            for name, content in files.items()
            if name == LOCK or ("/" not in name and name.endswith(".tf") and _DEMANDS in content)
        )
        known = self._schemas.get(folder)
        if known is None or known[0] != demanding:
            library = self._library(self._files.folder_around(folder))
            found = await asyncio.to_thread(_chosen, dict(demanding), library)
            known = self._schemas[folder] = demanding, found
        return known[1]


def _chosen(files: Mapping[str, bytes], library: CatalogLibrary) -> Schemas:
    catalogs: list[Catalog] = []
    try:
        found = preflight(Tree(key="schemas", files=files), library).catalogs
        catalogs = [catalog for _, catalog in sorted(found.items())]
    except OrchestratorError:
        pass  # the check of the module tells what is wrong with its constraints
    aws = next((catalog for catalog in catalogs if catalog.provider == _AWS), None)
    aws = aws or library.choose(_AWS)
    others = [catalog for catalog in catalogs if catalog is not aws]
    # What a module does not demand is offered all the same: typing the first resource comes before the demand.
    known = {catalog.provider for catalog in others}
    for provider, _ in library.available():
        name = provider if "/" in provider else f"hashicorp/{provider}"
        if name not in known and name != _AWS and (catalog := library.choose(name)) is not None:
            known.add(name)
            others.append(catalog)
    schemas = Schemas([*([aws] if aws else []), *others])
    if aws is not None and (knowledge := schemas.knowledge(aws)) is not None:
        # Read here, beside the loop: the first hover must not be the one that waits for it.
        _ = knowledge.constraints, knowledge.replacements
    return schemas


def _read(folder: Path) -> dict[str, bytes]:
    files = {}
    try:
        for path in sorted(folder.iterdir()):
            if path.is_file() and not path.is_symlink() and (path.suffix == ".tf" or path.name == LOCK):
                files[path.name] = path.read_bytes()
    except OSError:
        return files  # an unsaved document may have no folder yet
    return files
