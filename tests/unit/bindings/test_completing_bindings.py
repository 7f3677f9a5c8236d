"""What bindings lack is taken from an exact schema, but only where type and path are there; and it is measured."""

from dataclasses import replace

import pytest

from aws_orchestrator.catalog.model import (
    Attribute,
    Block,
    Function,
    NestedBlock,
    Nesting,
    Parameter,
    ProviderSchema,
    TypeKind,
    TypeSchema,
)
from tools.bindings.calibrate import compare
from tools.bindings.carry import carry_over
from tools.bindings.documented import with_documented
from tools.bindings.packages import BindingsError
from tools.bindings.provider import Way


def a(name: str, sensitive: bool = False, deprecated: bool = False, write_only: bool = False) -> Attribute:
    return Attribute(
        name, "string", optional=True, sensitive=sensitive, deprecated=deprecated, write_only=write_only
    )


def body(*members: Attribute | NestedBlock, deprecated: bool = False) -> Block:
    named = {member.name: member for member in sorted(members, key=lambda member: member.name)}
    return Block(
        {name: member for name, member in named.items() if isinstance(member, Attribute)},
        {name: member for name, member in named.items() if isinstance(member, NestedBlock)},
        deprecated,
    )


def nested(
    name: str, least: int, most: int, *members: Attribute | NestedBlock, by: Nesting = "list"
) -> NestedBlock:
    return NestedBlock(name, by, least, most, body(*members))


def provider(*types: TypeSchema, functions: tuple[Function, ...] = (), name: str = "aws") -> ProviderSchema:
    def of(kind: TypeKind) -> dict[str, TypeSchema]:
        return {found.name: found for found in types if found.kind == kind}

    return ProviderSchema(
        f"registry.terraform.io/hashicorp/{name}",
        "1.0.0",
        TypeSchema(name, "provider", 0, body()),
        of("resource"),
        of("data"),
        of("ephemeral"),
        {function.name: function for function in functions},
    )


def thing(*members: Attribute | NestedBlock, version: int = 0, name: str = "aws_thing") -> TypeSchema:
    return TypeSchema(name, "resource", version, body(*members))


def carried(read: TypeSchema, exact: TypeSchema, *ways: tuple[str, ...]) -> TypeSchema:
    untyped: frozenset[Way] = frozenset(("resource", read.name, way) for way in ways)
    return carry_over(provider(read), untyped, provider(exact)).resources[read.name]


def test_flags_come_from_the_exact_schema_and_types_stay() -> None:
    exact = thing(replace(a("key", sensitive=True, deprecated=True), type="number"), version=3)
    found = carried(thing(a("key"), a("newer")), exact)
    assert found.version == 3
    assert found.block.attributes == {"key": a("key", sensitive=True, deprecated=True), "newer": a("newer")}


def test_only_what_can_be_set_becomes_write_only() -> None:
    exact = thing(a("secret_wo", write_only=True), a("has_secret_wo", write_only=True))
    computed = Attribute("has_secret_wo", "bool", computed=True)
    found = carried(thing(a("secret_wo"), computed), exact).block.attributes
    assert (found["secret_wo"].write_only, found["has_secret_wo"].write_only) == (True, False)


@pytest.mark.parametrize(
    ("read", "exact", "counts"),
    [
        ((0, 0), (0, 5), (0, 5)),  # bindings know "several", the exact schema how many
        ((1, 0), (2, 9), (2, 9)),
        (
            (0, 0),
            (1, 1),
            (0, 0),
        ),  # no longer required, no longer single: the bindings are of the newer version
        ((1, 1), (0, 0), (1, 1)),
    ],
)
def test_counts_of_items_are_refined_but_never_contradicted(
    read: tuple[int, int], exact: tuple[int, int], counts: tuple[int, int]
) -> None:
    found = carried(thing(nested("rule", *read, a("id"))), thing(nested("rule", *exact, a("id"))))
    rule = found.block.blocks["rule"]
    assert (rule.min_items, rule.max_items) == counts


