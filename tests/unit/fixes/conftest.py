"""One real Terraform for all fixes."""

from collections.abc import AsyncIterator

import pytest_asyncio

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.terraform.engines import create_engine
from aws_orchestrator.terraform.limits import EngineLimits
from unit.fixes.mending import Workbench


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench() -> AsyncIterator[Workbench]:
    engine = create_engine("bundled", library=shipped_library(), limits=EngineLimits())
    yield Workbench(engine)
    await engine.close()
