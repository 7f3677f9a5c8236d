"""Update over the wire: the open module gains a feature by edits, and what a person wrote in it stays."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pytest_lsp import LanguageClient

from support.editor import Editor, editor_of, editor_session, start

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMMENT = "# A person's remark, kept by every update.\n"


@editor_session()
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    await start(lsp_client, tmp_path_factory.getbasetemp())
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp()


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


LOCKS = """\
terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40.0"
    }
  }
}

resource "aws_dynamodb_table" "locks" {
  name         = "locks"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_sns_topic" "this" {
  name = "alarms"
}

output "topic" {
  description = "ARN of the topic."
  value       = aws_sns_topic.this.arn
}
"""


def opened(editor: Editor, folder: Path) -> Path:
    """The open file of a module with a table in it."""
    folder.mkdir(parents=True)
    main = folder / "main.tf"
    main.write_text(LOCKS, encoding="utf-8")
    editor.open(main)
    return main


async def test_an_update_that_would_destroy_data_stops_at_the_gate(
    client: LanguageClient, workspace: Path
) -> None:
    editor = editor_of(client)
    editor.forget()
    main = opened(editor, workspace / "rejected")
    wish = {"request": "remove aws_dynamodb_table.locks", "uri": main.as_uri()}

    editor.answers = [{"choice": "reject", "fields": {}}]
    started = await editor.command("updateModule", wish)
    ended = await editor.finished(started["runId"])
    (gate,) = editor.gates
    assert gate.kind == "destructive"
    assert "This update destroys aws_dynamodb_table.locks" in gate.question
    assert "-resource" in gate.context
    approve = next(option for option in gate.options if option.key == "approve")
    assert approve.description == "Make these edits; the next apply destroys aws_dynamodb_table.locks"
    assert not approve.primary
    assert ended.status == "cancelled", ended.summary
    assert main.read_text(encoding="utf-8") == LOCKS
    assert not editor.edits

    editor.answers = [{"choice": "approve", "fields": {}}]
    started = await editor.command("updateModule", {**wish, "answers": {"next_steps": "done"}})
    ended = await editor.finished(started["runId"])
    assert ended.status == "done", ended.summary
    assert "aws_dynamodb_table" not in main.read_text(encoding="utf-8")


async def test_edits_that_break_callers_are_shown_before_they_are_made(
    client: LanguageClient, workspace: Path
) -> None:
    editor = editor_of(client)
    editor.forget()
    main = opened(editor, workspace / "annotated")
    wish = {"request": "remove the output topic", "uri": main.as_uri(), "answers": {"next_steps": "done"}}
    started = await editor.command("updateModule", wish)
    ended = await editor.finished(started["runId"])
    assert ended.status == "done", ended.summary
    (edit,) = editor.edits
    (annotation,) = (edit.change_annotations or {}).values()
    assert annotation.needs_confirmation
    assert "output topic is removed" in str(annotation.description)
    assert "output" not in main.read_text(encoding="utf-8")


async def test_a_module_is_deleted_when_that_is_approved_and_never_with_its_state(
    client: LanguageClient, workspace: Path
) -> None:
    editor = editor_of(client)
    editor.forget()
    main = opened(editor, workspace / "deleted")
    state = main.with_name("terraform.tfstate")
    state.write_text("{}", encoding="utf-8")
    wish = {"request": "delete the module", "uri": main.as_uri(), "answers": {"next_steps": "done"}}
    started = await editor.command("updateModule", wish)
    ended = await editor.finished(started["runId"])
    assert ended.status == "failed"
    assert "terraform.tfstate holds state" in ended.summary
    assert main.read_text(encoding="utf-8") == LOCKS

    state.unlink()
    editor.answers = [{"choice": "approve", "fields": {}}]
    started = await editor.command("updateModule", wish)
    ended = await editor.finished(started["runId"])
    assert ended.status == "done", ended.summary
    (gate,) = [gate for gate in editor.gates if gate.kind == "destructive"]
    assert "This deletes the module" in gate.question
    assert not main.exists()
