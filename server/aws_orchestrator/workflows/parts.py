"""A request for several services: one run each, and how their modules fit together."""

from collections.abc import Sequence
from pathlib import Path

from aws_orchestrator.blueprint.model import Blueprint, Value
from aws_orchestrator.blueprint.scenarios import EXAMPLE_FILE
from aws_orchestrator.blueprint.skill import SkillLibrary
from aws_orchestrator.minds.builtin.planner.connections import connections_of, given_in, render_calls
from aws_orchestrator.workflows.report import PartsReport


def parts_report(
    services: Sequence[str], rest: str, skills: SkillLibrary, root: Path, modules_folder: str
) -> PartsReport:
    """What the runs of a request made so far; a skill that was removed meanwhile takes no part in the connections."""
    found = [skill.blueprint for service in services if (skill := skills.load(service)) is not None]
    connections = connections_of(found)
    modules = {item.service: (item, _needed(item, root / modules_folder / item.service)) for item in found}
    return PartsReport(
        services=tuple(services),
        rest=rest,
        connections=connections,
        call=render_calls(modules, connections, modules_folder),
    )


def _needed(blueprint: Blueprint, folder: Path) -> dict[str, Value]:
    """What a call of the module must give: what the request said is its default, and not in its example."""
    try:
        return given_in((folder / EXAMPLE_FILE).read_bytes())
    except OSError:  # The module was moved meanwhile: then the skill's own example tells.
        return {
            variable.name: blueprint.example[variable.name]
            for variable in blueprint.variables
            if variable.name in blueprint.example and not variable.feature
        }
