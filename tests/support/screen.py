"""A terminal with a program in it, as a person has it: keys go in, what is on the screen comes out (by tmux)."""

import re
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE = 90.0
_WIDTH, _HEIGHT = 140, 45


class Screen:
    """One program in one terminal of its own."""

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], socket: Path
    ) -> None:
        """Start the command in the folder, with this environment and nothing else."""
        found = shutil.which("tmux")
        assert found, "tmux is missing: tools/editors/install.sh installs it"
        self._tmux = [found, "-S", str(socket), "-f", "/dev/null"]
        size = ["-x", str(_WIDTH), "-y", str(_HEIGHT)]
        subprocess.run(
            [*self._tmux, "new-session", "-d", *size, *command],
            cwd=folder,
            env=dict(environment),
            check=True,
            timeout=PATIENCE,
        )

    def text(self) -> str:
        """What is on the screen now."""
        return self._run("capture-pane", "-p")

    def type(self, text: str) -> None:
        """Type a text as it is."""
        self._run("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names for them: `Enter`, `Escape`, `C-x`, `M-x`."""
        self._run("send-keys", *keys)

    def until(self, pattern: str) -> str:
        """The screen, once it shows the pattern."""
        return self._wait(pattern, shown=True)

    def until_gone(self, pattern: str) -> str:
        """The screen, once it no longer shows the pattern."""
        return self._wait(pattern, shown=False)

    def close(self) -> None:
        """Close the terminal, as a window is closed."""
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True, timeout=PATIENCE)

    def _wait(self, pattern: str, *, shown: bool) -> str:
        end = time.monotonic() + PATIENCE
        while bool(re.search(pattern, text := self.text())) != shown:
            what = "in vain" if shown else "in vain for the end of"
            assert time.monotonic() < end, f"waited {what} {pattern!r}; on the screen was:\n{text}"
            time.sleep(0.1)
        return text

    def _run(self, *arguments: str) -> str:
        ended = subprocess.run(
            [*self._tmux, *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
            timeout=PATIENCE,
        )
        return ended.stdout
