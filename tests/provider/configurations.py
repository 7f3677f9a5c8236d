"""Configurations as files: one resource from a draft, and whole modules that are invented from a seed."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aws_orchestrator.catalog import Attribute, Catalog
from aws_orchestrator.catalog.knowledge import Knowledge, TypeChecks, judge
from aws_orchestrator.catalog.knowledge_facts import Checks
from aws_orchestrator.catalog.knowledge_shape import Child, Shape, Shapes
from aws_orchestrator.catalog.model import TypeKind, TypeSchema
from aws_orchestrator.catalog.probe.drafts import Names, absent, wrapped
from aws_orchestrator.catalog.probe.fillers import ValidDrafts, accepted_values

_WRONG_TYPES = {"bool": '"maybe"', "number": '"many"', "string": "[[]]"}
_DEEPEST = 3


class Piece(NamedTuple):
    """One resource or data source as text, and what is wrong with it."""

    kind: str
    type_kind: TypeKind
    type: str
    label: str
    text: str

    @property
    def address(self) -> str:
        """Its address in its module."""
        return f"{'data.' if self.type_kind == 'data' else ''}{self.type}.{self.label}"


@dataclass
class Dress:
    """How a module writes values: plainly, as a local, as a variable, repeated by a dynamic block."""

    chance: random.Random
    locals: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def value(self, written: str, kind: Any) -> str:
        """The value, or a reference to it. What a variable holds is not known to validate."""
        way = self.chance.random()
        if way < 0.12:
            name = f"value_{len(self.locals)}"
            self.locals[name] = written
            return f"local.{name}"
        if way < 0.18 and kind in ("string", "number", "bool"):
            name = f"input_{len(self.variables)}"
            self.variables[name] = f'variable "{name}" {{\n  type    = {kind}\n  default = {written}\n}}\n'
            return f"var.{name}"
        if way < 0.24 and kind == "string":
            return f"true ? {written} : {written}"
        return written

    def files(self) -> dict[str, bytes]:
        """The files that the references need."""
        lines = [f"  {name} = {value}\n" for name, value in self.locals.items()]
        found = {"locals.tf": ("locals {\n" + "".join(lines) + "}\n").encode()} if lines else {}
        return found | (
            {"variables.tf": "\n".join(self.variables.values()).encode()} if self.variables else {}
        )


def written(value: Any) -> str:
    """A value as an HCL expression."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, list):
        if len(value) == 2 and isinstance(value[0], bytes):  # a dynamic value: its type, then the value
            return written(value[1])
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        inside = [f"{json.dumps(name)} = {written(one)}" for name, one in value.items() if one is not None]
        return f"{{ {', '.join(inside)} }}" if inside else "{}"
    return json.dumps(value)


def body(shape: Shape, draft: dict[str, Any], dress: Dress | None = None, indent: str = "  ") -> str:
    """The inside of a block."""
    lines = []
    for name, leaf in shape.leaves.items():
        if draft.get(name) is not None:
            value = written(draft[name])
            lines.append(f"{indent}{name} = {dress.value(value, leaf.type) if dress else value}\n")
    for name, child in shape.children.items():
        if draft.get(name) in (None, [], {}):
            continue
        if child.written != "block":
            lines.append(f"{indent}{name} = {written(draft[name])}\n")
            continue
        for header, element in _elements(child, draft[name]):
            inside = body(child.shape, element, dress, f"{indent}  ")
            if dress is not None and not header and child.nesting != "single" and dress.chance.random() < 0.2:
                inside = body(child.shape, element, dress, f"{indent}    ")
                lines.append(
                    f'{indent}dynamic "{name}" {{\n{indent}  for_each = [1]\n{indent}  content {{\n'
                    f"{inside}{indent}  }}\n{indent}}}\n"
                )
            else:
                lines.append(f"{indent}{name} {header}{{\n{inside}{indent}}}\n")
    return "".join(lines)


def _elements(child: Child, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, list):
        yield from (("", element) for element in value)
    elif child.nesting == "map":
        yield from ((f'"{key}" ', element) for key, element in value.items())
    else:
        yield "", value


