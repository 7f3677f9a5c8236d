"""The catalogs at hand, looked at once: for a run over many modules, in which none is built meanwhile."""

from aws_orchestrator.catalog import Catalog, CatalogLibrary


class SettledCatalogs(CatalogLibrary):
    """A library that answers the same question without looking into its folders again.

    A library looks at its folders on every question, which is right for a server and, three times for each of a thousand
    modules, a tenth of all the work here.
    """

    def __init__(self, library: CatalogLibrary) -> None:
        super().__init__(library.folders)
        self._known_versions: dict[str, tuple[str, ...]] = {}
        self._chosen: dict[tuple[str, str, str | None], Catalog | None] = {}

    def versions(self, provider: str) -> tuple[str, ...]:
        """The versions at hand of one provider, lowest first."""
        if provider not in self._known_versions:
            self._known_versions[provider] = super().versions(provider)
        return self._known_versions[provider]

    def choose(self, provider: str, constraint: str = "", locked: str | None = None) -> Catalog | None:
        """The catalog of the locked version if it is at hand, else of the highest that the constraint admits."""
        question = provider, constraint, locked
        if question not in self._chosen:
            self._chosen[question] = super().choose(provider, constraint, locked)
        return self._chosen[question]
