"""Runs over the wire: what a person can do in the middle of one, and what a client can get wrong."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from support.editor import Editor, editor_session, start

pytestmark = pytest.mark.asyncio(loop_scope="module")

SENTENCE = "an encrypted bucket"
MAIN = Path("terraform_modules", "s3", "main.tf")


@editor_session()
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    first, second = folders_of(tmp_path_factory)
    first.mkdir()
    second.mkdir()
    await start(lsp_client, first, second)
    yield
    await lsp_client.shutdown_session()


def folders_of(factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return factory.getbasetemp() / "first folder", factory.getbasetemp() / "second"


@pytest.fixture
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first of the open folders; its state goes on from test to test, as a person's does."""
    return folders_of(tmp_path_factory)[0]


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folders_of(tmp_path_factory)[1]


async def never() -> None:
    await asyncio.Event().wait()


def choices(ended: Any) -> dict[str, tuple[str, str]]:
    return {gate.kind: (gate.choice, gate.by) for gate in ended.report.gates}


async def test_a_dismissed_gate_keeps_the_module_local(editor: Editor, workspace: Path) -> None:
    editor.answers = [None, None]
    ended = await editor.finished(await editor.generate(workspace, SENTENCE))
    assert ended.status == "done"
    assert choices(ended) == {"commit": ("keep_local", "safe_choice"), "next_steps": ("done", "safe_choice")}
    assert (workspace / MAIN).is_file()


@pytest.mark.parametrize(
    "rubbish",
    [
        {"choice": "push_it_all"},
        {"chosen": 1},
        "keep_local",
        7,
        [],
        {"choice": "keep_local", "fields": {"a": 1}},
    ],
)
async def test_an_answer_that_is_none_is_the_safe_choice(
    editor: Editor, workspace: Path, rubbish: object
) -> None:
    editor.answers = [rubbish]
    ended = await editor.finished(await editor.generate(workspace, SENTENCE))
    assert ended.status == "done"
    assert choices(ended)["commit"] == ("keep_local", "safe_choice")


async def test_the_next_steps_gate_starts_the_next_run_which_is_cancelled_under_its_own_id(
    editor: Editor, workspace: Path
) -> None:
    another = {"choice": "generate_another", "fields": {"request": "a bucket without versioning"}}
    editor.answers = [{"choice": "keep_local"}, another, never]
    first = await editor.generate(workspace, SENTENCE)
    assert (await editor.finished(first)).status == "done"
    started = await editor.until(
        lambda: next((e for e in editor.events if e.kind == "started" and e.runId != first), None),
        "the next run",
    )
    await editor.until(lambda: len(editor.gates) == 3, "its gate")
    assert "done already" in (await editor.refused("cancelRun", {"runId": first})).message
    await editor.command("cancelRun", {"runId": started.runId})
    assert (await editor.finished(started.runId)).status == "cancelled"


async def test_cancelling_a_waiting_run_closes_its_gate_and_ends_its_progress(
    editor: Editor, workspace: Path
) -> None:
    editor.answers = [never]
    run_id = await editor.generate(workspace, SENTENCE)
    gate = await editor.gate("commit")
    await editor.command("cancelRun", {"runId": run_id, "workspaceFolder": workspace.as_uri()})
    ended = await editor.finished(run_id)
    assert ended.status == "cancelled"
    assert editor.closed_gates == [gate.gateId]
    values = editor.client.progress_reports[run_id]
    assert isinstance(values[0], lsp.WorkDoneProgressBegin)
    assert values[0].cancellable
    assert any(isinstance(value, lsp.WorkDoneProgressReport) for value in values)
    assert isinstance(values[-1], lsp.WorkDoneProgressEnd)
    error = await editor.refused("cancelRun", {"runId": run_id})
    assert "cancelled already" in str(error)


async def test_the_cancel_button_of_the_progress_ends_a_run_in_the_middle(
    editor: Editor, other: Path
) -> None:
    run_id = await editor.generate(other, SENTENCE)
    await editor.until(lambda: [e for e in editor.events if e.kind == "step"], "a step")
    cancel = lsp.WorkDoneProgressCancelParams(token=run_id)
    editor.client.window_work_done_progress_cancel(cancel)
    ended = await editor.finished(run_id)
    assert ended.status == "cancelled"
    assert not (other / "terraform_modules").exists()
    # A button that is pressed again, or for something else, does nothing.
    editor.client.window_work_done_progress_cancel(cancel)
    editor.client.window_work_done_progress_cancel(lsp.WorkDoneProgressCancelParams(token=7))


async def test_two_folders_have_a_run_each_at_the_same_time(
    editor: Editor, workspace: Path, other: Path
) -> None:
    editor.answers = [never, never]
    runs = [await editor.generate(folder, SENTENCE) for folder in (workspace, other)]
    await editor.until(lambda: len(editor.gates) == 2, "both gates")
    assert {gate.runId for gate in editor.gates} == set(runs)
    # Without its folder a run is found where it is.
    for run_id in runs:
        await editor.command("cancelRun", {"runId": run_id})
        assert (await editor.finished(run_id)).status == "cancelled"
    assert (other / MAIN).is_file()


async def test_a_second_run_for_the_module_ends_with_a_sentence_while_the_first_waits(
    editor: Editor, workspace: Path
) -> None:
    editor.answers = [never]
    first = await editor.generate(workspace, SENTENCE)
    await editor.gate("commit")
    second = await editor.finished(await editor.generate(workspace, SENTENCE))
    assert second.status == "failed"
    assert first in second.summary
    await editor.command("cancelRun", {"runId": first})
    await editor.finished(first)


