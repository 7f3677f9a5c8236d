"""The catalogs at hand, shipped with us or of the workspace, and the choice of the right one."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from aws_orchestrator.catalog.addresses import short_name
from aws_orchestrator.catalog.catalog import Catalog, load
from aws_orchestrator.catalog.constraints import parse_constraint
from aws_orchestrator.catalog.envelope import Header, peek
from aws_orchestrator.catalog.versions import parse_version

SHIPPED_FOLDER = Path(__file__).parent / "data"
WORKSPACE_FOLDER = Path(".aws-orchestrator", "catalogs")
SUFFIX = ".catalog.xz"

_Stamp = tuple[int, int]


class CatalogLibrary:
    """The catalogs of some folders; where two hold the same provider version, the later folder wins.

    Folders are looked at again on every question, so that a catalog built meanwhile is found; a file is read
    again only when it changed.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folders)
        self._headers: dict[Path, tuple[_Stamp, Header]] = {}
        self._catalogs: dict[Path, tuple[_Stamp, Catalog]] = {}

    def available(self) -> tuple[tuple[str, str], ...]:
        """Every provider (as `hashicorp/aws`) and version at hand, sorted by name and version.

        Raises CatalogError when a catalog file in the folders cannot be read.
        """
        return tuple(sorted(self._files(), key=lambda found: (found[0], parse_version(found[1]))))

    def headers(self) -> tuple[Header, ...]:
        """The first lines of the catalogs at hand, in the order of `available`."""
        files = self._files()
        return tuple(self._header(files[found]) for found in self.available())

    def versions(self, provider: str) -> tuple[str, ...]:
        """The versions at hand of one provider, lowest first."""
        return tuple(version for name, version in self.available() if name == short_name(provider))

    def choose(self, provider: str, constraint: str = "", locked: str | None = None) -> Catalog | None:
        """The catalog of the locked version if it is at hand, else of the highest that the constraint admits.

        None when there is no such catalog. Raises UsageError for a constraint that cannot be read.
        """
        wanted = parse_constraint(constraint)
        name = short_name(provider)
        files = self._files()
        if locked is not None and (name, locked) in files:
            return self._load(files[name, locked])
        admitted = [
            version for known, version in files if known == name and wanted.admits(parse_version(version))
        ]
        return self._load(files[name, max(admitted, key=parse_version)]) if admitted else None

    def _files(self) -> dict[tuple[str, str], Path]:
        files: dict[tuple[str, str], Path] = {}
        for folder in self.folders:
            for path in sorted(folder.glob(f"*{SUFFIX}")):
                header = self._header(path)
                files[short_name(header.provider), header.version] = path
        return files

    def _header(self, path: Path) -> Header:
        stamp = _stamp(path)
        known = self._headers.get(path)
        if known is None or known[0] != stamp:
            known = self._headers[path] = (stamp, peek(path))
        return known[1]

    def _load(self, path: Path) -> Catalog:
        stamp = _stamp(path)
        known = self._catalogs.get(path)
        if known is None or known[0] != stamp:
            known = self._catalogs[path] = (stamp, load(path))
        return known[1]


@cache
def shipped_library() -> CatalogLibrary:
    """The catalogs that ship with us; one library for the whole process, so each is read once."""
    return CatalogLibrary([SHIPPED_FOLDER])


def library_of(workspace: Path) -> CatalogLibrary:
    """The catalogs that ship with us and those that the workspace has of its own, which win."""
    return CatalogLibrary([SHIPPED_FOLDER, workspace / WORKSPACE_FOLDER])


def _stamp(path: Path) -> _Stamp:
    status = path.stat()
    return status.st_mtime_ns, status.st_size