def test_an_untyped_block_is_taken_whole() -> None:
    statement = nested("statement", 1, 1, a("text"))
    read = thing(nested("rule", 0, 0, Attribute("statement", "dynamic", optional=True)))
    found = carried(read, thing(nested("rule", 0, 0, statement)), ("rule", "statement"))
    assert found.block.blocks["rule"].block == body(statement)


def test_an_untyped_block_that_is_nowhere_known_stops_the_build() -> None:
    read = thing(Attribute("definition", "dynamic", optional=True))
    with pytest.raises(BindingsError, match=r"untyped at definition, which the exact schema does not have"):
        carried(read, thing(), ("definition",))
    with pytest.raises(BindingsError, match=r"untyped at definition, and no exact schema has the type"):
        carried(read, thing(name="aws_other"), ("definition",))


def test_what_came_to_an_untyped_block_later_is_added_from_its_typed_twin() -> None:
    key = nested("custom_key", 0, 5, a("ip"))
    tree = nested("rule", 0, 0, nested("statement", 1, 1, nested("rate_based_statement", 0, 1, key)))
    typed = nested(
        "statement",
        0,
        0,
        nested("rate_based_statement", 0, 0, nested("custom_keys", 0, 0, nested("asn", 0, 0))),
    )
    read = provider(thing(tree, name="aws_wafv2_rule_group"), thing(typed, name="aws_wafv2_web_acl_rule"))
    found = carry_over(read, frozenset(), provider(thing(tree, name="aws_wafv2_rule_group")))
    block = found.resources["aws_wafv2_rule_group"].block
    for name in ("rule", "statement", "rate_based_statement", "custom_key"):
        block = block.blocks[name].block
    assert block.blocks == {"asn": nested("asn", 0, 1)}


def test_functions_get_their_types_and_new_ones_stay() -> None:
    parse = Function("arn_parse", ["object", {"service": "string"}], (Parameter("arn", "string"),))
    untyped, new = replace(parse, return_type="dynamic"), Function("user_agent", "string")
    both = carry_over(provider(functions=(untyped, new)), frozenset(), provider(functions=(parse,)))
    assert both.functions == {"arn_parse": parse, "user_agent": new}
    # Bindings that wrap no function say nothing about functions.
    assert carry_over(provider(), frozenset(), provider(functions=(parse,))).functions == {"arn_parse": parse}


def test_the_pages_of_small_providers_are_believed_for_what_bindings_lack() -> None:
    result = Attribute("result", "string", computed=True)
    members = (result, replace(result, name="bcrypt_hash"), a("number"))
    words = thing(a("number"), name="random_string")
    found = with_documented(provider(thing(*members, name="random_password"), words, name="random"))
    password = found.resources["random_password"].block.attributes
    assert (password["result"].sensitive, password["number"].deprecated) == (True, True)
    assert list(found.ephemeral_resources) == ["random_password"]


def test_a_page_that_names_what_is_not_there_stops_the_build() -> None:
    with pytest.raises(BindingsError, match=r"names random_string\.number"):
        with_documented(provider(thing(name="random_string"), name="random"))


def test_agreement_counts_every_kind_of_fact() -> None:
    exact = provider(thing(a("key", sensitive=True), nested("rule", 2, 5, a("id")), a("gone")))
    read = provider(thing(replace(a("key"), type="bool"), nested("rule", 1, 0, a("id")), a("new")))
    agreement = compare(read, exact)
    assert {fact: len(places) for fact, places in agreement.different.items()} == {
        "names": 2,
        "types": 1,
        "sensitive": 1,
        "min items": 1,
        "max items": 1,
    }
    assert agreement.different["names"] == ["resource.aws_thing.gone", "resource.aws_thing.new"]
    assert "| nesting | 1 | 0 | 100% |" in agreement.table()


def test_agreement_is_never_rounded_up_to_all() -> None:
    agreement = compare(provider(), provider())
    for number in range(100_000):
        agreement.note("types", number > 0, "somewhere")
    assert "| types | 100,000 | 1 | 99.99% |" in agreement.table()
