"""The bundled engine: Terraform as a warm library, schema providers instead of real ones, no network."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from aws_orchestrator.catalog import Catalog, CatalogLibrary
from aws_orchestrator.catalog.addresses import short_name
from aws_orchestrator.catalog.knowledge import knowledge_of
from aws_orchestrator.errors import CatalogError
from aws_orchestrator.findings import Level, Tree
from aws_orchestrator.terraform.engine import TerraformEngine
from aws_orchestrator.terraform.limits import EngineLimits
from aws_orchestrator.terraform.preflight import Preflight, preflight
from aws_orchestrator.terraform.schema_store import SchemaStore
from aws_orchestrator.terraform.supervisor import Output, Supervisor

AWS = "registry.terraform.io/hashicorp/aws"


class _Known(NamedTuple):
    """What there is beyond a catalog."""

    constraints: bool = False
    problem: str = ""


def _readable(catalog: Catalog) -> _Known:
    # The provider reads the same files in the worker; where Terraform does not ask it about its own block, nobody would
    # hear that it could not.
    try:
        known = knowledge_of(catalog)
        if known is None:
            return _Known()
        _ = known.replacements
        return _Known(constraints=known.constraints is not None)
    except CatalogError as error:
        return _Known(problem=str(error))


class BundledEngine(TerraformEngine):
    """Terraform without installing it: `init`, `fmt`, `validate` and `test` answer in milliseconds when warm."""

    def __init__(
        self,
        library: CatalogLibrary,
        scratch_root: Path | None = None,
        limits: EngineLimits | None = None,
        standby: bool = False,
        cache: Path | None = None,
        workers: int = 1,
    ) -> None:
        """`standby` keeps one worker more warm, for who should not notice the loss of one.

        At most `workers` modules are checked at a time; each worker is started when there is work for it.
        """
        super().__init__(scratch_root, workers)
        self._library = library
        self._store = SchemaStore(cache)
        self._limits = limits or EngineLimits()
        self._standby = standby
        self._workers = workers
        self._supervisor: Supervisor | None = None
        self._version = ""
        self._known: dict[str, _Known] = {}
        """By the catalog's file, what there is beyond it."""
        self._whole: set[str] = set()
        """Addresses of the providers of which a module uses an enormous type."""

    @property
    def name(self) -> str:
        """`bundled`."""
        return "bundled"

    @property
    def provider_version(self) -> str:
        """The AWS provider version whose schema the last check used; before any, the newest known."""
        if not self._version:
            versions = self._library.versions(AWS)
            return versions[-1] if versions else ""
        return self._version

    @property
    def worker_pids(self) -> tuple[int, ...]:
        """The process ids of the workers that are up."""
        return self._supervisor.pids if self._supervisor is not None else ()

    async def close(self) -> None:
        """Stop every process and remove every scratch copy."""
        if self._supervisor is not None:
            await self._supervisor.close()
            self._supervisor = None
        await super().close()

    async def _preflight(self, tree: Tree) -> Preflight:
        _ = self._scratch.root  # made here: threads would make two
        found = await asyncio.to_thread(self._judged, tree)
        if AWS in found.catalogs:
            self._version = found.catalogs[AWS].version
        return found

    def _needs_init(self, found: Preflight) -> bool:
        # Schema providers need no installation: only the modules that are called do.
        return found.requirements.calls > 0

    def _level(self, found: Preflight) -> Level:
        catalog = found.catalogs.get(AWS)
        known = self._known.get(catalog.place) if catalog is not None else None
        return "learned" if known is not None and known.constraints else "schema"

    def _note_unreadable(self, found: Preflight) -> None:
        """Add a note of each catalog whose learned knowledge cannot be read."""
        for _, catalog in sorted(found.catalogs.items()):
            if catalog.place not in self._known:
                self._known[catalog.place] = _readable(catalog)
            problem = self._known[catalog.place].problem
            if problem:
                found.notes.append(f"Values were not checked, only the schema was: {problem}")

    async def _run(
        self, kind: str, folder: Path, arguments: tuple[str, ...], found: Preflight | None
    ) -> Output:
        if self._supervisor is None:
            self._supervisor = Supervisor(self._scratch.root, self._limits, self._standby, self._workers)
        catalogs = found.catalogs if found is not None else {}
        schemas = await asyncio.to_thread(self._schemas, catalogs)
        return await self._supervisor.run(kind, folder, arguments, schemas)

    def _judged(self, tree: Tree) -> Preflight:
        found = preflight(tree, self._library)
        self._note_unreadable(found)
        spare = self._scratch.root / "schemas"
        for address, catalog in found.catalogs.items():
            names = [name.encode() for name in self._store.large_types(catalog, spare)]
            if address not in self._whole and any(
                name in content for content in tree.files.values() for name in names
            ):
                # From now on for every module: a worker for each kind of schema would be one too many.
                self._whole.add(address)
        return found

    def _schemas(self, catalogs: Mapping[str, Catalog]) -> dict[str, str]:
        spare = self._scratch.root / "schemas"
        schemas = {}
        for address, catalog in catalogs.items():
            light = address not in self._whole
            schemas[address] = str(self._store.path_of(catalog, spare, light=light))
        return schemas

    def _against(self, found: Preflight) -> str:
        versions = [
            f"{short_name(address)} {catalog.version}" for address, catalog in sorted(found.catalogs.items())
        ]
        return " ".join([f"{self.name}{', ' if versions else ''}{', '.join(versions)}", *found.notes])
