"""Contents that runs keep: by their hash, whole or not at all."""

import hashlib
import os
import secrets
from pathlib import Path

from aws_orchestrator.runs.journal import CannotRecord, JournalError

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def digest_of(content: bytes) -> str:
    """The name of a content: its SHA-256."""
    return hashlib.sha256(content).hexdigest()


def write_durably(path: Path, content: bytes) -> None:
    """Make a new file with this content; when this returns the disk holds it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def keep_content(folder: Path, staging: Path, content: bytes) -> str:
    """Keep a content in the folder, written in `staging` first; its digest. CannotRecord when the disk does not take it."""
    digest = digest_of(content)
    path = folder / digest
    if path.exists():
        return digest
    temporary = staging / secrets.token_hex(8)
    try:
        staging.mkdir(parents=True, exist_ok=True)
        write_durably(temporary, content)
        temporary.replace(path)
    except OSError as error:
        raise CannotRecord(
            f"The run's contents cannot be kept in {folder}: {error.strerror}. Make room, then resume the run."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return digest


def kept_content(folder: Path, digest: str) -> bytes:
    """A kept content; JournalError when it is missing or damaged."""
    # The digest comes from a journal, which anybody may have written: it must not lead elsewhere.
    plain = len(digest) == 64 and set(digest) <= set("0123456789abcdef")
    try:
        content = (folder / digest).read_bytes() if plain else b""
    except OSError as error:
        raise JournalError(
            f"A content of the run is missing from {folder} ({digest[:12]}…); start the run anew."
        ) from error
    if digest_of(content) != digest:
        raise JournalError(
            f"A content of the run in {folder} was changed ({digest[:12]}…); start the run anew."
        )
    return content
