"""One request and its answer, read event by event: an answer that is not whole is no answer."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from aws_orchestrator.runs.redaction import shortened

if TYPE_CHECKING:
    from aws_orchestrator.minds.claude.clients import Client

# Statuses and kinds of errors after which the same request may succeed later.
_AGAIN = frozenset({408, 409, 429})
_AGAIN_KINDS = frozenset({"overloaded_error", "api_error", "rate_limit_error", "timeout_error"})
_LONGEST_REASON = 300


class CallFailed(Exception):
    """A request that got no whole answer; `again` when it may be sent once more, not sooner than `retry_after` seconds."""

    def __init__(
        self, reason: str, *, again: bool, status: int | None = None, retry_after: float | None = None
    ) -> None:
        """`reason` is a clause for a person."""
        super().__init__(reason)
        self.reason = reason
        self.again = again
        self.status = status
        self.retry_after = retry_after
        self.since = 0.0
        """When the answer last came on, by the loop's clock; when it was asked for, if it never did."""


async def ask(client: "Client", body: Mapping[str, Any], silent: float, at_most: float) -> dict[str, Any]:
    """The answer's message as the API writes it; CallFailed when it is not whole.

    `silent` bounds the time in which nothing at all comes, `at_most` the time in which nothing but signs of life does.
    """
    progress = _Progress()
    async with _as_failures(silent, progress):
        stream = await _begun(client, body, at_most)
        try:
            kind = stream.response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind == "application/json":
                # A gateway that does not stream.
                async with asyncio.timeout_at(progress.at + at_most):
                    return _whole(json.loads(await stream.response.aread()))
            if kind not in ("text/event-stream", "application/vnd.amazon.eventstream"):
                raise CallFailed(f"it answered with {_named(kind)} instead of the Messages API", again=False)
            return await _collected(stream, at_most, progress)
        finally:
            # Also when the task is cancelled: the other side must not go on writing.
            await stream.close()


async def _begun(client: "Client", body: Mapping[str, Any], at_most: float) -> Any:
    import anthropic
    import httpx2

    try:
        async with asyncio.timeout(at_most):
            return await client.messages.create(**body, stream=True)
    except (anthropic.AnthropicError, httpx2.TransportError, TimeoutError):
        raise
    except Exception as error:
        # Bedrock and Vertex look for credentials, and for the libraries that do, with the first request: whatever these
        # raise is not ours to know.
        said = shortened(str(error) or type(error).__name__, _LONGEST_REASON)
        raise CallFailed(f"the request could not be made ({said})", again=False) from error


class _Progress:
    """When an answer last came on."""

    def __init__(self) -> None:
        self.at = asyncio.get_running_loop().time()

    def made(self) -> None:
        self.at = asyncio.get_running_loop().time()


async def _collected(stream: AsyncIterator[Any], at_most: float, progress: _Progress) -> dict[str, Any]:
    message: dict[str, Any] = {}
    stopped = False
    events = aiter(stream)
    while True:
        async with asyncio.timeout_at(progress.at + at_most):
            event = await anext(events, None)
        if event is None:
            break
        data = event.to_dict(mode="json")
        if data.get("type") == "content_block_delta":
            progress.made()
        stopped = stopped or data.get("type") == "message_stop"
        _add(message, data)
    # anthropic 2.10: a stream that is cut off ends without an error.
    if not message or not stopped:
        raise CallFailed("its answer was cut off", again=True)
    for block in message["content"]:
        _finish(block)
    return _whole(message)


def _add(message: dict[str, Any], event: Mapping[str, Any]) -> None:
    kind = event.get("type")
    if kind == "message_start":
        message.update(event["message"])
        message["content"] = []
    elif kind == "content_block_start" and message:
        message["content"].append({**event["content_block"], "_at": event.get("index")})
    elif kind == "content_block_delta" and message:
        block = next(item for item in message["content"] if item["_at"] == event.get("index"))
        _extend(block, event["delta"])
    elif kind == "message_delta" and message:
        message.update({key: value for key, value in event["delta"].items() if value is not None})
        usage = {key: value for key, value in (event.get("usage") or {}).items() if value is not None}
        message["usage"] = {**(message.get("usage") or {}), **usage}


