"""What the tests of the mind that asks Claude share."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.outside import Engine
from aws_orchestrator.terraform.engines import create_engine
from support.messages_api import MessagesApi


@pytest_asyncio.fixture(loop_scope="module")
async def serve() -> AsyncIterator[Callable[..., object]]:
    """Starts a server with a script; it is gone with the test."""
    async with AsyncExitStack() as stack:

        async def start(*script: object) -> MessagesApi:
            return await stack.enter_async_context(MessagesApi(script).serving())  # type: ignore[arg-type]

        yield start


@pytest.fixture(autouse=True)
def no_key_of_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own key or gateway is used by a test."""
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "ANTHROPIC_PROFILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine() -> AsyncIterator[Engine]:
    """Real Terraform, in a worker process that a whole file shares."""
    made = create_engine("bundled", library=shipped_library())
    yield made
    await made.close()
