"""One module of a repository as a Tree: its folder down to the next module, and the modules that it calls by local path."""

import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from aws_orchestrator.errors import UsageError
from aws_orchestrator.findings import Tree
from aws_orchestrator.hcl.find import FileView
from aws_orchestrator.terraform.requirements import called_modules
from aws_orchestrator.workflows.module_folders import SKIPPED_FOLDERS
from aws_orchestrator.workflows.module_tree import refuse_too_many_blocks

_SKIPPED_SUFFIXES = (".tfstate", ".tfstate.backup", ".zip")
_FILE_LIMIT = 5 * 1024 * 1024
_TREE_LIMIT = 64 * 1024 * 1024
_COUNT_LIMIT = 2_000
_CALLING = (".tf", ".tftest.hcl")
# Cheap tests before parsing: most files call no module, and most modules read no file.
_LOCAL_SOURCE = re.compile(rb'source\s*=\s*"\.')
_READS_FILES = re.compile(
    rb"\b(?:template)?file(?:set|exists|base64|md5|sha1|sha256|sha512|base64sha\d+)?\s*\("
)


class RepositoryTrees:
    """Reads the modules of one repository.

    A module in the root of a repository holds every other one below it: reading all of them for each would make a
    thousand modules a million. So a tree ends where the next module begins, unless the module reads files, which may
    be anywhere below it.
    """

    def __init__(self, root: Path, folders: tuple[Path, ...]) -> None:
        self.root = root
        self._modules = frozenset(folders)

    def path(self, folder: Path) -> str:
        """A folder's path in the repository, `.` for its root."""
        return folder.relative_to(self.root).as_posix()

    def tree(self, folder: Path) -> Tree:
        """The module in the folder; UsageError when it cannot be read or is too large to be a module."""
        files: dict[str, bytes] = {}
        waiting, seen = [folder], set[Path]()
        while waiting:
            current = waiting.pop()
            if current in seen or not current.is_dir():
                continue
            seen.add(current)
            self._read(current, files)
            waiting.extend(self._called(current, files))
        refuse_too_many_blocks(folder, files)
        return Tree(key=str(folder), files=files, module=self.path(folder))

    def _read(self, folder: Path, files: dict[str, bytes]) -> None:
        total = sum(map(len, files.values()))
        stop = self._modules
        for base, names, leaves in os.walk(folder, onerror=_unreadable, followlinks=False):
            here = Path(base)
            for leaf in sorted(leaves):
                path = here / leaf
                name = path.relative_to(self.root).as_posix()
                content = files.get(name) if name in files else _content(path)
                if content is None:
                    continue
                if name not in files:
                    files[name] = content
                    total += len(content)
                if here == folder and leaf.endswith(".tf") and _READS_FILES.search(content):
                    stop = frozenset()
                if len(files) > _COUNT_LIMIT or total > _TREE_LIMIT:
                    raise UsageError(
                        f"{folder} holds more than {_COUNT_LIMIT} files or {_TREE_LIMIT >> 20} MB, which is no module."
                    )
            names[:] = sorted(
                name for name in names if name not in SKIPPED_FOLDERS and here / name not in stop
            )

    def _called(self, folder: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
        prefix = self.path(folder)
        here = "" if prefix == "." else prefix
        for path, content in files.items():
            parent = posixpath.dirname(path)
            if parent not in (here, posixpath.join(here, "tests")) or not path.endswith(_CALLING):
                continue
            if _LOCAL_SOURCE.search(content) is None:
                continue
            for _, call in called_modules(FileView.of(path, content)):
                target = Path(os.path.normpath(folder / call.source))
                # A call that leaves the repository is the engine's to report, at its place.
                if call.local and target.is_relative_to(self.root):
                    yield target


def _unreadable(error: OSError) -> None:
    raise UsageError(f"{error.filename} cannot be read: {error.strerror}.") from error


def _content(path: Path) -> bytes | None:
    """The file's bytes; None for what Terraform does not read, as links, archives and large files of other kinds."""
    if path.name.endswith(_SKIPPED_SUFFIXES) or path.is_symlink() or not path.is_file():
        return None
    try:
        if path.stat().st_size > _FILE_LIMIT:
            if path.suffix == ".tf":
                raise UsageError(f"{path} is larger than {_FILE_LIMIT >> 20} MB; no check reads such a file.")
            return None
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
