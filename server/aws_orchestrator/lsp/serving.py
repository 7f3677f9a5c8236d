"""Serves one client over stdio until it says exit, goes away, or the system asks us to end."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable
from threading import Event
from typing import BinaryIO

from pygls.io_ import StdinAsyncReader, run_async

from aws_orchestrator.lsp.server import OrchestratorServer, create_server

_CLOSING_SECONDS = 4.0
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class ClientPipe:
    """Writes to the client; when it is gone, says so once and drops the rest."""

    def __init__(self, stream: BinaryIO, on_gone: Callable[[], None]) -> None:
        """`on_gone` is called with the first write that fails."""
        self._stream = stream
        self._on_gone = on_gone
        self._gone = False

    def write(self, data: bytes) -> None:
        """Send; a broken pipe is no error of whoever wanted to tell something."""
        if self._gone:
            return
        try:
            self._stream.write(data)
            self._stream.flush()
        except (OSError, ValueError):  # ValueError: the stream is closed
            self._gone = True
            self._on_gone()

    def close(self) -> None:
        """Nothing: the system closes it with the process."""


def serve() -> int:
    """Serve over stdin and stdout; does not return before the process ends."""
    # What pygls logs of a request that failed is in the answer; what is a defect comes to us.
    # Threads that judge a large module must let a request in at once: Python's own 5 ms add up in one that takes turns.
    sys.setswitchinterval(0.001)
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    asyncio.run(_serve(create_server()))
    return 0


async def _serve(server: OrchestratorServer) -> None:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def leave(code: int) -> None:
        if not ended.done():
            ended.set_result(code)

    server.on_leave(leave)
    server.protocol.set_writer(ClientPipe(_own_stdout(), lambda: leave(server.protocol.exit_code)))
    if os.name != "nt":
        for number in _SIGNALS:
            loop.add_signal_handler(number, leave, 128 + number)
    reading = loop.create_task(
        run_async(
            stop_event=Event(),
            reader=StdinAsyncReader(sys.stdin.buffer, server.thread_pool),
            protocol=server.protocol,
            error_handler=server.report_server_error,
        )
    )
    # A client that vanishes sends no shutdown: the end of stdin is all there is to see.
    reading.add_done_callback(lambda _: leave(server.protocol.exit_code))
    code = await ended
    try:
        async with asyncio.timeout(_CLOSING_SECONDS):
            await server.close()
    except TimeoutError:
        print("aws-orchestrator: the server did not close in time; its runs can be resumed.", file=sys.stderr)
    # Not sys.exit: the thread that reads stdin cannot be ended, and Python would wait for it.
    sys.stderr.flush()
    os._exit(code)


def _own_stdout() -> BinaryIO:
    """The client's pipe, for us alone: what anything else prints to stdout goes to stderr."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    return pipe
