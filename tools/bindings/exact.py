"""The exact schema that ships, as the one that bindings are completed with and measured by."""

from collections.abc import Mapping
from pathlib import Path

from aws_orchestrator.catalog.catalog import Catalog, load
from aws_orchestrator.catalog.library import SHIPPED_FOLDER, SUFFIX
from aws_orchestrator.catalog.model import ProviderSchema, TypeKind, TypeSchema
from tools.bindings.packages import CALIBRATION, BindingsError

EXACT: Path = SHIPPED_FOLDER / f"aws-{CALIBRATION.version}{SUFFIX}"


def exact_schema(path: Path = EXACT) -> ProviderSchema:
    """Everything in an exact catalog; BindingsError when it was itself read from bindings."""
    catalog = load(path)
    if catalog.origin != "exact":
        raise BindingsError(f"{path} was read from bindings, so nothing can be measured by it.")
    return ProviderSchema(
        catalog.source,
        catalog.version,
        catalog.provider_schema,
        _all(catalog, "resource"),
        _all(catalog, "data"),
        _all(catalog, "ephemeral"),
        dict(catalog.functions),
    )


def _all(catalog: Catalog, kind: TypeKind) -> Mapping[str, TypeSchema]:
    found = {name: catalog.type(kind, name) for name in catalog.names(kind)}
    return {name: schema for name, schema in found.items() if schema is not None}
