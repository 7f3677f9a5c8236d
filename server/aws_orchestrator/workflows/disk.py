"""The workspace on disk: every file appears whole or not at all, under its own name."""

import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from aws_orchestrator.errors import ToolFailed, UsageError
from aws_orchestrator.runs.contents import write_durably
from aws_orchestrator.runs.store import RunStore

_ADVICE = "Mend that, then resume the run."


class DiskWorkspace:
    """A workspace folder that is written directly: the terminal's, and that of editors that cannot create files."""

    def __init__(self, root: Path) -> None:
        """UsageError when the folder does not exist, is a file, or cannot be written."""
        try:
            exists, folder = root.exists(), root.is_dir()
            self._root = root.resolve()
        except (
            OSError,
            RuntimeError,
        ) as error:  # RuntimeError: a link that leads to itself, before Python 3.13
            raise UsageError(
                f"The workspace {root} cannot be read: {getattr(error, 'strerror', error)}."
            ) from error
        if not exists:
            raise UsageError(f"The workspace {root} does not exist; make the folder or choose another one.")
        if not folder:
            raise UsageError(f"The workspace {root} is a file; choose a folder.")
        if not os.access(root, os.W_OK | os.X_OK):
            raise UsageError(f"The workspace {root} cannot be written; choose a folder that you may write.")

    @property
    def root(self) -> Path:
        """The workspace folder, resolved."""
        return self._root

    async def read(self, path: str) -> bytes | None:
        """The content of a file below the root, or None when there is no file."""
        target = self.locate(path)
        try:
            return target.read_bytes() if target.is_file() else None
        except OSError as error:
            raise UsageError(
                f"{target} cannot be read: {error.strerror}. Make it readable, or move it away."
            ) from error

    async def write(
        self, run_id: str, writes: Mapping[str, bytes], deletes: frozenset[str], confirm: str = ""
    ) -> None:
        """Make the writes and deletes; ToolFailed when the disk refuses one, and each file is then old or new, never half."""
        targets = {path: self.locate(path) for path in writes}
        gone = [self.locate(path) for path in sorted(deletes)]
        _expect_writable(self._root, targets.values())
        # Staged outside the module: a temporary file there could be loaded by Terraform, or stay behind.
        staging = RunStore(self._root).staging_of(run_id)
        staged: dict[Path, Path] = {}
        try:
            staging.mkdir(parents=True, exist_ok=True)
            for path, content in writes.items():
                staged[targets[path]] = temporary = staging / secrets.token_hex(8)
                write_durably(temporary, content)
            for target, temporary in staged.items():
                target.parent.mkdir(parents=True, exist_ok=True)
                temporary.chmod(_mode(target))
                temporary.replace(target)
            for target in gone:
                target.unlink(missing_ok=True)
                _remove_empty(target.parent, self._root)
            for folder in {target.parent for target in staged}:
                _sync(folder)
        except OSError as error:
            raise ToolFailed(
                f"The module could not be written to {self._root}: {error.strerror}. {_ADVICE}"
            ) from error
        finally:
            for temporary in staged.values():
                temporary.unlink(missing_ok=True)
            _remove_empty(staging, staging.parent)

    def locate(self, path: str) -> Path:
        """Where a path below the root is; UsageError when a link on its way leads out, or a folder is in its place."""
        target = self._root / path
        if not target.parent.resolve().is_relative_to(self._root) or target.is_symlink():
            raise UsageError(
                f"{path} is reached through a link; the module is only written inside {self._root}. Remove the link."
            )
        if target.is_dir():
            raise UsageError(f"{target} is a folder, and the module has a file of that name. Move it away.")
        return target


def _expect_writable(root: Path, targets: Iterable[Path]) -> None:
    """Refuse before the first byte what would fail in the middle: a folder that is a file, or not to be written."""
    for folder in {target.parent for target in targets}:
        present = next(parent for parent in (folder, *folder.parents) if parent.exists() or parent == root)
        if not present.is_dir():
            raise ToolFailed(f"{present} is a file, and the module needs a folder of that name. {_ADVICE}")
        if not os.access(present, os.W_OK | os.X_OK):
            raise ToolFailed(f"{present} cannot be written. {_ADVICE}")


def _remove_empty(folder: Path, root: Path) -> None:
    """Remove a folder that holds nothing any more, and those around it that then hold nothing, up to the root."""
    while folder != root and folder.is_relative_to(root):
        try:
            folder.rmdir()
        except OSError:
            return  # something is in it, or it is not there
        folder = folder.parent


def _sync(folder: Path) -> None:
    if os.name == "nt":  # Windows has no way to open a folder for fsync
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mode(target: Path) -> int:
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
