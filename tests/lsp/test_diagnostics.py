"""Diagnostics over the wire: shown where they are, cleared when they are gone, for every kind of file and folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from support.editor import Editor, editor_session, start

pytestmark = pytest.mark.asyncio(loop_scope="module")

VERSIONS = 'terraform {\n  required_version = ">= 1.9"\n}\n'
RIGHT = 'variable "name" {\n  type        = string\n  description = "A name"\n}\n'
WRONG = 'output "x" {\n  description = "X"\n  value       = local.missing\n}\n'


@editor_session()
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    await start(lsp_client, tmp_path_factory.getbasetemp() / "with space é")
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    workspace = tmp_path_factory.getbasetemp() / "with space é"
    path: Path = workspace / str(request.node.name)[5:25]
    path.mkdir(parents=True)
    return path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.tf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


async def test_an_unsaved_buffer_counts_and_closing_it_lets_the_disk_count_again(
    editor: Editor, folder: Path
) -> None:
    write(folder, main=RIGHT, versions=VERSIONS)
    editor.open(folder / "versions.tf")
    editor.open(folder / "main.tf", RIGHT + WRONG)
    shown = await editor.shown(folder / "main.tf", "missing")
    assert shown.source == "aws-orchestrator"
    assert shown.code == "validate"
    editor.close(folder / "main.tf")
    await editor.cleared(folder / "main.tf", "missing")


async def test_what_a_closed_module_showed_is_taken_back(editor: Editor, folder: Path) -> None:
    write(folder, main=RIGHT + WRONG, versions=VERSIONS)
    editor.open(folder / "main.tf")
    await editor.shown(folder / "main.tf", "missing")
    editor.close(folder / "main.tf")
    await editor.cleared(folder / "main.tf")


async def test_a_file_of_an_example_and_of_its_parent_shows_what_both_found(
    editor: Editor, folder: Path
) -> None:
    example = 'module "it" {\n  source = "../.."\n  nmae   = "x"\n}\n'
    write(folder, main=RIGHT, versions=VERSIONS, examples__basic__main=example)
    main = folder / "examples" / "basic" / "main.tf"
    editor.open(main)
    await editor.shown(main, "nmae")
    await editor.shown(main, "name")

    # The parent has a mistake: both modules find it, and it is shown once.
    parent = folder / "main.tf"
    editor.open(parent, RIGHT + WRONG)
    editor.save_buffer(parent)
    await editor.shown(parent, "missing")
    editor.save_buffer(main)
    await editor.client.workspace_execute_command_async(
        lsp.ExecuteCommandParams("awsOrchestrator.server.validateModule", [{"uri": main.as_uri()}])
    )
    assert len([d for d in editor.diagnostics(parent) if "missing" in d.message]) == 1

    # Mended in the parent alone, it is gone for the example too.
    editor.change(parent, RIGHT, 2)
    editor.save_buffer(parent)
    await editor.cleared(parent, "missing")


async def test_a_test_belongs_to_the_module_above_its_folder(editor: Editor, folder: Path) -> None:
    write(folder, main=RIGHT, versions=VERSIONS)
    test = folder / "tests" / "unit.tftest.hcl"
    test.parent.mkdir()
    test.write_text('run "x" {\n  assert {\n    condition = var.nothing\n', encoding="utf-8")
    editor.open(test)
    shown = await editor.until(lambda: editor.diagnostics(test), "the syntax error of the test")
    assert shown[0].severity == lsp.DiagnosticSeverity.Error


async def test_variable_files_are_checked_with_their_module(editor: Editor, folder: Path) -> None:
    write(folder, main=RIGHT, versions=VERSIONS)
    values = folder / "prod.tfvars"
    values.write_text('name="x"\n', encoding="utf-8")
    editor.open(values)
    shown = await editor.shown(values, "not formatted")
    assert shown.severity == lsp.DiagnosticSeverity.Warning
    editor.change(values, "name = \n", 2)
    editor.save_buffer(values)
    broken = await editor.shown(values, "cannot be formatted")
    assert broken.severity == lsp.DiagnosticSeverity.Error


async def test_a_variable_file_without_a_module_is_nothing_to_talk_about(
    editor: Editor, folder: Path
) -> None:
    values = folder / "prod.tfvars"
    values.write_text('name="x"\n', encoding="utf-8")
    editor.open(values)
    write(folder, other__main=WRONG)
    editor.open(folder / "other" / "main.tf")
    await editor.shown(folder / "other" / "main.tf", "missing")
    assert not editor.diagnostics(values)
    assert not editor.client.messages


async def test_a_module_that_goes_away_is_cleared_when_the_client_says_so(
    editor: Editor, folder: Path
) -> None:
    write(folder, gone__main=WRONG)
    main = folder / "gone" / "main.tf"
    editor.open(main)
    await editor.shown(main, "missing")
    assert lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES in editor.registered
    main.unlink()
    main.parent.rmdir()
    deleted = lsp.FileEvent(uri=main.as_uri(), type=lsp.FileChangeType.Deleted)
    editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams(changes=[deleted]))
    await editor.cleared(main)


async def test_a_change_by_another_program_is_seen_in_the_modules_that_are_shown(
    editor: Editor, folder: Path
) -> None:
    write(folder, main=RIGHT, outputs=WRONG, versions=VERSIONS)
    editor.open(folder / "main.tf")
    await editor.shown(folder / "outputs.tf", "missing")
    write(folder, outputs=WRONG.replace("local.missing", "var.name"))
    changed = lsp.FileEvent(uri=(folder / "outputs.tf").as_uri(), type=lsp.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams(changes=[changed]))
    await editor.cleared(folder / "outputs.tf", "missing")


async def test_bytes_that_are_no_utf8_do_not_move_the_other_findings(editor: Editor, folder: Path) -> None:
    write(folder, main=RIGHT + WRONG, versions=VERSIONS)
    (folder / "latin.tf").write_bytes("# gr\xfc\xdfe\nlocals {\n  a = local.nothing\n}\n".encode("latin-1"))
    editor.open(folder / "main.tf")
    found = await editor.until(
        lambda: editor.diagnostics(folder / "latin.tf"), "something about the wrong bytes"
    )
    assert all(d.range.start.line < 4 for d in found)


async def test_a_file_too_large_to_be_read_is_said_where_the_person_looks(
    editor: Editor, folder: Path
) -> None:
    write(folder, main=RIGHT)
    (folder / "huge.tf").write_bytes(b"# " + b"x" * (6 << 20))
    editor.open(folder / "main.tf")
    shown = await editor.shown(folder / "main.tf", "larger than 5 MB")
    assert shown.severity == lsp.DiagnosticSeverity.Warning
    (folder / "huge.tf").unlink()
    editor.save_buffer(folder / "main.tf")
    await editor.cleared(folder / "main.tf", "larger than")


async def test_a_finding_without_a_place_stands_at_the_top_of_the_main_file(
    editor: Editor, folder: Path
) -> None:
    write(folder, main='resource "aws_s3_bucket" "x" {\n  bucket = "x"\n}\n')
    editor.open(folder / "main.tf")
    found = await editor.until(lambda: editor.diagnostics(folder / "main.tf"), "findings")
    assert all(d.range.start.line <= 2 for d in found)


async def test_a_fix_is_not_offered_for_a_text_that_changed_since(editor: Editor, folder: Path) -> None:
    write(folder, main="locals {\n  a   = 1\n}\n", versions=VERSIONS)
    main = folder / "main.tf"
    editor.open(main)
    layout = await editor.shown(main, "not formatted")
    (fix,) = await editor.fixes(main, layout)
    assert fix.kind == lsp.CodeActionKind.QuickFix
    assert fix.is_preferred
    assert fix.edit is not None
    assert fix.edit.document_changes is not None
    (change,) = fix.edit.document_changes
    assert isinstance(change, lsp.TextDocumentEdit)
    assert change.text_document.version == 1

    start = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
    editor.type(main, start, "# a new first line\n", 2)
    assert not await editor.fixes(main, layout)
    # Typed away again, the text is what was checked, and once that is checked again the fix is the same.
    told = editor.told(main)
    editor.type(main, lsp.Range(lsp.Position(0, 0), lsp.Position(1, 0)), "", 3)
    await editor.until(lambda: [one for one in told if one.version == 3], "the third version")
    assert await editor.fixes(main, layout)


async def test_a_document_outside_of_every_folder_is_checked_as_well(editor: Editor, tmp_path: Path) -> None:
    write(tmp_path, main=WRONG)
    editor.open(tmp_path / "main.tf")
    await editor.shown(tmp_path / "main.tf", "missing")


async def test_a_document_opened_through_a_link_is_shown_under_the_link(editor: Editor, folder: Path) -> None:
    write(folder, real__main=WRONG)
    (folder / "link").symlink_to(folder / "real")
    through = folder / "link" / "main.tf"
    uri = editor.open(through)
    await editor.shown(uri, "missing")
    editor.close(through)
    await editor.cleared(uri)


async def test_an_editor_that_encodes_more_gets_its_own_spelling_back(editor: Editor, folder: Path) -> None:
    write(folder, main=WRONG)
    uri = (folder / "main.tf").as_uri().replace("main.tf", "m%61in.tf")
    editor.open(folder / "main.tf", uri=uri)
    await editor.shown(uri, "missing")


async def test_validate_answers_with_every_check_and_shows_what_it_found(
    editor: Editor, folder: Path
) -> None:
    write(folder, main=RIGHT + WRONG, versions=VERSIONS)
    report = await editor.command("validateModule", {"uri": folder.as_uri()})
    assert report["status"] == "invalid"
    assert report["engine"] == "bundled"
    assert report["checks"]["validate"] == "failed"
    assert {finding["file"] for finding in report["findings"] if finding["check"] == "validate"} == {
        "main.tf"
    }
    await editor.shown(folder / "main.tf", "missing")


async def test_settings_of_the_editor_switch_rules_off_and_wrong_ones_are_one_message(
    editor: Editor, folder: Path
) -> None:
    write(folder, main='variable "name" {\n  type = string\n}\n', versions=VERSIONS)
    main = folder / "main.tf"
    editor.open(main)
    shown = await editor.until(
        lambda: next((d for d in editor.diagnostics(main) if d.code == "variable-documentation"), None),
        "a rule's finding",
    )

    def configure(settings: object) -> None:
        editor.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(settings=settings))

    configure({"awsOrchestrator": {"checkSeconds": -1}})
    said = await editor.until(lambda: editor.client.messages, "the message about the wrong setting")
    assert "check_seconds" in said[0].message
    assert len(said) == 1

    configure({"awsOrchestrator": {"disabledRules": [shown.code], "server": {"command": []}}})
    await editor.until(
        lambda: not [d for d in editor.diagnostics(main) if d.code == shown.code], "the rule to be silent"
    )
    configure({"awsOrchestrator": {}})
    await editor.until(
        lambda: [d for d in editor.diagnostics(main) if d.code == shown.code], "the rule to speak again"
    )
