"""`count` switches a resource on or off; collections go through `for_each`."""

from collections.abc import Iterator

from tree_sitter import Node

from aws_orchestrator.findings import Finding, Severity
from aws_orchestrator.hcl.expressions import branches, call, text, unwrap
from aws_orchestrator.hcl.find import AttributeView, FileView, ModuleView
from aws_orchestrator.hcl.references import traversals_in
from aws_orchestrator.rules.rule import Rule, RuleContext

_DEPTH = 5


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    for block in (*module.resources(), *module.data(), *module.blocks("module")):
        count = block.attributes.get("count")
        if count is None:
            continue
        file = module.files[count.file]
        values = _values(module, file, count.expression, _DEPTH)
        if all(value in ("0", "1") for value, _ in values):
            continue
        address = module.address(block)
        if any(counts for _, counts in values):
            yield RULE.finding(
                file,
                count.start,
                count.end,
                f"{address} counts a collection",
                "Taking an element out of the middle renumbers, and so replaces, everything after it. Use for_each "
                "over a map or set, whose keys stay.",
            )
        else:
            yield RULE.finding(
                file,
                count.start,
                count.end,
                f"The count of {address} is no on/off switch",
                "Write count = CONDITION ? 1 : 0, or for_each when there can be several.",
            )


def _values(module: ModuleView, file: FileView, node: Node, depth: int) -> list[tuple[str, bool]]:
    """The values that a count can have, as written, each with whether it is the size of a collection."""
    both = branches(node)
    if both is not None:
        return [value for branch in both for value in _values(module, file, branch, depth)]
    followed = _followed(module, file, node)
    if followed is not None and depth > 0:
        return _values(module, module.files[followed.file], followed.expression, depth - 1)
    return [(text(unwrap(node), file.content), _counts(node, file.content))]


def _followed(module: ModuleView, file: FileView, node: Node) -> AttributeView | None:
    """The local value that an expression is, when it is nothing else."""
    found = traversals_in(node, file.content)
    if len(found) != 1 or found[0].parts[0] != "local" or len(found[0].parts) != 2:
        return None
    if file.content[found[0].start : found[0].end] != text(unwrap_parentheses(node), file.content).encode():
        return None
    return module.locals().get(found[0].parts[1])


def unwrap_parentheses(node: Node) -> Node:
    """The expression without the parentheses around it."""
    while (children := node.children) and children[0].type == "(" and len(children) == 3:
        node = children[1]
    return node


def _counts(node: Node, content: bytes) -> bool:
    found = call(node, content)
    if found is not None and found.name == "length":
        return True
    return any(_counts(child, content) for child in node.children if child.child_count)


RULE = Rule(
    id="conditional-resources",
    title="Conditional resources",
    severity=Severity.WARNING,
    why="Elements of a counted collection are known by number: a change in the middle replaces the rest.",
    check=_check,
)
