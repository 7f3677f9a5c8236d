"""The person in front of an editor: gates as requests, progress, run events."""

import asyncio
from collections.abc import Callable

from lsprotocol import types as lsp
from pydantic import ValidationError
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from aws_orchestrator.lsp.client import ClientFeatures
from aws_orchestrator.lsp.wire import ask_client
from aws_orchestrator.protocol import GATE, RUN_EVENT, Gate, GateAnswer, RunEvent


class EditorPerson:
    """Asks and tells through one client; progress is shown until the run ends, and its cancel button ends the run."""

    def __init__(self, server: LanguageServer, client: ClientFeatures, cancel: Callable[[str], None]) -> None:
        """`cancel` ends the run of the given id."""
        self._server = server
        self._client = client
        self._cancel = cancel
        self._progress: set[str] = set()

    async def ask(self, gate: Gate) -> GateAnswer | None:
        """The person's answer by the client's quick pick, else by the message that every editor has."""
        if not self._client.gate:
            return await self._ask_by_message(gate)
        try:
            result = await ask_client(self._server, GATE, gate.model_dump(mode="json", by_alias=True))
        except JsonRpcException as error:
            # A client that fails to ask has not asked: the safe choice.
            self._log(f"The client could not ask the gate {gate.kind}: {error}")
            return None
        if result is None:
            return None
        try:
            return GateAnswer.model_validate(result)
        except ValidationError as error:
            self._log(f"The client answered the gate {gate.kind} with something else: {error}")
            return None

    async def tell(self, event: RunEvent) -> None:
        """Send the event, and keep the progress of the run up to date."""
        self._server.protocol.notify(RUN_EVENT, event.model_dump(mode="json", by_alias=True))
        if not self._client.progress:
            return
        if event.kind == "started":
            await self._begin(event)
        elif event.run_id in self._progress and event.kind == "step" and event.step is not None:
            step = event.step
            if step.status == "started":
                message = f"{step.index}/{step.total} {step.agent}: {step.title}"
                percentage = min(99, round(100 * (step.index - 1) / step.total))
                report = lsp.WorkDoneProgressReport(message=message, percentage=percentage, cancellable=True)
                self._server.work_done_progress.report(event.run_id, report)
        elif event.run_id in self._progress and event.kind == "finished":
            self.end_progress(event.run_id, event.summary)

    def end_progress(self, run_id: str, message: str) -> None:
        """Close the progress of a run, when it is open."""
        if run_id in self._progress:
            self._progress.discard(run_id)
            self._server.work_done_progress.end(run_id, lsp.WorkDoneProgressEnd(message=message))
            # pygls 2.1.1 keeps ended tokens, and refuses to begin them again when the run is resumed.
            self._server.work_done_progress.tokens.pop(run_id, None)

    async def _begin(self, event: RunEvent) -> None:
        progress = self._server.work_done_progress
        try:
            await progress.create_async(event.run_id)
        except JsonRpcException as error:
            self._log(f"The client shows no progress: {error}")
            return
        begin = lsp.WorkDoneProgressBegin(
            title="AWS Orchestrator", message=event.summary, cancellable=True, percentage=0
        )
        progress.begin(event.run_id, begin)
        self._progress.add(event.run_id)
        loop = asyncio.get_running_loop()

        def cancelled(_: object) -> None:
            if event.run_id in self._progress:
                loop.call_soon_threadsafe(self._cancel, event.run_id)

        progress.tokens[event.run_id].add_done_callback(cancelled)

    async def _ask_by_message(self, gate: Gate) -> GateAnswer | None:
        # A message has no input box: a choice that needs a text without a default cannot be offered.
        needy = {
            choice
            for field in gate.fields
            if field.required and not field.default
            for choice in (field.choices or tuple(option.key for option in gate.options))
        }
        options = [option for option in gate.options if option.key not in needy]
        params = lsp.ShowMessageRequestParams(
            type=lsp.MessageType.Warning if gate.kind == "destructive" else lsp.MessageType.Info,
            message=f"{gate.title}: {gate.question}",
            actions=[lsp.MessageActionItem(title=option.label) for option in options],
        )
        try:
            chosen = await ask_client(self._server, lsp.WINDOW_SHOW_MESSAGE_REQUEST, params)
        except JsonRpcException as error:
            self._log(f"The client could not ask the gate {gate.kind}: {error}")
            return None
        title = chosen.title if chosen is not None else None
        option = next((option for option in options if option.label == title), None)
        return GateAnswer(choice=option.key) if option else None

    def _log(self, message: str) -> None:
        self._server.window_log_message(lsp.LogMessageParams(type=lsp.MessageType.Warning, message=message))
