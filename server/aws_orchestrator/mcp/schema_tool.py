"""`get_resource_schema`: the exact schema of a type, the whole of it or one nested block."""

import json
from typing import Any, Literal

from pydantic import Field

from aws_orchestrator.catalog import Block, Catalog, CatalogLibrary, TypeKind, TypeSchema, did_you_mean
from aws_orchestrator.catalog.export import block_json
from aws_orchestrator.catalog.search import SEARCHED
from aws_orchestrator.errors import UsageError
from aws_orchestrator.mcp.catalog_choice import chosen_catalog
from aws_orchestrator.mcp.tool import OwnArguments, Progress, Tool, ToolAnswer
from aws_orchestrator.mcp.type_pages import KINDS, summary


class GetResourceSchema(OwnArguments):
    """Arguments of `get_resource_schema`."""

    type: str = Field(
        max_length=200, description="The type's name, with or without its prefix: aws_s3_bucket."
    )
    kind: Literal["resource", "data", "ephemeral", "any"] = Field(
        default="any", description="Which of the types of that name; any takes the resource first."
    )
    provider: str = Field(
        default="hashicorp/aws", max_length=200, description="The provider's source address."
    )
    version: str = Field(
        default="latest", max_length=100, description="x.y.z, a constraint, or latest: the newest known here."
    )
    path: str = Field(
        default="",
        max_length=400,
        description="A nested block to look into, such as rule.action; empty for the top.",
    )
    depth: int = Field(
        default=2, ge=0, le=8, description="Levels of nested blocks; deeper ones are named only."
    )


def schema_tool(library: CatalogLibrary) -> Tool[GetResourceSchema]:
    """The tool, over these catalogs."""

    async def get_resource_schema(asked: GetResourceSchema, _: Progress) -> ToolAnswer:
        catalog = chosen_catalog(library, asked.provider, asked.version)
        schema = find_type(catalog, asked.type, asked.kind)
        block = _block_at(schema, asked.path)
        omitted: list[str] = []
        shown = block_json(_pruned(block, asked.depth, asked.path, omitted))
        deeper = f" Not shown: {len(omitted)} deeper blocks; give depth or path." if omitted else ""
        place = f" at {asked.path}" if asked.path else ""
        head = f"{schema.name}{place}, {KINDS[schema.kind]} of {catalog.provider} {catalog.version}: {summary(schema)}."
        data = {
            "provider": catalog.provider,
            "providerVersion": catalog.version,
            "kind": schema.kind,
            "name": schema.name,
            "path": asked.path,
            "taggable": schema.taggable,
            "schema": {"version": schema.version, "block": shown},
            "omitted": omitted,
        }
        # Clients that show a model only the text must find the schema there as well.
        return ToolAnswer(f"{head}{deeper}\n\n{json.dumps(data['schema'], ensure_ascii=False)}", data)

    return Tool(
        "get_resource_schema",
        "Exact schema of a type",
        "The schema of a resource, data source or ephemeral resource as `terraform providers schema -json` writes it: "
        "every argument with type, required, optional, computed, sensitive, deprecated, write_only.",
        GetResourceSchema,
        get_resource_schema,
    )


def find_type(catalog: Catalog, name: str, kind: str) -> TypeSchema:
    """The type of that name, the provider's prefix given or not; UsageError with the nearest names."""
    prefix = f"{catalog.provider_schema.name}_"
    kinds: tuple[TypeKind, ...] = SEARCHED if kind == "any" else tuple(one for one in SEARCHED if one == kind)
    for written in (name.strip(), prefix + name.strip()):
        for candidate in kinds:
            schema = catalog.type(candidate, written)
            if schema is not None:
                return schema
    full = name if name.startswith(prefix) else prefix + name
    hint = did_you_mean(full, (known for one in kinds for known in catalog.names(one)))
    what = KINDS.get(kind, "type")
    raise UsageError(f"{catalog.provider} {catalog.version} has no {what} {name!r}.{hint}")


def _block_at(schema: TypeSchema, path: str) -> Block:
    block = schema.block
    walked: list[str] = [schema.name]
    for name in filter(None, path.split(".")):
        nested = block.blocks.get(name)
        if nested is None:
            raise UsageError(
                f"{'.'.join(walked)} has no nested block {name!r}.{did_you_mean(name, block.blocks)} "
                f"It has {', '.join(block.blocks) or 'none'}."
            )
        block = nested.block
        walked.append(name)
    return block


def _pruned(block: Block, depth: int, path: str, omitted: list[str]) -> Block:
    """The block with its nested blocks down to the depth; the paths of those that were emptied go to `omitted`."""
    blocks: dict[str, Any] = {}
    for name, nested in block.blocks.items():
        inside = f"{path}.{name}" if path else name
        if depth > 0:
            inner = _pruned(nested.block, depth - 1, inside, omitted)
        else:
            inner = Block({}, {}, nested.block.deprecated)
            omitted.append(inside)
        blocks[name] = type(nested)(nested.name, nested.nesting, nested.min_items, nested.max_items, inner)
    return Block(block.attributes, blocks, block.deprecated)
