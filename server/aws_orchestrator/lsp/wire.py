"""The protocol library as we use it: plain dictionaries for our own payloads, and requests that can be taken back."""

import asyncio
import uuid
from typing import Any, cast

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.protocol import (
    JsonRPCNotification,
    JsonRPCRequestMessage,
    JsonRPCResponseMessage,
    default_converter,
)


def plain_converter() -> Any:
    """A converter that leaves params and results of unknown methods as dictionaries, for pydantic to validate.

    pygls 2.1.1 would make nested namedtuples of them, which lose keys that are no Python identifiers.
    """
    converter = cast("Any", default_converter)()  # untyped in pygls 2.1.1
    for envelope in (JsonRPCRequestMessage, JsonRPCResponseMessage, JsonRPCNotification):
        converter.register_structure_hook(envelope, lambda message, kind: kind(**message))
    return converter


async def ask_client(server: LanguageServer, method: str, params: Any) -> Any:
    """The client's answer to a request; when the awaiting task is cancelled, the client is told to close its question.

    pygls 2.1.1 neither sends `$/cancelRequest` nor survives a late answer to a cancelled future: the future is shielded.
    """
    message_id = str(uuid.uuid4())
    reply = asyncio.wrap_future(server.protocol.send_request(method, params, msg_id=message_id))
    reply.add_done_callback(lambda future: future.cancelled() or future.exception())
    try:
        return await asyncio.shield(reply)
    except asyncio.CancelledError:
        server.cancel_request(lsp.CancelParams(id=message_id))
        raise
