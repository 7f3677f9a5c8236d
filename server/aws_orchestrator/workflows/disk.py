"""The workspace on disk: every file appears whole or not at all, under its own name."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from aws_orchestrator.errors import ToolFailed, UsageError


class DiskWorkspace:
    """A workspace folder that is written directly: the terminal's, and that of editors that cannot create files."""

    def __init__(self, root: Path) -> None:
        """UsageError when the folder does not exist, is a file, or cannot be written."""
        if not root.exists():
            raise UsageError(f"The workspace {root} does not exist; make the folder or choose another one.")
        if not root.is_dir():
            raise UsageError(f"The workspace {root} is a file; choose a folder.")
        if not os.access(root, os.W_OK | os.X_OK):
            raise UsageError(f"The workspace {root} cannot be written; choose a folder that you may write.")
        self._root = root.resolve()

    @property
    def root(self) -> Path:
        """The workspace folder, resolved."""
        return self._root

    async def read(self, path: str) -> bytes | None:
        """The content of a file below the root, or None when there is no file."""
        target = self.locate(path)
        return target.read_bytes() if target.is_file() else None

    async def write(self, run_id: str, writes: Mapping[str, bytes], deletes: frozenset[str]) -> None:
        """Make the writes and deletes; ToolFailed when the disk refuses one, and each file is then old or new, never half."""
        # Staged outside the module: a temporary file there could be loaded by Terraform, or stay behind.
        staging = self._root / ".aws-orchestrator" / "runs" / run_id / "staging"
        try:
            staging.mkdir(parents=True, exist_ok=True)
            staged = {path: _stage(staging, content) for path, content in writes.items()}
            for path, temporary in staged.items():
                target = self.locate(path)
                target.parent.mkdir(parents=True, exist_ok=True)
                temporary.chmod(_mode(target))
                temporary.replace(target)
            for path in sorted(deletes):
                self.locate(path).unlink(missing_ok=True)
        except OSError as error:
            raise ToolFailed(
                f"The module could not be written to {self._root}: {error.strerror}. Mend that and resume the run."
            ) from error
        finally:
            for left in staging.glob("*"):
                left.unlink()

    def locate(self, path: str) -> Path:
        """Where a path below the root is; UsageError when a link on its way leads out of the workspace."""
        target = self._root / path
        if not target.parent.resolve().is_relative_to(self._root) or target.is_symlink():
            raise UsageError(
                f"{path} is reached through a link; the module is only written inside {self._root}."
            )
        return target


def _stage(folder: Path, content: bytes) -> Path:
    path = folder / secrets.token_hex(8)
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return path


def _mode(target: Path) -> int:
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
