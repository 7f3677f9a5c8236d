"""The reader gives back what the generator was given: names, nesting, types and flags, all the way down."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aws_orchestrator.catalog.cty import CtyType, canonical
from aws_orchestrator.catalog.model import Attribute, Block, NestedBlock, Nesting, TypeKind, TypeSchema
from tools.bindings.declarations import read_declarations
from tools.bindings.packages import BindingsError
from tools.bindings.provider import read_sources
from tools.bindings.schema import MOST_REPEATS, ReadType, read_types
from unit.bindings.bindings_writer import bindings_of

PRIMITIVES = st.sampled_from(["string", "number", "bool"])
WORDS = ("acl", "arn", "bucket", "grant", "name", "rule", "size", "status", "tags", "value", "vpc")
NAMES = st.sampled_from([*WORDS, *(f"{one}_{other}" for one in WORDS[:4] for other in WORDS[4:])])


def _wrapped(inner: st.SearchStrategy[CtyType]) -> st.SearchStrategy[CtyType]:
    return st.builds(lambda nesting, value: [nesting, value], st.sampled_from(["list", "set", "map"]), inner)


OBJECTS = st.dictionaries(NAMES, PRIMITIVES, min_size=1, max_size=3).map(lambda members: ["object", members])
SETTABLE = st.one_of(PRIMITIVES, _wrapped(PRIMITIVES), OBJECTS, _wrapped(OBJECTS))
# The generator has no class for computed lists and sets of booleans: it types them `any`.
COMPUTED = SETTABLE.filter(lambda found: found not in (["list", "bool"], ["set", "bool"]))
SHAPES: list[tuple[Nesting, int, int]] = [
    *(("list", least, most) for least in (0, 1) for most in (0, 1)),
    ("set", 0, 0),
    ("set", 1, 0),
    ("single", 0, 0),
]


@st.composite
def attributes(draw: st.DrawFn, name: str) -> Attribute:
    required, optional, computed = draw(
        st.sampled_from(
            [(True, False, False), (False, True, False), (False, True, True), (False, False, True)]
        )
    )
    found = canonical(draw(SETTABLE if required or optional else COMPUTED))
    write_only = optional and not computed and draw(st.booleans())
    return Attribute(name, found, required, optional, computed, write_only=write_only)


@st.composite
def blocks(draw: st.DrawFn, depth: int = 2) -> Block:
    names = draw(st.lists(NAMES, unique=True, max_size=5))
    cut = draw(st.integers(0, len(names))) if depth else 0
    nested: dict[str, NestedBlock] = {}
    for name in sorted(names[:cut]):
        nesting, least, most = draw(st.sampled_from(SHAPES))
        nested[name] = NestedBlock(name, nesting, least, most, draw(blocks(depth - 1)))
    return Block({name: draw(attributes(name)) for name in sorted(names[cut:])}, nested)


def read(text: str) -> ReadType:
    (found,) = read_types(read_declarations("sample.ts", text))
    return found


@settings(max_examples=25, deadline=None)
@given(block=blocks(), kind=st.sampled_from(["resource", "data", "ephemeral"]))
def test_what_the_generator_was_given_is_read_back(block: Block, kind: TypeKind) -> None:
    schema = TypeSchema("aws_thing", kind, 0, block)
    text = bindings_of(schema)
    # `acl { name }` beside `acl_name` would need one name for two classes: no provider has that, and TypeScript refuses it.
    classes = re.findall(r"^export (?:class|interface) (\w+)", text, re.MULTILINE)
    assume(len(set(classes)) == len(classes))
    found = read(text)
    assert found.schema == schema
    assert not found.untyped


def test_the_language_s_own_alias_is_not_an_argument_of_the_provider() -> None:
    block = Block({name: Attribute(name, "string", optional=True) for name in ("alias", "region")}, {})
    found = read(bindings_of(TypeSchema("aws", "provider", 0, block)))
    assert list(found.schema.block.attributes) == ["region"]


def test_a_value_typed_any_is_reported_instead_of_guessed() -> None:
    block = Block({"definition": Attribute("definition", "string", optional=True)}, {})
    text = bindings_of(TypeSchema("aws_thing", "resource", 0, block)).replace('"string"', '"any"')
    found = read(text)
    assert found.untyped == {("definition",)}
    assert found.schema.block.attributes["definition"].type == "dynamic"


def test_a_block_that_only_the_provider_writes_has_no_flag_at_all() -> None:
    inner = Block({"status": Attribute("status", "string", computed=True)}, {})
    block = Block({}, {"redirect": NestedBlock("redirect", "single", 0, 0, inner)})
    text = bindings_of(TypeSchema("aws_thing", "data", 0, block))
    text = text.replace(
        "redirect - computed: false, optional: true", "redirect - computed: false, optional: false"
    )
    assert read(text).schema.block.blocks["redirect"] == block.blocks["redirect"]


def test_a_statement_inside_itself_is_unrolled_to_its_real_depth() -> None:
    innermost = Block({"name": Attribute("name", "string", optional=True)}, {})
    negation = Block({}, {"statement": NestedBlock("statement", "list", 0, 0, innermost)})
    statement = Block(
        innermost.attributes, {"not_statement": NestedBlock("not_statement", "list", 0, 0, negation)}
    )
    block = Block({}, {"statement": NestedBlock("statement", "list", 0, 0, statement)})
    text = bindings_of(TypeSchema("aws_thing", "resource", 0, block))
    # Equal blocks are declared once: the inner statement, declared first, goes, and its name means the outer one.
    text = text[text.index("export interface AwsThingStatementNotStatement {") :]
    text = text.replace("wsThingStatementNotStatementStatement", "wsThingStatement")
    depth, current = 0, read(text).schema.block
    while "statement" in current.blocks:
        depth, current = depth + 1, current.blocks["statement"].block
        assert list(current.attributes) == ["name"]
        if "not_statement" not in current.blocks:
            break
        current = current.blocks["not_statement"].block
    assert depth == MOST_REPEATS
    assert current.blocks == {}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("computed: false, ", "", "could be read"),
        ('      type: "list",', '      kind: "list",', "could be read"),
        ("rule block", "A rule.", "but not in both"),
        ("AwsThingConfig extends", "Other extends", "has no interface AwsThingConfig"),
    ],
)
def test_another_layout_is_refused_instead_of_half_read(old: str, new: str, sentence: str) -> None:
    rule = Block({"id": Attribute("id", "string", required=True)}, {})
    block = Block({}, {"rule": NestedBlock("rule", "list", 0, 0, rule)})
    text = bindings_of(TypeSchema("aws_thing", "resource", 0, block))
    assert old in text
    if old == "computed: false, ":
        text = text.replace("  public get rule() {", "  get rule() {")
    with pytest.raises(BindingsError, match=sentence):
        read(text.replace(old, new) if old != "computed: false, " else text)


def test_bindings_of_another_version_are_refused() -> None:
    schema = TypeSchema("aws_thing", "resource", 0, Block({}, {}))
    with pytest.raises(BindingsError, match=r"not generated from version 6\.0\.0"):
        read_sources("aws", "6.0.0", [("sample.ts", bindings_of(schema))])


def test_a_type_that_two_files_declare_is_refused() -> None:
    text = bindings_of(TypeSchema("aws_thing", "resource", 0, Block({}, {})))
    with pytest.raises(BindingsError, match="another file declares too"):
        read_sources("aws", "1.2.3", [("one.ts", text), ("two.ts", text)])
