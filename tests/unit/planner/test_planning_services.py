"""A service as a module: companions by evidence, secure defaults with their controls, and the three results."""

import json
from pathlib import Path

import pytest

from aws_orchestrator.agents import tf_planner
from aws_orchestrator.blueprint.skill import SkillLibrary, staleness
from aws_orchestrator.blueprint.verify import verify
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.minds.builtin.planner.companions import companions_of
from aws_orchestrator.minds.builtin.planner.facts import Facts
from aws_orchestrator.minds.builtin.planner.plan import plan_one
from aws_orchestrator.minds.builtin.planner.requirements import requirements_of
from aws_orchestrator.minds.builtin.planner.service import plan_service, service_named
from aws_orchestrator.minds.builtin.planner.service_table import SERVICES, Service


def named(name: str) -> Service:
    service = service_named(name)
    assert service is not None
    return service


def test_companions_are_those_whose_required_argument_names_the_core(catalog: Catalog) -> None:
    found = {item.type: (item.argument, item.attribute) for item in companions_of(catalog, "aws_sqs_queue")}

    assert found == {
        "aws_sqs_queue_policy": ("queue_url", "url"),
        "aws_sqs_queue_redrive_policy": ("queue_url", "url"),
        "aws_sqs_queue_redrive_allow_policy": ("queue_url", "url"),
    }


def test_an_example_of_a_companion_has_what_only_a_plan_asks_for(catalog: Catalog, facts: Facts) -> None:
    planned = plan_service(catalog, facts, named("alb"))
    (listeners,) = (part.given["listeners"] for part in planned.parts if "listeners" in part.given)
    assert isinstance(listeners, dict)
    example = listeners["example"]
    assert isinstance(example, dict)
    assert "target_group_arn" in str(example["default_action"])


def test_a_cluster_of_another_service_is_no_companion(catalog: Catalog) -> None:
    found = {item.type for item in companions_of(catalog, "aws_eks_cluster")}

    assert "aws_eks_node_group" in found
    assert all(name.startswith("aws_eks_") for name in found)


def test_every_service_of_the_table_is_planned_without_a_problem_and_without_a_failed_control(
    catalog: Catalog, facts: Facts
) -> None:
    for service in SERVICES:
        plan = plan_one(service, catalog, facts)

        assert verify(plan.execution.blueprint, catalog) == (), service.name
        assert plan.security.failed == (), service.name


@pytest.mark.parametrize(
    ("service", "control", "default"),
    [
        ("rds", "RDS.3", "storage_encrypted"),
        ("rds", "RDS.8", "deletion_protection"),
        ("ec2", "EC2.8", "metadata_options"),
        ("dynamodb", "DynamoDB.2", "point_in_time_recovery"),
        ("kms", "KMS.4", "enable_key_rotation"),
        ("sns", "SNS.1", "kms_master_key_id"),
        ("alb", "ELB.4", "drop_invalid_header_fields"),
    ],
)
def test_a_control_is_kept_by_the_default_of_an_input(
    catalog: Catalog, facts: Facts, service: str, control: str, default: str
) -> None:
    plan = plan_one(named(service), catalog, facts)
    variable = next(item for item in plan.execution.blueprint.variables if item.name == default)

    assert variable.default not in (None, "null")
    assert any(item.id == control and item.status == "PASS" for item in plan.security.findings)


def test_a_network_brings_its_flow_log_unless_the_request_says_no(catalog: Catalog, facts: Facts) -> None:
    with_log = requirements_of("a VPC", catalog, facts).services[0]
    without = requirements_of("a VPC without flow logs", catalog, facts).services[0]

    assert "flow_log" in with_log.features
    assert without.left_out == ("flow_log",)


def test_companions_are_off_unless_security_asks_for_them(catalog: Catalog, facts: Facts) -> None:
    blueprint = plan_service(catalog, facts, named("sqs")).blueprint

    assert blueprint.features
    assert not any(feature.default for feature in blueprint.features)


def test_the_three_results_are_plain_data(catalog: Catalog, tmp_path: Path) -> None:
    request = "an SQS queue named jobs"
    requirements = tf_planner.research(request, catalog)
    security = tf_planner.review(requirements, catalog)
    summary = tf_planner.plan(requirements, catalog, tmp_path).summary

    for result in (requirements, security, summary):
        assert type(result).model_validate(json.loads(result.model_dump_json())) == result
    assert summary.resources[0] == "aws_sqs_queue.this"
    assert "name" in summary.destructive


def test_the_skill_is_written_once_and_current_afterwards(catalog: Catalog, tmp_path: Path) -> None:
    request = "an SQS queue named jobs"
    planned = tf_planner.plan(tf_planner.research(request, catalog), catalog, tmp_path)
    skills = SkillLibrary([tmp_path])
    skill = skills.load("sqs")

    assert skill is not None
    assert skill.blueprint == planned.execution.blueprint
    assert staleness(skill, catalog) == ""
    found = tf_planner.route(request, catalog, skills.summaries()[0], ())
    assert found.candidates == ("sqs",)


def test_a_vpc_has_subnets_in_as_many_zones_as_the_request_says(catalog: Catalog, facts: Facts) -> None:
    (wanted,) = requirements_of(
        "a VPC 10.0.0.0/16 with public and private subnets in two zones", catalog, facts
    ).services

    assert {"zone_subnets", "public_subnets", "internet_gateway"} <= set(wanted.features)
    assert wanted.inputs["zone_count"] == 2
    assert wanted.questions == ()
