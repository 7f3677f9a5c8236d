"""Serving over streamable HTTP, on this machine's loopback only."""

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aws_orchestrator.errors import UsageError

if TYPE_CHECKING:
    from mcp.server import Server

PATH = "/mcp"
_SECONDS_TO_FINISH = 2


def loopback_address(text: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT` (port 0: any free one); UsageError when others could reach it."""
    host, separator, port = text.rpartition(":")
    host = host.strip("[]")
    if not separator or not port.isdecimal() or int(port) > 65_535:
        raise UsageError(f"{text!r} is no address; write HOST:PORT, as in 127.0.0.1:8765.")
    if host == "localhost":
        return "127.0.0.1", int(port)
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise UsageError(
            f"The server has no log-in, so it only listens on this machine: use 127.0.0.1:{port}, not {text}."
        )
    return host, int(port)


async def serve_http(server: "Server[Any]", host: str, port: int, listening: Callable[[str], None]) -> None:
    """Serve any number of clients until cancelled; `listening` hears the URL once connections are taken."""
    import uvicorn
    from mcp.server.transport_security import TransportSecuritySettings

    sock = _bind(host, port)
    named = f"[{host}]" if ":" in host else host
    bound = sock.getsockname()[1]
    # A page in somebody's browser can send requests to the loopback: those name another host or origin.
    names = {f"{named}:{bound}", f"localhost:{bound}"}
    security = TransportSecuritySettings(
        allowed_hosts=sorted(names), allowed_origins=sorted(f"http://{name}" for name in names)
    )
    app = server.streamable_http_app(streamable_http_path=PATH, host=host, transport_security=security)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=_SECONDS_TO_FINISH, ws="none"
    )
    web = uvicorn.Server(config)
    # Signals are the terminal's matter; uvicorn 0.54 would take them, and raise them once more at its end.
    web.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
    serving = asyncio.ensure_future(web.serve(sockets=[sock]))
    listening(f"http://{named}:{bound}{PATH}")
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        web.should_exit = True
        await serving
        raise
    finally:
        sock.close()


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(64)
    except OSError as error:
        sock.close()
        raise UsageError(
            f"{host}:{port} cannot be listened on: {error.strerror}. Choose another port, or 0 for any free one."
        ) from error
    return sock
