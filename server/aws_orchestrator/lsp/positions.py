"""Byte offsets and the editor's positions."""

from lsprotocol import types as lsp

from aws_orchestrator.findings import Edit, Place


class Positions:
    """Converts byte offsets of one document; lines are counted once."""

    def __init__(self, content: bytes, encoding: str = "utf-16") -> None:
        """`encoding` is what client and server agreed on: utf-8, utf-16 or utf-32."""
        self._content = content
        self._starts = [0]
        self._starts += [index + 1 for index, byte in enumerate(content) if byte == 0x0A]
        self._encoding = encoding

    def position(self, offset: int) -> lsp.Position:
        """The position of a byte; a byte inside a character counts as that character's start."""
        offset = max(0, min(offset, len(self._content)))
        line = self._line(offset)
        before = self._content[self._starts[line] : offset]
        return lsp.Position(line=line, character=self._units(before))

    def range(self, start: int, end: int) -> lsp.Range:
        """The range of a byte range."""
        return lsp.Range(self.position(start), self.position(end))

    def place(self, place: Place) -> lsp.Range:
        """The range of a place; an empty one is widened by a character, so that it can be seen."""
        end = place.end if place.end > place.start else min(place.start + 1, len(self._content))
        return self.range(place.start, end)

    def edit(self, edit: Edit) -> lsp.TextEdit:
        """An edit of ours as the editor's."""
        return lsp.TextEdit(range=self.range(edit.start, edit.end), new_text=edit.text)

    def _line(self, offset: int) -> int:
        low, high = 0, len(self._starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._starts[middle] <= offset else (low, middle)
        return low

    def _units(self, before: bytes) -> int:
        if self._encoding == "utf-8":
            return len(before)
        text = before.decode("utf-8", errors="ignore")
        return len(text) if self._encoding == "utf-32" else len(text.encode("utf-16-le")) // 2


def whole(content: bytes, encoding: str = "utf-16") -> lsp.Range:
    """The range of a whole document."""
    return Positions(content, encoding).range(0, len(content))
