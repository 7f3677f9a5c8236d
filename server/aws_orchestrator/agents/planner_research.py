"""tf-planner's research: which version and which documents the registry has, asked through the registry client alone.

What a registry server says is data: it is told to the person, and no plan depends on it. A server that hangs, lies or
is gone costs its time limit once and one sentence.
"""

from collections.abc import Iterable

from aws_orchestrator.blueprint.skill import SkillLibrary
from aws_orchestrator.catalog import Catalog, CatalogLibrary
from aws_orchestrator.mcp.registry import RegistryClient
from aws_orchestrator.mcp.registry_server import registry_server
from aws_orchestrator.mcp.remote_server import RemoteServer
from aws_orchestrator.mcp.remote_session import RemoteLimits
from aws_orchestrator.minds.builtin.planner.results import Documented, Research

# Shorter than the client's own: a person waits for a plan that needs none of the answers.
PATIENCE = RemoteLimits(connect_seconds=6, call_seconds=8)
_MOST = 6


async def research_registry(
    types: Iterable[str],
    catalog: Catalog,
    library: CatalogLibrary,
    skills: SkillLibrary,
    server: RemoteServer | None = None,
    limits: RemoteLimits = PATIENCE,
) -> Research:
    """The registry's newest version and its documents of the types; without a server the catalogs here answer."""
    chosen = server or registry_server()
    notes: list[str] = []
    documents: list[Documented] = []
    async with RegistryClient(library, skills, chosen, limits) as registry:
        latest = await registry.latest_version(catalog.provider)
        for type_ in list(dict.fromkeys(types))[:_MOST]:
            words = type_.partition("_")[2]
            found = await registry.search(words, provider=catalog.provider)
            match = next((document for document in found if document.name == type_), None)
            if match is not None:
                documents.append(Documented(type=type_, document=match.doc_id, origin=match.origin))
            elif any(document.origin == "registry" for document in found):
                notes.append(
                    f"The registry's documents for “{words}” do not name {type_}; {catalog.provider} {catalog.version} "
                    "has it, and the plan follows that."
                )
        notes = [*registry.notes, *notes]
    return Research(
        catalog=catalog.version, registry=latest.registry, documents=tuple(documents), notes=tuple(notes)
    )
