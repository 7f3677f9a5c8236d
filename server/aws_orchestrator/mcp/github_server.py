"""Which GitHub MCP server a person chose, and the token that it gets: from the environment, or the editor's settings."""

import os
from collections.abc import Mapping

from aws_orchestrator.errors import UsageError
from aws_orchestrator.mcp.remote_server import (
    RemoteServer,
    clean_environment,
    command_words,
    expect_safe_url,
)
from aws_orchestrator.runs.redaction import redact
from aws_orchestrator.settings import Settings

COMMAND_VARIABLE = "AWS_ORCHESTRATOR_GITHUB_MCP_COMMAND"
URL_VARIABLE = "AWS_ORCHESTRATOR_GITHUB_MCP_URL"
TOKEN_VARIABLE = "GITHUB_PERSONAL_ACCESS_TOKEN"
HOST_VARIABLE = "GITHUB_HOST"
EXAMPLE = "github-mcp-server stdio --toolsets repos,git,pull_requests"
HOW_TO = (
    f"Set {COMMAND_VARIABLE} (as `{EXAMPLE}`) or {URL_VARIABLE}, and the token in {TOKEN_VARIABLE}; "
    "docs/github.md tells more."
)


def github_server(settings: Settings, environment: Mapping[str, str] | None = None) -> RemoteServer | None:
    """The server that the settings name, or None when they name none; UsageError when it cannot be one."""
    environment = os.environ if environment is None else environment
    command, url = settings.github_mcp_command.strip(), settings.github_mcp_url.strip()
    token = environment.get(TOKEN_VARIABLE, "").strip()
    if command and url:
        raise UsageError(f"{COMMAND_VARIABLE} and {URL_VARIABLE} are both set; unset one of them.")
    if token and not (token.isascii() and token.isprintable() and " " not in token):
        raise UsageError(
            f"{TOKEN_VARIABLE} holds a character that no token has; copy the token again, on one line."
        )
    if command:
        words = command_words(command, COMMAND_VARIABLE, EXAMPLE)
        _expect_without(token, command, COMMAND_VARIABLE)
        return RemoteServer(COMMAND_VARIABLE, words, environment=_child(settings, environment, token))
    if url:
        expect_safe_url(url, URL_VARIABLE)
        _expect_without(token, url, URL_VARIABLE)
        return RemoteServer(
            URL_VARIABLE, url=url, headers={"Authorization": f"Bearer {token}"} if token else {}
        )
    return None


def github_host(settings: Settings, environment: Mapping[str, str] | None = None) -> str:
    """The host of the GitHub that is meant, as `github.com`: to build addresses and to know one's remotes."""
    environment = os.environ if environment is None else environment
    host = environment.get(HOST_VARIABLE, "").strip() or settings.github_host.strip()
    return host.removeprefix("https://").removeprefix("http://").strip("/") or "github.com"


def _child(settings: Settings, environment: Mapping[str, str], token: str) -> dict[str, str]:
    given = clean_environment(environment)
    host = environment.get(HOST_VARIABLE, "").strip() or settings.github_host.strip()
    if host:
        given[HOST_VARIABLE] = host
    if token:
        given[TOKEN_VARIABLE] = token
    return given


def _expect_without(token: str, value: str, variable: str) -> None:
    """UsageError for a secret where it would be seen by others: in a list of processes, in a log of addresses."""
    has_password = "://" in value and "@" in value.partition("://")[2].partition("/")[0]
    if (token and token in value) or has_password or redact(value) != value:
        raise UsageError(
            f"{variable} holds a secret, which lists of processes and logs would show; "
            f"put the token into {TOKEN_VARIABLE}."
        )
