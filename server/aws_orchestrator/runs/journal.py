"""The journal of a run: one JSON object a line, appended and fsynced before the effect that it announces.

The first line names the format. A last line that was cut off by a crash is not an entry: it is removed at the next
opening, because whatever it announced had not begun.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from aws_orchestrator.errors import OrchestratorError

FORMAT_VERSION = 1
_LIMIT = 64 * 1024 * 1024


class JournalError(OrchestratorError):
    """A journal that cannot be read or written."""


class Entry(NamedTuple):
    """One entry: its position, its kind and its data."""

    sequence: int
    kind: str
    at: str
    data: dict[str, Any]


class Journal:
    """Appends to one run's journal; made by `create` or `open`, closed by its run."""

    def __init__(self, path: Path, descriptor: int, entries: list[Entry]) -> None:
        """Take over an open file; use `create` or `open`."""
        self._path = path
        self._descriptor = descriptor
        self.entries = entries

    @classmethod
    def create(cls, path: Path) -> "Journal":
        """A new, empty journal; JournalError when it exists or cannot be made."""
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        except OSError as error:
            raise JournalError(f"The run's journal {path} cannot be made: {error.strerror}.") from error
        journal = cls(path, descriptor, [])
        journal._append_line({"format_version": FORMAT_VERSION})
        _sync_folder(path.parent)
        return journal

    @classmethod
    def open(cls, path: Path) -> "Journal":
        """An existing journal, to be continued; a cut off last line is removed."""
        entries, length = _read(path)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
            os.ftruncate(descriptor, length)
        except OSError as error:
            raise JournalError(f"The run's journal {path} cannot be continued: {error.strerror}.") from error
        return cls(path, descriptor, entries)

    def append(self, kind: str, at: str, **data: Any) -> Entry:
        """Append one entry; when this returns the disk holds it."""
        entry = Entry(len(self.entries) + 1, kind, at, data)
        self._append_line({"sequence": entry.sequence, "kind": kind, "at": at, **data})
        self.entries.append(entry)
        return entry

    def _append_line(self, document: dict[str, Any]) -> None:
        line = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        start = os.fstat(self._descriptor).st_size
        try:
            written = os.write(self._descriptor, line)
            if written != len(line):
                raise OSError(28, "No space left on device")
            os.fsync(self._descriptor)
        except OSError as error:
            # A line that is not whole must not stand before a later one.
            os.ftruncate(self._descriptor, start)
            raise JournalError(
                f"The run's journal {self._path} cannot be written: {error.strerror}. Make room and resume the run."
            ) from error

    def close(self) -> None:
        """Close the file; the journal can be opened again."""
        os.close(self._descriptor)


def read_entries(path: Path) -> list[Entry]:
    """The whole entries of a journal, without touching it."""
    return _read(path)[0]


def _read(path: Path) -> tuple[list[Entry], int]:
    try:
        if path.stat().st_size > _LIMIT:
            raise JournalError(
                f"The journal {path} is larger than {_LIMIT >> 20} MB; it was not written by this program."
            )
        content = path.read_bytes()
    except OSError as error:
        raise JournalError(f"The journal {path} cannot be read: {error.strerror}.") from error
    length = content.rfind(b"\n") + 1
    documents = _documents(path, content[:length])
    head = next(documents, None)
    if head is None:
        return [], length
    version = head.get("format_version")
    if not isinstance(version, int) or version > FORMAT_VERSION:
        raise JournalError(
            f"The journal {path} has format_version {version}; this program reads up to {FORMAT_VERSION}. "
            "Update AWS Orchestrator."
        )
    entries: list[Entry] = []
    for document in documents:
        kind, at, sequence = (
            document.pop("kind", None),
            document.pop("at", ""),
            document.pop("sequence", None),
        )
        if not isinstance(kind, str) or sequence != len(entries) + 1:
            raise JournalError(
                f"The journal {path} is damaged at entry {len(entries) + 1}; `runs cancel` closes its run."
            )
        entries.append(Entry(sequence, kind, str(at), document))
    return entries, length


def _documents(path: Path, content: bytes) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            document = json.loads(line)
        except ValueError as error:
            raise JournalError(
                f"The journal {path} is damaged at line {number}; `runs cancel` closes its run."
            ) from error
        if not isinstance(document, dict):
            raise JournalError(
                f"The journal {path} is damaged at line {number}; `runs cancel` closes its run."
            )
        yield document


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no way to open a folder for fsync
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
