"""The outline of a file: its blocks, and the blocks and arguments inside of them."""

from dataclasses import dataclass

from aws_orchestrator.hcl.find import BlockView, FileView, ModuleView
from aws_orchestrator.language.declared import headers

_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Symbol:
    """One block or argument."""

    name: str
    kind: str
    """The block's type; `argument` for an argument."""
    start: int
    end: int
    name_start: int
    name_end: int
    children: tuple["Symbol", ...] = ()


def symbols_of(content: bytes) -> tuple[Symbol, ...]:
    """The outline of a file, also of one that does not parse: what can be found of it."""
    file = FileView.of("file", content)
    outside = [
        _argument(name, one.start, one.end, one.name_start, one.name_end)
        for name, one in file.attributes.items()
    ]
    blocks = [_block(block, top=True, depth=_DEPTH) for block in file.blocks]
    if file.error is not None:
        # What an unfinished line hides from the tree still has its header.
        seen = {symbol.start for symbol in blocks}
        hidden = [found for found in headers(content) if found.start not in seen]
        blocks += [Symbol(one.address, one.kind, one.start, one.end, one.start, one.end) for one in hidden]
        blocks.sort(key=lambda symbol: symbol.start)
    return (*outside, *blocks)


def _block(block: BlockView, *, top: bool, depth: int) -> Symbol:
    name = ModuleView.address(block) if top and block.labels else " ".join((block.type, *block.labels))
    inner = [
        _argument(name, one.start, one.end, one.name_start, one.name_end)
        for name, one in block.attributes.items()
    ]
    nested = [_block(one, top=False, depth=depth - 1) for one in block.blocks] if depth else []
    children = tuple(sorted((*inner, *nested), key=lambda symbol: symbol.start))
    return Symbol(name, block.type, block.start, block.end, block.header_start, block.header_end, children)


def _argument(name: str, start: int, end: int, name_start: int, name_end: int) -> Symbol:
    return Symbol(name, "argument", start, end, name_start, name_end)
