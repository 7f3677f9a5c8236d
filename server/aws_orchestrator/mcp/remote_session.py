"""A session with somebody else's MCP server: every wait bounded, every failure one sentence."""

import asyncio
import contextlib
import importlib
import logging
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from aws_orchestrator.errors import OrchestratorError
from aws_orchestrator.mcp.bounded_stdio import bounded_stdio
from aws_orchestrator.mcp.remote_server import RemoteServer
from aws_orchestrator.model import Frozen

if TYPE_CHECKING:
    import anyio
    from mcp import Client

_QUOTED = 160


class RemoteLimits(Frozen):
    """How long and how much such a server may take."""

    connect_seconds: float = 10
    call_seconds: float = 20
    message_bytes: int = 8 * 1024 * 1024
    text_characters: int = 1024 * 1024


class RegistryTrouble(OrchestratorError):
    """The server did not give an answer that can be used; the text says why, as the end of a sentence."""

    def __init__(self, reason: str, *, lasting: bool, said: str = "") -> None:
        """`lasting` means that asking again is of no use; `said` is the server's own text, unshortened."""
        super().__init__(reason)
        self.lasting = lasting
        self.said = said


class RemoteAnswer(NamedTuple):
    """What a tool answered; a failure of the tool is an answer too."""

    text: str
    blocks: tuple[Any, ...]
    failed: bool


