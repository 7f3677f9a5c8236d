"""The tools over the shipped catalogs and skills, called without any protocol."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from aws_orchestrator.blueprint.skill import SkillLibrary
from aws_orchestrator.catalog import CatalogLibrary, shipped_library
from aws_orchestrator.mcp.registry_tools import registry_tools
from aws_orchestrator.mcp.schema_tool import schema_tool
from aws_orchestrator.mcp.tool import ToolAnswer, ToolSet
from aws_orchestrator.shipped import shipped_folder

Call = Callable[..., Awaitable[ToolAnswer]]


@pytest.fixture(scope="session")
def library() -> CatalogLibrary:
    """The shipped catalogs."""
    return shipped_library()


@pytest.fixture(scope="session")
def skills() -> SkillLibrary:
    """The shipped skills."""
    return SkillLibrary([shipped_folder("skills")])


@pytest.fixture(scope="session")
def newest(library: CatalogLibrary) -> str:
    """The newest AWS version that ships."""
    return library.versions("hashicorp/aws")[-1]


@pytest.fixture(scope="session")
def call(library: CatalogLibrary, skills: SkillLibrary) -> Call:
    """Call one of the reading tools."""
    tools = ToolSet([*registry_tools(library, skills), schema_tool(library)])

    async def run(name: str, /, **arguments: Any) -> ToolAnswer:
        return await tools.call(name, arguments)

    return run
