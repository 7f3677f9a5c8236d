"""The engines of a server: one for all workspace folders that want the same of it, with a few workers."""

import asyncio
import os
from pathlib import Path

from aws_orchestrator.catalog import CatalogLibrary, library_of, shipped_library
from aws_orchestrator.catalog.library import WORKSPACE_FOLDER
from aws_orchestrator.outside import Engine
from aws_orchestrator.terraform.engines import create_engine
from aws_orchestrator.terraform.limits import EngineLimits

# Two, so that no module waits for another one; more only where there are processors for them, since each worker that
# is at work takes some 300 MB. One is started when there is work for it.
WORKERS = max(2, min(4, (os.cpu_count() or 1) // 2))


class Engines:
    """Keeps engines warm; one that is not wanted any more is closed when nobody uses it."""

    def __init__(self) -> None:
        """No engine is there before its first use."""
        self._engines: dict[Path | None, tuple[EngineLimits, CatalogLibrary, Engine]] = {}
        self._libraries: dict[Path, CatalogLibrary] = {}
        self._retired: list[Engine] = []
        self._closing: set[asyncio.Task[None]] = set()

    def library(self, folder: Path | None) -> CatalogLibrary:
        """The catalogs of a workspace folder (None: of no folder); one library each, so that a catalog is read once."""
        if folder is None or not (folder / WORKSPACE_FOLDER).is_dir():
            return shipped_library()
        return self._libraries.setdefault(folder, library_of(folder))

    def of(self, folder: Path | None, limits: EngineLimits) -> Engine:
        """The engine of a workspace folder with these limits and the folder's catalogs."""
        library = self.library(folder)
        known = self._engines.get(folder)
        if known is not None and known[:2] == (limits, library):
            return known[2]
        self.retire(folder)
        wanted = limits, library
        shared = (engine for *same, engine in self._engines.values() if tuple(same) == wanted)
        engine = next(shared, None) or create_engine(
            "bundled", library=library, limits=limits, workers=WORKERS
        )
        self._engines[folder] = limits, library, engine
        return engine

    def retire(self, folder: Path | None) -> None:
        """The folder needs its engine no more; one that no other folder needs is closed by the next `sweep`."""
        known = self._engines.pop(folder, None)
        if known is not None and all(known[2] is not engine for *_, engine in self._engines.values()):
            self._retired.append(known[2])

    def sweep(self, used: list[Engine]) -> None:
        """Close the retired engines that no run uses."""
        for engine in [engine for engine in self._retired if not any(engine is one for one in used)]:
            self._retired.remove(engine)
            task = asyncio.get_running_loop().create_task(engine.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Stop every engine."""
        engines = {*self._retired, *(engine for _, _, engine in self._engines.values())}
        self._retired.clear()
        self._engines.clear()
        await asyncio.gather(*self._closing, *(engine.close() for engine in engines))
