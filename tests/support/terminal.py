"""The command as a person or a script runs it: a process of its own, with a home of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psutil

COMMAND = [sys.executable, "-m", "aws_orchestrator"]
PATIENCE = 120.0


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """The object in the last line of the output."""
        document: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return document


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a command with nothing of ours in it; the schema cache is shared, to be quick."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "VIRTUAL_ENV") if name in os.environ}
    home.mkdir(exist_ok=True)
    cache = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    return {**kept, "HOME": str(home), "XDG_CACHE_HOME": cache, "TMPDIR": str(home), **more}


def run(*arguments: str, home: Path, **more: str) -> Ended:
    """Run the command to its end with nobody at its input."""
    ended = subprocess.run(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        env=environment(home, **more),
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


@contextmanager
def started(*arguments: str, home: Path, **more: str) -> Iterator["subprocess.Popen[str]"]:
    """The command while it runs; what is left of it at the end of the context is killed."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment(home, **more),
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ended(process: "subprocess.Popen[str]") -> Ended:
    """How a started command ended."""
    out, err = process.communicate(timeout=PATIENCE)
    return Ended(process.returncode, out, err)


def until(condition: Callable[[], Any], what: str) -> Any:
    """The first true value of the condition."""
    end = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)
    return value


def workers_of(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """The processes that a command started."""
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those of the processes that still run."""
    return [
        process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]
