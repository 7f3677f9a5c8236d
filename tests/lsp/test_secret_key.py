"""A key from the editor's secret storage: it is used, and it is nowhere to be found."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from support import fanout
from support.editor import editor_of, editor_session, start
from support.messages_api import MessagesApi, answer, call, said

pytestmark = pytest.mark.asyncio(loop_scope="module")
KEY = "sk-ant-a-key-that-nobody-may-see-0123456789"


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@editor_session()
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    workspace = tmp_path_factory.getbasetemp() / "secret"
    workspace.mkdir()
    await start(lsp_client, workspace)
    yield
    await lsp_client.shutdown_session()


async def test_the_key_of_the_secret_storage_plans_a_module_and_is_in_no_file_and_no_message(
    client: LanguageClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    editor = editor_of(client)
    workspace = tmp_path_factory.getbasetemp() / "secret"
    async with MessagesApi(
        [said(fanout.REQUIREMENTS), answer(call("submit_plan", fanout.plan()))]
    ).serving() as api:
        settings = {"awsOrchestrator": {"mind": "claude", "claude": {"baseUrl": api.url}}}
        client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(settings=settings))
        client.protocol.notify("awsOrchestrator/secrets", {"anthropicApiKey": KEY})
        run_id = await editor.generate(workspace, fanout.WISH)
        ended = await asyncio.wait_for(editor.finished(run_id), 120)

    assert ended.status == "done", ended.summary
    assert api.headers[0]["authorization"] == f"Bearer {KEY}"
    assert ended.report is not None
    assert ended.report.mind == "claude"
    assert KEY not in str(ended.report)
    said_to_person = [message.message for message in client.messages]
    logged = [message.message for message in client.log_messages]
    assert KEY not in "".join([*said_to_person, *logged])
    assert KEY.encode() not in everything(workspace)
