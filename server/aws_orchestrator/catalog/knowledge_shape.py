"""The shape of a type's configuration: leaves that hold values and children that hold more of them.

Blocks, nested attribute types and attributes whose type is a collection of objects differ in how they are
written, not in what is checked inside them; here they are all children.
"""

from dataclasses import dataclass, field
from typing import Literal

from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.catalog.model import Attribute, Block, Nesting, TypeSchema

Written = Literal["block", "nested", "objects"]
"""How a child is written: as blocks, as a nested attribute type, or as an attribute of objects."""


@dataclass(frozen=True, slots=True)
class Child:
    """A child of a shape."""

    name: str
    nesting: Nesting
    written: Written
    required: bool
    settable: bool
    deprecated: bool
    min_items: int
    max_items: int
    shape: "Shape"
    computed: bool = False
    """Whether the provider fills it in when the configuration says nothing (never a block)."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The inside of a type or of a child."""

    leaves: dict[str, Attribute] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)


def is_framework(schema: TypeSchema) -> bool:
    """Whether the type is built on the plugin framework.

    The SDK adds an `id` that is optional and computed to every type; in the framework an author writes it, computed.
    """
    own = schema.block.attributes.get("id")
    return schema.kind != "provider" and not (own is not None and own.optional and own.computed)


class Shapes:
    """Makes shapes of blocks; the same block object gives the same shape object."""

    def __init__(self) -> None:
        # The block is kept beside its shape, so that its id cannot be given to another one.
        self._known: dict[int, tuple[object, Shape]] = {}

    def of_block(self, block: Block) -> Shape:
        """The shape of a block."""
        known = self._known.get(id(block))
        if known is not None:
            return known[1]
        shape = self._of_attributes(dict(block.attributes))
        for name, nested in block.blocks.items():
            shape.children[name] = Child(
                name,
                nested.nesting,
                "block",
                nested.min_items > 0,
                True,
                nested.block.deprecated,
                nested.min_items,
                nested.max_items,
                self.of_block(nested.block),
            )
        self._known[id(block)] = (block, shape)
        return shape

    def _of_attributes(self, attributes: dict[str, Attribute]) -> Shape:
        shape = Shape()
        for name, attribute in attributes.items():
            inside = self._inside(attribute)
            if inside is None:
                shape.leaves[name] = attribute
                continue
            nesting, inner = inside
            shape.children[name] = Child(
                name,
                nesting,
                "nested" if attribute.nested else "objects",
                attribute.required,
                attribute.settable,
                attribute.deprecated,
                int(attribute.required),
                0,
                inner,
                attribute.computed,
            )
        return shape

    def _inside(self, attribute: Attribute) -> tuple[Nesting, Shape] | None:
        if attribute.nested is not None:
            return attribute.nested.nesting, self._of_attributes(dict(attribute.nested.attributes))
        match attribute.type:
            case ["list" | "set" | "map" as nesting, ["object", dict() as members, *_]]:
                return nesting, self._of_attributes(_object(members, attribute))
            case ["object", dict() as members, *_]:
                return "single", self._of_attributes(_object(members, attribute))
            case _:
                return None


def _object(members: dict[str, CtyType], owner: Attribute) -> dict[str, Attribute]:
    # What is required inside is not in the schema: an object type names its members and nothing more.
    return {
        name: Attribute(name, kind, optional=owner.settable, computed=owner.computed)
        for name, kind in members.items()
    }
