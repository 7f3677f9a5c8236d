"""The contents of files that are read again and again: only what changed on the disk is read."""

import time
from pathlib import Path

_MOST_BYTES = 64 * 1024 * 1024
# A file that was just written can be written again without a sign of it: the clock of file systems ticks slowly.
_YOUNG_NANOSECONDS = 2_000_000_000

_Stamp = tuple[int, int, int]


class FileContents:
    """Remembers what it read, the last used files first; for one thread or several."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._known: dict[Path, tuple[_Stamp, bytes]] = {}
        self._size = 0

    def read(self, path: Path) -> bytes:
        """The bytes of the file as it is now."""
        status = path.stat()
        stamp = status.st_mtime_ns, status.st_size, status.st_ino
        known = self._known.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        content = path.read_bytes()
        self._forget(path)
        if len(content) == status.st_size and time.time_ns() - status.st_mtime_ns > _YOUNG_NANOSECONDS:
            self._known[path] = stamp, content
            self._size += len(content)
            while self._size > _MOST_BYTES:
                self._forget(next(iter(self._known)))
        return content

    def _forget(self, path: Path) -> None:
        known = self._known.pop(path, None)
        if known is not None:
            self._size -= len(known[1])
