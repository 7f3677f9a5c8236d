"""The catalog's facts about the types of a plan, short enough to be read: what a schema says and what was learned beyond it."""

from collections.abc import Iterator

from aws_orchestrator.catalog import (
    Attribute,
    Block,
    Catalog,
    NestedBlock,
    TypeKind,
    TypeSchema,
    did_you_mean,
)
from aws_orchestrator.catalog.cty import spell
from aws_orchestrator.minds.builtin.planner.facts import ArgumentFacts, Facts, Path
from aws_orchestrator.minds.builtin.planner.knowledge import known_facts

_LONGEST = 7_000
_DEPTHS = (4, 2, 1, 0)
_MOST_VALUES = 12
_WRITTEN_BY_THE_COMPILER = frozenset({"tags", "tags_all", "id"})


def type_slice(catalog: Catalog, kind: TypeKind, name: str) -> str:
    """Everything that can be set on a type, and what it exports; nearest names when there is no such type."""
    schema = catalog.type(kind, name)
    if schema is None:
        return f"{catalog.provider} {catalog.version} has no {name}.{did_you_mean(name, catalog.names(kind))}"
    facts = known_facts(catalog)
    text = ""
    for depth in _DEPTHS:
        text = "\n".join(_lines(schema, facts, depth))
        if len(text) <= _LONGEST:
            break
    return text[:_LONGEST]


def _lines(schema: TypeSchema, facts: Facts, depth: int) -> Iterator[str]:
    what = "resource" if schema.kind == "resource" else "data source"
    yield f"{schema.name} ({what}; {'takes tags' if schema.taggable else 'takes no tags'})"
    yield from _body(schema.name, schema.block, facts, (), depth)
    groups = facts.groups(schema.name)
    for words, found in (
        ("exactly one of", groups.exactly_one_of),
        ("at least one of", groups.at_least_one_of),
        ("not together", groups.conflicts),
        ("the first needs the others", groups.needs),
    ):
        for members in found:
            yield f"  {words}: {', '.join('.'.join(member) for member in members)}"
    exported = [name for name, one in schema.block.attributes.items() if not one.settable]
    yield f"  exports: {', '.join(exported)}"


def _body(owner: str, block: Block, facts: Facts, path: Path, depth: int) -> Iterator[str]:
    indent = "  " * (len(path) + 1)
    for attribute in block.attributes.values():
        ours = not path and attribute.name in _WRITTEN_BY_THE_COMPILER
        if attribute.settable and not attribute.deprecated and not ours:
            yield f"{indent}{_argument(attribute, facts.argument(owner, (*path, attribute.name)))}"
    for nested in block.blocks.values():
        here = (*path, nested.name)
        yield f"{indent}block {nested.name} ({_often(nested, facts.argument(owner, here))})"
        if len(path) < depth:
            yield from _body(owner, nested.block, facts, here, depth)
        else:
            yield f"{indent}  … ask get_resource_schema with path {'.'.join(here)}"


def _argument(attribute: Attribute, known: ArgumentFacts) -> str:
    words = [spell(attribute.type), "required" if attribute.required or known.required else "optional"]
    if attribute.sensitive:
        words.append("sensitive")
    if attribute.write_only:
        words.append("write-only")
    if known.allowed:
        more = "|…" if len(known.allowed) > _MOST_VALUES else ""
        words.append(f"one of {'|'.join(known.allowed[:_MOST_VALUES])}{more}")
    if known.minimum is not None or known.maximum is not None:
        words.append(f"from {_bound(known.minimum)} to {_bound(known.maximum)}")
    if known.max_length is not None:
        words.append(f"at most {known.max_length} characters")
    if known.format:
        words.append(known.format)
    if known.replaces:
        words.append("a change replaces")
    return f"{attribute.name}: {', '.join(words)}"


def _bound(value: float | None) -> str:
    return "any" if value is None else f"{value:g}"


def _often(nested: NestedBlock, known: ArgumentFacts) -> str:
    fewest = "required" if nested.required or known.required else "optional"
    single = nested.nesting in ("single", "group") or nested.max_items == 1
    return f"{fewest}, {'once' if single else 'may repeat'}"
