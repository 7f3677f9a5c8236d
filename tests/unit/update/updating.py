"""Reading the modules of `modules/`, and planning an update of one."""

from collections.abc import Mapping
from pathlib import Path

from aws_orchestrator.agents.update_draft import Module
from aws_orchestrator.agents.update_features import wished_features
from aws_orchestrator.agents.update_planner import Knowledge, Planned, needs_service, plan_update
from aws_orchestrator.agents.update_service import planned_service
from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.blueprint.skill import SkillLibrary
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.minds.builtin.mind import BuiltinMind
from aws_orchestrator.shipped import shipped_folder

MODULES = Path(__file__).parent / "modules"


def module_files(name: str) -> dict[str, bytes]:
    """The files of a module of `modules/`."""
    folder = MODULES / name
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".tf", ".hcl")
    }


async def planned(files: Mapping[str, bytes], request: str, catalog: Catalog) -> Planned:
    """The plan of a request to a module that somebody else wrote."""
    module = Module.of("modules/it", files, catalog)
    blueprint = None
    inputs: dict[str, Value] = {}
    if needs_service(request):
        skill = SkillLibrary([shipped_folder("skills")]).load("s3")
        assert skill is not None
        blueprint = skill.blueprint
        wish = wished_features(request, blueprint)
        if not (wish.wanted or wish.unwanted):
            blueprint = planned_service(module, request, catalog) or blueprint
        inputs = (await BuiltinMind().understand(request, blueprint)).inputs
    return plan_update(module, request, Knowledge(blueprint, catalog, None, inputs))
