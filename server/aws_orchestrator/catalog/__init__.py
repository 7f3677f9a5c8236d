"""The catalog: what a provider version knows about its types, as data. Imports nothing else of ours."""

from aws_orchestrator.catalog.catalog import Catalog, load
from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.catalog.library import CatalogLibrary, library_of, shipped_library
from aws_orchestrator.catalog.model import (
    Attribute,
    Block,
    Function,
    NestedAttributeType,
    NestedBlock,
    Parameter,
    ProviderSchema,
    TypeKind,
    TypeSchema,
)
from aws_orchestrator.catalog.nearest import did_you_mean, nearest
from aws_orchestrator.catalog.search import SearchHit, SearchIndex, search
from aws_orchestrator.catalog.source import build_catalog, read_provider_schema
from aws_orchestrator.catalog.writer import write_catalog

__all__ = [
    "Attribute",
    "Block",
    "Catalog",
    "CatalogLibrary",
    "CtyType",
    "Function",
    "NestedAttributeType",
    "NestedBlock",
    "Parameter",
    "ProviderSchema",
    "SearchHit",
    "SearchIndex",
    "TypeKind",
    "TypeSchema",
    "build_catalog",
    "did_you_mean",
    "library_of",
    "load",
    "nearest",
    "read_provider_schema",
    "search",
    "shipped_library",
    "write_catalog",
]