class RemoteSession:
    """One connection, opened at the first question and owned by one task from its beginning to its end.

    mcp 2.3.0 must leave a connection in the task that entered it, and whoever asks may be any task.
    """

    def __init__(self, server: RemoteServer, limits: RemoteLimits | None = None) -> None:
        """Nothing is started yet."""
        self._server = server
        self._limits = limits or RemoteLimits()
        self._owner: asyncio.Task[None] | None = None
        self._client: asyncio.Future[Client] | None = None
        self._scope: anyio.CancelScope | None = None
        self._ended = ""

    async def ask(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """The text that a tool answered; RegistryTrouble for everything else."""
        answer = await self.call(tool, arguments)
        if answer.failed:
            raise RegistryTrouble(f"answered {tool} with an error: {quoted(answer.text)}", lasting=False)
        if len(answer.text) > self._limits.text_characters:
            raise RegistryTrouble(
                f"answered {tool} with {len(answer.text):,} characters, which is no answer", lasting=False
            )
        return answer.text

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> RemoteAnswer:
        """What a tool answered, all of it; RegistryTrouble when there is no answer."""
        client = await self._connected()
        try:
            async with asyncio.timeout(self._limits.call_seconds):
                result = await client.call_tool(tool, dict(arguments))
        except TimeoutError as error:
            raise self._lost(f"did not answer {tool} within {self._limits.call_seconds:g} s") from error
        except _failures() as error:
            raise self._failed(tool, error) from error
        text = "\n".join(str(getattr(block, "text", "")) for block in result.content).strip()
        return RemoteAnswer(text, tuple(result.content), bool(result.is_error))

    async def close(self) -> None:
        """End the connection; returns when the child, if there is one, is gone."""
        self._stop()
        if self._owner is not None:
            await asyncio.wait([self._owner])

    async def _connected(self) -> "Client":
        if self._ended:
            raise RegistryTrouble(self._ended, lasting=True)
        # Loaded off the loop and outside of the time limit: it takes a second or more, which is not the server's doing.
        await asyncio.to_thread(importlib.import_module, "mcp")
        if self._client is None:
            import anyio

            self._client = asyncio.get_running_loop().create_future()
            self._scope = anyio.CancelScope()
            self._owner = asyncio.create_task(self._own(self._client, self._scope), name="remote-mcp")
        try:
            # Shielded: the question that gives up must not take the connection from others that wait.
            async with asyncio.timeout(self._limits.connect_seconds):
                return await asyncio.shield(self._client)
        except TimeoutError as error:
            raise self._lost(f"did not connect within {self._limits.connect_seconds:g} s") from error

    async def _own(self, ready: "asyncio.Future[Client]", scope: "anyio.CancelScope") -> None:
        import anyio

        try:
            with scope:
                async with self._open() as client:
                    if not ready.done():
                        ready.set_result(client)
                    await anyio.sleep_forever()
        except _failures() as error:
            reason = self._ended or f"could not be asked ({_why(error)}); try it in a terminal to see more"
            self._ended = reason
            if not ready.done():
                ready.set_exception(RegistryTrouble(reason, lasting=True))
        finally:
            if not ready.done():
                ready.set_exception(RegistryTrouble("was not asked: we are ending", lasting=True))
            # Retrieved here: nobody may be waiting any more.
            ready.cancelled() or ready.exception()

    @contextlib.asynccontextmanager
    async def _open(self) -> "AsyncIterator[Client]":
        from mcp import Client

        # The SDK logs what it cannot parse with tracebacks; a stranger's bytes do not belong on a terminal.
        library = logging.getLogger("mcp.client")
        library.propagate = False
        library.addHandler(logging.NullHandler())
        async with contextlib.AsyncExitStack() as stack:
            if self._server.command:
                transport: Any = bounded_stdio(
                    self._server.command, self._server.environment, self._limits.message_bytes, self._too_long
                )
            else:
                from aws_orchestrator.mcp.bounded_http import bounded_http

                transport = bounded_http(
                    self._server.url, self._limits.message_bytes, self._too_long, self._server.headers
                )
            # The handshake of the older revisions: the official server speaks them, and a server that hangs is
            # noticed at once instead of after the ten seconds of mcp 2.3.0's probe for the newest one.
            yield await stack.enter_async_context(Client(transport, mode="legacy", cache=None))

    def _too_long(self) -> None:
        self._ended = f"sent a message longer than {self._limits.message_bytes:,} bytes"

    def _failed(self, tool: str, error: BaseException) -> RegistryTrouble:
        from mcp import MCPError
        from mcp_types import CONNECTION_CLOSED, REQUEST_TIMEOUT

        cause = _root(error)
        if self._ended:
            return self._lost(self._ended)
        if isinstance(cause, MCPError) and cause.code not in (CONNECTION_CLOSED, REQUEST_TIMEOUT):
            return RegistryTrouble(
                f"refused {tool}: {quoted(cause.message)}", lasting=False, said=cause.message
            )
        if isinstance(cause, (ValueError, RuntimeError)):
            return RegistryTrouble(f"answered {tool} with something that is no answer", lasting=False)
        return self._lost(f"ended the connection while it was asked {tool}")

    def _lost(self, reason: str) -> RegistryTrouble:
        self._ended = self._ended or reason
        self._stop()
        return RegistryTrouble(self._ended, lasting=True)

    def _stop(self) -> None:
        # By the scope and not by the task: a task's cancellation would break into the shielded end of the child.
        if self._scope is not None:
            self._scope.cancel()


def quoted(text: str) -> str:
    """Somebody else's text inside a sentence of ours: one short line without control characters."""
    line = " ".join(
        "".join(letter if letter.isprintable() else " " for letter in text[: 4 * _QUOTED]).split()
    )
    return f'"{line[:_QUOTED]}{"…" if len(line) > _QUOTED else ""}"'


def _failures() -> tuple[type[BaseException], ...]:
    """What the SDK raises when a server misbehaves; connect errors come in (nested) groups."""
    import anyio
    import httpx2
    from mcp import MCPError

    return (
        MCPError,
        OSError,
        ValueError,
        RuntimeError,
        httpx2.HTTPError,
        anyio.ClosedResourceError,
        anyio.BrokenResourceError,
        anyio.EndOfStream,
        ExceptionGroup,
    )


def _root(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _why(error: BaseException) -> str:
    cause = _root(error)
    if isinstance(cause, FileNotFoundError):
        return "there is no such program"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return quoted(str(cause) or type(cause).__name__)[1:-1]
