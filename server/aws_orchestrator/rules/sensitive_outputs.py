"""An output that shows a secret is marked sensitive."""

from collections.abc import Iterator, Mapping

from tree_sitter import Node

from aws_orchestrator.catalog import Attribute, Block, Catalog, TypeKind
from aws_orchestrator.findings import Finding, Fix, Severity
from aws_orchestrator.hcl.expressions import ancestors, call, text
from aws_orchestrator.hcl.find import AttributeView, BlockView, FileView, ModuleView
from aws_orchestrator.hcl.references import Traversal, traversals_at
from aws_orchestrator.rules.rule import Rule, RuleContext, argument_insertion, replacement

_DEPTH = 5
# Their results carry no secret, whatever they are given.
_REVEALING_NOTHING = frozenset({"nonsensitive", "issensitive", "type"})


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    variables = module.variables()
    secret_variables = {name for name, block in variables.items() if _marked(block)}
    local_values = module.locals()
    for block in module.blocks("output"):
        value = block.attributes.get("value")
        if value is None or (
            "sensitive" in block.attributes and block.attributes["sensitive"].value != "false"
        ):
            continue
        found = _secret(module, context.catalog, secret_variables, local_values, value, _DEPTH)
        if found is None:
            continue
        file = module.files[block.file]
        yield RULE.finding(
            file,
            value.value_start,
            value.value_end,
            f"Output {block.name} shows {found} and is not marked sensitive",
            "Terraform refuses such an output in a root module, and prints it in every plan where it does not know. Set "
            "sensitive = true.",
            fix=_fix(file, block),
        )


def _marked(block: BlockView) -> bool:
    sensitive = block.attributes.get("sensitive")
    return sensitive is not None and sensitive.value == "true"


def _secret(
    module: ModuleView,
    catalog: Catalog | None,
    variables: set[str],
    local_values: Mapping[str, AttributeView],
    value: AttributeView,
    depth: int,
) -> str | None:
    """What of the value is a secret, as people call it; None when nothing is."""
    file = module.files[value.file]
    for found in traversals_at(file.content, value.value_start, value.value_end):
        if _hidden(file, value, found):
            continue
        root, name = found.parts[0], found.parts[1] if len(found.parts) > 1 else ""
        if root == "var" and name in variables:
            return f"the sensitive variable {name}"
        if root == "local" and depth > 0:
            target = local_values.get(name)
            inner = _secret(module, catalog, variables, local_values, target, depth - 1) if target else None
            if inner is not None:
                return inner
        elif catalog is not None and (secret := _sensitive_attribute(catalog, found)) is not None:
            return secret
    return None


def _hidden(file: FileView, value: AttributeView, found: Traversal) -> bool:
    node = file.root.descendant_for_byte_range(found.start, found.end)
    if node is None:
        return False
    for outer in (node, *ancestors(node)):
        if outer.start_byte < value.value_start:
            return False
        if _calls(outer, file.content) in _REVEALING_NOTHING:
            return True
    return False


def _calls(node: Node, content: bytes) -> str:
    return text(node.children[0], content) if node.type == "function_call" and call(node, content) else ""


def _sensitive_attribute(catalog: Catalog, found: Traversal) -> str | None:
    kind: TypeKind = "data" if found.parts[0] == "data" else "resource"
    start = 1 if kind == "data" else 0
    if found.parts[0] in (
        "var",
        "local",
        "module",
        "each",
        "self",
        "path",
        "terraform",
        "count",
        "ephemeral",
    ):
        return None
    if len(found.parts) < start + 3:
        return None  # a whole resource: what is inside keeps its own marks
    schema = catalog.type(kind, found.parts[start])
    if schema is None:
        return None
    path: list[str] = []
    block: Block | None = schema.block
    for name in found.parts[start + 2 :]:
        attribute: Attribute | None = block.attributes.get(name) if block is not None else None
        path.append(name)
        if attribute is not None:
            return f"{found.address}'s sensitive {'.'.join(path)}" if attribute.sensitive else None
        nested = block.blocks.get(name) if block is not None else None
        block = nested.block if nested is not None else None
    return None


def _fix(file: FileView, block: BlockView) -> Fix:
    written = block.attributes.get("sensitive")
    title = "Mark the output sensitive"
    if written is not None:
        return replacement(title, written, "true")
    return Fix(title=title, edits=(argument_insertion(file, block, "sensitive = true"),), preferred=True)


RULE = Rule(
    id="sensitive-outputs",
    title="Sensitive outputs",
    severity=Severity.WARNING,
    why="A secret in an unmarked output is printed in every plan and every log of a pipeline.",
    check=_check,
    fixes="sensitive = true is written",
)
