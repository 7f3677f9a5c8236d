"""A sample of the sweep as a normal test: types of all families through Terraform, and some with their own tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.terraform.bundled import BundledEngine
from benchmarks.sweep import OPEN, shipped_catalog, sweep_type

CHECKED = 40
TESTED = 8


@pytest_asyncio.fixture
async def engine(tmp_path: Path) -> AsyncIterator[BundledEngine]:
    running = BundledEngine(shipped_library(), tmp_path)
    yield running
    await running.close()


async def test_sampled_types_are_valid_and_without_findings(engine: BundledEngine) -> None:
    catalog = shipped_catalog()
    names = [name for name in catalog.resource_names if name not in OPEN]
    checked = names[:: len(names) // CHECKED]
    tested = set(checked[:: len(checked) // TESTED])

    swept = [await sweep_type(engine, catalog, name, tests=name in tested) for name in checked]

    assert [(item.name, item.problems) for item in swept if item.problems] == []
