"""What is in a module and where: files, blocks and arguments with their byte ranges.

The views are plain slotted dataclasses: thousands are made for every check, and they never cross a boundary.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from tree_sitter import Node, Tree

from aws_orchestrator.findings import Place
from aws_orchestrator.hcl.syntax import first_error_of, parse

_NO_ATTRIBUTES: Mapping[str, "AttributeView"] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class AttributeView:
    """One argument: `name = value`; ranges are bytes of its file."""

    file: str
    name: str
    start: int
    end: int
    name_start: int
    name_end: int
    value_start: int
    value_end: int
    value: str
    """The expression as it is written."""
    expression: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class BlockView:
    """One block: `type "label" { … }`; ranges are bytes of its file.

    The header is the type with the labels; the body lies between the braces. Where an argument is set
    twice, the first counts.
    """

    file: str
    type: str
    labels: tuple[str, ...]
    start: int
    end: int
    header_start: int
    header_end: int
    body_start: int
    body_end: int
    attributes: Mapping[str, AttributeView]
    blocks: tuple["BlockView", ...]

    @property
    def name(self) -> str:
        """The last label, or an empty string."""
        return self.labels[-1] if self.labels else ""

    def nested(self, type_: str) -> Iterator["BlockView"]:
        """The direct blocks of a type, with the content of `dynamic` blocks that make it."""
        for block in self.blocks:
            if block.type == type_:
                yield block
            elif block.type == "dynamic" and block.name == type_:
                content = dynamic_content(block)
                if content is not None:
                    yield content

    def walk(self) -> Iterator["BlockView"]:
        """The block and every block inside it, outermost first."""
        yield self
        for block in self.blocks:
            yield from block.walk()


def dynamic_content(block: BlockView) -> BlockView | None:
    """The `content` of a `dynamic "x"` block as a block of type x; None for any other block."""
    if block.type != "dynamic" or not block.labels:
        return None
    content = next((inner for inner in block.blocks if inner.type == "content"), None)
    if content is None:
        return None
    return BlockView(
        content.file,
        block.name,
        (),
        content.start,
        content.end,
        content.header_start,
        content.header_end,
        content.body_start,
        content.body_end,
        content.attributes,
        content.blocks,
    )


@dataclass(frozen=True, slots=True)
class FileView:
    """One parsed file; a broken one gives what can be found, and says where it breaks."""

    file: str
    content: bytes = field(repr=False)
    blocks: tuple[BlockView, ...]
    attributes: Mapping[str, AttributeView]
    """Arguments outside any block, as in a .tfvars file."""
    error: tuple[int, int, str] | None
    """The first syntax error (start, end, message); a file that has one must not be edited."""
    root: Node = field(repr=False, compare=False)

    @classmethod
    def of(cls, file: str, content: bytes, tree: Tree | None = None) -> "FileView":
        """The view of one file; any bytes are accepted. `tree` is its syntax tree, where it is already parsed."""
        tree = tree or parse(content)
        error = first_error_of(tree, content)
        try:
            attributes, blocks = _body(file, content, tree.root_node)
        except RecursionError:
            # Nobody writes blocks hundreds deep; a hostile file must not stop the server.
            attributes, blocks = _NO_ATTRIBUTES, ()
            error = error or (0, len(content), "blocks are nested too deeply to be read")
        return cls(file, content, blocks, attributes, error, tree.root_node)

    def line(self, position: int) -> int:
        """The 1-based line of a byte."""
        return bisect_right(_line_starts(self.content), position)

    def place(self, start: int, end: int) -> Place:
        """The place of a byte range."""
        return Place(file=self.file, start=start, end=end, line=self.line(start))

    def text(self, start: int, end: int) -> str:
        """The text of a byte range."""
        return self.content[start:end].decode(errors="replace")


@dataclass(frozen=True, slots=True)
class ModuleView:
    """The parsed files of one module, in name order."""

    files: Mapping[str, FileView]
    _found: dict[str | None, tuple[BlockView, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """By type, the blocks that were asked for: rules ask for the same ones hundreds of times."""
    _locals: dict[str, "AttributeView"] = field(default_factory=dict, init=False, repr=False, compare=False)
    _variables: dict[str, "BlockView"] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, files: Mapping[str, bytes], names: Collection[str] | None = None) -> "ModuleView":
        """The view of the module folder's own `.tf` files, or of exactly the named files."""
        if names is None:
            names = [name for name in files if "/" not in name and name.endswith(".tf")]
        return cls({name: FileView.of(name, files[name]) for name in sorted(names)})

    def blocks(self, type_: str | None = None) -> Iterator[BlockView]:
        """The top-level blocks of a type (of all types without one)."""
        known = self._found.get(type_)
        if known is None:
            known = self._found[type_] = tuple(
                block
                for file in self.files.values()
                for block in file.blocks
                if type_ is None or block.type == type_
            )
        yield from known

    def resources(self, type_: str | None = None) -> Iterator[BlockView]:
        """The resources (of one type, as `aws_s3_bucket`)."""
        return self._labelled("resource", type_)

    def data(self, type_: str | None = None) -> Iterator[BlockView]:
        """The data sources (of one type)."""
        return self._labelled("data", type_)

    def _labelled(self, kind: str, type_: str | None) -> Iterator[BlockView]:
        for block in self.blocks(kind):
            if len(block.labels) == 2 and (type_ is None or block.labels[0] == type_):
                yield block

    def variables(self) -> Mapping[str, BlockView]:
        """The variables by name."""
        if not self._variables:
            self._variables.update((block.name, block) for block in self.blocks("variable") if block.labels)
        return MappingProxyType(self._variables)

    def outputs(self) -> Mapping[str, BlockView]:
        """The outputs by name."""
        return {block.name: block for block in self.blocks("output") if block.labels}

    def locals(self) -> Mapping[str, AttributeView]:
        """The local values by name."""
        if not self._locals:
            for block in self.blocks("locals"):
                self._locals.update(block.attributes)
        return MappingProxyType(self._locals)

    @staticmethod
    def address(block: BlockView) -> str:
        """A block's address as Terraform writes it: `aws_s3_bucket.this`, `data.aws_region.x`, `var.x`."""
        if block.type == "resource":
            return ".".join(block.labels)
        kind = {"variable": "var"}.get(block.type, block.type)
        return ".".join((kind, *block.labels))


