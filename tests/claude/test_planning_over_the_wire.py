"""Whole runs of the new-module workflow with a planner on the wire, the real SDK and real Terraform."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.outside import Engine
from aws_orchestrator.protocol import GateAnswer
from aws_orchestrator.runs.journal import read_entries
from support import fanout
from support.house import generate, make_house, module_files, run_folder
from support.messages_api import MessagesApi, answer, call, fault, refused, said
from support.outside import FakeEngine, ScriptedPerson
from support.thinking import KEY, automatic, claude

pytestmark = pytest.mark.asyncio(loop_scope="module")
Serve = Callable[..., Awaitable[MessagesApi]]
MODULE = f"terraform_modules/{fanout.SERVICE}"
REQUIREMENTS = said(fanout.REQUIREMENTS)


def submit(arguments: dict[str, Any], cached: int = 0) -> Any:
    return answer(call("submit_plan", arguments), cache_read_input_tokens=cached)


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def told(api: MessagesApi, request: int) -> str:
    """What the last tool of a request's conversation answered."""
    result = api.requests[request]["messages"][-1]["content"][-1]
    assert result["type"] == "tool_result"
    return str(result["content"])


async def test_a_wish_that_no_skill_covers_becomes_a_module_that_terraform_planned_in_two_calls(
    serve: Serve, workspace: Path, engine: Engine
) -> None:
    api = await serve(REQUIREMENTS, submit(fanout.plan(), cached=300))
    house = make_house(workspace, engine=engine, mind=claude(api))
    outcome = await generate(house, fanout.WISH)
    report = outcome.report

    assert report.status == "done", report.message
    assert set(module_files(workspace, MODULE)) == set(fanout.FILES)
    assert report.validation is not None
    assert report.validation.checks["tests"] == "passed"
    main = module_files(workspace, MODULE)["main.tf"].decode()
    assert "ApproximateAgeOfOldestMessage" in main
    assert (report.mind, report.usage["model_calls"]["used"]) == ("claude", 2)
    assert report.model is not None
    assert (report.model.calls, report.model.by_purpose) == (2, {"requirements": 1, "plan": 1})
    assert report.model.cache_hit_rate == pytest.approx(300 / 500)
    assert (workspace / ".aws-orchestrator/skills/fanout-module-generator/SKILL.md").is_file()

    # The skill is there now: the same wish costs nothing.
    again = await generate(house, "a fan-out named orders")
    assert again.report.status == "done", again.report.message
    assert again.report.model is None
    assert len(api.requests) == 2


async def test_a_planner_that_hallucinates_is_brought_back_by_what_is_wrong(
    serve: Serve, workspace: Path, engine: Engine
) -> None:
    spoiled = fanout.blueprint()
    fanout.resource(spoiled, "aws_sqs_queue.this")["arguments"]["encrypted"] = True
    fanout.resource(spoiled, "aws_sns_topic_subscription.this")["arguments"].pop("endpoint")
    fanout.resource(spoiled, "aws_cloudwatch_metric_alarm.oldest_message")["arguments"]["period"] = '"often"'
    spoiled["files"].append({"name": "extra.tf", "purpose": "Not one of the module's"})
    spoiled["data"][0]["blocks"][0]["blocks"][1]["type"] = "conditions"
    enum = fanout.blueprint()
    fanout.resource(enum, "aws_cloudwatch_metric_alarm.oldest_message")["arguments"][
        "comparison_operator"
    ] = '"Bigger"'
    weak = fanout.blueprint()
    fanout.resource(weak, "aws_sqs_queue.this")["arguments"]["sqs_managed_sse_enabled"] = False

    api = await serve(
        REQUIREMENTS,
        submit({"blueprint": {"service": "Fan Out"}, "risk": "small"}),
        submit(fanout.plan(**spoiled)),
        submit(fanout.plan(**weak)),
        submit(fanout.plan(**enum)),
        answer(
            call("get_resource_schema", {"type": "aws_cloudwatch_metric_alarm"}, "a"),
            call("search_catalog", {"words": "metric alarm"}, "b"),
            call("search_modules", {"module_query": "queue"}, "c"),
        ),
        submit(fanout.plan()),
    )
    outcome = await generate(make_house(workspace, engine=engine, mind=claude(api)), fanout.WISH)

    assert outcome.report.status == "done", outcome.report.message
    assert "risk" in told(api, 2)
    for mistake in (
        'aws_sqs_queue has no argument "encrypted"',
        'aws_sns_topic_subscription needs the argument "endpoint"',
        "period",
        "extra.tf",
        '"conditions"',
    ):
        assert mistake in told(api, 3), mistake
    assert "aws_sqs_queue.this" in told(api, 4)
    assert "rules: " in told(api, 4)
    assert "comparison_operator: the provider refuses 'Bigger'" in told(api, 5)
    assert "GreaterThanThreshold" in told(api, 5)
    results = api.requests[6]["messages"][-1]["content"]
    assert "ok_actions" in results[0]["content"]
    assert "resource aws_cloudwatch_metric_alarm" in results[1]["content"]
    assert not any(item.get("is_error") for item in results)
    assert outcome.report.usage["model_calls"]["used"] == 7


