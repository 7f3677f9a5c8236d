"""The layout of `terraform fmt` without a Terraform: indentation, spaces, aligned `=` and comments.

The algorithm is that of hclwrite: tokens are grouped into lines, a line into up to three cells (what
leads, the assignment, the trailing comment), and cells of neighbouring lines are put into columns.
Templates and heredocs keep their text; code inside `${ }` gets its spaces. The rewrites of expressions
and labels are in `modernise.py`.
"""

from dataclasses import dataclass, field

import regex

from aws_orchestrator.hcl import scan
from aws_orchestrator.hcl.modernise import modernise
from aws_orchestrator.hcl.scan import ScanError, Token
from aws_orchestrator.hcl.syntax import first_error

_GRAPHEME = regex.compile(r"\X")
_OPENERS = frozenset({"{", "[", "(", scan.INTERPOLATION, scan.DIRECTIVE})
_CLOSERS = frozenset({"}", "]", ")", scan.TEMPLATE_END})
_TEXT_BEFORE = frozenset({scan.QUOTED, scan.HEREDOC_TEXT, scan.OPEN_QUOTE, scan.OPEN_HEREDOC})
_TEXT_AFTER = frozenset({scan.QUOTED, scan.HEREDOC_TEXT, scan.CLOSE_QUOTE, scan.CLOSE_HEREDOC})
# After one of these a minus is a sign, not a subtraction.
_SIGN_AFTER = frozenset(
    [
        "",
        "(",
        "{",
        "[",
        "=",
        ":",
        ",",
        "?",
        "+",
        "*",
        "/",
        "%",
        "-",
        "==",
        "!=",
        ">",
        ">=",
        "<",
        "<=",
        "&&",
        "||",
        "!",
    ]
)


@dataclass(slots=True)
class _Line:
    lead: list[Token]
    assign: list[Token] = field(default_factory=list)
    comment: list[Token] = field(default_factory=list)


def format_source(content: bytes) -> bytes:
    """The file as `terraform fmt` leaves it; a file that is not HCL comes back unchanged, as there."""
    if first_error(content) is not None:
        return content
    try:
        tokens = modernise(scan.scan(content.decode()))
    except ScanError:
        return content
    lines = _lines(tokens)
    _indent(lines)
    for line in lines:
        _space(line.lead)
        _space(line.assign)
    _align(lines)
    return "".join([" " * token.spaces + token.text for token in tokens]).encode()


def _depth(token: Token) -> int:
    return (token.kind in _OPENERS) - (token.kind in _CLOSERS)


def _lines(tokens: list[Token]) -> list[_Line]:
    lines: list[_Line] = []
    start = 0
    for index, token in enumerate(tokens):
        # `#` and `//` comments hold the newline that ends them.
        if token.kind == scan.NEWLINE or (token.kind == scan.COMMENT and token.text.endswith("\n")):
            lines.append(_cells(tokens[start : index + 1]))
            start = index + 1
    if start < len(tokens):
        lines.append(_cells(tokens[start:]))
    return lines


def _cells(tokens: list[Token]) -> _Line:
    line = _Line(tokens)
    if len(tokens) > 1 and tokens[-1].kind == scan.COMMENT:
        line.comment = tokens[-1:]
        line.lead = tokens[:-1]
    for index, token in enumerate(line.lead):
        if index > 0 and token.kind == "=":
            # Only a value that ends on its line is put into a column.
            if sum(map(_depth, line.lead[index:])) == 0:
                line.assign = line.lead[index:]
                line.lead = line.lead[:index]
            break
    return line


def _indent(lines: list[_Line]) -> None:
    # Each level remembers how many brackets its line opened, so that `[{` is one level and `}]` closes it.
    levels: list[int] = []
    for line in lines:
        first = line.lead[0]
        if first.kind == scan.NEWLINE:
            first.spaces = 0
            continue
        net = 0
        for token in line.lead:
            net += _depth(token)
            if token.kind == scan.OPEN_HEREDOC:
                break
        net += sum(map(_depth, line.assign))
        if net < 0:
            _close(levels, -net)
        first.spaces = 2 * len(levels)
        if net > 0:
            levels.append(net)


def _close(levels: list[int], closed: int) -> None:
    while closed > 0 and levels:
        if closed < levels[-1]:
            levels[-1] -= closed
            return
        if closed == levels[-1]:
            levels.pop()
            return
        closed -= levels.pop()


def _space(cell: list[Token]) -> None:
    before = ""
    for index in range(len(cell) - 1):
        subject, after = cell[index], cell[index + 1]
        after.spaces = 1 if _apart(before, subject, after.kind) else 0
        before = subject.kind


def _apart(before: str, subject: Token, after: str) -> bool:
    """Whether a space stands between a token and the one after it; the order of the questions is the rule."""
    kind = subject.kind
    if _joined(kind, after):
        return False
    if kind == ",":
        return True
    if kind in _TEXT_BEFORE or after in _TEXT_AFTER:
        return False
    if kind == scan.IDENT and subject.text == "in" and before == scan.IDENT:
        return True  # `for x in [a]`: not an index
    if after == "[" and (kind in (scan.IDENT, scan.NUMBER) or kind in _CLOSERS):
        return False
    if kind == "!":
        return False
    if kind == "-":
        return before not in _SIGN_AFTER
    if kind == "{" or after == "}":
        return not (kind == "{" and after == "}")
    return _apart_at_bracket(kind, after)


def _joined(kind: str, after: str) -> bool:
    return (
        after == scan.NEWLINE
        or (kind == scan.IDENT and after in ("(", "::"))
        or (kind == "::" and after == scan.IDENT)
        or kind == "."
        or after in (".", ",", "...")
    )


def _apart_at_bracket(kind: str, after: str) -> bool:
    if kind in (scan.INTERPOLATION, scan.DIRECTIVE) and after == "{":
        return True
    if kind == "}" and after == scan.TEMPLATE_END:
        return True
    if kind == scan.TEMPLATE_END and after in (scan.INTERPOLATION, scan.DIRECTIVE):
        return False
    return kind not in _OPENERS and after not in _CLOSERS


def _align(lines: list[_Line]) -> None:
    # Assignments first: moving them moves what the comments are aligned with.
    chain: list[tuple[Token, int]] = []
    for line in lines:
        if line.assign:
            chain.append((line.assign[0], _columns(line.lead)))
        else:
            _put_in_column(chain)
    _put_in_column(chain)
    for line in lines:
        if line.comment:
            chain.append((line.comment[0], _columns(line.lead) + _columns(line.assign)))
        else:
            _put_in_column(chain)
    _put_in_column(chain)


def _put_in_column(chain: list[tuple[Token, int]]) -> None:
    if chain:
        widest = max(columns for _, columns in chain)
        for token, columns in chain:
            token.spaces = widest - columns + 1
        chain.clear()


def _columns(cell: list[Token]) -> int:
    return sum(token.spaces + _width(token.text) for token in cell)


def _width(text: str) -> int:
    """Grapheme clusters, which is what hclwrite counts as a column."""
    return len(text) if text.isascii() and "\r\n" not in text else len(_GRAPHEME.findall(text))
