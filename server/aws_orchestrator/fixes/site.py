"""Where a finding is: the blocks and the argument around its place, and what the schema says of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from aws_orchestrator.catalog import Block, Catalog, TypeKind, TypeSchema
from aws_orchestrator.catalog.knowledge import Checks, Fact, Knowledge
from aws_orchestrator.findings import Finding, Place
from aws_orchestrator.hcl.find import AttributeView, BlockView, FileView, ModuleView
from aws_orchestrator.rules.rule import RuleContext

_KINDS: Mapping[str, TypeKind] = {"resource": "resource", "data": "data", "ephemeral": "ephemeral"}


class Limits(NamedTuple):
    """What the provider's code demands of an argument's value."""

    fact: Fact
    carried: bool
    """Whether it was learned of another version of the provider."""


@dataclass(frozen=True)
class MendedModule:
    """A module as remedies see it."""

    view: ModuleView
    files: Mapping[str, bytes] = field(repr=False)
    """Everything in its folder."""
    catalog: Catalog | None = None

    @classmethod
    def of(cls, files: Mapping[str, bytes], catalog: Catalog | None) -> "MendedModule":
        """The module of these files."""
        return cls(ModuleView.of(files), files, catalog)

    @cached_property
    def knowledge(self) -> Knowledge | None:
        """What the provider checks beyond its schema."""
        return RuleContext(self.catalog).knowledge

    def schema(self, block: BlockView) -> TypeSchema | None:
        """The schema of a resource, data source or provider block; None when it is not known."""
        if self.catalog is None or not block.labels:
            return None
        if block.type == "provider":
            return (
                self.catalog.provider_schema if block.labels[0] == self.catalog.provider_schema.name else None
            )
        kind = _KINDS.get(block.type)
        return self.catalog.type(kind, block.labels[0]) if kind else None

    def limits(self, schema: TypeSchema, path: tuple[str, ...], argument: str) -> Limits | None:
        """What the provider's code demands of an argument's value; None when nothing is known."""
        checks = self.checks(schema, path)
        known = self.knowledge.checks(schema.kind, schema.name) if self.knowledge else None
        fact = checks.facts.get(argument) if checks else None
        return Limits(fact, bool(known and known.carried_from)) if fact is not None else None

    def checks(self, schema: TypeSchema, path: tuple[str, ...]) -> Checks | None:
        """What the provider's code checks in a body, None when nothing is known of it."""
        known = self.knowledge.checks(schema.kind, schema.name) if self.knowledge else None
        checks = known.checks if known else None
        for name in path:
            checks = checks.children.get(name) if checks else None
        return checks


@dataclass(frozen=True)
class Body:
    """A block of a resource or data source, with what its schema says of it."""

    owner: BlockView
    block: BlockView
    schema: TypeSchema
    content: Block
    path: tuple[str, ...]
    """The names of the nested blocks that lead here."""

    def name(self, argument: str) -> str:
        """The argument as people write it: `versioning_configuration.status`."""
        return ".".join((*self.path, argument))


@dataclass(frozen=True)
class Site:
    """The surroundings of a finding's place."""

    module: MendedModule
    finding: Finding
    place: Place

    @property
    def file(self) -> FileView:
        """The file of the finding."""
        return self.module.view.files[self.place.file]

    @property
    def text(self) -> str:
        """What is written at the place."""
        return self.file.text(self.place.start, self.place.end)

    @cached_property
    def blocks(self) -> tuple[BlockView, ...]:
        """The blocks around the place, outermost first."""
        return tuple(_around(self.file.blocks, self.place.start))

    @property
    def top(self) -> BlockView | None:
        """The outermost block around the place."""
        return self.blocks[0] if self.blocks else None

    @cached_property
    def attribute(self) -> AttributeView | None:
        """The argument that the place is in."""
        if not self.blocks:
            return None
        found = self.blocks[-1].attributes.values()
        return next(
            (one for one in found if one.start <= self.place.start < max(one.end, one.start + 1)), None
        )

    @cached_property
    def body(self) -> Body | None:
        """The innermost typed body around the place."""
        return self.body_of(self.blocks)

    def body_of(self, blocks: tuple[BlockView, ...]) -> Body | None:
        """The typed body that a chain of blocks leads to; None when the schema does not know it."""
        schema = self.module.schema(blocks[0]) if blocks else None
        if schema is None:
            return None
        content, path = schema.block, list[str]()
        for block in blocks[1:]:
            if block.type == "content":
                continue
            name = block.name if block.type == "dynamic" else block.type
            nested = content.blocks.get(name)
            if nested is None:
                return None
            content = nested.block
            path.append(name)
        return Body(blocks[0], blocks[-1], schema, content, tuple(path))


def _around(blocks: tuple[BlockView, ...], position: int) -> Iterator[BlockView]:
    for block in blocks:
        if block.start <= position < block.end:
            yield block
            yield from _around(block.blocks, position)
            return
