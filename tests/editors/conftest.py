"""Editors in a terminal: each has a home of its own, a module to work on, and the server on its path."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from support.editor_setup import ORDERS, Start
from support.screen import Screen


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A git repository with a module in it."""
    workspace = tmp_path / "infra"
    (workspace / ".git").mkdir(parents=True)
    (workspace / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    orders = workspace / "orders"
    orders.mkdir()
    for name, text in ORDERS.items():
        (orders / name).write_text(text, encoding="utf-8")
    return workspace


@pytest.fixture
def start(workspace: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts an editor with a file of the workspace; at the end nothing of it may be left."""
    screens: list[Screen] = []
    before = _servers()

    def started(*command: str, **environment: str) -> Screen:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        given = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "screen-256color",
            **environment,
        }
        screens.append(Screen(command, workspace, given, tmp_path / "tmux"))
        return screens[-1]

    yield started
    for screen in screens:
        screen.close()
    _, alive = psutil.wait_procs(_servers() - before, timeout=30)
    assert not alive, f"the editor is closed and this still runs: {alive}"


def _servers() -> set[psutil.Process]:
    """The language servers of this Python that run now."""
    found = set()
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if "serve" in line and any(Path(part).name == "aws-orchestrator" for part in line):
            found.add(process)
    return found
