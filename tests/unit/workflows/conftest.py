"""A workspace with one small skill."""

import os
from pathlib import Path

import pytest

from support.house import add_skill


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    add_skill(folder)
    return folder


@pytest.fixture(autouse=True)
def no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    # A killed process loses nothing that it gave to the system, only a machine that stops does; and it is slow.
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
