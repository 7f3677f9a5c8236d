"""Hover, completion, symbols and code lenses over the wire, on buffers that do not parse; and how they are switched off."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from support.editor import Editor, editor_session, start

pytestmark = pytest.mark.asyncio(loop_scope="module")

MODULE = """\
variable "name" {
  description = "Name of the queue."
  type        = string
}

resource "aws_sqs_queue" "this" {
  name = var.name
}

output "name" {
  description = "Name."
  value       = aws_sqs_queue.this.name
}

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
TESTS = """\
mock_provider "aws" {}

variables {
  name = "jobs"
}

run "right" {
  assert {
    condition     = aws_sqs_queue.this.name == "jobs"
    error_message = "It has another name."
  }
}

run "wrong" {
  assert {
    condition     = aws_sqs_queue.this.name == "mail"
    error_message = "It is not for mail."
  }
}
"""


@editor_session()
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    await start(lsp_client, tmp_path_factory.getbasetemp() / "hand")
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    path: Path = tmp_path_factory.getbasetemp() / "hand" / str(request.node.name)[5:30]
    (path / "tests").mkdir(parents=True)
    (path / "main.tf").write_text(MODULE, encoding="utf-8")
    (path / "tests" / "unit.tftest.hcl").write_text(TESTS, encoding="utf-8")
    return path


def spot(path: Path, text: str) -> dict[str, Any]:
    """The place that a bar marks in a text."""
    before = text.partition("|")[0]
    line, character = before.count("\n"), len(before) - before.rfind("\n") - 1
    return {
        "text_document": lsp.TextDocumentIdentifier(uri=path.as_uri()),
        "position": lsp.Position(line, character),
    }


async def hovered(editor: Editor, path: Path, text: str) -> str:
    params = lsp.HoverParams(**spot(path, text))
    found = await editor.client.text_document_hover_async(params)
    return found.contents.value if found and isinstance(found.contents, lsp.MarkupContent) else ""


async def offered(editor: Editor, path: Path, text: str) -> dict[str, lsp.CompletionItem]:
    found = await editor.client.text_document_completion_async(lsp.CompletionParams(**spot(path, text)))
    assert isinstance(found, lsp.CompletionList)
    return {item.label: item for item in found.items}


async def lenses(editor: Editor, path: Path) -> dict[str, lsp.CodeLens]:
    params = lsp.CodeLensParams(text_document=lsp.TextDocumentIdentifier(uri=path.as_uri()))
    found = await editor.client.text_document_code_lens_async(params) or ()
    return {lens.command.title: lens for lens in found if lens.command}


async def test_hover_and_completion_answer_in_a_buffer_that_does_not_parse(
    editor: Editor, folder: Path
) -> None:
    main = folder / "main.tf"
    text = MODULE + '\n# é😀\nresource "aws_sqs_queue" "é" {\n  delay_se|\n'
    editor.open(main, text.replace("|", ""))
    found = await offered(editor, main, text)
    item = found["delay_seconds"]
    assert isinstance(item.text_edit, lsp.TextEdit)
    assert item.text_edit.new_text == "delay_seconds = "
    assert item.text_edit.range.start.character == 2
    assert "between 0 and 900" in str(item.documentation)
    page = await hovered(
        editor,
        main,
        MODULE.replace("value       = aws_sqs_queue.this.na", "value       = aws_sqs_queue.this.na|"),
    )
    assert "**name** `string`" in page
    assert "replaces the resource" in page
    assert "registry.terraform.io/providers/hashicorp/aws/" in page


async def test_allowed_values_are_completed_and_blocks_are_snippets(editor: Editor, folder: Path) -> None:
    main = folder / "main.tf"
    text = 'resource "aws_s3_bucket_versioning" "x" {\n  bucket = "b"\n  versioning_configuration {\n    status = "|\n'
    editor.open(main, text.replace("|", ""))
    assert {"Enabled", "Suspended", "Disabled"} <= set(await offered(editor, main, text))
    text = 'resource "aws_s3_bucket_versioning" "x" {\n  ver|\n}\n'
    editor.change(main, text.replace("|", ""), 2)
    block = (await offered(editor, main, text))["versioning_configuration"]
    assert block.insert_text_format == lsp.InsertTextFormat.Snippet


async def test_symbols_are_the_outline(editor: Editor, folder: Path) -> None:
    main = folder / "main.tf"
    editor.open(main)
    params = lsp.DocumentSymbolParams(text_document=lsp.TextDocumentIdentifier(uri=main.as_uri()))
    found = await editor.client.text_document_document_symbol_async(params) or ()
    assert [symbol.name for symbol in found] == ["var.name", "aws_sqs_queue.this", "output.name", "terraform"]


