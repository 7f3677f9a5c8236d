"""A repository on GitHub: the REST API over a real bare repository, behind our double of the server or the official one."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from doubles.bare_repository import BareRepository
from doubles.github_rest import GitHub
from doubles.servers import OFFICIAL_VARIABLE


@pytest.fixture(params=["double", pytest.param("official", marks=pytest.mark.real_github_mcp)])
def kind(request: pytest.FixtureRequest) -> str:
    """Which server is in front."""
    chosen: str = request.param
    if chosen == "official" and not os.environ.get(OFFICIAL_VARIABLE):
        pytest.skip(f"{OFFICIAL_VARIABLE} does not name a github-mcp-server binary: this tier did NOT run")
    return chosen


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[GitHub]:
    """GitHub with one repository that has a first commit."""
    repository = BareRepository(tmp_path / "infra.git")
    repository.commit({"README.md": b"# Infrastructure\n"}, "First")
    github = GitHub(repository)
    yield github
    github.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly when the tier with the official server did not run."""
    if not os.environ.get(OFFICIAL_VARIABLE):
        terminalreporter.write_line(
            f"The tests through the official github-mcp-server did NOT run: {OFFICIAL_VARIABLE} names no binary "
            "(make github-mcp)."
        )
