"""Generate over the wire: a sentence, gates, files, diagnostics, a fix, and nothing left."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient
from support.editor import Editor, editor_config, start

SENTENCE = "an encrypted bucket with versioning and access logging to my-logs"


@pytest_lsp.fixture(config=editor_config())
async def client(lsp_client: LanguageClient, tmp_path: Path) -> AsyncIterator[None]:
    await start(lsp_client, tmp_path)
    yield
    await lsp_client.shutdown_session()


async def test_a_sentence_becomes_files_after_the_gates_and_a_mistake_in_them_is_shown_until_it_is_mended(
    client: LanguageClient, tmp_path: Path
) -> None:
    editor: Editor = client.editor  # type: ignore[attr-defined]
    run_id = await editor.generate(tmp_path, SENTENCE)
    ended = await editor.finished(run_id)

    assert ended.status == "done"
    assert [gate.kind for gate in editor.gates] == ["commit", "next_steps"]
    module = tmp_path / "terraform_modules" / "s3"
    main = module / "main.tf"
    assert 'resource "aws_s3_bucket_logging" "this"' in main.read_text(encoding="utf-8")
    assert len(editor.saved) == 1
    assert {uri.removeprefix(module.as_uri() + "/") for uri in editor.saved[0]} >= {"main.tf", "README.md", "versions.tf"}

    # Not one character, but a wrong argument after a wide one: positions count UTF-16 units.
    wrong = main.read_text(encoding="utf-8").replace(
        "force_destroy = var.force_destroy", "force_destroy = var.force_destroy\n  /* 🪣é */ bukcet = true", 1
    )
    editor.open(main)
    editor.change(main, wrong, 2)
    editor.save(main)
    shown = await editor.until(
        lambda: [d for d in editor.diagnostics(main) if "bukcet" in d.message], "the diagnostic of the wrong argument"
    )
    line = wrong.splitlines()[shown[0].range.start.line]
    column = line.encode("utf-16-le").index("bukcet".encode("utf-16-le")) // 2
    assert shown[0].range.start.character == column
    assert shown[0].range.end.character == column + len("bukcet")
    assert shown[0].severity == lsp.DiagnosticSeverity.Error

    editor.change(main, wrong.replace("/* 🪣é */ bukcet = true", ""), 3)
    editor.save(main)
    await editor.until(lambda: not [d for d in editor.diagnostics(main) if "bukcet" in d.message], "it to be cleared")
