"""A client that prefers bytes: positions count them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from support.editor import editor_of, editor_session, start

pytestmark = pytest.mark.asyncio(loop_scope="module")


@editor_session(encodings=("utf-8",))
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    # No folder is open at all: a single file is.
    await start(lsp_client)
    yield
    await lsp_client.shutdown_session()


async def test_positions_are_bytes_for_a_client_that_prefers_them(
    client: LanguageClient, tmp_path: Path
) -> None:
    editor = editor_of(client)
    text = 'output "x" {\n  description = "X"\n  value       = /* 🪣é */ local.missing\n}\n'
    main = tmp_path / "main.tf"
    main.write_text(text, encoding="utf-8")
    editor.open(main)
    shown = await editor.shown(main, "missing")
    column = text.splitlines()[2].encode().index(b"local.missing")
    assert shown.range == lsp.Range(lsp.Position(2, column), lsp.Position(2, column + len("local.missing")))
