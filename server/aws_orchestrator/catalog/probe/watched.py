"""Starting a provider so that it cannot outlive us: a small process in between ends it when our end of a pipe closes.

Systems have nothing better that all of them have: Linux's PR_SET_PDEATHSIG follows the starting *thread*, not the
process. Python's own environment is not read (-I), for the provider's is built by the caller.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

NOT_STARTED = "\x00not started: "
"""How the first line begins when the program could not be started; the reason follows."""

_WATCH = f"""
import os, subprocess, sys, threading
try:
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
except OSError as error:
    print({NOT_STARTED!r} + str(error.strerror), flush=True)
    sys.exit(1)
devnull = os.open(os.devnull, os.O_WRONLY)
os.dup2(devnull, 1)
def end_with_parent():
    while os.read(0, 4096):
        pass
    child.kill()
threading.Thread(target=end_with_parent, daemon=True).start()
sys.exit(child.wait())
"""
_STOP_SECONDS = 5.0


def start_watched(
    binary: Path, environment: Mapping[str, str], folder: Path | str
) -> "subprocess.Popen[bytes]":
    """The process between; its standard output is the program's. `end_watched` ends both."""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _WATCH, str(binary)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=dict(environment),
        cwd=folder,
        # A Ctrl-C in the terminal is for us, and the group is what is ended where closing the pipe does not help.
        start_new_session=True,
    )


def end_watched(process: "subprocess.Popen[bytes]") -> None:
    """End the program and the process between; returns when they are gone."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
