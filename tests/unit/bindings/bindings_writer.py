"""A writer of bindings as the generator lays them out: the reader's counterpart, for types invented by tests."""

from collections.abc import Iterator

from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.catalog.model import Attribute, Block, NestedBlock, TypeSchema

_BASES = {
    "resource": "TerraformResource",
    "data": "TerraformDataSource",
    "ephemeral": "TerraformEphemeralResource",
    "provider": "TerraformProvider",
}
_WORDS = {"string": "string", "number": "number", "bool": "boolean"}
_CASED = {"string": "String", "number": "Number", "bool": "Boolean"}


def bindings_of(schema: TypeSchema, version: str = "1.2.3") -> str:
    """The TypeScript of one type."""
    name = _camel(schema.name)
    lines = [*_structs(schema.block, name)]
    lines += _interface(f"{name}Config extends cdktf.TerraformMetaArguments", schema.block)
    lines += [f"export class {name} extends cdktf.{_BASES[schema.kind]} {{", ""]
    lines += [
        f"  public constructor(scope: Construct, id: string, config: {name}Config) {{",
        "    super(scope, id, {",
    ]
    lines += [f"      terraformResourceType: '{schema.name}',"]
    lines += [
        "      terraformGeneratorMetadata: {",
        f"        providerVersion: '{version}',",
        "      },",
        "    });",
        "  }",
    ]
    lines += [
        *_members(schema.block, name),
        "  protected synthesizeHclAttributes(): { [name: string]: any } {",
    ]
    lines += [
        "    const attrs = {",
        *_settables(schema.block, name, "      ", "this._"),
        "    };",
        "  }",
        "}",
        "",
    ]
    return "\n".join(lines)


def _camel(name: str) -> str:
    return "".join(part.title() for part in name.split("_"))


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def _field(name: str) -> str:
    return _lower(_camel(name))


def _structs(block: Block, owner: str) -> Iterator[str]:
    """The declarations of everything nested, innermost first."""
    for name, inner, single in _nested(block):
        struct = owner + _camel(name)
        yield from _structs(inner, struct)
        yield from _interface(struct, inner)
        yield f"export function {_lower(struct)}ToHclTerraform(struct?: {struct} | cdktf.IResolvable): any {{"
        yield "  const attrs = {"
        yield from _settables(inner, struct, "    ", "struct!.")
        yield "  };"
        yield "}"
        yield f"export class {struct}OutputReference extends cdktf.ComplexObject {{"
        yield "  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {"
        yield f"    super(terraformResource, terraformAttribute, false{', 0' if single else ''});"
        yield "  }"
        yield from _members(inner, struct)
        yield "}"


def _nested(block: Block) -> Iterator[tuple[str, Block, bool]]:
    for name, nested in block.blocks.items():
        yield name, nested.block, nested.max_items == 1
    for name, attribute in block.attributes.items():
        if (members := _object(attribute.type)) is not None:
            yield name, _object_block(members, attribute), False


def _object(found: CtyType) -> dict[str, CtyType] | None:
    match found:
        case ["object", dict() as members]:
            return members
        case [_, ["object", dict() as members]]:
            return members
    return None


def _object_block(members: dict[str, CtyType], owner: Attribute) -> Block:
    """Members of an object carry the flags of their owner, as the generator writes them."""
    return Block(
        {
            name: Attribute(name, found, optional=owner.settable, computed=owner.computed)
            for name, found in members.items()
        },
        {},
    )


def _interface(heading: str, block: Block) -> Iterator[str]:
    yield f"export interface {heading} {{"
    for name, attribute in block.attributes.items():
        if attribute.settable:
            yield from _property(name, "A sentence that mentions a block } on purpose.", attribute.required)
    for name, nested in block.blocks.items():
        yield from _property(name, f"{name} block", nested.required)
    yield "}"


def _property(name: str, comment: str, required: bool) -> Iterator[str]:
    yield "  /**"
    yield f"  * {comment}"
    yield "  *"
    yield f"  * Docs at Terraform Registry: {{@link https://example.com/x#{name} Type#{name}}}"
    yield "  */"
    yield f"  readonly {_field(name)}{'' if required else '?'}: any;"


def _members(block: Block, owner: str) -> Iterator[str]:
    for name, attribute in block.attributes.items():
        flags = (attribute.computed, attribute.optional, attribute.required)
        yield from _member(name, flags, _value(attribute, owner), attribute.settable, attribute.write_only)
    for name, nested in block.blocks.items():
        struct = owner + _camel(name)
        single = nested.nesting == "single" or nested.max_items == 1
        value = _new(f"{struct}OutputReference" if single else f"{struct}List", name, nested.nesting)
        yield from _member(name, (False, not nested.required, nested.required), value, True, False)


