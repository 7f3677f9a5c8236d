"""An editor that knows nothing of us: gates as messages, files written by the server, run ends as messages."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from support.editor import Editor, editor_session, start

pytestmark = pytest.mark.asyncio(loop_scope="module")

SENTENCE = "an encrypted bucket"


@editor_session(ours=None, resource_operations=False, encodings=("utf-32", "utf-8"))
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    workspace = tmp_path_factory.getbasetemp() / "plain"
    workspace.mkdir()
    await start(lsp_client, workspace, options={"modulesFolder": "infra/modules", "trace": {"server": "off"}})
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "plain"


async def said(editor: Editor, word: str) -> lsp.ShowMessageParams:
    return await editor.until(
        lambda: next((m for m in editor.client.messages if word in m.message), None),
        f"a message with {word!r}",
    )


async def test_gates_are_messages_with_the_labels_of_the_choices(editor: Editor, workspace: Path) -> None:
    editor.message_answers = ["Keep local", "Done"]
    await editor.generate(workspace, SENTENCE)
    await said(editor, "is ready")

    commit, next_steps = editor.questions
    assert commit.type == lsp.MessageType.Info
    assert "Keep local" in [action.title for action in commit.actions or ()]
    # A message has no input box: what needs a text is not offered.
    assert [action.title for action in next_steps.actions or ()] == ["Done"]
    # What it takes to decide does not fit in a message: it is in the log.
    assert any("variables.tf" in message.message for message in editor.client.log_messages)
    # The settings of `initialize` are used; the server wrote the files itself.
    assert (workspace / "infra" / "modules" / "s3" / "main.tf").is_file()
    assert not editor.edits
    assert not editor.saved
    assert not editor.gates
    assert not editor.events


async def test_a_person_who_dismisses_the_messages_keeps_the_module(editor: Editor, workspace: Path) -> None:
    await editor.generate(workspace, SENTENCE)
    await said(editor, "is ready")
    assert len(editor.questions) == 2


@pytest.mark.parametrize(
    "rubbish", [lsp.MessageActionItem(title="Delete everything"), {"tilte": "x"}, ["x"], 7]
)
async def test_an_answer_to_a_message_that_is_none_is_the_safe_choice(
    editor: Editor, workspace: Path, rubbish: Any
) -> None:
    editor.message_answers = [rubbish]
    await editor.generate(workspace, SENTENCE)
    await said(editor, "is ready")


async def test_a_message_that_is_never_answered_waits_until_the_run_is_cancelled(
    editor: Editor, workspace: Path
) -> None:
    closed = asyncio.Event()

    async def never() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            closed.set()

    editor.message_answers = [never]
    run_id = await editor.generate(workspace, SENTENCE)
    await editor.until(lambda: editor.questions, "the question")
    await editor.command("cancelRun", {"runId": run_id})
    async with asyncio.timeout(20):
        await closed.wait()


async def test_a_persons_file_is_asked_about_with_a_warning_and_kept(editor: Editor, workspace: Path) -> None:
    main = workspace / "infra" / "modules" / "s3" / "main.tf"
    main.write_text("# mine\n", encoding="utf-8")
    editor.message_answers = ["Reject"]
    await editor.generate(workspace, SENTENCE)
    asked = await editor.until(lambda: editor.questions, "the destructive gate")
    assert asked[0].type == lsp.MessageType.Warning
    assert "main.tf" in asked[0].message
    await editor.until(lambda: editor.client.log_messages, "the diff in the log")
    assert main.read_text(encoding="utf-8") == "# mine\n"


async def test_a_request_for_an_unknown_service_ends_as_a_message(editor: Editor, workspace: Path) -> None:
    await editor.generate(workspace, "a quantum flux capacitor")
    failed = await editor.until(
        lambda: next((m for m in editor.client.messages if m.type == lsp.MessageType.Error), None),
        "the message",
    )
    assert "quantum flux capacitor" in failed.message


async def test_positions_count_in_the_encoding_that_the_client_prefers(
    editor: Editor, workspace: Path
) -> None:
    folder = workspace / "wide"
    folder.mkdir()
    text = 'output "x" {\n  description = "X"\n  value       = /* 🪣é */ local.missing\n}\n'
    main = folder / "main.tf"
    main.write_text(text, encoding="utf-8")
    editor.open(main)
    shown = await editor.shown(main, "missing")
    assert shown.range.start == lsp.Position(2, text.splitlines()[2].index("local.missing"))

    # And typing counts the same: one character back over the wide ones.
    column = text.splitlines()[2].index("é")
    editor.type(main, lsp.Range(lsp.Position(2, column), lsp.Position(2, column + 1)), "", 2)
    editor.client.text_document_did_save(
        lsp.DidSaveTextDocumentParams(text_document=lsp.TextDocumentIdentifier(uri=main.as_uri()))
    )
    await editor.until(
        lambda: [
            d for d in editor.diagnostics(main) if d.range.start.character == shown.range.start.character - 1
        ],
        "the finding one character further left",
    )
