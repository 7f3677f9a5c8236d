"""From declarations to the schema of a type: arguments, blocks, nesting, types and flags, all the way down."""

import re
from dataclasses import dataclass, field

from aws_orchestrator.catalog.cty import CtyType, canonical
from aws_orchestrator.catalog.model import (
    Attribute,
    Block,
    NestedBlock,
    Nesting,
    TypeKind,
    TypeSchema,
)
from tools.bindings.declarations import ClassDeclaration, Declarations, Member, Settable
from tools.bindings.packages import BindingsError

_KINDS: dict[str, TypeKind] = {
    "TerraformResource": "resource",
    "TerraformDataSource": "data",
    "TerraformEphemeralResource": "ephemeral",
    "TerraformProvider": "provider",
}
_PRIMITIVES = {"string": "string", "number": "number", "boolean": "bool"}
_COLLECTIONS: dict[str, Nesting] = {"list": "list", "set": "set", "map": "map", "struct": "single"}
_GETTERS: dict[str, CtyType] = {
    "getStringAttribute": "string",
    "getNumberAttribute": "number",
    "getBooleanAttribute": "bool",
    "getListAttribute": ["list", "string"],
    "getNumberListAttribute": ["list", "number"],
    "getStringMapAttribute": ["map", "string"],
    "getNumberMapAttribute": ["map", "number"],
    "getBooleanMapAttribute": ["map", "bool"],
}
_READY_MADE = {
    "StringMap": "stringMap",
    "NumberMap": "numberMap",
    "BooleanMap": "booleanMap",
    "AnyMap": "anyMap",
    "StringMapList": "stringMapList",
    "NumberMapList": "numberMapList",
    "BooleanMapList": "booleanMapList",
}
"""Classes of the runtime library that hold values of Terraform's own types."""
_GETTER = re.compile(r"(?P<set>cdkt[fn]\.Fn\.tolist\()?this\.(?P<method>\w+Attribute)\(")
_STORAGE = re.compile(r"(string|number|boolean|any)((?:List|Map)*)")
_MAPPED = re.compile(r"\bcdkt[fn]\.listMapperHcl\(")
_SUFFIX = re.compile(r"(List|Map)$")
_FUNCTION = re.compile(r"(\w+)ToHclTerraform")
# The word `alias` in a provider's configuration is the language's own, not an argument of the provider.
_NOT_OF_THE_PROVIDER = {"alias"}
MOST_REPEATS = 4
"""How often a block may be met again inside itself.

One generator writes equal blocks once, so a type that nests a finite number of times (wafv2's statements) comes
out as endless. The exact schema of 5.100.0 has four statements inside each other, so that many are unrolled.
"""


@dataclass(frozen=True, slots=True)
class ReadType:
    """The schema of a type as the bindings tell it, and where they tell nothing."""

    schema: TypeSchema
    untyped: frozenset[tuple[str, ...]]
    """Ways to what the generator gave up on and typed `any`; blocks in truth, held as dynamic attributes."""


def read_types(declarations: Declarations) -> list[ReadType]:
    """The types that a file declares: usually one; BindingsError when a value's type cannot be told."""
    return [
        _Reading(declarations).type(found, kind)
        for found in declarations.classes.values()
        if (kind := _KINDS.get(found.base)) is not None
    ]


class _TooDeep(Exception):
    """The struct of that name was met too often on the way down."""


