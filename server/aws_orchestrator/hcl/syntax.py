"""tree-sitter's view of an HCL file: a tree that survives errors, with byte offsets."""

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser, Tree

_LANGUAGE = Language(tree_sitter_hcl.language())


def parse(content: bytes, edited: Tree | None = None) -> Tree:
    """The syntax tree of a file; a broken file gives one with ERROR and MISSING nodes.

    `edited` is the tree of an earlier content that was told of every edit since: what is the same is taken over.
    """
    # A parser is cheap (microseconds) and not safe to share between threads.
    parser = Parser(_LANGUAGE)
    return parser.parse(content) if edited is None else parser.parse(content, edited)


def first_error(content: bytes) -> tuple[int, int, str] | None:
    """Where the file first stops being HCL (byte range) and what is wrong there, or None."""
    return first_error_of(parse(content), content)


def first_error_of(tree: Tree, content: bytes) -> tuple[int, int, str] | None:
    """As `first_error`, for a file that is already parsed."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return error.start, error.end, f"byte {error.start} is not UTF-8; save the file as UTF-8"
    if not tree.root_node.has_error:
        # The grammar also accepts a file that is one object, as `{ "a" = 1 }`; Terraform does not.
        stray = next((node for node in tree.root_node.children if node.type not in ("body", "comment")), None)
        if stray is None:
            return None
        return stray.start_byte, stray.end_byte, "a file holds blocks and arguments, not a value of its own"
    node = _first_broken(tree.root_node)
    if node.is_missing:
        wanted = node.type.replace("_", " ")
        return node.start_byte, max(node.end_byte, node.start_byte), f"{wanted!r} is missing here"
    text = content[node.start_byte : node.end_byte].decode(errors="replace").split("\n", 1)[0]
    shown = text if len(text) <= 40 else text[:39] + "…"
    return node.start_byte, node.end_byte, f"this is not valid HCL: {shown}"


def _first_broken(node: Node) -> Node:
    """The first ERROR or MISSING node, the innermost one where errors are nested."""
    while True:
        broken = next((child for child in node.children if child.has_error or child.is_missing), None)
        if broken is None:
            return node
        node = broken
