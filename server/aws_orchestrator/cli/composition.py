"""Composes the real parts for the terminal: disk, engine, mind, clock."""

import os
from pathlib import Path

from aws_orchestrator.minds.choice import choose_mind
from aws_orchestrator.outside import Engine, Person
from aws_orchestrator.runs.clock import SystemClock
from aws_orchestrator.settings import Settings, load_settings
from aws_orchestrator.workflows.disk import DiskWorkspace
from aws_orchestrator.workflows.house import House, open_house, workspace_engine


def terminal_house(root: Path, person: Person, mind: str | None = None) -> House:
    """The house of a workspace folder that is written directly; `mind` is stronger than the settings."""
    workspace = DiskWorkspace(root)
    settings = load_settings(workspace.root)
    if mind is not None:
        settings = Settings.model_validate({**settings.model_dump(), "mind": mind})
    engine = terminal_engine(workspace.root, settings)
    return open_house(workspace, engine, choose_mind(settings, os.environ), person, SystemClock(), settings)


def terminal_engine(root: Path, settings: Settings) -> Engine:
    """The engine of a command: one worker, started with the first check."""
    return workspace_engine(root, settings)
