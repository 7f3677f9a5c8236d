"""One resource type alone as a module: what becomes an input, how it is described and checked, what is left out."""

import re
from collections.abc import Iterator

import pytest

from aws_orchestrator.blueprint.model import Blueprint, NestedBlock, Variable
from aws_orchestrator.blueprint.read import parse_blueprint
from aws_orchestrator.blueprint.verify import verify
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import UsageError
from aws_orchestrator.minds.builtin.planner.blueprint_text import blueprint_text
from aws_orchestrator.minds.builtin.planner.facts import ArgumentFacts, Facts, GroupFacts, NoFacts, Path
from aws_orchestrator.minds.builtin.planner.resource import plan_resource
from aws_orchestrator.minds.builtin.planner.shape import Field, shape_of

# One of about sixty types, over all families.
STEP = 61


def sample(catalog: Catalog) -> tuple[str, ...]:
    return catalog.resource_names[::STEP]


def variable(blueprint: Blueprint, name: str) -> Variable:
    return next(item for item in blueprint.variables if item.name == name)


def test_every_sampled_type_agrees_with_the_catalog_with_and_without_learned_facts(
    catalog: Catalog, facts: Facts
) -> None:
    known: tuple[Facts, ...] = (facts, NoFacts())
    problems = [
        f"{name}: {problem}"
        for name in sample(catalog)
        for source in known
        for problem in verify(plan_resource(catalog, source, name), catalog)
    ]

    assert problems == []


def test_a_plan_is_always_the_same_and_survives_being_written(catalog: Catalog, facts: Facts) -> None:
    for name in sample(catalog)[:8]:
        first = plan_resource(catalog, facts, name)

        assert plan_resource(catalog, facts, name) == first
        assert parse_blueprint(blueprint_text(first), name) == first


def test_no_description_only_repeats_the_name(catalog: Catalog, facts: Facts) -> None:
    for name in sample(catalog):
        for item in plan_resource(catalog, facts, name).variables:
            said = set(re.findall(r"[a-z0-9]+", item.description.lower()))
            told = said - set(item.name.split("_")) - set(name.split("_")) - {"the", "of", "a", "an"}
            assert told or item.name == "name", f"{name}.{item.name}: {item.description}"


def test_computed_and_deprecated_arguments_are_no_inputs(catalog: Catalog, facts: Facts) -> None:
    for name in sample(catalog):
        schema = catalog.resource(name)
        assert schema is not None
        for argument in plan_resource(catalog, facts, name).resources[0].arguments:
            attribute = schema.block.attributes[argument]
            assert attribute.settable
            assert attribute.required or not attribute.deprecated


def test_what_the_provider_only_takes_beside_something_that_nobody_can_set_is_no_input(
    catalog: Catalog, facts: Facts
) -> None:
    def names(resource_type: str) -> set[str]:
        return {item.name for item in plan_resource(catalog, facts, resource_type).variables}

    pool = {"customer_owned_ipv4_pool", "map_customer_owned_ip_on_launch"}
    assert pool <= names("aws_subnet")
    assert not pool & names("aws_default_subnet"), "there the Outpost's ARN is computed"


def test_a_block_is_offered_with_what_it_cannot_do_without_however_deep_it_lies(
    catalog: Catalog, facts: Facts
) -> None:
    def offered(facts: Facts) -> set[str]:
        schema = catalog.resource("aws_appmesh_virtual_gateway")
        assert schema is not None
        return {".".join(path) for path in paths(shape_of(schema, facts).fields)}

    def paths(fields: tuple[Field, ...]) -> Iterator[Path]:
        for field in fields:
            yield field.path
            yield from paths(field.fields)

    trust = "spec.backend_defaults.client_policy.tls.validation.trust"
    assert {trust, f"{trust}.acm", f"{trust}.file", f"{trust}.sds"} <= offered(facts)
    assert f"{trust}.acm" not in offered(NoFacts())


@pytest.mark.parametrize(
    ("type_", "argument", "expected"),
    [
        ("aws_eks_cluster", "version", "cluster_version"),
        ("aws_datasync_task", "includes", "includes"),
        ("aws_config_config_rule", "source", "rule_source"),
    ],
)
def test_words_of_module_calls_are_renamed(
    catalog: Catalog, facts: Facts, type_: str, argument: str, expected: str
) -> None:
    resource = plan_resource(catalog, facts, type_).resources[0]
    given = resource.arguments.get(argument)
    block = next((item for item in resource.blocks if item.type == argument), None)

    assert given == f"var.{expected}" or (block is not None and f"var.{expected}" in _expressions(block))


