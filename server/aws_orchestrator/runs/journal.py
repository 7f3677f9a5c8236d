"""The journal of a run: one JSON object a line, appended and fsynced before the effect that it announces.

The first line names the format. A last line that was cut off by a crash is not an entry: it is removed at the next
opening, because whatever it announced had not begun.
"""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from aws_orchestrator.errors import OrchestratorError

FORMAT_VERSION = 1
_LIMIT = 64 * 1024 * 1024
_HEAD = 8 * 1024
_TAIL = 4 * 1024
_OUR_HEAD = b'{"format_version":%d}' % FORMAT_VERSION
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


class JournalError(OrchestratorError):
    """A journal, or a content kept for it, that is missing, damaged or of a newer format."""


class CannotRecord(JournalError):
    """The disk does not take an entry or a content now: the run cannot go on, and can be resumed."""


class NewerFormat(JournalError):
    """A journal that a newer program wrote."""


class Entry(NamedTuple):
    """One entry: its position, its kind and its data."""

    sequence: int
    kind: str
    at: str
    data: dict[str, Any]


class Ends(NamedTuple):
    """The first and the last entry of a journal: enough to list its run."""

    first: Entry
    last: Entry


class Journal:
    """Appends to one run's journal; made by `create` or `open`, closed by its run."""

    def __init__(self, path: Path, descriptor: int, entries: list[Entry]) -> None:
        """Take over an open file; use `create` or `open`."""
        self._path = path
        self._descriptor = descriptor
        self.entries = entries

    @classmethod
    def create(cls, path: Path, staging: Path, kind: str, at: str, **data: Any) -> "Journal":
        """A new journal with its first entry: it appears under its name whole (made in `staging`) or not at all.

        CannotRecord when the disk does not take it.
        """
        temporary = staging / "journal"
        try:
            staging.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(
                temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | _NO_LINK, 0o600
            )
        except OSError as error:
            raise CannotRecord(f"The run's journal {path} cannot be made: {error.strerror}.") from error
        journal = cls(path, descriptor, [])
        try:
            try:
                journal._append_line({"format_version": FORMAT_VERSION}, durable=False)
                journal.append(kind, at, **data)
            finally:
                journal.close()  # Windows renames no open file
            temporary.rename(path)
            _sync_folder(path.parent)
            journal._descriptor = os.open(path, os.O_RDWR | os.O_APPEND | _NO_LINK)
        except OSError as error:
            raise CannotRecord(f"The run's journal {path} cannot be made: {error.strerror}.") from error
        finally:
            temporary.unlink(missing_ok=True)
        return journal

    @classmethod
    def open(cls, path: Path) -> "Journal":
        """An existing journal, to be continued; a cut off last line is removed."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | _NO_LINK)
        except OSError as error:
            raise JournalError(f"The journal {path} cannot be continued: {error.strerror}.") from error
        try:
            _expect_own(path, descriptor)
            entries, length = _parse(path, _content(path, descriptor))
            os.ftruncate(descriptor, length)
        except BaseException:
            os.close(descriptor)
            raise
        return cls(path, descriptor, entries)

    def append(self, kind: str, at: str, *, durable: bool = True, **data: Any) -> Entry:
        """Append one entry; when this returns the disk holds it, unless it need not be `durable`.

        An entry that is not durable survives the end of this process, and a failure of the machine only with a later
        one that is.
        """
        entry = Entry(len(self.entries) + 1, kind, at, data)
        self._append_line({"sequence": entry.sequence, "kind": kind, "at": at, **data}, durable)
        self.entries.append(entry)
        return entry

    def _append_line(self, document: dict[str, Any], durable: bool) -> None:
        line = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        start = os.fstat(self._descriptor).st_size
        try:
            written = os.write(self._descriptor, line)
            if written != len(line):
                raise OSError(28, "No space left on device")
            if durable:
                os.fsync(self._descriptor)
        except OSError as error:
            # A line that is not whole must not stand before a later one.
            os.ftruncate(self._descriptor, start)
            raise CannotRecord(
                f"The run's journal {self._path} cannot be written: {error.strerror}. Make room, then resume the run."
            ) from error

    def close(self) -> None:
        """Close the file; the journal can be opened again."""
        os.close(self._descriptor)


def read_entries(path: Path | str) -> list[Entry]:
    """The whole entries of a journal, without touching it; JournalError when it cannot be read."""
    descriptor = _open_to_read(path)
    try:
        return _parse(path, _content(path, descriptor))[0]
    finally:
        os.close(descriptor)


def read_ends(path: Path | str) -> Ends:
    """The first and the last whole entry, however long the journal is; JournalError when they cannot be read."""
    descriptor = _open_to_read(path)
    try:
        size = _size(path, descriptor)
        head = (
            os.pread(descriptor, min(size, _HEAD), 0) if hasattr(os, "pread") else _content(path, descriptor)
        )
        tail = head if size <= len(head) else os.pread(descriptor, _TAIL, size - _TAIL)
    finally:
        os.close(descriptor)
    lines = head[: head.rfind(b"\n") + 1].split(b"\n", 2)
    last = tail[: tail.rfind(b"\n") + 1].rstrip(b"\n").rpartition(b"\n")[2]
    # A line that is longer than what was read of it: only then is the whole journal read.
    if len(lines) < 3 or (tail is not head and b"\n" + last not in tail):
        entries = read_entries(path)
        if not entries:
            raise JournalError(f"The journal {path} is empty; `runs cancel` closes its run.")
        return Ends(entries[0], entries[-1])
    if lines[0] != _OUR_HEAD:
        _expect_format(path, next(_documents(path, lines[0])))
    ends = [_entry(path, document, None) for line in (lines[1], last) for document in _documents(path, line)]
    return Ends(ends[0], ends[-1])


def _open_to_read(path: Path | str) -> int:
    try:
        return os.open(path, os.O_RDONLY | _NO_LINK)
    except OSError as error:
        raise JournalError(f"The journal {path} cannot be read: {error.strerror}.") from error


def _expect_own(path: Path | str, descriptor: int) -> None:
    """Refuse to go on by a journal that somebody else may have written: it names files, answers and approvals."""
    status = os.fstat(descriptor)
    user = _user()
    if user is None:
        return
    if status.st_uid != user:
        raise JournalError(f"The journal {path} belongs to another user; its run goes on as that user only.")
    if status.st_mode & stat.S_IWOTH:
        raise JournalError(
            f"The journal {path} is not trusted: anybody may write it. If its run is yours, `chmod o-w` it, then resume."
        )


def _user() -> int | None:
    return os.getuid() if hasattr(os, "getuid") else None


def _size(path: Path | str, descriptor: int) -> int:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_size > _LIMIT:
        raise JournalError(
            f"The journal {path} is no file below {_LIMIT >> 20} MB: this program did not write it."
        )
    return status.st_size


def _content(path: Path | str, descriptor: int) -> bytes:
    _size(path, descriptor)
    with os.fdopen(os.dup(descriptor), "rb") as stream:
        stream.seek(0)
        return stream.read()


def _parse(path: Path | str, content: bytes) -> tuple[list[Entry], int]:
    """The entries, and how many bytes of the content are whole lines."""
    length = content.rfind(b"\n") + 1
    documents = _documents(path, content[:length])
    head = next(documents, None)
    if head is None:
        raise JournalError(f"The journal {path} is empty; `runs cancel` closes its run.")
    _expect_format(path, head)
    entries: list[Entry] = []
    for document in documents:
        entries.append(_entry(path, document, len(entries) + 1))
    return entries, length


def _expect_format(path: Path | str, head: dict[str, Any]) -> None:
    version = head.get("format_version")
    if not isinstance(version, int):
        raise JournalError(f"The journal {path} names no format; `runs cancel` closes its run.")
    if version > FORMAT_VERSION:
        raise NewerFormat(
            f"The journal {path} has format_version {version}; this program reads up to {FORMAT_VERSION}. "
            "Update AWS Orchestrator."
        )


def _entry(path: Path | str, document: dict[str, Any], expected: int | None) -> Entry:
    data = document  # it was read for this entry alone
    kind, at, sequence = data.pop("kind", None), data.pop("at", ""), data.pop("sequence", None)
    if not isinstance(kind, str) or not isinstance(sequence, int) or sequence != (expected or sequence):
        raise JournalError(
            f"The journal {path} is damaged at entry {expected or sequence}; `runs cancel` closes its run."
        )
    return Entry(sequence, kind, str(at), data)


def _documents(path: Path | str, content: bytes) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line:
            continue
        try:
            document = json.loads(line)
        except (ValueError, RecursionError) as error:
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
