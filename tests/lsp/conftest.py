"""The editor of each file's own language client."""

import pytest
from pytest_lsp import LanguageClient

from support.editor import Editor, editor_of


@pytest.fixture
def editor(client: LanguageClient) -> Editor:
    """What the client saw and answers, with nothing left of the test before."""
    editor_of(client).forget()
    return editor_of(client)
