"""Which registry server a person chose, from the environment alone: a workspace's file must not start a program."""

import ipaddress
import os
import shlex
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from aws_orchestrator.errors import UsageError

COMMAND_VARIABLE = "AWS_ORCHESTRATOR_REGISTRY_MCP_COMMAND"
URL_VARIABLE = "AWS_ORCHESTRATOR_REGISTRY_MCP_URL"

# What a program needs to find its files, its network and its encoding. Keys and tokens are not passed on.
_KEPT = (
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TEMP",
    "TMP",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "COMSPEC",
    "PATHEXT",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


class RegistryServer(NamedTuple):
    """A registry server of somebody else: a command to start, or a URL to ask."""

    variable: str
    """The variable that named it: how messages call it, for its value may hold a password."""
    command: tuple[str, ...] = ()
    url: str = ""
    environment: Mapping[str, str] = {}
    """Of the command's process."""


def registry_server(environment: Mapping[str, str] | None = None) -> RegistryServer | None:
    """The server that the environment names, or None when it names none; UsageError when it cannot be one."""
    environment = os.environ if environment is None else environment
    command = environment.get(COMMAND_VARIABLE, "").strip()
    url = environment.get(URL_VARIABLE, "").strip()
    if command and url:
        raise UsageError(f"{COMMAND_VARIABLE} and {URL_VARIABLE} are both set; unset one of them.")
    if command:
        return RegistryServer(COMMAND_VARIABLE, _words(command), environment=_clean(environment))
    if url:
        _expect_safe(url)
        return RegistryServer(URL_VARIABLE, url=url)
    return None


def _words(command: str) -> tuple[str, ...]:
    try:
        # Backslashes separate folders on Windows.
        words = tuple(shlex.split(command, posix=os.name != "nt"))
    except ValueError as error:
        raise UsageError(
            f"{COMMAND_VARIABLE} cannot be read ({error}); write it as in a shell: terraform-mcp-server stdio."
        ) from error
    return words


def _expect_safe(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, scheme = parts.hostname or "", parts.scheme
    except ValueError:
        host = scheme = ""
    if not host or scheme not in ("http", "https"):
        raise UsageError(f"{URL_VARIABLE} is no http(s) URL; write it as in http://127.0.0.1:8080/mcp.")
    if scheme == "http" and not _is_loopback(host):
        raise UsageError(
            f"{URL_VARIABLE} names another machine over http, where anybody on the way could answer; use https."
        )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _clean(environment: Mapping[str, str]) -> dict[str, str]:
    kept = {name: environment[name] for name in _KEPT if name in environment}
    # A proxy with a password in its URL is a secret as well.
    proxies = {name: environment[name] for name in _PROXIES if "@" not in environment.get(name, "@")}
    return kept | proxies
