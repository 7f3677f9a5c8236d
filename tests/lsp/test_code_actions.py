"""Code actions over the wire: tried fixes, on unsaved buffers, with versions; every safe one at once; the agent for the rest."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from support.editor import Editor, editor_session, start

pytestmark = pytest.mark.asyncio(loop_scope="module")

VERSIONS = """\
terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40.0"
    }
  }
}
"""
QUEUE = """\
resource "aws_sqs_queue" "this" {
  delay_secnds = 5
  fifo_queue   = "yes"
}
"""
SUBNET = 'resource "aws_subnet" "this" {\n  cidr_block = "10.0.0.0/24"\n}\n'


@editor_session()
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    await start(lsp_client, tmp_path_factory.getbasetemp() / "acting")
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    path: Path = tmp_path_factory.getbasetemp() / "acting" / str(request.node.name)[5:30]
    path.mkdir(parents=True)
    (path / "versions.tf").write_text(VERSIONS, encoding="utf-8")
    return path


async def all_fixes(editor: Editor, path: Path) -> Sequence[lsp.CodeAction]:
    """What `source.fixAll` gives for a file."""
    params = lsp.CodeActionParams(
        text_document=lsp.TextDocumentIdentifier(uri=path.as_uri()),
        range=lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0)),
        context=lsp.CodeActionContext(diagnostics=[], only=[lsp.CodeActionKind.SourceFixAll]),
    )
    found = await editor.client.text_document_code_action_async(params)
    return [action for action in found or () if isinstance(action, lsp.CodeAction)]


async def test_a_fix_of_an_unsaved_buffer_is_a_versioned_edit_that_clears_its_finding(
    editor: Editor, folder: Path
) -> None:
    main = folder / "main.tf"
    main.write_text("", encoding="utf-8")
    editor.open(main, QUEUE, version=7)
    shown = await editor.shown(main, "delay_secnds")
    (fix,) = await editor.fixes(main, shown)
    assert fix.title == 'Change "delay_secnds" to "delay_seconds"'
    assert (fix.kind, fix.is_preferred) == (lsp.CodeActionKind.QuickFix, True)
    assert fix.edit is not None
    assert fix.edit.document_changes is not None
    (change,) = fix.edit.document_changes
    assert isinstance(change, lsp.TextDocumentEdit)
    assert change.text_document.version == 7
    editor.apply(fix.edit)
    editor.change(main, editor.buffers[main], 8)
    editor.save_buffer(main)
    await editor.cleared(main, "delay_secnds")
    assert "delay_seconds = 5" in editor.buffers[main]


async def test_a_fix_that_callers_notice_asks_first_and_may_make_a_file(editor: Editor, folder: Path) -> None:
    main = folder / "main.tf"
    main.write_text(SUBNET, encoding="utf-8")
    editor.open(main)
    (fix,) = await editor.fixes(main, await editor.shown(main, '"vpc_id" is required'))
    assert fix.edit is not None
    assert fix.edit.document_changes is not None
    (annotation,) = (fix.edit.change_annotations or {}).values()
    assert annotation.needs_confirmation
    assert "every caller must set it" in str(annotation.description)
    created = [one for one in fix.edit.document_changes if isinstance(one, lsp.CreateFile)]
    assert [one.uri for one in created] == [(folder / "variables.tf").as_uri()]
    edits = [one for one in fix.edit.document_changes if isinstance(one, lsp.TextDocumentEdit)]
    assert all(isinstance(edit, lsp.AnnotatedTextEdit) for one in edits for edit in one.edits)
    editor.apply(fix.edit)
    assert 'variable "vpc_id"' in editor.buffers[folder / "variables.tf"]
    assert "vpc_id = var.vpc_id" in editor.buffers[main]


async def test_every_allowed_value_is_offered(editor: Editor, folder: Path) -> None:
    main = folder / "main.tf"
    text = 'resource "aws_s3_bucket_versioning" "x" {\n  bucket = "abc"\n\n'
    text += '  versioning_configuration {\n    status = "enabled"\n  }\n}\n'
    main.write_text(text, encoding="utf-8")
    editor.open(main)
    fixes = await editor.fixes(main, await editor.shown(main, "must be one of"))
    assert {fix.title.rpartition(" ")[2] for fix in fixes} == {'"Enabled"', '"Suspended"', '"Disabled"'}
    assert [fix.title for fix in fixes if fix.is_preferred] == ['Set status to "Enabled"']


async def test_fix_all_makes_the_safe_fixes_of_the_file_and_no_other(editor: Editor, folder: Path) -> None:
    main = folder / "main.tf"
    main.write_text(QUEUE + "\n" + SUBNET, encoding="utf-8")
    editor.open(main)
    await editor.shown(main, "delay_secnds")
    (action,) = await all_fixes(editor, main)
    assert action.kind == "source.fixAll.awsOrchestrator"
    assert action.edit is not None
    assert not action.edit.change_annotations
    editor.apply(action.edit)
    after = editor.buffers[main]
    assert "delay_seconds = 5" in after
    assert "fifo_queue    = true" in after
    assert "var.sqs_queue_tags" in after
    # Another input without a default would break every caller: that is for a person.
    assert "vpc_id" not in after


async def test_nothing_is_offered_for_a_module_whose_files_changed_since(
    editor: Editor, folder: Path
) -> None:
    main = folder / "main.tf"
    main.write_text(QUEUE, encoding="utf-8")
    editor.open(main)
    shown = await editor.shown(main, "delay_secnds")
    (folder / "variables.tf").write_text("", encoding="utf-8")
    (folder / "versions.tf").write_text(VERSIONS + "\n", encoding="utf-8")
    assert await editor.fixes(main, shown) == []


async def test_what_no_fix_mends_is_for_the_agent(editor: Editor, folder: Path) -> None:
    main = folder / "main.tf"
    main.write_text("locals {\n  a = length()\n  b   = 1\n}\n", encoding="utf-8")
    editor.open(main)
    shown = await editor.shown(main, "length")
    params = lsp.CodeActionParams(
        text_document=lsp.TextDocumentIdentifier(uri=main.as_uri()),
        range=shown.range,
        context=lsp.CodeActionContext(diagnostics=[shown]),
    )
    (action,) = await editor.client.text_document_code_action_async(params) or ()
    assert action.title == "Heal with the agent"
    # The client of lsprotocol 2025.0.0 takes every action with a command for a bare command.
    assert "awsOrchestrator.server.healModule" in str(action.command)
    assert main.as_uri() in str(action.command)


async def test_heal_module_is_a_run_with_plan_and_gates(editor: Editor, folder: Path) -> None:
    main = folder / "main.tf"
    main.write_text('resource "aws_sns_topic" "this" {\n  display_nme = "x"\n}\n', encoding="utf-8")
    editor.open(main)
    await editor.shown(main, "display_nme")
    started = await editor.command("healModule", {"uri": main.as_uri(), "answers": {"next_steps": "done"}})
    ended = await editor.finished(started["runId"])
    assert ended.status == "done", ended.summary
    editor.change(main, editor.buffers[main], 2)
    after = main.read_text(encoding="utf-8")
    assert 'display_name = "x"' in after
    assert "var.sns_topic_tags" in after
    assert [gate.kind for gate in editor.gates] == ["commit"]
    editor.save_buffer(main)
    await editor.cleared(main, "display_nme")


async def test_a_folder_outside_of_the_workspace_is_not_healed_by_a_run(
    editor: Editor, tmp_path: Path
) -> None:
    (tmp_path / "main.tf").write_text(QUEUE, encoding="utf-8")
    error = await editor.refused("healModule", {"uri": tmp_path.as_uri(), "answers": {}})
    assert "is in no open folder" in str(error)
