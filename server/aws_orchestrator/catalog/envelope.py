"""The outside of a catalog file: xz around UTF-8 lines, of which the first says what the file is.

The format is described in docs/catalog.md.
"""

import json
import lzma
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from aws_orchestrator.catalog.versions import parse_version
from aws_orchestrator.errors import CatalogError, UsageError

MARK = "aws-orchestrator catalog"
FORMAT_VERSION = 1
# All of AWS is 0.7 MB unpacked; a file that unpacks to more than this is not a catalog of ours.
MOST_BYTES = 64 << 20
_MOST_HEADER_BYTES = 4096
_FIRST_READ = 64 << 10
# A dictionary of 8 MiB holds the whole of AWS; the preset's own 64 MiB would be reserved by every reader.
_FILTERS = [
    {
        "id": lzma.FILTER_LZMA2,
        "preset": 9 | lzma.PRESET_EXTREME,
        "dict_size": 8 << 20,
        "lc": 4,
        "lp": 0,
        "pb": 0,
    }
]
_MEMORY_LIMIT = 128 << 20

Origin = Literal["exact", "bindings"]
"""Where a catalog's facts come from: the provider itself, or the bindings that were generated from it."""


class Header(NamedTuple):
    """What the first line says."""

    provider: str
    version: str
    origin: Origin = "exact"


def pack(header: Header, lines: list[str]) -> bytes:
    """The bytes of a catalog file."""
    first = {"format": MARK, "format_version": FORMAT_VERSION, **header._asdict()}
    if header.origin == "exact":
        del first["origin"]
    text = "\n".join([json.dumps(first, separators=(",", ":")), *lines])
    return lzma.compress(text.encode(), format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC64, filters=_FILTERS)


def unpack(content: bytes, place: str) -> tuple[Header, list[str]]:
    """The header and the lines after it; CatalogError when the content is not a catalog that we can read."""
    unpacker = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MEMORY_LIMIT)
    try:
        text = unpacker.decompress(content, max_length=MOST_BYTES)
        if not unpacker.eof:
            reason = "is larger than any catalog" if len(text) >= MOST_BYTES else "is cut off"
            raise CatalogError(_rebuild(place, reason))
        lines = text.decode().split("\n")
    except (lzma.LZMAError, UnicodeDecodeError) as error:
        raise CatalogError(_rebuild(place, f"is corrupt ({error})")) from error
    return _header(lines[0], place), lines[1:]


def peek(path: Path) -> Header:
    """The header of a catalog file without unpacking the rest."""
    unpacker = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MEMORY_LIMIT)
    try:
        with path.open("rb") as file:
            start = unpacker.decompress(file.read(_FIRST_READ), max_length=_MOST_HEADER_BYTES)
        return _header(start.split(b"\n", 1)[0].decode(), str(path))
    except OSError as error:
        raise CatalogError(f"The catalog {path} cannot be read: {error.strerror}.") from error
    except (lzma.LZMAError, UnicodeDecodeError) as error:
        raise CatalogError(_rebuild(str(path), f"is corrupt ({error})")) from error


def corrupt(place: str, reason: str) -> CatalogError:
    """The error of a file whose inside does not hold together."""
    return CatalogError(_rebuild(place, f"is corrupt ({reason})"))


def _header(line: str, place: str) -> Header:
    try:
        first: Any = json.loads(line)
    except (ValueError, RecursionError):
        first = None
    if not isinstance(first, dict) or first.get("format") != MARK:
        raise CatalogError(_rebuild(place, "is not a catalog of AWS Orchestrator"))
    version = first.get("format_version")
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise CatalogError(
            f"The catalog {place} has format version {version}, newer than the {FORMAT_VERSION} that this "
            "AWS Orchestrator reads: update AWS Orchestrator, or build the catalog again with this one."
        )
    provider, provider_version = first.get("provider"), first.get("version")
    if version != FORMAT_VERSION or not isinstance(provider, str) or not isinstance(provider_version, str):
        raise corrupt(place, "its first line does not say which provider it describes")
    try:
        parse_version(provider_version)
    except UsageError as error:
        raise corrupt(place, f"{provider_version!r} is no provider version") from error
    origin = first.get("origin", "exact")
    if origin not in get_args(Origin):
        raise corrupt(place, f"{origin!r} is no origin of a catalog")
    return Header(provider, provider_version, origin)


def _rebuild(place: str, what_happened: str) -> str:
    return (
        f"The catalog {place} {what_happened}: remove it, or build it again with "
        "`aws-orchestrator catalog build`."
    )