def _body(file: str, content: bytes, node: Node) -> tuple[Mapping[str, AttributeView], tuple[BlockView, ...]]:
    attributes: dict[str, AttributeView] = {}
    blocks: list[BlockView] = []
    _collect(file, content, node, attributes, blocks)
    return attributes or _NO_ATTRIBUTES, tuple(blocks)


def _collect(
    file: str, content: bytes, node: Node, attributes: dict[str, AttributeView], blocks: list[BlockView]
) -> None:
    for child in node.children:
        kind = child.type
        if kind == "attribute":
            attribute = _attribute(file, content, child)
            if attribute is not None:
                attributes.setdefault(attribute.name, attribute)
        elif kind == "block":
            blocks.append(_block(file, content, child))
        elif kind in ("body", "ERROR"):
            # What stands beside an error is still found; `FileView.error` tells that it was broken.
            _collect(file, content, child, attributes, blocks)


def _text(content: bytes, node: Node) -> str:
    return content[node.start_byte : node.end_byte].decode(errors="replace")


def _attribute(file: str, content: bytes, node: Node) -> AttributeView | None:
    name = value = None
    for child in node.children:
        if child.type == "identifier" and name is None:
            name = child
        elif child.type == "expression":
            value = child
    if name is None or value is None:
        return None
    return AttributeView(
        file,
        _text(content, name),
        node.start_byte,
        node.end_byte,
        name.start_byte,
        name.end_byte,
        value.start_byte,
        value.end_byte,
        _text(content, value),
        value,
    )


def _block(file: str, content: bytes, node: Node) -> BlockView:
    type_ = ""
    labels: list[str] = []
    header_end = body_start = node.start_byte
    body_end = node.end_byte
    attributes: Mapping[str, AttributeView] = _NO_ATTRIBUTES
    blocks: tuple[BlockView, ...] = ()
    for child in node.children:
        kind = child.type
        if kind == "identifier" and not type_:
            type_ = _text(content, child)
            header_end = child.end_byte
        elif kind in ("identifier", "string_lit"):
            labels.append(_text(content, child).strip('"'))
            header_end = child.end_byte
        elif kind == "block_start":
            body_start = child.end_byte
        elif kind == "block_end":
            body_end = child.start_byte
        elif kind == "body":
            attributes, blocks = _body(file, content, child)
    return BlockView(
        file,
        type_,
        tuple(labels),
        node.start_byte,
        node.end_byte,
        node.start_byte,
        header_end,
        body_start,
        max(body_start, body_end),
        attributes,
        blocks,
    )


@lru_cache(maxsize=64)
def _line_starts(content: bytes) -> tuple[int, ...]:
    """The byte at which each line begins: counted once a file, not once a finding."""
    return (0, *(match.end() for match in re.finditer(b"\n", content)))
