"""What a probe has learned so far, on disk: a probe that was stopped goes on, and two never write at once."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from aws_orchestrator.errors import UsageError

STATE_VERSION = 1


class ProbeState:
    """One JSON object a line: first what is asked, then one for each type that was asked."""

    def __init__(self, path: Path, subject: dict[str, Any]) -> None:
        self.path = path
        self.subject = {"state_version": STATE_VERSION, **subject}
        self.learned: dict[tuple[str, str], dict[str, Any]] = {}
        self._writing = threading.Lock()
        self._file: IO[str] | None = None

    @contextmanager
    def held(self) -> Iterator["ProbeState"]:
        """Read what is there and keep the file for this process alone; UsageError when another one has it."""
        try:
            # Not "w": opening must not remove what another probe wrote.
            file = self.path.open("a+", encoding="utf-8")
        except OSError as error:
            raise UsageError(f"The probe's state {self.path} cannot be written: {error.strerror}.") from error
        with file:
            if not _lock(file):
                raise UsageError(
                    f"Another probe is writing {self.path}: wait until it ends, or choose another output file."
                )
            self._file = file
            self._read(file)
            try:
                yield self
            finally:
                self._file = None

    def add(self, kind: str, name: str, learned: dict[str, Any]) -> None:
        """Keep what was learned of one type."""
        self.learned[kind, name] = learned
        self._write({"kind": kind, "name": name, "learned": learned})

    def _read(self, file: IO[str]) -> None:
        file.seek(0)
        lines = file.readlines()
        if not lines:
            self._write(self.subject)
            return
        if _object(lines[0]) != self.subject:
            raise UsageError(
                f"{self.path} holds a probe of another provider or version: remove it, or choose another output file."
            )
        for line in lines[1:]:
            entry = _object(line)
            # The last line may be cut off where the process was killed; that type is asked again.
            if entry is not None:
                self.learned[entry["kind"], entry["name"]] = entry["learned"]
        if not lines[-1].endswith("\n"):
            file.write("\n")

    def _write(self, entry: dict[str, Any]) -> None:
        assert self._file is not None
        with self._writing:
            self._file.write(json.dumps(entry, separators=(",", ":"), ensure_ascii=False) + "\n")
            self._file.flush()


def _object(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def _lock(file: IO[str]) -> bool:
    """Lock the file until it is closed; the system lets go of it when the process dies."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
