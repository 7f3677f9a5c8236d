"""What no schema suggests of a service's module: every addition holds in every selection, and takes the place of inputs."""

import re
from itertools import combinations

import pytest

from aws_orchestrator.agents import tf_planner
from aws_orchestrator.blueprint.compile import compile_module
from aws_orchestrator.blueprint.model import Selection, default_selection
from aws_orchestrator.blueprint.select import with_requirements
from aws_orchestrator.blueprint.verify import verify
from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.minds.builtin.planner.additions import addition_names, addition_of
from aws_orchestrator.minds.builtin.planner.facts import Facts
from aws_orchestrator.minds.builtin.planner.knowledge import known_facts
from aws_orchestrator.minds.builtin.planner.requirements import requirements_of
from aws_orchestrator.minds.builtin.planner.service import plan_service, service_named
from aws_orchestrator.minds.builtin.planner.service_table import SERVICES

CORES = addition_names()
SERVICE_OF = {key: service for service in reversed(SERVICES) for key in (service.type, service.name)}


def test_there_are_additions_and_each_is_of_a_service() -> None:
    assert len(CORES) >= 10
    assert set(CORES) <= SERVICE_OF.keys()


@pytest.mark.parametrize("version", ["= 5.40.0", "= 5.100.0", ""])
@pytest.mark.parametrize("core", CORES)
def test_an_addition_agrees_with_every_catalog(core: str, version: str) -> None:
    catalog = shipped_library().choose("hashicorp/aws", version)
    assert catalog is not None
    blueprint = plan_service(catalog, known_facts(catalog), SERVICE_OF[core]).blueprint

    assert verify(blueprint, catalog) == ()


@pytest.mark.parametrize("core", CORES)
def test_every_selection_of_an_additions_features_compiles(core: str, catalog: Catalog, facts: Facts) -> None:
    blueprint = plan_service(catalog, facts, SERVICE_OF[core]).blueprint
    addition = addition_of(core)
    assert addition is not None
    names = [feature.name for feature in addition.features]

    for size in range(len(names) + 1):
        for some in combinations(names, size):
            chosen = with_requirements(blueprint, frozenset(some))
            files = compile_module(blueprint, Selection(features=chosen), catalog).files
            text = b"\n".join(files.values()).decode().replace("[0]", "")
            for change in addition.core:
                for value in change.arguments.values():
                    assert (change.feature in chosen) == (str(value) in text)


@pytest.mark.parametrize("core", CORES)
def test_days_that_logs_are_kept_are_those_that_the_provider_takes(core: str, facts: Facts) -> None:
    addition = addition_of(core)
    assert addition is not None
    known = facts.argument("aws_cloudwatch_log_group", ("retention_in_days",))
    for variable in addition.variables:
        if variable.name == "log_retention_in_days":
            days = [int(day) for day in re.findall(r"\d+", variable.validation[0].condition)]
            assert len(days) > 20
            assert [day for day in days if not known.accepts(day)] == []


def test_what_a_feature_makes_takes_the_place_of_the_input(catalog: Catalog, facts: Facts) -> None:
    service = service_named("lambda")
    assert service is not None
    blueprint = plan_service(catalog, facts, service).blueprint

    with_role = compile_module(blueprint, default_selection(blueprint), catalog).files
    without = compile_module(blueprint, Selection(features=frozenset()), catalog).files

    assert "= aws_iam_role.execution[0].arn" in with_role["main.tf"].decode()
    assert 'variable "role"' not in with_role["variables.tf"].decode()
    assert "= var.role\n" in without["main.tf"].decode()
    assert 'variable "role"' in without["variables.tf"].decode()
    assert 'resource "aws_iam_role"' not in b"".join(without.values()).decode()


