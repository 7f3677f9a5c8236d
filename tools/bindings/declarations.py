"""What the generated TypeScript of one type declares, line patterns only: the generator writes one layout.

Three places are read, because none has everything:

- a class lists every argument and attribute with its three flags and the way it is read back;
- a `…ToHclTerraform` function (or `synthesizeHclAttributes`) lists what can be set, with its collection;
- an interface's comments say which of them are blocks.
"""

import re
from dataclasses import dataclass

from tools.bindings.packages import BindingsError

_DECLARATION = re.compile(
    r"^export (?:abstract )?(?:"
    r"class (?P<class>\w+) extends cdkt[fn]\.(?P<base>\w+)[^\n]*\{\n"
    r"|function (?P<function>\w+)ToHclTerraform\("
    r"|interface (?P<interface>\w+)[^\n]*\{\n)"
    r"(?P<body>.*?)^\}",
    re.MULTILINE | re.DOTALL,
)
_MEMBER = re.compile(
    r"^  // (?P<name>[\w-]+) - computed: (?P<computed>\w+), optional: (?P<optional>\w+), required: (?P<required>\w+)\n"
    r"(?:  private [^\n=]*(?:= new (?P<nested>[\w.]+)\(this, \"[\w-]+\"(?:, (?P<wraps_set>true|false))?\))?;? *\n)?"
    r"(?:  /\*\*\n(?P<comment>(?:  \* [^\n]*\n)+)  \*/\n)?"
    r"  public get \w+\(\)[^\n]*\{\n"
    r"    return (?P<getter>[^\n]*);\n",
    re.MULTILINE,
)
_MEMBER_START = re.compile(r"^  // [\w-]+ - computed: ", re.MULTILINE)
_SETTABLE = re.compile(
    r"^ +'?(?P<name>[\w-]+)'?: \{\n"
    r" +value: (?P<value>[^\n]*),\n"
    r" +isBlock: (?P<is_block>true|false),\n"
    r" +type: \"(?P<collection>\w+)\",\n"
    r" +storageClassType: \"(?P<storage>[^\"]+)\",\n",
    re.MULTILINE,
)
_SETTABLE_START = re.compile(r"^ +isBlock: ", re.MULTILINE)
_TERRAFORM_TYPE = re.compile(r"terraformResourceType: '(\w+)'")
_CONFIGURATION = re.compile(r"public constructor\([^\n]*\bconfig: (\w+)")
_BLOCK_COMMENT = re.compile(r"^  \* ([\w-]+) block\n  \*\n  \* Docs at Terraform Registry: ", re.MULTILINE)
_PROPERTY = re.compile(
    r"#([\w-]+) [\w.]+\#[\w-]+\}\n(?:  \*[^\n]*\n)*?  \*/\n  readonly \w+(\??): ", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Member:
    """One argument or attribute of a class."""

    name: str
    computed: bool
    optional: bool
    required: bool
    nested: str
    """The class of its value, without namespace; empty for values of Terraform's own types."""
    wraps_set: bool
    getter: str
    write_only: bool


@dataclass(frozen=True, slots=True)
class Settable:
    """One argument or block as it is written out."""

    name: str
    value: str
    is_block: bool
    collection: str
    storage: str


@dataclass(frozen=True, slots=True)
class ClassDeclaration:
    """A type, or the value of a block or of an object."""

    name: str
    base: str
    terraform_type: str
    """The type's name in Terraform; empty for nested values."""
    members: dict[str, Member]
    settables: dict[str, Settable]
    """Of types only; nested values have theirs in a function."""
    configuration: str
    """The interface of what may be given to a type; empty for nested values."""
    single_item: bool
    """Whether the value is the only item of a list, which is how a block with `max_items` 1 is kept."""


@dataclass(frozen=True, slots=True)
class InterfaceDeclaration:
    """What may be given to a type or block: which names are blocks, and which names must be given."""

    blocks: frozenset[str]
    required: dict[str, bool]


@dataclass(frozen=True, slots=True)
class Declarations:
    """All declarations of one type's files, by name."""

    place: str
    classes: dict[str, ClassDeclaration]
    functions: dict[str, dict[str, Settable]]
    interfaces: dict[str, InterfaceDeclaration]


def read_declarations(place: str, text: str) -> Declarations:
    """The declarations of one type's source; BindingsError where it is not laid out as known."""
    found = Declarations(place, {}, {}, {})
    for match in _DECLARATION.finditer(text):
        body = match["body"]
        if match["class"]:
            if match["class"] in found.classes:
                raise BindingsError(f"{place} declares the class {match['class']} twice.")
            found.classes[match["class"]] = _class(match["class"], match["base"], body, place)
        elif match["function"]:
            found.functions[match["function"]] = _settables(body, f"{place}: {match['function']}")
        else:
            found.interfaces[match["interface"]] = InterfaceDeclaration(
                frozenset(_BLOCK_COMMENT.findall(body)),
                {name: not mark for name, mark in _PROPERTY.findall(body)},
            )
    return found


def _class(name: str, base: str, body: str, place: str) -> ClassDeclaration:
    members: dict[str, Member] = {}
    for match in _MEMBER.finditer(body):
        members[match["name"]] = Member(
            match["name"],
            match["computed"] == "true",
            match["optional"] == "true",
            match["required"] == "true",
            (match["nested"] or "").rpartition(".")[2],
            match["wraps_set"] == "true",
            match["getter"],
            "Write-only:" in (match["comment"] or ""),
        )
    expected = len(_MEMBER_START.findall(body))
    if len(members) != expected:
        raise BindingsError(f"{place}: {len(members)} of {expected} members of {name} could be read.")
    terraform_type = _TERRAFORM_TYPE.search(body)
    configuration = _CONFIGURATION.search(body)
    return ClassDeclaration(
        name,
        base,
        terraform_type[1] if terraform_type else "",
        members,
        _settables(body, f"{place}: {name}"),
        configuration[1] if configuration else "",
        "super(terraformResource, terraformAttribute, false, 0)" in body,
    )


def _settables(body: str, place: str) -> dict[str, Settable]:
    settables = {
        match["name"]: Settable(
            match["name"], match["value"], match["is_block"] == "true", match["collection"], match["storage"]
        )
        for match in _SETTABLE.finditer(body)
    }
    expected = len(_SETTABLE_START.findall(body))
    if len(settables) != expected:
        raise BindingsError(f"{place}: {len(settables)} of {expected} arguments could be read.")
    return settables