def _expressions(block: NestedBlock) -> str:
    return f"{block.dynamic.for_each if block.dynamic else ''} {block.arguments}"


def test_a_secret_goes_through_the_argument_that_no_state_keeps(catalog: Catalog, facts: Facts) -> None:
    blueprint = plan_resource(catalog, facts, "aws_db_instance")

    assert "password" not in blueprint.resources[0].arguments
    assert variable(blueprint, "password_wo").ephemeral
    assert variable(blueprint, "password_wo").sensitive


def test_a_secret_inside_a_block_hides_its_whole_variable(catalog: Catalog, facts: Facts) -> None:
    blueprint = plan_resource(catalog, facts, "aws_kinesis_firehose_delivery_stream")
    secret = variable(blueprint, "redshift_configuration")
    block = next(item for item in blueprint.resources[0].blocks if item.type == "redshift_configuration")

    assert secret.sensitive
    assert block.dynamic is not None
    assert "nonsensitive(var.redshift_configuration)" in block.dynamic.for_each


def test_a_recursive_type_is_bounded_and_says_what_is_not_offered(catalog: Catalog, facts: Facts) -> None:
    blueprint = plan_resource(catalog, facts, "aws_wafv2_web_acl")

    assert len(variable(blueprint, "rule").type) < 60_000
    assert any("aws_wafv2_web_acl" in gotcha for gotcha in blueprint.gotchas)


def test_a_name_that_aws_would_make_up_is_asked_for(catalog: Catalog, facts: Facts) -> None:
    blueprint = plan_resource(catalog, facts, "aws_sqs_queue")

    assert variable(blueprint, "name").default is None
    assert "name_prefix" not in blueprint.resources[0].arguments
    assert blueprint.locals[0].value == "var.name"


@pytest.mark.parametrize(
    ("type_", "flag"), [("aws_sqs_queue", "fifo_queue"), ("aws_sns_topic", "fifo_topic")]
)
def test_a_name_gets_the_ending_that_aws_wants_of_its_kind(
    catalog: Catalog, facts: Facts, type_: str, flag: str
) -> None:
    (resource,) = plan_resource(catalog, facts, type_).resources
    assert (
        resource.arguments["name"]
        == f'var.{flag} == true ? "${{trimsuffix(var.name, ".fifo")}}.fifo" : var.name'
    )


def test_an_unknown_type_is_refused_with_the_nearest_name(catalog: Catalog, facts: Facts) -> None:
    with pytest.raises(UsageError, match="aws_sqs_queue"):
        plan_resource(catalog, facts, "aws_sqs_queues")


class InventedFacts:
    """Facts of a queue, invented so that each kind is there once."""

    def argument(self, resource_type: str, path: Path) -> ArgumentFacts:
        known = {
            "deduplication_scope": ArgumentFacts(allowed=("queue", "messageGroup")),
            "delay_seconds": ArgumentFacts(minimum=0, maximum=900, default=0, replaces=True),
            "policy": ArgumentFacts(format="json"),
        }
        return known.get(path[0], ArgumentFacts())

    def groups(self, resource_type: str) -> GroupFacts:
        return GroupFacts(exactly_one_of=((("kms_master_key_id",), ("sqs_managed_sse_enabled",)),))


def test_facts_become_validation_description_choice_and_tests(catalog: Catalog) -> None:
    blueprint = plan_resource(catalog, InventedFacts(), "aws_sqs_queue")

    delay = variable(blueprint, "delay_seconds")
    assert delay.validation[0].condition == (
        "var.delay_seconds == null ? true : var.delay_seconds >= 0 && var.delay_seconds <= 900"
    )
    assert "From 0 to 900." in delay.description
    assert "Changing it replaces the SQS queue." in delay.description
    assert "contains" in variable(blueprint, "deduplication_scope").validation[0].condition
    assert "jsondecode" in variable(blueprint, "policy").validation[0].condition
    lifecycle = blueprint.resources[0].lifecycle
    assert lifecycle is not None
    assert (
        "exactly one of kms_master_key_id or sqs_managed_sse_enabled"
        in lifecycle.preconditions[0].error_message
    )
    assert "kms_master_key_id" in blueprint.example or "sqs_managed_sse_enabled" in blueprint.example
    assert any(item.expect_failures == ("var.deduplication_scope",) for item in blueprint.scenarios)
