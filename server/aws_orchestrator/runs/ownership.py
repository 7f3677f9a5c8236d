"""Who owns a run or a module: a lock that the operating system gives back when its process is gone."""

import os
import sys
import time
from pathlib import Path

from aws_orchestrator.errors import OrchestratorError

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
# `is_owned` holds a lock for some microseconds; somebody who is refused asks again before believing it.
_ATTEMPTS = 4
_PAUSE = 0.01

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, exclusive: bool) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int, exclusive: bool) -> None:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)


class AlreadyOwned(OrchestratorError):
    """Somebody else, who is alive, owns it."""

    def __init__(self, note: str) -> None:
        """`note` is what the owner wrote into its lock."""
        super().__init__(f"It is owned by {note}.")
        self.note = note


class Ownership:
    """An exclusive lock on a file, with a note of who holds it; held until `release` or the end of the process."""

    def __init__(self, path: Path, note: str) -> None:
        """Take the lock; AlreadyOwned when it is held, OSError when the file cannot be written."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _NO_LINK, 0o600)
        try:
            self._take(path)
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, note.encode())
        except BaseException:
            os.close(self._descriptor)
            raise

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._descriptor)

    def _take(self, path: Path) -> None:
        for attempt in range(_ATTEMPTS):
            try:
                _lock(self._descriptor, exclusive=True)
            except OSError:
                if attempt + 1 == _ATTEMPTS:
                    raise AlreadyOwned(_note(path)) from None
                time.sleep(_PAUSE)
            else:
                return


def is_owned(path: Path) -> bool:
    """True while a living process holds the lock."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _NO_LINK)
    except OSError:
        return False  # no lock of ours: nobody can hold it
    try:
        _lock(descriptor, exclusive=False)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _note(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")[:100] or "another process"