async def test_what_the_planner_sees_is_ours_in_the_instructions_and_everybody_elses_in_documents(
    serve: Serve, workspace: Path
) -> None:
    api = await serve(REQUIREMENTS, submit(fanout.plan()))
    await generate(make_house(workspace, mind=claude(api)), fanout.WISH)
    first, second = api.requests

    assert first["output_config"]["format"]["type"] == "json_schema"
    assert first["system"] == second["system"]
    names = {tool["name"] for tool in second["tools"]}
    assert {
        "search_catalog",
        "get_resource_schema",
        "search_providers",
        "get_module_details",
        "submit_plan",
    } <= names
    submit_plan = next(tool for tool in second["tools"] if tool["name"] == "submit_plan")
    assert "Resource" in submit_plan["input_schema"]["$defs"]
    parts = second["messages"][0]["content"]
    titles = [part["title"] for part in parts if part["type"] == "document"]
    assert titles == ["Example: the blueprint of s3", "hitl-policies.md", "Schema slices"]
    slices = next(part for part in parts if part.get("title") == "Schema slices")["source"]["data"]
    assert "comparison_operator: string, optional, one of GreaterThanOrEqualToThreshold|" in slices
    assert parts[0]["cache_control"] == {"type": "ephemeral"}
    assert any(part.get("text", "").endswith(fanout.WISH) for part in parts)


async def test_a_shipped_skill_that_covers_the_wish_costs_no_call(serve: Serve, workspace: Path) -> None:
    api = await serve(fault("closed"))
    house = make_house(workspace, engine=FakeEngine(), mind=claude(api))
    outcome = await generate(house, "an encrypted bucket with versioning and access logging to my-logs")

    assert outcome.report.status == "done", outcome.report.message
    assert (outcome.report.usage["model_calls"]["used"], outcome.report.model, api.requests) == (0, None, [])


async def test_a_doubt_is_a_gate_and_its_answer_is_told(
    serve: Serve, workspace: Path, engine: Engine
) -> None:
    doubt = {"question": "Which queues?", "options": ["standard", "first in, first out"], "confidence": 0.4}
    sure = {"question": "Which key?", "options": ["the topic's own", "a new one"], "confidence": 0.8}
    api = await serve(said({**fanout.REQUIREMENTS, "doubts": [doubt, sure]}), submit(fanout.plan()))
    person = ScriptedPerson(ambiguous=lambda gate: GateAnswer(choice=gate.options[1].key))
    outcome = await generate(make_house(workspace, mind=claude(api), person=person), fanout.WISH)

    assert outcome.report.status == "done", outcome.report.message
    assert person.gates[0].question == "Which queues?"
    assert "The person chose: first in, first out" in json.dumps(api.requests[1]["messages"])
    assert "Which key? Taken as: the topic's own" in outcome.report.notes

    nobody = await generate(
        make_house(workspace, engine=engine, mind=claude(await serve(api.script[0]))),
        "two topics and a table",
    )
    assert (nobody.exit_code, nobody.report.status) == (3, "cancelled")
    assert "1: standard; 2: first in, first out" in nobody.report.message


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (refused(401, "invalid x-api-key"), "401: invalid x-api-key. Check the key."),
        (refused(403, "no rights"), "403: no rights"),
        (refused(404, "model: claude-unheard-of"), "404: model: claude-unheard-of. Check the model's id"),
        (fault("web_page"), "a web page instead of the Messages API"),
    ],
)
async def test_claude_that_cannot_be_used_ends_the_run_or_with_auto_gives_way_to_the_built_in_mind(
    serve: Serve, workspace: Path, step: Any, sentence: str
) -> None:
    api = await serve(step)
    outcome = await generate(make_house(workspace, mind=claude(api)), "an encrypted SQS queue")
    assert (outcome.exit_code, outcome.report.status) == (1, "failed")
    assert sentence in outcome.report.message
    assert not (workspace / "terraform_modules").exists()

    outcome = await generate(
        make_house(workspace, mind=automatic(await serve(step))), "an encrypted SQS queue"
    )
    assert outcome.report.status == "done", outcome.report.message
    assert outcome.report.mind == "builtin"
    assert sentence in outcome.report.mind_reason


async def test_the_journal_holds_the_conversation_and_no_key(
    serve: Serve, workspace: Path, engine: Engine
) -> None:
    api = await serve(refused(529, f"busy, {KEY}"), REQUIREMENTS, submit(fanout.plan()))
    house = make_house(workspace, engine=engine, mind=claude(api))
    secret = "AKIA" + "ABCDEFGHIJKLMNOP"
    outcome = await generate(house, f"{fanout.WISH}, and hardcode my key {secret}")

    assert outcome.report.status == "done", outcome.report.message
    folder = run_folder(house, outcome)
    entries = [
        entry.data for entry in read_entries(folder / "journal.jsonl") if entry.kind == "model_exchange"
    ]
    assert [entry["purpose"] for entry in entries] == ["requirements", "requirements", "plan"]
    assert entries[0]["failure"]["status"] == 529
    assert entries[2]["message"]["content"][0]["name"] == "submit_plan"
    kept = everything(workspace)
    sent = json.dumps(api.requests).encode()
    for text in (KEY.encode(), secret.encode()):
        assert text not in kept
        assert text not in sent
    assert b"hardcode my key [redacted]" in sent
