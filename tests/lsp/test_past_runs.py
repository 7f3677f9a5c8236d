"""Runs of the past from the editor: their audit, going back, tidying up, and the offer to go on with what was interrupted."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pytest_lsp import LanguageClient

from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.runs.store import RunStore
from aws_orchestrator.workflows.session import start_run
from support.editor import Editor, editor_of, editor_session, start
from support.house import MODULE, add_skill, generate, make_house, module_files

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def with_a_past(folder: Path) -> str:
    """Give a folder a module, and a run that was interrupted; the id of the run that made the module."""
    add_skill(folder)
    house = make_house(folder)
    made = await generate(house)
    start_run(house, "a queue that was interrupted", PreparedAnswers({})).release()
    return made.report.run_id


@editor_session()
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    folder = tmp_path_factory.getbasetemp() / "past"
    lsp_client.made = await with_a_past(folder)  # type: ignore[attr-defined]
    await start(lsp_client, folder)
    yield
    await lsp_client.shutdown_session()


@editor_session(ours=None)
async def plain_client(
    lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[None]:
    folder = tmp_path_factory.getbasetemp() / "plain past"
    await with_a_past(folder)
    editor_of(lsp_client).message_answers = ["Cancel It"]
    await start(lsp_client, folder)
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "past"


async def test_the_audit_of_a_run_comes_as_markdown(editor: Editor) -> None:
    made = editor.client.made  # type: ignore[attr-defined]
    audit = await editor.command("auditRun", {"runId": made})

    assert audit["runId"] == made
    assert "## Gates" in audit["markdown"]
    assert "There is no run" in (await editor.refused("auditRun", {"runId": "none"})).message


async def test_a_reverted_run_takes_its_files_along_and_asks_for_those_that_a_person_changed(
    editor: Editor, workspace: Path
) -> None:
    made = editor.client.made  # type: ignore[attr-defined]
    main = workspace / MODULE / "main.tf"
    written = main.read_bytes()
    main.write_bytes(b"# mine\n")
    editor.answers = [None]
    refused = await editor.command("revertRun", {"runId": made})
    assert (await editor.finished(refused["runId"])).status == "cancelled"
    assert [gate.kind for gate in editor.gates] == ["destructive"]
    assert f"{MODULE}/main.tf" in editor.gates[0].question
    assert main.read_bytes() == b"# mine\n"

    main.write_bytes(written)
    started = await editor.command("revertRun", {"runId": made, "workspaceFolder": workspace.as_uri()})
    ended = await editor.finished(started["runId"])
    assert ended.status == "done", ended.summary
    assert module_files(workspace) == {}


async def test_old_runs_are_removed_and_interrupted_ones_stay(editor: Editor, workspace: Path) -> None:
    pruned = await editor.command("pruneRuns", {"workspaceFolder": workspace.as_uri(), "keep": 1})
    assert pruned["removed"]
    assert "interrupted" in {run.status for run in RunStore(workspace).runs().runs}
    wrong = await editor.refused("pruneRuns", {"workspaceFolder": workspace.as_uri(), "keep": -1})
    assert "from 0 up" in wrong.message


async def test_every_step_says_what_the_run_has_used(editor: Editor, workspace: Path) -> None:
    run_id = await editor.generate(workspace, "a queue")
    await editor.finished(run_id)
    steps = [event.step for event in editor.events if event.runId == run_id and event.kind == "step"]

    used = [getattr(step.usage, "tool_calls", None) or step.usage["tool_calls"] for step in steps]
    numbers = [use.used for use in used]
    assert numbers == sorted(numbers)
    assert numbers[0] == 0
    assert numbers[-1] > 0
    assert {use.limit for use in used} == {60}


async def test_an_editor_that_does_not_know_us_is_asked_what_becomes_of_interrupted_runs(
    plain_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    editor = editor_of(plain_client)
    folder = tmp_path_factory.getbasetemp() / "plain past"
    question = await editor.until(lambda: next(iter(editor.questions), None), "the offer")

    assert "a queue that was interrupted" in question.message
    assert [action.title for action in question.actions or ()] == ["Resume", "Cancel It", "Later"]
    await editor.until(
        lambda: RunStore(folder).runs().runs[0].status == "cancelled", "the run to be cancelled"
    )
