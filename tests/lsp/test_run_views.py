"""What the views of an editor show: the list of runs, one run in full, a file as it was before, and the plan."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pytest_lsp import LanguageClient

from support.editor import Editor, editor_session, start

pytestmark = pytest.mark.asyncio(loop_scope="module")

SENTENCE = "an encrypted bucket"
MODULE = Path("terraform_modules", "s3")


@editor_session()
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    folder = tmp_path_factory.getbasetemp() / "views of runs"
    folder.mkdir()
    await start(lsp_client, folder)
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "views of runs"


async def test_a_run_is_listed_and_shown_with_its_steps_files_and_gates(
    editor: Editor, workspace: Path
) -> None:
    run_id = await editor.generate(workspace, SENTENCE)
    await editor.finished(run_id)
    listed = (await editor.command("listRuns", {}))["runs"][0]
    assert listed["runId"] == run_id
    assert (listed["status"], listed["module"]) == ("done", MODULE.as_posix())
    assert listed["workspaceFolder"] == workspace.as_uri()

    shown = await editor.command("showRun", {"runId": run_id})
    assert shown["run"] == listed
    assert [step["status"] for step in shown["steps"]].count("done") >= 5
    written = {file["path"]: file for file in shown["files"]}
    main = written[f"{MODULE.as_posix()}/main.tf"]
    assert (main["action"], main["before"]) == ("created", None)
    assert main["uri"] == (workspace / MODULE / "main.tf").as_uri()
    assert {gate["kind"]: gate["choice"] for gate in shown["gates"]} == {
        "commit": "keep_local",
        "next_steps": "done",
    }
    assert not [finding for finding in shown["findings"] if finding["severity"] == "error"]


async def test_what_a_run_is_going_to_generate_is_told_before_it_is_written(
    editor: Editor, workspace: Path
) -> None:
    run_id = await editor.generate(workspace, "a bucket without versioning")
    await editor.finished(run_id)
    events = [event for event in editor.events if event.runId == run_id]
    kinds = [event.kind for event in events]
    plan = events[kinds.index("planned")].plan
    writing = next(at for at, event in enumerate(events) if event.step and event.step.agent == "tf-generator")
    assert kinds.index("planned") < writing
    assert plan.path == MODULE.as_posix()
    files = {path.relative_to(workspace / MODULE).as_posix() for path in (workspace / MODULE).rglob("*.*")}
    assert {file.name for file in plan.files} == files
    main = (workspace / MODULE / "main.tf").read_text(encoding="utf-8")
    planned = [address for file in plan.files if file.name == "main.tf" for address in file.resources]
    assert planned
    assert all('"{}" "{}"'.format(*address.split(".")) in main for address in planned)
    variables = (workspace / MODULE / "variables.tf").read_text(encoding="utf-8")
    assert [f'variable "{one.name}"' in variables for one in plan.inputs].count(False) == 0
    assert "versioning" in plan.understood
    assert plan.controls


async def test_a_file_that_a_run_changed_can_be_seen_as_it_was(editor: Editor, workspace: Path) -> None:
    await editor.finished(await editor.generate(workspace, SENTENCE))
    before = (workspace / MODULE / "main.tf").read_text(encoding="utf-8")
    run_id = await editor.generate(workspace, "a bucket without versioning")
    await editor.finished(run_id)
    shown = await editor.command("showRun", {"runId": run_id})
    main = next(file for file in shown["files"] if file["path"].endswith("/main.tf"))
    assert main["action"] == "changed"
    where = {"runId": run_id, "workspaceFolder": workspace.as_uri()}
    assert (await editor.command("runContent", {**where, "digest": main["before"]}))["text"] == before
    after = (await editor.command("runContent", {**where, "digest": main["after"]}))["text"]
    assert after == (workspace / MODULE / "main.tf").read_text(encoding="utf-8")


@pytest.mark.parametrize("digest", ["../journal.jsonl", "0" * 64, ""])
async def test_a_digest_never_leads_out_of_a_runs_contents(
    editor: Editor, workspace: Path, digest: str
) -> None:
    run_id = (await editor.command("listRuns", {}))["runs"][0]["runId"]
    given = {"runId": run_id, "workspaceFolder": workspace.as_uri(), "digest": digest}
    assert (await editor.refused("runContent", given)).code == -32803


async def test_a_run_that_does_not_exist_is_one_sentence(editor: Editor, workspace: Path) -> None:
    error = await editor.refused("showRun", {"runId": "../../etc"})
    assert error.code == -32602
    assert "There is no run" in str(error)


async def test_a_waiting_gate_is_shown_without_an_answer(editor: Editor, workspace: Path) -> None:
    async def look() -> None:
        runs = (await editor.command("listRuns", {"workspaceFolder": workspace.as_uri()}))["runs"]
        assert runs[0]["status"] == "waiting"
        shown = await editor.command("showRun", {"runId": runs[0]["runId"]})
        seen.append((shown["gates"][-1]["kind"], shown["gates"][-1]["choice"]))

    seen: list[tuple[str, str]] = []
    editor.answers = [look]
    await editor.finished(await editor.generate(workspace, SENTENCE))
    assert seen == [("commit", "")]
