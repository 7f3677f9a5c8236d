"""The protocol library as we use it: plain payloads, requests that can be taken back, and an answer to every request."""

import asyncio
import uuid
from typing import Any, cast

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException, JsonRpcInternalError
from pygls.lsp.server import LanguageServer
from pygls.protocol import (
    JsonRPCNotification,
    JsonRPCRequestMessage,
    JsonRPCResponseMessage,
    LanguageServerProtocol,
    default_converter,
)
from pygls.protocol.language_server import lsp_method

_UNREADABLE = "$/unreadable"


class OrchestratorProtocol(LanguageServerProtocol):
    """The language server protocol of pygls 2.1.1, without three of its traps."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message of the client as an object.

        pygls drops a message whose content is not what its type says: the client would wait for its answer for ever,
        and we for the answer to our request.
        """
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" not in data:
                raise
            if "method" in data:
                message = f"The parameters of {data['method']} are not what the protocol says."
                self._send_response(data["id"], error=lsp.ResponseError(code=-32602, message=message))
                return JsonRPCNotification(method=_UNREADABLE, jsonrpc=self.VERSION, params=None)
            problem = lsp.ResponseError(code=error.code or -32603, message="The answer cannot be read.")
            return lsp.ResponseErrorMessage(id=data["id"], error=problem, jsonrpc=self.VERSION)

    def handle_message(self, message: Any) -> None:
        """Delegate a message to its handler."""
        if getattr(message, "method", None) != _UNREADABLE:
            super().handle_message(message)

    def _send_response(self, msg_id: Any, result: Any = None, error: lsp.ResponseError | None = None) -> None:
        # A defect's traceback names paths of this machine; it is in the log, where a bug report takes it from.
        if error is not None and error.code == JsonRpcInternalError.CODE:
            error = lsp.ResponseError(code=error.code, message=error.message)
        super()._send_response(msg_id, result, error)

    @property
    def exit_code(self) -> int:
        """What the protocol asks for: 1 for a client that leaves without `shutdown`."""
        return 0 if self._shutdown else 1

    @lsp_method(lsp.EXIT)
    def lsp_exit(self, *_: Any) -> None:  # type: ignore[override]  # a generator there, awaited by nobody
        """End the server in order; pygls would raise SystemExit in the middle of the loop."""
        cast("Any", self._server).leave(self.exit_code)


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
