"""The page of one type as markdown, from the catalog alone: facts in a fixed form, no prose of anybody else."""

from collections.abc import Iterable, Iterator

from aws_orchestrator.catalog import Attribute, Block, Catalog, Function, NestedBlock, TypeSchema
from aws_orchestrator.catalog.cty import spell

LONGEST_PAGE = 40_000
"""Characters; types such as `aws_wafv2_web_acl` would fill a megabyte."""
KINDS = {
    "resource": "resource",
    "data": "data source",
    "ephemeral": "ephemeral resource",
    "provider": "provider",
}
_MARKS = ("required", "optional", "computed", "sensitive", "deprecated", "write_only")
_DEPTHS = (4, 3, 2, 1, 0)


def type_page(catalog: Catalog, schema: TypeSchema) -> str:
    """The page of a type, as deep as fits; it says where it was cut."""
    page = ""
    for depth in _DEPTHS:
        page = "\n".join(_type_lines(catalog, schema, depth))
        if len(page) <= LONGEST_PAGE:
            return page
    return page[:LONGEST_PAGE] + "\n\n(cut here: ask get_resource_schema for the rest, with `path`)"


def function_page(catalog: Catalog, function: Function) -> str:
    """The page of one of the provider's functions."""
    parameters = [*function.parameters, *([function.variadic] if function.variadic else [])]
    call = ", ".join(
        f"{one.name} {spell(one.type)}{'…' if one is function.variadic else ''}" for one in parameters
    )
    name = catalog.provider_schema.name
    return (
        f"# {function.name} (function of {catalog.provider} {catalog.version})\n\n"
        f"`provider::{name}::{function.name}({call})` gives {spell(function.return_type)}."
    )


def summary(schema: TypeSchema) -> str:
    """One line that tells types apart: what must be given, and how much there is."""
    required = [one.name for one in schema.block.attributes.values() if one.required]
    required += [one.name for one in schema.block.blocks.values() if one.required]
    settable = sum(one.settable for one in schema.block.attributes.values())
    needs = f"requires {', '.join(required)}" if required else "requires nothing"
    state = "deprecated; " if schema.block.deprecated else ""
    blocks = len(schema.block.blocks)
    counted = f"{settable} argument{'' if settable == 1 else 's'}"
    return f"{state}{needs}; {counted}, {blocks} kind{'' if blocks == 1 else 's'} of nested blocks"


def _type_lines(catalog: Catalog, schema: TypeSchema, depth: int) -> Iterator[str]:
    yield f"# {schema.name} ({KINDS[schema.kind]} of {catalog.provider} {catalog.version})"
    yield ""
    yield f"From the provider's own schema: {summary(schema)}."
    if schema.kind == "resource":
        yield "It takes tags." if schema.taggable else "It takes no `tags` argument."
    arguments = [one for one in schema.block.attributes.values() if one.settable]
    exported = [one for one in schema.block.attributes.values() if not one.settable]
    if arguments or schema.block.blocks:
        yield from ("", "## Arguments", "")
        yield from _attributes(arguments, "", depth)
        yield from _blocks(schema.block, "", depth)
    if exported:
        yield from ("", "## Attributes that it exports", "")
        yield from _attributes(exported, "", depth)


def _attributes(attributes: Iterable[Attribute], indent: str, depth: int) -> Iterator[str]:
    for one in sorted(attributes, key=lambda one: not one.required):
        marks = [mark.replace("_", "-") for mark in _MARKS if getattr(one, mark)]
        if one.nested is None:
            yield f"{indent}- `{one.name}`: {spell(one.type)} ({', '.join(marks)})"
            continue
        shape = "object" if one.nested.nesting == "single" else f"{one.nested.nesting} of objects"
        yield f"{indent}- `{one.name}` = {shape} ({', '.join(marks)})"
        if depth > 0:
            yield from _attributes(one.nested.attributes.values(), indent + "  ", depth - 1)
        else:
            yield f"{indent}  - …"


def _blocks(block: Block, indent: str, depth: int) -> Iterator[str]:
    for nested in sorted(block.blocks.values(), key=lambda one: not one.required):
        yield f"{indent}- `{nested.name}` {{ }}: {_limits(nested)}"
        if depth > 0:
            yield from _attributes(nested.block.attributes.values(), indent + "  ", depth - 1)
            yield from _blocks(nested.block, indent + "  ", depth - 1)
        else:
            yield f"{indent}  - …"


def _limits(nested: NestedBlock) -> str:
    limits = ["block" if nested.nesting in ("single", "group") else f"{nested.nesting} of blocks"]
    limits += [f"at least {nested.min_items}"] if nested.min_items else []
    limits += [f"at most {nested.max_items}"] if nested.max_items else []
    limits += ["deprecated"] if nested.block.deprecated else []
    return ", ".join(limits)
