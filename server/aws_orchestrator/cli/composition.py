"""Composes the real parts for the terminal: disk, engine, mind, clock."""

from pathlib import Path

from aws_orchestrator.minds.builtin.mind import BuiltinMind
from aws_orchestrator.outside import Engine, Person
from aws_orchestrator.runs.clock import SystemClock
from aws_orchestrator.settings import Settings, load_settings
from aws_orchestrator.workflows.disk import DiskWorkspace
from aws_orchestrator.workflows.house import House, open_house, workspace_engine


def terminal_house(root: Path, person: Person) -> House:
    """The house of a workspace folder that is written directly."""
    workspace = DiskWorkspace(root)
    settings = load_settings(workspace.root)
    engine = terminal_engine(workspace.root, settings)
    return open_house(workspace, engine, BuiltinMind(), person, SystemClock(), settings)


def terminal_engine(root: Path, settings: Settings) -> Engine:
    """The engine of a command: one worker, started with the first check."""
    return workspace_engine(root, settings)
