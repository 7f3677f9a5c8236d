"""What a module declares, read from its headers: also while a file does not parse."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from aws_orchestrator.hcl.find import BlockView, FileView
from aws_orchestrator.language.cursor import cursor_at

_HEADER = re.compile(
    rb'^[ \t]*(?P<kind>variable|output|resource|data|ephemeral|module|locals)\b[ \t]*(?P<labels>(?:"[^"\n]*"[ \t]*)*)\{',
    re.M,
)
_KEPT_FILES = 512


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a block."""

    address: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declaration of a module."""

    address: str
    """`var.x`, `local.x`, `output.x`, `module.x`, `TYPE.NAME`, `data.TYPE.NAME`."""
    start: int
    """The byte at which its block begins."""


def declarations(files: Mapping[str, bytes]) -> Iterator[tuple[str, Declaration]]:
    """The declarations of a module's own files, with the file of each."""
    for name in sorted(files):
        if "/" not in name and name.endswith(".tf"):
            for found in _of_file(files[name]):
                yield name, found


def block_of(content: bytes, start: int) -> BlockView | None:
    """The block that begins at a byte, without reading the rest of the file; its ranges count from that byte."""
    following = _HEADER.search(content, start + 1)
    piece = content[start : following.start() if following else len(content)]
    return next(iter(FileView.of("declaration", piece).blocks), None)


def headers(content: bytes) -> Iterator[Header]:
    """The headers of a file, found without parsing it."""
    for match in _HEADER.finditer(content):
        kind = match["kind"].decode()
        labels = re.findall(r'"([^"]*)"', match["labels"].decode(errors="replace"))
        prefix = {"variable": "var.", "resource": "", "locals": "locals"}.get(kind, f"{kind}.")
        yield Header(prefix + ".".join(labels), kind, match.start(), match.end())


@lru_cache(maxsize=_KEPT_FILES)
def _of_file(content: bytes) -> tuple[Declaration, ...]:
    found = []
    for header in headers(content):
        if header.kind == "locals":
            following = content.find(b"\n}", header.end)
            end = following if following >= 0 else len(content)
            names = cursor_at(content, end).names if end > header.end else frozenset()
            found += [Declaration(f"local.{name}", header.start) for name in sorted(names)]
        elif not header.address.endswith("."):
            found.append(Declaration(header.address, header.start))
    return tuple(found)