def test_what_a_feature_makes_stands_where_the_callers_stood(catalog: Catalog, facts: Facts) -> None:
    service = service_named("lambda")
    assert service is not None
    blueprint = plan_service(catalog, facts, service).blueprint
    types = {
        features: [
            line.split()[-2].strip('"')
            for line in compile_module(blueprint, Selection(features=features), catalog)
            .files["main.tf"]
            .decode()
            .splitlines()
            if line.startswith("  ") and line.endswith("{") and not line.startswith("   ")
        ]
        for features in (frozenset(), frozenset({"dead_letter_queue"}))
    }
    without, with_queue = types.values()

    assert "dead_letter_config" in without
    assert with_queue[: len(without)] == without


def test_the_review_tells_what_additions_keep_and_what_a_request_left_out(catalog: Catalog) -> None:
    kept = tf_planner.review(tf_planner.research("an express state machine", catalog), catalog)
    left = tf_planner.review(tf_planner.research("an express state machine without logs", catalog), catalog)
    unasked = tf_planner.review(tf_planner.research("an application load balancer", catalog), catalog)

    assert [item.status for item in kept.findings if item.id == "StepFunctions.1"] == ["PASS"]
    assert [item.status for item in left.findings if item.id == "StepFunctions.1"] == ["WARN"]
    assert not [item for item in unasked.findings if item.id == "ELB.1"]


def test_an_order_towards_what_was_not_selected_falls_away(catalog: Catalog, facts: Facts) -> None:
    service = service_named("lambda")
    assert service is not None
    blueprint = plan_service(catalog, facts, service).blueprint

    main = compile_module(blueprint, Selection(features=frozenset({"log_group"})), catalog).files["main.tf"]

    assert "depends_on = [aws_cloudwatch_log_group.this]" in main.decode()


def test_a_companion_that_the_module_makes_better_is_there_once(catalog: Catalog, facts: Facts) -> None:
    service = service_named("eks")
    assert service is not None
    blueprint = plan_service(catalog, facts, service).blueprint

    assert [item.name for item in blueprint.features].count("node_group") == 1
    assert [item.address for item in blueprint.resources].count("aws_eks_node_group.this") == 1


def test_a_role_of_the_request_leaves_out_the_modules_own(catalog: Catalog, facts: Facts) -> None:
    (wanted,) = requirements_of(
        "a lambda function that runs as arn:aws:iam::123456789012:role/resizer", catalog, facts
    ).services

    assert wanted.left_out == ("execution_role",)
    assert wanted.inputs["role"] == '"arn:aws:iam::123456789012:role/resizer"'


def test_what_needs_a_part_that_is_not_wanted_goes_with_it(catalog: Catalog, facts: Facts) -> None:
    (wanted,) = requirements_of("aurora mysql without instances", catalog, facts).services

    assert wanted.left_out == ("instance", "enhanced_monitoring")


@pytest.mark.parametrize(
    ("request_", "values"),
    [
        (
            "a DynamoDB table with partition key customer_id and sort key createdAt (number), ttl on expires_at",
            {
                "hash_key": '"customer_id"',
                "range_key": '"createdAt"',
                "attribute": [
                    {"name": '"customer_id"', "type": '"S"'},
                    {"name": '"createdAt"', "type": '"N"'},
                ],
                "ttl": {"attribute_name": '"expires_at"', "enabled": True},
            },
        ),
        (
            "a DynamoDB table, hash key: id, items expire at valid_until",
            {
                "hash_key": '"id"',
                "attribute": [{"name": '"id"', "type": '"S"'}],
                "ttl": {"attribute_name": '"valid_until"', "enabled": True},
            },
        ),
        ("a DynamoDB table with partition key and sort key", {}),
        ("a DynamoDB table with a sort key created", {}),
    ],
)
def test_the_keys_of_a_table_are_those_of_the_request(
    catalog: Catalog, facts: Facts, request_: str, values: dict[str, object]
) -> None:
    (wanted,) = requirements_of(request_, catalog, facts).services
    keys = {
        name: wanted.inputs[name]
        for name in ("hash_key", "range_key", "attribute", "ttl")
        if name in wanted.inputs
    }

    assert keys == values
