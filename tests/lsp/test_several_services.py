"""One request for several services in the editor: a run each, the next gate after the last, one summary."""

from collections.abc import AsyncIterator

import pytest
from pytest_lsp import LanguageClient

from support.editor import editor_of, editor_session, plain, start

pytestmark = pytest.mark.asyncio(loop_scope="module")


@editor_session()
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    workspace = tmp_path_factory.getbasetemp() / "several"
    workspace.mkdir()
    await start(lsp_client, workspace)
    yield
    await lsp_client.shutdown_session()


async def test_each_service_is_a_run_and_the_last_one_has_the_summary(
    client: LanguageClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    editor = editor_of(client)
    workspace = tmp_path_factory.getbasetemp() / "several"
    first = await editor.generate(workspace, "a KMS key and an SQS queue named jobs")
    made = await editor.finished(first)
    assert made.status == "done", made.report.message
    following = await editor.until(
        lambda: next((e for e in editor.events if e.kind == "started" and e.runId != first), None),
        "the run of the second service",
    )
    ended = await editor.finished(following.runId)

    assert ended.status == "done"
    assert [gate.kind for gate in editor.gates] == ["commit", "commit", "next_steps"]
    assert (workspace / "terraform_modules" / "kms" / "main.tf").is_file()
    assert (workspace / "terraform_modules" / "sqs" / "main.tf").is_file()
    parts = plain(ended.report.parts)
    assert parts["services"] == ["kms", "sqs"]
    assert {"giver": "kms", "output": "id", "taker": "sqs", "variable": "kms_master_key_id"} in parts[
        "connections"
    ]
    planning = plain(ended.report.planning)
    assert planning["security"]["findings"][0]["id"]
    assert planning["requirements"]["services"][0]["inputs"] == {"name": '"jobs"'}
