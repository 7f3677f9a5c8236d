"""A mind's plan under the organisation's standards: applied by code, and what leaves them comes back as a tool's answer."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from aws_orchestrator.agents.plan_standards import services_of
from aws_orchestrator.memories import memory_file
from aws_orchestrator.outside import Engine
from aws_orchestrator.protocol import GateAnswer
from aws_orchestrator.standards import STANDARDS_FILE
from support import fanout
from support.house import generate, make_house, module_files
from support.messages_api import MessagesApi, answer, call, said
from support.outside import ScriptedPerson
from support.thinking import claude

pytestmark = pytest.mark.asyncio(loop_scope="module")
Serve = Callable[..., Awaitable[MessagesApi]]
MODULE = f"terraform_modules/{fanout.SERVICE}"


def agree_on(workspace: Path, text: str) -> None:
    page = memory_file(workspace, STANDARDS_FILE)
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text, encoding="utf-8")


def told(api: MessagesApi) -> str:
    """What the last call was answered with."""
    return str(api.requests[-1]["messages"][-1]["content"][-1]["content"])


async def test_a_plan_gets_the_mandatory_tags_and_the_prefix_and_is_asked_for_keys_until_it_has_them(
    serve: Serve, workspace: Path, engine: Engine
) -> None:
    agree_on(
        workspace,
        "## Mandatory tags\n- CostCenter\n## Naming\n- prefix: acme-\n## Encryption\n- KMS always\n",
    )
    keyed = fanout.blueprint()
    keyed["scenarios"][0]["assertions"].pop(1)  # SSE with keys of SQS is what the organisation does not want
    api = await serve(
        said(fanout.REQUIREMENTS),
        answer(call("submit_plan", {**fanout.plan(), "inputs": {"name": '"orders"'}})),
        answer(call("submit_plan", fanout.plan())),
        answer(call("submit_plan", fanout.plan(**keyed))),
    )
    person = ScriptedPerson()
    house = make_house(workspace, engine=engine, mind=claude(api), person=person)
    outcome = await generate(house, fanout.WISH)

    assert outcome.report.status == "done", outcome.report.message
    answers = [str(request["messages"][-1]["content"][-1]["content"]) for request in api.requests[2:]]
    assert "inputs.name: by the organisation's standards names begin with acme-" in answers[0]
    # The assertion on SSE: under the standards the argument is not set any more.
    assert "tests: tests/module.tftest.hcl:" in answers[1]
    files = {name: content.decode() for name, content in module_files(workspace, MODULE).items()}
    assert "contains(keys(var.tags), key)" in files["variables.tf"]
    assert 'startswith(var.name, "acme-")' in files["variables.tf"]
    assert "kms_master_key_id = var.kms_key_arn" in " ".join(files["main.tf"].split())
    assert "sqs_managed_sse_enabled" not in files["main.tf"]
    assert "Organisation standards: tags CostCenter" in person.gates[0].context


async def test_a_region_of_elsewhere_in_a_plan_is_a_finding_that_comes_back(
    serve: Serve, workspace: Path
) -> None:
    agree_on(workspace, "## Regions\n- eu-central-1\n")
    strange = fanout.blueprint()
    strange["variables"][-1]["default"] = '["us-east-1"]'
    api = await serve(
        said(fanout.REQUIREMENTS),
        answer(call("submit_plan", fanout.plan(**strange))),
        answer(call("submit_plan", fanout.plan())),
    )
    outcome = await generate(make_house(workspace, mind=claude(api)), fanout.WISH)

    assert outcome.report.status == "done", outcome.report.message
    assert "us-east-1 is no region of the organisation" in told(api)


async def test_a_service_that_is_not_approved_is_asked_about_before_anything_is_planned(
    serve: Serve, workspace: Path
) -> None:
    agree_on(workspace, "## Approved services\n- sqs\n- s3\n")
    api = await serve(said(fanout.REQUIREMENTS), answer(call("submit_plan", fanout.plan())))
    stopped = ScriptedPerson(ambiguous="stop")
    outcome = await generate(make_house(workspace, mind=claude(api), person=stopped), fanout.WISH)

    assert outcome.exit_code == 3
    assert "sns is no approved service (sqs, s3)" in outcome.report.message
    assert len(api.requests) == 1
    assert not (workspace / "terraform_modules").exists()

    api = await serve(said(fanout.REQUIREMENTS), answer(call("submit_plan", fanout.plan())))
    person = ScriptedPerson(ambiguous=GateAnswer(choice="go_on"))
    outcome = await generate(make_house(workspace, mind=claude(api), person=person), fanout.WISH)
    assert outcome.report.status == "done", outcome.report.message
    assert [gate.title for gate in person.gates][:1] == ["Organisation Standard"]


async def test_a_plan_that_brings_a_service_nobody_let_pass_is_refused(serve: Serve, workspace: Path) -> None:
    agree_on(workspace, "## Approved services\n- sqs\n- sns\n")
    more = fanout.blueprint()
    table = {"name": "var.name", "billing_mode": '"PAY_PER_REQUEST"', "hash_key": '"id"'}
    attribute = {"type": "attribute", "arguments": {"name": '"id"', "type": '"S"'}}
    more["resources"].append(
        {"address": "aws_dynamodb_table.seen", "arguments": table, "blocks": [attribute]}
    )
    api = await serve(
        said(fanout.REQUIREMENTS),
        answer(call("submit_plan", fanout.plan(**more))),
        answer(call("submit_plan", fanout.plan())),
    )
    outcome = await generate(make_house(workspace, mind=claude(api)), fanout.WISH)

    assert outcome.report.status == "done", outcome.report.message
    assert "dynamodb is no approved service (sqs, sns); plan without it" in told(api)

    # The skill that was planned is made of approved services, whatever its own name is.
    again = await serve(answer())
    assert (await generate(make_house(workspace, mind=claude(again)), "a fan-out")).exit_code == 0
    assert again.requests == []


@pytest.mark.parametrize(
    ("types", "services"),
    [
        (("aws_sqs_queue", "aws_sqs_queue_policy", "aws_iam_role", "aws_cloudwatch_metric_alarm"), ("sqs",)),
        (("aws_sns_topic", "aws_sqs_queue"), ("sns", "sqs")),
        (("aws_kms_key", "aws_kms_alias"), ("kms",)),
        (("aws_gamelift_fleet",), ("gamelift",)),
        (("aws_s3_bucket_policy",), ("s3",)),
    ],
)
async def test_types_stand_for_services_as_people_approve_them(
    types: tuple[str, ...], services: tuple[str, ...]
) -> None:
    assert services_of(types) == services
