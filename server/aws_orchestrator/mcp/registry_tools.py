"""HashiCorp's registry tools by their names and schemas, answered from the catalogs and skills that are here."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from aws_orchestrator.blueprint.skill import SkillLibrary
from aws_orchestrator.catalog import CatalogLibrary
from aws_orchestrator.mcp.catalog_choice import chosen_catalog, newest_known
from aws_orchestrator.mcp.known_modules import find_modules, module_page
from aws_orchestrator.mcp.provider_documents import DocumentType, find_documents, read_document
from aws_orchestrator.mcp.tool import LONGEST_TEXT, Progress, SharedArguments, Tool, ToolAnswer

_MODULES_A_PAGE = 20


def _not_endless(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"longer than {LONGEST_TEXT} characters")
    return text


# A validator rather than max_length: the schema is the official server's, which has no limit.
Text = Annotated[str, AfterValidator(_not_endless)]


class SearchProviders(SharedArguments):
    """Arguments of `search_providers`."""

    provider_name: Text
    provider_namespace: Text
    service_slug: Text
    provider_document_type: DocumentType
    provider_version: Text = ""


class GetProviderDetails(SharedArguments):
    """Arguments of `get_provider_details`."""

    provider_doc_id: Text


class GetLatestProviderVersion(SharedArguments):
    """Arguments of `get_latest_provider_version`."""

    namespace: Text
    name: Text


class SearchModules(SharedArguments):
    """Arguments of `search_modules`."""

    module_query: Text
    current_offset: float = Field(default=0, ge=0)


class GetModuleDetails(SharedArguments):
    """Arguments of `get_module_details`."""

    module_id: Text


def registry_tools(library: CatalogLibrary, skills: SkillLibrary) -> tuple[Tool[Any], ...]:
    """The five tools, over these catalogs and skills."""

    async def search_providers(asked: SearchProviders, _: Progress) -> ToolAnswer:
        provider = f"{asked.provider_namespace}/{asked.provider_name}"
        slug, kind = asked.service_slug, asked.provider_document_type
        found = find_documents(library, provider, asked.provider_version, slug, kind)
        of = f"{found.catalog.provider} {found.catalog.version}"
        head = (
            f'Documents of {of} for "{slug[:120]}" ({kind}), best match first; {_newest(library, provider)}.'
        )
        if not found.candidates:
            head = f'{of} has nothing like "{slug[:120]}" among its {kind}; try one plain word, such as "bucket".'
        entries = [
            f"- providerDocID: {one.doc_id}\n- Title: {one.title}\n- Category: {one.category}\n"
            f"- Description: {one.description}\n---"
            for one in found.candidates
        ]
        rest = [f"{found.left_out} weaker matches are left out."] if found.left_out else []
        return ToolAnswer(
            "\n\n".join([head, *entries, *rest]),
            {
                "provider": found.catalog.provider,
                "providerVersion": found.catalog.version,
                "documents": [
                    {"providerDocID": one.doc_id, "title": one.title, "category": one.category}
                    for one in found.candidates
                ],
            },
        )

    async def get_provider_details(asked: GetProviderDetails, _: Progress) -> ToolAnswer:
        page = read_document(library, asked.provider_doc_id)
        return ToolAnswer(page, {"providerDocID": asked.provider_doc_id.strip(), "markdown": page})

    async def get_latest_provider_version(asked: GetLatestProviderVersion, _: Progress) -> ToolAnswer:
        catalog = chosen_catalog(library, f"{asked.namespace}/{asked.name}", "latest")
        versions = library.versions(catalog.provider)
        return ToolAnswer(
            f"{_newest(library, catalog.provider)} ({catalog.provider}; catalogs at hand: {', '.join(versions)}; "
            "the public registry was not asked)",
            {"provider": catalog.provider, "version": catalog.version, "meaning": "newest known here"},
        )

    async def search_modules(asked: SearchModules, _: Progress) -> ToolAnswer:
        every, broken = find_modules(skills, asked.module_query)
        offset = int(asked.current_offset)
        page = every[offset : offset + _MODULES_A_PAGE]
        more = offset + len(page) if offset + len(page) < len(every) else None
        query = asked.module_query[:120]
        head = f'Modules known here for "{query}", best match first; the public registry was not asked.'
        if not page:
            head = f'No module known here is like "{query}"; the public registry was not asked. generate_module plans one.'
        entries = [f"- module_id: {one.module_id}\n- Title: {one.title}\n---" for one in page]
        rest = [f"More with current_offset {more}."] if more is not None else []
        return ToolAnswer(
            "\n\n".join([head, *entries, *rest, *broken]),
            {
                "modules": [{"moduleId": one.module_id, "title": one.title} for one in page],
                "nextOffset": more,
            },
        )

    async def get_module_details(asked: GetModuleDetails, _: Progress) -> ToolAnswer:
        return ToolAnswer(*module_page(skills, asked.module_id))

    return (
        Tool(
            "search_providers",
            "Find documents of a provider",
            "Documents of a Terraform provider that is known here (hashicorp/aws): resources, data sources, functions. "
            "service_slug is a word or a few, such as s3 or sqs queue; provider_version is x.y.z or latest, which "
            "means the newest version known here. Read one with get_provider_details.",
            SearchProviders,
            search_providers,
        ),
        Tool(
            "get_provider_details",
            "Read a document of a provider",
            "The page of one resource, data source or function by the providerDocID that search_providers gave: every "
            "argument, nested block and exported attribute with its type, from the provider's own schema.",
            GetProviderDetails,
            get_provider_details,
        ),
        Tool(
            "get_latest_provider_version",
            "Newest known version of a provider",
            "The newest version of a provider whose schema is known here. Nothing is asked of the public registry, "
            "which may have a newer one.",
            GetLatestProviderVersion,
            get_latest_provider_version,
        ),
        Tool(
            "search_modules",
            "Find modules that can be generated",
            "The modules that generate_module has a skill for, by words such as s3 or bucket. The public registry is "
            "not asked.",
            SearchModules,
            search_modules,
        ),
        Tool(
            "get_module_details",
            "Read about a module that can be generated",
            "Features, inputs, outputs and resources of a module by the module_id that search_modules gave.",
            GetModuleDetails,
            get_module_details,
        ),
    )


def _newest(library: CatalogLibrary, provider: str) -> str:
    return f"newest known here: {newest_known(library, provider)}"
