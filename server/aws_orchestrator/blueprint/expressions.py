"""What may stand as an expression in a blueprint: exactly one, on one line unless it is inside brackets."""

from aws_orchestrator.hcl import scan
from aws_orchestrator.hcl.expressions import call
from aws_orchestrator.hcl.syntax import first_error_of, parse

_PREFIX = b"value = "
_OPENERS = frozenset({"{", "[", "(", scan.INTERPOLATION, scan.DIRECTIVE})
_CLOSERS = frozenset({"}", "]", ")", scan.TEMPLATE_END})


def expression_problem(expression: str) -> str | None:
    """What keeps the text from being one HCL expression, in a sentence; None when nothing does.

    Whoever writes a value must not be able to add an argument or a block with it.
    """
    shown = f"`{shorten(expression)}`"
    content = _PREFIX + expression.encode() + b"\n"
    tree = parse(content)
    if first_error_of(tree, content) is not None:
        return f"{shown} is not an HCL expression"
    body = tree.root_node.children[0].children if tree.root_node.children else []
    if len(body) != 1 or body[0].type != "attribute":
        return f"{shown} is more than one expression"
    try:
        # The newline ends a heredoc whose marker is the last line.
        tokens = scan.scan(expression.rstrip() + "\n")
    except scan.ScanError:
        return f"{shown} is not an HCL expression"
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.kind in _OPENERS) - (token.kind in _CLOSERS)
        if token.kind == scan.COMMENT:
            return f"{shown} holds a comment; put it into the part's `comment`"
        if token.kind == scan.OPEN_HEREDOC:
            return f'{shown} is a heredoc; write join("\\n", […]) or jsonencode(…)'
        if token.kind == scan.NEWLINE and depth == 0 and index < len(tokens) - 1:
            return f"{shown} goes on in another line outside of brackets; fold it with `>-`"
    return None


def called_function(expression: str) -> str | None:
    """The function whose call is the whole expression, or None."""
    content = _PREFIX + expression.encode() + b"\n"
    tree = parse(content)
    if first_error_of(tree, content) is not None:
        return None
    whole = call(tree.root_node.children[0].children[0].children[-1], content)
    return whole.name if whole else None


def shorten(expression: str) -> str:
    """The expression on one line of at most 60 characters."""
    line = " ".join(expression.split())
    return line if len(line) <= 60 else line[:57] + "…"
