"""What an expression refers to: `var.x`, `aws_s3_bucket.this[0].id`, wherever they stand in it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from tree_sitter import Node

from aws_orchestrator.errors import UsageError
from aws_orchestrator.hcl.scan import scan
from aws_orchestrator.hcl.syntax import parse

_PREFIX = b"_ = "
_STEPS = frozenset({"get_attr", "index", "splat"})
_LITERAL = re.compile(r"-?[0-9][0-9.eE+-]*|true|false|null")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_PLAIN = re.compile(r'[^"\\$%\r\n]*')
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Traversal:
    """One reference: a name and the attributes taken from it.

    `parts` are the names in order, without indexes; `part_ends` is the byte after each. `indexed_after`
    is the number of parts before the first index or splat (None without one) and `index` that index as
    written: `[0]`, `[*]`, `.0`. Byte offsets count from the start of the expression, or of the file for
    an expression of a view.
    """

    parts: tuple[str, ...]
    part_ends: tuple[int, ...]
    start: int
    end: int
    indexed_after: int | None = None
    index: str = ""

    @property
    def address(self) -> str:
        """What is referred to: `var.x`, `local.y`, `module.m`, `TYPE.NAME`, `data.TYPE.NAME`."""
        return ".".join(self.parts[: self.address_length])

    @property
    def address_length(self) -> int:
        """How many parts the address has."""
        return 3 if self.parts[0] in ("data", "ephemeral") else 2

    @property
    def address_indexed(self) -> bool:
        """Whether one instance (or a splat of all) is chosen right after the address."""
        return self.indexed_after == self.address_length


def traversals(expression: str | bytes) -> tuple[Traversal, ...]:
    """Every reference in an expression, in order, also inside templates, without names bound by `for`.

    Raises UsageError when it is nested hundreds deep.
    """
    source = expression.encode() if isinstance(expression, str) else expression
    # The newline ends a heredoc whose marker is the last line.
    content = _PREFIX + source + b"\n"
    try:
        return tuple(_walk(parse(content).root_node, content, len(_PREFIX), frozenset()))
    except RecursionError:
        raise UsageError(
            "An expression is nested too deeply to be read; split it with local values."
        ) from None


def traversals_in(node: Node, content: bytes) -> tuple[Traversal, ...]:
    """Every reference in an expression of a view, without parsing it again; offsets are those of the file."""
    return tuple(_walk(node, content, 0, frozenset()))


def traversals_at(content: bytes, start: int, end: int) -> tuple[Traversal, ...]:
    """Every reference in the argument's value that stands there; offsets are those of the file.

    As `traversals_in`, but values that were read before are not read again: an edit changes one of hundreds.
    """
    return tuple(
        replace(
            found,
            part_ends=tuple(one + start for one in found.part_ends),
            start=found.start + start,
            end=found.end + start,
        )
        for found in _kept(content[start:end])
    )


@lru_cache(maxsize=4_096)
def _kept(expression: bytes) -> tuple[Traversal, ...]:
    content = _PREFIX + expression + b"\n"
    return tuple(_walk(parse(content).root_node, content, len(_PREFIX), frozenset()))


def index_guarded(expression: str, guarded: Collection[str]) -> str:
    """The expression with `[0]` after each of the addresses that has no index; all else is unchanged."""
    if not guarded:
        return expression
    source = expression.encode()
    positions = [
        reference.part_ends[reference.address_length - 1]
        for reference in traversals(source)
        if reference.address in guarded
        and len(reference.parts) >= reference.address_length
        and not reference.address_indexed
    ]
    for position in sorted(positions, reverse=True):
        source = source[:position] + b"[0]" + source[position:]
    return source.decode()


def is_literal(expression: str) -> bool:
    """Whether the expression is one number, boolean, null or string without interpolation."""
    text = expression.strip()
    return _LITERAL.fullmatch(text) is not None or string_literal(text) is not None


def string_literal(expression: str) -> str | None:
    """The value of a plain quoted string, escapes resolved; None for any other expression."""
    text = expression.strip()
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return None
    inner = text[1:-1]
    if _PLAIN.fullmatch(inner):
        return inner
    try:
        kinds = [token.kind for token in scan(text)]
    except ValueError:
        return None
    if kinds not in (["open quote", "close quote"], ["open quote", "quoted text", "close quote"]):
        return None
    return _ESCAPE.sub(_unescape, inner).replace("$${", "${").replace("%%{", "%{")


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPES.get(match[3], match[0])


def _walk(node: Node, content: bytes, shift: int, bound: frozenset[str]) -> Iterator[Traversal]:
    kind = node.type
    if kind in ("for_tuple_expr", "for_object_expr", "template_for"):
        yield from _for(node, content, shift, bound)
        return
    children = node.children
    for index, child in enumerate(children):
        if child.type == "variable_expr":
            if not _is_key(node, children):
                yield from _reference(child, children[index + 1 :], content, shift, bound)
        elif child.child_count:
            yield from _walk(child, content, shift, bound)


def _is_key(node: Node, siblings: list[Node]) -> bool:
    """Whether a lone name is the key of an object element: `{ name = 1 }` refers to nothing."""
    if len(siblings) != 1 or node.type != "expression":
        return False
    parent = node.parent
    if parent is None or parent.type != "object_elem":
        return False
    return parent.children[0] == node


def _for(node: Node, content: bytes, shift: int, bound: frozenset[str]) -> Iterator[Traversal]:
    names = bound
    for child in node.children:
        if child.type in ("for_intro", "template_for_start"):
            # What is iterated does not see the names that it binds.
            yield from _walk(child, content, shift, bound)
            names = bound | {_text(content, name) for name in child.children if name.type == "identifier"}
        elif child.child_count:
            yield from _walk(child, content, shift, names)


def _text(content: bytes, node: Node) -> str:
    return content[node.start_byte : node.end_byte].decode(errors="replace")


def _reference(
    name: Node, following: list[Node], content: bytes, shift: int, bound: frozenset[str]
) -> Iterator[Traversal]:
    root = _text(content, name)
    parts, ends = [root], [name.end_byte - shift]
    end = name.end_byte
    indexed_after: int | None = None
    index = ""
    for step in (*following, *_steps_after_parentheses(name)):
        if step.type not in _STEPS:
            break
        end = step.end_byte
        if step.type == "get_attr":
            parts.append(_text(content, step.children[-1]))
            ends.append(end - shift)
            continue
        if indexed_after is None:
            indexed_after = len(parts)
            index = _text(content, step.children[0].children[0] if step.type == "splat" else step)
        if step.type == "splat":
            for inner in step.children[0].children:
                if inner.type == "get_attr":
                    parts.append(_text(content, inner.children[-1]))
                    ends.append(inner.end_byte - shift)
    if root not in bound:
        yield Traversal(tuple(parts), tuple(ends), name.start_byte - shift, end - shift, indexed_after, index)


def _steps_after_parentheses(name: Node) -> list[Node]:
    """The steps of `(a)[0].b`, where nothing but the name is in the parentheses."""
    inner = name.parent
    outer = inner.parent if inner is not None else None
    if inner is None or outer is None or inner.type != "expression" or inner.children[0] != name:
        return []
    siblings = outer.children
    at = siblings.index(inner)
    if at == 0 or siblings[at - 1].type != "(" or at + 1 == len(siblings) or siblings[at + 1].type != ")":
        return []
    return siblings[at + 2 :]
