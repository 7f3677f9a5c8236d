"""Work-done progress of runs: one token a run, shown until the run ends; its cancel button ends the run."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from aws_orchestrator.lsp.wire import ask_client
from aws_orchestrator.protocol import StepEvent
from aws_orchestrator.runs.limits import used_in_words


@dataclass
class _Shown:
    """The progress of one run."""

    opening: asyncio.Task[None]
    begun: bool = False
    latest: lsp.WorkDoneProgressReport | None = None


class RunProgress:
    """Shows runs as work-done progress; the token is the run's id."""

    def __init__(
        self, server: LanguageServer, cancel: Callable[[str], None], log: Callable[[str], None]
    ) -> None:
        """`cancel` ends the run of an id."""
        self._server = server
        self._cancel = cancel
        self._log = log
        self._shown: dict[str, _Shown] = {}

    def begin(self, run_id: str, message: str) -> None:
        """Open the progress of a run; the run does not wait for the client to show it."""
        if run_id not in self._shown:
            opening = asyncio.get_running_loop().create_task(self._open(run_id, message))
            self._shown[run_id] = _Shown(opening)

    def step(self, run_id: str, step: StepEvent) -> None:
        """Show the step that begins."""
        shown = self._shown.get(run_id)
        if shown is None or step.status != "started":
            return
        shown.latest = lsp.WorkDoneProgressReport(
            message=f"{step.index}/{step.total} {step.agent}: {step.title}{_used(step)}",
            percentage=min(99, round(100 * (step.index - 1) / step.total)),
            cancellable=True,
        )
        if shown.begun:
            self._notify(run_id, shown.latest)

    def end(self, run_id: str, message: str) -> None:
        """Close the progress of a run, when it is open."""
        shown = self._shown.pop(run_id, None)
        if shown is None:
            return
        shown.opening.cancel()
        if shown.begun:
            self._notify(run_id, lsp.WorkDoneProgressEnd(message=message))

    def cancelled(self, token: lsp.ProgressToken) -> None:
        """The person pressed the cancel button of a token; others than ours are ignored."""
        if token in self._shown:
            self._cancel(str(token))

    async def _open(self, run_id: str, message: str) -> None:
        # pygls 2.1.1 would keep the token of an ended progress and refuse it when the run is resumed: ours is not its.
        params = lsp.WorkDoneProgressCreateParams(token=run_id)
        try:
            await ask_client(self._server, lsp.WINDOW_WORK_DONE_PROGRESS_CREATE, params)
        except JsonRpcException as error:
            self._log(f"The client shows no progress: {error}")
            return
        begin = lsp.WorkDoneProgressBegin(
            title="AWS Orchestrator", message=message, cancellable=True, percentage=0
        )
        self._notify(run_id, begin)
        shown = self._shown[run_id]
        shown.begun = True
        if shown.latest is not None:
            self._notify(run_id, shown.latest)

    def _notify(self, run_id: str, value: Any) -> None:
        self._server.progress(lsp.ProgressParams(token=run_id, value=value))


def _used(step: StepEvent) -> str:
    """What the run has used of the limits that people know, once it has used any."""
    named = ("tool_calls", "writes", "model_calls", "model_tokens", "money")
    parts = used_in_words({name: step.usage[name] for name in named if name in step.usage})
    return f" ({', '.join(parts)})" if parts else ""
