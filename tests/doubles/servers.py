"""The GitHub server of a test: our double, or the official one when it is there."""

import os
import sys
from pathlib import Path

from aws_orchestrator.mcp.github_server import github_server
from aws_orchestrator.mcp.remote_server import RemoteServer
from aws_orchestrator.settings import Settings
from doubles.github_rest import TOKEN

DOUBLE = f"'{sys.executable}' '{Path(__file__).with_name('github_mcp.py')}' stdio"
OFFICIAL_VARIABLE = "GITHUB_MCP_SERVER"


def command_of(kind: str) -> str:
    """The command line of a server: `double`, or `official`."""
    if kind == "double":
        return DOUBLE
    return f"'{os.environ[OFFICIAL_VARIABLE]}' stdio --toolsets repos,git,pull_requests"


def server_of(kind: str, host: str, token: str = TOKEN, calls: Path | None = None) -> RemoteServer:
    """The server in front of the double of the REST API at a host."""
    environment = {**os.environ, "GITHUB_HOST": host, "GITHUB_PERSONAL_ACCESS_TOKEN": token}
    server = github_server(Settings(github_mcp_command=command_of(kind)), environment)
    assert server is not None
    return server
