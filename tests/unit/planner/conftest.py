"""The shipped AWS catalog and what is known of it."""

import sys
from pathlib import Path

import pytest

from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.minds.builtin.planner.facts import Facts
from aws_orchestrator.minds.builtin.planner.knowledge import known_facts

# The sentences and their score are a script beside the tests.
sys.path.insert(0, str(Path(__file__).parents[3]))


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    found = shipped_library().choose("hashicorp/aws")
    assert found is not None
    return found


@pytest.fixture(scope="session")
def facts(catalog: Catalog) -> Facts:
    return known_facts(catalog)
