"""What a provider says about its types: plain frozen dataclasses, for there are tens of thousands of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aws_orchestrator.catalog.cty import CtyType

TypeKind = Literal["resource", "data", "ephemeral", "provider"]
Nesting = Literal["single", "list", "set", "map", "group"]
NESTINGS: tuple[Nesting, ...] = ("single", "list", "set", "map", "group")
"""The nestings of blocks; nested attribute types know all but `group`."""


@dataclass(frozen=True, slots=True)
class NestedAttributeType:
    """The type of an attribute that is written `name = { … }` (or a list, set or map of those)."""

    nesting: Nesting
    attributes: Mapping[str, "Attribute"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One argument or exported attribute of a block.

    `type` is always there: for a nested attribute type it is the object type that follows from it.
    """

    name: str
    type: CtyType
    required: bool = False
    optional: bool = False
    computed: bool = False
    sensitive: bool = False
    deprecated: bool = False
    write_only: bool = False
    nested: NestedAttributeType | None = None

    @property
    def settable(self) -> bool:
        """Whether a configuration may give it a value."""
        return self.required or self.optional


@dataclass(frozen=True, slots=True)
class NestedBlock:
    """A kind of block inside a block. `max_items` 0 means without limit, as in the plugin protocol."""

    name: str
    nesting: Nesting
    min_items: int
    max_items: int
    block: "Block"

    @property
    def required(self) -> bool:
        """Whether a configuration must write it at least once."""
        return self.min_items > 0


@dataclass(frozen=True, slots=True)
class Block:
    """The body of a type or of a nested block; names are sorted."""

    attributes: Mapping[str, Attribute]
    blocks: Mapping[str, NestedBlock]
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class TypeSchema:
    """One resource type, data source, ephemeral resource, or the provider's own configuration."""

    name: str
    kind: TypeKind
    version: int
    """The schema version that state upgrades count; not the provider's version."""
    block: Block

    @property
    def taggable(self) -> bool:
        """Whether the configuration may set `tags`, a map of strings, at the top level."""
        tags = self.block.attributes.get("tags")
        return tags is not None and tags.settable and tags.type == ["map", "string"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a provider's function."""

    name: str
    type: CtyType
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function that the provider offers as `provider::<name>::<function>`."""

    name: str
    return_type: CtyType
    parameters: tuple[Parameter, ...] = ()
    variadic: Parameter | None = None
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class ProviderSchema:
    """All that one provider version says of itself: what a catalog file is written from."""

    source: str
    """The full source address, as `registry.terraform.io/hashicorp/aws`."""
    version: str
    provider: TypeSchema
    resources: Mapping[str, TypeSchema]
    data_sources: Mapping[str, TypeSchema]
    ephemeral_resources: Mapping[str, TypeSchema]
    functions: Mapping[str, Function]


def implied_type(nesting: Nesting, attributes: Mapping[str, Attribute]) -> CtyType:
    """The cty type of a nested attribute type's values."""
    value: CtyType = ["object", {name: attribute.type for name, attribute in attributes.items()}]
    return value if nesting in {"single", "group"} else [nesting, value]