def block(kind: TypeKind, name: str, label: str, inside: str) -> str:
    """The whole block of a type."""
    return f'{kind if kind == "data" else "resource"} "{name}" "{label}" {{\n{inside}}}\n'


def schema_mutants(schema: TypeSchema, checks: TypeChecks | None, label: str) -> Iterator[Piece]:
    """The minimal configuration and those that Terraform itself refuses: unknown, wrong type, missing, computed."""
    shape = Shapes().of_block(schema.block)
    drafts = ValidDrafts(shape, checks.checks if checks else Checks())
    minimal = drafts.minimal()

    def piece(kind: str, inside: str) -> Piece:
        name = f"{label}_{kind.replace(' ', '_')}"
        return Piece(kind, schema.kind, schema.name, name, block(schema.kind, schema.name, name, inside))

    plain = body(shape, minimal)
    yield piece("minimal", plain)
    yield piece("unknown argument", f"{plain}  no_such_argument = 1\n")
    yield piece("unknown block", f"{plain}  no_such_block {{}}\n")
    for leaf in shape.leaves.values():
        wrong = _WRONG_TYPES.get(leaf.type) if isinstance(leaf.type, str) else '"text"'
        if leaf.settable and wrong is not None:
            yield piece("wrong type", body(shape, minimal | {leaf.name: None}) + f"  {leaf.name} = {wrong}\n")
            break
    for name in [*shape.leaves, *shape.children]:
        declared = shape.leaves.get(name) or shape.children[name]
        if declared.required:
            yield piece("missing required", body(shape, minimal | {name: None}))
            break
    for leaf in shape.leaves.values():
        if not leaf.settable and leaf.type == "string":
            yield piece("computed only", f'{plain}  {leaf.name} = "set"\n')
            break


class Corpus:
    """Modules of several resources each, half of them with one error; the same seed gives the same modules."""

    def __init__(self, catalog: Catalog, knowledge: Knowledge, seed: int = 0) -> None:
        self._catalog, self._knowledge, self._seed = catalog, knowledge, seed
        self._services: dict[str, list[str]] = {}
        for name in catalog.resource_names:
            self._services.setdefault("_".join(name.split("_")[:2]), []).append(name)

    def module(self, number: int) -> tuple[dict[str, bytes], list[Piece]]:
        """The files of a module, and its resources with what was seeded in each."""
        chance = random.Random(f"{self._seed}/{number}")
        service = chance.choice(sorted(name for name, types in self._services.items() if len(types) > 2))
        types = chance.sample(
            self._services[service], min(len(self._services[service]), chance.randint(3, 7))
        )
        dress = Dress(chance)
        wrong = chance.randrange(len(types)) if number % 2 else None
        pieces = [
            self._piece(name, f"r{place}", dress, seeded=place == wrong) for place, name in enumerate(types)
        ]
        main = "\n".join(piece.text for piece in pieces)
        return {"main.tf": main.encode(), **dress.files()}, pieces

    def _piece(self, name: str, label: str, dress: Dress, seeded: bool) -> Piece:
        schema, known = self._catalog.resource(name), self._knowledge.checks("resource", name)
        assert schema is not None
        checks = known or TypeChecks(Checks())
        growing = Growing(schema, checks, dress.chance)
        growing.grow()
        kind = "unchanged"
        if seeded:
            kind = growing.spoil()
        inside = body(growing.shape, growing.draft, dress) + growing.raw
        if not seeded and dress.chance.random() < 0.2:
            inside = f'  for_each = toset(["a", "b"])\n{inside}'
        return Piece(kind, "resource", name, label, block("resource", name, label, inside))


