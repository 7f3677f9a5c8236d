"""Our own MCP server as other agents start it: a process of the real command."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = (sys.executable, "-m", "aws_orchestrator", "mcp")
PATIENCE = 300.0
"""Seconds after which a test gives up; nothing is measured with it."""


@contextmanager
def served_over_http(workspace: Path) -> Iterator[str]:
    """The URL of a server of this workspace; at the end it must leave within moments."""
    command = [*COMMAND, "--http", "127.0.0.1:0", "--workspace", str(workspace)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()
            assert process.wait(PATIENCE) == 143
