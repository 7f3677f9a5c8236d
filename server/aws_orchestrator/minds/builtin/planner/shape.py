"""What of a resource type a module offers: its settable arguments and blocks, without what is deprecated, and bounded.

Four families (wafv2, quicksight, lexv2models, medialive) nest thousands of blocks, one kind inside itself. A variable
with all of them would be longer than any module that uses it, so the tree is cut at the deepest level that keeps it
below WIDEST blocks, and no kind of block is repeated inside itself; what was cut is named in the module's README.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.catalog.model import Attribute, Block, NestedBlock, TypeSchema
from aws_orchestrator.minds.builtin.planner.facts import ArgumentFacts, Facts, Path
from aws_orchestrator.minds.builtin.planner.samples import is_avoided, sample_of

WIDEST = 120
_DEEPEST = 6
# Arguments that no module sets: the compiler writes the tags, the region is the provider's matter.
_NOT_OFFERED = frozenset({"tags", "tags_all", "region"})
# Blocks that the compiler writes, because they hold tags.
_TAG_BLOCKS = frozenset({"tag", "tag_specifications"})


@dataclass(frozen=True, slots=True)
class Field:
    """One argument or block that a module offers."""

    path: Path
    required: bool
    facts: ArgumentFacts
    type: CtyType | None = None
    """The type of an argument; None for a block."""
    sensitive: bool = False
    write_only: bool = False
    many: bool = False
    """Whether the block may be there several times."""
    min_items: int = 0
    max_items: int = 0
    """0 is without limit."""
    default: Value | None = None
    """What the module takes when the caller says nothing; None leaves it to the provider."""
    fallback: Value | None = None
    """What the module takes when the caller gives neither this nor anything that excludes it."""
    excluders: tuple[str, ...] = ()
    """The arguments that exclude it."""
    control: str = ""
    """Which control asks for the default."""
    sample: Value | None = None
    """A value for examples that fits better than an invented one."""
    avoided: bool = False
    """Whether examples leave it out."""
    fields: tuple["Field", ...] = ()
    """What the block holds; a block without any is a mere switch."""
    members: tuple[tuple[str, ArgumentFacts], ...] = ()
    """What is known of the members of an argument that holds objects."""

    @property
    def name(self) -> str:
        """The name in the provider."""
        return self.path[-1] if self.path else ""

    @property
    def is_block(self) -> bool:
        """Whether it is written as a block."""
        return self.type is None

    @property
    def is_switch(self) -> bool:
        """Whether it is a block without arguments, which is only there or not there."""
        return self.is_block and not self.fields

    @property
    def has_input(self) -> bool:
        """Whether somebody can choose anything about it: a switch that must be on is no choice."""
        return not (self.is_switch and self.required)

    @property
    def holds_secret(self) -> bool:
        """Whether a value in it must not be shown."""
        return self.sensitive or any(field.holds_secret for field in self.fields)


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of a resource type, and the paths of the blocks that were cut off."""

    fields: tuple[Field, ...]
    cut: tuple[Path, ...]


def shape_of(schema: TypeSchema, facts: Facts) -> Shape:
    """What a module offers of the type: required fields first, else in the order of the names."""
    for deepest in range(_DEEPEST, 0, -1):
        reading = _Reading(schema.name, facts, deepest)
        fields = reading.fields(schema.block, ())
        if reading.blocks <= WIDEST or deepest == 1:
            break
    return Shape(fields, tuple(reading.cut))


