"""The bodies of a block beside their schemas: the block itself, and every nested or dynamic block that the schema knows."""

from collections.abc import Iterator
from dataclasses import dataclass

from aws_orchestrator.catalog import Block, Catalog, TypeKind, TypeSchema
from aws_orchestrator.hcl.find import BlockView, ModuleView, dynamic_content

_KINDS: dict[str, TypeKind] = {"resource": "resource", "data": "data", "ephemeral": "ephemeral"}


@dataclass(frozen=True, slots=True)
class TypedBody:
    """One body of a resource or data source, with what its schema says."""

    owner: BlockView
    schema: TypeSchema
    body: BlockView
    block: Block
    path: tuple[str, ...]
    """The names of the nested blocks that lead here; empty at the top."""

    def name(self, argument: str) -> str:
        """An argument as people write it: `versioning.enabled`."""
        return ".".join((*self.path, argument))


def typed_bodies(module: ModuleView, catalog: Catalog) -> Iterator[TypedBody]:
    """Every body of every resource and data source whose type the catalog has, outermost first."""
    for owner in module.blocks():
        kind = _KINDS.get(owner.type)
        if kind is None or len(owner.labels) != 2:
            continue
        schema = catalog.type(kind, owner.labels[0])
        if schema is not None:
            yield from _bodies(owner, schema, owner, schema.block, ())


def _bodies(
    owner: BlockView, schema: TypeSchema, body: BlockView, block: Block, path: tuple[str, ...]
) -> Iterator[TypedBody]:
    yield TypedBody(owner, schema, body, block, path)
    for inner in body.blocks:
        content = dynamic_content(inner) if inner.type == "dynamic" else inner
        nested = block.blocks.get(content.type) if content is not None else None
        if content is not None and nested is not None:
            yield from _bodies(owner, schema, content, nested.block, (*path, nested.name))
