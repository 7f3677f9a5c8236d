"""How a configuration is judged: every kind of fact, and where the SDK and the framework differ."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.catalog.knowledge import UNKNOWN, Checks, Fact, Group, TypeChecks, judge, knowledge_of
from aws_orchestrator.catalog.knowledge_formats import FORMATS
from aws_orchestrator.catalog.knowledge_plan_rules import PLAN_RULES, plan_warnings
from aws_orchestrator.catalog.knowledge_shape import Shapes
from aws_orchestrator.catalog.model import Attribute, Block, NestedBlock, TypeSchema
from aws_orchestrator.catalog.probe.drafts import Drafts

TEXT = Attribute("t", "string", optional=True)
RULE = Block({"status": TEXT, "days": Attribute("days", "number", optional=True)}, {})
BLOCK = Block(
    {
        **dict.fromkeys(("a", "b", "c", "status"), TEXT),
        "tags": Attribute("tags", ["map", "string"], optional=True),
        "subnets": Attribute("subnets", ["list", "string"], optional=True),
        "old": Attribute("old", "string", optional=True, deprecated=True),
    },
    {"rule": NestedBlock("rule", "list", 0, 0, RULE), "zone": NestedBlock("zone", "set", 0, 0, RULE)},
)
SCHEMA = TypeSchema("x_box", "resource", 0, BLOCK)
STATUS = Fact(values=("Enabled", "Suspended", "Disabled"))


def said(checks: Checks, framework: bool = False, **config: Any) -> list[tuple[str, tuple[Any, ...]]]:
    full = dict.fromkeys(BLOCK.attributes) | {"rule": [], "zone": []} | config
    return [(one.detail, one.path) for one in judge(SCHEMA, TypeChecks(checks, framework), full)]


def rule(status: Any = None, days: Any = None) -> dict[str, Any]:
    return {"status": status, "days": days}


def test_a_value_outside_its_list_is_told_with_the_list() -> None:
    found = said(Checks({"status": STATUS}), status="On")
    assert found == [('status must be one of Enabled, Suspended, Disabled, not "On".', ("status",))]
    assert not said(Checks({"status": STATUS}), status="Enabled")


def test_a_value_in_a_block_is_told_at_its_element() -> None:
    checks = Checks(children={"rule": Checks({"status": STATUS}), "zone": Checks({"status": STATUS})})
    assert [path for _, path in said(checks, rule=[rule("Enabled"), rule("no")])] == [("rule", 1, "status")]
    assert [path for _, path in said(checks, zone=[rule("no")])] == [("zone", "status")]


@pytest.mark.parametrize(
    ("fact", "good", "bad"),
    [
        (STATUS, "Enabled", "enabled"),
        (Fact(values=("On",), fold=True), "oN", "off"),
        (Fact(values=("On",), empty=True), "", " "),
        (Fact(values=(1, 5)), 5, 2),
        (Fact(low=1, high=5), 5, 6),
        (Fact(low=1), 10**9, 0),
        (Fact(integer=True), 2.0, 1.5),
        (Fact(shortest=1, longest=4), "éé", "ééé"),
        (Fact(shortest=1, longest=4, characters=True), "éééé", "ééééé"),
        (Fact(pattern="^[a-z]+\\Z"), "abc", "abc\n"),
        (Fact(fewest=1, most=2), ["a"], ["a", "b", "c"]),
        (Fact(element=STATUS), ["Enabled", None, UNKNOWN], ["Enabled", "x"]),
        (Fact(element=STATUS), {"k": "Enabled"}, {"k": "x"}),
    ],
)
def test_every_kind_of_fact(fact: Fact, good: Any, bad: Any) -> None:
    for framework in (True, False):
        checks = Checks({"a": fact})
        assert not said(checks, framework, a=good)
        assert len(said(checks, framework, a=bad)) == 1


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("arn", "arn:aws:iam::123456789012:role/x", "arn:aws:iam::12:role/x"),
        ("arn_loose", "arn:x:iam::12:role/x", "arn:x"),
        ("json", "[1]", "NaN"),
        ("json_object", '{"a":1}', "[1]"),
        ("account_id", "123456789012", "1234"),
        ("canonical_ipv4_cidr", "10.0.0.0/16", "10.0.0.1/16"),
        ("ipv4_cidr", "10.0.0.1/16", "2001:db8::/32"),
        ("ipv6_cidr", "2001:db8::1/32", "10.0.0.0/16"),
        ("ipv4", "10.0.0.1", "10.0.0.256"),
        ("ipv6", "2001:db8::1", "10.0.0.1"),
        ("rfc3339", "2030-01-02T03:04:05.123456789Z", "2030-02-31T03:04:05Z"),
        ("weekly_window", "Sun:03:00-Sun:04:00", "sun:3:00-sun:4:00"),
        ("daily_window", "03:00-04:00", "03:00"),
        ("duration", "1h30m", "zz"),
        ("region", "us-gov-west-1", "us-east"),
        ("integer", "-9223372036854775808", "9223372036854775808"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567"),
        ("base64", "YWJj", "YWJ"),
    ],
)
def test_every_format(name: str, good: str, bad: str) -> None:
    assert FORMATS[name](good)
    assert not FORMATS[name](bad)
    assert not FORMATS[name]("") or name == "base64"


@given(st.text(), st.sampled_from(sorted(FORMATS)))
def test_no_text_breaks_a_format(text: str, name: str) -> None:
    assert FORMATS[name](text) in {True, False}


def test_nothing_unknown_is_judged() -> None:
    checks = Checks({"a": STATUS, "tags": Fact(element=STATUS)}, {"rule": Checks({"status": STATUS})})
    assert not said(checks, a=UNKNOWN, tags=UNKNOWN, rule=UNKNOWN)


def test_one_unknown_silences_the_whole_list_in_the_sdk_and_only_itself_in_the_framework() -> None:
    checks = Checks(children={"rule": Checks({"status": STATUS})})
    rules = [rule("bad", UNKNOWN), rule("bad too")]
    assert not said(checks, framework=False, rule=rules)
    assert len(said(checks, framework=True, rule=rules)) == 2
    other = Checks({"a": STATUS}, checks.children)
    assert len(said(other, framework=False, a="bad", rule=rules)) == 1, "other arguments are still judged"


@pytest.mark.parametrize(
    ("config", "kind", "count"),
    [
        ({"a": "1", "b": "2"}, "conflict", 1),
        ({"a": "1", "b": ""}, "conflict", 1),  # an empty text counts as set
        ({"a": "1"}, "conflict", 0),
        ({"a": "1", "b": UNKNOWN}, "conflict", 0),
        ({}, "exactly_one", 1),
        ({"a": "1"}, "exactly_one", 0),
        ({"a": "1", "b": "2"}, "exactly_one", 1),
        ({"b": UNKNOWN}, "exactly_one", 0),
        ({}, "at_least_one", 1),
        ({"a": "1", "b": "2"}, "at_least_one", 0),
        ({"a": "1", "b": "2"}, "at_most_one", 1),
        ({"a": "1"}, "together", 1),
        ({"b": "1"}, "together", 0),
        ({"a": "1", "b": UNKNOWN}, "together", 0),
    ],
)
def test_rules_between_arguments(config: dict[str, Any], kind: Any, count: int) -> None:
    assert len(said(Checks(groups=(Group(kind, ("a", "b")),)), **config)) == count


def test_an_empty_list_that_is_an_attribute_counts_as_set_and_no_block_does_not() -> None:
    checks = Checks(groups=(Group("exactly_one", ("subnets", "rule")),))
    assert not said(checks, subnets=[])
    assert len(said(checks, rule=[])) == 1
    assert len(said(checks, subnets=[], rule=[rule()])) == 1


def test_a_rule_can_lead_into_a_block() -> None:
    checks = Checks(groups=(Group("conflict", ("a", "rule/status")),))
    assert len(said(checks, a="1", rule=[rule("x")])) == 1
    assert not said(checks, a="1", rule=[rule()])


def test_what_code_requires_is_told_where_it_is_missing() -> None:
    checks = Checks({"a": Fact(required=True), "rule": Fact(required=True)})
    assert {detail for detail, _ in said(checks)} == {
        "a is required by the provider.",
        "rule is required by the provider.",
    }
    assert not said(checks, a="x", rule=[rule()])
    assert not said(checks, a=UNKNOWN, rule=UNKNOWN)


def test_what_cannot_be_set_is_told() -> None:
    assert said(Checks({"a": Fact(unsettable=True)}), a="x") == [
        ("The provider itself decides a: remove it.", ("a",))
    ]
    assert not said(Checks({"a": Fact(unsettable=True)}))


def test_a_deprecated_argument_is_a_warning() -> None:
    (one,) = judge(SCHEMA, None, {"old": "x"})
    assert (one.severity, one.summary, one.path) == ("warning", "Argument is deprecated", ("old",))
    assert not judge(SCHEMA, None, {"old": None})


def test_what_is_only_advice_is_a_warning_that_names_the_version() -> None:
    checks = Checks(
        {
            "a": replace(STATUS, advisory=True),
            "b": Fact(format="arn"),
            "c": Fact(unsettable=True, uncertain=True),
            "status": Fact(required=True, uncertain=True),
        },
        groups=(Group("conflict", ("a", "b"), advisory=True),),
    )
    found = judge(SCHEMA, TypeChecks(checks, carried_from="5.100.0"), {"a": "new in 6", "b": "x", "c": "x"})
    assert [(one.summary, one.severity) for one in found] == [
        ("Invalid value of a", "warning"),
        ("Invalid value of b", "error"),
        ("c cannot be set", "warning"),
        ("Missing status", "warning"),
        ("Conflicting arguments", "warning"),
    ]
    assert all("5.100.0" in one.detail for one in found)


@given(
    st.recursive(st.one_of(st.none(), st.just(UNKNOWN), st.text(), st.integers(), st.booleans()), st.lists)
)
def test_no_value_breaks_the_judge(value: Any) -> None:
    checks = Checks(
        {"a": STATUS, "rule": Fact(fewest=1)},
        {"rule": Checks({"status": STATUS})},
        (Group("conflict", ("a", "rule")),),
    )
    assert isinstance(judge(SCHEMA, TypeChecks(checks), {"a": value, "rule": value}), tuple)


@pytest.fixture(scope="module")
def aws() -> Catalog:
    catalog = shipped_library().choose("hashicorp/aws", "= 5.100.0")
    assert catalog is not None
    return catalog


def test_shipped_knowledge_judges_every_type_without_failing(aws: Catalog) -> None:
    known = knowledge_of(aws)
    assert known is not None
    for name in aws.resource_names:
        schema = aws.resource(name)
        assert schema is not None
        config = Drafts(Shapes().of_block(schema.block)).minimal()
        assert isinstance(judge(schema, known.checks("resource", name), config), tuple)


def test_shipped_knowledge_holds_what_everybody_knows(aws: Catalog) -> None:
    known = knowledge_of(aws)
    assert known is not None
    versioning = known.checks("resource", "aws_s3_bucket_versioning")
    assert versioning is not None
    assert set(versioning.checks.children["versioning_configuration"].facts["status"].values) == {
        "Enabled",
        "Suspended",
        "Disabled",
    }
    database = known.replacement("aws_db_instance")
    assert database is not None
    assert database.when("engine") == "always"
    assert database.when("allocated_storage") == "never"
    queue = known.replacement("aws_sqs_queue")
    assert queue is not None
    assert queue.defaults["message_retention_seconds"] == 345_600


def test_plan_rules_name_arguments_that_exist(aws: Catalog) -> None:
    for name, rules in PLAN_RULES.items():
        schema = aws.resource(name)
        assert schema is not None, name
        there = {*schema.block.attributes, *schema.block.blocks}
        for one in rules:
            assert {one.place, *one.looks_at} <= there, (name, one.sentence)


@pytest.mark.parametrize(
    ("name", "config", "count"),
    [
        (
            "aws_dynamodb_table",
            {"hash_key": "id", "attribute": [{"name": "id"}], "billing_mode": "PAY_PER_REQUEST"},
            0,
        ),
        ("aws_dynamodb_table", {"hash_key": "id", "attribute": [{"name": "id"}]}, 2),
        (
            "aws_dynamodb_table",
            {"hash_key": "id", "attribute": [{"name": "x"}], "billing_mode": "PAY_PER_REQUEST"},
            2,
        ),
        (
            "aws_dynamodb_table",
            {"hash_key": UNKNOWN, "attribute": [{"name": "x"}], "billing_mode": UNKNOWN},
            0,
        ),
        ("aws_sqs_queue", {"name": "q", "fifo_queue": True}, 1),
        ("aws_sqs_queue", {"name": "q.fifo", "fifo_queue": True}, 0),
        ("aws_lambda_function", {"handler": "h"}, 1),
        ("aws_lambda_function", {"package_type": "Image"}, 0),
        ("aws_lb_listener", {"default_action": [{"type": "forward"}]}, 1),
        ("aws_lb_listener", {"default_action": [{"type": "forward", "target_group_arn": "x"}]}, 0),
        ("aws_no_such", {}, 0),
    ],
)
def test_rules_of_the_plan_are_warnings(name: str, config: dict[str, Any], count: int) -> None:
    found = list(plan_warnings(name, config))
    assert len(found) == count
    assert all(one.severity == "warning" and one.summary == "Found when planned" for one in found)