class Growing:
    """One resource that gets more and more arguments, as long as we find nothing wrong with it."""

    def __init__(self, schema: TypeSchema, checks: TypeChecks, chance: random.Random) -> None:
        self.schema, self.checks, self.chance = schema, checks, chance
        self.shape = Shapes().of_block(schema.block)
        self.drafts = ValidDrafts(self.shape, checks.checks)
        self.draft = self.drafts.minimal()
        self.raw = ""

    def grow(self) -> None:
        """Add arguments and blocks, some of them inside blocks."""
        for _ in range(self.chance.randint(4, 18)):
            at, shape, draft = self._place()
            names = sorted(
                name for name in [*shape.leaves, *shape.children] if self._may_add(shape, draft, name)
            )
            if not names:
                continue
            name = self.chance.choice(names)
            before = draft.get(name)
            if name in shape.leaves:
                draft[name] = self.chance.choice(
                    accepted_values(shape.leaves[name].type, self.drafts.fact((*at, name)))
                )
            else:
                child = shape.children[name]
                draft[name] = wrapped(child, self.drafts.minimal(child.shape, (*at, name)))
            if self._errors():
                draft[name] = before

    def spoil(self) -> str:
        """Make one thing wrong, and say what; what could not be made wrong is unchanged."""
        kinds = ["enum", "format", "length", "range", "unknown argument", "wrong type", "missing required"]
        kinds += ["conflict", "one-of"]
        self.chance.shuffle(kinds)
        for kind in kinds:
            if self._spoiled(kind):
                return kind
        return "unchanged"

    def _spoiled(self, kind: str) -> bool:
        if kind == "unknown argument":
            self.raw = "  no_such_argument = true\n"
            return True
        if kind in {"conflict", "one-of"}:
            return self._break_group(kind)
        names = sorted(self.shape.leaves)
        self.chance.shuffle(names)
        return any(self._break_leaf(kind, self.shape.leaves[name]) for name in names)

    def _break_leaf(self, kind: str, leaf: Attribute) -> bool:
        fact = self.drafts.fact((leaf.name,))
        if not leaf.settable or fact.unsettable:
            return False
        text = leaf.type == "string"
        found: Any = None
        if kind == "enum" and fact.values:
            found = "no such value" if text else 12_345_678
        elif kind == "format" and text and fact.format:
            found = "no such format"
        elif kind == "length" and text and fact.longest:
            found = "z" * (fact.longest + 1)
        elif kind == "range" and leaf.type == "number" and fact.high is not None and fact.high < 2**31:
            found = int(fact.high) + 1
        elif kind == "wrong type" and leaf.type in ("number", "bool"):
            found = "neither"
        elif kind == "missing required" and leaf.required:
            self.draft[leaf.name] = None
            return True
        if found is None:
            return False
        self.draft[leaf.name] = found
        return True

    def _break_group(self, kind: str) -> bool:
        wanted = {"conflict"} if kind == "conflict" else {"exactly_one"}
        for group in self.checks.checks.groups:
            leaves = [self.shape.leaves.get(name) for name in group.names]
            if group.kind in wanted and all(leaf is not None and leaf.settable for leaf in leaves):
                for leaf in leaves:
                    assert leaf is not None
                    self.draft[leaf.name] = self.drafts.value(leaf, (leaf.name,))
                return True
        return False

    def _place(self) -> tuple[Names, Shape, dict[str, Any]]:
        at: Names = ()
        shape, draft = self.shape, self.draft
        while len(at) < _DEEPEST and self.chance.random() < 0.6:
            inside = [
                name
                for name, child in sorted(shape.children.items())
                if child.written == "block" and isinstance(draft.get(name), list) and draft[name]
            ]
            if not inside:
                break
            name = self.chance.choice(inside)
            at, shape, draft = (*at, name), shape.children[name].shape, draft[name][0]
        return at, shape, draft

    def _may_add(self, shape: Shape, draft: dict[str, Any], name: str) -> bool:
        if name in shape.leaves:
            leaf = shape.leaves[name]
            return leaf.settable and not leaf.deprecated and draft.get(name) is None
        child = shape.children[name]
        return child.settable and child.written == "block" and draft.get(name) == absent(child)

    def _errors(self) -> bool:
        return any(one.severity == "error" for one in judge(self.schema, self.checks, self.draft))
