"""Somebody else's MCP server: a command to start or a URL to ask, and what its process may see."""

import ipaddress
import os
import shlex
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from aws_orchestrator.errors import UsageError

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


class RemoteServer(NamedTuple):
    """A server of somebody else: a command to start, or a URL to ask."""

    variable: str
    """The variable that named it: how messages call it, for its value may hold a password."""
    command: tuple[str, ...] = ()
    url: str = ""
    environment: Mapping[str, str] = {}
    """Of the command's process."""
    headers: Mapping[str, str] = {}
    """Of every request to the URL."""


def command_words(command: str, variable: str, example: str) -> tuple[str, ...]:
    """The words of a command line; UsageError when it cannot be read."""
    try:
        # Backslashes separate folders on Windows.
        return tuple(shlex.split(command, posix=os.name != "nt"))
    except ValueError as error:
        raise UsageError(
            f"{variable} cannot be read ({error}); write it as in a shell: {example}."
        ) from error


def expect_safe_url(url: str, variable: str) -> None:
    """UsageError when the URL is none, or anybody on the way could answer in its place."""
    try:
        parts = urlsplit(url)
        host, scheme = parts.hostname or "", parts.scheme
    except ValueError:
        host = scheme = ""
    if not host or scheme not in ("http", "https"):
        raise UsageError(f"{variable} is no http(s) URL; write it as in http://127.0.0.1:8080/mcp.")
    if scheme == "http" and not _is_loopback(host):
        raise UsageError(
            f"{variable} names another machine over http, where anybody on the way could answer; use https."
        )


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What a child process may see of our environment: no key, no token."""
    kept = {name: environment[name] for name in _KEPT if name in environment}
    # A proxy with a password in its URL is a secret as well.
    proxies = {name: environment[name] for name in _PROXIES if "@" not in environment.get(name, "@")}
    return kept | proxies


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
