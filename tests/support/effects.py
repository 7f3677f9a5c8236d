"""What the program really does to the world: Python's audit events, seen from inside, whoever causes them.

A double of the workspace would only see what goes through it. An audit hook sees every file that is opened for writing,
renamed or removed, every program that is started and every connection, also those of code that is written later.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_TRUNC | os.O_CREAT


class Effect(NamedTuple):
    """One thing that is about to happen."""

    kind: str
    """`write`, `remove`, `start` or `connect`."""
    path: Path
    words: tuple[str, ...] = ()
    """The command line of what is started."""


_watcher: list[Callable[[Effect], None]] = []


@contextlib.contextmanager
def watched(watcher: Callable[[Effect], None]) -> Iterator[None]:
    """Tell the watcher of every effect before it happens."""
    if not _installed:
        sys.addaudithook(_hook)  # it can never be removed, so it is installed once
        _installed.append(True)
    _watcher.append(watcher)
    try:
        yield
    finally:
        _watcher.remove(watcher)


@contextlib.contextmanager
def unwatched() -> Iterator[None]:
    """What happens inside is the test's own doing: a person's edit."""
    watchers, _watcher[:] = list(_watcher), []
    try:
        yield
    finally:
        _watcher[:] = watchers


_installed: list[bool] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watcher:
        return
    effect = _effect(event, arguments)
    if effect is not None:
        _watcher[-1](effect)


def _effect(event: str, arguments: tuple[Any, ...]) -> Effect | None:
    if event == "open":
        path, mode, flags = arguments
        writes = flags & _WRITING if isinstance(flags, int) else bool(mode and set(mode) & set("wax+"))
        return _file("write", path) if writes else None
    if event in ("os.rename", "os.link", "os.symlink", "shutil.move", "shutil.copyfile"):
        return _file("write", arguments[1])
    if event in ("os.remove", "os.rmdir", "os.truncate", "shutil.rmtree"):
        return _file("remove", arguments[0])
    if event == "subprocess.Popen":
        words = arguments[1] if isinstance(arguments[1], list | tuple) else [arguments[1]]
        return Effect("start", Path(), tuple(str(word) for word in words))
    if event in ("os.system", "os.exec", "os.posix_spawn"):
        return Effect("start", Path(), tuple(str(item) for item in arguments[:2]))
    if event == "socket.connect":
        return Effect("connect", Path(), (str(arguments[1]),))
    return None


def _file(kind: str, path: Any) -> Effect | None:
    if isinstance(path, int) or path is None:
        return None
    return Effect(kind, Path(os.fsdecode(path)))
