"""Modules as people write them, and the shipped S3 module, planned by the real provider without an account.

The shipped modules' own plans are in tests/skills; what is planned here is also put before the bundled engine, so that the
levels can be compared.
"""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from aws_orchestrator.agents.tf_validator import run_check
from aws_orchestrator.blueprint.compile import compile_module
from aws_orchestrator.blueprint.model import Selection, default_selection
from aws_orchestrator.blueprint.skill import SkillLibrary
from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.findings import Tree
from aws_orchestrator.minds.builtin.planner.additions import addition_names, addition_of
from aws_orchestrator.minds.builtin.planner.knowledge import known_facts
from aws_orchestrator.minds.builtin.planner.service import plan_service
from aws_orchestrator.minds.builtin.planner.service_table import SERVICES
from aws_orchestrator.rules import RuleContext
from aws_orchestrator.shipped import shipped_folder
from aws_orchestrator.terraform.bundled import BundledEngine
from aws_orchestrator.terraform.cli import CliEngine
from aws_orchestrator.terraform.engines import create_cli_engine

pytestmark = [
    pytest.mark.real_provider,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(
        not (shutil.which("terraform") or shutil.which("tofu")), reason="no terraform or tofu on PATH"
    ),
    pytest.mark.skipif(
        not Path(os.environ.get("TF_PROVIDER_MIRROR") or "/nowhere").is_dir(),
        reason="TF_PROVIDER_MIRROR names no folder",
    ),
]
MODULES = Path(__file__).parent / "modules"
NAMES = sorted(path.name for path in MODULES.iterdir())
# Each takes about ten seconds: every other one, and all of them with FULL=1.
ADDITIONS = addition_names() if os.environ.get("FULL") else addition_names()[::2]
# The provider lets AWS judge the definition of a state machine when it plans.
ASKS_AWS = ("aws_sfn_state_machine",)
RULES = RuleContext(catalog=None, declared_files=None)

# A change that validate accepts and only a plan finds: file content, what replaces it.
SPOILED = {
    "balancer": ("  port        = 8080\n", ""),
    "function": ('  package_type  = "Image"\n', ""),
    "queue": ("${var.name}-dead${local.suffix}", "${var.name}-dead"),
    "table": ('    name = "status"\n', '    name = "state"\n'),
    "vpc": ("  allocation_id = aws_eip.nat[count.index].id\n", "  secondary_private_ip_address_count = 2\n"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CliEngine]:
    running = create_cli_engine(scratch_root=tmp_path_factory.mktemp("real"))
    yield running
    await running.close()


def module(name: str, old: str = "", new: str = "") -> Tree:
    files = {path.name: path.read_bytes() for path in (MODULES / name).iterdir()}
    assert old.encode() in files["main.tf"]
    files["main.tf"] = files["main.tf"].replace(old.encode(), new.encode()) if old else files["main.tf"]
    return Tree(key=name, files=files)


@pytest.mark.parametrize("name", NAMES)
async def test_a_hand_written_module_is_planned_for_real(engine: CliEngine, name: str) -> None:
    result = await run_check(engine, "validate", module(name), RULES)
    assert (result.status, result.level, result.findings) == ("passed", "real_plan", ()), result
    assert "planned by the real provider" in result.note


@pytest.mark.parametrize("name", NAMES)
async def test_what_only_a_plan_knows_is_found(engine: CliEngine, name: str) -> None:
    spoiled = module(name, *SPOILED[name])
    assert (await engine.validate(spoiled)).status == "passed"
    assert (await engine.real_plan(spoiled)).status == "failed"


async def test_the_s3_module_is_planned_for_real(engine: CliEngine) -> None:
    skill = SkillLibrary([shipped_folder("skills")]).load("s3")
    assert skill is not None
    blueprint = skill.blueprint
    catalog = shipped_library().choose(blueprint.provider.source, "= 5.100.0")
    assert catalog is not None
    files = compile_module(blueprint, default_selection(blueprint), catalog).files
    result = await run_check(engine, "validate", Tree(key="s3", files=files), RULES)
    assert (result.status, result.level) == ("passed", "real_plan"), result


@pytest.mark.parametrize("name", ADDITIONS)
async def test_what_the_planner_adds_to_a_service_is_planned_for_real(engine: CliEngine, name: str) -> None:
    catalog = shipped_library().choose("hashicorp/aws", "= 5.100.0")
    addition = addition_of(name)
    assert catalog is not None
    assert addition is not None
    service = next(item for item in SERVICES if name in (item.name, item.type))
    blueprint = plan_service(catalog, known_facts(catalog), service).blueprint
    features = default_selection(blueprint).features | {feature.name for feature in addition.features}
    # The scenarios of the core are planned for real by the sweep.
    scenarios = (blueprint.scenarios[0], *(item for item in addition.scenarios if not item.expect_failures))
    blueprint = blueprint.model_copy(update={"scenarios": scenarios})
    files = compile_module(blueprint, Selection(features=features), catalog).files

    result = await run_check(engine, "validate", Tree(key=name, files=files), RULES)

    reached = "real_validate" if name in ASKS_AWS else "real_plan"
    assert (result.status, result.level, result.findings) == ("passed", reached, ()), result


@pytest.mark.parametrize("name", NAMES)
async def test_the_bundled_engine_agrees(tmp_path: Path, name: str) -> None:
    bundled = BundledEngine(shipped_library(), tmp_path / "scratch", cache=tmp_path / "cache")
    try:
        result = await bundled.validate(module(name))
        assert (result.status, result.level, result.findings) == ("passed", "learned", ())
    finally:
        await bundled.close()
