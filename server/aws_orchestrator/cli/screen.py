"""What a person reads: lines on a terminal, coloured where that helps; plain text everywhere else."""

import os
import sys
from typing import Literal, TextIO

Color = Literal["red", "green", "yellow", "blue", "cyan", "dim", "bold"]
_CODES: dict[Color, str] = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "cyan": "36",
}


class Screen:
    """Writes lines to a stream; a reader who goes away does not end the work."""

    def __init__(self, stream: TextIO) -> None:
        """Colours are used when the stream is a terminal and NO_COLOR is not set."""
        self._stream = stream
        self._gone = False
        self.is_terminal = stream.isatty()
        self._colored = (
            self.is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        )

    def line(self, *parts: str, end: str = "\n") -> None:
        """Write the parts, one after the other."""
        if self._gone:
            return
        text = "".join(parts) + end
        encoding = self._stream.encoding or "utf-8"
        try:
            self._stream.write(text.encode(encoding, "replace").decode(encoding))
            self._stream.flush()
        except OSError:
            # `| head` has read enough, or the file that takes our output lies on a full disk: the module matters more.
            self._gone = True
            _detach(self._stream)

    def paint(self, color: Color, text: str) -> str:
        """The text in a colour."""
        return f"\x1b[{_CODES[color]}m{text}\x1b[0m" if self._colored and text else text

    def step(self, *parts: str) -> None:
        """Write a line that the next one replaces; nothing where lines cannot be replaced."""
        if self.is_terminal:
            # Cut to the width: a line that wraps could not be replaced.
            width = os.get_terminal_size(self._stream.fileno()).columns if self._stream.isatty() else 80
            self.line("".join(parts)[: max(width - 1, 20)], end="\r" if not self._colored else "\x1b[K\r")

    def replace(self, *parts: str) -> None:
        """Write a line in the place of the last `step`."""
        self.line("\x1b[K" if self._colored else "", *parts)


def screen(as_json: bool) -> Screen:
    """The screen of a command: with `--json` standard output belongs to the object, and people read standard error."""
    return Screen(sys.stderr if as_json else sys.stdout)


def _detach(stream: TextIO) -> None:
    # Python would complain once more when it flushes at exit.
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)
