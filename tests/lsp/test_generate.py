"""Generate over the wire: a sentence, gates, files, diagnostics, a fix, and nothing left."""

from collections.abc import AsyncIterator

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from support.editor import editor_of, editor_session, start

pytestmark = pytest.mark.asyncio(loop_scope="module")

SENTENCE = "an encrypted bucket with versioning and access logging to my-logs"


@editor_session()
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    workspace = tmp_path_factory.getbasetemp() / "generated"
    workspace.mkdir()
    await start(lsp_client, workspace)
    yield
    await lsp_client.shutdown_session()


async def test_a_sentence_becomes_files_after_the_gates_and_a_mistake_in_them_is_shown_until_it_is_mended(
    client: LanguageClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    editor = editor_of(client)
    workspace = tmp_path_factory.getbasetemp() / "generated"
    run_id = await editor.generate(workspace, SENTENCE)
    ended = await editor.finished(run_id)

    assert ended.status == "done"
    assert [gate.kind for gate in editor.gates] == ["commit", "next_steps"]
    module = workspace / "terraform_modules" / "s3"
    main = module / "main.tf"
    assert 'resource "aws_s3_bucket_logging" "this"' in main.read_text(encoding="utf-8")
    assert len(editor.saved) == 1
    names = {uri.removeprefix(module.as_uri() + "/") for uri in editor.saved[0]}
    assert names >= {"main.tf", "README.md", "versions.tf"}

    # Not one character, but a wrong argument after a wide one: positions count UTF-16 units.
    right = main.read_text(encoding="utf-8")
    wrong = right.replace(
        "force_destroy = var.force_destroy\n",
        "force_destroy = var.force_destroy\n  /* 🪣é */ bukcet = true\n",
        1,
    )
    editor.open(main)
    editor.change(main, wrong, 2)
    editor.save_buffer(main)
    shown = await editor.shown(main, "bukcet")
    line = wrong.splitlines()[shown.range.start.line]
    column = line.encode("utf-16-le").index("bukcet".encode("utf-16-le")) // 2
    assert shown.range.start.character == column
    assert shown.range.end.character == column + len("bukcet")
    assert shown.severity == lsp.DiagnosticSeverity.Error

    editor.change(
        main, wrong.replace("  /* 🪣é */ bukcet = true\n", "  /* 🪣é */\n", 1).replace(" = ", "  =  ", 3), 3
    )
    editor.save_buffer(main)
    await editor.cleared(main, "bukcet")

    # What is left is the layout, which has a fix.
    layout = await editor.shown(main, "not formatted")
    assert layout.severity == lsp.DiagnosticSeverity.Warning
    (fix,) = await editor.fixes(main, layout)
    assert fix.edit is not None
    editor.apply(fix.edit)
    editor.change(main, editor.buffers[main], 4)
    editor.save_buffer(main)
    await editor.cleared(main)
    assert editor.buffers[main].replace("  /* 🪣é */\n", "") == right
