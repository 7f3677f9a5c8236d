"""`file:` URIs and paths: every spelling that editors use, on every system."""

import os
import re
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urlsplit

_DRIVE = re.compile(r"/[A-Za-z]:(?=/|$)")


def path_of(uri: str) -> Path | None:
    """The resolved path of a `file:` URI; None for another scheme, another machine, or no path at all."""
    name = file_name_of(uri, windows=os.name == "nt")
    if not name:
        return None
    try:
        return Path(name).resolve()
    except (
        OSError,
        RuntimeError,
        ValueError,
    ):  # a loop of links (RuntimeError before Python 3.13), a null byte
        return None


def uri_of(path: Path) -> str:
    """The URI of an absolute path, percent-encoded."""
    return path.as_uri()


def file_name_of(uri: str, windows: bool) -> str | None:
    """The file name behind a `file:` URI, as the system writes it; None when there is none on this machine.

    Not `pygls.uris.to_fs_path`: version 2.1.1 cuts a name at a semicolon and turns bytes that are no UTF-8 into others.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or not parts.path:
        return None
    if not windows:
        # Names are bytes here, not text: what is no UTF-8 must come back as the same bytes.
        return os.fsdecode(unquote_to_bytes(parts.path)) if parts.netloc in ("", "localhost") else None
    name = unquote(parts.path)
    if parts.netloc not in ("", "localhost"):
        name = f"//{parts.netloc}{name}"
    elif _DRIVE.match(name):
        name = name[1:]
    return name.replace("/", "\\")