class _Reading:
    """One pass over the schema down to a level."""

    def __init__(self, resource_type: str, facts: Facts, deepest: int) -> None:
        self._type = resource_type
        self._facts = facts
        self._deepest = deepest
        self.blocks = 0
        self.cut: list[Path] = []

    def fields(self, block: Block, path: Path) -> tuple[Field, ...]:
        found = [self._argument(attribute, block.attributes, path) for attribute in block.attributes.values()]
        nested = [
            self._block(inner, path)
            for inner in block.blocks.values()
            if path or inner.required or inner.name not in _TAG_BLOCKS
        ]
        offered = [field for field in (*found, *nested) if field is not None]
        fixed = {(*path, name) for name, attribute in block.attributes.items() if not attribute.settable}
        offered = self._without_hopeless(offered, fixed)
        return tuple(sorted(offered, key=lambda field: (not field.required, field.path)))

    def _without_hopeless(self, offered: list[Field], fixed: set[Path]) -> list[Field]:
        """The fields without those that the provider only takes beside one that nobody can set, and what needs these."""
        needs = self._facts.groups(self._type).needs
        hopeless = {subject for subject, *others in needs if not fixed.isdisjoint(others)}
        gone = {field.path for field in offered if not field.required and field.path in hopeless}
        if not gone:
            return offered
        return self._without_hopeless([field for field in offered if field.path not in gone], fixed | gone)

    def _choices(self, block: Path) -> Iterator[tuple[Path, ...]]:
        """The things in a block of which the provider wants one."""
        groups = self._facts.groups(self._type)
        for members in (*groups.exactly_one_of, *groups.at_least_one_of):
            if all(member[:-1] == block for member in members):
                yield members

    def _is_choice(self, path: Path) -> bool:
        """Whether the block around cannot do without it or another one: it is offered as deep as that block is."""
        return any(path in members for members in self._choices(path[:-1]))

    def _lacks_choice(self, block: Path, fields: tuple[Field, ...]) -> bool:
        offered = {field.path for field in fields}
        return any(offered.isdisjoint(members) for members in self._choices(block))

    def _argument(self, attribute: Attribute, siblings: Mapping[str, Attribute], path: Path) -> Field | None:
        here = (*path, attribute.name)
        facts = self._facts.argument(self._type, here)
        # A region that the type cannot do without is about something else than where it is made.
        needed = attribute.name == "region" and attribute.required
        if not attribute.settable or facts.unsettable:
            return None
        if not path and attribute.name in _NOT_OFFERED and not needed:
            return None
        if not attribute.required:
            if attribute.deprecated or facts.deprecated:
                return None
            # An `id` that may be set is a relic of the provider's old framework: nearly all types refuse it.
            if not path and attribute.name == "id" and attribute.computed:
                return None
            if _has_better_twin(attribute.name, siblings):
                return None
        return Field(
            path=here,
            required=attribute.required or facts.required,
            facts=facts,
            type=attribute.type,
            sensitive=attribute.sensitive,
            write_only=attribute.write_only,
            sample=sample_of(self._type, here, attribute.type, facts),
            members=tuple(
                (name, self._facts.argument(self._type, (*here, name))) for name in _members(attribute.type)
            ),
            avoided=is_avoided(self._type, here),
        )

    def _block(self, nested: NestedBlock, path: Path) -> Field | None:
        here = (*path, nested.name)
        facts = self._facts.argument(self._type, here)
        required = nested.required or facts.required
        if not required and (nested.block.deprecated or facts.deprecated):
            return None
        too_deep = len(here) > self._deepest and not self._is_choice(here)
        if not required and (too_deep or nested.name in path):
            self.cut.append(here)
            return None
        self.blocks += 1
        fields = self.fields(nested.block, here)
        lacks = _lacks_required(nested, fields) or self._lacks_choice(here, fields)
        # What a block cannot do without takes the block with it, and a block that has to be there the one around it.
        if (lacks and (path or not required)) or (not required and not fields and _is_settable(nested.block)):
            self.cut.append(here)
            return None
        # Blocks of the newer plugin framework have their limits in the provider's code.
        most = min((count for count in (nested.max_items, facts.most) if count), default=0)
        # Blocks that hold nothing are all alike: one is enough.
        many = nested.nesting in ("list", "set", "map") and most != 1 and bool(fields)
        return Field(
            path=here,
            required=required,
            facts=facts,
            many=many,
            min_items=max(nested.min_items, facts.fewest or 0) if required else 0,
            max_items=most,
            fields=fields,
            avoided=is_avoided(self._type, here),
        )


def _members(cty: CtyType) -> tuple[str, ...]:
    """The members of the objects that a value of the type holds, or is."""
    while isinstance(cty, list) and cty[0] in ("list", "set", "map"):
        cty = cty[1]
    return tuple(cty[1]) if isinstance(cty, list) and cty[0] == "object" else ()


def _has_better_twin(name: str, siblings: Mapping[str, Attribute]) -> bool:
    """Whether a sibling does the same better: a name that is given instead of made up, a secret that no state keeps."""
    plain = siblings.get(name.removesuffix("_prefix"))
    if name.endswith("_prefix") and plain is not None and plain.settable and plain.type == "string":
        return name.removesuffix("_prefix").endswith(("name", "identifier", "bucket"))
    twin = siblings.get(f"{name}_wo")
    return twin is not None and twin.write_only


def _lacks_required(nested: NestedBlock, fields: tuple[Field, ...]) -> bool:
    there = {field.name for field in fields}
    return any(inner.required and inner.name not in there for inner in nested.block.blocks.values())


def _is_settable(block: Block) -> bool:
    return any(attribute.settable for attribute in block.attributes.values()) or bool(block.blocks)