def _new(of: str, name: str, nesting: str) -> str:
    wraps = f", {'true' if nesting == 'set' else 'false'}" if of.endswith("List") else ""
    return f'new {of}(this, "{name}"{wraps})'


def _value(attribute: Attribute, owner: str) -> str:
    """What a member is read back by: a class for objects and computed maps, else a getter's call."""
    struct = owner + _camel(attribute.name)
    match attribute.type:
        case str() as primitive:
            return f"this.get{_CASED[primitive]}Attribute('{attribute.name}')"
        case ["object", _]:
            return _new(f"{struct}OutputReference", attribute.name, "single")
        case ["map", ["object", _]]:
            return _new(f"{struct}Map", attribute.name, "map")
        case [nesting, ["object", _]]:
            return _new(f"{struct}List", attribute.name, nesting)
        case ["map", str() as primitive] if not attribute.settable:
            return _new(f"cdktf.{_CASED[primitive]}Map", attribute.name, "map")
        case ["map", str() as primitive]:
            return f"this.get{_CASED[primitive]}MapAttribute('{attribute.name}')"
        case [nesting, str() as primitive]:
            kind = {"string": "List", "number": "NumberList"}.get(primitive, "")
            call = (
                f"this.get{kind}Attribute('{attribute.name}')"
                if kind
                else "this.interpolationForAttribute('x')"
            )
            return f"cdktf.Fn.tolist({call})" if nesting == "set" else call
        case _:
            return f"this.interpolationForAttribute('{attribute.name}')"


def _member(
    name: str, flags: tuple[bool, bool, bool], value: str, settable: bool, write_only: bool
) -> Iterator[str]:
    computed, optional, required = (str(flag).lower() for flag in flags)
    yield f"  // {name} - computed: {computed}, optional: {optional}, required: {required}"
    if value.startswith("new "):
        yield f"  private _{_field(name)} = {value};"
        value = f"this._{_field(name)}"
    elif settable:
        yield f"  private _{_field(name)}?: any; "
    if write_only:
        yield "  /**"
        yield "  * @deprecated Write-only: the provider never returns this value."
        yield "  */"
    yield f"  public get {_field(name)}() {{"
    yield f"    return {value};"
    yield "  }"
    yield ""


def _settables(block: Block, owner: str, indent: str, source: str) -> Iterator[str]:
    for name, attribute in block.attributes.items():
        if attribute.settable:
            yield from _settable(
                name, _written(attribute.type, owner + _camel(name), source + _field(name)), indent
            )
    for name, nested in block.blocks.items():
        struct = owner + _camel(name)
        yield from _settable(name, _written_block(nested, struct, source + _field(name)), indent)


def _settable(name: str, written: tuple[str, str, str], indent: str) -> Iterator[str]:
    value, collection, storage = written
    yield f"{indent}{name}: {{"
    yield f"{indent}  value: {value},"
    yield f"{indent}  isBlock: {'true' if storage[0].isupper() else 'false'},"
    yield f'{indent}  type: "{collection}",'
    yield f'{indent}  storageClassType: "{storage}",'
    yield f"{indent}}},"


def _written(found: CtyType, struct: str, source: str) -> tuple[str, str, str]:
    match found:
        case str() as primitive:
            return f"cdktf.{_WORDS[primitive]}ToHclTerraform({source})", "simple", _WORDS[primitive]
        case ["object", _]:
            return f"{_lower(struct)}ToHclTerraform({source}.internalValue)", "struct", struct
        case ["map", ["object", _]]:
            return (
                f"cdktf.hashMapperHcl({_lower(struct)}ToHclTerraform)({source}.internalValue)",
                "map",
                f"{struct}Map",
            )
        case [nesting, ["object", _]]:
            value = f"cdktf.listMapperHcl({_lower(struct)}ToHclTerraform, false)({source}.internalValue)"
            return value, nesting, f"{struct}List"
    return f"cdktf.anything({source})", found[0], _storage(found)


def _storage(found: CtyType) -> str:
    if isinstance(found, str):
        return _WORDS[found]
    return f"{_storage(found[1])}{'Map' if found[0] == 'map' else 'List'}"


def _written_block(nested: NestedBlock, struct: str, source: str) -> tuple[str, str, str]:
    if nested.nesting == "single":
        return f"{_lower(struct)}ToHclTerraform({source}.internalValue)", "struct", struct
    if nested.max_items == 1:
        return f"{_lower(struct)}ToHclTerraform({source}.internalValue)", nested.nesting, f"{struct}List"
    value = f"cdktf.listMapperHcl({_lower(struct)}ToHclTerraform, true)({source}.internalValue)"
    return value, nested.nesting, f"{struct}List"
