"""Who owns a run or a module: a lock that the operating system gives back when its process is gone."""

import os
import sys
from pathlib import Path

from aws_orchestrator.errors import OrchestratorError

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class AlreadyOwned(OrchestratorError):
    """Somebody else, who is alive, owns it."""

    def __init__(self, note: str) -> None:
        """`note` is what the owner wrote into its lock."""
        super().__init__(f"It is owned by {note}.")
        self.note = note


class Ownership:
    """An exclusive lock on a file, with a note of who holds it; held until `release` or the end of the process."""

    def __init__(self, path: Path, note: str) -> None:
        """Take the lock; AlreadyOwned when it is held."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._descriptor)
        except OSError:
            os.close(self._descriptor)
            raise AlreadyOwned(_note(path)) from None
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, note.encode())

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._descriptor)


def is_owned(path: Path) -> bool:
    """True while a living process holds the lock."""
    if not path.exists():
        return False
    descriptor = os.open(path, os.O_RDWR)
    try:
        _lock(descriptor)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _note(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") or "another process"