async def test_an_unsaved_edit_goes_through_the_destructive_gate_and_stays_when_that_is_rejected(
    editor: Editor, workspace: Path
) -> None:
    main = workspace / MAIN
    mine = main.read_text(encoding="utf-8") + "# mine, not saved\n"
    editor.open(main)
    editor.change(main, mine, 2)
    editor.answers = [{"choice": "reject"}]
    ended = await editor.finished(await editor.generate(workspace, SENTENCE))
    assert ended.status == "cancelled"
    gate = editor.gates[0]
    assert gate.kind == "destructive"
    assert "# mine, not saved" in gate.context
    assert editor.buffers[main] == mine
    assert not editor.edits

    editor.answers = [{"choice": "approve"}]
    ended = await editor.finished(await editor.generate(workspace, SENTENCE))
    assert ended.status == "done"
    assert "# mine" not in editor.buffers[main]
    assert "# mine" not in main.read_text(encoding="utf-8")
    (change,) = editor.edits[0].document_changes or ()
    assert isinstance(change, lsp.TextDocumentEdit)
    assert change.text_document.version == 2
    editor.close(main)


async def test_what_the_editor_saves_otherwise_is_written_again(editor: Editor, other: Path) -> None:
    def saved_badly(path: Path, text: str) -> bool:
        if path.name == "versions.tf":
            return False
        path.write_text(text.replace("\n", "\r\n"), encoding="utf-8", newline="")
        return True

    for path in (other / "terraform_modules" / "s3").rglob("*.*"):
        path.unlink()
    editor.save = saved_badly
    ended = await editor.finished(await editor.generate(other, SENTENCE))
    assert ended.status == "done"
    for path in (other / "terraform_modules" / "s3").rglob("*.*"):
        content = path.read_bytes()
        assert content
        assert b"\r" not in content


async def test_an_edit_that_the_editor_refuses_ends_the_run_with_its_reason(
    editor: Editor, other: Path
) -> None:
    for path in (other / "terraform_modules" / "s3").rglob("*.*"):
        path.unlink()
    editor.refuse_edits = "the folder is read-only"
    ended = await editor.finished(await editor.generate(other, SENTENCE))
    assert ended.status in {"failed", "interrupted"}
    assert "the folder is read-only" in ended.summary
    assert not (other / MAIN).exists()


async def test_answers_given_ahead_are_not_asked(editor: Editor, workspace: Path) -> None:
    answers = {"commit": "keep_local", "next_steps": "done"}
    ended = await editor.finished(await editor.generate(workspace, SENTENCE, answers=answers))
    assert choices(ended) == {"commit": ("keep_local", "ahead"), "next_steps": ("done", "ahead")}
    assert not editor.gates


@pytest.mark.parametrize(
    ("verb", "arguments", "word"),
    [
        ("generateModule", [], "one argument"),
        ("generateModule", [{}, {}], "one argument"),
        ("generateModule", ["a bucket"], "one argument"),
        ("generateModule", [{"request": "a bucket"}], "workspaceFolder"),
        ("generateModule", [{"request": "a bucket", "workspaceFolder": "file:///x", "extra": 1}], "extra"),
        ("generateModule", [{"request": "a bucket", "workspaceFolder": "untitled:x"}], "this machine"),
        (
            "generateModule",
            [{"request": "a bucket", "workspaceFolder": "file:///no/such/folder"}],
            "does not exist",
        ),
        ("generateModule", [{"request": " ", "workspaceFolder": "WORKSPACE"}], "empty"),
        (
            "generateModule",
            [{"request": "x", "workspaceFolder": "WORKSPACE", "answers": {"nope": "y"}}],
            "nope",
        ),
        ("resumeRun", [{"runId": "20200101000000-abcdef"}], "There is no run"),
        ("resumeRun", [{"runId": "../../etc", "workspaceFolder": "WORKSPACE"}], "There is no run"),
        ("cancelRun", [{"runId": ""}], "no run"),
        ("cancelRun", [{"runId": "nope", "workspaceFolder": "WORKSPACE"}], "There is no run"),
        ("validateModule", [{"uri": "file:///no/such/folder"}], "no Terraform module"),
        ("validateModule", [{"uri": "WORKSPACE"}], "no Terraform module"),
    ],
)
async def test_a_command_that_cannot_be_done_says_why(
    editor: Editor, workspace: Path, verb: str, arguments: list[Any], word: str
) -> None:
    given = [
        {key: workspace.as_uri() if value == "WORKSPACE" else value for key, value in argument.items()}
        if isinstance(argument, Mapping)
        else argument
        for argument in arguments
    ]
    error = await editor.refused(verb, *given)
    assert error.code == -32602
    assert word in error.message
    assert error.data is not None
    assert "Traceback" not in str(error.data)
    assert not editor.client.messages


async def test_a_workspace_with_wrong_settings_refuses_with_the_key_and_the_file(
    editor: Editor, tmp_path: Path
) -> None:
    (tmp_path / ".aws-orchestrator").mkdir()
    settings = tmp_path / ".aws-orchestrator" / "settings.yaml"
    settings.write_text("modules_folder: ../elsewhere\n", encoding="utf-8")
    error = await editor.refused(
        "generateModule", {"request": "a bucket", "workspaceFolder": tmp_path.as_uri()}
    )
    assert "modules_folder" in error.message
    assert "settings.yaml" in error.message


async def test_an_unknown_command_is_refused(editor: Editor) -> None:
    error = await editor.refused("dropEverything", {})
    assert error.code == -32602
