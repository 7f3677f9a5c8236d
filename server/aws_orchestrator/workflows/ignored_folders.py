"""The folders below a module that git ignores: build results and caches, which no check has to read."""

import os
import subprocess
import time
from pathlib import Path

_GIT_SECONDS = 5
_KEPT_SECONDS = 30.0
_MOST = 64


class IgnoredFolders:
    """Asks git, and remembers its answer for a while: while somebody types nobody waits for a process.

    For one thread or several: at worst git is asked twice.
    """

    def __init__(self) -> None:
        """Nothing is asked yet."""
        self._known: dict[Path, tuple[float, frozenset[Path]]] = {}

    def below(self, folder: Path) -> frozenset[Path]:
        """The ignored folders below a folder; none where git is not, or does not answer in time."""
        known = self._known.get(folder)
        if known is not None and time.monotonic() - known[0] < _KEPT_SECONDS:
            return known[1]
        found = _asked(folder)
        self._known.pop(folder, None)
        self._known[folder] = time.monotonic(), found
        while len(self._known) > _MOST:
            self._known.pop(next(iter(self._known)), None)
        return found


def _asked(folder: Path) -> frozenset[Path]:
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return frozenset()
    # As `check --recursive` asks: the variables of a hook's git name another index, and a repository's configuration
    # may name a program as its file watcher. `--directory` names an ignored folder without looking into it.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = (
        "git",
        "-c",
        "core.fsmonitor=false",
        "-C",
        str(folder),
        "ls-files",
        "-z",
        "--others",
        "--ignored",
    )
    try:
        listed = subprocess.run(
            [*command, "--exclude-standard", "--directory"],
            capture_output=True,
            timeout=_GIT_SECONDS,
            env=environment | {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    if listed.returncode != 0:
        return frozenset()
    names = (os.fsdecode(name) for name in listed.stdout.split(b"\0") if name.endswith(b"/"))
    # `./`: the folder itself is ignored, and still somebody works in it.
    return frozenset(folder / name for name in names if name != "./")
