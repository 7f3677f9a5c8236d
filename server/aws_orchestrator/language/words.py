"""What is known of an argument, block or type, as Markdown for people."""

from collections.abc import Iterator, Mapping

from aws_orchestrator.catalog import Attribute, Catalog, NestedBlock, TypeSchema
from aws_orchestrator.catalog.cty import spell
from aws_orchestrator.catalog.knowledge import Fact, Replacement
from aws_orchestrator.catalog.knowledge_formats import DESCRIPTIONS
from aws_orchestrator.language.schemas import TypedBlock

_FOLDERS = {"resource": "resources", "data": "data-sources", "ephemeral": "ephemeral-resources"}
_MOST_VALUES = 40


def about_argument(catalog: Catalog, body: TypedBlock, attribute: Attribute) -> str:
    """The page of an argument."""
    name = ".".join((*body.path, attribute.name))
    lines = [f"**{name}** `{_short(spell(attribute.type))}` · {', '.join(_flags(attribute))}"]
    lines += _facts(body, attribute.name, body.fact(attribute.name))
    lines.append(_link(catalog, body.schema, attribute.name))
    return "\n\n".join(lines)


def about_block(catalog: Catalog, body: TypedBlock, nested: NestedBlock) -> str:
    """The page of a nested block."""
    name = ".".join((*body.path, nested.name))
    fact = body.fact(nested.name)
    required = nested.required or bool(fact and fact.required)
    flags = ["required" if required else "optional", _how_many(nested)]
    if nested.block.deprecated:
        flags.append("**deprecated**")
    lines = [f"**{name}** block · {', '.join(flags)}"]
    needed = [one.name for one in nested.block.attributes.values() if one.required]
    if needed:
        lines.append(f"Needs {_listed(needed)}.")
    lines += _facts(body, nested.name, None)
    lines.append(_link(catalog, body.schema, nested.name))
    return "\n\n".join(lines)


def about_type(catalog: Catalog, schema: TypeSchema) -> str:
    """The page of a resource type or data source."""
    kind = {"resource": "resource", "data": "data source"}.get(schema.kind, schema.kind)
    lines = [f"**{schema.name}** {kind} of {catalog.provider} {catalog.version}"]
    if schema.block.deprecated:
        lines.append("**Deprecated**: a later version of the provider will not have it.")
    needed = [one.name for one in schema.block.attributes.values() if one.required]
    needed += [f"{block.name} {{ }}" for block in schema.block.blocks.values() if block.required]
    lines.append(f"Needs {_listed(needed)}." if needed else "Needs no argument.")
    if schema.taggable:
        lines.append("Has tags.")
    lines.append(_link(catalog, schema, ""))
    return "\n\n".join(lines)


def value_words(fact: Fact) -> Iterator[str]:
    """What the provider's code demands of a value, a sentence each."""
    if fact.values:
        shown = ", ".join(f"`{value}`" for value in fact.values[:_MOST_VALUES])
        more = f" and {len(fact.values) - _MOST_VALUES} more" if len(fact.values) > _MOST_VALUES else ""
        case = " (in any case)" if fact.fold else ""
        yield f"Allowed values: {shown}{more}{case}."
    if fact.low is not None or fact.high is not None:
        yield f"Must be {_between(fact.low, fact.high)}."
    if fact.format in DESCRIPTIONS:
        yield f"Must be {DESCRIPTIONS[fact.format]}."
    if fact.shortest is not None or fact.longest is not None:
        unit = "characters" if fact.characters else "bytes"
        yield f"Must have {_between(fact.shortest, fact.longest)} {unit}."
    if fact.pattern:
        yield f"Must match `{fact.pattern}`."


def default_of(replacement: Replacement | None, path: tuple[str, ...], argument: str) -> str:
    """What the provider plans when the argument is left out; empty when that is not known."""
    known = replacement.defaults.get("/".join((*path, argument))) if replacement else None
    return "" if known is None else str(known).lower() if isinstance(known, bool) else f"{known}"


def _facts(body: TypedBlock, argument: str, fact: Fact | None) -> Iterator[str]:
    if body.replacement is not None:
        when = body.replacement.when("/".join((*body.path, argument)))
        if when == "always":
            yield "**Changing this replaces the resource.**"
        elif when == "one_direction":
            yield "**Some changes of this replace the resource.**"
    default = default_of(body.replacement, body.path, argument)
    if default:
        yield f"Default: `{default}`."
    if fact is not None:
        yield from value_words(fact)
    if body.checks is not None:
        yield from _groups(body, argument)


def _groups(body: TypedBlock, argument: str) -> Iterator[str]:
    words = {
        "conflict": "Excludes",
        "at_most_one": "At most one of these is set: this and",
        "exactly_one": "Exactly one of these is set: this and",
        "at_least_one": "At least one of these is set: this and",
    }
    for group in body.checks.groups if body.checks else ():
        others = [name.replace("/", ".") for name in group.names if name != argument]
        if argument in group.names and group.kind in words:
            yield f"{words[group.kind]} {_listed(others)}."
        elif group.kind == "together" and group.names[0] == argument:
            yield f"Needs {_listed(others)} too."


def _flags(attribute: Attribute) -> list[str]:
    flags: Mapping[str, bool] = {
        "required": attribute.required,
        "optional": attribute.optional,
        "computed": attribute.computed,
        "sensitive": attribute.sensitive,
        "write-only": attribute.write_only,
        "**deprecated**": attribute.deprecated,
    }
    return [name for name, given in flags.items() if given] or ["read-only"]


def _how_many(nested: NestedBlock) -> str:
    if nested.nesting in ("single", "group") or nested.max_items == 1:
        return "at most one"
    return f"at most {nested.max_items}" if nested.max_items else "any number"


def _link(catalog: Catalog, schema: TypeSchema, argument: str) -> str:
    base = f"https://registry.terraform.io/providers/{catalog.provider}/{catalog.version}/docs"
    anchor = f"#{argument}" if argument else ""
    if schema.kind == "provider":
        return f"[Documentation]({base}{anchor})"
    name = schema.name.removeprefix(f"{catalog.provider_schema.name}_")
    return f"[Documentation]({base}/{_FOLDERS[schema.kind]}/{name}{anchor})"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:199]}…"


def _between(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high:.15g}"
    return f"at least {low:.15g}" if high is None else f"between {low:.15g} and {high:.15g}"
