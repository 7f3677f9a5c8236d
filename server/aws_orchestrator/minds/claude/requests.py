"""Sends a request until it is answered, within the bounds of the run: every try counts, and a dead gateway is given up."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aws_orchestrator.errors import MindUnavailable
from aws_orchestrator.minds.claude.answers import CallFailed, ask
from aws_orchestrator.minds.claude.clients import make_client
from aws_orchestrator.minds.claude.credentials import Credentials
from aws_orchestrator.minds.claude.safe_text import safe, without
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.runs.exchanges import Exchange

if TYPE_CHECKING:
    from aws_orchestrator.minds.claude.clients import Client

_TRIES = 3
_ADVICE: Mapping[int | None, str] = {
    401: " Check the key.",
    403: " The key has no right to this; ask who manages it.",
    404: " Check the model's id and the address in the settings.",
    413: " The request is too large for it.",
}


class Requests:
    """The requests of one mind."""

    def __init__(self, credentials: Credentials | None, first_pause: float = 1.0) -> None:
        """No connection is made yet. Without credentials only recorded answers can be given.

        `first_pause` is the time before the second try, doubled before each further one.
        """
        self._first_pause = first_pause
        self._credentials = credentials
        self._client: Client | None = None

    async def send(self, tools: Dispatcher, purpose: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer's message, without secrets; MindUnavailable when there is none to be had.

        An answer that the run's journal holds for the very same request is not asked for again. GracefulEnd when the
        run may not ask any more.
        """
        request = safe(body, self._secrets)
        digest = hashlib.sha256(json.dumps(request, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
        recorded = tools.exchanges.recall(purpose, digest)
        if recorded is not None:
            return recorded
        tools.exchanges.expect_within_limits(str(body.get("model", "")))
        if self._credentials is None:
            raise MindUnavailable(
                f"The record holds no answer to the request for the {purpose}: the run goes another way than the "
                "one that was recorded."
            )
        return await self._persistently(tools, purpose, digest, request)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    @property
    def _secrets(self) -> tuple[str, ...]:
        return self._credentials.secrets if self._credentials else ()

    async def _persistently(
        self, tools: Dispatcher, purpose: str, digest: str, request: Mapping[str, Any]
    ) -> dict[str, Any]:
        assert self._credentials is not None
        settings = self._credentials.settings
        clock = asyncio.get_running_loop().time
        give_up = 0.0
        for tried in range(1, _TRIES + 1):
            began = clock()
            left = give_up - began if give_up else settings.trouble_seconds
            silent = min(settings.silent_seconds, left)
            exchange = Exchange(purpose=purpose, request=digest, body=request)
            try:
                message: dict[str, Any] = await tools.call_model(lambda: self._ask(request, silent, left))  # noqa: B023
            except CallFailed as failure:
                # From when it went wrong: an answer that was long on its way before may be asked for again too.
                give_up = give_up or failure.since + settings.trouble_seconds
                said = without(failure.reason, self._secrets)
                tools.exchanges.record(exchange.failed(said, failure.status, failure.retry_after))
                pause = max(failure.retry_after or 0.0, self._first_pause * 2 ** (tried - 1))
                if not failure.again or tried == _TRIES or clock() + pause >= give_up:
                    raise self._unavailable(failure, said, tried) from failure
                await asyncio.sleep(pause)
            else:
                message = safe(message, self._secrets)
                tools.exchanges.record(exchange.answered(message))
                return message
        raise AssertionError("the last try raises")

    async def _ask(self, request: Mapping[str, Any], silent: float, left: float) -> dict[str, Any]:
        assert self._credentials is not None
        if self._client is None:
            # Importing the library takes seconds: the loop does not wait for that.
            self._client = await asyncio.to_thread(make_client, self._credentials)
        return await ask(self._client, request, silent, left)

    def _unavailable(self, failure: CallFailed, said: str, tried: int) -> MindUnavailable:
        assert self._credentials is not None
        times = f" ({tried} tries)" if tried > 1 else ""
        wait = ""
        if failure.again and failure.retry_after:
            wait = f" It asks to be left alone for {failure.retry_after:g} seconds; try again then."
        where = self._credentials.where
        return MindUnavailable(
            f"Claude cannot be used at {where}: {said.rstrip('.')}{times}.{wait}{_ADVICE.get(failure.status, '')}"
        )
