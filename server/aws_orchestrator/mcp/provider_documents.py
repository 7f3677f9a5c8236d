"""The documents that the catalogs can give, in the terms of HashiCorp's registry server: ids, types, candidates."""

from typing import Literal, NamedTuple

from aws_orchestrator.catalog import Catalog, CatalogLibrary, TypeKind, did_you_mean, search
from aws_orchestrator.errors import UsageError
from aws_orchestrator.mcp.catalog_choice import chosen_catalog
from aws_orchestrator.mcp.type_pages import function_page, summary, type_page

DocumentType = Literal[
    "resources", "data-sources", "functions", "guides", "overview", "actions", "list-resources"
]
_TYPE_KINDS: dict[str, TypeKind] = {"resources": "resource", "data-sources": "data"}
_MOST = 30
_STRONG = 0.35
"""Of the best match's score: below it a word was only met among a type's arguments."""


class Candidate(NamedTuple):
    """One document that a search found."""

    doc_id: str
    title: str
    category: str
    description: str


class Found(NamedTuple):
    """What a search found, best first, and in which catalog."""

    catalog: Catalog
    candidates: tuple[Candidate, ...]
    left_out: int


def find_documents(
    library: CatalogLibrary, provider: str, version: str, slug: str, kind: DocumentType
) -> Found:
    """The documents of a kind that the words describe; UsageError when the catalogs hold none of that kind."""
    catalog = chosen_catalog(library, provider, version)
    if kind in _TYPE_KINDS:
        names = _matching_types(catalog, slug, _TYPE_KINDS[kind])
        described = [
            (name, summary(schema)) for name in names if (schema := catalog.type(_TYPE_KINDS[kind], name))
        ]
    elif kind == "functions":
        wanted = slug.lower().replace("-", "_").split()
        described = [
            (name, "function") for name in sorted(catalog.functions) if any(word in name for word in wanted)
        ]
    elif kind == "overview":
        described = [(catalog.provider_schema.name, "the provider's own configuration")]
    else:
        raise UsageError(
            f"The catalogs hold schemas, not {kind}: ask for resources, data-sources, functions or overview."
        )
    candidates = tuple(
        Candidate(f"{catalog.provider}/{catalog.version}/{kind}/{name}", name, kind, text)
        for name, text in described
    )
    return Found(catalog, candidates[:_MOST], max(0, len(candidates) - _MOST))


def read_document(library: CatalogLibrary, doc_id: str) -> str:
    """The page behind an id that a search gave; UsageError when there is none."""
    parts = doc_id.strip().split("/")
    if len(parts) != 5:
        raise UsageError(
            f"{doc_id[:120]!r} is no document id of this server: take one from search_providers, such as "
            "hashicorp/aws/5.100.0/resources/aws_s3_bucket."
        )
    namespace, provider, version, kind, name = parts
    catalog = chosen_catalog(library, f"{namespace}/{provider}", version)
    if kind in _TYPE_KINDS:
        schema = catalog.type(_TYPE_KINDS[kind], name)
        if schema is not None:
            return type_page(catalog, schema)
        known = catalog.names(_TYPE_KINDS[kind])
    elif kind == "overview":
        return _overview(catalog)
    else:
        function = catalog.function(name)
        if function is not None:
            return function_page(catalog, function)
        known = tuple(catalog.functions)
    raise UsageError(
        f"{catalog.provider} {catalog.version} has no {name!r} among its {kind}.{did_you_mean(name, known)}"
    )


def _matching_types(catalog: Catalog, slug: str, kind: TypeKind) -> list[str]:
    # The index ranks every kind together; the limit is applied after those of other kinds are gone.
    everything = sum(len(catalog.names(one)) for one in ("resource", "data", "ephemeral"))
    hits = [hit for hit in search(catalog, slug, everything) if hit.kind == kind]
    return [hit.name for hit in hits if hit.score >= _STRONG * hits[0].score]


def _overview(catalog: Catalog) -> str:
    counts = (
        f"{len(catalog.resource_names)} resources, {len(catalog.data_source_names)} data sources, "
        f"{len(catalog.ephemeral_resource_names)} ephemeral resources, {len(catalog.functions)} functions"
    )
    return f"{catalog.provider} {catalog.version}: {counts}.\n\n{type_page(catalog, catalog.provider_schema)}"
