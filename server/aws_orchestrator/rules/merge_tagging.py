"""Every resource that has tags gets merge({ "Name" = … }, var.tags, var.<resource>_tags)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from aws_orchestrator.catalog import Catalog, TypeSchema
from aws_orchestrator.findings import Edit, Finding, Fix, Severity
from aws_orchestrator.hcl.expressions import branches, call, list_items, object_items, text
from aws_orchestrator.hcl.find import AttributeView, BlockView, FileView, ModuleView
from aws_orchestrator.hcl.references import traversals_in
from aws_orchestrator.rules.rule import Rule, RuleContext, argument_insertion

_DEPTH = 6
_PARTS = ('a map with "Name"', "var.tags", "var.<resource>_tags")


@dataclass(slots=True)
class _Merged:
    """What a tags expression is made of."""

    name: bool = False
    common: bool = False
    own: bool = False

    @property
    def missing(self) -> list[str]:
        present = (self.name, self.common, self.own)
        return [part for part, there in zip(_PARTS, present, strict=True) if not there]


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    if context.catalog is None:
        return
    for block in module.resources():
        schema = context.catalog.resource(block.labels[0])
        if schema is not None:
            yield from _resource(module, context.catalog, block, schema)


def _resource(
    module: ModuleView, catalog: Catalog, block: BlockView, schema: TypeSchema
) -> Iterator[Finding]:
    if schema.taggable:
        tags = block.attributes.get("tags")
        if tags is None:
            yield _untagged(module, block, "tags", _insertion(module, block))
        else:
            yield from _tags(module, block, tags)
    if _has_tag_blocks(schema):
        yield from _tag_blocks(module, block)
    specifications = schema.block.blocks.get("tag_specifications")
    if specifications is not None and "tags" in specifications.block.attributes:
        yield from _tag_specifications(module, block)


def _has_tag_blocks(schema: TypeSchema) -> bool:
    """Whether tags are written as `tag { key value }`, as an auto scaling group does."""
    tag = schema.block.blocks.get("tag")
    # Where the block is required it is what the resource is about, as of aws_autoscaling_group_tag.
    return tag is not None and not tag.required and {"key", "value"} <= tag.block.attributes.keys()


def _tag_blocks(module: ModuleView, block: BlockView) -> Iterator[Finding]:
    dynamic = [inner for inner in block.blocks if inner.type == "dynamic" and inner.name == "tag"]
    if not dynamic:
        # Single tags written by hand cannot carry var.tags.
        yield _untagged(module, block, 'a dynamic "tag" block', None)
    for inner in dynamic:
        if (items := inner.attributes.get("for_each")) is not None:
            yield from _tags(module, block, items, repairable=False)


def _tag_specifications(module: ModuleView, block: BlockView) -> Iterator[Finding]:
    written = list(block.nested("tag_specifications"))
    if not written:
        yield _untagged(module, block, "tag_specifications", None)
    for inner in written:
        tags = inner.attributes.get("tags")
        if tags is None:
            yield _untagged(module, inner, "tags", None, address=module.address(block))
        else:
            yield from _tags(module, block, tags)


def _untagged(module: ModuleView, block: BlockView, what: str, fix: Fix | None, address: str = "") -> Finding:
    return RULE.finding(
        module.files[block.file],
        block.header_start,
        block.header_end,
        f"{address or module.address(block)} has no tags",
        f"Nobody can tell whose it is or what it costs. Give it {what} from {_wanted(block)}.",
        fix=fix,
    )


def _wanted(block: BlockView) -> str:
    return f'merge({{ "Name" = … }}, var.tags, var.{_own_variable(block)})'


def _own_variable(block: BlockView) -> str:
    """The name of the variable with the tags of one resource type: `s3_bucket_tags`."""
    return f"{block.labels[0].removeprefix('aws_')}_tags" if len(block.labels) == 2 else "resource_tags"


def _tags(
    module: ModuleView, block: BlockView, tags: AttributeView, *, repairable: bool = True
) -> Iterator[Finding]:
    file = module.files[tags.file]
    merged = _Merged()
    _gather(module, file, tags.expression, merged, _DEPTH)
    if not merged.missing:
        return
    yield RULE.finding(
        file,
        tags.value_start,
        tags.value_end,
        f"The tags of {module.address(block)} lack {_and(merged.missing)}",
        f"Write {_wanted(block)}: a name to find it by, the tags of the whole module, and those of this resource.",
        fix=_completion(module, file, block, tags, merged) if repairable else None,
    )


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _gather(module: ModuleView, file: FileView, node: Node, merged: _Merged, depth: int) -> None:
    """Note what an expression brings into the tags, through merge(), conditions and local values."""
    if depth == 0:
        return
    found = call(node, file.content)
    both = branches(node)
    items = object_items(node, file.content)
    if found is not None:
        for argument in found.arguments:
            _gather(module, file, argument, merged, depth - 1)
    elif both is not None:
        for branch in both:
            _gather(module, file, branch, merged, depth - 1)
    elif items is not None:
        merged.name = merged.name or any(item.key == "Name" for item in items)
    elif (elements := list_items(node)) is not None:
        for element in elements:
            _gather(module, file, element, merged, depth - 1)
    else:
        _gather_references(module, file, node, merged, depth)


def _gather_references(module: ModuleView, file: FileView, node: Node, merged: _Merged, depth: int) -> None:
    if '"Name"' in text(node, file.content):
        merged.name = True  # a `for` that makes the map
    locals_ = None
    for reference in traversals_in(node, file.content):
        root, *rest = reference.parts
        if root == "var" and rest[:1] == ["tags"]:
            merged.common = True
        elif rest and (rest[-1] == "tags" or rest[-1].endswith("_tags")) and root in ("var", "each"):
            merged.own = True
        elif root == "local" and rest:
            locals_ = module.locals() if locals_ is None else locals_
            if (value := locals_.get(rest[0])) is not None:
                _gather(module, module.files[value.file], value.expression, merged, depth - 1)


def _insertion(module: ModuleView, block: BlockView) -> Fix:
    pieces = [_name_map(module, block), "var.tags", f"var.{_own_variable(block)}"]
    declarations = _declarations(module, block)
    file = module.files[block.file]
    edit = argument_insertion(file, block, f"tags = merge({', '.join(pieces)})")
    return Fix(title="Add the merged tags", edits=(edit, *declarations), preferred=True)


def _completion(
    module: ModuleView, file: FileView, block: BlockView, tags: AttributeView, merged: _Merged
) -> Fix | None:
    declarations = _declarations(module, block, common=not merged.common, own=not merged.own)
    if "<<" in tags.value:
        return None
    found = call(tags.expression, file.content)
    if found is not None and found.name == "merge" and found.arguments:
        existing = file.text(found.arguments[0].start_byte, found.arguments[-1].end_byte)
    else:
        existing = tags.value
    pieces = [] if merged.name else [_name_map(module, block)]
    pieces.append(existing)
    pieces += [] if merged.common else ["var.tags"]
    pieces += [] if merged.own else [f"var.{_own_variable(block)}"]
    text_ = f"merge({', '.join(pieces)})"
    edit = Edit(file=file.file, start=tags.value_start, end=tags.value_end, text=text_)
    return Fix(title="Merge the missing tags", edits=(edit, *declarations), preferred=True)


def _name_map(module: ModuleView, block: BlockView) -> str:
    if "name" in module.locals():
        value = "local.name"
    elif "name" in module.variables():
        value = "var.name"
    else:
        value = f'"{block.name}"'
    return f'{{ "Name" = {value} }}'


def _declarations(
    module: ModuleView, block: BlockView, *, common: bool = True, own: bool = True
) -> tuple[Edit, ...]:
    """The edit that declares the tag variables that the fix uses and the module lacks, in a new file if need be."""
    known = module.variables()
    wanted = [("tags", "Tags of every resource of the module.")] if common else []
    if own:
        kind = block.labels[0] if len(block.labels) == 2 else "the resource"
        wanted.append((_own_variable(block), f"More tags of {kind}, which win over those of the module."))
    lacking = [(name, description) for name, description in wanted if name not in known]
    if not lacking:
        return ()
    blocks = "\n".join(
        f'variable "{name}" {{\n  description = "{description}"\n  type        = map(string)\n'
        f"  default     = {{}}\n}}\n"
        for name, description in lacking
    )
    home = _home(module)
    if home is None:
        return (Edit(file="variables.tf", start=0, end=0, text=blocks),)
    end = len(home.content)
    gap = "" if not end else "\n" if home.content.endswith(b"\n") else "\n\n"
    newline = "\r\n" if b"\r\n" in home.content else "\n"
    return (Edit(file=home.file, start=end, end=end, text=(gap + blocks).replace("\n", newline)),)


def _home(module: ModuleView) -> FileView | None:
    """The file in which the module keeps its variables; None when there is none yet."""
    if "variables.tf" in module.files:
        return module.files["variables.tf"]
    counted = Counter(block.file for block in module.variables().values())
    return module.files[counted.most_common(1)[0][0]] if counted else None


RULE = Rule(
    id="merge-tagging",
    title="Merge tagging",
    severity=Severity.WARNING,
    why="Untagged resources cannot be found, owned or charged to anybody.",
    check=_check,
    needs_catalog=True,
    fixes="the missing parts are merged in, and variables that lack are declared",
)
