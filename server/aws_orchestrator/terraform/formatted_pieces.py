"""What formatting made of the pieces of files, kept, so that after an edit only the edited piece is formatted."""

from collections.abc import Awaitable, Callable, Mapping

from aws_orchestrator.hcl.pieces import pieces

Format = Callable[[Mapping[str, bytes]], Awaitable[tuple[dict[str, bytes], dict[str, int]]]]
"""Formats files of any names; the formatted bytes, and the line of the first error of those that do not parse."""

_MOST_BYTES = 16 * 1024 * 1024
_FEW = 8
"""As many new pieces of a file are formatted apart; with more of them the file is formatted whole."""


class FormattedPieces:
    """A memory of formatted pieces, the last used ones."""

    def __init__(self) -> None:
        self._known: dict[bytes, bytes] = {}
        self._size = 0

    async def format(
        self, files: Mapping[str, bytes], format_: Format
    ) -> tuple[dict[str, bytes], dict[str, int]]:
        """The files formatted, and the line of the first error of each that does not parse."""
        cut = {path: pieces(content) for path, content in files.items()}
        # Held here, because others may push them out of the memory meanwhile.
        known = {
            piece: self._known[piece] for parts in cut.values() for piece in parts if piece in self._known
        }
        new = {path: [piece for piece in parts if piece not in known] for path, parts in cut.items()}
        whole = {
            path: files[path]
            for path, lack in new.items()
            if len(lack) > _FEW or len(cut[path]) == 1 == len(lack)
        }
        apart = {
            f"{number}\0{path}": piece
            for path, lack in new.items()
            if path not in whole
            for number, piece in enumerate(lack)
        }
        after, broken = await format_({**whole, **apart})
        # A cut that was no good, or a syntax error: only the whole file tells.
        again = {path: files[path] for path in {name.partition("\0")[2] for name in broken if "\0" in name}}
        broken = {path: line for path, line in broken.items() if "\0" not in path}
        if again:
            after_again, broken_again = await format_(again)
            after, broken, whole = after | after_again, broken | broken_again, whole | again
        known |= {piece: after[name] for name, piece in apart.items()}
        joined = {
            path: after[path] if path in whole else b"".join([known[piece] for piece in parts])
            for path, parts in cut.items()
        }
        for path, parts in cut.items():
            if path not in broken:
                self._remember(parts, pieces(joined[path]))
        return joined, broken

    def _remember(self, before: tuple[bytes, ...], after: tuple[bytes, ...]) -> None:
        if len(before) != len(after):
            return
        for piece, formatted in zip(before, after, strict=True):
            if self._known.pop(piece, None) is None:
                self._size += len(piece)
            self._known[piece] = formatted  # last: the most recently used
        while self._size > _MOST_BYTES:
            oldest = next(iter(self._known))
            self._size -= len(oldest)
            del self._known[oldest]
