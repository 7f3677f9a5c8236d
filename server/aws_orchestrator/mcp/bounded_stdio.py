"""A child process as an MCP transport, with a limit on what it may send and an end that does not wait for it.

The transport of mcp 2.3.0 keeps a line without an end in memory, and waits six seconds for a child that hangs.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

_SECONDS_TO_LEAVE = 1.0


@contextlib.asynccontextmanager
async def bounded_stdio(
    command: Sequence[str],
    environment: Mapping[str, str],
    longest: int,
    too_long: Callable[[], None],
) -> AsyncIterator[Any]:
    """The streams of a process for a session; `too_long` hears that a message was longer than `longest` bytes.

    Lines that are no messages are dropped: servers print greetings. OSError when the process cannot be started.
    """
    import anyio
    import mcp_types
    from mcp.shared.message import SessionMessage
    from pydantic import ValidationError

    # Its stderr is nobody's: it may hold secrets, and a terminal or an editor must not show a stranger's text.
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=dict(environment),
        limit=longest,
        start_new_session=os.name != "nt",
    )
    to_session, reading = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    writing, from_session = anyio.create_memory_object_stream[SessionMessage](0)

    async def receive() -> None:
        assert process.stdout is not None
        async with to_session:
            while True:
                try:
                    line = await process.stdout.readuntil(b"\n")
                except asyncio.IncompleteReadError:
                    return
                except asyncio.LimitOverrunError:
                    too_long()
                    return
                try:
                    message = mcp_types.jsonrpc_message_adapter.validate_json(line, by_name=False)
                except ValidationError:
                    continue
                with contextlib.suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
                    await to_session.send(SessionMessage(message))

    async def send() -> None:
        assert process.stdin is not None
        async with from_session:
            async for sent in from_session:
                text = sent.message.model_dump_json(by_alias=True, exclude_unset=True)
                try:
                    process.stdin.write(text.encode() + b"\n")
                    await process.stdin.drain()
                except OSError:  # the child is gone; `receive` sees the end and closes the session's side
                    return

    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(receive)
            tasks.start_soon(send)
            yield reading, writing
            tasks.cancel_scope.cancel()
    finally:
        reading.close()
        writing.close()
        with anyio.CancelScope(shield=True):
            await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Close the child's input, give it a moment, then end it and what it started."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    # What it still writes is thrown away, so that it can leave; `wait` waits for its pipes as well (Python 3.11).
    draining = asyncio.ensure_future(_drain(process.stdout))
    leaving = asyncio.ensure_future(process.wait())
    await asyncio.wait([leaving], timeout=_SECONDS_TO_LEAVE)
    _kill(process)  # also when it left by itself: what it started may still be there
    await asyncio.wait([leaving, draining], timeout=_SECONDS_TO_LEAVE)
    leaving.cancel()
    draining.cancel()


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(1024 * 1024):
        pass


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
