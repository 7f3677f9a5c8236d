"""A URL as an MCP transport, with a limit on the size of every answer."""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any


@contextlib.asynccontextmanager
async def bounded_http(
    url: str, longest: int, too_long: Callable[[], None], headers: Mapping[str, str]
) -> AsyncIterator[Any]:
    """The streams of a streamable HTTP server; `too_long` hears that an answer was longer than `longest` bytes."""
    import httpx2
    from mcp.client.streamable_http import streamable_http_client

    class Limited(httpx2.AsyncByteStream):
        def __init__(self, stream: Any) -> None:
            self._stream = stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            received = 0
            async for chunk in self._stream:
                received += len(chunk)
                if received > longest:
                    too_long()
                    raise httpx2.ReadError("the answer is too long")
                yield chunk

        async def aclose(self) -> None:
            await self._stream.aclose()

    async def limit(response: httpx2.Response) -> None:
        response.stream = Limited(response.stream)

    async with (
        httpx2.AsyncClient(event_hooks={"response": [limit]}, headers=dict(headers)) as client,
        streamable_http_client(url, http_client=client, max_sse_event_size=longest) as streams,
    ):
        yield streams
