"""What can be written at a place: blocks, types, arguments, values, references."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from aws_orchestrator.catalog import Attribute
from aws_orchestrator.catalog.cty import spell
from aws_orchestrator.language.cursor import Cursor, cursor_at
from aws_orchestrator.language.declared import declarations
from aws_orchestrator.language.schemas import KINDS, TOP_LEVEL, Schemas, TypedBlock, own_words
from aws_orchestrator.language.words import default_of, value_words

Kind = Literal["keyword", "type", "argument", "block", "value", "reference"]
_MOST_TYPES = 200
_TYPES = ("string", "number", "bool", "list(string)", "set(string)", "map(string)", "object({})", "any")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing that can be written instead of the word before the place."""

    label: str
    kind: Kind
    text: str
    """What is written; a snippet when `snippet` says so."""
    detail: str = ""
    documentation: str = ""
    snippet: bool = False
    rank: int = 5
    """Lower comes first."""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Everything that can be written at a place."""

    items: tuple[Suggestion, ...]
    start: int
    """The byte at which the word that they replace begins; it ends at the place."""
    complete: bool = True
    """False when more would fit: what is typed next decides."""


def suggestions_at(files: Mapping[str, bytes], file: str, offset: int, schemas: Schemas) -> Suggestions:
    """What can be written at a byte of a file."""
    cursor = cursor_at(files[file], offset)
    start = offset - len(cursor.prefix.encode())
    complete = True
    items: list[Suggestion] = []
    if cursor.comment:
        return Suggestions((), start)
    if cursor.attribute or cursor.brackets:
        items = list(_values(files, cursor, schemas))
    elif cursor.words:
        items = list(_labels(cursor, schemas))
        complete = len(items) <= _MOST_TYPES
        items = items[:_MOST_TYPES]
    elif cursor.blocks:
        items = list(_body(cursor, schemas))
    else:
        items = [_keyword(word, text) for word, text in TOP_LEVEL.items() if _belongs(file, word)]
    if "." in cursor.reference and not cursor.quoted and (cursor.attribute or cursor.brackets):
        start = offset - len(cursor.reference.rpartition(".")[2].encode())
    return Suggestions(tuple(items), start, complete)


def _belongs(file: str, word: str) -> bool:
    return (
        (word in ("run", "mock_provider", "variable", "provider"))
        if file.endswith(".tftest.hcl")
        else (word not in ("run", "mock_provider"))
    )


def _keyword(word: str, text: str) -> Suggestion:
    return Suggestion(word, "keyword", text, "block", snippet=True)


def _labels(cursor: Cursor, schemas: Schemas) -> Iterator[Suggestion]:
    """The label of a header: a type, or the block that `dynamic` makes."""
    if len(cursor.words) != 1:
        return
    wanted = cursor.prefix.lower()
    word = cursor.words[0]
    kind = KINDS.get(word)
    names: list[tuple[str, str]] = []
    if kind is not None and not cursor.blocks:
        names = [
            (name, f"{catalog.provider} {catalog.version}")
            for catalog in schemas.catalogs
            for name in catalog.names(kind)
        ]
    elif word == "dynamic":
        body = schemas.body(cursor.blocks, cursor.schema_path)
        names = [(name, "block") for name in body.block.blocks] if body else []
    elif word == "provider":
        names = [(catalog.provider_schema.name, catalog.provider) for catalog in schemas.catalogs]
    fitting = [(name, detail) for name, detail in names if wanted in name]
    fitting.sort(key=lambda item: (not item[0].startswith(wanted), item[0]))
    for name, detail in fitting:
        text = name if cursor.quoted else f'"{name}"'
        yield Suggestion(name, "type", text, detail, rank=1 if name.startswith(wanted) else 3)


def _body(cursor: Cursor, schemas: Schemas) -> Iterator[Suggestion]:
    """Arguments and blocks that the body does not have yet."""
    body = schemas.body(cursor.blocks, cursor.schema_path)
    if body is not None:
        yield from _typed(body, cursor)
    arguments, blocks = own_words(cursor.blocks)
    for name, text in arguments.items():
        if name not in cursor.names:
            yield Suggestion(name, "argument", f"{name} = ", "Terraform", text, rank=7 if body else 2)
    for name, text in blocks.items():
        snippet = (
            f"{name} {{\n  $0\n}}"
            if name != "dynamic"
            else 'dynamic "${1:block}" {\n  for_each = $2\n  content {\n    $0\n  }\n}'
        )
        if name in ("validation", "dynamic", "precondition", "postcondition") or name not in cursor.names:
            yield Suggestion(name, "block", snippet, "Terraform", text, snippet=True, rank=8 if body else 3)


def _typed(body: TypedBlock, cursor: Cursor) -> Iterator[Suggestion]:
    for name, attribute in body.block.attributes.items():
        if attribute.settable and name not in cursor.names:
            yield _argument(body, attribute)
    for name, nested in body.block.blocks.items():
        fact = body.fact(name)
        required = nested.required or bool(fact and fact.required)
        if name in cursor.names and nested.max_items == 1:
            continue
        yield Suggestion(
            name,
            "block",
            f"{name} {{\n  $0\n}}",
            "required block" if required else "block",
            snippet=True,
            rank=2 if required else 4,
            deprecated=nested.block.deprecated,
        )


def _argument(body: TypedBlock, attribute: Attribute) -> Suggestion:
    fact = body.fact(attribute.name)
    words = list(value_words(fact)) if fact else []
    default = default_of(body.replacement, body.path, attribute.name)
    if default:
        words.insert(0, f"Default: `{default}`.")
    required = attribute.required or bool(fact and fact.required)
    type_ = spell(attribute.type)
    return Suggestion(
        attribute.name,
        "argument",
        f"{attribute.name} = ",
        f"{'required' if required else 'optional'}, {type_ if len(type_) <= 60 else type_[:59] + '…'}",
        "\n\n".join(words),
        rank=1 if required else 4,
        deprecated=attribute.deprecated,
    )


def _values(files: Mapping[str, bytes], cursor: Cursor, schemas: Schemas) -> Iterator[Suggestion]:
    body = schemas.body(cursor.blocks, cursor.schema_path)
    attribute = body.block.attributes.get(cursor.attribute) if body else None
    if "." not in cursor.reference:
        if body is not None and attribute is not None and set(cursor.brackets) <= {"["}:
            yield from _allowed(body, attribute, cursor)
        in_variable = bool(cursor.blocks) and cursor.blocks[0][:1] == ("variable",)
        if cursor.attribute == "type" and in_variable and not cursor.quoted:
            for name in _TYPES:
                yield Suggestion(name, "type", name, "type constraint", rank=2)
    if not cursor.quoted:
        yield from _references(files, cursor.reference, schemas)


def _allowed(body: TypedBlock, attribute: Attribute, cursor: Cursor) -> Iterator[Suggestion]:
    fact = body.fact(attribute.name)
    if fact is not None and fact.element is not None and cursor.brackets:
        fact = fact.element
    default = default_of(body.replacement, body.path, attribute.name)
    for value in fact.values if fact else ():
        text = str(value)
        written = text if cursor.quoted or not isinstance(value, str) else f'"{text}"'
        detail = "default" if text == default else "allowed value"
        yield Suggestion(text, "value", written, detail, rank=0 if text == default else 1)
    if attribute.type == "bool" and not cursor.quoted:
        for text in ("true", "false"):
            yield Suggestion(text, "value", text, "default" if text == default else "", rank=1)


def _references(files: Mapping[str, bytes], written: str, schemas: Schemas) -> Iterator[Suggestion]:
    addresses = list(dict.fromkeys(found.address for _, found in declarations(files)))
    parts = written.split(".")
    head = ".".join(parts[:-1])
    if not head:
        for address in addresses:
            if not address.startswith("output."):
                yield Suggestion(address, "reference", address, rank=6)
        return
    for address in addresses:
        if address.startswith(f"{head}.") and not address.startswith("output."):
            rest = address[len(head) + 1 :]
            yield Suggestion(rest, "reference", rest, address, rank=2)
    yield from _exported(head, schemas)


def _exported(head: str, schemas: Schemas) -> Iterator[Suggestion]:
    """The attributes of a resource or data source that the reference names so far."""
    parts = [part.partition("[")[0] for part in head.split(".")]
    kind = KINDS.get(parts[0]) if parts[0] in ("data", "ephemeral") else "resource"
    at = 1 if parts[0] in ("data", "ephemeral") else 0
    if kind is None or len(parts) != at + 2:
        return
    found = schemas.of(kind, parts[at])
    for name, attribute in found[1].block.attributes.items() if found else ():
        yield Suggestion(
            name, "reference", name, spell(attribute.type)[:60], rank=2, deprecated=attribute.deprecated
        )
