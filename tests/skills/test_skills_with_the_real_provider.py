"""The same modules with terraform on PATH and the real hashicorp/aws provider, where the machine has them."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from aws_orchestrator.findings import Severity
from aws_orchestrator.terraform.cli import CliEngine
from aws_orchestrator.terraform.engines import create_cli_engine
from skills.conftest import LIBRARY, blueprint_of, module_tree, selections

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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CliEngine]:
    running = create_cli_engine(scratch_root=tmp_path_factory.mktemp("real"))
    yield running
    await running.close()


@pytest.mark.parametrize("service", LIBRARY.services())
@pytest.mark.parametrize("name", ["defaults", "everything", "nothing"])
async def test_the_real_provider_agrees(engine: CliEngine, service: str, name: str) -> None:
    blueprint = blueprint_of(service)
    tree = module_tree(blueprint, selections(blueprint)[name])
    for check in (engine.fmt, engine.init, engine.validate, engine.test, engine.real_plan):
        result = await check(tree)
        errors = [item.line() for item in result.findings if item.severity is Severity.ERROR]
        assert (result.status, errors) == ("passed", []), result.check
