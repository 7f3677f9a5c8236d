"""The catalog: the machine-readable schema of one provider version, read lazily."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from aws_orchestrator.catalog.addresses import short_name, source_address
from aws_orchestrator.catalog.envelope import unpack
from aws_orchestrator.catalog.model import Block, Function, TypeKind, TypeSchema
from aws_orchestrator.catalog.reader import CatalogReader
from aws_orchestrator.errors import CatalogError


class Catalog:
    """One provider version's types. Asking for a type parses that type and nothing else."""

    def __init__(self, content: bytes, place: str) -> None:
        header, lines = unpack(content, place)
        self.source = source_address(header.provider)
        """The full source address, as `registry.terraform.io/hashicorp/aws`."""
        self.provider = short_name(header.provider)
        """The source address as modules write it, as `hashicorp/aws`."""
        self.version = header.version
        self.origin = header.origin
        """`exact` when the provider itself wrote the schema, `bindings` when it was read from generated ones."""
        self.digest = hashlib.sha256(content).hexdigest()
        """SHA-256 of the file."""
        self.place = place
        """Where it was read from, for messages."""
        self._reader = CatalogReader(lines, place)
        self._schemas: dict[tuple[TypeKind, str], TypeSchema] = {}

    def __repr__(self) -> str:
        return f"<Catalog {self.provider} {self.version} from {self.place}>"

    def resource(self, name: str) -> TypeSchema | None:
        """The resource type, or None when the provider has no such type."""
        return self.type("resource", name)

    def data_source(self, name: str) -> TypeSchema | None:
        """The data source, or None when the provider has no such data source."""
        return self.type("data", name)

    def ephemeral_resource(self, name: str) -> TypeSchema | None:
        """The ephemeral resource, or None when the provider has no such ephemeral resource."""
        return self.type("ephemeral", name)

    def type(self, kind: TypeKind, name: str) -> TypeSchema | None:
        """The type of that kind and name, or None; the name of the provider's own block does not matter."""
        if kind == "provider":
            return self.provider_schema
        known = self._schemas.get((kind, name))
        entry = self._reader.types[kind].get(name)
        if known is None and entry is not None:
            known = self._schemas.setdefault((kind, name), self._reader.type(kind, name, entry))
        return known

    @cached_property
    def provider_schema(self) -> TypeSchema:
        """The provider's own configuration, with its schema version."""
        return self._reader.type("provider", self.provider.rpartition("/")[2], self._reader.provider)

    @property
    def provider_block(self) -> Block:
        """The arguments of a `provider` block."""
        return self.provider_schema.block

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """The provider's functions by name."""
        return self._reader.functions()

    def function(self, name: str) -> Function | None:
        """The function, or None when the provider has no such function."""
        return self.functions.get(name)

    @cached_property
    def resource_names(self) -> tuple[str, ...]:
        """The names of all resource types, sorted."""
        return self.names("resource")

    @cached_property
    def data_source_names(self) -> tuple[str, ...]:
        """The names of all data sources, sorted."""
        return self.names("data")

    @cached_property
    def ephemeral_resource_names(self) -> tuple[str, ...]:
        """The names of all ephemeral resources, sorted."""
        return self.names("ephemeral")

    def names(self, kind: TypeKind) -> tuple[str, ...]:
        """The names of all types of one kind, sorted."""
        if kind == "provider":
            return (self.provider_schema.name,)
        return tuple(sorted(self._reader.types[kind]))

    def argument_names(self, kind: TypeKind, name: str) -> tuple[str, ...]:
        """The names at the top level of a type, cheaper than its schema; empty when there is no such type."""
        entry = self._reader.types[kind].get(name)
        return self._reader.argument_names(entry) if entry is not None else ()

    def schema_hash(self, names: Iterable[str]) -> str:
        """A hash over the schemas of these types, the same for equal schemas of any catalog, in any order.

        `aws_s3_bucket` or `resource:aws_s3_bucket` is the resource, `data.aws_region` or `data:aws_region`
        the data source, and likewise `ephemeral`. A type that the provider does not have counts as absent:
        the hash changes when it disappears or comes.
        """
        whole = hashlib.sha256()
        for kind, name in sorted({_reference(name) for name in names}):
            entry = self._reader.types[kind].get(name)
            facts = self._reader.hash(entry).hex() if entry is not None else "absent"
            whole.update(f"{kind}:{name}={facts}\n".encode())
        return whole.hexdigest()


def _reference(name: str) -> tuple[TypeKind, str]:
    kinds: tuple[TypeKind, ...] = ("resource", "data", "ephemeral")
    for kind in kinds:
        for separator in ":.":
            if name.startswith(f"{kind}{separator}"):
                return kind, name[len(kind) + 1 :]
    return "resource", name


def load(path: Path) -> Catalog:
    """The catalog of a file; CatalogError when it is missing, corrupt or of a newer format."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CatalogError(f"The catalog {path} cannot be read: {error.strerror}.") from error
    return Catalog(content, str(path))
