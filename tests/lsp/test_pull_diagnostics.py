"""A client that asks for diagnostics: it gets those of its newest text, unchanged ones by name, and no push beside."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from support.editor import Editor, editor_session, start

pytestmark = pytest.mark.asyncio(loop_scope="module")

VERSIONS = 'terraform {\n  required_version = ">= 1.9"\n}\n'
RIGHT = 'variable "name" {\n  type        = string\n  description = "A name"\n}\n'
WRONG = 'output "x" {\n  description = "X"\n  value       = local.missing\n}\n'


@editor_session(ours=None, pulls=True)
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    workspace = tmp_path_factory.getbasetemp() / "pull"
    workspace.mkdir()
    await start(lsp_client, workspace)
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    path: Path = tmp_path_factory.getbasetemp() / "pull" / str(request.node.name)[5:25]
    path.mkdir()
    (path / "versions.tf").write_text(VERSIONS, encoding="utf-8")
    (path / "main.tf").write_text(RIGHT, encoding="utf-8")
    return path


async def pull(editor: Editor, path: Path, had: str | None = None) -> Any:
    document = lsp.TextDocumentIdentifier(uri=path.as_uri())
    return await editor.client.text_document_diagnostic_async(
        lsp.DocumentDiagnosticParams(text_document=document, previous_result_id=had)
    )


async def pull_all(editor: Editor, **had: str) -> dict[str, Any]:
    ids = [lsp.PreviousResultId(uri=uri, value=value) for uri, value in had.items()]
    report = await editor.client.workspace_diagnostic_async(
        lsp.WorkspaceDiagnosticParams(previous_result_ids=ids)
    )
    return {item.uri: item for item in report.items}


def messages(report: Any) -> str:
    return "\n".join(item.message for item in report.items)


async def test_the_newest_text_is_answered_for_and_nothing_is_pushed(editor: Editor, folder: Path) -> None:
    main = folder / "main.tf"
    await pull(editor, main)  # who pulls once is one that pulls
    told = editor.told(main)
    editor.open(main)
    editor.change(main, RIGHT + WRONG, 2)
    assert "missing" in messages(await pull(editor, main))
    editor.change(main, RIGHT, 3)
    assert "missing" not in messages(await pull(editor, main))
    assert told == []


async def test_what_did_not_change_is_not_sent_again(editor: Editor, folder: Path) -> None:
    main = folder / "main.tf"
    editor.open(main, RIGHT + WRONG)
    first = await pull(editor, main)
    again = await pull(editor, main, first.result_id)
    assert isinstance(again, lsp.RelatedUnchangedDocumentDiagnosticReport)
    assert again.result_id == first.result_id
    editor.change(main, RIGHT, 2)
    after = await pull(editor, main, first.result_id)
    assert isinstance(after, lsp.RelatedFullDocumentDiagnosticReport)
    assert after.result_id != first.result_id


async def test_the_workspace_is_told_of_every_file_with_findings_and_of_cleared_ones(
    editor: Editor, folder: Path
) -> None:
    main, outputs = folder / "main.tf", folder / "outputs.tf"
    outputs.write_text(WRONG, encoding="utf-8")
    editor.open(main)
    await pull(editor, main)
    first = (await pull_all(editor))[outputs.as_uri()]
    assert "missing" in messages(first)
    second = (await pull_all(editor, **{outputs.as_uri(): first.result_id}))[outputs.as_uri()]
    assert isinstance(second, lsp.WorkspaceUnchangedDocumentDiagnosticReport)
    editor.open(outputs)
    editor.change(outputs, WRONG.replace("local.missing", "var.name"), 2)
    await pull(editor, outputs)
    third = (await pull_all(editor, **{outputs.as_uri(): first.result_id}))[outputs.as_uri()]
    assert "missing" not in messages(third)


async def test_a_change_by_another_program_makes_the_client_ask_again(editor: Editor, folder: Path) -> None:
    main = folder / "main.tf"
    editor.open(main)
    await pull(editor, main)
    main_of_others = folder / "outputs.tf"
    main_of_others.write_text(WRONG, encoding="utf-8")
    before = editor.client.diagnostic_refresh_count
    created = lsp.FileEvent(uri=main_of_others.as_uri(), type=lsp.FileChangeType.Created)
    editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams(changes=[created]))
    await editor.until(lambda: editor.client.diagnostic_refresh_count > before, "the client to be told")
    assert "missing" in messages((await pull_all(editor))[main_of_others.as_uri()])


async def test_what_is_no_terraform_has_nothing(editor: Editor, folder: Path) -> None:
    readme = folder / "README.md"
    readme.write_text("# x\n", encoding="utf-8")
    assert not (await pull(editor, readme)).items
