"""What the plan says about costs: what drives the bill of each resource, what is billed by mere existence first."""

import json
from pathlib import Path

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.workflows.billing import STANDING, USE
from support.house import generate, make_house
from support.outside import ScriptedPerson

# Whoever plans one of these gets no line: it has no price of its own.
FREE = {
    "aws_acm_certificate",
    "aws_budgets_budget",
    "aws_cloudwatch_event_rule",
    "aws_ecs_cluster",
    "aws_iam_policy",
    "aws_iam_role",
    "aws_security_group",
    "aws_ssm_parameter",
    "aws_subnet",
    "aws_vpc",
}
PLANNER = Path(__file__).parents[3] / "server/aws_orchestrator/minds/builtin/planner/services.json"


async def costs(workspace: Path, request: str, person: ScriptedPerson) -> tuple[str, ...]:
    outcome = await generate(make_house(workspace, person=person), request)
    assert outcome.report.status == "done", outcome.report.message
    plan = next(event.plan for event in person.events if event.plan)
    return plan.costs


def test_every_type_that_is_known_to_cost_is_in_the_catalog() -> None:
    catalog = shipped_library().choose("hashicorp/aws")
    assert catalog is not None
    assert [name for name in (*STANDING, *USE) if catalog.resource(name) is None] == []
    assert not STANDING.keys() & USE.keys()


def test_every_service_that_the_planner_knows_by_name_has_a_line_or_is_free() -> None:
    types = {service["type"] for service in json.loads(PLANNER.read_text(encoding="utf-8"))["services"]}
    assert types - STANDING.keys() - USE.keys() == FREE & types


async def test_a_nat_gateway_is_billed_by_mere_existence_and_says_how_much(tmp_path: Path) -> None:
    said = await costs(
        tmp_path,
        "a vpc with nat gateways",
        ScriptedPerson(cost="keep", ambiguous="generate", policy="decline"),
    )
    hours = next(line for line in said if line.startswith("aws_nat_gateway."))
    assert "by the hour while it exists" in hours
    magnitude = next(line for line in said if "USD a month for each gateway" in line)
    logs = next(line for line in said if line.startswith("aws_cloudwatch_log_group."))
    assert said.index(hours) < said.index(magnitude) < said.index(logs)


async def test_what_is_billed_with_its_use_only_is_told_too(tmp_path: Path) -> None:
    said = await costs(tmp_path, "an encrypted SQS queue named jobs", ScriptedPerson(policy="decline"))
    assert "aws_sqs_queue.this: billed by the request." in said
