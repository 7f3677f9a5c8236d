"""Which catalog a tool's provider and version mean, and how that is said."""

from aws_orchestrator.catalog import Catalog, CatalogLibrary
from aws_orchestrator.catalog.addresses import short_name
from aws_orchestrator.errors import UsageError

LATEST = ("", "latest")


def chosen_catalog(library: CatalogLibrary, provider: str, version: str) -> Catalog:
    """The catalog of the version, or of the newest known here for `latest`; UsageError names those at hand."""
    wanted = version.strip()
    catalog = library.choose(provider, "" if wanted in LATEST else wanted)
    if catalog is not None:
        return catalog
    versions = library.versions(provider)
    if versions:
        raise UsageError(
            f"There is no catalog of {short_name(provider)} {wanted} here; at hand: {', '.join(versions)}."
        )
    known = ", ".join(sorted({name for name, _ in library.available()})) or "none"
    raise UsageError(
        f"There is no catalog of the provider {short_name(provider)} here; at hand: {known}. "
        "`aws-orchestrator catalog build` makes one."
    )


def newest_known(library: CatalogLibrary, provider: str) -> str | None:
    """The newest version of the provider at hand, or None when no version is."""
    versions = library.versions(provider)
    return versions[-1] if versions else None
