"""The files of learned knowledge: xz around UTF-8 lines, of which the first says what the file is.

Three kinds share the outside: `constraints` (what is checked), `replacement` (what replaces a resource) and `values`
(what came to lists of values later). The formats are described in docs/knowledge.md.
"""

import json
import lzma
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from aws_orchestrator.errors import CatalogError

KnowledgeKind: TypeAlias = Literal["constraints", "replacement", "values"]
FORMAT_VERSION = 1
_MARKS: dict[KnowledgeKind, str] = {
    "constraints": "aws-orchestrator constraints",
    "replacement": "aws-orchestrator replacement",
    "values": "aws-orchestrator values",
}
_MOST_BYTES = 64 << 20
_MEMORY_LIMIT = 128 << 20
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


class Subject(NamedTuple):
    """Which provider version the knowledge is of."""

    provider: str
    version: str


def file_name(kind: KnowledgeKind, provider: str, version: str) -> str:
    """The name under which knowledge of a provider (as `hashicorp/aws`) is found beside its catalog."""
    return f"{provider.removeprefix('hashicorp/').replace('/', '-')}-{version}.{kind}.xz"


def pack(kind: KnowledgeKind, subject: Subject, lines: list[str]) -> bytes:
    """The bytes of a knowledge file."""
    first = {"format": _MARKS[kind], "format_version": FORMAT_VERSION, **subject._asdict()}
    text = "\n".join([compact(first), *lines])
    return lzma.compress(text.encode(), format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC64, filters=_FILTERS)


def unpack(kind: KnowledgeKind, path: Path) -> tuple[Subject, list[str]]:
    """What the file is about and the lines after its first; CatalogError when it cannot be read."""
    unpacker = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MEMORY_LIMIT)
    try:
        text = unpacker.decompress(path.read_bytes(), max_length=_MOST_BYTES)
        if not unpacker.eof:
            raise broken(path, "is cut off or larger than any knowledge")
        lines = text.decode().split("\n")
    except OSError as error:
        raise CatalogError(f"The knowledge {path} cannot be read: {error.strerror}.") from error
    except (lzma.LZMAError, UnicodeDecodeError) as error:
        raise broken(path, f"is corrupt ({error})") from error
    return _subject(kind, lines[0], path), lines[1:]


def broken(path: Path, what_happened: str) -> CatalogError:
    """The error of a file that cannot be used."""
    return CatalogError(
        f"The knowledge {path} {what_happened}: remove it, or learn it again with `aws-orchestrator catalog probe`."
    )


def compact(value: object) -> str:
    """JSON without spaces, the keys in the order they are given in."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _subject(kind: KnowledgeKind, line: str, path: Path) -> Subject:
    try:
        first: Any = json.loads(line)
    except (ValueError, RecursionError):
        first = None
    if not isinstance(first, dict) or first.get("format") != _MARKS[kind]:
        raise broken(path, f"does not hold {kind} that AWS Orchestrator learned")
    version = first.get("format_version")
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise CatalogError(
            f"The knowledge {path} has format version {version}, newer than the {FORMAT_VERSION} that this "
            "AWS Orchestrator reads: update AWS Orchestrator, or learn it again with this one."
        )
    if (
        version != FORMAT_VERSION
        or not isinstance(first.get("provider"), str)
        or not isinstance(first.get("version"), str)
    ):
        raise broken(path, "does not say in its first line which provider it is about")
    return Subject(first["provider"], first["version"])
