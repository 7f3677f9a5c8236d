"""Serving over standard input and output, in a way that a signal can end."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import anyio
    from mcp.server import Server

_CHUNK = 64 * 1024
_LONGEST_MESSAGE = 16 * 1024 * 1024
_WAITING_CHUNKS = 64


async def serve_stdio(server: "Server[Any]") -> None:
    """Serve the one client of this process until it closes our input."""
    from mcp.server.stdio import stdio_server

    lines = _Lines(_take_over_stdin())
    lines.start()
    async with stdio_server(stdin=cast("anyio.AsyncFile[str]", lines)) as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


def _take_over_stdin() -> int:
    """Our input under a number of its own; what we start reads the null device instead of the protocol."""
    private = os.dup(sys.stdin.fileno())
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.close(nothing)
    return private


class _Lines:
    """The lines of a descriptor, read by a thread that nobody waits for.

    mcp 2.3.0 reads standard input in a worker thread that a cancellation waits for, so a signal would be obeyed only
    after the client's next message. A daemon thread in `os.read` holds no lock that the interpreter needs at its end.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self._room = threading.Semaphore(_WAITING_CHUNKS)

    def start(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._read, name="mcp-stdin", daemon=True).start()

    async def __aiter__(self) -> AsyncIterator[str]:
        waiting = bytearray()
        while chunk := await self._chunks.get():
            self._room.release()
            *complete, rest = chunk.split(b"\n")
            for part in complete:
                yield (bytes(waiting) + part).decode(errors="replace")
                waiting.clear()
            waiting += rest
            if len(waiting) > _LONGEST_MESSAGE:
                # Nothing that a tool takes is as long; without an end it would fill the memory.
                print("aws-orchestrator: a message longer than 16 MB came in; ending.", file=sys.stderr)
                return

    def _read(self) -> None:
        while True:
            self._room.acquire()
            try:
                chunk = os.read(self._descriptor, _CHUNK)
            except OSError:
                chunk = b""
            try:
                self._loop.call_soon_threadsafe(self._chunks.put_nowait, chunk)
            except RuntimeError:  # the loop is closed: we are being ended
                return
            if not chunk:
                return
