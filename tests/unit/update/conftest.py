"""One real Terraform and one catalog for all cases."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.outside import Engine
from aws_orchestrator.terraform.engines import create_engine
from aws_orchestrator.terraform.limits import EngineLimits


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    found = shipped_library().choose("hashicorp/aws", ">= 5.0.0", "5.100.0")
    assert found is not None
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine() -> AsyncIterator[Engine]:
    engine = create_engine("bundled", library=shipped_library(), limits=EngineLimits())
    yield engine
    await engine.close()
