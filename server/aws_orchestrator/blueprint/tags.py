"""The merge of tags, in whichever form the provider has for a resource type."""

from aws_orchestrator.blueprint.model import Dynamic, NestedBlock, Resource
from aws_orchestrator.blueprint.standard_variables import TAGS
from aws_orchestrator.catalog.model import TypeSchema

# What a launch template starts; tags of the template itself do not reach them.
_LAUNCHED = '["instance", "volume"]'


def tag_merge(resource: Resource, name_tag: str) -> str:
    """`merge({ "Name" = … }, var.tags, var.<resource>_tags)` for one resource."""
    name = resource.name_tag or name_tag
    return f'merge({{ "Name" = {name} }}, var.{TAGS}, var.{resource.own_tags_variable})'


def tag_argument(resource: Resource, schema: TypeSchema, name_tag: str) -> str | None:
    """The expression of `tags`, or None when the type has no settable tags."""
    return tag_merge(resource, name_tag) if schema.taggable else None


def tag_blocks(resource: Resource, schema: TypeSchema, name_tag: str) -> tuple[NestedBlock, ...]:
    """The nested blocks that carry tags: `tag` (auto scaling group), `tag_specifications` (launch template)."""
    written = {block.type for block in resource.blocks}
    merge = tag_merge(resource, name_tag)
    blocks = []
    tag = schema.block.blocks.get("tag")
    if tag and "propagate_at_launch" in tag.block.attributes and "tag" not in written:
        blocks.append(
            NestedBlock(
                type="tag",
                dynamic=Dynamic(for_each=merge),
                arguments={"key": "tag.key", "value": "tag.value", "propagate_at_launch": True},
            )
        )
    specifications = schema.block.blocks.get("tag_specifications")
    if (
        specifications
        and "resource_type" in specifications.block.attributes
        and "tag_specifications" not in written
    ):
        blocks.append(
            NestedBlock(
                type="tag_specifications",
                dynamic=Dynamic(for_each=f"toset({_LAUNCHED})"),
                arguments={"resource_type": "tag_specifications.value", "tags": merge},
            )
        )
    return tuple(blocks)
