"""The ledger of a module: which bytes in its folder are ours, as opposed to a person's.

For each file it holds the digests that we last wrote or are about to write. Before a write both the old and the new
digest are ours, so that a run which was killed in the middle finishes without asking; afterwards only the new one is.
An older text of ours that somebody brought back is theirs. The ledger is small and of the module, not of a run: it
does not grow with the runs, nor does it go with them when they are pruned.
"""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from aws_orchestrator.runs.contents import write_durably
from aws_orchestrator.runs.journal import CannotRecord

FORMAT_VERSION = 1
_SIZE_LIMIT = 4 * 1024 * 1024
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)

Ours = Mapping[str, frozenset[str]]


def file_name(module: str) -> str:
    """The name under which a module's ledger and lock are kept; different for different modules."""
    return quote(module, safe="") or "."


class Ledger:
    """The ledger of one module; only the run that owns the module may change it."""

    def __init__(self, folder: Path, staging: Path, module: str) -> None:
        """`folder` is where the workspace's ledgers are."""
        self._path = folder / f"{file_name(module)}.json"
        self._staging = staging

    def ours(self) -> Ours:
        """The digests that are ours, by path inside the module.

        A ledger that is missing, damaged or not written by us knows nothing: every file then counts as a person's.
        """
        try:
            descriptor = os.open(self._path, os.O_RDONLY | _NO_LINK)
            with os.fdopen(descriptor, "rb") as stream:
                document = json.loads(stream.read(_SIZE_LIMIT))
        except (OSError, ValueError, RecursionError):
            return {}
        return _checked(document)

    def amend(self, contents: Mapping[str, str | None]) -> None:
        """Say of single files which digest is ours now; None: no longer ours. The others stay what they were."""
        ours = {path: set(digests) for path, digests in self.ours().items() if path not in contents}
        self._write({**ours, **{path: {digest} for path, digest in contents.items() if digest is not None}})

    def recorded(self) -> Ours:
        """What this program knows to have written, whoever may replace it."""
        return self.ours()

    def announce(self, contents: Mapping[str, str]) -> None:
        """Say, before the first byte is written, that the files will have these digests."""
        ours = self.ours()
        paths = {*ours, *contents}
        self._write(
            {path: {*ours.get(path, ()), *([contents[path]] if path in contents else [])} for path in paths}
        )

    def settle(self, contents: Mapping[str, str]) -> None:
        """Say, after the last byte is written, that the module is exactly these files."""
        self._write({path: {digest} for path, digest in contents.items()})

    def _write(self, files: Mapping[str, set[str]]) -> None:
        document = {
            "format_version": FORMAT_VERSION,
            "files": {path: sorted(files[path]) for path in sorted(files)},
        }
        temporary = self._staging / secrets.token_hex(8)
        try:
            self._staging.mkdir(parents=True, exist_ok=True)
            write_durably(temporary, json.dumps(document, indent=1).encode())
            temporary.replace(self._path)
        except OSError as error:
            raise CannotRecord(
                f"The module's ledger {self._path} cannot be written: {error.strerror}. Make room, then resume the run."
            ) from error
        finally:
            temporary.unlink(missing_ok=True)


def _checked(document: Any) -> Ours:
    files = document.get("files") if isinstance(document, dict) else None
    if not isinstance(files, dict) or document.get("format_version") != FORMAT_VERSION:
        return {}
    return {
        path: frozenset(str(digest) for digest in digests)
        for path, digests in files.items()
        if _inside(path) and isinstance(digests, list)
    }


def _inside(path: str) -> bool:
    # Files that are ours may be deleted: no path of a forged ledger may lead out of the module.
    parts = PurePosixPath(path).parts
    return (
        bool(parts)
        and ".." not in parts
        and not path.startswith("/")
        and "\\" not in path
        and ":" not in path
    )
