"""What the word under the pointer is: an argument, a block, a type, or what a reference leads to."""

import re
from collections.abc import Mapping

from aws_orchestrator.hcl.find import AttributeView
from aws_orchestrator.language.cursor import Cursor, cursor_at
from aws_orchestrator.language.declared import block_of, declarations
from aws_orchestrator.language.schemas import KINDS, Schemas, own_words
from aws_orchestrator.language.words import about_argument, about_block, about_type

_WORD = re.compile(rb"[A-Za-z_][\w-]*")
_LINE = re.compile(rb"[^\n]*")
_STEPS = re.compile(r"\[[^\]]*\]|\.\*")


class Hover:
    """A page about a range of bytes."""

    __slots__ = ("end", "start", "text")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.start = start
        self.end = end


def hover_at(files: Mapping[str, bytes], file: str, offset: int, schemas: Schemas) -> Hover | None:
    """The page for a byte of a file; None where there is nothing to tell."""
    content = files[file]
    found = _word_at(content, offset)
    if found is None:
        return None
    start, end = found
    cursor = cursor_at(content, start)
    word = content[start:end].decode()
    rest = content[end : end + 200].split(b"\n", 1)[0].decode(errors="replace")
    if cursor.comment:
        return None
    if cursor.attribute or cursor.brackets:
        text = "" if cursor.quoted else _reference(files, f"{cursor.reference}{word}", schemas)
    elif cursor.words:
        text = _label(cursor, word, schemas) if cursor.quoted else ""
    else:
        text = _name(cursor, word, rest, schemas)
    return Hover(text, start, end) if text else None


def _word_at(content: bytes, offset: int) -> tuple[int, int] | None:
    line = content.rfind(b"\n", 0, offset) + 1
    whole = _LINE.match(content, line)
    for match in _WORD.finditer(content, line, whole.end() if whole else len(content)):
        if match.start() <= offset <= match.end():
            return match.span()
    return None


def _label(cursor: Cursor, word: str, schemas: Schemas) -> str:
    if len(cursor.words) != 1:
        return ""
    kind = KINDS.get(cursor.words[0])
    if kind is not None and not cursor.blocks:
        found = schemas.of(kind, word)
        return about_type(*found) if found else ""
    if cursor.words[0] == "dynamic":
        return _name(cursor, word, "{", schemas)
    return ""


def _name(cursor: Cursor, word: str, rest: str, schemas: Schemas) -> str:
    """An argument or block of the body that the cursor is in."""
    if not cursor.blocks:
        return ""
    body = schemas.body(cursor.blocks, cursor.schema_path)
    if body is not None:
        found = schemas.of(body.schema.kind, body.schema.name)
        assert found is not None
        if word in body.block.attributes:
            return about_argument(found[0], body, body.block.attributes[word])
        if word in body.block.blocks:
            return about_block(found[0], body, body.block.blocks[word])
    arguments, blocks = own_words(cursor.blocks)
    said = arguments.get(word) or (blocks.get(word) if "{" in rest or rest.strip() == "" else None)
    return f"**{word}**\n\n{said}" if said else ""


def _reference(files: Mapping[str, bytes], written: str, schemas: Schemas) -> str:
    parts = _STEPS.sub("", written).split(".")
    if len(parts) < 2:
        return ""
    if parts[0] in ("var", "local"):
        return _declared(files, ".".join(parts[:2]))
    kind, at = (KINDS.get(parts[0]), 1) if parts[0] in ("data", "ephemeral") else ("resource", 0)
    if kind is None or len(parts) <= at:
        return ""
    found = schemas.of(kind, parts[at])
    if found is None:
        return ""
    rest = parts[at + 2 :]
    if not rest:
        return about_type(*found)
    body = schemas.body((("data" if at and kind == "data" else kind, parts[at]),), ())
    attribute = found[1].block.attributes.get(rest[0])
    return about_argument(found[0], body, attribute) if body and attribute else ""


def _declared(files: Mapping[str, bytes], address: str) -> str:
    for file, found in declarations(files):
        if found.address != address:
            continue
        block = block_of(files[file], found.start)
        if block is None:
            return f"**{address}** in {file}"
        if address.startswith("local."):
            value = block.attributes.get(address.partition(".")[2])
            return (
                f"**{address}** in {file}\n\n```hcl\n{value.value}\n```"
                if value
                else f"**{address}** in {file}"
            )
        return _variable(address, file, block.attributes)
    return ""


def _variable(address: str, file: str, attributes: Mapping[str, AttributeView]) -> str:
    type_, default = attributes.get("type"), attributes.get("default")
    description = attributes.get("description")
    lines = [f"**{address}** `{_one_line(type_.value) if type_ else 'any'}` in {file}"]
    if description is not None:
        lines.append(description.value.strip('"'))
    lines.append(f"Default: `{_one_line(default.value)}`." if default else "Required: callers must give it.")
    return "\n\n".join(lines)


def _one_line(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 120 else f"{plain[:119]}…"
