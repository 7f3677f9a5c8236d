"""Offers what was interrupted when the editor was closed, or a server was killed: go on, give up, or later."""

import asyncio
from pathlib import Path
from typing import NamedTuple

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from aws_orchestrator.errors import OrchestratorError
from aws_orchestrator.lsp.run_tasks import RunTasks
from aws_orchestrator.lsp.wire import ask_client
from aws_orchestrator.runs.redaction import shortened
from aws_orchestrator.runs.store import RunStore, RunSummary

RESUME, CANCEL, LATER = "Resume", "Cancel It", "Later"
# More than this at once is a history, not a question.
_MOST = 3


class Interrupted(NamedTuple):
    """A run that nobody works on and that has not ended."""

    folder: Path
    run: RunSummary


def interrupted_in(folder: Path) -> list[Interrupted]:
    """The interrupted runs of a workspace folder, newest first."""
    return [Interrupted(folder, run) for run in RunStore(folder).runs().runs if run.status == "interrupted"]


async def offer(server: LanguageServer, tasks: RunTasks, folders: list[Path]) -> None:
    """Ask for each interrupted run of the folders, one after the other; who does not answer can do it later."""
    found = [item for folder in folders for item in await asyncio.to_thread(interrupted_in, folder)]
    for item in found[:_MOST]:
        if not await _offer_one(server, tasks, item, len(found)):
            return


async def _offer_one(server: LanguageServer, tasks: RunTasks, item: Interrupted, count: int) -> bool:
    more = f" ({count} runs are; `runs list` names them.)" if count > _MOST else ""
    params = lsp.ShowMessageRequestParams(
        type=lsp.MessageType.Info,
        message=f"The run {item.run.run_id} was interrupted: “{shortened(item.run.request, 120)}”.{more}",
        actions=[lsp.MessageActionItem(title=title) for title in (RESUME, CANCEL, LATER)],
    )
    try:
        chosen = await ask_client(server, lsp.WINDOW_SHOW_MESSAGE_REQUEST, params)
        title = chosen.title if chosen is not None else LATER
        if title == RESUME:
            await tasks.resume(item.folder, item.run.run_id)
        elif title == CANCEL:
            await tasks.cancel_interrupted(item.folder, item.run.run_id)
    except JsonRpcException:
        return False  # a client that cannot ask is not asked again; the runs stay as they are
    except OrchestratorError as error:
        # Somebody else took it up, or it cannot be read: that is said, and the next one is asked for.
        server.window_show_message(lsp.ShowMessageParams(type=lsp.MessageType.Warning, message=str(error)))
    return True
