"""Update over the wire: the open module gains a feature by edits, and what a person wrote in it stays."""

from collections.abc import AsyncIterator

import pytest
from pytest_lsp import LanguageClient

from support.editor import editor_of, editor_session, start

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMMENT = "# A person's remark, kept by every update.\n"


@editor_session()
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    await start(lsp_client, tmp_path_factory.getbasetemp())
    yield
    await lsp_client.shutdown_session()


async def test_the_module_of_an_open_file_gains_a_feature_and_keeps_a_persons_lines(
    client: LanguageClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    editor, workspace = editor_of(client), tmp_path_factory.getbasetemp()
    await editor.finished(await editor.generate(workspace, "an encrypted bucket"))
    main = workspace / "terraform_modules" / "s3" / "main.tf"
    text = COMMENT + main.read_text(encoding="utf-8")
    editor.open(main)
    editor.change(main, text, 2)
    editor.save_buffer(main)

    wish = {"request": "add access logging to my-logs", "uri": main.as_uri()}
    started = await editor.command("updateModule", wish)
    ended = await editor.finished(started["runId"])

    assert ended.status == "done", ended.summary
    updated = main.read_text(encoding="utf-8")
    assert updated.startswith(COMMENT)
    assert 'resource "aws_s3_bucket_logging" "this"' in updated
    assert [gate.kind for gate in editor.gates[-2:]] == ["commit", "next_steps"]
