"""The values that a `count` can have, followed through conditions and local values."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from aws_orchestrator.hcl.expressions import branches, call, text, unwrap
from aws_orchestrator.hcl.find import AttributeView, BlockView, FileView, ModuleView

_DEPTH = 5
_LOCAL = re.compile(r"local\.([A-Za-z_][\w-]*)")


def counted(module: ModuleView) -> Iterator[tuple[BlockView, AttributeView]]:
    """Every resource, data source and module call with a count, and that count."""
    for block in (*module.resources(), *module.data(), *module.blocks("module")):
        count = block.attributes.get("count")
        if count is not None:
            yield block, count


def is_switch(module: ModuleView, count: AttributeView) -> bool:
    """Whether the count is always 0 or 1 by the way it is written."""
    return all(value in ("0", "1") for value, _ in _of(module, count))


def counts_a_collection(module: ModuleView, count: AttributeView) -> bool:
    """Whether the count can be the size of a collection."""
    return any(counts for _, counts in _of(module, count))


def _of(module: ModuleView, count: AttributeView) -> list[tuple[str, bool]]:
    return _values(module, module.files[count.file], count.expression, _DEPTH)


def _values(module: ModuleView, file: FileView, node: Node, depth: int) -> list[tuple[str, bool]]:
    """The values as written, each with whether it is the size of a collection."""
    both = branches(node)
    if both is not None:
        return [value for branch in both for value in _values(module, file, branch, depth)]
    followed = _followed(module, file, node)
    if followed is not None and depth > 0:
        return _values(module, module.files[followed.file], followed.expression, depth - 1)
    return [(text(unwrap(node), file.content), _counts(node, file.content))]


def _followed(module: ModuleView, file: FileView, node: Node) -> AttributeView | None:
    """The local value that an expression is, when it is nothing else."""
    alone = _LOCAL.fullmatch(text(_unwrap_parentheses(node), file.content))
    return module.locals().get(alone[1]) if alone else None


def _unwrap_parentheses(node: Node) -> Node:
    while (children := node.children) and children[0].type == "(" and len(children) == 3:
        node = children[1]
    return node


def _counts(node: Node, content: bytes) -> bool:
    if b"length" not in content[node.start_byte : node.end_byte]:
        return False  # most are a condition: not worth a walk
    found = call(node, content)
    if found is not None and found.name == "length":
        return True
    return any(_counts(child, content) for child in node.children if child.child_count)
