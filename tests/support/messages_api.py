"""A loopback server that speaks the Messages API, and every way in which such a server can fail.

A script is a list of steps in the form of the journal's `model_exchange` entries (`message`, or `failure` with its
status), so that a recorded run scripts a test. `fault` names what no recorded run can hold.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

Step = Mapping[str, Any]
Script = Sequence["Step | Callable[[dict[str, Any]], Step]"]

USAGE = {
    "input_tokens": 100,
    "output_tokens": 50,
    "cache_read_input_tokens": 0,
    "cache_creation_input_tokens": 0,
}
KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}
PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome to the proxy</body></html>"


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def call(name: str, arguments: Any, identity: str = "toolu_1") -> dict[str, Any]:
    return {"type": "tool_use", "id": identity, "name": name, "input": arguments}


def answer(*blocks: dict[str, Any], stop_reason: str = "", **usage: int) -> Step:
    """An answer of these blocks; it stops for its tool calls when it has some."""
    reason = stop_reason or (
        "tool_use" if any(block["type"] == "tool_use" for block in blocks) else "end_turn"
    )
    return {"message": {"content": list(blocks), "stop_reason": reason, "usage": {**USAGE, **usage}}}


def said(data: Any) -> Step:
    """An answer in the form of a schema."""
    return answer(text(json.dumps(data)))


def refused(status: int, message: str = "no", retry_after: float | None = None) -> Step:
    return {"failure": {"reason": message, "status": status, "retry_after": retry_after}}


def fault(name: str) -> Step:
    """A way to fail.

    On the way: `silent`, `stalled`, `slow_then_stalled`, `pings`, `cut`, `error_event`, `garbage`, `closed`; as a whole
    answer: `web_page`, `no_message`, `plain_json`.
    """
    return {"fault": name}


class MessagesApi:
    """Answers each POST with the next step of its script; when there is none left, with the last one."""

    def __init__(self, script: Script) -> None:
        self.script = list(script)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.arrived: list[float] = []
        self.broken_off = 0
        """Connections that the client closed before the answer was whole."""
        self.asked = asyncio.Event()
        self.url = ""
        self._held = asyncio.Event()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["MessagesApi"]:
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            self._held.set()
            server.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(server.wait_closed(), 2)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")
                headers = {
                    name.lower(): value.strip()
                    for name, _, value in (line.partition(":") for line in lines[1:] if line)
                }
                body = json.loads(await reader.readexactly(int(headers.get("content-length", "0"))) or b"{}")
                self.arrived.append(asyncio.get_running_loop().time())
                self.headers.append({**headers, ":path": lines[0].split(" ")[1]})
                self.requests.append(body)
                self.asked.set()
                step = self.script[min(len(self.requests), len(self.script)) - 1]
                if not await self._answer(step(body) if callable(step) else step, body, reader, writer):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def _answer(
        self, step: Step, body: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Whether the connection can be used again."""
        name = step.get("fault", "")
        if name == "closed":
            return False
        if name == "silent":
            await self._hold(reader)
            return False
        if name == "web_page":
            return await _whole(writer, 200, PAGE.encode(), "text/html; charset=utf-8")
        if failure := step.get("failure"):
            return await _refuse(writer, failure)
        head = {"id": "msg_1", "type": "message", "role": "assistant", "model": body.get("model", "")}
        message = {**head, **step.get("message", {})}
        if name == "no_message":
            return await _whole(writer, 200, b'{"ok": true}', "application/json")
        if name == "plain_json" or not body.get("stream"):
            return await _whole(writer, 200, json.dumps(message).encode(), "application/json")
        return await self._stream(name, message, reader, writer)

    async def _stream(
        self, name: str, message: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        if name in ("stalled", "cut", "error_event", "pings", "garbage", "slow_then_stalled"):
            message = {
                "content": [text("Let me think")],
                "stop_reason": "end_turn",
                "usage": USAGE,
                **message,
            }
        events = list(_events(message))
        whole = await self._spoiled(name, events, reader, writer) if name else True
        if not whole:
            return False
        for event in events if not name else ():
            _chunk(writer, event)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _spoiled(
        self, name: str, events: list[bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Stream what a fault leaves of an answer; whether the connection is still of use."""
        for event in events[:3] if name != "garbage" else [b"event: message_start\ndata: {not json\n\n"]:
            _chunk(writer, event)
        await writer.drain()
        if name == "error_event":
            told = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
            _chunk(writer, f"event: error\ndata: {json.dumps(told)}\n\n".encode())
        if name == "slow_then_stalled":
            delta = {"type": "text_delta", "text": "word "}
            for _ in range(8):
                _chunk(writer, _event({"type": "content_block_delta", "index": 0, "delta": delta}))
                await writer.drain()
                await asyncio.sleep(0.2)
        if name in ("stalled", "slow_then_stalled"):
            await self._hold(reader)
            return False
        if name == "pings":
            waiting = asyncio.ensure_future(self._hold(reader))
            while not waiting.done():
                _chunk(writer, b'event: ping\ndata: {"type": "ping"}\n\n')
                await asyncio.wait([waiting], timeout=0.05)
            return False
        return True

    async def _hold(self, reader: asyncio.StreamReader) -> None:
        """Say nothing until the client goes away, or the test is over."""
        gone, over = asyncio.ensure_future(reader.read(1)), asyncio.ensure_future(self._held.wait())
        done, pending = await asyncio.wait([gone, over], return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        if gone in done:
            self.broken_off += 1


def _events(message: dict[str, Any]) -> Iterator[bytes]:
    usage = message.get("usage", USAGE)
    start = {**message, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    yield _event({"type": "message_start", "message": start})
    yield _event({"type": "ping"})
    for index, block in enumerate(message["content"]):
        empty = {**block, "input": {}} if block["type"] == "tool_use" else {**block, "text": ""}
        yield _event({"type": "content_block_start", "index": index, "content_block": empty})
        if block["type"] == "tool_use":
            # Text stands for arguments that are no JSON.
            whole = block["input"] if isinstance(block["input"], str) else json.dumps(block["input"])
            for place in range(0, len(whole), 4000):
                delta = {"type": "input_json_delta", "partial_json": whole[place : place + 4000]}
                yield _event({"type": "content_block_delta", "index": index, "delta": delta})
        else:
            delta = {"type": "text_delta", "text": block["text"]}
            yield _event({"type": "content_block_delta", "index": index, "delta": delta})
        yield _event({"type": "content_block_stop", "index": index})
    ending = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    yield _event(
        {"type": "message_delta", "delta": ending, "usage": {"output_tokens": usage["output_tokens"]}}
    )
    yield _event({"type": "message_stop"})


def _event(data: dict[str, Any]) -> bytes:
    return f"event: {data['type']}\ndata: {json.dumps(data)}\n\n".encode()


def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


async def _refuse(writer: asyncio.StreamWriter, failure: Mapping[str, Any]) -> bool:
    status = failure["status"]
    body = {"type": "error", "error": {"type": KINDS.get(status, "api_error"), "message": failure["reason"]}}
    after = failure.get("retry_after")
    more = f"retry-after: {after:g}\r\n" if after is not None else ""
    return await _whole(writer, status, json.dumps(body).encode(), "application/json", more)


async def _whole(writer: asyncio.StreamWriter, status: int, body: bytes, kind: str, more: str = "") -> bool:
    head = f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\n{more}content-length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    return True
