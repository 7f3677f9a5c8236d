"""Composes the real parts for the terminal: disk, engine, mind, clock."""

import time
from datetime import UTC, datetime
from pathlib import Path

from aws_orchestrator.catalog import library_of
from aws_orchestrator.minds.builtin.mind import BuiltinMind
from aws_orchestrator.outside import Engine, Person
from aws_orchestrator.settings import Settings, load_settings
from aws_orchestrator.terraform.engines import create_engine
from aws_orchestrator.workflows.disk import DiskWorkspace
from aws_orchestrator.workflows.house import House, open_house


class SystemClock:
    """The machine's time."""

    def now(self) -> str:
        """UTC, RFC 3339, seconds."""
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        return time.monotonic()


def terminal_house(root: Path, person: Person) -> House:
    """The house of a workspace folder that is written directly."""
    workspace = DiskWorkspace(root)
    settings = load_settings(workspace.root)
    return open_house(
        workspace, terminal_engine(workspace.root, settings), BuiltinMind(), person, SystemClock(), settings
    )


def terminal_engine(root: Path, settings: Settings) -> Engine:
    """The engine of a command: one worker, started with the first check."""
    return create_engine("bundled", library=library_of(root), limits=settings.engine_limits())
