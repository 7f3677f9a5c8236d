"""The shipped skills, and one warm engine for a file of tests: starting Terraform's library takes longer than most."""

from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from aws_orchestrator.blueprint.compile import compile_module
from aws_orchestrator.blueprint.model import Blueprint, Selection, default_selection
from aws_orchestrator.blueprint.skill import SkillLibrary
from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.findings import Tree
from aws_orchestrator.outside import Engine
from aws_orchestrator.shipped import shipped_folder
from aws_orchestrator.terraform.engines import create_engine

LIBRARY = SkillLibrary([shipped_folder("skills")])


def blueprint_of(service: str) -> Blueprint:
    """The shipped blueprint of a service."""
    skill = LIBRARY.load(service)
    assert skill is not None
    return skill.blueprint


def catalog_of(blueprint: Blueprint) -> Catalog:
    """The newest shipped catalog that the blueprint admits."""
    catalog = shipped_library().choose(blueprint.provider.source, blueprint.provider.version)
    assert catalog is not None, f"no shipped catalog satisfies {blueprint.provider.version}"
    return catalog


def selections(blueprint: Blueprint) -> Mapping[str, Selection]:
    """Defaults, everything, nothing, and the defaults with each single feature the other way round."""
    everything = frozenset(feature.name for feature in blueprint.features)
    chosen = default_selection(blueprint).features
    found = {"defaults": chosen, "everything": everything, "nothing": frozenset[str]()}
    found |= {
        f"{'without' if name in chosen else 'with'} {name}": chosen ^ {name} for name in sorted(everything)
    }
    return {name: Selection(features=features) for name, features in found.items()}


def module_tree(blueprint: Blueprint, selection: Selection) -> Tree:
    """The compiled module, as engines take it; one key, so that an engine's scratch copy stays warm."""
    files = compile_module(blueprint, selection, catalog_of(blueprint)).files
    return Tree(key=blueprint.service, files=files)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    running = create_engine(scratch_root=tmp_path_factory.mktemp("skills"))
    yield running
    await running.close()
