"""What a workflow works with: the workspace and everything outside that it may use."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from aws_orchestrator.blueprint.skill import SkillLibrary
from aws_orchestrator.catalog import CatalogLibrary, library_of
from aws_orchestrator.mcp.github_server import github_server
from aws_orchestrator.mcp.remote_server import RemoteServer
from aws_orchestrator.minds.mind import Mind
from aws_orchestrator.outside import Clock, Engine, Person, Workspace
from aws_orchestrator.runs.store import STATE_FOLDER, RunStore
from aws_orchestrator.settings import Settings
from aws_orchestrator.shipped import shipped_folder
from aws_orchestrator.terraform.engines import create_engine
from aws_orchestrator.terraform.limits import EngineLimits

_INITIALISED = ".terraform/providers"


class House(NamedTuple):
    """The parts that a run is composed of; one for each workspace."""

    workspace: Workspace
    engine: Engine
    mind: Mind
    person: Person
    clock: Clock
    settings: Settings
    store: RunStore
    skills: SkillLibrary
    catalogs: CatalogLibrary
    bounds: Mapping[str, float] = MappingProxyType({})
    """Limits that whoever started the program lowered for its runs."""
    github: RemoteServer | None = None
    """The GitHub MCP server that a person set; without one nothing is pushed."""


def open_house(
    workspace: Workspace, engine: Engine, mind: Mind, person: Person, clock: Clock, settings: Settings
) -> House:
    """The house of a workspace: its skills and catalogs win over the shipped ones."""
    return House(
        workspace=workspace,
        engine=engine,
        mind=mind,
        person=person,
        clock=clock,
        settings=settings,
        store=RunStore(workspace.root),
        skills=SkillLibrary([workspace.root / STATE_FOLDER / "skills", shipped_folder("skills")]),
        catalogs=library_of(workspace.root),
        github=github_server(settings),
    )


def engine_limits(settings: Settings) -> EngineLimits:
    """The time limits of the engine's jobs."""
    seconds = settings.check_seconds
    return EngineLimits(init=seconds, validate_=seconds, test=seconds)


def workspace_engine(root: Path, settings: Settings) -> Engine:
    """The engine of a workspace folder with its catalogs and the time limits of its settings; no process runs yet."""
    modules = root / settings.modules_folder
    return create_engine(
        settings.engine,
        library=library_of(root),
        limits=engine_limits(settings),
        # Where a person's own `terraform init` put the providers of these modules.
        installed=[root / _INITIALISED, *sorted(modules.glob(f"*/{_INITIALISED}"))],
        binary=Path(settings.terraform_binary).expanduser() if settings.terraform_binary else None,
    )
