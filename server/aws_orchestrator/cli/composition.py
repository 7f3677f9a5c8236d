"""Composes the real parts for the terminal: disk, engine, mind, clock."""

import os
from collections.abc import Sequence
from pathlib import Path

from aws_orchestrator.limits import parse_bounds
from aws_orchestrator.minds.choice import choose_mind
from aws_orchestrator.outside import Engine, Person
from aws_orchestrator.runs.clock import SystemClock
from aws_orchestrator.settings import Settings, load_settings
from aws_orchestrator.workflows.disk import DiskWorkspace
from aws_orchestrator.workflows.house import House, open_house, workspace_engine


def terminal_house(root: Path, person: Person, mind: str | None = None, limits: Sequence[str] = ()) -> House:
    """The house of a workspace folder that is written directly; `mind` is stronger than the settings.

    `limits` (`NAME=N`) bound every run of it.
    """
    workspace = DiskWorkspace(root)
    settings = load_settings(workspace.root)
    if mind is not None:
        settings = Settings.model_validate({**settings.model_dump(), "mind": mind})
    bounds = parse_bounds(settings.limits, limits)
    # Who thinks also depends on what it may cost.
    chosen = choose_mind(settings.model_copy(update={"limits": settings.limits.lowered(bounds)}), os.environ)
    engine = terminal_engine(workspace.root, settings)
    house = open_house(workspace, engine, chosen, person, SystemClock(), settings)
    return house._replace(bounds=bounds)


def terminal_engine(root: Path, settings: Settings) -> Engine:
    """The engine of a command: one worker, started with the first check."""
    return workspace_engine(root, settings)