@dataclass
class _Reading:
    declarations: Declarations
    untyped: set[tuple[str, ...]] = field(default_factory=set)
    on_the_way: list[str] = field(default_factory=list)
    """The structs around the one that is read, outermost first."""
    repeats: int = 0
    """How often a struct was met inside itself so far."""
    known: dict[tuple[str, str], Block] = field(default_factory=dict)
    """Bodies that are the same wherever they are met."""

    def type(self, found: ClassDeclaration, kind: TypeKind) -> ReadType:
        settables = found.settables
        members = found.members
        if kind == "provider":
            settables = {name: one for name, one in settables.items() if name not in _NOT_OF_THE_PROVIDER}
            members = {name: one for name, one in members.items() if name not in _NOT_OF_THE_PROVIDER}
        block = self._body(members, settables, found.configuration, ())
        return ReadType(TypeSchema(found.terraform_type, kind, 0, block), frozenset(self.untyped))

    def _body(
        self, members: dict[str, Member], settables: dict[str, Settable], interface: str, way: tuple[str, ...]
    ) -> Block:
        declared = self.declarations.interfaces.get(interface)
        if declared is None:
            raise self._wrong(way, f"has no interface {interface}")
        attributes: dict[str, Attribute] = {}
        blocks: dict[str, NestedBlock] = {}
        for name in sorted(members):
            member, settable = members[name], settables.get(name)
            here = (*way, name)
            if not (member.required or member.optional or member.computed):
                blocks[name] = self._read_only_block(member, here)
            elif settable is not None and self._is_block(settable, name in declared.blocks, here):
                try:
                    blocks[name] = self._block(member, settable, here)
                except _TooDeep as deep:
                    # `and_statement` without its `statement` is nothing: what leads only there goes with it.
                    if interface != deep.args[0]:
                        raise
            else:
                attributes[name] = self._attribute(member, settable, here)
        return Block(attributes, blocks)

    def _is_block(self, settable: Settable, commented: bool, way: tuple[str, ...]) -> bool:
        """Lists say it in the code, single values only in the interface's comment; both must agree."""
        if settable.collection in {"list", "set"} and _MAPPED.search(settable.value):
            coded = re.search(r"ToHclTerraform, true\)", settable.value) is not None
            if coded != commented:
                raise self._wrong(way, "is a block in the comment or in the code, but not in both")
        return commented and settable.storage != "any"

    def _block(self, member: Member, settable: Settable, way: tuple[str, ...]) -> NestedBlock:
        nesting = _COLLECTIONS.get(settable.collection)
        function = _FUNCTION.search(settable.value)
        if nesting is None or function is None:
            raise self._wrong(way, f"is a block of an unknown kind ({settable.collection})")
        struct = _SUFFIX.sub("", settable.storage.rpartition(".")[2])
        single = self.declarations.classes.get(f"{struct}OutputReference")
        only_one = nesting == "list" and (
            single.single_item if single else not _MAPPED.search(settable.value)
        )
        return NestedBlock(
            member.name,
            nesting,
            int(member.required and nesting != "single"),
            int(only_one),
            self._struct(struct, function[1], way),
        )

    def _read_only_block(self, member: Member, way: tuple[str, ...]) -> NestedBlock:
        """A block of a data source that is written by the provider alone: no attribute is without any flag."""
        if not member.nested.endswith("OutputReference"):
            raise self._wrong(way, "has no flag, though it is not a single block")
        struct = member.nested.removesuffix("OutputReference")
        return NestedBlock(member.name, "single", 0, 0, self._struct(struct, "", way))

    def _struct(self, struct: str, function: str, way: tuple[str, ...]) -> Block:
        settables = self.declarations.functions.get(function, {})
        found = self.declarations.classes.get(f"{struct}OutputReference")
        if found is not None:
            return self._known_body(found.members, settables, struct, function, way)
        # A provider's own blocks have no class, because nothing reads them back.
        interface = self.declarations.interfaces.get(struct)
        if interface is None:
            raise self._wrong(way, f"is a {struct}, which is not declared")
        members = {
            name: Member(name, False, not needed, needed, "", False, "", False)
            for name, needed in interface.required.items()
        }
        return self._body(members, settables, struct, way)

    def _known_body(
        self,
        members: dict[str, Member],
        settables: dict[str, Settable],
        struct: str,
        function: str,
        way: tuple[str, ...],
    ) -> Block:
        if (struct, function) in self.known:
            return self.known[struct, function]
        again = self.on_the_way.count(struct)
        self.repeats += again
        if again >= MOST_REPEATS:
            raise _TooDeep(struct)
        before = self.repeats, len(self.untyped)
        self.on_the_way.append(struct)
        try:
            body = self._body(members, settables, struct, way)
        finally:
            self.on_the_way.pop()
        if before == (self.repeats, len(self.untyped)):
            self.known[struct, function] = body
        return body

    def _attribute(self, member: Member, settable: Settable | None, way: tuple[str, ...]) -> Attribute:
        return Attribute(
            member.name,
            canonical(self._type(member, settable, way)),
            member.required,
            member.optional,
            member.computed,
            write_only=member.write_only,
        )

    def _type(self, member: Member, settable: Settable | None, way: tuple[str, ...]) -> CtyType:
        if settable is not None:
            if _STORAGE.fullmatch(settable.storage):
                return self._plain(settable.storage, settable.collection, way)
            function = _FUNCTION.search(settable.value)
            struct = _SUFFIX.sub("", settable.storage.rpartition(".")[2])
            element = self._object(struct, function[1] if function else "", way)
            nesting = _COLLECTIONS[settable.collection]
            return element if nesting == "single" else [nesting, element]
        if member.nested:
            return self._read_back(member, way)
        getter = _GETTER.search(member.getter)
        if getter is None:
            raise self._wrong(way, f"is read back by {member.getter}, which tells no type")
        if getter["method"] not in _GETTERS:
            self.untyped.add(way)
            return "dynamic"
        found = _GETTERS[getter["method"]]
        return ["set", found[1]] if getter["set"] else found

    def _plain(self, storage: str, collection: str, way: tuple[str, ...]) -> CtyType:
        """The type of a storage class such as `stringMapList`: its last word is the outermost collection."""
        match = _STORAGE.fullmatch(storage)
        if match is None or match[1] == "any":
            self.untyped.add(way)
            return "dynamic"
        words = re.findall("List|Map", match[2])
        found: CtyType = _PRIMITIVES[match[1]]
        # Lists and sets are both `List`: only the outermost says which. Inside a set the provider has sets.
        for number, word in enumerate(words, start=1):
            inside = "set" if collection == "set" else "list"
            outermost = collection if number == len(words) else ("map" if word == "Map" else inside)
            found = [outermost, found]
        return found

    def _read_back(self, member: Member, way: tuple[str, ...]) -> CtyType:
        """The type of a value that cannot be set, from the class that it is read back as."""
        if member.nested in _READY_MADE:
            storage = _READY_MADE[member.nested]
            return self._plain(storage, "list" if storage.endswith("List") else "map", way)
        suffix = _SUFFIX.search(member.nested)
        struct = _SUFFIX.sub("", member.nested).removesuffix("OutputReference")
        element = self._object(struct, "", way)
        if suffix is None:
            found = self.declarations.classes.get(member.nested)
            return ["list", element] if found is not None and found.single_item else element
        if suffix[1] == "Map":
            return ["map", element]
        return ["set" if member.wraps_set else "list", element]

    def _object(self, struct: str, function: str, way: tuple[str, ...]) -> CtyType:
        block = self._struct(struct, function, way)
        if block.blocks:
            raise self._wrong(way, "is an attribute with blocks inside")
        return ["object", {name: attribute.type for name, attribute in block.attributes.items()}]

    def _wrong(self, way: tuple[str, ...], what: str) -> BindingsError:
        return BindingsError(f"{self.declarations.place}: {'.'.join(way)} {what}.")
