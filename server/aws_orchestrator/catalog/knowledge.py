"""What a provider does beyond its schema: what its code checks, what replaces a resource, what it defaults to."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from aws_orchestrator.catalog.addresses import short_name
from aws_orchestrator.catalog.catalog import Catalog
from aws_orchestrator.catalog.knowledge_carry import advised, carried
from aws_orchestrator.catalog.knowledge_constraints import Constraints
from aws_orchestrator.catalog.knowledge_facts import Checks, Fact, Group, TypeChecks
from aws_orchestrator.catalog.knowledge_file import KnowledgeKind, file_name
from aws_orchestrator.catalog.knowledge_judge import Complaint, judge
from aws_orchestrator.catalog.knowledge_later import LaterValues, Values
from aws_orchestrator.catalog.knowledge_replacement import Replacement, Replacements
from aws_orchestrator.catalog.library import SHIPPED_FOLDER, CatalogLibrary
from aws_orchestrator.catalog.model import TypeKind
from aws_orchestrator.catalog.plugin.values import UNKNOWN
from aws_orchestrator.catalog.versions import parse_version
from aws_orchestrator.errors import UsageError

__all__ = [
    "UNKNOWN",
    "Checks",
    "Complaint",
    "Fact",
    "Group",
    "Knowledge",
    "Replacement",
    "TypeChecks",
    "judge",
    "knowledge_of",
]


class Knowledge:
    """What was learned of one provider, for one catalog of it. Files are read when they are first needed."""

    def __init__(
        self,
        catalog: Catalog,
        constraints: Path | None,
        replacement: Path | None,
        later_values: Path | None = None,
    ) -> None:
        self._catalog = catalog
        self._constraints_path = constraints
        self._replacement_path = replacement
        self._later_values_path = later_values
        self._checks: dict[tuple[TypeKind, str], TypeChecks | None] = {}

    @cached_property
    def constraints(self) -> Constraints | None:
        """The file of constraints; CatalogError when it cannot be read."""
        return Constraints(self._constraints_path) if self._constraints_path else None

    @cached_property
    def replacements(self) -> Replacements | None:
        """The file of replacement knowledge; CatalogError when it cannot be read."""
        return Replacements(self._replacement_path) if self._replacement_path else None

    @cached_property
    def later_values(self) -> LaterValues | None:
        """The file of what came to lists of values later; CatalogError when it cannot be read."""
        return LaterValues(self._later_values_path) if self._later_values_path else None

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that the knowledge is read from."""
        paths = (self._constraints_path, self._replacement_path, self._later_values_path)
        return tuple(path for path in paths if path)

    def checks(self, kind: TypeKind, name: str) -> TypeChecks | None:
        """What is checked of a type beyond its schema; None when nothing is known of it."""
        if (kind, name) not in self._checks:
            self._checks[kind, name] = self._read(kind, name)
        return self._checks[kind, name]

    def replacement(self, name: str) -> Replacement | None:
        """What replaces a resource of that type, and its defaults; None when nothing is known of it."""
        return self.replacements.of(name) if self.replacements else None

    def _read(self, kind: TypeKind, name: str) -> TypeChecks | None:
        if self.constraints is None:
            return None
        known = self.constraints.checks(kind, name)
        learned_from = self.constraints.subject.version
        own = self._catalog.type(kind, name)
        if learned_from == self._catalog.version:
            return known
        if own is None:
            return None
        later = self.later_values
        asked = self._asked_catalog.type(kind, name) if self._asked_catalog else None
        if known is not None:
            known = carried(known, learned_from, asked, own, self._proved(kind, name))
        if later is not None and parse_version(self._catalog.version) > parse_version(learned_from):
            lists = later.advised(kind, name)
            known = advised(known, asked, own, lists, later.subject.version) if lists else known
        return known

    def _proved(self, kind: TypeKind, name: str) -> Mapping[tuple[str, Values], Values]:
        """What came to the type's lists; nothing where more may have come, or some may not yet have been there."""
        assert self.constraints is not None
        later, own = self.later_values, parse_version(self._catalog.version)
        if later is None or not (
            parse_version(self.constraints.subject.version) < own <= parse_version(later.subject.version)
        ):
            return {}
        return later.proved(kind, name)

    @cached_property
    def _asked_catalog(self) -> Catalog | None:
        """The catalog of the version that was asked, if it is at hand."""
        assert self.constraints is not None
        folders = dict.fromkeys((self.constraints.path.parent, SHIPPED_FOLDER))
        return CatalogLibrary(tuple(folders)).choose(
            self._catalog.provider, f"= {self.constraints.subject.version}"
        )


def knowledge_of(catalog: Catalog) -> Knowledge | None:
    """What is known of the catalog's provider version, or carried over from the version next to it; None when nothing is.

    Looked for beside the catalog's own file first, then among what ships.
    """
    folders = (
        [Path(catalog.place).parent, SHIPPED_FOLDER] if catalog.place.endswith(".xz") else [SHIPPED_FOLDER]
    )
    constraints = _nearest("constraints", catalog, folders)
    replacement = _nearest("replacement", catalog, folders)
    if constraints is None and replacement is None:
        return None
    return Knowledge(catalog, constraints, replacement, _nearest("values", catalog, folders))


def _nearest(kind: KnowledgeKind, catalog: Catalog, folders: list[Path]) -> Path | None:
    provider = short_name(catalog.provider)
    wanted = parse_version(catalog.version)
    found = []
    prefix, _, suffix = file_name(kind, provider, "*").partition("*")
    for place, folder in enumerate(folders):
        for path in folder.glob(f"{prefix}*{suffix}"):
            try:
                version = parse_version(path.name[len(prefix) : -len(suffix)])
            except UsageError:
                continue  # another provider whose name begins alike
            # The same version before all others, then the highest below, then the lowest above.
            distance = abs(version.major - wanted.major) * 10_000 + abs(version.minor - wanted.minor)
            found.append((version != wanted, version > wanted, distance, place, path))
    return min(found)[-1] if found else None
