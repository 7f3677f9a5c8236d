"""Byte offsets and the editor's positions, in the encoding that client and server agreed on."""

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

if TYPE_CHECKING:  # `initialize` is answered before pydantic is imported
    from aws_orchestrator.findings import Edit, Place

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"


class Positions:
    """Converts between byte offsets and positions of one document; lines are counted once.

    Lines end where the protocol says (`\\n`, `\\r\\n`, `\\r`), nowhere else. A byte order mark has no width: editors do
    not count it. Bytes that are no UTF-8 count as the replacement character that an editor shows for them.
    """

    def __init__(self, content: bytes, encoding: str = "utf-16") -> None:
        """`encoding` is `utf-8`, `utf-16` or `utf-32`."""
        self._content = content
        self._starts = [len(_BOM) if content.startswith(_BOM) else 0]
        self._starts += [found.end() for found in _LINE_END.finditer(content)]
        self._encoding = encoding

    def position(self, offset: int) -> lsp.Position:
        """The position of a byte; a byte inside a character counts as that character's start."""
        offset = self._character_start(max(self._starts[0], min(offset, len(self._content))))
        line = bisect_right(self._starts, offset) - 1
        return lsp.Position(line=line, character=self._width(self._content[self._starts[line] : offset]))

    def offset(self, position: lsp.Position) -> int:
        """The byte at a position; one behind the end of its line, or of the document, means that end."""
        if position.line >= len(self._starts):
            return len(self._content)
        start = self._starts[position.line]
        following = self._starts[position.line + 1] if position.line + 1 < len(self._starts) else None
        end = len(self._content) if following is None else following
        line = self._content[start:end].rstrip(b"\r\n") if following is not None else self._content[start:end]
        return start + self._bytes(line, position.character)

    def range(self, start: int, end: int) -> lsp.Range:
        """The range of a byte range."""
        return lsp.Range(self.position(start), self.position(end))

    def place(self, place: "Place") -> lsp.Range:
        """The range of a place; an empty one is widened by a character, so that it can be seen."""
        end = place.end if place.end > place.start else self._next_character(place.start)
        return self.range(place.start, end)

    def edit(self, edit: "Edit") -> lsp.TextEdit:
        """An edit of ours as the editor's."""
        return lsp.TextEdit(range=self.range(edit.start, edit.end), new_text=edit.text)

    def whole(self) -> lsp.Range:
        """The range of the whole document."""
        return self.range(0, len(self._content))

    def _character_start(self, offset: int) -> int:
        # At most three bytes of a character follow its first; more than that are stray bytes, each on its own.
        for back in range(4):
            if (
                offset - back <= 0
                or offset >= len(self._content)
                or not _continues(self._content[offset - back])
            ):
                return offset - back if offset - back >= 0 else 0
        return offset

    def _next_character(self, offset: int) -> int:
        following = min(offset + 1, len(self._content))
        while (
            following < len(self._content) and following < offset + 4 and _continues(self._content[following])
        ):
            following += 1
        return following

    def _width(self, before: bytes) -> int:
        if self._encoding == "utf-8":
            return len(before)
        text = before.decode("utf-8", errors="replace")
        return len(text) if self._encoding == "utf-32" else len(text.encode("utf-16-le")) // 2

    def _bytes(self, line: bytes, units: int) -> int:
        if self._encoding == "utf-8":
            return min(units, len(line))
        text = line.decode("utf-8", errors="replace")
        if self._encoding == "utf-16":
            text = text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", errors="ignore")
        else:
            text = text[:units]
        return min(len(text.encode()), len(line))


def _continues(byte: int) -> bool:
    return byte & 0xC0 == 0x80
