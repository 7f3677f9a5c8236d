"""The person in front of an editor: gates as requests, progress, run events."""

from lsprotocol import types as lsp
from pydantic import ValidationError
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from aws_orchestrator.lsp.client import ClientFeatures
from aws_orchestrator.lsp.run_progress import RunProgress
from aws_orchestrator.lsp.wire import ask_client
from aws_orchestrator.protocol import GATE, RUN_EVENT, Gate, GateAnswer, RunEvent, Surface


class EditorPerson:
    """Asks and tells through one client."""

    def __init__(self, server: LanguageServer, client: ClientFeatures, progress: RunProgress) -> None:
        """`progress` is used when the client shows any."""
        self._server = server
        self._client = client
        self._progress = progress

    @property
    def is_there(self) -> bool:
        """An editor has a person in front of it."""
        return True

    @property
    def surface(self) -> Surface:
        """Gates are the editor's quick picks, or messages."""
        return "editor"

    async def ask(self, gate: Gate) -> GateAnswer | None:
        """The person's answer by the client's quick pick, else by the message that every editor has.

        A client that fails to ask, or answers something else, has not asked: None, which means the safe choice.
        """
        try:
            if not self._client.gate:
                return await self._ask_by_message(gate)
            result = await ask_client(self._server, GATE, gate.model_dump(mode="json", by_alias=True))
            return None if result is None else GateAnswer.model_validate(result)
        except JsonRpcException as error:
            self._log(f"The client could not ask the gate {gate.kind}, so the safe choice is taken: {error}")
        except ValidationError as error:
            wrong = error.errors()[0]["msg"]
            self._log(
                f"The client's answer to the gate {gate.kind} is none, so the safe choice is taken: {wrong}"
            )
        return None

    async def tell(self, event: RunEvent) -> None:
        """Send the event to a client that knows it, and keep the progress of the run up to date."""
        if self._client.run_events:
            self._server.protocol.notify(RUN_EVENT, event.model_dump(mode="json", by_alias=True))
        if not self._client.progress:
            return
        if event.kind == "started":
            self._progress.begin(event.run_id, event.summary)
        elif event.kind == "step" and event.step is not None:
            self._progress.step(event.run_id, event.step)
        elif event.kind == "finished":
            self._progress.end(event.run_id, event.summary)

    async def _ask_by_message(self, gate: Gate) -> GateAnswer | None:
        # A message has no input box: a choice that needs a text without a default cannot be offered.
        needy = {
            choice
            for field in gate.fields
            if field.required and not field.default
            for choice in (field.choices or tuple(option.key for option in gate.options))
        }
        options = [option for option in gate.options if option.key not in needy]
        if gate.context:
            # A message is one line in most editors: what it takes to decide is in the log.
            self._log(f"{gate.title}\n\n{gate.context}", lsp.MessageType.Info)
        params = lsp.ShowMessageRequestParams(
            type=lsp.MessageType.Warning if gate.kind == "destructive" else lsp.MessageType.Info,
            message=f"{gate.title}: {gate.question}",
            actions=[lsp.MessageActionItem(title=option.label) for option in options],
        )
        chosen = await ask_client(self._server, lsp.WINDOW_SHOW_MESSAGE_REQUEST, params)
        title = chosen.title if chosen is not None else None
        option = next((option for option in options if option.label == title), None)
        return GateAnswer(choice=option.key) if option else None

    def _log(self, message: str, type_: lsp.MessageType = lsp.MessageType.Warning) -> None:
        self._server.window_log_message(lsp.LogMessageParams(type=type_, message=message))