async def test_lenses_run_the_tests_and_show_what_they_said(editor: Editor, folder: Path) -> None:
    main, tests = folder / "main.tf", folder / "tests" / "unit.tftest.hcl"
    editor.open(main)
    editor.open(tests)
    found = await lenses(editor, main)
    assert set(found) == {"Update module…", "Run tests"}
    update = found["Update module…"].command
    assert update is not None
    assert list(update.arguments or ()) == [main.as_uri()]
    assert set(await lenses(editor, tests)) == {"Run tests"}

    report = await editor.command("runTests", {"uri": tests.as_uri()})
    assert report["status"] == "failed"
    assert {run["name"]: run["status"] for run in report["runs"]} == {"right": "pass", "wrong": "fail"}
    assert editor.lens_refreshes
    shown = await lenses(editor, tests)
    assert "Run tests · 1 passed, 1 failed" in shown
    assert "✓ passed" in shown
    wrong = next(lens for title, lens in shown.items() if title.startswith("✗ failed"))
    assert "not for mail" in str(wrong.command)
    assert wrong.range.start.line == TESTS[: TESTS.index('run "wrong"')].count("\n")

    editor.change(main, MODULE + "\n# more\n", 2)
    assert "Run tests · 1 passed, 1 failed (before the last change)" in await lenses(editor, main)


async def test_tests_of_a_module_without_any_are_refused_with_a_sentence(
    editor: Editor, folder: Path
) -> None:
    (folder / "tests" / "unit.tftest.hcl").unlink()
    error = await editor.refused("runTests", {"uri": folder.as_uri()})
    assert "has no tests" in str(error)


Configure = Callable[..., None]


@pytest.fixture
def configure(editor: Editor) -> Iterator[Configure]:
    """Changes the editor's settings to those given; after the test there are none."""

    def change(**settings: object) -> None:
        params = lsp.DidChangeConfigurationParams(settings={"awsOrchestrator": settings})
        editor.client.workspace_did_change_configuration(params)

    yield change
    change()


async def test_beside_hashicorps_extension_all_are_off_and_each_can_be_switched_on(
    editor: Editor, folder: Path, configure: Configure
) -> None:
    main = folder / "main.tf"
    editor.open(main)

    place = MODULE.replace("name = var", "na|me = var")
    symbols = lsp.DocumentSymbolParams(text_document=lsp.TextDocumentIdentifier(uri=main.as_uri()))
    assert await hovered(editor, main, place)
    configure(hashicorpActive=True)
    assert await hovered(editor, main, place) == ""
    assert not await editor.client.text_document_document_symbol_async(symbols)
    assert not await lenses(editor, main)
    assert (
        await editor.client.text_document_completion_async(lsp.CompletionParams(**spot(main, place))) is None
    )
    configure(hashicorpActive=True, hover=True)
    assert await hovered(editor, main, place)
    configure(symbols=False)
    assert not await editor.client.text_document_document_symbol_async(symbols)
    assert await hovered(editor, main, place)


@pytest.mark.parametrize("off", ["hover", "completion", "symbols", "codeLens"])
async def test_each_is_off_alone(editor: Editor, folder: Path, configure: Configure, off: str) -> None:
    main = folder / "main.tf"
    editor.open(main)
    place = MODULE.replace("name = var", "na|me = var")
    symbols = lsp.DocumentSymbolParams(text_document=lsp.TextDocumentIdentifier(uri=main.as_uri()))

    async def answered() -> set[str]:
        asked: dict[str, object] = {
            "hover": await hovered(editor, main, place),
            "completion": await editor.client.text_document_completion_async(
                lsp.CompletionParams(**spot(main, place))
            ),
            "symbols": await editor.client.text_document_document_symbol_async(symbols),
            "codeLens": await lenses(editor, main),
        }
        return {name for name, answer in asked.items() if answer}

    everything = await answered()
    assert everything == {"hover", "completion", "symbols", "codeLens"}
    configure(**{off: False})
    assert await answered() == everything - {off}
    configure(hashicorpActive=True)
    assert await answered() == set()
    configure(hashicorpActive=True, **{off: True})
    assert await answered() == {off}


async def test_a_switch_holds_from_the_next_question_on_while_checks_run(
    editor: Editor, folder: Path, configure: Configure
) -> None:
    main = folder / "main.tf"
    editor.open(main)
    place = MODULE.replace("name = var", "na|me = var")
    for version in range(2, 12):
        # The check of each edit reads the settings too, beside the loop: what it read before must not come back.
        editor.change(main, MODULE + "\n" * version, version)
        configure(hover=False)
        assert not [page for _ in range(5) if (page := await hovered(editor, main, place))]
        editor.change(main, MODULE, version)
        configure(hover=True)
        assert [bool(await hovered(editor, main, place)) for _ in range(5)] == [True] * 5
