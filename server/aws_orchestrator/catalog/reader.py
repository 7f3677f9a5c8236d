"""Reading the inside of a catalog: lines become blocks when somebody asks for them, each only once."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from aws_orchestrator.catalog.envelope import corrupt
from aws_orchestrator.catalog.model import (
    Attribute,
    Block,
    Function,
    NestedAttributeType,
    NestedBlock,
    Parameter,
    TypeKind,
    TypeSchema,
    implied_type,
)
from aws_orchestrator.catalog.writer import FLAGS, compact

_DAMAGE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)


class CatalogReader:
    """The lines of one catalog and what was made of them so far.

    Not locked: two threads that read the same line make two equal blocks, and the later one is kept.
    """

    def __init__(self, lines: list[str], place: str) -> None:
        self._place = place
        try:
            index: dict[str, Any] = json.loads(lines[0])
            self.provider: list[int] = index["provider"]
            self.types: dict[TypeKind, dict[str, list[int]]] = {
                "resource": dict(index["resources"]),
                "data": dict(index["data_sources"]),
                "ephemeral": dict(index["ephemeral_resources"]),
            }
            self._functions: dict[str, Any] = dict(index["functions"])
            self._attribute_shapes: list[list[Any]] = index["attribute_shapes"]
            self._block_shapes: list[list[Any]] = index["block_shapes"]
        except _DAMAGE as error:
            self._fail(error)
        self._lines = lines[1:]
        self._blocks: dict[int, Block] = {}
        self._hashes: dict[int, bytes] = {}

    def type(self, kind: TypeKind, name: str, entry: list[int]) -> TypeSchema:
        """The schema that an index entry stands for."""
        try:
            version, line = entry
            return TypeSchema(name, kind, version, self._block(line, len(self._lines)))
        except _DAMAGE as error:
            self._fail(error)

    def functions(self) -> Mapping[str, Function]:
        """All functions by name."""
        try:
            return {name: _function(name, written) for name, written in self._functions.items()}
        except _DAMAGE as error:
            self._fail(error)

    def argument_names(self, entry: list[int]) -> tuple[str, ...]:
        """The names at the top level of a type, without making its blocks."""
        try:
            attributes, blocks, _ = json.loads(self._lines[entry[1]])
            return (*attributes[::2], *blocks[::3])
        except _DAMAGE as error:
            self._fail(error)

    def hash(self, entry: list[int]) -> bytes:
        """A hash of the type's facts alone: where they stand in this file does not enter it."""
        try:
            version, line = entry
            return hashlib.sha256(
                compact([version, self._hash(line, len(self._lines)).hex()]).encode()
            ).digest()
        except _DAMAGE as error:
            self._fail(error)

    def _block(self, line: int, above: int) -> Block:
        """The block of a line that must stand above another one: a damaged file cannot lead us in circles."""
        known = self._blocks.get(line)
        if known is not None:
            return known
        written_attributes, written_blocks, deprecated = self._line(line, above)
        attributes = {
            name: self._attribute(name, shape, line)
            for name, shape in zip(written_attributes[::2], written_attributes[1::2], strict=True)
        }
        blocks = {
            name: self._nested_block(name, self._block_shapes[shape], self._block(inner, line))
            for name, shape, inner in zip(
                written_blocks[::3], written_blocks[1::3], written_blocks[2::3], strict=True
            )
        }
        return self._blocks.setdefault(line, Block(attributes, blocks, bool(deprecated)))

    def _attribute(self, name: str, shape: int, line: int) -> Attribute:
        written, flags = self._attribute_shapes[shape]
        nested: NestedAttributeType | None = None
        if isinstance(written, dict):
            nesting = written["nesting"]
            nested = NestedAttributeType(nesting, self._block(written["block"], line).attributes)
            written = implied_type(nesting, nested.attributes)
        marked = {flag: bool(flags >> bit & 1) for bit, flag in enumerate(FLAGS)}
        return Attribute(name, written, **marked, nested=nested)

    def _nested_block(self, name: str, shape: list[Any], block: Block) -> NestedBlock:
        nesting, min_items, max_items = shape
        return NestedBlock(name, nesting, min_items, max_items, block)

    def _hash(self, line: int, above: int) -> bytes:
        known = self._hashes.get(line)
        if known is not None:
            return known
        attributes, blocks, deprecated = self._line(line, above)
        facts: list[Any] = [deprecated]
        for name, shape in zip(attributes[::2], attributes[1::2], strict=True):
            written, flags = self._attribute_shapes[shape]
            if isinstance(written, dict):
                written = {"nesting": written["nesting"], "block": self._hash(written["block"], line).hex()}
            facts.append([name, written, flags])
        for name, shape, inner in zip(blocks[::3], blocks[1::3], blocks[2::3], strict=True):
            facts.append([name, *self._block_shapes[shape], self._hash(inner, line).hex()])
        return self._hashes.setdefault(line, hashlib.sha256(compact(facts).encode()).digest())

    def _line(self, line: int, above: int) -> list[Any]:
        if not 0 <= line < above:
            raise IndexError(f"block {line} is named where only blocks before {above} may be")
        written: list[Any] = json.loads(self._lines[line])
        return written

    def _fail(self, error: Exception) -> NoReturn:
        raise corrupt(self._place, f"{type(error).__name__}: {error}") from error


def _function(name: str, written: dict[str, Any]) -> Function:
    variadic = written["variadic"]
    return Function(
        name,
        written["return_type"],
        tuple(Parameter(**parameter) for parameter in written["parameters"]),
        Parameter(**variadic) if variadic else None,
        written["deprecated"],
    )
