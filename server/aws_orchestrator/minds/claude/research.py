"""The tools with which Claude looks things up: the catalog's and the registry's. What they answer is data."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from pydantic import Field

from aws_orchestrator.blueprint.skill import SkillLibrary
from aws_orchestrator.catalog import Catalog, CatalogLibrary, search
from aws_orchestrator.mcp.registry_server import registry_server
from aws_orchestrator.mcp.registry_tools import registry_tools
from aws_orchestrator.mcp.schema_tool import schema_tool
from aws_orchestrator.minds.claude.model_tools import ModelTool, shared_tools, typed_tool
from aws_orchestrator.minds.claude.registry_lookup import RegistryLookup
from aws_orchestrator.model import Frozen
from aws_orchestrator.runs.dispatcher import Dispatcher


class SearchCatalog(Frozen):
    """Arguments of `search_catalog`."""

    words: str = Field(max_length=400, description="A few words, as queue policy.")
    kind: Literal["resource", "data", "any"] = "any"


@asynccontextmanager
async def research(
    catalog: Catalog, library: CatalogLibrary, skills: SkillLibrary, tools: Dispatcher
) -> AsyncIterator[list[ModelTool]]:
    """`search_catalog`, `get_resource_schema` and the registry's tools, for one piece of work.

    The last five ask the registry server that the environment names, if it names one.
    """

    async def search_catalog(asked: SearchCatalog) -> str:
        hits = [hit for hit in search(catalog, asked.words) if asked.kind in ("any", hit.kind)]
        if not hits:
            return f"{catalog.provider} {catalog.version} has nothing like that; try one plain word."
        return "\n".join(f"{hit.kind} {hit.name}" for hit in hits)

    registry = RegistryLookup(tools, registry_tools(library, skills), registry_server())
    try:
        yield [
            typed_tool(
                "search_catalog",
                "Types of the provider that the words describe, best first. A type that is not in the catalog does not exist.",
                SearchCatalog,
                search_catalog,
            ),
            *shared_tools([schema_tool(library)]),
            *registry.offered,
        ]
    finally:
        await registry.close()
