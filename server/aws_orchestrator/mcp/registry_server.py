"""Which registry server a person chose, from the environment alone: a workspace's file must not start a program."""

import os
from collections.abc import Mapping

from aws_orchestrator.errors import UsageError
from aws_orchestrator.mcp.remote_server import (
    RemoteServer,
    clean_environment,
    command_words,
    expect_safe_url,
)

COMMAND_VARIABLE = "AWS_ORCHESTRATOR_REGISTRY_MCP_COMMAND"
URL_VARIABLE = "AWS_ORCHESTRATOR_REGISTRY_MCP_URL"


def registry_server(environment: Mapping[str, str] | None = None) -> RemoteServer | None:
    """The server that the environment names, or None when it names none; UsageError when it cannot be one."""
    environment = os.environ if environment is None else environment
    command = environment.get(COMMAND_VARIABLE, "").strip()
    url = environment.get(URL_VARIABLE, "").strip()
    if command and url:
        raise UsageError(f"{COMMAND_VARIABLE} and {URL_VARIABLE} are both set; unset one of them.")
    if command:
        words = command_words(command, COMMAND_VARIABLE, "terraform-mcp-server stdio")
        return RemoteServer(COMMAND_VARIABLE, words, environment=clean_environment(environment))
    if url:
        expect_safe_url(url, URL_VARIABLE)
        return RemoteServer(URL_VARIABLE, url=url)
    return None