def _extend(block: dict[str, Any], delta: Mapping[str, Any]) -> None:
    kind = delta.get("type")
    if kind == "text_delta":
        block["text"] = block.get("text", "") + delta["text"]
    elif kind == "input_json_delta":
        block["_json"] = block.get("_json", "") + delta["partial_json"]
    elif kind == "thinking_delta":
        block["thinking"] = block.get("thinking", "") + delta["thinking"]
    elif kind == "signature_delta":
        block["signature"] = delta["signature"]


def _finish(block: dict[str, Any]) -> None:
    """A tool's arguments as data; what is no JSON object stays as text beside them, for the answer to the call."""
    block.pop("_at", None)
    text = block.pop("_json", None)
    if text is None:
        return
    try:
        arguments = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        arguments = None
    if isinstance(arguments, dict):
        block["input"] = arguments
    else:
        block["input"] = {}
        block["malformed"] = shortened(text, _LONGEST_REASON)


def _whole(message: Any) -> dict[str, Any]:
    if (
        not isinstance(message, dict)
        or not isinstance(message.get("content"), list)
        or not message.get("stop_reason")
    ):
        raise CallFailed("its answer is no message of the Messages API", again=False)
    if not all(
        isinstance(block, dict) and isinstance(block.get("type"), str) for block in message["content"]
    ):
        raise CallFailed("its answer is no message of the Messages API", again=False)
    return message


@asynccontextmanager
async def _as_failures(silent: float, progress: _Progress) -> AsyncIterator[None]:
    """Whatever the SDK, its transport and the clock raise, as CallFailed."""
    try:
        async with _named_failures(silent):
            yield
    except CallFailed as failure:
        failure.since = progress.at
        raise


@asynccontextmanager
async def _named_failures(silent: float) -> AsyncIterator[None]:
    import anthropic
    import httpx2

    try:
        yield
    except anthropic.APIStatusError as error:
        raise _of_status(error) from error
    except (anthropic.APITimeoutError, httpx2.TimeoutException, TimeoutError) as error:
        # anthropic 2.10: a stream that stalls raises the transport's error, not the SDK's.
        raise CallFailed(f"it was silent for {silent:g} seconds", again=True) from error
    except (anthropic.APIConnectionError, httpx2.TransportError) as error:
        cause = error.__cause__ or error
        why = shortened(str(cause) or type(cause).__name__, _LONGEST_REASON)
        raise CallFailed(f"the connection failed ({why})", again=True) from error
    except (anthropic.APIError, anthropic.AnthropicError) as error:
        raise CallFailed(shortened(str(error), _LONGEST_REASON), again=False) from error
    except (
        json.JSONDecodeError,
        UnicodeDecodeError,
        KeyError,
        StopIteration,
        RuntimeError,
        TypeError,
    ) as error:
        # A stream whose events are none: whatever is reading it stumbles somewhere.
        raise CallFailed("its answer cannot be read", again=True) from error


def _of_status(error: Any) -> CallFailed:
    """An error that the API told, by its status or, in the middle of a stream, by its kind."""
    status = error.status_code
    body = error.body if isinstance(error.body, dict) else {}
    told = body.get("error")
    told = told if isinstance(told, dict) else {}
    kind, said = str(told.get("type", "")), str(told.get("message", ""))
    in_stream = 200 <= status < 300
    again = kind in _AGAIN_KINDS if in_stream else status in _AGAIN or status >= 500
    if not said:
        page = error.response.headers.get("content-type", "").partition(";")[0]
        said = f"with {_named(page)}" if page and page != "application/json" else "without saying why"
    what = kind or "error" if in_stream else str(status)
    reason = f"it answered {what}: {said}" if told.get("message") else f"it answered {what} {said}"
    return CallFailed(
        shortened(reason, _LONGEST_REASON),
        again=again,
        status=None if in_stream else status,
        retry_after=_seconds(error.response.headers.get("retry-after")),
    )


def _named(kind: str) -> str:
    return {"text/html": "a web page", "text/plain": "plain text", "": "something"}.get(kind, kind)


def _seconds(text: str | None) -> float | None:
    """The seconds of a retry-after header; a date in it counts as a minute."""
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        return 60.0
